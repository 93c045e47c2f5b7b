"""Record of levels: what each segment brings to the total, and where it is strong and weak."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LevelsResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelsResult(Result):
    """The total, its parts, and each part's grades against the others'.

    ``table``, a row per segment: ``n``, ``share`` of all answers (0-1, weighted), ``estimate
    ci_low ci_high`` (points), ``contribution`` (share times estimate: over all segments they sum to
    the total), ``difference difference_low difference_high p_adjusted verdict`` (against all
    others), ``strengths weaknesses`` (how many), ``suppressed``, ``reason``.

    ``drivers``, a row per segment and driver: ``n``, ``performance`` (mean, 0-100), ``rest`` (mean
    of all others), ``difference ci_low ci_high p_value``, ``p_adjusted`` (over the whole table),
    ``place`` (``strength``, ``weakness``, ``no_sure_difference``, ``unknown``, ``hidden``),
    ``suppressed``, ``reason``.

    ``total``, one row: ``n estimate ci_low ci_high``, ``shown`` and ``hidden`` (points that the
    segments shown and not shown bring together), ``hidden_segments``.
    """

    kind: ClassVar[str] = "levels"

    drivers: pd.DataFrame
    total: pd.DataFrame
    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    confidence: float
    alpha: float
    floor: int
    labels: dict[str, LocalizedText] = field(default_factory=dict[str, LocalizedText])

    @property
    def measure(self) -> str:
        """What is measured, for the disclosure audit."""
        return self.outcome

    @property
    def payload_words(self) -> dict[str, dict[str, str]]:
        """What the pages of single segments call the outcome, in each language."""
        return {"outcome": Message("{outcome}", outcome=self.label).both()}

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the three tables."""
        values = {"outcome": self.label, "confidence": self.confidence}
        return {
            "table": TableSpec(
                key=("segment",),
                caption=Message(
                    "{outcome} with {confidence:percent} interval, and what each segment "
                    "contributes to the total: its share of the answers times its level.",
                    **values,
                ),
                sums_over=("segment",),
            ),
            "drivers": TableSpec(
                key=("segment", "driver"),
                caption=Message(
                    "Grade 0–100 of each driver against all others’, points, with "
                    "{confidence:percent} interval.",
                    **values,
                ),
                sums_over=("segment",),
            ),
            "total": TableSpec(
                key=(),
                caption=Message(
                    "The total, and how much of it the segments shown and not shown contribute."
                ),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The total, who brings most of it, and who is surely apart."""
        shown = self.table[self.table["contribution"].notna()]
        total = float(self.total["estimate"].iloc[0])
        if shown.empty:
            return Message("{outcome} is {total:number}.", outcome=self.label, total=total)
        most = shown.iloc[int(shown["contribution"].argmax())]
        apart = int(shown["verdict"].isin(["higher", "lower"]).sum())
        return Message(
            "{outcome} is {total:number}; {segment} contributes {part:number} of it. Segments "
            "that clearly differ from the others: {apart:integer} of {groups:integer}.",
            outcome=self.label,
            total=total,
            segment=group_label(most["segment"]),
            part=float(most["contribution"]),
            apart=apart,
            groups=len(self.table),
        )
