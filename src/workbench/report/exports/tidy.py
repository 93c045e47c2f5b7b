"""Tidy tables: one CSV and one Parquet file per table, and one workbook with all of them.

Numbers are those of ``results.json``, unrounded; what is hidden there is empty here. A text that a
spreadsheet would take for a formula gets a leading apostrophe in CSV and Excel.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from workbench.report.exports.source import plain_text
from workbench.report.folders import safe_name
from workbench.report.outputs import safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbench.report.exports.source import FinishedRun
    from workbench.report.payload import Payload

__all__ = ["write_csv", "write_parquet", "write_workbook"]

_NOT_IN_SHEET = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET = 31


def _tables(run: FinishedRun) -> Iterator[tuple[str, Payload, Payload]]:
    """Yield name, result and table of everything the run computed."""
    for payload in run.payloads:
        for name, table in payload["tables"].items():
            stem = payload["id"] if name == "table" else f"{payload['id']}_{name}"
            yield safe_name(stem), payload, table


def cell_value(value: Any) -> Any:
    """Return a value for a cell: numbers as they are, texts cleaned, lists joined, null empty."""
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return plain_text(value) if isinstance(value, str) else value


def write_csv(run: FinishedRun, folder: Path) -> list[Path]:
    """Write one UTF-8 file per table, decimal points, with a mark that Excel knows UTF-8 by."""
    written: list[Path] = []
    for name, _, table in _tables(run):
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([safe_cell(plain_text(column)) for column in table["columns"]])
            writer.writerows([safe_cell(cell_value(v)) for v in row] for row in table["rows"])
        written.append(path)
    return written


def write_parquet(run: FinishedRun, folder: Path) -> list[Path]:
    """Write one typed file per table; key, caption and address stand in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    written: list[Path] = []
    for name, payload, table in _tables(run):
        columns = {
            plain_text(column): pa.array(*_typed([row[i] for row in table["rows"]]))
            for i, column in enumerate(table["columns"])
        }
        notes = {
            "caption": json.dumps(table.get("caption", {}), ensure_ascii=False),
            "key": json.dumps(table["key"]),
            "address": f"{run.facts['notebook']['name']} / {payload['id']}",
            "record": str(run.facts.get("seal", "")),
        }
        path = folder / f"{name}.parquet"
        pq.write_table(pa.table(columns).replace_schema_metadata(notes), path)
        written.append(path)
    return written


def _typed(values: list[Any]) -> tuple[list[Any], Any]:
    """Return values and Arrow type of a column: whole numbers stay whole, mixed ones are text."""
    import pyarrow as pa

    cleaned = [cell_value(value) for value in values]
    kinds = {type(value) for value in cleaned if value is not None}
    if not kinds:
        return cleaned, pa.string() if not values else pa.null()
    if kinds == {bool}:
        return cleaned, pa.bool_()
    if kinds == {int}:
        return cleaned, pa.int64()
    if kinds <= {int, float}:
        return [None if v is None else float(v) for v in cleaned], pa.float64()
    return [None if v is None else str(v) for v in cleaned], pa.string()


def write_workbook(run: FinishedRun, path: Path) -> Path:
    """Write a workbook: a sheet that says what it is, then one sheet per table."""
    from openpyxl import Workbook

    book = Workbook()
    made = dt.datetime.fromisoformat(run.facts["finished"]).replace(tzinfo=None)
    book.properties.created = book.properties.modified = made
    book.properties.title = run.title
    about = book.active
    assert about is not None  # noqa: S101 - a new workbook has one sheet
    about.title = "about"
    taken = {"about"}
    listed: list[list[Any]] = []
    for name, payload, table in _tables(run):
        sheet_name = _sheet_name(name, taken)
        _fill(book.create_sheet(sheet_name), [table["columns"], *table["rows"]])
        caption = run.words(table.get("caption"))
        listed.append([sheet_name, payload["id"], caption, run.words(payload["summary"])])
    header = [
        [run.title],
        [run.state],
        [run.rests_on],
        [],
        ["sheet", "result", "table", "finding"],
    ]
    _fill(about, [*header, *listed], heading=5)
    book.save(path)
    return path


def _sheet_name(name: str, taken: set[str]) -> str:
    base = _NOT_IN_SHEET.sub("_", name)[:_LONGEST_SHEET] or "table"
    chosen, number = base, 2
    while chosen.casefold() in taken:
        suffix = f"~{number}"
        chosen, number = base[: _LONGEST_SHEET - len(suffix)] + suffix, number + 1
    taken.add(chosen.casefold())
    return chosen


def _fill(sheet: Any, rows: list[list[Any]], *, heading: int = 1) -> None:
    """Write rows; texts are stored as texts, so that none is ever taken for a formula."""
    from openpyxl.styles import Font

    for r, row in enumerate(rows, start=1):
        for c, raw in enumerate(row, start=1):
            value = safe_cell(cell_value(raw))
            if value == "":
                continue
            cell = sheet.cell(row=r, column=c, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            if r == heading:
                cell.font = Font(bold=True)
    sheet.freeze_panes = sheet.cell(row=heading + 1, column=1)
    for c in range(1, max((len(row) for row in rows), default=0) + 1):
        widest = max((len(str(row[c - 1])) for row in rows[heading - 1 :] if len(row) >= c),
                     default=8)  # fmt: skip
        letter = sheet.cell(row=1, column=c).column_letter
        sheet.column_dimensions[letter].width = min(48, max(10, widest + 2))
