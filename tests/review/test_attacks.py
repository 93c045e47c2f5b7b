"""Every attack in every output: a matrix, so that a hole in it shows as a missing test."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from attacked import OFFICE, OUTPUTS, PAGES, Made
from defusedxml.ElementTree import fromstring
from hostile import ATTACKS, HIDDEN, PERSON, SMALL, STORED, TOKEN, active_in, is_formula
from lxml import html

from workbench.errors import BundleError, RecordError
from workbench.review import verify as verification
from workbench.review.bundle import opened
from workbench.review.diff import diff_reports
from workbench.review.index import entries
from workbench.review.runs import changed_files, open_run
from workbench.review.verify import Status, verify_run

Check = Callable[[Made, str], None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    found = Made(tmp_path_factory.mktemp("attacked"))
    assert found.run.status == found.path_run.status == found.earlier.status == "done"
    assert found.told.status == found.other.status == "failed"
    return found


def _markup(made: Made, output: str) -> None:
    """Nothing runs, loads from elsewhere, or is an element that came from data."""
    if output in OFFICE:
        for name, content in made.files(output).items():
            assert not re.search(r"vba|macro|ole|activeX|^(?!.*printerSettings).*\.bin$", name), (
                name
            )
            if name.endswith((".xml", ".rels")):
                tags = {element.tag.split("}")[-1] for element in fromstring(content).iter()}
                assert not {tag for tag in tags if tag == "script" or tag.startswith("xss")}
                outside = re.findall(rb'Target="([^"]*)"[^>]*TargetMode="External"', content)
                assert [target for target in outside if not target.startswith(b"http")] == []
        return
    if output == "PDF":
        (content,) = made.files(output).values()
        assert content.startswith(b"%PDF")
        assert not re.search(rb"/(JavaScript|JS|OpenAction|AA|Launch|URI|EmbeddedFile)\b", content)
        return
    pages = list(made.pages(output))
    assert any(page for _, page in pages)
    assert [found for _, page in pages for found in active_in(page)] == []


def _template(made: Made, output: str) -> None:
    """A template in data stays text, and is not worked out."""
    texts = " ".join(made.texts(output).values())
    assert "{{ 7*7 }}" in texts
    assert "{{ 49 }}" not in texts


def _formula(made: Made, output: str) -> None:
    """No spreadsheet takes a cell for a formula, nor finds one in what is pasted into it."""
    if output in {"CSV", "XLSX", "PPTX", "DOCX", "bundle"}:
        cells = list(made.cells(output))
        assert any("SUM(A1)" in text for _, text in cells), "the attack did not come so far"
        assert [text for kind, text in cells if kind == "f"] == []
        if output in {"CSV", "bundle"}:  # elsewhere a text is a text, whatever it begins with
            assert [text for _, text in cells if is_formula(text)] == []
    for _, text in made.texts(output).items():
        assert not re.search(
            r"x:fmla|mso-data|<w:(instrText|fldSimple)[^>]*>[^<]*DDE|data:text", text
        )


def _hidden(made: Made, output: str) -> None:
    """No character that hides or turns text around is in what a reader sees."""
    if output in {"ipynb", "bundle"}:  # beside their pages they hold values as they were read
        texts = [page for _, page in made.pages(output)]
    else:
        every = made.texts(output).items()
        texts = [text for name, text in every if not name.endswith(".json")]
    assert texts or output == "crate"
    assert [text for text in texts if HIDDEN.search(text)] == []


def _path(made: Made, output: str) -> None:
    """No name of a file, and no link, leads out of where it belongs."""
    for name, content in made.files(output).items():
        inside = name.split(".xlsx/")[-1]
        assert not Path(inside).is_absolute()
        assert ".." not in Path(inside).parts
        assert not re.search(r'[<>:"|?*\\\x00-\x1f]', inside)
        if name.endswith(".html"):
            leads = [element.get(key) for element in html.fromstring(content).iter()
                     for key in ("href", "src") if element.get(key)]  # fmt: skip
            near = [one for one in leads if not re.match(r"#|https?:|mailto:|data:image/", one)]
            assert [one for one in near if ".." in Path(one).parts or one[0] == "/"] == []


def _surroundings(made: Made, output: str) -> None:
    """No path of this machine, and nothing of the environment, is in it."""
    for name, content in made.files(output).items():
        for told in (str(made.home), str(Path.home()) + "/", TOKEN):
            assert told.encode() not in content, name


def _person(made: Made, output: str) -> None:
    """No respondent's key is in it."""
    for name, text in made.texts(output).items():
        assert PERSON not in text, name


