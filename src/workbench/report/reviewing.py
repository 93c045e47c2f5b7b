"""What a reviewer's page says beyond the reader's: the whole record, and what verify says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import Message, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Review", "review_of"]


@dataclass(frozen=True, kw_only=True)
class Review:
    """Texts of the reviewer's own sections, in the language of the page.

    Parameters
    ----------
    record
        Label and value of every fact of the record, as it is written to ``record.json``.
    made
        What was proved while the report was made: without it there would be no report.
    later
        What ``workbench verify`` proves on top, later and elsewhere.
    answers
        Its exit code, and what that means.
    """

    record: tuple[tuple[str, str], ...]
    made: tuple[str, ...]
    later: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]


_LATER = (
    Message("That every file of this folder is as the record says, to the last byte."),
    Message(
        "That the record carries its own seal: a fact changed afterwards would not fit it, and "
        "an older record put in its place shows."
    ),
    Message(
        "That a new run on the same data gives the same numbers, matched by result, table and row, "
        "within the tolerance of each."
    ),
    Message("That every quote stands word for word in its source."),
)
_ANSWERS = (
    ("0", Message("The same, or within tolerance.")),
    ("4", Message("Different: the numbers that differ are listed, with the likely reason.")),
    ("5", Message("Can’t be run here: what is missing is said.")),
    ("6", Message("The record is broken: trust no number of it.")),
)


def review_of(facts: Mapping[str, Any], *, n_results: int, n_tables: int, language: str) -> Review:
    """Return the reviewer's texts.

    Parameters
    ----------
    facts
        What goes into ``record.json``.
    n_results, n_tables
        How many results the report holds, and how many tables of respondents were put side by side
        in the audit of what is hidden.
    language
        Of the page.
    """
    inputs = len(facts["inputs"])
    made = (
        Message(
            "Each of {n:integer} files was hashed when it was read and again when the report was "
            "written: the same.",
            n=inputs,
        ),
        Message(
            "{n:integer} table of respondents was added up and subtracted: no hidden group "
            "follows from what is shown.",
            "{n:integer} tables of respondents were added and subtracted with each other: no "
            "hidden group follows from what is shown.",
            n=n_tables,
        ),
        Message(
            "Every file of the run was searched for names, addresses and identity numbers: none "
            "was found."
        ),
        Message(
            "The sentences of {n:integer} result were worded in both languages from one set "
            "of numbers.",
            "The sentences of {n:integer} results were worded in both languages from one set "
            "of numbers.",
            n=n_results,
        ),
    )
    return Review(
        record=tuple(_facts(facts, language)),
        made=tuple(text.render(language) for text in made),
        later=tuple(text.render(language) for text in _LATER),
        answers=tuple((code, text.render(language)) for code, text in _ANSWERS),
    )


def _facts(facts: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    code = facts["code"]
    found = [
        (translate("Hash of the study", language), facts["study"]["sha256"]),
        (translate("Hash of the notebook", language), facts["notebook"]["sha256"]),
        (translate("Hash of the code", language), code["sha256"]),
        (translate("Lock of dependencies, hash", language), facts["lock"]["sha256"]),
        (translate("Commit", language), code["commit"]),
        (translate("Record of the run before", language), facts["previous"]),
        (translate("Begun", language), facts["started"]),
        (translate("Finished", language), facts["finished"]),
    ]
    parameter = translate("Parameter", language)
    found += [(f"{parameter} {name}", value) for name, value in facts["parameters"].items()]
    found += [(name, value) for name, value in facts["versions"].items()]
    found += [(name, value) for name, value in facts["conditions"].items()]
    return [(label, str(value)) for label, value in found if value not in (None, "")]
