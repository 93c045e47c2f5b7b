"""From scores to probabilities that mean what they say, learned on texts the model had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Calibration", "calibrated", "folds_by_code"]

_FOLDS = 5
_LEAST_TEXTS = 10
_LEAST_POSITIVE = 10


@dataclass(frozen=True)
class Calibration:
    """``logit(probability) = slope * score + level``: the order of the scores stays."""

    slope: float
    level: float

    def apply(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each code for each text."""
        value = self.slope * scores + self.level
        return 1 / (1 + np.exp(-np.clip(value, -30, 30)))


_TYPICAL = Calibration(slope=1.0, level=-0.5)
"""What the numbers are on most sets of a few hundred comments."""


def folds_by_code(has: NDArray[np.bool_], seed: int) -> NDArray[np.int64] | None:
    """Deal texts into five folds, so that the texts of each code are spread over them.

    Texts with the rarest codes are dealt first. None when there are fewer than ten texts.
    """
    n = len(has)
    if n < _LEAST_TEXTS:
        return None
    counts = has.sum(axis=0)
    by_rarity = np.where(has, counts, n + 1)
    rarest, first_code = by_rarity.min(axis=1), by_rarity.argmin(axis=1)
    shuffled = np.random.default_rng(seed).permutation(n)
    order = shuffled[np.lexsort((first_code[shuffled], rarest[shuffled]))]
    folds = np.empty(n, np.int64)
    folds[order] = np.arange(n) % _FOLDS
    return folds


def calibrated(unseen: NDArray[np.float64] | None, has: NDArray[np.bool_]) -> Calibration:
    """Fit two numbers, shared by all codes, to what was said of unseen texts (Platt scaling).

    Scores that are not known (NaN) are left out. With fewer than ten uses of a code to learn from,
    typical numbers stand in.
    """
    if unseen is None:
        return _TYPICAL
    known = np.isfinite(unseen)
    outcome = has[known]
    if outcome.sum() < _LEAST_POSITIVE or outcome.all():
        return _TYPICAL
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e4, max_iter=1_000).fit(unseen[known][:, None], outcome)
    slope = float(fitted.coef_[0, 0])
    return Calibration(slope, float(fitted.intercept_[0])) if slope > 0 else _TYPICAL
