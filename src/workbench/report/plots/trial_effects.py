"""The figure of effects: every metric on one scale, where 1 is the change that was agreed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, translate
from workbench.report.figures import (
    BAD,
    C1,
    GOOD,
    INK,
    LINE,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    WIDE,
    canvas,
    place,
)
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.marks import dots, stroke, upright
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.experiment import EffectsResult
    from workbench.results.trial import Trial

__all__ = ["beside", "plot_effects"]

_LEFT, _RIGHT, _ROW, _GROUP = 290.0, 474.0, 40.0, 27.0
_ROOM = WIDE - _LEFT - _RIGHT
_FOUND = 2.8  # a trial finds 2.8 standard errors with 80 % power: the scale where nothing is agreed
_GROUPS = {
    "primary": Message("Primary"),
    "guardrail": Message("Guardrails"),
    "secondary": Message("Secondary, corrected together"),
    "exploratory": Message("Exploratory, no findings"),
}


def _scaled(record: dict[str, Any], trial: Trial) -> tuple[float, ...] | None:
    """Return low, estimate and high with right as better, 1 as the change that was agreed."""
    metric = record["metric"]
    agreed = trial.practical.get(metric)
    if record["margin"] is not None:
        agreed = abs(record["margin"])
    if agreed is None and record["standard_error"]:
        agreed = _FOUND * record["standard_error"]
    if not agreed or record["ci_low"] is None:
        return None
    sign = 1.0 if trial.directions[metric] == "increase" else -1.0
    ends = [sign * record[name] / agreed for name in ("ci_low", "estimate", "ci_high")]
    return tuple(sorted(ends))


def plot_effects(
    result: EffectsResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw every metric on one scale: 1 is the change that was agreed, right is better."""
    records = plain_rows(result.table)
    words = [] if result.words is None else plain_rows(result.words)
    said = {word["row"]: word for word in words}
    rows = [(record, said.get(f"{record['metric']}/{record['variant']}", {})) for record in records]
    if narrow:
        return _narrow_effects(rows, result.trial, ax, language)
    ax = canvas() if ax is None else ax
    groups = [role for role in _GROUPS if any(record["role"] == role for record, _ in rows)]
    height = 34 + _ROW * len(rows) + _GROUP * len(groups) + 50
    place(ax, height=height, left=_LEFT, right=_RIGHT, top=34, bottom=50)
    span = _ROW * len(rows) + _GROUP * len(groups)
    ax.set_ylim(span, 0)
    _effects_axis(ax, [_scaled(record, result.trial) for record, _ in rows], language)
    _column_heads(ax, language)
    y = 0.0
    for role in groups:
        own = [(record, word) for record, word in rows if record["role"] == role]
        _group(ax, role, y, _GROUP + _ROW * len(own), language)
        y += _GROUP
        for record, word in own:
            _effect_row(ax, record, word, result.trial, y + _ROW / 2, language)
            y += _ROW
    return ax


def _effects_axis(ax: Axes, scaled: list[tuple[float, ...] | None], language: str) -> None:
    ends = [end for row in scaled if row is not None for end in row]
    low, high = min([-1.3, *ends]), max([1.3, *ends])
    ax.set_xlim(low - 0.04 * (high - low), high + 0.04 * (high - low))
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_number(value, language, decimals=0))
    )
    ax.tick_params(axis="x", length=0, pad=6)
    ax.tick_params(axis="y", length=0, labelleft=False)
    ax.spines[:].set_visible(False)
    upright(ax, 0, color=SOFT, linewidth=1.2, zorder=1)
    words = translate("In units of the change that was agreed; 1 is that change", language)
    ax.set_xlabel(words, color=SOFT, labelpad=8)


