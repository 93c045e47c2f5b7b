"""Delimited text: find the encoding and the delimiter, read every cell as text, lose no row."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv

from workbench.errors import DataError
from workbench.inputs.encodings import decode
from workbench.inputs.quotes import find_damage
from workbench.inputs.raw_table import RawTable, checked_names, set_aside_frame
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.encodings import DecodedText
    from workbench.inputs.quotes import Records

__all__ = ["read_delimited", "sniff_delimiter"]

_DELIMITERS = "\t;|,"  # on equal evidence the earlier wins: a comma is also a decimal sign
_SEPARATOR_LINE = re.compile(r"\Asep=(.)\r?\n")
_SNIFFED = 1 << 16
_BLOCK = 1 << 26


def read_delimited(
    raw: bytes,
    *,
    file: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: Sequence[str] | None = None,
) -> RawTable:
    """Read a CSV or TSV file; every cell is text, nothing is guessed about its type.

    Parameters
    ----------
    raw
        The file's bytes, unpacked.
    file
        Its name, for errors.
    encoding, delimiter
        Where they must be told. Default: found out.
    columns
        Names, for a file without a header.

    Returns
    -------
    RawTable
        Index: line in the file, from 1. Set aside: ``unclosed_quote``, ``too_few_fields``,
        ``too_many_fields``, ``empty_row`` (nothing but delimiters). Blank lines are no rows.

    Raises
    ------
    DataError
        If the file is empty, is in no known encoding, has two columns of one name, or if more than
        half of its rows do not fit the header.
    """
    decoded = decode(raw, encoding=encoding)
    text = _one_newline(decoded.text)
    first_line = 1
    if hint := _SEPARATOR_LINE.match(text):
        delimiter = delimiter or hint[1]
        text = text[hint.end() :]
        first_line = 2
    if not text.strip():
        raise DataError(f"{file}: the file is empty; it must have a header and rows.")
    delimiter = delimiter or sniff_delimiter(text, width=len(columns) if columns else None)
    names = list(columns) if columns else _header(text, delimiter, file)
    frame, aside = _rows(text.encode(), names, delimiter, first_line, columns is None)
    _refuse_misfit(file, frame, aside, names, delimiter)
    frame = _without_unnamed(frame, names)
    names = checked_names(list(frame.columns), file)
    frame, empty = _without_empty_rows(frame)
    aside = set_aside_frame([*aside, *empty])
    return RawTable(
        frame=frame,
        set_aside=aside,
        encoding=decoded.encoding,
        delimiter=delimiter,
        notes=_notes(file, decoded),
    )


def sniff_delimiter(text: str, *, width: int | None = None) -> str:
    r"""Return the delimiter under which the rows have as many fields as the header.

    A sign that is not in the header is no delimiter, however often it stands in the rows, so a
    decimal comma is never taken for one.

    Parameters
    ----------
    text
        Beginning of the file.
    width
        Number of fields, for a file without a header.

    Examples
    --------
    >>> sniff_delimiter("id;weight\n1;0,75\n2;1,25")
    ';'
    """
    lines = text[:_SNIFFED].split("\n")
    lines = [line for line in (lines[:-1] if len(lines) > 2 else lines) if line.strip()][:200]
    best, best_score, best_agreement = ",", 0.0, 0.0
    for sign in _DELIMITERS:
        rows = [len(row) for row in csv.reader(lines, delimiter=sign)]
        expected = width or rows[0]
        counted = rows if width or len(rows) == 1 else rows[1:]
        agreement = sum(row == expected for row in counted) / len(counted)
        score = (agreement + 1e-3) * math.log(expected)
        if sign == "," and best_agreement > 0.9 and len(rows) > 1:
            break  # a comma besides a sign that fits is a decimal comma, or in a text
        if score > best_score:
            best, best_score, best_agreement = sign, score, agreement
    return best


def _one_newline(text: str) -> str:
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")


def _header(text: str, delimiter: str, file: str) -> list[str]:
    names = next(csv.reader(io.StringIO(text[: 1 << 20]), delimiter=delimiter))
    if any(name.count("\n") > 20 for name in names):
        raise DataError(
            f"{file}: a quotation mark in the header does not close; add or remove one."
        )
    return names


def _rows(
    data: bytes, names: list[str], delimiter: str, first_line: int, has_header: bool
) -> tuple[pd.DataFrame, list[tuple[int, str, int]]]:
    """Parse all rows; return the kept ones by line and (line, reason, lines) of the others."""
    records = find_damage(data, delimiter, len(names))
    is_row = ~records.continuation & (np.diff(records.starts) > 1)
    kept_bytes = np.ones(len(is_row), dtype=bool)
    aside: list[tuple[int, str, int]] = []
    for damage in records.damages:
        kept_bytes[damage.first : damage.first + damage.lines] = False
        aside.append((damage.first + first_line, "unclosed_quote", damage.lines))
    blank = ~records.continuation & (np.diff(records.starts) == 1)
    kept_bytes &= ~blank if len(names) > 1 else True
    if len(names) == 1:
        is_row = ~records.continuation & kept_bytes
    lines = np.flatnonzero(is_row & kept_bytes) + first_line
    body = data if kept_bytes.all() else _joined(data, records, kept_bytes)
    if has_header:
        body = body[_end_of_header(records, kept_bytes) :]
        lines = lines[1:]
    misfits: list[tuple[int, str]] = []
    rows = np.append(records.starts[:-1][~records.continuation], records.starts[-1])
    frame = _parsed(body, len(names), delimiter, misfits, longest=int(np.diff(rows).max()))
    frame.columns = pd.Index(names)
    places = np.array([place for place, _ in misfits], dtype=np.int64)
    aside += [(int(lines[place]), reason, 1) for place, reason in misfits]
    frame.index = pd.Index(np.delete(lines, places), name="row")
    return frame, aside


def _joined(data: bytes, records: Records, keep: np.ndarray) -> bytes:
    """Cut the lines that are not kept out of the text."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8)))
    parts = [
        data[records.starts[first] : records.starts[last]] for first, last in edges.reshape(-1, 2)
    ]
    return b"".join(parts)


