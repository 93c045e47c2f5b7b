"""Questions with several answers: lists in one cell, ticks in columns, codes in columns."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.drafting.profiles import Profile

__all__ = ["MultipleGuess", "code_columns", "list_in_cell", "tick_columns"]

_MARKS = {"1", "x", "yes", "ja", "true", "checked", "selected", "✓"}
_ZEROS = {"0", "no", "nej", "false", "unchecked", "not selected"}
_MOST_OPTIONS = 60
_CLOSED = 40
_NUMBERED = re.compile(r"^(.*?)[ _.#-]?(\d{1,2})$")
_OPTION = re.compile(r"^(.*?)\s*[\[(]([^\])]+)[\])]\s*$")


@dataclass(frozen=True)
class MultipleGuess:
    """What a question with several answers seems to be.

    Parameters
    ----------
    name
        Name of the question in the study.
    columns
        Its columns; one with a separator.
    separator, marks
        As in the study.
    values
        Code, or column, -> label.
    question
        In full.
    why
        What the guess rests on.
    """

    name: str
    columns: tuple[str, ...]
    separator: str = ""
    marks: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    question: str = ""
    why: str = ""


def list_in_cell(profile: Profile) -> MultipleGuess | None:
    """Guess a list in one cell: few options that recur in many combinations.

    An option with a comma inside is told from a list by recurring whole.
    """
    if profile.n < 20 or profile.n_different < 4:
        return None
    for separator in (";", "|", ", ", ","):
        cells = profile.counts
        with_separator = sum(n for text, n in cells.items() if separator in text)
        if with_separator < 0.1 * profile.n:
            continue
        tokens: Counter[str] = Counter()
        for text, n in cells.items():
            for part in text.split(separator):
                if part.strip():
                    tokens[part.strip()] += n
        common = [token for token, n in tokens.items() if n >= max(3, 0.01 * profile.n)]
        covered = sum(tokens[token] for token in common) / max(1, tokens.total())
        alone = sum(1 for token in common if token in cells)
        if (
            3 <= len(common) <= _MOST_OPTIONS
            and covered >= 0.7
            and len(common) < 0.8 * profile.n_different
            and alone >= 0.3 * len(common)
        ):
            sign = separator.strip() or separator
            options = sorted(common, key=lambda token: (-tokens[token], token))
            is_closed = len(tokens) <= _CLOSED
            return MultipleGuess(
                name=profile.name,
                columns=(profile.name,),
                separator=sign,
                values={} if is_closed else {option: option for option in options},
                question=profile.question,
                why=f"{len(options)} options recur in {profile.n_different} combinations",
            )
    return None


def tick_columns(profiles: Sequence[Profile]) -> list[MultipleGuess]:
    """Guess runs of columns that are ticked or empty, or hold their own option or nothing."""
    found: list[MultipleGuess] = []
    run: list[Profile] = []
    for profile in [*profiles, None]:
        if profile is not None and _is_tick(profile) and (not run or _continues(run, profile)):
            run.append(profile)
            continue
        if sum(member.n > 0 for member in run) >= 3:
            found.append(_ticks(run))
        run = [profile] if profile is not None and _is_tick(profile) else []
    return found


def _is_tick(profile: Profile) -> bool:
    texts = {text.casefold() for text in profile.counts}
    if not texts:
        return True
    marks = texts - _ZEROS
    if len(marks) != 1 or len(texts) > 2:
        return False
    mark = next(iter(marks))
    return mark in _MARKS or (len(texts) == 1 and mark in profile.name.casefold())


def _continues(run: list[Profile], profile: Profile) -> bool:
    return profile.place == run[-1].place + 1


def _ticks(run: list[Profile]) -> MultipleGuess:
    while not run[0].n:
        run = run[1:]
    marks = sorted({t for member in run for t in member.counts if t.casefold() not in _ZEROS})
    labels = {member.name: _option_of(member) for member in run}
    stem = _common_stem([member.name for member in run])
    return MultipleGuess(
        name=stem or "options",
        columns=tuple(member.name for member in run),
        marks=tuple(marks),
        values={name: label for name, label in labels.items() if label != name},
        question=stem,
        why=f"{len(run)} columns side by side that are ticked or empty",
    )


def _option_of(profile: Profile) -> str:
    match = _OPTION.match(profile.name)
    return match[2] if match else profile.label or profile.name


def _common_stem(names: Sequence[str]) -> str:
    stem = names[0]
    for name in names[1:]:
        while not name.startswith(stem):
            stem = stem[:-1]
    return stem.strip(" _.-[(:#")


def code_columns(profiles: Sequence[Profile]) -> list[MultipleGuess]:
    """Guess columns such as ``COM1 COM2 COM3``: one code list, each emptier than the last."""
    by_stem: dict[str, list[tuple[int, Profile]]] = {}
    for profile in profiles:
        if match := _NUMBERED.match(profile.name):
            by_stem.setdefault(match[1], []).append((int(match[2]), profile))
    found: list[MultipleGuess] = []
    for stem, numbered in by_stem.items():
        members = [profile for _, profile in sorted(numbered, key=lambda pair: pair[0])]
        if len(members) < 2 or not _is_emptying(members) or not _share_codes(members):
            continue
        found.append(
            MultipleGuess(
                name=stem,
                columns=tuple(member.name for member in members),
                question=members[0].label,
                why="one code list over columns that get emptier",
            )
        )
    return found


def _is_emptying(members: list[Profile]) -> bool:
    sizes = [member.n for member in members]
    first, second = sizes[0], sizes[1]
    return first >= 20 and second < 0.6 * first and sizes == sorted(sizes, reverse=True)


def _share_codes(members: list[Profile]) -> bool:
    """Say whether the later columns hold codes of the first, not sentences."""
    first = set(members[0].counts)
    later: Counter[str] = Counter()
    for member in members[1:]:
        later.update(member.counts)
    known = sum(n for text, n in later.items() if text in first)
    short = members[0].mean_length <= 25 and members[0].n_different <= 0.5 * members[0].n
    return short and 2 <= len(first) <= 200 and known >= 0.6 * max(1, later.total())
