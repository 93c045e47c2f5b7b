"""A hostile study's outputs: each made once, read as the texts, tables and pages it consists of."""

import contextlib
import csv
import functools
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
from hostile import (
    ATTACKS,
    DISPLAYS,
    TOKEN,
    TOKEN_NAME,
    write_hostile_notebook,
    write_hostile_study,
)

from workbench.report.engine.forked import ForkServer
from workbench.report.engine.kernels import can_fork
from workbench.report.exports.package import export_run
from workbench.report.run import Run, plan_run, run_plan
from workbench.review.bundle import write_bundle
from workbench.review.crate import CRATE
from workbench.review.diff import diff_html, diff_reports, diff_text
from workbench.review.index import write_index

OUTPUTS = (
    "HTML", "failure page", "index", "comparison", "ipynb", "SVG", "CSV", "XLSX", "PPTX", "DOCX",
    "PDF", "bundle", "crate",
)  # fmt: skip
PAGES = ("HTML", "failure page", "index", "comparison", "ipynb", "SVG", "bundle")
OFFICE = ("XLSX", "PPTX", "DOCX")


class Made:
    """A hostile study's outputs, by the name of the output."""

    def __init__(self, home: Path) -> None:
        os.environ[TOKEN_NAME] = TOKEN
        try:
            self._make(home)
        finally:
            del os.environ[TOKEN_NAME]

    def _make(self, home: Path) -> None:
        self.home, self.out = home, home / "out"
        self.study = write_hostile_study(home)
        shows = write_hostile_notebook(home, "10_shows", DISPLAYS)
        told = f"raise wb.DataError({' '.join(ATTACKS.values())!r})"
        other = (
            "import os, getpass\n"
            f"raise KeyError(answers['market'].iloc[0], os.environ[{TOKEN_NAME!r}], os.getcwd())"
        )
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(ForkServer()) if can_fork() else None
            manager = server.kernel_manager_class() if server else None

            def run(notebook: Path, **parameters: str) -> Run:
                plan = plan_run(notebook, self.study, parameters=parameters, out=self.out)
                return run_plan(plan, manager_class=manager)

            self.run = run(shows)
            self.earlier = run(shows, wave="2026-01")
            self.path_run = run(shows, market=ATTACKS["path"])
            self.told = run(write_hostile_notebook(home, "11_told", told))
            self.other = run(write_hostile_notebook(home, "12_other", other))
        write_index(self.out)
        self.bundle = write_bundle(self.run.folder, home / "bundle.zip", study=self.study)
        self.exported = export_run(self.run.folder, out=home / "exported")
        self.compared = diff_reports(self.earlier.folder, self.run.folder)

    @functools.cache  # noqa: B019 - one of it lives, as long as its tests
    def files(self, output: str) -> dict[str, bytes]:
        """Return the files an output consists of; packed ones with what is in them."""
        match output:
            case "HTML":
                return _read(self.run.folder.glob("*.html"), self.home)
            case "failure page":
                failed = (self.told.folder, self.other.folder)
                return _read((p for f in failed for p in f.glob("*.html")), self.home)
            case "index":
                return _read(self.out.glob("index.*.html"), self.home)
            case "comparison":
                pages = {f"{one}.html": diff_html(self.compared, one) for one in ("sv", "en")}
                pages["compared.json"] = json.dumps(self.compared.as_json(), ensure_ascii=False)
                pages["compared.txt"] = diff_text(self.compared, "en")
                return {name: page.encode() for name, page in pages.items()}
            case "ipynb":
                failed = (self.told.folder, self.other.folder)
                folders = (self.run.folder, *failed)
                return _read((folder / "notebook.ipynb" for folder in folders), self.home)
            case "SVG":
                drawn = [p for p in self.exported if p.suffix == ".svg"]
                return _read([*self.run.folder.rglob("*.svg"), *drawn], self.home)
            case "CSV":
                written = [p for p in self.exported if p.suffix == ".csv"]
                return _read([*self.run.folder.rglob("*.csv"), *written], self.home)
            case "PDF":
                return _read((p for p in self.exported if p.suffix == ".pdf"), self.home)
            case "XLSX" | "PPTX" | "DOCX":
                (path,) = (p for p in self.exported if p.suffix == f".{output.lower()}")
                return _unpacked(path.read_bytes())
            case "bundle":
                return _unpacked(self.bundle.read_bytes())
            case _:
                return {CRATE: _unpacked(self.bundle.read_bytes())[CRATE]}

    def texts(self, output: str) -> dict[str, str]:
        """Return the texts of an output; of a bundle, what is no copy of the study's own files."""
        if output == "PDF":
            return {name: _printed(content) for name, content in self.files(output).items()}
        return {
            name: content.decode("utf-8-sig")
            for name, content in self.files(output).items()
            if not name.startswith("study/") and b"\0" not in content
        }

    def pages(self, output: str) -> Iterator[tuple[str, str]]:
        """Yield what of an output a browser, or a viewer of notebooks, takes for markup."""
        for name, text in self.texts(output).items():
            if name.endswith((".html", ".svg")):
                yield name, text
            elif name.endswith(".ipynb"):
                yield from ((name, shown) for shown in shown_in(text))

    def rows(self, output: str) -> Iterator[list[str]]:
        """Yield the rows of every table a reader of an output sees."""
        for name, text in self.texts(output).items():
            if name.endswith(".csv"):
                yield from csv.reader(io.StringIO(text))
            elif name.endswith(("compared.json", "results.json")):
                yield from _json_rows(json.loads(text))
            elif output in {"PPTX", "DOCX"} and name.endswith(".xml"):
                yield from _office_rows(text)
            else:
                shown = shown_in(text) if name.endswith(".ipynb") else [text]
                yield from (row for page in shown for row in _html_rows(page))
        for _, sheet in self.sheets(output):
            yield from (
                [str(cell.value) for cell in row if cell.value is not None] for row in sheet
            )

    def sheets(self, output: str) -> Iterator[tuple[str, Any]]:
        """Yield the sheets of an output that is a workbook, or holds one behind its charts."""
        if output == "XLSX":
            books = [p.read_bytes() for p in self.exported if p.suffix == ".xlsx"]
        elif output in {"PPTX", "DOCX"}:
            found = self.files(output)
            books = [content for name, content in found.items() if name.endswith(".xlsx")]
            assert books, "there is a chart with its numbers"
        else:
            return
        for book in books:
            for sheet in openpyxl.load_workbook(io.BytesIO(book)):
                yield sheet.title, sheet.iter_rows()

    def cells(self, output: str) -> Iterator[tuple[str, str]]:
        """Yield (type, text) of every cell of an output's tables, for spreadsheets to take in."""
        for name, text in self.texts(output).items():
            if name.endswith(".csv"):
                yield from (("s", cell) for row in csv.reader(io.StringIO(text)) for cell in row)
        for _, sheet in self.sheets(output):
            for row in sheet:
                yield from ((c.data_type, str(c.value)) for c in row if c.value is not None)


