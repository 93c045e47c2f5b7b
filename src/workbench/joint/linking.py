"""Which survey row each comment belongs to: by respondent, or by its words where keys differ."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.coding.basis import settled_mentions
from workbench.coding.importing.original import normal_text
from workbench.errors import DataError
from workbench.inputs.redaction.book import TOKEN
from workbench.inputs.segments import group_name, group_names, require_columns
from workbench.joint.link_checks import link_checks
from workbench.language import Message
from workbench.results.joint import LINKS, CommentLinksResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.coding.reading import CorpusReader
    from workbench.language import LocalizedText

__all__ = ["Links", "link_comments", "read_links"]

LEVELS = ("theme", "code", "touchpoint")
_COMMENTS = ("comment", "document", "part", "start", "end", "question", "wave", "respondent")


@dataclass(frozen=True, eq=False)
class Links:
    """Comments, who wrote them, and what they say.

    Parameters
    ----------
    comments
        A row per comment: comment document part start end question wave respondent link.
        ``respondent`` is the survey's own key, null where none was found; ``wave`` is null where
        the document has none; ``link`` says how it went, one of ``LINKS``.
    mentions
        A row per coding: act comment theme polarity stance.
    themes
        In the order of the codebook.
    touchpoints
        Theme to its step of the journey, for those that have one.
    result
        What happened, counted.
    labels, corpus
        Names of the themes, and where it all was read.
    """

    comments: pd.DataFrame
    mentions: pd.DataFrame
    themes: tuple[str, ...]
    touchpoints: Mapping[str, str]
    result: CommentLinksResult
    labels: Mapping[str, LocalizedText] = field(default_factory=dict[str, "LocalizedText"])
    corpus: CorpusReader | None = None
    level: str = "theme"

    def at(self, level: str, questions: Sequence[str] | None) -> Links:
        """Return the same comments read at another level, or only on some questions."""
        if self.corpus is None or (level == self.level and questions is None):
            return self
        comments = self.comments
        if questions is not None:
            comments = comments[comments["question"].isin(list(questions))]
        mentions, themes = _mentions(self.corpus, comments, level, comments["speaker"])
        return replace(self, comments=comments, mentions=mentions, themes=themes, level=level)


def link_comments(
    answers: pd.DataFrame,
    corpus: CorpusReader,
    *,
    respondent: str = "respondent_id",
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
) -> CommentLinksResult:
    """Find the survey row of every comment, and count what has none.

    A comment belongs to the row of its respondent, in the wave its document is of. Where no
    respondent of a document is in the survey at all, because its pseudonyms were made with another
    key, comments are found by their words instead: they must be the same, apart from what the
    redaction took out, and answer the same question of the same wave.

    Parameters
    ----------
    answers
        A row per respondent and wave: the unfiltered frame, since those of another market are not
        missing.
    corpus
        From :func:`workbench.load_corpus`. Open answers where it has any, else interviews.
    respondent, wave
        Columns of ``answers``; without the second, every comment is linked by respondent alone.
    texts
        Question of the corpus to the column of ``answers`` that holds its words:
        ``{"why": "comment"}``. None: comments are never found by words.

    Returns
    -------
    CommentLinksResult
        ``table`` has a row per way it can go: ``link n_comments n_customers``.

    Raises
    ------
    DataError
        If a column is absent.
    """
    return read_links(answers, corpus, respondent=respondent, wave=wave, texts=texts).result


def read_links(
    answers: pd.DataFrame,
    corpus: CorpusReader,
    *,
    respondent: str = "respondent_id",
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
    level: str = "theme",
    questions: Sequence[str] | None = None,
) -> Links:
    """Return every comment with its survey key, and every mention with its comment.

    ``level`` is ``theme``, ``code`` or ``touchpoint``; ``questions`` keeps only comments that
    answer one of these.
    """
    if level not in LEVELS:
        raise DataError(f"level must be theme, code or touchpoint; found '{level}'.")
    require_columns(answers, [respondent, *(texts or {}).values()])
    comments = _comments(corpus, questions)
    known = _Rows(answers, respondent, wave)
    names, links = known.by_key(comments)
    if texts:
        names, links = _by_words(corpus, comments, answers, known, texts, names, links)
    speakers = comments["respondent"]
    comments = comments.assign(
        speaker=speakers,
        respondent=pd.Series(names, comments.index, dtype="str"),
        link=pd.Series(links, comments.index, dtype="str"),
    )
    mentions, themes = _mentions(corpus, comments, level, speakers)
    result = _result(comments, known)
    links = Links(
        comments=comments,
        mentions=mentions,
        themes=themes,
        touchpoints={code.id: code.touchpoint for code in corpus.codebook if code.touchpoint},
        result=result,
        labels=corpus.labels,
        corpus=corpus,
        level=level,
    )
    object.__setattr__(result, "source", links)
    return links


def _comments(corpus: CorpusReader, questions: Sequence[str] | None) -> pd.DataFrame:
    """Return a row per comment with words: open answers, or where there are none, interviews."""
    documents = corpus.documents.set_index("document")
    parts = corpus.parts
    kinds = parts["document"].map(documents["kind"])
    is_open = kinds == "open_answers"
    said = parts["end"] > parts["start"]
    wanted = said & (is_open if is_open.any() else parts["respondent"].notna())
    if questions is not None:
        wanted &= parts["question"].isin(list(questions))
    found = parts[wanted.astype(bool)].reset_index(drop=True)
    waves = found["document"].map(documents["wave"])
    numbered = found.assign(comment=np.arange(len(found)), wave=waves.astype("str"))
    return numbered[list(_COMMENTS)]


class _Rows:
    """The survey's keys: who answered, and in which wave."""

    def __init__(self, answers: pd.DataFrame, respondent: str, wave: str) -> None:
        self.has_waves = wave in answers.columns
        keys = group_names(answers[respondent])
        waves = group_names(answers[wave]) if self.has_waves else [None] * len(keys)
        self.names, self.wave_of_row = keys, waves
        self.persons = set(keys) - {None}
        self.waves = set(waves) - {None}
        self.pairs = set(zip(keys, waves, strict=True))
        self.without_key = keys.count(None)
        known = sum(name is not None for name, _ in self.pairs)
        self.repeated = len(keys) - self.without_key - known

    def by_key(self, comments: pd.DataFrame) -> tuple[list[str | None], list[str]]:
        """Return the survey's key of each comment, and how it was found."""
        names = group_names(comments["respondent"])
        waves = group_names(comments["wave"])
        links = [self._link(name, wave) for name, wave in zip(names, waves, strict=True)]
        found = [
            name if link == "respondent" else None for name, link in zip(names, links, strict=True)
        ]
        return found, links

    def _link(self, name: str | None, wave: str | None) -> str:
        if name is None:
            return "without_respondent"
        if wave is None or not self.has_waves:
            return "respondent" if name in self.persons else "no_row"
        if wave not in self.waves:
            return "other_wave"
        return "respondent" if (name, wave) in self.pairs else "no_row"


