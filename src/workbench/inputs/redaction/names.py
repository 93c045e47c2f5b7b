"""Names of people in free text: lists, capitals and the words around them; Swedish and English.

Built for comments and speech: small letters, capitals only, genitives, initials, double names,
names from anywhere. A name that no list has is found by its capital in the middle of a sentence, or
by a cue such as "heter", "spoke to", "mvh".
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.inputs.redaction.cues import (
    AND,
    CONTRACTION,
    DOES_WHAT_PEOPLE_DO,
    IMPERSONAL_ENDING,
    NAMES_A_PERSON,
    PARTICLES,
    POINTS_AT_PERSON,
    TALKS_OF_A_PERSON,
    TITLE,
)
from workbench.inputs.redaction.findings import Finding
from workbench.inputs.redaction.lists import (
    countries_and_languages,
    is_everyday_word,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_names", "without_genitive"]

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_SENTENCE_END = re.compile(r"[.!?:;\n\t\"”»•]\s*$|^\s*$|[-–—]\s$")
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the text and what it looks like."""

    text: str
    start: int
    end: int
    begins_sentence: bool
    language: str

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def initial(self) -> bool:
        return len(self.text.rstrip(".")) == 1 and self.capital and self.text != "I"


def find_names(text: str, language: str = "sv") -> Iterator[Finding]:
    """Yield each name once, first and family name together, without a genitive s."""
    words = _words(text, language)
    shouting = _is_shouting(text)
    starts = {
        place: judged
        for place in range(len(words))
        if (judged := _starts_name(text, words, place, shouting=shouting)) is not None
    }
    starts = dict.fromkeys(_beside(text, words, starts), ("joined to a name", 0.5)) | starts
    place = 0
    while place < len(words):
        judged = starts.get(place)
        if judged is None:
            place += 1
            continue
        rule, confidence = judged
        last = _end_of_name(text, words, place, shouting=shouting)
        end = words[last].start + len(without_genitive(words[last].text.rstrip(".")))
        if words[last].initial and text[words[last].end - 1 : words[last].end] == ".":
            end = words[last].end
        yield Finding(words[place].start, end, "PERSON", rule, confidence)
        place = last + 1


def without_genitive(word: str) -> str:
    """Return the name without a genitive, where what is left is a name or a word that can be one.

    Examples
    --------
    >>> without_genitive("Annas"), without_genitive("Jonas"), without_genitive("Alistair's")
    ('Anna', 'Jonas', 'Alistair')
    """
    for ending in ("'s", "’s"):
        if word.lower().endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)]
    lower = word.casefold()
    if not lower.endswith("s") or len(word) < 4:
        return word
    everyday = names_in("everyday_first_names.txt")
    is_genitive = lower not in everyday and (
        lower[:-1] in everyday or (_listed(lower[:-1]) and not _listed(lower))
    )
    return word[:-1] if is_genitive else word


def _listed(word: str) -> bool:
    return (
        word in names_in("first_names.txt")
        or word in names_in("last_names.txt")
        or word in names_in("everyday_first_names.txt")
    )


def _words(text: str, language: str) -> list[_Word]:
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        word = match.group()
        is_abbreviation = word.endswith(".") and (len(word) == 2 or TITLE.fullmatch(word))
        shown = word if is_abbreviation else word.rstrip(".")
        start = match.start()
        begins = bool(_SENTENCE_END.search(text[max(0, start - 3) : start] if start else ""))
        if begins and found and found[-1].end >= start - 1 and found[-1].text.endswith("."):
            begins = False  # after "dr." or "P."
        found.append(_Word(shown, start, start + len(shown), begins or not found, language))
    return found


