"""Who is in the data: units that come twice, units in two variants, rows without either."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.experiment.source import literal, quoted

if TYPE_CHECKING:
    from workbench.experiment.plan import Plan
    from workbench.experiment.source import Source

__all__ = ["UnitFacts", "count_units", "without_crossing"]

UNITS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """Counts of rows and units.

    ``duplicated`` units have several rows in one variant, ``surplus`` rows more than one each;
    ``crossing`` units have rows in two variants. Rows without a unit or a variant take no part.
    """

    rows: int
    units: int
    duplicated: int
    surplus: int
    crossing: int
    without_unit: int
    without_variant: int


def count_units(plan: Plan, source: Source) -> UnitFacts:
    """Count units exactly, in as many passes over the unit column as memory asks for.

    Raises
    ------
    DataError
        If the unit's or the variant's column is not in the data.
    """
    model = plan.model
    source.require(model.unit, "the unit")
    source.require(model.variant, "the variant")
    unit, variant = quoted(model.unit), source.text(model.variant)
    rows, no_unit, no_variant = source.rows(
        f"SELECT count(*), count(*) FILTER ({unit} IS NULL), "  # noqa: S608 - quoted names
        f"count(*) FILTER ({variant} IS NULL) FROM {{data}}"
    )[0]
    passes = max(1, math.ceil(int(rows) / UNITS_AT_ONCE))
    totals = [0, 0, 0, 0]
    for number in range(passes):
        part = f" AND hash({unit}) % {passes} = {number}" if passes > 1 else ""
        found = source.rows(
            "SELECT count(*), count(*) FILTER (n > 1 AND low = high), "  # noqa: S608 - quoted names
            "coalesce(sum(n - 1) FILTER (low = high), 0), count(*) FILTER (low <> high) FROM "
            f"(SELECT count(*) AS n, min(v) AS low, max(v) AS high FROM (SELECT {unit} AS u, "
            f"{quoted(model.variant)} AS v FROM {{data}} WHERE {unit} IS NOT NULL AND "
            f"{variant} IS NOT NULL{part}) GROUP BY u)"
        )[0]
        totals = [total + int(value) for total, value in zip(totals, found, strict=True)]
    units, duplicated, surplus, crossing = totals
    return UnitFacts(int(rows), units, duplicated, surplus, crossing, int(no_unit), int(no_variant))


def without_crossing(plan: Plan, source: Source) -> Source:
    """Return the rows of units that saw one variant only."""
    unit, variant = quoted(plan.model.unit), quoted(plan.model.variant)
    scope = f" WHERE {source.where}" if source.where else ""
    crossing = (
        f"SELECT {unit} FROM data{scope} GROUP BY {unit} "  # noqa: S608 - quoted names
        f"HAVING min({variant}) <> max({variant})"
    )
    return source.restricted(f"{unit} IS NOT NULL AND {unit} NOT IN ({crossing})")


def in_plan(plan: Plan, source: Source, variants: tuple[str, ...]) -> Source:
    """Return the rows whose variant is one of these and whose unit is known."""
    names = ", ".join(literal(variant) for variant in variants)
    condition = f"{source.text(plan.model.variant)} IN ({names})"
    return source.restricted(f"{condition} AND {quoted(plan.model.unit)} IS NOT NULL")
