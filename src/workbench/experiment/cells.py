"""One pass over the data: counts, sums and products per variant, day and segment.

Every later table (by segment, by day, without the first days, per protocol) is a merge of these
cells; the data are not read again. Columns count from a shift near their mean, and a cell also
knows which columns are missing in its rows, so n is always the number of valid values of the very
columns that are used, never the number of rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataError
from workbench.experiment.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.source import Source

__all__ = ["Cells", "Pair", "gather_cells", "key_text", "keys_of"]

MOST_COLUMNS = 60
MOST_CELLS = 500_000
SHIFT_ROWS = 20_000
LARGEST = 1e60
"""Numbers beyond this are no measurements: their powers would overflow. They count as missing."""
Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums per cell; a row of every array is a cell.

    ``keys`` holds one array per grouping column. ``pattern`` has a bit for each numeric column, set
    where its value is missing. ``infinite`` counts values that were no finite numbers, by column.
    """

    keys: dict[str, np.ndarray]
    names: tuple[str, ...]
    shift: np.ndarray
    pattern: np.ndarray
    n: np.ndarray
    sums: np.ndarray
    products: dict[Pair, np.ndarray]
    cubes: dict[str, np.ndarray]
    lowest: dict[str, np.ndarray]
    highest: dict[str, np.ndarray]
    infinite: dict[str, int]

    def where(self, **values: Any) -> np.ndarray:
        """Return which cells have these key values."""
        mask = np.ones(len(self.n), dtype=bool)
        for name, value in values.items():
            mask &= self.keys[name] == value
        return mask

    def subset(self, mask: np.ndarray) -> Cells:
        """Return some of the cells."""
        return Cells(
            {name: values[mask] for name, values in self.keys.items()},
            self.names,
            self.shift,
            self.pattern[mask],
            self.n[mask],
            self.sums[mask],
            {pair: values[mask] for pair, values in self.products.items()},
            {name: values[mask] for name, values in self.cubes.items()},
            {name: values[mask] for name, values in self.lowest.items()},
            {name: values[mask] for name, values in self.highest.items()},
            self.infinite,
        )

    def missing(self, name: str) -> np.ndarray:
        """Return in which cells a column is missing."""
        return (self.pattern >> self.names.index(name)) & 1 == 1

    def count(self, mask: np.ndarray | None = None) -> int:
        """Return units in the cells."""
        return int(self.n.sum() if mask is None else self.n[mask].sum())

    def n_valid(self, names: Sequence[str], mask: np.ndarray | None = None) -> int:
        """Return units with values in all of the columns."""
        valid = np.ones(len(self.n), dtype=bool) if mask is None else mask.copy()
        for name in names:
            valid &= ~self.missing(name)
        return int(self.n[valid].sum())

    def moments(
        self,
        outcomes: Sequence[str],
        covariates: Sequence[str] = (),
        *,
        mask: np.ndarray | None = None,
        fixed: dict[str, np.ndarray] | None = None,
    ) -> Moments:
        """Return the moments over units that have all outcomes.

        Parameters
        ----------
        outcomes
            Must be there for a unit to count.
        covariates
            May be missing: a missing one is set to the shift, the same for every variant. Add the
            indicator of :meth:`absence` to ``fixed``, and the value it is set to no longer matters.
        mask
            Cells to use; default all.
        fixed
            Further columns that are constant within a cell, such as dummies of a segment.
        """
        valid = np.ones(len(self.n), dtype=bool) if mask is None else mask.copy()
        for name in outcomes:
            valid &= ~self.missing(name)
        constant = {name: values[valid] for name, values in (fixed or {}).items()}
        return self._assembled([*outcomes, *covariates], constant, valid)

    def absence(self, covariates: Sequence[str]) -> dict[str, np.ndarray]:
        """Return an indicator per covariate that some unit lacks, constant within cells."""
        found = {f"{name}__missing": self.missing(name) for name in covariates}
        return {name: absent.astype(float) for name, absent in found.items() if absent.any()}

    def _assembled(
        self, columns: list[str], constant: dict[str, np.ndarray], valid: np.ndarray
    ) -> Moments:
        """Return moments of summed columns and of columns that are constant within a cell."""
        n, k = self.n[valid].astype(float), len(columns)
        size = k + len(constant)
        place = [self.names.index(name) for name in columns]
        sums = self.sums[valid][:, place]
        products = np.full((size, size), np.nan)
        for i, first in enumerate(columns):
            for j, second in enumerate(columns):
                stored = self.products.get((first, second), self.products.get((second, first)))
                if stored is not None:
                    products[i, j] = stored[valid].sum()
        values = list(constant.values())
        for i, value in enumerate(values):
            products[k + i, :k] = products[:k, k + i] = value @ sums
            for j, other in enumerate(values):
                products[k + i, k + j] = float((n * value) @ other)
        cubes = np.full(size, np.nan)
        for i, name in enumerate(columns):
            if name in self.cubes:
                cubes[i] = self.cubes[name][valid].sum()
        return Moments(
            (*columns, *constant),
            int(n.sum()),
            np.concatenate([self.shift[place], np.zeros(len(constant))]),
            np.concatenate([sums.sum(axis=0), [float(n @ value) for value in values]]),
            products,
            cubes,
        )