def _read(paths: Any, home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def _printed(content: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as document:
        said = [str(value) for value in (document.metadata or {}).values()]
        return "\n".join([*said, *(page.extract_text() or "" for page in document.pages)])


def _unpacked(content: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            found[name] = archive.read(name)
            if name.endswith(".xlsx"):
                found |= {f"{name}/{n}": part for n, part in _unpacked(found[name]).items()}
    return found


def shown_in(notebook: str) -> Iterator[str]:
    """Yield what of a notebook's outputs a viewer would take for markup."""
    for cell in json.loads(notebook)["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert not [kind for kind in data if "javascript" in kind]
            for kind in ("text/html", "image/svg+xml", "text/markdown"):
                yield "".join(data.get(kind, ""))


def _json_rows(content: Any) -> Iterator[list[str]]:
    if isinstance(content, dict):
        for move in content.get("moves", ()):
            yield [str(value) for value in move.values() if value is not None]
        for rows in (t["rows"] for r in content.get("results", ()) for t in r["tables"].values()):
            yield from ([str(value) for value in row if value is not None] for row in rows)


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self.is_inside = True

    def handle_endtag(self, tag: str) -> None:
        self.is_inside &= tag not in {"td", "th", "tr", "table"}

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self.rows[-1][-1] += data


def _html_rows(page: str) -> list[list[str]]:
    found = _Rows()
    found.feed(page)
    return found.rows


def _office_rows(xml: str) -> Iterator[list[str]]:
    for row in re.findall(r"<(?:a|w):tr\b.*?</(?:a|w):tr>", xml, re.DOTALL):
        cells = re.findall(r"<(?:a|w):tc>.*?</(?:a|w):tc>", row, re.DOTALL)
        yield ["".join(re.findall(r"<(?:a|w):t(?: [^>]*)?>([^<]*)<", cell)) for cell in cells]
