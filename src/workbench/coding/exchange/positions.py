"""Where other tools count from: line ends, UTF-16, bytes, ends that include the last letter.

The standard says code points, and "last" for the end; real files differ. What a file meant is found
by evidence: selections often repeat their words, and words are rarely cut in two.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Counting", "Passage", "counting_of", "normal_text"]


_LONG_NAME = 60
"""Tools cut the words they repeat at such lengths."""


@dataclass(frozen=True)
class Passage:
    """A selection as a file gives it; ``words`` is what it says stands there, if anything."""

    start: int
    end: int
    words: str = ""


@dataclass(frozen=True)
class Counting:
    """How a source counts; ``offsets[k]`` is the place of its position ``k`` in our text."""

    name: str
    inclusive: bool
    offsets: Sequence[int]
    sure: bool

    def span(self, passage: Passage) -> tuple[int, int] | None:
        """Return the passage in our text, or None when it lies outside or is empty."""
        end = passage.end + (1 if self.inclusive else 0)
        if not 0 <= passage.start < end < len(self.offsets):
            return None
        start, stop = self.offsets[passage.start], self.offsets[end]
        return (start, stop) if start < stop else None


def normal_text(raw: str) -> tuple[str, list[int]]:
    r"""Return the text with line feeds and composed letters, and where each old place went.

    Examples
    --------
    >>> normal_text("a\r\no\u0308x")
    ('a\nöx', [0, 1, 2, 2, 3, 3, 4])
    """
    pieces: list[str] = []
    offsets: list[int] = []
    length = 0
    for match in re.finditer(r"\r\n|\r|[^\r\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", raw):
        old = match[0]
        new = "\n" if old[0] == "\r" else unicodedata.normalize("NFC", old)
        offsets += [min(length + step, length + len(new)) for step in range(len(old))]
        if old == "\r\n":
            offsets[-1] = length + 1
        elif len(new) < len(old):
            offsets[-len(old) :] = [length, *[length + len(new)] * (len(old) - 1)]
        pieces.append(new)
        length += len(new)
    text = unicodedata.normalize("NFC", "".join(pieces))
    if len(text) != length:  # letters that compose in other ways, as Hangul does: slow and sure
        lines = raw.replace("\r\n", "\n\u200b").replace("\r", "\n")
        offsets = [
            len(unicodedata.normalize("NFC", lines[:place].replace("\u200b", "")))
            for place in range(len(raw))
        ]
    return text, [*offsets, len(text)]


def counting_of(
    raw: str, passages: Sequence[Passage], *, by_standard: bool = False
) -> tuple[str, Counting]:
    """Return our text, and the way of counting that the passages bear out best.

    Parameters
    ----------
    raw
        The text as the file holds it, without a byte order mark.
    passages
        All selections in it.
    by_standard
        The file is known to count code points, half-open, as ours do: no evidence is needed.
    """
    text, offsets = normal_text(raw)
    if by_standard:
        return text, Counting("code points", False, offsets, sure=True)
    ways = {"code points": offsets}
    if "\r\n" in raw:
        ways["line end as one"] = _line_end_as_one(raw, offsets)
    if any(ord(letter) > 0xFFFF for letter in raw):
        ways["UTF-16"] = _by_size(raw, offsets, 2)
    if not raw.isascii():
        ways["bytes"] = _by_size(raw, offsets, 1)
    candidates = [
        Counting(name, inclusive, way, sure=True)
        for name, way in ways.items()
        for inclusive in (False, True)
    ]
    scored = [(_evidence(text, passages, one), -place) for place, one in enumerate(candidates)]
    best = max(range(len(candidates)), key=lambda place: scored[place])
    found = candidates[best]
    rivals = sum(score == scored[best][0] for score, _ in scored) > 1
    return text, Counting(found.name, found.inclusive, found.offsets, sure=not rivals)


def _line_end_as_one(raw: str, offsets: Sequence[int]) -> list[int]:
    kept = [
        place
        for place in range(len(raw))
        if not (raw[place] == "\n" and raw[place - 1 : place] == "\r")
    ]
    return [*(offsets[place] for place in kept), offsets[-1]]


def _by_size(raw: str, offsets: Sequence[int], unit: int) -> list[int]:
    """Return the place of each UTF-16 unit (2) or UTF-8 byte (1); inside a letter, its start."""
    encoding = "utf-16-le" if unit == 2 else "utf-8"
    found: list[int] = []
    for letter, offset in zip(raw, offsets, strict=False):
        found += [offset] * (len(letter.encode(encoding, "surrogatepass")) // unit)
    return [*found, offsets[-1]]


def _evidence(text: str, passages: Sequence[Passage], counting: Counting) -> tuple[int, int, int]:
    """Return how many repeat their words, begin and end at words, and lie inside the text."""
    quoted = whole = inside = 0
    for passage in passages:
        span = counting.span(passage)
        if span is None:
            continue
        inside += 1
        start, end = span
        words = " ".join(passage.words.split())
        said = " ".join(text[start:end].split())
        if words and said:
            cut = words.rstrip("….").rstrip()
            is_cut = len(words) >= _LONG_NAME or words.endswith(("…", "..."))
            quoted += said == words or (is_cut and len(cut) > 8 and said.startswith(cut))
        whole += _at_edge(text, start) + _at_edge(text, end)
    return quoted, whole, inside


def _at_edge(text: str, place: int) -> bool:
    if place in {0, len(text)}:
        return True
    before, after = text[place - 1], text[place]
    return not (before.isalnum() and after.isalnum())
