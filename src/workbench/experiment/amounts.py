"""Numbers of a metric as words: percentage points, points, or the metric's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.experiment import Trial

__all__ = ["SHARE_KINDS", "amount", "bare", "interval", "level"]

SHARE_KINDS = frozenset({"proportion", "csat"})


def bare(trial: Trial, metric: str, value: float, *, signed: bool = True) -> Message:
    """Return a difference as a number alone, in the unit a reader sees."""
    kind = trial.kinds[metric]
    shown = 100 * value if kind in SHARE_KINDS else value
    if kind in SHARE_KINDS and abs(value) < 0.0995:
        return Message("{value:signed2}", value=shown) if signed else _plain(shown, 2)
    if kind in SHARE_KINDS or kind in {"nps", "nki"}:
        return Message("{value:points}", value=shown) if signed else _plain(shown, 1)
    if signed:
        return Message("{value:signed_adaptive}", value=shown)
    return Message("{value:adaptive}", value=shown)


def _plain(value: float, decimals: int) -> Message:
    if decimals == 2:
        return Message("{value:number2}", value=value)
    return Message("{value:number}", value=value)


def amount(trial: Trial, metric: str, value: float, *, signed: bool = True) -> Message:
    """Return a difference with its unit."""
    kind = trial.kinds[metric]
    number = bare(trial, metric, value, signed=signed)
    if kind in SHARE_KINDS:
        return Message("{number} percentage points", number=number)
    if kind in {"nps", "nki"}:
        return Message("{number} points", number=number)
    unit = trial.unit(metric)
    if unit:
        return Message("{number} {unit}", number=number, unit=unit)
    return number


def interval(trial: Trial, metric: str, low: float, high: float) -> Message:
    """Return an interval without its unit: "0.6 to 1.9"."""
    return Message(
        "{low} to {high}",
        low=bare(trial, metric, low, signed=False),
        high=bare(trial, metric, high, signed=False),
    )


def level(trial: Trial, metric: str, value: float) -> Message:
    """Return what a variant shows: "82.2%", "12.9", "24.5 days"."""
    kind = trial.kinds[metric]
    if kind in SHARE_KINDS:
        return Message("{value:percent1}", value=value)
    if kind in {"nps", "nki"}:
        return Message("{value:number}", value=value)
    unit = trial.unit(metric)
    if unit:
        return Message("{value:adaptive} {unit}", value=value, unit=unit)
    return Message("{value:adaptive}", value=value)
