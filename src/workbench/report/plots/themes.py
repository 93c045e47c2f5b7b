"""Figures of themes: who says what, and how common in open answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_percent, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.grid import GridCell, GridRow, grid

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from workbench.results.themes import ThemeShareResult, ThemeTableResult, WhoResult

__all__ = [
    "SIGNS",
    "STATE_SIGNS",
    "plot_theme_shares",
    "plot_theme_table",
    "plot_who",
]

STATE_SIGNS = {
    "absent": GridCell("○"),
    "not_asked": GridCell("–", "wash"),
    "answered_elsewhere": GridCell("→", "wash"),
    "not_understood": GridCell("?", "wash"),
    "no_text": GridCell("", "dashed"),
}
"""How a cell without a coding is drawn, by its state; the subtitle says it in words."""

SIGNS = {"success": "▲", "barrier": "▼", "both": "◆"}


def plot_who(
    result: WhoResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the matrix of themes by respondent; cells count answers."""
    names = list(dict.fromkeys(result.table["respondent"]))
    columns = [(str(name), result.roles.get(str(name), "")) for name in names]
    rows = [
        _who_row(str(theme), own, language)
        for theme, own in result.table.groupby("theme", sort=False)
    ]
    return grid(
        rows,
        columns,
        ax=ax,
        narrow=narrow,
        headings=(
            translate("Theme", language),
            translate("Say it, of those who answered", language),
        ),
    )


def _who_row(theme: str, own: pd.DataFrame, language: str) -> GridRow:
    states, counts = list(own["state"]), list(own["n_answers"])
    cells = [
        GridCell(str(n), "said") if state == "present" else STATE_SIGNS.get(state, GridCell())
        for state, n in zip(states, counts, strict=True)
    ]
    said = states.count("present")
    of = said + states.count("absent") + states.count("answered_elsewhere")
    end = Message("{n:integer} of {of:integer}", n=said, of=of).render(language)
    return GridRow(name=theme, cells=cells, end=end)


def plot_theme_table(
    result: ThemeTableResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the share of open answers per theme with its interval; for interviews, who says what."""
    if not result.only_open_answers:
        return plot_who(result.who, ax=ax, language=language, narrow=narrow)
    return plot_theme_shares(result.shares, ax=ax, language=language, narrow=narrow)


def plot_theme_shares(
    result: ThemeShareResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the share of those who wrote something that bring up each theme."""
    rows = [_share_row(row, language) for row in result.table.to_dict("records")]
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Per cent of those who wrote something", language),
        headings=(
            translate("Theme", language),
            translate("Respondents", language),
            translate("Share (interval)", language),
        ),
        limits=(
            0.0,
            105 * max([float(value) for value in result.table["ci_high"].dropna()] or [1.0]),
        ),
    )


def _share_row(row: dict[Any, Any], language: str) -> Row:
    estimate, low, high = (float(row[name]) for name in ("share", "ci_low", "ci_high"))
    if estimate != estimate:
        return Row(name=str(row["theme"]), estimate=None, text=translate("no answers", language))
    ends = [format_percent(end, language) for end in (low, high)]
    return Row(
        name=str(row["theme"]),
        estimate=100 * estimate,
        low=100 * low,
        high=100 * high,
        text=with_ends(format_percent(estimate, language), ends, language),
        n=Message("{n:integer}", n=int(row["n_respondents"])).render(language),
    )
