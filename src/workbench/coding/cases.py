"""What cases have in common, and what two sides of a case say about the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.basis import known_cases, ordered_keys, settled_mentions, shown_respondents
from workbench.language import Message
from workbench.results.matrices import CaseResult

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader

__all__ = ["by_case"]

_TABLE = ("key", "n_cases", "of_cases", "kind", "cases")
_PAIRS = ("key", "case", "side_one", "side_other", "verdict")


def by_case(corpus: CorpusReader, *, level: str = "theme", coder: str | None = None) -> CaseResult:
    """Say which themes are common to all cases, shared by some, or unique to one.

    A case is what ``respondents.csv`` calls ``case``; a respondent without one is a case. Where
    its column ``side`` has two values, each case with both sides is also compared side by side.

    Parameters
    ----------
    corpus
        The corpus.
    level, coder
        See :func:`workbench.theme_table`.
    """
    mentions = settled_mentions(corpus, level=level, coder=coder, open_answers=False)
    keys = ordered_keys(corpus, mentions, level)
    affirmed = mentions[mentions["stance"] != "denies"]
    respondents = shown_respondents(corpus)
    cases_of = known_cases(corpus)
    cases = list(dict.fromkeys(cases_of[name] for name in respondents))
    found = set(zip(affirmed["key"].tolist(), affirmed["case"].tolist(), strict=True))
    rows: list[tuple[Any, ...]] = []
    for key in keys:
        named = [case for case in cases if (key, case) in found]
        rows.append((key, len(named), len(cases), _kind(len(named), len(cases)), ", ".join(named)))
    sides = _sides(corpus, respondents)
    return CaseResult(
        table=pd.DataFrame(rows, columns=list(_TABLE)),
        method=Message(
            "Settled codings that affirm; {n:integer} case.",
            "Settled codings that affirm; {n:integer} cases.",
            n=len(cases),
        ),
        pairs=_pairs(corpus, mentions, keys, cases, sides),
        level=level,
        sides=sides,
    )


def _kind(n: int, all_cases: int) -> str:
    if n == 0:
        return "none"
    if n == all_cases and n > 1:
        return "common"
    return "unique" if n == 1 else "shared"


def _sides(corpus: CorpusReader, respondents: list[str]) -> tuple[str, ...]:
    """Return the two sides, where there are two."""
    if "side" not in corpus.registers.respondents:
        return ()
    by_respondent = corpus.registers.column("side")
    found = sorted({by_respondent.get(name, "") for name in respondents} - {""})
    return tuple(found) if len(found) == 2 else ()


def _pairs(
    corpus: CorpusReader,
    mentions: pd.DataFrame,
    keys: list[str],
    cases: list[str],
    sides: tuple[str, ...],
) -> pd.DataFrame:
    if not sides:
        return pd.DataFrame(columns=list(_PAIRS))
    side_of = corpus.registers.column("side")
    cases_of = known_cases(corpus)
    both_sided = [
        case
        for case in cases
        if {side_of.get(name, "") for name, own in cases_of.items() if own == case} >= set(sides)
    ]
    placed = mentions.assign(side=mentions["respondent"].map(side_of))
    said: dict[tuple[str, str, str], list[tuple[str, str | None]]] = defaultdict(list)
    columns = ("key", "case", "side", "stance", "polarity")
    for *place, stance, sign in zip(*(placed[name].tolist() for name in columns), strict=True):
        said[tuple(place)].append((stance, sign))
    rows: list[tuple[Any, ...]] = []
    for key in keys:
        for case in both_sided:
            words = [_says(said[key, case, side]) for side in sides]
            if any(words):
                rows.append((key, case, *words, _verdict(*words)))
    return pd.DataFrame(rows, columns=list(_PAIRS))


def _says(own: list[tuple[str, str | None]]) -> str:
    """Return what stances and signs say: nothing, ``denies``, ``affirms``, or the sign."""
    if not own:
        return ""
    affirmed = [sign for stance, sign in own if stance != "denies"]
    if not affirmed:
        return "denies"
    signs = {sign for sign in affirmed if isinstance(sign, str)}
    if not signs:
        return "affirms"
    return signs.pop() if len(signs) == 1 else "both"


def _verdict(one: str, other: str) -> str:
    if not one or not other:
        return "one_side"
    if (one == "denies") != (other == "denies"):
        return "conflict"
    return "conflict" if {one, other} == {"success", "barrier"} else "both_sides"
