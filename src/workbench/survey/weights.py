"""Weights to the known population: raking with bounds, refusals, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.estimates import kish_effective_n
from workbench.inputs.disclosure import FLOOR, checked_floor, hidden_cells
from workbench.language import Message
from workbench.results import Check
from workbench.results.weights import RakeResult
from workbench.survey.margins import Margin, base_weights, rake_once, read_margins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["rake"]

_HEAVY_DESIGN_EFFECT = 2.0


def rake(
    answers: pd.DataFrame,
    margins: Mapping[Any, Mapping[Any, float]],
    *,
    weight: str | None = None,
    cap: float | None = 5.0,
    missing: Literal["refuse", "keep"] = "refuse",
    tolerance: float = 1e-9,
    floor: int = FLOOR,
) -> RakeResult:
    """Weight answers so that each margin has its known distribution.

    Raking (iterative proportional fitting): weights are scaled to each margin in turn until all are
    met. No weight leaves ``1/cap`` to ``cap`` times the mean, and the margins are met within these
    bounds or not at all.

    Parameters
    ----------
    answers
        One row per respondent.
    margins
        ``{column: {value: share or count}}``; a tuple of columns takes tuples of values. All sum to
        1, or all to the same population.
    weight
        Column of weights to start from. Default: every answer weighs the same.
    cap
        Largest weight as a multiple of the mean; one over it is the smallest. None: no bounds.
    missing
        What to do with answers that lack a value: ``refuse`` them, or ``keep`` them as a category
        of their own with the share they have.
    tolerance
        Largest relative error of a margin that counts as met.
    floor
        Categories with fewer answers get no count in the audit.

    Returns
    -------
    RakeResult
        ``.weights`` aligned with the answers, ``.table`` the margins audit, ``.n_effective``,
        ``.design_effect``. Weights sum to the population, or to the answers with shares.

    Raises
    ------
    DataError
        If a category has a target and no answers, or answers and no target; if the margins' sums
        differ; if no weights within the cap meet the margins.

    References
    ----------
    .. [1] Deville, J.-C., Särndal, C.-E., & Sautory, O. (1993). Generalized raking procedures in
       survey sampling. Journal of the American Statistical Association, 88(423), 1013-1020.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"sex": list("wwwmm"), "age": list("oyooy")})
    >>> result = rake(answers, {"sex": {"w": 0.5, "m": 0.5}, "age": {"o": 0.5, "y": 0.5}})
    >>> result.weights.round(3).tolist(), round(result.n_effective, 2)
    ([0.732, 1.036, 0.732, 1.036, 1.464], 4.66)
    """
    base = base_weights(answers, weight)
    cap = _checked_cap(cap)
    floor = checked_floor(floor)
    total, known = read_margins(answers, margins, base, missing=missing)
    raked = rake_once(base, total, known, cap=cap, tolerance=tolerance)
    weights = raked.weights
    n_effective = kish_effective_n(weights)
    mean = weights.mean()
    at_bound = 0
    if cap is not None:
        inside = (weights > mean / cap * (1 + 1e-9)) & (weights < mean * cap * (1 - 1e-9))
        at_bound = int((~inside).sum())
    return RakeResult(
        table=_audit(known, base, weights, floor),
        method=_method(known, cap),
        checks=_checks(at_bound, n_effective, weights),
        weights=pd.Series(weights, index=answers.index, name="weight"),
        n_effective=n_effective,
        design_effect=len(answers) / n_effective,
        cycles=raked.cycles,
        capped=at_bound,
        cap=cap,
        error=raked.error,
    )


def _checked_cap(cap: float | None) -> float | None:
    if cap is None:
        return None
    if not np.isfinite(cap) or cap <= 1:
        raise DataError(f"cap must be above 1, such as 5, or None for no bounds; found {cap}.")
    return float(cap)


def _audit(
    margins: list[Margin], base: NDArray[np.float64], weights: NDArray[np.float64], floor: int
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for margin in margins:
        size = margin.shares.size
        counts = np.bincount(margin.codes, minlength=size)
        before = np.bincount(margin.codes, base, minlength=size) / base.sum()
        sums = np.bincount(margin.codes, weights, minlength=size)
        tags = _hidden_categories(margin, floor)
        for place, value in enumerate(margin.categories):
            is_shown = place not in tags
            rows.append(
                {
                    "column": margin.name,
                    "value": value or None,
                    "n": int(counts[place]) if is_shown else None,
                    "target": margin.shares[place],
                    "before": before[place] if is_shown else np.nan,
                    "after": sums[place] / weights.sum(),
                    "mean_weight": sums[place] / counts[place] / weights.mean()
                    if is_shown
                    else np.nan,
                    "suppressed": tags.get(place, ""),
                }
            )
    return pd.DataFrame(rows).astype(
        {"column": "str", "value": "str", "n": "Int64", "suppressed": "str"}
    )


def _hidden_categories(margin: Margin, floor: int) -> dict[int, str]:
    """Return the categories too small to count, and those that would give them away."""
    frame = pd.DataFrame({"category": margin.codes})
    everyone, nothing = np.ones(len(frame), bool), np.zeros((len(frame), 0))
    hidden = hidden_cells(frame, [("category",)], [], everyone, nothing, floor=floor)
    return {int(dict(cell)["category"] or 0): tag for cell, tag in hidden.tags.items() if cell}


def _checks(at_bound: int, n_effective: float, weights: NDArray[np.float64]) -> tuple[Check, ...]:
    checks: list[Check] = []
    effect = weights.size / n_effective
    text = Message(
        "The weights make {n:integer} answers count as {effective:integer}; the largest is "
        "{largest:number} times the mean.",
        n=weights.size,
        effective=n_effective,
        largest=float(weights.max() / weights.mean()),
    )
    checks.append(Check(id="design_effect", passed=effect < _HEAVY_DESIGN_EFFECT, text=text))
    if at_bound:
        text = Message(
            "{n:integer} of {total:integer} weights stands at the cap.",
            "{n:integer} of {total:integer} weights stand at the cap.",
            n=at_bound,
            total=weights.size,
        )
        checks.append(Check(id="weights_at_the_cap", passed=None, text=text))
    return tuple(checks)


def _method(margins: list[Margin], cap: float | None) -> Message:
    names = [margin.name for margin in margins]
    if cap is None:
        return Message("Raking to {margins}, without bounds.", margins=names)
    return Message(
        "Raking to {margins}; weights stay between 1/{cap} and {cap} times their mean.",
        margins=names,
        cap=f"{cap:g}",
    )
