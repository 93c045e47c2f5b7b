"""``[experiment.<name>]``: the plan of an experiment, written before it starts."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from workbench.inputs.models.base import ColumnName, Identifier, Label, Scale, StudyModel

__all__ = [
    "ColumnModel",
    "ExperimentModel",
    "FilterModel",
    "LooksModel",
    "MetricModel",
    "NextStepModel",
    "PriorModel",
    "RolloutModel",
]


def _as_text(value: object) -> object:
    """Let ``control = 0`` and ``control = false`` name the variants 0 and false of the data."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Value = Annotated[str, BeforeValidator(_as_text)]
"""A value of a column, compared as text."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1)]

SURVEY_KINDS = frozenset({"nps", "nki", "csat"})


class MetricModel(StudyModel):
    """One thing that is compared between variants.

    Parameters
    ----------
    name
        Its key in every table.
    label, unit
        How a reader sees it: "Days to payment", "days".
    kind
        ``proportion`` (0 or 1), ``mean``, ``ratio`` (sum over sum), ``nps`` (scores 0 to 10),
        ``nki`` (mean of items, 0 to 100), ``csat`` (share of top answers), ``ordinal`` (ranks),
        ``quantile``.
    role
        ``primary`` decides, ``guardrail`` must not get worse than its margin, ``secondary`` is
        corrected for many looks, ``exploratory`` is never a finding.
    column
        Where it stands. Default: the name.
    numerator, denominator
        Columns of a ratio.
    items, scale, min_items
        Of an NKI or a score: columns, ends of the scale, items a respondent must have answered.
    top
        Answers that count for ``csat``.
    quantile
        Which one, 0-1.
    base
        Whom the metric is about: ``assigned`` (default), or a stage of ``stages``.
    direction
        Which way is better.
    margin, margin_is
        Of a guardrail: the largest loss that is acceptable, a positive number in the metric's own
        units, or a share of the control's level.
    practical
        Smallest gain worth having, in the metric's own units.
    cap, cap_quantile
        Values above are set to it: a number, or a quantile of all units whatever their variant.
    covariates
        Numbers known before the assignment. Default: those of the plan.
    weight
        Column with a survey weight.
    survey
        Whether missing values are people who did not answer. Default: for nps, nki and csat.
    """

    name: Identifier
    kind: Literal["proportion", "mean", "ratio", "nps", "nki", "csat", "ordinal", "quantile"] = (
        "proportion"
    )
    role: Literal["primary", "guardrail", "secondary", "exploratory"] = "secondary"
    label: Label = ""
    unit: Label = ""
    column: ColumnName | None = None
    numerator: ColumnName | None = None
    denominator: ColumnName | None = None
    items: tuple[ColumnName, ...] = ()
    scale: Scale | None = None
    min_items: int = Field(default=1, ge=1)
    top: tuple[int, ...] = ()
    quantile: Share | None = None
    base: Identifier = "assigned"
    direction: Literal["increase", "decrease"] = "increase"
    margin: Positive | None = None
    margin_is: Literal["absolute", "share_of_control"] = "absolute"
    practical: Positive | None = None
    cap: Number | None = None
    cap_quantile: Share | None = None
    covariates: tuple[ColumnName, ...] | None = None
    weight: ColumnName | None = None
    survey: bool | None = None

    @property
    def is_survey(self) -> bool:
        """Return whether a missing value is a person who did not answer."""
        return self.kind in SURVEY_KINDS if self.survey is None else self.survey

    @property
    def source(self) -> str:
        """Return the column that holds the metric."""
        return self.column or self.name

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        needed = {
            "ratio": ("numerator", "denominator"),
            "nki": ("items", "scale"),
            "csat": ("top",),
            "quantile": ("quantile",),
        }
        lacking = [key for key in needed.get(self.kind, ()) if not getattr(self, key)]
        if lacking:
            raise ValueError(f"kind '{self.kind}' needs {' and '.join(lacking)}")
        if self.role == "guardrail" and self.margin is None:
            raise ValueError(
                "a guardrail needs a margin: the largest loss that is acceptable, in the metric's "
                "own units (0.005 is half a percentage point)"
            )
        if self.cap is not None and self.cap_quantile is not None:
            raise ValueError("cap and cap_quantile exclude each other")
        if (self.cap or self.cap_quantile) and self.kind != "mean":
            raise ValueError("only a mean can have a cap")
        if self.margin_is == "share_of_control" and self.kind in {"nps", "ordinal"}:
            raise ValueError(f"a margin of kind '{self.kind}' is absolute: its zero is no nothing")
        if self.min_items > max(1, len(self.items)):
            raise ValueError("min_items is at most the number of items")
        if self.weight is not None and self.kind in {"ratio", "ordinal", "quantile"}:
            raise ValueError(f"kind '{self.kind}' takes no weight")
        return self


class FilterModel(StudyModel):
    """Units that take part: a condition on a column known before the assignment.

    Parameters
    ----------
    column
        What the condition is about.
    values, not_values
        Values that take part, or do not.
    at_least, at_most
        Ends of a number, both included.
    """

    column: ColumnName
    values: tuple[Value, ...] = ()
    not_values: tuple[Value, ...] = ()
    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        bounds = (self.at_least, self.at_most)
        if not (self.values or self.not_values or any(b is not None for b in bounds)):
            raise ValueError("a filter needs values, not_values, at_least or at_most")
        return self


class LooksModel(StudyModel):
    """When the plan lets us look before the end.

    Parameters
    ----------
    method
        ``none``: one reading at the end (harm is watched all the same). ``obf`` and ``pocock``:
        planned looks that share alpha. ``always_valid``: any day, with wider intervals.
    at
        Planned shares of ``planned_n``, rising up to 1, for ``obf`` and ``pocock``.
    """

    method: Literal["none", "obf", "pocock", "always_valid"] = "none"
    at: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()

    @model_validator(mode="after")
    def _has_looks(self) -> Self:
        if self.method in {"obf", "pocock"}:
            rising = all(a < b for a, b in zip(self.at, self.at[1:], strict=False))
            if not self.at or not rising or self.at[-1] != 1:
                raise ValueError(
                    f"method '{self.method}' needs `at`: rising shares of planned_n that end with 1"
                )
        elif self.at:
            raise ValueError(f"method '{self.method}' has no planned looks: leave `at` out")
        return self


class ColumnModel(StudyModel):
    """How a reader sees a column of the result file and its values.

    Parameters
    ----------
    label
        "Market"; of the unit, what is counted, in the plural: "customers".
    values
        ``{ FI = "Finland" }``.
    """

    label: Label = ""
    values: dict[Value, Label] = Field(default_factory=dict)


class RolloutModel(StudyModel):
    """What the primary effect means for all: units per period, and what one success is.

    Parameters
    ----------
    units
        Units per period at full roll-out.
    per
        The period: "month".
    what
        What is counted: "customers paying on time".
    mix
        Shares of a segment's values at full roll-out, ``{ market = { SE = 0.5, NO = 0.5 } }``.
    """

    units: Positive | None = None
    per: Label = ""
    what: Label = ""
    mix: dict[str, dict[str, Positive]] = Field(default_factory=dict)


class PriorModel(StudyModel):
    """What primary effects of this kind have been: a normal, in the metric's units, good is up."""

    mean: Number
    sd: Positive


