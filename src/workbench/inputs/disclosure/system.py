"""What can be computed from published counts: cells, the sums that tie them, and their bounds.

A cell is a group of respondents. Tables publish some cells and hide others; each sum of cells that
is again a cell is an equation. A hidden cell is *recovered* when the equations, and the bounds a
reader knows (a count is whole and not negative; "floor" means fewer than the floor), leave one
value for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["CellSystem", "Sum", "recovered_cells"]

_EPSILON = 1e-6
_MIXED_DIRECTIONS = 8


@dataclass(frozen=True)
class Sum:
    """One equation: the parent's count is the sum of its children's."""

    parent: int
    children: tuple[int, ...]

    @property
    def members(self) -> tuple[int, ...]:
        """Parent and children."""
        return (self.parent, *self.children)


@dataclass(frozen=True, eq=False)
class CellSystem:
    """Cells by number, what a reader knows of each, and the equations between them.

    Parameters
    ----------
    lower, upper
        Bounds of each count; equal where it is published.
    sums
        The equations.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    sums: Sequence[Sum]


def recovered_cells(
    system: CellSystem,
    hidden: NDArray[np.bool_],
    *,
    solved: dict[bytes, set[int]] | None = None,
) -> set[int]:
    """Return the hidden cells whose count the equations and bounds leave one value for.

    Exact: bounds are first passed along the equations, then each connected part that is left is
    solved by linear programming.

    Parameters
    ----------
    solved
        Parts solved before, by their cells and bounds; kept up to date, for repeated calls.
    """
    lower, upper = _propagated(system)
    open_cells = np.flatnonzero(upper - lower > 1 - _EPSILON)
    found = {int(cell) for cell in np.flatnonzero(hidden & (upper - lower < 1 - _EPSILON))}
    memory = {} if solved is None else solved
    for cells, sums in _connected_parts(system.sums, set(open_cells.tolist())):
        wanted = [cell for cell in cells if hidden[cell]]
        part = np.array([*cells, -1, *wanted])
        key = part.tobytes() + lower[cells].tobytes() + upper[cells].tobytes()
        if key not in memory:
            memory[key] = _determined(cells, sums, lower, upper, wanted)
        found |= memory[key]
    return found


