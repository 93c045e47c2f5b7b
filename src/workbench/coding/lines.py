"""Files of one JSON object a line: read what can be read, add lines, never lose one.

A line is written whole and flushed to disk before it counts. What a crash leaves of a half-written
line is set aside and reported; it is never guessed. Marks of a merge and lines that cannot be read
are reported, and every other line counts.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from workbench.errors import WorkbenchError
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["LineFile", "Problem", "append_lines", "file_stamp", "read_lines", "set_aside"]

_CONFLICT_MARKS = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")
_Item = TypeVar("_Item")
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in the files that a person should look at; no code was lost because of it.

    ``kind`` is ``torn`` (a line cut by a crash), ``unreadable`` (a line that is no act),
    ``conflict`` (marks left by a merge), ``twice`` (one id, two contents), ``dangling`` (refers to
    an act that is not here), ``circle`` (acts that undo each other) or another word of its maker.
    """

    kind: str
    file: str
    line: int | None = None
    text: Message


@dataclass
class LineFile(Generic[_Item]):
    """What was read from one file; ``torn_at`` is the byte where a torn last line starts."""

    path: Path
    stamp: _Stamp
    items: list[_Item]
    problems: list[Problem]
    torn_at: int | None


def read_lines(path: Path, parse: Callable[[dict[str, Any]], _Item]) -> LineFile[_Item]:
    """Read every line of a file with ``parse``, which raises an error where a line is wrong."""
    stamp = file_stamp(path)
    content = path.read_bytes()
    whole, _, tail = content.rpartition(b"\n")
    lines = whole.split(b"\n") if whole else []
    found: LineFile[_Item] = LineFile(path, stamp, [], [], None)
    parsed = _parse_fast(lines)
    for number, line in enumerate(lines, start=1):
        values = [parsed[number - 1]] if parsed is not None else _values(line, number, found)
        for value in values:
            _take(value, number, found, parse)
    if tail:
        _read_tail(tail, len(content) - len(tail), len(lines) + 1, found, parse)
    return found


def _parse_fast(lines: list[bytes]) -> list[Any] | None:
    """Parse all lines as one JSON array, the common case; None when a line is broken."""
    try:
        found = json.loads(b"[" + b",".join(lines) + b"]")
    except ValueError:
        return None
    return found if len(found) == len(lines) else None


def _values(line: bytes, number: int, found: LineFile[_Item]) -> list[Any]:
    """Return the JSON values of one line; a merge of two files may have put two on one."""
    if not line.strip():
        return []
    if line.startswith(_CONFLICT_MARKS):
        text = Message("A mark left by a merge; both sides count. Delete the line.")
        found.problems.append(_problem("conflict", found.path, number, text))
        return []
    values = list(_objects(line))
    if not values:
        found.problems.append(_unreadable(found.path, number, "it is not JSON"))
    return values


def _objects(line: bytes) -> Iterator[Any]:
    try:
        text = line.decode().strip()
    except UnicodeDecodeError:
        return
    decoder = json.JSONDecoder()
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except ValueError:
            return
        values.append(value)
    yield from values


def _take(
    value: Any, number: int, found: LineFile[_Item], parse: Callable[[dict[str, Any]], _Item]
) -> None:
    if not isinstance(value, dict):
        found.problems.append(_unreadable(found.path, number, "it is not a JSON object"))
        return
    try:
        found.items.append(parse(cast("dict[str, Any]", value)))
    except WorkbenchError as error:
        found.problems.append(_unreadable(found.path, number, str(error)))


def _read_tail(
    tail: bytes,
    at: int,
    number: int,
    found: LineFile[_Item],
    parse: Callable[[dict[str, Any]], _Item],
) -> None:
    """Read a last line without a line feed: whole it counts, cut it is torn."""
    try:
        value = json.loads(tail)
    except ValueError:
        found.torn_at = at
        text = Message(
            "The last line was cut by a crash and does not count: one act may be missing. The "
            "next act written here sets it aside."
        )
        found.problems.append(_problem("torn", found.path, number, text))
        return
    _take(value, number, found, parse)


def _problem(kind: str, path: Path, line: int, text: Message) -> Problem:
    return Problem(kind=kind, file=f"{path.parent.name}/{path.name}", line=line, text=text)


def _unreadable(path: Path, number: int, reason: str) -> Problem:
    text = Message(
        "The line cannot be read and does not count ({reason}). Mend it by hand, or delete it.",
        reason=reason,
    )
    return _problem("unreadable", path, number, text)


def file_stamp(path: Path) -> _Stamp:
    """Return what changes when a file does: its number, size and time."""
    found = path.stat()
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def append_lines(path: Path, lines: str) -> None:
    """Add lines to the file, on a line of their own, and flush them to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = lines.encode()
    if path.exists() and _lacks_newline(path):
        content = b"\n" + content
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        written = os.write(handle, content)
        while written < len(content):
            written += os.write(handle, content[written:])
        os.fsync(handle)
    finally:
        os.close(handle)


def _lacks_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) == 0:
            return False
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"


def set_aside(found: LineFile[_Item], folder: Path) -> None:
    """Move a torn last line to a file in ``folder``, so that the next one starts afresh."""
    if found.torn_at is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    number = 1 + sum(1 for _ in folder.glob(f"{found.path.stem}-*"))
    content = found.path.read_bytes()
    (folder / f"{found.path.stem}-{number}.txt").write_bytes(content[found.torn_at :])
    with found.path.open("r+b") as stream:
        stream.truncate(found.torn_at)
    found.torn_at = None
