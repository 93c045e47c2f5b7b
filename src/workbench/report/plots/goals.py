"""Figure of goals: each segment's interval against what it was to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.goals import GoalResult

__all__ = ["plot_goals"]

_TONES = {"met": "good", "missed": "bad", "cannot_tell": "muted", "no_goal": "muted"}


def plot_goals(
    result: GoalResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw each segment's interval, the goal where all share one, and the verdict in words."""
    targets = result.table["target"].dropna().unique()
    shared = float(targets[0]) if len(targets) == 1 else None
    rows = [
        _row(record, result, language, is_shared=shared is not None)
        for record in plain_rows(result.table)
    ]
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("{measure}, points", measure=result.measured).render(language),
        headings=("", translate("answers", language), translate("Value (interval)", language)),
        reference=shared,
        reference_label=""
        if shared is None
        else Message("goal {target}", target=result.worded(shared)).render(language),
    )


def _row(record: dict[str, Any], result: GoalResult, language: str, *, is_shared: bool) -> Row:
    segment = record["segment"]
    name = translate("no answer", language) if segment is None else str(segment)
    name = translate("All together", language) if segment == "all" else name
    if record["estimate"] is None:
        return Row(name=name, estimate=None, text=translate("not shown", language))
    text = result.worded(record["estimate"]).render(language)
    if record["ci_low"] is not None:
        ends = [format_number(record[end], language) for end in ("ci_low", "ci_high")]
        text = with_ends(text, ends, language)
    verdict = str(record["verdict"])
    words = {
        "met": Message("goal met"),
        "missed": Message("goal not reached"),
        "cannot_tell": Message("cannot be said"),
        "no_goal": Message("no goal"),
    }[verdict]
    if not is_shared and verdict != "no_goal":
        target = result.worded(record["target"])
        words = {
            "met": Message("goal {target} met", target=target),
            "missed": Message("goal {target} not reached", target=target),
            "cannot_tell": Message("goal {target}: unsure", target=target),
        }[verdict]
    return Row(
        name=name,
        estimate=record["estimate"],
        low=record["ci_low"],
        high=record["ci_high"],
        text=text,
        n=format_number(record["n"], language, decimals=0),
        note=words.render(language),
        tone=_TONES[verdict],
        hollow=verdict not in {"met", "missed"},
    )
