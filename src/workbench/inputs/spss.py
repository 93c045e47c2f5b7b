"""SPSS files: columns with their types, labels of codes, questions, and declared missing codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from workbench.errors import DataError
from workbench.inputs.raw_table import RawTable, checked_names, set_aside_frame

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_spss"]

_MOST_CODES = 50


def read_spss(path: Path) -> RawTable:
    """Read a ``.sav`` file.

    Returns
    -------
    RawTable
        Numbers and texts as the file has them; declared missing codes are kept in the frame and
        named in ``missing_codes``, since the study says what they mean.

    Raises
    ------
    DataError
        If the file is broken.
    """
    import pyreadstat
    from pyreadstat import ReadstatError

    try:
        loaded, meta = pyreadstat.read_sav(str(path), user_missing=True)
    except (OSError, ReadstatError):
        raise DataError(f"{path.name}: is no sound SPSS file. Save it again.") from None
    frame = cast("pd.DataFrame", loaded)
    checked_names(list(frame.columns), path.name)
    texts = [column for column in frame if frame[column].dtype == object]
    frame = frame.astype(dict.fromkeys(texts, "str"))
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    labels: dict[str, dict[str, str]] = {
        column: {_code(code): str(label) for code, label in values.items()}
        for column, values in meta.variable_value_labels.items()
    }
    questions = {column: label for column, label in meta.column_names_to_labels.items() if label}
    return RawTable(
        frame=frame,
        set_aside=set_aside_frame(),
        value_labels=labels,
        column_labels=questions,
        missing_codes=_missing_codes(cast("Any", meta.missing_ranges), frame),
    )


def _code(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _missing_codes(
    ranges: dict[str, list[dict[str, Any]]], frame: pd.DataFrame
) -> dict[str, tuple[float | str, ...]]:
    """Return the declared missing codes; of a range, those that occur."""
    found: dict[str, tuple[float | str, ...]] = {}
    for column, declared in ranges.items():
        codes: list[float | str] = []
        for entry in declared:
            low, high = entry["lo"], entry["hi"]
            if low == high:
                codes.append(low)
            else:
                values = frame[column].dropna()
                within = values[(values >= low) & (values <= high)].unique()
                codes += sorted(map(float, within[:_MOST_CODES]))
        found[column] = tuple(dict.fromkeys(codes))
    return found
