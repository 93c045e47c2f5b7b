"""A coding project as every tool knows it: users, codes, texts, codings, notes, cases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.language import Message

__all__ = [
    "ExchangeCase",
    "ExchangeCode",
    "ExchangeCoding",
    "ExchangeNote",
    "ExchangeProject",
    "ExchangeSource",
    "guid_of",
]

_NAMESPACE = uuid.UUID("6f1d7c5e-6a55-5a0c-9a35-0a5ad9a4f2d1")


def guid_of(*parts: str) -> str:
    """Return a GUID that is always the same for the same names.

    Examples
    --------
    >>> guid_of("code", "price") == guid_of("code", "price") != guid_of("user", "price")
    True
    """
    return str(uuid.uuid5(_NAMESPACE, "\u0000".join(parts)))


@dataclass(frozen=True, kw_only=True)
class ExchangeCode:
    """A code; ``parent`` is the GUID above it. ``extras`` are fields only our codebook has."""

    guid: str
    name: str
    description: str = ""
    codable: bool = True
    color: str | None = None
    parent: str | None = None
    notes: tuple[str, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class ExchangeSource:
    """A text, NFC with line feeds. ``extras`` hold kind, parts and what else our records say."""

    guid: str
    name: str
    text: str
    description: str = ""
    notes: tuple[str, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class ExchangeCoding:
    """One code on one place by one user; without a place it is about the whole source.

    ``code`` None: a passage that is only noted. ``extras``: polarity, stance, weight, relevance.
    """

    guid: str
    source: str
    code: str | None
    user: str | None
    start: int | None = None
    end: int | None = None
    at: str | None = None
    memo: str = ""
    extras: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class ExchangeNote:
    """A memo; what points to it says what it is about."""

    guid: str
    name: str
    text: str
    user: str | None = None
    at: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExchangeCase:
    """A respondent or another case, with what is known of it as texts."""

    guid: str
    name: str
    sources: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(kw_only=True)
class ExchangeProject:
    """Everything that goes over, and what had to be said about it."""

    name: str
    origin: str = ""
    users: dict[str, str] = field(default_factory=dict[str, str])
    codes: list[ExchangeCode] = field(default_factory=list[ExchangeCode])
    sources: list[ExchangeSource] = field(default_factory=list[ExchangeSource])
    codings: list[ExchangeCoding] = field(default_factory=list[ExchangeCoding])
    notes: dict[str, ExchangeNote] = field(default_factory=dict[str, ExchangeNote])
    cases: list[ExchangeCase] = field(default_factory=list[ExchangeCase])
    extras: dict[str, Any] = field(default_factory=dict[str, Any])
    warnings: list[Message] = field(default_factory=list["Message"])
