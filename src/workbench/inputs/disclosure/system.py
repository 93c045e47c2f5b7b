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


def recovered_cells(system: CellSystem, hidden: NDArray[np.bool_]) -> set[int]:
    """Return the hidden cells whose count the equations and bounds leave one value for.

    Exact: bounds are first passed along the equations, then each connected part that is left is
    solved by linear programming.
    """
    lower, upper = _propagated(system)
    open_cells = np.flatnonzero(upper - lower > 1 - _EPSILON)
    found = {int(cell) for cell in np.flatnonzero(hidden & (upper - lower < 1 - _EPSILON))}
    for cells, sums in _connected_parts(system.sums, set(open_cells.tolist())):
        wanted = [cell for cell in cells if hidden[cell]]
        found |= _determined(cells, sums, lower, upper, wanted)
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
        for cell in _tighten(system.sums[place], lower, upper):
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

    Each solution is a possible world; a cell seen with two whole values in two worlds is safe, so
    most cells need no programme of their own.
    """
    if not wanted or not sums:
        return set()
    from scipy.optimize import linprog

    place = {cell: number for number, cell in enumerate(cells)}
    matrix = np.zeros((len(sums), len(cells)))
    constant = np.zeros(len(sums))
    for row, equation in enumerate(sums):
        for cell, sign in [(equation.parent, -1.0), *((child, 1.0) for child in equation.children)]:
            if cell in place:
                matrix[row, place[cell]] += sign
            else:
                constant[row] -= sign * lower[cell]
    bounds = [(lower[cell], upper[cell] if np.isfinite(upper[cell]) else None) for cell in cells]
    least, most = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    found: set[int] = set()
    for cell in wanted:
        for sign in (1.0, -1.0):
            number = place[cell]
            if np.floor(most[number] + _EPSILON) - np.ceil(least[number] - _EPSILON) >= 1:
                break
            objective = np.zeros(len(cells))
            objective[number] = sign
            solution = linprog(objective, A_eq=matrix, b_eq=constant, bounds=bounds)
            if solution.status == 3:  # unbounded: this side has no end
                most[number] = np.inf
                continue
            if solution.x is None:
                continue
            least, most = np.minimum(least, solution.x), np.maximum(most, solution.x)
        number = place[cell]
        if not np.floor(most[number] + _EPSILON) - np.ceil(least[number] - _EPSILON) >= 1:
            found.add(cell)
    return found
