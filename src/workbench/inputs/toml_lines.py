"""Where each key of a TOML file stands, so that an error can point at a line."""

from __future__ import annotations

import re

__all__ = ["KeyLines"]

_HEADER = re.compile(r"\s*(\[\[?)\s*(?P<keys>.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+))\s*""")
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}]|\n',
    re.DOTALL,
)


class KeyLines:
    r"""Line numbers of the keys of a valid TOML text.

    Keys inside an inline table or an array have the line of the key that holds them.

    Examples
    --------
    >>> lines = KeyLines('[study]\nid = "x"\n[[journey]]\nid = "a"\n[[journey]]\nid = "b"')
    >>> lines.of(("study", "id")), lines.of(("journey", 1, "id")), lines.of(("survey",))
    (2, 6, None)
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        counts: dict[tuple[str | int, ...], int] = {}
        for number, statement in _statements(text):
            if header := _HEADER.fullmatch(statement.split("\n", maxsplit=1)[0]):
                keys = self._below_lists(_key_parts(header["keys"])[0], counts)
                if header[1] == "[[":
                    position = counts.get(keys, -1) + 1
                    counts[keys] = position
                    self._lines.setdefault(keys, number)
                    keys = (*keys, position)
                table = keys
                self._lines.setdefault(table, number)
            else:
                keys, rest = _key_parts(statement)
                if rest.startswith("="):
                    self._note((*table, *keys), len(table), number)

    def _note(self, path: tuple[str | int, ...], fixed: int, number: int) -> None:
        for length in range(fixed + 1, len(path) + 1):
            self._lines.setdefault(path[:length], number)

    @staticmethod
    def _below_lists(
        keys: tuple[str, ...], counts: dict[tuple[str | int, ...], int]
    ) -> tuple[str | int, ...]:
        """Put the position of the latest entry behind each array of tables on the way."""
        path: tuple[str | int, ...] = ()
        for key in keys[:-1]:
            path = (*path, key)
            if path in counts:
                path = (*path, counts[path])
        return (*path, keys[-1]) if keys else path

    def of(self, path: tuple[str | int, ...]) -> int | None:
        """Return the line of the key, or of the nearest key that holds it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return None


def _key_parts(text: str) -> tuple[tuple[str, ...], str]:
    """Split a dotted key off; return its parts and what follows."""
    parts: list[str] = []
    position = 0
    while match := _KEY_PART.match(text, position):
        parts.append(next(group for group in match.groups() if group is not None))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(parts), text[position:]


def _statements(text: str) -> list[tuple[int, str]]:
    """Return each header and each ``key = value`` with its first line's number."""
    found: list[tuple[int, str]] = []
    start, number, first, depth = 0, 1, 1, 0
    for match in _TOKEN.finditer(text):
        sign = match[0]
        number += sign.count("\n")
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "\n" and depth == 0:
            found.append((first, text[start : match.start()]))
            start, first = match.end(), number
    found.append((first, text[start:]))
    return [(line, statement) for line, statement in found if statement.strip()]