def _end_of_header(records: Records, keep: np.ndarray) -> int:
    """Return how many bytes of the kept text the header takes."""
    lines = np.flatnonzero(keep)
    size = 0
    for place, line in enumerate(lines):
        if place and not records.continuation[line]:
            break
        size += int(records.starts[line + 1] - records.starts[line])
    return size


def _parsed(
    body: bytes, width: int, delimiter: str, misfits: list[tuple[int, str]], *, longest: int
) -> pd.DataFrame:
    names = [str(place) for place in range(width)]
    if (not body.strip(b"\n") and width > 1) or not body:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in names})

    def on_misfit(row: arrow_csv.InvalidRow) -> str:
        few = row.actual_columns < row.expected_columns
        misfits.append((row.number - 1, "too_few_fields" if few else "too_many_fields"))
        return "skip"

    table = arrow_csv.read_csv(
        pa.py_buffer(body),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, column_names=names, block_size=max(_BLOCK, 2 * longest)
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=width > 1,
            invalid_row_handler=on_misfit,
        ),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
        ),
    )
    return table.to_pandas()


def _refuse_misfit(
    file: str,
    frame: pd.DataFrame,
    aside: list[tuple[int, str, int]],
    names: list[str],
    delimiter: str,
) -> None:
    misfit = sum(reason in {"too_few_fields", "too_many_fields"} for _, reason, _ in aside)
    if misfit > len(frame):
        raise DataError(
            f"{file}: {misfit} of {misfit + len(frame)} rows do not have the {len(names)} fields "
            f"of the header (delimiter {delimiter!r}). Say `delimiter` in files if it is another, "
            "or mend the header."
        )


def _without_unnamed(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Drop columns without name and answers: the trace of a delimiter at the end of each line."""
    dropped = [
        place
        for place, name in enumerate(names)
        if not name.strip() and bool((frame.iloc[:, place] == "").all())
    ]
    return frame.iloc[:, [place for place in range(len(names)) if place not in dropped]]


def _without_empty_rows(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[int, str, int]]]:
    empty = np.ones(len(frame), dtype=bool)
    if frame.shape[1] < 2:
        empty[:] = False
    for column in frame:
        if not empty.any():
            return frame, []
        empty &= (frame[column] == "").to_numpy()
    return frame.loc[~empty], [(int(line), "empty_row", 1) for line in frame.index[empty]]


def _notes(file: str, decoded: DecodedText) -> tuple[Message, ...]:
    if not decoded.odd_lines:
        return ()
    return (
        Message(
            "{file}: {n:integer} line was not UTF-8 like the rest and was read as cp1252.",
            "{file}: {n:integer} lines were not UTF-8 like the rest and were read as cp1252.",
            file=file,
            n=len(decoded.odd_lines),
        ),
    )
