"""Word forms of a language, offline: which words are ordinary words."""

from __future__ import annotations

import functools

__all__ = ["word_forms"]


@functools.cache
def word_forms(language: str) -> frozenset[str]:
    """Return the lower-case word forms that simplemma's tables know (sv 960,000, en 180,000).

    Examples
    --------
    >>> "kundtjänst" in word_forms("sv"), "fakturaproblem" in word_forms("sv")
    (True, False)
    """
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    table = DefaultDictionaryFactory().get_dictionary(language)
    forms = set(table) | set(table.values())
    return frozenset(form for form in forms if form.islower())
