"""Hide the cells under the floor, and as few others as keep them hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import DataError
from workbench.inputs.disclosure.lattice import Cell, Lattice, read_lattice
from workbench.inputs.disclosure.system import CellSystem, Sum, recovered_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "FLOOR",
    "HiddenCells",
    "checked_floor",
    "hidden_cells",
    "hidden_in",
    "tag_bounds",
]

FLOOR = 7


@dataclass(frozen=True, eq=False)
class HiddenCells:
    """Cells that stay hidden: cell -> ``"floor"`` or ``"complement"``, and the rows of each cell.

    Parameters
    ----------
    tags
        Hidden cells only.
    rows
        Rows of every cell the pattern knows.
    """

    tags: dict[Cell, str]
    rows: dict[Cell, int]


def tag_bounds(tag: str, floor: int) -> tuple[float, float]:
    """Return what a tag tells a reader about a count."""
    if tag == "floor":
        return (1.0 if floor > 2 else 0.0), floor - 1.0
    return float(floor), np.inf


def checked_floor(floor: int) -> int:
    """Return the floor, or raise unless it is a positive whole number."""
    if isinstance(floor, bool) or floor != int(floor) or floor < 1:
        raise DataError(f"floor must be a whole number of at least 1; found {floor}.")
    return int(floor)


def hidden_cells(
    answers: pd.DataFrame,
    crosses: Sequence[Sequence[str]],
    within: Sequence[str],
    answered: NDArray[np.bool_],
    quantities: NDArray[np.float64],
    *,
    floor: int,
) -> HiddenCells:
    """Hide the cells under the floor, then as few others as keep them hidden."""
    lattice = read_lattice(answers, crosses, within)
    return hidden_in(lattice, answered, quantities > 0, floor=floor)


def hidden_in(
    lattice: Lattice,
    answered: NDArray[np.bool_],
    kinds: NDArray[np.bool_],
    *,
    floor: int,
) -> HiddenCells:
    """Hide the cells of a lattice that is read already.

    Parameters
    ----------
    answered
        Rows that count as answers.
    kinds
        A column per quantity that cannot be negative, such as promoters, passives and detractors:
        the rows that have some of it. All of a cell's answers are at one end when a single column
        has any.
    """
    tags = _Hiding(lattice, answered, kinds, floor).run()
    return HiddenCells({lattice.cells[cell]: tag for cell, tag in tags.items()}, lattice.rows)


class _Hiding:
    """Hide cells until nothing can be computed back; each step hides one cell more."""

    def __init__(
        self,
        lattice: Lattice,
        answered: NDArray[np.bool_],
        kinds: NDArray[np.bool_],
        floor: int,
    ) -> None:
        counts = lattice.count(answered)
        self.lattice = lattice
        self.counts = counts
        self.answers: list[int] = counts.tolist()
        # waves hide alike: what all values of "within" have together comes first in the order
        self.kin: list[float] = np.bincount(lattice.kin, counts)[lattice.kin].tolist()
        self.kinds = [(lattice.count(kind) > 0).tolist() for kind in kinds.T]
        self.floor = floor
        self.solved: dict[bytes, set[int]] = {}
        self.tags = {int(cell): "floor" for cell in np.flatnonzero((counts > 0) & (counts < floor))}
        self.sums_of = lattice.sums_of

    def run(self) -> dict[int, str]:
        """Repair each equation, then whatever programming still recovers.

        Ends at the latest when everything that a recovered cell is tied to is hidden.
        """
        progress = True
        while progress:
            self._repair_sums()
            progress = False
            before = set(self.tags)
            for cell in self._recovered():
                beside = {m for equation in self.sums_of.get(cell, []) for m in equation.members}
                if beside & (set(self.tags) - before):
                    continue  # what was hidden for another cell may have mended this one
                progress |= self._hide_beside(cell)
        return self.tags

    def _repair_sums(self) -> None:
        queue = [equation for equation in self.lattice.sums if self._is_open(equation)]
        while queue:
            equation = queue.pop()
            while self._is_open(equation):
                cell = self._best_cell(equation)
                if cell is None:
                    break
                self.tags[cell] = "complement"
                queue += [other for other in self.sums_of[cell] if self._is_open(other)]

    def _is_open(self, equation: Sum) -> bool:
        """Whether one equation alone gives away a hidden cell, or a hidden remainder too small."""
        hidden = [cell for cell in equation.members if cell in self.tags]
        if not hidden:
            return False
        if len(hidden) == 1:
            return True
        if equation.parent in self.tags:
            return False
        if sum(self.answers[cell] for cell in hidden) < self.floor:
            return True
        return self._at_one_end(hidden) and not self._at_one_end([equation.parent])

    def _at_one_end(self, cells: Sequence[int]) -> bool:
        """Whether all answers of the cells together are of one kind, so each cell's are."""
        present = [any(kind[cell] for cell in cells) for kind in self.kinds]
        return len(present) > 0 and sum(present) < 2

    def _best_cell(self, equation: Sum) -> int | None:
        """Choose what to hide next: what opens fewest other sums, then the smallest over time."""
        shown = [cell for cell in equation.children if self._can_hide(cell)]
        if not shown:
            return equation.parent if self._can_hide(equation.parent) else None

        def cost(cell: int) -> tuple[int, float, int]:
            lonely = sum(
                not any(member in self.tags for member in other.members)
                for other in self.sums_of[cell]
                if other is not equation
            )
            return lonely, self.kin[cell], cell

        return min(shown, key=cost)

    def _can_hide(self, cell: int) -> bool:
        return cell not in self.tags and self.answers[cell] > 0

    def _recovered(self) -> list[int]:
        if not self.tags:
            return []
        world = self.counts.astype(float)
        lower, upper = world.copy(), world.copy()
        hidden = np.zeros(world.size, bool)
        for cell, tag in self.tags.items():
            hidden[cell] = True
            lower[cell], upper[cell] = tag_bounds(tag, self.floor)
        system = CellSystem(lower, upper, self.lattice.sums)
        return sorted(recovered_cells(system, hidden, world=world, solved=self.solved))

    def _hide_beside(self, cell: int) -> bool:
        """Hide the cheapest cell in the nearest sums to this one; False when none is left."""
        seen, frontier = {cell}, {cell}
        while frontier:
            sums = [equation for member in frontier for equation in self.sums_of.get(member, [])]
            options = [self._best_cell(equation) for equation in sums]
            found = [option for option in options if option is not None]
            if found:
                best = min(found, key=lambda option: (self.kin[option], option))
                self.tags[best] = "complement"
                return True
            frontier = {member for equation in sums for member in equation.members} - seen
            seen |= frontier
        return False
