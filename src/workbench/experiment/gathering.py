"""What the data of a trial hold, read once: units, cells, variants, where the trial stands."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from workbench.errors import DataError, PlanError, near_match
from workbench.experiment.cells import gather_cells
from workbench.experiment.layout import (
    DAY,
    check_numbers,
    layout_of,
    taking_part,
    value_sql,
)
from workbench.experiment.order_statistics import order_statistics
from workbench.experiment.progress import Progress, progress_of
from workbench.experiment.sample_ratio import SampleRatio, sample_ratio
from workbench.experiment.source import open_source
from workbench.experiment.split import planned_shares, variant_counts
from workbench.experiment.units import UnitFacts, count_units, in_plan, without_crossing
from workbench.results.trial import Trial

if TYPE_CHECKING:
    from workbench.experiment.cells import Cells
    from workbench.experiment.layout import Layout
    from workbench.experiment.plan import Plan
    from workbench.experiment.source import Source

__all__ = ["Gathered", "gather"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Gathered:
    """A trial's data as the plan sees them.

    ``assigned`` are all units, ``cells`` those of one variant only; ``unknown`` counts units in
    variants that the plan does not name.
    """

    plan: Plan
    trial: Trial
    source: Source
    layout: Layout
    cells: Cells
    facts: UnitFacts
    treatments: tuple[str, ...]
    counts: dict[str, int]
    unknown: dict[str, int]
    shares: dict[str, float]
    ratio: SampleRatio
    progress: Progress
    data_sha256: str | None

    @property
    def variants(self) -> tuple[str, ...]:
        """Return the control and the treatments."""
        return (self.plan.model.control, *self.treatments)


def gather(data: object, plan: Plan, *, as_of: dt.date | None = None) -> Gathered:
    """Read the data of a trial; a file that this plan has read, and that is the same, only once.

    Raises
    ------
    DataError
        If a column is missing or holds no numbers, or the control has no units.
    PlanError
        If the plan has no primary metric.
    """
    if not plan.of_role("primary"):
        raise PlanError(
            f"Experiment '{plan.name}' has no primary metric: nothing could decide. Give one "
            'metric role = "primary".'
        )
    path = Path(data) if isinstance(data, str | Path) else None
    sha256 = _hash(path)
    if path is None or sha256 is None:
        return _gathered(data, plan, as_of, None)
    key = (path, sha256, as_of)
    if key not in plan.gathered:
        plan.gathered.clear()
        plan.gathered[key] = _gathered(path, plan, as_of, sha256)
    return plan.gathered[key]


def _gathered(data: object, plan: Plan, as_of: dt.date | None, sha256: str | None) -> Gathered:
    source = taking_part(plan, open_source(data))
    facts = count_units(plan, source)
    found = _variants(plan, source)
    treatments, unknown = _split_variants(plan, found)
    variants = (plan.model.control, *treatments)
    source = in_plan(plan, source, variants)
    if facts.crossing:
        source = without_crossing(plan, source, facts)
    layout = layout_of(plan, source, {})
    check_numbers(plan, source, layout)
    caps = _caps(plan, source)
    layout = layout_of(plan, source, caps)
    cells = gather_cells(
        source,
        layout.columns,
        layout.keys,
        layout.pairs,
        cubes=layout.cubes,
        ranged=layout.ranged,
    )
    _check_shares(plan, cells, layout)
    counts = variant_counts(cells, variants)
    shares = planned_shares(plan, variants)
    day = _as_of(plan, cells, as_of)
    return Gathered(
        plan=plan,
        trial=_trial(plan, treatments, day),
        source=source,
        layout=layout,
        cells=cells,
        facts=facts,
        treatments=treatments,
        counts=counts,
        unknown=unknown,
        shares=shares,
        ratio=sample_ratio(counts, shares),
        progress=progress_of(plan, sum(counts.values()), day),
        data_sha256=sha256,
    )


def _variants(plan: Plan, source: Source) -> dict[str, int]:
    """Return rows by variant, as the data name them."""
    text = source.text(plan.model.variant)
    rows = source.rows(
        f"SELECT {text} AS v, count(*) FROM {{data}} WHERE v IS NOT NULL GROUP BY 1 ORDER BY 1"  # noqa: S608 - quoted names
    )
    if len(rows) > 50:
        raise DataError(
            f"Column '{plan.model.variant}' has {len(rows)} values; a variant has few. Name the "
            "column that says what a unit was assigned to."
        )
    return {str(value): int(n) for value, n in rows}


def _split_variants(plan: Plan, found: dict[str, int]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the treatments to compare, and units in variants that the plan does not name."""
    model = plan.model
    if model.control not in found:
        hint = near_match(model.control, found)
        raise DataError(
            f"No unit is in the control '{model.control}'; column '{model.variant}' has "
            f"{len(found)} variants.{hint}"
        )
    planned = [v for v, share in model.variants.items() if share > 0] or list(found)
    treatments = tuple(v for v in planned if v != model.control and v in found)
    known = set(model.variants) or set(found)
    unknown = {variant: n for variant, n in found.items() if variant not in known}
    if not treatments:
        raise DataError(
            f"Only the control '{model.control}' has units: there is nothing to compare it with."
        )
    return treatments, unknown


