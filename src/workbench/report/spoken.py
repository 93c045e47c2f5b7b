"""Texts in another language than the page say so, for those who listen to it.

People answer in their own language, and labels stay as the study wrote them. A screen reader needs
to know which voice to use, so every block that is surely in the other language gets a ``lang``.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from workbench.language import LANGUAGES

__all__ = ["mark_languages", "spoken_language"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON: Final[dict[str, frozenset[str]]] = {
    "sv": _words(
        "och att det som en på är av för med till den har de inte om ett han men var jag sig från "
        "vi så kan när år också efter eller nu sin där vid mot ska skulle kommer ut får "
        "finns vara hade alla andra mycket än här då över bara blir upp även vad hur varje "
        "utan någon något några sedan mig henne dem hon går gör går inget ingen hans hennes mitt "
        "min vem vilka"
    ),
    "en": _words(
        "the of and to is that it was for on are as with his they at be this from have or by "
        "had not but what all were when we there an which their if will how about each out them "
        "then she many some so these would into has more her two him than been who its now no "
        "did get may over after also could every without because my you your said say"
    ),
}
"""Words so common that a few of them tell the language; those that both have are left out."""
_LEAST = 2
_TAGS = "p|li|dd|dt|td|th|h1|h2|h3|figcaption|caption|summary|mark|blockquote|title|text|span|b|i"
_BLOCK = re.compile(
    rf"<({_TAGS})((?:\s[^>]*)?)>([^<]*+(?:<(?!/?(?:{_TAGS}|div|ul|table)\b)[^<]*+)*+)", re.S
)
_WHOLE = re.compile(
    r"<(p|li|h1|h2|h3)((?:\s[^>]*)?)>([^<]*+(?:<(?!/?(?:p|li|div|table|h1|h2|h3)\b)[^<]*+)*+)</\1>"
)
_WORD = re.compile(r"[a-zåäöé]+")
_MARKUP = re.compile(r"<[^>]*>|&\w+;")


def spoken_language(text: str) -> str | None:
    """Return the language a text is surely in, or None.

    Examples
    --------
    >>> spoken_language("Jag ringde och det tog en timme"), spoken_language("NPS 12")
    ('sv', None)
    """
    words = _WORD.findall(text.lower())
    hits = {one: sum(word in _COMMON[one] for word in words) for one in LANGUAGES}
    best = max(hits, key=lambda one: hits[one])
    rest = max(number for one, number in hits.items() if one != best)
    return best if hits[best] >= _LEAST and hits[best] > 2 * rest else None


@functools.lru_cache(maxsize=8192)  # the pages of a run share most of their blocks
def _spoken_within(markup: str) -> str | None:
    return spoken_language(_MARKUP.sub(" ", markup))


def mark_languages(html: str, language: str) -> str:
    """Return a page whose texts in another language carry ``lang``.

    Parameters
    ----------
    html
        A page, or a part of one; its style sheet and attributes are left alone.
    language
        The language the page says it is in.

    Examples
    --------
    >>> mark_languages("<p>Jag ringde och det tog en timme.</p>", "en")
    '<p lang="sv">Jag ringde och det tog en timme.</p>'
    """
    head, found, body = html.partition("<body")
    if not found:
        head, body = "", html
    return head + found + _marked(_BLOCK, _marked(_WHOLE, body, language), language)


def _marked(blocks: re.Pattern[str], html: str, language: str) -> str:
    parts: list[str] = []
    place = 0
    for hit in blocks.finditer(html):
        spoken = _spoken_within(hit[3])
        if spoken is not None and spoken != language and "lang=" not in hit[2]:
            parts += (html[place : hit.end(2)], f' lang="{spoken}"')
            place = hit.end(2)
    return "".join([*parts, html[place:]])
