"""Figure of partial pooling: where each segment's own answers say it is, and where it is put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, format_percent, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.pooling import PooledResult

__all__ = ["plot_pooled"]


def plot_pooled(
    result: PooledResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each segment's pooled estimate with its interval; raw value and weight in words."""
    ordered = result.table.sort_values("estimate", na_position="last", kind="stable")
    rows = [_row(record, language) for record in plain_rows(ordered)]
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("{outcome} when pooled, points", outcome=result.label).render(language),
        headings=("", translate("answers", language), translate("Pooled (interval)", language)),
    )


def _row(record: dict[str, Any], language: str) -> Row:
    segment = record["segment"]
    name = translate("no answer", language) if segment is None else str(segment)
    if record["estimate"] is None:
        return Row(name=name, estimate=None, text=translate("not shown", language))
    ends = [format_number(record[end], language) for end in ("ci_low", "ci_high")]
    note = Message(
        "raw {raw:number}, kept {kept}",
        raw=record["raw"],
        kept=format_percent(record["weight"], language),
    )
    return Row(
        name=name,
        estimate=record["estimate"],
        low=record["ci_low"],
        high=record["ci_high"],
        text=with_ends(format_number(record["estimate"], language), ends, language),
        n=format_number(record["n"], language, decimals=0),
        note=note.render(language),
        tone="muted",
        hollow=record["weight"] < 0.5,
    )
