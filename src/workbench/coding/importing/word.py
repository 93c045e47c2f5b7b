"""Word files: every word that stands in the document, tables and tracked insertions among them.

The usual library drops tracked insertions and tables without a word. Here the XML is read itself:
insertions are kept and deletions left out, as the document reads when all changes are accepted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.coding.importing.original import Line, Original
from workbench.coding.importing.packed import xml_parts
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

__all__ = ["read_word"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
_LEFT_OUT = {
    f"{_W}del": "tracked_deletions",
    f"{_W}moveFrom": "tracked_deletions",
    f"{_W}commentReference": "comments",
    f"{_W}drawing": "pictures",
    f"{_W}pict": "pictures",
}
_KEPT = {f"{_W}ins": "tracked_insertions", f"{_W}moveTo": "tracked_insertions"}
_SKIPPED = {f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr", f"{_MC}Fallback"}
_NOTES = (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote"))


def read_word(raw: bytes, *, name: str) -> Original:
    """Read a ``.docx`` file: paragraphs, and table rows with a tab between cells.

    Raises
    ------
    CorpusError
        If the file is no Word file, or is protected by a password.
    """
    counts: Counter[str] = Counter()
    parts = _parts(raw, name)
    body = parts["word/document.xml"].find(f"{_W}body")
    lines = [] if body is None else list(_blocks(body, counts))
    for path, kind in _NOTES:
        if path in parts:
            lines += _notes(parts[path], kind, counts)
    for path in parts:
        if path.startswith(("word/header", "word/footer")):
            text = "".join(_text(parts[path], Counter())).strip()
            counts["headers_and_footers"] += bool(text)
    original = Original(format="docx", lines=lines)
    for kind, n in sorted(counts.items()):
        original.changed(kind, n)
    return original


def _parts(raw: bytes, name: str) -> dict[str, Element]:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise CorpusError(
            f"{name} is an old Word file, or protected by a password. Save it as .docx without one."
        )
    broken = f"{name} is not a whole Word file. Open it and save it again."
    parts = xml_parts(raw, _is_read, name=name, broken=broken)
    if "word/document.xml" not in parts:
        raise CorpusError(f"{name} is not a Word file. Open it and save it again as .docx.")
    return parts


def _is_read(path: str) -> bool:
    is_margin = path.startswith(("word/header", "word/footer")) and path.endswith(".xml")
    return is_margin or path in ("word/document.xml", *(note for note, _ in _NOTES))


def _blocks(container: Element, counts: Counter[str]) -> Iterable[Line]:
    """Yield the paragraphs and table rows of a body, through wrappers of every kind."""
    carried = ""
    for child in container:
        if child.tag == f"{_W}p":
            line = _paragraph(child, counts)
            if child.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
                carried += line.text
                counts["tracked_deletions"] += 1
                continue
            yield replace(line, text=carried + line.text)
            carried = ""
        elif child.tag == f"{_W}tbl":
            for row in _rows(child):
                if _is_deleted_row(row):
                    counts["tracked_deletions"] += 1
                    continue
                yield Line(text=_row(row, counts), kind="table")
        elif child.tag in _LEFT_OUT:
            counts[_LEFT_OUT[child.tag]] += 1
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, counts)
    if carried:
        yield Line(text=carried)


def _rows(table: Element) -> Iterable[Element]:
    """Yield the table's own rows, through wrappers; nested tables belong to their cell."""
    for child in table:
        if child.tag == f"{_W}tr":
            yield child
        elif child.tag not in (f"{_W}tblPr", f"{_W}tblGrid"):
            yield from _rows(child)


def _is_deleted_row(row: Element) -> bool:
    properties = row.find(f"{_W}trPr")
    return properties is not None and properties.find(f"{_W}del") is not None


def _row(row: Element, counts: Counter[str]) -> str:
    """Return the cells of a row with a tab between; a nested table stands in its cell."""
    cells: list[str] = []
    for cell in _cells(row):
        lines = [line.text for line in _blocks(cell, counts)]
        cells.append("\n".join(lines))
    return "\t".join(cells)


def _cells(row: Element) -> Iterable[Element]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag not in (f"{_W}trPr", f"{_W}tblPrEx"):
            yield from _cells(child)


def _paragraph(paragraph: Element, counts: Counter[str]) -> Line:
    properties = paragraph.find(f"{_W}pPr")
    kind = "paragraph"
    if properties is not None:
        style = properties.find(f"{_W}pStyle")
        name = "" if style is None else style.get(f"{_W}val", "")
        if name.lower().startswith(("heading", "rubrik", "title", "titel")):
            kind = "heading"
        counts["list_numbers"] += properties.find(f"{_W}numPr") is not None
    return Line(text="".join(_text(paragraph, counts)), kind=kind)


def _text(element: Element, counts: Counter[str]) -> Iterable[str]:
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag == f"{_W}sym":
            yield _symbol(child)
        elif tag in _LEFT_OUT:
            counts[_LEFT_OUT[tag]] += 1
        elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            kind = "footnote" if tag.endswith("footnoteReference") else "endnote"
            yield f"[{kind} {child.get(f'{_W}id', '')}]"
        elif tag not in _SKIPPED:
            if tag in _KEPT:
                counts[_KEPT[tag]] += 1
            yield from _text(child, counts)


def _symbol(element: Element) -> str:
    code = element.get(f"{_W}char", "")
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number - 0xF000 if 0xF000 <= number <= 0xF0FF else number)


def _notes(root: Element, kind: str, counts: Counter[str]) -> list[Line]:
    """Return footnotes as paragraphs at the end, each with the mark that stands in the text."""
    lines: list[Line] = []
    for note in root.iter(f"{_W}{kind}"):
        if note.get(f"{_W}type") in ("separator", "continuationSeparator"):
            continue
        text = "\n".join(line.text for line in _blocks(note, counts)).strip()
        lines.append(Line(text=f"[{kind} {note.get(f'{_W}id', '')}] {text}"))
        counts["notes_put_last"] += 1
    return lines
