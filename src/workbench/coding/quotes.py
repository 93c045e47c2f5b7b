"""Which quotes stand for a theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.basis import rows_of
from workbench.errors import CorpusError
from workbench.language import Message
from workbench.results.interviews import TranscriptResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.coding.documents import DocumentFile, Part
    from workbench.coding.reading import CorpusReader
    from workbench.results.themes import ThemeTableResult

__all__ = ["quotes_in_place", "quotes_shown"]

_QUOTES = (
    "theme_no",
    "theme",
    "quote_no",
    "respondent",
    "role",
    "question",
    "quote",
    "polarity",
    "stance",
    "document",
    "start",
    "end",
    "act",
)
_NEEDED = (
    *("key", "weight", "respondent", "question", "quote", "polarity", "stance"),
    *("document", "start", "end", "act"),
)
_PLACES = (
    *("quote_no", "theme_no", "theme", "respondent", "question", "question_text"),
    *("before", "quote", "after", "document", "start", "end", "act"),
)
_NUMBERS = ("theme_no", "quote_no", "start", "end")
_SHORT, _LONG = 40, 240
_AT_A_TIME = 64


def quotes_shown(
    keys: Sequence[str], mentions: pd.DataFrame, corpus: CorpusReader, most: int
) -> pd.DataFrame:
    """Return the quotes shown: weighted first, then of medium length, each of another person."""
    roles = corpus.registers.column("role") if len(corpus.registers.respondents) else {}
    place = {question: number for number, question in enumerate(corpus.questions)}
    rows: list[tuple[Any, ...]] = []
    quoted = _ranked(mentions.loc[mentions["quote"].notna(), list(_NEEDED)])
    own = quoted.groupby("key", sort=False).indices
    for number, key in enumerate(keys, start=1):
        chosen = _chosen(quoted.iloc[own[key]], most) if key in own else []
        chosen.sort(key=lambda row: (place.get(row["question"], 99), row["document"], row["start"]))
        for row in chosen:
            rows.append(
                (
                    number,
                    key,
                    len(rows) + 1,
                    row["respondent"],
                    roles.get(row["respondent"]) or None,
                    row["question"],
                    row["quote"],
                    row["polarity"],
                    row["stance"],
                    row["document"],
                    int(row["start"]),
                    int(row["end"]),
                    row["act"],
                )
            )
    frame = pd.DataFrame(rows, columns=list(_QUOTES))
    texts = [name for name in _QUOTES if name not in _NUMBERS]
    return frame.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(_NUMBERS, "int64")})


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Order quotes: most weight first, then medium length, then as they were coded."""
    length = rows["quote"].str.len().to_numpy(dtype=np.int64)
    weight = rows["weight"].to_numpy(dtype=np.float64, na_value=0.0)
    written = rows["act"].rank(method="first").to_numpy()
    middle = np.abs(length - (_SHORT + _LONG) // 2)
    is_long_or_short = (length < _SHORT) | (length > _LONG)
    return rows.iloc[np.lexsort((written, middle, is_long_or_short, -weight))]


def _chosen(waiting: pd.DataFrame, most: int) -> list[dict[Any, Any]]:
    """Choose quotes of one theme from those that wait in order."""
    chosen: list[dict[Any, Any]] = []
    denying = waiting[waiting["stance"] == "denies"].head(1)
    for again in (False, True):
        for row in _one_by_one(waiting):
            if len(chosen) >= most:
                return chosen
            has_denial = any(one["stance"] == "denies" for one in chosen)
            room = most - (1 if most > 1 and len(denying) and not has_denial else 0)
            is_other = all(row["respondent"] != one["respondent"] for one in chosen)
            overlaps = any(_overlap(row, one) for one in chosen)
            if len(chosen) < room and not overlaps and (is_other or again):
                chosen.append(row)
    if len(chosen) < most and not any(row["stance"] == "denies" for row in chosen):
        chosen += rows_of(denying)
    return chosen


def _one_by_one(rows: pd.DataFrame) -> Iterator[dict[Any, Any]]:
    """Give the rows in order; few are looked at, so few are made."""
    for begin in range(0, len(rows), _AT_A_TIME):
        yield from rows_of(rows.iloc[begin : begin + _AT_A_TIME])


def _overlap(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return (
        one["document"] == other["document"]
        and one["start"] < other["end"]
        and other["start"] < one["end"]
    )


def quotes_in_place(corpus: CorpusReader, themes: ThemeTableResult) -> TranscriptResult:
    """Set each quote of a thematic table in the answer it is taken from.

    Every quote is read from its document again and compared letter by letter.

    Parameters
    ----------
    corpus
        The corpus.
    themes
        From :func:`workbench.theme_table`.

    Raises
    ------
    CorpusError
        If a quote does not stand in its source: the corpus changed after the table was made.
    """
    guide = corpus.registers.guide
    asked = dict(zip(guide["question_id"], guide["question"], strict=True))
    rows = [_place(row, corpus, asked) for row in rows_of(themes.quotes)]
    return TranscriptResult(
        table=pd.DataFrame(rows, columns=list(_PLACES)),
        method=Message("Each quote is compared with its source, letter by letter."),
    )


def _place(row: dict[str, Any], corpus: CorpusReader, asked: dict[str, str]) -> tuple[Any, ...]:
    file = corpus.file(row["document"])
    start, end = int(row["start"]), int(row["end"])
    if file.text[start:end] != row["quote"]:
        raise CorpusError(
            f"A quote no longer stands at {start} to {end} of '{file.id}'. Make the table again."
        )
    low, high = _answer_around(file, corpus.parts_of(Span(file.id, start, end)), start, end)
    question = row["question"] if isinstance(row["question"], str) else None
    return (
        *(row["quote_no"], row["theme_no"], row["theme"], row["respondent"], question),
        asked.get(question or "", question),
        file.text[low:start].lstrip(),
        row["quote"],
        file.text[end:high].rstrip(),
        *(row["document"], start, end, row["act"]),
    )


def _answer_around(
    file: DocumentFile, parts: Sequence[Part], start: int, end: int
) -> tuple[int, int]:
    """Return where the words around a quote begin and end: its turns, or the whole text."""
    if not parts:
        return 0, len(file.text)
    return min(start, *(part.start for part in parts)), max(end, *(part.end for part in parts))
