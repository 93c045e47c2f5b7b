"""Figures of themes: who says what, how common in open answers, signs case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_percent, translate
from workbench.report.plots.forest import Row, forest
from workbench.report.plots.grid import GridCell, GridRow, grid

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from workbench.results.matrices import CaseResult, PolarityResult
    from workbench.results.themes import ThemeShareResult, ThemeTableResult, WhoResult

__all__ = [
    "SIGNS",
    "STATE_SIGNS",
    "plot_by_case",
    "plot_polarity",
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
_STYLES = {"success": "good", "barrier": "bad", "both": "both"}


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
    to = translate("to", language)
    ends = [format_percent(end, language) for end in (low, high)]
    return Row(
        name=str(row["theme"]),
        estimate=100 * estimate,
        low=100 * low,
        high=100 * high,
        text=f"{format_percent(estimate, language)} ({ends[0]} {to} {ends[1]})",
        n=Message("{n:integer}", n=int(row["n_respondents"])).render(language),
    )


def plot_by_case(
    result: CaseResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw which cases have each theme, and which sides of them say it."""
    columns = ("key", "case", "verdict", "side_one", "side_other")
    pairs = {
        (str(key), str(case)): (verdict, one == one and one is not None)
        for key, case, verdict, one, _ in zip(
            *(result.pairs[name] for name in columns), strict=True
        )
    }
    said = {
        str(key): [name.strip() for name in str(names).split(",") if name.strip()]
        for key, names in zip(result.table["key"], result.table["cases"], strict=True)
    }
    cases = list(dict.fromkeys(name for names in said.values() for name in names))
    rows = [
        GridRow(
            name=str(row["key"]),
            cells=[_case_cell(pairs, said, str(row["key"]), case) for case in cases],
            end=Message(
                "{n:integer} of {of:integer}", n=int(row["n_cases"]), of=int(row["of_cases"])
            ).render(language),
        )
        for row in result.table.to_dict("records")
    ]
    return grid(
        rows,
        [(case, "") for case in cases],
        ax=ax,
        narrow=narrow,
        headings=(translate("Theme", language), translate("Cases", language)),
    )


def _case_cell(
    pairs: dict[tuple[str, str], tuple[Any, bool]],
    said: dict[str, list[str]],
    key: str,
    case: str,
) -> GridCell:
    verdict, by_first = pairs.get((key, case), ("", False))
    match verdict:
        case "both_sides":
            return GridCell("●●", "said")
        case "conflict":
            return GridCell("✕", "bad")
        case "one_side":
            return GridCell("●○" if by_first else "○●", "wash")
        case _:
            return GridCell("●", "wash") if case in said[key] else GridCell()


def plot_polarity(
    result: PolarityResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each theme's sign case by case."""
    cases = list(dict.fromkeys(result.table["case"]))
    by_place = {
        (str(key), str(case)): polarity
        for key, case, polarity in zip(
            result.table["key"], result.table["case"], result.table["polarity"], strict=True
        )
    }
    rows = [
        GridRow(
            name=str(row["key"]),
            cells=[_sign_cell(by_place, str(row["key"]), str(case)) for case in cases],
            end=f"▲ {int(row['success'])}  ▼ {int(row['barrier'])}  ◆ {int(row['both'])}",
        )
        for row in result.factors.to_dict("records")
    ]
    return grid(
        rows,
        [(str(case), "") for case in cases],
        ax=ax,
        narrow=narrow,
        headings=(translate("Theme", language), translate("Cases", language)),
    )


def _sign_cell(by_place: dict[tuple[str, str], Any], key: str, case: str) -> GridCell:
    if (key, case) not in by_place:
        return GridCell()
    polarity = by_place[key, case]
    return GridCell(SIGNS.get(polarity, "·"), _STYLES.get(polarity, ""))
