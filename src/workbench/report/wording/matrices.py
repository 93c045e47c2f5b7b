"""Matrices of themes in words: cases and sides, signs, what comes up together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.matrices import (
        CaseResult,
        CoOccurrenceResult,
        FrameworkResult,
        PolarityResult,
    )

__all__ = [
    "headline_by_case",
    "headline_co_occurrence",
    "headline_framework",
    "headline_polarity",
    "lead_by_case",
    "lead_co_occurrence",
    "lead_framework",
    "lead_polarity",
    "subtitle_by_case",
    "subtitle_polarity",
]

SIDES = {
    "customer": Message("customers"),
    "staff": Message("staff"),
    "partner": Message("partners"),
    "citizen": Message("citizens"),
}
"""Sides of a case that have a word of their own; others are named as the register names them."""


def headline_by_case(result: CaseResult) -> Message:
    """Return how many themes are common."""
    kinds = result.table["kind"].value_counts().to_dict()
    return Message(
        "{common:integer} of {n:integer} themes are common to all cases",
        common=int(kinds.get("common", 0)),
        n=len(result.table),
    )


def _side(name: str) -> Message:
    return SIDES.get(name) or Message("{name}", name=name)


def lead_by_case(result: CaseResult) -> list[Message]:
    """Return what both sides say, and where they are in conflict."""
    if result.pairs.empty:
        return []
    verdicts = result.pairs["verdict"].value_counts().to_dict()
    found = [
        Message(
            "Where a case has two sides ({sides}), both bring a theme up in {both:integer} cells "
            "of theme and case, one alone in {one:integer}, and they contradict each other in "
            "{conflict:integer}.",
            sides=[_side(side) for side in result.sides],
            both=int(verdicts.get("both_sides", 0)),
            one=int(verdicts.get("one_side", 0)),
            conflict=int(verdicts.get("conflict", 0)),
        )
    ]
    clashing = result.pairs[result.pairs["verdict"] == "conflict"]
    if len(clashing):
        names = list(dict.fromkeys(str(key) for key in clashing["key"]))
        found.append(Message("They contradict each other on **{names}**.", names=names))
    return found


def subtitle_by_case(result: CaseResult) -> Message:
    """Return how to read the signs."""
    if result.pairs.empty:
        return Message("● brought up in the case.")
    return Message(
        "●● both sides; ●○ {first} alone; ○● {second} alone; ✕ they contradict each other; ● a "
        "case with one side.",
        first=_side(result.sides[0]),
        second=_side(result.sides[1]),
    )


def headline_polarity(result: PolarityResult) -> Message:
    """Return how many themes help in one case and hinder in another."""
    factors = result.factors
    mixed = int(((factors["success"] > 0) & (factors["barrier"] > 0) | (factors["both"] > 0)).sum())
    if mixed:
        return Message(
            "{n:integer} of {themes:integer} themes helps in some cases and hinders in others",
            "{n:integer} of {themes:integer} themes help in some cases and hinder in others",
            n=mixed,
            themes=len(factors),
        )
    return Message("Every theme either helps or hinders, in all cases alike")


def lead_polarity(result: PolarityResult) -> list[Message]:
    """Return what the signs rest on."""
    del result
    return [
        Message(
            "The sign is what the coders gave each passage. Cases are not a sample, so the counts "
            "say where to look and not how often it is so."
        )
    ]


def subtitle_polarity(result: PolarityResult) -> Message:
    """Return how to read the signs."""
    del result
    return Message("▲ helps, ▼ hinders, ◆ both; · brought up without a sign.")


def headline_co_occurrence(result: CoOccurrenceResult) -> Message:
    """Return which two come up together most."""
    if result.table.empty:
        return Message("No two themes come up together")
    first = result.table.iloc[0]
    return Message(
        "{one} and {other} come up together most", one=str(first["one"]), other=str(first["other"])
    )


def lead_co_occurrence(result: CoOccurrenceResult) -> list[Message]:
    """Return how to read the numbers."""
    return [
        Message(
            "Of {n:integer} places where two could meet. Expected is what chance would give if "
            "the two had nothing to do with each other.",
            n=result.n_units,
        )
    ]


def headline_framework(result: FrameworkResult) -> Message:
    """Return how much of the matrix is written."""
    states = result.table["state"].value_counts().to_dict()
    return Message(
        "{done:integer} cells of case and theme are summarised; {open:integer} wait",
        done=int(states.get("summarised", 0)) + int(states.get("without_reference", 0)),
        open=int(states.get("to_summarise", 0)),
    )


def lead_framework(result: FrameworkResult) -> list[Message]:
    """Return who wrote the summaries."""
    del result
    return [
        Message(
            "The words are the analyst’s; the number beside them says how many passages of that "
            "case and theme they point to."
        )
    ]
