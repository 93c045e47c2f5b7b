"""Figures of the joint display: differences in score, shares by group, effects of a variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, format_percent, localized, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.report.plots.panels import Dot, panels
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.joint import JointResult, ThemeGroupsResult, ThemeVariantsResult

__all__ = ["plot_joint", "plot_theme_groups", "plot_theme_variants"]

_TONES = {"higher": "good", "lower": "bad"}


def plot_joint(
    result: JointResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw, for the first outcome, how customers with each theme differ from others who wrote."""
    main = result.table[result.table["outcome"].isin([*result.outcomes[:1], *_shown(result)])]
    ordered = main.sort_values("difference", kind="stable", na_position="last")
    rows = [_score_row(row, result.by, language) for row in plain_rows(ordered)]
    outcome = localized(result.label(result.outcomes[0]), language)
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=Message("{outcome}: points from others who wrote", outcome=outcome).render(language),
        headings=(
            translate("Theme", language),
            translate("customers", language),
            translate("Difference (interval)", language),
        ),
        reference=0.0,
        reference_label=translate("no difference", language),
        signed=True,
    )


def _shown(result: JointResult) -> list[str]:
    """Return what the first outcome is called in a table whose values were labelled."""
    return [str(name) for name in result.table["outcome"].head(1)]


def _score_row(row: dict[str, Any], by: tuple[str, ...], language: str) -> Row:
    name = str(row["theme"])
    if by:
        group = translate("no answer", language) if row["segment"] is None else row["segment"]
        name = f"{name}, {group}"
    if row["difference"] is None:
        return Row(name=name, estimate=None, text=translate("not shown", language))
    verdict = str(row["verdict"])
    return Row(
        name=name,
        estimate=row["difference"],
        low=row["ci_low"],
        high=row["ci_high"],
        text=_with_ends(row, language),
        n=format_number(row["n_with"], language, decimals=0),
        note=_note(verdict, language),
        tone=_TONES.get(verdict, "muted"),
        hollow=verdict not in _TONES,
    )


def _note(verdict: str, language: str) -> str:
    words = {
        "higher": Message("clearly higher"),
        "lower": Message("clearly lower"),
    }
    return words.get(verdict, Message("not sure")).render(language)


def _with_ends(row: dict[str, Any], language: str, factor: float = 1.0) -> str:
    text = format_number(factor * row["difference"], language, signed=True)
    if row["ci_low"] is None:
        return text
    ends = [
        format_number(factor * row[end], language, signed=True) for end in ("ci_low", "ci_high")
    ]
    return with_ends(text, ends, language)


def plot_theme_groups(
    result: ThemeGroupsResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw the share of each group that brings each theme up, all on one scale."""
    rows = plain_rows(result.table)
    names = list(dict.fromkeys(str(row["theme"]) for row in rows))
    order = list(dict.fromkeys(row["segment"] for row in rows))
    seen = {
        segment
        for segment in order
        if any(row["segment"] == segment and row["share"] is not None for row in rows)
    }
    groups = [segment for segment in order if segment in seen]
    by_place = {(str(row["theme"]), row["segment"]): row for row in rows}
    shown = [
        name
        for name in names
        if any(by_place[name, group]["share"] is not None for group in groups)
    ]
    return panels(
        shown,
        [translate("no answer", language) if name is None else str(name) for name in groups],
        [[_dot(by_place[name, group], language) for group in groups] for name in shown],
        ax=ax,
        narrow=narrow,
        heading=translate("Theme", language),
    )


def _dot(row: dict[str, Any], language: str) -> Dot:
    if row["share"] is None:
        return Dot(text=translate("not shown", language))
    return Dot(
        estimate=row["share"],
        low=row["share_low"],
        high=row["share_high"],
        text=format_percent(row["share"], language),
        is_strong=row["verdict"] in _TONES,
    )


def plot_theme_variants(
    result: ThemeVariantsResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw how many more, or fewer, bring each theme up than in control, in percentage points."""
    several = result.table["segment"].nunique() > 1
    rows: list[Row] = []
    for row in plain_rows(result.table):
        name = f"{row['theme']}, {row['segment']}" if several else str(row["theme"])
        if row["difference"] is None:
            rows.append(Row(name=name, estimate=None, text=translate("not shown", language)))
            continue
        verdict = str(row["verdict"])
        ends = [None if row[end] is None else 100 * row[end] for end in ("ci_low", "ci_high")]
        rows.append(
            Row(
                name=name,
                estimate=100 * row["difference"],
                low=ends[0],
                high=ends[1],
                text=_with_ends(row, language, factor=100.0),
                n=format_number(row["n_customers"], language, decimals=0),
                note=_note(verdict, language),
                tone="plain" if verdict in _TONES else "muted",
                hollow=verdict not in _TONES,
            )
        )
    return forest(
        few_hidden(rows, language),
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Percentage points from control", language),
        headings=(
            translate("Theme", language),
            translate("customers", language),
            translate("Difference (interval)", language),
        ),
        reference=0.0,
        reference_label=translate("no difference", language),
        signed=True,
    )
