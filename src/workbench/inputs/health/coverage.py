"""Who answered: response rate, likeness to the known population, languages, sizes, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.inputs.health.chance import at_least, at_most, score_interval
from workbench.inputs.health.material import ENOUGH
from workbench.language import Message
from workbench.results.health import CoverageResult, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.inputs.health.material import Material
    from workbench.results.health import Severity

__all__ = ["coverage", "coverage_findings"]

_LOW_RATE, _VERY_LOW_RATE = 0.15, 0.05
_FALL = 0.67
_DISTANCE, _FAR = 0.05, 0.10
_SURE = 1e-4
_WEIGHT_EFFECT, _LARGE_WEIGHT_EFFECT = 1.5, 2.5
_LANGUAGE_SHIFT = 0.10


def coverage(material: Material) -> CoverageResult:
    """Return response rates by wave, the latest wave beside the known margins, and languages."""
    return CoverageResult(
        table=_waves(material),
        margins=_margins(material) if material.survey.margins else None,
        languages=_languages(material),
        method=Message(
            "Response rate: answers by those invited, with Wilson’s interval. Shares of the "
            "answers, unweighted and weighted, stand beside the known shares of the population."
        ),
    )


def _waves(material: Material) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for record in _records(material.reading.waves):
        n = int(record["n"])
        invited = int(record["invited"]) if pd.notna(record["invited"]) else 0
        usable = 0 < n <= invited
        low, high = score_interval(n, invited) if usable else (None, None)
        rows.append(
            {
                "wave": str(record["wave"]),
                "n": n,
                "invited": invited if pd.notna(record["invited"]) else None,
                "response_rate": n / invited if usable else None,
                "ci_low": low,
                "ci_high": high,
                "preliminary": bool(record["preliminary"]),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype({"invited": "Int64", **dict.fromkeys(_RATES, "float64")})


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


_RATES = ("response_rate", "ci_low", "ci_high")


def _weights(material: Material) -> NDArray[np.float64]:
    return material.frame["weight"].to_numpy(dtype="float64")


def _margins(material: Material) -> pd.DataFrame:
    """Compare the latest wave with the known shares; a value that is not known has null."""
    rows_now = material.in_wave(material.waves[-1])
    weighted = material.survey.weight is not None
    rows: list[dict[str, Any]] = []
    for column, shares in material.survey.margins.items():
        if column not in material.frame:
            continue
        values = material.frame[column].astype("str").to_numpy(dtype=object)
        known = rows_now & material.frame[column].notna().to_numpy()
        n, total = int(known.sum()), sum(shares.values())
        mass = float(_weights(material)[known].sum())
        if not n or not mass or not total:
            continue
        for value, share in shares.items():
            hit = known & (values == value)
            sample, with_weight = hit.sum() / n, float(_weights(material)[hit].sum()) / mass
            is_hidden = 0 < hit.sum() < material.floor
            rows.append(
                {
                    "column": column,
                    "value": value,
                    "known_share": share / total,
                    "sample_share": None if is_hidden else sample,
                    "weighted_share": None if is_hidden or not weighted else with_weight,
                    "difference": None
                    if is_hidden
                    else (with_weight if weighted else sample) - share / total,
                }
            )
    columns = ["column", "value", "known_share", "sample_share", "weighted_share", "difference"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[2:], "float64"))


def _languages(material: Material) -> pd.DataFrame | None:
    column = material.survey.language_column
    if column is None or column not in material.frame:
        return None
    rows: list[dict[str, Any]] = []
    for wave in material.waves:
        values = material.frame[column][material.in_wave(wave)].dropna().astype("str")
        counts = values.value_counts().sort_index()
        for language, n in counts[counts >= material.floor].items():
            rows.append({"wave": wave, "language": language, "n": int(n), "share": n / len(values)})
    return pd.DataFrame(rows, columns=["wave", "language", "n", "share"])


def coverage_findings(material: Material, result: CoverageResult) -> Iterator[Finding]:
    """Tell low and falling response, groups that are missing, shifts of language, odd weights."""
    yield from _response(material, result.table)
    if result.margins is not None:
        yield from _representative(material, result.margins)
    if result.languages is not None:
        yield from _language_shifts(material, result.languages)
    yield from _weight_effect(material)
    yield from _outside_dates(material)


def _response(material: Material, table: pd.DataFrame) -> Iterator[Finding]:
    """Tell waves that few answered, fewer than before, or more than were invited."""
    usual = float(table["n"].median())
    rates = table["response_rate"].to_numpy(dtype="float64")
    for place, row in enumerate(_records(table)):
        if row["preliminary"]:
            continue
        known = pd.notna(row["invited"])
        here = _Turnout(
            str(row["wave"]),
            int(row["n"]),
            int(row["invited"]) if known else 0,
            material.files(material.in_wave(row["wave"])),
        )
        before = rates[:place][~np.isnan(rates[:place])]
        yield from here.too_low()
        yield from here.fallen(float(np.median(before)) if len(before) else 0.0)
        if len(table) > 2 and usual >= ENOUGH:
            yield from here.too_small(usual)


class _Turnout:
    """How many of those invited to a wave answered; nobody invited: not known."""

    def __init__(self, wave: str, n: int, invited: int, files: tuple[str, ...]) -> None:
        self.wave = wave
        self.n = n
        self.invited = invited
        self._files = files

    def _finding(self, check: str, severity: Severity, text: Message, unit: str = "") -> Finding:
        return Finding(
            check=check,
            severity=severity,
            text=text,
            files=self._files,
            wave=self.wave,
            unit=unit,
            n=self.n,
            base=self.invited or None,
        )

    def too_low(self) -> Iterator[Finding]:
        if not self.invited:
            return
        rate = self.n / self.invited
        if rate > 1:
            text = Message(
                "{wave}: {n:integer} answered though only {invited:integer} were invited.",
                wave=self.wave,
                n=self.n,
                invited=self.invited,
            )
            yield self._finding("response", "alarm", text)
        elif rate < _LOW_RATE:
            text = Message(
                "{wave}: only {rate:percent} of those invited answered.", wave=self.wave, rate=rate
            )
            yield self._finding("response", "alarm" if rate < _VERY_LOW_RATE else "care", text)

    def fallen(self, usual: float) -> Iterator[Finding]:
        if not self.invited or not usual or self.n >= _FALL * usual * self.invited:
            return
        if at_most(self.n, self.invited, usual) < _SURE:
            text = Message(
                "{wave}: the response rate fell to {rate:percent}, against {median:percent} "
                "before.",
                wave=self.wave,
                rate=self.n / self.invited,
                median=usual,
            )
            yield self._finding("response", "care", text, "fall")

    def too_small(self, usual: float) -> Iterator[Finding]:
        if self.n < 0.5 * usual:
            text = Message(
                "{wave} has {n:integer} row, less than half of the usual {usual:integer}.",
                "{wave} has {n:integer} rows, less than half of the usual {usual:integer}.",
                wave=self.wave,
                n=self.n,
                usual=usual,
            )
            yield self._finding("wave_size", "care", text)


def _representative(material: Material, margins: pd.DataFrame) -> Iterator[Finding]:
    """Tell the known groups that are too few or too many, after weighting where there is one."""
    wave = material.waves[-1]
    rows = material.in_wave(wave)
    for row in _records(margins.dropna(subset=["difference"])):
        difference, known = float(row["difference"]), float(row["known_share"])
        n = int(rows.sum())
        hits = round((known + difference) * n)
        surprising = min(at_least(hits, n, known), at_most(hits, n, known)) < _SURE
        if abs(difference) < _DISTANCE or not surprising:
            continue
        unit = f"{row['column']} = {row['value']}"
        values = {"unit": unit, "found": known + difference, "known": known, "wave": wave}
        yield Finding(
            check="representative",
            severity="alarm" if abs(difference) >= _FAR else "care",
            text=Message(
                "{wave}: {unit} is {found:percent} of the weighted answers, {known:percent} of "
                "the population.",
                **values,
            )
            if material.survey.weight is not None
            else Message(
                "{wave}: {unit} is {found:percent} of the answers, {known:percent} of the "
                "population; weight the answers.",
                **values,
            ),
            files=material.files(rows),
            wave=wave,
            unit=unit,
            n=hits,
            base=n,
        )


def _language_shifts(material: Material, table: pd.DataFrame) -> Iterator[Finding]:
    for language, rows in table.groupby("language", sort=True):
        usual = float(rows["share"].median())
        for row in _records(rows):
            share, wave = float(row["share"]), str(row["wave"])
            base = round(row["n"] / share)
            tail = min(at_least(row["n"], base, usual), at_most(row["n"], base, usual))
            if len(rows) > 1 and abs(share - usual) >= _LANGUAGE_SHIFT and tail < _SURE:
                yield Finding(
                    check="languages",
                    severity="care",
                    text=Message(
                        "{wave}: {share:percent} answered in {language}, usually {usual:percent}.",
                        wave=wave,
                        share=share,
                        language=str(language),
                        usual=usual,
                    ),
                    files=material.files(material.in_wave(wave)),
                    wave=wave,
                    unit=str(language),
                    n=int(row["n"]),
                    base=base,
                )


def _weight_effect(material: Material) -> Iterator[Finding]:
    """Tell the waves in which weights cost much of the precision."""
    if material.survey.weight is None:
        return
    for wave in material.waves:
        weights = _weights(material)[material.in_wave(wave)]
        if len(weights) < 2 or weights.sum() == 0:
            continue
        effect = len(weights) * float((weights**2).sum()) / float(weights.sum()) ** 2
        if effect >= _WEIGHT_EFFECT:
            yield Finding(
                check="weights",
                severity="care" if effect >= _LARGE_WEIGHT_EFFECT else "note",
                text=Message(
                    "{wave}: the weights leave the precision of {effective:integer} of "
                    "{n:integer} answers.",
                    wave=wave,
                    effective=len(weights) / effect,
                    n=len(weights),
                ),
                files=material.files(material.in_wave(wave)),
                wave=wave,
                n=len(weights),
            )


def _outside_dates(material: Material) -> Iterator[Finding]:
    """Tell answers that were sent before the wave opened or after it closed."""
    column = material.survey.submitted
    if column is None or column not in material.frame:
        return
    sent = material.frame[column]
    if not pd.api.types.is_datetime64_any_dtype(sent.dtype):
        return
    for wave, declared in material.survey.waves.items():
        rows = material.in_wave(wave)
        days = sent.dt.normalize()
        early = days < pd.Timestamp(declared.opened) if declared.opened else days.isna() & False
        late = days > pd.Timestamp(declared.closed) if declared.closed else days.isna() & False
        outside = rows & (early | late).to_numpy()
        n, base = int(outside.sum()), int(rows.sum())
        if n:
            yield Finding(
                check="dates",
                severity="care" if n / base >= 0.01 and n >= 3 else "note",
                text=Message(
                    "{wave}: {n:integer} of {base:integer} rows was sent before it opened or "
                    "after it closed.",
                    "{wave}: {n:integer} of {base:integer} rows were sent before it opened or "
                    "after it closed.",
                    wave=wave,
                    n=n,
                    base=base,
                ),
                files=material.files(outside),
                wave=wave,
                n=n,
                base=base,
            )
