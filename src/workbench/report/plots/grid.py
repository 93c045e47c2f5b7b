"""A grid of cells, rows by columns: who says what, and other things that are or are not there.

Each cell says itself in a sign or a number; colour only repeats it. Wide, names stand to the left
and counts to the right; narrow, both stand on a line of their own above the row's cells.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.report.figures import (
    BAD,
    C1,
    C4,
    GOOD,
    INK,
    LINE,
    NARROW,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    WASH,
    WIDE,
    canvas,
    place,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["GridCell", "GridRow", "grid"]

FILLS = {"said": C1, "good": GOOD, "bad": BAD, "both": C4, "wash": WASH}
"""Fill of a cell by style; other styles have none."""

_LEFT, _RIGHT, _ROW, _ROW_NARROW = 290.0, 130.0, 34.0, 60.0
_WIDEST, _CELL = 112.0, 26.0
_LEAST_FOR_TEXT = 15.0
_SMALLEST = 11.0


@dataclass(frozen=True)
class GridCell:
    """One cell: what it says, and how it is drawn.

    ``style``: ``said``, ``good``, ``bad``, ``both`` (filled), ``wash`` (a pale ground),
    ``dashed`` (a frame) or empty (the text alone).
    """

    text: str = ""
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One row: its name, its cells in the order of the columns, and what stands at its end."""

    name: str
    cells: Sequence[GridCell]
    end: str = ""


def grid(
    rows: Sequence[GridRow],
    columns: Sequence[tuple[str, str]],
    *,
    ax: Axes | None = None,
    narrow: bool = False,
    headings: tuple[str, str] = ("", ""),
    breaks: Sequence[int] = (),
) -> Axes:
    """Draw rows of cells, the first on top.

    Parameters
    ----------
    rows
        What to draw.
    columns
        Heading and second line of each column.
    ax, narrow
        As for every plot.
    headings
        Over the names and over the ends (wide only).
    breaks
        Columns before which a line parts two groups.
    """
    ax = canvas(narrow=narrow) if ax is None else ax
    height, top = (_ROW_NARROW, 28.0) if narrow else (_ROW, 62.0)
    margins = (0.0, 0.0) if narrow else (_LEFT, _RIGHT)
    place(ax, height=top + height * len(rows) + 6, left=margins[0], right=margins[1], top=top)
    room = (NARROW if narrow else WIDE) - sum(margins)
    step = min(_WIDEST, room / max(len(columns), 1))
    ax.set_xlim(0, room)
    ax.set_ylim(height * len(rows) + 6, 0)
    ax.set_axis_off()
    for number, (first, second) in enumerate(columns):
        _column(ax, (number + 0.5) * step, step, first, "" if narrow else second)
    left, right = (0.0, room) if narrow else (-_LEFT, room + _RIGHT)
    _lines(ax, [(left, right, number * height) for number in range(len(rows))], LINE, 1)
    _fills(ax, rows, height, step, narrow=narrow)
    for number in breaks:
        ax.vlines(number * step, -top + 8, height * len(rows), colors=SOFT, linewidth=1.5,
                  clip_on=False)  # fmt: skip
    if not narrow:
        _headings(ax, headings, room)
    for number, row in enumerate(rows):
        _row(ax, row, number * height, height, step, room, narrow=narrow)
    return ax


