"""Which token stands for which value: the same value is the same token all over a project.

The book is the only place that holds values. It lies in ``.keys/``, readable by its owner only,
ignored by Git, and no report reads it except to make sure that nothing in it comes out.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from typing import TYPE_CHECKING

from workbench.errors import PrivacyError
from workbench.inputs.redaction.names import without_genitive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["TOKEN", "PseudonymBook"]

TOKEN = re.compile(r"\[[A-Z]{2,10}_\d+\]")
_NUMBERS = frozenset(["PHONE", "ID", "ACCOUNT", "ORGNUM"])
_LETTERS_ONLY = re.compile(r"[^\w@.+:/-]+")


class PseudonymBook:
    """Values and their tokens.

    Parameters
    ----------
    path
        File of the book, made on :meth:`save`; None: kept in memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._tokens: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        if path is not None and path.exists():
            self._read(path)

    def __len__(self) -> int:
        return len(self._values)

    def token(self, kind: str, value: str) -> str:
        """Return the token of a value, a new one the first time.

        Case, spaces and the ways of writing a number do not count. A name of one word is the same
        person as the only full name in the book that has it first or last.
        """
        key = (kind, _normal(kind, value))
        known = self._tokens.get(key) or (self._by_part(key[1]) if kind == "PERSON" else None)
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = f"[{kind}_{self._counts[kind]}]"
        if key not in self._tokens:
            self._tokens[key] = known
            self._values.setdefault(known, value)
        return known

    def value_of(self, token: str) -> str | None:
        """Return the value a token stands for, as it was first written; None: not in the book."""
        return self._values.get(token)

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and value of every entry, for scanning what goes out."""
        for token, value in self._values.items():
            yield token[1:].rpartition("_")[0], value

    def save(self) -> None:
        """Write the book, whole or not at all, readable by its owner only."""
        if self.path is None:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = [
            {"kind": kind, "value": self._values[token], "key": key, "token": token}
            for (kind, key), token in self._tokens.items()
        ]
        text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        beside = self.path.with_name(f".{self.path.name}.new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        beside.replace(self.path)

    def _read(self, path: Path) -> None:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                entry = json.loads(line)
                kind, key, token, value = (
                    str(entry[name]) for name in ("kind", "key", "token", "value")
                )
            except (ValueError, KeyError, TypeError) as error:
                raise PrivacyError(
                    f".keys/{path.name}, line {number}, cannot be read. Take it from a backup; "
                    "without it new tokens would not agree with those in the documents."
                ) from error
            self._tokens[kind, key] = token
            self._values.setdefault(token, value)
            count = int(token.rstrip("]").rpartition("_")[2])
            self._counts[kind] = max(self._counts.get(kind, 0), count)

    def _by_part(self, name: str) -> str | None:
        """Return the token of the only full name that a single name can belong to."""
        if " " in name:
            return None
        found = {
            token
            for (kind, full), token in self._tokens.items()
            if kind == "PERSON" and " " in full and name in {full.split()[0], full.split()[-1]}
        }
        return found.pop() if len(found) == 1 else None


def _normal(kind: str, value: str) -> str:
    text = unicodedata.normalize("NFC", value).casefold()
    if kind in _NUMBERS:
        digits = "".join(letter for letter in text if letter.isalnum())
        if kind == "PHONE":
            digits = re.sub(r"^(?:00)?46(?=[1-9])", "0", digits).replace("460", "0", 1)
        return digits[2:] if kind == "ID" and len(digits) == 12 else digits
    if kind == "PERSON":
        words = [without_genitive(word.strip(".,")) for word in text.split()]
        return " ".join(word for word in words if word)
    return _LETTERS_ONLY.sub(" ", text).strip()
