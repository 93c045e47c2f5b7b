"""The conceptual framework drawn twice: as the theory had it, and as the data left it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import Message, translate
from workbench.report.figures import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    NARROW,
    PAPER,
    SMALL,
    SOFT,
    WARN,
    WIDE,
    canvas,
    place,
)
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.concept import ConceptResult

__all__ = ["plot_concept"]

_LOOKS: dict[str, tuple[str, Any, str]] = {
    "confirmed": (GOOD, "-", "✓"),
    "contradicted": (BAD, (0, (6, 3)), "✕"),
    "mixed": (WARN, (0, (2, 2)), "≈"),
    "without_data": (SOFT, (0, (1, 3)), ""),
}
"""Colour, dash and sign of a link by its verdict; the sign says it without the colour."""

_ROW, _BOX, _TOP, _LETTER = 52.0, 42.0, 62.0, 7.9


@dataclass(frozen=True)
class _Box:
    """A claim or a theme: what it says, where it stands, how its frame looks."""

    text: str
    x: float
    y: float
    width: float
    frame: str
    dash: Any = "-"


def plot_concept(
    result: ConceptResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw claims on the left and themes on the right, before the data and after."""
    rows = plain_rows(result.table)
    ax = canvas(narrow=narrow) if ax is None else ax
    before = [row | {"verdict": ""} for row in rows if row["origin"] != "inductive"]
    before = [row for row in before if row["theory"]]
    before += _bare_claims(rows, before)
    order = list(dict.fromkeys(row["theory"] for row in rows))
    before.sort(key=lambda row: order.index(row["theory"]))
    heights = [_height(before), _height(rows)]
    width = NARROW if narrow else WIDE
    height = sum(heights) + 20 if narrow else max(heights)
    place(ax, height=height)
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    panel = width if narrow else (width - 60) / 2
    ends = ((0.0, 0.0), (0.0, heights[0] + 20)) if narrow else ((0.0, 0.0), (panel + 60, 0.0))
    titles = (Message("Before: what the theory said"), Message("After: what the talks say"))
    for title, part, (x, y) in zip(titles, (before, rows), ends, strict=True):
        _panel(ax, part, title.render(language), x, y, panel, language)
    return ax


def _bare_claims(rows: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the claims whose themes all came later: they stood alone before the data."""
    there = {row["theory"] for row in kept}
    alone = {row["theory"]: row["claim"] for row in rows if row["theory"] not in {"", *there}}
    empty = {"theme": "", "origin": "", "verdict": ""}
    return [empty | {"theory": name, "claim": claim} for name, claim in alone.items()]


def _sides(rows: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    claims = dict.fromkeys(row["theory"] for row in rows if row["theory"])
    themes = dict.fromkeys(row["theme"] for row in rows if row["theme"])
    return list(claims), list(themes)


def _height(rows: list[dict[str, Any]]) -> float:
    return _TOP + _ROW * max(len(side) for side in _sides(rows)) + 8


def _panel(
    ax: Axes,
    rows: list[dict[str, Any]],
    title: str,
    x: float,
    y: float,
    width: float,
    language: str,
) -> None:
    x, width = x + 1, width - 2
    box = min(190.0, width * 0.42)
    right = x + width - box
    ax.text(x, y + 14, title, fontweight="bold", va="center", color=INK)
    heads = ((x, translate("Claims", language)), (right, translate("Themes", language)))
    for at, words in heads:
        ax.text(at, y + 40, words, fontsize=SMALL, color=SOFT, va="center")
    claims, themes = _sides(rows)
    news = {row["theme"] for row in rows if row["origin"] == "inductive"}
    silent = {row["theory"] for row in rows if row["verdict"] == "without_data"}
    left = {
        name: _Box(name, x, y + _TOP + _ROW * (i + 0.5), box, SOFT,
                   (0, (2, 3)) if name in silent else "-")
        for i, name in enumerate(claims)
    }  # fmt: skip
    theme_boxes = {
        key: _Box(key, right, y + _TOP + _ROW * (i + 0.5), box,
                  ACCENT if key in news else SOFT)
        for i, key in enumerate(themes)
    }  # fmt: skip
    for row in rows:
        if row["theory"] and row["theme"]:
            _link(ax, left[row["theory"]], theme_boxes[row["theme"]], row["verdict"])
    for one in left.values():
        _draw(ax, one, mark="")
    for key, one in theme_boxes.items():
        _draw(ax, one, mark="+ " if key in news else "")


def _link(ax: Axes, claim: _Box, theme: _Box, verdict: str) -> None:
    colour, dash, sign = _LOOKS.get(verdict, (SOFT, "-", ""))
    start, end = claim.x + claim.width, theme.x
    ax.plot([start, end], [claim.y, theme.y], color=colour, linestyle=dash, linewidth=1.8, zorder=1)
    if sign:
        middle = ((start + end) / 2, (claim.y + theme.y) / 2)
        ax.text(*middle, sign, color=colour, fontweight="bold", ha="center", va="center",
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5})  # fmt: skip


def _draw(ax: Axes, box: _Box, *, mark: str) -> None:
    from matplotlib.patches import Rectangle

    corner = (box.x, box.y - _BOX / 2)
    frame = Rectangle(corner, box.width, _BOX, fill=False, edgecolor=box.frame, linewidth=1.4)
    frame.set(linestyle=box.dash, clip_on=False, zorder=2)
    ax.add_patch(frame)
    fits = int((box.width - 16) / _LETTER)
    lines = textwrap.wrap(f"{mark}{box.text}", fits, max_lines=2, placeholder="…")
    for number, line in enumerate(lines):
        rise = (number - (len(lines) - 1) / 2) * 16
        ax.text(box.x + 8, box.y + rise, line, fontsize=SMALL, color=INK, va="center", zorder=3)
