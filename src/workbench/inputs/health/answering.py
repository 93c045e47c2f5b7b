"""Answers given without reading: the same for everything, or faster than one can read.

*Straight lines* are rows with one and the same answer to all items of a scale. Content people do
answer so now and then, above all to few items; the share that calls for care is lower the more
items there are. *Speeding* is a third of the median time or less; since short times also occur by
chance, the share is held against what the spread of ordinary times would give.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from workbench.inputs.health.chance import at_least
from workbench.inputs.health.material import ENOUGH
from workbench.language import Message
from workbench.results.health import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.inputs.health.material import Material
    from workbench.results.health import Severity

__all__ = ["answering_findings", "partial_rows", "speeding_rows", "straight_rows"]

_FEWEST_ITEMS = 5
_MANY_ITEMS = 8
_THIRD = math.log(3)
_SURE = 1e-4
_PARTIAL = 0.5


def straight_rows(material: Material) -> NDArray[np.bool_]:
    """Return the rows with one and the same answer to five or more items of a scale.

    Answers are taken as they were given, before items are turned.
    """
    straight = np.zeros(material.n, dtype=bool)
    for items in material.batteries:
        answers = material.raw[items].to_numpy()
        enough = (~np.isnan(answers)).sum(axis=1) >= _FEWEST_ITEMS
        low = np.nanmin(np.where(enough[:, None], answers, 0), axis=1)
        high = np.nanmax(np.where(enough[:, None], answers, 1), axis=1)
        straight |= enough & (low == high)
    return straight


def speeding_rows(material: Material) -> NDArray[np.bool_]:
    """Return the rows that took a third of their wave's median time or less."""
    column = material.survey.duration
    fast = np.zeros(material.n, dtype=bool)
    if column is None or column not in material.frame:
        return fast
    seconds = material.frame[column].to_numpy(dtype="float64")
    for wave in material.waves:
        rows = material.in_wave(wave) & (seconds > 0)
        if rows.sum() >= ENOUGH:
            fast |= rows & (seconds <= np.median(seconds[rows]) / 3)
    return fast


def partial_rows(material: Material) -> NDArray[np.bool_]:
    """Return the rows that leave more than half of what they were asked blank."""
    items = [item for item in material.scales if item in material.reading.kinds]
    if len(items) < 2:
        return np.zeros(material.n, dtype=bool)
    kinds = np.stack([material.kinds(item) for item in items])
    asked = (kinds != 2).sum(axis=0)
    blank = (kinds == 3).sum(axis=0)
    return (asked > 0) & (blank > _PARTIAL * asked)


def answering_findings(
    material: Material,
    straight: NDArray[np.bool_],
    fast: NDArray[np.bool_],
    partial: NDArray[np.bool_],
) -> Iterator[Finding]:
    """Tell straight lines, speeding and partial answers by wave, and where they gather."""
    n_items = max((len(items) for items in material.batteries), default=0)
    limits = (0.02, 0.15) if n_items >= _MANY_ITEMS else (0.10, 0.25)
    for wave in material.waves:
        rows = material.in_wave(wave)
        base = int(rows.sum())
        if n := int((straight & rows).sum()):
            yield _finding(material, "straight_lines", straight & rows, wave, base, n, limits)
        if n := int((fast & rows).sum()):
            expected = _expected_speed(material, rows)
            surprising = at_least(n, base, expected) < _SURE
            pair = (0.02, 0.05) if surprising else (1.1, 1.1)
            yield _finding(material, "speeding", fast & rows, wave, base, n, pair)
        if n := int((partial & rows).sum()):
            yield _finding(material, "partial", partial & rows, wave, base, n, (0.05, 0.25))
    for check, hit in (("straight_lines", straight), ("speeding", fast), ("partial", partial)):
        yield from _gathered(material, check, hit)


def _finding(
    material: Material,
    check: str,
    rows: NDArray[np.bool_],
    wave: str,
    base: int,
    n: int,
    limits: tuple[float, float],
) -> Finding:
    share = n / base
    severity: Severity = "note"
    if n >= 3:
        severity = "alarm" if share >= limits[1] else "care" if share >= limits[0] else "note"
    values = {"wave": wave, "n": n, "base": base, "share": share}
    texts = {
        "straight_lines": Message(
            "{wave}: {n:integer} of {base:integer} rows ({share:percent1}) gives one and the "
            "same answer to every item.",
            "{wave}: {n:integer} of {base:integer} rows ({share:percent1}) give one and the "
            "same answer to every item.",
            **values,
        ),
        "speeding": Message(
            "{wave}: {n:integer} of {base:integer} rows ({share:percent1}) took a third of the "
            "median time or less.",
            **values,
        ),
        "partial": Message(
            "{wave}: {n:integer} of {base:integer} rows ({share:percent1}) leaves more than "
            "half of the items blank.",
            "{wave}: {n:integer} of {base:integer} rows ({share:percent1}) leave more than "
            "half of the items blank.",
            **values,
        ),
    }
    return Finding(
        check=check,
        severity=severity,
        text=texts[check],
        files=material.files(rows),
        wave=wave,
        n=n,
        base=base,
    )


def _expected_speed(material: Material, rows: NDArray[np.bool_]) -> float:
    """Return the share of such short times that the ordinary spread of times gives."""
    seconds = material.frame[str(material.survey.duration)].to_numpy(dtype="float64")
    logs = np.log(seconds[rows & (seconds > 0)])
    spread = (np.quantile(logs, 0.75) - np.median(logs)) / float(special.ndtri(0.75))
    return float(special.ndtr(-_THIRD / spread)) if spread > 0 else 0.0


def _gathered(material: Material, check: str, hit: NDArray[np.bool_]) -> Iterator[Finding]:
    """Name the units in which such rows gather: three times as common as elsewhere, surely."""
    for unit in material.units():
        known = material.unit_codes[unit.by][1] >= 0
        n_others = int(known.sum()) - unit.n
        if unit.n < ENOUGH or n_others < ENOUGH:
            continue
        n = int((hit & unit.rows).sum())
        elsewhere = (int((hit & known).sum()) - n + 1) / (n_others + 2)
        share = n / unit.n
        if n < max(5, material.floor) or share < max(0.05, 3 * elsewhere):
            continue
        if at_least(n, unit.n, elsewhere) > _SURE:
            continue
        values = {"unit": unit.label, "n": n, "base": unit.n, "share": share, "rest": elsewhere}
        texts = {
            "straight_lines": Message(
                "Straight lines gather in {unit}: {share:percent} of its {base:integer} rows, "
                "against {rest:percent} elsewhere.",
                **values,
            ),
            "speeding": Message(
                "Answers in a third of the median time gather in {unit}: {share:percent} of its "
                "{base:integer} rows, against {rest:percent} elsewhere.",
                **values,
            ),
            "partial": Message(
                "Partial answers gather in {unit}: {share:percent} of its {base:integer} rows, "
                "against {rest:percent} elsewhere.",
                **values,
            ),
        }
        yield Finding(
            check=check,
            severity="alarm" if share >= 0.2 else "care",
            text=texts[check],
            files=material.files(hit & unit.rows),
            unit=unit.label,
            n=n,
            base=unit.n,
        )
