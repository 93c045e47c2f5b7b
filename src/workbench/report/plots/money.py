"""Figure of money: the same slope read in several ways, each with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message, format_number, localized, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.money import MoneyResult

__all__ = ["plot_money"]

_READINGS = {
    "plain": Message("Straight line"),
    "controls": Message("With controls held constant"),
    "trimmed": Message("Largest values brought down"),
    "logit": Message("Logit model"),
    "linear": Message("Straight line"),
}


def plot_money(
    result: MoneyResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw every reading; none is the answer alone."""
    factor = 100.0 if result.money_kind == "churn" else 1.0
    rows: list[Row] = []
    for record in plain_rows(result.table):
        name = _READINGS[record["reading"]].render(language)
        if record["estimate"] is None:
            rows.append(Row(name=name, estimate=None, text=translate("not shown", language)))
            continue
        numbers = [factor * record[end] for end in ("estimate", "ci_low", "ci_high")]
        ends = [format_number(end, language, decimals=1) for end in numbers[1:]]
        rows.append(
            Row(
                name=name,
                estimate=numbers[0],
                low=numbers[1],
                high=numbers[2],
                text=with_ends(format_number(numbers[0], language, signed=True), ends, language),
                n=format_number(record["n"], language, decimals=0),
            )
        )
    values = {
        "money": localized(result.labels.get(result.money, result.money), language),
        "outcome": localized(result.labels.get(result.outcome, result.outcome), language),
        "unit": result.unit,
    }
    axis = Message("{money}, {unit}, per point of {outcome}", **values)
    if result.money_kind == "churn":
        axis = Message("{money}, percentage points, per point of {outcome}", **values)
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=axis.render(language),
        headings=("", translate("answers", language), translate("Slope (interval)", language)),
        reference=0.0,
        signed=True,
    )
