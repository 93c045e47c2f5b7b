"""Do the questions of an index measure one thing: alpha, omega, and items that run backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import fdtri

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.language import Message
from workbench.results import Check
from workbench.results.consistency import ConsistencyResult
from workbench.survey.design import read_design
from workbench.survey.index import checked_items, item_ends, item_places
from workbench.survey.measure import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from workbench.survey.index import Ends

__all__ = ["consistency", "one_factor_loadings"]

_LOW = 0.7  # the usual floor for comparing groups (Nunnally 1978)
_MOST_STEPS = 5000


def consistency(
    answers: pd.DataFrame,
    items: Sequence[str],
    *,
    scale: Ends | Mapping[str, Ends] | None = (1, 10),
    weight: str | None = None,
    confidence: float = 0.95,
    floor: int = FLOOR,
) -> ConsistencyResult:
    """Cronbach's alpha with its interval, McDonald's omega, and what each item adds.

    Uses the respondents who answered every item. Alpha's interval is Feldt's [1]_; omega comes from
    one factor fitted by least squares to the correlations [2]_. An item that goes against the
    others is named, not turned around.

    Parameters
    ----------
    answers
        One row per respondent.
    items
        Columns of the index, two or more; omega needs three.
    scale
        Theoretical ends of the items, for all or per item.
    weight
        Column of weights.
    confidence
        Level of alpha's interval.
    floor
        Fewest complete answers.

    Returns
    -------
    ConsistencyResult
        ``.alpha .alpha_low .alpha_high .omega``; ``table`` has a row per item: ``item n mean sd
        item_rest alpha_without loading reversed``.

    Raises
    ------
    DataError
        If there are fewer than two items, or a column is absent.

    References
    ----------
    .. [1] Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson
       reliability coefficient twenty. Psychometrika, 30(3), 357-370.
    .. [2] McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum.

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [1, 4, 6, 9], "b": [2, 4, 7, 9], "c": [1, 5, 6, 8]})
    >>> round(consistency(answers, ["a", "b", "c"], floor=3).alpha, 3)
    0.989
    """
    columns = checked_items(items, 1)
    if len(columns) < 2:
        raise DataError("Consistency needs at least two items; found one.")
    level, floor = checked_confidence(confidence), checked_floor(floor)
    places = item_places(answers, columns, item_ends(columns, scale))
    weights = read_design(answers, weight=weight).weights
    complete = ~np.isnan(places).any(axis=1) & (weights > 0)
    n = int(complete.sum())
    used, counted = places[complete], weights[complete]
    reason = "FLOOR" if n < max(floor, 3) else ""
    covariance = np.zeros((len(columns), len(columns)))
    if not reason:
        covariance = np.atleast_2d(np.cov(used.T, aweights=counted))
        if covariance.sum() <= 1e-12:
            reason = "ALL_EQUAL"
    alpha = np.nan if reason else _alpha(covariance)
    low, high = _feldt(alpha, n, len(columns), level)
    loadings = np.full(len(columns), np.nan)
    omega = np.nan
    varying = bool((np.diag(covariance) > 1e-12).all())
    if not reason and varying and len(columns) >= 3:
        deviations = np.sqrt(np.diag(covariance))
        loadings = one_factor_loadings(covariance / np.outer(deviations, deviations))
        common = (loadings * deviations).sum() ** 2
        omega = float(common / (common + ((1 - loadings**2) * deviations**2).sum()))
    table = _table(columns, used, counted, covariance, loadings, hidden=bool(reason))
    return ConsistencyResult(
        table=table,
        method=Message(
            "Cronbach’s alpha with Feldt’s interval, and omega from one factor (least squares), "
            "over respondents who answered every item."
        ),
        checks=_checks(table, alpha, n, len(answers)),
        items=columns,
        alpha=float(alpha),
        alpha_low=low,
        alpha_high=high,
        omega=omega,
        n=None if reason == "FLOOR" else n,
        n_missing=None if reason == "FLOOR" else len(answers) - n,
        confidence=level,
        reason=reason,
    )


def _alpha(covariance: NDArray[np.float64]) -> float:
    k = covariance.shape[0]
    total = covariance.sum()
    return float(k / (k - 1) * (1 - np.trace(covariance) / total)) if total > 1e-12 else np.nan


def _feldt(alpha: float, n: int, k: int, confidence: float) -> tuple[float, float]:
    """Return Feldt's interval of alpha."""
    if np.isnan(alpha) or n < 3:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    df_1, df_2 = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(fdtri(df_1, df_2, 1 - tail))
    high = 1 - (1 - alpha) * float(fdtri(df_1, df_2, tail))
    return low, min(high, 1.0)


