"""When may we look? Boundaries for planned looks, and intervals that hold however often we look."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import special

from workbench.errors import DataError
from workbench.experiment.distributions import quantile, upper_tail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "FIRST_LOOK_UNITS",
    "AlwaysValid",
    "FinalReading",
    "Spending",
    "always_valid",
    "bounds_for",
    "final_reading",
    "msprt_p",
    "sequential_bounds",
    "spent",
]

Spending = Literal["obf", "pocock", "power"]
FIRST_LOOK_UNITS = 100
"""Always-valid intervals rest on large samples: fewer units in a variant give none."""


def spent(
    information: float, *, spending: Spending = "obf", alpha: float = 0.05, power: float = 3.0
) -> float:
    """Return how much of a two-sided alpha may be spent up to an information fraction.

    ``obf`` is Lan and DeMets' O'Brien-Fleming type, ``pocock`` their Pocock type, each side on its
    own with alpha / 2 [1]_; ``power`` is alpha t^power.

    References
    ----------
    .. [1] Lan, K. K. G., & DeMets, D. L. (1983). Discrete sequential boundaries for clinical
       trials. Biometrika, 70(3), 659-663.

    Examples
    --------
    >>> spent(1.0), round(spent(0.5, spending="pocock"), 5)
    (0.05, 0.03101)
    """
    t = min(1.0, information)
    if t <= 0:
        return 0.0
    if t == 1.0:
        return alpha
    if spending == "obf":
        return 4 * upper_tail(quantile(1 - alpha / 4) / math.sqrt(t))
    if spending == "pocock":
        return alpha * math.log(1 + (math.e - 1) * t)
    return alpha * t**power


def sequential_bounds(
    information: Sequence[float],
    *,
    spending: Spending = "obf",
    alpha: float = 0.05,
    power: float = 3.0,
) -> np.ndarray:
    """Critical z values for planned looks, two-sided and symmetric.

    Found by integrating the joint distribution of the statistics look by look [1]_.

    Parameters
    ----------
    information
        Rising fractions of the planned information (of the planned n), above 0 up to 1.
    spending
        ``obf`` saves alpha for the end, ``pocock`` spends it evenly, ``power`` is alpha t^power.
    alpha
        Two-sided error over all looks together.

    Returns
    -------
    numpy.ndarray
        One z value per look: stop when the statistic is beyond it on either side.

    Raises
    ------
    DataError
        If the fractions do not rise within (0, 1].

    References
    ----------
    .. [1] Armitage, P., McPherson, C. K., & Rowe, B. C. (1969). Repeated significance tests on
       accumulating data. Journal of the Royal Statistical Society A, 132(2), 235-244.

    Examples
    --------
    >>> sequential_bounds([0.2, 0.4, 0.6, 0.8, 1.0]).round(4)
    array([4.8769, 3.357 , 2.6803, 2.2898, 2.031 ])
    """
    fractions = _checked_fractions(information)
    budget = [spent(float(t), spending=spending, alpha=alpha, power=power) for t in fractions]
    return bounds_for(fractions, budget)


def bounds_for(fractions: Sequence[float] | np.ndarray, budget: Sequence[float]) -> np.ndarray:
    """Return critical values for looks at these fractions, with alpha spent so far at each."""
    new = np.diff(np.concatenate([[0.0], np.asarray(budget, dtype=float)]))
    walk = _Walk(_checked_fractions(fractions))
    return np.array([walk.boundary(float(error) / 2) for error in new])


def _checked_fractions(information: Sequence[float] | np.ndarray) -> np.ndarray:
    fractions = np.asarray(information, dtype=float).ravel()
    rising = bool(len(fractions)) and bool(np.all(np.isfinite(fractions)))
    rising = rising and bool(np.all(np.diff(np.concatenate([[0.0], fractions])) > 0))
    if not rising or fractions[-1] > 1 + 1e-12:
        raise DataError(
            "Information fractions must rise, above 0 and up to 1 (0.5, 0.75, 1.0); found others. "
            "Divide the units at each look by the planned number."
        )
    return fractions


@functools.cache
def _nodes(points: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(points)


class _Walk:
    """Density of the score process while it has stayed within the boundaries, look by look.

    The process B(t) = Z sqrt(t) has independent increments; the density on a grid of Gauss-Legendre
    points is carried from look to look.
    """

    POINTS = 240

    def __init__(self, fractions: np.ndarray, drift: float = 0.0) -> None:
        self.fractions = fractions
        self.drift = drift
        self.look = 0
        self.nodes = np.array([0.0])
        self.mass = np.array([1.0])
        self.base, self.weight = _nodes(self.POINTS)

    def _step(self) -> float:
        earlier = self.fractions[self.look - 1] if self.look else 0.0
        return float(self.fractions[self.look] - earlier)

    def above(self, z: float) -> float:
        """Return the chance to get here and be above z at the present look."""
        step = self._step()
        limit = z * math.sqrt(self.fractions[self.look])
        distance = (limit - self.nodes - self.drift * step) / math.sqrt(step)
        return float(self.mass @ special.ndtr(-distance))

    def below(self, z: float) -> float:
        """Return the chance to get here and be below -z at the present look."""
        step = self._step()
        limit = -z * math.sqrt(self.fractions[self.look])
        distance = (limit - self.nodes - self.drift * step) / math.sqrt(step)
        return float(self.mass @ special.ndtr(distance))

    def boundary(self, error: float) -> float:
        """Return the z with this error above it, and walk on within plus and minus z."""
        low, high = -1.0, 40.0
        if error <= 1e-300:
            low = high
        for _ in range(90):
            middle = (low + high) / 2
            low, high = (middle, high) if self.above(middle) > error else (low, middle)
        z = (low + high) / 2
        self.go_on(z)
        return z

    def go_on(self, z: float) -> None:
        """Walk to the next look, having stayed within plus and minus z at this one."""
        step = self._step()
        limit = abs(z) * math.sqrt(self.fractions[self.look])
        nodes, weight = self.base * limit, self.weight * limit
        gaps = (nodes[:, None] - self.nodes[None, :] - self.drift * step) / math.sqrt(step)
        density = np.exp(-(gaps**2) / 2) / math.sqrt(2 * math.pi * step)
        self.mass = weight * (density @ self.mass)
        self.nodes = nodes
        self.look += 1


@dataclass(frozen=True, slots=True)
class FinalReading:
    """What a trial with planned looks says when it stops: p-value, estimate and interval."""

    p_value: float
    estimate: float
    ci_low: float
    ci_high: float


def final_reading(
    information: Sequence[float],
    bounds: Sequence[float],
    estimate: float,
    standard_error: float,
    *,
    confidence: float = 0.95,
) -> FinalReading:
    """Interval after planned looks, by stage-wise ordering: an earlier stop is more extreme [1]_.

    Parameters
    ----------
    information
        Fractions of the looks made, the last one the present.
    bounds
        Their critical z values; the last is not used (the observed z takes its place).
    estimate, standard_error
        At the present look. The returned estimate is the median-unbiased one.

    References
    ----------
    .. [1] Tsiatis, A. A., Rosner, G. L., & Mehta, C. R. (1984). Exact confidence intervals
       following a group sequential test. Biometrics, 40(3), 797-803.
    """
    fractions = _checked_fractions(information)
    z = estimate / standard_error
    scale = standard_error * math.sqrt(fractions[-1])

    def tail(effect: float) -> float:
        return _chance_more_extreme(fractions, bounds, z, effect / scale)

    def solve(target: float) -> float:
        return _rising_root(lambda effect: tail(effect) - target, estimate, standard_error)

    alpha = 1 - confidence
    above = tail(0.0)
    p_value = 2 * min(above, 1 - above)
    return FinalReading(min(1.0, p_value), solve(0.5), solve(alpha / 2), solve(1 - alpha / 2))


def _chance_more_extreme(
    fractions: np.ndarray, bounds: Sequence[float], z: float, drift: float
) -> float:
    """Return the chance to stop above earlier, or to be above z at the last look."""
    walk = _Walk(fractions, drift)
    total = 0.0
    for bound in list(bounds)[: len(fractions) - 1]:
        total += walk.above(float(bound))
        walk.go_on(float(bound))
    return total + walk.above(z)


def _rising_root(function: Callable[[float], float], centre: float, scale: float) -> float:
    from scipy.optimize import brentq

    low, high = centre - 12 * scale, centre + 12 * scale
    if function(low) >= 0 or function(high) <= 0:
        return low if function(low) >= 0 else high
    root: Any = brentq(function, low, high, xtol=1e-9 * scale)
    return float(root)


@dataclass(frozen=True, slots=True)
class AlwaysValid:
    """An interval that covers at every look together; null with a reason when too early."""

    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    reason: str = ""


def always_valid(
    estimate: float,
    standard_error: float,
    n: int,
    planned_n: int,
    *,
    alpha: float = 0.05,
    smallest_variant: int | None = None,
) -> AlwaysValid:
    """Interval of an asymptotic confidence sequence: look as often as you like [1]_.

    Parameters
    ----------
    estimate, standard_error
        Of the difference, with n units in all.
    planned_n
        Units for which the interval shall be narrowest.
    smallest_variant
        Units in the smaller variant; below ``FIRST_LOOK_UNITS`` no interval is given.

    References
    ----------
    .. [1] Waudby-Smith, I., Arbour, D., Sinha, R., Kennedy, E. H., & Ramdas, A. (2024).
       Time-uniform central limit theory and asymptotic confidence sequences. Annals of Statistics,
       52(6), 2613-2640. Equations 9 and 161.

    Examples
    --------
    >>> reading = always_valid(0.02, 0.006, 20_000, 40_000)
    >>> round(reading.ci_low, 4), round(reading.ci_high, 4)
    (0.0016, 0.0384)
    """
    smallest = n // 2 if smallest_variant is None else smallest_variant
    if smallest < FIRST_LOOK_UNITS:
        return AlwaysValid(None, None, None, "TOO_EARLY")
    if not standard_error > 0:
        return AlwaysValid(None, None, None, "ZERO_VARIANCE")
    log_term = -2 * math.log(alpha)
    rho_squared = (log_term + math.log(log_term) + 1) / max(planned_n, 1)
    inflated = n * rho_squared + 1
    factor = math.sqrt(2 * inflated / (n * rho_squared) * math.log(math.sqrt(inflated) / alpha))
    z_squared = (estimate / standard_error) ** 2
    log_p = 0.5 * math.log(inflated) - z_squared * n * rho_squared / (2 * inflated)
    return AlwaysValid(
        estimate - factor * standard_error,
        estimate + factor * standard_error,
        math.exp(min(0.0, log_p)),
    )


def msprt_p(
    estimates: Sequence[float], variances: Sequence[float], *, mixing_variance: float
) -> np.ndarray:
    """Return always-valid p-values of successive looks by the mixture sequential ratio test [1]_.

    Parameters
    ----------
    estimates, variances
        Of the difference at each look.
    mixing_variance
        How large effects are expected to be, squared.

    References
    ----------
    .. [1] Johari, R., Koomen, P., Pekelis, L., & Walsh, D. (2022). Always valid inference:
       continuous monitoring of A/B tests. Operations Research, 70(3), 1806-1821.
    """
    d, v = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    each = np.sqrt((v + mixing_variance) / v) * np.exp(
        -mixing_variance * d**2 / (2 * v * (v + mixing_variance))
    )
    return np.minimum.accumulate(np.minimum(each, 1.0))
