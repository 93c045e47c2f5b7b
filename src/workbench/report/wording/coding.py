"""What agreement between coders says, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.coding import CodeAgreementResult, UnitizingResult

__all__ = [
    "headline_code_agreement",
    "headline_unitizing_agreement",
    "lead_code_agreement",
    "lead_unitizing_agreement",
    "subtitle_code_agreement",
    "weak_codes",
]


def weak_codes(result: CodeAgreementResult) -> list[str]:
    """Return the codes whose agreement is too low, or unknown, to rest a conclusion on."""
    verdicts = zip(result.table["code"], result.table["verdict"], strict=True)
    return list(dict.fromkeys(str(code) for code, verdict in verdicts if verdict == "not_enough"))


def headline_code_agreement(result: CodeAgreementResult) -> Message:
    """Return how many codes hold."""
    if result.reason == "REFLEXIVE":
        return Message("Agreement between coders is not measured here")
    if result.reason:
        return Message("Agreement between coders is not known")
    codes = result.table["code"].nunique()
    weak = len(weak_codes(result))
    if weak:
        return Message(
            "{held:integer} of {n:integer} codes hold; {weak:integer} bear no conclusions",
            held=codes - weak,
            n=codes,
            weak=weak,
        )
    tentative = int((result.table["verdict"] == "tentative").sum())
    if tentative:
        return Message(
            "All {n:integer} codes hold, {tentative:integer} of them tentatively",
            n=codes,
            tentative=tentative,
        )
    return Message("All {n:integer} codes hold", n=codes)


def lead_code_agreement(result: CodeAgreementResult) -> list[Message]:
    """Return who was compared on what, and what to do about codes that do not hold."""
    if result.reason == "REFLEXIVE":
        return [result.method]
    if result.reason:
        return [
            Message(
                "Fewer than two people coded the same texts without seeing each other’s work, so "
                "nothing can be compared. What rules coded is not compared either."
            )
        ]
    found = [
        Message(
            "{coders} coded {documents:integer} documents without seeing each other’s work: "
            "{units:integer} units, those that nobody coded among them. What was decided "
            "afterwards does not raise the number.",
            coders=list(result.compared),
            documents=result.n_documents,
            units=result.n_units,
        )
    ]
    weak = weak_codes(result)
    if weak:
        found.append(
            Message(
                "**{codes}:** coders differ too often. Sharpen the definition, code again, and "
                "rest nothing on it until then.",
                codes=weak,
            )
        )
    return found


def subtitle_code_agreement(result: CodeAgreementResult) -> Message:
    """Return how to read the figure."""
    return Message(
        "Krippendorff’s alpha with {confidence:percent} interval. Above 0.8 a code holds, above "
        "0.667 it holds tentatively; the bounds are a convention. A ring: too low, or without an "
        "interval.",
        confidence=result.confidence,
    )


def headline_unitizing_agreement(result: UnitizingResult) -> Message:
    """Return how well coders agree on where passages begin and end."""
    if result.estimate is None:
        return Message("Agreement on passages is not known")
    return Message(
        "On where passages begin and end, coders agree to {estimate:number2}",
        estimate=result.estimate,
    )


def lead_unitizing_agreement(result: UnitizingResult) -> list[Message]:
    """Return what is counted."""
    return [
        Message(
            "Alpha for passages compares every letter: also who marked more or less of the same "
            "words. It is the form of {form}.",
            form=result.form,
        )
    ]
