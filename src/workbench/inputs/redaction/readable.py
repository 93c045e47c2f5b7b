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
_BLOCK = re.compile(r"(?:style|script)\b[^<]*</(?:style|script)>", re.IGNORECASE)
_NAME = re.compile(
    r"(?P<unread>/?(?:style|script)\b)"
    r"|(?P<inline>/?(?:b|i|u|em|strong|span|mark|small|sub|sup|wbr|font|tspan)\b)",
    re.IGNORECASE,
)


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
    """Take the tags out; what each ``<`` begins is mostly known from the words up to the next."""
    words, *pieces = text.split("<")
    known = _Pieces()
    seen = [known[piece] for piece in pieces]
    rest = ""
    if None in seen:
        pieces, rest = _closed(pieces)
        seen = _without_blocks(pieces, [known[piece] for piece in pieces])
    shown = [piece for piece in seen if piece is not None]
    if len(shown) < len(seen):
        return _TAGS.sub(_only_lines, text)
    return "".join([words, *shown, rest])


def _without_blocks(pieces: list[str], seen: list[str | None]) -> list[str | None]:
    """Take out style sheets and scripts that hold no ``<``, each two pieces; others stay None."""
    places = [place for place, piece in enumerate(seen[:-1]) if piece is None]
    for place in places:
        both = f"{pieces[place]}<{pieces[place + 1]}"
        block = _BLOCK.match(both)
        if block and block.end() > len(pieces[place]):
            seen[place] = " " + "\n" * block[0].count("\n")
            seen[place + 1] = both[block.end() :]
    return seen


def _closed(pieces: list[str]) -> tuple[list[str], str]:
    """Join what a tag with a ``<`` in it was split into; return what is closed, and the rest."""
    joined: list[str] = []
    for piece in pieces:
        if joined and ">" not in joined[-1]:
            joined[-1] += f"<{piece}"
        else:
            joined.append(piece)
    rest = f"<{joined.pop()}" if ">" not in joined[-1] else ""
    return joined, rest


class _Pieces(dict[str, str | None]):
    """What is seen of a tag and the words up to the next: a page says the same ones often.

    None where the tag is not closed, or begins or ends what is not seen.
    """

    def __missing__(self, piece: str) -> str | None:
        tag, closed, words = piece.partition(">")
        name = _NAME.match(tag)
        if not closed or (name and name["unread"]):
            seen = None
        else:
            seen = ("" if name else " ") + "\n" * tag.count("\n") + words
        self[piece] = seen
        return seen


def _only_lines(match: re.Match[str]) -> str:
    """Return what a reader sees of a tag: nothing within a word, else a gap; lines stay lines."""
    return ("" if match["inline"] else " ") + "\n" * match[0].count("\n")
