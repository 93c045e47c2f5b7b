"""Figures of effects by segment and wave: small multiples, hidden opposites, changes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, localized, translate
from workbench.report.figures import (
    ACCENT,
    BAD,
    C1,
    C3,
    C4,
    C5,
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
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.marks import dots, stroke, upright
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.effects import (
        EffectChangesResult,
        ItemDifferencesResult,
        OppositesResult,
        SegmentEffectsResult,
    )

__all__ = [
    "plot_effect_changes",
    "plot_item_differences",
    "plot_opposites",
    "plot_segment_effects",
]

_PANELS = 4
_MOST_CHANGES = 6
_ROW = 30.0
_HEAD = 96.0
_FOOT = 36.0
_GROUP_STYLES = ((C1, "o"), (C4, "s"), (C3, "^"), (C5, "D"))

Record = dict[str, Any]


def _name(result: Any, name: object, language: str) -> str:
    return localized(result.labels.get(name, name), language)


def _segment(value: object, language: str) -> str:
    return translate("no answer", language) if value is None else str(value)


def plot_segment_effects(
    result: SegmentEffectsResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw a panel per driver, those that differ first: segments below each other.

    A filled dot rests mostly on the segment's own answers, a hollow one on those of the others; a
    small ring is the segment's own effect.
    """
    tests = plain_rows(result.drivers)
    rank = {"opposite": 0, "differs": 1, "no_difference": 2}
    tests = [test for test in tests if test["mean"] is not None]
    tests.sort(key=lambda test: (rank[test["verdict"]], -abs(test["mean"])))
    tests = tests[:_PANELS]
    records = plain_rows(result.table)
    segments = list(dict.fromkeys(record["segment"] for record in records))
    columns = 1 if narrow else _PANELS
    panel = _HEAD + _ROW * len(segments) + _FOOT
    count = max(len(tests), 1)
    rows = -(-count // columns)
    ax = canvas(narrow=narrow) if ax is None else ax
    place(ax, height=panel * rows + 8)
    ax.set_axis_off()
    limits = _shared_limits([r for r in records if any(r["driver"] == t["driver"] for t in tests)])
    width = 1 / columns
    for number, test in enumerate(tests):
        row, column = divmod(number, columns)
        names = 0.36 if narrow else 0.34
        left = column * width + (names if narrow else names * width)
        usable = width * (1 - names) - (0.03 if narrow else 0.02)
        top = 1 - (row * panel + _HEAD) / (panel * rows + 8)
        height = _ROW * len(segments) / (panel * rows + 8)
        inner = ax.inset_axes((left, top - height, usable, height), axes_class=type(ax))
        own = [record for record in records if record["driver"] == test["driver"]]
        _panel(inner, own, test, result, limits, language, narrow)
    return ax


def _shared_limits(records: list[Record]) -> tuple[float, float]:
    values = [
        r[name]
        for r in records
        for name in ("ci_low", "ci_high", "estimate")
        if r[name] is not None
    ]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    pad = 0.08 * (high - low) or 1.0
    return low - pad, high + pad


_VERDICTS = {
    "no_difference": Message("No clear difference"),
    "differs": Message("Differs more than chance explains"),
    "opposite": Message("One goes against the others"),
}


def _panel(
    ax: Axes,
    records: list[Record],
    test: Record,
    result: SegmentEffectsResult,
    limits: tuple[float, float],
    language: str,
    narrow: bool,
) -> None:
    ax.set_xlim(*limits)
    ax.set_ylim(len(records) - 0.5, -0.5)
    ax.spines[:].set_visible(False)
    ax.tick_params(axis="y", length=0, labelleft=False)
    ax.tick_params(axis="x", length=0, pad=6)
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda v, _: format_number(v, language, decimals=1, signed=True))
    )
    ax.grid(axis="x", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    upright(ax, 0, color=SOFT, linewidth=1.4, zorder=1)
    upright(ax, test["mean"], color=SOFT, linewidth=1.2, linestyle=(0, (2, 3)), zorder=1)
    names = -0.56 if narrow else -0.515
    lines = textwrap.wrap(_name(result, test["driver"], language), 40 if narrow else 25)[:2]
    for number, line in enumerate(lines):
        _above(ax, names, 78 - 18 * number, line, size=SIZE + 1, bold=True)
    verdict = _VERDICTS[test["verdict"]].render(language)
    colour = SOFT if test["verdict"] == "no_difference" else BAD
    _above(ax, names, 78 - 18 * len(lines) - 4, verdict, colour=colour)
    mean = format_number(test["mean"], language, signed=True)
    ax.annotate(
        Message("all {mean}", mean=mean).render(language),
        (test["mean"], 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=SMALL,
        color=SOFT,
        annotation_clip=False,
    )
    for y, record in enumerate(records):
        _segment_row(ax, record, y, names, test, language)


def _above(
    ax: Axes, x: float, rise: float, text: str, *, size: float = SMALL, bold: bool = False,
    colour: str = INK,
) -> None:  # fmt: skip
    ax.annotate(
        text,
        (x, 1),
        xycoords="axes fraction",
        xytext=(0, rise - 18),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=size,
        fontweight="bold" if bold else "normal",
        color=colour,
        annotation_clip=False,
    )


def _segment_row(
    ax: Axes, record: Record, y: int, names: float, test: Record, language: str
) -> None:
    is_odd = test["verdict"] != "no_difference" and record["segment"] == test["odd"]
    colour = BAD if is_odd else ACCENT
    name = textwrap.shorten(_segment(record["segment"], language), 15, placeholder="…")
    n = "" if record["n"] is None else format_number(record["n"], language, decimals=0)
    for text, rise, size, ink, weight in (
        (name, 6.0, SMALL, INK, "bold" if is_odd else "normal"),
        (f"n {n}" if n else translate("not shown", language), -7.0, 11.0, SOFT, "normal"),
    ):
        ax.annotate(text, (names, y), xycoords=ax.get_yaxis_transform(), xytext=(0, rise),
                    textcoords="offset points", ha="left", va="center", fontsize=size, color=ink,
                    fontweight=weight, annotation_clip=False)  # fmt: skip
    if record["estimate"] is None:
        return
    ends = record["ci_low"], record["ci_high"]
    stroke(ax, ends, (y, y), color=colour, linewidth=2.2, zorder=2)
    if record["raw"] is not None:
        dots(ax, [record["raw"]], [y], markersize=7, markerfacecolor="none",
             markeredgecolor=SOFT, markeredgewidth=1.4, zorder=3)  # fmt: skip
    borrowed = record["weight"] is None or record["weight"] < 0.5
    marker = "D" if is_odd else "o"
    dots(ax, [record["estimate"]], [y], marker, markersize=8.5,
         markerfacecolor=PAPER if borrowed else colour, markeredgecolor=colour,
         markeredgewidth=2, zorder=4)  # fmt: skip


def plot_opposites(
    result: OppositesResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the surest warning: mean outcome by grade in each group, and the slope of the total."""
    ax = canvas(narrow=narrow) if ax is None else ax
    place(ax, height=340, left=56, right=24 if narrow else 300, top=44, bottom=58)
    flagged = plain_rows(result.flagged)
    if not flagged or result.groups is None or result.points is None:
        ax.set_axis_off()
        return ax
    row = flagged[0]
    key = ("segment", "driver", "variable")
    groups = [g for g in plain_rows(result.groups) if all(g[k] == row[k] for k in key)]
    points = [p for p in plain_rows(result.points) if all(p[k] == row[k] for k in key)]
    for place_of, group in enumerate(groups[: len(_GROUP_STYLES)]):
        colour, marker = _GROUP_STYLES[place_of]
        own = [point for point in points if point["group"] == group["group"]]
        _group_line(ax, group, own, colour, marker, language, narrow)
    total = sum(g["n"] for g in groups)
    grade = sum(g["n"] * g["performance"] for g in groups) / total
    mean = sum(g["n"] * g["outcome"] for g in groups) / total
    grades = [p["performance"] for p in points]
    ends = [min(grades), max(grades)]
    pooled = [mean + row["pooled"] / 5 * (x - grade) for x in ends]
    ax.plot(ends, pooled, color=SOFT, linewidth=1.8, linestyle=(0, (4, 3)), zorder=2)
    words = Message("All together, {slope:points}", slope=row["pooled"]).render(language)
    own = [p["estimate"] for p in points if p["performance"] == ends[0]]
    is_above = not own or pooled[0] >= own[0]
    ax.annotate(words, (ends[0], pooled[0]), xytext=(0, 14 if is_above else -14),
                textcoords="offset points", ha="left", va="center", fontsize=SMALL,
                fontweight="bold", color=SOFT, annotation_clip=False)  # fmt: skip
    _dress(ax, result, row, language)
    return ax


def _group_line(
    ax: Axes,
    group: Record,
    points: list[Record],
    colour: str,
    marker: str,
    language: str,
    narrow: bool,
) -> None:
    for point in points:
        if point["ci_low"] is not None:
            ax.vlines(
                point["performance"],
                point["ci_low"],
                point["ci_high"],
                colors=colour,
                linewidth=1.2,
            )
    xs = [point["performance"] for point in points]
    ax.plot(
        xs, [point["estimate"] for point in points], marker, color=colour, markersize=8, zorder=4
    )
    if group["slope"] is None or not xs:
        return
    ends = [min(xs), max(xs)]
    line = [group["outcome"] + group["slope"] / 5 * (x - group["performance"]) for x in ends]
    ax.plot(ends, line, color=colour, linewidth=2.2, zorder=3)
    slope = format_number(group["slope"], language, signed=True)
    words = f"{_segment(group['group'], language)}, {slope}"
    _end_label(ax, ends[1], line[1], words, colour, narrow, rise=12 if narrow else 0)


def _end_label(
    ax: Axes, x: float, y: float, text: str, colour: str, narrow: bool, *, rise: float
) -> None:
    ax.annotate(
        text,
        (x, y),
        xytext=(-4 if narrow else 12, rise),
        textcoords="offset points",
        ha="right" if narrow else "left",
        va="center",
        fontsize=SMALL,
        fontweight="bold",
        color=colour,
        annotation_clip=False,
    )


def _dress(ax: Axes, result: OppositesResult, row: Record, language: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    whole = FuncFormatter(lambda value, _: format_number(value, language, decimals=0))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(whole)
    ax.tick_params(length=0, pad=6)
    ax.grid(axis="y", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    driver = _name(result, row["driver"], language)
    ax.set_xlabel(
        Message("Grade 0–100: {driver} →", driver=driver).render(language), color=SOFT, labelpad=8
    )
    ax.annotate(
        f"↑ {_name(result, result.outcome, language)}",
        (0, 1),
        xycoords="axes fraction",
        xytext=(-40, 12),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=SOFT,
    )


def plot_effect_changes(
    result: EffectChangesResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw the surest changes of effects in the last wave, with their intervals."""
    records = plain_rows(result.table)
    last = records[-1]["wave"] if records else None
    newest = [record for record in records if record["wave"] == last]
    newest.sort(key=lambda record: 2.0 if record["p_value"] is None else record["p_value"])
    rows: list[Row] = []
    for record in newest[:_MOST_CHANGES]:
        name = _name(result, record["driver"], language)
        if record["change"] is None:
            rows.append(Row(name=name, estimate=None, text=translate("not shown", language)))
            continue
        text = format_number(record["change"], language, signed=True)
        ends = [format_number(record[end], language) for end in ("ci_low", "ci_high")]
        is_real = record["real"] is True
        note = Message("a real change") if is_real else Message("may be chance")
        rows.append(
            Row(
                name=name,
                estimate=record["change"],
                low=record["ci_low"],
                high=record["ci_high"],
                text=with_ends(text, ends, language),
                n=format_number(record["n"], language, decimals=0),
                note=note.render(language),
                tone=("good" if record["change"] > 0 else "bad") if is_real else "muted",
                hollow=not is_real,
            )
        )
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Change, points", language)
        if narrow
        else translate("Change in what +5 points of grade go with, points", language),
        headings=("", translate("answers", language), translate("Change (interval)", language)),
        reference=0.0,
        reference_label=translate("no change", language),
        signed=True,
    )


def plot_item_differences(
    result: ItemDifferencesResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw the questions that are flagged, else the largest differences."""
    records = [r for r in plain_rows(result.table) if r["difference"] is not None]
    flagged = [record for record in records if record["flag"]]
    chosen = flagged or sorted(records, key=lambda r: -abs(r["difference"]))[:5]
    rows = [
        Row(
            name=f"{_name(result, r['item'], language)}, {_segment(r['segment'], language)}",
            estimate=r["difference"],
            low=r["ci_low"],
            high=r["ci_high"],
            text=format_number(r["difference"], language, signed=True),
            n=format_number(r["n"], language, decimals=0),
            tone="unsure" if r["flag"] else "muted",
            hollow=not r["flag"],
            note=translate("behaves differently", language) if r["flag"] else "",
        )
        for r in chosen[:12]
    ]
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Difference, points", language)
        if narrow
        else translate("Grade minus grade elsewhere, at the same other grades, points", language),
        headings=("", translate("answers", language), translate("Difference", language)),
        reference=0.0,
        signed=True,
    )
