"""From lines to a document: one text, and the parts it is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from workbench.coding.documents import Part
from workbench.coding.importing.accounts import account_parts, is_account
from workbench.coding.importing.original import Change, Line
from workbench.coding.importing.speakers import Cast, labelled, words_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.coding.importing.questions import GuideIndex

__all__ = ["Structured", "structured", "unwrapped"]

_NUMBERED = re.compile(r"^\s{0,6}(\d{1,4})(?:\s{2,}|\t)(\S.*)?$")
_INDENTED = re.compile(r"^\s{3,}(\S.*)$")
_LONGEST_QUESTION = 300


@dataclass(frozen=True, kw_only=True)
class Structured:
    """A text with its parts, and what was done to find them."""

    text: str
    parts: tuple[Part, ...]
    kind: str
    changes: tuple[Change, ...]


def structured(lines: Sequence[Line], cast: Cast, guide: GuideIndex) -> Structured:
    """Put lines together as one text with its parts.

    Where speakers are named, a part is a turn, from the first word after the label to the last
    before the next. Where a text tells about several respondents, a part is a passage. Else each
    paragraph is a part.
    """
    lines = labelled(lines, cast)
    has_labels = any(line.speaker is not None for line in lines)
    text, places = _text(lines)
    if not has_labels and cast.own is None and is_account(text, cast.known):
        parts = account_parts(text, cast.known, guide)
        found = Change(kind="passages", n=len(parts))
        return Structured(text=text, parts=tuple(parts), kind="account", changes=(found,))
    cast.assign(line.speaker for line in lines if line.speaker is not None)
    parts = _parts(lines, places, text, cast, guide)
    changes: list[Change] = []
    if has_labels:
        turns = sum(part.speaker is not None for part in parts)
        names = ", ".join(f"{label}: {name or '-'}" for label, name in cast.labels.items())
        changes.append(Change(kind="turns", n=turns, note=names))
    if cast.to_check:
        note = ", ".join(dict.fromkeys(cast.to_check))
        changes.append(Change(kind="speakers_to_check", n=len(set(cast.to_check)), note=note))
    asked = {part.question for part in parts if part.question is not None}
    if len(guide):
        changes.append(Change(kind="questions_found", n=len(asked)))
    kind = "interview" if has_labels or cast.own is not None else "document"
    return Structured(text=text, parts=tuple(parts), kind=kind, changes=tuple(changes))


def _text(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text, and each line's place; a named voice is written before its words."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    place = 0
    for line in lines:
        has_own_label = line.speaker is None or words_start(line.text, line.speaker) > 0
        piece = line.text if has_own_label else f"{line.speaker}: {line.text}"
        pieces.append(piece)
        places.append((place, place + len(piece)))
        place += len(piece) + 1
    return "\n".join(pieces), places


def _parts(
    lines: Sequence[Line],
    places: Sequence[tuple[int, int]],
    text: str,
    cast: Cast,
    guide: GuideIndex,
) -> list[Part]:
    parts: list[Part] = []
    question: str | None = None
    is_open = False
    for line, (start, end) in zip(lines, places, strict=True):
        if line.speaker is not None:
            begin = start + words_start(text[start:end], line.speaker)
            respondent = cast.labels[line.speaker]
            asked = guide.find(text[begin:end]) if respondent is None else None
            question = asked or question
            parts.append(
                Part(
                    part=len(parts) + 1,
                    start=begin,
                    end=end,
                    kind="question" if asked else "turn",
                    speaker=line.speaker,
                    respondent=respondent,
                    question=question,
                )
            )
            is_open = True
            continue
        if not line.text.strip():
            continue
        is_heading = line.kind == "heading" or line.text.lstrip().startswith("#")
        asked = guide.find(line.text) if len(line.text) <= _LONGEST_QUESTION else None
        if is_open and not is_heading and not asked and line.kind == "paragraph":
            parts[-1] = replace(parts[-1], end=end)
            continue
        is_open = False
        question = asked or question
        is_own = not asked and not is_heading and not cast.labels
        parts.append(
            Part(
                part=len(parts) + 1,
                start=start,
                end=end,
                kind="question" if asked else "heading" if is_heading else line.kind,
                respondent=cast.own if is_own else None,
                question=question,
            )
        )
    return parts


def unwrapped(lines: Sequence[Line]) -> tuple[list[Line], list[Change]]:
    """Return lines of numbered paragraphs as whole paragraphs without their numbers.

    Programs for coding print transcripts so: a number in the margin, the paragraph broken into
    lines that stand further in. Lines that are not laid out in this way stay as they are.
    """
    filled = [line for line in lines if line.text.strip()]
    numbers = [match for line in filled if (match := _NUMBERED.match(line.text))]
    bare = [line for line in filled if line.text.strip().isdigit()]
    further = sum(bool(_INDENTED.match(line.text)) for line in filled)
    counted = len(numbers) + len(bare) + further
    if len(numbers) < 5 or counted < 0.9 * len(filled) or not _count_up(numbers):
        return list(lines), []
    paragraphs: list[str] = []
    for line in filled:
        numbered = _NUMBERED.match(line.text)
        if numbered or line.text.strip().isdigit():
            paragraphs.append((numbered[2] if numbered else "") or "")
        elif paragraphs:
            paragraphs[-1] = f"{paragraphs[-1]} {line.text.strip()}".strip()
        else:
            paragraphs.append(line.text.strip())
    changes = [
        Change(kind="paragraph_numbers", n=len(numbers) + len(bare)),
        Change(kind="lines_joined", n=len(filled) - len(paragraphs)),
    ]
    return [Line(text=text.rstrip()) for text in paragraphs], changes


def _count_up(numbers: Sequence[re.Match[str]]) -> bool:
    values = [int(match[1]) for match in numbers]
    steps = sum(after == before + 1 for before, after in pairwise(values))
    return steps >= 0.8 * (len(values) - 1)
