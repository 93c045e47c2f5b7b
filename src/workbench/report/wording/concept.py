"""The conceptual framework in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.concept import ConceptResult

__all__ = ["headline_concept", "subtitle_concept"]


def headline_concept(result: ConceptResult) -> Message:
    """Return what the data did to the framework."""
    added = int(result.table.loc[result.table["origin"] == "inductive", "theme"].nunique())
    return Message(
        "The framework after the data: {confirmed:integer} links hold, {new:integer} themes came "
        "from the material",
        confirmed=result.count("confirmed"),
        new=added,
    )


def subtitle_concept(result: ConceptResult) -> Message:
    """Say how to read the figure."""
    del result
    return Message(
        "✓ confirmed, ≈ affirmed and denied, ✕ denied; a dashed frame is a claim that nothing here "
        "bears on, + a theme from the material. What a claim says stands in the table."
    )
