"""Every figure of a set of reports on one page, with its numbers: to see them side by side."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat

from workbench.language import LANGUAGES, Message, localized
from workbench.report.cells import drawings_in
from workbench.report.compact import compact_drawing
from workbench.report.figures import clean_svg
from workbench.report.fragments import drawings_html, table_html
from workbench.report.html import render_gallery
from workbench.report.payload import MIME
from workbench.report.tables import display_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markupsafe import Markup

__all__ = ["Gallery", "write_gallery"]


@dataclass(frozen=True)
class Figure:
    """One figure: the finding, both drawings, and the table of its numbers."""

    id: str
    title: str
    drawing: Markup
    table: Markup
    is_panel: bool


@dataclass(frozen=True)
class Room:
    """The figures of one report."""

    name: str
    title: str
    study: str
    folder: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Gallery:
    """The page, in one language."""

    language: str
    lead: str
    rooms: tuple[Room, ...]


def write_gallery(out: Path, folders: Sequence[Path]) -> list[Path]:
    """Write ``gallery.sv.html`` and ``gallery.en.html`` over the figures of some reports.

    Parameters
    ----------
    out
        Folder of the pages.
    folders
        Run folders below it; those of failed runs and of another language are passed over.

    Returns
    -------
    list
        The pages written: one for each language that has a figure.
    """
    written: list[Path] = []
    for language in LANGUAGES:
        found = {folder: facts for folder in folders if (facts := _finished(folder, language))}
        alike = Counter(folder.parents[1] for folder in found)
        rooms = tuple(
            room
            for folder, facts in found.items()
            for room in _rooms(folder, facts, out, language, is_one_of=alike[folder.parents[1]] > 1)
        )
        if not rooms:
            continue
        lead = Message(
            "{figures:integer} figures from {reports:integer} reports, each with its numbers. They "
            "follow the reader’s colours: switch to dark, or print.",
            figures=sum(len(room.figures) for room in rooms),
            reports=len(rooms),
        )
        path = out / f"gallery.{language}.html"
        page = Gallery(language=language, lead=lead.render(language), rooms=rooms)
        path.write_text(render_gallery(page), encoding="utf-8")
        written.append(path)
    return written


def _finished(folder: Path, language: str) -> dict[str, Any]:
    """Return the record of a run that was finished in a language; empty for every other."""
    record = folder / "record.json"
    if not record.is_file() or not (folder / "notebook.ipynb").is_file():
        return {}
    facts: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    is_one = facts.get("status") == "done" and facts.get("language") == language
    return facts if is_one else {}


def _rooms(
    folder: Path, facts: dict[str, Any], out: Path, language: str, *, is_one_of: bool
) -> Iterator[Room]:
    """Yield the room of a report; of several by one notebook on one study, what was chosen too."""
    place = folder.relative_to(out).as_posix()
    prefix = "-".join(part for part in place.split("/") if part != language)
    choices = [part.partition("=")[2] for part in folder.parent.name.split(",")]
    mark = ", ".join(filter(None, choices)) if is_one_of else ""
    figures = tuple(_figures(folder / "notebook.ipynb", prefix, language, mark))
    if figures:
        study = localized(facts["study"]["title"], language)
        title = localized(facts["notebook"]["title"], language)
        if mark:
            title = f"{title} ({mark})"
        yield Room(facts["notebook"]["name"], title, study, place, figures)


def _figures(path: Path, prefix: str, language: str, mark: str) -> Iterator[Figure]:
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            payload = data.get(MIME)
            if payload is None:
                continue
            summary = localized(payload["summary"], language).replace("**", "")
            summary = f"{mark}: {summary}" if mark else summary
            drawings = drawings_in(data.get("text/html", ""), payload["id"], summary)
            if drawings:
                yield _figure(payload, drawings, prefix, summary, language)


def _figure(
    payload: dict[str, Any], drawings: dict[str, str], prefix: str, summary: str, language: str
) -> Figure:
    identifier = f"{prefix}-{payload['id']}"
    own = {
        width: compact_drawing(
            clean_svg(svg, prefix=f"{identifier}-{width[0]}", title=summary, style=width)
        )
        for width, svg in drawings.items()
    }
    headline = payload.get("headline")
    labels = {key: localized(label, language) for key, label in payload["labels"].items()}
    table = display_table(payload, "table", language, labels=labels)
    return Figure(
        id=identifier,
        title=localized(headline, language) if headline else summary,
        drawing=drawings_html(own),
        table=table_html(table, label=identifier),
        is_panel="wide" not in own,
    )
