"""Which quotes stand for a theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.basis import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.coding.reading import CorpusReader

__all__ = ["quotes_shown"]

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
_NUMBERS = ("theme_no", "quote_no", "start", "end")
_SHORT, _LONG = 40, 240


def quotes_shown(
    keys: Sequence[str], mentions: pd.DataFrame, corpus: CorpusReader, most: int
) -> pd.DataFrame:
    """Return the quotes shown: weighted first, then of medium length, each of another person."""
    roles = corpus.registers.column("role") if len(corpus.registers.respondents) else {}
    place = {question: number for number, question in enumerate(corpus.questions)}
    rows: list[tuple[Any, ...]] = []
    quoted: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(mentions.loc[mentions["quote"].notna(), list(_NEEDED)]):
        quoted.setdefault(row["key"], []).append(row)
    for number, key in enumerate(keys, start=1):
        chosen = _chosen(quoted.get(key, []), most)
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


def _chosen(rows: list[dict[Any, Any]], most: int) -> list[dict[Any, Any]]:
    def rank(row: dict[Any, Any]) -> tuple[float, bool, int, str]:
        weight = row["weight"]
        length = len(row["quote"])
        return (
            0.0 if pd.isna(weight) else -float(weight),
            not _SHORT <= length <= _LONG,
            abs(length - (_SHORT + _LONG) // 2),
            row["act"],
        )

    chosen: list[dict[Any, Any]] = []
    waiting = sorted(rows, key=rank)
    denying = [row for row in waiting if row["stance"] == "denies"]
    for again in (False, True):
        for row in waiting:
            if len(chosen) >= most:
                return chosen
            has_denial = any(one["stance"] == "denies" for one in chosen)
            room = most - (1 if most > 1 and denying and not has_denial else 0)
            is_other = all(row["respondent"] != one["respondent"] for one in chosen)
            overlaps = any(_overlap(row, one) for one in chosen)
            if len(chosen) < room and not overlaps and (is_other or again):
                chosen.append(row)
    if denying and len(chosen) < most and not any(row["stance"] == "denies" for row in chosen):
        chosen.append(denying[0])
    return chosen


def _overlap(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return (
        one["document"] == other["document"]
        and one["start"] < other["end"]
        and other["start"] < one["end"]
    )
