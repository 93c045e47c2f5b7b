"""How much of a change is the groups' own, and how much is who answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.estimates import mean_difference, weighted_mean
from workbench.survey.difference import leverage_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GroupChange", "MixSplit", "split_change"]

_HALF = 0.5
"""Share of a wave that its groups must have in common with the other for a split to say much."""


@dataclass(frozen=True)
class GroupChange:
    """One group's part in a change: shares of the total before and after, and its means.

    ``nan`` means the group did not answer, or did so once only, in that wave.
    """

    group: int
    n_before: int
    n_after: int
    share_before: float
    share_after: float
    before: float
    after: float

    @property
    def real(self) -> float:
        """Points of the total's change that come from the group's own change."""
        own = (self.share_before + self.share_after) / 2 * (self.after - self.before)
        return 0.0 if np.isnan(own) else own


@dataclass(frozen=True)
class MixSplit:
    """A change as real plus mix, in points.

    Parameters
    ----------
    real, mix
        Their sum is the change.
    p_value
        Of the real part against zero; ``nan`` where it cannot be judged.
    groups
        Each group's part.
    """

    real: float
    mix: float
    p_value: float
    groups: tuple[GroupChange, ...]

    @property
    def is_told(self) -> bool:
        """Say whether groups that are in both waves hold at least half of each."""
        common = [part for part in self.groups if not np.isnan(part.after - part.before)]
        held = [sum(p.share_before for p in common), sum(p.share_after for p in common)]
        return min(held) >= _HALF


def split_change(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    groups: NDArray[np.intp],
    before: NDArray[np.intp],
    after: NDArray[np.intp],
    persons: NDArray[np.intp],
) -> MixSplit:
    """Split ``mean(after) - mean(before)`` into the groups' own change and the change of mix.

    ``real = sum over groups of the mean share times the change within the group``; the rest is
    mix [1]_. A group that is in one of the waves only belongs to the mix.

    Parameters
    ----------
    values, weights, groups, persons
        One entry per row; equal persons are the same respondent.
    before, after
        Answered rows of the two waves.

    References
    ----------
    .. [1] Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of the
       American Statistical Association, 50(272), 1168-1194.
    """
    change = weighted_mean(values[after], weights[after]) - weighted_mean(
        values[before], weights[before]
    )
    parts: list[GroupChange] = []
    scores = [np.zeros(before.size), np.zeros(after.size)]
    totals = weights[before].sum(), weights[after].sum()
    for group in np.unique(groups[np.concatenate([before, after])]):
        inside = [(groups[side] == group) & (weights[side] > 0) for side in (before, after)]
        rows = [side[mask] for side, mask in zip((before, after), inside, strict=True)]
        shares = [weights[side].sum() / total for side, total in zip(rows, totals, strict=True)]
        enough = min(side.size for side in rows) > 1
        means = [weighted_mean(values[side], weights[side]) if enough else np.nan for side in rows]
        part = GroupChange(
            int(group), rows[0].size, rows[1].size, float(shares[0]), float(shares[1]), *means
        )
        parts.append(part)
        if enough:
            factor = (part.share_before + part.share_after) / 2
            for score, mask, side, sign in zip(scores, inside, rows, (-1.0, 1.0), strict=True):
                score[mask] = sign * factor * leverage_scores(values[side], weights[side])
    real = sum(part.real for part in parts)
    people = persons[np.concatenate([before, after])]
    return MixSplit(
        real, change - real, _p_value(real, np.concatenate(scores), people), tuple(parts)
    )


def _p_value(real: float, scores: NDArray[np.float64], persons: NDArray[np.intp]) -> float:
    """Test the real part, a respondent in both waves counted once."""
    people = np.unique(persons, return_inverse=True)[1]
    sums = np.bincount(people, scores)
    variance = float(sums @ sums)
    return mean_difference(real, variance, max(scores.size - 2.0, 1.0))[2]
