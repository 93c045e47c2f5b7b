r"""The grammar of rule patterns: what a codebook entry may say, and nothing it may mean twice.

========================  ==========================================================================
``ord``                   the whole word; case does not count
``~ord``                  the word in any inflection (Swedish and English)
``stem*``  ``*part*``     words that begin with, contain (compounds) or, ``*del``, end with it
``~*ord*``                compounds with the word as a true part, inflected or not
``"en fras"``             the words side by side, whatever stands between them that is no word
``a NEAR/5 b``            both, in any order, at most five words apart
``a NOT b``               ``a``, unless ``b`` stands in the same sentence; may be repeated
``NOT b``                 alone: no hit of the code in a sentence with ``b``
``/regex/``               a regular expression on the text as it is
========================  ==========================================================================

A word is what ``\w+`` takes; signs inside a word or at its edge count as they stand (``e-post``,
``c++``). ``NEAR`` and ``NOT`` are capitals; write ``"not"`` for the word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.coding.folding import fold
from workbench.coding.runaway import is_runaway
from workbench.errors import CodebookError

__all__ = ["Operand", "Pattern", "WordTest", "parse_pattern"]

_PIECE = re.compile(r'"(?P<quoted>[^"]*)"|(?P<near>NEAR/\d+(?!\S))|(?P<plain>[^\s"]+)|(?P<stray>")')
_WORD = re.compile(r"~?(?:[\w*\u0300-\u036f]*\w[\w*\u0300-\u036f]*)")
_REGEX = re.compile(r"/(?P<body>.+)/(?P<rest>(?:\s+NOT\s.*)?)", re.DOTALL)
_QUOTES = str.maketrans("“”„»«", '"""""')


@dataclass(frozen=True)
class WordTest:
    """What one word must be: ``kind`` is word, glob, lemma or part; ``text`` is without case."""

    kind: str
    text: str


