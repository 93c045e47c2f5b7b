"""What a reader makes of a file: lines of text, and everything it changed on the way."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["Change", "Line", "Original", "normal_text"]

_KEPT_CONTROLS = {"\n", "\t"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One kind of change made to the text, how often, and where or what.

    ``kind`` is a stable word: ``nfc``, ``line_feeds``, ``encoding``, ``hyphens`` and so on.
    """

    kind: str
    n: int
    note: str = ""

    def as_values(self) -> dict[str, Any]:
        """Return what stands in the import record."""
        return {"kind": self.kind, "n": self.n, **({"note": self.note} if self.note else {})}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A paragraph, a table row, a cue or an answer; ``text`` may hold line feeds of its own."""

    text: str
    kind: str = "paragraph"
    speaker: str | None = None
    respondent: str | None = None
    question: str | None = None
    time: float | None = None


@dataclass
class Original:
    """A file as read: its lines in order, its format and encoding, and what was changed."""

    format: str
    lines: list[Line]
    encoding: str | None = None
    changes: list[Change] = field(default_factory=list[Change])

    def changed(self, kind: str, n: int, note: str = "") -> None:
        """Record a change that was made at least once."""
        if n:
            self.changes.append(Change(kind=kind, n=n, note=note))


def normal_text(text: str, counts: Counter[str]) -> str:
    """Return text with composed letters and plain line feeds, counting what was changed.

    Control characters other than tab and line feed are dropped. Everything else stays, also signs
    that cannot be seen, such as zero-width joiners in emoji.
    """
    if "\r" in text:
        counts["line_feeds"] += text.count("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    separators = sum(text.count(sign) for sign in "\u2028\u2029\x0b\x0c\x85")
    if separators:
        counts["separators"] += separators
        for sign in "\u2028\u2029\x0b\x0c\x85":
            text = text.replace(sign, "\n")
    controls = [
        sign for sign in text if sign not in _KEPT_CONTROLS and unicodedata.category(sign) == "Cc"
    ]
    if controls:
        counts["control_signs"] += len(controls)
        text = "".join(sign for sign in text if sign not in set(controls))
    if text.startswith("\ufeff"):
        counts["byte_order_mark"] += 1
        text = text.removeprefix("\ufeff")
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        counts["nfc"] += 1
    return composed
