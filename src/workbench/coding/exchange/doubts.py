"""What had to be said about an exchange file: guesses, repairs, and what stays out."""

# ruff: noqa: E501 - a message is one literal, so that it can be translated
from __future__ import annotations

from workbench.language import Message

__all__ = ["LEFT_OUT", "doubt"]

LEFT_OUT = {
    "Links": Message("Links between passages are not read."),
    "Graphs": Message("Graphs are not read."),
    "Sets": Message("Sets of codes and documents are not read."),
}

_COUNTED = {
    "unknown": Message("{n:integer} element is of a kind the standard does not know; left out.", "{n:integer} elements are of a kind the standard does not know; left out."),
    "double code": Message("{n:integer} code shares an id with another; each got its own.", "{n:integer} codes share an id with another; each got its own."),
    "nameless code": Message("{n:integer} code has no name; it is numbered.", "{n:integer} codes have no name; they are numbered."),
    "too deep": Message("{n:integer} branch of the code tree is too deep and was cut.", "{n:integer} branches of the code tree are too deep and were cut."),
    "empty note": Message("{n:integer} note is empty or has no id; left out.", "{n:integer} notes are empty or have no id; left out."),
    "pdf": Message("{n:integer} PDF source has no text; left out. Import the PDF itself.", "{n:integer} PDF sources have no text; left out. Import the PDF itself."),
    "media": Message("{n:integer} picture or recording stays out; only what is written of it is read.", "{n:integer} pictures or recordings stay out; only what is written of them is read."),
    "double source": Message("{n:integer} document shares an id with another; each got its own.", "{n:integer} documents share an id with another; each got its own."),
    "no text": Message("{n:integer} document has no text that can be found; left out.", "{n:integer} documents have no text that can be found; left out."),
    "outside": Message("{n:integer} passage lies outside its text or is empty; left out.", "{n:integer} passages lie outside their text or are empty; left out."),
    "time only": Message("{n:integer} passage of a recording has a time but no place; left out.", "{n:integer} passages of recordings have a time but no place; left out."),
    "unknown code": Message("{n:integer} coding names a code that is not there; left out.", "{n:integer} codings name a code that is not there; left out."),
    "missing file": Message("{n:integer} text is named in the file but not in the archive.", "{n:integer} texts are named in the file but not in the archive."),
    "only rich text": Message("{n:integer} document comes only as rich text; import it by itself.", "{n:integer} documents come only as rich text; import them by themselves."),
}  # fmt: skip


def doubt(what: str, n: int) -> Message:
    """Return a doubt of a kind, with how often it was met."""
    return _COUNTED[what].with_values(n=n)
