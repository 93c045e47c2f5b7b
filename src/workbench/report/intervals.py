"""A number with its interval in words, as every figure and table writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["between", "with_ends"]


def between(ends: Iterable[str], language: str) -> str:
    """Return the ends of an interval, each in words already.

    Examples
    --------
    >>> between(("1.2", "3.4"), "en")
    '1.2 to 3.4'
    """
    low, high = ends
    return f"{low} {translate('to', language)} {high}"


def with_ends(text: str, ends: Iterable[str], language: str) -> str:
    """Return a number in words with its interval in brackets.

    Examples
    --------
    >>> with_ends("2.3", ("1.2", "3.4"), "en")
    '2.3 (1.2 to 3.4)'
    """
    return f"{text} ({between(ends, language)})"