def _caps(plan: Plan, source: Source) -> dict[str, float]:
    """Return the caps: numbers of the plan, or quantiles over all units whatever their variant."""
    caps = {metric.name: metric.cap for metric in plan.metrics if metric.cap is not None}
    for metric in plan.metrics:
        if metric.cap_quantile is not None:
            value = value_sql(metric, source)
            n = int(source.rows(f"SELECT count(*) FROM {{data}} WHERE isfinite({value})")[0][0])  # noqa: S608
            if n:
                rank = max(0, math.ceil(n * metric.cap_quantile) - 1)
                caps[metric.name] = order_statistics(source, value, [rank])[0]
    return caps


def _check_shares(plan: Plan, cells: Cells, layout: Layout) -> None:
    """Refuse a proportion that is not 0 or 1 for every unit."""
    for metric in plan.metrics:
        if metric.kind != "proportion" or metric.weight:
            continue
        name = layout.metrics[metric.name].outcome
        lowest, highest = cells.lowest[name], cells.highest[name]
        known = ~np.isnan(lowest)
        moments = cells.moments([name])
        mean = moments.mean(name)
        square = moments.variance(name) * (moments.n - 1) / moments.n if moments.n > 1 else 0.0
        outside = bool(np.any(lowest[known] < 0) or np.any(highest[known] > 1))
        between = abs(square - mean * (1 - mean)) > 1e-9 if moments.n > 1 else False
        if outside or between:
            raise DataError(
                f"Metric '{metric.name}' is a proportion: column '{metric.source}' must be 0 or 1 "
                'for every unit, and is not. Recode it, or give the metric kind = "mean".'
            )


def _as_of(plan: Plan, cells: Cells, as_of: dt.date | None) -> dt.date | None:
    """Return the day of the data: told, in the plan, or the last assignment."""
    if as_of is not None or plan.model.drawn is not None:
        return as_of or plan.model.drawn
    days = [day for day in cells.keys.get(DAY, np.zeros(0)) if isinstance(day, dt.date)]
    return max(days) if days else None


def _hash(path: Path | None) -> str | None:
    """Return the hash of a file; None without one."""
    if path is None or not path.is_file():
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _trial(plan: Plan, treatments: tuple[str, ...], as_of: dt.date | None) -> Trial:
    model = plan.model
    labels = {variant: plan.label(variant) for variant in (model.control, *treatments)}
    metrics = plan.metrics
    labels |= {f"metric:{m.name}": m.label for m in metrics if m.label}
    labels |= {f"unit:{m.name}": m.unit for m in metrics if m.unit}
    columns = model.columns
    labels |= {f"column:{name}": c.label for name, c in columns.items() if c.label}
    labels |= {
        f"value:{name}:{value}": label
        for name, column in columns.items()
        for value, label in column.values.items()
    }
    if model.unit in columns and columns[model.unit].label:
        labels["units"] = columns[model.unit].label
    dates = {name: cast("dt.date | None", getattr(model, name))
             for name in ("written", "starts", "last_assignment", "ends")}  # fmt: skip
    return Trial(
        name=plan.name,
        title=plan.title,
        question=plan.question,
        owner=plan.owner,
        control=model.control,
        treatments=treatments,
        labels=labels,
        kinds={m.name: m.kind for m in metrics},
        directions={m.name: m.direction for m in metrics},
        roles={m.name: m.role for m in metrics},
        practical={m.name: m.practical for m in metrics if m.practical is not None},
        margins={m.name: m.margin for m in metrics if m.margin is not None},
        confidence=1 - model.alpha,
        dates=dates | {"as_of": as_of},
    )
