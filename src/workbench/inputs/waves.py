"""Waves in the order of their dates."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import ParameterError, near_match
from workbench.inputs.survey_files import natural_order
from workbench.inputs.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.inputs.models.survey import WaveModel

__all__ = ["LATEST", "ordered_waves", "resolved_wave", "wave_dates", "wave_frame"]

LATEST = "latest"

_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)")
_QUARTER = re.compile(r"(?P<year>(?:19|20)\d\d)[-_. ]?[QqKk](?P<quarter>[1-4])")
_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)[-_.](?P<month>0[1-9]|1[0-2])")
_DAY = re.compile(r"(?P<year>(?:19|20)\d\d)[-_.](?P<month>0[1-9]|1[0-2])[-_.](?P<day>\d\d)")
_WEEK = re.compile(r"(?P<year>(?:19|20)\d\d)[-_.]?[WwVv](?P<week>\d\d)")


def ordered_waves(names: Iterable[str], declared: Mapping[str, WaveModel]) -> list[str]:
    """Sort waves by date.

    By when they opened, where all waves say so; else by when they closed; else by the dates in
    their names; else by name, counting: wave 2 before wave 10.

    Examples
    --------
    >>> ordered_waves(["2026-Q1", "2025-Q4", "2026-02"], {})
    ['2025-Q4', '2026-Q1', '2026-02']
    """
    waves = sorted(names, key=natural_order)
    opened = {wave: declared[wave].opened for wave in waves if wave in declared}
    closed = {wave: declared[wave].closed for wave in waves if wave in declared}
    in_names = {wave: _date_in_name(wave) for wave in waves}
    for dates in (opened, closed, in_names):
        found = {wave: date for wave in waves if (date := dates.get(wave)) is not None}
        if len(found) == len(waves):
            return sorted(waves, key=lambda wave: found[wave])
    return waves


def wave_frame(rows: Mapping[str, int], declared: Mapping[str, WaveModel]) -> pd.DataFrame:
    """Return one row per wave, oldest first.

    Parameters
    ----------
    rows
        Kept rows per wave.
    declared
        ``[survey.waves]``.

    Returns
    -------
    DataFrame
        ``wave label opened closed invited preliminary changed n``. ``label`` is text or a table of
        texts by language; ``changed`` a tuple of items. A wave is preliminary when it is not
        closed and the study gives dates to waves.
    """
    dated = any(wave.opened or wave.closed for wave in declared.values())
    table: list[dict[str, object]] = []
    for name in ordered_waves(rows, declared):
        wave = declared.get(name)
        table.append(
            {
                "wave": name,
                "label": (wave.label if wave else "") or name,
                "opened": wave.opened if wave else None,
                "closed": wave.closed if wave else None,
                "invited": wave.invited if wave else None,
                "preliminary": dated and (wave is None or wave.closed is None),
                "changed": wave.changed if wave else (),
                "n": rows[name],
            }
        )
    frame = pd.DataFrame(
        table,
        columns=["wave", "label", "opened", "closed", "invited", "preliminary", "changed", "n"],
    )
    objects = dict.fromkeys(["label", "opened", "closed", "changed"], "object")
    return frame.astype(
        {"wave": "str", "invited": "Int64", "preliminary": "bool", "n": "int64"} | objects
    )


def wave_dates(waves: pd.DataFrame) -> dict[str, dt.date]:
    """Return when each wave opened, else closed, else the date in its name; all by one of these.

    Parameters
    ----------
    waves
        As :func:`wave_frame` returns it.

    Returns
    -------
    dict
        Empty where no one way dates every wave.
    """
    names = [str(wave) for wave in waves["wave"]]
    ways = [list(waves["opened"]), list(waves["closed"]), [_date_in_name(name) for name in names]]
    for dates in ways:
        known = {name: date for name, date in zip(names, dates, strict=True) if date is not None}
        if len(known) == len(names):
            return known
    return {}


def resolved_wave(wave: str, waves: list[str]) -> str:
    """Return the wave meant: ``"latest"`` is the last one.

    Raises
    ------
    ParameterError
        If there is no such wave, or none at all.
    """
    if not waves:
        raise ParameterError("The survey has no waves, because it has no rows.")
    if wave == LATEST:
        return waves[-1]
    if wave not in waves:
        raise ParameterError(
            f"Wave '{visible(wave)}' is not in the study.{near_match(wave, waves)} "
            f"There are: latest, {', '.join(waves)}."
        )
    return wave


def _date_in_name(name: str) -> dt.date | None:
    """Read the first day of the period a name says; a day that does not exist says nothing."""
    try:
        return _first_day(name)
    except ValueError:
        return None


def _first_day(name: str) -> dt.date | None:
    if match := _DAY.search(name):
        return dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
    if match := _QUARTER.search(name):
        return dt.date(int(match["year"]), 3 * int(match["quarter"]) - 2, 1)
    if match := _WEEK.search(name):
        return dt.date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
    if match := _MONTH.search(name):
        return dt.date(int(match["year"]), int(match["month"]), 1)
    if match := _YEAR.search(name):
        return dt.date(int(match["year"]), 1, 1)
    return None