def _propagated(system: CellSystem) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tighten bounds along each equation until none moves: what adding and subtracting gives."""
    lower, upper = system.lower.astype(float), system.upper.astype(float)
    touching: dict[int, list[int]] = {}
    for place, equation in enumerate(system.sums):
        for cell in equation.members:
            touching.setdefault(cell, []).append(place)
    queue = list(range(len(system.sums)))
    waiting = set(queue)
    while queue:
        place = queue.pop()
        waiting.discard(place)
        moved = _tighten(system.sums[place], lower, upper)
        if any(lower[cell] > upper[cell] + _EPSILON for cell in moved):
            break  # the tables contradict each other: tightening on would never end
        for cell in moved:
            for other in touching[cell]:
                if other not in waiting:
                    waiting.add(other)
                    queue.append(other)
    return lower, upper


def _tighten(equation: Sum, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> list[int]:
    """Apply one equation to the bounds in place; return the cells that moved."""
    children = np.array(equation.children, np.intp)
    parent = equation.parent
    low, high = lower[children], upper[children]
    endless = np.isinf(high)
    finite = np.where(endless, 0.0, high)
    moved = _narrow(parent, low.sum(), high.sum(), lower, upper)
    others_high = np.where(endless.sum() - endless > 0, np.inf, finite.sum() - finite)
    least = np.maximum(low, np.ceil(lower[parent] - others_high - _EPSILON))
    most = np.minimum(high, np.floor(upper[parent] - (low.sum() - low) + _EPSILON))
    changed = (least > low) | (most < high)
    lower[children[changed]], upper[children[changed]] = least[changed], most[changed]
    return moved + children[changed].tolist()


def _narrow(
    cell: int, low: float, high: float, lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> list[int]:
    """Narrow one cell to whole numbers between low and high; return it when it moved."""
    before = lower[cell], upper[cell]
    if np.isfinite(low):
        lower[cell] = max(lower[cell], np.ceil(low - _EPSILON))
    if np.isfinite(high):
        upper[cell] = min(upper[cell], np.floor(high + _EPSILON))
    return [cell] if (lower[cell], upper[cell]) != before else []


def _connected_parts(
    sums: Sequence[Sum], open_cells: set[int]
) -> list[tuple[list[int], list[Sum]]]:
    """Group the equations that share a cell which is not yet known."""
    root: dict[int, int] = {cell: cell for cell in open_cells}

    def find(cell: int) -> int:
        while root[cell] != cell:
            root[cell] = root[root[cell]]
            cell = root[cell]
        return cell

    tied: list[tuple[Sum, int]] = []
    for equation in sums:
        members = [cell for cell in equation.members if cell in open_cells]
        if members:
            tied.append((equation, members[0]))
            for other in members[1:]:
                root[find(other)] = find(members[0])
    parts: dict[int, tuple[list[int], list[Sum]]] = {}
    for cell in sorted(open_cells):
        parts.setdefault(find(cell), ([], []))[0].append(cell)
    for equation, member in tied:
        parts[find(member)][1].append(equation)
    return list(parts.values())


def _determined(
    cells: list[int],
    sums: list[Sum],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    wanted: list[int],
) -> set[int]:
    """Return the wanted cells of one part that keep one whole value, by linear programming.

    Each solution is a possible world; a cell seen with two whole values in two worlds is safe. A
    few programmes in mixed directions clear most cells; only the others need one of their own.
    """
    if not wanted or not sums:
        return set()
    worlds = _Worlds(cells, sums, lower, upper)
    columns = [worlds.place[cell] for cell in wanted]
    rng = np.random.default_rng(0)  # directions only: the answer does not depend on them
    for _ in range(_MIXED_DIRECTIONS):
        if all(worlds.is_safe(column) for column in columns):
            return set()
        direction = np.zeros(len(cells))
        direction[columns] = rng.choice([-1.0, 1.0], len(columns))
        worlds.solve(direction)
    found: set[int] = set()
    for cell, column in zip(wanted, columns, strict=True):
        for sign in (1.0, -1.0):
            if not worlds.is_safe(column):
                direction = np.zeros(len(cells))
                direction[column] = sign
                worlds.solve(direction)
        if not worlds.is_safe(column):
            found.add(cell)
    return found


class _Worlds:
    """Counts that fit all that is shown, and the least and most each cell has in those seen."""

    def __init__(
        self,
        cells: list[int],
        sums: list[Sum],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> None:
        from scipy.sparse import csr_array

        self.place = {cell: number for number, cell in enumerate(cells)}
        self.constant = np.zeros(len(sums))
        entries: list[tuple[int, int, float]] = []
        for row, equation in enumerate(sums):
            signed = [(equation.parent, -1.0), *((child, 1.0) for child in equation.children)]
            for cell, sign in signed:
                if cell in self.place:
                    entries.append((row, self.place[cell], sign))
                else:
                    self.constant[row] -= sign * lower[cell]
        rows, columns, signs = zip(*entries, strict=True)
        self.matrix = csr_array((signs, (rows, columns)), shape=(len(sums), len(cells)))
        finite = upper[cells][np.isfinite(upper[cells])]
        ceiling = 1000 + 10 * (np.abs(self.constant).sum() + finite.sum() + lower[cells].sum())
        self.bounds = [(lower[cell], min(upper[cell], ceiling)) for cell in cells]
        self.least = np.full(len(cells), np.inf)
        self.most = np.full(len(cells), -np.inf)

    def is_safe(self, column: int) -> bool:
        """Whether a cell was seen with two whole values."""
        least, most = self.least[column], self.most[column]
        return bool(np.floor(most + _EPSILON) - np.ceil(least - _EPSILON) >= 1)

    def solve(self, direction: NDArray[np.float64]) -> None:
        """Find the world that is furthest in a direction."""
        from scipy.optimize import linprog

        solution = linprog(direction, A_eq=self.matrix, b_eq=self.constant, bounds=self.bounds)
        if solution.x is not None:
            self.least = np.minimum(self.least, solution.x)
            self.most = np.maximum(self.most, solution.x)
