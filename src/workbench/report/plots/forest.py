"""Rows of estimates with their intervals: the figure most results need.

Wide: name and n on the left, the number in words on the right. Narrow: name and number on a line of
their own above each interval. Direct labels, no legend, text that never shrinks.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.language import Message, format_number
from workbench.report.figures import (
    BAD,
    C1,
    GOOD,
    INK,
    LINE,
    NARROW,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    WARN,
    canvas,
    place,
)
from workbench.report.plots.marks import dots, stroke, upright
from workbench.report.segment_colours import segment_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["Row", "chip_before", "few_hidden", "forest", "named_ticks", "number_axis"]

TONES = {"plain": C1, "good": GOOD, "bad": BAD, "unsure": WARN, "muted": SOFT}
"""Colour of a row by tone; the note must say the same in words."""

_HIDDEN = 2

_LEFT, _ROW_WIDE, _ROW_NARROW, _ROW_NOTED = 290.0, 38.0, 56.0, 72.0
_NOTE, _LETTER, _STRONG_LETTER = 190.0, 7.6, 9.0
"""Where notes begin beside a wide figure, and the room a letter takes, in pixels."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a forest.

    Parameters
    ----------
    name
        Group, driver, metric.
    estimate, low, high
        In the units of the axis; None where there is none to show.
    text
        The number in words: "67,2 (66,4 till 68,0)", or why there is none.
    n
        Number of answers in words; empty for none.
    note
        A word of reading at the far right, in the row's colour: "a real fall".
    tone
        Key of ``TONES``.
    hollow
        True draws a ring: not distinguishable, below a floor, a comparison.
    is_total
        True draws the row apart, as what the others are compared with.
    """

    name: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    n: str = ""
    note: str = ""
    tone: str = "plain"
    hollow: bool = False
    is_total: bool = False


def forest(
    rows: Sequence[Row],
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
    axis: str = "",
    headings: tuple[str, str, str] = ("", "", ""),
    reference: float | None = None,
    reference_label: str = "",
    signed: bool = False,
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draw rows of estimates with intervals, the first on top.

    Parameters
    ----------
    rows
        What to draw.
    ax, language, narrow
        As for every plot.
    axis
        Name of the axis, with units.
    headings
        Over the names, the numbers of answers and the numbers in words (wide only).
    reference, reference_label
        A dashed line to compare with, and its name.
    signed
        True writes a plus sign on the axis.
    limits
        Ends of the axis; default: what the intervals need.
    """
    ax = canvas(narrow=narrow) if ax is None else ax
    has_notes = any(row.note for row in rows)
    is_stacked = narrow and any(_collide(row) for row in rows)
    is_tall = has_notes or is_stacked
    height = (_ROW_NOTED if is_tall else _ROW_NARROW) if narrow else _ROW_WIDE
    top = 30 if narrow else 54
    if narrow:
        place(ax, height=top + height * len(rows) + 46, left=8, right=8, top=top, bottom=46)
    else:
        right = _room_beside(rows)
        place(ax, height=top + height * len(rows) + 50, left=_LEFT, right=right, top=top, bottom=50)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(*(limits or _limits(rows, reference)))
    number_axis(ax, language, axis, signed=signed)
    if reference is not None:
        _reference(ax, reference, reference_label)
    if not narrow:
        _headings(ax, headings)
    for position, row in enumerate(rows):
        low = (0.27 if is_tall else 0.2) if narrow else 0.0
        _marks(ax, row, position + low)
        if narrow:
            rise = 19 if is_tall else 9
            _narrow_texts(ax, row, position, rise=rise, is_stacked=is_stacked)
        else:
            _wide_texts(ax, row, position)
    return ax


def few_hidden(rows: Sequence[Row], language: str) -> list[Row]:
    """Put groups that are not shown into one row, when there are many of them."""
    shown = [row for row in rows if row.estimate is not None]
    hidden = [row for row in rows if row.estimate is None]
    if len(hidden) <= _HIDDEN:
        return list(rows)
    name = Message("{n:integer} more group", "{n:integer} more groups", n=len(hidden)).render(
        language
    )
    notes = {row.note for row in hidden}
    note = hidden[0].note if len(notes) == 1 else ""
    return [*shown, Row(name=name, estimate=None, text=hidden[0].text, note=note)]


def number_axis(ax: Axes, language: str, name: str, *, signed: bool = False) -> None:
    """Dress a horizontal axis: few ticks in the language's numbers, light lines, its name."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))

    def worded(value: float, _: Any) -> str:
        decimals = 0 if float(value).is_integer() else 1 if float(value * 10).is_integer() else 2
        return format_number(value, language, decimals=decimals, signed=signed)

    ax.xaxis.set_major_formatter(FuncFormatter(worded))
    ax.tick_params(axis="x", length=0, pad=6)
    ax.yaxis.set_visible(False)
    ax.grid(axis="x", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    ax.set_xlabel(name, color=SOFT, labelpad=8)


def named_ticks(axis: Axis, places: Sequence[float], names: Sequence[str]) -> None:
    """Put names at places of an axis; its limits are left as they are."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter(names))


