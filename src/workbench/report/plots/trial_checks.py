"""Figures of whether a trial can be trusted: who is missing, who answered, false alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, format_percent, localized, translate
from workbench.report.figures import C1
from workbench.report.intervals import between, with_ends
from workbench.report.plots.experiment import day_and_month
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.marks import stroke
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.trial_checks import CalibrationResult, ResponseResult, SplitResult

__all__ = [
    "plot_calibration",
    "plot_response",
    "plot_split",
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
    rows = [_split_row(r, translate("All", language), language, total=True) for r in everyone]
    for record in segments:
        name = localized(result.trial.value(record["column"], str(record["value"])), language)
        rows.append(_split_row(record, name, language))
    for record in days:
        group = localized(result.trial.value(*(result.culprit or ("", ""))), language)
        name = f"{group}, {day_and_month(record['value'], language)}"
        rows.append(_split_row(record, name, language))
    planned = everyone[0]["planned"] if everyone else 0.5
    units = localized(result.trial.units, language)
    label = Message("Share with {variant}, per cent", variant=result.trial.label(treatment))
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=label.render(language),
        headings=("", units, translate("Share (interval)", language)),
        reference=100 * planned,
        reference_label=translate("planned", language),
    )


def _split_row(record: dict[str, Any], name: str, language: str, *, total: bool = False) -> Row:
    broken = record["p_value"] is not None and record["p_value"] < 0.001
    share = record["share"]
    if share is None:
        return Row(name=name, estimate=None, text=translate("no units", language))
    units = round(record["n"] / share) if share else 0
    ends = [format_percent(record[end], language, decimals=1) for end in ("ci_low", "ci_high")]
    text = with_ends(format_percent(share, language, decimals=1), ends, language)
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

    bounds = number(record["low"]), number(record["high"])
    said = bounds[0] if record["assumption"] == "answered" else between(bounds, language)
    if record["assumption"] == "worst_case":
        text = f"{said}; {translate('off the scale', language)}"
    else:
        text = with_ends(said, (number(record["ci_low"]), number(record["ci_high"])), language)
    name = _ASSUMPTIONS[record["assumption"]].render(language)
    return Row(name=name, estimate=None, text=text)


def _bounds_bar(ax: Axes, record: dict[str, Any], scale: float, y: float) -> None:
    if record["low"] is None:
        return
    if record["assumption"] == "worst_case":
        _off_the_scale(ax, scale * record["low"], scale * record["high"], y)
        return
    if record["ci_low"] is not None:
        ends = scale * record["ci_low"], scale * record["ci_high"]
        stroke(ax, ends, (y, y), color=C1, linewidth=2.5)
    if record["assumption"] == "answered":
        ax.plot([scale * record["low"]], [y], "o", markersize=10, color=C1)
    else:
        ends = scale * record["low"], scale * record["high"]
        stroke(ax, ends, (y, y), color=C1, linewidth=9)


def _off_the_scale(ax: Axes, low: float, high: float, y: float) -> None:
    """Draw bounds that are wider than the axis: dotted, with an arrow where they go on."""
    left, right = ax.get_xlim()
    ends = max(low, left), min(high, right)
    ax.hlines(y, *ends, colors=C1, linewidth=1.5, linestyles="dotted")
    for end, is_cut, marker in zip(ends, (low < left, high > right), "<>", strict=True):
        if is_cut:
            ax.plot([end], [y], marker, markersize=7, color=C1, clip_on=False)


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
                text=with_ends(format_percent(rate, language, decimals=1), band, language),
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
