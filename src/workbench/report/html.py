"""A page model becomes HTML through a template of our own on nbconvert's ``base``.

Jinja escapes everything by itself; what is let through as markup was escaped or cleaned where it
was made. The page has no script and makes no request, and says so to the browser.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat.v4 import new_notebook

from workbench.language import translate
from workbench.report.spoken import mark_languages

if TYPE_CHECKING:
    from jinja2 import Environment

    from workbench.report.gallery import Gallery
    from workbench.report.page import Page
    from workbench.report.sheet import Sheet

__all__ = ["PageExporter", "render_failure", "render_gallery", "render_page", "render_sheet"]

_FOLDER = Path(__file__).parent
_HIDDEN_MARKS = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""Marks that turn the direction of text around or hide in it: a page could read otherwise."""


class PageExporter(TemplateExporter):
    """nbconvert exporter that prints a :class:`~workbench.report.page.Page`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(template_name="template", extra_template_basedirs=[str(_FOLDER)], **kwargs)

    def _file_extension_default(self) -> str:
        return ".html"

    def _template_extension_default(self) -> str:
        return ".html.j2"

    def _preprocess(self, nb: Any, resources: Any) -> Any:
        """Change nothing: there are no preprocessors, for which the whole page would be copied."""
        return nb, resources

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        environment.trim_blocks = environment.lstrip_blocks = True
        return environment


def render_page(page: Page, *, reviewer: bool = False) -> str:
    """Return a page as HTML.

    Parameters
    ----------
    page
        The executed notebook, read into a page.
    reviewer
        True adds code, checks and the whole record.
    """
    resources = {"page": page, "reviewer": reviewer}
    return _render("index.html.j2", page.language, resources)


def _render(template: str, language: str, resources: dict[str, Any]) -> str:
    def worded(text: str) -> str:
        return translate(text, language)

    html, _ = _exporter(template).from_notebook_node(
        new_notebook(),  # what the page shows of the notebook is in the resources
        resources=resources | {"css": _css(), "_": worded},
    )
    return mark_languages(_HIDDEN_MARKS.sub("", html), language)


@functools.cache
def _exporter(template: str) -> PageExporter:
    """Return the exporter of a template, which is compiled once for all pages of a process."""
    return PageExporter(template_file=template)


@functools.cache
def _css() -> Markup:
    css = (_FOLDER / "template" / "page.css").read_text(encoding="utf-8")
    lines = (line.strip() for line in css.splitlines())
    return Markup("\n".join(_tight(line) for line in lines if line))  # noqa: S704 - our own file


def _tight(line: str) -> str:
    """Return a line of CSS without the white space that only people read; strings stay.

    Examples
    --------
    >>> _tight('.a, .b > i::before { content: "x: y"; margin: 0 1px; }')
    '.a,.b > i::before{content:"x: y";margin:0 1px;}'
    """
    pattern = r'("[^"]*")|\s*([{,;])\s*|\s*(})\s*|:\s+'
    return re.sub(pattern, lambda hit: hit[1] or hit[2] or hit[3] or ":", line)


def render_failure(page: dict[str, Any], *, reviewer: bool = False) -> str:
    """Return the page of a run that failed.

    Parameters
    ----------
    page
        As :func:`workbench.report.failure.failure_page` returns it.
    reviewer
        True adds the places in the code, in a fold.
    """
    return _render("failure.html.j2", page["language"], {"page": page, "reviewer": reviewer})


def render_gallery(gallery: Gallery) -> str:
    """Return the page that shows every figure of a set of reports."""
    return _render("gallery.html.j2", gallery.language, {"page": gallery})


def render_sheet(sheet: Sheet) -> str:
    """Return a page of tables that no notebook stands behind, such as the index of reports."""
    return _render("sheet.html.j2", sheet.language, {"page": sheet})
