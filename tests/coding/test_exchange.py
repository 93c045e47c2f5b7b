"""To other tools and back: valid, whole, and never a traceback on what others send."""

# ruff: noqa: E501 - XML and damaged values are read whole
import contextlib
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from exchange_corpus import Maker, copy_of, full_corpus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from small_corpus import open_corpus

import workbench as wb
from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, write_document
from workbench.coding.exchange import (
    export_refi,
    import_refi,
)
from workbench.coding.exchange.positions import Passage, counting_of, normal_text
from workbench.coding.exchange.reading import read_project
from workbench.coding.exchange.writing import schema_errors
from workbench.errors import WorkbenchError


@pytest.fixture
def corpus(make_corpus: Maker, tmp_path: Path) -> Corpus:
    return full_corpus(make_corpus, tmp_path)


def everything(corpus: Corpus) -> set[tuple[object, ...]]:
    """Return what must survive: document, span, quote, code path, coder, memo, polarity and more."""
    found: set[tuple[object, ...]] = set()
    for coding in corpus.folded.codings:
        path = " > ".join(entry.label() for entry in corpus.codebook.path(coding.code))
        target = coding.target
        where = (
            (target.document, target.start, target.end, target.quote)
            if isinstance(target, Span)
            else (target,)
        )
        found.add(
            (
                where,
                path,
                coding.coder,
                coding.memo,
                coding.polarity,
                coding.stance,
                coding.weight,
                coding.via,
                coding.act,
            )
        )
    for memo in corpus.folded.memos:
        target = memo.target
        where = (
            (target.document, target.start, target.end) if isinstance(target, Span) else (target,)
        )
        found.add((where, memo.coder, memo.text))
    return found


def test_the_round_trip_keeps_everything(corpus: Corpus, tmp_path: Path) -> None:
    path = export_refi(corpus, tmp_path / "out" / "p.qdpx")
    folder = copy_of(tmp_path)
    report = import_refi(path, folder)
    again = Corpus(folder)
    assert everything(again) == everything(corpus)
    assert [w.id for w in report.warnings] == []
    assert {k: v.text for k, v in again.files.items()} == {
        k: v.text for k, v in corpus.files.items()
    }
    assert {k: v.parts for k, v in again.files.items()} == {
        k: v.parts for k, v in corpus.files.items()
    }
    assert again.codebook.tree == corpus.codebook.tree
    assert report.exit_code == 0


def test_importing_twice_changes_nothing_and_guids_stay(corpus: Corpus, tmp_path: Path) -> None:
    path = export_refi(corpus, tmp_path / "p.qdpx")
    folder = copy_of(tmp_path)
    import_refi(path, folder)
    before = everything(Corpus(folder))
    report = import_refi(path, folder)
    assert (report.documents, report.codes, report.codings, report.memos) == (0, 0, 0, 0)
    assert report.skipped == 7
    assert everything(Corpus(folder)) == before
    one, two = (read_project(p) for p in (path, export_refi(folder, tmp_path / "q.qdpx")))
    assert {c.guid for c in one.codings} == {c.guid for c in two.codings}
    assert {c.guid: c.name for c in one.codes} == {c.guid: c.name for c in two.codes}
    assert {s.guid for s in one.sources} == {s.guid for s in two.sources}
    assert one.users == two.users


def test_exports_are_valid_and_the_same_every_time(corpus: Corpus, tmp_path: Path) -> None:
    path = export_refi(corpus, tmp_path / "p.qdpx")
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        qde = archive.read("project.qde")
        texts = [name for name in archive.namelist() if name.endswith(".txt")]
        assert all(b"\r" not in archive.read(name) for name in texts)
    assert schema_errors(qde) == []
    assert export_refi(corpus, path).read_bytes() == first
    book = export_refi(corpus, tmp_path / "p.qdc").read_bytes()
    assert schema_errors(book, "codebook.xsd") == []
    assert schema_errors(qde.replace(b"isCodable", b"isCodeable")) != []


def test_positions_are_code_points_and_half_open(corpus: Corpus, tmp_path: Path) -> None:
    path = export_refi(corpus, tmp_path / "p.qdpx")
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("project.qde"))
        space = {"q": "urn:QDA-XML:project:1.0"}
        for source in root.findall(".//q:TextSource", space):
            name = source.get("plainTextPath").removeprefix("internal://")
            text = archive.read(f"sources/{name}").decode()
            for selection in source.findall("q:PlainTextSelection", space):
                start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
                assert " ".join(text[start:end].split()).startswith(selection.get("name")[:100])


