"""Changes and levels as tables, each with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from workbench.estimates import benjamini_hochberg
from workbench.inputs.disclosure import FLOOR
from workbench.results.typed import typed_table
from workbench.survey.measure import TAGGED_REASON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.survey.tracker import Change, Level, WaveMarks

__all__ = [
    "change_table",
    "corrected",
    "judged",
    "levels_table",
    "thumb_table",
    "verdict_of",
]

P_VALUES = ("p_value", "p_real")

_JUDGED = ("suppressed", "reason", "change", "real", "mix", "p_adjusted", "p_real_adjusted")
"""What a verdict is read from."""

_NO_MIX = 1e-9  # points: what adding up leaves when the composition stood still


def _named(level: Level) -> dict[str, Any]:
    cell = level.segment.cell if len(level.segment.cell) > 1 else {}
    return {**cell, "segment": level.segment.name}


def change_table(
    changes: list[Change], by: tuple[str, ...], marks: WaveMarks, waves: list[str], *, alpha: float
) -> pd.DataFrame:
    """Return a row per change, corrected over all of them."""
    rows = [_row(change, marks, waves) for change in changes]
    keys = [*(by if len(by) > 1 else ()), "segment", "wave", "previous"]
    numbers = ["change", "ci_low", "ci_high", "p_value", "p_adjusted", "real", "mix"]
    rest = ["estimate", "estimate_previous", "p_real", "p_real_adjusted"]
    counts = ["n", "n_previous", "n_both"]
    return typed_table(
        corrected(rows, alpha),
        {
            **dict.fromkeys(keys, "str"),
            **dict.fromkeys(numbers, "float64"),
            "verdict": "str",
            **dict.fromkeys(counts, "Int64"),
            **dict.fromkeys(rest, "float64"),
            **dict.fromkeys(["suppressed", "reason"], "str"),
        },
    )


def _row(change: Change, marks: WaveMarks, waves: list[str]) -> dict[str, Any]:
    after, before = change.after, change.before
    tag = after.tag or before.tag
    wave, previous = waves[after.wave], waves[before.wave]
    named = {**_named(after), "wave": wave, "previous": previous}
    empty = not after.found.rows.size or not before.found.rows.size
    reason = TAGGED_REASON.get(tag, "NO_ANSWERS" if empty else change.change.reason)
    nothing = dict.fromkeys(
        ["change", "ci_low", "ci_high", "p_value", "p_real", "real", "mix"], np.nan
    )
    shown = {
        "n": None if after.tag else after.found.rows.size,
        "n_previous": None if before.tag else before.found.rows.size,
        "n_both": None if tag or change.both < FLOOR else change.both,
        "estimate": np.nan if after.tag else after.found.estimate,
        "estimate_previous": np.nan if before.tag else before.found.estimate,
        "suppressed": tag,
    }
    if tag or empty:
        return {**named, **nothing, **shown, "reason": reason}
    if marks.breaks(after.wave, before.wave):
        return {**named, **nothing, **shown, "reason": "REWORDED"}
    split = change.split if change.split is None or change.split.is_told else None
    numbers = {
        "change": change.change.change,
        "ci_low": change.change.ci_low,
        "ci_high": change.change.ci_high,
        "p_value": change.change.p_value,
        "p_real": np.nan if split is None else split.p_value,
        "real": np.nan if split is None else split.real,
        "mix": np.nan if split is None else split.mix,
    }
    if wave in marks.preliminary or previous in marks.preliminary:
        reason = reason or "PRELIMINARY"
    return {**named, **numbers, **shown, "reason": reason}


def verdict_of(row: Mapping[str, Any], alpha: float) -> str:
    """Return what a change may be called, from its corrected p-values."""
    if row["suppressed"]:
        return "hidden"
    if row["reason"] in {"REWORDED", "PRELIMINARY"}:
        return "broken" if row["reason"] == "REWORDED" else "preliminary"
    if np.isnan(row["p_adjusted"]):
        return "unknown"
    moved = row["p_adjusted"] <= alpha
    if np.isnan(row["mix"]) or abs(row["mix"]) < _NO_MIX:
        return "real" if moved else "noise"
    groups_moved = row["p_real_adjusted"] <= alpha
    same_way = np.sign(row["real"]) == np.sign(row["change"])
    if groups_moved and not (moved and same_way):
        return "masked"
    return ("real" if groups_moved else "mix") if moved else "noise"


def corrected(rows: list[dict[str, Any]], alpha: float) -> list[dict[str, Any]]:
    """Return the changes with p-values corrected over all rows, and verdicts by them."""
    p_adjusted, p_real_adjusted = (
        benjamini_hochberg([row[name] for row in rows]).tolist() for name in P_VALUES
    )
    added = [
        {"p_adjusted": p_value, "p_real_adjusted": p_real}
        for p_value, p_real in zip(p_adjusted, p_real_adjusted, strict=True)
    ]
    whole = [{**row, **adjusted} for row, adjusted in zip(rows, added, strict=True)]
    return [{**row, "verdict": verdict_of(row, alpha)} for row in whole]


def judged(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Return the changes with the verdicts of their corrected p-values."""
    columns = zip(*(table[name].tolist() for name in _JUDGED), strict=True)
    verdicts = [verdict_of(dict(zip(_JUDGED, row, strict=True)), alpha) for row in columns]
    return table.assign(verdict=pd.array(verdicts, dtype="str"))


