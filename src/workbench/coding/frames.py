"""The corpus as tidy tables: one row per document, part, coding, and mention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Case, Cell, Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workbench.coding.codebook import Codebook
    from workbench.coding.documents import DocumentFile, Part
    from workbench.coding.fold import Coding
    from workbench.coding.placing import PartIndex

__all__ = ["codings_frame", "documents_frame", "frame_of", "parts_frame", "status_of"]

_INTEGERS = {"part", "start", "end", "n_characters"}
_NUMBERS = {"weight"}

DOCUMENTS = ("document", "title", "kind", "respondent", "wave", "text_sha", "n_characters")
PARTS = ("document", "part", "start", "end", "kind", "speaker", "respondent", "question")
EXCERPTS = (
    "act",
    "document",
    "part",
    "respondent",
    "question",
    "start",
    "end",
    "quote",
    "code",
    "polarity",
    "stance",
    "weight",
    "relevance",
    "coder",
    "at",
    "via",
    "status",
    "memo",
    "code_version",
    "case",
)
MENTIONS = ("act", "code", "theme", "respondent", "question", "document", "part", "coder")


def frame_of(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame: texts as Arrow strings, numbers that may be missing as such."""
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    found: dict[str, Any] = {}
    for name, values in zip(columns, by_column, strict=True):
        if name in _INTEGERS:
            found[name] = pd.array(list(values), dtype="Int64")
        elif name in _NUMBERS:
            found[name] = pd.array(list(values), dtype="Float64")
        else:
            found[name] = pd.array(list(values), dtype="str")
    return pd.DataFrame(found)


def documents_frame(documents: Iterable[DocumentFile]) -> pd.DataFrame:
    """Return one row per document."""
    rows = [
        (
            document.id,
            document.about.get("title") or document.id,
            document.about.get("kind", "document"),
            _only_respondent(document),
            document.about.get("wave"),
            document.sha,
            len(document.text),
        )
        for document in documents
    ]
    return frame_of(rows, DOCUMENTS)


def _only_respondent(document: DocumentFile) -> str | None:
    """Return the respondent of a document that has one."""
    if document.about.get("respondent"):
        return document.about["respondent"]
    names = {part.respondent for part in document.parts} - {None}
    return names.pop() if len(names) == 1 else None


def parts_frame(documents: Iterable[DocumentFile], kept_out: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per part, without those of respondents who are kept out."""
    rows = [
        (
            document.id,
            part.part,
            part.start,
            part.end,
            part.kind,
            part.speaker,
            part.respondent,
            part.question,
        )
        for document in documents
        for part in document.parts
        if part.respondent not in kept_out
    ]
    return frame_of(rows, PARTS)


def status_of(coding: Coding, documents: Mapping[str, DocumentFile]) -> str:
    """Return how a coding stands.

    ``coded``; ``kept``, ``dropped`` or ``left`` after adjudication; ``orphan`` when its text has
    changed and the quote has no place any more; ``erased`` when the person withdrew.
    """
    target = coding.target
    if isinstance(target, Span):
        document = documents.get(target.document)
        if target.quote == "":
            return "erased"
        if document is None or target.text_sha not in document.lineage:
            return "orphan"
        if document.text[target.start : target.end] != target.quote:
            return "orphan"
    return coding.verdict or "coded"


class _Placer:
    """Find the parts of a target; memory for the document at hand."""

    def __init__(
        self, documents: Mapping[str, DocumentFile], indexes: Mapping[str, PartIndex]
    ) -> None:
        self._documents = documents
        self._indexes = indexes

    def places(self, coding: Coding, status: str) -> list[tuple[str | None, Part | None]]:
        """Return (document, part) of the target; the part is None where there is no text."""
        target = coding.target
        if isinstance(target, Span):
            if status == "orphan" and target.document not in self._indexes:
                return [(target.document, None)]
            owners = self._indexes[target.document].owners(target.start, target.end)
            return [(target.document, part) for part in owners] or [(target.document, None)]
        if isinstance(target, Document):
            return [(target.document, None)]
        return [(None, None)]

    def respondent(self, coding: Coding, part: Part | None) -> str | None:
        """Return whose words or whose cell the target is."""
        target = coding.target
        if isinstance(target, Cell):
            return target.respondent
        if part is not None:
            return part.respondent
        if isinstance(target, Span | Document) and target.document in self._documents:
            return _only_respondent(self._documents[target.document])
        return None


def codings_frame(
    codings: Iterable[Coding],
    documents: Mapping[str, DocumentFile],
    indexes: Mapping[str, PartIndex],
    codebook: Codebook,
    kept_out: Mapping[str, str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return excerpts (one row per coding) and mentions (one per coding and respondent)."""
    placer = _Placer(documents, indexes)
    known = {code.id: code for code in codebook}
    resolved = {name: codebook.resolve(name) for name in known}
    themes = {name: codebook.theme_of(name) for name in known}
    rows: list[tuple[Any, ...]] = []
    mentions: list[tuple[Any, ...]] = []
    for coding in codings:
        status = status_of(coding, documents)
        places = placer.places(coding, status)
        target = coding.target
        code = resolved.get(coding.code, coding.code)
        theme = themes.get(coding.code, code)
        kept: list[tuple[str | None, Part | None, str | None, str | None]] = []
        for document, part in places:
            respondent = placer.respondent(coding, part)
            if respondent in kept_out:
                continue
            question = part.question if part is not None else None
            if isinstance(target, Cell):
                question = target.question
            kept.append((document, part, respondent, question))
        if not kept:
            continue
        for document, part, respondent, question in kept:
            number = part.part if part is not None else None
            mentions.append(
                (coding.act, code, theme, respondent, question, document, number, coding.coder)
            )
        document, part, respondent, question = kept[0]
        is_span = isinstance(target, Span)
        entry = known.get(code)
        rows.append(
            (
                coding.act,
                document,
                part.part if part is not None else None,
                respondent,
                question,
                target.start if is_span else None,
                target.end if is_span else None,
                (target.quote or None) if is_span else None,
                code,
                coding.polarity or (entry.polarity if entry is not None else None),
                coding.stance,
                coding.weight,
                coding.relevance,
                coding.coder,
                coding.at,
                coding.via,
                status,
                coding.memo or None,
                coding.code_version,
                target.case if isinstance(target, Case) else None,
            )
        )
    return frame_of(rows, EXCERPTS), frame_of(mentions, MENTIONS)
