"""Figures of experiments: effects against what was agreed, who is missing, what could turn it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_date, format_number, format_percent, translate
from workbench.report.figures import (
    BAD,
    C1,
    INK,
    LINE,
    PAPER,
    SMALL,
    SOFT,
    canvas,
    place,
)
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.trial_effects import beside, plot_effects
from workbench.report.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.comparison import DidResult
    from workbench.results.experiment import LooksResult, ScoreReadingsResult, SegmentEffectsResult
    from workbench.results.trial_checks import CalibrationResult, ResponseResult, SplitResult

__all__ = [
    "plot_calibration",
    "plot_difference_in_differences",
    "plot_effects",
    "plot_looks",
    "plot_response",
    "plot_score_readings",
    "plot_split",
    "plot_trial_segments",
]


def plot_split(
    result: SplitResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the treatment's share of units: all, by segment, and by day in the group that broke."""
    treatment = result.trial.treatments[0]
    records = [r for r in plain_rows(result.table) if r["variant"] == treatment]
    everyone = [r for r in records if r["scope"] == "all"]
    segments = sorted(
        (r for r in records if r["scope"] == "segment"), key=lambda r: -(r["statistic"] or 0)
    )
    days = [r for r in records if r["scope"] == "day"] if result.culprit else []
    rows = [_split_row(r, translate("all", language), language, total=True) for r in everyone]
    rows += [_split_row(r, str(r["value"]), language) for r in segments]
    rows += [
        _split_row(r, f"{result.culprit[1]}, {_day(r['value'], language)}", language)
        for r in days
        if result.culprit
    ]
    planned = everyone[0]["planned"] if everyone else 0.5
    label = Message("Share with {variant}, per cent", variant=result.trial.label(treatment))
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=label.render(language),
        headings=("", translate("units", language), translate("Share (interval)", language)),
        reference=100 * planned,
        reference_label=translate("planned", language),
    )


def _day(value: object, language: str) -> str:
    return format_date(str(value), language).rsplit(" ", 1)[0]


def _split_row(record: dict[str, Any], name: str, language: str, *, total: bool = False) -> Row:
    broken = record["p_value"] is not None and record["p_value"] < 0.001
    share = record["share"]
    if share is None:
        return Row(name=name, estimate=None, text=translate("no units", language))
    units = round(record["n"] / share) if share else 0
    ends = [format_percent(record[end], language, decimals=1) for end in ("ci_low", "ci_high")]
    text = f"{format_percent(share, language, decimals=1)} ({ends[0]} – {ends[1]})"
    return Row(
        name=name,
        estimate=100 * share,
        low=100 * record["ci_low"],
        high=100 * record["ci_high"],
        text=text,
        n=format_number(units, language, decimals=0),
        note=translate("broken", language) if broken else "",
        tone="bad" if broken else "plain",
        is_total=total,
    )


_ASSUMPTIONS = {
    "answered": Message("Those who answered"),
    "lee": Message("Trimming bounds (Lee)"),
    "worst_case": Message("Worst case (Manski)"),
}


def plot_response(
    result: ResponseResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw one metric's effect under each assumption about the silent; the bar is the bounds."""
    metric = _decisive(result)
    records = [r for r in plain_rows(result.table) if r["metric"] == metric]
    shares = result.trial.kinds[metric] in {"proportion", "csat"}
    scale = 100.0 if shares else 1.0
    drawn = [r for r in records if r["assumption"] != "worst_case"]
    rows = [_bounds_row(r, scale, language) for r in records]
    limit = result.trial.margins.get(metric)
    sign = -1.0 if result.trial.directions[metric] == "increase" else 1.0
    known = [scale * r[name] for r in drawn for name in ("ci_low", "ci_high")
             if r[name] is not None]  # fmt: skip
    known += [0.0] if limit is None else [0.0, sign * scale * limit]
    pad = 0.1 * (max(known) - min(known)) or 1.0
    axes = forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("Effect on {name}", name=result.trial.metric(metric)).render(language),
        headings=("", "", translate("Bounds (interval)", language)),
        reference=0.0 if limit is None else sign * scale * limit,
        reference_label=translate("no change" if limit is None else "harm limit", language),
        signed=True,
        limits=(min(known) - pad, max(known) + pad),
    )
    for position, record in enumerate(records):
        y = position + (0.2 if narrow else 0.0)
        _bounds_bar(axes, record, scale, y)
    return axes


