"""How many, and what could we have seen? Planned before, never computed from the effect found."""

from __future__ import annotations

import math

from workbench.errors import DataError
from workbench.experiment.distributions import normal_cdf, quantile

__all__ = ["detectable_effect", "guardrail_power", "power_of", "sample_size"]


def sample_size(
    effect: float,
    variance: float,
    *,
    variance_treatment: float | None = None,
    ratio: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
    variance_kept: float = 1.0,
    cluster_size: float = 1.0,
    intraclass: float = 0.0,
    metrics: int = 1,
    one_sided: bool = False,
) -> tuple[int, int]:
    """Units needed in treatment and control to find an effect.

    Parameters
    ----------
    effect
        Smallest difference that must be found; for a guardrail, its margin.
    variance
        Of one unit in the control: p (1 - p) for a share, the linearised one for a ratio.
    variance_treatment
        Of one unit in the treatment; default the control's.
    ratio
        Treatment units per control unit.
    variance_kept
        Share of variance left after adjustment (1 - R squared).
    cluster_size, intraclass
        Mean rows per group and their correlation: the variance grows by 1 + (size - 1) x ICC.
    metrics
        Metrics among which alpha is divided.

    Returns
    -------
    tuple of int
        Units in the treatment and in the control.

    Raises
    ------
    DataError
        If a number is out of its range.

    Examples
    --------
    >>> sample_size(0.02, 0.1 * 0.9, variance_treatment=0.12 * 0.88)
    (3839, 3839)
    """
    _check(effect, alpha, power, variance_kept, ratio)
    z = quantile(1 - alpha / metrics / (1 if one_sided else 2)) + quantile(power)
    wider = variance_kept * (1 + (cluster_size - 1) * intraclass)
    treated = variance if variance_treatment is None else variance_treatment
    n_control = z**2 * wider * (treated / ratio + variance) / effect**2
    return math.ceil(ratio * n_control), math.ceil(n_control)


def detectable_effect(
    standard_error: float, *, alpha: float = 0.05, power: float = 0.8, one_sided: bool = False
) -> float:
    """Return the effect that a trial with this standard error finds with the given power.

    Examples
    --------
    >>> round(detectable_effect(0.323), 2)
    0.9
    """
    _check(1.0, alpha, power, 1.0, 1.0)
    return (quantile(1 - alpha / (1 if one_sided else 2)) + quantile(power)) * standard_error


def power_of(effect: float, standard_error: float, *, alpha: float = 0.05) -> float:
    """Return the chance to find an effect of a size agreed before with this standard error."""
    z = quantile(1 - alpha / 2)
    ratio = abs(effect) / standard_error
    return normal_cdf(ratio - z) + normal_cdf(-ratio - z)


def guardrail_power(guardrails: int, *, power: float = 0.8) -> float:
    """Return the power each test needs so that all of them together have the planned power [1]_.

    Guardrails share no alpha (all must hold), so what has to be divided is beta.

    References
    ----------
    .. [1] Schultzberg, M., Ankargren, S., & Frånberg, M. (2024). Risk-aware product decisions in
       A/B tests with multiple metrics. arXiv:2402.11609.

    Examples
    --------
    >>> guardrail_power(4)
    0.96
    """
    return 1 - (1 - power) / (guardrails + 1)


def _check(effect: float, alpha: float, power: float, kept: float, ratio: float) -> None:
    if not (math.isfinite(effect) and effect != 0):
        raise DataError("The effect to find must be a number other than 0.")
    if not (0 < alpha < 1 and 0 < power < 1 and 0 < kept <= 1 and ratio > 0):
        raise DataError(
            "Alpha and power must lie between 0 and 1, the variance kept in (0, 1], and the ratio "
            f"above 0; found alpha {alpha}, power {power}, kept {kept}, ratio {ratio}."
        )
