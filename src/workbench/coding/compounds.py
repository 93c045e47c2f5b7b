"""Swedish compounds: the true parts of a word that no dictionary lists as a whole.

A word is split into the fewest dictionary words, the shortest part as long as can be, with a
linking letter allowed. Words in the dictionary are never split by themselves, since that is where
splitters go wrong (``sam+arbete``); parts are added to a word, they never replace it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from workbench.coding.lemmas import lemma
from workbench.inputs.lexicon import word_forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["compound_parts", "types_with_part"]

_SHORTEST_PART = 3
_LONGEST_ENDING = 6
_LINKS = ("", "s", "e", "o", "u")
_NOT_PARTS = frozenset(
    ["het", "heten", "are", "aren", "arna", "erna", "orna", "ande", "ende", "lig", "liga", "ligt",
     "isk", "iska", "ning", "ningen", "else", "elser", "ism", "ist", "ens", "ets", "ade", "des",
     "tion", "sam", "bar", "bara", "van", "den", "det", "der", "ten", "ter", "ren", "rna"]
)  # fmt: skip


@functools.lru_cache(maxsize=100_000)
def compound_parts(word: str) -> tuple[str, ...]:
    """Return the parts of a Swedish compound; a word that is none is its own single part.

    Examples
    --------
    >>> compound_parts("fakturaproblem"), compound_parts("kunderna")
    (('faktura', 'problem'), ('kunderna',))
    """
    if word in word_forms("sv") or len(word) < 2 * _SHORTEST_PART or not word.isalpha():
        return (word,)
    return _best_split(word) or (word,)


def _best_split(word: str, shortest_part: int = _SHORTEST_PART) -> tuple[str, ...] | None:
    """Return the split with the fewest parts, then the longest shortest part."""
    known = word_forms("sv")
    best: list[tuple[tuple[int, int], tuple[str, ...]] | None] = [None] * (len(word) + 1)
    best[0] = ((0, 0), ())
    for end in range(shortest_part, len(word) + 1):
        for start in range(end - shortest_part + 1):
            reached = best[start]
            if reached is None or end - start == len(word):
                continue
            part = _part(word[start:end], known, is_last=end == len(word))
            if part is None:
                continue
            shortest = min((len(piece) for piece in (*reached[1], part)), default=0)
            score = (len(reached[1]) + 1, -shortest)
            current = best[end]
            if current is None or score < current[0]:
                best[end] = (score, (*reached[1], part))
    whole = best[len(word)]
    return whole[1] if whole and len(whole[1]) > 1 else None


def _part(piece: str, known: frozenset[str], *, is_last: bool) -> str | None:
    for link in _LINKS[:1] if is_last else _LINKS:
        bare = piece.removesuffix(link) if link else piece
        is_long = piece.endswith(link) and len(bare) >= _SHORTEST_PART
        if is_long and bare in known and bare not in _NOT_PARTS:
            return bare
    return None


def types_with_part(types: Sequence[str], word: str) -> NDArray[np.int64]:
    """Return which words are the given one, inflected or not, or have it as a true part."""
    wanted = lemma(word, "sv")
    clue = min(wanted, word, key=len)
    clue = clue[: max(_SHORTEST_PART, len(clue) - 2)]
    found = [
        number
        for number, candidate in enumerate(types)
        if clue in candidate and _has_part(candidate, wanted, clue)
    ]
    return np.array(found, np.int64)


def _has_part(candidate: str, wanted: str, clue: str) -> bool:
    """Whether an inflection of the word stands in the candidate, and what is left are words too."""
    if lemma(candidate, "sv") == wanted:
        return True
    start = candidate.find(clue)
    while start >= 0:
        if start == 0 or _is_words(candidate[:start], is_last=False):
            longest = min(len(candidate), start + len(wanted) + _LONGEST_ENDING)
            for end in range(start + len(clue), longest + 1):
                rest = candidate[end:]
                if lemma(candidate[start:end], "sv") == wanted and (
                    not rest
                    or _is_words(rest, is_last=True)
                    or (rest[0] in _LINKS and _is_words(rest[1:], is_last=True))
                ):
                    return True
        start = candidate.find(clue, start + 1)
    return False


def _is_words(piece: str, *, is_last: bool) -> bool:
    if _part(piece, word_forms("sv"), is_last=is_last) is not None:
        return True
    bare = piece if is_last else _without_link(piece)
    return _best_split(bare, _SHORTEST_PART + 1) is not None


def _without_link(piece: str) -> str:
    return piece[:-1] if piece[-1] in _LINKS and piece not in word_forms("sv") else piece
