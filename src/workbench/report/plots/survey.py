"""Figures of satisfaction measures: groups side by side, waves in order, answers by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, format_percent, translate
from workbench.report.figures import (
    BAD,
    C1,
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
from workbench.report.plots.forest import Row, chip_before, few_hidden, forest, named_ticks
from workbench.report.plots.marks import bar, dots, stroke
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.survey import CsatResult, MeanResult, MeasureResult, NkiResult, NpsResult

__all__ = ["plot_csat", "plot_mean", "plot_nki", "plot_nps", "wave_ticks"]

_SHARES = (("detractors", BAD, PAPER), ("passives", LINE, INK), ("promoters", C1, PAPER))


def plot_nki(
    result: NkiResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw NKI by wave as a line, by another column as rows."""
    return _plot_measure(result, ax, language, narrow)


def plot_mean(
    result: MeanResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw a mean by wave as a line, by another column as rows."""
    return _plot_measure(result, ax, language, narrow)


def plot_csat(
    result: CsatResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw CSAT by wave as a line, by another column as rows."""
    return _plot_measure(result, ax, language, narrow)


def plot_nps(
    result: NpsResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw NPS by wave as a line; else the three kinds of answers per group, with the score."""
    if result.by == ("wave",):
        return _plot_measure(result, ax, language, narrow)
    return _plot_kinds(result, ax, language, narrow)


def _plot_measure(result: MeasureResult, ax: Axes | None, language: str, narrow: bool) -> Axes:
    if result.by == ("wave",) and len(result.table) > 1:
        return _plot_waves(result, ax, language, narrow)
    table = result.table.sort_values("estimate", na_position="last", kind="stable")
    rows = [_row(record, result, language) for record in plain_rows(table)]
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=_axis_name(result, language),
        headings=(
            "",
            translate("answers", language),
            Message("{name} (interval)", name=result.name).render(language),
        ),
    )


def _axis_name(result: MeasureResult, language: str) -> str:
    low, high = (format_number(end, language, decimals=0) for end in result.scale)
    name = Message("{name}, scale {low} to {high}", name=result.name, low=low, high=high)
    return name.render(language)


def _is_signed(result: MeasureResult) -> bool:
    return result.scale[0] < 0


def _row(record: dict[str, Any], result: MeasureResult, language: str) -> Row:
    segment = record["segment"]
    name = translate("no answer", language) if segment is None else str(segment)
    if record["estimate"] is None:
        return Row(name=name, estimate=None, text=translate("not shown", language))
    return Row(
        name=translate("all", language) if segment == "all" else name,
        estimate=record["estimate"],
        low=record["ci_low"],
        high=record["ci_high"],
        text=_worded(record, _is_signed(result), language),
        n=format_number(record["n"], language, decimals=0),
    )


def _worded(record: dict[str, Any], signed: bool, language: str) -> str:
    text = format_number(record["estimate"], language, signed=signed)
    if record["ci_low"] is None:
        return text
    ends = [format_number(record[end], language) for end in ("ci_low", "ci_high")]
    return with_ends(text, ends, language)


def _plot_waves(result: MeasureResult, ax: Axes | None, language: str, narrow: bool) -> Axes:
    """Draw one line through the waves, each with its interval and its number."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax = canvas(narrow=narrow) if ax is None else ax
    place(ax, height=250 if narrow else 300, left=44, right=24, top=34, bottom=54)
    records = plain_rows(result.table)
    places = list(range(len(records)))
    shown = [(x, record) for x, record in zip(places, records, strict=True)
             if record["estimate"] is not None]  # fmt: skip
    ax.plot([x for x, _ in shown], [r["estimate"] for _, r in shown], color=C1, linewidth=1.5,
            zorder=2)  # fmt: skip
    for x, record in shown:
        _wave_mark(ax, x, record, is_last=x == places[-1])
    _wave_labels(ax, shown, result, language, narrow)
    ax.set_xlim(-0.4, len(records) - 0.6)
    ax.margins(y=0.22)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    signed = _is_signed(result)
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_number(value, language, decimals=0, signed=signed))
    )
    wave_ticks(ax, [str(record["segment"]) for record in records], narrow=narrow)
    ax.tick_params(length=0, pad=8)
    ax.grid(axis="y", color=LINE, linewidth=1)
    ax.spines[:].set_visible(False)
    return ax


