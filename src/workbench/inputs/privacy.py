"""Personal data in text: find it, put tokens in its place, and keep it out of what goes out.

Nothing here finds everything. What the rules are sure of is replaced at the door; what they are
less sure of waits for a person (:mod:`workbench.inputs.redaction.door`); and every file that
leaves is scanned (:func:`scan_output`). Measured on 420 sentences of our own, half of them kept
apart from the tuning: see ``benchmarks/text_redaction.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError
from workbench.inputs.redaction.book import TOKEN, PseudonymBook
from workbench.inputs.redaction.detect import find_personal_data
from workbench.inputs.redaction.door import LEAST, SURE, Door
from workbench.inputs.redaction.findings import KINDS
from workbench.inputs.redaction.scan import Leak, refuse_leaks, scan_output

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from workbench.inputs.redaction.findings import Finding

__all__ = [
    "Door",
    "Leak",
    "PseudonymBook",
    "Redaction",
    "book_of",
    "find_recordings",
    "redact",
    "redact_texts",
    "refuse_leaks",
    "scan_output",
    "waiting_places",
]

_RECORDINGS = frozenset(
    [".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".opus", ".wma", ".amr", ".aiff", ".3gp",
     ".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg"]
)  # fmt: skip


_MOST_TO_CHECK = 5_000_000


@dataclass(frozen=True)
class Redaction:
    """A text with tokens, and where they stand.

    ``spans`` has one row per place: ``start``, ``end`` (in the text given), ``kind``, ``token``,
    ``rule``, ``confidence`` (0-1). It holds no value.
    """

    text: str
    spans: pd.DataFrame


def redact(
    text: str,
    *,
    language: str = "sv",
    book: PseudonymBook | None = None,
    kinds: Collection[str] = KINDS,
    least: float = 0.5,
) -> Redaction:
    """Put tokens in place of what may tell who someone is.

    Parameters
    ----------
    text
        Any text. Tokens already in it are left alone, so redacting twice changes nothing more.
    language
        Its main language, ``"sv"`` or ``"en"``.
    book
        Tokens used so far. Pass the same book for all texts of a project, so that the same name is
        the same token everywhere; a genitive s stays behind the token. Default: a new one.
    kinds
        What to replace: identifiers (``PHONE``, ``EMAIL``, ``ID``, ...), ``PERSON``, ``ORG``,
        ``PRODUCT``.
    least
        Confidence from which a finding is replaced, 0-1.

    Returns
    -------
    Redaction
        ``.text`` and ``.spans``.

    Raises
    ------
    DataError
        If the text is no text, or a kind is unknown.

    Examples
    --------
    >>> done = redact("Annas nummer är 070-174 06 12, ring Anna Berg!")
    >>> done.text
    '[PERSON_1]s nummer är [PHONE_1], ring [PERSON_2]!'
    >>> done.spans[["start", "end", "kind", "token"]].values.tolist()[1]
    [16, 29, 'PHONE', '[PHONE_1]']
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers in notebooks are not typed
        raise DataError(
            f"Only text can be redacted; found {type(text).__name__}. For a column of texts use "
            "workbench.redact_texts."
        )
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise DataError(f"There is no kind '{unknown[0]}'; the kinds are {', '.join(KINDS)}.")
    book = PseudonymBook() if book is None else book
    findings = [
        found
        for found in _found(text, language)
        if found.kind in kinds and found.confidence >= least
    ]
    pieces: list[str] = []
    rows: list[tuple[object, ...]] = []
    done = 0
    for found in findings:
        token = book.token(found.kind, text[found.start : found.end])
        pieces += [text[done : found.start], token]
        rows.append((found.start, found.end, found.kind, token, found.rule, found.confidence))
        done = found.end
    columns = ["start", "end", "kind", "token", "rule", "confidence"]
    spans = pd.DataFrame(rows, columns=columns).astype(
        {"start": "int64", "end": "int64", "kind": "str", "token": "str", "rule": "str"}
    )
    return Redaction("".join([*pieces, text[done:]]), spans)


def _found(text: str, language: str) -> list[Finding]:
    """Return findings outside tokens; a token is blanked so that it gives no cue."""
    blank = TOKEN.sub(lambda match: "\u2580" * len(match[0]), text)
    return find_personal_data(blank, language=language)


def redact_texts(
    texts: pd.Series,
    *,
    language: str = "sv",
    book: PseudonymBook | None = None,
    least: float = SURE,
) -> pd.Series:
    """Redact a column of texts with one book; missing texts stay missing.

    Parameters
    ----------
    texts
        One text per entry.
    language, book, least
        As in :func:`redact`; ``least`` is what replaces without asking.

    Returns
    -------
    Series
        Same index and length.
    """
    book = PseudonymBook() if book is None else book
    done = [
        redact(text, language=language, book=book, least=least).text
        if isinstance(text, str)
        else None
        for text in texts
    ]
    return pd.Series(done, index=texts.index, name=texts.name, dtype="str")


def book_of(folder: Path | str) -> PseudonymBook:
    """Open the book of a study: ``.keys/redaction.jsonl`` in its folder."""
    return PseudonymBook(Path(folder) / ".keys" / "redaction.jsonl")


def find_recordings(folder: Path | str) -> list[Path]:
    """Return sound and video files inside a study: a voice is personal data that no token hides.

    ``originals/`` is looked into as well. Keep recordings outside the project, and delete them when
    the transcript is approved.
    """
    root = Path(folder)
    return sorted(
        path.relative_to(root) for path in _files_below(root) if path.suffix.lower() in _RECORDINGS
    )


def waiting_places(folder: Path | str, documents: str, *, language: str = "sv") -> int | None:
    """Return how many places in the documents of a study wait for a person; nothing is written.

    None when the documents are so large that counting takes longer than a check may: ``workbench
    redact`` counts those.
    """
    paths = sorted((Path(folder) / documents).glob("*.txt"))
    if sum(path.stat().st_size for path in paths) > _MOST_TO_CHECK:
        return None
    texts = [(path.stem, path.read_text(encoding="utf-8", errors="replace")) for path in paths]
    if not (Path(folder) / "redaction" / "log.jsonl").exists():
        least = [f.confidence >= LEAST for _, text in texts for f in _found(text, language)]
        return sum(least)
    door = Door(folder, language)
    decided = door.decisions
    return sum(
        place.key not in decided for name, text in texts for place in door.places(name, text)
    )


def _files_below(root: Path) -> Iterable[Path]:
    for path in root.rglob("*"):
        if ".git" not in path.parts and path.is_file():
            yield path
