"""Grade by effect: which quadrant a driver lies in, how surely, how far from the border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats

__all__ = ["QUADRANTS", "CutRule", "Quadrants", "cut_points", "place_in_quadrants"]

QUADRANTS = ("prioritise", "improve", "maintain", "low")
"""Low grade and strong effect; high and strong; high and weak; low and weak."""

CutRule = Literal["mean", "median", "outcome"] | float


@dataclass(frozen=True, eq=False)
class Quadrants:
    """Where each driver lies.

    Parameters
    ----------
    place
        ``(drivers,)``: index into ``QUADRANTS``, -1 where it cannot be said.
    probability
        ``(drivers, 4)``: share of draws in each quadrant; ``nan`` without draws.
    cut_effect, cut_performance
        The borders.
    distance_effect, distance_performance
        ``(drivers,)``: signed distance from the borders, in the units of the axes.
    """

    place: NDArray[np.intp]
    probability: Floats
    cut_effect: float
    cut_performance: float
    distance_effect: Floats
    distance_performance: Floats


def cut_points(
    effect: Floats, performance: Floats, outcome: Floats, rule: CutRule
) -> tuple[Floats, Floats]:
    """Return the border on effect and on performance in every draw.

    Parameters
    ----------
    effect, performance
        ``(draws, drivers)``; missing ones are left out.
    outcome
        ``(draws,)``: the outcome's mean.
    rule
        ``mean`` or ``median`` of the drivers; ``outcome``: grades are cut at the outcome's mean;
        a number: a fixed target for grades. With the last two, effects are cut at their mean.
    """
    if rule == "median":
        return np.nanmedian(effect, axis=1), np.nanmedian(performance, axis=1)
    middle = np.nanmean(effect, axis=1)
    if rule == "mean":
        return middle, np.nanmean(performance, axis=1)
    if rule == "outcome":
        return middle, outcome
    return middle, np.full(len(effect), float(rule))


def place_in_quadrants(
    effect: Floats,
    performance: Floats,
    outcome: float,
    draws: tuple[Floats, Floats, Floats] | None,
    rule: CutRule,
) -> Quadrants:
    """Place drivers in the four quadrants; borders move with the draws, a fixed target does not.

    Parameters
    ----------
    effect, performance
        ``(drivers,)``; ``nan`` where there is none.
    draws
        Effect, performance ``(draws, drivers)`` and outcome ``(draws,)``; None: no probabilities.
    """
    known = np.isfinite(effect) & np.isfinite(performance)
    place = np.full(effect.size, -1, np.intp)
    probability = np.full((effect.size, 4), np.nan)
    empty = np.full(effect.size, np.nan)
    if not known.any():
        return Quadrants(place, probability, np.nan, np.nan, empty, empty.copy())
    own = effect[None, known], performance[None, known]
    cut_effect, cut_performance = cut_points(*own, np.array([outcome]), rule)
    place[known] = _quadrant(*own, cut_effect, cut_performance)[0]
    if draws is not None:
        drawn = draws[0][:, known], draws[1][:, known]
        found = _quadrant(*drawn, *cut_points(*drawn, draws[2], rule))
        probability[known] = np.stack([(found == q).mean(axis=0) for q in range(4)], axis=1)
    return Quadrants(
        place,
        probability,
        float(cut_effect[0]),
        float(cut_performance[0]),
        effect - cut_effect[0],
        performance - cut_performance[0],
    )


def _quadrant(
    effect: Floats, performance: Floats, cut_effect: Floats, cut_performance: Floats
) -> NDArray[np.intp]:
    strong = effect >= cut_effect[:, None]
    high = performance >= cut_performance[:, None]
    return np.where(strong, np.where(high, 1, 0), np.where(high, 2, 3)).astype(np.intp)
