"""What every joint table does: read its arguments once, compare two groups, hide small ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataError
from workbench.estimates import benjamini_hochberg, benjamini_yekutieli
from workbench.inputs.disclosure import checked_floor
from workbench.inputs.segments import by_columns, group_codes, split
from workbench.joint.writers import find_writers
from workbench.language import Message
from workbench.survey.design import read_design
from workbench.survey.difference import difference
from workbench.survey.measure import TAGGED_REASON, Reading, checked_confidence, suppression_tags
from workbench.survey.outcome import Outcome, estimate_group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.coding.reading import CorpusReader
    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.segments import Segment
    from workbench.joint.linking import Links
    from workbench.joint.writers import Writers
    from workbench.results.joint import CommentLinksResult
    from workbench.survey.design import Design
    from workbench.survey.difference import Difference
    from workbench.survey.outcome import GroupEstimate

    Rows = NDArray[np.intp]
    Flags = NDArray[np.bool_]

__all__ = [
    "CORRECTIONS",
    "Ground",
    "correction_words",
    "false_discovery",
    "instead_of_numbers",
    "verdict_of",
    "with_rank",
]

CORRECTIONS: dict[str, Callable[[Any], NDArray[np.float64]]] = {
    "fdr_any": benjamini_yekutieli,
    "fdr": benjamini_hochberg,
}


def false_discovery(p_values: Any, correction: str) -> NDArray[np.float64]:
    """Return p-values corrected for everything looked at."""
    if correction not in CORRECTIONS:
        raise DataError(f"correction must be fdr_any or fdr; found '{correction}'.")
    return CORRECTIONS[correction](p_values)


def correction_words(correction: str, family: int) -> Message:
    """Say how the comparisons were corrected."""
    name = {
        "fdr_any": Message("Benjamini and Yekutieli, whatever the dependence between themes"),
        "fdr": Message("Benjamini and Hochberg"),
    }[correction]
    return Message(
        "false-discovery rate over {n:integer} comparison ({name})",
        "false-discovery rate over {n:integer} comparisons ({name})",
        n=family,
        name=name,
    )


def verdict_of(suppressed: str, p_adjusted: float, change: float, alpha: float) -> str:
    """Return ``higher``, ``lower``, ``no_sure_difference``, ``unknown`` or ``not_shown``."""
    if suppressed:
        return "not_shown"
    if np.isnan(p_adjusted):
        return "unknown"
    if p_adjusted > alpha:
        return "no_sure_difference"
    return "higher" if change > 0 else "lower"


@dataclass(frozen=True, eq=False)
class Ground:
    """The answers, who wrote in them, and how they were sampled; made by :meth:`read`."""

    answers: pd.DataFrame
    writers: Writers
    design: Design
    by: tuple[str, ...]
    segments: list[Segment]
    confidence: float
    floor: int
    protect: SuppressionPattern | None
    _complete: list[Writers] = field(default_factory=list["Writers"])

    @classmethod
    def read(
        cls,
        answers: pd.DataFrame,
        corpus: CorpusReader | CommentLinksResult,
        *,
        by: str | Sequence[str] | None,
        respondent: str,
        customer: str | None,
        wave: str,
        texts: Mapping[str, str] | None,
        level: str,
        questions: Sequence[str] | None,
        design: Mapping[str, Any],
        confidence: float,
        floor: int,
        protect: SuppressionPattern | None,
    ) -> Ground:
        """Check and read everything once; with ``protect``, link on the unfiltered answers."""
        keys: dict[str, Any] = {"respondent": respondent, "wave": wave, "texts": texts}
        keys |= {"level": level, "questions": questions, "customer": customer}
        complete: list[Writers] = []
        source: CorpusReader | CommentLinksResult | Links = corpus
        if protect is not None:
            complete = [find_writers(protect.complete, corpus, **keys)]
            source = complete[0].links
        writers = find_writers(answers, source, **keys)
        return cls(
            answers=answers,
            writers=writers,
            design=read_design(answers, **design),
            by=by_columns(by),
            segments=split(answers, by),
            confidence=checked_confidence(confidence),
            floor=protect.floor if protect is not None else checked_floor(floor),
            protect=protect,
            _complete=complete,
        )

    def tags(
        self,
        flags: Callable[[Writers], Flags],
        quantities: Callable[[pd.DataFrame], Reading] | None = None,
    ) -> list[str]:
        """Return which segments are hidden when these customers are counted, and why.

        Parameters
        ----------
        flags
            Rows that count, of the writers of a frame.
        quantities
            The outcome that is averaged over them, for what a reader could bound.
        """

        def reading(frame: pd.DataFrame) -> Reading:
            is_own = frame is self.answers
            writers = self.writers if is_own else self._complete[0]
            mask = flags(writers)
            parts = np.zeros((mask.size, 0))
            if quantities is not None:
                found = quantities(frame)
                mask = mask & found.answered
                parts = found.quantities * mask[:, None]
            columns = self.by if is_own and self.protect is None else self._finest()
            once = writers.once(mask, _cells(frame, columns))
            return Reading(once, parts * once[:, None])

        return suppression_tags(
            self.answers,
            self.segments,
            reading,
            by=self.by,
            floor=self.floor,
            protect=self.protect,
        )

    def _finest(self) -> tuple[str, ...]:
        return self.protect.columns if self.protect is not None else self.by

    def compare(self, first: Rows, second: Rows, outcome: Outcome) -> Compared:
        """Compare the outcome of two groups of rows."""
        own = estimate_group(outcome, self.design, first, confidence=self.confidence)
        other = estimate_group(outcome, self.design, second, confidence=self.confidence)
        compared = difference(
            own,
            other,
            outcome=outcome,
            design=self.design,
            persons=self.writers.persons,
            confidence=self.confidence,
        )
        return Compared(own, other, compared)

    def share(self, rows: Rows, said: Flags) -> Outcome:
        """Return the outcome "brings it up", 0 or 100, for one row per customer."""
        points = np.full(len(self.answers), np.nan)
        points[rows] = np.where(said, 100.0, 0.0)
        return Outcome("said", points, "share", (0.0, 100.0))


@dataclass(frozen=True)
class Compared:
    """Two groups and their difference."""

    first: GroupEstimate
    second: GroupEstimate
    difference: Difference


def instead_of_numbers(
    n_written: int, n_customers: int, tag: str, floor: int
) -> dict[str, Any] | None:
    """Return what stands in place of a cell's numbers, or None where they can be shown.

    Parameters
    ----------
    n_written, n_customers
        Customers of the segment who wrote, and of them those behind the theme.
    tag
        Why the cell is hidden: ``floor``, ``complement``, or empty.
    floor
        Fewest customers that are shown.
    """
    if 0 < n_customers < floor:
        return {"suppressed": "floor", "reason": "FLOOR"}
    if tag:
        return {"suppressed": tag, "reason": TAGGED_REASON[tag]}
    if 0 < n_written < floor:  # nobody of a few: the few are not counted
        return {"n_customers": 0, "suppressed": "", "reason": "FLOOR"}
    if not n_written:
        return {"n_written": 0, "n_customers": 0, "suppressed": "", "reason": "NO_ANSWERS"}
    return None


def with_rank(table: pd.DataFrame, keys: Sequence[str], rank_floor: int) -> pd.DataFrame:
    """Rank themes by their share within the columns ``keys``; small ones have no rank."""
    enough = (table["n_customers"] >= rank_floor).fillna(False).astype(bool)
    groups = [table[key] for key in keys]
    rank = table["share"].where(enough).groupby(groups, dropna=False)
    return table.assign(rank=rank.rank(ascending=False, method="min").astype("Int64"))


def _cells(frame: pd.DataFrame, columns: Sequence[str]) -> Rows:
    joint = np.zeros(len(frame), np.intp)
    for column in columns:
        codes, names = group_codes(frame[column])
        joint = joint * max(len(names), 1) + codes
    return joint
