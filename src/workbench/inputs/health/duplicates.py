"""Rows that stand twice: the same respondent, the same answers, or nearly the same.

Two people can give the same answers, and often do where questions are few or everyone is content.
So a pair of rows counts only when chance can't explain it: given how often each answer is given by
people equally content, fewer than one pair in a hundred such waves may agree on just those columns.
Straight lines are left to their own check. With ``k`` columns that may differ, two rows agree
wholly on at least one of ``k + 1`` blocks of columns; so all pairs are found without comparing all
rows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.language import Message
from workbench.results.health import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.inputs.health.material import Material
    from workbench.results.health import Severity

__all__ = ["DuplicateRows", "duplicate_findings", "find_duplicates"]

_FEWEST_COLUMNS = 8
_MAY_DIFFER = 0.15
_MOST_DIFFERING = 4
_CHANCE = 0.01
_LEVELS = 5
_LARGEST_BUCKET = 250
_MOST_PAIRS = 3_000_000
_PAIRS_AT_ONCE = 50_000
_FEWEST_VALUES = 3


class DuplicateRows:
    """Which rows copy an earlier one of their wave.

    Parameters
    ----------
    exact, near
        Rows that repeat an earlier row in every column, and in nearly every column.
    same_respondent
        Rows whose respondent already answered in the wave.
    """

    def __init__(
        self,
        exact: NDArray[np.bool_],
        near: NDArray[np.bool_],
        same_respondent: NDArray[np.bool_],
    ) -> None:
        self.exact = exact
        self.near = near
        self.same_respondent = same_respondent

    @property
    def any(self) -> NDArray[np.bool_]:
        """Rows that copy another in either way."""
        return self.exact | self.near


def find_duplicates(material: Material) -> DuplicateRows:
    """Look for rows that stand twice, wave by wave."""
    exact = np.zeros(material.n, dtype=bool)
    near = np.zeros(material.n, dtype=bool)
    codes = _content_codes(material)
    if codes.shape[1] >= _FEWEST_COLUMNS:
        level = _levels(material)
        comparable = _varied(material)
        for wave in material.waves:
            rows = np.flatnonzero(material.in_wave(wave) & comparable)
            if len(rows) > 1:
                copies, likes = _in_wave(codes[rows], level[rows])
                exact[rows[copies]] = True
                near[rows[likes]] = True
    return DuplicateRows(exact, near & ~exact, _repeated_respondents(material))


def duplicate_findings(material: Material, found: DuplicateRows) -> Iterator[Finding]:
    """Tell the duplicates of each wave."""
    for wave in material.waves:
        rows = material.in_wave(wave)
        for check, hit in (
            ("same_respondent", found.same_respondent),
            ("exact_duplicates", found.exact),
            ("near_duplicates", found.near),
        ):
            n, base = int((hit & rows).sum()), int(rows.sum())
            if n:
                yield Finding(
                    check=check,
                    severity=_severity(n, base),
                    text=_text(check, wave, n, base),
                    files=material.files(hit & rows),
                    wave=wave,
                    n=n,
                    base=base,
                )


def _text(check: str, wave: str, n: int, base: int) -> Message:
    values = {"wave": wave, "n": n, "base": base}
    if check == "same_respondent":
        return Message(
            "{wave}: {n:integer} of {base:integer} rows repeats a respondent who already "
            "answered in the wave.",
            "{wave}: {n:integer} of {base:integer} rows repeat a respondent who already "
            "answered in the wave.",
            **values,
        )
    if check == "exact_duplicates":
        return Message(
            "{wave}: {n:integer} of {base:integer} rows repeats another row in every answer.",
            "{wave}: {n:integer} of {base:integer} rows repeat another row in every answer.",
            **values,
        )
    return Message(
        "{wave}: {n:integer} of {base:integer} rows is nearly the same as another, more alike "
        "than chance allows.",
        "{wave}: {n:integer} of {base:integer} rows are nearly the same as another, more "
        "alike than chance allows.",
        **values,
    )


def _severity(n: int, base: int) -> Severity:
    share = n / base
    if share >= 0.02 and n >= 3:
        return "alarm"
    return "care" if share >= 0.005 and n >= 2 else "note"


def _repeated_respondents(material: Material) -> NDArray[np.bool_]:
    keyed = material.survey.respondent or material.survey.person
    if keyed is None:
        return np.zeros(material.n, dtype=bool)
    pairs = material.frame[["wave", "respondent_id"]]
    return pairs.duplicated().to_numpy()


def _content_codes(material: Material) -> NDArray[np.int32]:
    """Return each column of answers as whole numbers; a missing answer is a value of its own."""
    survey = material.survey
    left_out = {survey.submitted, survey.duration, survey.weight, survey.strata, survey.cluster}
    columns: list[NDArray[np.int32]] = []
    for name in material.own_columns:
        values = material.frame[name]
        if name in left_out or _is_key(values):
            continue
        coded = material.coded(name)
        if len(coded.values) > 1:
            columns.append(coded.codes.astype(np.int32))
    if not columns:
        return np.empty((material.n, 0), dtype=np.int32)
    return np.column_stack(columns)


def _is_key(values: pd.Series) -> bool:
    """Say whether a column numbers the rows: nearly all different, and no sentences."""
    known = values.dropna()
    if len(known) < 0.9 * len(values) or known.nunique() < 0.9 * len(known):
        return False
    return not pd.api.types.is_string_dtype(known) or float(known.str.len().mean()) < 30


def _levels(material: Material) -> NDArray[np.int64]:
    """Return each row's fifth of general contentment; rows with equal means stay together."""
    if material.raw.empty:
        return np.zeros(material.n, dtype=np.int64)
    low = np.array([scale[0] for scale in material.scales.values()])
    width = np.array([scale[1] - scale[0] for scale in material.scales.values()])
    shares = (material.raw.to_numpy() - low) / width
    answered = ~np.isnan(shares)
    means = np.divide(
        np.where(answered, shares, 0).sum(axis=1),
        answered.sum(axis=1),
        out=np.full(material.n, 0.5),
        where=answered.any(axis=1),
    )
    edges = np.quantile(means, np.linspace(0, 1, _LEVELS + 1)[1:-1]) if material.n else []
    return np.searchsorted(edges, means).astype(np.int64)


