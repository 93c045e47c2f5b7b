"""Items that say nothing: never answered, always the same, no longer asked, suddenly blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.inputs.health.chance import at_least
from workbench.inputs.health.material import BLANK, ENOUGH, NOT_ASKED, OUT_OF_SCALE, Unit
from workbench.language import Message
from workbench.results.health import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.inputs.health.material import Material

__all__ = ["item_findings", "item_table"]

_FEW = 0.02
_ASKED = 0.30
_JUMP = 0.10
_SURE = 1e-6


def item_table(material: Material) -> pd.DataFrame:
    """Return the spread of each item with a scale; columns: :class:`ItemHealthResult`."""
    rows: list[dict[str, Any]] = []
    for item in material.scales:
        answers = material.raw[item].dropna()
        counts = answers.value_counts()
        rows.append(
            {
                "item": item,
                "n": len(answers),
                "distinct": len(counts),
                "low": float(answers.min()) if len(answers) else None,
                "high": float(answers.max()) if len(answers) else None,
                "mean": float(answers.mean()) if len(answers) else None,
                "top_share": float(counts.iloc[0] / len(answers)) if len(answers) else None,
                "rest_correlation": _rest_correlation(material, item),
            }
        )
    columns = ["item", "n", "distinct", "low", "high", "mean", "top_share", "rest_correlation"]
    return pd.DataFrame(rows, columns=columns)


def _rest_correlation(material: Material, item: str) -> float | None:
    battery = next((items for items in material.batteries if item in items), None)
    if battery is None:
        return None
    return rest_correlation(material.frame[battery].astype("float64"), item)


def rest_correlation(answers: pd.DataFrame, item: str) -> float | None:
    """Return the correlation of an item with the mean of the others; None where there is none."""
    own = answers[item].to_numpy()
    others = answers.drop(columns=item).to_numpy()
    answered = ~np.isnan(others)
    enough = (answered.sum(axis=1) >= 2) & ~np.isnan(own)
    if enough.sum() < ENOUGH:
        return None
    rest = np.where(answered, others, 0)[enough].sum(axis=1) / answered[enough].sum(axis=1)
    if np.ptp(rest) == 0 or np.ptp(own[enough]) == 0:
        return None
    return float(np.corrcoef(own[enough], rest)[0, 1])


def item_findings(material: Material) -> Iterator[Finding]:
    """Tell dead, constant and stopped items, sudden blanks, and answers out of scale."""
    for item in material.reading.kinds:
        kinds = material.kinds(item)
        asked = kinds != NOT_ASKED
        if not (kinds == 0).any():
            yield Finding(
                check="dead_item",
                severity="alarm",
                text=Message("'{item}' has no answer at all.", item=item),
                files=material.files(),
                item=item,
                n=int(asked.sum()),
                base=material.n,
            )
            continue
        yield from _constant(material, item, kinds)
        yield from _out_of_scale(material, item, kinds)
        if item in material.scales or item in material.survey.items:
            yield from _stopped(material, item, kinds)
            yield from _jumps(material, item, kinds)


def _constant(material: Material, item: str, kinds: NDArray[np.int8]) -> Iterator[Finding]:
    if item in material.reading.options:
        return
    answers = material.frame[item] if item in material.frame else pd.Series(dtype="float64")
    n = int((kinds == 0).sum())
    if n >= ENOUGH and _is_constant(answers):
        yield Finding(
            check="constant_item",
            severity="alarm" if item in material.scales else "care",
            text=Message("All {n:integer} answers to '{item}' are the same.", item=item, n=n),
            files=material.files(kinds == 0),
            item=item,
            n=n,
            base=n,
        )
        return
    for wave in material.waves:
        rows = material.in_wave(wave) & (kinds == 0)
        if item in material.scales and rows.sum() >= ENOUGH and _is_constant(answers[rows]):
            yield Finding(
                check="constant_item",
                severity="alarm",
                text=Message(
                    "{wave}: all {n:integer} answers to '{item}' are the same.",
                    wave=wave,
                    item=item,
                    n=int(rows.sum()),
                ),
                files=material.files(rows),
                wave=wave,
                item=item,
                n=int(rows.sum()),
                base=int(rows.sum()),
            )


def _is_constant(answers: pd.Series) -> bool:
    known = answers.dropna()
    return bool(len(known)) and bool((known == known.iloc[0]).all())


def _out_of_scale(material: Material, item: str, kinds: NDArray[np.int8]) -> Iterator[Finding]:
    for wave in material.waves:
        rows = material.in_wave(wave)
        n = int((rows & (kinds == OUT_OF_SCALE)).sum())
        base = n + int((rows & (kinds == 0)).sum())
        if not n:
            continue
        share = n / base
        yield Finding(
            check="out_of_scale",
            severity="alarm" if share > 0.01 else "care" if n >= 3 and share > 0.002 else "note",
            text=Message(
                "{wave}: {n:integer} of {base:integer} answers to '{item}' are out of scale.",
                wave=wave,
                item=item,
                n=n,
                base=base,
            ),
            files=material.files(rows & (kinds == OUT_OF_SCALE)),
            wave=wave,
            item=item,
            n=n,
            base=base,
        )
        yield from _out_of_scale_units(material, item, kinds, rows)


def _out_of_scale_units(
    material: Material, item: str, kinds: NDArray[np.int8], rows: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Name the unit that most of what is out of scale comes from: its code list is another."""
    total = int((rows & (kinds == OUT_OF_SCALE)).sum())
    wave = str(material.wave[rows][0])
    for unit in material.units(rows):
        n = int((unit.rows & (kinds == OUT_OF_SCALE)).sum())
        if unit.n < ENOUGH or n < max(5, 0.8 * total) or n / total < 1.5 * unit.n / rows.sum():
            continue
        yield Finding(
            check="code_list",
            severity="alarm",
            text=Message(
                "{wave}: {n:integer} of {total:integer} answers to '{item}' that are out of scale "
                "come from {unit}: does it use another code list?",
                wave=wave,
                n=n,
                total=total,
                item=item,
                unit=unit.label,
            ),
            files=material.files(unit.rows),
            wave=wave,
            item=item,
            unit=unit.label,
            n=n,
            base=unit.n,
        )


