"""Answers made ready for driver analysis: grades 0-100, dummies, controls, design; checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.estimates.bootstrap import SamplingUnits, sampling_units
from workbench.inputs.segments import group_codes, require_columns
from workbench.language import Message
from workbench.survey.design import Design, read_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats, Unit

__all__ = [
    "DriverData",
    "Scale",
    "SegmentData",
    "read_drivers",
    "read_grades",
    "sampled_rows",
    "scaled_grades",
]

Scale = tuple[float, float] | Mapping[str, tuple[float, float]] | None

_MANY_ROWS = 20_000
_RANDOM_GROUPS = 2_000


@dataclass(frozen=True, eq=False)
class DriverData:
    """One entry per row of the answers.

    Parameters
    ----------
    outcome_name, outcome
        What is explained, in its own points.
    drivers
        Names, in the order they were given.
    grades
        ``(n, p)``: drivers as grades 0-100; ``nan`` throughout for categories.
    columns, units
        Columns of the model, and which of them each driver has (several for categories).
    controls
        ``(n, k)``: columns that are always in.
    is_category, is_graded
        ``(p,)``: whether a driver is a category; whether it lies on 0-100.
    design
        Weights, strata, clusters.
    """

    outcome_name: str
    outcome: Floats
    drivers: tuple[str, ...]
    grades: Floats
    columns: Floats
    units: tuple[Unit, ...]
    controls: Floats
    is_category: NDArray[np.bool_]
    is_graded: NDArray[np.bool_]
    design: Design

    def segment(
        self, rows: NDArray[np.intp], *, floor: int, missing: str, all_rows: bool = False
    ) -> SegmentData:
        """Return the rows that can be used, and what each driver is fit for among them."""
        with_outcome = ~np.isnan(self.outcome[rows]) & (self.design.weights[rows] > 0)
        used = rows[with_outcome] if not all_rows else rows
        answered = self._answered(used)
        reasons = self._reasons(used, answered, floor)
        kept = [place for place, reason in enumerate(reasons) if reason == ""]
        complete = answered[:, kept].all(axis=1) & ~np.isnan(self.controls[used]).any(axis=1)
        model_rows = used[complete] if missing == "listwise" else used
        if missing == "listwise":
            reasons = self._reasons(model_rows, self._answered(model_rows), floor, reasons)
            kept = [place for place, reason in enumerate(reasons) if reason == ""]
        own = [self.units[place] for place in kept]
        flat = [column for unit in own for column in unit]
        controls = self.controls[model_rows]
        controls = controls[:, _varying(controls)]
        values = np.hstack(
            [self.columns[model_rows][:, flat], controls, self.outcome[model_rows][:, None]]
        )
        return SegmentData(
            data=self,
            rows=model_rows,
            answers=values,
            kept=tuple(kept),
            units=_renumbered(own),
            n_controls=controls.shape[1],
            reasons=tuple(reasons),
            n_answered=answered.sum(axis=0),
            n_outcome=used.size,
            n_missing=rows.size - used.size,
            n_complete=int(complete.sum()),
        )

    def _answered(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return ``(rows, p)``: whether each driver was answered."""
        first = [unit[0] for unit in self.units]
        return ~np.isnan(self.columns[rows][:, first])

    def _reasons(
        self,
        rows: NDArray[np.intp],
        answered: NDArray[np.bool_],
        floor: int,
        before: Sequence[str] | None = None,
    ) -> list[str]:
        """Return why a driver cannot take part: ``""`` when it can."""
        fewest = len(self.drivers) + 2
        reasons: list[str] = []
        for place, unit in enumerate(self.units):
            count = int(answered[:, place].sum())
            if before is not None and before[place]:
                reasons.append(before[place])
            elif count == 0:
                reasons.append("ALL_MISSING")
            elif count < floor:
                reasons.append("FLOOR")
            elif count < fewest:
                reasons.append("TOO_FEW")
            else:
                varying = _varying(self.columns[rows][:, list(unit)])
                reasons.append("" if varying.any() else "CONSTANT")
        return reasons


