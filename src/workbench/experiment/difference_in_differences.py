"""Where nothing was randomised: change among the treated against change among the others.

This is never an experiment. It rests on what cannot be tested, that both groups would have changed
alike, and says so; earlier periods can only speak against it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, near_match
from workbench.experiment.clusters import ClusterSums, cluster_effect
from workbench.experiment.distributions import chi_square_tail, quantile
from workbench.experiment.effect import Effect, Level, no_effect, of_levels
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.comparison import DidResult

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["difference_in_differences"]

FEW_GROUPS = 20
TREND_ALARM = 0.05


def difference_in_differences(
    panel: pd.DataFrame,
    outcome: str,
    *,
    unit: str,
    period: str,
    treated: str,
    starts: Any,
    cluster: str | None = None,
    confidence: float = 0.95,
) -> DidResult:
    """Compare the change of treated units with the change of untreated ones.

    Each unit's mean before is taken from its mean after, and the two groups' mean changes are
    compared with Welch's interval, so that many periods do not feign certainty [1]_. With groups
    that were treated together, errors count groups.

    Parameters
    ----------
    panel
        One row per unit and period.
    outcome, unit, period
        Columns with the number, the unit and the period (sortable).
    treated
        Column of 0 and 1: whether the unit is ever treated.
    starts
        First period with the treatment.
    cluster
        Column with the groups that got the treatment together.
    confidence
        Level of the intervals, 0-1.

    Returns
    -------
    DidResult
        The estimate, the gap between the groups in each period, and the assumptions in words.
        Units without a period before or after are left out and counted.

    Raises
    ------
    DataError
        If a column is absent, a unit has a period twice or changes group, or ``treated`` is not 0
        or 1.

    References
    ----------
    .. [1] Bertrand, M., Duflo, E., & Mullainathan, S. (2004). How much should we trust
       differences-in-differences estimates? Quarterly Journal of Economics, 119(1), 249-275.
    """
    frame = _checked(panel, outcome, unit, period, treated, cluster)
    frame["after"] = frame["period"] >= starts
    if frame["after"].all() or not frame["after"].any():
        raise DataError(
            f"There must be periods before and from '{starts}'; column '{period}' has only one "
            "side. Give the first period with the treatment."
        )
    means = frame.pivot_table(index="unit", columns="after", values="outcome", aggfunc="mean")
    means = means.reindex(columns=[False, True])
    complete = means.dropna()
    change = complete[True] - complete[False]
    group = frame.groupby("unit")["treated"].first().reindex(change.index)
    effect = _effect(change, group, frame, confidence, clustered=cluster is not None)
    periods, trend_p = _periods(frame, starts, confidence)
    row = {
        "term": "effect",
        "n_treated": int((group == 1).sum()),
        "n_untreated": int((group == 0).sum()),
        "estimate": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "se": effect.standard_error,
        "df": None if math.isinf(effect.df) else effect.df,
        "p_value": effect.p_value,
        "reason": effect.reason,
    }
    return DidResult(
        table=pd.DataFrame([row]),
        method=Message(
            "Difference in differences of unit means before and after, Welch’s interval; units "
            "that were treated together count as one."
        ),
        estimate=effect.estimate,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        p_value=effect.p_value,
        trend_p=trend_p,
        periods=periods,
        assumptions=ASSUMPTIONS,
        checks=_checks(trend_p, len(means) - len(complete), frame, cluster),
    )


ASSUMPTIONS = (
    Message("Without the treatment both groups would have changed alike. This can’t be tested."),
    Message("Nothing else happened to one group only at the same time."),
    Message("The treated did not change before the start because they expected it."),
    Message("Treating some did not touch the others."),
    Message("Who is in each group did not change with the treatment."),
)


def _checked(
    panel: pd.DataFrame, outcome: str, unit: str, period: str, treated: str, cluster: str | None
) -> pd.DataFrame:
    """Return the panel under fixed names; refuse what cannot be compared."""
    names = {"outcome": outcome, "unit": unit, "period": period, "treated": treated}
    names |= {"cluster": cluster} if cluster else {}
    for column in names.values():
        if column not in panel.columns:
            hint = near_match(column, [str(name) for name in panel.columns])
            raise DataError(f"Column '{column}' is not in the data.{hint}")
    frame = pd.DataFrame({name: panel[column] for name, column in names.items()})
    flags = pd.to_numeric(frame["treated"], errors="coerce")
    if not flags.isin([0, 1]).all():
        raise DataError(f"Column '{treated}' must be 0 or 1 in every row. Recode it.")
    frame["treated"] = flags.astype(int)
    number = pd.to_numeric(frame["outcome"], errors="coerce").astype(float)
    if (number.isna() & frame["outcome"].notna()).any():
        raise DataError(f"Column '{outcome}' must hold numbers. Recode it.")
    frame["outcome"] = number.where(np.isfinite(number))
    if frame["period"].isna().any() or frame["unit"].isna().any():
        raise DataError(f"Columns '{unit}' and '{period}' must be filled in every row.")
    if frame.duplicated(["unit", "period"]).any():
        raise DataError(
            f"Each unit must have one row per period; some have more. Aggregate by '{unit}' and "
            f"'{period}' first."
        )
    spans = frame.groupby("unit")["treated"].agg(["min", "max"])
    if (spans["min"] != spans["max"]).any():
        raise DataError(
            f"Column '{treated}' must be the same in all rows of a unit: whether it is ever "
            "treated. Some units change."
        )
    return frame.dropna(subset=["outcome"])


def _effect(
    change: pd.Series[float],
    group: pd.Series[int],
    frame: pd.DataFrame,
    confidence: float,
    *,
    clustered: bool,
) -> Effect:
    counts = (int((group == 1).sum()), int((group == 0).sum()))
    if min(counts) < 2:
        return no_effect("did", "TOO_FEW", *counts)
    if clustered:
        names = frame.groupby("unit")["cluster"].first().reindex(change.index).astype(str)
        sums = _sums(change, group, names)
        return cluster_effect(sums, confidence=confidence, lift="none")
    levels = [
        Level(float(part.mean()), float(part.var(ddof=1)) / len(part), len(part) - 1, len(part))
        for part in (change[group == 1], change[group == 0])
    ]
    return of_levels(levels[0], levels[1], confidence=confidence, method="did", lift="none")


def _sums(change: pd.Series[float], group: pd.Series[int], names: pd.Series[str]) -> ClusterSums:
    _, place = np.unique(names.to_numpy(), return_inverse=True)
    size = int(place.max()) + 1

    def total(arm: int, weights: np.ndarray) -> np.ndarray:
        mask = group.to_numpy() == arm
        return np.bincount(place[mask], weights=weights[mask], minlength=size)

    ones, values = np.ones(len(change)), change.to_numpy(dtype=float)
    return ClusterSums(total(1, ones), total(1, values), total(0, ones), total(0, values))


def _periods(
    frame: pd.DataFrame, starts: Any, confidence: float
) -> tuple[pd.DataFrame, float | None]:
    """Return the groups' gap in each period, and the test that it did not move before the start."""
    last_before = frame.loc[~frame["after"], "period"].max()
    wide = frame.pivot_table(index="unit", columns="period", values="outcome")
    group = frame.groupby("unit")["treated"].first().reindex(wide.index)
    z = quantile(0.5 + confidence / 2)
    rows: list[dict[str, Any]] = []
    before: list[str] = []
    for period in sorted(wide.columns):
        gap = (wide[period] - wide[last_before]).dropna()
        parts = [gap[group.reindex(gap.index) == arm] for arm in (1, 0)]
        known = min(len(part) for part in parts) >= 2
        estimate = float(parts[0].mean() - parts[1].mean()) if known else None
        error = (
            math.sqrt(sum(float(part.var(ddof=1)) / len(part) for part in parts)) if known else None
        )
        is_base = period == last_before
        half = z * error if error and not is_base else None
        ends = None if half is None or estimate is None else (estimate - half, estimate + half)
        rows.append(
            {
                "period": str(period),
                "relative": "before" if period < starts else "after",
                "estimate": estimate,
                "ci_low": ends[0] if ends else None,
                "ci_high": ends[1] if ends else None,
                "reason": "" if ends else "REFERENCE" if is_base else "TOO_FEW",
            }
        )
        if period < starts and not is_base:
            before.append(period)
    return pd.DataFrame(rows), _trend_p(wide, group, before, last_before)


