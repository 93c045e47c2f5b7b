"""Words a reader may not know, explained on the page where they are used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GLOSSARY", "Entry", "Term", "terms_for"]


@dataclass(frozen=True)
class Entry:
    """A term, its meaning, and the kinds of result whose pages need it; none: every page."""

    term: Message
    meaning: Message
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Term:
    """A term worded in one language; ``other`` and ``other_meaning`` are in the other one."""

    term: str
    other: str
    meaning: str
    other_meaning: str = ""


_SWEDISH_ORDER = str.maketrans("åäö", "{|}")
"""After z, and in this order."""

GLOSSARY: tuple[Entry, ...] = (
    Entry(
        Message("Confidence interval"),
        Message(
            "A range that covers the true value in 95 of 100 surveys of the same kind, when the "
            "level is 95%."
        ),
    ),
    Entry(
        Message("NPS"),
        Message(
            "The share that gives 9–10 minus the share that gives 0–6 on the question whether "
            "they would recommend us; from −100 to 100."
        ),
        frozenset({"nps"}),
    ),
    Entry(
        Message("NKI"),
        Message(
            "Customer satisfaction index, 0–100, of three questions: satisfied overall, meets "
            "expectations, close to the ideal."
        ),
        frozenset({"nki"}),
    ),
    Entry(
        Message("CSAT"),
        Message("The share that gives one of the top grades, in per cent."),
        frozenset({"csat"}),
    ),
    Entry(
        Message("Wave"),
        Message("One round of fieldwork, with its own closing date."),
        frozenset({"wave_change", "by_wave"}),
    ),
    Entry(
        Message("Not shown"),
        Message(
            "A group with too few answers, or one from which such a group could be computed; "
            "hidden so that nobody can be recognised."
        ),
        frozenset(
            {"nps", "nki", "csat", "wave_change", "segment_difference", "drivers"}
            | {"joint", "theme_groups", "theme_variants", "touchpoints"}
        ),
    ),
    Entry(
        Message("p, corrected"),
        Message(
            "How often chance alone would give a difference this large, corrected for how many "
            "differences were looked at. Under 0.05 we call it real."
        ),
        frozenset({"wave_change", "segment_difference", "joint", "theme_groups", "theme_variants"}),
    ),
    Entry(
        Message("Not mentioned"),
        Message("Someone wrote, and did not bring the theme up. It is not a no."),
        frozenset({"joint", "theme_groups"}),
    ),
    Entry(
        Message("Driver"),
        Message("A question whose answers may go with satisfaction."),
        frozenset({"drivers"}),
    ),
    Entry(
        Message("Share"),
        Message(
            "How much of what all drivers explain is credited to one of them. The sum is 100%."
        ),
        frozenset({"drivers"}),
    ),
    Entry(
        Message("Null band"),
        Message(
            "As large a share as a driver without a link of its own may get, in 95 cases of 100."
        ),
        frozenset({"drivers"}),
    ),
    Entry(
        Message("Can’t be told apart"),
        Message("The interval of the difference holds zero."),
        frozenset({"drivers"}),
    ),
    Entry(
        Message("Association"),
        Message(
            "How much higher satisfaction is among those whose grade is five points higher, "
            "everything else equal. Not what happens if the grade is raised."
        ),
        frozenset({"drivers", "priority"}),
    ),
    Entry(
        Message("Grade"),
        Message("The mean answer, on 0–100."),
        frozenset({"drivers", "priority", "touchpoints"}),
    ),
    Entry(
        Message("Contribution"),
        Message(
            "A segment’s share of the answers times its level. Over all segments it sums to the "
            "total."
        ),
        frozenset({"levels"}),
    ),
    Entry(
        Message("Strength, weakness"),
        Message(
            "A grade that differs from all others’ by more than chance, corrected for every grade "
            "that was looked at."
        ),
        frozenset({"levels"}),
    ),
    Entry(
        Message("Shrunk estimate"),
        Message(
            "A segment’s number drawn towards those of the others, the more the fewer answers it "
            "has."
        ),
        frozenset({"segment_effects"}),
    ),
    Entry(
        Message("Theme"),
        Message("A statement about what people say, borne by one code or several."),
        frozenset({"theme_table", "who", "gaps"}),
    ),
    Entry(
        Message("Code"),
        Message("A name with a definition that is put on passages of text."),
        frozenset({"theme_table", "code_agreement", "interview_saturation"}),
    ),
    Entry(
        Message("Alpha"),
        Message(
            "How well coders agree beyond chance: 1 is full agreement, 0 is what chance would give."
        ),
        frozenset({"code_agreement", "unitizing_agreement"}),
    ),
    Entry(
        Message("Saturation"),
        Message(
            "That the last interviews brought hardly any new codes; says nothing about people who "
            "were not asked."
        ),
        frozenset({"interview_saturation"}),
    ),
    Entry(
        Message("Guardrail"),
        Message("A metric that must not get worse than an agreed limit, whatever else improves."),
        frozenset({"effects"}),
    ),
    Entry(
        Message("Sample ratio"),
        Message(
            "How many units each variant got against the plan. When it is broken, someone is "
            "missing from one variant, and no effect can be trusted."
        ),
        frozenset({"split", "effects"}),
    ),
    Entry(
        Message("Unit"),
        Message("What was assigned at random: a customer, a household, a shop."),
        frozenset({"split", "effects"}),
    ),
    Entry(
        Message("Always valid"),
        Message("An interval that holds however often one looks, and is wider for it."),
        frozenset({"looks"}),
    ),
    Entry(
        Message("Trimming bounds"),
        Message(
            "How low and how high the effect can be when the surplus answers of one variant are "
            "taken away from either end."
        ),
        frozenset({"response"}),
    ),
    Entry(
        Message("Regret"),
        Message("What a wrong decision costs on average, given all that is known."),
        frozenset({"effects"}),
    ),
)
"""Every term; add those of a new kind of result here."""


def terms_for(kinds: Iterable[str], language: str) -> list[Term]:
    """Return the terms that a page with these kinds of result needs, in alphabetical order."""
    present = set(kinds)
    other = "en" if language == "sv" else "sv"
    found = [
        Term(
            term=entry.term.render(language),
            other=_as_gloss(entry.term.render(other)),
            meaning=entry.meaning.render(language),
            other_meaning=entry.meaning.render(other),
        )
        for entry in GLOSSARY
        if not entry.kinds or entry.kinds & present
    ]
    return sorted(found, key=lambda term: term.term.casefold().translate(_SWEDISH_ORDER))


def _as_gloss(term: str) -> str:
    """Write a term in brackets: a small first letter, unless it is an abbreviation."""
    return term if term.isupper() else term[:1].lower() + term[1:]
