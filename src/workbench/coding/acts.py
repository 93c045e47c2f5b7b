"""One act of coding: what was done, to what, by whom; one line of JSON.

An act is never changed and never deleted, except by the erasure of a person who withdraws. The
state of a project is a fold over all acts, see :mod:`workbench.coding.fold`.
"""

from __future__ import annotations

import json
import math
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from workbench.errors import CorpusError, near_match

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import numpy as np

__all__ = [
    "CELL_STATES",
    "CONTEXT",
    "OPERATIONS",
    "POLARITIES",
    "RELEVANCES",
    "STANCES",
    "Act",
    "Case",
    "Cell",
    "CodeTarget",
    "Document",
    "Span",
    "Target",
    "act_from_json",
    "act_to_line",
    "new_id",
    "target_from_json",
]

Operation = Literal[
    "add",
    "remove",
    "move",
    "recode",
    "memo",
    "polarity",
    "weight",
    "relevance",
    "state",
    "undo",
    "redo",
    "adjudicate",
    "accept",
    "reject",
    "erase",
]
OPERATIONS: tuple[str, ...] = Operation.__args__
POLARITIES = ("success", "barrier", "both")
STANCES = ("affirms", "denies")
RELEVANCES = ("relevant", "descriptive", "not_relevant")
CELL_STATES = ("absent", "not_asked", "answered_elsewhere", "not_understood", "no_text")
CONTEXT = 32
"""Code points of text kept on each side of a quote, to find it again in a changed text."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Span:
    """A passage of a document: ``[start, end)`` in Unicode code points, and its exact words.

    ``quote`` may be left out when coding; the writer fills it in, with the words around it and
    the hash of the text it was read from.
    """

    document: str
    start: int
    end: int
    quote: str | None = None
    prefix: str = ""
    suffix: str = ""
    text_sha: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document."""

    document: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one respondent said to one question of the guide, without a quote."""

    respondent: str
    question: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case: an organisation, a household, a pair; what ``respondents.csv`` calls ``case``."""

    case: str


@dataclass(frozen=True, slots=True)
class CodeTarget:
    """A code of the codebook: memos about its meaning."""

    code: str


Target = Span | Document | Cell | Case | CodeTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act; the fields are the keys of a line in ``coding/<coder>.jsonl``.

    ``act`` is the act this one refers to. ``clock`` is a Lamport number: higher than every clock
    the writer had seen. ``text`` holds a memo, a reason, or the state of a cell.
    """

    id: str
    at: str
    clock: int
    coder: str
    op: str
    act: str | None = None
    target: Target | None = None
    code: str | None = None
    code_version: str | None = None
    polarity: str | None = None
    stance: str | None = None
    weight: float | None = None
    relevance: str | None = None
    text: str | None = None
    via: str = "hand"

    @property
    def order(self) -> tuple[int, str, str]:
        """Place among concurrent acts: clock, then coder, then id."""
        return (self.clock, self.coder, self.id)


def new_id(
    at: dt.datetime,
    random: np.random.Generator | None = None,
    *,
    taken: Callable[[str], bool] | None = None,
) -> str:
    """Return a ULID: 48 bits of time, 80 random bits, 26 letters that sort by time.

    ``random`` makes it repeatable; by default the operating system's randomness is used. ``taken``
    says whether an id is in use, for generators that start over.
    """
    found = _ulid(at, secrets.token_bytes(10) if random is None else random.bytes(10))
    return new_id(at, random, taken=taken) if taken is not None and taken(found) else found


def _ulid(at: dt.datetime, entropy: bytes) -> str:
    number = (int(at.timestamp() * 1000) << 80) | int.from_bytes(entropy, "big")
    letters: list[str] = []
    for _ in range(26):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def act_to_line(act: Act) -> str:
    """Return the act as one line with sorted keys, letters as they are, and a line feed."""
    return json.dumps(_act_to_json(act), ensure_ascii=False, sort_keys=True) + "\n"


def _act_to_json(act: Act) -> dict[str, Any]:
    found = {name: getattr(act, name) for name in Act.__dataclass_fields__}
    if act.target is not None:
        found["target"] = {
            name: getattr(act.target, name) for name in type(act.target).__dataclass_fields__
        }
    return found


def act_from_json(found: dict[str, Any]) -> Act:
    """Return the act a parsed line holds.

    Raises
    ------
    CorpusError
        If a key is unknown or a value is not one of those allowed. The text names keys and
        allowed values, never words of a respondent.
    """
    unknown = [key for key in found if key not in _FIELDS]
    if unknown:
        hint = near_match(unknown[0], _FIELDS)
        raise CorpusError(f"An act has no key '{unknown[0]}'.{hint}")
    missing = [key for key in ("id", "clock", "coder", "op") if found.get(key) in (None, "")]
    if missing:
        raise CorpusError(f"An act must have '{missing[0]}'.")
    if found["op"] not in OPERATIONS:
        raise CorpusError(f"'op' of an act must be one of {', '.join(OPERATIONS)}.")
    if type(found["clock"]) is not int:
        raise CorpusError("'clock' of an act must be a whole number.")
    _check_choices(found)
    values: dict[str, Any] = {"at": "", **found}
    if found.get("target") is not None:
        values["target"] = target_from_json(found["target"])
    return Act(**values)


_FIELDS = frozenset(Act.__dataclass_fields__)
_CHOICES = {"polarity": POLARITIES, "stance": STANCES, "relevance": RELEVANCES}
_TEXTS = ("id", "at", "coder", "act", "code", "code_version", "text", "via")


def _check_choices(found: dict[str, Any]) -> None:
    for key, allowed in _CHOICES.items():
        value = found.get(key)
        if value is not None and value not in allowed:
            raise CorpusError(f"'{key}' of an act must be one of {', '.join(allowed)}, or null.")
    for key in _TEXTS:
        value = found.get(key)
        if value is not None and type(value) is not str:
            raise CorpusError(f"'{key}' of an act must be text.")
    weight = found.get("weight")
    if weight is not None and (type(weight) not in (int, float) or not math.isfinite(weight)):
        raise CorpusError("'weight' of an act must be a number, or null.")


def target_from_json(found: Any) -> Target:
    """Return the target a parsed line holds; its keys say which kind it is."""
    if not isinstance(found, dict):
        raise CorpusError("'target' of an act must be an object.")
    keys = cast("dict[str, Any]", found)
    try:
        if "start" in keys:
            return _span(keys)
        for kind in (Document, Cell, Case, CodeTarget):
            if keys.keys() == set(kind.__dataclass_fields__):
                return kind(**keys)
    except TypeError as error:
        raise CorpusError("'target' of an act has a key it does not know.") from error
    raise CorpusError(
        "'target' of an act must hold document, start and end; or document; or respondent and "
        "question; or case; or code."
    )


def _span(keys: dict[str, Any]) -> Span:
    span = Span(**keys)
    if type(span.start) is not int or type(span.end) is not int or not 0 <= span.start < span.end:
        raise CorpusError("A span must have whole numbers 0 <= start < end.")
    return span
