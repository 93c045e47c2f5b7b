"""A unit with another code list: other ends of a scale, other words, a scale turned round."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from workbench.inputs.health.chance import at_least, at_most
from workbench.inputs.health.items import rest_correlation
from workbench.inputs.health.material import ENOUGH, Unit
from workbench.language import Message
from workbench.results.health import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.inputs.health.material import Material

__all__ = ["code_list_findings"]

_SURE = 1e-7
_USED = 0.02
_COMMON, _MANY, _PILE = 0.03, 0.2, 0.1
_MOST_VALUES = 40
_TURNED, _STRAIGHT = -0.15, 0.25


def code_list_findings(material: Material) -> Iterator[Finding]:
    """Tell the units that use codes nobody else uses, or lack those everybody else uses."""
    units = _units(material)
    for item in material.scales:
        yield from _scale_findings(material, item, units)
        yield from _turned_findings(material, item, units)
    for column in _categories(material):
        yield from _category_findings(material, column, units)


def _units(material: Material) -> list[Unit]:
    """Return waves, and units over all waves, that are large enough to compare.

    Of two waves the later is named, since the earlier set the list.
    """
    waves = [Unit("wave", wave, material.in_wave(wave)) for wave in material.waves]
    waves = waves[1:] if len(waves) == 2 else waves
    return [unit for unit in [*waves, *material.units()] if unit.n >= ENOUGH]


def _scale_findings(material: Material, item: str, units: list[Unit]) -> Iterator[Finding]:
    """Compare the codes of a scale: one that is common elsewhere and absent here, or turned."""
    answers = material.raw[item].to_numpy()
    known = ~np.isnan(answers)
    codes, places = np.unique(answers[known], return_inverse=True)
    if len(codes) > _MOST_VALUES:
        return
    whole = np.bincount(places, minlength=len(codes))
    for unit in units:
        counts = np.bincount(places[unit.rows[known]], minlength=len(codes))
        lacking, own = _odd_codes(counts, whole - counts, codes)
        if not lacking and not own:
            continue
        here, elsewhere = answers[unit.rows & known], answers[~unit.rows & known]
        own = [code for code in own if code > elsewhere.max() or code < elsewhere.min()]
        at_end = [code for code in lacking if code > here.max() or code < here.min()]
        own = own if own and _is_cut_off(elsewhere, here, own) else []
        at_end = at_end if at_end and _is_cut_off(here, elsewhere, at_end) else []
        if own or at_end:
            yield Finding(
                check="code_list",
                severity="alarm",
                text=_text(item, unit, [f"{c:g}" for c in own], [f"{c:g}" for c in at_end]),
                files=material.files(unit.rows),
                wave=unit.name if unit.by == "wave" else "",
                item=item,
                unit="" if unit.by == "wave" else unit.label,
                n=unit.n,
                base=unit.n,
            )


def _is_cut_off(here: NDArray[Any], elsewhere: NDArray[Any], lacking: list[Any]) -> bool:
    """Say whether codes at an end are lacking because the list ends, not because answers moved.

    Answers that move as a whole thin out towards the end: with the same shift on a normal scale as
    in the middle, the lacking codes should still be seen. A shorter list piles answers up at its
    own end.
    """
    above = lacking[0] > here.max()
    gone = float(np.isin(elsewhere, lacking).mean())
    if gone < _COMMON:
        return False
    end = here.max() if above else here.min()
    if len(lacking) > 1 and gone >= _MANY and float((here == end).mean()) >= _PILE:
        return True
    middle = float(np.median(elsewhere))
    shares = [(float((x >= middle).sum()) + 0.5) / (len(x) + 1) for x in (here, elsewhere)]
    shift = float(special.ndtri(shares[0]) - special.ndtri(shares[1]))
    expected = float(special.ndtr(special.ndtri(gone) + (shift if above else -shift)))
    return at_most(0, len(here), expected) < _SURE


def _odd_codes(
    here: NDArray[np.int64], elsewhere: NDArray[np.int64], codes: NDArray[Any]
) -> tuple[list[Any], list[Any]]:
    """Return the codes surely absent here, and those surely used only here, by their counts.

    None where one side has too few answers to compare.
    """
    n_here, n_elsewhere = int(here.sum()), int(elsewhere.sum())
    if n_here < ENOUGH or n_elsewhere < ENOUGH:
        return [], []
    lacking = [
        codes[place]
        for place in np.flatnonzero(here == 0)
        if at_most(0, n_here, int(elsewhere[place]) / n_elsewhere) < _SURE
    ]
    used = (elsewhere == 0) & (here / n_here >= _USED) & (here >= 5)
    own = [
        codes[place]
        for place in np.flatnonzero(used)
        if at_least(int(here[place]), n_here, 1 / n_elsewhere) < _SURE
    ]
    return lacking, own


def _text(item: str, unit: Unit, own: list[str], lacking: list[str]) -> Message:
    values = {"item": item, "unit": unit.label, "own": own, "lacking": lacking}
    if own and lacking:
        return Message(
            "{unit} uses another code list for '{item}': {own} only there, {lacking} never.",
            **values,
        )
    if own:
        return Message("Only {unit} uses {own} for '{item}': another code list?", **values)
    return Message(
        "{unit} never uses {lacking} for '{item}', common elsewhere: another code list?", **values
    )


def _turned_findings(material: Material, item: str, units: list[Unit]) -> Iterator[Finding]:
    """Name the units in which an item runs against the others, though not elsewhere."""
    for unit in units:
        if unit.n < 2 * ENOUGH or material.n - unit.n < 2 * ENOUGH:
            continue
        found = rest_correlation(material, item, unit.rows)
        if found is None or not _is_surely_negative(*found):
            continue
        here = found[0]
        others = rest_correlation(material, item, ~unit.rows)
        if others is not None and others[0] >= _STRAIGHT:
            there = others[0]
            yield Finding(
                check="turned_item",
                severity="alarm",
                text=Message(
                    "'{item}' runs against the other items in {unit} (correlation "
                    "{here:number2}, {there:number2} elsewhere): is its scale turned there?",
                    item=item,
                    unit=unit.label,
                    here=here,
                    there=there,
                ),
                files=material.files(unit.rows),
                wave=unit.name if unit.by == "wave" else "",
                item=item,
                unit="" if unit.by == "wave" else unit.label,
                n=unit.n,
                base=unit.n,
            )


def _is_surely_negative(correlation: float, n: int) -> bool:
    """Say whether a correlation is below zero beyond chance (Fisher's z, four errors)."""
    error = 1 / math.sqrt(n - 3)
    return correlation < _TURNED and math.atanh(max(correlation, -0.999)) < -4 * error


def _categories(material: Material) -> dict[str, pd.Series]:
    """Return the columns with few different words or codes that have no scale."""
    used = {*material.survey.segments, *material.survey.items}
    found: dict[str, pd.Series] = {}
    for column in used:
        if column in material.scales or column not in material.frame:
            continue
        values = material.frame[column]
        if 2 <= len(material.coded(column).values) <= _MOST_VALUES and not np.issubdtype(
            values.to_numpy().dtype, np.datetime64
        ):
            found[column] = values
    return found


def _category_findings(material: Material, column: str, units: list[Unit]) -> Iterator[Finding]:
    """Name the units that use other words for a category: some only there, the common ones not."""
    values = material.frame[column].astype("str").to_numpy(dtype=object)
    known = material.frame[column].notna().to_numpy()
    places, codes = pd.factorize(values[known])
    whole = np.bincount(places, minlength=len(codes))
    for unit in units:
        if unit.by == column or _same_split(material, unit, column):
            continue
        counts = np.bincount(places[unit.rows[known]], minlength=len(codes))
        lacking, own = _odd_codes(counts, whole - counts, codes)
        if own and lacking and _shared(material, unit, values, known, lacking):
            yield Finding(
                check="code_list",
                severity="alarm" if _several(material, unit) else "care",
                text=Message(
                    "{unit} uses other codes for '{item}' than the rest: {own:integer} only there, "
                    "{lacking:integer} of the usual never.",
                    unit=unit.label,
                    item=column,
                    own=len(own),
                    lacking=len(lacking),
                ),
                files=material.files(unit.rows),
                wave=unit.name if unit.by == "wave" else "",
                item=column,
                unit="" if unit.by == "wave" else unit.label,
                n=unit.n,
                base=unit.n,
            )


def _several(material: Material, unit: Unit) -> bool:
    """Say whether three units or more are compared; of two, each may have a list of its own."""
    if unit.by == "wave":
        return True
    return material.groupings[unit.by].nunique() > 2


def _same_split(material: Material, unit: Unit, column: str) -> bool:
    """Say whether the column is itself what splits the units, under another name."""
    segment = material.survey.segments.get(unit.by)
    return segment is not None and segment.column == column


def _shared(
    material: Material,
    unit: Unit,
    values: NDArray[np.object_],
    known: NDArray[np.bool_],
    lacking: list[Any],
) -> bool:
    """Say whether the others share what the unit lacks; each unit's own towns are no fault."""
    if unit.by == "wave":
        rows = [material.in_wave(wave) for wave in material.waves if wave != unit.name]
    else:
        rows = [other.rows for other in _units(material) if other.by == unit.by]
        rows = [chosen for chosen in rows if not (chosen & unit.rows).any()]
    having = [bool(np.isin(lacking, values[chosen & known]).all()) for chosen in rows]
    return bool(having) and sum(having) >= max(1, len(having) / 2)
