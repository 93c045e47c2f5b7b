r"""Rich Text Format, as older programs save transcripts.

Read here and not by a library, because the one at hand keeps deleted words and writes table cells
with a bar that cannot be told from one in the text.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field

from workbench.coding.importing.original import Line, Original
from workbench.errors import CorpusError

__all__ = ["read_rich_text"]

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    r"|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<brace>[{}])"
    r"|[\r\n]+"
    r"|(?P<text>[^\\{}\r\n]+)"
)
_SIGNS = {
    "par": "\n",
    "line": "\n",
    "sect": "\n",
    "page": "\n",
    "tab": "\t",
    "cell": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": "\u2003",
    "enspace": "\u2002",
}
_ESCAPES = {"~": "\u00a0", "_": "\u2011", "-": "\u00ad", "\\": "\\", "{": "{", "}": "}"}
_SKIPPED = {
    *("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl"),
    *("headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation"),
    *("atnid", "atnauthor", "generator", "themedata", "datastore", "revtbl", "listtable"),
    *("listoverridetable", "rsidtbl", "xmlnstbl", "fldinst", "latentstyles", "pgdsctbl"),
    *("filetbl", "bkmkstart", "bkmkend", "nonshppict", "mmathPr"),
}
_COUNTED = {"pict": "pictures", "annotation": "comments", "footnote": "notes_left_out"}


@dataclass
class _Group:
    """What holds between two braces."""

    skip: bool = False
    deleted: bool = False
    skip_after: int = 1  # signs that stand in for a Unicode letter


@dataclass
class _Reader:
    encoding: str
    rows: list[str] = field(default_factory=list[str])
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    counts: Counter[str] = field(default_factory=Counter[str])
    letters: list[str] = field(default_factory=list[str])
    pending: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    star: bool = False
    table: bool = False
    lines: list[Line] = field(default_factory=list[Line])

    @property
    def group(self) -> _Group:
        return self.groups[-1]

    def put(self, text: str) -> None:
        self.flush()
        if not self.group.skip and not self.group.deleted:
            self.letters.append(text)

    def byte(self, value: int) -> None:
        if self.to_skip:
            self.to_skip -= 1
        elif not self.group.skip and not self.group.deleted:
            self.pending.append(value)

    def flush(self) -> None:
        if self.pending:
            self.letters.append(self.pending.decode(self.encoding, errors="replace"))
            self.pending.clear()

    def plain(self, text: str) -> None:
        if self.to_skip:
            used = min(self.to_skip, len(text))
            self.to_skip -= used
            text = text[used:]
        if text:
            self.put(text)

    def end_line(self) -> None:
        self.flush()
        text = _with_pairs("".join(self.letters))
        self.letters.clear()
        if self.table:
            self.lines.append(Line(text=text.removesuffix("\t"), kind="table"))
            self.table = False
        else:
            self.lines.extend(Line(text=part) for part in text.split("\n"))


def read_rich_text(raw: bytes, *, name: str) -> Original:
    """Read an ``.rtf`` file; letters beyond ASCII are escapes that name their own encoding.

    Words marked as deleted are left out; table rows have a tab between cells.

    Raises
    ------
    CorpusError
        If the file does not begin as RTF does, or names an encoding that is not known.
    """
    source = raw.decode("latin-1")
    if not source.lstrip().startswith("{\\rtf"):
        raise CorpusError(f"{name} is not RTF. Open it and save it again.")
    page = re.search(r"\\ansicpg(\d+)", source)
    encoding = f"cp{page[1]}" if page else "mac_roman" if "\\mac" in source[:60] else "cp1252"
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise CorpusError(f"{name} names an encoding that is not known: {encoding}.") from error
    reader = _Reader(encoding)
    for token in _TOKEN.finditer(source):
        _read(token, reader)
    if reader.letters or reader.pending:
        reader.end_line()
    original = Original(format="rtf", lines=reader.lines, encoding=encoding)
    for kind, n in sorted(reader.counts.items()):
        original.changed(kind, n)
    return original


def _read(token: re.Match[str], reader: _Reader) -> None:
    if token["brace"] == "{":
        reader.flush()
        reader.groups.append(_Group(**vars(reader.group)))
    elif token["brace"] == "}":
        reader.flush()
        if len(reader.groups) > 1:
            reader.groups.pop()
    elif token["hex"]:
        reader.byte(int(token["hex"], 16))
    elif token["sign"] == "*":
        reader.group.skip = True
    elif token["sign"] in _ESCAPES:
        reader.plain(_ESCAPES[token["sign"]])
    elif token["word"]:
        _word(token["word"], token["number"], reader)
    elif token["text"]:
        reader.plain(token["text"])


def _word(word: str, number: str | None, reader: _Reader) -> None:
    value = int(number) if number is not None else None
    group = reader.group
    if word in _SKIPPED:
        if word in _COUNTED and not group.skip:
            reader.counts[_COUNTED[word]] += 1
        reader.flush()
        group.skip = True
    elif word == "deleted":
        reader.flush()
        reader.counts["tracked_deletions"] += value != 0 and not group.skip
        group.deleted = value != 0
    elif word == "revised":
        reader.counts["tracked_insertions"] += value != 0 and not group.skip
    elif word == "uc":
        group.skip_after = value or 0
    elif word == "u" and value is not None:
        reader.put(chr(value % 65536))
        reader.to_skip = group.skip_after
    elif word == "row" and not group.skip:
        reader.table = True
        reader.end_line()
    elif word in ("par", "sect", "page") and not group.skip and not group.deleted:
        reader.end_line()
    elif word in ("plain", "pard"):
        reader.flush()
        group.deleted = False
    elif word in _SIGNS:
        reader.put(_SIGNS[word])


def _with_pairs(text: str) -> str:
    """Join the halves of letters that RTF writes as two numbers, such as emoji."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