@dataclass(frozen=True, eq=False)
class SegmentData:
    """Rows of one segment that have the outcome, and the columns that can take part.

    Parameters
    ----------
    rows
        Positions of the rows used.
    answers
        Columns of the kept drivers, then controls, then the outcome.
    kept
        Places of the drivers that take part, among all.
    units
        Columns of ``answers`` of each kept driver.
    reasons
        Of all drivers: why one does not take part, or ``""``.
    n_answered
        Of all drivers: answers to the driver and the outcome.
    """

    data: DriverData
    rows: NDArray[np.intp]
    answers: Floats
    kept: tuple[int, ...]
    units: tuple[Unit, ...]
    n_controls: int
    reasons: tuple[str, ...]
    n_answered: NDArray[np.intp]
    n_outcome: int
    n_missing: int
    n_complete: int

    @property
    def weights(self) -> Floats:
        """Weight of each row, their mean 1."""
        weights = self.data.design.weights[self.rows]
        total = weights.sum()
        return weights * (weights.size / total) if total > 0 else weights

    @property
    def n_columns(self) -> int:
        """How many columns the drivers have."""
        return self.answers.shape[1] - 1 - self.n_controls

    @property
    def controls(self) -> range:
        """Places of the controls among the columns of ``answers``."""
        return range(self.n_columns, self.n_columns + self.n_controls)

    def sampling(self) -> SamplingUnits:
        """Return what was sampled independently; many rows are gathered in random groups."""
        return sampled_rows(self.data.design, self.rows, ~np.isnan(self.data.outcome))


def sampled_rows(
    design: Design, rows: NDArray[np.intp], answered: NDArray[np.bool_]
) -> SamplingUnits:
    """Return what was sampled independently among some rows; many are gathered in groups.

    Parameters
    ----------
    answered
        All rows that answered: the part of the population that is known.
    """
    clusters = None if design.clusters is None else design.clusters[rows]
    strata = None if design.strata is None else design.strata[rows]
    fraction = design.sampled_fraction(answered)
    if fraction is not None and strata is not None:
        fraction = fraction[np.unique(strata)]
    groups = _RANDOM_GROUPS if clusters is None and rows.size > _MANY_ROWS else None
    return sampling_units(
        rows.size, strata=strata, clusters=clusters, fraction=fraction, groups=groups
    )


def read_grades(answers: pd.DataFrame, items: Sequence[str], scale: Scale) -> Floats:
    """Return columns as grades 0-100, ``(n, items)``.

    Raises
    ------
    DataError
        If a column is absent, holds text or infinity, or lies outside its scale.
    """
    require_columns(answers, items)
    return np.column_stack([_graded(answers, name, scale) for name in items])


def read_drivers(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    scale: Scale,
    always: Sequence[str],
    design: Design,
    is_ordered: bool = False,
) -> DriverData:
    """Read and check the columns of a driver analysis.

    Raises
    ------
    DataError
        If a column is absent, named twice, holds text or infinity, or lies outside its scale.
    """
    names = _checked_names(outcome, drivers, always)
    require_columns(answers, [outcome, *names, *always])
    outcome_values = _ordered_levels(answers, outcome) if is_ordered else _numbers(answers, outcome)
    if isinstance(scale, Mapping) and outcome in scale:
        outcome_values = scaled_grades(outcome_values, outcome, scale[outcome])
    columns: list[Floats] = []
    units: list[Unit] = []
    grades = np.full((len(answers), len(names)), np.nan)
    is_category = np.zeros(len(names), bool)
    for place, name in enumerate(names):
        if isinstance(answers[name].dtype, pd.CategoricalDtype):
            own = _dummies(answers[name])
            is_category[place] = True
        else:
            own = _graded(answers, name, scale)[:, None]
            grades[:, place] = own[:, 0]
        start = sum(part.shape[1] for part in columns)
        columns.append(own)
        units.append(tuple(range(start, start + own.shape[1])))
    return DriverData(
        outcome_name=outcome,
        outcome=outcome_values,
        drivers=tuple(names),
        grades=grades,
        columns=np.hstack(columns),
        units=tuple(units),
        controls=_controls(answers, always),
        is_category=is_category,
        is_graded=np.logical_and(_within(grades, 0.0, 100.0), ~is_category),
        design=design,
    )


def _checked_names(outcome: str, drivers: Sequence[str], always: Sequence[str]) -> list[str]:
    names = [drivers] if isinstance(drivers, str) else list(drivers)
    if not names:
        raise DataError(
            Message(
                "Name at least one driver: a column of grades. In a study: "
                "[survey.drivers.<name>] in study.toml, with items = [...]."
            )
        )
    for name in dict.fromkeys([*names, *always]):
        if [*names, *always].count(name) > 1:
            raise DataError(
                Message("Column '{column}' is named twice among the drivers.", column=name)
            )
        if name == outcome:
            raise DataError(
                Message(
                    "'{column}' is the outcome and cannot be its own driver. Leave it out of one "
                    "of the two.",
                    column=name,
                )
            )
    return names


