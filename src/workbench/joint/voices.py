"""From any cell of a joint display to exactly its comments, screened, the floor kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.coding.basis import rows_of
from workbench.errors import DataError, near_match
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.privacy import PseudonymBook, redact
from workbench.joint.comparing import Ground
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.joint import VoicesResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.coding.reading import CorpusReader
    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.segments import Segment
    from workbench.results.joint import CommentLinksResult

__all__ = ["voices"]

_TABLE = ("voice", "comment_no", "quote", "polarity", "document", "start", "end", "act")
_CELLS = ("n_customers", "n_comments", "n_shown")


def voices(
    answers: pd.DataFrame,
    corpus: CorpusReader | CommentLinksResult,
    themes: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] | None = None,
    segment: str | None = None,
    most: int | None = None,
    level: Literal["theme", "code", "touchpoint"] = "theme",
    questions: Sequence[str] | None = None,
    respondent: str = "respondent_id",
    customer: str | None = None,
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
    language: Literal["sv", "en"] = "sv",
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> VoicesResult:
    """Return the comments behind the cells of a joint display.

    A cell's comments are those in which its customers bring the theme up: as many customers as the
    number in the display, none less and none more. Each comment passes the redaction once more,
    and a cell that the display hides shows nothing.

    Parameters
    ----------
    answers, corpus, by, level, questions, respondent, customer, wave, texts, floor, protect
        As in the call of :func:`joint` or :func:`theme_groups` whose cells are opened.
    themes
        Which themes; None: all.
    segment
        Only this segment; None: every one.
    most
        Most customers shown per cell, chosen so that every part of the document is met; None: all.
    language
        Main language of the comments, for the redaction.

    Returns
    -------
    VoicesResult
        ``table`` with a row per comment, ``cells`` with a row per theme and segment.

    Raises
    ------
    DataError
        If a theme or segment does not exist.
    """
    if most is not None and (isinstance(most, bool) or most < 1):
        raise DataError(f"most must be a whole number of at least 1, or None; found {most}.")
    ground = Ground.read(
        answers,
        corpus,
        by=by,
        respondent=respondent,
        customer=customer,
        wave=wave,
        texts=texts,
        level=level,
        questions=questions,
        design={},
        confidence=0.95,
        floor=floor,
        protect=protect,
    )
    names = [themes] if isinstance(themes, str) else themes
    wanted = list(ground.writers.themes if names is None else names)
    for name in wanted:
        if name not in ground.writers.themes:
            hint = near_match(name, ground.writers.themes)
            raise DataError(f"No comment brings up a theme '{name}'.{hint}")
    if segment is not None and all(one.name != segment for one in ground.segments):
        raise DataError("There is no such segment in the answers; see the joint display's table.")
    source = ground.writers.links.corpus
    if source is None:
        raise DataError("These links were not made from a corpus, so there are no comments.")
    desk = _Screen(source, language)
    rows: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    for theme in wanted:
        number = ground.writers.column(theme)
        hidden = ground.tags(lambda writers, place=number: writers.said[:, place])
        for one, tag in zip(ground.segments, hidden, strict=True):
            if segment is not None and one.name != segment:
                continue
            named = {"theme": theme} | (one.cell if len(ground.by) > 1 else {})
            named["segment"] = one.name
            cell, shown = _cell(ground, one, number, tag, most, desk)
            cells.append(named | cell)
            rows += [named | row for row in shown]
    return VoicesResult(
        table=_typed(rows, ground.by, _TABLE, ("voice", "comment_no", "start", "end")),
        method=Message(
            "Comments as they were written, after redaction; customers are numbered within a cell "
            "and cannot be followed from cell to cell."
        ),
        checks=_checks(desk.screened),
        cells=_typed(cells, ground.by, (*_CELLS, "suppressed"), _CELLS),
        by=ground.by,
        floor=ground.floor,
        n_screened=desk.screened,
        measure=f"customers behind a {level}",
    )


class _Screen:
    """The texts of a corpus, each through the redaction before anyone sees it."""

    def __init__(self, corpus: CorpusReader, language: Literal["sv", "en"]) -> None:
        self.corpus, self.language = corpus, language
        self.book = PseudonymBook()
        self.screened = 0

    def quote(self, comment: dict[str, Any]) -> dict[str, Any]:
        """Return the words of a comment, and their place where nothing was taken out."""
        start, end = int(comment["start"]), int(comment["end"])
        text = self.corpus.text(str(comment["document"]))[start:end]
        safe = redact(text, language=self.language, book=self.book, least=_SURE).text
        if safe == text:
            return {"quote": text, "document": comment["document"], "start": start, "end": end}
        self.screened += 1
        return {"quote": safe, "document": comment["document"], "start": None, "end": None}


_SURE = 0.6
"""As at the door through which texts come in."""


def _cell(
    ground: Ground, segment: Segment, number: int, tag: str, most: int | None, screen: _Screen
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    writers = ground.writers
    rows = segment.rows[writers.said[segment.rows, number]]
    customers = list(dict.fromkeys(writers.persons[rows].tolist()))
    small = 0 < len(customers) < ground.floor
    if small or tag:
        return {"suppressed": "floor" if small else tag}, []
    theme = writers.themes[number]
    said = writers.links.mentions
    said = said[(said["theme"] == theme) & (said["stance"] != "denies")]
    first = said.drop_duplicates("comment").set_index("comment")
    comments = rows_of(writers.links.comments)
    own: dict[int, list[int]] = {}
    for row in rows.tolist():
        found = [comment for comment in writers.comments[row] if comment in first.index]
        own.setdefault(int(writers.persons[row]), []).extend(found)
    chosen = _spread(customers, most)
    shown: list[dict[str, Any]] = []
    for voice, person in enumerate(chosen, start=1):
        for comment in own[person]:
            quote = screen.quote(comments[comment])
            shown.append(
                {"voice": voice, "comment_no": len(shown) + 1}
                | quote
                | {"polarity": first.loc[comment, "polarity"], "act": first.loc[comment, "act"]}
            )
    n_comments = sum(len(found) for found in own.values())
    counts = {"n_customers": len(customers), "n_comments": n_comments, "n_shown": len(shown)}
    return counts | {"suppressed": ""}, shown


def _spread(customers: list[int], most: int | None) -> list[int]:
    """Choose customers evenly over the order in which they stand."""
    if most is None or len(customers) <= most:
        return customers
    places = np.linspace(0, len(customers) - 1, most).round().astype(int)
    return [customers[place] for place in places]


def _typed(
    rows: list[dict[str, Any]],
    by: tuple[str, ...],
    columns: Sequence[str],
    numbers: Sequence[str],
) -> pd.DataFrame:
    names = ["theme", *(by if len(by) > 1 else ()), "segment", *columns]
    types = {name: "Int64" if name in numbers else "str" for name in names}
    return pd.DataFrame(rows, columns=names).astype(types)


def _checks(screened: int) -> tuple[Check, ...]:
    if not screened:
        return ()
    text = Message(
        "In {n:integer} comment something personal was found that had come through the door, "
        "and taken out here. Run 'workbench redact' on the study.",
        "In {n:integer} comments something personal was found that had come through the door, "
        "and taken out here. Run 'workbench redact' on the study.",
        n=screened,
    )
    return (Check(id="comments_were_clean", passed=False, text=text),)