def _by_words(
    corpus: CorpusReader,
    comments: pd.DataFrame,
    answers: pd.DataFrame,
    known: _Rows,
    texts: Mapping[str, str],
    names: list[str | None],
    links: list[str],
) -> tuple[list[str | None], list[str]]:
    """Link the documents none of whose respondents the survey knows, by the words of comments."""
    found, how = list(names), list(links)
    for (document, question), own in comments.groupby(["document", "question"], sort=False):
        places = own.index.to_numpy(dtype=int)
        column = texts.get(str(question))
        unknown = [how[place] == "no_row" for place in places]
        if column is None or not all(unknown):
            continue
        wave = group_name(own["wave"].iloc[0])
        whole = corpus.text(str(document))
        words = [
            whole[int(start) : int(end)]
            for start, end in zip(own["start"], own["end"], strict=True)
        ]
        rows = _rows_by_words(words, answers[column], known, wave)
        for place, row in zip(places, rows, strict=True):
            if row is not None:
                found[place], how[place] = known.names[row], "words"
    return found, how


def _rows_by_words(
    words: Sequence[str], column: pd.Series, known: _Rows, wave: str | None
) -> list[int | None]:
    """Return the row with the same words, where there is no doubt which one it is.

    Words that several wrote are taken in the order of both, when they are as many on both sides.
    """
    waiting: dict[str, list[int]] = {}
    for row, value in enumerate(column.to_numpy(dtype=object)):
        in_wave = wave is None or not known.has_waves or known.wave_of_row[row] == wave
        if in_wave and known.names[row] is not None and isinstance(value, str):
            waiting.setdefault(_same(value), []).append(row)
    asked: dict[str, list[int]] = {}
    for place, text in enumerate(words):
        asked.setdefault(_same(text), []).append(place)
    rows: list[int | None] = [None] * len(words)
    for text, places in asked.items():
        if len(waiting.get(text, ())) == len(places):
            for place, row in zip(places, waiting.pop(text), strict=True):
                rows[place] = row
    for text, places in asked.items():
        if rows[places[0]] is None and TOKEN.search(text):
            pattern = re.compile(".+?".join(re.escape(piece) for piece in TOKEN.split(text)))
            fitting = [other for other in waiting if pattern.fullmatch(other)]
            if len(fitting) == 1 and len(waiting[fitting[0]]) == len(places):
                for place, row in zip(places, waiting.pop(fitting[0]), strict=True):
                    rows[place] = row
    return rows


