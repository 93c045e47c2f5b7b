"""Numbers of an experiment's metric as words: percentage points, points, or the metric's own unit.

How many decimals are shown follows from how sure the number is: two digits of its interval's half
width, the same for the estimate and both ends.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.trial import Trial

__all__ = ["SHARE_KINDS", "amount", "bare", "decimals_for", "interval", "level", "with_interval"]

SHARE_KINDS = frozenset({"proportion", "csat"})
POINT_KINDS = frozenset({"nps", "nki"})


def decimals_for(half_width: float) -> int:
    """Return how many decimals leave two digits of a half width.

    Examples
    --------
    >>> decimals_for(0.63), decimals_for(3.9), decimals_for(0.0067), decimals_for(250.0)
    (2, 1, 4, 0)
    """
    if not (half_width > 0 and math.isfinite(half_width)):
        return 2
    return min(6, max(0, 1 - math.floor(math.log10(half_width))))


def _shown(kind: str, value: float, sureness: float | None) -> Decimal:
    """Return a value in the unit a reader sees, rounded as its sureness allows."""
    scaled = 100.0 * value if kind in SHARE_KINDS else value
    if sureness is not None:
        half = 100.0 * sureness if kind in SHARE_KINDS else sureness
        return Decimal(f"{scaled:.{decimals_for(half)}f}")
    if kind in SHARE_KINDS | POINT_KINDS:
        return Decimal(f"{scaled:.{1 if abs(scaled) >= 0.095 or scaled == 0 else 2}f}")
    return Decimal(f"{Decimal(f'{scaled:.3g}'):f}")


def bare(
    trial: Trial, metric: str, value: float, *, signed: bool = True, sureness: float | None = None
) -> Message:
    """Return a difference as a number alone.

    Parameters
    ----------
    sureness
        Half width of its interval, in the metric's own units; None for numbers that were agreed.
    """
    shown = _shown(trial.kinds[metric], value, sureness)
    if signed:
        return Message("{value:signed_exact}", value=shown)
    return Message("{value:exact}", value=shown)


def amount(
    trial: Trial, metric: str, value: float, *, signed: bool = True, sureness: float | None = None
) -> Message:
    """Return a difference with its unit."""
    number = bare(trial, metric, value, signed=signed, sureness=sureness)
    kind = trial.kinds[metric]
    if kind in SHARE_KINDS:
        return Message("{number} percentage points", number=number)
    if kind in POINT_KINDS:
        return Message("{number} points", number=number)
    unit = trial.unit(metric)
    if unit:
        return Message("{number} {unit}", number=number, unit=unit)
    return number


def with_interval(kind: str, value: float, low: float | None, high: float | None) -> Message:
    """Return a difference of a kind of metric with its unit and its interval, where it has one."""
    half = None if low is None or high is None else (high - low) / 2
    number = Message("{value:signed_exact}", value=_shown(kind, value, half))
    if kind in SHARE_KINDS:
        number = Message("{number} percentage points", number=number)
    elif kind in POINT_KINDS:
        number = Message("{number} points", number=number)
    if low is None or high is None:
        return number
    ends = [Message("{value:exact}", value=_shown(kind, end, half)) for end in (low, high)]
    return Message("{effect} ({low} to {high})", effect=number, low=ends[0], high=ends[1])


def interval(trial: Trial, metric: str, low: float, high: float) -> Message:
    """Return an interval without its unit: "0.6 to 1.9"."""
    half = (high - low) / 2
    return Message(
        "{low} to {high}",
        low=bare(trial, metric, low, signed=False, sureness=half),
        high=bare(trial, metric, high, signed=False, sureness=half),
    )


def level(trial: Trial, metric: str, value: float, *, sureness: float | None = None) -> Message:
    """Return what a variant shows: "82.2%", "12.9", "24.5 days"."""
    kind = trial.kinds[metric]
    if kind in SHARE_KINDS:
        return Message("{value:percent1}", value=value)
    if kind in POINT_KINDS:
        return Message("{value:number}", value=value)
    number = bare(trial, metric, value, signed=False, sureness=sureness)
    unit = trial.unit(metric)
    if unit:
        return Message("{number} {unit}", number=number, unit=unit)
    return number
