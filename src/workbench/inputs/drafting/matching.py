"""Which column of another wave is which column of the study: by name, by content, by order."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.inputs.drafting.codes import battery_name
from workbench.inputs.drift import suggested_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.inputs.drafting.profiles import Profile

__all__ = ["Match", "matched_columns"]

_LIKE = 0.68
_ROW = re.compile(r"^(.+?)\s*\[([^\]]+)\]\s*$")
_OVERLAP = 0.5


@dataclass(frozen=True)
class Match:
    """A column of the other wave that seems to be a column of the study.

    ``is_sure``: the names differ in nothing but spaces, signs and capitals.
    """

    found: str
    why: str
    is_sure: bool


def matched_columns(
    wanted: Mapping[str, Profile], offered: Mapping[str, Profile]
) -> dict[str, Match]:
    """Return wanted column -> the offered one it seems to be; each offered one serves once.

    Parameters
    ----------
    wanted
        Columns that the study uses and the other wave lacks, as another wave has them.
    offered
        Columns of the other wave that the study does not know.
    """
    found = _by_name(wanted, offered)
    left = {name: profile for name, profile in wanted.items() if name not in found}
    taken = {match.found for match in found.values()}
    free = {name: profile for name, profile in offered.items() if name not in taken}
    ordered = _by_order(left, free)
    return found | ordered


def _by_name(wanted: Mapping[str, Profile], offered: Mapping[str, Profile]) -> dict[str, Match]:
    found: dict[str, Match] = {}
    pairs = _exactly(wanted, offered)
    stems = {_stem_and_row(name)[0] for name in wanted}
    for stem in sorted(stems):
        rows = {_stem_and_row(name)[1]: name for name in wanted if _stem_and_row(name)[0] == stem}
        others = {_stem_and_row(o)[1]: o for o in offered if _stem_and_row(o)[0] == stem}
        for row, other in suggested_names(rows, others).items():
            if _ratio(row, other) >= _LIKE:
                pairs.setdefault(rows[row], others[other])
    taken: set[str] = set()
    for name, other in pairs.items():
        if other in taken:
            continue
        taken.add(other)
        same = _plain(name) == _plain(other)
        if same or alike(wanted[name], offered[other]):
            why = "the same name but for signs" if same else "names and answers are alike"
            found[name] = Match(other, why, same)
    return found


def _exactly(wanted: Mapping[str, Profile], offered: Mapping[str, Profile]) -> dict[str, str]:
    """Pair names that differ in nothing but spaces, signs and capitals."""
    by_plain = {_plain(other): other for other in offered}
    return {name: by_plain[_plain(name)] for name in wanted if _plain(name) in by_plain}


def _stem_and_row(name: str) -> tuple[str, str]:
    """Split the name of a grid's column into question and row; others have no question."""
    match = _ROW.match(name)
    return (match[1], match[2]) if match else ("", name)


def _ratio(left: str, right: str) -> float:
    return difflib.SequenceMatcher(None, _plain(left), _plain(right)).ratio()


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def alike(left: Profile, right: Profile) -> bool:
    """Say whether two columns hold the same kind of answers.

    Most answers of the one must occur in the other, where they are codes or words; sentences must
    meet sentences, and numbers numbers.
    """
    if not left.n or not right.n:
        return False
    if left.n_different > 40 or right.n_different > 40:
        lengths = sorted([left.mean_length, right.mean_length])
        return left.n_different > 20 and right.n_different > 20 and lengths[0] > 0.3 * lengths[1]
    shared = set(left.counts) & set(right.counts)
    covered = [sum(p.counts[text] for text in shared) / p.n for p in (left, right)]
    return min(covered) >= _OVERLAP


def _by_order(wanted: Mapping[str, Profile], offered: Mapping[str, Profile]) -> dict[str, Match]:
    """Pair items of a battery by their order, where both waves have as many of them left over."""
    found: dict[str, Match] = {}
    mine, theirs = _grouped(wanted), _grouped(offered)
    for stem, names in mine.items():
        others = theirs.get(stem, [])
        if len(names) != len(others) or len(names) > 30:
            continue
        pairs = list(zip(names, others, strict=True))
        if all(alike(wanted[name], offered[other]) for name, other in pairs):
            for name, other in pairs:
                found[name] = Match(other, "the same place in the battery, alike answers", False)
    return found


def _grouped(profiles: Mapping[str, Profile]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    ordered: Sequence[Profile] = sorted(profiles.values(), key=lambda profile: profile.place)
    for profile in ordered:
        stem = battery_name(profile).rstrip("+#")
        if stem:
            groups.setdefault(stem, []).append(profile.name)
    return groups
