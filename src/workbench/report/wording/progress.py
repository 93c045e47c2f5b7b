"""The conclusion of the coding notebook, from how far the coding has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.report import Answer

if TYPE_CHECKING:
    from workbench.results.coding import CodeAgreementResult
    from workbench.results.progress import CodingProgress

__all__ = ["coding_answer", "headline_coding_progress"]


def headline_coding_progress(result: CodingProgress) -> Message:
    """Say how many answers have a code."""
    table = result.table
    return Message(
        "{coded:integer} of {answers:integer} answers have a code",
        coded=int(table["n_coded"].sum()),
        answers=int(table["n_answers"].sum()),
    )


def coding_answer(progress: CodingProgress, agreement: CodeAgreementResult) -> Answer:
    """Return the conclusion: what is coded, whether two coders agree, and what is left."""
    table = progress.table
    return Answer(
        title=headline_coding_progress(progress),
        happened=progress.message,
        real=_agreement(agreement),
        now=_next_step(int(table["n_open"].sum())),
        unsaid=Message(
            "How common anything is: a count of codings is not a count of people. See the notebook "
            "of themes."
        ),
    )


def _next_step(n_open: int) -> Message:
    if not n_open:
        return Message("Decide the disagreements in the desk, then read the themes.")
    return Message(
        "Read the {n:integer} answers that have neither a code nor a state, and decide the "
        "disagreements in the desk.",
        n=n_open,
    )


def _agreement(agreement: CodeAgreementResult) -> Message:
    table = agreement.table.dropna(subset=["estimate"])
    if table.empty:
        return Message("Not known: fewer than two coders have worked on the same documents.")
    weak = int((table["verdict"] == "not_enough").sum())
    return Message(
        "Agreement per code runs from {low:number2} to {high:number2} (Krippendorff’s alpha); "
        "{weak:integer} of {n:integer} codes are too uncertain to rest a conclusion on.",
        low=float(table["estimate"].min()),
        high=float(table["estimate"].max()),
        weak=weak,
        n=len(table),
    )
