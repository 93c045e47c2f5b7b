"""Themes by respondent: who brings up what, in which question, with which words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.basis import (
    coded_questions,
    count_passages,
    has_only_open_answers,
    ordered_keys,
    questions_of,
    settled_mentions,
    shown_respondents,
)
from workbench.coding.quotes import quotes_shown
from workbench.estimates import share_interval
from workbench.language import Message, localized
from workbench.results.base import Check
from workbench.results.themes import ThemeTableResult

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from workbench.coding.codes import Code
    from workbench.coding.reading import CorpusReader

__all__ = ["theme_table"]

_TABLE = ("question", "theme_no", "theme", "respondent", "state", "n_quotes", "stance")
_THEMES = (
    "theme_no",
    "theme",
    "name",
    "segment",
    "questions",
    "polarity",
    "n_respondents",
    "n_denying",
    "n_with_answers",
    "respondents",
    "n_quotes",
    "n_without_quote",
    "origin",
    "motivation",
)
_MATRIX = ("theme_no", "theme", "respondent", "state", "present", "n_answers", "n_quotes")
_ORDER = ("not_understood", "answered_elsewhere", "no_text", "not_asked")


def theme_table(
    corpus: CorpusReader,
    *,
    level: str = "theme",
    coder: str | None = None,
    quotes: int = 3,
    language: str = "en",
) -> ThemeTableResult:
    """Build the thematic table: question, numbered themes, respondents, motivation, quotes.

    A theme is an entry of the codebook of kind ``theme`` with the codes below it, or a code that
    stands under none. Themes are numbered in the order of the guide. "Not mentioned" is not "no":
    each cell says whether the question was asked and answered at all.

    Of open answers alone, shares are given, and nobody is named in ``themes`` and ``quotes``, not
    even by a pseudonym: in a survey nobody agreed to be followed from quote to quote.

    Parameters
    ----------
    corpus
        The corpus. Codings that adjudication dropped do not count; where several coders marked
        overlapping words, it is one quote.
    level
        ``theme``, or ``code``.
    coder
        Only this coder's codings. Default: everyone's.
    quotes
        Most quotes per theme. Those a coder gave a weight come first; then quotes of medium
        length, each from another respondent.
    language
        Of names and motivations in the tables.

    Returns
    -------
    ThemeTableResult
        ``table`` by question, ``themes``, ``matrix`` and ``quotes``.

    Examples
    --------
    ``wb.theme_table(wb.load_corpus("data/demo/interviews")).matrix`` is the 0/1 matrix.
    """
    mentions = settled_mentions(corpus, level=level, coder=coder)
    keys = ordered_keys(corpus, mentions, level)
    respondents = shown_respondents(corpus)
    cells = _cell_states(corpus, respondents)
    coded = coded_questions(corpus, mentions)
    asked = {key: questions_of(corpus, key, coded) for key in keys}
    listed = {
        key: [name for name in corpus.questions if name in {*asked[key], *coded.get(key, ())}]
        for key in keys
    }
    table = _table(keys, listed, respondents, cells, mentions)
    matrix = _matrix(keys, asked, respondents, cells, mentions, corpus)
    themes = _themes(keys, asked, mentions, matrix, corpus, language)
    shown = quotes_shown(keys, mentions, corpus, quotes)
    only_open_answers = has_only_open_answers(corpus)
    if only_open_answers:
        themes = _with_shares(themes).assign(respondents="")
        shown = shown.assign(respondent=pd.Series(pd.NA, shown.index, dtype="str"))
    roles = corpus.registers.column("role") if len(corpus.registers.respondents) else {}
    return ThemeTableResult(
        table=table,
        method=_method(coder, level),
        checks=_checks(corpus, mentions),
        themes=themes,
        matrix=matrix,
        quotes=shown,
        roles={name: roles.get(name, "") for name in respondents},
        level=level,
        n_respondents=len(respondents),
        n_answers=int((corpus.cells["state"] == "answered").sum()),
        only_open_answers=only_open_answers,
    )


def _cell_states(corpus: CorpusReader, respondents: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return (respondent, question) to the state of the cell."""
    cells = corpus.cells[corpus.cells["respondent"].isin(respondents)]
    rows = zip(cells["respondent"], cells["question"], cells["state"], strict=True)
    return {(str(name), str(question)): str(state) for name, question, state in rows}


