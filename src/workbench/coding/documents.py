"""A document on disk: its text, where it came from, and the parts it is made of."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.errors import CorpusError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "DocumentFile",
    "Part",
    "document_paths",
    "read_document",
    "sha_of",
    "write_document",
    "write_whole_file",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch ``[start, end)`` of a document, in code points: a turn, an answer, a heading.

    Parameters
    ----------
    part
        Number within the document; kept when the text changes.
    kind
        ``turn`` (someone speaks), ``answer`` (to an open question), ``passage`` (of an account
        about respondents), ``question``, ``heading``, ``paragraph`` or ``table``.
    speaker
        As the transcript says it, after pseudonyms.
    respondent
        Whose words or whose account it is; None for the interviewer.
    question
        Guide question it belongs to.
    """

    part: int
    start: int
    end: int
    kind: str
    speaker: str | None = None
    respondent: str | None = None
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentFile:
    """What ``documents/<doc>.txt``, ``.toml`` and ``.parts.jsonl`` say.

    ``about`` is the toml file: id, title, kind, text_sha, respondent, wave, language, source,
    changes, reanchored, erased.
    """

    id: str
    text: str
    parts: tuple[Part, ...]
    about: dict[str, Any] = field(default_factory=dict[str, Any])

    @cached_property
    def sha(self) -> str:
        """SHA-256 of the text as it is now, UTF-8."""
        return sha_of(self.text)

    @cached_property
    def lineage(self) -> frozenset[str]:
        """Hashes of texts in which every place that is left has the same offsets as now."""
        found = {self.sha}
        for step in reversed(self.about.get("erased", [])):
            if step.get("to") in found:
                found.add(step["from"])
        return frozenset(found)

    @property
    def edited_in_place(self) -> bool:
        """Whether the text is no longer the one that was imported or re-anchored."""
        recorded = self.about.get("text_sha")
        return recorded is not None and recorded != self.sha


def sha_of(text: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal letters."""
    return hashlib.sha256(text.encode()).hexdigest()


def document_paths(folder: Path) -> list[Path]:
    """Return the text files of the corpus, in order of name."""
    return sorted(folder.glob("*.txt")) if folder.is_dir() else []


def read_document(path: Path) -> DocumentFile:
    """Read a document from its text file and the two files beside it.

    Raises
    ------
    CorpusError
        If the text is not UTF-8, or a file beside it is broken.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"documents/{path.name} must be UTF-8; byte {error.start} is not. Import the original "
            "again instead of copying it here."
        ) from error
    if "\r" in text or not unicodedata.is_normalized("NFC", text):
        raise CorpusError(
            f"documents/{path.name} must have plain line feeds and composed letters (NFC). Import "
            "the original again, or run 'workbench reanchor' with the corrected text."
        )
    return DocumentFile(
        id=path.stem, text=text, parts=_read_parts(path, len(text)), about=_read_about(path)
    )


def _read_about(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(".toml")
    if not beside.exists():
        return {}
    try:
        return tomllib.loads(beside.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(f"documents/{beside.name} is not TOML: {error}.") from error


def _read_parts(path: Path, length: int) -> tuple[Part, ...]:
    beside = path.with_suffix(".parts.jsonl")
    if not beside.exists():
        whole = Part(part=1, start=0, end=length, kind="paragraph")
        return (whole,) if length else ()
    lines = [line for line in beside.read_text(encoding="utf-8").split("\n") if line.strip()]
    try:
        parts = [Part(**found) for found in json.loads("[" + ",".join(lines) + "]")]
    except (ValueError, TypeError) as error:
        raise CorpusError(
            f"documents/{beside.name} must hold one part a line, with part, start, end, kind, "
            "speaker, respondent and question."
        ) from error
    for part in parts:
        if not 0 <= part.start <= part.end <= length:
            raise CorpusError(
                f"documents/{beside.name}: part {part.part} must lie within the text, 0 to "
                f"{length}; it says {part.start} to {part.end}."
            )
    return tuple(parts)


def write_document(folder: Path, document: DocumentFile) -> Path:
    """Write the three files of a document; each is replaced whole, so a crash leaves the old one.

    Raises
    ------
    CorpusError
        If the text is not as documents must be: NFC, line feeds.
    """
    text = document.text
    if "\r" in text or not unicodedata.is_normalized("NFC", text):
        raise CorpusError("The text of a document must have plain line feeds and be NFC.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{document.id}.txt"
    about = {"id": document.id, **document.about, "text_sha": document.sha}
    write_whole_file(path.with_suffix(".parts.jsonl"), parts_to_lines(document.parts))
    write_whole_file(path.with_suffix(".toml"), _about_to_toml(about))
    write_whole_file(path, text)
    return path


def parts_to_lines(parts: tuple[Part, ...]) -> str:
    """Return the parts as JSON lines with sorted keys."""
    rows = ({name: getattr(part, name) for name in Part.__dataclass_fields__} for part in parts)
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def _about_to_toml(about: dict[str, Any]) -> str:
    """Return plain values first, then tables, then arrays of tables, each in its given order."""
    import tomlkit

    document = tomlkit.document()
    plain = {k: v for k, v in about.items() if not isinstance(v, (dict, list))}
    rest = {k: v for k, v in about.items() if isinstance(v, (dict, list))}
    for key, value in {**plain, **rest}.items():
        if value not in (None, [], {}):
            document.add(key, tomlkit.item(value))
    return tomlkit.dumps(document)


def write_whole_file(path: Path, text: str) -> None:
    """Write a file beside its place, then move it there."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode())
    os.replace(beside, path)  # noqa: PTH105 - atomic on every system, also over an open file


def with_text(document: DocumentFile, text: str, parts: tuple[Part, ...]) -> DocumentFile:
    """Return the document with another text and the parts that fit it."""
    return replace(document, text=text, parts=parts)
