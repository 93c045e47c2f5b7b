"""The door through which texts enter a study: what is sure is replaced, the rest waits.

A decision about a value holds everywhere and for ever, so that texts that come again come out the
same. Decisions are in ``redaction/log.jsonl``, which Git tracks: places, rules, who decided and
hashes; a value is there only as a keyed hash that nobody can turn back without ``.keys/``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from workbench.errors import PrivacyError
from workbench.inputs.pseudonyms import Pseudonyms
from workbench.inputs.redaction.book import TOKEN, PseudonymBook
from workbench.inputs.redaction.detect import find_personal_data

__all__ = ["LEAST", "SURE", "Decision", "Door", "Place"]

SURE = 0.6
"""Confidence from which a finding is replaced without asking; the rest waits for a person."""

LEAST = 0.5
"""Confidence from which a finding is shown to a person."""

Decision = Literal["replace", "keep"]


@dataclass(frozen=True, slots=True)
class Place:
    """One finding in one text: ``value`` is for the eyes of a reviewer, never for a file."""

    document: str
    start: int
    end: int
    kind: str
    rule: str
    confidence: float
    key: str
    value: str = field(repr=False)


class Door:
    """Replaces personal data in the texts of one study, the same way every time.

    Parameters
    ----------
    folder
        The study's folder.
    language
        Main language of its texts.
    """

    def __init__(self, folder: Path | str, language: str = "sv") -> None:
        self.folder = Path(folder)
        self.language = language
        self.book = PseudonymBook(self.folder / ".keys" / "redaction.jsonl")
        self.log_path = self.folder / "redaction" / "log.jsonl"
        self._secret = Pseudonyms(self.folder)
        self._keys: dict[tuple[str, str], str] = {}
        self._decided = self._read_log()
        self._lines: list[dict[str, Any]] = []
        self._replaced: dict[str, str] = {}
        self._last_text, self._last_sha = "", hashlib.sha256(b"").hexdigest()

    @property
    def decisions(self) -> dict[str, Decision]:
        """Key of a value to the last decision about it."""
        return dict(self._decided)

    def places(self, document: str, text: str) -> list[Place]:
        """Return every finding worth a look in a text, whatever has been decided.

        Line by line, so that a document of a million answers needs no more memory than one.
        """
        found: list[Place] = []
        offset = 0
        for line in text.split("\n"):
            blank = TOKEN.sub(lambda match: "\u2580" * len(match[0]), line)
            for one in find_personal_data(blank, language=self.language):
                if one.confidence >= LEAST:
                    value = line[one.start : one.end]
                    start, end = offset + one.start, offset + one.end
                    key = self._key(one.kind, value)
                    found.append(
                        Place(document, start, end, one.kind, one.rule, one.confidence, key, value)
                    )
            offset += len(line) + 1
        return found

    def replaces(self, place: Place) -> bool:
        """Whether a finding is replaced: a person decided so, or nobody has and it is sure."""
        return self._decided.get(place.key, "replace" if place.confidence >= SURE else "keep") == (
            "replace"
        )

    def redact(self, document: str, text: str) -> tuple[str, list[tuple[int, int, str]]]:
        """Return the text with tokens, and each replaced span of the old text with its token."""
        spans = [
            (place.start, place.end, self._replace(place, text))
            for place in self.places(document, text)
            if self.replaces(place)
        ]
        return _with_tokens(text, spans), spans

    def decide(self, place: Place, decision: Decision, *, reviewer: str, text: str) -> None:
        """Record a person's decision about a value; it holds for every place with that value."""
        self._decided[place.key] = decision
        token = self.book.token(place.kind, place.value) if decision == "replace" else None
        if token is not None:
            self._replaced[place.value] = token
        self._note(place, decision, token, text, reviewer)

    def replaced_values(self) -> dict[str, str]:
        """Return value to token of everything a person decided to replace through this door."""
        return dict(self._replaced)

    def save(self) -> None:
        """Write the book and the log."""
        self.book.save()
        if not self._lines:
            return
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("a", encoding="utf-8") as stream:
            for line in self._lines:
                stream.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        self._lines = []

    def _replace(self, place: Place, text: str) -> str:
        token = self.book.token(place.kind, place.value)
        self._note(place, "replace", token, text, "")
        return token

    def _note(
        self, place: Place, decision: Decision, token: str | None, text: str, reviewer: str
    ) -> None:
        self._lines.append(
            {
                "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "by": reviewer or "rules",
                "confidence": place.confidence,
                "decision": decision,
                "document": place.document,
                "end": place.end,
                "kind": place.kind,
                "rule": place.rule,
                "start": place.start,
                "text_sha": self._sha_of(text),
                "token": token,
                "value": place.key,
            }
        )

    def _sha_of(self, text: str) -> str:
        """Return the hash of a text; the same text is asked about many times in a row."""
        if self._last_text is not text:
            self._last_text, self._last_sha = text, hashlib.sha256(text.encode()).hexdigest()
        return self._last_sha

    def _key(self, kind: str, value: str) -> str:
        known = self._keys.get((kind, value))
        if known is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            folded = f"{kind} {' '.join(value.casefold().split())}"
            known = str(self._secret.of([folded]).iloc[0])
            self._keys[kind, value] = known
        return known

    def _read_log(self) -> dict[str, Decision]:
        found: dict[str, Decision] = {}
        if not self.log_path.exists():
            return found
        lines = self.log_path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
                by, decision, value = (str(entry[name]) for name in ("by", "decision", "value"))
            except (ValueError, KeyError, TypeError) as error:
                raise PrivacyError(
                    f"redaction/log.jsonl, line {number}, cannot be read. Take the line from Git."
                ) from error
            if by != "rules" and decision in {"replace", "keep"}:
                found[value] = "replace" if decision == "replace" else "keep"
        return found


def _with_tokens(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, token in spans:
        pieces += [text[done:start], token]
        done = end
    return "".join([*pieces, text[done:]])