def test_without_our_record_the_rest_still_comes_over(corpus: Corpus, tmp_path: Path) -> None:
    path = export_refi(corpus, tmp_path / "p.qdpx")
    other = tmp_path / "other.qdpx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            if name != "sources/workbench.json":
                new.writestr(name, old.read(name))
    folder = copy_of(tmp_path)
    import_refi(other, folder)
    spans = {
        row[:6]
        for row in everything(Corpus(folder))
        if isinstance(row[0], tuple) and len(row[0]) == 4
    }
    assert spans == {
        row[:6] for row in everything(corpus) if isinstance(row[0], tuple) and len(row[0]) == 4
    }
    assert Corpus(folder).codebook["silence"].rules == ("tyst*", "ingen NEAR/3 sa")


@pytest.mark.usefixtures("corpus")
def test_people_who_withdrew_stay_out(tmp_path: Path) -> None:
    register = (
        (tmp_path / "respondents.csv")
        .read_text("utf-8")
        .replace("R1,Bolag A,chef,,,", "R1,Bolag A,chef,,,withdrawn")
    )
    (tmp_path / "respondents.csv").write_text(register, "utf-8")
    data = export_refi(tmp_path, tmp_path / "p.qdpx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        everything_in_it = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "tio minuter" not in everything_in_it
    assert "tre gånger" in everything_in_it


NAMES = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=20)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(
        st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029"),
        min_size=5,
        max_size=60,
    ),
    spans=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=6),
    memo=NAMES,
    name=NAMES,
)
def test_any_text_and_overlap_survives(
    tmp_path_factory: pytest.TempPathFactory,
    text: str,
    spans: list[tuple[int, int]],
    memo: str,
    name: str,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "study.toml").write_text('[study]\nid = "x"\n[corpus]\nredact = "off"\n', "utf-8")
    clean, _ = normal_text(text)
    if not clean.strip():
        return
    write_document(folder / "documents", DocumentFile(id="d", text=clean, parts=()))
    corpus = open_corpus(folder)
    corpus.define("c", coder="A", name=name)
    for start, length in spans:
        if start < len(clean):
            corpus.add(Span("d", start, min(len(clean), start + length)), "c", coder="A", memo=memo)
    copy = tmp_path_factory.mktemp("copy")
    (copy / "study.toml").write_bytes((folder / "study.toml").read_bytes())
    import_refi(export_refi(corpus, folder / "p.qdpx"), copy)
    ours = {
        (c.target.start, c.target.end, c.target.quote)
        for c in corpus.folded.codings
        if isinstance(c.target, Span)
    }
    theirs = {
        (c.target.start, c.target.end, c.target.quote)
        for c in Corpus(copy).folded.codings
        if isinstance(c.target, Span)
    }
    assert theirs == ours


def foreign(
    text: bytes, selections: str, *, codes: str = "", extra: str = "", path: str = "t.txt"
) -> bytes:
    """Return a project as some other tool writes it."""
    guid = "{0A0A0A0A-0000-4000-8000-00000000000%d}"
    codes = codes or f'<Code guid="{guid % 1}" name="Kö" isCodable="true"/>'
    qde = f"""<?xml version="1.0" encoding="utf-8"?>
<Project name="p" origin="Other 1.0" xmlns="urn:QDA-XML:project:1.0">
<Users><User guid="{guid % 7}" name="Anna Ek"/></Users>
<CodeBook><Codes>{codes}</Codes></CodeBook>
<Sources><TextSource guid="{guid % 2}" name="Intervju" plainTextPath="internal://{path}">{selections}</TextSource></Sources>
{extra}</Project>"""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("project.qde", qde)
        archive.writestr("sources/t.txt", text)
    return stream.getvalue()


def selection(start: int, end: int, name: str = "", number: int = 3, code: int = 1) -> str:
    guid = "{0A0A0A0A-0000-4000-8000-0000000000%02d}"
    named = f' name="{name}"' if name else ""
    return (
        f'<PlainTextSelection guid="{guid % (number * 2)}" startPosition="{start}" endPosition="{end}"{named}>'
        f'<Coding guid="{guid % (number * 2 + 1)}" creatingUser="{{0a0a0a0a-0000-4000-8000-000000000007}}">'
        f'<CodeRef targetGUID="{{0A0A0A0A-0000-4000-8000-00000000000{code}}}"/></Coding></PlainTextSelection>'
    )


def brought(tmp_path: Path, data: bytes) -> tuple[Corpus, wb.ImportReport]:
    (tmp_path / "study.toml").write_text('[study]\nid = "x"\n[corpus]\nredact = "off"\n', "utf-8")
    (tmp_path / "f.qdpx").write_bytes(data)
    report = import_refi(tmp_path / "f.qdpx", tmp_path)
    return Corpus(tmp_path), report