def _numbers(answers: pd.DataFrame, column: str) -> Floats:
    """Return a column as floats; true and false are 100 and 0."""
    if pd.api.types.is_bool_dtype(answers[column]):
        return answers[column].to_numpy(dtype=float, na_value=np.nan) * 100
    return read_numbers(answers, column)


def _ordered_levels(answers: pd.DataFrame, outcome: str) -> Floats:
    """Return an ordered or yes/no outcome as numbers: codes of categories, else its own values."""
    column = answers[outcome]
    if pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return read_numbers(answers, outcome)
    if not column.dtype.ordered and len(column.dtype.categories) > 2:
        raise DataError(
            Message(
                "The categories of '{outcome}' have no order. Make the column an ordered category, "
                "lowest first.",
                outcome=outcome,
            )
        )
    codes = column.cat.codes.to_numpy().astype(float)
    return np.where(codes < 0, np.nan, codes)


def _graded(answers: pd.DataFrame, name: str, scale: Scale) -> Floats:
    values = _numbers(answers, name)
    ends = scale.get(name) if isinstance(scale, Mapping) else scale
    if ends is None or pd.api.types.is_bool_dtype(answers[name]):
        return values
    return scaled_grades(values, name, ends)


def scaled_grades(values: Floats, name: str, ends: tuple[float, float]) -> Floats:
    """Return answers as grades 0-100 between the theoretical ends of their scale.

    Ends in falling order turn a reversed item round.

    Raises
    ------
    DataError
        If an answer lies outside, or the ends are equal.
    """
    low, high = float(ends[0]), float(ends[1])
    if not (np.isfinite(low) and np.isfinite(high)) or low == high:
        raise DataError(
            Message(
                "The scale of '{column}' must have two different ends; found {low} and {high}.",
                column=name,
                low=low,
                high=high,
            )
        )
    outside = np.flatnonzero((values < min(low, high)) | (values > max(low, high)))
    if outside.size:
        raise DataError(
            Message(
                "Column '{column}' must lie between {low} and {high}; {count:integer} of "
                "{rows:integer} answers do not, first {value} at row {row:integer}. Give the "
                "column its own scale, or mark these codes as missing when reading it.",
                column=name,
                low=f"{min(low, high):g}",
                high=f"{max(low, high):g}",
                count=outside.size,
                rows=int((~np.isnan(values)).sum()),
                value=f"{values[outside[0]]:g}",
                row=int(outside[0]),
            )
        )
    return (values - low) / (high - low) * 100


def _within(grades: Floats, low: float, high: float) -> NDArray[np.bool_]:
    outside = (grades < low - 1e-9) | (grades > high + 1e-9)
    return np.array([not column.any() for column in outside.T], dtype=bool)


def _dummies(column: pd.Series) -> Floats:
    """Return one column per category but the first; a missing category is missing in all."""
    codes, names = group_codes(column)
    known = len(names) - (None in names)
    if known < 2:
        return np.where(codes[:, None] < known, 0.0, np.nan)
    dummies = (codes[:, None] == np.arange(1, known)).astype(float)
    dummies[codes >= known] = np.nan
    return dummies


def _controls(answers: pd.DataFrame, always: Sequence[str]) -> Floats:
    parts: list[Floats] = [np.empty((len(answers), 0))]
    for name in always:
        column = answers[name]
        is_number = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
        if is_number and not isinstance(column.dtype, pd.CategoricalDtype):
            parts.append(_numbers(answers, name)[:, None])
        else:
            parts.append(_dummies(column))
    return np.hstack(parts)


def _varying(columns: Floats) -> NDArray[np.bool_]:
    """Return which columns have two different answers."""
    if columns.shape[0] == 0:
        return np.zeros(columns.shape[1], bool)
    low = np.fmin.reduce(columns, axis=0)
    high = np.fmax.reduce(columns, axis=0)
    return high > low


def _renumbered(units: Sequence[Unit]) -> tuple[Unit, ...]:
    start = 0
    numbered: list[Unit] = []
    for unit in units:
        numbered.append(tuple(range(start, start + len(unit))))
        start += len(unit)
    return tuple(numbered)
