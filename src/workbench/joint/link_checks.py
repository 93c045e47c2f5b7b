"""What a reader must know about comments that have no row, and rows that stand twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.base import Check

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["link_checks"]


def link_checks(table: pd.DataFrame, *, repeated: int, without_key: int) -> tuple[Check, ...]:
    """Name each way a link fails, with its count; nothing where all is well.

    Parameters
    ----------
    table
        ``link n_comments``.
    repeated
        Survey rows whose respondent and wave stand on an earlier row.
    without_key
        Survey rows without a respondent.
    """
    n = dict(zip(table["link"], table["n_comments"], strict=True))
    total = sum(n.values())
    checks: list[Check] = []
    if n["no_row"]:
        text = Message(
            "{n:integer} of {total:integer} comments has no survey row of its respondent and "
            "wave; it counts nowhere. Look for withdrawn answers or another key of "
            "pseudonyms.",
            "{n:integer} of {total:integer} comments have no survey row of their respondent "
            "and wave; they count nowhere. Look for withdrawn answers or another key of "
            "pseudonyms.",
            n=n["no_row"],
            total=total,
        )
        checks.append(Check(id="every_comment_has_a_row", passed=False, text=text))
    if n["without_respondent"]:
        text = Message(
            "{n:integer} of {total:integer} comments names no respondent; it counts nowhere.",
            "{n:integer} of {total:integer} comments name no respondent; they count nowhere.",
            n=n["without_respondent"],
            total=total,
        )
        checks.append(Check(id="every_comment_has_a_respondent", passed=False, text=text))
    if n["words"]:
        text = Message(
            "{n:integer} comment was found by its words: its pseudonym is not the survey’s.",
            "{n:integer} comments were found by their words: their pseudonyms are not those "
            "of the survey.",
            n=n["words"],
        )
        checks.append(Check(id="comments_found_by_words", passed=None, text=text))
    if n["other_wave"]:
        text = Message(
            "{n:integer} comment is of a wave that the answers do not hold; it is left out.",
            "{n:integer} comments are of waves that the answers do not hold; they are left out.",
            n=n["other_wave"],
        )
        checks.append(Check(id="comments_of_other_waves", passed=None, text=text))
    if repeated:
        text = Message(
            "{n:integer} survey row repeats a respondent and wave; comments go to the first "
            "row, and a customer counts once.",
            "{n:integer} survey rows repeat a respondent and wave; comments go to the first "
            "row, and a customer counts once.",
            n=repeated,
        )
        checks.append(Check(id="no_row_stands_twice", passed=False, text=text))
    if without_key:
        text = Message(
            "{n:integer} survey row has no respondent, so no comment can belong to it.",
            "{n:integer} survey rows have no respondent, so no comment can belong to them.",
            n=without_key,
        )
        checks.append(Check(id="every_row_has_a_respondent", passed=False, text=text))
    return tuple(checks)
