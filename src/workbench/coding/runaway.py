r"""Regular expressions that can take for ever: found before they meet a text.

A backtracking matcher needs exponential time where a repetition can be passed through in two ways
over the same letters, as in ``(a+)+`` or ``(a|ab|b)*``. The expression is read as an automaton of
its letters; two different walks from a place back to itself over the same letters give it away
[1]_. Letters are judged by a sample: those the expression names and some of every kind.

References
----------
.. [1] Weideman, N., van der Merwe, B., Berglund, M. & Watson, B. (2016). Analyzing matching time
   behavior of backtracking regular expression matchers by using ambiguity of NFA. CIAA 2016.
"""

from __future__ import annotations

import re
import re._parser as syntax  # pyright: ignore[reportMissingImports] - the only reader of its trees
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["is_runaway"]

_SAMPLE: Final = "".join(map(chr, range(32, 127))) + "\n\t\u00a0åäöÅÄÖéß€–中"
_COPIES: Final = 4
_MOST_PAIRS: Final = 250_000
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip


def is_runaway(expression: str) -> bool:
    r"""Say whether a regular expression can need exponential time on some text.

    Case is not looked at. An expression too large to judge counts as one that can.

    Parameters
    ----------
    expression
        As :func:`re.compile` takes it.

    Examples
    --------
    >>> is_runaway(r"(a+)+$"), is_runaway(r"(\w+\s)*slut"), is_runaway(r"kö(tid)?\w*")
    (True, False, False)
    """
    reader = _Reader(_SAMPLE + expression)
    reader.sequence(syntax.parse(expression, re.IGNORECASE))
    return reader.is_ambiguous()


@dataclass
class _Part:
    """A piece of the expression: may it be empty, and which letters it can begin and end with."""

    is_empty: bool
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)


class _Reader:
    """Reads an expression into letters and which letter can follow which, each way once."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = frozenset(alphabet)
        self.letters: list[frozenset[str]] = []
        self.follows: Counter[tuple[int, int]] = Counter()
        self.loops = 0
        self.has_twin_nothing = False

    def letter(self, matched: frozenset[str]) -> _Part:
        self.letters.append(matched)
        place = len(self.letters) - 1
        return _Part(is_empty=False, first=[place], last=[place])

    def sequence(self, items: Any) -> _Part:
        whole = _Part(is_empty=True)
        for name, value in items:
            whole = self.joined(whole, self.part(str(name), value))
        return whole

    def joined(self, a: _Part, b: _Part) -> _Part:
        self.follows.update((p, q) for p in a.last for q in b.first)
        return _Part(
            is_empty=a.is_empty and b.is_empty,
            first=a.first + (b.first if a.is_empty else []),
            last=b.last + (a.last if b.is_empty else []),
        )

    def part(self, name: str, value: Any) -> _Part:
        match name:
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self.repeated(*value)
            case "SUBPATTERN":
                return self.sequence(value[-1])
            case "ATOMIC_GROUP":
                return self.sequence(value)
            case "BRANCH":
                return self.either([self.sequence(one) for one in value[1]])
            case "GROUPREF_EXISTS":
                ways = [self.sequence(one) for one in value[1:] if one]
                return self.either([*ways, _Part(is_empty=True)])
            case "ASSERT" | "ASSERT_NOT":  # stands beside the text: its letters lead nowhere
                self.sequence(value[1])
                return _Part(is_empty=True)
            case "AT":
                return _Part(is_empty=True)
            case "GROUPREF":
                return self.letter(self.alphabet)
            case _:
                return self.letter(self.matched(name, value))

    def either(self, ways: list[_Part]) -> _Part:
        if self.loops and sum(not way.first for way in ways) > 1:
            self.has_twin_nothing = True  # what alternatives share is taken out: (a|a) is a(|)
        return _Part(
            is_empty=any(way.is_empty for way in ways),
            first=[place for way in ways for place in way.first],
            last=[place for way in ways for place in way.last],
        )

    def repeated(self, least: int, most: int, items: Any) -> _Part:
        """Copy a body as often as it must or, where that is few times, may come; then a loop."""
        whole = _Part(is_empty=True)
        is_few = most <= _COPIES
        for _ in range(min(least, _COPIES if is_few else 2)):
            whole = self.joined(whole, self.sequence(items))
        if is_few:
            tail = _Part(is_empty=True)
            for _ in range(most - least):
                tail = self.joined(self.sequence(items), tail)
                tail.is_empty = True
            return self.joined(whole, tail)
        if least == most:
            return whole
        self.loops += 1
        body = self.sequence(items)
        self.loops -= 1
        self.follows.update((p, q) for p in body.last for q in body.first)
        body.is_empty = True
        return self.joined(whole, body)

    def matched(self, name: str, value: Any) -> frozenset[str]:
        match name:
            case "LITERAL":
                return self.either_case(lambda letter: letter == chr(value))
            case "NOT_LITERAL":
                return self.alphabet - self.either_case(lambda letter: letter == chr(value))
            case "ANY":
                return self.alphabet - {"\n"}
            case "RANGE":
                return self.either_case(lambda letter: value[0] <= ord(letter) <= value[1])
            case "CATEGORY":
                kind = re.compile(_CATEGORIES[str(value)])
                return frozenset(letter for letter in self.alphabet if kind.match(letter))
            case "IN":
                ways = [self.matched(str(n), v) for n, v in value if str(n) != "NEGATE"]
                found = frozenset[str]().union(*ways)
                return self.alphabet - found if str(value[0][0]) == "NEGATE" else found
            case _:
                return self.alphabet

    def either_case(self, test: Any) -> frozenset[str]:
        return frozenset(
            letter
            for letter in self.alphabet
            if any(test(form) for form in {letter, letter.lower()[:1], letter.upper()[:1]})
        )

    def is_ambiguous(self) -> bool:
        """Say whether some place leads back to itself in two ways over the same letters."""
        if self.has_twin_nothing:
            return True
        after: dict[int, list[int]] = {}
        for p, q in self.follows:
            after.setdefault(p, []).append(q)
        group = _strong_groups(after)
        inner = {p: [q for q in after[p] if group.get(q) == group[p]] for p in after}
        if any(n > 1 and q in inner.get(p, ()) for (p, q), n in self.follows.items()):
            return True
        return any(self._has_twin_walk(place, inner) for place in inner if inner[place])

    def _has_twin_walk(self, start: int, inner: dict[int, list[int]]) -> bool:
        """Walk twice from a place over the same letters; true when the walks part and come back."""
        reached = {(start, start, False)}
        waiting = list(reached)
        while waiting:
            p, q, apart = waiting.pop()
            for a in inner.get(p, ()):
                for b in inner.get(q, ()):
                    step = (a, b, apart or a != b)
                    if step in reached or not self.letters[a] & self.letters[b]:
                        continue
                    if step == (start, start, True) or len(reached) > _MOST_PAIRS:
                        return True
                    reached.add(step)
                    waiting.append(step)
        return False


def _strong_groups(after: dict[int, list[int]]) -> dict[int, int]:
    """Return place -> number of its group: places that lead to each other."""
    reach: dict[int, set[int]] = {}
    for start in after:
        seen, waiting = set[int](), [start]
        while waiting:
            for place in after.get(waiting.pop(), ()):
                if place not in seen:
                    seen.add(place)
                    waiting.append(place)
        reach[start] = seen
    groups: dict[int, int] = {}
    for place in after:
        if place not in groups:
            both = {other for other in reach[place] if place in reach.get(other, ())}
            groups.update(dict.fromkeys(both | {place}, place))
    return groups
