"""Figure of where a total's change comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.contributions import ContributionResult

__all__ = ["plot_contributions"]


def plot_contributions(
    result: ContributionResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw each segment's own change with its interval; what it brought to the total in words."""
    ordered = result.table.sort_values("total", na_position="last", kind="stable")
    rows = [_total(result, language)]
    rows += [_row(record, language) for record in plain_rows(ordered)]
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("Change in {outcome}, points", outcome=result.label).render(language),
        headings=("", translate("answers", language), translate("Change (interval)", language)),
        reference=0.0,
        reference_label=translate("no change", language),
        signed=True,
    )


def _total(result: ContributionResult, language: str) -> Row:
    note = Message("in groups {real:points}, mix {mix:points}", real=result.real, mix=result.mix)
    return Row(
        name=translate("All together", language),
        estimate=result.change,
        low=result.change_low,
        high=result.change_high,
        text=_worded(result.change, result.change_low, result.change_high, language),
        note=note.render(language),
        tone="plain",
        is_total=True,
    )


def _row(record: dict[str, Any], language: str) -> Row:
    segment = record["segment"]
    name = translate("no answer", language) if segment is None else str(segment)
    if record["change"] is None:
        return Row(name=name, estimate=None, text=translate("not shown", language))
    brought = Message("contributed {part:points}", part=record["total"])
    against = Message("contributed {part:points}: against the total", part=record["total"])
    is_against = bool(record["against_total"])
    return Row(
        name=name,
        estimate=record["change"],
        low=record["ci_low"],
        high=record["ci_high"],
        text=_worded(record["change"], record["ci_low"], record["ci_high"], language),
        n=format_number(record["n"], language, decimals=0),
        note=(against if is_against else brought).render(language),
        tone="unsure" if is_against else "muted",
        hollow=not is_against,
    )


def _worded(change: float, low: float | None, high: float | None, language: str) -> str:
    text = format_number(change, language, signed=True)
    if low is None or high is None:
        return text
    ends = [format_number(end, language) for end in (low, high)]
    return with_ends(text, ends, language)
