"""Text that was printed to pages: form feeds, page numbers, lines repeated over a page break."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from workbench.coding.importing.original import Change

__all__ = ["PAGE_NUMBER", "unpaged"]

PAGE_NUMBER = re.compile(r"(?:sida|page|s\.)?\s*#(?:\s*(?:/|av|of)\s*#)?")
_AT_THE_RIGHT = re.compile(r"\s{5,}\d+/\d+\s*$")
_SHARE = 0.6


def unpaged(text: str) -> tuple[str, list[Change]]:
    """Return the text without page breaks, running heads and what they repeat.

    Text with fewer than two form feeds was not printed to pages and stays as it is.
    """
    if text.count("\f") < 2:
        return text, []
    pages = [page.split("\n") for page in text.split("\f")]
    heads = sum(
        _drop_edges(pages, first=first, depth=depth) for first in (True, False) for depth in (1, 0)
    )
    heads += _strip_numbers_at_the_right(pages)
    repeated = sum(_drop_repeated(before, after) for before, after in pairwise(pages))
    joined = "\n".join("\n".join(page) for page in pages)
    found = [
        Change(kind="page_breaks", n=len(pages) - 1),
        Change(kind="running_heads", n=heads),
        Change(kind="repeated_lines", n=repeated),
    ]
    return joined, [change for change in found if change.n]


def _drop_edges(pages: list[list[str]], *, first: bool, depth: int) -> int:
    """Drop the first, or last, line of pages where it is a page number or the same on most.

    ``depth`` 1 looks at the line before it, which may only be a number of the kind 2/5.
    """
    places = [_edge(page, first=first, depth=depth) for page in pages]
    keys = [
        None if place is None else re.sub(r"\d+", "#", page[place].strip())
        for page, place in zip(pages, places, strict=True)
    ]
    counts = Counter(key for key in keys if key is not None)
    exact = Counter(
        page[place].strip() for page, place in zip(pages, places, strict=True) if place is not None
    )
    least = max(2, round(_SHARE * len(pages)))
    dropped = 0
    for page, place, key in zip(pages, places, keys, strict=True):
        if place is None or key is None or counts[key] < min(2, least):
            continue
        is_number = bool(PAGE_NUMBER.fullmatch(key.lower()))
        is_same = depth == 0 and exact[page[place].strip()] >= least
        if is_same or (is_number and (depth == 0 or key != "#")):
            del page[place]
            dropped += 1
    return dropped


def _strip_numbers_at_the_right(pages: list[list[str]]) -> int:
    """Take a page number such as 2/5 off the end of a page's last line, far from its words."""
    stripped = 0
    for page in pages:
        place = _edge(page, first=False)
        if place is not None and (match := _AT_THE_RIGHT.search(page[place])):
            page[place] = page[place][: match.start()]
            stripped += 1
    return stripped


def _edge(page: list[str], *, first: bool, depth: int = 0) -> int | None:
    filled = [number for number, line in enumerate(page) if line.strip()]
    if len(filled) <= depth:
        return None
    return filled[depth] if first else filled[-1 - depth]


def _drop_repeated(before: list[str], after: list[str]) -> int:
    """Drop a line that stands both last on one page and first on the next."""
    last, first = _edge(before, first=False), _edge(after, first=True)
    if last is None or first is None:
        return 0
    one, other = before[last].strip(), after[first].strip()
    if one.isdigit() and re.match(rf"{one}(?!\d)", other):
        del before[last]
        return 1
    if len(other) > 20 and re.sub(r"^\d+\s+", "", one) == re.sub(r"^\d+\s+", "", other):
        del after[first]
        return 1
    return 0