def _text(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    ax.text(x, y, text, clip_on=False, va=style.pop("va", "center"), **style)


def _column(ax: Axes, x: float, step: float, first: str, second: str) -> None:
    height = -26 if second else -12
    _text(ax, x, height, _cut(first, step), ha="center", fontweight="bold", fontsize=SMALL)
    if second:
        size = SMALL if len(second) * 8 <= step else _SMALLEST
        words = _cut(second, step * SMALL / size)
        _text(ax, x, -10, words, ha="center", fontsize=size, color=SOFT)


def _cut(text: str, width: float) -> str:
    """Return the text, or as much of it as fits the width."""
    most = max(int(width / 8), 2)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _headings(ax: Axes, headings: tuple[str, str], room: float) -> None:
    _text(ax, -_LEFT, -10, headings[0], ha="left", fontsize=SMALL, color=SOFT)
    lines = textwrap.wrap(headings[1], 17)[:3]
    for number, line in enumerate(reversed(lines)):
        _text(ax, room + _RIGHT, -10 - 16 * number, line, ha="right", fontsize=SMALL, color=SOFT)


def _row(
    ax: Axes, row: GridRow, y: float, height: float, step: float, room: float, *, narrow: bool
) -> None:
    left, right = (0.0, room) if narrow else (-_LEFT, room + _RIGHT)
    middle = _middle(y, height, narrow=narrow)
    if narrow:
        name = textwrap.shorten(row.name, 34, placeholder="…")
        _text(ax, left, y + 15, name, ha="left", fontweight="bold", fontsize=SIZE)
        _text(ax, right, y + 15, row.end, ha="right", fontsize=SMALL)
    else:
        _name(ax, left, middle, row.name)
        _text(ax, right, middle, row.end, ha="right", fontsize=SMALL)
    for number, cell in enumerate(row.cells):
        _cell(ax, number * step, middle, step, cell)


def _middle(y: float, height: float, *, narrow: bool) -> float:
    return y + (height - _CELL / 2 - 5 if narrow else height / 2)


def _lines(ax: Axes, ends: Sequence[tuple[float, float, float]], colour: str, width: float) -> None:
    """Draw level lines from and to, at a height: many in one path, which keeps a page small."""
    if not ends:
        return
    gap = float("nan")
    xs = [x for left, right, _ in ends for x in (left, right, gap)]
    ys = [y for _, _, height in ends for y in (height, height, gap)]
    ax.plot(xs, ys, color=colour, linewidth=width, clip_on=False, solid_capstyle="butt", zorder=1)


def _fills(ax: Axes, rows: Sequence[GridRow], height: float, step: float, *, narrow: bool) -> None:
    """Draw the ground of every cell, style by style."""
    gap = min(4.0, step / 8)
    for style, colour in FILLS.items():
        ends = [
            (x * step + gap, (x + 1) * step - gap, _middle(y * height, height, narrow=narrow))
            for y, row in enumerate(rows)
            for x, cell in enumerate(row.cells)
            if cell.style == style
        ]
        _lines(ax, ends, colour, _CELL)


def _name(ax: Axes, x: float, y: float, name: str) -> None:
    lines = textwrap.wrap(name, 32, break_long_words=False, break_on_hyphens=False)[:2]
    for number, line in enumerate(lines):
        shift = (number - (len(lines) - 1) / 2) * 15
        _text(ax, x, y + shift, line, ha="left", fontweight="bold", fontsize=SMALL)


def _cell(ax: Axes, x: float, y: float, step: float, cell: GridCell) -> None:
    from matplotlib.patches import Rectangle

    if cell.style == "dashed":
        gap = min(4.0, step / 8)
        corner, size = (x + gap, y - _CELL / 2), (step - 2 * gap, _CELL)
        frame = Rectangle(corner, *size, fill=False, edgecolor=SOFT, linewidth=1.2)
        frame.set(linestyle=(0, (3, 2)), clip_on=False)
        ax.add_patch(frame)
    if step < _LEAST_FOR_TEXT or not cell.text:
        return
    is_filled = cell.style in FILLS and cell.style != "wash"
    colour = PAPER if is_filled else INK if cell.style else SOFT
    weight = "bold" if is_filled else "normal"
    size_of_text = SIZE if len(cell.text) < 3 else SMALL
    _text(ax, x + step / 2, y, cell.text, ha="center", color=colour, fontweight=weight,
          fontsize=size_of_text)  # fmt: skip
