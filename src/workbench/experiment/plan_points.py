"""Fifteen points where a trial drifts from its plan, each compared and listed.

What was registered before the start is compared with the plan as it reads now, and the plan with
what the data show. Values are printed as the plan holds them, so that both languages read the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from workbench.experiment.plan import Plan
    from workbench.experiment.progress import Progress

__all__ = ["POINTS", "Happened", "Point", "plan_points"]

POINTS = (
    "metric",
    "margin",
    "alpha",
    "dates",
    "arms",
    "filter",
    "cap",
    "covariate",
    "unit",
    "early_stop",
    "late_extension",
    "dropped_arm",
    "added_segment",
    "exposure",
    "rerun",
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the plan: kept or not, or None where nothing can be compared."""

    name: str
    kept: bool | None
    planned: str = ""
    happened: str = ""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What the data and the log show.

    Parameters
    ----------
    counts
        Units by variant, unknown variants included.
    first_day, last_day, late_units
        Of assignment; units assigned after the planned last day.
    surplus_rows
        Rows beyond one per unit.
    progress
        Where the trial stands.
    earlier
        Names or dates of earlier final readings of the same experiment on other data.
    """

    counts: Mapping[str, int]
    progress: Progress
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    late_units: int = 0
    surplus_rows: int = 0
    earlier: tuple[str, ...] = field(default=())
    concluded: bool = False


def plan_points(plan: Plan, registered: dict[str, Any] | None, happened: Happened) -> list[Point]:
    """Return all fifteen points in order.

    Parameters
    ----------
    registered
        Content of the registered plan; None when there is none, and then changes of the plan
        itself cannot be seen.
    """
    before = None if registered is None else cast("dict[str, Any]", registered["plan"])
    now = plan.canonical
    return [_CHECKS[name](name, before, now, plan, happened) for name in POINTS]


_Check = "Callable[[str, dict[str, Any] | None, dict[str, Any], Plan, Happened], Point]"


def _said(value: Any) -> str:
    """Write a value of the plan for the eye, the same in every language."""
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return ", ".join(f"{key}: {_said(part)}" for key, part in sorted(table.items()))
    if isinstance(value, list):
        return "; ".join(_said(part) for part in cast("list[Any]", value))
    return "–" if value is None else str(value)


def _changed(name: str, before: Any, now: Any) -> Point:
    if before == now:
        return Point(name, True)
    return Point(name, False, _said(before), _said(now))


def _of_metrics(plan: dict[str, Any], keys: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    metrics = cast("list[dict[str, Any]]", plan.get("metrics", []))
    found = {m["name"]: {key: m[key] for key in keys if key in m} for m in metrics}
    return {name: values for name, values in found.items() if values}


def _only(plan: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: plan[key] for key in keys if key in plan}


_METRIC_KEYS = (
    "name", "kind", "role", "column", "numerator", "denominator", "items", "scale", "min_items",
    "top", "quantile", "direction", "weight", "survey",
)  # fmt: skip


def _differs(
    before: dict[str, Any], now: dict[str, Any], part: Callable[[dict[str, Any]], dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two sides, without what is the same in both."""
    old, new = part(before), part(now)
    same = {key for key in old.keys() & new.keys() if old[key] == new[key]}
    return (
        {key: value for key, value in old.items() if key not in same},
        {key: value for key, value in new.items() if key not in same},
    )