def gather_cells(
    source: Source,
    columns: dict[str, str],
    keys: dict[str, str],
    pairs: Sequence[Pair],
    *,
    cubes: Sequence[str] = (),
    ranged: Sequence[str] = (),
) -> Cells:
    """Read the data once and return the cells.

    Parameters
    ----------
    source
        Where the rows are.
    columns
        SQL of each numeric column by name.
    keys
        SQL of each grouping column by name.
    pairs
        Products that are needed; squares are always kept.
    cubes
        Columns whose third power is needed.
    ranged
        Columns whose lowest and highest value are needed.

    Raises
    ------
    DataError
        If there are too many columns, or so many cells that a segment cannot be one.
    """
    if len(columns) > MOST_COLUMNS:
        raise DataError(
            f"One experiment may use {MOST_COLUMNS} numeric columns at most; the plan uses "
            f"{len(columns)}. Move exploratory metrics to a plan of their own."
        )
    wanted = sorted({(a, b) for a, b in pairs} | {(name, name) for name in columns})
    shift = _shift(source, columns)
    found = _query(source, columns, keys, wanted, cubes, ranged, shift, guarded=False)
    if not _is_usable(found, columns, wanted, shift):
        found = _query(source, columns, keys, wanted, cubes, ranged, shift, guarded=True)
    cells = _as_cells(found, columns, keys, wanted, cubes, ranged, shift)
    better = _better_shift(cells)
    if better is not None:
        guarded = any(cells.infinite.values())
        found = _query(source, columns, keys, wanted, cubes, ranged, better, guarded=guarded)
        cells = _as_cells(found, columns, keys, wanted, cubes, ranged, better)
    return cells


def _shift(source: Source, columns: dict[str, str]) -> np.ndarray:
    """Return a rough mean of each column from some rows, the same for every variant."""
    if not columns:
        return np.zeros(0)
    averages = ", ".join(f"avg({_usable(sql)})" for sql in columns.values())
    row = source.rows(f"SELECT {averages} FROM (SELECT * FROM {{data}} LIMIT {SHIFT_ROWS})")[0]  # noqa: S608 - quoted names
    return np.array([0.0 if value is None else round(float(value), 6) for value in row])


def _query(
    source: Source,
    columns: dict[str, str],
    keys: dict[str, str],
    pairs: Sequence[Pair],
    cubes: Sequence[str],
    ranged: Sequence[str],
    shift: np.ndarray,
    *,
    guarded: bool,
) -> dict[str, Any]:
    """Run the one grouped query; ``guarded`` turns values that are not finite into missing ones."""
    number = {name: f"c{i}" for i, name in enumerate(columns)}
    inner = [f"{sql} AS k{i}" for i, sql in enumerate(keys.values())]
    bits: list[str] = []
    for i, sql in enumerate(columns.values()):
        value = _usable(sql) if guarded else sql
        inner.append(f"{value} - ({float(shift[i])!r}) AS v{i}")
        if guarded:
            inner.append(f"CAST(abs({sql}) >= {LARGEST!r} AND NOT isnan({sql}) AS INTEGER) AS w{i}")
        bits.append(f"CAST(v{i} IS NULL AS BIGINT) * {1 << i}")
    pattern = " + ".join(bits) or "0"
    middle = [f"k{i}" for i in range(len(keys))] + [f"{pattern} AS pattern"]
    middle += [f"coalesce(v{i}, 0.0) AS c{i}" for i in range(len(columns))]
    middle += [f"v{i}" for i, name in enumerate(columns) if name in ranged]
    middle += [f"w{i}" for i in range(len(columns))] if guarded else []
    outer = [f"k{i}" for i in range(len(keys))] + ["pattern", "count(*) AS n"]
    outer += [f"sum(c{i}) AS s{i}" for i in range(len(columns))]
    outer += [f"sum(w{i}) AS inf{i}" for i in range(len(columns)) if guarded]
    for i in (i for i, name in enumerate(columns) if name in ranged):
        outer += [f"min(v{i}) AS low{i}", f"max(v{i}) AS high{i}"]
    outer += [f"sum({number[a]} * {number[b]}) AS p{i}" for i, (a, b) in enumerate(pairs)]
    outer += [
        f"sum({number[name]} * {number[name]} * {number[name]}) AS t{i}"
        for i, name in enumerate(cubes)
    ]
    groups = ", ".join([*(f"k{i}" for i in range(len(keys))), "pattern"])
    return source.arrays(
        f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(middle)} FROM "  # noqa: S608 - quoted names
        f"(SELECT {', '.join(inner) or '1 AS one'} FROM {{data}})) GROUP BY {groups}"
    )


