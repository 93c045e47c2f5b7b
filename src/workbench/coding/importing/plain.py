"""Plain text and Markdown: only the encoding can go wrong, and a doubtful one asks."""

from __future__ import annotations

import re

from workbench.coding.importing.original import Line, Original
from workbench.coding.importing.paged import unpaged
from workbench.errors import CorpusError, DataError
from workbench.inputs.encodings import decode

__all__ = ["decoded", "read_plain"]

_SWEDISH = set("åäöÅÄÖ")
_NEAR = set("éÉèÈêëÊàâáÁüÜæøÆØçÇïîíñßôóúðþ")
_SINGLE_BYTE = {"cp1252", "latin-1", "iso8859-1", "mac-roman", "mac_roman", "cp850"}
_STRANGE_RUN = re.compile(r"[^\W\d_a-zA-Z]{3,}")


def decoded(raw: bytes, encoding: str | None, name: str) -> tuple[str, Original]:
    """Return a file's text, and an empty original that records how it was read.

    Raises
    ------
    CorpusError
        If the encoding cannot be told, or is not the one given.
    """
    try:
        found = decode(raw, encoding=encoding)
    except DataError as error:
        raise CorpusError(f"{name}: {error}") from error
    if encoding is None and found.encoding in _SINGLE_BYTE and _is_doubtful(found.text):
        raise CorpusError(
            f"{name}: the encoding cannot be told; read as {found.encoding} the letters do not "
            "look like Swedish or English. Give it, for example encoding='cp1251'."
        )
    original = Original(format="text", lines=[], encoding=found.encoding)
    if found.encoding not in ("utf-8", "utf-8-sig"):
        original.changed("encoding", 1, found.encoding)
    if found.odd_lines:
        places = ", ".join(str(number) for number in found.odd_lines[:20])
        original.changed("lines_in_cp1252", len(found.odd_lines), places)
    return found.text, original


def _is_doubtful(text: str) -> bool:
    """Say whether a reading in a single-byte encoding looks wrong."""
    if any("\x80" <= sign <= "\x9f" for sign in text):
        return True
    letters = [sign for sign in text if sign > "\x7f" and sign.isalpha()]
    if not letters:
        return False
    swedish = sum(sign in _SWEDISH for sign in letters) / len(letters)
    near = sum(sign in _SWEDISH or sign in _NEAR for sign in letters) / len(letters)
    runs = sum(len(run) for run in _STRANGE_RUN.findall(text))
    return near < 0.8 or (swedish < 0.5 and runs > 0.2 * len(letters))


def read_plain(raw: bytes, *, name: str, encoding: str | None = None) -> Original:
    """Read text as it stands: one line each."""
    text, original = decoded(raw, encoding, name)
    original.format = "markdown" if name.lower().endswith((".md", ".markdown")) else "text"
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if raw.count(b"\r"):
        original.changed("line_feeds", raw.count(b"\r"))
    text, changes = unpaged(text)
    original.changes += changes
    original.lines = [Line(text=line) for line in text.split("\n")]
    return original