def thumb_table(
    table: pd.DataFrame, by: tuple[str, ...], rule: float, confidence: float
) -> pd.DataFrame:
    """Hold a rule of thumb beside the test: what it calls, and how often it would by chance."""
    keys = [*(by if len(by) > 1 else ()), "segment", "wave", "previous"]
    quantile = float(ndtri((1 + confidence) / 2))
    low, high, change = (table[name].to_numpy() for name in ("ci_low", "ci_high", "change"))
    error = (high - low) / (2 * quantile)
    errors_away = np.divide(rule, error, out=np.full(len(error), np.inf), where=error != 0)
    columns = {name: table[name].array for name in (*keys, "verdict", "suppressed")}
    return pd.DataFrame(
        {
            **{name: columns[name] for name in keys},
            "change": change,
            "calls": pd.arrays.BooleanArray(np.abs(change) > rule, np.isnan(change)),
            "false_alarm": 2 * ndtr(-errors_away),
            "smallest_sure": quantile * error,
            "verdict": columns["verdict"],
            "suppressed": columns["suppressed"],
        }
    )


def levels_table(
    levels: list[Level], by: tuple[str, ...], marks: WaveMarks, waves: list[str]
) -> pd.DataFrame:
    """Return a row per segment and wave, in the order of waves."""
    keys = [*(by if len(by) > 1 else ()), "segment", "wave"]
    numbers = ["estimate", "ci_low", "ci_high", "n_effective"]
    rows: list[dict[str, Any]] = []
    for level in levels:
        found = level.found
        empty = not found.rows.size
        tag = "floor" if empty else level.tag
        shown = {
            "n": found.rows.size,
            "n_missing": level.n_missing,
            "estimate": found.estimate,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "n_effective": found.basis.n_effective,
            "reason": found.reason,
        }
        hidden = {
            **dict.fromkeys(shown),
            "reason": "NO_ANSWERS" if empty else TAGGED_REASON.get(tag),
        }
        rows.append(
            {
                **_named(level),
                "wave": waves[level.wave],
                **(hidden if tag else shown),
                "suppressed": tag,
                "preliminary": waves[level.wave] in marks.preliminary,
                "broken": level.wave in marks.broken,
            }
        )
    rows.sort(key=lambda row: waves.index(row["wave"]))
    return typed_table(
        rows,
        {
            **dict.fromkeys(keys, "str"),
            **dict.fromkeys(["n", "n_missing"], "Int64"),
            **dict.fromkeys(numbers, "float64"),
            **dict.fromkeys(["suppressed", "reason"], "str"),
            **dict.fromkeys(["preliminary", "broken"], "bool"),
        },
    )
