"""The matrix: grade by effect, with the certainty of the quadrant in the mark itself."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_certainty, format_number, localized, translate
from workbench.report.figures import (
    ACCENT,
    BAD,
    INK,
    LINE,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    WARN,
    canvas,
    place,
)
from workbench.report.plots.marks import stroke
from workbench.report.plots.placing import Box, Spot, least_covering
from workbench.results.priority import SURE, quadrant_name
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.priority import PriorityResult

__all__ = ["plot_priority"]

_WIDE_HEIGHT, _NARROW_HEIGHT = 600.0, 400.0
_LIST_ROW = 40.0
_RING, _SMALL_RING = 22.0, 15.0
_LETTER = 7.9
_SMALL_LETTER = 6.9

Record = dict[str, Any]


def plot_priority(
    result: PriorityResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw drivers by grade and effect; a ring fills to the probability of the quadrant.

    Narrow, the rings carry numbers and the names stand in a list under the matrix.
    """
    records = [r for r in plain_rows(result.table) if r["quadrant"] is not None]
    records.sort(key=lambda record: record["rank"] or len(records))
    ax = canvas(narrow=narrow) if ax is None else ax
    below = 62.0 + (_LIST_ROW * len(records) + 16 if narrow else 0)
    height = (_NARROW_HEIGHT if narrow else _WIDE_HEIGHT) + below
    left, right = (44.0, 8.0) if narrow else (84.0, 24.0)
    place(ax, height=height, left=left, right=right, top=44, bottom=below)
    _limits(ax, records, result)
    _quadrants(ax, result, language, narrow)
    _axes(ax, result, language, narrow)
    _tie_lines(ax, records, language, narrow)
    size = ((358 if narrow else 1040) - left - right, height - 44 - below)
    _marks(ax, records, _SMALL_RING if narrow else _RING)
    if narrow:
        _numbers(ax, records, size)
        _list(ax, records, result, language)
    else:
        _ranks(ax, records)
        _labels(ax, records, result, language, size)
    return ax


def _limits(ax: Axes, records: list[Record], result: PriorityResult) -> None:
    def ends(names: tuple[str, ...], cut: float) -> tuple[float, float]:
        values = [r[name] for r in records for name in names if r[name] is not None] + [cut]
        pad = 0.14 * (max(values) - min(values)) or 1.0
        return min(values) - pad, max(values) + pad

    x = ends(("effect", "effect_low", "effect_high"), result.cut_effect)
    y = ends(("performance",), result.cut_performance)
    ax.set_xlim(min(x[0], 0.0), x[1])
    ax.set_ylim(max(y[0], 0.0), min(y[1], 100.0))


def _quadrants(ax: Axes, result: PriorityResult, language: str, narrow: bool) -> None:
    from matplotlib.patches import Rectangle

    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    cx, cy = result.cut_effect, result.cut_performance
    shade = Rectangle((cx, y0), x1 - cx, cy - y0, facecolor=BAD, alpha=0.07, linewidth=0)
    ax.add_patch(shade)
    frame = Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=LINE, linewidth=1)
    ax.add_patch(frame)
    for line in (ax.axvline, ax.axhline):
        value = cx if line == ax.axvline else cy
        line(value, color=SOFT, linewidth=1.2, linestyle=(0, (2, 3)), zorder=1)
    corners = {
        "maintain": (0, 1, "left", "top"),
        "improve": (1, 1, "right", "top"),
        "low": (0, 0, "left", "bottom"),
        "prioritise": (1, 0, "right", "bottom"),
    }
    for quadrant, (x, y, align, rise) in corners.items():
        text = quadrant_name(quadrant, result.quadrant_names).render(language)
        if narrow:
            text = "\n".join(textwrap.wrap(text, 14))
        for offset, line in _stacked(text, rise).items():
            ax.annotate(
                line,
                (x, y),
                xycoords="axes fraction",
                xytext=(10 - 20 * x, (8 if y == 0 else -8) + offset),
                textcoords="offset points",
                ha=align,
                va=rise,
                fontsize=SMALL,
                fontweight="bold",
                color=BAD if quadrant == "prioritise" else SOFT,
            )