def _decisive(result: ResponseResult) -> str:
    names = list(dict.fromkeys(result.table["metric"]))
    order = ("primary", "guardrail", "secondary", "exploratory")
    return min(names, key=lambda name: order.index(result.trial.roles[name]))


def _bounds_row(record: dict[str, Any], scale: float, language: str) -> Row:
    def number(value: float | None) -> str:
        if value is None:
            return "–"
        return format_number(scale * value, language, signed=True)

    low, high = number(record["low"]), number(record["high"])
    said = (
        low if record["assumption"] == "answered" else f"{low} {translate('to', language)} {high}"
    )
    inner = f"{number(record['ci_low'])} {translate('to', language)} {number(record['ci_high'])}"
    text = said if record["assumption"] == "worst_case" else f"{said} ({inner})"
    if record["assumption"] == "worst_case":
        text = f"{said}; {translate('off the scale', language)}"
    name = _ASSUMPTIONS[record["assumption"]].render(language)
    return Row(name=name, estimate=None, text=text)


def _bounds_bar(ax: Axes, record: dict[str, Any], scale: float, y: float) -> None:
    if record["assumption"] == "worst_case" or record["low"] is None:
        return
    if record["ci_low"] is not None:
        ax.hlines(y, scale * record["ci_low"], scale * record["ci_high"], colors=C1, linewidth=2.5)
    if record["assumption"] == "answered":
        ax.plot([scale * record["low"]], [y], "o", markersize=10, color=C1)
    else:
        ax.hlines(y, scale * record["low"], scale * record["high"], colors=C1, linewidth=9)


_KINDS = (("detractors", 0, 6, BAD, PAPER), ("passives", 7, 8, LINE, INK),
          ("promoters", 9, 10, C1, PAPER))  # fmt: skip


