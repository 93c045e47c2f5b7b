"""Figure of penalties and rewards: what a low grade costs to the left, what a high brings right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_certainty, localized, translate
from workbench.report.figures import (
    BAD,
    GOOD,
    INK,
    SIZE,
    SMALL,
    SOFT,
    WARN,
    canvas,
    place,
)
from workbench.report.plots.forest import number_axis
from workbench.report.plots.marks import bar, stroke, upright
from workbench.results.asymmetry import class_name
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.asymmetry import PenaltyRewardResult

__all__ = ["plot_penalty_reward"]

_SURE = 0.8


def plot_penalty_reward(
    result: PenaltyRewardResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw both for every driver that can be judged, with intervals and the class in words."""
    records = plain_rows(result.table)
    records.sort(key=lambda r: (r["asymmetry"] is None, r["asymmetry"] or 0.0))
    ax = canvas(narrow=narrow) if ax is None else ax
    row = 62.0 if narrow else 38.0
    margins = {"left": 8.0, "right": 8.0} if narrow else {"left": 270.0, "right": 330.0}
    place(ax, height=44 + row * len(records) + 54, top=44, bottom=54, **margins)
    ax.set_ylim(len(records) - 0.5, -0.5)
    names = ("penalty_low", "penalty_high", "reward_low", "reward_high")
    ends = [r[name] for r in records for name in names if r.get(name) is not None] or [-1.0, 1.0]
    pad = 0.05 * (max(ends) - min(ends))
    ax.set_xlim(min(*ends, 0) - pad, max(*ends, 0) + pad)
    outcome = localized(result.labels.get(result.outcome, result.outcome), language)
    axis = Message("Points of {outcome} against a grade in the middle", outcome=outcome)
    number_axis(ax, language, axis.render(language), signed=True)
    upright(ax, 0, color=SOFT, linewidth=1.4, zorder=1)
    for text, align, colour, offset in (
        (translate("low grade", language), "right", BAD, -8),
        (translate("high grade", language), "left", GOOD, 8),
    ):
        ax.annotate(text, (0, 1), xycoords=("data", "axes fraction"), xytext=(offset, 10),
                    textcoords="offset points", ha=align, va="bottom", fontsize=SMALL,
                    color=colour, annotation_clip=False)  # fmt: skip
    for y, record in enumerate(records):
        _bars(ax, record, y, narrow)
        _words(ax, record, y, result, language, narrow)
    return ax


def _bars(ax: Axes, record: dict[str, Any], y: int, narrow: bool) -> None:
    if record["penalty"] is None:
        return
    middle = y + (0.24 if narrow else 0.0)
    for name, colour in (("penalty", BAD), ("reward", GOOD)):
        bar(ax, (0, record[name]), middle, 0.24 if narrow else 0.4, colour, alpha=0.55)
        ends = record[f"{name}_low"], record[f"{name}_high"]
        stroke(ax, ends, (middle, middle), color=INK, linewidth=1.6)


def _words(
    ax: Axes,
    record: dict[str, Any],
    y: int,
    result: PenaltyRewardResult,
    language: str,
    narrow: bool,
) -> None:
    name = localized(result.labels.get(record["driver"], record["driver"]), language)
    colour = INK
    if record["class"] is None:
        text = translate("too few low or high grades", language)
        colour = SOFT
    else:
        text = class_name(record["class"]).render(language)
        p = record["p_class"]
        if p is not None:
            text = f"{text}, {format_certainty(p, language)}"
            colour = INK if p >= _SURE else WARN
    side = ax.get_yaxis_transform()
    if narrow:
        spots = ((name, 0, 0.0, 15.0, "left", "bold", INK), (text, 0, 0.0, -2.0, "left", "normal", colour))  # fmt: skip  # noqa: E501
    else:
        spots = ((name, 0, -270.0, 0.0, "left", "bold", INK), (text, 1, 24.0, 0.0, "left", "normal", colour))  # fmt: skip  # noqa: E501
    for words, x, dx, dy, align, weight, ink in spots:
        ax.annotate(words, (x, y), xycoords=side, xytext=(dx, dy), textcoords="offset points",
                    ha=align, va="center", fontsize=SIZE if weight == "bold" else SMALL,
                    fontweight=weight, color=ink, annotation_clip=False)  # fmt: skip
