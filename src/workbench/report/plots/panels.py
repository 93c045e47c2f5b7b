"""Small multiples on one scale: a row per name, a panel per group, a dot and its interval in each.

Wide, the panels stand side by side; narrow, each name has its groups below it. A number in words
stands beside every dot, so the figure can be read without its axis.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.report.figures import (
    C1,
    INK,
    LINE,
    NARROW,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    WIDE,
    canvas,
    place,
)
from workbench.report.plots.marks import dots, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["Dot", "panels", "words"]

_LEFT, _ROW, _TOP = 250.0, 36.0, 40.0
_NAME, _LINE = 26.0, 24.0
_NUMBER, _GAP = 62.0, 22.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One estimate with its interval, in shares of the scale's end.

    ``text`` stands beside it; ``is_strong`` fills the dot: it differs surely from the others.
    Without an ``estimate`` the text stands alone.
    """

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""
    is_strong: bool = False


def panels(
    names: Sequence[str],
    groups: Sequence[str],
    dots: Sequence[Sequence[Dot]],
    *,
    ax: Axes | None = None,
    narrow: bool = False,
    heading: str = "",
) -> Axes:
    """Draw a dot per name and group.

    Parameters
    ----------
    names
        Of the rows, the first on top.
    groups
        Of the panels, from the left.
    dots
        A row per name, a dot per group; every panel has the same scale, from zero.
    ax, narrow
        As for every plot.
    heading
        Over the names (wide only).
    """
    ax = canvas(narrow=narrow) if ax is None else ax
    ends = [dot.high or dot.estimate or 0.0 for row in dots for dot in row]
    end = max([*ends, 1e-9])
    width = NARROW if narrow else WIDE
    block = _NAME + _LINE * len(groups) if narrow else _ROW
    top = 6.0 if narrow else _TOP
    height = top + block * len(names) + 8
    place(ax, height=height)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    ax.set_axis_off()
    if narrow:
        for number, (name, row) in enumerate(zip(names, dots, strict=True)):
            _narrow_block(ax, name, groups, row, top + number * block, end)
        return ax
    step = (WIDE - _LEFT) / max(len(groups), 1)
    words(ax, 0, top - 18, heading, color=SOFT, fontsize=SMALL)
    for place_, group in enumerate(groups):
        label = textwrap.shorten(group, int(step / 8), placeholder="…")
        words(ax, _LEFT + place_ * step, top - 18, label, fontweight="bold", fontsize=SMALL)
    for number, (name, row) in enumerate(zip(names, dots, strict=True)):
        y = top + (number + 0.5) * block
        stroke(ax, (0, WIDE), [y - block / 2] * 2, color=LINE, linewidth=1)
        _name(ax, name, y)
        for place_, dot in enumerate(row):
            _dot(ax, dot, _LEFT + place_ * step, y, step - _GAP - _NUMBER, end)
    return ax


def words(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a text at a place in pixels, its middle level with it."""
    usual = {"va": "center", "clip_on": False, "fontsize": SIZE, "color": INK}
    given: dict[str, Any] = usual | style
    ax.text(x, y, text, **given)


def _name(ax: Axes, name: str, y: float) -> None:
    lines = textwrap.wrap(name, 28, break_long_words=False)[:2]
    for number, line in enumerate(lines):
        shift = (number - (len(lines) - 1) / 2) * 15
        words(ax, 0, y + shift, line, fontweight="bold", fontsize=SMALL)


def _narrow_block(
    ax: Axes, name: str, groups: Sequence[str], row: Sequence[Dot], y: float, end: float
) -> None:
    stroke(ax, (0, NARROW), (y, y), color=LINE, linewidth=1)
    words(ax, 0, y + 15, textwrap.shorten(name, 42, placeholder="…"), fontweight="bold")
    for number, (group, dot) in enumerate(zip(groups, row, strict=True)):
        level = y + _NAME + (number + 0.5) * _LINE
        label = textwrap.shorten(group, 16, placeholder="…")
        words(ax, 0, level, label, color=SOFT, fontsize=SMALL)
        _dot(ax, dot, 122, level, NARROW - 122 - _NUMBER, end)


def _dot(ax: Axes, dot: Dot, left: float, y: float, room: float, end: float) -> None:
    """Draw one dot on a line from zero to the scale's end, its number at the end."""
    if dot.estimate is None:
        words(ax, left, y, dot.text, color=SOFT, fontsize=SMALL)
        return
    stroke(ax, (left, left + room), (y, y), color=LINE, linewidth=1)
    if dot.low is not None and dot.high is not None:
        ends = [left + room * value / end for value in (dot.low, dot.high)]
        stroke(ax, ends, (y, y), color=C1, linewidth=2.5, zorder=2)
    x = left + room * dot.estimate / end
    dots(
        ax,
        [x],
        [y],
        markersize=9,
        markerfacecolor=C1 if dot.is_strong else PAPER,
        markeredgecolor=C1,
        markeredgewidth=2,
        zorder=3,
        clip_on=False,
    )
    weight = "bold" if dot.is_strong else "normal"
    words(ax, left + room + 12, y, dot.text, fontsize=SMALL, fontweight=weight)
