"""Records of change: between waves, between segments, over many waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    import pandas as pd

    from workbench.language import LocalizedText

__all__ = ["SegmentDifferenceResult", "WaveChangeResult"]


class _Row(NamedTuple):
    """What the finding says of a segment's change."""

    segment: str | None
    wave: str
    previous: str
    change: float
    ci_low: float
    ci_high: float
    real: float
    verdict: str


@dataclass(frozen=True, kw_only=True, eq=False)
class WaveChangeResult(BySegment, Result):
    """Change since an earlier wave: real, mix, or noise.

    ``table`` has a row per segment and wave: ``segment wave previous``, ``change ci_low ci_high``
    (points), ``p_value``, ``p_adjusted`` (false-discovery rate over every row), ``real`` and
    ``mix`` (their sum is ``change``), ``verdict``, then ``n n_previous n_both estimate
    estimate_previous p_real p_real_adjusted suppressed reason``. ``verdict`` is ``real`` (more than
    noise), ``mix`` (the composition changed, not the groups), ``masked`` (the groups changed, the
    composition hid it), ``noise``, ``preliminary`` (the wave is not closed),
    ``broken`` (the question was reworded), ``unknown`` or ``hidden``.

    Parameters
    ----------
    outcome, label
        Column that changed, and what a report calls it.
    by, mix_by
        Columns that split the respondents, and columns whose composition is held still.
    confidence, alpha, floor
        Level of intervals; largest adjusted p-value called real; fewest answers shown.
    family
        How many differences were looked at together.
    total
        The same for everyone together, where ``by`` splits them: the mix is over ``by``.
    levels
        A row per segment and wave: ``n estimate ci_low ci_high n_effective suppressed reason
        preliminary broken``.
    rule_of_thumb, thumb
        A popular rule's points, and a row per change: whether the rule ``calls`` it,
        ``false_alarm`` (how often it would when nothing changed, 0-1) and ``smallest_sure`` (points
        that one test alone would call).
    """

    kind: ClassVar[str] = "wave_change"

    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    mix_by: tuple[str, ...]
    confidence: float
    alpha: float
    floor: int
    family: int
    rule_of_thumb: float
    total: pd.DataFrame
    levels: pd.DataFrame
    thumb: pd.DataFrame

    @property
    def measure(self) -> str:
        """What is measured, for the disclosure audit."""
        return self.outcome

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of ``table``, ``total``, ``levels`` and ``thumb``."""
        change = Message(
            "Change in {outcome} since an earlier wave, points, with {confidence:percent} interval",
            outcome=self.label,
            confidence=self.confidence,
        )
        level = Message("{outcome} by wave, points", outcome=self.label)
        key = (*self.key, "wave", "previous")
        return {
            "table": TableSpec(key=key, caption=change, counts=("n", "n_previous")),
            "total": TableSpec(key=("segment", "wave", "previous"), caption=change, counts=()),
            "levels": TableSpec(key=(*self.key, "wave"), caption=level, sums_over=self.key),
            "thumb": TableSpec(
                key=key,
                caption=Message(
                    "The rule of thumb “more than {rule:number} points” beside the test, and how "
                    "often it calls a change when there is none",
                    rule=self.rule_of_thumb,
                ),
                counts=(),
            ),
        }

    @property
    def has_no_pair(self) -> bool:
        """Say whether there are waves to compare, but no group that is in two of them."""
        return self.table.empty and len(self.levels["wave"].unique()) > 1

    @property
    def message(self) -> Message:
        """What changed for real in the newest wave, or that nothing did."""
        if self.has_no_pair:
            return Message(
                "No group of {outcome} is in both waves, so no change can be judged.",
                outcome=self.label,
            )
        if self.table.empty:
            return Message(
                "There is only one wave of {outcome}: no change to judge.", outcome=self.label
            )
        rows = zip(*(self.table[name].tolist() for name in _Row._fields), strict=True)
        rows = list(map(_Row._make, rows))
        newest = [row for row in rows if row.wave == rows[-1].wave]
        row = newest[0]
        values = {"outcome": self.label, "wave": row.wave, "previous": row.previous}
        if self.by:
            return self._message_by_segment(newest, values)
        if row.change != row.change:
            return Message(
                "Whether {outcome} changed from {previous} to {wave} cannot be said.", **values
            )
        values |= {"change": row.change, "low": row.ci_low, "high": row.ci_high}
        return {
            "real": Message(
                "{outcome} changed {change:points} points from {previous} to {wave} "
                "({low:points} to {high:points}): more than noise.",
                **values,
            ),
            "mix": Message(
                "{outcome} moved {change:points} points from {previous} to {wave}, because other "
                "groups answered; within the groups no change is clear.",
                **values,
            ),
            "masked": Message(
                "{outcome} moved {change:points} points from {previous} to {wave}, which is not "
                "clear by itself; with the make-up held still it moved {real:points}, which is.",
                real=row.real,
                **values,
            ),
            "preliminary": Message(
                "{outcome} stands {change:points} points from {previous} in {wave}, which is not "
                "closed: preliminary.",
                **values,
            ),
        }.get(
            row.verdict,
            Message(
                "{outcome} moved {change:points} points from {previous} to {wave} ({low:points} "
                "to {high:points}): no clear change.",
                **values,
            ),
        )

    def _message_by_segment(self, newest: list[_Row], values: dict[str, Any]) -> Message:
        called = [row for row in newest if row.verdict == "real"]
        masked = [row for row in newest if row.verdict == "masked"]
        if masked and not called:
            worst = max(masked, key=lambda row: abs(row.real))
            return Message(
                "In {segment} who answered hides a change in {outcome} of {real:points} points "
                "from {previous} to {wave}; no segment’s own figure shows a clear change.",
                segment=group_label(worst.segment),
                real=worst.real,
                **values,
            )
        if all(row.change != row.change for row in newest):
            return Message(
                "Whether {outcome} changed from {previous} to {wave} cannot be said.", **values
            )
        if not called:
            return Message(
                "No segment’s change in {outcome} from {previous} to {wave} is more than noise "
                "({groups:integer} looked at).",
                groups=len(newest),
                **values,
            )
        strongest = max(called, key=lambda row: abs(row.change))
        return Message(
            "{outcome} clearly changed in {called:integer} of {groups:integer} segments from "
            "{previous} to {wave}, most in {segment} ({change:points} points).",
            called=len(called),
            groups=len(newest),
            segment=group_label(strongest.segment),
            change=strongest.change,
            **values,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SegmentDifferenceResult(BySegment, Result):
    """Each segment against all other respondents.

    ``table`` has a row per segment: ``segment n estimate rest difference ci_low ci_high`` (points),
    ``p_value``, ``p_adjusted`` (over all segments), ``verdict`` (``higher``, ``lower``,
    ``no_sure_difference``, ``unknown``, ``hidden``), ``rank`` (1 is highest; null under the rank
    floor), ``suppressed``, ``reason``.
    """

    kind: ClassVar[str] = "segment_difference"

    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    confidence: float
    alpha: float
    floor: int
    rank_floor: int

    @property
    def measure(self) -> str:
        """What is measured, for the disclosure audit."""
        return self.outcome

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        caption = Message(
            "{outcome}: each segment against all others, points, with {confidence:percent} "
            "interval",
            outcome=self.label,
            confidence=self.confidence,
        )
        return {"table": TableSpec(key=self.key, caption=caption, sums_over=self.key)}

    @property
    def message(self) -> Message:
        """Which segments stand out, or that none does."""
        called = self.table[self.table["verdict"].isin(["higher", "lower"])]
        if called.empty:
            return Message(
                "No segment’s {outcome} clearly differs from the others’ ({groups:integer} "
                "looked at).",
                outcome=self.label,
                groups=len(self.table),
            )
        furthest = called.iloc[int(called["difference"].abs().argmax())]
        return Message(
            "{outcome} clearly differs from the others’ in {called:integer} of {groups:integer} "
            "segments, most in {segment} ({difference:points} points).",
            outcome=self.label,
            called=len(called),
            groups=len(self.table),
            segment=group_label(furthest.segment),
            difference=furthest.difference,
        )