def _stacked(text: str, rise: str) -> dict[float, str]:
    """Return offset -> line, upwards from the bottom or downwards from the top."""
    lines = text.split("\n")
    if rise == "top":
        return {-16.0 * i: line for i, line in enumerate(lines)}
    return {16.0 * (len(lines) - 1 - i): line for i, line in enumerate(lines)}


def _axes(ax: Axes, result: PriorityResult, language: str, narrow: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def worded(decimals: int) -> Any:
        return FuncFormatter(lambda value, _: format_number(value, language, decimals=decimals))

    ax.xaxis.set_major_locator(MaxNLocator(4 if narrow else 6, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(worded(2))
    ax.yaxis.set_major_formatter(worded(0))
    ax.tick_params(length=0, pad=6)
    ax.spines[:].set_visible(False)
    outcome = localized(result.label(result.outcome), language)
    ax.set_xlabel(
        Message("Association with {outcome} per +5 points of grade →", outcome=outcome).render(
            language
        ),
        color=SOFT,
        labelpad=8,
    )
    ax.annotate(
        translate("↑ Grade 0–100", language),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 10),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=SOFT,
    )
    if narrow:
        return
    borders = (
        (Message("border {value:number2}", value=result.cut_effect), (result.cut_effect, 1), 10),
    )
    for text, (x, y), rise in borders:
        ax.annotate(
            text.render(language),
            (x, y),
            xycoords=("data", "axes fraction"),
            xytext=(0, rise),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=SOFT,
        )
    ax.annotate(
        Message("border {value:number}", value=result.cut_performance).render(language),
        (1, result.cut_performance),
        xycoords=("axes fraction", "data"),
        xytext=(-8, 4),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=SMALL,
        color=SOFT,
    )


def _tie_lines(ax: Axes, records: list[Record], language: str, narrow: bool) -> None:
    """Link the drivers at the top that cannot be told apart."""
    if not records or records[0]["tie"] is None:
        return
    tied = [record for record in records if record["tie"] == records[0]["tie"]]
    if not 2 <= len(tied) <= 3:
        return
    xs = [record["effect"] for record in tied]
    ys = [record["performance"] for record in tied]
    ax.plot(xs, ys, color=INK, linewidth=1.4, linestyle=(0, (1, 3)), zorder=2)
    if narrow or len(tied) > 2:
        return
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    is_flat = abs(xs[0] - xs[1]) / (x1 - x0) > abs(ys[0] - ys[1]) / (y1 - y0)
    ax.annotate(
        translate("can’t be told apart", language),
        (sum(xs) / 2, sum(ys) / 2),
        xytext=(0, 12) if is_flat else (8, 0),
        textcoords="offset points",
        ha="center" if is_flat else "left",
        va="center",
        fontsize=SMALL,
        fontstyle="italic",
        color=INK,
    )


def _is_sure(record: Record) -> bool:
    return record["p_quadrant"] is not None and record["p_quadrant"] >= SURE


def _marks(ax: Axes, records: list[Record], ring: float) -> None:
    """Draw intervals and rings; marks of one form share one drawing."""
    from matplotlib.path import Path

    for record in records:
        x, y = record["effect"], record["performance"]
        if record["effect_low"] is not None:
            ends = record["effect_low"], record["effect_high"]
            stroke(ax, ends, (y, y), color=SOFT, linewidth=1.2)
        if record["performance_low"] is not None:
            ends = record["performance_low"], record["performance_high"]
            stroke(ax, (x, x), ends, color=SOFT, linewidth=1.2)
    _rings(ax, records, "o", LINE, face=PAPER, zorder=4, ring=ring)
    known = [record for record in records if record["p_quadrant"]]
    full = [record for record in known if record["p_quadrant"] > 0.995]
    _rings(ax, full, "o", ACCENT, face="none", zorder=5, ring=ring)
    for record in known:
        if record not in full:
            arc = Path.arc(90 - 360 * record["p_quadrant"], 90)
            colour = ACCENT if _is_sure(record) else WARN
            _rings(ax, [record], arc, colour, face="none", zorder=5, ring=ring)


def _ranks(ax: Axes, records: list[Record]) -> None:
    """Write each driver's number into its ring."""
    for number, record in enumerate(records, start=1):
        ax.annotate(str(number), (record["effect"], record["performance"]), ha="center",
                    va="center", fontsize=SMALL, fontweight="bold", color=INK,
                    zorder=6)  # fmt: skip


def _rings(
    ax: Axes,
    records: list[Record],
    marker: Any,
    colour: str,
    *,
    face: str,
    zorder: int,
    ring: float,
) -> None:
    xs = [record["effect"] for record in records]
    ys = [record["performance"] for record in records]
    ax.plot(xs, ys, marker=marker, linestyle="none", markersize=ring, markerfacecolor=face,
            markeredgecolor=colour, markeredgewidth=4, zorder=zorder)  # fmt: skip


def _sure_in_short(record: Record, language: str) -> str:
    if record["p_quadrant"] is None:
        return ""
    certainty = format_certainty(record["p_quadrant"], language)
    if _is_sure(record):
        return certainty
    return Message("only {p}", p=certainty).render(language)


def _sure_words(record: Record, language: str) -> Message | None:
    p = record["p_quadrant"]
    if p is None:
        return None
    certainty = format_certainty(p, language)
    if p >= SURE:
        return Message("{p} sure of its place", p=certainty)
    return Message("only {p} sure of its place", p=certainty)


def _labels(
    ax: Axes,
    records: list[Record],
    result: PriorityResult,
    language: str,
    size: tuple[float, float],
) -> None:
    """Write names beside the marks, each where it covers least."""
    points = [_pixels(ax, size, record["effect"], record["performance"]) for record in records]
    fixed = [Box(x - 15, y - 15, x + 15, y + 15) for x, y in points] + _corner_boxes(size)
    lines = [_interval_box(record, ax, size) for record in records]
    border, middle = _pixels(ax, size, result.cut_effect, result.cut_performance)
    lines += [Box(border - 4, 0, border + 4, size[1]), Box(0, middle - 3, size[0], middle + 3)]
    texts: list[tuple[str, str]] = []
    spots: list[dict[Spot, Box]] = []
    for number, (record, point) in enumerate(zip(records, points, strict=True), start=1):
        name = f"{number}. {localized(result.label(record['driver']), language)}"
        sure = _sure_words(record, language)
        under = sure.render(language) if sure else ""
        texts.append((name, under))
        spots.append(_spots(*point, max(len(name) * _LETTER, len(under) * _SMALL_LETTER)))
    chosen = least_covering(spots, fixed, lines, size)
    for record, (name, under), (align, dx, dy) in zip(records, texts, chosen, strict=True):
        for text, rise, weight, colour, letter in (
            (name, 8.5, "bold", INK, SIZE),
            (under, -8.5, "normal", SOFT if _is_sure(record) else WARN, SMALL),
        ):
            ax.annotate(text, (record["effect"], record["performance"]), xytext=(dx, dy + rise),
                        textcoords="offset points", ha=align, va="center", fontsize=letter,
                        fontweight=weight, color=colour, zorder=7,
                        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0})  # fmt: skip


def _numbers(ax: Axes, records: list[Record], size: tuple[float, float]) -> None:
    """Write each driver's number beside its small ring, where it covers least."""
    points = [_pixels(ax, size, record["effect"], record["performance"]) for record in records]
    rings = [Box(x - 10, y - 10, x + 10, y + 10) for x, y in points]
    lines = [_interval_box(record, ax, size) for record in records]
    spots: list[dict[Spot, Box]] = []
    for number, (x, y) in enumerate(points, start=1):
        half = 5.0 * len(str(number))
        spots.append(
            {
                ("center", dx, dy): Box(x + dx - half, y + dy - 8, x + dx + half, y + dy + 8)
                for dx, dy in (
                    *((0, 17), (0, -17), (11 + half, 11), (-11 - half, 11), (11 + half, -11)),
                    *((-11 - half, -11), (0, 24), (0, -24), (12 + half, 0), (-12 - half, 0)),
                )
            }
        )
    chosen = least_covering(spots, rings, lines, size)
    for number, (record, (_, dx, dy)) in enumerate(zip(records, chosen, strict=True), start=1):
        ax.annotate(str(number), (record["effect"], record["performance"]), xytext=(dx, dy),
                    textcoords="offset points", ha="center", va="center", fontsize=SMALL,
                    fontweight="bold", color=INK, zorder=7,
                    bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0})  # fmt: skip


