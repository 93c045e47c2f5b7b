"""Which cells no table may show, decided once on the complete data.

A report for one market, the report for all markets and the next segment's table are published
together, so a cell that one of them hides must not follow from the others. The pattern is therefore
computed on the *unfiltered* frame, for every cross of the columns the reports split by, and each
measure asks it::

    complete = study.survey()
    pattern = wb.suppression_pattern(complete, by=["market", "channel"], within="wave")
    answers = complete[complete["market"] == "SE"]
    wb.nps(answers, "recommend", by="channel", protect=pattern)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.inputs.disclosure.hiding import FLOOR, HiddenCells, checked_floor, hidden_in
from workbench.inputs.disclosure.lattice import cell_of, read_lattice
from workbench.inputs.segments import by_columns, group_codes, group_name, require_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.disclosure.lattice import Cell, Lattice
    from workbench.inputs.segments import Segment

__all__ = ["SuppressionPattern", "suppression_pattern"]

_WAVE = "wave"


@dataclass(frozen=True, eq=False)
class SuppressionPattern:
    """What all tables of all reports of one run hide; made by :func:`suppression_pattern`.

    Parameters
    ----------
    complete
        The columns of the unfiltered data.
    crosses
        Sets of columns whose crossing, with all its margins, is published.
    within
        Columns that are never summed over.
    floor
        Fewest answers shown.
    """

    complete: pd.DataFrame
    crosses: tuple[tuple[str, ...], ...]
    within: tuple[str, ...]
    floor: int
    _known: dict[bytes, HiddenCells] = field(default_factory=dict[bytes, "HiddenCells"])

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the pattern knows."""
        return tuple(dict.fromkeys([*self.within, *(c for cross in self.crosses for c in cross)]))

    def hidden(
        self,
        answered: NDArray[np.bool_] | None = None,
        quantities: NDArray[np.float64] | None = None,
    ) -> HiddenCells:
        """Return the cells hidden for a measure with these answers, one entry per complete row."""
        mask = np.ones(len(self.complete), bool) if answered is None else answered
        kinds = np.zeros((mask.size, 0), bool) if quantities is None else quantities > 0
        bits = np.packbits(np.column_stack([mask, kinds]))
        key = blake2b(bytes([kinds.shape[1]]) + bits.tobytes()).digest()
        if key not in self._known:
            self._known[key] = hidden_in(self._lattice, mask, kinds, floor=self.floor)
        return self._known[key]

    @cached_property
    def _lattice(self) -> Lattice:
        """Every cell of the crosses, read once for all measures."""
        return read_lattice(self.complete, self.crosses, self.within)

    def tags(
        self, answers: pd.DataFrame, segments: Sequence[Segment], hidden: HiddenCells
    ) -> list[str]:
        """Return ``""``, ``"floor"`` or ``"complement"`` for each segment of a filtered frame.

        Raises
        ------
        DataError
            If a segment is not a cell of the pattern: a column it does not know, or rows filtered
            by something else.
        """
        require_columns(answers, self.columns)
        fixed: dict[str, str | None] = {}
        for column in self.columns:
            names = _names_of(answers[column])
            if len(names) == 1:
                fixed[column] = names[0]
        return [self._tag(segment, fixed, hidden) for segment in segments]

    def _tag(self, segment: Segment, fixed: dict[str, str | None], hidden: HiddenCells) -> str:
        unknown = [column for column in segment.cell if column not in self.columns]
        if unknown:
            raise DataError(
                f"The suppression pattern does not know column '{unknown[0]}', so it cannot tell "
                f"which of its groups may be shown. Add it to by= of suppression_pattern()."
            )
        cells = self._cells_of(segment, fixed)
        found = [cell for cell in cells if hidden.rows.get(cell) == segment.rows.size]
        if found:
            return hidden.tags.get(found[0], "")
        known = [cell for cell in cells if cell in hidden.rows]
        if known:
            raise DataError(
                f"A group has {segment.rows.size} rows here and {hidden.rows[known[0]]} in the "
                f"complete data: the answers are filtered by a column that the suppression pattern "
                f"does not know. Add it to by= of suppression_pattern()."
            )
        names = sorted({**fixed, **segment.cell})
        apart = [column for column in self.within if column not in names]
        raise DataError(
            f"A table crosses {names}, which the suppression pattern does not cover"
            + (f"; it holds one {apart[0]} at a time" if apart else "")
            + ". Filter to one value, or make the pattern with these columns in by=."
        )

    def _cells_of(self, segment: Segment, fixed: dict[str, str | None]) -> list[Cell]:
        """Return the cells a segment may be, the one with most filters first.

        A column with one value in the answers is a filter, or happens to have one value; then the
        cells with and without it are the same respondents.
        """
        filters = [column for column in fixed if column not in segment.cell]
        needed = [column for column in filters if column in self.within]
        free = [column for column in filters if column not in self.within]
        return [
            cell_of({**{c: fixed[c] for c in (*needed, *part)}, **segment.cell})
            for size in range(len(free), -1, -1)
            for part in combinations(free, size)
        ]


