"""Simulated tracker surveys with known truth: how well a method finds what moves an outcome.

Built to be hard in the ways real trackers are: drivers correlated .7 to .9, a fifth of the answers
"don't know", grades in whole steps 1-10, and weights that matter: small markets are over-sampled,
and another driver comes first there. A customer group may hide an effect in the total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from workbench.survey.subsets import Floats

__all__ = ["Tracker", "simulate_tracker"]

_MARKETS = {"SE": (0.60, 0.34), "NO": (0.20, 0.26), "DK": (0.14, 0.24), "FI": (0.06, 0.16)}
"""Share of the population and of the sample."""


@dataclass(frozen=True, eq=False)
class Tracker:
    """A simulated survey and its truth.

    Parameters
    ----------
    answers
        A row per respondent: ``d1`` ... (1-10, missing where "don't know"), ``nki`` (0-100),
        ``market``, ``customer`` (private or business), ``weight``.
    drivers
        Names of the drivers.
    effects
        True points of outcome per +5 points of each driver, in the population as a whole.
    top
        The driver with the largest of them.
    hidden
        The driver whose effect the total hides, or None.
    """

    answers: pd.DataFrame
    drivers: tuple[str, ...]
    effects: dict[str, float]
    top: str
    hidden: str | None


def simulate_tracker(
    seed: int,
    *,
    respondents: int = 2000,
    drivers: int = 8,
    dont_know: float = 0.2,
    hides: bool = False,
) -> Tracker:
    """Draw one tracker.

    Parameters
    ----------
    seed
        Of everything drawn.
    respondents, drivers
        How many.
    dont_know
        Share of grades answered "don't know", 0-1.
    hides
        Whether business customers grade one driver much higher and are much less satisfied for
        other reasons, so that the total shows the opposite of what holds within each group.

    Returns
    -------
    Tracker

    Examples
    --------
    >>> tracker = simulate_tracker(1, hides=True)
    >>> tracker.answers.shape, tracker.top, tracker.hidden
    ((2000, 12), 'd5', 'd3')
    """
    rng = np.random.default_rng(seed)
    names = tuple(f"d{place + 1}" for place in range(drivers))
    market = rng.choice(list(_MARKETS), respondents, p=[share for _, share in _MARKETS.values()])
    weight = np.array([_MARKETS[name][0] / _MARKETS[name][1] for name in market])
    is_business = rng.random(respondents) < 0.35
    grades = _latent_grades(rng, respondents, drivers)
    order = rng.permutation(drivers)
    first, second = order[:2]
    at_home = np.empty(drivers)
    at_home[order] = np.linspace(0.20, 0.02, drivers)
    abroad = at_home.copy()
    at_home[first], at_home[second] = 0.34, 0.16
    abroad[first], abroad[second] = 0.16, 0.30
    is_home = market == "SE"
    per_point = np.where(is_home[:, None], at_home, abroad)
    hidden = int(order[2]) if hides else None
    satisfaction = np.zeros(respondents)
    if hidden is not None:
        grades[is_business, hidden] += 22.0
        satisfaction[is_business] -= 26.0
    satisfaction += 8 + (grades * per_point).sum(axis=1) + rng.normal(0, 11, respondents)
    asked = np.clip(np.round(1 + grades / 100 * 9), 1, 10)
    asked[rng.random(asked.shape) < dont_know] = np.nan
    answers = pd.DataFrame(asked, columns=list(names))
    answers["nki"] = np.clip(np.round(satisfaction, 1), 0, 100)
    answers["market"] = market
    answers["customer"] = np.where(is_business, "business", "private")
    answers["weight"] = weight
    share = _MARKETS["SE"][0]
    mean_slope = share * at_home + (1 - share) * abroad
    effects = {name: float(5 * slope) for name, slope in zip(names, mean_slope, strict=True)}
    return Tracker(
        answers=answers,
        drivers=names,
        effects=effects,
        top=names[first],
        hidden=None if hidden is None else names[hidden],
    )


def _latent_grades(rng: np.random.Generator, respondents: int, drivers: int) -> Floats:
    """Return grades 0-100 whose correlations lie between about .7 and .9."""
    loading = np.sqrt(rng.uniform(0.74, 0.90, drivers))
    common = rng.normal(size=(respondents, 1))
    own = rng.normal(size=(respondents, drivers))
    return 62 + 17 * (common * loading + own * np.sqrt(1 - loading**2))
