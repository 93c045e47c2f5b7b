"""What an interval of a share rests on: how many answers, after weights, clusters, population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.survey.design import Design, MeanError

__all__ = ["IntervalBasis", "interval_basis"]


@dataclass(frozen=True)
class IntervalBasis:
    """How many answers of equal weight the interval of a share stands on.

    Parameters
    ----------
    n_effective
        Effective answers: Kish's, or those that give the linearised variance.
    n_interval
        The same after the degrees of freedom of the design and the size of the population.
    error
        Sampling error of the mean.
    is_complex
        Whether strata or clusters made it.
    reason
        Why no interval can be given: ``NO_WEIGHT LONELY_PSU TOO_FEW CENSUS``, else ``""``.
    """

    n_effective: float
    n_interval: float
    error: MeanError
    is_complex: bool
    reason: str = ""

    def wald_interval(
        self, estimate: float, scale: tuple[float, float], confidence: float
    ) -> tuple[float, float, str]:
        """Return estimate plus and minus the quantile times the standard error, and a reason."""
        if self.error.variance is None:
            return float("nan"), float("nan"), self.error.reason
        tail = (1 + confidence) / 2
        if self.is_complex:
            half = stdtrit(self.error.df, tail) * np.sqrt(self.error.variance)
        else:
            half = ndtri(tail) * np.sqrt(self.error.answer_variance / self.n_interval)
        return max(estimate - float(half), scale[0]), min(estimate + float(half), scale[1]), ""


def interval_basis(
    design: Design,
    values: NDArray[np.float64],
    rows: NDArray[np.intp],
    answered: NDArray[np.bool_],
    confidence: float,
) -> IntervalBasis:
    """Return what the interval of a share, or of a difference of shares, stands on.

    Parameters
    ----------
    values
        One value per row of the answers, such as -100, 0 and 100.
    rows
        Answered rows of the segment.
    answered
        All answered rows: the part of the population that is known.
    confidence
        Level of the interval; the quantile of a design with few clusters depends on it.
    """
    error = design.mean_error(values, rows, answered)
    n_effective = design.effective_n(rows)
    if n_effective == 0:
        return IntervalBasis(0.0, 0.0, error, design.is_complex, "NO_WEIGHT")
    if error.reason in {"LONELY_PSU", "CENSUS"}:
        return IntervalBasis(n_effective, n_effective, error, design.is_complex, error.reason)
    if not design.is_complex:
        fraction = design.sampled_fraction(answered)
        known = 0.0 if fraction is None else float(fraction[0])
        return IntervalBasis(n_effective, n_effective / (1 - known), error, is_complex=False)
    if error.df <= 0:
        return IntervalBasis(n_effective, n_effective, error, True, "TOO_FEW")
    if error.variance is None:  # all alike: nothing shows the design; a cluster counts as one
        alike = min(n_effective, float(error.clusters or n_effective))
        return IntervalBasis(alike, alike, error, is_complex=True)
    n_design = min(error.answer_variance / error.variance, float(rows.size))
    quantile = ndtri((1 + confidence) / 2) / stdtrit(error.df, (1 + confidence) / 2)
    return IntervalBasis(n_design, n_design * float(quantile) ** 2, error, is_complex=True)
