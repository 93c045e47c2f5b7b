"""Small corpora built on the spot, with a clock and ids that repeat."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part

Turn = tuple[str | None, str | None, str]
"""Respondent (None: the interviewer), question, words."""


class Clock:
    """A second passes between any two acts."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now


def interview(name: str, turns: Sequence[Turn]) -> DocumentFile:
    """Return a transcript: one turn a line, each a part without its speaker label."""
    text = ""
    parts = []
    for number, (respondent, question, words) in enumerate(turns, start=1):
        speaker = respondent or "Intervjuare"
        start = len(text) + len(speaker) + 2
        text += f"{speaker}: {words}\n"
        parts.append(
            Part(
                part=number,
                start=start,
                end=len(text) - 1,
                kind="turn",
                speaker=speaker,
                respondent=respondent,
                question=question,
            )
        )
    return DocumentFile(id=name, text=text, parts=tuple(parts), about={"kind": "interview"})


def place(corpus: Corpus, words: str, document: str = "R1") -> Span:
    """Return the first place of the words."""
    start = corpus.text(document).index(words)
    return Span(document, start, start + len(words))


def open_corpus(folder: Path, seed: int = 1) -> Corpus:
    """Open a corpus whose acts have repeatable times and ids."""
    return Corpus(folder, clock=Clock(), random=np.random.default_rng(seed))


R1 = interview(
    "R1",
    [
        (None, "F1", "Hur gick det till när du blev kund?"),
        (
            "R1",
            "F1",
            "Det tog väl tio minuter 😀, och sen låg kortet i appen direkt. Bra tyckte jag.",
        ),
        (None, "F2", "Vad hände medan du väntade?"),
        ("R1", "F2", "Ingen sa något på tre veckor. Det är inte att det tar tid, utan tystnaden."),
    ],
)
R2 = interview(
    "R2",
    [
        (None, "F1", "Hur gick det till när du blev kund?"),
        ("R2", "F1", "Den bad mig legitimera mig tre gånger."),
        (None, "F2", "Vad hände medan du väntade?"),
        ("R2", "F2", "Jag ringde varje fredag, och varje fredag var det en ny person."),
    ],
)
