"""Letters without case: two words are the same when ``re.IGNORECASE`` says so."""

from __future__ import annotations

import functools
import unicodedata

__all__ = ["fold"]

_EXTRA = {"İ": "i", "ı": "i", "\u1fd3": "\u0390", "\u1fe3": "\u03b0", "\ufb06": "\ufb05"}
"""Pairs that ``re`` takes for equal and the Unicode case folding keeps apart."""


_LAST_CASED = 0x20000
"""No letter beyond the first two planes has case."""


@functools.cache
def _table() -> dict[int, str]:
    """Return code point -> its folded letter, always one letter long so that offsets stay."""
    table: dict[int, str] = {}
    for code_point in range(_LAST_CASED):
        letter = chr(code_point)
        folded = _EXTRA.get(letter) or next(
            (form for form in (letter.casefold(), letter.lower()) if len(form) == 1), letter
        )
        if folded != letter:
            table[code_point] = folded
    return table


def fold(text: str) -> str:
    """Return the text composed (NFC) and without case.

    Composed text keeps its length: each letter folds to exactly one.

    Examples
    --------
    >>> fold("ÅTERKÖP"), fold("a\u030aterko\u0308p")
    ('återköp', 'återköp')
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).translate(_table())
