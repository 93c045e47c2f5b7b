"""Every table that a set of columns can give: its cells, their counts, the sums between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from workbench.inputs.disclosure.system import Sum
from workbench.inputs.segments import group_codes, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Cell", "Lattice", "cell_of", "count_lattice"]

Cell = frozenset[tuple[str, str | None]]
"""A group of respondents: (column, value's name) pairs; the empty set is everyone."""


def cell_of(values: Mapping[str, str | None]) -> Cell:
    """Return the cell of a group's values."""
    return frozenset(values.items())


@dataclass(eq=False)
class Lattice:
    """Cells with at least one row, and the sums between them.

    Parameters
    ----------
    cells, index
        Each cell once, and its number.
    rows, answers
        Rows and answers of each cell.
    totals
        One row per cell: sums of quantities that cannot be negative, such as promoters, passives
        and detractors. All of a cell's answers are at one end when a single quantity is positive.
    sums
        Each cell as the sum of its split by one more column.
    """

    cells: list[Cell]
    index: dict[Cell, int]
    rows: NDArray[np.int64]
    answers: NDArray[np.int64]
    totals: NDArray[np.float64]
    sums: list[Sum] = field(default_factory=list[Sum])


def count_lattice(
    answers: pd.DataFrame,
    crosses: Sequence[Sequence[str]],
    within: Sequence[str],
    answered: NDArray[np.bool_],
    quantities: NDArray[np.float64],
) -> Lattice:
    """Count the cells of every margin of each cross, each inside the values of ``within``.

    Parameters
    ----------
    crosses
        Sets of columns that are published crossed with each other; all their margins count too.
    within
        Columns that are never summed over: every cell has a value of each.
    answered
        Rows that count as answers.
    quantities
        A row per answer row, a column per quantity; zero where not answered.
    """
    columns = list(dict.fromkeys([*within, *(column for cross in crosses for column in cross)]))
    require_columns(answers, columns)
    coded = {column: group_codes(answers[column]) for column in columns}
    subsets = {
        frozenset([*within, *part])
        for cross in crosses
        for size in range(len(cross) + 1)
        for part in combinations([c for c in cross if c not in within], min(size, len(cross)))
    }
    lattice = Lattice([], {}, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 0)))
    counts: list[NDArray[np.float64]] = []
    columns_of_row = np.column_stack([np.ones(len(answers)), answered.astype(float), quantities])
    for subset in sorted(subsets, key=lambda names: (len(names), sorted(names))):
        ordered = [column for column in columns if column in subset]
        _add_margin(lattice, counts, ordered, coded, columns_of_row)
    stacked = np.vstack(counts) if counts else np.zeros((0, columns_of_row.shape[1]))
    lattice.rows, lattice.answers = (
        np.rint(stacked[:, place]).astype(np.int64) for place in (0, 1)
    )
    lattice.totals = stacked[:, 2:]
    lattice.sums = _sums(lattice, subsets, columns)
    return lattice


def _add_margin(
    lattice: Lattice,
    counts: list[NDArray[np.float64]],
    columns: Sequence[str],
    coded: Mapping[str, tuple[NDArray[np.intp], list[str | None]]],
    columns_of_row: NDArray[np.float64],
) -> None:
    """Add the cells of one set of columns, with their sums over rows."""
    n_rows = columns_of_row.shape[0]
    joint = np.zeros(n_rows, np.intp)
    for column in columns:
        codes, names = coded[column]
        joint = joint * max(len(names), 1) + codes
    found, first, inverse = np.unique(joint, return_index=True, return_inverse=True)
    for position in range(found.size):
        row = first[position]
        cell = frozenset((column, coded[column][1][coded[column][0][row]]) for column in columns)
        lattice.index[cell] = len(lattice.cells)
        lattice.cells.append(cell)
    totals = np.zeros((found.size, columns_of_row.shape[1]))
    for place, values in enumerate(columns_of_row.T):
        totals[:, place] = np.bincount(inverse, values, minlength=found.size)
    counts.append(totals)


def _sums(lattice: Lattice, subsets: set[frozenset[str]], columns: Sequence[str]) -> list[Sum]:
    """Tie each cell to its split by one more column, where that split is a table too."""
    children: dict[tuple[int, str], list[int]] = {}
    for number, cell in enumerate(lattice.cells):
        names = frozenset(column for column, _ in cell)
        for column in columns:
            if column in names and names - {column} in subsets:
                parent = frozenset(pair for pair in cell if pair[0] != column)
                children.setdefault((lattice.index[parent], column), []).append(number)
    return [Sum(parent, tuple(cells)) for (parent, _), cells in children.items()]
