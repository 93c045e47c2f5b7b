"""Words and their dictionary forms, Swedish and English, without downloads.

simplemma's tables with our own corrections. A word and its inflections share a key; that is all a
rule or a word count needs, so the key is not always the dictionary form a linguist would choose.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import simplemma

from workbench.coding.folding import fold
from workbench.coding.resources import entries

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["lemma", "lemmas_of", "stem"]


@functools.cache
def _corrections(language: str) -> dict[str, str]:
    if language not in {"sv", "en"}:
        return {}
    found: dict[str, str] = {}
    for line in entries(f"lemmas_{language}.txt"):
        dictionary_form, *forms = line.split()
        found |= dict.fromkeys((dictionary_form, *forms), dictionary_form)
    return found


@functools.lru_cache(maxsize=200_000)
def lemma(word: str, language: str) -> str:
    """Return the dictionary form of a word, without case.

    Examples
    --------
    >>> lemma("Fakturornas", "sv"), lemma("priset", "sv"), lemma("queues", "en")
    ('faktura', 'pris', 'queue')
    """
    bare = fold(word)
    corrected = _corrections(language).get(bare)
    if corrected:
        return corrected
    found = _looked_up(bare, language)
    if language == "sv" and found == f"{bare}a" and _is_noun(bare):
        return bare  # "bank" is the noun, not "banka!"
    return found


def _looked_up(word: str, language: str) -> str:
    return fold(simplemma.lemmatize(word, lang=language))


def _is_noun(word: str) -> bool:
    return word in {_looked_up(f"{word}en", "sv"), _looked_up(f"{word}et", "sv")}


def lemmas_of(words: Iterable[str], languages: Iterable[str]) -> frozenset[str]:
    """Return every dictionary form the words have in the languages."""
    tongues = tuple(languages)
    return frozenset(lemma(word, language) for word in words for language in tongues)


@functools.cache
def _stemmer(language: str) -> object:
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer({"sv": "swedish", "en": "english"}[language])


@functools.lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return a key that words of one family share: the Snowball stem of the dictionary form.

    Coarser than :func:`lemma`: for counting and grouping, not for rules.

    Examples
    --------
    >>> stem("leverans", "sv") == stem("leveransen", "sv") == stem("leveranser", "sv")
    True
    """
    stemmer = _stemmer(language)
    return str(stemmer.stem(lemma(word, language)))  # pyright: ignore[reportAttributeAccessIssue] - NLTK is untyped