def _table(
    keys: Sequence[str],
    asked: Mapping[str, Sequence[str]],
    respondents: Sequence[str],
    cells: Mapping[tuple[str, str], str],
    mentions: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per question, theme and respondent."""
    by = ["question", "key", "respondent"]
    n_quotes = _by_cell(_counted(mentions, by))
    stances = _by_cell(_stances(mentions, by))
    silent = _silent_states(respondents, cells)
    columns: dict[str, list[Any]] = {name: [] for name in _TABLE}
    for number, key in enumerate(keys, start=1):
        for question in asked[key] or [None]:
            said = stances.get((question, key), {})
            quoted = n_quotes.get((question, key), {})
            states = silent(question)
            columns["question"] += [question] * len(respondents)
            columns["theme_no"] += [number] * len(respondents)
            columns["theme"] += [key] * len(respondents)
            columns["respondent"] += respondents
            columns["state"] += [
                "present" if name in said else state
                for name, state in zip(respondents, states, strict=True)
            ]
            columns["n_quotes"] += [int(quoted.get(name, 0)) for name in respondents]
            columns["stance"] += [said.get(name) for name in respondents]
    return _typed(pd.DataFrame(columns))


def _counted(mentions: pd.DataFrame, by: list[str]) -> dict[Any, int]:
    """Return group to passages; quicker than a series with such an index makes a dict."""
    counts = count_passages(mentions, by)
    if counts.empty:
        return {}
    columns = [counts.index.get_level_values(name).to_numpy(dtype=object) for name in by]
    return dict(zip(zip(*columns, strict=True), counts.to_numpy().tolist(), strict=True))


def _by_cell(found: Mapping[Any, Any]) -> dict[tuple[str | None, str], dict[str, Any]]:
    """Return (question, theme) to respondent to what was found; no question is None."""
    cells: dict[tuple[str | None, str], dict[str, Any]] = {}
    for (question, key, name), value in found.items():
        place = (question if question == question else None, key)
        cells.setdefault(place, {})[name] = value
    return cells


def _silent_states(
    respondents: Sequence[str], cells: Mapping[tuple[str, str], str]
) -> Callable[[str | None], list[str]]:
    """Return how to tell the states of a question where nothing was coded."""
    spoken = {name for name, question in cells if cells[name, question] == "answered"}

    @cache
    def states(question: str | None) -> list[str]:
        if question is None:
            return ["absent" if name in spoken or not cells else "no_text" for name in respondents]
        found = [cells.get((name, question), "no_text") for name in respondents]
        return ["absent" if state == "answered" else state for state in found]

    return states


def _stances(mentions: pd.DataFrame, by: list[str]) -> dict[tuple[Any, ...], str]:
    """Return group to stance: ``affirms``, ``denies``, or ``both``."""
    found: dict[tuple[Any, ...], str] = {}
    distinct = mentions[[*by, "stance"]].drop_duplicates()
    columns = [distinct[name].to_numpy(dtype=object) for name in [*by, "stance"]]
    for *place, stance in zip(*columns, strict=True):
        key = tuple(None if value != value else value for value in place)
        known = found.get(key)
        found[key] = stance if known in (None, stance) else "both"
    return found


def _matrix(
    keys: Sequence[str],
    asked: Mapping[str, Sequence[str]],
    respondents: Sequence[str],
    cells: Mapping[tuple[str, str], str],
    mentions: pd.DataFrame,
    corpus: CorpusReader,
) -> pd.DataFrame:
    """Return one row per theme and respondent."""
    by = ["key", "respondent"]
    n_quotes = _counted(mentions, by)
    places = mentions.drop_duplicates([*by, "question"]).groupby(by, sort=False)["act"].count()
    n_answers = places.to_dict()
    rows: list[tuple[Any, ...]] = []
    for number, key in enumerate(keys, start=1):
        for name in respondents:
            n = int(n_answers.get((key, name), 0))
            states = {
                cells.get((name, question), "no_text")
                for question in asked[key] or corpus.questions
            }
            if n:
                state = "present"
            elif "answered" in states or (not states and name in corpus.respondents):
                state = "absent"
            else:
                state = next((state for state in _ORDER if state in states), "no_text")
            quoted = int(n_quotes.get((key, name), 0))
            rows.append((number, key, name, state, int(n > 0), n, quoted))
    return _frame(rows, _MATRIX)


def _themes(
    keys: Sequence[str],
    asked: Mapping[str, Sequence[str]],
    mentions: pd.DataFrame,
    matrix: pd.DataFrame,
    corpus: CorpusReader,
    language: str,
) -> pd.DataFrame:
    stances = _stances(mentions, ["key", "respondent"])
    denying: dict[str, int] = {}
    for (key, _), stance in stances.items():
        denying[key] = denying.get(key, 0) + (stance == "denies")
    n_quotes = count_passages(mentions, ["key"]).to_dict()
    unquoted = mentions[mentions["start"].isna()].groupby("key")["act"].nunique().to_dict()
    answered = matrix["state"].isin(["present", "absent", "answered_elsewhere"])
    with_answers = matrix[answered].groupby("theme")["respondent"].size().to_dict()
    present = matrix[matrix["present"] == 1].groupby("theme")["respondent"].agg(list).to_dict()
    put = {name: localized(text, language) for name, text in corpus.questions_put.items()}
    segments = put | corpus.registers.segment_of
    polarities = mentions.dropna(subset=["polarity"]).groupby("key")["polarity"].agg(set).to_dict()
    rows: list[tuple[Any, ...]] = []
    for number, key in enumerate(keys, start=1):
        entry = corpus.codebook.get(key)
        names = present.get(key, [])
        rows.append(
            (
                number,
                key,
                entry.label(language) if entry is not None else key,
                _segment(entry, asked[key], segments),
                ", ".join(asked[key]),
                _polarity(polarities.get(key, set())),
                len(names),
                denying.get(key, 0),
                int(with_answers.get(key, 0)),
                ", ".join(names),
                int(n_quotes.get(key, 0)),
                int(unquoted.get(key, 0)),
                entry.origin if entry is not None else None,
                localized(entry.motivation, language) if entry is not None else "",
            )
        )
    return _frame(rows, _THEMES)


def _with_shares(themes: pd.DataFrame) -> pd.DataFrame:
    """Add the share of those who answered, with its interval."""
    n = themes["n_with_answers"].to_numpy(dtype=float)
    said = themes["n_respondents"].to_numpy(dtype=float)
    share = np.where(n > 0, said / np.where(n > 0, n, 1), np.nan)
    low, high = share_interval(share, n)
    return themes.assign(share=share, ci_low=low, ci_high=high)


def _segment(
    entry: Code | None, questions: Sequence[str], segments: Mapping[str, str]
) -> str | None:
    if entry is not None and entry.segment is not None:
        return entry.segment
    return segments.get(questions[0], questions[0]) if questions else None


def _polarity(found: Collection[str]) -> str | None:
    """Return what the codings of a theme say together."""
    if not found:
        return None
    return next(iter(found)) if len(found) == 1 else "both"


def _frame(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    return _typed(pd.DataFrame(list(rows), columns=list(columns)))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in frame.columns if name not in _NUMBERS]
    numbers = dict.fromkeys(_NUMBERS & set(frame.columns), "int64")
    return frame.astype({**dict.fromkeys(texts, "str"), **numbers})


_NUMBERS = {
    *("theme_no", "n_quotes", "n_respondents", "n_denying", "n_with_answers", "n_without_quote"),
    *("present", "n_answers"),
}


def _method(coder: str | None, level: str) -> Message:
    what = Message("codes") if level == "code" else Message("themes")
    if coder is not None:
        return Message("Codings of {coder}, gathered to {what}.", coder=coder, what=what)
    return Message(
        "Codings of all coders after adjudication, gathered to {what}; words that several coders "
        "marked are one quote.",
        what=what,
    )


def _checks(corpus: CorpusReader, mentions: pd.DataFrame) -> tuple[Check, ...]:
    checks: list[Check] = []
    orphans = int((corpus.excerpts["status"] == "orphan").sum())
    if orphans:
        text = Message(
            "{n:integer} coding has lost its place in a corrected text and does not count. "
            "Place it with 'workbench reanchor'.",
            "{n:integer} codings have lost their place in a corrected text and do not count. "
            "Place them with 'workbench reanchor'.",
            n=orphans,
        )
        checks.append(Check(id="every_coding_has_its_place", passed=False, text=text))
    unquoted = int(mentions.loc[mentions["start"].isna(), "act"].nunique())
    if unquoted:
        text = Message(
            "{n:integer} coding stands without a quote.",
            "{n:integer} codings stand without a quote.",
            n=unquoted,
        )
        checks.append(Check(id="every_coding_has_a_quote", passed=False, text=text))
    stale = len(corpus.stale)
    if stale:
        text = Message(
            "{n:integer} coding was made under an older definition of its code.",
            "{n:integer} codings were made under an older definition of their code.",
            n=stale,
        )
        checks.append(Check(id="definitions_are_current", passed=None, text=text))
    return tuple(checks)
