"""Figures about text: words that mark a segment, and how much new each interview brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message, format_number, format_percent, translate
from workbench.report.figures import C1, INK, SMALL, SOFT, canvas, place
from workbench.report.plots.forest import Row, forest, number_axis
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.text import KeywordsResult, SaturationResult

__all__ = ["plot_keywords", "plot_saturation"]

_MOST_WORDS = 6


def plot_keywords(
    result: KeywordsResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw the clearest words of each segment, with intervals and how many use them."""
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for record in plain_rows(result.table):
        segment = str(record["segment"])
        seen[segment] = seen.get(segment, 0) + 1
        if seen[segment] > _MOST_WORDS:
            continue
        share = format_percent(record["share"], language)
        estimate = format_number(record["estimate"], language, decimals=2)
        is_sure = record["p_adjusted"] < 1 - result.confidence
        rows.append(
            Row(
                name=f"{record['word']}  ·  {segment}",
                estimate=record["estimate"],
                low=record["ci_low"],
                high=record["ci_high"],
                text=Message("{estimate} ({share} use it)", estimate=estimate, share=share).render(
                    language
                ),
                n=format_number(record["n"], language, decimals=0),
                tone="plain" if is_sure else "muted",
                hollow=not is_sure,
            )
        )
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Log-odds against the rest; a ring is not clear", language),
        headings=(
            translate("Word and segment", language),
            translate("Texts", language),
            translate("Log-odds", language),
        ),
        reference=0.0,
    )


def plot_saturation(
    result: SaturationResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw the new codes of each interview as bars, and where hardly anything new came."""
    records = plain_rows(result.table)
    ax = canvas(narrow=narrow) if ax is None else ax
    height = 26.0
    place(ax, height=70 + height * max(len(records), 1), left=54, right=70, top=24, bottom=46)
    ax.set_ylim(max(len(records), 1) - 0.5, -0.5)
    most = max((record["new_codes"] for record in records), default=1)
    ax.set_xlim(0, max(most, 1) * 1.08)
    number_axis(ax, language, translate("Codes not met before", language))
    for y, record in enumerate(records):
        ax.barh(
            y, record["new_codes"], height=0.62, color=C1, alpha=0.45 if record["reached"] else 0.9
        )
        number = format_number(record["interview"], language, decimals=0)
        ax.annotate(number, (0, y), xytext=(-10, 0), textcoords="offset points", ha="right",
                    va="center", fontsize=SMALL, color=SOFT, annotation_clip=False)  # fmt: skip
        words = format_number(record["new_codes"], language, decimals=0)
        ax.annotate(words, (record["new_codes"], y), xytext=(6, 0), textcoords="offset points",
                    va="center", fontsize=SMALL, color=INK, annotation_clip=False)  # fmt: skip
    if result.label is not None:
        place_ = int(result.label.partition("+")[0]) - 0.5
        ax.axhline(place_, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        ax.annotate(result.label, (1, place_), xycoords=("axes fraction", "data"), xytext=(6, 0),
                    textcoords="offset points", va="center", fontsize=SMALL, color=INK,
                    annotation_clip=False)  # fmt: skip
    return ax