def _plan_change(part: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a check of one part of the plan against the registered one."""

    def check(
        name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
    ) -> Point:
        del plan, seen
        if before is None:
            return Point(name, None)
        return _changed(name, *_differs(before, now, part))

    return check


def _dates(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    keys = ("starts", "last_assignment", "ends")
    if before is not None:
        old, new = _differs(before, now, lambda table: _only(table, keys))
        if old != new:
            return _changed(name, old, new)
    starts, first = plan.model.starts, seen.first_day
    if starts and first and first < starts:
        return Point(name, False, f"starts: {starts}", f"starts: {first}")
    known = before is not None or (starts is not None and first is not None)
    return Point(name, True if known else None)


def _arms(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    if before is not None:
        old, new = _differs(before, now, lambda table: _only(table, ("variant", "control")))
        shares = [_kept_variants(table, before, now) for table in (before, now)]
        if (old, shares[0]) != (new, shares[1]):
            return Point(name, False, _said(old | shares[0]), _said(new | shares[1]))
    planned = plan.model.variants
    unknown = sorted(set(seen.counts) - set(planned)) if planned else []
    if unknown:
        extra = ", ".join(f"{variant}: {seen.counts[variant]}" for variant in unknown)
        return Point(name, False, _said(dict(planned)), f"+ {extra}")
    return Point(name, True if before is not None or planned else None)


def _kept_variants(
    table: dict[str, Any], before: dict[str, Any], now: dict[str, Any]
) -> dict[str, Any]:
    """Return planned shares of the variants that both plans have, or that are new."""
    dropped = set(before.get("variants", {})) - set(now.get("variants", {}))
    variants = cast("dict[str, Any]", table.get("variants", {}))
    if dropped:
        return {}
    return variants


def _dropped(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    if before is not None:
        gone = sorted(set(before.get("variants", {})) - set(now.get("variants", {})))
        if gone:
            return Point(name, False, ", ".join(sorted(before["variants"])), f"- {', '.join(gone)}")
    planned = [variant for variant, share in plan.model.variants.items() if share > 0]
    empty = [variant for variant in planned if not seen.counts.get(variant)]
    if empty:
        return Point(name, False, ", ".join(planned), f"- {', '.join(empty)}")
    return Point(name, True if planned or before is not None else None)


def _unit(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    if before is not None:
        old, new = _differs(before, now, lambda table: _only(table, ("unit", "cluster")))
        if old != new:
            return _changed(name, old, new)
    if seen.surplus_rows:
        return Point(
            name, False, f"{plan.model.unit}: 1", f"{plan.model.unit}: +{seen.surplus_rows}"
        )
    return Point(name, True)


def _early(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    del before, now
    progress, model = seen.progress, plan.model
    if not (progress.final or seen.concluded) or (progress.look and not progress.final):
        return Point(name, True)
    if model.planned_n and progress.n < model.planned_n:
        return Point(name, False, f"n: {model.planned_n}", f"n: {progress.n}")
    if model.ends and progress.as_of and progress.as_of < model.ends:
        return Point(name, False, f"ends: {model.ends}", f"read: {progress.as_of}")
    return Point(name, True if model.planned_n or model.ends else None)


def _late(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    del before, now
    limit = plan.model.last_assignment or plan.model.ends
    if limit and seen.last_day and seen.last_day > limit:
        return Point(
            name, False, f"last_assignment: {limit}", f"{seen.last_day}: n {seen.late_units}"
        )
    return Point(name, True if limit and seen.last_day else None)


def _segments(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    del plan, seen
    if before is None:
        return Point(name, None)
    old, new = before.get("segments", []), now.get("segments", [])
    added = [segment for segment in new if segment not in old]
    return Point(name, False, _said(old), _said(new)) if added else Point(name, True)


def _rerun(
    name: str, before: dict[str, Any] | None, now: dict[str, Any], plan: Plan, seen: Happened
) -> Point:
    del before, now
    earlier = (*plan.model.reruns, *seen.earlier)
    return Point(name, False, "1", ", ".join(earlier)) if earlier else Point(name, True)


_CHECKS: dict[str, Any] = {
    "metric": _plan_change(lambda table: _of_metrics(table, _METRIC_KEYS)),
    "margin": _plan_change(lambda table: _of_metrics(table, ("margin", "margin_is", "practical"))),
    "alpha": _plan_change(lambda table: _only(table, ("alpha", "power", "looks"))),
    "dates": _dates,
    "arms": _arms,
    "filter": _plan_change(lambda table: _only(table, ("filter",))),
    "cap": _plan_change(lambda table: _of_metrics(table, ("cap", "cap_quantile"))),
    "covariate": _plan_change(
        lambda table: (
            _only(table, ("covariates", "strata", "adjustment"))
            | _of_metrics(table, ("covariates",))
        )
    ),
    "unit": _unit,
    "early_stop": _early,
    "late_extension": _late,
    "dropped_arm": _dropped,
    "added_segment": _segments,
    "exposure": _plan_change(
        lambda table: _only(table, ("exposure", "stages")) | _of_metrics(table, ("base",))
    ),
    "rerun": _rerun,
}
