"""Which wave comes after which, and which was a year before."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import DataError, near_match
from workbench.inputs.segments import group_codes, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["compared_pairs", "read_waves", "wave_dates"]

_YEAR_DAYS, _TOLERANCE_DAYS = 365.25, 46


def read_waves(
    answers: pd.DataFrame, column: str, order: Sequence[str] | None
) -> tuple[NDArray[np.intp], list[str]]:
    """Return a code per row and the waves in order.

    Parameters
    ----------
    order
        Waves by date, as ``study.reading().waves["wave"]``; waves without answers are left out.
        Default: the order of the categories, of the numbers, or of the texts.

    Raises
    ------
    DataError
        If a row has no wave, or a wave is not in ``order``.
    """
    require_columns(answers, [column])
    codes, names = group_codes(answers[column])
    if None in names:
        rows = np.flatnonzero(codes == names.index(None))
        raise DataError(
            f"Column '{column}' must name the wave of every row; {rows.size} rows have none, first "
            f"at row {rows[0]}. Fill it in, or leave these rows out and say so."
        )
    found = [name for name in names if name is not None]
    if order is None:
        return codes, found
    wanted = [str(wave) for wave in order if str(wave) in found]
    absent = [wave for wave in found if wave not in wanted]
    if absent:
        raise DataError(
            f"order must have every wave in column '{column}'; '{absent[0]}' is not in it."
            f"{near_match(absent[0], [str(wave) for wave in order])}"
        )
    place = np.array([wanted.index(wave) for wave in found], np.intp)
    return place[codes], wanted


def compared_pairs(
    waves: Sequence[str],
    *,
    at: str,
    against: str,
    dates: Mapping[str, dt.date] | None = None,
) -> list[tuple[int, int]]:
    """Return (wave, earlier wave) by number: what is compared with what.

    Parameters
    ----------
    at
        ``latest``, ``all`` or a wave.
    against
        ``previous``, ``year_before`` or a wave.
    dates
        Date of each wave, for ``year_before``; default: read from names such as 2026-06, 2026-Q2.
    """
    if at == "all":
        chosen = list(range(len(waves)))
    else:
        chosen = [len(waves) - 1 if at == "latest" else _find(at, waves, "at")]
    if against == "previous":
        return [(wave, wave - 1) for wave in chosen if wave > 0]
    if against == "year_before":
        earlier = _year_before(waves, dates)
        return [(wave, earlier[wave]) for wave in chosen if wave in earlier]
    fixed = _find(against, waves, "against")
    return [(wave, fixed) for wave in chosen if wave != fixed]


def _find(wave: str, waves: Sequence[str], argument: str) -> int:
    if str(wave) not in waves:
        raise DataError(
            f"{argument} must be a wave with answers, or a word such as 'latest'; '{wave}' is "
            f"neither.{near_match(str(wave), waves)}"
        )
    return list(waves).index(str(wave))


def wave_dates(waves: Sequence[str], dates: Mapping[str, dt.date] | None) -> list[dt.date]:
    """Return a date per wave: as given, else read from its name.

    Raises
    ------
    DataError
        If a wave has no date and its name tells none.

    Examples
    --------
    >>> [date.isoformat() for date in wave_dates(["2026", "2026-Q2", "2026-06"], None)]
    ['2026-01-01', '2026-04-01', '2026-06-01']
    """
    found: list[dt.date] = []
    for wave in waves:
        date = (dates or {}).get(wave) or _date_in(wave)
        if date is None:
            raise DataError(
                f"Wave '{wave}' has no date: name it like 2026-06 or 2026-Q2, or give dates=."
            )
        found.append(date)
    return found


def _date_in(wave: str) -> dt.date | None:
    quarter = re.fullmatch(r"(\d{4})[-_ ]?[QqKk]([1-4])", wave)
    if quarter:
        return dt.date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1)
    parts = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", wave)
    if not parts:
        return None
    try:
        return dt.date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    except ValueError:
        return None


def _year_before(waves: Sequence[str], dates: Mapping[str, dt.date] | None) -> dict[int, int]:
    """Return, for each wave, the one nearest to a year before it, within six weeks."""
    days = np.array([date.toordinal() for date in wave_dates(waves, dates)], float)
    earlier: dict[int, int] = {}
    for wave, day in enumerate(days):
        distance = np.abs(days - (day - _YEAR_DAYS))
        nearest = int(distance.argmin())
        if distance[nearest] <= _TOLERANCE_DAYS:
            earlier[wave] = nearest
    return earlier
