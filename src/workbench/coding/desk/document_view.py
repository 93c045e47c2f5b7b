"""A document as the browser draws it: its text, cut into paragraphs that are redrawn one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workbench.coding.sentences import sentence_starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.coding.corpus import Corpus
    from workbench.coding.documents import DocumentFile, Part

__all__ = ["blocks_of", "document_view", "shown_text", "title_of"]

_LINES = re.compile(r"[^\n]*\S[^\n]*")
_HIDDEN = "█"
_LONG = 3000


def document_view(corpus: Corpus, document: str) -> dict[str, Any]:
    """Return what the browser needs to show a document.

    ``text`` has the document's own length, so that places are the same on both sides; words of
    people who are kept out are blacked out before they leave the kernel. ``blocks`` are paragraphs
    in order: start, end, part, kind, speaker, respondent, question, and where sentences begin.
    """
    file = corpus.file(document)
    text = shown_text(corpus, file)
    questions = _questions(corpus)
    return {
        "document": document,
        "title": title_of(corpus, document),
        "text": text,
        "text_sha": file.sha,
        "locked": file.edited_in_place,
        "blocks": list(blocks_of(file, text)),
        "questions": {name: words for name, words in questions.items() if words},
    }


def title_of(corpus: Corpus, document: str) -> str:
    """Return a document's title, with the role and day of the talk where the registers know."""
    about = corpus.file(document).about
    title = str(about.get("title") or document)
    respondent = about.get("respondent") or document
    roles = corpus.registers.column("role")
    role = roles.get(respondent)
    return f"{title}, {role}" if role and role.casefold() not in title.casefold() else title


def shown_text(corpus: Corpus, file: DocumentFile) -> str:
    """Return the text with the words of those who are kept out blacked out, letter for letter."""
    text = file.text
    for part in file.parts:
        if part.respondent in corpus.kept_out:
            words = re.sub(r"\S", _HIDDEN, text[part.start : part.end])
            text = text[: part.start] + words + text[part.end :]
    return text


def _questions(corpus: Corpus) -> dict[str, str]:
    guide = corpus.registers.guide
    return dict(zip(guide["question_id"].astype(str), guide["question"].astype(str), strict=True))


def blocks_of(file: DocumentFile, text: str) -> Iterator[dict[str, Any]]:
    """Yield the paragraphs of a document; what stands between parts is one of kind ``other``.

    Speaker labels at the head of a turn are not repeated: the margin names who speaks.
    """
    at = 0
    for part in _disjoint(file.parts):
        start = max(part.start, at)
        if part.end <= start:
            continue
        yield from _between(text, at, start, label=part.speaker)
        yield from _paragraphs(text, start, part.end, part)
        at = part.end
    yield from _between(text, at, len(text), label=None)


def _disjoint(parts: tuple[Part, ...]) -> list[Part]:
    """Return the parts in order of place; of several on one place the first stands for all."""
    found: dict[tuple[int, int], Part] = {}
    for part in sorted(parts, key=lambda part: (part.start, -part.end, part.part)):
        found.setdefault((part.start, part.end), part)
    return list(found.values())


def _between(text: str, start: int, end: int, *, label: str | None) -> Iterator[dict[str, Any]]:
    for match in _LINES.finditer(text, start, end):
        words = match.group().strip()
        is_label = label is not None and match.end() == end and _names(words, label)
        if not is_label:
            yield _block(text, match.start(), match.end(), None)


def _names(words: str, speaker: str) -> bool:
    return words.rstrip(" :").casefold().endswith(speaker.casefold())


def _paragraphs(text: str, start: int, end: int, part: Part) -> Iterator[dict[str, Any]]:
    """Yield a part as one paragraph, or a long one line by line."""
    words = text[start:end]
    if end - start <= _LONG and words.strip():
        start += len(words) - len(words.lstrip("\n"))
        yield _block(text, start, start + len(words.strip("\n")), part)
        return
    for match in _LINES.finditer(text, start, end):
        yield _block(text, match.start(), match.end(), part)


def _block(text: str, start: int, end: int, part: Part | None) -> dict[str, Any]:
    return {
        "start": start,
        "end": end,
        "part": part.part if part else None,
        "kind": part.kind if part else "other",
        "speaker": part.speaker if part else None,
        "respondent": part.respondent if part else None,
        "question": part.question if part else None,
        "sentences": [start + place for place in sentence_starts(text[start:end])],
    }
