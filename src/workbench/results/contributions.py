"""Record of where a total's change comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    from workbench.language import LocalizedText

__all__ = ["ContributionResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ContributionResult(BySegment, Result):
    """What each segment brought to the total's change between two waves.

    ``table`` has a row per segment: ``n n_previous``, ``share share_previous`` of the total (0-1),
    ``change ci_low ci_high p_value p_adjusted`` of the segment itself, and in points of the total
    ``real`` (its own change), ``mix`` (its share's change) and ``total``, their sum;
    ``against_total``; ``suppressed``, ``reason``.

    Parameters
    ----------
    outcome, label
        Column, and what a report calls it.
    by, wave, previous, confidence, alpha, floor
        Columns that split; the two waves; level of intervals; largest adjusted p-value of a sure
        change; fewest answers shown.
    change, change_low, change_high, p_value
        The total's change, its interval and p-value.
    real, mix, p_real
        Its two parts, and the p-value of the first.
    """

    kind: ClassVar[str] = "contributions"

    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    wave: str
    previous: str
    confidence: float
    alpha: float
    floor: int
    change: float
    change_low: float
    change_high: float
    p_value: float
    real: float
    mix: float
    p_real: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        caption = Message(
            "What each segment contributed to the change in {outcome}, points", outcome=self.label
        )
        return {"table": TableSpec(key=self.key, caption=caption, counts=("n", "n_previous"))}

    @property
    def has_no_pair(self) -> bool:
        """Say whether no group is in both waves: then nothing can be told apart."""
        return bool(self.table["change"].isna().all())

    @property
    def message(self) -> Message:
        """How the change splits, and who brought most."""
        shown = self.table[self.table["total"].notna()]
        values = {
            "outcome": self.label,
            "change": self.change,
            "previous": self.previous,
            "wave": self.wave,
            "real": self.real,
            "mix": self.mix,
        }
        if self.has_no_pair:
            return Message(
                "Where the change in {outcome} comes from can’t be said: no group is in both "
                "waves.",
                outcome=self.label,
            )
        if shown.empty:
            return Message(
                "{outcome} moved {change:points} points from {previous} to {wave}: {real:points} "
                "within the groups, {mix:points} from who answered.",
                **values,
            )
        most = shown.iloc[int(shown["total"].abs().argmax())]
        return Message(
            "{outcome} moved {change:points} points from {previous} to {wave}: {real:points} "
            "within the groups, {mix:points} from who answered; {segment} contributed most "
            "({part:points}).",
            segment=group_label(most.segment),
            part=most.total,
            **values,
        )
