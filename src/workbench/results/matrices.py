"""Records of codes and themes in two directions: by document, by case, with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PLACES",
    "CaseResult",
    "CoOccurrenceResult",
    "CodeMatrixResult",
    "FrameworkResult",
    "PolarityResult",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class CodeMatrixResult(Result):
    """Codes (or themes) by document, respondent, case, question, role or side.

    ``table`` has one row per pair: ``key column n_passages n_codings n_respondents``, zeros
    included, so that it can be pivoted.
    """

    kind: ClassVar[str] = "code_matrix"

    level: str
    columns: str

    @property
    def wide(self) -> pd.DataFrame:
        """Passages: codes in rows."""
        return self.table.pivot_table(
            index="key", columns="column", values="n_passages", aggfunc="sum", sort=False
        )

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message("Coded passages, by {columns}", columns=self.columns)
        return {"table": TableSpec(key=("key", "column"), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        return Message(
            "{n:integer} coded passages over {rows:integer} codes.",
            n=int(self.table["n_passages"].sum()),
            rows=int(self.table["key"].nunique()),
        )


PLACES = {
    "overlap": Message("the same words"),
    "part": Message("one turn"),
    "answer": Message("one answer"),
    "document": Message("one document"),
    "respondent": Message("one respondent"),
}
"""What "together" means."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CoOccurrenceResult(Result):
    """Which codes (or themes) come up together.

    ``table`` has one row per pair that meets at least once: ``one other n_one n_other n_both
    jaccard expected phi``. Counts are units (``within``); ``expected`` is what independence would
    give, ``phi`` the correlation of the two over units, -1 to 1.
    ``passages`` lists where: ``one other document part respondent start end``.
    """

    kind: ClassVar[str] = "co_occurrence"

    passages: pd.DataFrame
    within: str
    level: str
    n_units: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message(
            "Pairs that come up together, within {within}", within=PLACES[self.within]
        )
        return {"table": TableSpec(key=("one", "other"), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        if self.table.empty:
            return Message("No two codes come up together.")
        first = self.table.iloc[0]
        return Message(
            "{one} and {other} come up together most: in {n:integer} of {units:integer} units.",
            one=first["one"],
            other=first["other"],
            n=int(first["n_both"]),
            units=self.n_units,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class PolarityResult(Result):
    """Each factor as success, barrier or both, case by case.

    ``table``: ``key case polarity n_success n_barrier n_both``; ``polarity`` is ``success``,
    ``barrier``, ``both`` or null (brought up without a sign).
    ``factors``: ``key n_cases success barrier both p_value`` counts cases; ``p_value`` is an exact
    sign test of success against barrier, given for orientation where cases are not a sample.
    """

    kind: ClassVar[str] = "polarity"

    factors: pd.DataFrame
    level: str

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "factors": TableSpec(
                key=("key",), caption=Message("Factors: cases by their sign"), counts=()
            ),
            "table": TableSpec(
                key=("key", "case"), caption=Message("Factors by case, with their sign"), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        split = self.factors[(self.factors["success"] > 0) & (self.factors["barrier"] > 0)]
        return Message(
            "{n:integer} of {all:integer} factors are a success in some cases and a barrier in "
            "others.",
            n=len(split) + int((self.factors["both"] > 0).sum() - (split["both"] > 0).sum()),
            all=len(self.factors),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseResult(Result):
    """What cases have in common, and what the two sides of a case say.

    ``table``: ``key n_cases of_cases kind cases``; ``kind`` is ``common`` (all cases), ``shared``
    (some), ``unique`` (one) or ``none``.
    ``pairs``: ``key case side_one side_other verdict``; ``verdict`` is ``both_sides`` say it,
    ``one_side``, or in ``conflict`` (one affirms what the other denies, or the signs differ). Empty
    where ``respondents.csv`` has no two sides.
    """

    kind: ClassVar[str] = "by_case"

    pairs: pd.DataFrame
    level: str
    sides: tuple[str, ...]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("key",), caption=Message("Common to all cases, shared, or unique"), counts=()
            ),
            "pairs": TableSpec(
                key=("key", "case"),
                caption=Message("Said by both sides, by one, or in conflict"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        kinds = self.table["kind"].value_counts()
        return Message(
            "{common:integer} are common to all cases, {shared:integer} shared by some, "
            "{unique:integer} unique to one.",
            common=int(kinds.get("common", 0)),
            shared=int(kinds.get("shared", 0)),
            unique=int(kinds.get("unique", 0)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameworkResult(Result):
    """The framework matrix: case by theme, the analyst's words with references to quotes.

    ``table``: ``case theme_no theme summary n_passages n_references n_broken state``. ``state`` is
    ``summarised``; ``without_reference`` (a summary that cites no passage of this case and theme);
    ``to_summarise`` (there are passages, but no summary); or ``empty``.
    ``references``: ``case theme act document start end quote``.
    """

    kind: ClassVar[str] = "framework"

    references: pd.DataFrame

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("case", "theme"),
                caption=Message("Framework matrix: case by theme, in the analyst’s words"),
                counts=(),
            ),
            "references": TableSpec(
                key=("case", "theme", "act"),
                caption=Message("Passages the summaries refer to"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        states = self.table["state"].value_counts()
        return Message(
            "{done:integer} cells are summarised with references, {bare:integer} without any, "
            "{open:integer} wait to be summarised.",
            done=int(states.get("summarised", 0)),
            bare=int(states.get("without_reference", 0)),
            open=int(states.get("to_summarise", 0)),
        )
