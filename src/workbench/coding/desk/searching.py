"""Find words in one document or in all, with places in code points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workbench.coding.desk.document_view import shown_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.coding.corpus import Corpus

__all__ = ["search"]

_MOST = 200
_AROUND = 40


def search(corpus: Corpus, query: str, documents: Iterable[str] | None = None) -> dict[str, Any]:
    """Return where the words stand, letter case aside, in the order of reading.

    ``hits`` holds document, start, end, before, words, after; at most 200, ``n`` counts all.
    """
    words = " ".join(query.split())
    if not words:
        return {"query": query, "n": 0, "hits": []}
    pattern = re.compile(r"\s+".join(map(re.escape, words.split(" "))), re.IGNORECASE)
    names = list(corpus.documents["document"]) if documents is None else list(documents)
    hits: list[dict[str, Any]] = []
    n = 0
    for name in map(str, names):
        text = shown_text(corpus, corpus.file(name))
        for match in pattern.finditer(text):
            n += 1
            if len(hits) < _MOST:
                hits.append(_hit(name, text, match))
    return {"query": query, "n": n, "hits": hits}


def _hit(document: str, text: str, match: re.Match[str]) -> dict[str, Any]:
    start, end = match.span()
    return {
        "document": document,
        "start": start,
        "end": end,
        "before": text[max(0, start - _AROUND) : start].split("\n")[-1],
        "words": match.group(),
        "after": text[end : end + _AROUND].split("\n")[0],
    }
