"""Figure of a path model: total effect of each construct, with its grade beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message, format_number, localized, translate
from workbench.report.plots.forest import Row, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.paths import PathsResult

__all__ = ["plot_paths"]


def plot_paths(
    result: PathsResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw what +5 points of each construct go with, direct and indirect."""
    records = [r for r in plain_rows(result.table) if r["effect"] is not None]
    records.sort(key=lambda record: -record["effect"])
    rows: list[Row] = []
    for record in records:
        grade = format_number(record["performance"], language)
        rows.append(
            Row(
                name=localized(
                    result.labels.get(record["construct"], record["construct"]), language
                ),
                estimate=record["effect"],
                low=record["effect_low"],
                high=record["effect_high"],
                text=format_number(record["effect"], language, signed=True),
                n=format_number(record["n"], language, decimals=0),
                note=Message("grade {grade}", grade=grade).render(language),
                hollow=record["effect_low"] is None,
            )
        )
    outcome = localized(result.labels.get(result.outcome, result.outcome), language)
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("Association with {outcome} per +5 points", outcome=outcome).render(language),
        headings=("", translate("answers", language), translate("Effect", language)),
        reference=0.0,
        signed=True,
    )
