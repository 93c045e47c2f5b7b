"""Figures of data health: what was found in each file, what is missing, who answered."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, format_percent, localized, translate
from workbench.report.figures import (
    BAD,
    C1,
    C4,
    GOOD,
    INK,
    LINE,
    SIZE,
    SMALL,
    SOFT,
    WARN,
    canvas,
    place,
)
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.marks import bar
from workbench.report.wording.health import GROUPS, grade_words
from workbench.results.base import WHOLE_WAVE, wave_label
from workbench.results.health import CHECKS
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.health import CoverageResult, HealthResult, MissingResult

__all__ = ["plot_health", "plot_health_coverage", "plot_health_missing"]

_SIGNS = {"": ("✓", GOOD), "note": ("✓", GOOD), "care": ("!", WARN), "alarm": ("✕", BAD)}
_MOST_FILES, _MOST_ITEMS = 12, 22
_KINDS = (
    ("answered", C1),
    ("dont_know", C4),
    ("not_asked", LINE),
    ("blank", WARN),
    ("out_of_scale", BAD),
)


def plot_health(
    result: HealthResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw a sign for each file and group of checks, and the file's grade; newest files last."""
    ax = canvas(narrow=narrow) if ax is None else ax
    rows = plain_rows(result.table.tail(_MOST_FILES))
    names = [GROUPS[group].render(language) for group in CHECKS]
    step, top = (54, 96) if narrow else (38, 46)
    left = 8 if narrow else 330
    place(ax, height=top + step * len(rows) + 14, left=left, right=8, top=top, bottom=14)
    ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(rows) - 0.5, -0.5), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for column, name in enumerate(names):
        rotation = 40 if narrow else 0
        ax.annotate(
            name,
            (column, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-8 if narrow else 0, 8),
            textcoords="offset points",
            ha="left" if narrow else "center",
            va="bottom",
            rotation=rotation,
            fontsize=SMALL,
            color=SOFT,
            annotation_clip=False,
        )
    for place_, row in enumerate(rows):
        _file_row(ax, row, place_, left, narrow=narrow, language=language)
    return ax