def wave_ticks(ax: Axes, names: list[str], *, narrow: bool) -> None:
    """Name the waves under the axis, the last one always; as many as there is room for."""
    step = -(-len(names) // (6 if narrow else 10))
    places = list(range(len(names) - 1, -1, -step))
    is_tight = narrow and len(places) > 4
    words = [_short_wave(names[place], is_tight) for place in places]
    named_ticks(ax.xaxis, places, words)


def _short_wave(name: str, is_tight: bool) -> str:
    first = name.split(" ")[0]
    return first[:3] if is_tight and first.isalpha() else name.replace(" ", "\n", 1)


def _wave_mark(ax: Axes, x: int, record: dict[str, Any], *, is_last: bool) -> None:
    colour = C1 if is_last else SOFT
    if record["ci_low"] is not None:
        ends = record["ci_low"], record["ci_high"]
        stroke(ax, (x, x), ends, color=colour, linewidth=2.5, zorder=3)
    dots(ax, [x], [record["estimate"]], markersize=10, markeredgewidth=2.2, zorder=4,
         markerfacecolor=colour if is_last else PAPER, markeredgecolor=colour)  # fmt: skip


def _wave_labels(
    ax: Axes,
    shown: list[tuple[int, dict[str, Any]]],
    result: MeasureResult,
    language: str,
    narrow: bool,
) -> None:
    last = shown[-1][0] if shown else 0
    for x, record in shown:
        top = record["estimate"] if record["ci_high"] is None else record["ci_high"]
        ax.annotate(
            format_number(record["estimate"], language, signed=_is_signed(result)),
            (x, top),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL if narrow or x != last else SIZE,
            fontweight="bold" if x == last else "normal",
            color=INK if x == last else SOFT,
        )


def _plot_kinds(result: NpsResult, ax: Axes | None, language: str, narrow: bool) -> Axes:
    """Draw detractors, passives and promoters as one bar per group; the score with its interval."""
    ax = canvas(narrow=narrow) if ax is None else ax
    table = result.table.sort_values("estimate", na_position="last", kind="stable")
    records = plain_rows(table)
    row = 56 if narrow else 38
    top = 44 if narrow else 46
    place(
        ax,
        height=top + row * len(records) + 12,
        left=0 if narrow else 230,
        right=0 if narrow else 270,
        top=top,
        bottom=12,
    )
    ax.set_xlim(0, 1)
    ax.set_ylim(len(records) - 0.5, -0.5)
    ax.axis("off")
    for y, record in enumerate(records):
        _kinds_row(ax, y, record, language, narrow)
    _kinds_headings(ax, records, language, narrow)
    return ax


def _kinds_row(ax: Axes, y: int, record: dict[str, Any], language: str, narrow: bool) -> None:
    middle = y + (0.2 if narrow else 0.0)
    name = _row_name(record["segment"], language)
    text = translate("not shown", language)
    if record["estimate"] is not None:
        text = _worded(record, True, language)
        left = 0.0
        for column, colour, on_it in _SHARES:
            width = record[column]
            bar(ax, (left, left + width), middle, 0.42 if narrow else 0.62, colour)
            if width >= (0.13 if narrow else 0.07):
                ax.text(left + 0.012, middle, format_percent(width, language), color=on_it,
                        fontsize=SMALL, fontweight="bold", va="center")  # fmt: skip
            left += width
    muted = record["estimate"] is None
    _kinds_text(ax, y, name, text, narrow, muted=muted)


def _row_name(segment: object, language: str) -> str:
    if segment is None:
        return translate("no answer", language)
    return translate("all", language) if segment == "all" else str(segment)


def _kinds_text(ax: Axes, y: int, name: str, text: str, narrow: bool, *, muted: bool) -> None:
    side = ax.get_yaxis_transform()
    colour = SOFT if muted else INK
    start, end, rise = (0.0, 0.0, 9) if narrow else (-230.0, 20.0, 0)
    chip = chip_before(ax, name, y, start, rise)
    places = [
        (name, 0.0, start + chip, "left", rise),
        (text, 1.0, end, "right" if narrow else "left", rise),
    ]
    for number, (words, x, offset, align, rise) in enumerate(places):
        ax.annotate(words, (x, y), xycoords=side, xytext=(offset, rise), va="center", ha=align,
                    textcoords="offset points", fontsize=SIZE if number == 0 else SMALL,
                    color=INK if number == 0 else colour, annotation_clip=False,
                    fontweight="bold" if number == 0 else "normal")  # fmt: skip


def _kinds_headings(ax: Axes, records: list[dict[str, Any]], language: str, narrow: bool) -> None:
    first = next((record for record in records if record["estimate"] is not None), None)
    if first is None:
        return
    names = [Message("Detractors 0–6"), Message("Passives 7–8"), Message("Promoters 9–10")]
    if narrow:
        names = [Message("Detractors"), Message("Passives"), Message("Promoters")]
    spots = [0.0, 0.5, 1.0] if narrow else [0.0, first["detractors"], 1.0]
    aligns = ["left", "center" if narrow else "left", "right"]
    for name, x, align in zip(names, spots, aligns, strict=True):
        ax.annotate(name.render(language), (x, 1), xycoords="axes fraction", ha=align, va="bottom",
                    xytext=(0, 10), textcoords="offset points", fontsize=SMALL, color=SOFT,
                    annotation_clip=False)  # fmt: skip
    if not narrow:
        ax.annotate(translate("NPS (interval)", language), (1, 1), xycoords="axes fraction",
                    xytext=(20, 10), textcoords="offset points", ha="left", va="bottom",
                    fontsize=SMALL, color=SOFT, annotation_clip=False)  # fmt: skip
