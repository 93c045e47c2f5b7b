"""Guess who, when, how long, how much weight: the columns around the answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.inputs.drafting.profiles import Profile

__all__ = ["RoleGuess", "date_format", "guessed_roles"]

_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%m/%d/%Y - %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
    "%d/%m/%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%d-%m-%Y",
    "%m-%d-%Y", "%Y%m%d", "%d %b %Y",
)  # fmt: skip
_ISO = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}


@dataclass(frozen=True)
class RoleGuess:
    """A column's role.

    Parameters
    ----------
    column
        Its name in the file.
    why
        What the guess rests on.
    format
        Of a date; "" for ISO 8601.
    unreadable
        Share of dates that the format does not read.
    """

    column: str
    why: str
    format: str = ""
    unreadable: float = 0.0


def guessed_roles(profiles: Mapping[str, Profile]) -> dict[str, RoleGuess]:
    """Return the key of the survey -> the column that seems to have that role."""
    found: dict[str, RoleGuess] = {}
    everything = list(profiles.values())
    if guess := _respondent(everything):
        found["respondent"] = guess
    for role, guessing in (
        ("person", _person),
        ("weight", _weight),
        ("submitted", _submitted),
        ("duration", _duration),
        ("language_column", _language),
        ("strata", _strata),
    ):
        taken = {guess.column for guess in found.values()}
        if guess := guessing([p for p in everything if p.name not in taken]):
            found[role] = guess
    return found


def _respondent(profiles: list[Profile]) -> RoleGuess | None:
    unique = [p for p in profiles if p.is_unique and p.mean_length <= 40 and not _is_date(p)]
    named = [p for p in unique if p.hints("respondent")]
    if named:
        return RoleGuess(named[0].name, "its name, and no value occurs twice")
    by_person = [p for p in profiles if p.hints("respondent") and p.n >= 0.95 * len(p.cells) > 0]
    by_person = [p for p in by_person if p.n_different >= 0.8 * p.n and not _is_date(p)]
    if by_person:
        return RoleGuess(by_person[0].name, "its name; some values occur twice")
    first = [p for p in unique if p.place < 3 and re.search(r"(?i)id|nr|num|no\b", p.name)]
    return RoleGuess(first[0].name, "no value occurs twice") if first else None


def _person(profiles: list[Profile]) -> RoleGuess | None:
    for profile in profiles:
        full = profile.n == len(profile.cells) and not profile.codes
        recurs = 0.2 * profile.n <= profile.n_different < profile.n
        if profile.hints("person") and full and recurs:
            return RoleGuess(profile.name, "its name; values recur")
    return None


def _weight(profiles: list[Profile]) -> RoleGuess | None:
    for profile in profiles:
        if not profile.hints("weight") or profile.n < 0.95 * len(profile.cells):
            continue
        values = profile.numbers[~np.isnan(profile.numbers)]
        if len(values) >= 0.95 * profile.n and values.min() >= 0 and np.any(values % 1 != 0):
            return RoleGuess(
                profile.name, f"its name; fractions with a mean of {values.mean():.2g}"
            )
    return None


def date_format(profile: Profile) -> tuple[str, float] | None:
    """Return the format that reads most cells as dates, and the share it does not read.

    None where no format reads nine of ten. Of two that read alike, day first and month first, the
    one that reads more; a tie is month first only with an English clock.
    """
    if profile.n < 3 or profile.mean_length < 6 or profile.codes:
        return None
    sample = profile.filled if profile.n <= 5000 else profile.filled.iloc[:: profile.n // 5000]
    sample = sample.str.replace(r"(?<=\d)(?:Z|[+-]\d\d:?\d\d|\.\d+)$", "", regex=True)
    best, best_share = "", 0.0
    for form in _FORMATS:
        share = float(pd.to_datetime(sample, format=form, errors="coerce").notna().mean())
        if share > best_share + 1e-9:
            best, best_share = form, share
    return (best, 1 - best_share) if best_share >= 0.9 else None


def _is_date(profile: Profile) -> bool:
    return date_format(profile) is not None


def _submitted(profiles: list[Profile]) -> RoleGuess | None:
    for profile in profiles:
        if not profile.hints("submitted") or profile.n < 0.5 * len(profile.cells):
            continue
        if (found := date_format(profile)) is not None:
            form, unreadable = found
            why = "its name; it reads as a date"
            if "%d/%m" in form or "%m/%d" in form:
                why += ", day first" if "%d/%m" in form else ", month first"
            return RoleGuess(profile.name, why, "" if form in _ISO else form, unreadable)
    return None


def _duration(profiles: list[Profile]) -> RoleGuess | None:
    for profile in profiles:
        values = profile.numbers[~np.isnan(profile.numbers)]
        numeric = len(values) >= 0.9 * max(profile.n, 20) and values.min() >= 0
        if profile.hints("duration") and numeric and len(np.unique(values)) > 10:
            return RoleGuess(profile.name, "its name")
    return None


def _language(profiles: list[Profile]) -> RoleGuess | None:
    for profile in profiles:
        if profile.hints("language") and 1 < profile.n_different <= 30:
            return RoleGuess(profile.name, "its name")
    return None


def _strata(profiles: list[Profile]) -> RoleGuess | None:
    for profile in profiles:
        full = profile.n == len(profile.cells)
        if profile.hints("strata") and full and 1 < profile.n_different <= 200:
            return RoleGuess(profile.name, "its name")
    return None
