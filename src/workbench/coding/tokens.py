r"""Many texts as one array of words: tokenise once, then every rule is a question about types.

A word is a run of letters, digits and ``_`` (Unicode; ``\w`` of ``re``), with any combining
accents that follow. Texts are cut with NumPy on code points, so each word keeps its exact place,
and each distinct spelling ("type") is stored once. A pattern is then tested on some ten thousand
types instead of millions of words.
"""

from __future__ import annotations

import functools
import re
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.coding.folding import fold
from workbench.coding.lemmas import lemma
from workbench.coding.sentences import sentence_starts
from workbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.integer]

__all__ = ["TextIndex", "index_texts"]

_CHUNK = 1_000
"""Texts cut at a time: their code points fit the processor's cache."""


class TextIndex:
    """Words of many texts, where they stand, and where each type occurs.

    Attributes
    ----------
    labels
        The index of the Series the texts came from, or 0, 1, 2 ... for a list.
    texts
        The texts; a missing one is empty.
    types
        Distinct words without case, in the order they first occur.
    type_of, text_of, starts, ends
        One entry per word: its type, its text, and its half-open span in code points.
    """

    def __init__(self, texts: list[str], labels: pd.Index) -> None:
        self.texts = texts
        self.labels = labels
        spellings, self.text_of, self.starts, self.ends = _cut(texts)
        raw_type, first = _first_of_each(spellings)
        words = [
            texts[self.text_of[place]][self.starts[place] : self.ends[place]] for place in first
        ]
        folded, types = pd.factorize(np.array([fold(word) for word in words], dtype=object))
        self.types: list[str] = list(types)
        self.type_of: NDArray[np.int32] = (
            folded.astype(np.int32)[raw_type] if words else np.empty(0, np.int32)
        )
        self._places_sorted, self._place_bounds = _grouped(self.type_of, len(self.types))
        self._answers: dict[object, Integers] = {}
        self._lemmas: dict[str, list[str]] = {}
        self._sentences: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self.texts)

    @functools.cached_property
    def type_number(self) -> dict[str, int]:
        """Return type -> its number."""
        return {word: number for number, word in enumerate(self.types)}

    @functools.cached_property
    def joined_types(self) -> str:
        """Every type on a line of its own: one search finds all that fit a pattern."""
        return "\n".join(self.types)

    @functools.cached_property
    def _line_starts(self) -> Integers:
        lengths = np.fromiter(map(len, self.types), np.int64, len(self.types))
        return np.concatenate([[0], np.cumsum(lengths + 1)])

    def types_like(self, pattern: str) -> Integers:
        """Return the numbers of the types that a regular expression fits as a whole."""
        found = re.finditer(f"(?m)^(?:{pattern})$", self.joined_types)
        offsets = np.fromiter((match.start() for match in found), np.int64)
        return np.searchsorted(self._line_starts, offsets)

    @functools.cached_property
    def place_keys(self) -> Integers:
        """Return text and start of each word as one growing number."""
        return self.keys(self.text_of, self.starts)

    @staticmethod
    def keys(text: Integers, offset: Integers) -> Integers:
        """Return text and offset as one number that sorts by both."""
        return (np.asarray(text, np.int64) << 32) + offset

    def lemmas(self, language: str) -> list[str]:
        """Return the dictionary form of each type in the language, worked out once."""
        if language not in self._lemmas:
            self._lemmas[language] = [lemma(word, language) for word in self.types]
        return self._lemmas[language]

    def answer(self, question: object, compute: Callable[[], Integers]) -> Integers:
        """Return the stored answer to a question about the types, computing it the first time."""
        if question not in self._answers:
            self._answers[question] = compute()
        return self._answers[question]

    def places(self, numbers: Integers) -> Integers:
        """Return where any of these types occurs: word numbers in reading order."""
        bounds = self._place_bounds
        pieces = [self._places_sorted[bounds[k] : bounds[k + 1]] for k in numbers]
        if len(pieces) == 1:
            return pieces[0]
        if not pieces:
            return np.empty(0, np.int32)
        together = np.concatenate(pieces)
        together.sort(kind="stable")
        return together

    def sentence_of(self, text: int, offset: int) -> int:
        """Return the number of the sentence of a text in which a character stands."""
        starts = self._sentences.get(text)
        if starts is None:
            starts = self._sentences[text] = sentence_starts(self.texts[text])
        return int(np.searchsorted(starts, offset, side="right")) - 1


