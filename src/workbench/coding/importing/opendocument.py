"""OpenDocument texts: paragraphs, headings, lists, tables, tracked insertions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from workbench.coding.importing.original import Line, Original
from workbench.coding.importing.packed import xml_parts
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

__all__ = ["read_opendocument"]

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CONTENT = "content.xml"
_LEFT_OUT = {f"{_OFFICE}annotation": "comments", f"{_DRAW}image": "pictures"}
_SKIPPED = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation-end", f"{_TEXT}soft-page-break"}


def read_opendocument(raw: bytes, *, name: str) -> Original:
    """Read an ``.odt`` file; table rows have a tab between cells.

    Raises
    ------
    CorpusError
        If the file is no OpenDocument text, or is encrypted.
    """
    broken = f"{name} is not a whole OpenDocument text, or is encrypted. Open it and save it again."
    parts = xml_parts(raw, lambda path: path == _CONTENT, name=name, broken=broken)
    if _CONTENT not in parts:
        raise CorpusError(broken)
    root = parts[_CONTENT]
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise CorpusError(f"{name} is an OpenDocument file, but not a text. Save it as .odt.")
    counts: Counter[str] = Counter()
    for change in body.iter(f"{_TEXT}changed-region"):
        counts["tracked_insertions"] += change.find(f"{_TEXT}insertion") is not None
        counts["tracked_deletions"] += change.find(f"{_TEXT}deletion") is not None
    notes: list[Line] = []
    lines = [*_blocks(body, counts, notes)]
    original = Original(format="odt", lines=[*lines, *notes])
    for kind, n in sorted(counts.items()):
        original.changed(kind, n)
    return original


def _blocks(container: Element, counts: Counter[str], notes: list[Line]) -> Iterable[Line]:
    for child in container:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            kind = "heading" if child.tag == f"{_TEXT}h" else "paragraph"
            yield Line(text="".join(_text(child, counts, notes)), kind=kind)
        elif child.tag == f"{_TABLE}table":
            for row in _rows(child):
                yield Line(text="\t".join(_cells(row, counts, notes)), kind="table")
        elif child.tag in _LEFT_OUT:
            counts[_LEFT_OUT[child.tag]] += 1
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, counts, notes)


def _rows(table: Element) -> Iterable[Element]:
    """Yield the table's own rows; nested tables belong to their cell."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows"):
            yield from _rows(child)


def _cells(row: Element, counts: Counter[str], notes: list[Line]) -> Iterable[str]:
    for cell in row:
        if cell.tag == f"{_TABLE}table-cell":
            yield "\n".join(line.text for line in _blocks(cell, counts, notes))


def _text(element: Element, counts: Counter[str], notes: list[Line]) -> Iterable[str]:
    """Yield the words of a paragraph; white space is told by elements of its own."""
    yield _spaced(element.text)
    for child in element:
        tag = child.tag
        if tag == f"{_TEXT}s":
            yield " " * int(child.get(f"{_TEXT}c", "1"))
        elif tag == f"{_TEXT}tab":
            yield "\t"
        elif tag == f"{_TEXT}line-break":
            yield "\n"
        elif tag == f"{_TEXT}note":
            yield _note(child, counts, notes)
        elif tag in _LEFT_OUT:
            counts[_LEFT_OUT[tag]] += 1
        elif tag not in _SKIPPED:
            yield from _text(child, counts, notes)
        yield _spaced(child.tail)


def _spaced(text: str | None) -> str:
    """Return text as OpenDocument reads it: white space in the file is one space."""
    if not text:
        return ""
    words = " ".join(text.split())
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() and words else ""
    return f"{before}{words}{after}"


def _note(element: Element, counts: Counter[str], notes: list[Line]) -> str:
    """Put a footnote last, and return the mark that stands in the text."""
    body = element.find(f"{_TEXT}note-body")
    mark = f"[footnote {len(notes) + 1}]"
    words = "" if body is None else "\n".join(line.text for line in _blocks(body, counts, []))
    notes.append(Line(text=f"{mark} {words}"))
    counts["notes_put_last"] += 1
    return mark
