"""What a native chart of slides and documents shows: points with intervals, from the tidy table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.language import localized
from workbench.report.columns import column_for
from workbench.report.exports.source import plain_text
from workbench.report.labels import label_of
from workbench.report.segment_colours import FILTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.report.exports.source import Finding

__all__ = ["Chart", "chart_data", "chart_of"]

_VALUES: Final = (
    ("estimate", "ci_low", "ci_high"),
    ("change", "ci_low", "ci_high"),
    ("difference", "ci_low", "ci_high"),
    ("share", "ci_low", "ci_high"),
    ("response_rate", "ci_low", "ci_high"),
    ("associated_gain", "associated_gain_low", "associated_gain_high"),
    ("effect", "effect_low", "effect_high"),
)
_OWN: Final = {"wave_change": 1, "effect_changes": 1, "segment_difference": 2}
"""Kinds whose main number is not the first column of ``_VALUES`` that they have."""

_MOST: Final = 24
_LETTERS: Final = 150
"""Letters of all names together: with more they would be turned and cut off."""
_LONGEST: Final = 85
"""Letters of a caption that can stand along an axis."""
_CODES: Final = {
    "percent": "0%",
    "percent1": "0.0%",
    "points": "+0.0;−0.0;0.0",
    "percent_points": "+0.0%;−0.0%;0.0%",
    "points2": "+0.00;−0.00;0.00",
    "number2": "0.00;−0.00",
}
"""Format of a column -> number format of the office programs; a minus sign is no hyphen."""
_OWN_UNITS: Final = frozenset(
    {
        *("effects", "score_readings", "decision_log", "sensitivity", "looks", "calibration"),
        *("response", "trial_segments", "effect_cells"),
    }
)
"""Kinds of trials, whose numbers have the units of their metric: one axis can't say which."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Points, or a line over time, with intervals.

    Parameters
    ----------
    names
        One per point, in the language of the run.
    values, low, high
        Unrounded; shares are 0-1 with ``is_share``. Ends are None where there is no interval.
    colours
        Colour of a point whose name is a market, as in every figure of the study; else None.
    is_line
        True over waves.
    code
        Number format of the values.
    title, names_title
        What the axes show; the latter is empty where the names come from several columns.
    column
        Name of the values in the result's table.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    colours: tuple[str | None, ...]
    is_line: bool
    code: str
    title: str
    names_title: str
    column: str

    @property
    def axis_code(self) -> str:
        """Number format of the axis: no more decimals than its steps need."""
        step = self.limits[2]
        if "%" in self.code:
            return "0%" if step >= 0.01 else "0.0%"
        decimals = max(0, -math.floor(math.log10(step)))
        shown = f"0.{'0' * decimals}" if decimals else "0"
        return f"{shown};−{shown}"

    @property
    def limits(self) -> tuple[float, float, float]:
        """Ends and step of the value axis: every interval lies inside."""
        ends = [end for end in (*self.values, *self.low, *self.high) if end is not None]
        low, high = min(ends), max(ends)
        spread = (high - low) or abs(high) or 1.0
        step = 10.0 ** math.floor(math.log10(spread / 4))
        step *= next(size for size in (1, 2, 5, 10) if spread / (step * size) <= 6)
        return math.floor(low / step) * step, math.ceil(high / step) * step, step


def chart_of(finding: Finding, language: str) -> Chart | None:
    """Return the chart a result's main table gives, or None where one axis can't hold it.

    Rows that are hidden or have no number are left out. A chart needs two points; where there is a
    drawing to show in its place, also names that fit below them, and no percentage points, which
    number formats can only write as per cent.
    """
    payload = finding.payload
    table = payload["tables"].get("table")
    if table is None or payload["kind"] in _OWN_UNITS:
        return None
    start = _OWN.get(payload["kind"], 0)
    columns = table["columns"]
    found = next((v for v in _VALUES[start:] if set(v) <= set(columns)), None)
    rows = [dict(zip(columns, row, strict=True)) for row in table["rows"]]
    if found is None or not table["key"]:
        return None
    rows = [row for row in rows if _number(row[found[0]]) is not None and _shown(row)]
    if not 2 <= len(rows) <= _MOST:
        return None
    labels = {key: localized(text, language) for key, text in finding.labels.items()}
    varying = [k for k in table["key"] if len({repr(row[k]) for row in rows}) > 1]
    keys = varying or table["key"]
    names = [_name(row, keys, labels) for row in rows]
    column = column_for(payload["kind"], found[0])
    is_crowded = sum(map(len, names)) > _LETTERS
    if finding.drawings and (is_crowded or column.format == "percent_points"):
        return None
    is_line = payload.get("by") == ["wave"] or varying in (["wave"], ["day"], ["interview"])
    order = range(len(rows))
    if not is_line and payload["kind"] == "drivers":
        order = sorted(order, key=lambda i: -float(rows[i][found[0]]))
    return Chart(
        names=tuple(names[i] for i in order),
        values=tuple(float(rows[i][found[0]]) for i in order),
        low=tuple(_number(rows[i][found[1]]) for i in order),
        high=tuple(_number(rows[i][found[2]]) for i in order),
        colours=tuple(_colour(finding, rows[i], keys) for i in order),
        is_line=is_line,
        code=_CODES.get(column.format, "0.0;−0.0"),
        title=_title(finding, column.label.render(language)),
        names_title=_names_title(finding, keys),
        column=found[0],
    )


def _colour(finding: Finding, row: dict[str, Any], keys: Sequence[str]) -> str | None:
    if FILTER not in finding.payload["by"] or len(keys) != 1:
        return None
    return finding.colours.get(str(row[keys[0]]))


def _title(finding: Finding, label: str) -> str:
    """Return the caption, which names the unit; a long one stands beside the chart instead."""
    caption = finding.caption.rstrip(".")
    return plain_text(caption if 0 < len(caption) <= _LONGEST else label)


def _names_title(finding: Finding, keys: Sequence[str]) -> str:
    """Return the heading of the one column that the names are from."""
    table, known = finding.table, finding.payload["tables"]["table"]["key"]
    if table is None or len(keys) != 1 or table.n_row_headings != len(known):
        return ""
    return plain_text(table.headings[known.index(keys[0])].text)


def _shown(row: dict[str, Any]) -> bool:
    return not row.get("suppressed")


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _name(row: dict[str, Any], keys: Sequence[str], labels: dict[str, str]) -> str:
    parts = [str(label_of(row[key], labels)) if row[key] is not None else "–" for key in keys]
    return plain_text(" / ".join(parts))


def chart_data(chart: Chart, kind: Any) -> Any:
    """Return the numbers as the embedded workbook holds them: unrounded."""
    data = kind(number_format=chart.code)
    data.categories = list(chart.names)
    data.add_series(chart.title[:120], list(chart.values))
    return data
