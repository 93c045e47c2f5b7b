"""Guess scales: words in order, ranges of codes, and which codes are no answers.

The end of a run of codes may be no answer: 0 for blank, 6 for "never used" after 1 to 5. Two things
tell. Scales have few customary lengths, and 0 to 6 is none. And who gives a higher grade to one
thing gives higher grades to the others: a code whose givers are like everybody else is no point.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from workbench.inputs.drafting.words import missing_kind, word_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.drafting.profiles import Profile

__all__ = ["ItemGuess", "batteries", "guessed_item", "refined"]

_SENTINELS = {
    -1, -2, -8, -9, -66, -77, -88, -99, 66, 77, 88, 95, 96, 97, 98, 99, 777, 888, 995, 996, 997,
    998, 999, 7777, 8888, 9999,
}  # fmt: skip
_FEWEST = 20
_CUSTOMARY = {(1, 4), (1, 5), (1, 6), (1, 7), (1, 9), (1, 10), (0, 10), (0, 4)}
_LOW_END, _HIGH_END = 0.3, 0.15
_STEM = re.compile(r"^([^\W\d_]+)(\d+)(?!\d)([^\W\d_])?(?![^\W\d_])")
_PREFIX = re.compile(r"^([^\W\d_]+\d+)[_\W]?[^\W\d_]")
_ROW = re.compile(r"^(.*?)\s*\[([^\]]+)\]\s*$")


@dataclass(frozen=True)
class ItemGuess:
    """What an item's answers seem to mean.

    Parameters
    ----------
    scale
        Ends.
    words
        Answers in words, worst first, where it is a scale of words.
    values
        Code -> label.
    missing
        Kind -> codes and words.
    reverse
        1 is best.
    why
        What the guess rests on.
    battery
        Name shared by items asked together.
    """

    scale: tuple[int, int]
    words: tuple[str, ...] = ()
    values: dict[int, str] = field(default_factory=dict)
    missing: dict[str, tuple[int | str, ...]] = field(default_factory=dict)
    reverse: bool = False
    why: str = ""
    battery: str = ""


def battery_name(profile: Profile) -> str:
    """Return what items asked together share in their names; "" where there is nothing.

    ``Q7A_ART`` and ``X1a..Parks`` share number, then a letter; ``X1..Parks`` and ``q1`` a letter;
    ``Q7ART`` a number; ``How good is ... [Food]`` the question.
    """
    if row := _ROW.match(profile.name):
        return row[1]
    if match := _STEM.match(profile.name):
        return f"{match[1]}{match[2]}+" if match[3] else f"{match[1]}#"
    if match := _PREFIX.match(profile.name):
        return match[1]
    return ""


def batteries(profiles: Sequence[Profile]) -> dict[str, list[Profile]]:
    """Return items that seem to be asked together, three or more, by what their names share."""
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        if name := battery_name(profile):
            found.setdefault(name, []).append(profile)
    return {name: members for name, members in found.items() if len(members) >= 3}


def guessed_item(profile: Profile, pooled: Sequence[Profile] = ()) -> ItemGuess | None:
    """Guess the scale of one column; None where it does not look like one.

    Parameters
    ----------
    profile
        The column.
    pooled
        Columns asked together with it, and the same column of other waves: words that nobody chose
        here may be chosen there.
    """
    if guess := _labelled(profile):
        return guess
    if guess := _worded(profile, pooled):
        return guess
    return _numbered(profile)


def _labelled(profile: Profile) -> ItemGuess | None:
    """Take codes that the file labels itself, or cells such as ``5 - Very good``."""
    if profile.value_labels and profile.codes:
        return _labelled_codes(profile)
    codes = profile.labelled_codes
    if len(codes) < 3 or min(codes) not in {0, 1} or max(codes) > 10:
        return None
    values = {code: text for code, text in codes.items() if not text.isdigit()}
    return ItemGuess(
        scale=(min(codes), max(codes)),
        values=values,
        missing=_missing(profile.missing_words),
        why="the answers carry their codes",
    )


def _labelled_codes(profile: Profile) -> ItemGuess | None:
    labels = {int(code): text for code, text in profile.value_labels.items() if _whole(code)}
    declared = {int(code) for code in profile.missing_codes if not isinstance(code, str)}
    missing: dict[str, list[int | str]] = {}
    points: dict[int, str] = {}
    for code, text in sorted(labels.items()):
        kind = missing_kind(text)
        if kind is None and code in declared:
            kind = "blank"
        if kind is not None:
            missing.setdefault(kind, []).append(code)
        else:
            points[code] = text
    unlabelled = sorted(declared - set(labels))
    if unlabelled:
        missing.setdefault("blank", []).extend(unlabelled)
    gone = {code for codes in missing.values() for code in codes}
    seen = [code for code in profile.codes if code not in gone]
    ends = sorted({*points, *seen})
    if len(ends) < 3 or ends[-1] - ends[0] > 10 or not _is_ordered(points, seen):
        return None
    words = [text for _, text in sorted(points.items())]
    ordered = word_scale(words)
    return ItemGuess(
        scale=(ends[0], ends[-1]),
        values=points,
        missing={kind: tuple(codes) for kind, codes in missing.items()},
        reverse=ordered is not None and ordered == words[::-1],
        why="labels in the file",
    )


def _whole(code: str) -> bool:
    return re.fullmatch(r"-?\d+", code) is not None


def _is_ordered(points: dict[int, str], seen: Sequence[int]) -> bool:
    """Tell a scale from a list of categories: its words are of a scale, or only its ends named."""
    words = [text for _, text in sorted(points.items())]
    if (ordered := word_scale(words)) is not None:
        return ordered in (words, words[::-1])
    return len(points) <= 3 and len(seen) > len(points)


def _missing(words: dict[str, str]) -> dict[str, tuple[int | str, ...]]:
    found: dict[str, list[int | str]] = {}
    for text, kind in words.items():
        found.setdefault(kind, []).append(text)
    return {kind: tuple(texts) for kind, texts in found.items()}


def _worded(profile: Profile, pooled: Sequence[Profile]) -> ItemGuess | None:
    if profile.n < 3 or not 2 <= len(profile.answers) <= 11:
        return None
    texts = dict.fromkeys(profile.answers)
    for other in pooled:
        if len(other.answers) <= 11:
            texts |= dict.fromkeys(other.answers)
    ordered = word_scale(list(texts)) or word_scale(list(profile.answers))
    if ordered is None:
        return None
    return ItemGuess(
        scale=(1, len(ordered)),
        words=tuple(ordered),
        values=dict(enumerate(ordered, start=1)),
        missing=_missing(profile.missing_words),
        why="a scale of words",
    )


def _numbered(profile: Profile) -> ItemGuess | None:
    codes = profile.codes
    if profile.n < _FEWEST or not 3 <= len(codes) <= 16:
        return None
    main, sentinels = _without_sentinels(list(codes))
    low, high = min(main), max(main)
    missing = _missing(profile.missing_words)
    if profile.hints("fft") and (low, high) in {(1, 6), (1, 7), (1, 5)}:
        extra: dict[str, tuple[int | str, ...]] = {"dont_know": (6,)} if high >= 6 else {}
        extra |= {"blank": (7,)} if high == 7 else {}
        return ItemGuess((1, 5), missing=extra, reverse=True, why="the friends and family test")
    if profile.hints("nps") and low in {0, 1} and 9 <= high <= 11:
        over: tuple[int, ...] = (11,) if high == 11 else ()
        sentinels = [*sentinels, *over]
        return ItemGuess((0, 10), missing=_with(missing, "blank", sentinels), why="asks for NPS")
    if low < 0 or high - low < 2 or high > 15 or len(main) < 0.6 * (high - low + 1):
        return None
    if low > 1:
        low = 1
    return ItemGuess(
        scale=(low, high), missing=_with(missing, "blank", sentinels), why="a run of codes"
    )


def _without_sentinels(codes: list[int]) -> tuple[list[int], list[int]]:
    """Split off codes such as 99 and -1 that stand apart from the others."""
    main = [code for code in codes if code not in _SENTINELS]
    apart = [code for code in codes if code in _SENTINELS]
    if len(main) >= 3 and max(main) == 9 and 8 not in main and sorted(main)[-2] <= 7:
        return [code for code in main if code != 9], [*apart, 9]
    return (main, apart) if len(main) >= 3 else (codes, [])


def _with(
    missing: dict[str, tuple[int | str, ...]], kind: str, codes: Sequence[int]
) -> dict[str, tuple[int | str, ...]]:
    if not codes:
        return missing
    return missing | {kind: (*codes, *missing.get(kind, ()))}


def refined(
    members: Sequence[tuple[Profile, ItemGuess]], *, like: tuple[int, int] | None = None
) -> list[ItemGuess] | None:
    """Give items asked together one scale, without end codes that are no points of it.

    Parameters
    ----------
    members
        Columns of a battery with the guesses for each.
    like
        Scale of other batteries of the questionnaire, to be taken where only ends stand out.

    Returns
    -------
    list or None
        One guess each; None where the columns do not hang together: lists of categories.
    """
    members = _pooled(members)
    if any(guess.values for _, guess in members):
        return [guess for _, guess in members]
    low = min(guess.scale[0] for _, guess in members)
    high = max(guess.scale[1] for _, guess in members)
    values = np.column_stack([profile.numbers for profile, _ in members])
    values = np.where((values >= low) & (values <= high), values, np.nan)
    not_points: list[int] = []
    if like is not None and low <= like[0] and like[1] <= high <= like[1] + 2:
        not_points = [code for code in range(low, high + 1) if not like[0] <= code <= like[1]]
        low, high = like
        values = np.where((values >= low) & (values <= high), values, np.nan)
    while (end := _false_end(values, low, high)) is not None:
        not_points.append(end)
        low, high = (low + 1, high) if end == low else (low, high - 1)
        values = np.where((values >= low) & (values <= high), values, np.nan)
    if (low, high) not in _CUSTOMARY and not (low == 1 and high > 7):
        return None
    if not _hang_together(values):
        return None
    below = [code for code in not_points if code < low]
    kinds = {"blank": below, "not_asked": [code for code in not_points if code > high]}
    why = "a run of codes"
    if not_points:
        listed = ", ".join(map(str, sorted(not_points)))
        why = f"who answers {listed} grades the rest as everybody does: no points of the scale"
    found: list[ItemGuess] = []
    for _, guess in members:
        missing = guess.missing
        for kind, codes in kinds.items():
            missing = _with(missing, kind, codes)
        found.append(ItemGuess((low, high), missing=missing, why=why))
    return found


def _pooled(
    members: Sequence[tuple[Profile, ItemGuess]],
) -> list[tuple[Profile, ItemGuess]]:
    """Let what is no answer to one item of a battery be none to the others."""
    pooled: dict[str, tuple[int | str, ...]] = {}
    for _, guess in members:
        for kind, codes in guess.missing.items():
            pooled[kind] = tuple(dict.fromkeys((*pooled.get(kind, ()), *codes)))
    return [(profile, replace(guess, missing=dict(pooled))) for profile, guess in members]


def _rest(values: np.ndarray) -> np.ndarray:
    """Return for each cell the mean of the other items of its row, each measured from its mean."""
    centred = values - np.nanmean(np.where(np.isnan(values).all(axis=0), 0, values), axis=0)
    known = ~np.isnan(centred)
    total = np.where(known, centred, 0).sum(axis=1, keepdims=True)
    count = known.sum(axis=1, keepdims=True)
    others = total - np.where(known, centred, 0)
    n = count - known
    return np.divide(others, n, out=np.full(values.shape, np.nan), where=n >= 1)


def _false_end(values: np.ndarray, low: int, high: int) -> int | None:
    """Return an end code that seems to be no point of the scale; None where both are."""
    if low == 0 and (low, high) != (0, 10) and _likeness_to_all(values, low) < _LOW_END:
        return low
    is_odd = (low, high) not in _CUSTOMARY or (low, high) == (1, 6)
    if is_odd and (low, high - 1) in _CUSTOMARY and _likeness_to_all(values, high) < _HIGH_END:
        return high
    return 0 if low == 0 and is_odd and (1, high - 1) in _CUSTOMARY else None


def _likeness_to_all(values: np.ndarray, end: int) -> float:
    """Return how far the rest of those at an end code lies out, against what its place predicts.

    0: they grade the rest as everybody does; 1: as the other codes predict. Too few: 0.
    """
    inside = np.where(values == end, np.nan, values)
    rest = _rest(inside)
    known = ~np.isnan(inside) & ~np.isnan(rest)
    own, others = inside[known], rest[known]
    at_end = rest[(values == end) & ~np.isnan(rest)]
    if len(at_end) < _FEWEST or len(own) < _FEWEST or np.ptp(own) == 0:
        return 0.0
    slope = float(np.cov(own, others)[0, 1] / own.var())
    predicted = slope * (end - own.mean())
    return float((at_end.mean() - others.mean()) / predicted) if abs(predicted) > 1e-9 else 0.0


def _hang_together(values: np.ndarray) -> bool:
    """Say whether the items go with one another, as grades do and lists of categories do not."""
    rest = _rest(values)
    found: list[float] = []
    for column in range(values.shape[1]):
        both = ~np.isnan(values[:, column]) & ~np.isnan(rest[:, column])
        own, other = values[both, column], rest[both, column]
        if both.sum() >= _FEWEST and np.ptp(own) > 0 and np.ptp(other) > 0:
            found.append(float(np.corrcoef(own, other)[0, 1]))
    return bool(found) and float(np.median(found)) > 0.15