def beside(ax: Axes, x: float, y: float, words: str, **style: Any) -> None:
    """Write beside the axes: ``x`` pixels from their left side, or right with ``side=1``."""
    side = style.pop("side", 0)
    ax.annotate(
        words,
        (side, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(x, style.pop("rise", 0)),
        textcoords="offset points",
        annotation_clip=False,
        va="center",
        ha=style.pop("ha", "left"),
        fontsize=style.pop("fontsize", SIZE),
        color=style.pop("color", INK),
        **style,
    )


def _column_heads(ax: Axes, language: str) -> None:
    heads = [
        (0, -_LEFT, "left", translate("Metric; control → treatment", language)),
        (1, 20.0, "left", translate("Adjusted", language)),
        (1, 168.0, "left", translate("Unadjusted", language)),
        (1, 318.0, "left", translate("Reading", language)),
    ]
    for side, x, align, words in heads:
        beside(ax, x, 0, words, side=side, rise=18, ha=align, fontsize=SMALL, color=SOFT)
    worse, better = translate("← worse", language), translate("better →", language)
    for words, x, align in ((worse, -8, "right"), (better, 8, "left")):
        ax.annotate(words, (0, 1), xycoords=("data", "axes fraction"), xytext=(x, 18), ha=align,
                    textcoords="offset points", va="center", fontsize=SMALL, color=SOFT,
                    annotation_clip=False)  # fmt: skip


def _group(ax: Axes, role: str, y: float, height: float, language: str) -> None:
    ax.plot([-_LEFT / _ROOM, 1 + _RIGHT / _ROOM], [y, y], color=LINE, linewidth=1, clip_on=False,
            transform=ax.get_yaxis_transform())  # fmt: skip
    beside(ax, -_LEFT, y + 16, _GROUPS[role].render(language), fontweight="bold", fontsize=SMALL)
    if role == "exploratory":
        return
    at, colour = (-1, BAD) if role == "guardrail" else (1, GOOD)
    ax.plot([at, at], [y + _GROUP, y + height], color=colour, linewidth=1.6, linestyle=(0, (3, 3)),
            zorder=1)  # fmt: skip
    limit = translate("harm limit", language)
    worth = translate("worth having", language)
    ax.annotate(limit if role == "guardrail" else worth, (at, y + 16), ha="center", va="center",
                fontsize=SMALL, color=colour, annotation_clip=False,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1})  # fmt: skip


def _effect_row(
    ax: Axes, record: dict[str, Any], word: dict[str, Any], trial: Trial, y: float, language: str
) -> None:
    scaled = _scaled(record, trial)
    if scaled is not None:
        stroke(ax, (scaled[0], scaled[2]), (y, y), color=C1, linewidth=3, zorder=2)
        dots(ax, [scaled[1]], [y], markersize=10, color=C1, zorder=3)

    def said(name: str) -> str:
        return str((word.get(name) or {}).get(language, ""))

    name = textwrap.shorten(said("name"), 38, placeholder="…")
    beside(ax, -_LEFT, y, name, rise=8)
    beside(ax, -_LEFT, y, said("levels"), rise=-9, fontsize=SMALL, color=SOFT)
    for column, x in (("adjusted", 20.0), ("unadjusted", 168.0)):
        number, _, ends = said(column).partition(" (")
        weight = "bold" if column == "adjusted" else "normal"
        beside(ax, x, y, number, side=1, rise=8, fontweight=weight)
        beside(ax, x, y, ends.rstrip(")"), side=1, rise=-9, fontsize=SMALL, color=SOFT)
    strong = record["reading"] in {"better", "worse"} or (record["margin_used"] or 0) >= 1
    beside(ax, 318.0, y, said("said"), side=1, rise=8,
          fontweight="bold" if strong else "normal")  # fmt: skip
    beside(ax, 318.0, y, said("agreed"), side=1, rise=-9, fontsize=SMALL, color=SOFT)


def _narrow_effects(
    rows: list[tuple[dict[str, Any], dict[str, Any]]], trial: Trial, ax: Axes | None, language: str
) -> Axes:
    drawn: list[Row] = []
    for record, word in rows:
        scaled = _scaled(record, trial) or (None, None, None)
        past = (record["margin_used"] or 0) >= 1 or record["reading"] == "worse"
        drawn.append(
            Row(
                name=str((word.get("name") or {}).get(language, "")),
                estimate=scaled[1],
                low=scaled[0],
                high=scaled[2],
                text=str((word.get("adjusted") or {}).get(language, "")),
                note=str((word.get("said") or {}).get(language, "")),
                tone="bad" if past else "good" if record["reading"] == "better" else "plain",
            )
        )
    return forest(
        drawn,
        ax=ax,
        language=language,
        narrow=True,
        axis=translate("1 is the agreed change; right is better", language),
        reference=0.0,
        reference_label=translate("no change", language),
    )
