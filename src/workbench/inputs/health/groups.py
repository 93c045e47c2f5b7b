"""Segments that are empty or unknown, and rows that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.inputs.health.chance import at_most
from workbench.inputs.health.material import ENOUGH
from workbench.language import Message, localized
from workbench.results.health import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.inputs.health.material import Coded, Material

__all__ = ["group_findings"]

_MUCH_MISSING, _MOST_MISSING = 0.10, 0.30
_SEEN = 0.02
_SURE = 1e-5
_NAMED = 6


def group_findings(material: Material) -> Iterator[Finding]:
    """Tell empty segments, rows without a segment, and rows that were set aside."""
    for name in material.survey.segments:
        yield from _empty(material, name)
        yield from _missing(material, name)
    yield from _set_aside(material)


def _empty(material: Material, name: str) -> Iterator[Finding]:
    """Name the values that nobody has: declared ones, and ones that earlier waves had."""
    segment = material.survey.segments[name]
    coded = material.coded(name)
    names = np.array([str(value) for value in coded.values], dtype=object)
    language = _language(material, name)
    declared = {localized(label, language) or code for code, label in segment.values.items()}
    declared |= {*segment.names, *material.survey.margins.get(name, {})}
    for wave in material.waves:
        rows = material.in_wave(wave)
        if rows.sum() < ENOUGH or material.not_asked_by_study(segment.column, wave):
            continue
        present = np.bincount(coded.codes[rows] + 1, minlength=len(names) + 1)[1:] > 0
        gone = sorted((declared | _usual(material, coded, wave)) - set(names[present]))
        if not gone:
            continue
        unit = f"{name} = {gone[0]}" if len(gone) == 1 else name
        yield Finding(
            check="empty_segment",
            severity="care",
            text=Message("{wave}: nobody is in {unit}.", wave=wave, unit=unit)
            if len(gone) == 1
            else Message(
                "{wave}: nobody is in {n:integer} group of '{segment}': {groups}.",
                "{wave}: nobody is in {n:integer} groups of '{segment}': {groups}.",
                wave=wave,
                n=len(gone),
                segment=name,
                groups=gone[:_NAMED],
            ),
            files=material.files(rows),
            wave=wave,
            unit=unit,
            n=0,
            base=int(rows.sum()),
        )


def _usual(material: Material, coded: Coded, wave: str) -> set[str]:
    """Return the values of earlier waves that are too common to be absent by chance."""
    before = coded.codes[material.wave_codes < material.waves.index(wave)]
    counts = np.bincount(before + 1, minlength=len(coded.values) + 1)[1:]
    n = int(material.in_wave(wave).sum())
    shares = counts / max(1, int(counts.sum()))
    return {
        str(value)
        for value, share in zip(coded.values, shares, strict=True)
        if share >= _SEEN and at_most(0, n, float(share)) < _SURE
    }


def _language(material: Material, name: str) -> str:
    """Return the language whose labels the frame holds."""
    values = set(material.coded(name).values)
    labels = material.survey.segments[name].values
    hits = {
        language: sum(localized(label, language) in values for label in labels.values())
        for language in ("sv", "en")
    }
    return max(hits, key=lambda language: hits[language])


def _missing(material: Material, name: str) -> Iterator[Finding]:
    lacking = material.frame[name].isna().to_numpy()
    for wave in material.waves:
        rows = material.in_wave(wave)
        n, base = int((lacking & rows).sum()), int(rows.sum())
        if material.not_asked_by_study(material.survey.segments[name].column, wave):
            continue
        if base >= ENOUGH and n / base >= _MUCH_MISSING:
            yield Finding(
                check="segment_missing",
                severity="alarm" if n / base >= _MOST_MISSING else "care",
                text=Message(
                    "{wave}: {n:integer} of {base:integer} rows has no '{segment}'.",
                    "{wave}: {n:integer} of {base:integer} rows have no '{segment}'.",
                    wave=wave,
                    n=n,
                    base=base,
                    segment=name,
                ),
                files=material.files(lacking & rows),
                wave=wave,
                item=name,
                n=n,
                base=base,
            )


def _set_aside(material: Material) -> Iterator[Finding]:
    aside = material.reading.set_aside
    for file in material.reading.inputs:
        n = int(np.sum(aside["source"].to_numpy(dtype=object) == file.path))
        if n:
            share = n / file.rows_read
            yield Finding(
                check="set_aside",
                severity="alarm" if share >= 0.05 else "care" if share >= 0.005 else "note",
                text=Message(
                    "{n:integer} of {base:integer} rows of {file} could not be used.",
                    n=n,
                    base=file.rows_read,
                    file=file.path,
                ),
                files=(file.path,),
                unit=file.path,
                n=n,
                base=file.rows_read,
            )
