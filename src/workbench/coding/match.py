"""Codebook rules against text: exact, fast, and each hit with its place.

Every pattern is tested on the distinct words of the texts, and only then looked up where those
words stand; phrases, ``NEAR`` and ``NOT`` compare word numbers. See
:mod:`workbench.coding.rules` for the grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workbench.coding.compounds import types_with_part
from workbench.coding.folding import fold
from workbench.coding.lemmas import lemma
from workbench.coding.negation import negated
from workbench.coding.rules import Operand, Pattern, WordTest, parse_pattern
from workbench.coding.tokens import TextIndex, index_texts
from workbench.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.integer]

__all__ = ["LANGUAGES_OF_RULES", "match"]

LANGUAGES_OF_RULES = ("sv", "en")


@dataclass(frozen=True)
class _Hits:
    """Half-open spans in characters, and the words they begin and end with (end exclusive)."""

    text: Integers
    start: Integers
    end: Integers
    first: Integers
    last: Integers

    def where(self, keep: Integers | NDArray[np.bool_]) -> _Hits:
        return _Hits(
            self.text[keep], self.start[keep], self.end[keep], self.first[keep], self.last[keep]
        )

    def __len__(self) -> int:
        return len(self.text)


_EMPTY = np.empty(0, np.int64)
_NO_HITS = _Hits(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY)


def match(
    texts: pd.Series | Sequence[str | None] | TextIndex,
    rules: Mapping[str, Sequence[str] | str],
    *,
    languages: Sequence[str] = LANGUAGES_OF_RULES,
    negation: Literal["ignore", "mark", "drop"] = "ignore",
) -> pd.DataFrame:
    """Find every place where a code's patterns hit, in many texts at once.

    Parameters
    ----------
    texts
        A Series or a list, one text per entry; missing ones have no hits. Pass an index made by
        :func:`workbench.index_texts` to ask again quickly.
    rules
        Code -> its patterns (:mod:`workbench.coding.rules`); a code applies where any of them hits.
    languages
        Languages whose inflections ``~word`` knows.
    negation
        ``"mark"`` adds a column ``negated``: a negation (inte, aldrig, not, never ...) stands up to
        four words before the hit in the same clause, or right after it (``fungerar inte``).
        ``"drop"`` leaves those hits out.

    Returns
    -------
    DataFrame
        One row per hit, in the order of the texts: ``text`` (its index label), ``code``,
        ``pattern``, ``start``, ``end`` (characters, half-open). Two patterns of a code may hit the
        same place; hits of one pattern never overlap, except those of ``NEAR``, one for each place
        of its left side.

    Raises
    ------
    CodebookError
        If a pattern cannot be read; the message names the code.
    DataError
        If an entry is neither text nor missing.

    Examples
    --------
    >>> match(["Lång väntetid i telefonen", "Vänta inte"], {"kö": ["vänt*", "~telefon"]})
       text code   pattern  start  end
    0     0   kö     vänt*      5   13
    1     0   kö  ~telefon     16   25
    2     1   kö     vänt*      0    5
    """
    index = index_texts(texts)
    tongues = tuple(languages)
    pieces: list[_Hits] = []
    names: list[tuple[str, str]] = []
    for code, patterns in rules.items():
        for source, hits in _code_hits(index, code, patterns, tongues):
            names.append((code, source))
            pieces.append(hits)
    return _framed(index, names, pieces, negation)


def _code_hits(
    index: TextIndex, code: str, patterns: Sequence[str] | str, languages: tuple[str, ...]
) -> list[tuple[str, _Hits]]:
    listed = [patterns] if isinstance(patterns, str) else patterns
    parsed = [_parsed(code, source) for source in listed]
    vetoes = [operand for pattern in parsed if pattern.is_veto for operand in pattern.without]
    found: list[tuple[str, _Hits]] = []
    for pattern in parsed:
        if pattern.is_veto:
            continue
        hits = _pattern_hits(index, pattern, languages)
        for operand in (*pattern.without, *vetoes):
            hits = _without(index, hits, _operand_hits(index, operand, languages))
        found.append((pattern.source, hits))
    if vetoes and not found:
        raise CodebookError(
            f"The rules of code '{code}' only say NOT; add a pattern that finds something."
        )
    return found


def _parsed(code: str, source: str) -> Pattern:
    try:
        return parse_pattern(source)
    except CodebookError as error:
        raise CodebookError(f"Rules of code '{code}': {error}") from error


def _pattern_hits(index: TextIndex, pattern: Pattern, languages: tuple[str, ...]) -> _Hits:
    if pattern.regex is not None:
        return _regex_hits(index, pattern.regex)
    if pattern.main is None:
        return _NO_HITS
    hits = _operand_hits(index, pattern.main, languages)
    if pattern.near is None:
        return hits
    return _near(index, hits, _operand_hits(index, pattern.near, languages), pattern.distance)


def _regex_hits(index: TextIndex, regex: re.Pattern[str]) -> _Hits:
    text: list[int] = []
    spans: list[tuple[int, int]] = []
    for number, content in enumerate(index.texts):
        for found in regex.finditer(content):
            if found.end() > found.start():
                text.append(number)
                spans.append(found.span())
    if not text:
        return _NO_HITS
    start, end = np.array(spans).T
    numbers = np.array(text)
    order = index.place_keys
    first = np.searchsorted(order, index.keys(numbers, start))
    last = np.searchsorted(order, index.keys(numbers, end))
    return _Hits(numbers, start, end, first, last)


def _operand_hits(index: TextIndex, operand: Operand, languages: tuple[str, ...]) -> _Hits:
    if not operand.words:
        return _regex_hits(index, re.compile(re.escape(operand.before), re.IGNORECASE))
    count = len(operand.words)
    first = index.places(_types(index, operand.words[0], languages)).astype(np.int64)
    for step, test in enumerate(operand.words[1:], start=1):
        first = first[first + step < len(index.type_of)]
        here = first + step
        allowed = _types(index, test, languages)
        fits = index.text_of[here] == index.text_of[first]
        fits &= _is_one_of(index.type_of[here], allowed, len(index.types))
        first = first[fits]
    if operand.before or operand.after or any(operand.between):
        first = first[[_signs_fit(index, operand, int(place)) for place in first]]
    last = first + count
    hits = _Hits(
        index.text_of[first],
        index.starts[first].astype(np.int64) - len(operand.before),
        index.ends[last - 1].astype(np.int64) + len(operand.after),
        first,
        last,
    )
    return _not_overlapping(hits) if count > 1 or operand.before or operand.after else hits


def _types(index: TextIndex, test: WordTest, languages: tuple[str, ...]) -> Integers:
    def compute() -> Integers:
        if test.kind == "word":
            number = index.type_number.get(test.text)
            return np.array([] if number is None else [number], np.int64)
        if test.kind == "glob":
            parts = [re.escape(part) for part in test.text.split("*")]
            return index.types_like(r"[^\n]*".join(parts))
        if test.kind == "part":
            return types_with_part(index.types, test.text)
        return _inflections(index, test.text, languages)

    return index.answer((test, languages), compute)


def _inflections(index: TextIndex, word: str, languages: tuple[str, ...]) -> Integers:
    found = np.zeros(len(index.types), bool)
    for language in languages:
        lemmas = index.lemmas(language)
        forms = {word, lemma(word, language)}
        found |= np.fromiter((form in forms for form in lemmas), bool, len(lemmas))
    number = index.type_number.get(word)
    if number is not None:
        found[number] = True
    return np.flatnonzero(found)


def _is_one_of(types: Integers, allowed: Integers, n_types: int) -> NDArray[np.bool_]:
    if len(allowed) == 1:
        return types == allowed[0]
    table = np.zeros(n_types, bool)
    table[allowed] = True
    return table[types]


def _signs_fit(index: TextIndex, operand: Operand, first: int) -> bool:
    """Whether the signs around and between the words stand there exactly."""
    content = index.texts[index.text_of[first]]
    start = int(index.starts[first])
    end = int(index.ends[first + len(operand.words) - 1])
    before = content[max(0, start - len(operand.before)) : start]
    if fold(before) != fold(operand.before):
        return False
    if fold(content[end : end + len(operand.after)]) != fold(operand.after):
        return False
    return all(
        signs is None or content[index.ends[place] : index.starts[place + 1]] == signs
        for place, signs in enumerate(operand.between, start=first)
    )


def _not_overlapping(hits: _Hits) -> _Hits:
    """Keep hits from the left, as ``re`` does, when a phrase follows on itself."""
    clash = (hits.text[1:] == hits.text[:-1]) & (hits.start[1:] < hits.end[:-1])
    if not clash.any():
        return hits
    keep: list[int] = []
    text, end = -1, -1
    for place in range(len(hits)):
        if hits.text[place] != text or hits.start[place] >= end:
            keep.append(place)
            text, end = hits.text[place], hits.end[place]
    return hits.where(np.array(keep))


def _near(index: TextIndex, left: _Hits, right: _Hits, distance: int) -> _Hits:
    """Return for each left side the span to its nearest right side; the later one on a tie."""
    if not len(left) or not len(right):
        return _NO_HITS
    far = len(index.type_of) + distance + 2
    after = np.searchsorted(right.first, left.last)
    before = np.searchsorted(right.last, left.first, side="right") - 1
    a, b = np.minimum(after, len(right) - 1), np.maximum(before, 0)
    no_after = (after >= len(right)) | (right.text[a] != left.text)
    no_before = (before < 0) | (right.text[b] != left.text)
    steps_after = np.where(no_after, far, right.first[a] - left.last + 1)
    steps_before = np.where(no_before, far, left.first - right.last[b] + 1)
    keep = np.minimum(steps_after, steps_before) <= distance
    other = np.where(steps_after <= steps_before, a, b)[keep]
    main = left.where(keep)
    pair = right.where(other)
    return _Hits(
        main.text,
        np.minimum(main.start, pair.start),
        np.maximum(main.end, pair.end),
        np.minimum(main.first, pair.first),
        np.maximum(main.last, pair.last),
    )


def _without(index: TextIndex, hits: _Hits, forbidden: _Hits) -> _Hits:
    """Leave out hits with a forbidden word in any sentence they touch."""
    if not len(hits) or not len(forbidden):
        return hits
    suspects = np.flatnonzero(np.isin(hits.text, forbidden.text))
    by_text: dict[int, set[int]] = {}
    relevant = forbidden.where(np.isin(forbidden.text, hits.text[suspects]))
    for text, start, end in zip(relevant.text, relevant.start, relevant.end, strict=True):
        touched = by_text.setdefault(int(text), set())
        touched.update(_sentences(index, int(text), int(start), int(end)))
    keep = np.ones(len(hits), bool)
    for place in suspects:
        text = int(hits.text[place])
        own = _sentences(index, text, int(hits.start[place]), int(hits.end[place]))
        keep[place] = by_text[text].isdisjoint(own)
    return hits.where(keep)


def _sentences(index: TextIndex, text: int, start: int, end: int) -> range:
    return range(index.sentence_of(text, start), index.sentence_of(text, end - 1) + 1)


def _framed(
    index: TextIndex, names: list[tuple[str, str]], pieces: list[_Hits], negation: str
) -> pd.DataFrame:
    number = np.repeat(np.arange(len(pieces)), [len(hits) for hits in pieces])
    together = [
        np.concatenate([getattr(hits, part) for hits in pieces] or [_EMPTY])
        for part in ("text", "start", "end", "first", "last")
    ]
    order = np.argsort(index.keys(together[0], together[1]), kind="stable")
    hits = _Hits(*together).where(order)
    number = number[order]
    is_negated = np.zeros(len(hits), bool)
    if negation != "ignore":
        is_negated = negated(index, hits.text, hits.start, hits.end, hits.first, hits.last)
    if negation == "drop":
        hits, number = hits.where(~is_negated), number[~is_negated]
    frame = pd.DataFrame(
        {
            "text": index.labels.take(hits.text),
            "code": pd.array([code for code, _ in names], dtype="str").take(number),
            "pattern": pd.array([source for _, source in names], dtype="str").take(number),
            "start": hits.start.astype(np.int64),
            "end": hits.end.astype(np.int64),
        }
    )
    if negation == "mark":
        frame["negated"] = is_negated
    return frame