def one_factor_loadings(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the loadings of the one factor that fits the correlations best, by least squares.

    The sign is that of the sum of loadings. A communality above one is held at one.

    Examples
    --------
    >>> loadings = np.array([0.9, 0.8, 0.6])
    >>> correlation = np.outer(loadings, loadings)
    >>> np.fill_diagonal(correlation, 1)
    >>> one_factor_loadings(correlation).round(4).tolist()
    [0.9, 0.8, 0.6]
    """
    values, vectors = np.linalg.eigh(correlation)
    loadings = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    off = correlation - np.diag(np.diag(correlation))
    for _ in range(_MOST_STEPS):
        before = loadings.copy()
        for item in range(loadings.size):  # the best loading given the others
            others = np.delete(loadings, item)
            squares = others @ others
            best = np.delete(off[item], item) @ others / squares if squares > 1e-12 else 0.0
            loadings[item] = np.clip(best, -1, 1)
        if np.abs(loadings - before).max() < 1e-10:
            break
    return loadings if loadings.sum() >= 0 else -loadings


def _table(
    items: tuple[str, ...],
    used: NDArray[np.float64],
    weights: NDArray[np.float64],
    covariance: NDArray[np.float64],
    loadings: NDArray[np.float64],
    *,
    hidden: bool,
) -> pd.DataFrame:
    bound = -max(0.1, 2 / np.sqrt(max(used.shape[0], 1)))  # below what chance gives
    rows: list[dict[str, Any]] = []
    for place, item in enumerate(items):
        if hidden:
            rows.append({"item": item, "reversed": False})
            continue
        rest = np.delete(covariance, place, axis=0)
        without = np.delete(rest, place, axis=1)
        spread = np.sqrt(covariance[place, place] * without.sum())
        item_rest = float(rest[:, place].sum() / spread) if spread > 1e-12 else np.nan
        rows.append(
            {
                "item": item,
                "n": used.shape[0],
                "mean": float(np.average(used[:, place], weights=weights)),
                "sd": float(np.sqrt(covariance[place, place])),
                "item_rest": item_rest,
                "alpha_without": _alpha(without) if len(items) > 2 else np.nan,
                "loading": loadings[place],
                "reversed": bool(
                    (item_rest if np.isnan(loadings[place]) else loadings[place]) < bound
                ),
            }
        )
    numbers = ["mean", "sd", "item_rest", "alpha_without", "loading"]
    return pd.DataFrame(rows, columns=["item", "n", *numbers, "reversed"]).astype(
        {"item": "str", "n": "Int64", **dict.fromkeys(numbers, "float64"), "reversed": "bool"}
    )


def _checks(table: pd.DataFrame, alpha: float, n: int, n_rows: int) -> tuple[Check, ...]:
    checks: list[Check] = []
    backwards = table.loc[table["reversed"], "item"].tolist()
    if backwards:
        text = Message(
            "{items} goes against the other questions: is its scale the other way round? Recode it "
            "before it enters an index.",
            items=backwards,
        )
        checks.append(Check(id="reversed_items", passed=False, text=text, table=table))
    if not np.isnan(alpha) and alpha < _LOW:
        text = Message(
            "Alpha is {alpha:number2}, below {least:number2}: the questions hardly measure one "
            "thing.",
            alpha=alpha,
            least=_LOW,
        )
        checks.append(Check(id="low_consistency", passed=False, text=text))
    if n < n_rows:
        text = Message(
            "{share:percent} of the respondents answered every item; the others are left out.",
            share=n / n_rows,
        )
        checks.append(Check(id="complete_answers_only", passed=None, text=text))
    return tuple(checks)
