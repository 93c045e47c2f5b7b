"""From the plan to columns: what is read, in which unit, and whom each metric is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.errors import DataError
from workbench.experiment.source import literal, quoted

if TYPE_CHECKING:
    from workbench.experiment.plan import Plan
    from workbench.experiment.source import Source
    from workbench.inputs.models.experiment import FilterModel, MetricModel

__all__ = ["DAY", "EXPOSED", "VARIANT", "Layout", "MetricColumns", "layout_of", "taking_part"]

VARIANT, DAY, EXPOSED = "variant", "day", "exposed"
CSAT_TOP, NKI_TOP = 1.0, 100.0


@dataclass(frozen=True, slots=True)
class MetricColumns:
    """Columns of one metric among those that are read.

    ``outcome`` alone, or over ``denominator``; ``uncapped`` is the outcome before the cap.
    ``is_counted`` tells metrics that need a table of values (ranks).
    """

    metric: MetricModel
    outcome: str
    denominator: str | None
    uncapped: str | None
    covariates: tuple[str, ...]

    @property
    def outcomes(self) -> list[str]:
        """Return the columns a unit must have to count."""
        return [self.outcome] if self.denominator is None else [self.outcome, self.denominator]


@dataclass(frozen=True, eq=False)
class Layout:
    """What one pass reads: SQL of columns and keys, products, and each metric's columns."""

    columns: dict[str, str]
    keys: dict[str, str]
    pairs: tuple[tuple[str, str], ...]
    cubes: tuple[str, ...]
    ranged: tuple[str, ...]
    metrics: dict[str, MetricColumns]

    def stage(self, name: str) -> str:
        """Return the key that says whether a unit reached a stage."""
        return f"stage {name}"


def layout_of(plan: Plan, source: Source, caps: dict[str, float]) -> Layout:
    """Return what the plan's metrics need from the data.

    Parameters
    ----------
    caps
        Value of each cap by metric, found over all units whatever their variant.

    Raises
    ------
    DataError
        If a column of the plan is not in the data.
    """
    model = plan.model
    columns: dict[str, str] = {}
    metrics: dict[str, MetricColumns] = {}
    pairs: set[tuple[str, str]] = set()
    for metric in plan.metrics:
        found = _metric_columns(plan, metric, source, caps, columns)
        metrics[metric.name] = found
        pairs |= _pairs(found)
    means = tuple(
        found.outcome
        for found in metrics.values()
        if found.metric.kind == "mean" and found.denominator is None
    )
    shares = tuple(found.outcome for found in metrics.values() if found.metric.kind == "proportion")
    keys = {VARIANT: _required(source, model.variant, "the variant")}
    if model.assigned:
        source.require(model.assigned, "the day of assignment")
        keys[DAY] = f"TRY_CAST({quoted(model.assigned)} AS DATE)"
    for column in dict.fromkeys((*model.segments, *model.strata)):
        keys[column] = _required(source, column, "a segment")
    for name, column in model.stages.items():
        source.require(column, f"the stage '{name}'")
        keys[f"stage {name}"] = _flag(source, column)
    if model.exposure:
        source.require(model.exposure, "the exposure")
        keys[EXPOSED] = _flag(source, model.exposure)
    return Layout(columns, keys, tuple(sorted(pairs)), means, shares, metrics)


def _required(source: Source, column: str, what: str) -> str:
    source.require(column, what)
    return quoted(column)


def _flag(source: Source, column: str) -> str:
    """Return SQL of "1" where a 0/1 column is 1, else "0"."""
    return f"CASE WHEN {source.number(column)} = 1 THEN '1' ELSE '0' END"


def _pairs(found: MetricColumns) -> set[tuple[str, str]]:
    names = [*found.outcomes, *found.covariates]
    pairs = {(names[i], names[j]) for i in range(len(names)) for j in range(i + 1, len(names))}
    if found.uncapped:
        pairs |= {(found.uncapped, name) for name in found.covariates}
    return pairs


def _metric_columns(
    plan: Plan, metric: MetricModel, source: Source, caps: dict[str, float], columns: dict[str, str]
) -> MetricColumns:
    """Add a metric's columns to those that are read, and return their names."""
    base = ""
    if metric.base != "assigned":
        base = f"{source.number(plan.model.stages[metric.base])} = 1"
    names = plan.model.covariates if metric.covariates is None else metric.covariates
    covariates: list[str] = []
    if metric.kind not in {"ordinal", "quantile"} and plan.model.adjustment != "none":
        for name in names:
            source.require(name, "a covariate")
            columns[f"x {name}"] = source.number(name)
            covariates.append(f"x {name}")
    denominator = uncapped = None
    if metric.kind == "ratio":
        top, below = str(metric.numerator), str(metric.denominator)
        source.require(top, f"numerator of '{metric.name}'")
        source.require(below, f"denominator of '{metric.name}'")
        outcome = _column(columns, f"m {metric.name}", _within(base, source.number(top)))
        denominator = _column(columns, f"d {metric.name}", _within(base, source.number(below)))
        return MetricColumns(metric, outcome, denominator, None, tuple(covariates))
    value = _within(base, value_sql(metric, source))
    if metric.name in caps:
        uncapped = _column(columns, f"u {metric.name}", value)
        cap = repr(caps[metric.name])
        value = f"CASE WHEN {value} > {cap} THEN {cap} ELSE {value} END"
    if metric.weight:
        source.require(metric.weight, f"weight of '{metric.name}'")
        weight = source.number(metric.weight)
        counted = f"CASE WHEN {value} IS NOT NULL THEN {weight} END"
        denominator = _column(columns, f"d {metric.name}", counted)
        value = f"({value}) * {weight}"
    outcome = _column(columns, f"m {metric.name}", value)
    return MetricColumns(metric, outcome, denominator, uncapped, tuple(covariates))