def _varied(material: Material) -> NDArray[np.bool_]:
    """Say which rows use at least three different answers: straight lines are alike anyway."""
    if material.raw.shape[1] < 5:
        return np.ones(material.n, dtype=bool)
    values = np.sort(material.raw.to_numpy(), axis=1)
    changes = (np.diff(values, axis=1) > 0).sum(axis=1) + 1
    return changes >= _FEWEST_VALUES


def _in_wave(
    codes: NDArray[np.int32], level: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that copy an earlier one exactly, and those that do so nearly."""
    n, width = codes.shape
    may_differ = min(max(math.floor(_MAY_DIFFER * width), 1), _MOST_DIFFERING)
    surprise = _surprise(codes, level)
    limit = -math.log(_CHANCE / n / n)
    copies: set[int] = set()
    likes: set[int] = set()
    for left, right in _candidates(codes, may_differ + 1):
        same = codes[left] == codes[right]
        differing = width - same.sum(axis=1)
        found = differing <= may_differ
        left, right, same, differing = left[found], right[found], same[found], differing[found]
        explained = np.where(same, np.minimum(surprise[left], surprise[right]), 0).sum(axis=1)
        ways = np.array([math.log(math.comb(width, int(d))) for d in range(may_differ + 1)])
        unlikely = explained - ways[differing] > limit
        copies |= set(right[unlikely & (differing == 0)].tolist())
        likes |= set(right[unlikely & (differing > 0)].tolist())
    return np.array(sorted(copies), dtype=np.int64), np.array(sorted(likes), dtype=np.int64)


def _surprise(codes: NDArray[np.int32], level: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return -log of how common each answer is among rows of the same level."""
    surprise = np.empty(codes.shape)
    sizes = np.bincount(level, minlength=level.max() + 1)
    for column in range(codes.shape[1]):
        keys = level * (int(codes[:, column].max()) + 2) + codes[:, column] + 1
        counts = np.bincount(keys)
        surprise[:, column] = -np.log((counts[keys] + 0.5) / (sizes[level] + 1))
    return surprise


def _candidates(
    codes: NDArray[np.int32], n_blocks: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs of rows that agree wholly on a block of columns, earlier row first."""
    spread = [-_entropy(codes[:, column]) for column in range(codes.shape[1])]
    order = np.argsort(spread, kind="stable")
    n_pairs = 0
    for block in range(n_blocks):
        rows, begins, sizes = _buckets(_keys(codes[:, order[block::n_blocks]]))
        total = n_pairs + np.cumsum(sizes * (sizes - 1) // 2)
        begins, sizes = begins[total <= _MOST_PAIRS], sizes[total <= _MOST_PAIRS]
        for size in np.unique(sizes):
            first, second = np.triu_indices(size, 1)
            buckets = rows[begins[sizes == size][:, None] + np.arange(size)]
            at_once = max(1, _PAIRS_AT_ONCE // len(first))
            for some in np.split(buckets, range(at_once, len(buckets), at_once)):
                yield some[:, first].ravel(), some[:, second].ravel()
        n_pairs = int(total[-1]) if len(total) else n_pairs
        if n_pairs > _MOST_PAIRS:
            return


def _entropy(codes: NDArray[np.int32]) -> float:
    counts = np.bincount(codes + 1)
    shares = counts[counts > 0] / len(codes)
    return float(-(shares * np.log(shares)).sum())


def _keys(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return a number for each row: the same for rows that agree in every column."""
    keys = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        keys = np.unique(keys * (int(column.max()) + 2) + column + 1, return_inverse=True)[1]
    return keys


def _buckets(
    keys: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows sorted by key, and where each key that several share begins, and its size.

    A key of very many says nothing and is left out.
    """
    rows = np.argsort(keys, kind="stable")
    begins = np.flatnonzero(np.diff(keys[rows], prepend=-1))
    sizes = np.diff(begins, append=len(keys))
    kept = (sizes >= 2) & (sizes <= _LARGEST_BUCKET)
    return rows, begins[kept], sizes[kept]
