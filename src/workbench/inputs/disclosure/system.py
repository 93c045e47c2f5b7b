"""What can be computed from published counts: cells, the sums that tie them, and their bounds.

A cell is a group of respondents. Tables publish some cells and hide others; each sum of cells that
is again a cell is an equation. A hidden cell is *recovered* when the equations, and the bounds a
reader knows (a count is whole and not negative; "floor" means fewer than the floor), leave one
value for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.inputs.disclosure.worlds import OpenPart, moved_cells

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
    world: NDArray[np.float64] | None = None,
    solved: dict[bytes, set[int]] | None = None,
) -> set[int]:
    """Return the hidden cells whose count the equations and bounds leave one value for.

    Exact: bounds are first passed along the equations. In each connected part that is left, a cell
    that some world next to a known one counts otherwise is safe; the others are decided by linear
    programming.

    Parameters
    ----------
    world
        A count per cell that fits all that is shown, such as the true ones. It changes how soon
        the answer is found, never the answer.
    solved
        Parts solved before, by their cells and bounds; kept up to date, for repeated calls.
    """
    lower, upper = _propagated(system)
    open_cells = np.flatnonzero(upper - lower > 1 - _EPSILON)
    found = {int(cell) for cell in np.flatnonzero(hidden & (upper - lower < 1 - _EPSILON))}
    memory = {} if solved is None else solved
    for cells, sums in _connected_parts(system.sums, open_cells.tolist()):
        wanted = [cell for cell in cells if hidden[cell]]
        named = np.array([*cells, -1, *wanted])
        key = named.tobytes() + lower[cells].tobytes() + upper[cells].tobytes()
        if key not in memory:
            part = OpenPart.read(cells, sums, lower, upper)
            memory[key] = _determined(part, wanted, world)
        found |= memory[key]
    return found


def _propagated(system: CellSystem) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tighten bounds along each equation until none moves: what adding and subtracting gives."""
    lower: list[float] = system.lower.astype(float).tolist()
    upper: list[float] = system.upper.astype(float).tolist()
    touching: dict[int, list[int]] = {}
    for place, equation in enumerate(system.sums):
        for cell in equation.members:
            touching.setdefault(cell, []).append(place)
    queue = [
        place for place, equation in enumerate(system.sums) if not _holds(equation, lower, upper)
    ]
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
    return np.array(lower, float), np.array(upper, float)


def _holds(equation: Sum, lower: Sequence[float], upper: Sequence[float]) -> bool:
    """Whether every member is known and they add up, so that the equation tightens nothing."""
    if any(lower[cell] != upper[cell] for cell in equation.members):
        return False
    return sum(lower[cell] for cell in equation.children) == lower[equation.parent]


def _tighten(equation: Sum, lower: list[float], upper: list[float]) -> list[int]:
    """Apply one equation to the bounds in place; return the cells that moved."""
    parent, children = equation.parent, equation.children
    low, high = [lower[cell] for cell in children], [upper[cell] for cell in children]
    endless = high.count(math.inf)
    low_sum, high_sum = sum(low), sum(end for end in high if end != math.inf)
    moved = _narrow(parent, low_sum, math.inf if endless else high_sum, lower, upper)
    from_parent, to_parent = lower[parent], upper[parent]
    for cell, least, most in zip(children, low, high, strict=True):
        others_endless = endless - (most == math.inf)
        others_high = math.inf if others_endless else high_sum - (0 if most == math.inf else most)
        moved += _narrow(
            cell, from_parent - others_high, to_parent - (low_sum - least), lower, upper
        )
    return moved


def _narrow(
    cell: int, low: float, high: float, lower: list[float], upper: list[float]
) -> list[int]:
    """Narrow one cell to whole numbers between low and high; return it when it moved."""
    before = lower[cell], upper[cell]
    if math.isfinite(low):
        lower[cell] = max(lower[cell], float(math.ceil(low - _EPSILON)))
    if math.isfinite(high):
        upper[cell] = min(upper[cell], float(math.floor(high + _EPSILON)))
    return [cell] if (lower[cell], upper[cell]) != before else []


def _connected_parts(
    sums: Sequence[Sum], open_cells: Sequence[int]
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
        members = [cell for cell in equation.members if cell in root]
        if members:
            tied.append((equation, members[0]))
            for other in members[1:]:
                root[find(other)] = find(members[0])
    parts: dict[int, tuple[list[int], list[Sum]]] = {}
    for cell in open_cells:
        parts.setdefault(find(cell), ([], []))[0].append(cell)
    for equation, member in tied:
        parts[find(member)][1].append(equation)
    return list(parts.values())


def _determined(
    part: OpenPart, wanted: Sequence[int], world: NDArray[np.float64] | None
) -> set[int]:
    """Return the wanted cells of one part that keep one whole value.

    Each solution of a linear programme is a possible world; a cell seen with two whole values in
    two worlds is safe. A few programmes in mixed directions clear most cells; only the others need
    one of their own.
    """
    if not wanted or not part.sums:
        return set()
    unsure = [part.place[cell] for cell in wanted]
    if world is not None:
        moved = moved_cells(part, world[part.cells].tolist(), unsure)
        unsure = [column for column in unsure if column not in moved]
    if not unsure:
        return set()
    worlds = _Worlds(part)
    rng = np.random.default_rng(0)  # directions only: the answer does not depend on them
    for _ in range(_MIXED_DIRECTIONS):
        unsure = [column for column in unsure if not worlds.is_safe(column)]
        if not unsure:
            return set()
        direction = np.zeros(len(part.cells))
        direction[unsure] = rng.choice([-1.0, 1.0], len(unsure))
        counts = worlds.solve(direction)
        if counts is not None:
            moved = moved_cells(part, counts, unsure)
            unsure = [column for column in unsure if column not in moved]
    found: set[int] = set()
    for column in unsure:
        for sign in (1.0, -1.0):
            if not worlds.is_safe(column):
                direction = np.zeros(len(part.cells))
                direction[column] = sign
                worlds.solve(direction)
        if not worlds.is_safe(column):
            found.add(part.cells[column])
    return found


class _Worlds:
    """Counts that fit all that is shown, and the least and most each cell has in those seen."""

    def __init__(self, part: OpenPart) -> None:
        from scipy.sparse import csr_array

        entries = [(n, cell, sign) for n, signed in enumerate(part.sums) for cell, sign in signed]
        rows, columns, signs = zip(*entries, strict=True)
        self.part = part
        shape = len(part.sums), len(part.cells)
        self.matrix = csr_array((np.array(signs, float), (rows, columns)), shape=shape)
        self.least = np.full(len(part.cells), np.inf)
        self.most = np.full(len(part.cells), -np.inf)

    def is_safe(self, column: int) -> bool:
        """Whether a cell was seen with two whole values."""
        least, most = self.least[column], self.most[column]
        return bool(np.floor(most + _EPSILON) - np.ceil(least - _EPSILON) >= 1)

    def solve(self, direction: NDArray[np.float64]) -> list[float] | None:
        """Find the world that is furthest in a direction; return its counts, made whole."""
        from scipy.optimize import linprog

        bounds = np.column_stack([self.part.lower, self.part.upper])
        solution = linprog(direction, A_eq=self.matrix, b_eq=self.part.constant, bounds=bounds)
        if solution.x is None:
            return None
        self.least = np.minimum(self.least, solution.x)
        self.most = np.maximum(self.most, solution.x)
        return np.round(solution.x).tolist()
