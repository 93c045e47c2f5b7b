"""Who is in the data: units that come twice, units in two variants, rows without either."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.experiment.repeated_units import hash_batches, repeated_hashes
from workbench.experiment.source import literal, quoted

if TYPE_CHECKING:
    from workbench.experiment.plan import Plan
    from workbench.experiment.source import Source

__all__ = ["UnitFacts", "count_units", "without_crossing"]

UNITS_AT_ONCE = 250_000
MOST_REPEATED = 5_000


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """Counts of rows and units.

    ``duplicated`` units have several rows in one variant, ``surplus`` rows more than one each;
    ``crossing`` units have rows in two variants. Rows without a unit or a variant take no part.
    ``repeated`` are the hashes of units that may come more than once, where those are known.
    """

    rows: int
    units: int
    duplicated: int
    surplus: int
    crossing: int
    without_unit: int
    without_variant: int
    repeated: tuple[int, ...] | None = field(default=None, compare=False, repr=False)


def count_units(plan: Plan, source: Source) -> UnitFacts:
    """Count units exactly, in memory that does not grow with their number.

    Raises
    ------
    DataError
        If the unit's or the variant's column is not in the data.
    """
    model = plan.model
    source.require(model.unit, "the unit")
    source.require(model.variant, "the variant")
    unit, variant = quoted(model.unit), source.text(model.variant)
    rows, no_unit, no_variant, complete = source.rows(
        f"SELECT count(*), count(*) FILTER ({unit} IS NULL), "  # noqa: S608 - quoted names
        f"count(*) FILTER ({variant} IS NULL), "
        f"count(*) FILTER ({unit} IS NOT NULL AND {variant} IS NOT NULL) FROM {{data}}"
    )[0]
    units = source.restricted(f"{unit} IS NOT NULL AND {variant} IS NOT NULL")
    repeated = None if complete <= UNITS_AT_ONCE else _repeated(units, unit)
    counted = _in_parts(units, unit, quoted(model.variant), int(complete), repeated)
    return UnitFacts(int(rows), *counted, int(no_unit), int(no_variant), repeated)


def _repeated(source: Source, unit: str) -> tuple[int, ...] | None:
    """Return the hashes that come more than once; None when they are many."""
    stream = hash_batches(source.relation(f"SELECT hash({unit}) FROM {{data}}"))  # noqa: S608 - quoted names
    found = repeated_hashes(stream, most=MOST_REPEATED)
    return None if found is None else tuple(int(value) for value in found)


def _alike(unit: str, repeated: tuple[int, ...]) -> str:
    """Return SQL of the rows whose unit has one of these hashes."""
    return f"hash({unit}) IN ({', '.join(str(value) for value in repeated)})"


def _in_parts(
    source: Source, unit: str, variant: str, rows: int, repeated: tuple[int, ...] | None
) -> tuple[int, int, int, int]:
    """Return units, duplicated units, surplus rows and crossing units.

    Few rows are grouped at once. Of many, only units whose hash repeats are grouped; when those are
    many too, as much at a time as memory takes.
    """
    if rows <= UNITS_AT_ONCE:
        return _grouped(source, unit, variant)
    if repeated == ():
        return rows, 0, 0, 0
    if repeated is not None:
        suspects = source.restricted(_alike(unit, repeated))
        among = int(suspects.rows("SELECT count(*) FROM {data}")[0][0])
        units, *rest = _grouped(suspects, unit, variant)
        return rows - among + units, rest[0], rest[1], rest[2]
    passes = math.ceil(rows / UNITS_AT_ONCE)
    parts = [
        _grouped(source.restricted(f"hash({unit}) % {passes} = {number}"), unit, variant)
        for number in range(passes)
    ]
    units, duplicated, surplus, crossing = (sum(column) for column in zip(*parts, strict=True))
    return units, duplicated, surplus, crossing


def _grouped(source: Source, unit: str, variant: str) -> tuple[int, int, int, int]:
    """Count by one grouped query, which holds every unit in memory."""
    units, duplicated, surplus, crossing = source.rows(
        "SELECT count(*), count(*) FILTER (n > 1 AND low = high), "  # noqa: S608 - quoted names
        "coalesce(sum(n - 1) FILTER (low = high), 0), count(*) FILTER (low <> high) FROM "
        f"(SELECT count(*) AS n, min({variant}) AS low, max({variant}) AS high FROM {{data}} "
        f"GROUP BY {unit})"
    )[0]
    return int(units), int(duplicated), int(surplus), int(crossing)


def without_crossing(plan: Plan, source: Source, facts: UnitFacts) -> Source:
    """Return the rows of units that saw one variant only."""
    unit, variant = quoted(plan.model.unit), quoted(plan.model.variant)
    among = source.restricted(_alike(unit, facts.repeated)) if facts.repeated else source
    scope = f" WHERE {among.where}" if among.where else ""
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
