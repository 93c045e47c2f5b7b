"""Read a data file of any accepted kind into a :class:`RawTable`, losing no row."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from workbench.errors import DataError
from workbench.inputs.encodings import decode
from workbench.inputs.exports import read_export, refuse_import_row
from workbench.inputs.raw_table import RawTable, checked_names, set_aside_frame
from workbench.inputs.tabular import read_delimited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.exports import HeaderForm

__all__ = ["SUFFIXES", "file_hash", "read_table", "unpacked"]

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", ".jsonl", ".ndjson", ".sav")
"""Kinds of file, by suffix; text may also be packed, ``.csv.gz``."""

_TEXT = (".csv", ".tsv", ".txt")
_UNPACKED_LIMIT = 4 << 30


def read_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    columns: Sequence[str] | None = None,
    header: HeaderForm | None = None,
) -> RawTable:
    """Read one data file.

    Parameters
    ----------
    path
        CSV, TSV, Excel, Parquet, JSON lines or SPSS, by suffix; text may be packed with gzip.
    encoding, delimiter, columns
        Of a text file, where they must be told; see :func:`read_delimited`.
    sheet
        Of a workbook. Default: the first.
    header
        Form of a header of several rows; see :mod:`workbench.inputs.exports`.

    Returns
    -------
    RawTable
        Cells of text files are text; Parquet and SPSS columns keep their types. Cells of a
        workbook are what it shows: formulas are never evaluated.

    Raises
    ------
    DataError
        If the file is not there, of another kind, broken, or as in :func:`read_delimited`.
    """
    suffix = _suffix(path)
    if suffix not in SUFFIXES:
        raise DataError(
            f"{path.name}: files of kind '{suffix}' are not read. "
            f"Save it as one of {', '.join(SUFFIXES)}."
        )
    if suffix in {".xlsx", ".xlsm"}:
        from workbench.inputs.workbooks import read_workbook

        return read_workbook(path, sheet=sheet, header=header)
    if suffix == ".parquet":
        return _read_parquet(path)
    if suffix == ".sav":
        from workbench.inputs.spss import read_spss

        return read_spss(path)
    raw = unpacked(path)
    if suffix in _TEXT and header is not None:
        return read_export(
            raw, file=path.name, header=header, encoding=encoding, delimiter=delimiter
        )
    if suffix in _TEXT:
        table = read_delimited(
            raw, file=path.name, encoding=encoding, delimiter=delimiter, columns=columns
        )
        refuse_import_row(table, path.name)
        return table
    return _read_json_lines(raw, path.name, encoding)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _suffix(path: Path) -> str:
    name = path.name.casefold().removesuffix(".gz")
    return Path(name).suffix


def unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked where it is gzip."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name}: can't be opened ({error.strerror}).") from None
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as stream:
            unpacked = stream.read(_UNPACKED_LIMIT + 1)
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{path.name}: the packed file is broken. Pack it again.") from None
    if len(unpacked) > _UNPACKED_LIMIT:
        raise DataError(f"{path.name}: unpacks to more than 4 GB. Use Parquet.")
    return unpacked


def _read_parquet(path: Path) -> RawTable:
    try:
        table = parquet.read_table(path)
    except (OSError, pa.ArrowException):
        raise DataError(f"{path.name}: is no sound Parquet file. Write it again.") from None
    _refuse_nested(table, path.name)
    checked_names(table.column_names, path.name)
    return _numbered(table.to_pandas(ignore_metadata=True))


def _refuse_nested(table: pa.Table, file: str) -> None:
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        shown = ", ".join(f"'{name}'" for name in nested)
        raise DataError(
            f"{file}: a cell must hold one value; lists or tables stand in {shown}. "
            "Give each value its own column."
        )


def _read_json_lines(raw: bytes, file: str, encoding: str | None) -> RawTable:
    """Read one object per line; other lines are set aside as ``not_json``."""
    text = decode(raw, encoding=encoding)
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    aside: list[tuple[int, str, int]] = []
    for number, line in enumerate(text.text.split("\n"), start=1):
        if not line.strip():
            continue
        entry = _json_object(line)
        if entry is None:
            aside.append((number, "not_json", 1))
        else:
            rows.append(entry)
            lines.append(number)
    if not rows:
        raise DataError(f"{file}: no line is a JSON object; write one object per row.")
    try:
        table = pa.Table.from_pylist(rows, schema=_schema(rows, file))
    except pa.ArrowException:
        raise DataError(f"{file}: a column mixes values that can't stand together.") from None
    checked_names(table.column_names, file)
    frame = table.to_pandas()
    frame.index = pd.Index(lines, name="row")
    return RawTable(frame=frame, set_aside=set_aside_frame(aside), encoding=text.encoding)


def _json_object(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else None


def _schema(rows: list[dict[str, Any]], file: str) -> pa.Schema:
    """Give each column one type; numbers beside texts are texts, as codes beside "Vet ej"."""
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for name, value in row.items():
            kinds.setdefault(name, set()).add(type(value))
    fields: list[pa.Field] = []
    for name, found in kinds.items():
        found -= {type(None)}
        if found & {dict, list}:
            raise DataError(
                f"{file}: a cell must hold one value; '{name}' holds lists or tables. "
                "Give each value its own column."
            )
        if found <= {int, float} and found:
            kind = pa.float64() if float in found else pa.int64()
        elif found == {bool}:
            kind = pa.bool_()
        else:
            kind = pa.string()
            for row in rows:
                if name in row and row[name] is not None:
                    row[name] = row[name] if isinstance(row[name], str) else json.dumps(row[name])
        fields.append(pa.field(name, kind))
    return pa.schema(fields)


def _numbered(frame: pd.DataFrame) -> RawTable:
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return RawTable(frame=frame, set_aside=set_aside_frame())
