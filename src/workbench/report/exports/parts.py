"""Pieces that slides, document and page share: what the answer says, row by row."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from workbench.language import Message, translate
from workbench.report.fragments import QUESTIONS

if TYPE_CHECKING:
    from workbench.report.exports.source import Finding, FinishedRun
    from workbench.report.tables import DisplayTable

__all__ = [
    "LANGUAGE_TAGS",
    "Figure",
    "Grid",
    "answer_rows",
    "describe",
    "figures_of",
    "grid_of",
    "headings_of",
    "main_findings",
    "open_lines",
]

LANGUAGE_TAGS: Final = {"sv": "sv-SE", "en": "en-GB"}

_EDGE: Final = 2.5
"""Room of a cell's margins, in letters."""
_BOLD: Final = 1.15
"""Width of a bold letter, in letters."""

_MOST_ROWS = 14
_MOST_COLUMNS = 8


@dataclass(frozen=True)
class Figure:
    """A key figure in words: what, how much, how sure, what it means."""

    label: str
    value: str
    interval: str
    verdict: str


@dataclass(frozen=True)
class Grid:
    """A table of texts; ``left_out`` says how many rows stand only in the tidy tables."""

    headings: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    n_row_headings: int
    caption: str
    left_out: int = 0

    def note(self, language: str) -> str:
        """Return what is not shown here, in words; empty where all is."""
        if not self.left_out:
            return ""
        text = Message(
            "{n:integer} more row is in the tables.",
            "{n:integer} more rows are in the tables.",
            n=self.left_out,
        )
        return text.render(language)

    def shares(self, room: int) -> list[float]:
        """Return the part of the width each column takes: no word is cut, long texts get most.

        Parameters
        ----------
        room
            Letters that fit side by side.
        """
        columns = [list(column) for column in zip(self.headings, *self.rows, strict=True)]
        least = self._least(columns, whole=True)
        if sum(least) > room:
            least = self._least(columns, whole=False)
        wanted = [max(low, min(_EDGE + max(map(len, column)), 90.0))
                  for low, column in zip(least, columns, strict=True)]  # fmt: skip
        spare, missing = max(room - sum(least), 0.0), sum(wanted) - sum(least)
        part = min(spare / missing, 1.0) if missing > 0 else 0.0
        widths = [low + part * (high - low) for low, high in zip(least, wanted, strict=True)]
        return [width / sum(widths) for width in widths]

    def _least(self, columns: list[list[str]], *, whole: bool) -> list[float]:
        """Return the letters each column needs; with ``whole``, an interval stays on one line."""
        found: list[float] = []
        for number, column in enumerate(columns):
            words = [
                word
                for text in column
                for word in _unbroken(text, whole=whole and self.numeric[number])
            ]
            bold = [word for text in column[:1] for word in text.split()]
            bold += words if number < self.n_row_headings else []
            widest = max(map(len, words), default=0)
            found.append(_EDGE + max(widest, _BOLD * max(map(len, bold), default=0)))
        return found

    def fitted(self, shares: list[float], *, room: int, lines: int) -> Grid:
        """Return the rows that fit, where ``lines`` of ``room`` letters do; the rest is counted.

        The space around a row takes half a line.
        """
        used, kept = 0.0, 0
        for row in [self.headings, *self.rows]:
            used += 0.5 + max(
                math.ceil(len(text) / max(share * room - 2, 1))
                for text, share in zip(row, shares, strict=True)
            )
            if used > lines and kept > 1:
                break
            kept += 1
        dropped = len(self.rows) - (kept - 1)
        return replace(self, rows=self.rows[: kept - 1], left_out=self.left_out + dropped)


def _unbroken(text: str, *, whole: bool) -> list[str]:
    """Return what stays on one line: the words of a text, or a number with its interval."""
    return [text] if whole and len(text) <= 24 and "(" in text else text.split()


def answer_rows(run: FinishedRun) -> list[tuple[str, str]]:
    """Return question and answer of the first screen, in the language of the run."""
    if run.answer is None:
        return []
    rows = run.answer["rows"]
    return [
        (question.render(run.language), run.words(rows[name]))
        for name, question in QUESTIONS.items()
        if rows.get(name)
    ]


def figures_of(run: FinishedRun) -> list[Figure]:
    """Return the key figures of the first screen."""
    found = run.answer["figures"] if run.answer else []
    return [
        Figure(*(run.words(figure.get(name)) for name in ("label", "value", "interval", "verdict")))
        for figure in found
    ]


def grid_of(table: DisplayTable, *, most_rows: int = _MOST_ROWS) -> Grid:
    """Return a table for a slide or a page: no more rows and columns than can be read there."""
    from workbench.report.exports.source import plain_text

    kept = range(min(len(table.headings), _MOST_COLUMNS))
    rows = table.rows[:most_rows]
    return Grid(
        headings=[plain_text(table.headings[i].text) for i in kept],
        rows=[[plain_text(row[i].text) for i in kept] for row in rows],
        numeric=[table.headings[i].style == "number" for i in kept],
        n_row_headings=table.n_row_headings,
        caption=plain_text(table.caption),
        left_out=len(table.rows) - len(rows),
    )


def headings_of(language: str) -> dict[str, str]:
    """Return the headings that every export uses."""
    return {
        "unsaid": translate("What we can’t say", language),
        "actions": translate("Open actions", language),
        "numbers": translate("Key figures", language),
        "record": translate("Run again and check", language),
    }


def open_lines(run: FinishedRun) -> list[str]:
    """Return a line per open action: what, whose, by when, what has happened to its number."""
    lines: list[str] = []
    for action in run.facts.get("actions", []):
        parts = [run.words(action["owner"]) or translate("unowned", run.language)]
        parts += [run.date(action["due"])] if action["due"] else []
        happened = run.words(action["happened"]).removeprefix("–. ")
        parts += [happened] if happened else []
        lines.append(f"{run.words(action['text'])}: {'; '.join(parts)}")
    return lines


def main_findings(run: FinishedRun) -> list[Finding]:
    """Return the results that have a wide drawing: a one-page summary shows as many as fit."""
    drawn = [finding for finding in run.findings if finding.drawings]
    return [finding for finding in drawn if "wide" in finding.drawings] or drawn[:1]


def describe(properties: Any, run: FinishedRun) -> None:
    """Set what a Word or PowerPoint file says of itself; its time is that of the run."""
    properties.title, properties.language = run.title, LANGUAGE_TAGS[run.language]
    properties.author = run.study
    made = dt.datetime.fromisoformat(run.facts["finished"]).replace(tzinfo=None)
    properties.created = properties.modified = made
