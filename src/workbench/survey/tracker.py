"""Every segment in every wave, and each against an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.inputs.segments import Segment, group_codes, require_columns, split
from workbench.survey.difference import Difference, difference
from workbench.survey.measure import suppression_tags
from workbench.survey.mix import MixSplit, split_change
from workbench.survey.outcome import GroupEstimate, Outcome, estimate_group, read_outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.survey.design import Design
    from workbench.survey.outcome import OutcomeKind

__all__ = ["Change", "Level", "Tracker", "WaveMarks", "mix_groups", "person_numbers"]


@dataclass(frozen=True)
class WaveMarks:
    """What is known of waves besides their answers."""

    preliminary: frozenset[str]
    broken: frozenset[int]

    @classmethod
    def read(
        cls, waves: Sequence[str], preliminary: Collection[str], broken: Collection[str]
    ) -> WaveMarks:
        """Find the waves by number."""
        reworded = {str(wave) for wave in broken}
        return cls(
            frozenset(str(wave) for wave in preliminary),
            frozenset(number for number, wave in enumerate(waves) if wave in reworded),
        )

    def breaks(self, later: int, earlier: int) -> bool:
        """Whether the wording changed between two waves."""
        first, last = sorted((earlier, later))
        return any(first < number <= last for number in self.broken)


@dataclass(frozen=True, eq=False)
class Level:
    """One segment in one wave."""

    segment: Segment
    wave: int
    found: GroupEstimate
    tag: str
    n_missing: int


@dataclass(frozen=True, eq=False)
class Change:
    """One segment in one wave against an earlier one."""

    after: Level
    before: Level
    both: int
    change: Difference
    split: MixSplit | None


@dataclass(frozen=True, eq=False)
class Tracker:
    """Everything that stays the same from segment to segment and wave to wave."""

    answers: pd.DataFrame
    outcome: Outcome
    design: Design
    persons: NDArray[np.intp]
    wave: str
    codes: NDArray[np.intp]
    waves: list[str]
    groups: NDArray[np.intp]
    confidence: float
    kind: OutcomeKind
    floor: int
    protect: SuppressionPattern | None

    def levels(self, by: tuple[str, ...]) -> list[Level]:
        """Estimate every segment in every wave."""
        columns = (*by, self.wave)
        segments = split(self.answers, columns)
        tags = suppression_tags(
            self.answers,
            segments,
            lambda frame: read_outcome(frame, self.outcome.name, self.kind).reading(),
            by=columns,
            floor=self.floor,
            protect=self.protect,
            wave=self.wave,
        )
        found: list[Level] = []
        for segment, tag in zip(segments, tags, strict=True):
            estimate = estimate_group(
                self.outcome, self.design, segment.rows, confidence=self.confidence
            )
            cell = {column: segment.cell[column] for column in by}
            parts = list(cell.values())
            name = " / ".join(str(part) for part in parts) if None not in parts else None
            named = Segment(name if by else "all", cell, segment.rows)
            missing = segment.rows.size - estimate.rows.size
            wave = int(self.codes[segment.rows[0]])
            found.append(Level(named, wave, estimate, tag, missing))
        return found

    def changes(self, levels: list[Level], pairs: list[tuple[int, int]]) -> list[Change]:
        """Compare every segment's waves, pair by pair, in the order of waves and segments."""
        known = {
            (level.segment.name, *level.segment.cell.values(), level.wave): level
            for level in levels
        }
        order = dict.fromkeys(
            (level.segment.name, *level.segment.cell.values()) for level in levels
        )
        found: list[Change] = []
        for later, earlier in pairs:
            for key in order:
                after, before = known.get((*key, later)), known.get((*key, earlier))
                if after is not None and before is not None:
                    found.append(self._change(after, before))
        return found

    def _change(self, after: Level, before: Level) -> Change:
        rows = after.found.rows, before.found.rows
        both = np.intersect1d(self.persons[rows[0]], self.persons[rows[1]]).size
        compared = difference(
            after.found,
            before.found,
            outcome=self.outcome,
            design=self.design,
            persons=self.persons,
            confidence=self.confidence,
        )
        if np.isnan(compared.change):
            return Change(after, before, both, compared, None)
        mix = split_change(
            self.outcome.points, self.design.weights, self.groups, rows[1], rows[0], self.persons
        )
        return Change(after, before, both, compared, mix)


def person_numbers(answers: pd.DataFrame, respondent: str) -> NDArray[np.intp]:
    """Return a code per row; a missing key, or no such column, is someone not seen elsewhere."""
    fresh = np.arange(len(answers), dtype=np.intp)
    if respondent not in answers.columns:
        if respondent != "respondent_id":
            require_columns(answers, [respondent])
        return fresh
    found, _ = pd.factorize(answers[respondent], use_na_sentinel=True)
    top = int(found.max(initial=-1)) + 1
    return np.where(found >= 0, found, top + fresh).astype(np.intp)


def mix_groups(answers: pd.DataFrame, columns: tuple[str, ...]) -> NDArray[np.intp]:
    """Return a code per row for the groups whose composition is held still."""
    require_columns(answers, columns)
    joint = np.zeros(len(answers), np.intp)
    for column in columns:
        codes, names = group_codes(answers[column])
        joint = joint * max(len(names), 1) + codes
    return joint