def _units_of_wave(material: Material, wave: str) -> Iterator[Unit]:
    """Yield the wave itself, then its units of size."""
    rows = material.in_wave(wave)
    yield Unit("", "", rows)
    yield from (unit for unit in material.units(rows) if unit.n >= ENOUGH)


def _stopped(material: Material, item: str, kinds: NDArray[np.int8]) -> Iterator[Finding]:
    """Name where an item that is asked elsewhere has hardly an answer."""
    answered = kinds == 0
    for wave in material.waves:
        if material.not_asked_by_study(item, wave):
            continue
        for unit in _units_of_wave(material, wave):
            if unit.n < ENOUGH or answered[unit.rows].mean() > _FEW:
                continue
            others = ~unit.rows & (material.in_wave(wave) if unit.by else True)
            earlier = _earlier(material, wave, unit)
            seen = [answered[rows].mean() for rows in (others, earlier) if rows.sum() >= ENOUGH]
            if not seen or max(seen) < _ASKED:
                continue
            yield Finding(
                check="stopped_item",
                severity="alarm",
                text=_stopped_text(item, wave, unit, float(max(seen))),
                files=material.files(unit.rows),
                wave=wave,
                item=item,
                unit=unit.label if unit.by else "",
                n=int((~answered & unit.rows).sum()),
                base=unit.n,
            )
            if not unit.by:
                break


def _stopped_text(item: str, wave: str, unit: Unit, elsewhere: float) -> Message:
    values = {"item": item, "wave": wave, "n": unit.n, "elsewhere": elsewhere}
    if unit.by:
        return Message(
            "{wave}: hardly any of the {n:integer} rows of {unit} answer '{item}', against "
            "{elsewhere:percent} elsewhere: did it stop asking?",
            unit=unit.label,
            **values,
        )
    return Message(
        "{wave}: hardly any of the {n:integer} rows answer '{item}', against "
        "{elsewhere:percent} elsewhere: was it asked?",
        **values,
    )


def _earlier(material: Material, wave: str, unit: Unit) -> NDArray[np.bool_]:
    """Return the same unit's rows in earlier waves."""
    before = np.isin(material.wave, material.waves[: material.waves.index(wave)])
    if not unit.by:
        return before
    return before & (material.groupings[unit.by].to_numpy(dtype=object) == unit.name)


def _jumps(material: Material, item: str, kinds: NDArray[np.int8]) -> Iterator[Finding]:
    """Name where far more is blank than in the waves before."""
    blank = kinds == BLANK
    for wave in material.waves[1:]:
        for unit in _units_of_wave(material, wave):
            before = _earlier(material, wave, unit)
            if unit.n < ENOUGH or before.sum() < ENOUGH or (kinds[unit.rows] == 0).mean() <= _FEW:
                continue
            n, share = int(blank[unit.rows].sum()), float(blank[unit.rows].mean())
            usual = (int(blank[before].sum()) + 1) / (int(before.sum()) + 2)
            if share < usual + _JUMP or at_least(n, unit.n, usual) > _SURE:
                continue
            where = unit.label if unit.by else ""
            values = {"wave": wave, "item": item, "share": share, "usual": usual}
            yield Finding(
                check="missing_jump",
                severity="care",
                text=Message(
                    "{wave}, {unit}: {share:percent} leave '{item}' blank, against "
                    "{usual:percent} before.",
                    unit=where,
                    **values,
                )
                if where
                else Message(
                    "{wave}: {share:percent} leave '{item}' blank, against {usual:percent} before.",
                    **values,
                ),
                files=material.files(unit.rows),
                wave=wave,
                item=item,
                unit=where,
                n=n,
                base=unit.n,
            )
            if not unit.by:
                break