def _limits(rows: Sequence[Row], reference: float | None) -> tuple[float, float]:
    values = [
        value for row in rows for value in (row.estimate, row.low, row.high) if value is not None
    ]
    values += [reference] if reference is not None else []
    if not values:
        return 0.0, 1.0
    pad = 0.06 * (max(values) - min(values)) or 1.0
    return min(values) - pad, max(values) + pad


def _reference(ax: Axes, value: float, label: str) -> None:
    upright(ax, value, color=SOFT, linewidth=1.2, linestyle=(0, (3, 3)), zorder=1)
    ax.annotate(
        label,
        (value, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=SMALL,
        color=SOFT,
        annotation_clip=False,
    )


def _marks(ax: Axes, row: Row, y: float) -> None:
    if row.estimate is None:
        return
    colour = TONES[row.tone]
    if row.low is not None and row.high is not None:
        ends = row.low, row.high
        stroke(ax, ends, (y, y), color=colour, linewidth=2.5, zorder=2, clip_on=False)
    dots(
        ax,
        [row.estimate],
        [y],
        "D" if row.is_total else "o",
        markersize=9 if row.is_total else 10,
        markerfacecolor=PAPER if row.hollow else colour,
        markeredgecolor=colour,
        markeredgewidth=2.2,
        zorder=3,
        clip_on=False,
    )


def _beside(ax: Axes, side: int, offset: float, y: float, text: str, **style: Any) -> None:
    ax.annotate(
        text,
        (side, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(offset, style.pop("rise", 0)),
        textcoords="offset points",
        annotation_clip=False,
        va=style.pop("va", "center"),
        fontsize=style.pop("fontsize", SIZE),
        color=style.pop("color", INK),
        **style,
    )


def _headings(ax: Axes, headings: tuple[str, str, str]) -> None:
    for text, side, offset, align in zip(
        headings, (0, 0, 1), (-_LEFT, -16, 24), ("left", "right", "left"), strict=True
    ):
        ax.annotate(
            text,
            (side, 1),
            xycoords="axes fraction",
            xytext=(offset, 26),
            textcoords="offset points",
            ha=align,
            va="bottom",
            fontsize=SMALL,
            color=SOFT,
            annotation_clip=False,
        )


_CHIP: Final = 18.0
"""Room of the mark before a market's name, in pixels."""


def chip_before(ax: Axes, name: str, y: float, offset: float, rise: float = 0.0) -> float:
    """Draw the mark of a market before its name; return how far the name moves."""
    colour = segment_colour(name)
    if colour is None:
        return 0.0
    style = {"color": colour, "fontsize": SMALL, "rise": rise}
    _beside(ax, 0, offset, y, "■", **style)
    return _CHIP


def _wide_texts(ax: Axes, row: Row, y: int) -> None:
    weight = "bold"
    left = chip_before(ax, row.name, y, -_LEFT) - _LEFT
    lines = textwrap.wrap(row.name, 27, break_long_words=False, break_on_hyphens=False)[:2]
    for number, line in enumerate(lines):
        rise = 8.5 * (len(lines) - 1) - 17 * number
        _beside(ax, 0, left, y, line, fontweight=weight, rise=rise)
    _beside(ax, 0, -16, y, row.n, ha="right", color=SOFT, fontsize=SMALL)
    is_muted = row.estimate is None
    _beside(ax, 1, 24, y, row.text, color=SOFT if is_muted else INK, fontsize=SMALL)
    if row.note:
        style = {"color": _note_colour(row), "fontweight": _note_weight(row)}
        _beside(ax, 1, _NOTE, y, row.note, fontsize=SMALL, **style)


def _room_beside(rows: Sequence[Row]) -> float:
    """Return the pixels that numbers and notes take to the right of a wide figure."""
    numbers = 28 + _LETTER * max((len(row.text) for row in rows), default=0)
    notes = max((len(row.note) for row in rows), default=0)
    return max(330.0, _NOTE + 4 + _LETTER * notes) if notes else max(230.0, numbers)


def _collide(row: Row) -> bool:
    """Say whether name and number are too long for one line of a narrow figure."""
    return _STRONG_LETTER * len(row.name) + _LETTER * len(row.text) + 12 > NARROW


def _narrow_texts(ax: Axes, row: Row, y: int, *, rise: float, is_stacked: bool) -> None:
    name = textwrap.shorten(row.name, 38, placeholder="…")
    patch = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    left = chip_before(ax, row.name, y, -8, rise) - 8
    _beside(ax, 0, left, y, name, fontweight="bold", rise=rise, bbox=patch)
    colour = SOFT if row.estimate is None else INK
    side, align, under = (0, "left", 19) if is_stacked else (1, "right", 0)
    _beside(ax, side, -8 if is_stacked else 8, y, row.text, ha=align, fontsize=SMALL,
            rise=rise - under, color=colour, bbox=patch)  # fmt: skip
    if row.note:
        _beside(ax, 1, 8, y, row.note, ha="right", fontsize=SMALL, rise=rise - 19, bbox=patch,
                color=_note_colour(row), fontweight=_note_weight(row))  # fmt: skip


def _note_colour(row: Row) -> str:
    if row.estimate is None:
        return SOFT
    return INK if row.tone == "plain" else TONES[row.tone]


def _note_weight(row: Row) -> str:
    return "bold" if row.tone in {"good", "bad"} else "normal"