def _same(text: str) -> str:
    return " ".join(normal_text(text, Counter()).split())


def _mentions(
    corpus: CorpusReader, comments: pd.DataFrame, level: str, speakers: pd.Series
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return what each comment says, and the themes in the order of the codebook.

    A coding of a whole cell or document has no part: it goes to its respondent's first comment.
    """
    kinds = set(corpus.documents["kind"])
    settled = settled_mentions(
        corpus,
        level="code" if level == "code" else "theme",
        open_answers="open_answers" in kinds,
    )
    by_part = comments.set_index(["document", "part"])["comment"]
    places = pd.MultiIndex.from_arrays([settled["document"], settled["part"]])
    number = pd.Series(by_part.reindex(places).to_numpy(), settled.index, dtype="float64")
    spoken = pd.DataFrame({"respondent": speakers, "question": comments["question"]})
    for keys in (["respondent", "question"], ["respondent"]):
        first = spoken.assign(comment=comments["comment"]).drop_duplicates(keys)
        wanted = pd.MultiIndex.from_frame(settled[keys])
        known = first.dropna(subset=keys).set_index(keys)["comment"]
        known.index = pd.MultiIndex.from_frame(first.dropna(subset=keys)[keys])
        whole = pd.Series(known.reindex(wanted).to_numpy(), settled.index, dtype="float64")
        number = number.where(settled["part"].notna() | number.notna(), whole)
    kept = settled[number.notna()].assign(comment=number[number.notna()].astype(int))
    theme = kept["key"]
    order = [code.id for _, code in corpus.codebook.tree]
    if level == "touchpoint":
        steps = {code.id: code.touchpoint for code in corpus.codebook}
        theme = theme.map(steps)
        order = [step for step in dict.fromkeys(steps.values()) if step]
    mentions = kept.assign(theme=theme)[["act", "comment", "theme", "polarity", "stance"]]
    mentions = mentions.dropna(subset=["theme"]).reset_index(drop=True)
    used = dict.fromkeys(mentions["theme"])
    listed = tuple(name for name in order if name in used)
    return mentions, (*listed, *(name for name in used if name not in set(listed)))


def _result(comments: pd.DataFrame, known: _Rows) -> CommentLinksResult:
    counts = comments["link"].value_counts()
    persons = comments.dropna(subset=["respondent"]).groupby("link")["respondent"].nunique()
    table = pd.DataFrame(
        {
            "link": pd.array(list(LINKS), dtype="str"),
            "n_comments": [int(counts.get(link, 0)) for link in LINKS],
            "n_customers": pd.array(
                [
                    int(persons.get(link, 0)) if link in ("respondent", "words") else None
                    for link in LINKS
                ],
                dtype="Int64",
            ),
        }
    )
    shown = (table["n_comments"] > 0) | table["link"].isin(["respondent"])
    return CommentLinksResult(
        table=table[shown].reset_index(drop=True),
        method=Message(
            "A comment belongs to the survey row of its respondent and wave; where a document’s "
            "respondents are unknown to the survey, to the row with the same words."
        ),
        checks=link_checks(table, repeated=known.repeated, without_key=known.without_key),
    )