def _file_row(
    ax: Axes, row: dict[str, Any], y: int, left: float, *, narrow: bool, language: str
) -> None:
    if y:
        start = -left / (1040 - left - 8) if left > 8 else 0
        ax.axhline(y - 0.5, start, 1, color=LINE, linewidth=1, clip_on=False)
    name = str(row["wave"]) if row["wave"] != WHOLE_WAVE else str(row["input"]).rsplit("/", 1)[-1]
    name = textwrap.shorten(name, 24, placeholder="…")
    grade = grade_words(row["health"]).render(language)
    offset = (0, 13) if narrow else (-left, 0)
    at: dict[str, Any] = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points"}
    at |= {"va": "center", "annotation_clip": False}
    ax.annotate(name, (0, y), xytext=offset, fontweight="bold", fontsize=SIZE, color=INK, **at)
    if narrow:
        ax.annotate(
            grade, (1, y), xytext=(0, 13), ha="right", fontsize=SMALL, color=_tone(row), **at
        )
    else:
        ax.annotate(
            grade, (0, y), xytext=(-14, 0), ha="right", fontsize=SMALL, color=_tone(row), **at
        )
    for column, group in enumerate(CHECKS):
        sign, colour = _SIGNS[row[f"checks_{group}"] or ""]
        ax.annotate(
            sign,
            (column, y),
            xytext=(0, -11 if narrow else 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=SIZE + 2,
            fontweight="bold",
            color=colour,
            annotation_clip=False,
        )


def _tone(row: dict[str, Any]) -> str:
    return {"A": GOOD, "B": WARN}.get(str(row["health"]), BAD)


def plot_health_missing(
    result: MissingResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw for each item how its rows are spread over answers and kinds of missing."""
    ax = canvas(narrow=narrow) if ax is None else ax
    ordered = result.table.sort_values("answered", kind="stable").head(_MOST_ITEMS)
    rows = plain_rows(ordered)
    step, top, left = (50, 92, 8) if narrow else (30, 52, 250)
    right = 8 if narrow else 90
    place(ax, height=top + step * len(rows) + 12, left=left, right=right, top=top, bottom=12)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    used = [pair for pair in _KINDS if any((row[pair[0]] or 0) > 0 for row in rows)]
    _key(ax, used, language, narrow=narrow)
    for y, row in enumerate(rows):
        start, height = 0.0, 0.36 if narrow else 0.6
        for kind, colour in used:
            width = float(row[kind] or 0)
            ends = start, start + width
            bar(ax, ends, y + (0.2 if narrow else 0), height, colour, linewidth=0)
            start = ends[1]
        name = textwrap.shorten(str(row["item"]), 42 if narrow else 34, placeholder="…")
        answered = format_percent(row["answered"], language)
        at: dict[str, Any] = {"textcoords": "offset points", "va": "center"}
        at |= {"annotation_clip": False}
        transform = ax.get_yaxis_transform()
        offset = (0, 13) if narrow else (-left, 0)
        ax.annotate(name, (0, y), xycoords=transform, xytext=offset, fontsize=SMALL, **at)
        ax.annotate(
            answered,
            (1, y),
            xycoords=transform,
            xytext=(0, 13) if narrow else (12, 0),
            ha="right" if narrow else "left",
            fontsize=SMALL,
            **at,
        )
    return ax


def _key(ax: Axes, used: list[tuple[str, str]], language: str, *, narrow: bool) -> None:
    """Name the colours in a line over the bars; the numbers stand in the table."""
    names = {
        "answered": translate("answered", language),
        "dont_know": translate("don’t know", language),
        "not_asked": translate("not asked", language),
        "blank": translate("blank", language),
        "out_of_scale": translate("out of scale", language),
    }
    x, y = 0.0, 16.0
    for kind, colour in used:
        width = 26 + 8.2 * len(names[kind])
        if narrow and x + width > 342:
            x, y = 0.0, y + 22
        ax.annotate(
            "■",
            (0, 1),
            xycoords="axes fraction",
            xytext=(x, y),
            textcoords="offset points",
            fontsize=SIZE,
            color=colour,
            annotation_clip=False,
        )
        ax.annotate(
            names[kind],
            (0, 1),
            xycoords="axes fraction",
            xytext=(x + 17, y),
            textcoords="offset points",
            fontsize=SMALL,
            color=SOFT,
            annotation_clip=False,
        )
        x += width


def plot_health_coverage(
    result: CoverageResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the response rate of each wave with its interval; without invitations, the answers."""
    records = plain_rows(result.table)
    has_rates = any(record["response_rate"] is not None for record in records)
    rows = [_rate_row(r, language) if has_rates else _count_row(r, language) for r in records]
    name = Message("Response rate, per cent") if has_rates else Message("Answers")
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=name.render(language),
        headings=("", translate("answers", language), translate("Rate (interval)", language)),
    )


def _rate_row(record: dict[str, Any], language: str) -> Row:
    n = format_number(record["n"], language, decimals=0)
    name = localized(wave_label(str(record["wave"])), language)
    rate, low, high = record["response_rate"], record["ci_low"], record["ci_high"]
    if rate is None:
        text = translate("not known", language)
        return Row(
            name=localized(wave_label(str(record["wave"])), language), estimate=None, text=text, n=n
        )
    ends = [format_number(100 * end, language, decimals=1) for end in (low, high)]
    text = with_ends(format_percent(rate, language, decimals=1), ends, language)
    return Row(
        name=name,
        estimate=100 * rate,
        low=100 * low,
        high=100 * high,
        text=text,
        n=n,
        hollow=bool(record["preliminary"]),
        note=translate("preliminary", language) if record["preliminary"] else "",
    )


def _count_row(record: dict[str, Any], language: str) -> Row:
    n = format_number(record["n"], language, decimals=0)
    return Row(
        name=localized(wave_label(str(record["wave"])), language),
        estimate=float(record["n"]),
        text=n,
        n=n,
    )
