"""What weights do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.weighting import WeightingResult

__all__ = ["headline_weighting", "lead_weighting"]


def headline_weighting(result: WeightingResult) -> Message:
    """Return whether weights change what the outcomes say."""
    turns = [row["outcome"] for row in plain_rows(result.table) if row["turns"]]
    if turns:
        return Message(
            "Weights change what is said of {outcomes}", outcomes=[result.label(n) for n in turns]
        )
    return Message("With weights or without, the outcomes say the same")


def lead_weighting(result: WeightingResult) -> list[Message]:
    """Say what the weights cost."""
    return [Message("{text}", text=result.message)]