def _usable(sql: str) -> str:
    """Return SQL that turns what is no usable number (NaN, infinite, beyond LARGEST) into none."""
    return f"CASE WHEN abs({sql}) < {LARGEST!r} THEN {sql} END"


def _is_usable(
    found: dict[str, Any], columns: dict[str, str], pairs: Sequence[Pair], shift: np.ndarray
) -> bool:
    """Return whether every square that was summed is one of usable numbers."""
    squares = [i for i, (a, b) in enumerate(pairs) if a == b]
    largest = [float(np.max(np.abs(_plain(found[f"p{i}"])), initial=0.0)) for i in squares]
    sums = [bool(np.all(np.isfinite(_plain(found[f"s{i}"])))) for i in range(len(columns))]
    limit = (LARGEST - float(np.max(np.abs(shift), initial=0.0))) ** 2
    return all(sums) and all(value < limit for value in largest)


def _plain(values: Any) -> np.ndarray:
    """Return a float array; masked (null) entries become NaN."""
    return np.ma.filled(np.ma.asarray(values).astype(float), np.nan)


def _as_cells(
    found: dict[str, Any],
    columns: dict[str, str],
    keys: dict[str, str],
    pairs: Sequence[Pair],
    cubes: Sequence[str],
    ranged: Sequence[str],
    shift: np.ndarray,
) -> Cells:
    k = len(columns)
    cells = len(found["n"])
    if cells > MOST_CELLS:
        raise DataError(
            f"Variants, days and segments make {cells} groups; at most {MOST_CELLS} can be read. "
            "A segment needs few values: group them first."
        )
    named = {name: keys_of(found[f"k{i}"]) for i, name in enumerate(keys)}
    order = _stable_order(named, np.asarray(found["pattern"], dtype=np.int64))

    def table(prefix: str) -> np.ndarray:
        stacked = [_plain(found[f"{prefix}{i}"])[order] for i in range(k)]
        return np.column_stack(stacked) if stacked else np.zeros((cells, 0))

    ends = [(i, name) for i, name in enumerate(columns) if name in ranged]
    infinite = {
        name: int(np.nansum(_plain(found[f"inf{i}"]))) if f"inf{i}" in found else 0
        for i, name in enumerate(columns)
    }
    return Cells(
        {name: values[order] for name, values in named.items()},
        tuple(columns),
        shift,
        np.asarray(found["pattern"], dtype=np.int64)[order],
        np.asarray(found["n"], dtype=np.int64)[order],
        table("s"),
        {pair: _plain(found[f"p{i}"])[order] for i, pair in enumerate(pairs)},
        {name: _plain(found[f"t{i}"])[order] for i, name in enumerate(cubes)},
        {name: _plain(found[f"low{i}"])[order] + shift[i] for i, name in ends},
        {name: _plain(found[f"high{i}"])[order] + shift[i] for i, name in ends},
        infinite,
    )


def keys_of(values: Any) -> np.ndarray:
    """Return key values as text, dates, or None; 0, 0.0 and "0" are one value."""
    mask = np.ma.getmaskarray(np.ma.asarray(values))
    plain = np.asarray(np.ma.getdata(np.ma.asarray(values)))
    if np.issubdtype(plain.dtype, np.datetime64):
        mask = mask | np.isnat(plain)
        plain = plain.astype("datetime64[D]").astype(object)
    objects = np.empty(len(plain), dtype=object)
    for i, value in enumerate(plain.tolist()):
        objects[i] = None if mask[i] else key_text(value)
    return objects


def key_text(value: Any) -> Any:
    """Return a key value as text, however the file stored it; dates stay dates, "" is none.

    Examples
    --------
    >>> key_text(1.0), key_text(True), key_text("B"), key_text("")
    ('1', 'true', 'B', None)
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, dt.date) else str(value) or None


def _stable_order(keys: dict[str, np.ndarray], pattern: np.ndarray) -> np.ndarray:
    """Return an order of cells that does not depend on threads."""
    rows = list(zip(*([str(v) for v in values] for values in keys.values()), pattern, strict=True))
    return np.array(sorted(range(len(pattern)), key=lambda i: rows[i]), dtype=int)


def _better_shift(cells: Cells) -> np.ndarray | None:
    """Return the true means where a shift lay too far away to keep the digits."""
    if not len(cells.names):
        return None
    better = cells.shift.copy()
    moved = False
    for i, name in enumerate(cells.names):
        moments = cells.moments([name])
        if moments.n and not moments.is_safe():
            better[i] = moments.mean(name)
            moved = True
    return better if moved else None
