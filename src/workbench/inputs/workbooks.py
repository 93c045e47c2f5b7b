"""Excel: what a sheet shows, cell by cell; formulas are never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from workbench.errors import DataError, near_match
from workbench.inputs.exports import HEADER_ROWS, header_names
from workbench.inputs.raw_table import RawTable, checked_names, set_aside_frame
from workbench.language import Message

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from workbench.inputs.exports import HeaderForm

__all__ = ["first_sheet_rows", "read_workbook"]

_UNPACKED_LIMIT = 2 << 30
_FORMULA = re.compile(rb"<f[ >/]")


def read_workbook(
    path: Path, *, sheet: str | None = None, header: HeaderForm | None = None
) -> RawTable:
    """Read one sheet; its first row that is not empty is the header.

    Parameters
    ----------
    path
        An ``.xlsx`` or ``.xlsm`` file; macros are not read.
    sheet
        Its name. Default: the first.
    header
        Form of a header of several rows; see :mod:`workbench.inputs.exports`.

    Returns
    -------
    RawTable
        Index: row of the sheet. Every cell is text: whole numbers without decimals, dates as
        ISO 8601, an error such as ``#N/A`` as it is shown. A formula counts as the value Excel
        stored with it; one without a stored value is empty and noted. Empty rows between others
        are set aside.

    Raises
    ------
    DataError
        If the file is broken or unpacks to more than 2 GB, or the sheet is not there or empty.
    """
    _refuse_bomb(path)
    book = _opened(path, data_only=True)
    try:
        name = _sheet_name(book, sheet, path.name)
        rows = [
            (number, row) for number, row in enumerate(book[name].iter_rows(values_only=True), 1)
        ]
        sheets = list(book.sheetnames)
    finally:
        book.close()
    frame, aside, labels = _table(rows, path.name, header)
    notes: list[Message] = []
    if sheet is None and len(sheets) > 1:
        notes.append(
            Message(
                "{file} has {n:integer} sheets; the first, {sheet}, was read.",
                file=path.name,
                n=len(sheets),
                sheet=name,
            )
        )
    if unstored := _formulas_without_value(path, name):
        notes.append(
            Message(
                "{file}: {n:integer} formula cell holds no stored value and counts as empty.",
                "{file}: {n:integer} formula cells hold no stored value and count as empty.",
                file=path.name,
                n=unstored,
            )
        )
    return RawTable(frame=frame, set_aside=aside, notes=tuple(notes), column_labels=labels)


def first_sheet_rows(path: Path) -> list[list[str]]:
    """Return the first rows of the first sheet as texts, as many as it takes to see its header."""
    _refuse_bomb(path)
    book = _opened(path, data_only=True)
    try:
        name = _sheet_name(book, None, path.name)
        rows = book[name].iter_rows(values_only=True, max_row=60)
        return [[_text(cell) for cell in row] for row in rows if any(c is not None for c in row)]
    finally:
        book.close()


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        raise DataError(f"{path.name}: is no sound Excel workbook. Save it again.") from None
    if size > _UNPACKED_LIMIT:
        raise DataError(
            f"{path.name}: unpacks to more than 2 GB. Save the sheet as CSV or Parquet."
        )


def _opened(path: Path, *, data_only: bool) -> Workbook:
    try:  # from memory: on an error the library would leave a file open
        stream = io.BytesIO(path.read_bytes())
        return openpyxl.load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
    except (OSError, KeyError, ValueError, InvalidFileException, zipfile.BadZipFile):
        raise DataError(f"{path.name}: is no sound Excel workbook. Save it again.") from None
    except (RuntimeError, NotImplementedError):
        raise DataError(
            f"{path.name}: is protected by a password, or packed as no spreadsheet is. Save it "
            "again without one."
        ) from None


def _sheet_name(book: Workbook, sheet: str | None, file: str) -> str:
    names = [worksheet.title for worksheet in book.worksheets]
    if not names:
        raise DataError(f"{file}: has no sheet with cells.")
    if sheet is None:
        return names[0]
    if sheet not in names:
        raise DataError(f"{file}: has no sheet '{sheet}'.{near_match(sheet, names)}")
    return sheet


def _table(
    rows: list[tuple[int, tuple[Any, ...]]], file: str, form: HeaderForm | None
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    filled = [(number, row) for number, row in rows if any(cell is not None for cell in row)]
    if not filled:
        raise DataError(f"{file}: the sheet is empty; it must have a header and rows.")
    n_header = HEADER_ROWS[form] if form else 1
    body = filled[n_header:]
    width = max((_used_width(row) for _, row in filled), default=0)
    top = [([_text(cell) for cell in row] + [""] * width)[:width] for _, row in filled[:n_header]]
    named = header_names(top, form, file) if form else None
    names = checked_names(named.names if named else top[0], file)
    columns = {
        name: pd.Series(
            [_text(row[place]) if place < len(row) else "" for _, row in body], dtype="str"
        )
        for place, name in enumerate(names)
    }
    frame = pd.DataFrame(columns)
    frame.index = pd.Index([number for number, _ in body], name="row", dtype="int64")
    last = filled[-1][0]
    kept = {number for number, _ in filled}
    first = filled[0][0]
    empty = [(number, "empty_row", 1) for number in range(first, last) if number not in kept]
    return frame, set_aside_frame(empty), named.labels if named else {}


def _used_width(row: tuple[Any, ...]) -> int:
    return max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _formulas_without_value(path: Path, sheet: str) -> int:
    """Count formula cells that Excel never computed; look only where there are formulas."""
    with zipfile.ZipFile(path) as archive:
        parts = [entry for entry in archive.namelist() if entry.startswith("xl/worksheets/sheet")]
        if not any(_FORMULA.search(archive.read(part)) for part in parts):
            return 0
    values, formulas = _opened(path, data_only=True), _opened(path, data_only=False)
    try:
        pairs = zip(
            values[sheet].iter_rows(values_only=True),
            formulas[sheet].iter_rows(values_only=True),
            strict=False,
        )
        return sum(
            stored is None and isinstance(formula, str) and formula.startswith("=")
            for shown, written in pairs
            for stored, formula in zip(shown, written, strict=False)
        )
    finally:
        values.close()
        formulas.close()
