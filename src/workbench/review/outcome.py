"""What became of one cell of a batch, and by which engine it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from workbench.review.grid import Cell

__all__ = ["Engine", "Outcome"]

Engine = Literal["fork", "cold"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one cell.

    Parameters
    ----------
    cell
        The run.
    status
        ``done``, ``skipped`` (unchanged), ``failed`` (the input is wrong; the report says how) or
        ``fault`` (ours, or a process that was killed again and again).
    report
        Path of ``report.html``; empty where there is none.
    reason
        Why there is no report.
    seconds
        Wall time of the run.
    """

    cell: Cell
    status: Literal["done", "skipped", "failed", "fault"]
    report: str = ""
    reason: str = ""
    seconds: float = 0.0
