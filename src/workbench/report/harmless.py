"""The executed notebook as it is kept: nothing in its outputs runs or loads when it is opened.

What ``wb.show`` displays is escaped where it is made. Other displays, such as Markdown or a styled
frame, carry what the data say into markup; here that is cleaned, and what only runs is dropped.
"""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from workbench.report.cells import clean_html, prose
from workbench.report.payload import MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["HIDING", "harmless"]

HIDING: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Letters that cannot be seen, or turn the order of what stands around them."""

_RUNNING: Final = ("application/javascript", "text/javascript")
_TAGS: Final = frozenset(
    {"script", "iframe", "frame", "object", "embed", "applet", "base", "link", "meta", "form"}
)
_ADDRESSES: Final = frozenset({"href", "src", "xlink:href", "action", "formaction", "data"})
_HARMLESS: Final = re.compile(r"\s*(#|https?:|mailto:|data:image/|[\w./-]+$)", re.IGNORECASE)
_SHOWN: Final = ("text/plain", "text/html", "text/markdown", "image/svg+xml")
_MARKDOWN: Final = re.compile(r"<|javascript:|data:", re.IGNORECASE)


def harmless(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with outputs that run, load, hide and turn around nothing; text stays.

    Parameters
    ----------
    notebook
        Left unchanged.
    """
    kept = copy.copy(notebook)
    kept.cells = [_harmless_cell(cell) for cell in notebook.cells]
    return kept


def _harmless_cell(cell: NotebookNode) -> NotebookNode:
    outputs = cell.get("outputs", [])
    if not any(_is_active(output.get("data", {})) or _hides(output) for output in outputs):
        return cell
    kept = copy.deepcopy(cell)
    for output in kept.outputs:
        data = output.get("data", {})
        if _is_active(data):
            _clean(data)
        for texts, name in _shown(output):
            texts[name] = HIDING.sub("", texts[name])
    return kept


def _shown(output: Any) -> list[tuple[Any, str]]:
    """Return (where, under which name) of every text of an output that a viewer shows."""
    data = output.get("data", {})
    streams = [(output, "text")] if "text" in output else []
    return streams + [(data, kind) for kind in _SHOWN if kind in data]


def _hides(output: Any) -> bool:
    return any(HIDING.search(texts[name]) for texts, name in _shown(output))


def _is_active(data: dict[str, Any]) -> bool:
    if MIME in data:
        return False
    markup = any(_has_markup(data.get(kind, "")) for kind in ("text/html", "image/svg+xml"))
    return markup or bool(_MARKDOWN.search(data.get("text/markdown", ""))) or _runs(data)


def _runs(data: dict[str, Any]) -> bool:
    return any(kind in data for kind in _RUNNING)


def _clean(data: dict[str, Any]) -> None:
    for kind in _RUNNING:
        data.pop(kind, None)
    if _has_markup(data.get("image/svg+xml", "")):
        del data["image/svg+xml"]
    markdown = data.get("text/markdown", "")
    if _MARKDOWN.search(markdown):
        del data["text/markdown"]
        data["text/html"] = str(prose(markdown))
    if "text/html" in data:
        data["text/html"] = str(clean_html(data["text/html"]))


def _has_markup(text: str) -> bool:
    finder = _Finder()
    finder.feed(text)
    finder.close()
    is_cut_off = text.count("<!--") != text.count("-->")  # would hide what follows it
    return finder.found or is_cut_off


class _Finder(HTMLParser):
    """Notices elements and attributes that run something or load it from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element; a tag no one knows came from the data."""
        self.found |= tag in _TAGS or "-" in tag
        for name, value in attrs:
            leads_out = name in _ADDRESSES and not _HARMLESS.match(value or "#")
            self.found |= name.startswith("on") or leads_out
