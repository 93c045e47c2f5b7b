"""How many must answer: for an interval of a given width, or to find a given difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from workbench.errors import DataError
from workbench.language import Message
from workbench.results import Check
from workbench.results.planning import SamplePlan
from workbench.survey.measure import checked_confidence

__all__ = ["plan_sample"]

USUAL_SD = {"nki": 17.0, "nps": 78.0, "share": 50.0}
"""Points; NPS with half promoters and a fifth detractors, a share of one half."""


def plan_sample(
    measure: Literal["nki", "nps", "share", "mean"] = "nki",
    *,
    margin: float | Sequence[float] | None = None,
    difference: float | Sequence[float] | None = None,
    sd: float | None = None,
    promoters: float | None = None,
    detractors: float | None = None,
    share: float | None = None,
    confidence: float = 0.95,
    power: float = 0.8,
    design_effect: float = 1.0,
    comparisons: int = 1,
    overlap: float = 0.0,
    correlation: float = 0.5,
    response_rate: float | None = None,
    population: int | None = None,
) -> SamplePlan:
    """Plan how many answers a tracker needs.

    For a margin: ``z^2 sd^2 / margin^2``. For a difference between two waves or two groups of the
    same size: ``2 sd^2 (z_a + z_b)^2 (1 - overlap correlation) / difference^2`` each; times the
    design effect. A finite population needs fewer.

    Parameters
    ----------
    measure
        ``nki``, ``nps``, ``share`` (0-100 points) or ``mean``, which needs ``sd``.
    margin, difference
        Half a width of the interval, or a difference to find, in points; one of the two, one or
        several values.
    sd
        Standard deviation of one answer, in points. Default: usual ones, or from ``promoters`` and
        ``detractors`` (NPS) or ``share``, which are 0-1.
    confidence, power
        Of the interval, and the chance to find the difference; 0-1.
    design_effect
        How much weights and clusters widen a variance.
    comparisons
        Differences looked at together; the error is shared among them.
    overlap, correlation
        Share of respondents in both waves, and how alike they answer.
    response_rate
        Share of the invited who answer; gives how many to invite.
    population
        People in the population.

    Returns
    -------
    SamplePlan
        A row per margin or difference: ``target n n_invited share_of_population``; ``n`` is each
        wave's, or each group's.

    Raises
    ------
    DataError
        If not exactly one of margin and difference is given, or a share is not 0-1.

    Examples
    --------
    >>> plan_sample("nki", margin=[2, 3]).table["n"].tolist()
    [278, 124]
    >>> plan_sample("nki", difference=4).table["n"].tolist()
    [284]
    """
    if (margin is None) == (difference is None):
        raise DataError("Give either margin= or difference=, in points.")
    level = checked_confidence(confidence)
    checked_confidence(power)
    spread = _spread(measure, sd, promoters, detractors, share)
    if design_effect <= 0 or comparisons < 1 or not 0 <= overlap <= 1 or not -1 < correlation < 1:
        raise DataError(
            "design_effect must be above 0, comparisons at least 1, overlap 0-1 and correlation "
            "between -1 and 1."
        )
    if response_rate is not None and not 0 < response_rate <= 1:
        raise DataError(f"response_rate must be above 0 and at most 1; found {response_rate}.")
    given = margin if difference is None else difference
    targets = [float(t) for t in (given if isinstance(given, Sequence) else [given or 0.0])]
    if not targets or min(targets) <= 0 or not np.isfinite(targets).all():
        raise DataError("margin and difference must be above 0 points.")
    z = float(ndtri(1 - (1 - level) / 2 / comparisons))
    factor = z**2
    if difference is not None:
        factor = 2 * (z + float(ndtri(power))) ** 2 * (1 - overlap * correlation)
    rows: list[dict[str, Any]] = []
    for target in targets:
        needed = factor * spread**2 / target**2 * design_effect
        if population is not None:
            needed = needed / (1 + needed / population)
        n = max(int(np.ceil(needed - 1e-9)), 2)
        invited = None if response_rate is None else int(np.ceil(n / response_rate))
        part = None if population is None else n / population
        rows.append({"target": target, "n": n, "n_invited": invited, "share_of_population": part})
    table = pd.DataFrame(rows).astype(
        {"n": "Int64", "n_invited": "Int64", "share_of_population": "float64"}
    )
    return SamplePlan(
        table=table,
        method=_method(margin is not None, spread, design_effect),
        checks=_checks(table, population, sd, promoters, share),
        measured=measure,
        aim="margin" if difference is None else "difference",
        sd=spread,
        confidence=level,
        power=power,
    )


def _spread(
    measure: str,
    sd: float | None,
    promoters: float | None,
    detractors: float | None,
    share: float | None,
) -> float:
    """Return the standard deviation of one answer, in points."""
    shares = [value for value in (promoters, detractors, share) if value is not None]
    if any(not 0 <= value <= 1 for value in shares) or sum(shares) > 1:
        raise DataError("promoters, detractors and share must be 0-1 and sum to at most 1.")
    if sd is not None:
        if not sd > 0 or not np.isfinite(sd):
            raise DataError(f"sd must be above 0 points; found {sd}.")
        return float(sd)
    if measure == "nps" and promoters is not None and detractors is not None:
        net = promoters - detractors
        return 100 * float(np.sqrt(max(promoters + detractors - net**2, 1e-4)))
    if measure == "share" and share is not None:
        return 100 * float(np.sqrt(max(share * (1 - share), 1e-4)))
    if measure not in USUAL_SD:
        raise DataError(f"measure must be nki, nps or share, or mean with sd=; found '{measure}'.")
    return USUAL_SD[measure]


def _checks(
    table: pd.DataFrame,
    population: int | None,
    sd: float | None,
    promoters: float | None,
    share: float | None,
) -> tuple[Check, ...]:
    checks: list[Check] = []
    if sd is None and promoters is None and share is None:
        text = Message("The spread of answers is a usual one; use your own tracker’s when you can.")
        checks.append(Check(id="assumed_spread", passed=None, text=text))
    invited = table["n_invited"].dropna()
    if population is not None and len(invited) and invited.max() > population:
        text = Message(
            "More must be invited ({n:integer}) than there are people ({people:integer}): the aim "
            "is out of reach at this response rate.",
            n=int(invited.max()),
            people=population,
        )
        checks.append(Check(id="more_invited_than_people", passed=False, text=text))
    return tuple(checks)


def _method(is_margin: bool, spread: float, design_effect: float) -> Message:
    values = {"sd": spread, "effect": design_effect}
    if is_margin:
        return Message(
            "Answers for an interval of a given half width; standard deviation {sd:number} points, "
            "design effect {effect:number2}.",
            **values,
        )
    return Message(
        "Answers per wave or group to find a difference; standard deviation {sd:number} points, "
        "design effect {effect:number2}.",
        **values,
    )