SAID = "Först 😀 kön.\r\nSedan å lång väntan.\r\nSlut på å dagen."


@pytest.mark.parametrize(
    ("way", "encoding"),
    [
        ("code points", "utf-8"),
        ("line end as one", "utf-8-sig"),
        ("UTF-16", "utf-8"),
        ("bytes", "utf-8"),
        ("inclusive", "utf-16"),
    ],
)
def test_other_ways_of_counting_are_found_by_evidence(
    tmp_path: Path, way: str, encoding: str
) -> None:
    quotes = ["Sedan å lång väntan", "på å dagen"]
    base = SAID.replace("\r\n", "\n") if way == "line end as one" else SAID
    made = []
    for number, quote in enumerate(quotes, start=3):
        place_ = base.index(quote)
        before = base[:place_]
        sizes = {
            "UTF-16": lambda t: len(t.encode("utf-16-le")) // 2,
            "bytes": lambda t: len(t.encode()),
        }
        size = sizes.get(way, len)
        end = size(before) + size(quote) - (1 if way == "inclusive" else 0)
        made.append(selection(size(before), end, quote, number))
    corpus, report = brought(tmp_path, foreign(SAID.encode(encoding), "".join(made)))
    assert sorted(corpus.excerpts["quote"]) == sorted(quotes)
    assert (way == "code points") == (report.warnings == ())


def test_words_cut_in_two_tell_the_counting_where_nothing_is_quoted() -> None:
    raw = "en två\r\ntre fyra\r\nfem sex sju"
    plain = raw.replace("\r\n", "\n")
    passages = [Passage(plain.index(w), plain.index(w) + len(w)) for w in ("fyra", "fem", "sju")]
    text, counting = counting_of(raw, passages)
    assert counting.name == "line end as one"
    assert [text[slice(*counting.span(p))] for p in passages] == ["fyra", "fem", "sju"]  # type: ignore[misc]


@pytest.mark.parametrize(
    "raw", ["a\r\nb\rc\nd", "e\u0301a\u030a", "😀\r\n\r\n", "각\u1100\u1161", "", "\u0301a"]
)
def test_old_places_lead_to_the_same_letters(raw: str) -> None:
    import unicodedata

    text, offsets = normal_text(raw)
    assert text == unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    assert len(offsets) == len(raw) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)


