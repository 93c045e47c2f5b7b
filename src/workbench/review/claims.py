"""Does a written text say what the matrix says? Respondent lists and counts, claim by claim.

A claims file is text with one claim per line that names a theme in square brackets::

    Most feel that waiting is the problem [waiting_time]: R1, R3, R6 and R7.
    Five of eight mention the fees [fees]

Lists of respondents are compared with those the theme table has as present; "n of m" (in figures
or in Swedish or English words up to twelve) with the number present and the number who were asked
and have a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Claim", "check_claims", "read_claims"]

_THEME = re.compile(r"\[([^\]\[]+)\]")
_RESPONDENT = re.compile(r"\b([RP]\d{1,4})\b")
_SPAN = re.compile(r"\b([RP])(\d{1,4})\s*[-\u2013]\s*[RP]?(\d{1,4})\b")
_WORDS: Final = {
    word: number
    for number, words in enumerate(
        (
            "zero noll none ingen", "one en ett", "two två", "three tre", "four fyra", "five fem",
            "six sex", "seven sju", "eight åtta", "nine nio", "ten tio", "eleven elva",
            "twelve tolv",
        )
    )
    for word in words.split()
}  # fmt: skip
_COUNT = re.compile(
    r"\b(?P<n>\d+|" + "|".join(_WORDS) + r")\s+(?:of|av)\s+(?P<m>\d+|" + "|".join(_WORDS) + r")\b",
    re.IGNORECASE,
)
_OUT_OF_BASE: Final = frozenset({"not_asked", "no_text"})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim and what the matrix says of it.

    Parameters
    ----------
    line
        Line of the text, from 1.
    theme
        As the text names it.
    problem
        Empty when the claim holds; else ``unknown theme``, ``not present`` (respondents the text
        names without a coding), ``left out`` (respondents the text does not name), ``count`` or
        ``base``.
    said, found
        What the text says, and what the matrix says.
    """

    line: int
    theme: str
    problem: str
    said: str = ""
    found: str = ""

    @property
    def holds(self) -> bool:
        """Whether the matrix says the same."""
        return not self.problem


def read_claims(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, theme, sentence) for each line that names a theme."""
    for number, line in enumerate(text.splitlines(), 1):
        for theme in _THEME.findall(line):
            yield number, theme.strip(), line


def check_claims(text: str, matrix: list[dict[str, Any]]) -> list[Claim]:
    """Check every claim of a text against the rows of a theme table.

    Parameters
    ----------
    text
        The written text.
    matrix
        Rows with ``theme``, ``respondent`` and ``state``; a respondent counts once per theme,
        present in any question.

    Returns
    -------
    list
        One or more answers per claim; an empty list when the text makes none.
    """
    present: dict[str, set[str]] = {}
    base: dict[str, set[str]] = {}
    for row in matrix:
        theme = str(row["theme"]).casefold()
        present.setdefault(theme, set())
        base.setdefault(theme, set())
        if row["state"] == "present":
            present[theme].add(str(row["respondent"]))
        if row["state"] not in _OUT_OF_BASE:
            base[theme].add(str(row["respondent"]))
    found: list[Claim] = []
    for line, theme, sentence in read_claims(text):
        key = theme.casefold()
        if key not in present:
            found.append(Claim(line=line, theme=theme, problem="unknown theme"))
            continue
        found += _compared(line, theme, sentence, present[key], base[key])
    return found


def _compared(
    line: int, theme: str, sentence: str, present: set[str], base: set[str]
) -> Iterator[Claim]:
    problems = list(_list_problems(sentence, present)) + list(
        _count_problems(sentence, present, base)
    )
    if not problems:
        yield Claim(line=line, theme=theme, problem="")
    for problem, said, found in problems:
        yield Claim(line=line, theme=theme, problem=problem, said=said, found=found)


def _list_problems(sentence: str, present: set[str]) -> Iterator[tuple[str, str, str]]:
    named = _named(sentence)
    if not named:
        return
    if extra := named - present:
        yield "not present", _listed(extra), _listed(present)
    if absent := present - named:
        yield "left out", _listed(named), _listed(absent)


def _named(sentence: str) -> set[str]:
    named = set(_RESPONDENT.findall(sentence))
    for letter, first, last in _SPAN.findall(sentence):
        named |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return named


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names, key=lambda name: (len(name), name)))


def _count_problems(
    sentence: str, present: set[str], base: set[str]
) -> Iterator[tuple[str, str, str]]:
    for hit in _COUNT.finditer(sentence):
        n, m = (_number(hit[name]) for name in ("n", "m"))
        if n != len(present):
            yield "count", str(n), str(len(present))
        if m != len(base):
            yield "base", str(m), str(len(base))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS[text.casefold()]