def _small(made: Made, output: str) -> None:
    """A group too small to show has no number, nor has enough beside it to subtract with."""
    rows = [row for row in made.rows(output) if any(SMALL in cell for cell in row)]
    assert rows, "the small group is named"
    words = [" ".join(cell for cell in row if SMALL not in cell) for row in rows]
    assert [text for text in words if re.search(r"\d", text)] == []
    if output in {"CSV", "XLSX", "bundle"}:
        hidden = {row[0] for row in made.rows(output) if {"floor", "complement"} & {*row}}
        assert len(hidden) >= 2, "one alone could be computed from the total"


def _stored(made: Made, output: str) -> None:
    """What the notebook's own stored outputs say is never shown."""
    for name, text in made.texts(output).items():
        assert STORED not in text, name


def _tampered(made: Made, output: str, place: Path, patch: pytest.MonkeyPatch) -> None:
    """A byte changed afterwards shows, and the file is named."""
    shutil.copytree(made.home / "out", place / "out")
    shutil.copytree(made.home / "exported", place / "out" / "exported")
    run = place / "out" / made.run.folder.relative_to(made.out)
    (place / "out" / "exported").rename(run.parent / f"{run.name}-export")
    patch.setattr(verification, "_rerun", lambda *_: ([], True))
    assert verify_run(run, against=made.study).status is Status.SAME

    def flip(path: Path) -> str:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
        return path.name

    if output in {"bundle", "crate"}:
        name = "study/study.toml" if output == "bundle" else "ro-crate-metadata.json"
        changed = place / "changed.zip"
        with zipfile.ZipFile(made.bundle) as old, zipfile.ZipFile(changed, "w") as new:
            for member in old.namelist():
                new.writestr(member, old.read(member) + (b" " if member == name else b""))
        with pytest.raises(BundleError, match=re.escape(name)):
            opened(changed).__enter__()
        return
    if output == "failure page":
        failed = place / "out" / made.told.folder.relative_to(made.out)
        name = flip(failed / "report.html")
        assert changed_files(open_run(failed)) == [(name, "changed")]
        return
    if output == "comparison":
        flip(run / "results.json")
        with pytest.raises(RecordError, match=r"results\.json"):
            diff_reports(run.parents[1] / "wave=2026-01" / run.name, run)
        return
    patterns = {
        "HTML": "report.html", "ipynb": "notebook.ipynb", "SVG": "figures/*.svg", "index": "*.html",
        "CSV": "tables/*.csv", "XLSX": "../*/*.xlsx", "PPTX": "../*/*.pptx", "DOCX": "../*/*.docx",
        "PDF": "../*/*.pdf",
    }  # fmt: skip
    name = flip(sorted(run.glob(patterns[output]))[0])
    if output == "index":
        states = {entry.folder: entry.state for entry in entries(place / "out")}
        assert states[run.relative_to(place / "out").as_posix()] == "differs"
        return
    found = verify_run(run, against=made.study)
    assert found.status is Status.DIFFERENT
    assert [Path(one.address).name for one in found.differences] == [name]


