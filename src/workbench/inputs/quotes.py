"""Find quotation marks that never close, so that they swallow no rows.

A CSV parser that meets an unclosed mark reads on to the next one and turns everything between,
hundreds of rows if need be, into one cell. Here such rows are found before parsing.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Damage", "Records", "find_damage"]

_QUOTE, _NEWLINE = 34, 10
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Damage:
    """Lines to set aside: ``first`` (from 0) and how many, as one row of the file."""

    first: int
    lines: int


@dataclass(frozen=True, eq=False)
class Records:
    """Which lines begin a row, and which are to be set aside."""

    starts: NDArray[np.int64]  # byte where each line begins, and the end of the text
    continuation: NDArray[np.bool_]  # line belongs to the row of an earlier line
    damages: tuple[Damage, ...]


def find_damage(data: bytes, delimiter: str, width: int) -> Records:
    """Look at every line with quotation marks that do not pair up within it.

    Parameters
    ----------
    data
        UTF-8 text with line feeds.
    delimiter
        One ASCII sign.
    width
        Number of fields of a row.

    Returns
    -------
    Records
        A row over several lines is sound when its marks close, it has ``width`` fields, and the
        lines inside it do not look like rows or like records of another kind.
    """
    starts, suspects = _suspect_lines(data, delimiter)
    continuation = np.zeros(len(starts) - 1, dtype=bool)
    damages: list[Damage] = []
    text = _Lines(data, starts, delimiter, width, set(map(int, suspects)))
    resume = 0
    for line in map(int, suspects):
        if line < resume or not text.ends_open(line):
            continue
        last = text.last_line_of_record(line)
        if last is None or text.swallows_rows(line, last):
            damages.append(Damage(line, 1))
            resume = line + 1
        elif text.swallows_other_records(line, last):
            damages.append(Damage(line, last - line + 1))
            resume = last + 1
        else:
            continuation[line + 1 : last + 1] = True
            resume = last + 1
    return Records(starts, continuation, tuple(damages))


def _suspect_lines(data: bytes, delimiter: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where lines begin, and the lines whose marks are not opening, closing, opening ..."""
    signs = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(signs == _NEWLINE)
    ends = newlines if data.endswith(b"\n") else np.append(newlines, len(data))
    starts = np.concatenate([[0], ends + 1]).astype(np.int64)
    marks = np.flatnonzero(signs == _QUOTE)
    if not len(marks):
        return starts, np.empty(0, dtype=np.int64)
    edges = np.zeros(256, dtype=bool)
    edges[[ord(delimiter), _NEWLINE]] = True
    opens = edges[signs[np.maximum(marks - 1, 0)]] | (marks == 0)
    closes = edges[signs[np.minimum(marks + 1, len(signs) - 1)]] | (marks == len(signs) - 1)
    line = np.searchsorted(newlines, marks)
    is_first = np.append(True, line[1:] != line[:-1])
    place = np.arange(len(marks)) - np.maximum.accumulate(
        np.where(is_first, np.arange(len(marks)), 0)
    )
    wrong = np.where(place % 2 == 0, ~opens, ~closes)
    is_last = np.append(is_first[1:], True)
    wrong |= is_last & (place % 2 == 0)
    return starts, np.unique(line[wrong]).astype(np.int64)


