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
    found = rest_correlation(material, item, np.ones(material.n, dtype=bool))
    return found[0] if found is not None else None


def rest_correlation(
    material: Material, item: str, rows: NDArray[np.bool_]
) -> tuple[float, int] | None:
    """Return an item's correlation with the mean of the others, and of how many rows.

    None where it has no battery, too few rows, or no spread.
    """
    if item not in material.rest:
        return None
    rest = material.rest[item]
    used = rows & ~np.isnan(rest)
    n = int(used.sum())
    if n < ENOUGH:
        return None
    own, others = material.frame[item].to_numpy(dtype="float64")[used], rest[used]
    if np.ptp(own) == 0 or np.ptp(others) == 0:
        return None
    return float(np.corrcoef(own, others)[0, 1]), n


def item_findings(material: Material) -> Iterator[Finding]:
    """Tell dead, constant and stopped items, sudden blanks, and answers out of scale."""
    groups = _counts(material)
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
            looked_at = groups if item in material.scales else groups[:1]
            yield from _stopped(material, item, kinds, looked_at)
            yield from _jumps(material, item, kinds, looked_at)


def _constant(material: Material, item: str, kinds: NDArray[np.int8]) -> Iterator[Finding]:
    if item in material.reading.options:
        return
    answers = material.coded(item).codes if item in material.frame else np.empty(0, np.int64)
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
    for wave in material.waves if item in material.scales else ():
        rows = material.in_wave(wave) & (kinds == 0)
        if rows.sum() >= ENOUGH and _is_constant(answers[rows]):
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


def _is_constant(codes: NDArray[np.int64]) -> bool:
    known = codes[codes >= 0]
    return len(known) > 0 and bool((known == known[0]).all())


def _out_of_scale(material: Material, item: str, kinds: NDArray[np.int8]) -> Iterator[Finding]:
    for wave in material.waves if (kinds == OUT_OF_SCALE).any() else ():
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
                "{wave}: {n:integer} of {base:integer} answers to '{item}' is out of scale.",
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


class _Counts:
    """Rows and hits by wave and unit of one grouping; without one, everybody is one unit."""

    def __init__(self, material: Material, by: str) -> None:
        self.by = by
        whole = ([""], np.zeros(material.n, dtype=np.int64))
        self.names, self._codes = material.unit_codes[by] if by else whole
        self._known = self._codes >= 0
        self._keys = material.wave_codes * len(self.names) + self._codes
        self._shape = (len(material.waves), len(self.names))
        self.rows = self.of(np.ones(material.n, dtype=bool))

    def of(self, hit: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many rows of each wave and unit are hit."""
        size = self._shape[0] * self._shape[1]
        return np.bincount(self._keys[hit & self._known], minlength=size).reshape(self._shape)


def _counts(material: Material) -> list[_Counts]:
    """Return the waves themselves, then each grouping."""
    return [_Counts(material, by) for by in ("", *material.groupings)]


def _unit(material: Material, counts: _Counts, wave: int, place: int) -> Unit:
    rows = material.wave_codes == wave
    if counts.by:
        rows = rows & (material.unit_codes[counts.by][1] == place)
    return Unit(counts.by, counts.names[place], rows)


def _stopped(
    material: Material, item: str, kinds: NDArray[np.int8], groups: list[_Counts]
) -> Iterator[Finding]:
    """Name where an item that is asked elsewhere has hardly an answer."""
    whole: set[int] = set()
    for counts in groups:
        answered, rows = counts.of(kinds == 0), counts.rows
        for wave, place in zip(*np.nonzero(rows >= ENOUGH), strict=True):
            name = material.waves[wave]
            if answered[wave, place] > _FEW * rows[wave, place] or wave in whole:
                continue
            if material.not_asked_by_study(item, name):
                continue
            elsewhere = _share_elsewhere(counts, answered, int(wave), int(place))
            if elsewhere is None or elsewhere < _ASKED:
                continue
            unit = _unit(material, counts, int(wave), int(place))
            whole |= set() if counts.by else {int(wave)}
            yield Finding(
                check="stopped_item",
                severity="alarm",
                text=_stopped_text(item, name, unit, elsewhere),
                files=material.files(unit.rows),
                wave=name,
                item=item,
                unit=unit.label if unit.by else "",
                n=unit.n - int(answered[wave, place]),
                base=unit.n,
            )


def _share_elsewhere(
    counts: _Counts, answered: NDArray[np.int64], wave: int, place: int
) -> float | None:
    """Return the share that answers in the same wave's other units, or in earlier waves.

    Without units: in all other waves.
    """
    if counts.by:
        pairs = [
            (answered[wave].sum() - answered[wave, place],
             counts.rows[wave].sum() - counts.rows[wave, place]),
            (answered[:wave, place].sum(), counts.rows[:wave, place].sum()),
        ]  # fmt: skip
    else:
        pairs = [(answered.sum() - answered[wave, 0], counts.rows.sum() - counts.rows[wave, 0])]
    shares = [float(hits / n) for hits, n in pairs if n >= ENOUGH]
    return max(shares, default=None)


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


def _jumps(
    material: Material, item: str, kinds: NDArray[np.int8], groups: list[_Counts]
) -> Iterator[Finding]:
    """Name where far more is blank than in the waves before."""
    whole: set[int] = set()
    for counts in groups:
        blank, answered, rows = counts.of(kinds == BLANK), counts.of(kinds == 0), counts.rows
        before_rows, before_blank = rows.cumsum(axis=0) - rows, blank.cumsum(axis=0) - blank
        large = (rows >= ENOUGH) & (before_rows >= ENOUGH) & (answered > _FEW * rows)
        for wave, place in zip(*np.nonzero(large), strict=True):
            n, base = int(blank[wave, place]), int(rows[wave, place])
            usual = (int(before_blank[wave, place]) + 1) / (int(before_rows[wave, place]) + 2)
            if n / base < usual + _JUMP or at_least(n, base, usual) > _SURE or wave in whole:
                continue
            unit = _unit(material, counts, int(wave), int(place))
            whole |= set() if counts.by else {int(wave)}
            yield _jump(material, item, material.waves[wave], unit, n, usual)


def _jump(material: Material, item: str, wave: str, unit: Unit, n: int, usual: float) -> Finding:
    where = unit.label if unit.by else ""
    values = {"wave": wave, "item": item, "share": n / unit.n, "usual": usual}
    text = (
        Message(
            "{wave}, {unit}: {share:percent} leave '{item}' blank, against {usual:percent} before.",
            unit=where,
            **values,
        )
        if where
        else Message(
            "{wave}: {share:percent} leave '{item}' blank, against {usual:percent} before.",
            **values,
        )
    )
    return Finding(
        check="missing_jump",
        severity="care",
        text=text,
        files=material.files(unit.rows),
        wave=wave,
        item=item,
        unit=where,
        n=n,
        base=unit.n,
    )
