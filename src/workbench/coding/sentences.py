"""Where sentences begin, in Swedish and English, with offsets into the raw text.

Built for comments and transcripts: abbreviations, initials, ordinals, list numbers, text without
capitals, lines that are sentences of their own, and a full stop without the space after it.
"""

from __future__ import annotations

import functools
import re

from workbench.coding.resources import entries

__all__ = ["sentence_spans", "sentence_starts"]

_STOP = re.compile(
    r"""(?P<mark>[.!?…]+)(?P<close>["'”’»)\]]*)(?P<gap>\s+|$)  # a mark and white space
    | (?P<glued>(?<=[^\W\d_A-ZÅÄÖ]{2})[.!?](?=[A-ZÅÄÖ][^\W\d_A-ZÅÄÖ]))  # "veckor.Sedan"
    | (?P<line>\n\s*)""",
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"\S+$")
_BULLET = re.compile(r"[-–—•*·]\s|\d+[.)]\s")
_DOMAIN = re.compile(r"(?:www|https?:|@)\S*$", re.IGNORECASE)


@functools.cache
def _abbreviations() -> dict[str, bool]:
    """Return abbreviation -> whether it may also end a sentence."""
    lines = entries("abbreviations_sv.txt") + entries("abbreviations_en.txt")
    return {line.rstrip("+"): line.endswith("+") for line in lines}


def sentence_starts(text: str) -> list[int]:
    """Return the offset at which each sentence begins; the first is always 0.

    Examples
    --------
    >>> text = "Kön var t.ex. 3 veckor.Sedan kom J. Andersson! dyrt. inte bra"
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Kön var t.ex. 3 veckor.', 'Sedan kom J. Andersson!', 'dyrt.', 'inte bra']
    """
    starts = [0]
    for match in _STOP.finditer(text):
        end = match.end()
        if end >= len(text) or not text[starts[-1] : match.start()].strip():
            continue
        if _ends_sentence(text, match):
            starts.append(end)
    return starts


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open span of each sentence, without the white space around it."""
    starts = sentence_starts(text)
    spans: list[tuple[int, int]] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = start + piece.index(stripped[0])
            spans.append((begin, begin + len(stripped)))
    return spans


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match["glued"]:
        return not _DOMAIN.search(
            text, match.string.rfind(" ", 0, match.start()) + 1, match.start()
        )
    following = text[match.end()]
    if match["line"]:
        blank = match["line"].count("\n") > 1
        return blank or following.isupper() or bool(_BULLET.match(text, match.end()))
    if "\n" in match["gap"] and _BULLET.match(text, match.end()):
        return True
    if match["mark"] != ".":
        carries_on = match["mark"].startswith(("..", "…")) and "!" not in match["mark"]
        return not (carries_on and following.islower())
    return _full_stop_ends(text, match, following)


def _full_stop_ends(text: str, match: re.Match[str], following: str) -> bool:
    line = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 40)
    before = text[line : match.start() + 1]
    word = _LAST_WORD.search(before)
    last = word.group().lstrip("(\"'”’»[") if word else "."
    stem = last[:-1]
    if len(stem) == 1 and stem.isalpha() and (stem.isupper() or following.islower()):
        return False  # an initial, or a part of "t. ex."
    if stem.isdigit():
        is_list_number = before.strip() == last
        return not (is_list_number or following.islower())
    may_end = _abbreviation(before, last)
    if may_end is None:
        return True
    return may_end and following.isupper()


def _abbreviation(before: str, last: str) -> bool | None:
    """Return whether the abbreviation at the end may end a sentence; None: there is none."""
    known = _abbreviations()
    tail = " ".join(before.lower().split()[-3:])
    for form in (tail, " ".join(tail.split()[-2:]), last.lower()):
        if form in known:
            return known[form]
    return None
