"""What the conclusions of the satisfaction report rest on, and how its parts are named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.language import LocalizedText, Message
from workbench.report.labels import INDICES, study_labels
from workbench.report.wording.waves import masked_segments, newest_rows
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbench.results.goals import GoalResult
    from workbench.results.readings import ReadingsResult
    from workbench.results.survey import MeasureResult
    from workbench.results.waves import SegmentDifferenceResult, WaveChangeResult

__all__ = ["SatisfactionBasis", "estimate_of", "worded"]

_POINTS = {"nps"}


@dataclass(frozen=True, kw_only=True, eq=False)
class SatisfactionBasis:
    """What the conclusions rest on: results by outcome, in the study's order; the first leads.

    Parameters
    ----------
    study
        As ``wb.load_study`` returns it: labels.
    wave
        The wave that is judged.
    now
        Outcome -> its measure for everyone in that wave.
    total
        Outcome -> its change for everyone together.
    groups
        Outcome -> its change by segment; empty where the report splits by none.
    where
        How each segment differs from the others in the first outcome; None without segments.
    waves
        The reader's table of waves, for response rates.
    market
        The market the report is for; empty for all.
    readings
        The change of the first outcome read in other ways; None where there is none to read.
    goals
        Address -> the study's goals, judged.
    """

    study: Any
    wave: str
    now: Mapping[str, MeasureResult]
    total: Mapping[str, WaveChangeResult]
    groups: Mapping[str, WaveChangeResult] = field(default_factory=dict)
    where: SegmentDifferenceResult | None = None
    waves: pd.DataFrame
    market: str = ""
    readings: ReadingsResult | None = None
    goals: Mapping[str, GoalResult] = field(default_factory=dict)

    @property
    def has_drivers(self) -> bool:
        """Whether the study names drivers, so that there is a report of them to read."""
        return bool(self.study.survey_model().drivers)

    def label(self, value: Any) -> LocalizedText | Message:
        """Return what a report prints for a code, an outcome or a wave."""
        if value is None:
            return Message("the group without an answer")
        by = {column for result in self.groups.values() for column in result.by} | {"market"}
        return study_labels(self.study, by).get(str(value), INDICES.get(str(value), str(value)))

    def place(self) -> Message | str:
        """Return " in <market>" for a report of one market."""
        return Message(" in {market}", market=self.label(self.market)) if self.market else ""

    def change(self, name: str) -> dict[str, Any] | None:
        """Return the change of an outcome for everyone together, if there is one to judge."""
        rows = newest_rows(self.total[name]) if name in self.total else []
        return rows[0] if rows else None

    def is_noise(self, name: str) -> bool:
        """Say whether the change of an outcome is no more than noise."""
        row = self.change(name)
        return row is not None and row["verdict"] == "noise"

    def moved(self, name: str, direction: int) -> list[Any]:
        """Return the groups whose outcome surely fell (-1) or rose (1)."""
        if name not in self.groups:
            return []
        return [
            self.label(row["segment"])
            for row in newest_rows(self.groups[name])
            if row["verdict"] == "real" and row["change"] * direction > 0
        ]

    def masked_rows(self) -> list[dict[str, Any]]:
        """Return the groups whose total hides a movement, over all outcomes."""
        return [
            row | {"outcome": name}
            for name, result in self.groups.items()
            for row in masked_segments(result)
        ]

    def n_hidden(self) -> int:
        """Return how many groups are not shown."""
        hidden = [(result.table["suppressed"] != "").sum() for result in self.groups.values()]
        return int(max(hidden, default=0))

    def wave_record(self, wave: str) -> dict[str, Any]:
        """Return what the reader knows of a wave."""
        found = self.waves[self.waves["wave"] == wave]
        return {} if found.empty else plain_rows(found)[0]

    def silent_share(self) -> float | None:
        """Return the share of those invited who did not answer; unknown for one market."""
        record = self.wave_record(self.wave)
        invited, n = record.get("invited"), record.get("n")
        if self.market or invited is None or not n or invited < n:
            return None
        return 1 - float(n) / float(invited)


def estimate_of(result: MeasureResult) -> float | None:
    """Return the estimate of a measure of everyone; None where it is not shown."""
    return plain_rows(result.table)[0]["estimate"]


def worded(name: str, value: float) -> Message:
    """Return a value of an outcome in words: NPS with a sign."""
    if name in _POINTS:
        return Message("{value:points}", value=value)
    return Message("{value:number}", value=value)
