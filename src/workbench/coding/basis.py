"""What every table of themes counts: settled codings, by theme or code, with who and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.coding.codes import Code
    from workbench.coding.reading import CorpusReader

__all__ = [
    "coded_questions",
    "count_passages",
    "has_only_open_answers",
    "known_cases",
    "ordered_keys",
    "questions_of",
    "rows_of",
    "settled_mentions",
    "shown_respondents",
]

LEVELS = ("theme", "code")


def settled_mentions(
    corpus: CorpusReader,
    *,
    level: str = "theme",
    coder: str | None = None,
    open_answers: bool | None = None,
) -> pd.DataFrame:
    """Return one row per settled coding and respondent.

    Columns: act key code respondent case question document part start end quote polarity stance
    weight coder. ``key`` is the theme, or the code.

    Parameters
    ----------
    corpus
        The corpus.
    level
        ``theme`` or ``code``.
    coder
        Only this coder's codings. Default: everyone's.
    open_answers
        True: only open answers; False: none. Default: none, unless there is nothing else.
    """
    if level not in LEVELS:
        raise DataError(f"'level' must be theme or code, not '{level}'.")
    choices = (level, coder, open_answers)
    if choices not in corpus.gathered:
        corpus.gathered[choices] = _gathered(corpus, *choices)
    return corpus.gathered[choices]


def _gathered(
    corpus: CorpusReader, level: str, coder: str | None, open_answers: bool | None
) -> pd.DataFrame:
    settled = corpus.settled
    if coder is not None:
        settled = settled[settled["coder"] == coder]
    columns = ["act", "start", "end", "quote", "polarity", "stance", "weight", "case"]
    found = corpus.mentions.merge(settled[columns], on="act", how="inner")
    found = found.assign(key=found["theme" if level == "theme" else "code"])
    if open_answers is None:
        open_answers = has_only_open_answers(corpus)
    kinds = corpus.documents
    open_ones = set(kinds.loc[kinds["kind"] == "open_answers", "document"])
    is_open = found["document"].isin(open_ones)
    found = found[is_open if open_answers else ~is_open]
    by_register = found["respondent"].map(known_cases(corpus)).astype("str")
    return found.assign(case=found["case"].fillna(by_register)).reset_index(drop=True)


def has_only_open_answers(corpus: CorpusReader) -> bool:
    """Say whether the corpus holds open answers and nothing else."""
    kinds = set(corpus.documents["kind"])
    return kinds == {"open_answers"}


def shown_respondents(corpus: CorpusReader) -> list[str]:
    """Return the respondents tables have columns for: interviewed, or all where none was."""
    if has_only_open_answers(corpus):
        return list(corpus.respondents)
    kinds = corpus.documents
    open_ones = set(kinds.loc[kinds["kind"] == "open_answers", "document"])
    parts = corpus.parts
    heard = set(parts.loc[~parts["document"].isin(open_ones), "respondent"].dropna().unique())
    known = set(corpus.registers.names)
    return [name for name in corpus.respondents if name in heard or name in known]


def known_cases(corpus: CorpusReader) -> dict[str, str]:
    """Return respondent to case; one without a case is a case of their own."""
    found = {name: name for name in corpus.respondents}
    return found | corpus.registers.case_of


def ordered_keys(corpus: CorpusReader, mentions: pd.DataFrame, level: str) -> list[str]:
    """Return themes (or codes) in the order of the guide, then of the codebook.

    Declared themes are there also when nothing was coded with them.
    """
    used = set(mentions["key"].unique())
    declared = [
        code.id
        for _, code in corpus.codebook.tree
        if code.id in used or (level == "theme" and code.kind == "theme" and not code.gone)
    ]
    keys = [*declared, *sorted(used - set(declared))]
    place = {question: number for number, question in enumerate(corpus.questions)}
    coded = coded_questions(corpus, mentions)
    first: dict[str, int] = {}
    for key in keys:
        asked = questions_of(corpus, key, coded)
        first[key] = min((place[name] for name in asked if name in place), default=len(place))
    return sorted(keys, key=lambda key: (first[key], keys.index(key)))


def coded_questions(corpus: CorpusReader, mentions: pd.DataFrame) -> dict[str, list[str]]:
    """Return theme to the questions it was coded in, in the order of the guide."""
    places = mentions[["key", "question"]].dropna().drop_duplicates()
    found: dict[str, set[str]] = {}
    for key, question in zip(places["key"], places["question"], strict=True):
        found.setdefault(str(key), set()).add(str(question))
    return {
        key: [name for name in corpus.questions if name in coded] for key, coded in found.items()
    }


def questions_of(corpus: CorpusReader, key: str, coded: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the questions a theme belongs to: those its entry names, else where it was coded."""
    entry: Code | None = corpus.codebook.get(key)
    named: Sequence[str] = ()
    if entry is not None and entry.questions:
        named = entry.questions
    elif entry is not None and entry.segment is not None:
        segments = corpus.registers.segment_of
        named = [name for name, segment in segments.items() if segment == entry.segment]
    if named:
        return [name for name in corpus.questions if name in set(named)]
    return list(coded.get(key, ()))


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dicts, fast; nothing is converted."""
    columns = [frame[name].to_numpy(dtype=object) for name in frame.columns]
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def count_passages(mentions: pd.DataFrame, by: list[str]) -> pd.Series[int]:
    """Count passages per group; spans of several coders that overlap are one passage.

    Codings without a quote count as no passage.
    """
    quoted = mentions.dropna(subset=["start"])
    if quoted.empty:
        return pd.Series(dtype="int64")
    group = quoted.groupby([*by, "document"], sort=False, dropna=False).ngroup().to_numpy()
    start, end = (quoted[name].to_numpy(dtype="int64") for name in ("start", "end"))
    order = np.lexsort((start, group))
    group, start, end = group[order], start[order], end[order]
    ahead = group * (int(end.max()) + 1)  # so that a group's passages lie beyond all before it
    reach = np.maximum.accumulate(end + ahead) - ahead
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (group[1:] != group[:-1]) | (start[1:] >= reach[:-1])
    first_of_passages = quoted[by].iloc[order[is_new]]
    return first_of_passages.groupby(by, sort=False, dropna=False).size().rename("n")
