"""The gallery shows every figure of the demo reports once, with its numbers and its report."""

import re
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup

from workbench.report.cells import drawings_of
from workbench.report.gallery import write_gallery


def _gallery(folders: list[Path], language: str) -> tuple[BeautifulSoup, Path]:
    out = folders[0].parents[3]
    pages = {page.name: page for page in write_gallery(out, folders)}
    path = pages[f"gallery.{language}.html"]
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"), path


def test_every_figure_is_there_with_its_table(demo_folders: dict[str, Path]) -> None:
    folders = [folder for name, folder in demo_folders.items() if name.endswith("/sv")]
    page, _ = _gallery(folders, "sv")
    expected = sum(
        len(list(drawings_of(nbformat.read(folder / "notebook.ipynb", as_version=4), "sv")))
        for folder in folders
    )
    figures = page.select("figure")
    assert len(figures) == expected >= 25
    assert len(page.select("figure + details table")) == expected
    said = [figure.select_one("svg title").text for figure in figures]
    assert len(set(said)) == expected, "two rounds of a trial are told apart"


def test_links_lead_to_pages_and_ids_are_unique(demo_folders: dict[str, Path]) -> None:
    page, path = _gallery(list(demo_folders.values()), "en")
    links = [link["href"] for link in page.select("main a[href$='.html']")]
    assert len(links) == len(set(links)) >= 10
    assert [link for link in links if not (path.parent / str(link)).is_file()] == []
    ids = re.findall(r'\bid="([^"]+)"', path.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))


def test_the_same_runs_give_the_same_page(demo_folders: dict[str, Path]) -> None:
    folders = list(demo_folders.values())
    _, path = _gallery(folders, "sv")
    first = path.read_bytes()
    _gallery(folders, "sv")
    assert path.read_bytes() == first


def test_a_run_that_failed_has_no_figures_and_no_page(tmp_path: Path) -> None:
    folder = tmp_path / "study" / "20_satisfaction" / "default" / "sv"
    folder.mkdir(parents=True)
    (folder / "notebook.ipynb").write_text("{}", encoding="utf-8")
    (folder / "record.json").write_text('{"status": "failed", "language": "sv"}', "utf-8")
    assert write_gallery(tmp_path, [folder]) == []
