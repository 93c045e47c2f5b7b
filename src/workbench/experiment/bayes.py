"""A second line beside the test: how probable is better, and what an error would cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from workbench.errors import DataError
from workbench.experiment.distributions import normal_cdf, quantile
from workbench.experiment.proportions import check_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BetaBinomial",
    "NormalPosterior",
    "Prior",
    "beta_binomial",
    "normal_posterior",
    "prior_from",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaBinomial:
    """Two shares with beta priors: chances and expected losses, exact by quadrature.

    ``loss_treatment`` is what choosing the treatment loses on average, E[max(C - T, 0)], as a
    share; ``loss_control`` the other way. ``p_above_margin`` is P(T - C > margin) and ``p_rope``
    the chance that the two differ by less than the margin.
    """

    p_better: float
    loss_treatment: float
    loss_control: float
    p_above_margin: float
    p_rope: float
    margin: float


def beta_binomial(
    x_treatment: int,
    n_treatment: int,
    x_control: int,
    n_control: int,
    *,
    margin: float = 0.0,
    prior: tuple[float, float] = (1.0, 1.0),
) -> BetaBinomial:
    """Chance that the treatment's share is higher, and the expected loss either way.

    Computed by Gauss-Legendre quadrature of the two beta posteriors, not by simulation and not by a
    normal approximation.

    Parameters
    ----------
    x_treatment, n_treatment, x_control, n_control
        Successes and units of each variant.
    margin
        Smallest difference that matters, as a share.
    prior
        Parameters of both beta priors; flat by default.

    Raises
    ------
    DataError
        If counts are not whole numbers with 0 <= x <= n, or the prior is not positive.

    Examples
    --------
    >>> reading = beta_binomial(30, 1000, 5, 50)
    >>> round(reading.p_better, 9)
    0.006127583
    """
    check_counts(x_treatment, n_treatment, "treatment")
    check_counts(x_control, n_control, "control")
    if not min(prior) > 0 or not all(map(math.isfinite, (*prior, margin))):
        raise DataError("The prior must be two positive numbers and the margin a number.")
    a_t, b_t = prior[0] + x_treatment, prior[1] + n_treatment - x_treatment
    a_c, b_c = prior[0] + x_control, prior[1] + n_control - x_control
    x, weight = _nodes((a_t, b_t), (a_c, b_c), margin)
    below_t, below_c = special.betainc(a_t, b_t, x), special.betainc(a_c, b_c, x)

    def chance_above(gap: float) -> float:
        density = np.exp(
            special.xlogy(a_t - 1, x) + special.xlog1py(b_t - 1, -x) - special.betaln(a_t, b_t)
        )
        below = special.betainc(a_c, b_c, np.clip(x - gap, 0, 1))
        return float(np.clip(weight @ (density * below), 0, 1))

    above, beyond = chance_above(margin), chance_above(-margin)
    return BetaBinomial(
        p_better=chance_above(0.0),
        loss_treatment=float(weight @ (below_t * (1 - below_c))),
        loss_control=float(weight @ (below_c * (1 - below_t))),
        p_above_margin=above,
        p_rope=max(0.0, beyond - above),
        margin=margin,
    )


def _nodes(
    treatment: tuple[float, float], control: tuple[float, float], margin: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return quadrature points on [0, 1], dense where either posterior has its mass."""
    chances = np.array(
        [1e-12, 1e-7, 1e-4, 0.02, 0.2, 0.5, 0.8, 0.98, 1 - 1e-4, 1 - 1e-7, 1 - 1e-12]
    )
    cuts = np.concatenate([special.betaincinv(*beta, chances) for beta in (treatment, control)])
    shifted = [cuts, cuts + margin, cuts - margin, [0.0, 1.0]]
    edges = np.unique(np.clip(np.concatenate(shifted), 0, 1))
    base, weight = np.polynomial.legendre.leggauss(32)
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    return (low + width * (base + 1) / 2).ravel(), (width * weight / 2).ravel()


@dataclass(frozen=True, slots=True)
class Prior:
    """What effects of this kind have been before: a normal with mean and standard deviation.

    ``n`` is the number of experiments behind it; an infinite ``sd`` is the flat prior.
    """

    mean: float = 0.0
    sd: float = math.inf
    n: int = 0


@dataclass(frozen=True, slots=True)
class NormalPosterior:
    """Effect after a normal prior: what is likely, and what either choice loses on average."""

    mean: float
    sd: float
    ci_low: float
    ci_high: float
    p_better: float
    p_below_margin: float
    p_rope: float
    loss_ship: float
    """Expected loss of shipping, counted from the margin: E[max(margin - effect, 0)]."""
    loss_stay: float
    """Expected loss of not shipping: E[max(effect - margin, 0)]."""


def normal_posterior(
    estimate: float,
    standard_error: float,
    prior: Prior | None = None,
    *,
    margin: float = 0.0,
    confidence: float = 0.95,
) -> NormalPosterior:
    """Posterior of an effect whose better direction is up.

    Parameters
    ----------
    margin
        Smallest gain worth having; chance and losses are counted from it.
    """
    prior = Prior() if prior is None else prior
    precision = 1 / standard_error**2 + (0.0 if math.isinf(prior.sd) else 1 / prior.sd**2)
    pulled = estimate / standard_error**2
    pulled += 0.0 if math.isinf(prior.sd) else prior.mean / prior.sd**2
    mean, sd = pulled / precision, math.sqrt(1 / precision)
    z = (mean - margin) / sd
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    stay = sd * (density + z * normal_cdf(z))
    half = quantile(0.5 + confidence / 2) * sd
    inside = normal_cdf((abs(margin) - mean) / sd) - normal_cdf((-abs(margin) - mean) / sd)
    return NormalPosterior(
        mean=mean,
        sd=sd,
        ci_low=mean - half,
        ci_high=mean + half,
        p_better=normal_cdf(mean / sd),
        p_below_margin=normal_cdf(-z),
        p_rope=inside,
        loss_ship=max(0.0, stay - (mean - margin)),
        loss_stay=max(0.0, stay),
    )


def prior_from(estimates: Sequence[float], standard_errors: Sequence[float]) -> Prior | None:
    """Return the normal that past effects came from (empirical Bayes, by maximum likelihood).

    None with fewer than five past experiments: then only the flat prior is honest.
    """
    d = np.asarray(estimates, dtype=float)
    v = np.asarray(standard_errors, dtype=float) ** 2
    if len(d) < 5:
        return None
    spread = float(np.std(d)) + float(np.sqrt(v.min()))
    candidates = np.concatenate([[0.0], np.geomspace(spread / 1000, spread * 3, 400)])
    totals = v[None, :] + candidates[:, None] ** 2
    means = (d / totals).sum(axis=1) / (1 / totals).sum(axis=1)
    fit = -0.5 * (np.log(totals) + (d - means[:, None]) ** 2 / totals).sum(axis=1)
    best = int(np.argmax(fit))
    smallest = float(np.sqrt(v.mean())) / 100
    return Prior(float(means[best]), max(float(candidates[best]), smallest), len(d))