def _column(columns: dict[str, str], name: str, sql: str) -> str:
    """Add a column, unless a metric already has the same one; return the name to use."""
    for known, other in columns.items():
        if other == sql and known.startswith(("m ", "d ", "u ")):
            return known
    columns[name] = sql
    return name


def _within(base: str, sql: str) -> str:
    return f"CASE WHEN {base} THEN {sql} END" if base else sql


def value_sql(metric: MetricModel, source: Source) -> str:
    """Return SQL of one unit's value in the metric's units; answers out of scale are missing."""
    if metric.kind == "nki":
        return _index_sql(metric, source)
    source.require(metric.source, f"metric '{metric.name}'")
    number = source.number(metric.source)
    if metric.kind == "nps":
        score = f"CASE WHEN {number} >= 9 THEN 100.0 WHEN {number} >= 7 THEN 0.0 ELSE -100.0 END"
        return f"CASE WHEN {on_scale(number, (0, 10))} THEN {score} END"
    if metric.kind == "csat":
        tops = ", ".join(str(answer) for answer in metric.top)
        scale = metric.scale or (float("-inf"), float("inf"))
        return f"CASE WHEN {on_scale(number, scale)} THEN CAST({number} IN ({tops}) AS DOUBLE) END"
    if metric.scale is not None:
        return f"CASE WHEN {on_scale(number, metric.scale, whole=False)} THEN {number} END"
    return number


def on_scale(number: str, scale: tuple[float, float], *, whole: bool = True) -> str:
    """Return SQL that tells whether an answer is one of the scale."""
    low, high = scale
    parts = [f"{number} >= {low!r}"] if low > float("-inf") else []
    parts += [f"{number} <= {high!r}"] if high < float("inf") else []
    parts += [f"{number} = floor({number})"] if whole else []
    return " AND ".join(parts) or f"{number} IS NOT NULL"


def _index_sql(metric: MetricModel, source: Source) -> str:
    """Return SQL of the mean of items, 0 to 100, over the items that were answered."""
    assert metric.scale is not None  # noqa: S101 - the plan's own check
    low, high = metric.scale
    answers: list[str] = []
    for item in metric.items:
        source.require(item, f"item of '{metric.name}'")
        number = source.number(item)
        answers.append(f"CASE WHEN {on_scale(number, metric.scale)} THEN {number} END")
    total = " + ".join(f"coalesce({answer}, 0)" for answer in answers)
    count = " + ".join(f"CAST({answer} IS NOT NULL AS INTEGER)" for answer in answers)
    mean = f"(({total}) / nullif({count}, 0) - {low!r}) * {NKI_TOP / (high - low)!r}"
    return f"CASE WHEN {count} >= {metric.min_items} THEN {mean} END"


def taking_part(plan: Plan, source: Source) -> Source:
    """Return the rows that the plan's filter lets take part."""
    for condition in plan.model.filter:
        source.require(condition.column, "a filter")
        source = source.restricted(filter_sql(condition, source))
    return source


def filter_sql(condition: FilterModel, source: Source) -> str:
    """Return SQL of a filter; a missing value takes no part."""
    text, number = source.text(condition.column), source.number(condition.column)
    parts: list[str] = []
    if condition.values:
        parts.append(f"{text} IN ({', '.join(literal(value) for value in condition.values)})")
    if condition.not_values:
        values = ", ".join(literal(value) for value in condition.not_values)
        parts.append(f"{text} IS NOT NULL AND {text} NOT IN ({values})")
    if condition.at_least is not None:
        parts.append(f"{number} >= {condition.at_least!r}")
    if condition.at_most is not None:
        parts.append(f"{number} <= {condition.at_most!r}")
    return " AND ".join(parts)


def check_numbers(plan: Plan, source: Source, layout: Layout) -> None:
    """Refuse text where the plan needs numbers: values that are there but are none.

    Raises
    ------
    DataError
        Names the column and how many rows hold something else; never what they hold.
    """
    model = plan.model
    names = {metric.source for metric in plan.metrics if metric.kind not in {"nki", "ratio"}}
    names |= {item for metric in plan.metrics for item in metric.items}
    for metric in plan.metrics:
        names |= {name for name in (metric.numerator, metric.denominator, metric.weight) if name}
    names |= {name.removeprefix("x ") for name in layout.columns if name.startswith("x ")}
    names |= set(model.stages.values()) | ({model.exposure} if model.exposure else set())
    for name in sorted(names & set(source.types)):
        if source.is_text(name):
            filled = f"nullif(trim(CAST({quoted(name)} AS VARCHAR)), '') IS NOT NULL"
            wrong_rows = f"count(*) FILTER ({filled} AND {source.number(name)} IS NULL)"
            sql = f"SELECT {wrong_rows} FROM {{data}}"  # noqa: S608 - quoted names
            wrong = int(source.rows(sql)[0][0])
            if wrong:
                raise DataError(
                    f"Column '{name}' must hold numbers; {wrong} rows hold something else. "
                    "Recode the column, or leave those cells empty."
                )
