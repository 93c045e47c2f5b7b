"""Figures of levels: segments beside the total, and one segment's grades against the others'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, localized, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.levels import LevelsResult

__all__ = ["plot_level", "plot_levels"]

_NOTES = {
    "strength": Message("strength"),
    "weakness": Message("weakness"),
    "no_sure_difference": Message("no clear difference"),
    "unknown": Message("too few to say"),
}
_TONES = {"strength": "good", "weakness": "bad"}


def plot_levels(
    result: LevelsResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each segment's level with its interval; what it brings to the total in words."""
    total = plain_rows(result.total)[0]
    rows = [
        Row(
            name=translate("All together", language),
            estimate=total["estimate"],
            low=total["ci_low"],
            high=total["ci_high"],
            text=_worded(total["estimate"], total["ci_low"], total["ci_high"], language),
            n=format_number(total["n"], language, decimals=0),
            is_total=True,
        )
    ]
    for record in plain_rows(result.table):
        segment = record["segment"]
        name = translate("no answer", language) if segment is None else str(segment)
        if record["estimate"] is None:
            rows.append(Row(name=name, estimate=None, text=translate("not shown", language)))
            continue
        brings = Message("contributes {part:number}", part=record["contribution"])
        is_apart = record["verdict"] in ("higher", "lower")
        rows.append(
            Row(
                name=name,
                estimate=record["estimate"],
                low=record["ci_low"],
                high=record["ci_high"],
                text=_worded(record["estimate"], record["ci_low"], record["ci_high"], language),
                n=format_number(record["n"], language, decimals=0),
                note=brings.render(language),
                tone={"higher": "good", "lower": "bad"}.get(record["verdict"], "muted"),
                hollow=not is_apart,
            )
        )
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=localized(result.label, language),
        headings=("", translate("answers", language), translate("Level (interval)", language)),
        reference=total["estimate"],
        reference_label=translate("the total", language),
    )


def plot_level(rows: list[dict[str, Any]], *, language: str = "en", narrow: bool = False) -> Axes:
    """Draw one segment's grades as distances from all others', the largest shortfall first.

    Parameters
    ----------
    rows
        Of the table ``drivers``, with labels in place of codes.
    language, narrow
        As for every plot.
    """
    shown = [row for row in rows if row["difference"] is not None]
    ordered = sorted(shown, key=lambda row: row["difference"])
    drawn = [
        Row(
            name=str(row["driver"]),
            estimate=row["difference"],
            low=row["ci_low"],
            high=row["ci_high"],
            text=_worded(row["difference"], row["ci_low"], row["ci_high"], language, signed=True),
            n=format_number(row["n"], language, decimals=0),
            note=_NOTES[row["place"]].render(language),
            tone=_TONES.get(row["place"], "muted"),
            hollow=row["place"] not in _TONES,
        )
        for row in ordered
    ]
    return forest(
        drawn,
        language=language,
        narrow=narrow,
        axis=translate("Grade: points from all others", language),
        headings=("", translate("answers", language), translate("Distance (interval)", language)),
        reference=0.0,
        reference_label=translate("as the others", language),
        signed=True,
    )


def _worded(
    value: float, low: float | None, high: float | None, language: str, *, signed: bool = False
) -> str:
    text = format_number(value, language, signed=signed)
    if low is None or high is None:
        return text
    ends = [format_number(end, language) for end in (low, high)]
    return with_ends(text, ends, language)