def _names_of(column: pd.Series) -> list[str | None]:
    """Return the names of a column's groups; of many, the first two that are seen may do."""
    values = column.array
    if not len(values):
        return []
    ends = [group_name(values[0]), group_name(values[-1])]
    if ends[0] != ends[1]:
        return ends
    if isinstance(column.dtype, pd.StringDtype) and ends[0] is not None:
        return ends[:1] if bool((column == ends[0]).all()) else [*ends[:1], None]
    return group_codes(column)[1]


def suppression_pattern(
    complete: pd.DataFrame,
    *,
    by: str | Sequence[str] | Sequence[Sequence[str]],
    within: str | Sequence[str] | None = None,
    floor: int = FLOOR,
) -> SuppressionPattern:
    """Decide which cells stay hidden in every table of every report of one run.

    A cell with fewer answers than the floor is hidden. So are the cells it could be computed back
    from: by sums and differences of all margins of the crosses, and by the bounds that a reader
    knows. The same pattern goes to each measure as ``protect=``.

    Parameters
    ----------
    complete
        The unfiltered frame: every market, segment and wave that any report shows.
    by
        Columns that the reports split or filter by: one list is one cross with all its margins; a
        list of lists is several (``[["market", "channel"], ["market", "age"]]``), when a cross of
        all would hide too much.
    within
        Columns that no table sums over, so that each of their values is a world of its own.
        Default: ``"wave"`` where the frame has it and ``by`` does not name it.
    floor
        Fewest answers shown.

    Raises
    ------
    DataError
        If a column is absent or the floor is not a positive whole number.

    Examples
    --------
    >>> import pandas as pd
    >>> complete = pd.DataFrame({"market": ["SE"] * 20 + ["NO"] * 9 + ["DK"] * 3})
    >>> pattern = suppression_pattern(complete, by="market")
    >>> sorted((dict(cell)["market"], tag) for cell, tag in pattern.hidden().tags.items())
    [('DK', 'floor'), ('NO', 'complement')]
    """
    crosses = _crosses(by)
    named = {column for cross in crosses for column in cross}
    if within is None:
        within_columns = (_WAVE,) if _WAVE in complete.columns and _WAVE not in named else ()
    else:
        within_columns = by_columns(within)
    checked_floor(floor)
    columns = list(dict.fromkeys([*within_columns, *named]))
    require_columns(complete, columns)
    return SuppressionPattern(complete, crosses, within_columns, floor)


def _crosses(by: str | Sequence[str] | Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    if isinstance(by, str):
        return ((by,),)
    if all(isinstance(entry, str) for entry in by):
        return (by_columns(cast("Sequence[str]", by)),)
    return tuple(by_columns(entry) for entry in by)
