"""Find the places of codings again after a text has been corrected.

A place is kept only where that is certain: its words lie whole inside a stretch that did not
change, or they occur exactly once in the new text, or once with the same words around them.
Everything else is an orphan, listed for a person. Nothing is ever fitted by likeness, so
``before == exact + moved + orphaned + erased`` always holds and no code lands on other words.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from workbench.coding.acts import CONTEXT, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.coding.documents import Part

__all__ = ["Anchor", "Block", "anchor", "equal_blocks", "map_parts", "span_at"]

Block = tuple[int, int, int]
"""``(old, new, length)``: a stretch that is the same in both texts."""

_LEVELS = (r"[^\n]*\n|[^\n]+", r"[^.!?…]*[.!?…]+\s*|[^.!?…]+", r"\w+\s*|[^\w\s]\s*|\s+")
_MOST_PAIRS = 4_000_000
_SIDE = 8
_LONG = 24


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a place went: ``exact``, ``moved`` or ``orphan``, and its new span."""

    how: Literal["exact", "moved", "orphan"]
    span: Span | None = None


def equal_blocks(old: str, new: str) -> list[Block]:
    """Return the stretches that two texts share, in order, none overlapping another.

    Lines are compared first, then the sentences of lines that changed, then the words of
    sentences that changed, so that a long transcript takes no longer than its changes.
    """
    return _joined(_equal(old, new, 0, 0, 0))


def _equal(old: str, new: str, start: int, place: int, level: int) -> list[Block]:
    pieces = re.findall(_LEVELS[level], old), re.findall(_LEVELS[level], new)
    last = level + 1 == len(_LEVELS)
    if len(pieces[0]) * len(pieces[1]) > _MOST_PAIRS:
        return _common_ends(old, new, start, place)
    old_starts, new_starts = _starts(pieces[0]), _starts(pieces[1])
    found: list[Block] = []
    matcher = difflib.SequenceMatcher(a=pieces[0], b=pieces[1], autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        was, now = old_starts[a1], new_starts[b1]
        gone, came = old[was : old_starts[a2]], new[now : new_starts[b2]]
        if tag == "equal":
            found.append((start + was, place + now, len(gone)))
        elif tag == "replace" and last:
            found += _common_ends(gone, came, start + was, place + now)
        elif tag == "replace":
            found += _equal(gone, came, start + was, place + now, level + 1)
    return found


def _starts(pieces: Sequence[str]) -> list[int]:
    return list(accumulate((len(piece) for piece in pieces), initial=0))


def _common_ends(old: str, new: str, start: int, place: int) -> list[Block]:
    """Keep only what two stretches share at their beginning and at their end."""
    head = _common_head(old, new)
    tail = _common_head(old[head:][::-1], new[head:][::-1])
    ends = [(start, place, head), (start + len(old) - tail, place + len(new) - tail, tail)]
    return [block for block in ends if block[2]]


def _common_head(one: str, other: str) -> int:
    length = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        length += 1
    return length


def _joined(blocks: Iterable[Block]) -> list[Block]:
    found: list[Block] = []
    for old, new, length in blocks:
        if found and found[-1][0] + found[-1][2] == old and found[-1][1] + found[-1][2] == new:
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + length)
        elif length:
            found.append((old, new, length))
    return found


def anchor(
    span: Span, new: str, sha: str, blocks: Sequence[Block], *, old: str | None = None
) -> Anchor:
    """Return where the words of ``span`` stand in the new text.

    Parameters
    ----------
    span
        The old place, with its quote and the words around it.
    new, sha
        The new text and its hash.
    blocks
        What the old and the new text share, see :func:`equal_blocks`.
    old
        The old text. Without it (a coding that arrives later, from a branch) more of the words
        around the quote must be unchanged.
    """
    quote = span.quote or ""
    if not quote:
        return Anchor("orphan")
    place = _inside_a_block(span, blocks, old)
    if place is not None and new[place : place + len(quote)] == quote:
        return Anchor("exact", span_at(span.document, new, place, place + len(quote), sha))
    place = _only_place(span, new, old)
    if place is None:
        return Anchor("orphan")
    return Anchor("moved", span_at(span.document, new, place, place + len(quote), sha))


def _inside_a_block(span: Span, blocks: Sequence[Block], old: str | None) -> int | None:
    """Return the new start of a span that surely lies whole within an unchanged stretch.

    With the unchanged letters around it, up to sixteen on a side, it must be long enough, and
    stand once in the old text: short words may be the same by chance. Where the old text is gone,
    or they stand in it twice, the stretch must reach beyond the span on both sides.
    """
    index = bisect_right(blocks, span.start, key=lambda block: block[0]) - 1
    if index < 0:
        return None
    was, now, length = blocks[index]
    before, after = span.start - was, was + length - span.end
    if after < 0:
        return None
    if old is not None:
        reach = CONTEXT // 2
        words = old[span.start - min(before, reach) : span.end + min(after, reach)]
        if len(words) >= _LONG and len(_places(words, old, 2)) == 1:
            return now + before
    side = _SIDE if old is not None else CONTEXT // 2
    left = before >= min(side, len(span.prefix))
    right = after >= min(side, len(span.suffix))
    return now + before if left and right else None


def _only_place(span: Span, new: str, old: str | None) -> int | None:
    """Return the one place of the quote in the new text, if it surely is the old one.

    The quote with the words on both sides, or long enough by itself, must stand once in both
    texts. Where the old text is gone, both sides are needed.
    """
    quote = span.quote or ""
    reach = CONTEXT // 2
    before, after = span.prefix[-reach:], span.suffix[:reach]
    tries = [(before, after)]
    if old is not None:
        tries.append(("", ""))
    for left, right in tries:
        words = left + quote + right
        if len(words) < _LONG:
            continue
        places = _places(words, new, 2)
        if len(places) == 1 and (old is None or len(_places(words, old, 2)) == 1):
            return places[0] + len(left)
    return None


def _places(words: str, text: str, most: int) -> list[int]:
    found: list[int] = []
    place = text.find(words)
    while place >= 0 and len(found) < most:
        found.append(place)
        place = text.find(words, place + 1)
    return found


def span_at(document: str, text: str, start: int, end: int, sha: str) -> Span:
    """Return the span ``[start, end)`` with its words, what stands around them, and the hash."""
    return Span(
        document=document,
        start=start,
        end=end,
        quote=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        text_sha=sha,
    )


def map_parts(parts: Iterable[Part], blocks: Sequence[Block], length: int) -> list[Part]:
    """Return the parts in the new text; one of which nothing is left is dropped.

    Words put in right where a part ends belong to it; those put in between two parts belong to
    neither.
    """
    found: list[Part] = []
    for part in parts:
        start = _map_start(part.start, blocks)
        end = _map_end(part.end, blocks, length)
        if end > start or part.start == part.end:
            found.append(replace(part, start=start, end=max(start, end)))
    return found


def _map_start(place: int, blocks: Sequence[Block]) -> int:
    """Map a first letter: into its stretch, else to the end of the unchanged stretch before it."""
    end_before = 0
    for was, now, size in blocks:
        if place < was:
            return end_before
        if place < was + size:
            return now + place - was
        end_before = now + size
    return end_before


def _map_end(place: int, blocks: Sequence[Block], length: int) -> int:
    """Map an end: into its stretch, else to the start of the unchanged stretch after it."""
    for was, now, size in blocks:
        if place <= was:
            return now
        if place < was + size:
            return now + place - was
    return length
