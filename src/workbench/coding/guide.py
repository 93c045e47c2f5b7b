"""The interview guide: whether it covers the theory, asks openly, and gets answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.theory import read_theory, theory_links
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.interviews import GuideResult

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader

__all__ = ["guide_review", "question_findings"]

_TABLE = (
    "question",
    "segment",
    "text",
    "n_theory",
    "findings",
    "n_answers",
    "median_words",
    "thin",
)
_OPEN = re.compile(
    r"\b(hur|vad|vilk\w*|varför|berätta|beskriv|på vilket sätt|när|vem|vilka|ge exempel|"
    r"var(?!\s+(?:det|den|du|ni|han|hon|de)\b)|"
    r"how|what|which|why|tell|describe|in what way|when|where|who|give an example)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"^\W*(är|var det|har|hade|kan|kunde|gör|gjorde|vill|ville|ska|skulle|tycker|tyckte|känner|"
    r"kände|finns|fanns|blev|brukar|använder|fick|får|behöver|tror|vet|"
    r"is|are|was|were|do|does|did|have|has|had|can|could|will|would|should|may)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(visst|väl|eller hur|håller du (inte )?med|tycker du inte|är det inte|borde inte|"
    r"naturligtvis|självklart|förstås|uppenbart|"
    r"don't you|isn't it|aren't you|wouldn't you|surely|obviously|of course|do you agree)\b",
    re.IGNORECASE,
)
_DOUBLE = re.compile(
    r"(\?.+\?)|\b(och|samt|and)\s+(hur|vad|varför|vilk\w*|vem|när|how|what|why|which|who|when)\b",
    re.IGNORECASE | re.DOTALL,
)
_EITHER = re.compile(r"\b(eller|or)\b", re.IGNORECASE)
_FEWEST = 3


def question_findings(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with how a question is put: finding, and the words that show it.

    ``closed`` can be answered with yes or no; ``leading`` says which answer is expected;
    ``double_barrelled`` asks two things at once. Rules of thumb for Swedish and English: a person
    decides.

    Examples
    --------
    >>> question_findings("Tycker du inte att det är krångligt?")
    [('closed', 'Tycker'), ('leading', 'Tycker du inte')]
    >>> question_findings("Hur gick det till, och vad kände du?")
    [('double_barrelled', 'och vad')]
    >>> question_findings("Berätta om senaste gången något krånglade.")
    []
    """
    found: list[tuple[str, str]] = []
    closed = _CLOSED.match(text)
    if closed and not _OPEN.match(text.strip()):
        found.append(("closed", closed[1]))
    leading = _LEADING.search(text)
    if leading:
        found.append(("leading", leading[1]))
    double = _DOUBLE.search(text)
    if double:
        found.append(("double_barrelled", " ".join(double[0].split())[:60]))
        return found
    either = _EITHER.search(text) if closed else None
    if either:
        found.append(("double_barrelled", either[0]))
    return found


def guide_review(corpus: CorpusReader, *, thin: float = 0.5) -> GuideResult:
    """Review the guide, also while interviews are still being made.

    Parameters
    ----------
    corpus
        The corpus, with ``guide.csv``.
    thin
        A question is thin when the median length of its answers is below this share of the median
        over all questions, and at least three respondents answered.

    Returns
    -------
    GuideResult
        By question; remarks on how questions are put; which question bears on which claim.
    """
    guide = corpus.registers.guide
    words = _words(corpus)
    usual = words["n_words"].median() if len(words) else float("nan")
    rows: list[tuple[Any, ...]] = []
    remarks: list[tuple[str, str, str]] = []
    for entry in guide.to_dict("records"):
        question = str(entry["question_id"])
        links = theory_links(str(entry["theory_links"]))
        found = question_findings(str(entry["question"]))
        if not links:
            found.append(("without_theory", ""))
        remarks += [(question, finding, shown) for finding, shown in found]
        lengths = words.loc[words["question"] == question, "n_words"]
        median = float(lengths.median()) if len(lengths) else None
        is_thin = median is not None and len(lengths) >= _FEWEST and median < thin * float(usual)
        rows.append(
            (
                *(question, str(entry["segment"]), str(entry["question"]), len(links)),
                *(", ".join(finding for finding, _ in found), len(lengths), median, is_thin),
            )
        )
    table = pd.DataFrame(rows, columns=list(_TABLE))
    coverage = _coverage(corpus)
    return GuideResult(
        table=table,
        method=Message(
            "Rules of thumb for how questions are put; the length of an answer is all the words a "
            "respondent gives to a question."
        ),
        checks=_checks(table, coverage),
        findings=pd.DataFrame(remarks, columns=["question", "finding", "words"]),
        coverage=coverage,
    )


def _words(corpus: CorpusReader) -> pd.DataFrame:
    """Return how many words each respondent gives to each question."""
    parts = corpus.parts.dropna(subset=["respondent", "question"])
    rows = [
        (respondent, question, len(corpus.files[document].text[start:end].split()))
        for document, start, end, respondent, question in zip(
            *(parts[name] for name in ("document", "start", "end", "respondent", "question")),
            strict=True,
        )
    ]
    frame = pd.DataFrame(rows, columns=["respondent", "question", "n_words"])
    return frame.groupby(["respondent", "question"])["n_words"].sum().reset_index()


def _coverage(corpus: CorpusReader) -> pd.DataFrame:
    guide = corpus.registers.guide
    linked = {
        (name, str(question))
        for question, links in zip(guide["question_id"], guide["theory_links"], strict=True)
        for name in theory_links(str(links))
    }
    rows = [
        (name, question, int((name, question) in linked))
        for name in read_theory(corpus)
        for question in corpus.registers.questions
    ]
    return pd.DataFrame(rows, columns=["theory", "question", "linked"])


def _checks(table: pd.DataFrame, coverage: pd.DataFrame) -> tuple[Check, ...]:
    checks: list[Check] = []
    covered = coverage.groupby("theory", sort=False)["linked"].sum()
    bare = [str(name) for name, n in covered.items() if n == 0]
    if bare:
        text = Message("No question bears on: {names}.", names=bare)
        checks.append(Check(id="theory_is_covered", passed=False, text=text))
    thin = [str(name) for name in table.loc[table["thin"].astype(bool), "question"]]
    if thin:
        text = Message(
            "Answers to {names} are short beside the others: ask for an example, or put the "
            "question another way.",
            names=thin,
        )
        checks.append(Check(id="answers_are_full", passed=False, text=text))
    return tuple(checks)
