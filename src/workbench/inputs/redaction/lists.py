"""Word lists of the room: one entry per line, source and licence in the first lines."""

from __future__ import annotations

import functools
from importlib import resources

from workbench.inputs.lexicon import word_forms

__all__ = ["countries_and_languages", "is_everyday_word", "names_in", "phrases_in"]


@functools.cache
def phrases_in(name: str) -> tuple[str, ...]:
    """Return the lines of a list, without its comments."""
    text = (resources.files("workbench.inputs.resources") / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@functools.cache
def names_in(name: str) -> frozenset[str]:
    """Return the lines of a list without case.

    Examples
    --------
    >>> "umeå" in names_in("places.txt"), "anna" in names_in("first_names.txt")
    (True, True)
    """
    return frozenset(line.casefold() for line in phrases_in(name))


@functools.cache
def countries_and_languages() -> frozenset[str]:
    """Return countries, their inhabitants' languages and big cities, Swedish and English.

    From the Unicode CLDR data that Babel carries.
    """
    from babel import Locale

    found: set[str] = set()
    for language in ("sv", "en"):
        locale = Locale(language)
        names = [*locale.territories.values(), *locale.languages.values()]
        names += [zone.get("city", "") for zone in locale.time_zones.values()]
        found |= {name.casefold() for name in names if name}
    return frozenset(found)


@functools.lru_cache(maxsize=100_000)
def is_everyday_word(word: str, language: str = "sv") -> bool:
    """Whether a word, in any case, is in the dictionary with a small letter.

    Swedish texts mix in English words; English texts hold no Swedish ones.
    """
    lower = word.lower()
    return lower in word_forms("en") or (language != "en" and lower in word_forms("sv"))