FAULTS = {
    "code that is not there": (selection(0, 5, code=9), "", "", "names a code"),
    "outside the text": (selection(5, 500), "", "", "outside"),
    "end before start": (selection(9, 3), "", "", "outside"),
    "no number": (selection(0, 5).replace('"0"', '"x"'), "", "", "outside"),
    "unknown elements": (selection(0, 5), "", "<Strange><Thing/></Strange>", "not know"),
    "nameless code": (selection(0, 5), '<Code guid="{0A0A0A0A-0000-4000-8000-000000000001}" isCodable="true"/>', "", "no name"),
    "double code": (
        selection(0, 5),
        '<Code guid="{0A0A0A0A-0000-4000-8000-000000000001}" name="a" isCodable="true"/>' * 2,
        "",
        "shares an id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(FAULTS))
def test_faults_of_other_tools_become_warnings(tmp_path: Path, fault: str) -> None:
    selections, codes, extra, says = FAULTS[fault]
    _, report = brought(
        tmp_path, foreign(b"Forst var det ko.", selections, codes=codes, extra=extra)
    )
    assert any(says in warning.render("en") for warning in report.warnings), report.warnings
    assert report.exit_code == 3


def test_a_missing_text_is_named_and_the_codes_still_come(tmp_path: Path) -> None:
    corpus, report = brought(tmp_path, foreign(b"x", selection(0, 1), path="away.txt"))
    assert [entry.label() for entry in corpus.codebook] == ["Kö"]
    assert any("not in the archive" in w.render("en") for w in report.warnings)


def test_coders_are_users_and_the_tree_is_kept(tmp_path: Path) -> None:
    codes = (
        '<Code guid="{0A0A0A0A-0000-4000-8000-000000000001}" name="Topp" isCodable="false">'
        '<Code guid="{0A0A0A0A-0000-4000-8000-000000000004}" name="Under/å" isCodable="true"/></Code>'
    )
    corpus, _ = brought(
        tmp_path, foreign(b"Forst var det ko.", selection(0, 5, code=4), codes=codes)
    )
    (coding,) = corpus.folded.codings
    assert coding.coder == "Anna-Ek"
    assert [entry.label() for entry in corpus.codebook.path(coding.code)] == ["Topp", "Under/å"]
    assert corpus.codebook["Topp"].kind == "group"
    assert coding.via == "import:other-1.0"


def test_what_comes_from_elsewhere_is_redacted_at_the_door(tmp_path: Path) -> None:
    text = "Jag pratade med Anna Svensson om räntan."
    start = text.index("med Anna")
    data = foreign(
        text.encode(), selection(start, start + len("med Anna Svensson om"), "med Anna Svensson om")
    )
    (tmp_path / "study.toml").write_text('[study]\nid = "x"\n', "utf-8")
    (tmp_path / "f.qdpx").write_bytes(data)
    import_refi(tmp_path / "f.qdpx", tmp_path)
    corpus = Corpus(tmp_path)
    assert corpus.excerpts["quote"].tolist() == ["med [PERSON_1] om"]
    tracked = b"".join(
        p.read_bytes()
        for p in tmp_path.rglob("*")
        if p.is_file() and p.suffix != ".qdpx" and ".keys" not in p.parts
    )
    assert b"Svensson" not in tracked


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b"0" * 60_000_000)
    return stream.getvalue()


ENTITY = b"""<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Project xmlns="urn:QDA-XML:project:1.0" name="&x;"><Description>&x;</Description></Project>"""
LAUGHS = b"""<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Description>&b;</Description></Project>"""


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.qdpx", bomb(), "refused as a trap"),
        ("a.qde", ENTITY, "document type"),
        ("a.qde", LAUGHS, "document type"),
        ("a.qdpx", b"", "not sound XML"),
        ("a.qdpx", b"PK\x03\x04broken", "no sound ZIP"),
        ("a.qde", b"<html/>", "no REFI-QDA"),
        ("a.qde", b"\xff\xfe\x00", "not sound XML"),
    ],
)
def test_traps_and_broken_files_are_refused_in_words(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(wb.CorpusError, match=says) as error:
        import_refi(tmp_path / name, tmp_path)
    assert "root:" not in str(error.value)


def test_a_member_that_climbs_out_is_never_unpacked(tmp_path: Path) -> None:
    data = foreign(b"Forst", selection(0, 5))
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../../evil.txt", "x")
    study = tmp_path / "a" / "b"
    study.mkdir(parents=True)
    brought(study, stream.getvalue())
    assert not list(tmp_path.glob("**/evil.txt"))


@pytest.mark.parametrize("n", [60, pytest.param(2_000, marks=pytest.mark.prove)])
def test_mutated_files_never_give_a_traceback(corpus: Corpus, tmp_path: Path, n: int) -> None:
    original = export_refi(corpus, tmp_path / "p.qdpx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    rng = random.Random(3)
    for number in range(n):
        folder = tmp_path / f"m{number}"
        folder.mkdir()
        (folder / "study.toml").write_bytes((tmp_path / "study.toml").read_bytes())
        path = folder / "m.qdpx"
        path.write_bytes(mutated(original, members, rng))
        with contextlib.suppress(WorkbenchError):  # anything else is a traceback
            import_refi(path, folder)
        Corpus(folder)


def mutated(original: bytes, members: dict[str, bytes], rng: random.Random) -> bytes:
    """Damage the archive, a member's bytes, an attribute, an element or our record."""
    kind = rng.randrange(5)
    if kind == 0:
        data = bytearray(original)
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    changed = dict(members)
    name = rng.choice(list(changed))
    if kind == 1:
        data = bytearray(changed[name])
        for _ in range(rng.randint(1, 5)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        changed[name] = bytes(data)
    elif kind == 2:
        del changed[name]
    elif kind == 3:
        root = etree.fromstring(changed["project.qde"])
        element = rng.choice(list(root.iter()))
        for key in list(element.attrib):
            if rng.random() < 0.6:
                element.set(
                    key, rng.choice(["", "x", "-1", "99999999999999999999", "<", "å😀", "{}"])
                )
        if rng.random() < 0.4 and element.getparent() is not None:
            element.getparent().remove(element)
        changed["project.qde"] = etree.tostring(root)
    else:
        record = json.loads(changed["sources/workbench.json"])
        key = rng.choice(list(record))
        inside = record[key] if isinstance(record[key], dict) else {}
        odd = {k: rng.choice([None, 5, [1], {"parts": [{"a": 1}], "id": 5}]) for k in inside}
        record[key] = rng.choice([None, [], 7, "x", {"x": 1}, odd, odd, odd])
        changed["sources/workbench.json"] = json.dumps(record).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, data in changed.items():
            archive.writestr(member, data)
    return stream.getvalue()


def test_an_export_must_say_what_it_is(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(wb.CorpusError, match=r"\.qdpx"):
        export_refi(corpus, tmp_path / "p.zip")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(wb.CorpusError, match="no codes"):
        export_refi(empty, tmp_path / "p.qdc")
    assert read_project(export_refi(empty, tmp_path / "p.qdpx")).codes == []
