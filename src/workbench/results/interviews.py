"""Records of interviews: the guide, how much new each brought, quotes in place, the method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec
from workbench.results.report import Statements

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "GuideResult",
    "InterviewSaturationResult",
    "MethodSection",
    "TranscriptResult",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class GuideResult(Result):
    """The interview guide: what it covers, how it asks, what it gets.

    ``table``: ``question segment text n_theory findings n_answers median_words thin``; ``thin``
    marks questions whose answers are short beside the others.
    ``findings``: ``question finding words``: ``closed``, ``leading``, ``double_barrelled``,
    ``without_theory``.
    ``coverage``: ``theory question linked``: 1 where a question bears on a claim, 0 elsewhere.
    """

    kind: ClassVar[str] = "guide"

    findings: pd.DataFrame
    coverage: pd.DataFrame

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("question",), caption=Message("The guide, question by question"), counts=()
            ),
            "findings": TableSpec(
                key=("question", "finding"), caption=Message("How questions are put"), counts=()
            ),
            "coverage": TableSpec(
                key=("theory", "question"),
                caption=Message("Which question bears on which part of the theory"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        covered = self.coverage.groupby("theory")["linked"].sum() if len(self.coverage) else []
        return Message(
            "{n:integer} questions; remarks on how they are put: {findings:integer}; parts of the "
            "theory without a question: {bare:integer}; questions with short answers: "
            "{thin:integer}.",
            n=len(self.table),
            findings=len(self.findings),
            bare=sum(int(value) == 0 for value in covered),
            thin=int(self.table["thin"].sum()),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class InterviewSaturationResult(Result):
    """When codes were found, and when their meaning was settled, interview by interview.

    ``table``: ``interview respondent new_codes codes found settled new_in_run ratio reached``, in
    the order the interviews were held. ``codes`` counts distinct codes so far; ``found`` and
    ``settled`` are shares of all codes used: met by then, and with a definition that did not change
    any more. ``ratio`` is new codes in the run to the codes of the base.
    ``orders``: ``label interviews n share``: the same in random orders.

    Parameters
    ----------
    label
        Such as "5+2": five interviews, then a run of two with hardly anything new. None when it
        was not reached, with a ``reason``: ``NOT_REACHED``, ``NO_CODES_IN_BASE``, ``TOO_FEW`` or
        ``REFLEXIVE``.
    found_after, settled_after
        Interviews after which 90 per cent of the codes were found, and settled.
    """

    kind: ClassVar[str] = "interview_saturation"

    orders: pd.DataFrame
    label: str | None
    reason: str
    base: int
    run: int
    threshold: float
    n_codes: int
    found_after: int | None
    settled_after: int | None
    share_reached: float | None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("interview",),
                caption=Message("Codes found and settled, interview by interview"),
                counts=(),
            ),
            "orders": TableSpec(
                key=("label",),
                caption=Message("Where saturation falls when the interviews come in other orders"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        values = {"base": self.base, "run": self.run, "n": len(self.table)}
        match self.reason:
            case "REFLEXIVE":
                return Message(
                    "Saturation is not reported: a reflexive study does not count on codes running "
                    "out."
                )
            case "TOO_FEW":
                return Message(
                    "Saturation cannot be judged: {n:integer} interviews are fewer than a base of "
                    "{base:integer} and a run of {run:integer}.",
                    **values,
                )
            case "NO_CODES_IN_BASE":
                return Message(
                    "Saturation cannot be judged: the first {base:integer} interviews gave no "
                    "codes.",
                    **values,
                )
            case _ if self.found_after is None or self.settled_after is None:
                return Message("Nothing is coded yet.")
            case _:
                return Message(
                    "Nine codes in ten were found after {found:integer} interviews, and had their "
                    "meaning after {settled:integer} of {n:integer}.",
                    found=self.found_after,
                    settled=self.settled_after,
                    **values,
                )


@dataclass(frozen=True, kw_only=True, eq=False)
class TranscriptResult(Result):
    """Quotes where they stand: the whole answer around each.

    ``table``: ``quote_no theme_no theme respondent question question_text before quote after
    document start end act``; ``start`` and ``end`` are characters of the document, end exclusive.
    """

    kind: ClassVar[str] = "quotes_in_place"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("quote_no",), caption=Message("Quotes in their place"), counts=()
            )
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        return Message(
            "{n:integer} quote, checked letter by letter against its source.",
            "{n:integer} quotes, each checked letter by letter against its source.",
            n=len(self.table),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class MethodSection(Statements):
    """How a study of themes was done, for the section on method and for the conclusions.

    Parameters
    ----------
    approach
        ``codebook``, ``coding_reliability`` or ``reflexive``.
    outcomes_sampled
        ``successes``, ``failures``, ``both`` or None: which outcomes were sampled.
    limits
        What the material cannot say, in the researcher's words.
    """

    approach: str
    outcomes_sampled: str | None
    limits: Message

    @property
    def one_sided(self) -> Message | None:
        """What a sample of one outcome cannot say; it stands beside the conclusions."""
        match self.outcomes_sampled:
            case "successes":
                return Message(
                    "Only successes were sampled: what they have in common may be just as common "
                    "where it failed."
                )
            case "failures":
                return Message(
                    "Only failures were sampled: what they have in common may be just as common "
                    "where it went well."
                )
            case _:
                return None
