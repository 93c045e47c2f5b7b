"""The figure of change where nobody was assigned at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import format_number, translate
from workbench.report.plots.forest import Row, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.comparison import DidResult

__all__ = [
    "plot_difference_in_differences",
]


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