def _is_shouting(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 8 and sum(letter.isupper() for letter in letters) > 0.6 * len(letters)


def _is_first(word: str) -> bool:
    bare = without_genitive(word).casefold()
    return any(
        part in names_in("first_names.txt") or part in names_in("everyday_first_names.txt")
        for part in (bare, bare.split("-")[0])
    )


def _is_last(word: str) -> bool:
    bare = without_genitive(word).casefold()
    return bare in names_in("last_names.txt") or bool(
        re.search(
            r"[a-zåäö]{2}(?:sson|son|dotter|qvist|kvist|ström|berg|gren|lund|stedt|stedt|ström|mark|ovic|ović|wicz|enko|escu|oğlu|zadeh|pour|nejad|yan|ian|ova|ova|ski|ska|dóttir)$",
            bare,
        )
    )


def _is_double_word(word: str) -> bool:
    return word.casefold() in names_in("names_that_are_words.txt")


def _is_hidden_otherwise(word: str) -> bool:
    """Whether the word is a place, an organisation, a product or another ordinary capital."""
    bare = word.casefold()
    stem = bare.removesuffix("s")
    return (
        any(
            form in names_in(name)
            for name in ("places.txt", "organisations.txt", "products.txt", "ordinary_capitals.txt")
            for form in (bare, stem)
        )
        or any(form in countries_and_languages() for form in (bare, stem))
        or _is_compound(word)
    )


def _is_compound(word: str) -> bool:
    """Whether the word names no person by its form: "EU-länder", "Migrationsöverdomstolen"."""
    return bool(re.match(r"[A-ZÅÄÖ]{2,5}-[a-zåäö]", word) or IMPERSONAL_ENDING.search(word))


def _is_ordinary(word: _Word) -> bool:
    bare = without_genitive(word.text)
    return is_everyday_word(bare, word.language) or is_everyday_word(word.text, word.language)


def _starts_name(
    text: str, words: list[_Word], place: int, *, shouting: bool
) -> tuple[str, float] | None:
    """Return the rule and confidence with which a name begins at this word, or None."""
    word = words[place]
    if word.initial:
        following = words[place + 1] if place + 1 < len(words) else None
        follows = following is not None and following.capital and not following.begins_sentence
        return ("initial", 0.85) if follows and _family_follows(words, place) else None
    if TITLE.fullmatch(word.text):
        return _with_title(text, words, place)
    if not _may_be_a_name(word.text, word.language):
        return None
    before = text[max(0, word.start - 60) : word.start]
    named = bool(NAMES_A_PERSON.search(before))
    talked = bool(TALKS_OF_A_PERSON.search(before))
    if word.capital and not shouting:
        pointed = talked or bool(POINTS_AT_PERSON.search(before))
        return _capital_name(text, words, place, named=named, pointed=pointed)
    return _small_name(text, words, place, named=named, talked=talked)


@functools.lru_cache(maxsize=200_000)
def _may_be_a_name(word: str, language: str) -> bool:
    """Whether a word is worth looking at: listed as a name, or no everyday word."""
    if len(word.rstrip(".")) < 2 or _is_never_a_name(word):
        return False
    bare = without_genitive(word)
    ordinary = is_everyday_word(bare, language) or is_everyday_word(word, language)
    return not ordinary or _is_first(word) or _is_last(word)


def _family_follows(words: list[_Word], place: int) -> bool:
    """Whether initials lead to a word that can be a family name: "T. J. Hughes", not "O.K."."""
    if not words[place].text.endswith("."):
        return False
    after = place + 1
    while after < len(words) and words[after].initial and words[after].text.endswith("."):
        after += 1
    if after >= len(words) or words[after].start > words[place].end + 8:
        return False
    name = words[after].text
    return len(name) > 2 and name[0].isupper() and not name.isupper()


def _with_title(text: str, words: list[_Word], place: int) -> tuple[str, float] | None:
    """Judge a title and the name after it; both are hidden, since a title tells the sex."""
    if place + 1 >= len(words):
        return None
    name = words[place + 1]
    if text[words[place].end : name.start] not in {" ", ". "} or _is_never_a_name(name.text):
        return None
    known = _is_first(name.text) or _is_last(name.text) or not _is_ordinary(name)
    if _is_hidden_otherwise(name.text) or not known or len(name.text) < 3:
        return None
    return "title", 0.95 if name.capital else 0.85


def _is_acronym(word: str) -> bool:
    return word.isupper() and 1 < len(word) <= 5 and not _is_first(word)


def _is_never_a_name(word: str) -> bool:
    bare = word.casefold().replace("’", "'")
    masked = len(bare) > 2 and len(set(bare)) == 1
    return masked or bare in names_in("never_names.txt") or bool(CONTRACTION.fullmatch(bare))


def _capital_name(
    text: str, words: list[_Word], place: int, *, named: bool, pointed: bool
) -> tuple[str, float] | None:
    word = words[place]
    name = word.text
    hidden = _is_hidden_otherwise(name) or _is_acronym(name)
    first, last = _is_first(name), _is_last(name)
    ordinary = _is_ordinary(word)
    double = _is_double_word(name)
    following = words[place + 1] if place + 1 < len(words) else None
    surname_follows = (
        following is not None
        and following.capital
        and not following.begins_sentence
        and text[word.end : following.start] in {" ", ", "}
        and not _is_hidden_otherwise(following.text)
        and (_is_last(following.text) or not _is_ordinary(following))
    )
    if hidden and not (first and surname_follows):
        return None
    acts = bool(DOES_WHAT_PEOPLE_DO.match(text, word.end))
    if (first or last) and (not ordinary and not double):
        return "listed name", 0.95
    if first and surname_follows:
        return "first and family name", 0.95
    if not ordinary and surname_follows and following is not None and _is_last(following.text):
        return "unknown and family name", 0.85
    if not word.begins_sentence and not first and not ordinary and surname_follows:
        return "two unknown capitals", 0.6
    if not word.begins_sentence:
        named_so = first or (last and not ordinary) or (last and named)
        return _capital_inside(first=named_so, ordinary=ordinary, cue=named or pointed or acts)
    if (named or pointed) and (first or last or not ordinary):
        return "cue", 0.85
    if acts and (first or last or not ordinary):
        return "does what people do", 0.75
    if without_genitive(name).casefold() in names_in("everyday_first_names.txt") and not double:
        return "everyday name at the start", 0.8
    if not ordinary and surname_follows:
        return "two unknown capitals", 0.6
    return None


def _capital_inside(*, first: bool, ordinary: bool, cue: bool) -> tuple[str, float] | None:
    if first:
        return ("listed name with a cue", 0.95) if cue else ("capital inside a sentence", 0.8)
    if cue and not ordinary:
        return "unknown capital after a cue", 0.8
    if not ordinary:
        return "unknown capital", 0.55
    return None


def _small_name(
    text: str, words: list[_Word], place: int, *, named: bool, talked: bool
) -> tuple[str, float] | None:
    """Judge a word without a capital: listed and no everyday word, or a cue says so."""
    name = words[place].text
    bare = without_genitive(name).casefold()
    everyday_name = bare in names_in("everyday_first_names.txt")
    first, last = _is_first(name), _is_last(name)
    ordinary, double = _is_ordinary(words[place]), _is_double_word(bare)
    if len(bare) < 3 or _is_hidden_otherwise(bare):
        return None
    if everyday_name and not double:
        return "everyday name", 0.85
    if (first or last) and not ordinary and not double:
        return "listed name in small letters", 0.75
    acts = bool(DOES_WHAT_PEOPLE_DO.match(text, words[place].end))
    if named and not ordinary:
        return "cue in small letters", 0.7
    if (named or talked) and first and not double:
        return "listed name with a cue", 0.6
    if acts and not ordinary:
        return "unknown word that does what people do", 0.5
    return None


def _beside(text: str, words: list[_Word], found: dict[int, tuple[str, float]]) -> Iterator[int]:
    """Yield unknown words joined to a name by "and": "fatou and ming"."""
    for place in found:
        for other in (place - 2, place + 2):
            if 0 <= other < len(words) and words[(place + other) // 2].text.casefold() in AND:
                low, high = min(place, other), max(place, other)
                between = text[words[low].end : words[high].start].strip()
                name = words[other].text
                alone = between.casefold() in AND and len(name) > 2
                alone &= words[other].capital == words[place].capital
                if alone and not _is_ordinary(words[other]) and not _is_hidden_otherwise(name):
                    yield other


def _too_common(word: str, language: str) -> bool:
    return _is_double_word(word) or is_everyday_word(word, language)


def _end_of_name(text: str, words: list[_Word], place: int, *, shouting: bool) -> int:
    """Return the last word that belongs to the name."""
    last = place
    follows_comma = False
    while last + 1 < len(words) and last + 1 - place < _MOST_WORDS:
        gap = text[words[last].end : words[last + 1].start]
        following = words[last + 1]
        if gap == ", " and not follows_comma and last == place and _is_reversed(text, words, place):
            follows_comma = True
        elif gap not in {" ", ". "} or (following.begins_sentence and not following.initial):
            break
        if words[last].text.casefold() != without_genitive(words[last].text).casefold():
            break
        if not _continues_name(words, last + 1, shouting=shouting or not words[place].capital):
            break
        last += 1
    while last > place and words[last].text.casefold() in PARTICLES:
        last -= 1
    return last


def _is_reversed(text: str, words: list[_Word], place: int) -> bool:
    """Whether "Family, First" stands here: both listed, and nothing but the name on the line."""
    following = words[place + 1]
    line_start = text.rfind("\n", 0, words[place].start) + 1
    before = text[line_start : words[place].start]
    return (
        bool(re.search(r"(?:namn|name)\W*$|^\s*$", before, re.I))
        and _is_first(following.text)
        and text[words[place].start : words[place].end].isupper()
    )


def _continues_name(words: list[_Word], place: int, *, shouting: bool) -> bool:
    word = words[place]
    bare = without_genitive(word.text)
    if bare.casefold() in PARTICLES:
        return place + 1 < len(words) and words[place + 1].capital
    if shouting:
        known = _is_first(bare) or _is_last(bare)
        return len(bare) > 2 and known and not _too_common(bare.casefold(), word.language)
    if not word.capital:
        return False
    return word.initial or not _is_hidden_otherwise(word.text) or _is_last(bare)
