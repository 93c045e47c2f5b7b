"""All guesses about a survey: items, what is computed from them, and how waves differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.inputs.drafting.codes import ItemGuess, batteries, guessed_item, refined
from workbench.inputs.drafting.multiples import (
    MultipleGuess,
    code_columns,
    list_in_cell,
    tick_columns,
)
from workbench.inputs.drafting.naming import is_plain, short_label, slug
from workbench.inputs.drafting.roles import guessed_roles
from workbench.inputs.drafting.survey_guess import MeasureGuess, SegmentGuess, SurveyGuess
from workbench.inputs.drafting.wave_guesses import compare_waves
from workbench.inputs.references import COMPUTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.inputs.drafting.profiles import Profile

__all__ = ["guessed_survey"]

_MOST_SEGMENTS, _MOST_OPEN, _MOST_DRIVERS = 8, 10, 30
_SEGMENT_VALUES = 45
_FEW_VALUES, _MOST_CODES = 7, 10


def guessed_survey(waves: Mapping[str, Mapping[str, Profile]]) -> SurveyGuess:
    """Guess what a survey's columns mean, from the latest wave, and how the others differ.

    Parameters
    ----------
    waves
        Wave -> its columns, oldest first.
    """
    latest = waves[list(waves)[-1]]
    guess = SurveyGuess(roles=guessed_roles(latest))
    free = _Free(latest, {role.column for role in guess.roles.values()})
    _guess_multiples(guess, free)
    _guess_items(guess, free, waves)
    _guess_measures(guess, free)
    _guess_open(guess, free)
    _guess_segments(guess, latest, free)
    _shorten(guess, latest)
    compare_waves(guess, waves)
    return guess


class _Free:
    """Columns whose meaning is still to be guessed."""

    def __init__(self, profiles: Mapping[str, Profile], taken: set[str]) -> None:
        self.all = profiles
        self._taken = set(taken)

    @property
    def profiles(self) -> list[Profile]:
        return [profile for name, profile in self.all.items() if name not in self._taken]

    def take(self, *names: str) -> None:
        self._taken |= set(names)


def _guess_multiples(guess: SurveyGuess, free: _Free) -> None:
    for finding in (tick_columns, code_columns):
        for found in finding(free.profiles):
            guess.multiples.append(found)
            free.take(*found.columns)
    for profile in free.profiles:
        if guessed_item(profile) is None and (found := list_in_cell(profile)) is not None:
            guess.multiples.append(found)
            free.take(profile.name)
    taken = set(free.all)
    for place, found in enumerate(guess.multiples):
        is_own = found.columns == (found.name,)
        if not is_own and (found.name in taken or not is_plain(found.name)):
            guess.multiples[place] = replace(found, name=slug(found.name, taken))
        taken.add(guess.multiples[place].name)


def _guess_items(
    guess: SurveyGuess, free: _Free, waves: Mapping[str, Mapping[str, Profile]]
) -> None:
    odd: dict[str, list[tuple[Profile, ItemGuess]]] = {}
    for name, members in batteries(free.profiles).items():
        pairs: list[tuple[Profile, ItemGuess]] = []
        for profile in members:
            pooled = [other[profile.name] for other in waves.values() if profile.name in other]
            if found := guessed_item(profile, [*members, *pooled]):
                pairs.append((profile, found))
        if len(pairs) < 3:
            continue
        if (agreed := refined(pairs)) is None:
            odd[name] = pairs
        else:
            _accept(guess, free, name, pairs, agreed)
    for name, pairs in odd.items():
        like = _scale_beside(guess, name)
        if like is not None and (agreed := refined(pairs, like=like)) is not None:
            _accept(guess, free, name, pairs, agreed)
    for profile in free.profiles:
        if (found := guessed_item(profile)) is not None and _stands_alone(profile, found):
            guess.items[profile.name] = found
            free.take(profile.name)


def _accept(
    guess: SurveyGuess,
    free: _Free,
    name: str,
    pairs: list[tuple[Profile, ItemGuess]],
    agreed: list[ItemGuess],
) -> None:
    for (profile, _), item in zip(pairs, agreed, strict=True):
        guess.items[profile.name] = replace(item, battery=name)
    guess.batteries[name] = [profile.name for profile, _ in pairs]
    free.take(*guess.batteries[name])


def _scale_beside(guess: SurveyGuess, name: str) -> tuple[int, int] | None:
    """Return the scale of batteries whose names begin alike, where they agree on one."""
    letters = name.rstrip("+#0123456789")
    scales = {
        guess.items[items[0]].scale
        for other, items in guess.batteries.items()
        if letters and other.rstrip("+#0123456789") == letters
    }
    return next(iter(scales)) if len(scales) == 1 else None


def _stands_alone(profile: Profile, item: ItemGuess) -> bool:
    """Say whether a lone column is an item: plain numbers may be any list of codes."""
    hinted = any(profile.hints(role) for role in ("nps", "fft", "overall"))
    return bool(item.values) or hinted


def _guess_measures(guess: SurveyGuess, free: _Free) -> None:
    taken = {*COMPUTED, *free.all, *(m.name for m in guess.multiples)}
    nps = [name for name in guess.items if _is_nps(free.all[name], guess.items[name])]
    if nps:
        why = guess.items[nps[0]].why
        guess.outcomes.append(MeasureGuess("nps", (nps[0],), "", why, "nps"))
    index = [n for n, i in guess.items.items() if free.all[n].hints("nki") and i.scale == (1, 10)]
    overall = _overall(guess, free)
    if len(index) == 3 and not guess.items[index[0]].words:
        why = "three questions on satisfaction, expectations and an ideal"
        guess.outcomes.insert(0, MeasureGuess("nki", tuple(index), "", why, "nki"))
    elif overall:
        label = short_label(free.all[overall].question)
        name = slug("overall", taken)
        why = "seems to ask for the whole"
        guess.outcomes.insert(0, MeasureGuess(name, (overall,), label, why, "mean"))
    outcome_items = {item for outcome in guess.outcomes for item in outcome.items}
    taken |= {outcome.name for outcome in guess.outcomes}
    _guess_drivers(guess, free, outcome_items, taken)


def _is_nps(profile: Profile, item: ItemGuess) -> bool:
    return item.scale == (0, 10) and profile.hints("nps") and not item.words


def _overall(guess: SurveyGuess, free: _Free) -> str:
    """Return the item that asks for the whole, or ""; one of a large battery before a lone one."""
    candidates: list[tuple[float, str]] = []
    for name, item in guess.items.items():
        profile = free.all[name]
        if _is_nps(profile, item):
            continue
        members = guess.batteries.get(item.battery, [])
        row = short_label(profile.question).casefold()
        others = [short_label(free.all[m].question).casefold() for m in members if m != name]
        contained = len(others) >= 2 and all(row in other and row != other for other in others)
        hinted = profile.hints("overall") and (not members or row != profile.question.casefold()
                                               or profile.hints("overall"))  # fmt: skip
        if "[" in profile.name and not contained:
            hinted = False
        if profile.hints("fft"):
            hinted = True
        if contained or hinted:
            candidates.append((len(members) + 100 * contained, name))
    return max(candidates, key=lambda pair: pair[0])[1] if candidates else ""


def _guess_drivers(
    guess: SurveyGuess, free: _Free, outcome_items: set[str], taken: set[str]
) -> None:
    groups = {name: items for name, items in guess.batteries.items() if name.endswith("+")}
    if len(groups) >= 2:
        _grouped_drivers(guess, free, groups, outcome_items, taken)
        return
    scales = {_scale_key(guess.items[item]) for item in outcome_items}
    is_only = len(guess.batteries) == 1
    graded = [
        item
        for items in guess.batteries.values()
        for item in items
        if item not in outcome_items
        and (not outcome_items or _scale_key(guess.items[item]) in scales or is_only)
    ]
    for item in graded[:_MOST_DRIVERS]:
        label = short_label(free.all[item].question)
        name = slug(label, taken)
        name = f"{slug(label)}_grade" if name != slug(label) else name
        name = slug(name, taken, n_words=5)
        taken.add(name)
        why = "graded on the same scale"
        guess.drivers.append(MeasureGuess(name, (item,), label, why))


def _scale_key(item: ItemGuess) -> tuple[tuple[int, int], tuple[str, ...]]:
    """Return what two items must share to be graded alike: ends and words."""
    return item.scale, tuple(text.casefold() for text in item.words)


def _grouped_drivers(
    guess: SurveyGuess,
    free: _Free,
    groups: Mapping[str, Sequence[str]],
    outcome_items: set[str],
    taken: set[str],
) -> None:
    """Make one driver of items numbered 1a 1b 1c; an item numbered 1 alone names the group."""
    heads: dict[str, str] = {}
    for stem in groups:
        digits = stem.rstrip("+")
        for name in guess.batteries.get(f"{digits.rstrip('0123456789')}#", []):
            if name.startswith(digits) and not name[len(digits) : len(digits) + 1].isalnum():
                heads[stem] = name
    for stem, items in groups.items():
        head = heads.get(stem)
        label = short_label(free.all[head].question) if head else stem.rstrip("+")
        name = slug(label, taken)
        taken.add(name)
        left = tuple(item for item in items if item not in outcome_items)
        why = f"numbered {stem.rstrip('+')}a, b, ..."
        guess.drivers.append(MeasureGuess(name, left, label, why))
    if not guess.outcomes and len(heads) >= 3:
        name = slug("overall", taken)
        why = "one item for each group; nothing asks for the whole"
        items = tuple(heads.values())
        least = max(1, len(items) // 2)
        guess.outcomes.append(MeasureGuess(name, items, "", why, "mean", least))


def _guess_open(guess: SurveyGuess, free: _Free) -> None:
    for profile in free.profiles:
        if len(guess.open_answers) >= _MOST_OPEN:
            return
        long = profile.mean_length >= 25 and profile.n_different >= 0.4 * profile.n
        asked = profile.hints("open") and profile.mean_length >= 10
        asked = asked and profile.n_different >= max(10, 0.5 * profile.n)
        if profile.n >= 5 and (long or asked) and not profile.codes:
            name = slug(profile.question, {guess.name for guess in guess.open_answers})
            label = short_label(profile.question)
            guess.open_answers.append(SegmentGuess(name, profile.name, label, "sentences"))
            free.take(profile.name)


def _guess_segments(guess: SurveyGuess, latest: Mapping[str, Profile], free: _Free) -> None:
    taken = {*COMPUTED, *latest}
    taken |= {measure.name for measure in (*guess.outcomes, *guess.drivers)}
    language = guess.roles.get("language_column")
    candidates = [latest[language.column]] if language else []
    candidates += [p for p in free.profiles if _splits(p)]
    candidates.sort(key=lambda p: not p.hints("segment"))
    for profile in candidates[:_MOST_SEGMENTS]:
        name = slug(profile.question, taken - {profile.name}, n_words=2)
        if name == profile.name.casefold() and is_plain(profile.name):
            name = profile.name
        taken.add(name)
        label = short_label(profile.question)
        why = f"{profile.n_different} different answers"
        guess.segments.append(SegmentGuess(name, profile.name, label, why))


def _splits(profile: Profile) -> bool:
    """Say whether a column splits respondents into groups worth looking at."""
    n = len(profile.answers)
    if not 2 <= n <= _SEGMENT_VALUES or profile.n < 0.5 * len(profile.cells):
        return False
    if profile.mean_length > 60 or sum(profile.answers.values()) < 0.5 * profile.n:
        return False
    if profile.codes:
        return profile.hints("segment") and n <= _MOST_CODES
    return profile.hints("segment") or n <= _FEW_VALUES


def _shorten(guess: SurveyGuess, latest: Mapping[str, Profile]) -> None:
    """Give long questions short names; an item's ends in ``_item``, an open answer's ``_text``."""
    taken = {*COMPUTED, *latest}
    taken |= {measure.name for measure in (*guess.outcomes, *guess.drivers)}
    taken |= {segment.name for segment in guess.segments}
    shortened: dict[str, str] = {}
    opened = {answer.column for answer in guess.open_answers}
    kept = {segment.column for segment in guess.segments}
    kept |= {role.column for role in guess.roles.values()}
    kept |= {column for found in guess.multiples if found.marks for column in found.columns}
    for column in guess.columns:
        if is_plain(column) or column not in latest or column in kept:
            continue
        end = "item" if column in guess.items else "text" if column in opened else ""
        name = slug(latest[column].question)
        name = slug(f"{name} {end}" if end else name, taken, n_words=6)
        taken.add(name)
        shortened[column] = name
    guess.rename = shortened
    new = shortened.get
    guess.items = {new(name, name): item for name, item in guess.items.items()}
    guess.batteries = {
        stem: [new(name, name) for name in items] for stem, items in guess.batteries.items()
    }
    guess.roles = {
        role: replace(found, column=new(found.column, found.column))
        for role, found in guess.roles.items()
    }
    guess.outcomes = [_renamed(measure, shortened) for measure in guess.outcomes]
    guess.drivers = [_renamed(measure, shortened) for measure in guess.drivers]
    guess.segments = [replace(s, column=new(s.column, s.column)) for s in guess.segments]
    guess.open_answers = [replace(a, column=new(a.column, a.column)) for a in guess.open_answers]
    guess.multiples = [_renamed_multiple(found, shortened) for found in guess.multiples]


def _renamed(measure: MeasureGuess, shortened: Mapping[str, str]) -> MeasureGuess:
    return replace(measure, items=tuple(shortened.get(item, item) for item in measure.items))


def _renamed_multiple(found: MultipleGuess, shortened: Mapping[str, str]) -> MultipleGuess:
    columns = tuple(shortened.get(column, column) for column in found.columns)
    values = {shortened.get(key, key): label for key, label in found.values.items()}
    name = columns[0] if found.columns == (found.name,) else found.name
    return replace(found, name=name, columns=columns, values=values)