@dataclass(frozen=True)
class Operand:
    """Words that stand side by side.

    Parameters
    ----------
    words
        A test per word. Empty: only signs, which stand in ``before``.
    between
        What stands between a word and the next: these signs, or None for anything but a word.
    before, after
        Signs right before the first word and right after the last.
    """

    words: tuple[WordTest, ...]
    between: tuple[str | None, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Pattern:
    """One parsed pattern; ``main`` and ``regex`` are both None for a bare ``NOT b``."""

    source: str
    main: Operand | None = None
    near: Operand | None = None
    distance: int = 0
    without: tuple[Operand, ...] = ()
    regex: re.Pattern[str] | None = None

    @property
    def is_veto(self) -> bool:
        """Whether the pattern only forbids hits of the other patterns of its code."""
        return self.main is None and self.regex is None


def parse_pattern(source: str) -> Pattern:
    """Read one pattern.

    Parameters
    ----------
    source
        The pattern as it stands in the codebook; white space around it does not count.

    Returns
    -------
    Pattern
        What :func:`workbench.match` asks of the texts.

    Raises
    ------
    CodebookError
        If the pattern is empty or cannot be read; the message says how to write it.

    Examples
    --------
    >>> parse_pattern("vänt* NEAR/3 telefon").distance
    3
    >>> parse_pattern("NOT rolig").is_veto
    True
    """
    text = source.strip()
    if text.startswith("/") and text != "/":
        return _regex_pattern(source, text)
    pieces = _pieces(source, text)
    head, vetoes = _split_at_not(pieces)
    without = tuple(_one_operand(source, veto, "after NOT") for veto in vetoes)
    near_at = [place for place, (kind, _) in enumerate(head) if kind == "near"]
    if not head and without:
        return Pattern(source, without=without)
    if not near_at:
        return Pattern(source, main=_one_operand(source, head, "in it"), without=without)
    if len(near_at) > 1:
        raise _wrong(source, "holds NEAR more than once; write one pattern per pair")
    place = near_at[0]
    distance = int(head[place][1].removeprefix("NEAR/"))
    if distance < 1:
        raise _wrong(source, "asks for NEAR/0; the least is NEAR/1, words side by side")
    left = _one_operand(source, head[:place], "before NEAR")
    right = _one_operand(source, head[place + 1 :], "after NEAR")
    if not (left.words and right.words):
        raise _wrong(source, "has no word on one side of NEAR; signs alone have no distance")
    return Pattern(source, main=left, near=right, distance=distance, without=without)


def _regex_pattern(source: str, text: str) -> Pattern:
    match = _REGEX.fullmatch(text)
    if match is None:
        raise _wrong(source, "begins with / but does not end with /; write /regex/")
    try:
        regex = re.compile(match["body"], re.IGNORECASE)
    except re.error as error:
        raise _wrong(source, f"is not a regular expression: {error}") from error
    if is_runaway(match["body"]):
        raise _wrong(
            source,
            "repeats in two ways over the same letters, as (a+)+ does, and could search for ever; "
            "repeat once, or put a letter between that only one part takes",
        )
    _, vetoes = _split_at_not(_pieces(source, match["rest"])) if match["rest"] else ([], [])
    without = tuple(_one_operand(source, veto, "after NOT") for veto in vetoes)
    return Pattern(source, regex=regex, without=without)


def _pieces(source: str, text: str) -> list[tuple[str, str]]:
    """Return (kind, text) of each piece: quoted, near, not, plain."""
    found: list[tuple[str, str]] = []
    for match in _PIECE.finditer(text.translate(_QUOTES)):
        kind = match.lastgroup or ""
        piece = match.group(kind)
        if kind == "stray":
            raise _wrong(source, "has a quotation mark without its pair")
        if kind == "plain" and piece == "NOT":
            kind = "not"
        if kind == "plain" and piece.startswith("NEAR") and (piece == "NEAR" or piece[4] == "/"):
            raise _wrong(source, "needs a number of words after NEAR, as in NEAR/5")
        found.append((kind, piece))
    if not found:
        raise _wrong(source, "is empty; write a word, or take the line out")
    return found


def _split_at_not(
    pieces: list[tuple[str, str]],
) -> tuple[list[tuple[str, str]], list[list[tuple[str, str]]]]:
    parts: list[list[tuple[str, str]]] = [[]]
    for piece in pieces:
        if piece[0] == "not":
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts[0], parts[1:]


def _one_operand(source: str, pieces: list[tuple[str, str]], where: str) -> Operand:
    if not pieces:
        raise _wrong(source, f"has nothing {where}")
    if any(kind == "near" for kind, _ in pieces):
        raise _wrong(source, "has NEAR after NOT; NOT takes a word or a phrase")
    operand = _operand(source, " ".join(text for _, text in pieces).strip())
    if not operand.words and not operand.before:
        raise _wrong(source, f"has nothing {where}")
    return operand


def _operand(source: str, text: str) -> Operand:
    if re.search(r"(?<![\w*~])[*~]+(?![\w*])", text):
        raise _wrong(source, "has a * or ~ without letters; write stem*, *part* or ~word")
    words: list[WordTest] = []
    between: list[str | None] = []
    end, before = 0, ""
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        if words:
            between.append(gap if gap.strip() == gap else None)
        else:
            before = gap.strip()
        words.append(_word_test(source, match.group()))
        end = match.end()
    rest = text[end:].strip()
    if not words:
        return Operand((), before=rest)
    return Operand(tuple(words), tuple(between), before, rest)


def _word_test(source: str, word: str) -> WordTest:
    bare = fold(word.lstrip("~"))
    letters = bare.strip("*")
    if not word.startswith("~"):
        return WordTest("glob" if "*" in bare else "word", bare)
    if bare == letters:
        return WordTest("lemma", letters)
    if bare == f"*{letters}*" and "*" not in letters:
        return WordTest("part", letters)
    raise _wrong(source, "mixes ~ and *; write ~word (inflections) or ~*word* (part of a compound)")


def _wrong(source: str, what: str) -> CodebookError:
    shown = source.strip()
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return CodebookError(f"The pattern [{shown}] {what}.")
