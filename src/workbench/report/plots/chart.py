"""Figure of a control chart: waves in order, and the limits that know how many answered each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, translate
from workbench.report.figures import BAD, C1, INK, LINE, PAPER, SIZE, SMALL, SOFT, canvas, place
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.report.plots.marks import dots, stroke
from workbench.report.plots.survey import wave_ticks
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.chart import ControlChartResult

__all__ = ["plot_control_chart"]


def plot_control_chart(
    result: ControlChartResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw the line of waves between its limits; by segment, the newest wave of each."""
    if result.by:
        return _plot_newest(result, ax, language, narrow)
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax = canvas(narrow=narrow) if ax is None else ax
    place(ax, height=300, left=44, right=16, top=34, bottom=44)
    records = plain_rows(result.table)
    for stretch in _stretches(records):
        _limits(ax, stretch)
        _line(ax, stretch)
    _labels(ax, records, language)
    ax.set_xlim(-0.5, len(records) - 0.5)
    ax.margins(y=0.18)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_number(value, language, decimals=0))
    )
    wave_ticks(ax, [str(record["wave"]) for record in records], narrow=narrow)
    ax.tick_params(length=0, pad=8)
    ax.grid(axis="y", color=LINE, linewidth=1)
    ax.spines[:].set_visible(False)
    return ax


def _stretches(records: list[dict[str, Any]]) -> list[list[tuple[int, dict[str, Any]]]]:
    """Cut the line where the wording changed."""
    stretches: list[list[tuple[int, dict[str, Any]]]] = [[]]
    for x, record in enumerate(records):
        if record["broken"] and stretches[-1]:
            stretches.append([])
        stretches[-1].append((x, record))
    return stretches


def _limits(ax: Axes, stretch: list[tuple[int, dict[str, Any]]]) -> None:
    known = [(x, record) for x, record in stretch if record["limit_low"] is not None]
    if not known:
        return
    xs = [x for x, _ in known]
    for side in ("limit_low", "limit_high"):
        ends = [record[side] for _, record in known]
        ax.step(xs, ends, where="mid", color=SOFT, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    centre = known[0][1]["centre"]
    ends = xs[0] - 0.4, xs[-1] + 0.4
    stroke(ax, ends, (centre, centre), color=SOFT, linewidth=1, zorder=1)


def _line(ax: Axes, stretch: list[tuple[int, dict[str, Any]]]) -> None:
    shown = [(x, record) for x, record in stretch if record["estimate"] is not None]
    ax.plot([x for x, _ in shown], [r["estimate"] for _, r in shown], color=C1, linewidth=1.5,
            zorder=2)  # fmt: skip
    for x, record in shown:
        is_outside = bool(record["signal"])
        colour = BAD if is_outside else SOFT if record["preliminary"] else C1
        dots(ax, [x], [record["estimate"]], markersize=10 if is_outside else 7,
             markeredgewidth=2, markeredgecolor=colour, zorder=4,
             markerfacecolor=PAPER if record["preliminary"] else colour)  # fmt: skip


def _labels(ax: Axes, records: list[dict[str, Any]], language: str) -> None:
    """Write the value of the newest wave and of every wave outside its limits."""
    shown = [x for x, record in enumerate(records) if record["estimate"] is not None]
    for x in shown:
        record = records[x]
        if not record["signal"] and x != shown[-1]:
            continue
        text = format_number(record["estimate"], language)
        if record["signal"]:
            text = Message("{value}: outside", value=text).render(language)
        is_low = record["centre"] is not None and record["estimate"] < record["centre"]
        rise = -10 if is_low and record["signal"] else 10
        ax.annotate(
            text,
            (x, record["estimate"]),
            xytext=(0, rise),
            textcoords="offset points",
            ha="right" if x == len(records) - 1 else "center",
            va="top" if rise < 0 else "bottom",
            fontsize=SIZE if x == shown[-1] else SMALL,
            fontweight="bold",
            color=BAD if record["signal"] else INK,
        )


def _plot_newest(result: ControlChartResult, ax: Axes | None, language: str, narrow: bool) -> Axes:
    newest = result.table.groupby(list(result.by) if len(result.by) > 1 else "segment",
                                  dropna=False, sort=False).tail(1)  # fmt: skip
    rows = [_row(record, language) for record in plain_rows(newest)]
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("{outcome}, newest wave, and its limits, points", outcome=result.label).render(
            language
        ),
        headings=("", translate("answers", language), translate("Value (limits)", language)),
    )


def _row(record: dict[str, Any], language: str) -> Row:
    segment = record["segment"]
    name = translate("no answer", language) if segment is None else str(segment)
    if record["estimate"] is None:
        return Row(name=name, estimate=None, text=translate("not shown", language))
    text = format_number(record["estimate"], language)
    note = translate("no limits yet", language)
    if record["limit_low"] is not None:
        ends = [format_number(record[end], language) for end in ("limit_low", "limit_high")]
        text = with_ends(text, ends, language)
        note = Message("outside") if record["signal"] else Message("inside")
        note = note.render(language)
    return Row(
        name=name,
        estimate=record["estimate"],
        low=record["limit_low"],
        high=record["limit_high"],
        text=text,
        n=format_number(record["n"], language, decimals=0),
        note=note,
        tone="bad" if record["signal"] else "muted",
        hollow=not record["signal"],
    )
