"""Find words in a document that someone else wrote down: spaces and typography may differ.

Only a place that is certain is taken. Words that stand twice, or not at all, are said to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["Located", "locate"]

_FOLDED = {
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‘’‚′`", "'"),
    **dict.fromkeys("–—−‐‑", "-"),
    "…": "...",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
}

_HYPHEN = re.compile(r"-\s*\n\s*")  # a word broken over two lines


@dataclass(frozen=True, slots=True)
class Located:
    """Where words stand: ``exact``, ``alike`` (but for spaces and typography), or why not.

    ``start`` and ``end`` are code points of the document; None for ``ambiguous`` and ``absent``.
    """

    how: Literal["exact", "alike", "ambiguous", "absent"]
    start: int | None = None
    end: int | None = None


def locate(text: str, words: str, *, within: tuple[int, int] | None = None) -> Located:
    """Find the one place of some words in a text.

    Parameters
    ----------
    text
        The document.
    words
        What to find; white space at its ends does not count.
    within
        Look only between these places.

    Examples
    --------
    >>> locate("Hon sa: ”det var  bra” igår.", '"det var bra"')
    Located(how='alike', start=8, end=22)
    """
    words = words.strip()
    low, high = within or (0, len(text))
    if not words:
        return Located("absent")
    first = text.find(words, low, high)
    if first >= 0:
        if text.find(words, first + 1, high) >= 0:
            return Located("ambiguous")
        return Located("exact", first, first + len(words))
    folded, places = _folded(text)
    for written in dict.fromkeys((words, _HYPHEN.sub("-", words), _HYPHEN.sub("", words))):
        wanted, _ = _folded(written)
        hits = _hits(folded, places, wanted, low, high)
        if len(hits) == 1:
            return Located("alike", *hits[0])
        if hits:
            return Located("ambiguous")
    return Located("absent")


def _hits(
    folded: str, places: list[int], wanted: str, low: int, high: int
) -> list[tuple[int, int]]:
    """Return the first two places of the words, in the text as it stands."""
    hits: list[tuple[int, int]] = []
    place = folded.find(wanted)
    while place >= 0 and len(hits) < 2:
        start, end = places[place], places[place + len(wanted) - 1] + 1
        if low <= start and end <= high:
            hits.append((start, end))
        place = folded.find(wanted, place + 1)
    return hits


@lru_cache(maxsize=64)
def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text with plain signs and single spaces, and the place each letter came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if sign.isspace():
            if letters and letters[-1] != " ":
                letters.append(" ")
                places.append(place)
            continue
        for letter in _FOLDED.get(sign, sign):
            letters.append(letter)
            places.append(place)
    if letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    return "".join(letters), places
