"""Read any file people keep interviews in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.coding.importing.captions import read_captions
from workbench.coding.importing.opendocument import read_opendocument
from workbench.coding.importing.original import Original, normal_text
from workbench.coding.importing.plain import read_plain
from workbench.coding.importing.portable import read_portable
from workbench.coding.importing.rich_text import read_rich_text
from workbench.coding.importing.word import read_word
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FORMATS", "read_original"]

FORMATS = (".txt", ".md", ".markdown", ".docx", ".odt", ".rtf", ".pdf", ".vtt", ".srt")
_NEEDS_ENCODING = (".txt", ".md", ".markdown", ".vtt", ".srt")


def read_original(path: Path, *, encoding: str | None = None) -> Original:
    """Read a file as lines of text, with a record of everything that was changed.

    Parameters
    ----------
    path
        A ``.txt``, ``.md``, ``.docx``, ``.odt``, ``.rtf``, ``.pdf``, ``.vtt`` or ``.srt`` file.
    encoding
        Of text files, where it cannot be told from the file.

    Raises
    ------
    CorpusError
        If the format is not one of these, the file is broken, or its encoding cannot be told.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise CorpusError(
            f"{path.name}: interviews are read from {', '.join(FORMATS)}; tables (.xlsx, .csv) "
            "are read with columns named, see import_table."
        )
    if encoding is not None and kind not in _NEEDS_ENCODING:
        raise CorpusError(f"{path.name}: the file names its own encoding; leave 'encoding' out.")
    original = _read(path.read_bytes(), path.name, kind, encoding)
    counts: Counter[str] = Counter()
    original.lines = [
        replace(
            line,
            text=normal_text(line.text, counts),
            speaker=None if line.speaker is None else normal_text(line.speaker, counts),
        )
        for line in original.lines
    ]
    for name, n in sorted(counts.items()):
        original.changed(name, n)
    if not any(line.text.strip() for line in original.lines):
        raise CorpusError(f"{path.name} holds no text.")
    return original


def _read(raw: bytes, name: str, kind: str, encoding: str | None) -> Original:
    match kind:
        case ".docx":
            return read_word(raw, name=name)
        case ".odt":
            return read_opendocument(raw, name=name)
        case ".rtf":
            return read_rich_text(raw, name=name)
        case ".pdf":
            return read_portable(raw, name=name)
        case ".vtt" | ".srt":
            return read_captions(raw, name=name, encoding=encoding)
        case _:
            return read_plain(raw, name=name, encoding=encoding)
