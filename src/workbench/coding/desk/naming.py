"""A new code from words typed or marked while coding: an id that is safe as a file name."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from workbench.errors import CodebookError

if TYPE_CHECKING:
    from workbench.coding.corpus import Corpus

__all__ = ["identifier", "new_code"]

_LONGEST_NAME = 80


def identifier(name: str, taken: object) -> str:
    """Return an id for a name: letters, digits and ``_``, at most 40, and not taken yet.

    Examples
    --------
    >>> identifier("Äger ärendet!", {"ager_arendet"})
    'ager_arendet_2'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    base = re.sub(r"[^\w]+", "_", plain).strip("_")[:40].strip("_") or "code"
    number, found = 2, base
    while found in taken:  # pyright: ignore[reportOperatorIssue] - a set, a dict or a codebook
        found, number = f"{base}_{number}", number + 1
    return found


def new_code(corpus: Corpus, coder: str, name: str, *, parent: str | None = None) -> str:
    """Make a code with this name, or return the one that has it already.

    Codes made at the desk come from the material: their origin is ``inductive``.
    """
    words = unicodedata.normalize("NFC", " ".join(name.split()))
    if not words or len(words) > _LONGEST_NAME:
        raise CodebookError(f"A code must have a name of 1 to {_LONGEST_NAME} letters.")
    for entry in corpus.codebook:
        names = [entry.name] if isinstance(entry.name, str) else list(entry.name.values())
        if not entry.gone and words.casefold() in [one.casefold() for one in names]:
            return entry.id
    code = identifier(words, corpus.codebook)
    above = parent if parent is not None and parent in corpus.codebook else None
    fields = {"name": words, "origin": "inductive", **({"parent": above} if above else {})}
    return corpus.define(code, coder=coder, **fields).id
