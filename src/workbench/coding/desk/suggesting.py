"""Proposals for a document's answers, learned from what is coded so far; a person decides."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.desk.codings_view import settled_codings
from workbench.coding.suggest import suggest

if TYPE_CHECKING:
    from workbench.coding.corpus import Corpus

__all__ = ["suggestions"]

_LEAST_CODED = 10
_LEAST_SCORE = 0.3


def suggestions(corpus: Corpus, document: str, coder: str | None) -> dict[str, Any]:
    """Return proposals for turns without a code, the likeliest one of each.

    ``suggestions`` holds id, start, end, code, score, reason. Empty, with ``too_few``, until ten
    turns are coded. One that a person turned down is not made again.
    """
    coded: dict[tuple[str, int], set[str]] = {}
    for coding in settled_codings(corpus, coder):
        target = coding.target
        if isinstance(target, Span):
            for part in corpus.parts_of(target):
                key = (target.document, part.part)
                coded.setdefault(key, set()).add(corpus.codebook.resolve(coding.code))
    if len(coded) < _LEAST_CODED:
        return {"suggestions": [], "too_few": _LEAST_CODED}
    texts, places = _open_turns(corpus, document, coded)
    if not places:
        return {"suggestions": []}
    known = [(corpus.text(name)[slice(*_place(corpus, name, part))]) for name, part in coded]
    made = suggest(texts, known, list(coded.values()), top=1)
    turned_down = {
        (act.target.start, act.target.end, act.code)
        for act in corpus.folded.rejected
        if isinstance(act.target, Span) and act.target.document == document
    }
    found: list[dict[str, Any]] = []
    rows = zip(
        made["text"], made["code"], made["score"], made["start"], made["end"], made["reason"],
        strict=True,
    )  # fmt: skip
    for number, code, score, start, end, reason in rows:
        begin = places[int(number)] + int(start)
        stop = places[int(number)] + int(end)
        usable = code in corpus.codebook and not corpus.codebook[code].gone
        if score < _LEAST_SCORE or not usable or (begin, stop, code) in turned_down:
            continue
        found.append(
            {
                "id": _name(document, begin, stop, str(code)),
                "start": begin,
                "end": stop,
                "code": str(code),
                "score": round(float(score), 3),
                "reason": str(reason),
            }
        )
    return {"suggestions": found}


def _name(document: str, start: int, end: int, code: str) -> str:
    text = f"{document} {start} {end} {code}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _place(corpus: Corpus, document: str, number: int) -> tuple[int, int]:
    part = next(part for part in corpus.file(document).parts if part.part == number)
    return part.start, part.end


def _open_turns(
    corpus: Corpus, document: str, coded: dict[tuple[str, int], set[str]]
) -> tuple[pd.Series, dict[int, int]]:
    """Return the words of respondents' turns without a code, and where each begins."""
    file = corpus.file(document)
    words: dict[int, str] = {}
    places: dict[int, int] = {}
    for part in file.parts:
        spoken = part.respondent is not None and part.respondent not in corpus.kept_out
        if spoken and (document, part.part) not in coded:
            words[part.part] = file.text[part.start : part.end]
            places[part.part] = part.start
    return pd.Series(words, dtype="str"), places
