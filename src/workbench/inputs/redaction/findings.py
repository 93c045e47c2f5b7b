"""One place in a text that may tell who someone is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["IDENTIFIERS", "KINDS", "Finding", "without_overlaps"]

IDENTIFIERS = (
    "ID", "PHONE", "EMAIL", "ADDRESS", "POSTCODE", "ACCOUNT", "BIRTHDATE", "PLATE", "URL", "HANDLE",
    "IP", "CASE", "ORGNUM", "PROPERTY", "PLACE",
)  # fmt: skip
"""Kinds that point at one person or household by themselves."""

KINDS = (*IDENTIFIERS, "PERSON", "ORG", "PRODUCT")

_RANK = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Finding:
    """A half-open span of a text, what it seems to be, which rule says so, and how surely (0-1)."""

    start: int
    end: int
    kind: str
    rule: str
    confidence: float


def without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Keep one finding per place: the longer, then the surer; what overlaps it is dropped.

    Examples
    --------
    >>> short, long = Finding(0, 4, "PERSON", "a", 0.9), Finding(0, 9, "EMAIL", "b", 0.9)
    >>> [found.kind for found in without_overlaps([short, long])]
    ['EMAIL']
    """
    order = sorted(
        findings, key=lambda f: (-(f.end - f.start), -f.confidence, _RANK[f.kind], f.start)
    )
    kept: list[Finding] = []
    for finding in order:
        if all(finding.end <= other.start or finding.start >= other.end for other in kept):
            kept.append(finding)
    return sorted(kept, key=lambda f: f.start)
