"""Where the total hides the opposite: pooled effects against effects within groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import stdtr

from workbench.errors import DataError
from workbench.estimates import holm
from workbench.estimates.bootstrap import score_covariance
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, group_codes, require_columns, split
from workbench.language import LocalizedText, Message
from workbench.results.effects import OppositesResult
from workbench.survey.design import read_design
from workbench.survey.driver_data import DriverData, Scale, read_drivers
from workbench.survey.driver_tables import student_reach, typed
from workbench.survey.effects import fit_linear
from workbench.survey.measure import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.estimates.bootstrap import SamplingUnits
    from workbench.survey.subsets import Floats

__all__ = ["find_opposites"]

FALSE_ALARMS = 0.02
"""The chance of any warning in data where pooled and within effects are the same."""

_LEAST_IN_GROUP = 12
_BINS = 4
_TABLE = (
    *("segment", "driver", "variable", "model", "n", "pooled", "pooled_low", "pooled_high"),
    *("within", "within_low", "within_high", "difference", "ci_low", "ci_high", "p_value"),
    *("p_adjusted", "flag", "reason"),
)
_GROUPS = (
    *("segment", "driver", "variable", "group", "n", "performance", "outcome", "slope"),
    *("slope_low", "slope_high", "reason"),
)
_POINTS = (
    *("segment", "driver", "variable", "group", "bin", "n", "performance", "estimate", "ci_low"),
    "ci_high",
)

Model = Literal["alone", "others_equal"]


def find_opposites(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    variables: str | Sequence[str],
    *,
    by: str | None = None,
    scale: Scale = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    false_alarms: float = FALSE_ALARMS,
    floor: int = FLOOR,
    labels: Mapping[str, LocalizedText] | None = None,
) -> OppositesResult:
    """Warn where an effect in the total is the opposite of the effect within groups.

    A driver's effect is computed twice, on its own and with the other drivers equal: with groups
    thrown together, and with the group held constant. The difference is tested with the error that
    both share, corrected after Holm over everything looked at, so that the chance of any false
    warning is ``false_alarms``.

    Parameters
    ----------
    answers, outcome, drivers, scale, weight, strata, cluster
        As in :func:`drivers`.
    variables
        Columns whose groups may hide something: market, customer type, channel.
    by
        Column of segments in which to look, besides the total; a variable that is the same column
        is skipped there.
    false_alarms
        Chance of any false warning, 0-1.
    floor
        Groups and points of the figure with fewer answers are left out.

    Returns
    -------
    OppositesResult

    Raises
    ------
    DataError
        As :func:`drivers`, and if a variable is also a driver.
    """
    level = checked_confidence(confidence)
    floor = checked_floor(floor)
    names = by_columns(variables)
    require_columns(answers, names)
    for name in names:
        if name in drivers or name == outcome:
            raise DataError(
                Message("'{column}' cannot be both a driver and a grouping.", column=name)
            )
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    data = read_drivers(answers, outcome, drivers, scale=scale, always=(), design=design)
    places = [("all", np.arange(len(answers)))]
    if by is not None:
        places += [(part.name, part.rows) for part in split(answers, by) if part.name is not None]
    coded = {name: group_codes(answers[name]) for name in names}
    table: list[dict[str, Any]] = []
    for segment, rows in places:
        for variable in names:
            if segment != "all" and variable == by:
                continue
            codes, groups = coded[variable]
            known = [code for code, group in enumerate(groups) if group is not None]
            look = _Look(data, segment, variable, rows[np.isin(codes[rows], known)], codes, level)
            table += look.rows()
    p_adjusted = holm([row.get("p_value", np.nan) for row in table])
    for row, adjusted in zip(table, p_adjusted, strict=True):
        row["p_adjusted"] = adjusted
        row["flag"] = _flag(row, false_alarms)
    flagged = {(r["segment"], r["driver"], r["variable"]) for r in table if r["flag"]}
    of_segment = dict(places)
    groups_rows: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for segment, driver, variable in sorted(flagged):
        figure = _Figure(data, driver, of_segment[segment], coded[variable], floor, level)
        name = {"segment": segment, "driver": driver, "variable": variable}
        groups_rows += [{**name, **row} for row in figure.groups()]
        points += [{**name, **row} for row in figure.points()]
    return OppositesResult(
        table=typed(table, _TABLE),
        groups=typed(groups_rows, _GROUPS) if groups_rows else None,
        points=typed(points, _POINTS) if points else None,
        method=Message(
            "Effects with groups thrown together against effects with the group held constant, "
            "{count:integer} comparisons, corrected after Holm for a chance of {alarms:percent} of "
            "any false warning.",
            count=int(np.isfinite(p_adjusted).sum()),
            alarms=false_alarms,
        ),
        checks=(),
        outcome=outcome,
        confidence=level,
        labels=dict(labels or {}),
    )


def _flag(row: Mapping[str, Any], false_alarms: float) -> str:
    """Name what differs: only where the difference is sure and what it changes is too."""
    if not row["p_adjusted"] <= false_alarms:
        return ""
    pooled, within = row["pooled"], row["within"]
    is_pooled = row["pooled_low"] * row["pooled_high"] > 0
    is_within = row["within_low"] * row["within_high"] > 0
    if is_pooled and is_within:
        return "reversed" if pooled * within < 0 else ""
    if is_within and abs(within) > 2 * abs(pooled):
        return "hidden"
    if is_pooled and abs(pooled) > 2 * abs(within):
        return "borrowed"
    return ""


class _Look:
    """One segment and one variable: every driver, on its own and with the others equal."""

    def __init__(
        self,
        data: DriverData,
        segment: str | None,
        variable: str,
        rows: NDArray[np.intp],
        codes: NDArray[np.intp],
        confidence: float,
    ) -> None:
        self.data = data
        self.confidence = confidence
        self.name = {"segment": segment, "variable": variable}
        used = rows[~np.isnan(data.outcome[rows]) & (data.design.weights[rows] > 0)]
        sizes = np.bincount(codes[used], minlength=1)
        large = np.flatnonzero(sizes >= _LEAST_IN_GROUP)
        inside = used[np.isin(codes[used], large)]
        self.part = data.segment(inside, floor=_LEAST_IN_GROUP, missing="pairwise")
        self.groups = np.unique(codes[self.part.rows])
        self.dummies = (codes[self.part.rows][:, None] == self.groups[1:]).astype(float)

    def rows(self) -> list[dict[str, Any]]:
        """Return the comparisons; none where there are fewer than two groups to hold constant."""
        part = self.part
        if self.groups.size < 2 or not part.kept:
            return []
        units = part.sampling()
        outcome = part.answers[:, -1:]
        found: list[dict[str, Any]] = []
        singles = [
            (place, unit[0])
            for place, unit in zip(part.kept, part.units, strict=True)
            if len(unit) == 1
        ]
        for place, column in singles:
            own = part.answers[:, [column]]
            alone = self._compare(np.hstack([own, outcome]), [0], units)
            found += [self._row(place, "alone", alone[0])]
        if len(singles) > 1:
            columns = [column for _, column in singles]
            others = self._compare(part.answers, columns, units)
            found += [
                self._row(place, "others_equal", pair)
                for (place, _), pair in zip(singles, others, strict=True)
            ]
        return found

    def _row(self, place: int, model: Model, numbers: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **self.name,
            "driver": self.data.drivers[place],
            "model": model,
            "n": int(self.part.n_answered[place]),
            **numbers,
        }

    def _compare(
        self, values: Floats, columns: Sequence[int], units: SamplingUnits
    ) -> list[dict[str, Any]]:
        """Return pooled, within, and their difference, for some columns of a model."""
        count = values.shape[1] - 1 + self.dummies.shape[1]
        df = min(units.degrees_of_freedom, len(values) - 1) - count
        if df < 2 or (np.nanmax(values, axis=0) == np.nanmin(values, axis=0)).any():
            return [{"reason": "TOO_FEW"} for _ in columns]
        pooled = fit_linear(values, self.part.weights)
        wide = np.hstack([values[:, :-1], self.dummies, values[:, -1:]])
        within = fit_linear(wide, self.part.weights)
        reach = student_reach(df, self.confidence)
        rows: list[dict[str, Any]] = []
        for column in columns:
            own = np.column_stack([pooled.influence[:, column], within.influence[:, column]])
            scores = np.column_stack([own, own[:, 1] - own[:, 0]])
            error = np.sqrt(np.maximum(np.diag(score_covariance(scores, units)), 0))
            estimates = np.array([pooled.effect[column], within.effect[column]])
            difference = estimates[1] - estimates[0]
            scale = max(abs(estimates).max(), 1e-12)
            is_moved = error[2] > 1e-9 * scale
            rows.append(
                {
                    "pooled": estimates[0],
                    "pooled_low": estimates[0] - reach * error[0],
                    "pooled_high": estimates[0] + reach * error[0],
                    "within": estimates[1],
                    "within_low": estimates[1] - reach * error[1],
                    "within_high": estimates[1] + reach * error[1],
                    "difference": difference,
                    "ci_low": difference - reach * error[2],
                    "ci_high": difference + reach * error[2],
                    "p_value": float(2 * stdtr(df, -abs(difference) / error[2]))
                    if is_moved
                    else 1.0,
                    "reason": "",
                }
            )
        return rows


class _Figure:
    """The groups behind one warning: means, slopes, and means by grade."""

    def __init__(
        self,
        data: DriverData,
        driver: str,
        rows: NDArray[np.intp],
        coded: tuple[NDArray[np.intp], list[str | None]],
        floor: int,
        confidence: float,
    ) -> None:
        place = data.drivers.index(driver)
        grades = data.columns[rows, data.units[place][0]]
        used = ~np.isnan(grades) & ~np.isnan(data.outcome[rows]) & (data.design.weights[rows] > 0)
        self.rows = rows[used]
        self.grades = grades[used]
        self.outcome = data.outcome[self.rows]
        self.weights = data.design.weights[self.rows]
        self.codes, self.names = coded[0][self.rows], coded[1]
        self.floor = floor
        self.confidence = confidence

    def _members(self) -> list[tuple[str, NDArray[np.intp]]]:
        found: list[tuple[str, NDArray[np.intp]]] = []
        for code, name in enumerate(self.names):
            inside = np.flatnonzero(self.codes == code)
            if name is not None and inside.size >= self.floor:
                found.append((name, inside))
        return found

    def groups(self) -> list[dict[str, Any]]:
        """Return n, means and slope of each group."""
        found: list[dict[str, Any]] = []
        for name, inside in self._members():
            weights = self.weights[inside] / self.weights[inside].sum()
            row: dict[str, Any] = {
                "group": name,
                "n": inside.size,
                "performance": float(weights @ self.grades[inside]),
                "outcome": float(weights @ self.outcome[inside]),
                "reason": "TOO_FEW",
            }
            values = np.column_stack([self.grades[inside], self.outcome[inside]])
            if inside.size > 4 and (np.ptp(values, axis=0) > 0).all():
                fit = fit_linear(values, self.weights[inside] * inside.size)
                influence = fit.influence[:, 0] - fit.influence[:, 0].mean()
                error = float(np.sqrt((influence**2).sum() * inside.size / (inside.size - 1)))
                half = student_reach(inside.size - 2, self.confidence) * error
                slope = float(fit.effect[0])
                row |= {"slope": slope, "slope_low": slope - half, "slope_high": slope + half}
                row["reason"] = ""
            found.append(row)
        return found

    def points(self) -> list[dict[str, Any]]:
        """Return the mean outcome in each quarter of each group's grades."""
        found: list[dict[str, Any]] = []
        for name, inside in self._members():
            order = inside[np.argsort(self.grades[inside], kind="stable")]
            edges = np.unique(np.quantile(self.grades[order], np.linspace(0, 1, _BINS + 1)[1:-1]))
            bins = np.searchsorted(edges, self.grades[order], side="left")
            for number in np.unique(bins):
                rows = order[bins == number]
                if rows.size < max(self.floor, 2):
                    continue
                weights = self.weights[rows] / self.weights[rows].sum()
                mean = float(weights @ self.outcome[rows])
                spread = weights**2 @ (self.outcome[rows] - mean) ** 2 * rows.size / (rows.size - 1)
                half = student_reach(rows.size - 1, self.confidence) * float(np.sqrt(spread))
                found.append(
                    {
                        "group": name,
                        "bin": int(number) + 1,
                        "n": rows.size,
                        "performance": float(weights @ self.grades[rows]),
                        "estimate": mean,
                        "ci_low": mean - half if half > 0 else None,
                        "ci_high": mean + half if half > 0 else None,
                    }
                )
        return found
