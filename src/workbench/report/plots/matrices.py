"""Figures of matrices of themes: cases and sides, signs case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, translate
from workbench.report.plots.grid import GridCell, GridRow, grid
from workbench.report.plots.themes import SIGNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.matrices import CaseResult, PolarityResult

__all__ = ["plot_by_case", "plot_polarity"]

_STYLES = {"success": "good", "barrier": "bad", "both": "both"}


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
