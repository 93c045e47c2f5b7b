"""A file as it was read, before the study says what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError
from workbench.inputs.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.language import Message

__all__ = ["RawTable", "checked_names", "set_aside_frame"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RawTable:
    """Rows of one file: kept, and set aside with a reason.

    Parameters
    ----------
    frame
        The kept rows; index: where the row stands in the file (line of a text file, row of a
        sheet, from 1). Text columns are Arrow strings; an empty cell of a text file is ``""``.
    set_aside
        ``row``, ``reason``, ``lines`` (how many lines of the file the row took).
    encoding, delimiter
        Of a text file.
    notes
        What the reader should know.
    value_labels
        Labels of codes that the file itself carries.
    column_labels
        Questions in full, where the file carries them beside the names.
    missing_codes
        Codes that the file itself says are no answers.
    """

    frame: pd.DataFrame
    set_aside: pd.DataFrame
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[Message, ...] = ()
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    column_labels: dict[str, str] = field(default_factory=dict)
    missing_codes: dict[str, tuple[float | str, ...]] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Rows in the file: kept plus set aside."""
        return len(self.frame) + len(self.set_aside)


def set_aside_frame(rows: Sequence[tuple[int, str, int]] = ()) -> pd.DataFrame:
    """Return (row, reason, lines) as a frame with fixed types, in the order of the file."""
    frame = pd.DataFrame(sorted(rows), columns=["row", "reason", "lines"])
    return frame.astype({"row": "int64", "reason": "str", "lines": "int64"})


def checked_names(names: Sequence[str], file: str) -> list[str]:
    """Return the column names; two equal ones, or one without a name, stop the reading.

    Raises
    ------
    DataError
        If a name stands twice (spaces around it count) or a column has no name.
    """
    repeated = sorted({name for name in names if list(names).count(name) > 1 and name.strip()})
    if repeated:
        shown = ", ".join(f"'{visible(name)}'" for name in repeated)
        raise DataError(
            f"{file}: each column must have its own name; found more than once: {shown}. "
            "Rename one in the file's header."
        )
    unnamed = [str(place) for place, name in enumerate(names, start=1) if not name.strip()]
    if unnamed:
        raise DataError(
            f"{file}: column {', '.join(unnamed)} has answers but no name. "
            "Name it in the file's header."
        )
    return list(names)
