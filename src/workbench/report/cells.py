"""What the cells of an executed notebook hold: results, drawings, translated and cleaned texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from workbench.errors import RunError
from workbench.language import localized, translate
from workbench.report import figures
from workbench.report.payload import MIME, Payload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

__all__ = [
    "clean_html",
    "drawings_in",
    "drawings_of",
    "payloads_of",
    "prose",
    "translated_blocks",
]

_ALLOWED_TAGS = {
    "p", "h3", "h4", "h5", "ul", "ol", "li", "b", "strong", "i", "em", "a", "code", "pre",
    "blockquote", "table", "caption", "thead", "tbody", "tr", "th", "td", "sub", "sup", "br", "hr",
    "dl", "dt", "dd", "span", "div",
}  # fmt: skip
_ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


def payloads_of(notebook: NotebookNode) -> Iterator[Payload]:
    """Yield the machine-readable copy of every result, in order.

    Raises
    ------
    RunError
        If two results have the same id: an address must name one thing.
    """
    seen: set[str] = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(MIME)
            if payload is None:
                continue
            if payload["id"] in seen:
                raise RunError(
                    f"Two results are shown under the id '{payload['id']}'. "
                    "Give each wb.show an id of its own: wb.show(result, id='...')."
                )
            seen.add(payload["id"])
            yield payload


def drawings_of(notebook: NotebookNode, language: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield id and drawings of every result that has a figure, described in a language."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                payload = data[MIME]
                summary = localized(payload["summary"], language)
                found = drawings_in(data.get("text/html", ""), payload["id"], summary)
                if found:
                    yield payload["id"], found


def translated_blocks(source: str, language: str) -> list[str]:
    """Return the paragraphs of a markdown cell, each translated by the catalogue of notebooks."""
    blocks = re.split(r"\n\s*\n", source.strip())
    return [translate(block, language) for block in blocks if block.strip()]


def clean_html(html: str) -> Markup:
    """Return HTML without anything that runs, loads or styles; links keep http, https, mailto, #.

    Examples
    --------
    >>> str(clean_html('<p onclick="x()">a<script>b</script><a href="javascript:c">d</a></p>'))
    '<p>a<a>d</a></p>'
    """
    import nh3

    cleaned = nh3.clean(
        html,
        tags=_ALLOWED_TAGS,
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return Markup(cleaned)  # noqa: S704 - nh3 has cleaned it


def prose(markdown: str) -> Markup:
    """Return markdown as clean HTML."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return clean_html(markdown2html_mistune(markdown))


def drawings_in(html: str, identifier: str, title: str) -> dict[str, str]:
    """Take both drawings of a figure out of a notebook's output, cleaning them once more."""
    cleaned: dict[str, str] = {}
    for svg in _SVG.findall(html):
        width = next((w for w in ("wide", "narrow") if f'class="{w}"' in svg), None)
        if width is None:
            continue
        source = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        cleaned[width] = figures.clean_svg(
            source, prefix=f"{identifier}-{width[0]}", title=title.replace("**", ""), style=width
        )
    return cleaned
