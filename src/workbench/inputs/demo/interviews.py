"""The demo interviews: eight transcripts, and what two coders marked in them.

The sources mark codings in the running text. ``[[the date was missing|waiting:AB-]]`` is a span
that coders A and B both gave the code ``waiting`` as a barrier; marks nest, and one span may carry
several codings, ``waiting:A-;start_over:B``. The signs are ``+`` success, ``-`` barrier, ``~`` both
and ``!`` for a code that the words deny.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Coding", "Transcript", "interview_codebook", "interview_truth", "transcripts"]

SOURCES = Path(__file__).parent / "studies" / "interviews"
CODERS = ("A", "B")
MARK = re.compile(r"\[\[|\|([\w:;+~!-]+)\]\]")
CODING = re.compile(r"(?P<code>\w+):(?P<coders>[AB]+)(?P<sign>[+~!-]?)")
QUESTION = re.compile(r"^Intervjuare: .*?\b(F\d+)\. ", re.MULTILINE)
POLARITIES = {"+": "success", "-": "barrier", "~": "both"}

STATES = (
    *(("R6", question, "not_asked") for question in ("F1", "F2")),
    *(("R7", question, "not_asked") for question in ("F1", "F2")),
    *(("R8", question, "not_asked") for question in ("F1", "F2")),
    ("R2", "F11", "answered_elsewhere"),
    ("R4", "F12", "no_text"),
)
"""Cells that hold no answer, and why: respondent, guide question, state."""


@dataclass(frozen=True)
class Coding:
    """One code on one span of a transcript, ``[start, end)`` in characters."""

    respondent: str
    question: str
    start: int
    end: int
    quote: str
    code: str
    coder: str
    polarity: str | None
    stance: str


@dataclass(frozen=True)
class Transcript:
    """A transcript as it was typed out, and the codings of both coders in order of their place."""

    respondent: str
    text: str
    codings: tuple[Coding, ...]


def transcripts() -> list[Transcript]:
    """Return the eight transcripts without marks, R1 to R8."""
    paths = sorted(SOURCES.glob("R*.txt"))
    return [_transcript(path.stem, path.read_text(encoding="utf-8")) for path in paths]


def interview_codebook() -> dict[str, list[dict[str, Any]]]:
    """Return ``group`` (parents, in the guide's order) and ``code`` entries of the codebook."""
    return tomllib.loads((SOURCES / "codebook.toml").read_text(encoding="utf-8"))


def _transcript(respondent: str, marked: str) -> Transcript:
    text, opened, spans, place = "", [], [], 0
    for mark in MARK.finditer(marked):
        text += marked[place : mark.start()]
        place = mark.end()
        if mark[1] is None:
            opened.append(len(text))
        else:
            spans.append((opened.pop(), len(text), mark[1]))
    text += marked[place:]
    codings = [
        coding
        for start, end, specification in spans
        for coding in _codings(respondent, text, start, end, specification)
    ]
    codings.sort(key=lambda coding: (coding.start, -coding.end, coding.code, coding.coder))
    return Transcript(respondent, text, tuple(codings))


def _codings(respondent: str, text: str, start: int, end: int, specification: str) -> list[Coding]:
    question = [match[1] for match in QUESTION.finditer(text) if match.start() < start][-1]
    return [
        Coding(
            respondent=respondent,
            question=question,
            start=start,
            end=end,
            quote=text[start:end],
            code=match["code"],
            coder=coder,
            polarity=POLARITIES.get(match["sign"]),
            stance="denies" if match["sign"] == "!" else "affirms",
        )
        for match in CODING.finditer(specification)
        for coder in match["coders"]
    ]


def interview_truth() -> dict[str, Any]:
    """Return both coders' codings, the cells without answers, and who expresses each theme."""
    codings = [coding for transcript in transcripts() for coding in transcript.codings]
    codes = [entry["id"] for entry in interview_codebook()["code"]]
    return {
        "spans": "half-open, in Unicode code points of transcripts/<respondent>.txt",
        "codings": [asdict(coding) for coding in codings],
        "states": [
            {"respondent": respondent, "question": question, "state": state}
            for respondent, question, state in STATES
        ],
        "themes": {code: _theme(code, codings) for code in codes},
    }


def _theme(code: str, codings: list[Coding]) -> dict[str, Any]:
    """Return respondents and cells (respondent x question) by coder for one code."""
    of_code = [coding for coding in codings if coding.code == code]
    cells = {
        coder: {(c.respondent, c.question) for c in of_code if c.coder == coder} for coder in CODERS
    }
    affirming = {c.respondent for c in of_code if c.stance == "affirms"}
    return {
        "respondents": sorted(affirming),
        "denied_by": sorted({c.respondent for c in of_code if c.stance == "denies"}),
        "codings": {coder: sum(c.coder == coder for c in of_code) for coder in CODERS},
        "cells": {
            "both": len(cells["A"] & cells["B"]),
            "only_A": len(cells["A"] - cells["B"]),
            "only_B": len(cells["B"] - cells["A"]),
        },
    }
