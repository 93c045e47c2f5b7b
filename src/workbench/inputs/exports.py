"""Exports of survey tools, whose header has two or three rows.

``qualtrics``: names, questions in full, and a row of ``{"ImportId": ...}``. ``two_rows``:
questions, then for each column the option or row of a grid, as SurveyMonkey and many forms write
it; a question that spans several columns is written once. ``three_rows``: names, questions,
options.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from workbench.errors import DataError
from workbench.inputs.encodings import decode
from workbench.inputs.tabular import read_delimited, sniff_delimiter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.raw_table import RawTable

__all__ = [
    "HEADER_ROWS",
    "HeaderForm",
    "HeaderNames",
    "first_rows",
    "header_form",
    "header_names",
    "read_export",
    "refuse_import_row",
]

HeaderForm = Literal["qualtrics", "two_rows", "three_rows"]

HEADER_ROWS: dict[HeaderForm, int] = {"qualtrics": 3, "two_rows": 2, "three_rows": 3}
"""Rows of each form's header."""

_IMPORT_MARK = '{"ImportId"'
_FREE_TEXT = {"", "response", "open-ended response", "svar", "öppet svar"}
_SEEN = 40
_LONG = 1 << 20


@dataclass(frozen=True)
class HeaderNames:
    """Names of the columns, and the questions behind them."""

    names: list[str]
    labels: dict[str, str]


def header_form(rows: Sequence[Sequence[str]]) -> HeaderForm | None:
    """Return the form of a header, or None where it has one row.

    Parameters
    ----------
    rows
        The first rows of the file.

    Examples
    --------
    >>> header_form([["Q1", "Q2"], ["How are you?", "Why?"], ['{"ImportId":"QID1"}', ""]])
    'qualtrics'
    >>> header_form([["Which?", ""], ["Mail", "Phone"], ["Mail", ""], ["", "Phone"]])
    'two_rows'
    >>> header_form([["q1", "q2"], ["1", "2"], ["3", "4"]]) is None
    True
    """
    if len(rows) > 2 and any(cell.startswith(_IMPORT_MARK) for cell in rows[2]):
        return "qualtrics"
    if len(rows) < 3:
        return None
    first, second = rows[0], rows[1]
    spans = [place for place, name in enumerate(first) if not name.strip()]
    if spans and all(place < len(second) and second[place].strip() for place in spans):
        return "two_rows"
    return _form_by_numbers(rows)


def _form_by_numbers(rows: Sequence[Sequence[str]]) -> HeaderForm | None:
    """Tell further header rows by words that stand over columns of numbers."""
    body = rows[3 : 3 + _SEEN]
    if len(body) < 3:
        return None
    width = len(rows[0])
    numeric = [
        place
        for place in range(width)
        if (cells := [row[place] for row in body if place < len(row) and row[place].strip()])
        and all(_is_number(cell) for cell in cells)
    ]
    if len(numeric) < 2:
        return None
    words = [
        sum(len(row) > place and bool(row[place].strip()) and not _is_number(row[place])
            for place in numeric)
        for row in rows[1:3]
    ]  # fmt: skip
    if words[0] < 0.8 * len(numeric):
        return None
    return "three_rows" if words[1] >= 0.8 * len(numeric) else "two_rows"


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def header_names(rows: Sequence[Sequence[str]], form: HeaderForm, file: str) -> HeaderNames:
    """Return the names of the columns and their questions.

    Raises
    ------
    DataError
        If the header has fewer rows than its form.

    Examples
    --------
    >>> top = [["Id", "Which?", "", "Why?"], ["", "Mail", "Phone", "Open-Ended Response"]]
    >>> header_names(top, "two_rows", "a.csv").names
    ['Id', 'Which? [Mail]', 'Which? [Phone]', 'Why?']
    """
    if len(rows) < HEADER_ROWS[form]:
        raise DataError(
            f"{file}: a header of form '{form}' has {HEADER_ROWS[form]} rows; the file has fewer."
        )
    width = max(len(row) for row in rows)
    padded = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    if form == "two_rows":
        names = _joined(padded[0], padded[1])
        return HeaderNames(_numbered(names), {})
    texts = padded[1] if form == "qualtrics" else _joined(padded[1], padded[2])
    names = _numbered([name or text for name, text in zip(padded[0], texts, strict=True)])
    labels = {name: text for name, text in zip(names, texts, strict=True) if text and text != name}
    return HeaderNames(names, labels)


def _joined(questions: Sequence[str], options: Sequence[str]) -> list[str]:
    names: list[str] = []
    question = ""
    for own, option in zip(questions, options, strict=True):
        question = own or question
        names.append(question if option.casefold() in _FREE_TEXT else f"{question} [{option}]")
    return names


def _numbered(names: Sequence[str]) -> list[str]:
    """Tell columns of one name apart: the second is called ``name (2)``."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def refuse_import_row(table: RawTable, file: str) -> None:
    """Stop where the rows of a Qualtrics header would be read as answers.

    Raises
    ------
    DataError
        If one of the first rows holds import marks.
    """
    for row in table.frame.head(2).itertuples(index=False, name=None):
        if any(isinstance(cell, str) and cell.startswith(_IMPORT_MARK) for cell in row):
            raise DataError(
                f"{file}: the header has three rows, as Qualtrics writes it. "
                'Say header = "qualtrics" beside the path in files.'
            )


def first_rows(raw: bytes, *, encoding: str | None = None) -> list[list[str]]:
    """Return the first rows of a delimited file, as many as it takes to see its header."""
    text = decode(raw, encoding=encoding).text[:_LONG]
    delimiter = sniff_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return list(islice(reader, _SEEN + 3))


def read_export(
    raw: bytes,
    *,
    file: str,
    header: HeaderForm,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> RawTable:
    """Read a delimited export whose header has several rows.

    Parameters
    ----------
    raw, file, encoding, delimiter
        As in :func:`workbench.inputs.tabular.read_delimited`.
    header
        Form of its header.

    Returns
    -------
    RawTable
        As from ``read_delimited``, with the questions in ``column_labels``.

    Raises
    ------
    DataError
        As from ``read_delimited``, and if the header is too short.
    """
    decoded = decode(raw, encoding=encoding)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = delimiter or sniff_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    top = list(islice(reader, HEADER_ROWS[header]))
    named = header_names(top, header, file)
    n_lines = reader.line_num
    body = text.split("\n", n_lines)[-1] if n_lines else text
    table = read_delimited(
        body.encode(), file=file, encoding="utf-8", delimiter=delimiter, columns=named.names
    )
    frame = table.frame.set_axis(table.frame.index + n_lines, axis=0)
    frame.index.name = "row"
    aside = table.set_aside.assign(row=table.set_aside["row"] + n_lines)
    return replace(
        table,
        frame=frame,
        set_aside=aside,
        encoding=decoded.encoding,
        column_labels=named.labels,
    )