def _spots(x: float, y: float, width: float) -> dict[Spot, Box]:
    """Return where a label may stand, and the rectangle it takes there."""
    found: dict[Spot, Box] = {}
    for dx, dy in ((20, 0), (14, -30), (14, 30), (10, -46), (10, 46)):
        found["left", dx, dy] = Box(x + dx, y + dy - 18, x + dx + width, y + dy + 18)
        found["right", -dx, dy] = Box(x - dx - width, y + dy - 18, x - dx, y + dy + 18)
    for dy in (-36, 36, -54, 54):
        found["center", 0, dy] = Box(x - width / 2, y + dy - 18, x + width / 2, y + dy + 18)
    return found


def _corner_boxes(size: tuple[float, float]) -> list[Box]:
    """Return where the names of the quadrants stand."""
    return [
        Box(0, size[1] - 26, 200, size[1]),
        Box(size[0] - 220, size[1] - 26, size[0], size[1]),
        Box(0, 0, 160, 26),
        Box(size[0] - 130, 0, size[0], 26),
    ]


def _interval_box(record: Record, ax: Axes, size: tuple[float, float]) -> Box:
    if record["effect_low"] is None:
        return Box(0, 0, 0, 0)
    low, y = _pixels(ax, size, record["effect_low"], record["performance"])
    high, _ = _pixels(ax, size, record["effect_high"], record["performance"])
    return Box(low, y - 10, high, y + 10)


