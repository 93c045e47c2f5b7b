"""What the guide, saturation and quotes in place say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.interviews import (
        GuideResult,
        InterviewSaturationResult,
        TranscriptResult,
    )

__all__ = [
    "headline_guide",
    "headline_interview_saturation",
    "headline_quotes_in_place",
    "lead_guide",
    "lead_interview_saturation",
    "lead_quotes_in_place",
    "subtitle_interview_saturation",
]


def headline_guide(result: GuideResult) -> Message:
    """Return whether any question needs mending."""
    thin = int(result.table["thin"].sum())
    if thin:
        return Message(
            "{thin:integer} of {n:integer} questions get short answers",
            thin=thin,
            n=len(result.table),
        )
    return Message("All {n:integer} questions get answers of some length", n=len(result.table))


def lead_guide(result: GuideResult) -> list[Message]:
    """Return what was found about how questions are put, and what no question covers."""
    findings = result.findings["finding"].value_counts().to_dict() if len(result.findings) else {}
    found = [
        Message(
            "{closed:integer} questions are closed, {leading:integer} leading, {double:integer} "
            "ask two things at once. The rules that find them look at words; judge each yourself.",
            closed=int(findings.get("closed", 0)),
            leading=int(findings.get("leading", 0)),
            double=int(findings.get("double_barrelled", 0)),
        )
    ]
    if len(result.coverage):
        covered = result.coverage.groupby("theory")["linked"].sum()
        bare = [str(name) for name in covered[covered == 0].index]
        if bare:
            found.append(Message("No question bears on **{names}**.", names=bare))
    return found


def headline_interview_saturation(result: InterviewSaturationResult) -> Message:
    """Return after how many interviews codes and meanings were in place."""
    if result.reason == "REFLEXIVE":
        return Message("Saturation is not measured here")
    if result.found_after is None or result.settled_after is None:
        return Message("Saturation cannot be judged yet")
    return Message(
        "The codes were in place after {found:integer} interviews, their meaning after "
        "{settled:integer}",
        found=result.found_after,
        settled=result.settled_after,
    )


def lead_interview_saturation(result: InterviewSaturationResult) -> list[Message]:
    """Return what saturation means here, and what it does not."""
    if result.reason == "REFLEXIVE":
        return [
            Message(
                "A reflexive study goes on reading; codes do not run out, and a count of new ones "
                "would say nothing about how deep the reading goes (Braun & Clarke 2021)."
            )
        ]
    if result.found_after is None:
        return [result.message]
    found = [
        Message(
            "In place means nine in ten of the {n:integer} codes. That new codes run out says that "
            "these people, asked these questions, brought no more; others may.",
            n=result.n_codes,
        )
    ]
    if result.label is not None and result.share_reached is not None:
        found.append(
            Message(
                "The last interviews brought at most {threshold:percent} new codes (**{label}**: "
                "interviews until then, and those that followed). "
                "The same holds in {share:percent} of random orders of the interviews.",
                threshold=result.threshold,
                label=result.label,
                share=result.share_reached,
            )
        )
    elif result.reason == "NOT_REACHED":
        found.append(
            Message(
                "New codes had not run out when the interviews ended. More of them may change the "
                "picture."
            )
        )
    return found


def subtitle_interview_saturation(result: InterviewSaturationResult) -> Message:
    """Return how to read the figure."""
    return Message(
        "Share of all {n:integer} codes: met by then, and with a definition that did not change "
        "any more.",
        n=result.n_codes,
    )


def headline_quotes_in_place(result: TranscriptResult) -> Message:
    """Return how many quotes were checked."""
    return Message(
        "{n:integer} quote where it stands",
        "{n:integer} quotes where they stand",
        n=len(result.table),
    )


def lead_quotes_in_place(result: TranscriptResult) -> list[Message]:
    """Return what the check was."""
    return [
        Message(
            "Each of the {n:integer} quotes is compared letter by letter with its source, and "
            "stands here in the whole answer.",
            n=len(result.table),
        )
    ]
