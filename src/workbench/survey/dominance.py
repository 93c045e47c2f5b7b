"""Dominance analysis: which driver adds more, however many others are already counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataError
from workbench.estimates.bootstrap import Resampled, TheSample
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import by_columns
from workbench.language import LocalizedText, Message
from workbench.results.drivers import DominanceResult
from workbench.survey.decomposition import given_controls
from workbench.survey.design import read_design
from workbench.survey.driver_data import Scale, read_drivers
from workbench.survey.driver_limits import refusal
from workbench.survey.driver_tables import typed
from workbench.survey.moments import MissingRule, moments
from workbench.survey.ranking import draw_interval
from workbench.survey.subsets import (
    explained_by_subsets,
    fold_complete,
    fold_conditional,
    fold_interaction,
    fold_shapley,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workbench.survey.driver_data import SegmentData
    from workbench.survey.subsets import Floats

__all__ = ["dominance"]

MOST_DRIVERS = 18


def dominance(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    scale: Scale = None,
    missing: MissingRule = "pairwise",
    always: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    bootstrap: int = 200,
    seed: int = 0,
    confidence: float = 0.95,
    labels: Mapping[str, LocalizedText] | None = None,
) -> DominanceResult:
    """General, conditional and complete dominance, and how drivers interact in R2.

    One driver dominates another completely when it adds at least as much to every subset of the
    others; conditionally when it does on average for every number of others; generally when its
    mean gain (LMG) is larger [1]_. The interaction of a pair is the mean of what the two add
    together beyond what they add apart.

    Parameters
    ----------
    answers, outcome, drivers, scale, missing, always, weight, strata, cluster
        As in :func:`drivers`; at most 18 drivers.
    bootstrap, seed
        Draws for intervals and for how surely one dominates; 0: none.

    Returns
    -------
    DominanceResult

    Raises
    ------
    DataError
        As :func:`drivers`.

    References
    ----------
    .. [1] Azen, R. & Budescu, D. V. (2003). The dominance analysis approach for comparing
       predictors in multiple regression. Psychological Methods, 8(2), 129-148.
    """
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    data = read_drivers(
        answers, outcome, drivers, scale=scale, always=by_columns(always), design=design
    )
    part = data.segment(np.arange(len(answers)), floor=FLOOR, missing=missing)
    problem = refusal(part, "")[1]
    if problem is not None:
        raise DataError(problem)
    if not 2 <= len(part.kept) <= MOST_DRIVERS:
        raise DataError(
            Message(
                "Dominance analysis takes 2 to {most:integer} drivers that vary; found "
                "{found:integer}. Use wb.drivers with groups, or fewer drivers.",
                most=MOST_DRIVERS,
                found=len(part.kept),
            )
        )
    names = [data.drivers[place] for place in part.kept]
    sample = moments(part.answers, part.weights, missing, TheSample())
    table = explained_by_subsets(given_controls(sample.correlation, part.controls), part.units)
    table = table * given_controls(sample.correlation, part.controls)[-1, -1]
    table = table[:, 0]
    drawn = _drawn_tables(part, missing, bootstrap, seed) if bootstrap else None
    tail = (1 - confidence) / 2
    return DominanceResult(
        table=typed(
            _general(names, table, drawn, tail, part),
            ["driver", "n", "general", "ci_low", "ci_high", "rank", "reason"],
        ),
        conditional=typed(_conditional(names, table), ["driver", "others", "gain"]).astype(
            {"others": "Int64"}
        ),
        complete=typed(
            _complete(names, table, drawn), ["driver", "other", "share", "sure_share", "level"]
        ),
        interaction=typed(
            _interaction(names, table, drawn, tail),
            ["driver", "other", "index", "ci_low", "ci_high"],
        ),
        method=Message(
            "R² of all {subsets:integer} subsets of {drivers:integer} drivers; {draws:integer} "
            "resamples.",
            subsets=table.size,
            drivers=len(names),
            draws=bootstrap,
        ),
        checks=(),
        outcome=outcome,
        labels=dict(labels or {}),
    )


def _drawn_tables(part: SegmentData, missing: MissingRule, draws: int, seed: int) -> Floats:
    ways = Resampled(part.sampling(), draws, seed)
    given = given_controls(
        moments(part.answers, part.weights, missing, ways).correlation, part.controls
    )
    return explained_by_subsets(given, part.units) * given[-1, -1]


def _general(
    names: Sequence[str], table: Floats, drawn: Floats | None, tail: float, part: SegmentData
) -> list[dict[str, Any]]:
    values = fold_shapley(table)
    rank = np.empty(values.size, int)
    rank[np.argsort(-values, kind="stable")] = np.arange(1, values.size + 1)
    rows: list[dict[str, Any]] = [
        {
            "driver": name,
            "n": int(part.n_answered[place]),
            "general": values[i],
            "rank": rank[i],
            "reason": "NO_DRAWS" if drawn is None else "",
        }
        for i, (name, place) in enumerate(zip(names, part.kept, strict=True))
    ]
    if drawn is not None:
        low, high = draw_interval(fold_shapley(drawn), tail)
        for i, row in enumerate(rows):
            row |= {"ci_low": low[i], "ci_high": high[i]}
    return rows


def _conditional(names: Sequence[str], table: Floats) -> list[dict[str, Any]]:
    gains = fold_conditional(table)
    return [
        {"driver": name, "others": others, "gain": gains[i, others]}
        for i, name in enumerate(names)
        for others in range(len(names))
    ]


def _complete(names: Sequence[str], table: Floats, drawn: Floats | None) -> list[dict[str, Any]]:
    """Return shares of subsets and the strictest level of dominance of each ordered pair."""
    shares, gains, general = fold_complete(table), fold_conditional(table), fold_shapley(table)
    sure = np.full_like(shares, np.nan)
    if drawn is not None:
        sure = np.mean([fold_complete(draw) == 1.0 for draw in drawn.T], axis=0)
    rows: list[dict[str, Any]] = []
    for a, first in enumerate(names):
        for b, second in enumerate(names):
            if a == b:
                continue
            if shares[a, b] == 1.0:
                level = "complete"
            elif (gains[a] >= gains[b] - 1e-12).all():
                level = "conditional"
            else:
                level = "general" if general[a] > general[b] else "none"
            rows.append(
                {
                    "driver": first,
                    "other": second,
                    "share": shares[a, b],
                    "sure_share": sure[a, b],
                    "level": level,
                }
            )
    return rows


def _interaction(
    names: Sequence[str], table: Floats, drawn: Floats | None, tail: float
) -> list[dict[str, Any]]:
    index = fold_interaction(table)
    found = None if drawn is None else np.stack([fold_interaction(draw) for draw in drawn.T])
    rows: list[dict[str, Any]] = []
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            row: dict[str, Any] = {"driver": names[a], "other": names[b], "index": index[a, b]}
            if found is not None:
                low, high = np.quantile(found[:, a, b], [tail, 1 - tail])
                row |= {"ci_low": low, "ci_high": high}
            rows.append(row)
    return rows
