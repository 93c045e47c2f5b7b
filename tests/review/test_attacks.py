"""Every attack in every output: pages, tables, workbook, notebook, index, failure page, bundle."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hostile import (
    ATTACKS,
    DISPLAYS,
    HIDDEN,
    active_in,
    is_formula,
    write_hostile_notebook,
    write_hostile_study,
)

from workbench.report.run import Run, run_notebook
from workbench.review.bundle import write_bundle
from workbench.review.index import write_index


class Made:
    """A hostile study's outputs, by the name of the output."""

    def __init__(self, home: Path) -> None:
        study = write_hostile_study(home)
        shows = write_hostile_notebook(home, "10_shows", DISPLAYS)
        told = f"raise wb.DataError({' '.join(ATTACKS.values())!r})"
        other = "raise KeyError(answers['market'].iloc[0])"
        self.home, out = home, home / "out"
        self.run = run_notebook(shows, study, out=out)
        self.path_run = run_notebook(shows, study, parameters={"market": ATTACKS["path"]}, out=out)
        self.told = run_notebook(write_hostile_notebook(home, "11_told", told), study, out=out)
        self.other = run_notebook(write_hostile_notebook(home, "12_other", other), study, out=out)
        write_index(out)
        self.bundle = write_bundle(self.run.folder, home / "bundle.zip", study=study)
        self.workbook = _exported(self.run, home / "exported")

    def pages(self, output: str) -> Iterator[str]:
        """Yield the HTML of an output."""
        match output:
            case "HTML":
                yield _text(self.run.folder / "report.html")
                yield _text(self.run.folder / "review.html")
            case "failure page":
                for failed in (self.told, self.other):
                    yield _text(failed.folder / "report.html")
                    yield _text(failed.folder / "review.html")
            case "index":
                yield from (_text(path) for path in (self.home / "out").glob("index.*.html"))
            case "bundle":
                with zipfile.ZipFile(self.bundle) as archive:
                    for name in archive.namelist():
                        if name.endswith(".html"):
                            yield archive.read(name).decode()
            case "SVG":
                for path in sorted(self.run.folder.rglob("*.svg")):
                    yield _text(path)
            case _:
                yield from _shown(self.run.folder / "notebook.ipynb")
                yield from _shown(self.told.folder / "notebook.ipynb")

    def cells(self, output: str) -> Iterator[tuple[str, str]]:
        """Yield (type, text) of every cell of an output's tables."""
        if output == "XLSX":
            for path in self.workbook:
                for sheet in openpyxl.load_workbook(path):
                    for row in sheet.iter_rows():
                        for cell in row:
                            if cell.value is not None:
                                yield cell.data_type, str(cell.value)
            return
        for name, text in self._tables(output):
            assert name
            for row in csv.reader(io.StringIO(text)):
                yield from (("s", cell) for cell in row)

    def _tables(self, output: str) -> Iterator[tuple[str, str]]:
        if output == "CSV":
            yield from ((path.name, _text(path)) for path in self.run.folder.rglob("*.csv"))
            return
        with zipfile.ZipFile(self.bundle) as archive:
            for name in archive.namelist():
                if name.endswith(".csv") and "/tables/" in name:
                    yield name, archive.read(name).decode()


def _exported(run: Run, folder: Path) -> list[Path]:
    from workbench.report.exports.source import open_finished
    from workbench.report.exports.tidy import write_workbook

    folder.mkdir()
    write_workbook(open_finished(run.folder), folder / "tables.xlsx")
    return sorted(folder.glob("*.xlsx"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _shown(path: Path) -> Iterator[str]:
    """Yield what of a notebook's outputs a viewer would take for markup."""
    for cell in json.loads(_text(path))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert not [kind for kind in data if "javascript" in kind]
            for kind in ("text/html", "image/svg+xml", "text/markdown"):
                yield "".join(data.get(kind, ""))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    found = Made(tmp_path_factory.mktemp("attacked"))
    assert found.run.status == found.path_run.status == "done"
    assert found.told.status == found.other.status == "failed"
    return found


PAGES = ("HTML", "failure page", "index", "bundle", "SVG", "ipynb")
TABLES = ("CSV", "XLSX", "bundle")
_SPLIT = re.compile(r"[<>&]")


@pytest.mark.parametrize("output", PAGES)
def test_nothing_runs_loads_or_becomes_markup(made: Made, output: str) -> None:
    pages = list(made.pages(output))
    assert any(pages)
    assert [found for page in pages for found in active_in(page)] == []


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("output", PAGES)
def test_an_attack_is_no_more_than_text(made: Made, output: str, attack: str) -> None:
    """The attack's own characters do not stand in the source, or stand there escaped."""
    text = ATTACKS[attack]
    for page in made.pages(output):
        if output not in {"SVG", "ipynb"}:
            assert not HIDDEN.search(page), "characters that hide or turn text around"
        if _SPLIT.search(text) and attack != "entity":
            assert text not in page


@pytest.mark.parametrize("output", ["HTML", "failure page", "index"])
def test_a_template_in_data_stays_text(made: Made, output: str) -> None:
    pages = list(made.pages(output))
    assert any("{{ 7*7 }}" in page for page in pages)


@pytest.mark.parametrize("output", TABLES)
def test_no_cell_of_a_table_is_a_formula(made: Made, output: str) -> None:
    cells = list(made.cells(output))
    assert any("SUM(A1)" in text for _, text in cells), "the attack did not come so far"
    assert [text for kind, text in cells if kind == "f"] == []
    if output != "XLSX":  # there a text is a text, whatever it begins with
        assert [text for _, text in cells if is_formula(text)] == []


def test_a_failure_page_shows_no_answer_no_path_and_no_surroundings(made: Made) -> None:
    pages = [*made.pages("failure page"), *_shown(made.other.folder / "notebook.ipynb")]
    for page in pages:
        assert str(made.home) not in page
        assert str(Path.home()) + "/" not in page
    assert "KeyError" in _text(made.other.folder / "review.html")
    first = next(iter(ATTACKS.values()))
    for path in made.other.folder.rglob("*"):
        if path.suffix in {".html", ".json"} and path.name != "record.json":
            assert first not in _text(path)


def test_no_file_leaves_its_folder(made: Made) -> None:
    kept = {"out", "study", "exported", "bundle.zip"}
    assert {path.name for path in made.home.iterdir() if path.suffix != ".ipynb"} == kept
    with zipfile.ZipFile(made.bundle) as archive:
        for name in archive.namelist():
            parts = Path(name).parts
            assert not name.startswith("/")
            assert ".." not in parts
            assert ".keys" not in parts
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]', name)


def test_a_market_named_as_a_device_has_a_folder_every_system_can_write(made: Made) -> None:
    from workbench.report.folders import safe_name

    for attack in ATTACKS.values():
        name = safe_name(attack)
        assert name.isprintable()
        assert name.casefold().split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
        assert not set(name) & set('<>:"/\\|?*')
    assert made.path_run.folder.resolve().is_relative_to((made.home / "out").resolve())
