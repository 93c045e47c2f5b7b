"""Every table that a set of columns can give: its cells, their counts, the sums between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from workbench.inputs.disclosure.system import Sum
from workbench.inputs.segments import group_codes, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Cell", "Lattice", "cell_of", "read_lattice"]

Cell = frozenset[tuple[str, str | None]]
"""A group of respondents: (column, value's name) pairs; the empty set is everyone."""


def cell_of(values: Mapping[str, str | None]) -> Cell:
    """Return the cell of a group's values."""
    return frozenset(values.items())


@dataclass(frozen=True, eq=False)
class Lattice:
    """Cells with at least one row, and the sums between them; the same whatever is measured.

    Parameters
    ----------
    cells, index
        Each cell once, and its number.
    margins
        For each set of columns, in the order of the cells: the cell of each row, from 0, and how
        many cells the set has.
    sums
        Each cell as the sum of its split by one more column.
    within
        Columns that are never summed over.
    """

    cells: list[Cell]
    index: dict[Cell, int]
    margins: list[tuple[NDArray[np.intp], int]]
    sums: list[Sum]
    within: tuple[str, ...]

    def count(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Count the chosen rows of each cell."""
        parts = [np.bincount(places[chosen], minlength=size) for places, size in self.margins]
        return np.concatenate(parts) if parts else np.zeros(0, np.intp)

    @cached_property
    def rows(self) -> dict[Cell, int]:
        """Rows of each cell."""
        everyone = np.ones(self.margins[0][0].size if self.margins else 0, bool)
        return dict(zip(self.cells, self.count(everyone).tolist(), strict=True))

    @cached_property
    def sums_of(self) -> dict[int, list[Sum]]:
        """The sums that each cell is a member of."""
        found: dict[int, list[Sum]] = {}
        for equation in self.sums:
            for cell in equation.members:
                found.setdefault(cell, []).append(equation)
        return found

    @cached_property
    def kin(self) -> NDArray[np.intp]:
        """A code per cell; cells that differ only in ``within`` have the same."""
        codes: dict[Cell, int] = {}
        return np.array(
            [
                codes.setdefault(
                    frozenset(pair for pair in cell if pair[0] not in self.within), len(codes)
                )
                for cell in self.cells
            ],
            np.intp,
        )


def read_lattice(
    answers: pd.DataFrame, crosses: Sequence[Sequence[str]], within: Sequence[str]
) -> Lattice:
    """Find the cells of every margin of each cross, each inside the values of ``within``.

    Parameters
    ----------
    crosses
        Sets of columns that are published crossed with each other; all their margins count too.
    within
        Columns that are never summed over: every cell has a value of each.
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
    cells: list[Cell] = []
    margins: list[tuple[NDArray[np.intp], int]] = []
    for subset in sorted(subsets, key=lambda names: (len(names), sorted(names))):
        ordered = [column for column in columns if column in subset]
        found, places = _margin(ordered, coded, len(answers))
        cells += found
        margins.append((places, len(found)))
    index = {cell: number for number, cell in enumerate(cells)}
    return Lattice(cells, index, margins, _sums(cells, index, subsets, columns), tuple(within))


def _margin(
    columns: Sequence[str],
    coded: Mapping[str, tuple[NDArray[np.intp], list[str | None]]],
    n_rows: int,
) -> tuple[list[Cell], NDArray[np.intp]]:
    """Return the cells of one set of columns, and each row's place among them."""
    joint = np.zeros(n_rows, np.intp)
    for column in columns:
        codes, names = coded[column]
        joint = joint * max(len(names), 1) + codes
    _, first, places = np.unique(joint, return_index=True, return_inverse=True)
    named = [
        [(column, names[code]) for code in codes[first]]
        for column, (codes, names) in ((column, coded[column]) for column in columns)
    ]
    cells = [frozenset(pairs) for pairs in zip(*named, strict=True)] if named else []
    return cells or [frozenset()] * first.size, places


def _sums(
    cells: Sequence[Cell],
    index: Mapping[Cell, int],
    subsets: set[frozenset[str]],
    columns: Sequence[str],
) -> list[Sum]:
    """Tie each cell to its split by one more column, where that split is a table too."""
    children: dict[tuple[int, str], list[int]] = {}
    for number, cell in enumerate(cells):
        names = frozenset(column for column, _ in cell)
        for column in columns:
            if column in names and names - {column} in subsets:
                parent = frozenset(pair for pair in cell if pair[0] != column)
                children.setdefault((index[parent], column), []).append(number)
    return [Sum(parent, tuple(members)) for (parent, _), members in children.items()]
