"""Worlds next to a known one: other counts that fit all that is shown, found by hand.

Where the true counts are known, another world is often a step away: one respondent more here, one
fewer there, until every sum holds again. Such a world proves that a cell is safe, as the worlds
that linear programming finds do, for a hundredth of the work. Where no step is found nothing is
proved, and the programme decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.disclosure.system import Sum

__all__ = ["OpenPart", "moved_cells"]

_MOST_TRIES = 60
"""Steps tried for one cell before it is left to the programme."""

_MOST_FAILURES = 2
"""Cells without a step before the whole part is left to the programme."""


@dataclass(frozen=True, eq=False)
class OpenPart:
    """Cells that are not yet known, tied to each other by sums; cells go by their place here.

    Parameters
    ----------
    cells
        Their numbers in the whole system.
    sums
        For each sum, its open cells and their signs: -1 for the parent, 1 for a child.
    constant
        What the signed cells of each sum add up to.
    lower, upper
        Bounds of each cell, the upper ones finite.
    """

    cells: list[int]
    sums: list[list[tuple[int, int]]]
    constant: list[float]
    lower: list[float]
    upper: list[float]

    @classmethod
    def read(
        cls,
        cells: list[int],
        sums: Sequence[Sum],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> OpenPart:
        """Move what is known of each sum to its other side, and put a ceiling on every cell."""
        place = {cell: number for number, cell in enumerate(cells)}
        open_sums: list[list[tuple[int, int]]] = []
        constant: list[float] = []
        for equation in sums:
            signed = [(equation.parent, -1), *((child, 1) for child in equation.children)]
            open_sums.append([(place[cell], sign) for cell, sign in signed if cell in place])
            known = (sign * lower[cell] for cell, sign in signed if cell not in place)
            constant.append(-float(sum(known)))
        least, most = lower[cells], upper[cells]
        ends = most[np.isfinite(most)].sum() + least.sum()
        ceiling = 1000 + 10 * (sum(map(abs, constant)) + float(ends))
        return cls(cells, open_sums, constant, least.tolist(), np.minimum(most, ceiling).tolist())

    @cached_property
    def place(self) -> dict[int, int]:
        """The place of each cell, by its number in the whole system."""
        return {cell: number for number, cell in enumerate(self.cells)}

    @cached_property
    def sums_of(self) -> list[list[tuple[int, int]]]:
        """For each cell, its sums and its sign in them."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.cells]
        for number, members in enumerate(self.sums):
            for cell, sign in members:
                found[cell].append((number, sign))
        return found

    def fits(self, counts: Sequence[float]) -> bool:
        """Whether counts are whole, within the bounds, and add up."""
        inside = all(
            low <= count <= high and count == int(count)
            for low, count, high in zip(self.lower, counts, self.upper, strict=True)
        )
        return inside and all(
            sum(sign * counts[cell] for cell, sign in members) == constant
            for members, constant in zip(self.sums, self.constant, strict=True)
        )


def moved_cells(part: OpenPart, counts: Sequence[float], wanted: Sequence[int]) -> set[int]:
    """Return cells that have another whole count in a world one step from a known one.

    Parameters
    ----------
    counts
        The known world: a count for every cell of the part. One that does not fit proves nothing.
    wanted
        Places of the cells asked for; the answer may lack some that could move, and may have
        others that moved with them.

    Examples
    --------
    >>> part = OpenPart([0, 1], [[(0, 1), (1, 1)]], [9.0], [1.0, 1.0], [6.0, 6.0])
    >>> moved_cells(part, [4.0, 5.0], [0])
    {0, 1}
    """
    moved: set[int] = set()
    if not part.fits(counts):
        return moved
    failures = 0
    for cell in wanted:
        if cell in moved:
            continue
        found = _Steps(part, counts).from_cell(cell, 1) or _Steps(part, counts).from_cell(cell, -1)
        moved |= found
        failures += not found
        if failures >= _MOST_FAILURES:
            break
    return moved


class _Steps:
    """One more or one fewer in some cells of a world, so that every sum holds again."""

    def __init__(self, part: OpenPart, counts: Sequence[float]) -> None:
        self.part = part
        self.counts = counts
        self.steps: dict[int, int] = {}
        self.owed = [0] * len(part.sums)
        self.open: list[int] = []
        self.tries = _MOST_TRIES

    def from_cell(self, cell: int, step: int) -> set[int]:
        """Return the cells that move when this one does; empty when no way is found."""
        count = self.counts[cell] + step
        if self.part.lower[cell] <= count <= self.part.upper[cell]:
            self._take(cell, step)
            if self._settle():
                return set(self.steps)
        return set()

    def _settle(self) -> bool:
        """Settle what each sum is owed, by steps of cells not yet moved; go back where stuck."""
        number = next((n for n in reversed(self.open) if self.owed[n]), None)
        if number is None:
            return True
        for cell, step in self._ways(number):
            self.tries -= 1
            if self.tries < 0:
                return False
            depth = len(self.open)
            self._take(cell, step)
            if self._settle():
                return True
            self._give_back(cell, step, depth)
        return False

    def _ways(self, number: int) -> list[tuple[int, int]]:
        """Return the steps that settle a sum, first those that leave fewest others unsettled."""
        part, due = self.part, -1 if self.owed[number] > 0 else 1
        ways: list[tuple[int, int, int]] = []
        for cell, sign in part.sums[number]:
            step = due * sign
            count = self.counts[cell] + step
            if cell not in self.steps and part.lower[cell] <= count <= part.upper[cell]:
                left = sum(abs(self.owed[n] + s * step) for n, s in part.sums_of[cell])
                before = sum(abs(self.owed[n]) for n, _ in part.sums_of[cell])
                ways.append((left - before, cell, step))
        return [(cell, step) for _, cell, step in sorted(ways)]

    def _take(self, cell: int, step: int) -> None:
        self.steps[cell] = step
        for number, sign in self.part.sums_of[cell]:
            self.owed[number] += sign * step
            self.open.append(number)

    def _give_back(self, cell: int, step: int, depth: int) -> None:
        del self.steps[cell]
        del self.open[depth:]
        for number, sign in self.part.sums_of[cell]:
            self.owed[number] -= sign * step