def _trend_p(
    wide: pd.DataFrame, group: pd.Series[int], before: Sequence[Any], last_before: Any
) -> float | None:
    """Return Wald's test that the gap was the same in all periods before the start."""
    if not before:
        return None
    gaps = wide[list(before)].sub(wide[last_before], axis=0).dropna()
    arms = [gaps[group.reindex(gaps.index) == arm].to_numpy(dtype=float) for arm in (1, 0)]
    if min(len(arm) for arm in arms) < len(before) + 2:
        return None
    difference = arms[0].mean(axis=0) - arms[1].mean(axis=0)
    covariance = sum(np.atleast_2d(np.cov(arm, rowvar=False)) / len(arm) for arm in arms)
    statistic = float(difference @ np.linalg.pinv(np.asarray(covariance)) @ difference)
    return chi_square_tail(statistic, len(before))


def _checks(
    trend_p: float | None, dropped: int, frame: pd.DataFrame, cluster: str | None
) -> tuple[Check, ...]:
    checks = [
        Check(
            id="not_randomised",
            passed=None,
            text=Message("Nobody was assigned at random: this is no experiment."),
        )
    ]
    if trend_p is None:
        text = Message("There are too few periods before the start to compare trends.")
        checks.append(Check(id="trend_before", passed=None, text=text))
    else:
        text = Message(
            "Before the start the gap between the groups moved with {p:p_is}.", p=trend_p
        )
        checks.append(Check(id="trend_before", passed=trend_p >= TREND_ALARM, text=text))
    if dropped:
        text = Message(
            "{n:integer} unit lacks a period before or after and is left out.",
            "{n:integer} units lack a period before or after and are left out.",
            n=dropped,
        )
        checks.append(Check(id="incomplete_units", passed=None, text=text))
    groups = frame["cluster" if cluster else "unit"].nunique()
    if groups < FEW_GROUPS:
        text = Message(
            "There is only {n:integer} group: the interval is rough.",
            "There are only {n:integer} groups: the interval is rough.",
            n=groups,
        )
        checks.append(Check(id="few_groups", passed=False, text=text))
    return tuple(checks)
