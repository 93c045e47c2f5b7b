"""Which hits stand under a negation: a short window in the same clause, Swedish and English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from workbench.coding.resources import entries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.coding.tokens import TextIndex

    Integers = NDArray[np.integer]

__all__ = ["WINDOW", "negated"]

WINDOW = 4
"""How many words before a hit a negation may stand."""

_CLAUSE_MARK = re.compile(r"[.,;:!?()\n–—…]")
_CONTRACTION = re.compile(r"n['’]$")
_AFTER = frozenset(["inte", "ej", "aldrig", "icke", "int"])


def negated(
    index: TextIndex,
    text: Integers,
    start: Integers,
    end: Integers,
    first: Integers,
    last: Integers,
) -> NDArray[np.bool_]:
    """Say of each hit whether a negation reaches it.

    A negation reaches up to :data:`WINDOW` words to the right, not past a comma, a full stop, a
    bracket, or a word that begins a clause (men, but); "inte bara" and "not only" do not count.
    In Swedish it also reaches the word right before it (``fungerar inte``).

    Parameters
    ----------
    index
        The texts.
    text, start, end
        Where each hit stands, in characters.
    first, last
        Its words, half-open.
    """
    n_words = len(index.type_of)
    found = np.zeros(len(text), bool)
    if not n_words:
        return found
    negation, stop = _word_kinds(index)
    suspects = np.zeros(len(text), bool)
    for step in range(1, WINDOW + 1):
        here = np.maximum(first - step, 0)
        suspects |= (first - step >= 0) & (index.text_of[here] == text) & negation[here]
    for place in np.flatnonzero(suspects):
        found[place] = _reached_from_left(
            index, negation, stop, int(first[place]), int(start[place])
        )
    after = np.minimum(last, n_words - 1)
    right = ~found & (last < n_words) & (index.text_of[after] == text)
    right &= _types_are(index, _AFTER)[after]
    for place in np.flatnonzero(right):
        content = index.texts[text[place]]
        found[place] = not _CLAUSE_MARK.search(
            content, int(end[place]), int(index.starts[last[place]])
        )
    return found


def _types_are(index: TextIndex, words: frozenset[str]) -> NDArray[np.bool_]:
    table = np.fromiter((word in words for word in index.types), bool, len(index.types))
    return table[index.type_of]


def _word_kinds(index: TextIndex) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return per word: is it a negation; does it begin a clause."""
    negations = frozenset(entries("negations_sv.txt") + entries("negations_en.txt"))
    undone = frozenset(entries("negation_undone.txt"))
    is_negation = _types_are(index, negations)
    for place in np.flatnonzero(_types_are(index, frozenset(["t"]))):
        content = index.texts[index.text_of[place]]
        begin = int(index.starts[place])
        is_negation[place] = bool(_CONTRACTION.search(content, max(0, begin - 2), begin))
    is_undone = _types_are(index, undone)
    same_text = index.text_of[1:] == index.text_of[:-1]
    is_negation[:-1] &= ~(is_undone[1:] & same_text)
    return is_negation, _types_are(index, frozenset(entries("clause_breaks.txt")))


def _reached_from_left(
    index: TextIndex,
    negation: NDArray[np.bool_],
    stop: NDArray[np.bool_],
    first: int,
    start: int,
) -> bool:
    text = index.text_of[first] if first < len(index.text_of) else index.text_of[first - 1]
    content = index.texts[text]
    for place in range(first - 1, max(-1, first - 1 - WINDOW), -1):
        if index.text_of[place] != text or stop[place]:
            return False
        if _CLAUSE_MARK.search(content, int(index.ends[place]), start):
            return False
        if negation[place]:
            return True
    return False
