"""Two drawings compared by what they show: marks by where the data put them, words by the letter.

A mark may lie a tenth of a pixel off, which is how finely drawings are written. Where words stand,
and how large the patch of paper behind them is, follows from how a version of the drawing library
measures letters: that may be two and a half pixels off. Every colour and every word must be equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import html

from workbench.report.figures import PAPER
from workbench.review.comparison import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Mark", "compare_drawings", "drawing_difference"]

MARKS_PIXELS: Final = 0.11
WORDS_PIXELS: Final = 2.5
_PLACES: Final = frozenset(
    {
        "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height",
        "points", "transform", "viewbox",
    }
)  # fmt: skip
_NAMES: Final = frozenset({"id", "href", "xlink:href", "clip-path", "aria-labelledby"})
_PAPER: Final = frozenset({PAPER, "var(--paper)"})
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*>")
_MOST_SHOWN: Final = 60


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One thing that two drawings show differently.

    Parameters
    ----------
    where
        Element and attribute, with its words where it has any.
    old, new
        Number, words or colour on either side; None where a side has no such element.
    pixels
        How far it may move; None for words and colours.
    """

    where: str
    old: str | None
    new: str | None
    pixels: float | None = None


def compare_drawings(old: str, new: str) -> list[Mark]:
    """Return what two SVG drawings show differently, in drawing order; ids do not count.

    Parameters
    ----------
    old, new
        SVG as text, from a file or cut from a page.

    Examples
    --------
    >>> line = '<svg><path d="M1 20.5 L30 4"/><text x="1">NPS 12</text></svg>'
    >>> compare_drawings(line, line.replace("20.5", "20.6"))
    []
    >>> compare_drawings(line, line.replace("20.5", "21.5"))
    [Mark(where='path d', old='20.5', new='21.5', pixels=0.11)]
    >>> compare_drawings(line, line.replace("12", "13"))
    [Mark(where='text', old='NPS 12', new='NPS 13', pixels=None)]
    """
    if old == new:
        return []
    before, after = list(_elements(old)), list(_elements(new))
    found = [
        mark for a, b in zip(before, after, strict=False) for mark in _element_differences(a, b)
    ]
    shared = min(len(before), len(after))
    found += [Mark(where=_name(one), old=_cut(one.text), new=None) for one in before[shared:]]
    found += [Mark(where=_name(one), old=None, new=_cut(one.text)) for one in after[shared:]]
    return found


def drawing_difference(address: str, old: str, new: str) -> list[Difference]:
    """Return the first mark two drawings do not share, and how many more there are; or nothing."""
    marks = compare_drawings(old, new)
    if not marks:
        return []
    first, further = marks[0], len(marks) - 1
    where = f"{address} / {first.where}" + (f" (+{further})" if further else "")
    return [
        Difference(
            address=where, kind="figure", old=first.old, new=first.new, tolerance=first.pixels
        )
    ]


def _elements(text: str) -> Iterator[Any]:
    """Yield the elements of a drawing; what is no drawing stands in a division of its own."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    source = "<div>" + _DECLARATION.sub("", text)
    yield from html.document_fromstring(source.encode(errors="replace"), parser=parser).iter()


def _element_differences(old: Any, new: Any) -> Iterator[Mark]:
    before, after = _values(old), _values(new)
    if old.tag != new.tag or before.keys() != after.keys():
        yield Mark(where=_name(old), old=_outline(old), new=_outline(new))
        return
    for a, b in ((old.text, new.text), (old.tail, new.tail)):
        if (a or "").strip() != (b or "").strip():
            yield Mark(where=_name(old), old=_cut(a), new=_cut(b))
    pixels = WORDS_PIXELS if _is_of_words(old) and _is_of_words(new) else MARKS_PIXELS
    words = f" ({_cut(old.text)})" if _cut(old.text) else ""
    for name, value in before.items():
        other, is_place = after[name], name in _PLACES
        if value == other or (is_place and _near(value, other, pixels)):
            continue
        a, b = _first_apart(value, other, pixels) if is_place else (value, other)
        allowed = pixels if is_place else None
        yield Mark(where=f"{_name(old)} {name}{words}", old=a, new=b, pixels=allowed)


def _values(element: Any) -> Mapping[str, str]:
    return {name: value for name, value in element.attrib.items() if name not in _NAMES}


def _is_of_words(element: Any) -> bool:
    """Say whether an element's place follows the size of letters: words, paper behind words."""
    if element.tag == "text":
        return True
    is_paper = element.get("fill") in _PAPER and element.get("stroke") is None
    return element.tag == "path" and is_paper


def _near(old: str, new: str, pixels: float) -> bool:
    return _outlined(old) == _outlined(new) and not any(
        abs(float(a) - float(b)) > pixels for a, b in _pairs(old, new)
    )


def _first_apart(old: str, new: str, pixels: float) -> tuple[str, str]:
    """Return the first number that moved too far, on either side; the shapes where they differ."""
    if _outlined(old) != _outlined(new):
        return _cut(old), _cut(new)
    return next((a, b) for a, b in _pairs(old, new) if abs(float(a) - float(b)) > pixels)


def _outlined(value: str) -> str:
    return _NUMBER.sub("#", value)


def _pairs(old: str, new: str) -> Iterator[tuple[str, str]]:
    return zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)


def _outline(element: Any) -> str:
    return " ".join([_name(element), *sorted(_values(element))])


def _name(element: Any) -> str:
    return element.tag if isinstance(element.tag, str) else "comment"


def _cut(text: str | None) -> str:
    words = " ".join((text or "").split())
    return words if len(words) <= _MOST_SHOWN else f"{words[:_MOST_SHOWN]}…"
