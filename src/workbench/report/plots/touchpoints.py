"""Figure of the journey: how much on the left, why on the right, a row per step."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, format_percent, localized, translate
from workbench.report.figures import (
    BAD,
    C1,
    GOOD,
    LINE,
    NARROW,
    SMALL,
    SOFT,
    WIDE,
    canvas,
    place,
)
from workbench.report.plots.marks import dots, stroke
from workbench.report.plots.panels import words
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.touchpoints import TouchpointsResult

__all__ = ["plot_touchpoints"]

_ROW, _TOP, _BLOCK = 58.0, 46.0, 132.0
_GRADE, _GRADE_ROOM, _NUMBER = 250.0, 190.0, 44.0
_ZERO, _SIDE = 760.0, 170.0
"""Wide: where grades begin, their room; where shares are zero, and the room to either side."""

_OFF = 8.0
"""Pixels between the line of zero and either side's own zero, so that dots there do not meet."""

_SIGNS = (("barrier", -1, BAD, "▼"), ("success", 1, GOOD, "▲"))


def plot_touchpoints(
    result: TouchpointsResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each step's grade with its interval, and who says what hinders and helps there."""
    ax = canvas(narrow=narrow) if ax is None else ax
    rows = [_named(result, row, language) for row in plain_rows(result.table)]
    ends = [row[f"{sign}_high"] or 0.0 for row in rows for sign in ("barrier", "success")]
    end = max([*ends, 1e-9])
    width = NARROW if narrow else WIDE
    top, height = (4.0, _BLOCK) if narrow else (_TOP, _ROW)
    place(ax, height=top + height * len(rows) + 6)
    ax.set_xlim(0, width)
    ax.set_ylim(top + height * len(rows) + 6, 0)
    ax.set_axis_off()
    if not narrow:
        _headings(ax, language)
    for number, row in enumerate(rows):
        y = top + number * height
        stroke(ax, (0, width), (y, y), color=LINE, linewidth=1)
        if narrow:
            _narrow_row(ax, row, y, language)
        else:
            _wide_row(ax, row, y, end, language)
    return ax


def _named(result: TouchpointsResult, row: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the row with names in place of codes."""
    named = {"touchpoint": localized(result.label(row["touchpoint"]), language)}
    for name in ("most_barrier", "most_success"):
        if row[name]:
            named[name] = localized(result.theme_label(row[name]), language)
    return row | named


def _headings(ax: Axes, language: str) -> None:
    heads = (
        (0.0, "Touchpoint", SOFT, "left"),
        (_GRADE, "How much: grade 0–100", SOFT, "left"),
        (_ZERO - 14, "▼ say what hinders", BAD, "right"),
        (_ZERO + 14, "▲ say what helps", GOOD, "left"),
    )
    texts = {
        "Touchpoint": Message("Touchpoint"),
        "How much: grade 0–100": Message("How much: grade 0–100"),
        "▼ say what hinders": Message("▼ say what hinders"),
        "▲ say what helps": Message("▲ say what helps"),
    }
    for x, text, colour, side in heads:
        words(ax, x, 24, texts[text].render(language), color=colour, ha=side, fontsize=SMALL)


def _wide_row(ax: Axes, row: dict[str, Any], y: float, end: float, language: str) -> None:
    middle = y + _ROW / 2
    lines = textwrap.wrap(str(row["touchpoint"]), 28)[:2]
    for number, line in enumerate(lines):
        shift = (number - (len(lines) - 1) / 2) * 16
        words(ax, 0, middle + shift, line, fontweight="bold")
    _grade(ax, row, _GRADE, middle, _GRADE_ROOM, language)
    stroke(ax, (_ZERO, _ZERO), (y + 8, y + _ROW - 8), color=SOFT, linewidth=1)
    for sign, side, colour, _ in _SIGNS:
        level = y + 18
        _voice(ax, row, sign, side, colour, _ZERO, level, _SIDE, end, language)
        theme = row[f"most_{sign}"]
        if theme and row[sign]:
            name = textwrap.shorten(str(theme), 30, placeholder="…")
            align = "right" if side < 0 else "left"
            words(ax, _ZERO + side * 14, y + 42, name, color=SOFT, fontsize=SMALL, ha=align)


def _narrow_row(ax: Axes, row: dict[str, Any], y: float, language: str) -> None:
    name = textwrap.shorten(str(row["touchpoint"]), 40, placeholder="…")
    words(ax, 0, y + 17, name, fontweight="bold")
    words(ax, 0, y + 42, translate("grade", language), color=SOFT, fontsize=SMALL)
    _grade(ax, row, 74, y + 42, NARROW - 74 - _NUMBER - 8, language)
    for number, (sign, _, colour, mark) in enumerate(_SIGNS):
        level = y + 68 + 30 * number
        theme = row[f"most_{sign}"]
        label = textwrap.shorten(str(theme), 32, placeholder="…") if theme and row[sign] else ""
        words(ax, 0, level, mark, color=colour, fontsize=SMALL)
        if row[sign] is None:
            words(ax, 20, level, translate("too few to show", language), color=SOFT, fontsize=SMALL)
            continue
        share = format_percent(row[sign], language)
        words(ax, 20, level, share, color=colour, fontsize=SMALL, fontweight="bold")
        words(ax, 74, level, label, fontsize=SMALL)


def _grade(
    ax: Axes, row: dict[str, Any], left: float, y: float, room: float, language: str
) -> None:
    if row["performance"] is None:
        words(ax, left, y, translate("not shown", language), color=SOFT, fontsize=SMALL)
        return
    stroke(ax, (left, left + room), (y, y), color=LINE, linewidth=1)
    if row["performance_low"] is not None:
        ends = [left + room * row[name] / 100 for name in ("performance_low", "performance_high")]
        stroke(ax, ends, (y, y), color=C1, linewidth=2.5, zorder=2)
    x = left + room * row["performance"] / 100
    dots(ax, [x], [y], markersize=9, color=C1, zorder=3, clip_on=False)
    text = format_number(row["performance"], language)
    words(ax, left + room + 12, y, text, fontsize=SMALL)


def _voice(
    ax: Axes,
    row: dict[str, Any],
    sign: str,
    side: int,
    colour: str,
    zero: float,
    y: float,
    room: float,
    end: float,
    language: str,
) -> None:
    """Draw a share to the left (what hinders) or to the right (what helps) of zero."""
    align = "right" if side < 0 else "left"
    if row[sign] is None:
        text = translate("too few to show", language)
        words(ax, zero + side * 14, y, text, color=SOFT, fontsize=SMALL, ha=align)
        return
    room -= _NUMBER
    zero += side * _OFF
    ends = [zero + side * room * row[f"{sign}_{name}"] / end for name in ("low", "high")]
    stroke(ax, ends, (y, y), color=colour, linewidth=2.5, zorder=2)
    x = zero + side * room * row[sign] / end
    dots(ax, [x], [y], markersize=9, color=colour, zorder=3, clip_on=False)
    text = format_percent(row[sign], language)
    words(ax, ends[1] + side * 12, y, text, color=colour, fontsize=SMALL, ha=align)