def index_texts(texts: pd.Series | Sequence[str | None] | TextIndex) -> TextIndex:
    """Cut texts into words, once, so that many rules can be asked of them quickly.

    Parameters
    ----------
    texts
        One text per entry, of any length. Missing ones (None, NaN) have no words.

    Returns
    -------
    TextIndex
        Accepted wherever texts are; an index given is returned as it is.

    Raises
    ------
    DataError
        If an entry is neither text nor missing.

    Examples
    --------
    >>> index = index_texts(["Lång kö.", None, "Kön var lång"])
    >>> len(index), index.types
    (3, ['lång', 'kö', 'kön', 'var'])
    """
    if isinstance(texts, TextIndex):
        return texts
    if isinstance(texts, str):
        raise DataError(
            "Texts must be a Series or a list, one text per entry; found a single text. "
            "Put it in a list: [text]."
        )
    series = texts if isinstance(texts, pd.Series) else None
    values: list[object] = list(texts) if series is None else series.tolist()
    clean = [value if isinstance(value, str) else "" for value in values]
    for place, value in enumerate(values):
        if not isinstance(value, str) and not _is_missing(value):
            raise DataError(
                f"Each text must be a text or missing; entry {place} is a {type(value).__name__}. "
                "Convert the column to text when reading it."
            )
    labels = pd.RangeIndex(len(clean)) if series is None else series.index
    return TextIndex(clean, labels)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


@functools.cache
def _word_letters() -> NDArray[np.int8]:
    """Return per code point: 1 in a word, 2 an accent that continues one, 0 neither."""
    kinds = np.zeros(sys.maxunicode + 1, np.int8)
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    for match in re.finditer(r"\w+", every):
        kinds[match.start() : match.end()] = 1
    kinds[0x300:0x370] = np.where(kinds[0x300:0x370] == 1, 1, 2)
    return kinds


@functools.cache
def _letter_hashes() -> NDArray[np.uint64]:
    """Return a well-mixed 64-bit number per code point (splitmix64)."""
    mixed = np.arange(sys.maxunicode + 1, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _cut(
    texts: list[str],
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return one 64-bit spelling, text number, start and end per word."""
    spellings = [np.empty(0, np.uint64)]
    spans: list[tuple[Integers, Integers, Integers]] = []
    for first in range(0, len(texts), _CHUNK):
        part = texts[first : first + _CHUNK]
        hashes, text, start, end = _cut_part(part)
        spellings.append(hashes)
        spans.append((text + first, start, end))
    nothing = np.empty(0, np.int32)
    text_of, starts, ends = (
        np.concatenate([nothing, *(span[k] for span in spans)]).astype(np.int32) for k in range(3)
    )
    return np.concatenate(spellings), text_of, starts, ends


def _cut_part(part: list[str]) -> tuple[NDArray[np.uint64], Integers, Integers, Integers]:
    joined = "\n".join(part)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _word_letters()[points]
    in_word = kinds > 0
    if (kinds == 2).any():
        in_word = _without_leading_accents(kinds)
    edges = np.diff(in_word.astype(np.int8), prepend=np.int8(0), append=np.int8(0))
    begins, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    lengths = stops - begins
    offsets = np.concatenate([[0], np.cumsum(np.fromiter(map(len, part), np.int64) + 1)])
    text = np.searchsorted(offsets, begins, side="right") - 1
    hashes = _spelling(points[in_word], lengths)
    return hashes, text, begins - offsets[text], stops - offsets[text]


def _without_leading_accents(kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return what is in a word: an accent only when it follows a letter, directly or by accents."""
    place = np.arange(len(kinds))
    last_letter = np.maximum.accumulate(np.where(kinds == 1, place, -1))
    last_other = np.maximum.accumulate(np.where(kinds == 0, place, -1))
    return (kinds == 1) | ((kinds == 2) & (last_letter > last_other))


def _spelling(letters: NDArray[np.uint32], lengths: Integers) -> NDArray[np.uint64]:
    """Return a 64-bit number per word from its letters and their places.

    Two of a million spellings share a number with a chance below one in ten million.
    """
    if not len(lengths):
        return np.empty(0, np.uint64)
    starts = np.cumsum(lengths) - lengths
    place = np.arange(len(letters)) - np.repeat(starts, lengths)
    weights = np.cumprod(np.full(int(lengths.max()), 0x5851F42D4C957F2D, np.uint64))
    return np.add.reduceat(_letter_hashes()[letters] * weights[place], starts)


def _first_of_each(values: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """Return the group of each value, and the first place of each group."""
    groups, distinct = pd.factorize(values)
    first = np.empty(len(distinct), np.int64)
    first[groups[::-1]] = np.arange(len(groups))[::-1]
    return groups, first


def _grouped(groups: NDArray[np.int32], n_groups: int) -> tuple[Integers, Integers]:
    """Return all places sorted by group (a counting sort), and where each group's begin."""
    from scipy.sparse import csr_array

    n = len(groups)
    rows = csr_array(
        (np.ones(n, np.int8), groups, np.arange(n + 1, dtype=np.int32)), shape=(n, max(n_groups, 1))
    )
    columns = rows.tocsc()
    return columns.indices, columns.indptr
