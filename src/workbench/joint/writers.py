"""Customers who wrote, and what each brings up: one row of the answers per customer and group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.coding.reading import CorpusReader
from workbench.errors import DataError
from workbench.inputs.segments import group_names, require_columns
from workbench.joint.linking import Links, read_links
from workbench.results.joint import CommentLinksResult
from workbench.survey.tracker import person_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

__all__ = ["Writers", "find_writers"]


@dataclass(frozen=True, eq=False)
class Writers:
    """What the rows of a frame say; a customer counts once in whatever group is looked at.

    Parameters
    ----------
    persons
        A code per row; equal codes are the same customer.
    wrote
        Rows whose customer left at least one comment there.
    themes
        Names, in the order of the columns of ``said``.
    said, barrier, success
        Rows by themes: the row's customer brings the theme up; as what hinders; as what helps.
    comments
        Row of the frame to the numbers of its comments in ``links``.
    links
        What the comments say and where they stand.
    """

    persons: Rows
    wrote: Flags
    themes: tuple[str, ...]
    said: Flags
    barrier: Flags
    success: Flags
    comments: Mapping[int, Sequence[int]]
    links: Links

    def column(self, theme: str) -> int:
        """Return the place of a theme."""
        return self.themes.index(theme)

    def merged(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return one row per customer who wrote, the last, and each writing row's place in it."""
        inside = rows[self.wrote[rows]]
        codes = self.persons[inside]
        _, reversed_first = np.unique(codes[::-1], return_index=True)
        last = np.sort(inside.size - 1 - reversed_first)
        kept = inside[last]
        order = np.argsort(codes[last], kind="stable")
        place = order[np.searchsorted(codes[last][order], codes)]
        return kept, place.astype(np.intp)

    def said_by(self, rows: Rows, flags: Flags) -> tuple[Rows, Flags]:
        """Return one row per customer who wrote, and whether any of their rows has the flag."""
        kept, place = self.merged(rows)
        inside = rows[self.wrote[rows]]
        hits = np.bincount(place, flags[inside].astype(float), minlength=kept.size)
        return kept, hits > 0

    def once(self, flags: Flags, groups: Rows) -> Flags:
        """Keep a flag on the first row of a customer within a group, so that counts are people."""
        rows = np.flatnonzero(flags)
        _, first = np.unique(
            np.column_stack([groups[rows], self.persons[rows]]), axis=0, return_index=True
        )
        found = np.zeros(flags.size, bool)
        found[rows[first]] = True
        return found


def find_writers(
    answers: pd.DataFrame,
    corpus: CorpusReader | Links | CommentLinksResult,
    *,
    respondent: str,
    wave: str,
    texts: Mapping[str, str] | None,
    level: str,
    customer: str | None = None,
    questions: Sequence[str] | None = None,
) -> Writers:
    """Read who wrote what, row by row of the answers.

    Parameters
    ----------
    corpus
        A corpus, whose comments are linked to these answers; or what :func:`link_comments` made of
        the unfiltered answers.
    customer
        Column that knows a customer again, where each row has a key of its own.
    """
    if isinstance(corpus, CommentLinksResult) and isinstance(corpus.source, Links):
        corpus = corpus.source
    if isinstance(corpus, Links):
        links = corpus.at(level, questions)
    elif isinstance(corpus, CorpusReader):
        links = read_links(
            answers,
            corpus,
            respondent=respondent,
            wave=wave,
            texts=texts,
            level=level,
            questions=questions,
        )
    else:
        raise DataError(
            f"The second argument must be a corpus; found {type(corpus).__name__}. Pass what "
            f"wb.load_corpus(study) returns."
        )
    require_columns(answers, [respondent, customer or respondent])
    row_of = _rows_of_comments(answers, links, respondent, wave)
    n, k = len(answers), len(links.themes)
    wrote = np.zeros(n, bool)
    wrote[list(row_of.values())] = True
    flags = {name: np.zeros((n, k), bool) for name in ("said", "barrier", "success")}
    column = {theme: number for number, theme in enumerate(links.themes)}
    counted = links.mentions[links.mentions["stance"] != "denies"]
    for comment, theme, polarity in zip(
        *(counted[name].tolist() for name in ("comment", "theme", "polarity")), strict=True
    ):
        row = row_of.get(int(comment))
        if row is None:
            continue
        flags["said"][row, column[theme]] = True
        for sign in ("barrier", "success"):
            if polarity in (sign, "both"):
                flags[sign][row, column[theme]] = True
    comments: dict[int, list[int]] = {}
    for comment, row in row_of.items():
        comments.setdefault(row, []).append(comment)
    return Writers(
        persons=person_numbers(answers, customer or respondent),
        wrote=wrote,
        themes=links.themes,
        comments=comments,
        links=links,
        **flags,
    )


def _rows_of_comments(
    answers: pd.DataFrame, links: Links, respondent: str, wave: str
) -> dict[int, int]:
    """Return comment to row: of its respondent and wave, the first; without a wave, the last."""
    names = group_names(answers[respondent])
    last = dict(zip(names, range(len(names)), strict=True))
    first: dict[tuple[str | None, str | None], int] = {}
    if wave in answers.columns:
        pairs = list(zip(names, group_names(answers[wave]), strict=True))
        first = dict(zip(reversed(pairs), reversed(range(len(pairs))), strict=True))
    linked = links.comments.dropna(subset=["respondent"])
    whens = group_names(linked["wave"]) if wave in answers.columns else [None] * len(linked)
    found: dict[int, int] = {}
    for comment, name, when in zip(
        linked["comment"].tolist(), linked["respondent"].tolist(), whens, strict=True
    ):
        row = last.get(name) if when is None else first.get((name, when))
        if row is not None:
            found[comment] = row
    return found
