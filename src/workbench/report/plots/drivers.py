"""Figures of drivers: shares with intervals and null bands, dominance."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, localized, translate
from workbench.report.figures import (
    ACCENT,
    INK,
    LINE,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    canvas,
    place,
)
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, forest, number_axis
from workbench.report.plots.marks import bar, stroke
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.drivers import DominanceResult, DriversResult

__all__ = ["plot_dominance", "plot_drivers"]

_LEFT, _RIGHT = 300.0, 390.0
_ROW_WIDE, _ROW_NARROW = 36.0, 62.0
_NARROW_RISE = 0.24

Record = dict[str, Any]


def plot_drivers(
    result: DriversResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each driver's share with its interval, its null band, and who cannot be told apart.

    With several segments: the driver that comes first in each.
    """
    records = plain_rows(result.table)
    segments = list(dict.fromkeys(record["segment"] for record in records))
    if len(segments) > 1:
        return _plot_first_by_segment(result, records, ax, language, narrow)
    shown = [record for record in records if record["share"] is not None]
    shown.sort(key=lambda record: -record["share"])
    ax = canvas(narrow=narrow) if ax is None else ax
    row = _ROW_NARROW if narrow else _ROW_WIDE
    top = 34 if narrow else 56
    margins = {"left": 8.0, "right": 30.0} if narrow else {"left": _LEFT, "right": _RIGHT}
    place(ax, height=top + row * len(shown) + 54, top=top, bottom=54, **margins)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ends = [
        100 * value
        for record in shown
        for value in (record["share"], record["ci_high"], record["ci_low"], record["null_high"])
        if value is not None
    ]
    ax.set_xlim(min(0.0, *ends), 1.05 * max(ends, default=1.0))
    number_axis(ax, language, translate("Share of what the drivers explain, per cent", language))
    _column_headings(ax, language, narrow)
    for y, record in enumerate(shown):
        _share_row(ax, record, y, result, language, narrow)
    _dots(ax, shown, narrow)
    _brackets(ax, shown, language, narrow)
    return ax


def _dots(ax: Axes, shown: list[Record], narrow: bool) -> None:
    """Draw all filled dots, then all hollow ones: those inside the null band."""
    rise = _NARROW_RISE if narrow else 0.0
    for is_hollow in (False, True):
        rows = [y for y, r in enumerate(shown) if (r["beyond_null"] is not True) == is_hollow]
        ax.plot(
            [100 * shown[y]["share"] for y in rows],
            [y + rise for y in rows],
            "o",
            markersize=10,
            markerfacecolor=PAPER if is_hollow else ACCENT,
            markeredgecolor=ACCENT,
            markeredgewidth=2.2,
            zorder=4,
            clip_on=False,
        )


def _name(result: Any, name: str, language: str) -> str:
    return localized(result.labels.get(name, name), language)


def _share_row(
    ax: Axes, record: Record, y: int, result: DriversResult, language: str, narrow: bool
) -> None:
    middle = y + (_NARROW_RISE if narrow else 0.0)
    height = 0.26 if narrow else 0.42
    if record["null_high"] is not None:
        end = 100 * record["null_high"]
        bar(ax, (0, end), middle, height, LINE, zorder=1)
        ends = middle - height / 2, middle + height / 2
        stroke(ax, (end, end), ends, color=SOFT, linewidth=1, zorder=2)
    if record["ci_low"] is not None:
        ends = 100 * record["ci_low"], 100 * record["ci_high"]
        stroke(ax, ends, (middle, middle), color=ACCENT, linewidth=2.5, zorder=3)
    name = f"{y + 1}. {_name(result, record['driver'], language)}"
    n = format_number(record["n"], language, decimals=0)
    numbers = _share_words(record, language)
    if narrow:
        _write(ax, 0, -8, y, textwrap.shorten(name, 40, placeholder="…"), rise=15, bold=True)
        _write(ax, 0, -8, y, f"n {n}", rise=-1, colour=SOFT, size=SMALL)
        _write(ax, 1, 2, y, numbers, rise=-1, align="right", size=SMALL)
        return
    lines = textwrap.wrap(name, 27)[:2]
    for number, line in enumerate(lines):
        _write(ax, 0, -_LEFT, y, line, rise=8 * (len(lines) - 1) - 16 * number, bold=True)
    _write(ax, 0, -14, y, n, align="right", colour=SOFT, size=SMALL)
    _write(ax, 1, 24, y, numbers, size=SMALL)


def _share_words(record: Record, language: str) -> str:
    text = format_number(100 * record["share"], language)
    if record["ci_low"] is None:
        return text
    ends = [format_number(100 * record[end], language) for end in ("ci_low", "ci_high")]
    return with_ends(text, ends, language)