class _Lines:
    """The lines of a text, asked one at a time."""

    def __init__(
        self,
        data: bytes,
        starts: NDArray[np.int64],
        delimiter: str,
        width: int,
        suspects: set[int],
    ) -> None:
        self._data = data
        self._starts = starts
        self._delimiter = delimiter
        self._width = width
        self._suspects = suspects
        sign = re.escape(delimiter)
        self._field = re.compile(rf'(?:"(?:[^"]|"")*+"[^{sign}\n]*|[^"{sign}\n][^{sign}\n]*|)')
        self._letterless = self._columns_without_letters()

    def _line(self, line: int) -> str:
        return self._data[self._starts[line] : self._starts[line + 1]].decode().rstrip("\n")

    def ends_open(self, line: int) -> bool:
        """Say whether a quotation mark opens in the line and does not close there."""
        text = self._line(line)
        place = 0
        while True:
            match = cast("re.Match[str]", self._field.match(text, place))
            place = match.end()
            if place >= len(text):
                return False
            if text[place] != self._delimiter:
                return True
            place += 1

    def last_line_of_record(self, line: int) -> int | None:
        """Return the line in which the open mark closes soundly, or None."""
        sign = self._delimiter.encode()
        position = self._opening(line)
        while True:
            closing = _closing_mark(self._data, position + 1)
            if closing is None:
                return None
            after = self._data[closing + 1 : closing + 2]
            if after not in {sign, b"\n", b""}:
                return None
            last = int(np.searchsorted(self._starts, closing, side="right")) - 1
            rest = self._data[closing + 1 : self._starts[last + 1]].decode().rstrip("\n")
            opened = self._open_in(rest.removeprefix(self._delimiter), bool(rest))
            if opened is None:
                break
            position = closing + 1 + len(sign) + opened
        record = self._data[self._starts[line] : self._starts[last + 1]].decode().rstrip("\n")
        fields = next(csv.reader([record], delimiter=self._delimiter))
        return last if len(fields) == self._width else None

    def _opening(self, line: int) -> int:
        opened = self._open_in(self._line(line), True)
        return int(self._starts[line]) + cast("int", opened)

    def _open_in(self, text: str, has_fields: bool) -> int | None:
        """Return the byte at which a mark opens that does not close in the text."""
        place = 0
        while has_fields:
            match = cast("re.Match[str]", self._field.match(text, place))
            if match.end() < len(text) and text[match.end()] != self._delimiter:
                return len(text[: match.end()].encode())
            place = match.end() + 1
            has_fields = place <= len(text)
        return None

    def swallows_rows(self, first: int, last: int) -> bool:
        """Say whether lines inside the record look like rows of their own."""
        inside = [self._line(line) for line in range(first + 1, last)]
        rows = sum(self._is_row(text) for text in inside)
        if not self._letterless:
            return rows >= 3 and rows == len(inside)
        if rows:
            return True
        opening, closing = self._line(first), self._line(last)
        return opening.count(self._delimiter) == self._width - 1 and self._is_row(closing)

    def swallows_other_records(self, first: int, last: int) -> bool:
        """Say whether the lines inside hold columns: tabs, or signs in the same number each."""
        counts = [self._line(line).count(self._delimiter) for line in range(first + 1, last + 1)]
        if self._delimiter == "\t":
            return max(counts[:-1], default=0) > 0 or counts[-1] > self._width
        return len(counts) > 3 and len(set(counts[:-1])) == 1 and counts[0] >= 2

    def _is_row(self, text: str) -> bool:
        fields = text.split(self._delimiter)
        if len(fields) != self._width or self._width < 2:
            return False
        return not any(_LETTER.search(fields[column]) for column in self._letterless)

    def _columns_without_letters(self) -> list[int]:
        """Return the columns that hold only numbers and signs in the first sound rows."""
        sample: list[Sequence[str]] = []
        for line in range(1, min(len(self._starts) - 1, 400)):
            if line not in self._suspects:
                fields = next(csv.reader([self._line(line)], delimiter=self._delimiter), [])
                if len(fields) == self._width:
                    sample.append(fields)
        if not sample:
            return []
        columns = range(self._width)
        return [
            column
            for column in columns
            if any(row[column] for row in sample)
            and not any(_LETTER.search(row[column]) for row in sample)
        ]


def _closing_mark(data: bytes, position: int) -> int | None:
    """Return where the open cell's closing mark stands; a doubled mark is text."""
    while (found := data.find(b'"', position)) != -1:
        if data[found + 1 : found + 2] != b'"':
            return found
        position = found + 2
    return None