def _pixels(ax: Axes, size: tuple[float, float], x: float, y: float) -> tuple[float, float]:
    """Return where a point lies, in pixels from the corner of the axes."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return (x - x0) / (x1 - x0) * size[0], (y - y0) / (y1 - y0) * size[1]


def _list(ax: Axes, records: list[Record], result: PriorityResult, language: str) -> None:
    """Write number, name and certainty of each driver under the matrix."""
    for place_in_list, record in enumerate(records):
        drop = -78 - _LIST_ROW * place_in_list
        name = localized(result.label(record["driver"]), language)
        quadrant = quadrant_name(record["quadrant"], result.quadrant_names).render(language)
        sure = _sure_in_short(record, language)
        under = f"{quadrant}, {sure}" if sure else quadrant
        colour = SOFT if _is_sure(record) else WARN
        for text, rise, weight, ink, x in (
            (str(place_in_list + 1), 0.0, "bold", INK, -36.0),
            (textwrap.shorten(name, 38, placeholder="…"), 0.0, "bold", INK, -12.0),
            (textwrap.shorten(under, 46, placeholder="…"), -17.0, "normal", colour, -12.0),
        ):
            ax.annotate(text, (0, 0), xycoords="axes fraction", xytext=(x, drop + rise),
                        textcoords="offset points", ha="left", va="center", fontsize=SMALL,
                        fontweight=weight, color=ink, annotation_clip=False)  # fmt: skip