def plot_score_readings(
    result: ScoreReadingsResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw detractors, passives and promoters per variant as one bar each, with the NPS."""
    ax = canvas(narrow=narrow) if ax is None else ax
    trial = result.trial
    variants = (trial.control, result.variant)
    top, row = 46, 56 if narrow else 40
    right = 0 if narrow else 160
    place(ax, height=top + row * 2 + 12, left=0 if narrow else 230, right=right, top=top, bottom=12)
    ax.set_xlim(0, 1)
    ax.set_ylim(1.5, -0.5)
    ax.axis("off")
    for y, variant in enumerate(variants):
        answers = result.answers[result.answers["variant"] == variant]
        shares = {
            name: float(answers.loc[answers["score"].between(low, high), "share"].sum())
            for name, low, high, _, _ in _KINDS
        }
        middle = y + (0.2 if narrow else 0.0)
        _score_bar(ax, shares, middle, narrow, language)
        name = Message("{label}", label=trial.label(variant)).render(language)
        nps = 100 * (shares["promoters"] - shares["detractors"])
        said = f"NPS {format_number(nps, language, signed=True)}"
        offset, rise = (0.0, 19) if narrow else (-230.0, 0)
        beside(ax, offset, y, name, rise=rise, fontweight="bold")
        beside(ax, 0.0 if narrow else 20.0, y, said, side=1, rise=rise, fontsize=SMALL,
              ha="right" if narrow else "left")  # fmt: skip
    heads = [(0.0, "left", Message("Detractors 0–6")), (0.5, "center", Message("Passives 7–8")),
             (1.0, "right", Message("Promoters 9–10"))]  # fmt: skip
    for x, align, message in heads:
        ax.annotate(message.render(language), (x, 1), xycoords="axes fraction", xytext=(0, 10),
                    textcoords="offset points", ha=align, va="bottom", fontsize=SMALL, color=SOFT,
                    annotation_clip=False)  # fmt: skip
    return ax


def _score_bar(ax: Axes, shares: dict[str, float], y: float, narrow: bool, language: str) -> None:
    left = 0.0
    for name, _, _, colour, ink in _KINDS:
        width = shares[name]
        ax.barh(y, width, left=left, height=0.42 if narrow else 0.62, color=colour)
        if width >= (0.13 if narrow else 0.07):
            ax.text(left + 0.012, y, format_percent(width, language, decimals=1), color=ink,
                    fontsize=SMALL, fontweight="bold", va="center")  # fmt: skip
        left += width


def plot_trial_segments(
    result: SegmentEffectsResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw segment effects, pulled together; nothing where no test passes."""
    scale = 100.0 if result.trial.kinds[result.metric] in {"proportion", "csat"} else 1.0
    effects = [] if result.effects is None else plain_rows(result.effects)
    rows = [_segment_row(r, scale, language) for r in effects]
    name = result.trial.metric(result.metric)
    return forest(
        rows, ax=ax, language=language, narrow=narrow, reference=0.0, signed=True,
        axis=Message("Effect on {name}, pulled towards the common effect", name=name)
        .render(language),
        headings=("", translate("units", language), translate("Effect (interval)", language)),
        reference_label=translate("no change", language),
    )  # fmt: skip


def _segment_row(record: dict[str, Any], scale: float, language: str) -> Row:
    values = {name: scale * record[name] for name in ("estimate", "ci_low", "ci_high")}
    number = format_number(values["estimate"], language, decimals=2, signed=True)
    ends = [format_number(values[name], language, decimals=2) for name in ("ci_low", "ci_high")]
    return Row(
        name=f"{record['segment']}: {record['value']}",
        estimate=values["estimate"],
        low=values["ci_low"],
        high=values["ci_high"],
        text=f"{number} ({ends[0]} {translate('to', language)} {ends[1]})",
        n=format_number(record["n"], language, decimals=0),
    )


def plot_looks(
    result: LooksResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the effect as units came in, with the band that holds at every look."""
    ax = canvas(narrow=narrow) if ax is None else ax
    place(ax, height=250 if narrow else 290, left=52, right=20, top=20, bottom=46)
    scale = 100.0 if result.trial.kinds[result.metric] in {"proportion", "csat"} else 1.0
    records = [r for r in plain_rows(result.table) if r["ci_low"] is not None]
    x = list(range(len(records)))
    low, high, middle = (
        [scale * r[name] for r in records] for name in ("ci_low", "ci_high", "estimate")
    )
    ax.fill_between(x, low, high, color=C1, alpha=0.16, linewidth=0)
    ax.plot(x, middle, color=C1, linewidth=2, marker="o", markersize=7)
    ax.axhline(0, color=SOFT, linewidth=1.2, linestyle=(0, (3, 3)))
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_number(value, language, decimals=1, signed=True))
    )
    every = max(1, len(records) // (4 if narrow else 8))
    ticks = x[::every]
    ax.set_xticks(ticks, [_day(records[i]["day"], language) for i in ticks])
    ax.tick_params(length=0, pad=8)
    ax.grid(axis="y", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    return ax


def plot_calibration(
    result: CalibrationResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each metric's share of false alarms and the range that chance allows."""
    rows: list[Row] = []
    for record in plain_rows(result.table):
        rate = record["rate"]
        band = [format_percent(record[end], language, decimals=1) for end in
                ("band_low", "band_high")]  # fmt: skip
        name = Message("{name}", name=result.trial.metric(record["metric"])).render(language)
        rows.append(
            Row(
                name=name,
                estimate=None if rate is None else 100 * rate,
                low=100 * record["band_low"],
                high=100 * record["band_high"],
                text=f"{format_percent(rate, language, decimals=1)} ({band[0]} – {band[1]})",
                n=format_number(record["replications"], language, decimals=0),
                tone="plain" if record["passed"] else "bad",
            )
        )
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("False alarms, per cent", language),
        headings=("", translate("re-assignments", language), translate("Share (band)", language)),
        reference=100 * result.alpha,
        reference_label=translate("planned", language),
    )


def plot_difference_in_differences(
    result: DidResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the gap between the groups in each period, against the last one before the start."""
    rows = [
        Row(
            name=str(r["period"]),
            estimate=r["estimate"],
            low=r["ci_low"],
            high=r["ci_high"],
            text=format_number(r["estimate"], language, decimals=2, signed=True),
            tone="muted" if r["relative"] == "before" else "plain",
            hollow=r["relative"] == "before",
        )
        for r in plain_rows(result.periods)
    ]
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Gap between the groups, from the last period before", language),
        headings=("", "", translate("Gap", language)),
        reference=0.0,
        reference_label=translate("no change", language),
        signed=True,
    )