CHECKS: dict[str, Check] = {
    "markup": _markup,
    "template": _template,
    "formula": _formula,
    "hidden characters": _hidden,
    "path": _path,
    "surroundings": _surroundings,
    "personal data": _person,
    "small groups": _small,
    "stored outputs": _stored,
}
NOT_THERE = {
    ("markup", "CSV"): "a table of text has no markup",
    ("markup", "crate"): "JSON is read as data; the pages made of it are pages",
    ("template", "crate"): "it names no owner and no market",
    ("template", "PDF"): "it names no owner and no market",
    ("small groups", "crate"): "it holds no numbers of answers",
    ("small groups", "index"): "it holds no numbers of answers",
    ("small groups", "failure page"): "it holds no numbers of answers",
    ("small groups", "PDF"): "the page for a meeting has drawings and sentences, no rows",
    ("small groups", "SVG"): "a drawing has no rows; the next test reads its words",
}
MATRIX = [(a, o) for a in CHECKS for o in OUTPUTS if (a, o) not in NOT_THERE]


@pytest.mark.parametrize(("attack", "output"), MATRIX, ids=[f"{a} in {o}" for a, o in MATRIX])
def test_attack(made: Made, attack: str, output: str) -> None:
    CHECKS[attack](made, output)


@pytest.mark.parametrize("output", OUTPUTS, ids=[f"tampering in {o}" for o in OUTPUTS])
def test_attack_afterwards(
    made: Made, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tampered(made, output, tmp_path, monkeypatch)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("output", PAGES)
def test_the_text_of_an_attack_is_no_more_than_text(made: Made, output: str, attack: str) -> None:
    """The attack's own characters do not stand in the source, or stand there escaped."""
    text = ATTACKS[attack]
    if re.search(r"[<>&]", text) and attack != "entity":
        assert [name for name, page in made.pages(output) if text in page] == []


def test_a_drawing_says_no_number_of_a_group_too_small_to_show(made: Made) -> None:
    for name, drawing in made.texts("SVG").items():
        words = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
        for place, word in enumerate(words):
            if SMALL in word:
                assert not re.search(r"\d", " ".join(words[place + 1 : place + 2])), name


def test_the_numbers_hidden_in_one_period_are_hidden_in_the_comparison(made: Made) -> None:
    moves = made.compared.as_json()["moves"]
    hidden = [move for move in moves if SMALL in move["address"]]
    assert {move["verdict"] for move in hidden} == {"suppressed"}
    assert all(move[name] is None for move in hidden for name in ("old", "new", "change"))


def test_a_failure_page_shows_no_answer(made: Made) -> None:
    assert "KeyError" in (made.other.folder / "review.html").read_text(encoding="utf-8")
    first = next(iter(ATTACKS.values()))
    for path in made.other.folder.rglob("*"):
        if path.suffix in {".html", ".json"} and path.name != "record.json":
            assert first not in path.read_text(encoding="utf-8")


def test_no_file_leaves_its_folder(made: Made) -> None:
    kept = {"out", "study", "exported", "bundle.zip"}
    assert {path.name for path in made.home.iterdir() if path.suffix != ".ipynb"} == kept
    assert ".keys" not in " ".join(made.files("bundle"))


def test_a_market_named_as_a_device_has_a_folder_every_system_can_write(made: Made) -> None:
    from workbench.report.folders import safe_name

    for attack in ATTACKS.values():
        name = safe_name(attack)
        assert name.isprintable()
        assert name.casefold().split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
        assert not set(name) & set('<>:"/\\|?*')
    assert made.path_run.folder.resolve().is_relative_to((made.home / "out").resolve())


def test_a_picture_says_nothing_of_its_maker(made: Made) -> None:
    from PIL import Image

    pictures = [path for path in made.exported if path.suffix == ".png"]
    assert pictures
    for path in pictures:
        with Image.open(path) as picture:
            said = json.dumps({k: str(v) for k, v in picture.info.items()})
        for told in (str(made.home), str(Path.home()), TOKEN, PERSON):
            assert told not in said
