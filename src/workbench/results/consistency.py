"""Record of internal consistency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

__all__ = ["ConsistencyResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ConsistencyResult(Result):
    """How well the items of an index go together.

    ``table`` has a row per item: ``n``, ``mean sd`` (points 0-100), ``item_rest`` (correlation with
    the sum of the others), ``alpha_without``, ``loading`` on one factor, ``reversed``.

    Parameters
    ----------
    items
        Columns.
    alpha, alpha_low, alpha_high
        Cronbach's alpha and its interval; ``nan`` with a reason.
    omega
        McDonald's omega; ``nan`` with fewer than three items.
    n, n_missing
        Respondents who answered every item, and the others.
    confidence
        Level of the interval.
    reason
        ``""``, ``FLOOR`` or ``ALL_EQUAL``.
    """

    kind: ClassVar[str] = "consistency"

    items: tuple[str, ...]
    alpha: float
    alpha_low: float
    alpha_high: float
    omega: float
    n: int | None
    n_missing: int | None
    confidence: float
    reason: str

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        caption = Message("How each question goes with the others of the index")
        return {"table": TableSpec(key=("item",), caption=caption)}

    @property
    def message(self) -> Message:
        """Alpha and omega, or why there is none."""
        if self.reason:
            return Message("Whether the questions measure one thing cannot be said.")
        values = {
            "k": len(self.items),
            "alpha": self.alpha,
            "low": self.alpha_low,
            "high": self.alpha_high,
            "n": self.n,
        }
        if self.omega != self.omega:
            return Message(
                "The {k:integer} questions go together with alpha {alpha:number2} ({low:number2} "
                "to {high:number2}; n = {n:integer}).",
                **values,
            )
        return Message(
            "The {k:integer} questions go together with alpha {alpha:number2} ({low:number2} to "
            "{high:number2}) and omega {omega:number2} (n = {n:integer}).",
            omega=self.omega,
            **values,
        )
