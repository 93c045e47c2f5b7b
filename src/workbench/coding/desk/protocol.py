"""What the browser may say: one message, its fields and their kinds, checked before anything else.

Every message has ``op`` and ``ref``; the answer carries the same ``ref``. Places are half-open and
in Unicode code points on both sides of the wire.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from workbench.coding.acts import Span
from workbench.errors import CorpusError, near_match

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Request", "following", "read_request"]

_ULID = re.compile(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LONGEST = 100_000

_SPAN = {"document": str, "start": int, "end": int, "quote": str, "text_sha": str}
OPERATIONS: dict[str, dict[str, type]] = {
    "open": {},
    "sync": {},
    "inspect": {"act": str},
    "search": {"query": str},
    "words": {"document": str, "start": int, "end": int},
    "suggest": {"document": str},
    "blind": {"blind": bool},
    "compare": {},
    "decide": {"acts": list, "verdict": str, "reason": str},
    "code": {**_SPAN, "code": str},
    "create": {**_SPAN, "name": str},
    "accept": {**_SPAN, "code": str, "suggestion": str},
    "reject": {**_SPAN, "code": str, "suggestion": str, "reason": str},
    "move": {**_SPAN, "act": str},
    "recode": {"act": str, "code": str},
    "remove": {"act": str},
    "polarity": {"act": str},
    "stance": {"act": str, "stance": str},
    "weight": {"act": str},
    "relevance": {"act": str, "relevance": str},
    "memo": {"act": str, "text": str},
    "note": {"document": str, "text": str},
    "state": {"respondent": str, "question": str, "state": str},
    "undo": {},
    "redo": {},
    "define": {"fields": dict},
    "merge": {"code": str, "into": str},
    "split": {"code": str, "names": list, "assign": dict},
    "retire": {"code": str, "restore": bool},
    "uses": {"code": str},
}
"""Operation to the fields it must have; ``document`` and the marks of a coding may always come."""


@dataclass(frozen=True)
class Request:
    """A message whose fields are there and of the right kind."""

    op: str
    ref: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an optional field."""
        return self.values.get(name, default)

    @property
    def marks(self) -> dict[str, Any]:
        """Polarity, stance, weight and relevance that came with a coding."""
        names = ("polarity", "stance", "weight", "relevance")
        return {name: self.values[name] for name in names if self.values.get(name) is not None}

    @property
    def span(self) -> Span:
        """The passage, with the words the browser saw there; the writer compares them."""
        return Span(
            self["document"],
            self["start"],
            self["end"],
            quote=self["quote"],
            text_sha=self["text_sha"],
        )


def read_request(message: object) -> Request:
    """Return the message as a request.

    Raises
    ------
    CorpusError
        If it is no object, its operation is unknown, or a field lacks or is of another kind.
    """
    if not isinstance(message, dict):
        raise CorpusError("A message to the desk must be an object.")
    values = cast("dict[str, Any]", message)
    operation, ref = values.get("op"), values.get("ref")
    if not isinstance(operation, str) or operation not in OPERATIONS:
        hint = near_match(str(operation), OPERATIONS)
        raise CorpusError(f"The desk has no operation '{str(operation)[:40]}'.{hint}")
    if not isinstance(ref, str) or not _ULID.match(ref):
        raise CorpusError("A message to the desk must have 'ref', a ULID.")
    for name, kind in OPERATIONS[operation].items():
        if type(values.get(name)) is not kind:
            raise CorpusError(f"'{operation}' must have '{name}' of the kind {kind.__name__}.")
    for name, value in values.items():
        if isinstance(value, str) and len(value) > _LONGEST:
            raise CorpusError(f"'{name}' must be at most {_LONGEST} letters.")
    return Request(operation, ref, values)


def following(first: str, n: int) -> list[str]:
    """Return ``n`` ULIDs that follow each other: the acts of one key press, undone together.

    Examples
    --------
    >>> following("01HZZZZZZZZZZZZZZZZZZZZZZZ", 2)
    ['01HZZZZZZZZZZZZZZZZZZZZZZZ', '01J00000000000000000000000']
    """
    number = 0
    for letter in first:
        number = number * 32 + _LETTERS.index(letter)
    return [_ulid(number + step) for step in range(n)]


def _ulid(number: int) -> str:
    letters: list[str] = []
    for _ in range(26):
        number, rest = divmod(number, 32)
        letters.append(_LETTERS[rest])
    return "".join(reversed(letters))
