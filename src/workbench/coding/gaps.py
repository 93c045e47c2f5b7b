"""What themes leave out, and where they rest on too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.basis import (
    count_passages,
    has_only_open_answers,
    ordered_keys,
    rows_of,
    settled_mentions,
)
from workbench.language import Message
from workbench.results.themes import GapsResult

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader

__all__ = ["gaps"]

_UNCOVERED = ("document", "part", "respondent", "question", "n_words", "text")
_UNQUOTED = ("act", "key", "respondent", "question", "document", "coder")
_CLASHES = ("respondent", "one", "other")
_VOICES = ("key", "respondent", "share", "n_passages", "n_respondents")
_HALF = 0.5
_LEAST = 3


def gaps(
    corpus: CorpusReader,
    *,
    level: str = "theme",
    open_answers: bool | None = None,
    most: int = 20,
) -> GapsResult:
    """List answers no theme covers, codings without a quote, clashes, and dominating voices.

    Parameters
    ----------
    corpus
        The corpus.
    level
        ``theme`` or ``code``.
    open_answers
        See :func:`workbench.theme_table`.
    most
        Most uncovered answers listed, the longest first; all are counted.

    Returns
    -------
    GapsResult
        Counts, and the rows behind them.
    """
    mentions = settled_mentions(corpus, level=level, open_answers=open_answers)
    keys = ordered_keys(corpus, mentions, level)
    answers = _answers(corpus, mentions, open_answers)
    uncovered = answers[~answers["covered"]].sort_values(
        ["n_words", "document", "part"], ascending=[False, True, True]
    )
    unquoted = mentions[mentions["start"].isna()].drop_duplicates("act")
    clashes = _clashes(corpus, mentions)
    voices, single = _voices(mentions, keys)
    n_clashes = len(clashes)
    if has_only_open_answers(corpus):
        uncovered, unquoted = _unnamed(uncovered), _unnamed(unquoted)
        clashes, voices = clashes.head(0), _unnamed(voices)
    n_codings = int(mentions["act"].nunique())
    rows = [
        ("uncovered_answers", len(uncovered), len(answers)),
        ("without_quote", len(unquoted), n_codings),
        ("clashes", n_clashes, len(keys)),
        ("dominated", len(voices), len(keys)),
        ("single_voice", single, len(keys)),
    ]
    return GapsResult(
        table=pd.DataFrame(rows, columns=["gap", "n", "of"]),
        method=Message("Settled codings; an answer is all that a respondent said to one question."),
        uncovered=uncovered[list(_UNCOVERED)].head(most).reset_index(drop=True),
        unquoted=unquoted[list(_UNQUOTED)].reset_index(drop=True),
        clashes=clashes,
        voices=voices,
        n_answers=len(answers),
    )


def _unnamed(rows: pd.DataFrame) -> pd.DataFrame:
    """Take away who it was: in a survey nobody agreed to be shown one by one."""
    return rows.assign(respondent=pd.Series(pd.NA, rows.index, dtype="str"))


def _answers(
    corpus: CorpusReader, mentions: pd.DataFrame, open_answers: bool | None
) -> pd.DataFrame:
    """Return what each respondent said to each question, and whether a theme covers any of it.

    Where there are no questions, each turn or paragraph is an answer of its own.
    """
    parts = corpus.parts.dropna(subset=["respondent"])
    kinds = dict(zip(corpus.documents["document"], corpus.documents["kind"], strict=True))
    is_open = parts["document"].map(kinds) == "open_answers"
    wanted = bool(is_open.all()) if open_answers is None else open_answers
    parts = parts[is_open if wanted else ~is_open]
    touched = _touched(corpus, mentions)
    unquoted = mentions[mentions["start"].isna()]
    cells = set(zip(unquoted["respondent"], unquoted["question"], strict=True))
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows_of(parts):
        text = corpus.files[row["document"]].text[row["start"] : row["end"]]
        cell = (row["respondent"], row["question"])
        covered = (row["document"], row["part"]) in touched or cell in cells
        key = (row["document"], row["part"]) if pd.isna(row["question"]) else cell
        if key not in found:
            found[key] = [row["document"], row["part"], *cell, 0, [], False]
        entry = found[key]
        entry[4] += len(text.split())
        entry[5].append(text)
        entry[6] = entry[6] or covered
    rows = [(*entry[:5], " ".join(entry[5]), entry[6]) for entry in found.values()]
    frame = pd.DataFrame(rows, columns=[*_UNCOVERED, "covered"])
    return frame.astype({"covered": "bool"})


def _touched(corpus: CorpusReader, mentions: pd.DataFrame) -> set[tuple[str, int]]:
    from workbench.coding.acts import Span

    found: set[tuple[str, int]] = set()
    spans = mentions.dropna(subset=["start"]).drop_duplicates(["document", "start", "end"])
    columns = (spans[name].to_numpy(dtype=object) for name in ("document", "start", "end"))
    for document, start, end in zip(*columns, strict=True):
        for part in corpus.parts_of(Span(document, start, end)):
            found.add((document, part.part))
    return found


def _clashes(corpus: CorpusReader, mentions: pd.DataFrame) -> pd.DataFrame:
    """Return respondents who affirm two themes that exclude each other."""
    affirmed = mentions[mentions["stance"] != "denies"]
    by_code = affirmed.groupby("code")["respondent"].agg(set).to_dict()
    by_key = affirmed.groupby("key")["respondent"].agg(set).to_dict()
    said = {**by_code, **by_key}
    rows: set[tuple[str, str, str]] = set()
    for code in corpus.codebook:
        for other in code.excludes:
            one, two = sorted((code.id, corpus.codebook.resolve(other)))
            for name in said.get(one, set()) & said.get(two, set()):
                if name == name:
                    rows.add((str(name), one, two))
    return pd.DataFrame(sorted(rows), columns=list(_CLASHES))


def _voices(mentions: pd.DataFrame, keys: list[str]) -> tuple[pd.DataFrame, int]:
    """Return themes where one respondent gives half the passages or more, and single voices."""
    counts = count_passages(mentions.dropna(subset=["respondent"]), ["key", "respondent"])
    rows: list[tuple[Any, ...]] = []
    single = 0
    by_key: dict[str, dict[str, int]] = {}
    if counts.empty:
        return pd.DataFrame(columns=list(_VOICES)), 0
    named = counts.reset_index()
    for key, name, n in zip(named["key"], named["respondent"], named["n"], strict=True):
        by_key.setdefault(str(key), {})[str(name)] = int(n)
    for key in keys:
        own = by_key.get(key, {})
        total = sum(own.values())
        single += len(own) == 1
        if total >= _LEAST:
            name = max(own, key=lambda name: own[name])
            if own[name] >= _HALF * total:
                rows.append((key, name, own[name] / total, total, len(own)))
    return pd.DataFrame(rows, columns=list(_VOICES)), single
