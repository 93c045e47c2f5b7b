"""Partial pooling in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.pooling import PooledResult

__all__ = ["headline_pooled", "subtitle_pooled"]


def headline_pooled(result: PooledResult) -> Message:
    """Return how much groups differ beyond chance."""
    return Message(
        "Groups differ in {outcome} by {spread:number} points beyond chance",
        outcome=result.label,
        spread=result.between_sd,
    )


def subtitle_pooled(result: PooledResult) -> Message:
    """Say how to read the figure."""
    del result
    return Message(
        "Each group drawn towards what all say, the more the fewer its answers. Use it to compare "
        "small groups, the raw number to say what these people answered."
    )
