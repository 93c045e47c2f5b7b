"""How the columns of every wave differ from those the study uses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.inputs.drafting.matching import matched_columns
from workbench.inputs.drafting.survey_guess import SurveyGuess, WaveGuess

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from workbench.inputs.drafting.codes import ItemGuess
    from workbench.inputs.drafting.multiples import MultipleGuess
    from workbench.inputs.drafting.profiles import Profile

__all__ = ["compare_waves"]

_MOST_ANSWERS = 80


def compare_waves(guess: SurveyGuess, waves: Mapping[str, Mapping[str, Profile]]) -> None:
    """Match the columns of every wave with those the study uses; pool what is missing."""
    latest_name = list(waves)[-1]
    latest = waves[latest_name]
    used = guess.columns
    for wave, profiles in waves.items():
        lacking = {new: latest[old] for new, old in used.items() if old not in profiles}
        wanted = {old.name: old for old in lacking.values()}
        offered = {name: p for name, p in profiles.items() if name not in latest}
        matches = matched_columns(wanted, offered)
        rename = {
            matches[old.name].found: (new, matches[old.name].why)
            for new, old in lacking.items()
            if old.name in matches
        }
        unsure = frozenset(match.found for match in matches.values() if not match.is_sure)
        absent = tuple(new for new, old in lacking.items() if old.name not in matches)
        roles = {role.column for role in guess.roles.values()}
        for role in [r for r, found in guess.roles.items() if found.column in absent]:
            del guess.roles[role]
        absent = tuple(name for name in absent if name not in roles)
        named = dict(profiles) | {new: profiles[old] for old, (new, _) in rename.items()}
        named |= {new: profiles[old] for new, old in used.items() if old in profiles}
        _pool_missing(guess, named)
        closed = _closed(guess, named)
        guess.waves.append(WaveGuess(wave, closed, rename, unsure, absent))
        guess.drifts |= set(profiles) != set(latest)
    guess.multiples = [found for found in guess.multiples if _can_be_read(found, guess, waves)]
    used = set(guess.columns)
    guess.waves = [
        replace(
            wave,
            rename={old: pair for old, pair in wave.rename.items() if pair[0] in used},
            not_asked=tuple(name for name in wave.not_asked if name in used),
        )
        for wave in guess.waves
    ]


def _can_be_read(
    found: MultipleGuess, guess: SurveyGuess, waves: Mapping[str, Mapping[str, Profile]]
) -> bool:
    """Say whether a list of codes is short enough in all waves together; else it stays text."""
    if found.marks or found.values:
        return True
    names = {new: old for old, new in guess.rename.items()}
    seen: set[str] = set()
    for profiles, wave in zip(waves.values(), guess.waves, strict=True):
        called = names | {new: old for old, (new, _) in wave.rename.items()}
        for column in found.columns:
            name = called.get(column, column)
            if name in profiles:
                cells = profiles[name].counts
                seen |= {
                    part.strip()
                    for text in cells
                    for part in (text.split(found.separator) if found.separator else [text])
                }
    return len(seen) <= _MOST_ANSWERS


def _pool_missing(guess: SurveyGuess, named: Mapping[str, Profile]) -> None:
    """Add words for missing that another wave has, and see which items do not fit their scale."""
    for name, item in guess.items.items():
        members = guess.batteries.get(item.battery, [name])
        missing = dict(item.missing)
        known = {str(code).casefold() for codes in missing.values() for code in codes}
        for member in members:
            words = named[member].missing_words if member in named else {}
            for text, kind in words.items():
                if text.casefold() not in known:
                    missing[kind] = (*missing.get(kind, ()), text)
                    known.add(text.casefold())
        guess.items[name] = replace(item, missing=missing)
        if name in named and _outside(guess.items[name], named[name]) > 0.01:
            guess.loose.add(name)


def _outside(item: ItemGuess, profile: Profile) -> float:
    """Return the share of answers that the guessed scale does not cover."""
    from workbench.inputs.models.survey import ItemRule, MissingCodes
    from workbench.inputs.scales import code_numbers

    rule = ItemRule(
        scale=(float(item.scale[0]), float(item.scale[1])),
        values={str(code): text for code, text in item.values.items()} or None,
        missing=MissingCodes(**item.missing),
    )
    coded = code_numbers(profile.cells, rule, scale=rule.scale)
    outside = coded.count("out_of_scale")
    return outside / max(1, outside + coded.answered)


def _closed(guess: SurveyGuess, named: Mapping[str, Profile]) -> dt.date | None:
    """Guess when a wave closed: with its last answer."""
    import pandas as pd

    sent = guess.roles.get("submitted")
    if sent is not None and sent.column in named:
        texts = named[sent.column].filled
        form = sent.format or "ISO8601"
        moments = pd.to_datetime(texts, format=form, errors="coerce", utc=not sent.format)
        if moments.notna().any():
            return moments.max().date()
    return None
