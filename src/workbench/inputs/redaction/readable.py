"""A text as it is written, and as a reader sees it: without tags, with its escapes resolved."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["forms_of"]

_TAGS = re.compile(
    r"<(?:style|script)\b.*?</(?:style|script)>"
    r"|(?P<inline></?(?:b|i|u|em|strong|span|mark|small|sub|sup|wbr|font|tspan)\b[^>]*>)|<[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})")
_UNREAD = re.compile(r"/?(?:style|script)\b|[^>]*\Z", re.IGNORECASE)
"""How what follows a ``<`` begins, or is, where one tag alone does not decide what is seen."""


def forms_of(text: str) -> Iterator[str]:
    """Yield the text as it is and, where it differs, as a reader sees it.

    Examples
    --------
    >>> list(forms_of("<p>An<b>na</b> &amp; Bo</p>"))
    ['<p>An<b>na</b> &amp; Bo</p>', ' Anna & Bo ']
    """
    yield text
    shown = text
    if "\\u" in shown:
        shown = _ESCAPES.sub(lambda match: chr(int(match[1], 16)), shown)
    if "<" in shown or "&" in shown:
        shown = html.unescape(_without_tags(shown))
    if shown != text:
        yield shown


def _without_tags(text: str) -> str:
    """Take the tags out; after a page's style sheet, what each ``<`` begins is known by itself."""
    head, end, body = text.rpartition("</style>")
    words, *tags = body.split("<")
    pieces = _Pieces()
    seen = [pieces[tag] for tag in tags]
    if None in seen:
        return _TAGS.sub(_only_lines, text)
    return "".join([_TAGS.sub(_only_lines, head + end), words, *seen])  # pyright: ignore[reportArgumentType, reportCallIssue] - no None is left


class _Pieces(dict[str, str | None]):
    """What is seen of a tag and the words up to the next: a page says the same ones often.

    None where the tag is not closed, or begins or ends what is not seen.
    """

    def __missing__(self, tag: str) -> str | None:
        self[tag] = None if _UNREAD.match(tag) else _TAGS.sub(_only_lines, f"<{tag}")
        return self[tag]


def _only_lines(match: re.Match[str]) -> str:
    """Return what a reader sees of a tag: nothing within a word, else a gap; lines stay lines."""
    return ("" if match["inline"] else " ") + "\n" * match[0].count("\n")
