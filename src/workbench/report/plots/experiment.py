"""Figures of experiments: effects against what was agreed, scores, segments, looks."""

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
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, forest, named_ticks
from workbench.report.plots.trial_effects import beside, plot_effects
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.experiment import LooksResult, ScoreReadingsResult, SegmentEffectsResult

__all__ = [
    "day_and_month",
    "plot_effects",
    "plot_looks",
    "plot_score_readings",
    "plot_trial_segments",
]


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
        text=with_ends(number, ends, language),
        n=format_number(record["n"], language, decimals=0),
    )


def day_and_month(value: object, language: str) -> str:
    """Return a date without its year."""
    return format_date(str(value), language).rsplit(" ", 1)[0]


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
    named_ticks(ax.xaxis, ticks, [day_and_month(records[i]["day"], language) for i in ticks])
    ax.tick_params(length=0, pad=8)
    ax.grid(axis="y", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    return ax