class NextStepModel(StudyModel):
    """What happens after the decision.

    Parameters
    ----------
    ship, stop, go_on
        What to do when the verdict is to ship, not to ship, or to keep running.
    holdback, read_on
        Share that keeps the control, and when it is read.
    """

    ship: Label = ""
    stop: Label = ""
    go_on: Label = ""
    holdback: Share | None = None
    read_on: dt.date | None = None


class ExperimentModel(StudyModel):
    """The plan: who was assigned to what, what is compared, and what will decide.

    Parameters
    ----------
    file
        Result file, a row per unit, relative to the study: CSV, Parquet, and others.
    unit
        Column with the unit of randomisation, once a row.
    variant, control
        Column with the variant a unit was assigned to, and the value that is the control.
    variants
        Planned shares, ``{ A = 0.5, B = 0.5 }``. Default: equal among the variants of the data.
    labels, columns
        How a reader sees each variant, and columns with their values.
    cluster
        Column with groups that were assigned together, or share a fate.
    title, question, owner
        For the page; default those of the study.
    written, starts, last_assignment, ends, drawn
        Dates: of the plan, of the first and last assignment, from when the result may be read, and
        when the file was drawn.
    assigned
        Column with the day of assignment.
    planned_n
        Units in all.
    alpha, power
        Two-sided error, and chance to find what is planned.
    filter
        Who takes part.
    covariates, strata
        Numbers and categories known before the assignment, to adjust for.
    adjustment
        ``lin`` (own slopes per variant), ``cuped`` (one slope), ``none``.
    stages
        Bases of rates: ``{ sent = "sent", delivered = "delivered" }``, columns of 0 and 1.
    exposure
        Column of 0 and 1: whether the unit got what it was assigned to.
    segments
        Columns to look for different effects in; nothing else is looked at.
    looks, rollout, prior, next_step
        See their tables.
    duplicates_limit, crossing_limit
        Shares of units that may come twice, or in two variants.
    log
        JSON-lines file with past decisions, relative to the study.
    registered
        Copy of the plan as it was before the start (``wb.register_plan`` writes it).
    reruns
        Names of earlier rounds of the same question.
    """

    file: str
    unit: ColumnName
    variant: ColumnName
    control: Value
    variants: dict[Value, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    labels: dict[Value, Label] = Field(default_factory=dict)
    columns: dict[ColumnName, ColumnModel] = Field(default_factory=dict)
    cluster: ColumnName | None = None
    title: Label = ""
    question: Label = ""
    owner: Label = ""
    written: dt.date | None = None
    starts: dt.date | None = None
    last_assignment: dt.date | None = None
    ends: dt.date | None = None
    drawn: dt.date | None = None
    assigned: ColumnName | None = None
    planned_n: int | None = Field(default=None, gt=0)
    alpha: Share = 0.05
    power: Share = 0.8
    filter: tuple[FilterModel, ...] = ()
    covariates: tuple[ColumnName, ...] = ()
    strata: tuple[ColumnName, ...] = ()
    adjustment: Literal["lin", "cuped", "none"] = "lin"
    stages: dict[Identifier, ColumnName] = Field(default_factory=dict)
    exposure: ColumnName | None = None
    segments: tuple[ColumnName, ...] = ()
    metrics: tuple[MetricModel, ...] = ()
    looks: LooksModel = LooksModel()
    rollout: RolloutModel = RolloutModel()
    prior: PriorModel | None = None
    next_step: NextStepModel = NextStepModel()
    duplicates_limit: float = Field(default=0.0, ge=0, lt=1)
    crossing_limit: float = Field(default=0.001, ge=0, lt=1)
    log: str | None = None
    registered: str | None = None
    reruns: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        names = [metric.name for metric in self.metrics]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"metric names are used once; found twice: {', '.join(twice)}")
        for metric in self.metrics:
            if metric.base != "assigned" and metric.base not in self.stages:
                raise ValueError(f"metric '{metric.name}': base '{metric.base}' is not in stages")
        if self.variants and self.control not in self.variants:
            raise ValueError(f"control '{self.control}' is not among the variants")
        if self.variants and not sum(self.variants.values()) > 0:
            raise ValueError("planned shares of the variants must not all be 0")
        if self.looks.method in {"obf", "pocock"} and self.planned_n is None:
            raise ValueError("planned looks need planned_n: they are shares of it")
        self._check_dates()
        for segment in self.rollout.mix:
            if segment not in (*self.segments, *self.strata):
                raise ValueError(f"rollout.mix: '{segment}' is neither a segment nor a stratum")
        return self

    def _check_dates(self) -> None:
        order = ("starts", "last_assignment", "ends")
        known = [(name, getattr(self, name)) for name in order if getattr(self, name)]
        for (early, first), (late, second) in itertools.pairwise(known):
            if first > second:
                raise ValueError(f"{early} ({first}) must not be after {late} ({second})")
