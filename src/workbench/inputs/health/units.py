"""Signs of poor answering by source, segment and wave, with small units hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.inputs.health.material import BLANK, NOT_ASKED, Unit
from workbench.language import Message
from workbench.results.health import UnitHealthResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from workbench.inputs.health.material import Material

__all__ = ["unit_health"]


def unit_health(material: Material, signs: Mapping[str, NDArray[np.bool_]]) -> UnitHealthResult:
    """Return the share of rows with each sign, by wave and by every unit of the latest wave.

    Parameters
    ----------
    material
        The answers.
    signs
        Name of a sign -> which rows show it.
    """
    waves = [Unit("wave", wave, material.in_wave(wave)) for wave in material.waves]
    latest = material.in_wave(material.waves[-1]) if material.waves else None
    units = [*waves, *material.units(latest)]
    hidden = _hidden(units, material.floor)
    blank, asked = _blank_and_asked(material)
    rows: list[dict[str, Any]] = []
    for unit in units:
        row: dict[str, Any] = {"split": unit.by, "unit": unit.name, "suppressed": ""}
        if unit.label in hidden:
            row |= {"n": None, "suppressed": hidden[unit.label]}
            row |= dict.fromkeys([*signs, "blank"])
        else:
            row |= {"n": unit.n}
            row |= {name: float(sign[unit.rows].mean()) for name, sign in signs.items()}
            n_asked = int(asked[unit.rows].sum())
            row |= {"blank": float(blank[unit.rows].sum() / n_asked) if n_asked else None}
        rows.append(row)
    columns = ["split", "unit", "n", *signs, "blank", "suppressed"]
    table = pd.DataFrame(rows, columns=columns).astype({"n": "Int64"})
    return UnitHealthResult(
        table=table.astype(dict.fromkeys([*signs, "blank"], "float64")),
        method=_method(has_waves=material.reading.has_waves),
    )


def _method(*, has_waves: bool) -> Message:
    signs = Message(
        "Straight lines: one answer to five items or more. Speeding: a third of the median time. "
        "Duplicates: alike beyond chance. Partial: more than half left blank."
    )
    if not has_waves:
        return signs
    return Message("{signs} Segments are those of the latest wave.", signs=signs)


def _hidden(units: list[Unit], floor: int) -> dict[str, str]:
    """Return the units to hide: those under the floor, and as many more as the rest needs."""
    hidden: dict[str, str] = {}
    for by in dict.fromkeys(unit.by for unit in units):
        ordered = sorted((u for u in units if u.by == by and u.n > 0), key=lambda u: u.n)
        small = [unit for unit in ordered if unit.n < floor]
        hidden |= {unit.label: "floor" for unit in small}
        rest = ordered[len(small) :]
        while small and rest and (len(small) < 2 or sum(u.n for u in small) < floor):
            hidden[rest[0].label] = "complement"
            small.append(rest.pop(0))
        hidden |= {u.label: "floor" for u in units if u.by == by and u.n == 0}
    return hidden


def _blank_and_asked(material: Material) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    items = list(material.scales)
    if not items:
        zeros = np.zeros(material.n, dtype=np.int64)
        return zeros, zeros
    kinds = np.stack([material.kinds(item) for item in items])
    return (kinds == BLANK).sum(axis=0), (kinds != NOT_ASKED).sum(axis=0)
