"""What keeps a report a draft: a missing question, decision, owner or next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workbench.language import Message, localized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.report.parameters import Value

__all__ = ["PUBLIC_FLOOR", "draft_reasons"]

PUBLIC_FLOOR: Final = 7
"""A report that shows groups smaller than this stays a draft."""

_MISSING: Final = {
    "question": Message("The question is missing"),
    "decision": Message("The decision it serves is missing"),
    "owner": Message("The owner is missing"),
}


def draft_reasons(
    study: Any,
    values: Mapping[str, Value],
    language: str,
    *,
    has_answer: bool = True,
    has_next_step: bool = True,
) -> list[str]:
    """Return why a report is a draft, in words; an empty list for one that can be final.

    Parameters
    ----------
    study
        As ``load_study`` returns it.
    values
        The run's parameters.
    language
        Language of the reasons.
    has_answer, has_next_step
        What the executed notebook holds; True before it has run.
    """
    reasons = [
        text for name, text in _MISSING.items() if not localized(getattr(study, name), language)
    ]
    if int(values.get("floor", PUBLIC_FLOOR)) < PUBLIC_FLOOR:
        reasons.append(
            Message("Groups under {floor:integer} answers are shown", floor=PUBLIC_FLOOR)
        )
    if not has_answer:
        reasons.append(Message("The conclusions are missing"))
    elif not has_next_step:
        reasons.append(Message("The next step is missing"))
    return [reason.render(language) for reason in reasons]
