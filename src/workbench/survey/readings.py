"""Does a conclusion stand when it is read another way: mean, median, top share; weighted or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, split
from workbench.language import Message
from workbench.results import Check
from workbench.results.readings import ReadingsResult
from workbench.results.survey import group_label
from workbench.results.typed import typed_table
from workbench.survey.design import Design, read_design
from workbench.survey.difference import difference
from workbench.survey.measure import TAGGED_REASON, checked_confidence, suppression_tags
from workbench.survey.medians import median_changes, weighted_median
from workbench.survey.outcome import Outcome, estimate_group, outcome_label, read_outcome
from workbench.survey.tracker import person_numbers
from workbench.survey.wave_order import compared_pairs, read_waves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.segments import Segment
    from workbench.language import LocalizedText
    from workbench.survey.outcome import OutcomeKind

__all__ = ["read_again"]

_VERY_SATISFIED = 75.0  # points: where SCB's and SKI's scales call customers very satisfied


def read_again(
    answers: pd.DataFrame,
    outcome: str,
    *,
    by: str | Sequence[str] | None = None,
    wave: str = "wave",
    at: str = "latest",
    against: str = "previous",
    order: Sequence[str] | None = None,
    respondent: str = "respondent_id",
    weight: str | None = None,
    top: float = _VERY_SATISFIED,
    kind: OutcomeKind | Literal["auto"] = "auto",
    label: LocalizedText = "",
    confidence: float = 0.95,
    alpha: float = 0.05,
    draws: int = 400,
    seed: int = 0,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> ReadingsResult:
    """Read the change since an earlier wave in several ways, and warn when the conclusion turns.

    The mean (with the weights, where there are any) is the main reading. The others are the
    median, the share at or above ``top``, and each without weights; of a net score, its promoters
    and its detractors.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    outcome
        Column in points, as in :func:`compare_waves`.
    by
        Column, or list of columns, that splits the respondents.
    wave, at, against, order, respondent, weight, kind, label, confidence, floor, protect
        As in :func:`compare_waves`; ``at`` names one wave.
    top
        Points from which on an answer counts as high.
    alpha
        Largest p-value of a sure change in the main reading; others must pass it divided by their
        number before they count as a change that the main one misses.
    draws, seed
        Resamples behind the interval of the median, and their seed.

    Returns
    -------
    ReadingsResult
        A row per segment and reading: ``segment reading weighted estimate previous_estimate change
        ci_low ci_high p_value direction turn``.

    Raises
    ------
    DataError
        If a column is absent, or there is no earlier wave.

    Examples
    --------
    >>> points = [60, 70, 80] * 20 + [70, 80, 90] * 20
    >>> answers = pd.DataFrame({"wave": [1] * 60 + [2] * 60, "nki": points})
    >>> read_again(answers, "nki").table[["reading", "change", "direction", "turn"]]
      reading     change direction turn
    0    mean  10.000000        up
    1  median  10.000000        up
    2     top  33.333333        up
    """
    columns = by_columns(by)
    if at == "all":
        raise DataError("at must name one wave, or 'latest': a change is read one at a time.")
    if isinstance(draws, bool) or draws < 50:
        raise DataError(f"draws must be a whole number of at least 50; found {draws}.")
    level = checked_confidence(confidence)
    checked_confidence(1 - alpha)
    measured = read_outcome(answers, outcome, kind)
    codes, names = read_waves(answers, wave, order)
    pairs = compared_pairs(names, at=at, against=against)
    if not pairs:
        raise DataError("A change needs two waves with answers; there is only one.")
    later, earlier = pairs[0]
    floor = protect.floor if protect is not None else checked_floor(floor)
    readings = _readings(answers, measured, weight, top)
    persons = person_numbers(answers, respondent)
    tags = _tags(answers, measured, (*columns, wave), wave, floor, protect)
    rows: list[dict[str, Any]] = []
    for segment in split(answers, columns):
        after, before = (segment.rows[codes[segment.rows] == number] for number in (later, earlier))
        hidden = [
            tags.get((*segment.cell.values(), names[number]), "") for number in (later, earlier)
        ]
        rows += _segment_rows(segment, readings, after, before, persons, level, draws, seed, hidden)
    table = _table(rows, columns, alpha)
    return ReadingsResult(
        table=table,
        method=_method(measured, top, draws, seed),
        checks=_checks(table),
        outcome=outcome,
        label=label or outcome_label(outcome),
        by=columns,
        wave=names[later],
        previous=names[earlier],
        top=top,
        confidence=level,
        alpha=alpha,
        floor=floor,
    )


@dataclass(frozen=True, eq=False)
class _Reading:
    """One way to read the outcome."""

    name: str
    is_weighted: bool
    outcome: Outcome
    design: Design
    is_median: bool = False


def _readings(
    answers: pd.DataFrame, outcome: Outcome, weight: str | None, top: float
) -> list[_Reading]:
    """Return the ways to read an outcome, the main one first."""
    points, missing = outcome.points, np.isnan(outcome.points)

    def share(chosen: NDArray[np.bool_]) -> Outcome:
        return Outcome(outcome.name, np.where(missing, np.nan, 100.0 * chosen), "share", (0, 100))

    ways: list[tuple[str, Outcome, bool]] = [
        ("mean" if outcome.kind == "mean" else outcome.kind, outcome, False)
    ]
    if outcome.kind == "mean":
        ways += [("median", outcome, True), ("top", share(points >= top), False)]
    elif outcome.kind == "net":
        ways += [
            ("promoters", share(points == 100), False),
            ("not_detractors", share(points != -100), False),
        ]
    designs = [(True, read_design(answers, weight=weight))] if weight is not None else []
    designs.append((False, read_design(answers)))
    return [
        _Reading(name, is_weighted, read, design, is_median)
        for is_weighted, design in designs
        for name, read, is_median in ways
    ]


def _tags(
    answers: pd.DataFrame,
    outcome: Outcome,
    columns: tuple[str, ...],
    wave: str,
    floor: int,
    protect: SuppressionPattern | None,
) -> dict[tuple[str | None, ...], str]:
    segments = split(answers, columns)
    tags = suppression_tags(
        answers,
        segments,
        lambda frame: read_outcome(frame, outcome.name, outcome.kind).reading(),
        by=columns,
        floor=floor,
        protect=protect,
        wave=wave,
    )
    return {
        tuple(segment.cell[column] for column in columns): tag
        for segment, tag in zip(segments, tags, strict=True)
    }


def _segment_rows(
    segment: Segment,
    readings: list[_Reading],
    after: NDArray[np.intp],
    before: NDArray[np.intp],
    persons: NDArray[np.intp],
    confidence: float,
    draws: int,
    seed: int,
    hidden: list[str],
) -> list[dict[str, Any]]:
    cell = segment.cell if len(segment.cell) > 1 else {}
    tag = hidden[0] or hidden[1]
    medians: dict[bool, dict[str, Any]] = {}
    if not tag:
        medians = _median_rows(readings, after, before, persons, confidence, draws, seed)
    rows: list[dict[str, Any]] = []
    for reading in readings:
        row: dict[str, Any] = {
            **cell,
            "segment": segment.name,
            "reading": reading.name,
            "weighted": reading.is_weighted,
            "suppressed": tag,
            "reason": TAGGED_REASON.get(tag, ""),
        }
        if not tag and reading.is_median:
            row |= medians.get(reading.is_weighted, {"reason": "NO_ANSWERS"})
        elif not tag:
            row |= _change(reading, after, before, persons, confidence)
        rows.append(row)
    return rows


def _median_rows(
    readings: list[_Reading],
    after: NDArray[np.intp],
    before: NDArray[np.intp],
    persons: NDArray[np.intp],
    confidence: float,
    draws: int,
    seed: int,
) -> dict[bool, dict[str, Any]]:
    """Return the change of the medians, with weights and without, where both waves have any."""
    read = [reading for reading in readings if reading.is_median]
    if not read:
        return {}
    points, answered = read[0].outcome.points, read[0].outcome.answered
    sides = [rows[answered[rows]] for rows in (after, before)]
    weightings = {
        reading.is_weighted: reading.design.weights
        for reading in read
        if all(side.size and reading.design.weights[side].sum() > 0 for side in sides)
    }
    if not weightings:
        return {}
    changes = median_changes(
        points,
        list(weightings.values()),
        sides[0],
        sides[1],
        persons,
        confidence=confidence,
        draws=draws,
        seed=seed,
    )
    found: dict[bool, dict[str, Any]] = {}
    for (name, weights), (low, high, p_value) in zip(weightings.items(), changes, strict=True):
        later, earlier = (weighted_median(points[side], weights[side]) for side in sides)
        found[name] = {
            "n": sides[0].size,
            "estimate": later,
            "previous_estimate": earlier,
            "change": later - earlier,
            "ci_low": low,
            "ci_high": high,
            "p_value": p_value,
        }
    return found


def _change(
    reading: _Reading,
    after: NDArray[np.intp],
    before: NDArray[np.intp],
    persons: NDArray[np.intp],
    confidence: float,
) -> dict[str, Any]:
    outcome, design = reading.outcome, reading.design
    found = [
        estimate_group(outcome, design, rows, confidence=confidence) for rows in (after, before)
    ]
    compared = difference(
        found[0], found[1], outcome=outcome, design=design, persons=persons, confidence=confidence
    )
    return {
        "n": found[0].rows.size,
        "estimate": found[0].estimate,
        "previous_estimate": found[1].estimate,
        "change": compared.change,
        "ci_low": compared.ci_low,
        "ci_high": compared.ci_high,
        "p_value": compared.p_value,
        "reason": compared.reason,
    }


def _table(rows: list[dict[str, Any]], by: tuple[str, ...], alpha: float) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment", "reading", "weighted"]
    numbers = ["estimate", "previous_estimate", "change", "ci_low", "ci_high", "p_value"]
    texts = ["direction", "turn", "suppressed", "reason"]
    table = typed_table(
        rows,
        {
            **dict.fromkeys(keys, "str"),
            "weighted": "bool",
            "n": "Int64",
            **dict.fromkeys(numbers, "float64"),
            **dict.fromkeys(texts, "str"),
        },
    )
    p_values = table["p_value"].to_numpy()
    moved = np.where(np.isnan(p_values), False, p_values <= alpha)
    signs = np.sign(np.nan_to_num(table["change"].to_numpy()))
    table["direction"] = np.select(
        [~table["change"].notna(), moved & (signs > 0), moved & (signs < 0)],
        ["", "up", "down"],
        "none",
    )
    readings = table.groupby(["reading", "weighted"], sort=False).ngroups if len(table) else 1
    turns: list[str] = []
    for place in range(len(table)):
        main = place - place % readings
        turns.append(_turn(place, main, moved, signs, p_values, alpha / readings))
    table["turn"] = pd.array(turns, dtype="str")
    return table


def _turn(
    place: int,
    main: int,
    moved: NDArray[np.bool_],
    signs: NDArray[np.float64],
    p_values: NDArray[np.float64],
    strict_alpha: float,
) -> str:
    """Say how a reading differs from the main one of its segment."""
    if place == main or np.isnan(p_values[place]):
        return ""
    if moved[main]:
        if signs[place] * signs[main] < 0:
            return "reverses"
        return "" if moved[place] else "fades"
    return "appears" if p_values[place] <= strict_alpha else ""


def _checks(table: pd.DataFrame) -> tuple[Check, ...]:
    names = {
        "mean": Message("the mean"),
        "median": Message("the median"),
        "top": Message("the share of high answers"),
        "net": Message("the net score"),
        "share": Message("the share"),
        "promoters": Message("the share of promoters"),
        "not_detractors": Message("the share that are no detractors"),
    }
    checks: list[Check] = []
    for turn, passed in (("reverses", False), ("appears", False), ("fades", None)):
        found = table[table["turn"] == turn]
        if found.empty:
            continue
        first = found.iloc[0]
        values = {
            "segment": Message("the total")
            if first.segment == "all"
            else group_label(first.segment),
            "reading": names[first.reading],
            "way": Message("with weights") if first.weighted else Message("without weights"),
            "change": first.change,
            "n": len(found),
        }
        text = {
            "reverses": Message(
                "Read another way the conclusion turns (once): in {segment}, {reading} {way} "
                "moves the other way ({change:points}).",
                "Read another way the conclusion turns ({n:integer} times): in {segment}, "
                "{reading} {way} moves the other way ({change:points}).",
                **values,
            ),
            "appears": Message(
                "Read another way there is a change (once): in {segment}, {reading} {way} "
                "moves {change:points}, which the main reading does not show.",
                "Read another way there is a change ({n:integer} times): in {segment}, "
                "{reading} {way} moves {change:points}, which the main reading does not show.",
                **values,
            ),
            "fades": Message(
                "Read another way the change is not clear (once): in {segment}, by {reading} "
                "{way} ({change:points}).",
                "Read another way the change is not clear ({n:integer} times): in {segment}, "
                "by {reading} {way} ({change:points}).",
                **values,
            ),
        }[turn]
        checks.append(Check(id=f"conclusion_{turn}", passed=passed, text=text, table=found))
    return tuple(checks)


def _method(outcome: Outcome, top: float, draws: int, seed: int) -> Message:
    if outcome.kind != "mean":
        return Message("The change read by its parts, with and without weights.")
    return Message(
        "The change read as mean, median and share of answers from {top:number} points, with and "
        "without weights; the median’s interval from {draws:integer} resamples (seed "
        "{seed:integer}).",
        top=top,
        draws=draws,
        seed=seed,
    )
