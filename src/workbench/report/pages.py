"""Pages that stand beside a report: transcripts that its quotes lead to.

A notebook's output carries them under a private MIME type, ``{"pages": [{"path", "title",
"html"}]}``; the run writes each one, and the report links to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.errors import RunError
from workbench.report.spoken import mark_languages

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["PAGES_MIME", "links_html", "pages_of", "quote_link", "write_pages"]

PAGES_MIME = "application/vnd.workbench.pages+json"
_LANG = re.compile(r'<html lang="(\w+)"')
_SAFE_PATH = re.compile(r"^transcripts/[\w-]{1,120}\.html$")
_SAFE_ACT = re.compile(r"^[0-9A-Za-z]{1,40}$")


def pages_of(notebook: NotebookNode) -> dict[str, str]:
    """Return path to HTML of every page that the outputs of a notebook carry.

    Raises
    ------
    RunError
        If a page would be written elsewhere than in ``transcripts/``.
    """
    found: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for page in output.get("data", {}).get(PAGES_MIME, {}).get("pages", []):
                if not _SAFE_PATH.match(page["path"]):
                    raise RunError("A page beside a report must be 'transcripts/<name>.html'.")
                found[page["path"]] = page["html"]
    return found


def links_html(data: dict[str, Any]) -> Markup:
    """Return the links of one output that carries pages."""
    items = Markup("").join(
        Markup('<li><a href="{}">{}</a></li>').format(page["path"], page["title"])
        for page in data["pages"]
        if _SAFE_PATH.match(page["path"])
    )
    return Markup("<ul>{}</ul>").format(items)


def quote_link(document: object, act: object) -> str | None:
    """Return where a quote stands in its transcript's page.

    Examples
    --------
    >>> quote_link("R1", "01HZ"), quote_link("R1", "<")
    ('transcripts/R1.html#act-01HZ', None)
    """
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in str(document))
    path = f"transcripts/{name}.html"
    if not _SAFE_PATH.match(path) or not _SAFE_ACT.match(str(act)):
        return None
    return f"{path}#act-{act}"


def write_pages(notebook: NotebookNode, folder: Path) -> None:
    """Write the pages into a run folder."""
    for path, html in pages_of(notebook).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(_with_voices(html), encoding="utf-8")


def _with_voices(html: str) -> str:
    """Mark the texts of a page that are in another language than it says it is in."""
    said = _LANG.search(html)
    return mark_languages(html, said[1]) if said else html
