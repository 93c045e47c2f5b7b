"""Documents are reviewed for personal data; codings keep their places, and no name stays behind."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import interview, open_corpus, place

import workbench as wb
from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part
from workbench.coding.importing import import_files
from workbench.coding.importing.open_answers import import_table
from workbench.coding.redacting import (
    Shift,
    Waiting,
    redact_at_the_door,
    review_redaction,
    waiting,
)
from workbench.inputs.models.corpus import CorpusModel
from workbench.inputs.redaction.door import Door

TALK = interview(
    "R1",
    [
        (None, "F1", "Vem hjälpte dig?"),
        ("R1", "F1", "Det var Anna Svensson 😀 på kontoret, och sen Annas chef Zyqqist igen."),
        ("R1", "F2", "Numret var 070-174 06 12. Vi använder Zyqqist varje dag."),
    ],
)


@pytest.fixture
def talk(make_corpus: Callable[..., Corpus]) -> Corpus:
    corpus = make_corpus(TALK)
    corpus.add(
        place(corpus, "Anna Svensson 😀 på kontoret"), "wait", coder="A", memo="om Anna Svensson"
    )
    corpus.add(place(corpus, "på kontoret, och"), "start", coder="B")
    corpus.add(place(corpus, "varje dag"), "start", coder="A")
    corpus.add(place(corpus, "Svensson"), "start", coder="A")
    return corpus


def tracked(folder: Path) -> bytes:
    """Return everything Git would track."""
    kept = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not {".keys", ".workbench", "originals"} & set(path.parts)
    ]
    return b"\n".join(path.read_bytes() for path in kept)


def test_what_waits_is_grouped_by_value_and_shown_in_context(talk: Corpus) -> None:
    found = {one.value: one for one in waiting(talk)}
    assert {"Anna Svensson", "Zyqqist", "070-174 06 12"} <= set(found)
    assert found["Zyqqist"].n == 2
    assert "kontoret" in found["Anna Svensson"].context[0]


def test_a_review_replaces_moves_and_leaves_no_name(talk: Corpus) -> None:
    before = len(talk.folded.codings)

    def decide(one: Waiting) -> str | None:
        return "keep" if one.value == "Zyqqist" else "replace"

    done = review_redaction(talk, decide, reviewer="A")  # type: ignore[arg-type]
    assert (done.pending, done.kept) == (0, 1)
    row = done.table.iloc[0]
    assert row["exact"] + row["moved"] + row["orphaned"] == before
    assert row["orphaned"] == 0
    fresh = Corpus(talk.folder)
    quotes = fresh.excerpts.sort_values("start")["quote"].tolist()
    assert quotes == ["[PERSON_1] 😀 på kontoret", "[PERSON_1]", "på kontoret, och", "varje dag"]
    assert set(fresh.excerpts["status"]) == {"coded"}
    assert "[PERSON_1]s chef Zyqqist" in fresh.text("R1")
    everything = tracked(talk.folder)
    for secret in ("Anna", "Svensson", "070-174"):
        place_ = everything.find(secret.encode())
        assert place_ < 0, everything[max(0, place_ - 200) : place_ + 60].decode("utf-8", "replace")
    assert waiting(fresh) == []
    again = review_redaction(fresh, lambda _: "replace", reviewer="A")
    assert (again.replaced, again.kept, len(again.table)) == (0, 0, 0)


def test_what_is_left_undecided_still_waits(talk: Corpus) -> None:
    done = review_redaction(talk, lambda _: None, reviewer="A")
    assert done.exit_code == 3
    assert done.pending == len(waiting(talk)) > 0
    assert talk.text("R1") == TALK.text


def test_at_the_door_parts_stay_in_step(tmp_path: Path) -> None:
    text = "Anna Berg: Ring Bo Ek nu.\nR1: Ja, Anna."
    parts = (
        Part(part=1, start=11, end=25, kind="turn", speaker="Anna Berg"),
        Part(part=2, start=30, end=len(text), kind="turn", speaker="R1", respondent="R1"),
    )
    door = Door(tmp_path)
    done = redact_at_the_door(DocumentFile(id="d", text=text, parts=parts), door, spare=["R1"])
    words = [done.text[part.start : part.end] for part in done.parts]
    assert words == ["Ring [PERSON_2] nu.", "Ja, [PERSON_1]."]
    assert [part.speaker for part in done.parts] == ["[PERSON_1]", "R1"]
    assert done.about["changes"] == [{"kind": "redacted", "n": 3}]
    assert redact_at_the_door(DocumentFile(id="d", text=text, parts=parts), None).text == text


def test_an_import_keeps_sure_names_out_of_tracked_files(tmp_path: Path) -> None:
    source = tmp_path / "intervju.txt"
    source.write_text("Intervjuare: Vem?\nR1: Anna Svensson, 070-174 06 12, i Lund.\n", "utf-8")
    study = tmp_path / "study"
    import_files(study, [source])
    text = (study / "documents" / "intervju.txt").read_text("utf-8")
    assert "R1: [PERSON_1], [PHONE_1], i Lund." in text
    assert b"Svensson" not in tracked(study)
    import_files(tmp_path / "open", [source], model=CorpusModel(redact="off"))
    assert "Anna Svensson" in (tmp_path / "open" / "documents" / "intervju.txt").read_text("utf-8")


@given(
    text=st.text("abcdefgh", min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=8, unique=True),
    start=st.integers(0, 40),
    length=st.integers(1, 40),
)
def test_places_move_with_their_words(text: str, cuts: list[int], start: int, length: int) -> None:
    ends = sorted(min(cut, len(text)) for cut in cuts)
    pairs = zip(ends[::2], ends[1::2], strict=False)
    spans = [(a, b, f"[X_{n}]") for n, (a, b) in enumerate(pairs) if a < b]
    new, done = "", 0
    for low, high, token in spans:
        new, done = new + text[done:low] + token, high
    new += text[done:]
    start, end = min(start, len(text) - 1), min(start + length, len(text))
    if start >= end:
        return
    moved = Shift(spans)
    here = new[moved.start(start) : moved.end(end)]
    expected, place_ = "", start
    for low, high, token in spans:
        if high > start and low < end:
            expected += text[place_ : max(low, place_)] + token
            place_ = high
    expected += text[place_:end] if place_ < end else ""
    assert here == expected


def test_a_span_inside_a_name_covers_its_token(talk: Corpus) -> None:
    review_redaction(talk, lambda _: "replace", reviewer="A")
    spans = [c.target for c in Corpus(talk.folder).folded.codings if isinstance(c.target, Span)]
    assert any(re.fullmatch(r"\[PERSON_\d\]", span.quote or "") for span in spans)


FIRST = ["Anna", "Erik", "Fatima", "Lars", "Mohammed", "Ingrid", "Deepak", "Ewa", "Sara", "Johan"]
LAST = ["Svensson", "Lindqvist", "Hosseini", "Kowalczyk", "Öberg"]
CANARIES = [
    *(f"{first} {last}" for first in FIRST for last in LAST),
    *(f"070-174 {n // 10:02d} {10 + n % 10}" for n in range(50)),
    *(f"8{n % 10}0{1 + n % 9}1{n % 9}-{1000 + n}" for n in range(50)),
    *(f"kanarie.{n}@exempel.se" for n in range(50)),
]
SAID = [
    "Jag pratade med {} om kön.", "Skriv till {} tack, kön var lång!", "Hälsningar {}",
    "Det var {} som hjälpte mig i kön 😀",
]  # fmt: skip


def test_two_hundred_canaries_of_a_survey_come_out_nowhere(tmp_path: Path) -> None:
    assert len(set(CANARIES)) == 200
    answers = pd.DataFrame(
        {
            "why": [SAID[n % 4].format(canary) for n, canary in enumerate(CANARIES)],
            "who": [f"r{n}" for n in range(200)],
        }
    )
    study = tmp_path / "study"
    study.mkdir()
    (study / "study.toml").write_text('[study]\nid = "x"\n[corpus]\n', "utf-8")
    import_table(study, answers, text="why", respondent="who")
    corpus = open_corpus(study)
    corpus.define("queue", coder="A", name="Kö", rules=["kön"])
    wb.apply_rules(corpus)
    out = tmp_path / "out"
    wb.export_refi(corpus, out / "p.qdpx")
    wb.export_excel(corpus, out / "p.xlsx")
    wb.export_quotes_word(corpus, out / "p.docx")
    wb.export_quotes_csv(corpus, out / "p.csv")
    wb.export_respondent(corpus, "r7", out / "r7.zip")
    wb.reporting_checklist(corpus).table.to_csv(out / "coreq.csv")
    corpus.excerpts.to_html(out / "excerpts.html")
    everything = tracked(study) + opened(out)
    assert b"queue" in everything
    found = [canary for canary in CANARIES if canary.encode() in everything]
    assert found == []
    assert wb.scan_output(out, study=study) == []
    assert len(corpus.excerpts) == 150


def opened(folder: Path) -> bytes:
    """Return everything in the files of a folder, archives unpacked."""
    pieces: list[bytes] = []
    for path in sorted(folder.iterdir()):
        pieces.append(path.read_bytes())
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                pieces += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(pieces)
