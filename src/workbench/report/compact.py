"""Drawings in a page say less: what many texts share stands once, in the page's style sheet.

A drawing made by :func:`workbench.report.figures.clean_svg` can stand alone. In a page it is a
third smaller when size, weight, anchor and the usual colours of its texts are classes, and when the
patch of paper behind a text is the text's own halo.
"""

from __future__ import annotations

import re

__all__ = ["compact_drawing"]

_CLASSES = {
    ("font-size", "13px"): "s",
    ("font-weight", "650"): "b",
    ("text-anchor", "middle"): "m",
    ("text-anchor", "end"): "e",
    ("fill", "var(--soft)"): "q",
}
_TEXT = re.compile(r"<text ([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_PATCH = re.compile(r'<path d="M[-\d. ]+(?:L[-\d. ]+){3}z" fill="var\(--paper\)" /><text ')


def compact_drawing(svg: str) -> str:
    """Return a clean drawing whose texts use the classes of the page.

    Examples
    --------
    >>> compact_drawing('<text x="1" y="2" font-size="13px" fill="var(--soft)">NKI</text>')
    '<text x="1" y="2" class="s q">NKI</text>'
    """
    with_halos = _PATCH.sub('<text class="h" ', svg)
    return _TEXT.sub(lambda hit: f"<text {_with_classes(hit[1])}>", with_halos)


def _with_classes(attributes: str) -> str:
    kept: list[str] = []
    classes: list[str] = []
    for name, value in _ATTRIBUTE.findall(attributes):
        if name == "class":
            classes.append(value)
        elif (name, value) in _CLASSES:
            classes.append(_CLASSES[name, value])
        else:
            kept.append(f'{name}="{value}"')
    return " ".join([*kept, *([f'class="{" ".join(classes)}"'] if classes else [])])
