"""Compare two variants from counts alone: shares and NPS, as records that can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.experiment.proportions import Interval, fisher, proportion_effect
from workbench.experiment.scores import nps_effect
from workbench.language import Message
from workbench.results.comparison import ComparisonResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.effect import Effect

__all__ = ["compare_nps", "compare_proportions"]

FISHER_UP_TO = 100_000


def compare_proportions(
    x_treatment: int,
    n_treatment: int,
    x_control: int,
    n_control: int,
    *,
    interval: Interval = "miettinen_nurminen",
    confidence: float = 0.95,
) -> ComparisonResult:
    """Compare two shares: difference, lift and one p-value.

    The difference has Miettinen and Nurminen's score interval (or Newcombe's), the lift the score
    interval of the ratio. The p-value is Boschloo's exact one up to 400 units in all, else the
    pooled z test.

    Parameters
    ----------
    x_treatment, n_treatment, x_control, n_control
        Successes and units of each variant.
    interval
        ``miettinen_nurminen`` or ``newcombe``.
    confidence
        Level of the intervals, 0-1.

    Returns
    -------
    ComparisonResult
        ``estimate ci_low ci_high`` (treatment minus control, as shares), ``lift`` and its interval,
        ``p_value``; a missing interval has a ``reason``.

    Raises
    ------
    DataError
        If counts are not whole numbers with 0 <= successes <= units.

    References
    ----------
    .. [1] Miettinen, O., & Nurminen, M. (1985). Comparative analysis of two rates. Statistics in
       Medicine, 4(2), 213-226.
    .. [2] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions: comparison of eleven methods. Statistics in Medicine, 17(8), 873-890.

    Examples
    --------
    >>> result = compare_proportions(56, 70, 48, 80)
    >>> round(result.estimate, 3), round(result.ci_low, 5), round(result.ci_high, 5)
    (0.2, 0.05283, 0.33817)
    """
    effect = proportion_effect(
        x_treatment, n_treatment, x_control, n_control, interval=interval, confidence=confidence
    )
    exact = None
    if effect.reason == "" and n_treatment + n_control <= FISHER_UP_TO:
        exact = fisher(x_treatment, n_treatment, x_control, n_control)
    method = Message("Shares: Miettinen-Nurminen interval, score interval of the ratio.")
    if interval == "newcombe":
        method = Message("Shares: Newcombe interval, score interval of the ratio.")
    return _record(effect, "share", exact, confidence, method)


def compare_nps(
    counts_treatment: Sequence[int], counts_control: Sequence[int], *, confidence: float = 0.95
) -> ComparisonResult:
    """Compare two Net Promoter Scores from counts of the answers 0 to 10.

    Parameters
    ----------
    counts_treatment, counts_control
        Eleven counts each: how many answered 0, 1, ..., 10.
    confidence
        Level of the interval, 0-1.

    Returns
    -------
    ComparisonResult
        ``estimate ci_low ci_high se`` in points. There is no lift: zero means nothing here.

    Raises
    ------
    DataError
        If there are not eleven whole counts.

    Examples
    --------
    >>> new = [5, 0, 0, 1, 2, 4, 6, 14, 20, 20, 28]
    >>> old = [6, 1, 1, 1, 3, 6, 8, 14, 19, 18, 23]
    >>> result = compare_nps(new, old)
    >>> round(result.estimate, 1), round(result.se, 2)
    (15.0, 11.03)
    """
    effect = nps_effect(counts_treatment, counts_control, confidence=confidence)
    method = Message("NPS: difference of two trinomials.")
    return _record(effect, "nps", None, confidence, method)


def _record(
    effect: Effect, measure: str, exact: float | None, confidence: float, method: Message
) -> ComparisonResult:
    lift = effect.lift
    row = {
        "measure": measure,
        "n_treatment": effect.n_treatment,
        "n_control": effect.n_control,
        "treatment": effect.treatment,
        "control": effect.control,
        "estimate": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "se": effect.standard_error,
        "p_value": effect.p_value,
        "p_exact": exact,
        "lift": lift.estimate,
        "lift_low": lift.ci_low,
        "lift_high": lift.ci_high,
        "method": effect.method,
        "reason": effect.reason or lift.reason,
    }
    return ComparisonResult(
        table=pd.DataFrame([row]),
        method=method,
        estimate=effect.estimate,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        se=effect.standard_error,
        p_value=effect.p_value,
        lift=lift.estimate,
        lift_low=lift.ci_low,
        lift_high=lift.ci_high,
        reason=effect.reason,
        confidence=confidence,
    )
