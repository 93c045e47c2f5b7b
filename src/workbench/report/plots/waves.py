"""Figures of change: since an earlier wave, and against all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.report.wording.waves import verdict_words
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.waves import SegmentDifferenceResult, WaveChangeResult

__all__ = ["plot_segment_difference", "plot_wave_change"]


def plot_wave_change(
    result: WaveChangeResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each segment's change with its interval and its reading; everyone together first."""
    newest = result.table[result.table["wave"] == result.table["wave"].iloc[-1]]
    ordered = newest.sort_values("change", na_position="last", kind="stable")
    rows = [_change_row(record, language) for record in plain_rows(ordered)]
    if result.by:
        total = result.total[result.total["wave"] == result.total["wave"].iloc[-1]]
        rows = [
            *(_change_row(record, language, is_total=True) for record in plain_rows(total)),
            *rows,
        ]
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


def plot_segment_difference(
    result: SegmentDifferenceResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw each segment's distance to all others, with its interval and its reading."""
    ordered = result.table.sort_values("difference", na_position="last", kind="stable")
    rows = [
        _row(record, "difference", language, tones={"higher": "good", "lower": "bad"})
        for record in plain_rows(ordered)
    ]
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("{outcome}: distance to all others, points", outcome=result.label).render(
            language
        ),
        headings=("", translate("answers", language), translate("Distance (interval)", language)),
        reference=0.0,
        reference_label=translate("as the others", language),
        signed=True,
    )


def _change_row(record: dict[str, Any], language: str, *, is_total: bool = False) -> Row:
    direction = "good" if (record["change"] or 0) > 0 else "bad"
    tones = {"real": direction, "masked": "unsure"}
    return _row(record, "change", language, tones=tones, is_total=is_total)


def _row(
    record: dict[str, Any],
    column: str,
    language: str,
    *,
    tones: dict[str, str],
    is_total: bool = False,
) -> Row:
    segment = record["segment"]
    name = translate("no answer", language) if segment is None else str(segment)
    name = translate("All together", language) if segment == "all" else name
    value = record[column]
    note = verdict_words(record, column).render(language)
    if value is None:
        return Row(name=name, estimate=None, text=translate("not shown", language), note=note)
    low, high = record["ci_low"], record["ci_high"]
    text = format_number(value, language, signed=True)
    if low is not None:
        ends = [format_number(end, language) for end in (low, high)]
        text = with_ends(text, ends, language)
    is_called = tones.get(record["verdict"]) in {"good", "bad"}
    return Row(
        name=name,
        estimate=value,
        low=low,
        high=high,
        text=text,
        n=format_number(record["n"], language, decimals=0),
        note=note,
        tone=tones.get(record["verdict"], "muted"),
        hollow=not is_called,
        is_total=is_total,
    )