def _write(
    ax: Axes,
    side: int,
    offset: float,
    y: float,
    text: str,
    *,
    rise: float = 0.0,
    align: str = "left",
    bold: bool = False,
    colour: str = INK,
    size: float = SIZE,
) -> None:
    ax.annotate(
        text,
        (side, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(offset, rise),
        textcoords="offset points",
        ha=align,
        va="center",
        fontsize=size,
        fontweight="bold" if bold else "normal",
        color=colour,
        annotation_clip=False,
    )


def _column_headings(ax: Axes, language: str, narrow: bool) -> None:
    band = translate("grey: null band", language)
    spots = [(band, 0, 0.0, "left")]
    if not narrow:
        spots += [
            (translate("Driver", language), 0, -_LEFT, "left"),
            (translate("answers", language), 0, -14.0, "right"),
            (translate("Share, per cent (interval)", language), 1, 24.0, "left"),
        ]
    for text, side, offset, align in spots:
        ax.annotate(
            text,
            (side, 1),
            xycoords="axes fraction",
            xytext=(offset, 12 if narrow else 26),
            textcoords="offset points",
            ha=align,
            va="bottom",
            fontsize=SMALL,
            color=SOFT,
            annotation_clip=False,
        )


def _brackets(ax: Axes, shown: list[Record], language: str, narrow: bool) -> None:
    """Join neighbours that cannot be told apart; drivers inside the null band say so instead."""
    groups: dict[tuple[str, int], list[int]] = {}
    for y, record in enumerate(shown):
        if record["beyond_null"] is False:
            groups.setdefault(("null", 0), []).append(y)
        elif record["tie"] is not None:
            groups.setdefault(("tie", record["tie"]), []).append(y)
    offset = 18.0 if narrow else 190.0
    transform = ax.get_yaxis_transform()
    for (kind, _), rows in groups.items():
        for block in _runs(rows):
            if kind == "tie" and len(block) < 2:
                continue
            first, last = block[0] - 0.3, block[-1] + 0.3
            if narrow:
                first, last = block[0] - 0.1, block[-1] + 0.4
            for start, end, x in ((first, last, offset),):
                for (x0, y0), (x1, y1) in (
                    ((x, start), (x, end)),
                    ((x - 5, start), (x, start)),
                    ((x - 5, end), (x, end)),
                ):
                    _segment(ax, transform, (x0, y0), (x1, y1))
            if not narrow:
                text = (
                    Message("can’t be told apart")
                    if kind == "tie"
                    else Message("no link of its own shown")
                )
                _write(
                    ax,
                    1,
                    offset + 10,
                    (block[0] + block[-1]) / 2,
                    text.render(language),
                    size=SMALL,
                    colour=SOFT,
                )


def _segment(
    ax: Axes, transform: Any, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Draw a line between points given as pixels right of the axes and rows."""
    from matplotlib.lines import Line2D
    from matplotlib.transforms import ScaledTranslation

    figure = ax.figure
    xs = [start[0], end[0]]
    base = transform + ScaledTranslation(xs[0] / 72, 0, figure.dpi_scale_trans)
    if xs[0] == xs[1]:
        line = Line2D([1, 1], [start[1], end[1]], transform=base)
    else:
        width = (xs[1] - xs[0]) / max(ax.get_window_extent().width, 1.0)
        line = Line2D([1, 1 + width], [start[1], end[1]], transform=base)
    line.set(color=SOFT, linewidth=1.4, clip_on=False)
    ax.add_line(line)


def _runs(rows: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _plot_first_by_segment(
    result: DriversResult, records: list[Record], ax: Axes | None, language: str, narrow: bool
) -> Axes:
    rows: list[Row] = []
    for segment in dict.fromkeys(record["segment"] for record in records):
        own = [record for record in records if record["segment"] == segment]
        first = next((record for record in own if record["rank"] == 1), None)
        name = translate("no answer", language) if segment is None else str(segment)
        if first is None:
            rows.append(Row(name=name, estimate=None, text=translate("not shown", language)))
            continue
        low, high = (first[end] for end in ("ci_low", "ci_high"))
        rows.append(
            Row(
                name=name,
                estimate=100 * first["share"],
                low=None if low is None else 100 * low,
                high=None if high is None else 100 * high,
                text=_share_words(first, language),
                n=format_number(first["n"], language, decimals=0),
                note=_name(result, first["driver"], language),
            )
        )
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Share of the driver that comes first, per cent", language),
        headings=("", translate("answers", language), translate("Share (interval)", language)),
    )


def plot_dominance(
    result: DominanceResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each driver's mean gain in R2 with its interval."""
    records = plain_rows(result.table.sort_values("rank"))
    rows = [
        Row(
            name=_name(result, record["driver"], language),
            estimate=100 * record["general"],
            low=None if record["ci_low"] is None else 100 * record["ci_low"],
            high=None if record["ci_high"] is None else 100 * record["ci_high"],
            text=format_number(100 * record["general"], language),
            n=format_number(record["n"], language, decimals=0),
        )
        for record in records
    ]
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Mean gain in explained variation, percentage points", language),
        headings=("", translate("answers", language), ""),
    )
