"""Running accounts: a text about several respondents, split into passages about each.

"Respondent 3 says ..." opens a passage that goes on until the next respondent is named, within
one question. A sentence that names several ("R1, R3 and R6 stress ...") is about each of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.coding.documents import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.coding.importing.questions import GuideIndex

__all__ = ["account_parts", "is_account"]

_NAMED = re.compile(r"(?<!\w)(?:[Rr]espondent(?:en|erna)?|[Ii]nformant(?:en)?)\s+(\d{1,3})(?!\w)")
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"'”’)]*|(?=\n)|$)")
_SHORT = re.compile(r"(?<!\w)R(\d{1,3})(?!\w)")
_RANGE = re.compile(r"(?<!\w)R(\d{1,3})\s*[-–]\s*R?(\d{1,3})(?!\w)")


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    about: tuple[str, ...]


def is_account(text: str, known: Sequence[str]) -> bool:
    """Say whether a text tells about respondents rather than lets them speak."""
    names = {name for sentence in _sentences(text, known) for name in sentence.about}
    return len(names) >= 2


def account_parts(text: str, known: Sequence[str], guide: GuideIndex) -> list[Part]:
    """Return the passages of an account, each with its respondents and its question.

    Passages about several respondents become one part for each, with the same place.
    """
    spans: list[tuple[int, int, tuple[str, ...], str | None, str]] = []
    question: str | None = None
    start = 0
    for line in text.split("\n"):
        asked = guide.find(line) if len(line) < 300 and not _names(line, known) else None
        if asked is not None:
            question = asked
            spans.append((start, start + len(line), (), question, "question"))
        elif line.strip():
            inherited = spans[-1] if spans and spans[-1][4] == "passage" else None
            carried = inherited[2] if inherited is not None and inherited[3] == question else ()
            spans += _passages(text, start, start + len(line), carried, question, known)
        start += len(line) + 1
    parts: list[Part] = []
    for begin, end, about, asked, kind in _joined(spans):
        for name in about or (None,):
            parts.append(
                Part(
                    part=len(parts) + 1,
                    start=begin,
                    end=end,
                    kind=kind if about or kind == "question" else "paragraph",
                    respondent=name,
                    question=asked,
                )
            )
    return parts


def _passages(
    text: str,
    start: int,
    end: int,
    carried: tuple[str, ...],
    question: str | None,
    known: Sequence[str],
) -> list[tuple[int, int, tuple[str, ...], str | None, str]]:
    found: list[tuple[int, int, tuple[str, ...], str | None, str]] = []
    for sentence in _sentences(text[start:end], known):
        about = sentence.about or carried
        carried = about
        found.append((start + sentence.start, start + sentence.end, about, question, "passage"))
    return found


def _joined(
    spans: Sequence[tuple[int, int, tuple[str, ...], str | None, str]],
) -> list[tuple[int, int, tuple[str, ...], str | None, str]]:
    """Join sentences in a row about the same respondents and question."""
    found: list[tuple[int, int, tuple[str, ...], str | None, str]] = []
    for span in spans:
        last = found[-1] if found else None
        if last is not None and last[2:] == span[2:] and span[4] == "passage" and span[2]:
            found[-1] = (last[0], span[1], *last[2:])
        else:
            found.append(span)
    return found


def _sentences(text: str, known: Sequence[str]) -> list[_Sentence]:
    found: list[_Sentence] = []
    for match in _SENTENCE.finditer(text):
        words = match[0]
        if not words.strip():
            continue
        start = match.start() + len(words) - len(words.lstrip())
        found.append(_Sentence(start, match.end(), _names(words, known)))
    return found


def _names(words: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the respondents a sentence names, in their order."""
    by_number = {match[1]: name for name in known if (match := re.search(r"(\d+)$", name))}
    hits: list[tuple[int, str]] = []
    for match in _RANGE.finditer(words):
        first, last = int(match[1]), int(match[2])
        if first < last < first + 50:
            hits += [(match.start(), str(number)) for number in range(first, last + 1)]
    hits += [(match.start(), match[1]) for match in _NAMED.finditer(words)]
    hits += [(match.start(), match[1]) for match in _SHORT.finditer(words)]
    names = [(place, by_number.get(number, f"R{number}")) for place, number in hits]
    for name in known:
        if not re.search(r"\d+$", name):
            places = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", words)
            names += [(match.start(), name) for match in places]
    return tuple(dict.fromkeys(name for _, name in sorted(names)))
