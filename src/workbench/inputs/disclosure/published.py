"""The audit: put all published tables side by side and try to compute what they hide.

The run calls it over every table of a report, and over the reports of a run together::

    tables = [*published_tables(by_channel, fixed={"market": "SE", "wave": "2026-06"}, name="nps"),
              *published_tables(by_market, fixed={"wave": "2026-06"}, name="nps by market")]
    findings = audit(tables, floor=7)      # empty: nothing can be recovered
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.inputs.disclosure.hiding import FLOOR, checked_floor, tag_bounds
from workbench.inputs.disclosure.lattice import Cell, cell_of
from workbench.inputs.disclosure.system import CellSystem, Sum, recovered_cells
from workbench.inputs.segments import group_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workbench.results import Result

__all__ = ["PublishedRows", "PublishedTable", "audit", "published_tables"]


@dataclass(frozen=True, kw_only=True)
class PublishedRows:
    """The rows of a table, side by side.

    Parameters
    ----------
    groups
        Column -> value's name, for each row.
    n
        How many answers; None where they are hidden.
    suppressed
        Why they are hidden; empty where they are not.
    """

    groups: tuple[Mapping[str, str | None], ...]
    n: tuple[float | None, ...]
    suppressed: tuple[str, ...]

    def at(self, places: Sequence[int]) -> PublishedRows:
        """Return some of the rows."""
        return PublishedRows(
            groups=tuple(self.groups[place] for place in places),
            n=tuple(self.n[place] for place in places),
            suppressed=tuple(self.suppressed[place] for place in places),
        )


@dataclass(frozen=True, eq=False)
class PublishedTable:
    """One table as a reader sees it: which groups its rows are, and how many answers each has.

    Parameters
    ----------
    name
        What the finding calls it.
    measure
        What is counted. Tables of the same measure are put side by side.
    rows
        A table lists every group that has answers.
    fixed
        The filter the table was made under: column -> value.
    """

    name: str
    measure: str
    rows: PublishedRows
    fixed: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


def published_tables(
    result: Result,
    *,
    fixed: Mapping[str, object] | None = None,
    name: str = "",
    table: str = "table",
    measure: str | None = None,
) -> list[PublishedTable]:
    """Read a result's table for the audit.

    Parameters
    ----------
    result
        Any record whose table has ``segment`` (or the record's ``segment_column``), a count (the
        first of ``counts`` in its spec) and ``suppressed``, and that says in ``by`` which columns
        split it. A key column ``wave`` splits as well; other key columns (a driver, an item) make a
        measure of their own. A record without these, or a table whose ``counts`` are empty, gives
        an empty list.
    fixed
        Filters the data were read under, such as ``{"market": "SE", "wave": "2026-06"}``.
    name
        What a finding calls the table; default: the result's kind.
    table
        Which of the record's tables.
    measure
        Name under which tables of the same answers are put side by side; default: the record's.
    """
    frame, spec = result.tables.get(table), result.specs.get(table)
    segment = str(getattr(result, "segment_column", "segment"))
    if frame is None or spec is None or not spec.counts:
        return []
    count = spec.counts[0]
    if not {segment, count, "suppressed"} <= set(frame.columns):
        return []
    by = tuple(str(column) for column in getattr(result, "by", ()))
    measured = measure or str(getattr(result, "measure", result.kind))
    filters = {column: group_name(value) for column, value in (fixed or {}).items()}
    split_columns = by if len(by) > 1 else (segment,) if by else ()
    keys = [key for key in spec.key if key != segment]
    if "wave" in keys and "wave" not in by:
        by, split_columns = (*by, "wave"), (*split_columns, "wave")
    extra = [key for key in keys if key not in split_columns]
    rows = _published_rows(frame, dict(zip(by, split_columns, strict=True)), count)
    if not extra:
        return [PublishedTable(name or result.kind, measured, rows, filters)]
    return [
        PublishedTable(name or result.kind, f"{measured} {part}", rows.at(places), filters)
        for part, places in _places(frame, extra).items()
    ]


def _places(frame: pd.DataFrame, columns: list[str]) -> dict[str, list[int]]:
    """Return where the rows of each combination of values are, in the order they first occur."""
    found: dict[str, list[int]] = {}
    values = zip(*(frame[column].tolist() for column in columns), strict=True)
    for place, combination in enumerate(values):
        found.setdefault(str(combination), []).append(place)
    return found


def _published_rows(rows: pd.DataFrame, split: Mapping[str, str], count: str) -> PublishedRows:
    """Return what a reader sees of each row; a group without answers counts none and hides none."""
    n = rows[count].to_numpy(dtype=float, na_value=np.nan)
    tags = rows["suppressed"]
    shown = tags.isna().to_numpy()
    if "reason" in rows:
        empty = rows["reason"].eq("NO_ANSWERS").to_numpy(dtype=bool) & np.isnan(n)
        n, shown = np.where(empty, 0.0, n), shown | empty
    names = [[group_name(value) for value in rows[column].tolist()] for column in split.values()]
    return PublishedRows(
        groups=tuple(dict(zip(split, row, strict=True)) for row in zip(*names, strict=True))
        if names
        else ({},) * len(rows),
        n=tuple(None if math.isnan(answers) else answers for answers in n.tolist()),
        suppressed=tuple(
            "" if is_shown else str(tag)
            for tag, is_shown in zip(tags.tolist(), shown.tolist(), strict=True)
        ),
    )


def audit(tables: Iterable[PublishedTable], *, floor: int = FLOOR) -> pd.DataFrame:
    """Add, subtract and bound all tables together; list what they give away.

    Parameters
    ----------
    tables
        Every table that is published together, over all reports of a run.
    floor
        Fewest answers shown.

    Returns
    -------
    DataFrame
        A row per finding: ``measure``, ``cell`` (JSON of column -> value), ``kind`` and ``tables``.
        ``kind`` is ``shown`` (published with fewer answers than the floor), ``contradiction``
        (hidden in one table, published in another), ``recovered`` (sums, differences and bounds
        leave one count) or ``remainder`` (what is hidden of a sum has fewer answers than the
        floor). Empty when nothing is given away.

    Examples
    --------
    >>> rows = PublishedRows(groups=({"m": "SE"}, {"m": "NO"}), n=(20, None),
    ...                      suppressed=("", "floor"))
    >>> total = PublishedRows(groups=({},), n=(23,), suppressed=("",))
    >>> audit([PublishedTable("by m", "nps", rows), PublishedTable("total", "nps", total)])
      measure         cell       kind tables
    0     nps  {"m": "NO"}  recovered   by m
    1     nps           {}  remainder  total
    """
    floor = checked_floor(floor)
    by_measure: dict[str, list[PublishedTable]] = {}
    for table in tables:
        by_measure.setdefault(table.measure, []).append(table)
    findings = [
        finding
        for measure, listed in by_measure.items()
        for finding in _Audit(measure, listed, floor).findings()
    ]
    return pd.DataFrame(findings, columns=["measure", "cell", "kind", "tables"]).astype(
        {"measure": "str", "cell": "str", "kind": "str", "tables": "str"}
    )


class _Audit:
    """One measure's cells over all tables, what is known of each, and the sums that tie them."""

    def __init__(self, measure: str, tables: Sequence[PublishedTable], floor: int) -> None:
        self.measure, self.tables, self.floor = measure, tables, floor
        self.index: dict[Cell, int] = {}
        self.known: dict[int, float] = {}
        self.tags: dict[int, str] = {}
        self.seen_in: dict[int, set[str]] = {}
        self.contradictions: set[int] = set()
        self.sums: dict[tuple[int, str], Sum] = {}
        for table in tables:
            self._read(table)
        for table in tables:
            self._add_margins(table)
        self._add_filters()

    def _number(self, cell: Cell) -> int:
        return self.index.setdefault(cell, len(self.index))

    def _read(self, table: PublishedTable) -> None:
        rows = table.rows
        for values, n, tag in zip(rows.groups, rows.n, rows.suppressed, strict=True):
            cell = self._number(cell_of({**table.fixed, **values}))
            self.seen_in.setdefault(cell, set()).add(table.name)
            if tag:
                self.tags[cell] = tag
            elif n is not None:
                self.known[cell] = float(n)
            if cell in self.tags and cell in self.known:
                self.contradictions.add(cell)

    def _add_margins(self, table: PublishedTable) -> None:
        """Tie each margin of one table to its rows; a table lists every group, so others are 0."""
        listed = [{**table.fixed, **values} for values in table.rows.groups]
        split = [column for column in (listed[0] if listed else {}) if column not in table.fixed]
        for size in range(len(split)):
            for kept in combinations(split, size):
                for column in split:
                    if column in kept:
                        continue
                    children: dict[Cell, set[Cell]] = {}
                    names = {*table.fixed, *kept}
                    for values in listed:
                        parent = cell_of({c: v for c, v in values.items() if c in names})
                        child = cell_of(
                            {c: v for c, v in values.items() if c in names or c == column}
                        )
                        children.setdefault(parent, set()).add(child)
                    for parent, cells in children.items():
                        self._add_sum(parent, column, cells)

    def _add_filters(self) -> None:
        """Tie a cell to the same cell under each value of a filter, as reports together show it."""
        values = self._values_of_columns()
        for cell in list(self.index):
            for column, value in cell:
                parent = cell - {(column, value)}
                if parent in self.index and (self.index[parent], column) not in self.sums:
                    listed = next(
                        (names for scope, names in values.get(column, []) if scope <= parent), None
                    )
                    if listed is not None:
                        self._add_sum(parent, column, {parent | {(column, v)} for v in listed})

    def _values_of_columns(self) -> dict[str, list[tuple[Cell, set[str | None]]]]:
        """Return, for each column, the filters under which a table lists its values, and these."""
        found: dict[str, list[tuple[Cell, set[str | None]]]] = {}
        for table in self.tables:
            scope = cell_of(table.fixed)
            listed: dict[str, set[str | None]] = {}
            for values in table.rows.groups:
                for column, value in values.items():
                    listed.setdefault(column, set()).add(value)
            for column, names in listed.items():
                found.setdefault(column, []).append((scope, names))
        return found

    def _add_sum(self, parent: Cell, column: str, children: Iterable[Cell]) -> None:
        numbers = tuple(sorted(self._number(child) for child in children))
        self.sums[self._number(parent), column] = Sum(self._number(parent), numbers)

    def _system(self) -> CellSystem:
        lower, upper = np.zeros(len(self.index)), np.full(len(self.index), np.inf)
        for cell, tag in self.tags.items():
            lower[cell], upper[cell] = tag_bounds(tag, self.floor)
        for cell, n in self.known.items():
            lower[cell] = upper[cell] = n
        return CellSystem(lower, upper, list(self.sums.values()))

    def findings(self) -> list[dict[str, str]]:
        """Return one row per cell that is given away."""
        found: dict[int, str] = {}
        for cell, n in self.known.items():
            if 0 < n < self.floor:
                found[cell] = "shown"
        for cell in self.contradictions:
            found.setdefault(cell, "contradiction")
        hidden = np.zeros(len(self.index), bool)
        hidden[[cell for cell in self.tags if cell not in self.known]] = True
        for cell in recovered_cells(self._system(), hidden):
            found.setdefault(cell, "recovered")
        for equation in self.sums.values():
            if self._remainder_is_small(equation):
                found.setdefault(equation.parent, "remainder")
        names = {number: cell for cell, number in self.index.items()}
        return [self._finding(names[cell], cell, kind) for cell, kind in sorted(found.items())]

    def _remainder_is_small(self, equation: Sum) -> bool:
        unknown = [cell for cell in equation.children if cell not in self.known]
        if equation.parent not in self.known or not unknown:
            return False
        if not all(cell in self.tags for cell in unknown):
            return False
        shown = sum(self.known[cell] for cell in equation.children if cell in self.known)
        return 0 < self.known[equation.parent] - shown < self.floor

    def _finding(self, cell: Cell, number: int, kind: str) -> dict[str, str]:
        return {
            "measure": self.measure,
            "cell": json.dumps(dict(sorted(cell)), ensure_ascii=False, sort_keys=True),
            "kind": kind,
            "tables": ", ".join(sorted(self.seen_in.get(number, ()))),
        }
