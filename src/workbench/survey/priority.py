"""Importance by performance: what to mend first, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, near_match
from workbench.language import Message
from workbench.results.priority import ActionsResult, PriorityResult, QuadrantNames
from workbench.survey.driver_tables import typed
from workbench.survey.quadrants import QUADRANTS, CutRule, place_in_quadrants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.results.drivers import DriverDraws, DriversResult
    from workbench.survey.subsets import Floats

__all__ = ["priority_matrix", "rank_actions"]

SURE = 0.8
_LEVELS = ("low", "medium", "high")
_STATUS = ("proposed", "decided", "ongoing", "done", "dropped")
_ENTERED = ("action", "detail", "cost", "effort", "feasibility", "owner", "due", "status")
_PRIORITY = (
    *("driver", "rank", "tie", "effect", "effect_low", "effect_high", "performance"),
    *("performance_low", "performance_high", "quadrant", "p_quadrant", "sure", "p_prioritise"),
    *("p_improve", "p_maintain", "p_low", "distance_effect", "distance_performance"),
    *("beyond_null", "reason"),
)


def _segment(result: DriversResult, segment: str | None) -> tuple[pd.DataFrame, DriverDraws | None]:
    names = list(dict.fromkeys(result.table["segment"]))
    if segment is None and len(names) == 1:
        segment = names[0]
    if segment not in names:
        known = [str(name) for name in names]
        raise DataError(
            Message(
                "The result has no segment '{segment}'.{hint}",
                segment=str(segment),
                hint=near_match(str(segment), known),
            )
        )
    rows = result.table[result.table["segment"] == segment].reset_index(drop=True)
    return rows, result.draws.get(segment)


def priority_matrix(
    result: DriversResult,
    *,
    segment: str | None = None,
    cut: CutRule = "mean",
    names: QuadrantNames = "scb",
) -> PriorityResult:
    """Place drivers by grade and effect, with the probability of each quadrant.

    Low grade and strong effect is what to prioritise. Borders move with the draws, except a fixed
    target, so the probability counts their doubt too.

    Parameters
    ----------
    result
        From :func:`drivers`.
    segment
        Which one, where there are several.
    cut
        Border: ``mean`` or ``median`` of the drivers' grades and effects; ``outcome``: grades are
        cut at the outcome's mean (an outcome on 0-100); a number: a target for grades.
    names
        ``scb``: Statistics Sweden's words (Prioritera, Förbättra om möjligt, Bevara, Lägre
        prioritet); ``classic``: the words of Martilla and James [1]_.

    Returns
    -------
    PriorityResult

    Raises
    ------
    DataError
        If the segment is unknown, or no driver has both grade and effect.

    References
    ----------
    .. [1] Martilla, J. A. & James, J. C. (1977). Importance-performance analysis. Journal of
       Marketing, 41(1), 77-79.
    """
    rows, draws = _segment(result, segment)
    effect = rows["effect"].to_numpy(dtype=float)
    performance = rows["performance"].to_numpy(dtype=float)
    if not (np.isfinite(effect) & np.isfinite(performance)).any():
        raise DataError(
            Message(
                "No driver has both a grade on 0–100 and an effect, so there is no matrix. Give "
                "wb.drivers the scale of the drivers."
            )
        )
    own = result.fit["segment"] == rows["segment"].iloc[0]
    outcome = float(result.fit.loc[own, "outcome_mean"].iloc[0])
    drawn = None
    if draws is not None:
        order = list(rows["driver"])
        drawn = (_widened(draws.effect, draws, order), _widened(draws.performance, draws, order))
        drawn = (*drawn, draws.outcome)
    placed = place_in_quadrants(effect, performance, outcome, drawn, cut)
    table: list[dict[str, Any]] = []
    for i, row in enumerate(rows.to_dict("records")):
        place = int(placed.place[i])
        probability = placed.probability[i]
        found: dict[str, Any] = {name: row[name] for name in _PRIORITY if name in row}
        found |= {
            "quadrant": QUADRANTS[place] if place >= 0 else None,
            "p_quadrant": probability[place] if place >= 0 else np.nan,
            "sure": bool(probability[place] >= SURE) if place >= 0 else None,
            "distance_effect": placed.distance_effect[i],
            "distance_performance": placed.distance_performance[i],
        }
        found |= {f"p_{name}": probability[q] for q, name in enumerate(QUADRANTS)}
        table.append({name: _plain(value) for name, value in found.items()})
    return PriorityResult(
        table=typed(table, _PRIORITY),
        method=_matrix_method(cut, placed.cut_effect, placed.cut_performance, draws),
        checks=(),
        outcome=result.outcome,
        segment=rows["segment"].iloc[0],
        n=int(result.fit.loc[own, "n"].iloc[0]),
        cut=str(cut),
        cut_effect=placed.cut_effect,
        cut_performance=placed.cut_performance,
        quadrant_names=names,
        confidence=result.confidence,
        labels=result.labels,
    )


def _plain(value: Any) -> Any:
    return None if value is pd.NA else value


def _widened(values: Floats, draws: DriverDraws, order: Sequence[str]) -> Floats:
    """Return draws with a column per driver of the table, ``nan`` where it did not take part."""
    wide = np.full((len(values), len(order)), np.nan)
    for place, name in enumerate(draws.drivers):
        wide[:, order.index(name)] = values[:, place]
    return wide


def _matrix_method(
    cut: CutRule, cut_effect: float, cut_performance: float, draws: DriverDraws | None
) -> Message:
    rules = {
        "mean": Message("the mean of the drivers"),
        "median": Message("the median of the drivers"),
        "outcome": Message("the outcome’s mean for grades, the mean of the drivers for effects"),
    }
    rule = rules.get(str(cut), Message("a target for grades, the mean of the drivers for effects"))
    values = {"rule": rule, "effect": cut_effect, "performance": cut_performance}
    if draws is None:
        return Message(
            "Borders: {rule} (effect {effect:number2}, grade {performance:number}). No draws, so "
            "no probabilities.",
            **values,
        )
    return Message(
        "Borders: {rule} (effect {effect:number2}, grade {performance:number}). Probability of a "
        "quadrant: share of {draws:integer} resamples in which the driver lay in it.",
        draws=len(draws.outcome),
        **values,
    )


_ACTIONS = (
    *("position", "kind", "tie", "driver", "action", "detail", "quadrant", "p_quadrant"),
    *("n_low", "concerned", "concerned_low", "concerned_high", "associated_gain"),
    *("associated_gain_low", "associated_gain_high", "cost", "effort", "feasibility"),
    *("owner", "due", "status", "reason"),
)


def rank_actions(
    result: DriversResult,
    matrix: PriorityResult,
    *,
    entered: pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    find_out: Sequence[Mapping[str, Any]] = (),
) -> ActionsResult:
    """Put actions in order: what must be found out, then priorities, ties together.

    Drivers to prioritise come first, then those to improve, the strongest effect first within each.
    Drivers that cannot be told apart share a position, and their joint gain, which is far surer
    than either part, stands beside. Drivers that are not distinguishable from nothing are left
    out unless somebody entered an action for them.

    Parameters
    ----------
    result, matrix
        From :func:`drivers` and :func:`priority_matrix`, of the same segment.
    entered
        What people decided, a row per action: ``driver``, and any of ``action``, ``detail``,
        ``cost`` (a number), ``effort`` and ``feasibility`` (low medium high), ``owner``, ``due``,
        ``status`` (proposed decided ongoing done dropped). Nothing is filled in for them.
    find_out
        What must be known before acting, a row each: ``action``, and any of ``driver``,
        ``detail``, ``concerned_n``, ``owner``, ``due``, ``status``.

    Returns
    -------
    ActionsResult

    Raises
    ------
    DataError
        If an entry names an unknown driver, or a level or status that is none.
    """
    people = _entered(entered, list(matrix.table["driver"]))
    rows, draws = _segment(result, matrix.segment)
    own_grades = result.grades["segment"] == rows["segment"].iloc[0]
    grades = result.grades[own_grades].set_index("driver")
    chosen = _in_order(matrix.table, set(people))
    table: list[dict[str, Any]] = [_to_find_out(i, entry) for i, entry in enumerate(find_out)]
    position = 1
    blocks = _tied_blocks(chosen, draws, result.confidence)
    ties: list[dict[str, Any]] = []
    for block in blocks:
        last = position + len(block) - 1
        shown = str(position) if last == position else f"{position}–{last}"
        number = len(ties) + 1 if len(block) > 1 else None
        if number is not None:
            ties.append(_joint(number, shown, block, draws, result.confidence))
        for row in block:
            for entry in people.get(row["driver"], [{}]):
                table.append(_action(row, grades.loc[row["driver"]], entry, shown, number))
        position = last + 1
    gain = ["associated_gain", "associated_gain_low", "associated_gain_high"]
    names = ["tie", "position", "drivers", *gain, "reason"]
    return ActionsResult(
        table=typed(table, _ACTIONS),
        ties=typed(ties, names) if ties else None,
        method=Message(
            "{first} comes first, then {second}; within each, the strongest effect. A gain is what "
            "usually goes with five points more on the driver: an association, not a promise.",
            first=Message("Prioritise"),
            second=Message("Improve if possible"),
        ),
        checks=(),
        outcome=result.outcome,
        quadrant_names=matrix.quadrant_names,
        labels=result.labels,
    )


def _entered(
    entered: pd.DataFrame | Sequence[Mapping[str, Any]] | None, drivers: list[str]
) -> dict[str, list[dict[str, Any]]]:
    if entered is None:
        return {}
    rows = entered.to_dict("records") if isinstance(entered, pd.DataFrame) else list(entered)
    found: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows, start=1):
        driver = str(row.get("driver"))
        if driver not in drivers:
            raise DataError(
                Message(
                    "Action {number:integer} names driver '{driver}', which the result does not "
                    "have.{hint}",
                    number=number,
                    driver=driver,
                    hint=near_match(driver, drivers),
                )
            )
        for name, allowed in (("effort", _LEVELS), ("feasibility", _LEVELS), ("status", _STATUS)):
            value = row.get(name)
            if value is not None and not pd.isna(value) and value not in allowed:
                raise DataError(
                    Message(
                        "Action {number:integer} has {name} '{value}'; it must be one of "
                        "{allowed}.",
                        number=number,
                        name=name,
                        value=str(value),
                        allowed=", ".join(allowed),
                    )
                )
        kept = {str(name): row.get(name) for name in _ENTERED if row.get(name) is not None}
        found.setdefault(driver, []).append(kept)
    return found


def _in_order(table: pd.DataFrame, with_action: set[str]) -> list[dict[str, Any]]:
    """Return drivers to act on, in order; others only where somebody entered an action."""
    rows = table[table["quadrant"].notna()].to_dict("records")
    kept = [
        row
        for row in rows
        if row["driver"] in with_action
        or (row["quadrant"] in ("prioritise", "improve") and row["beyond_null"] is not False)
    ]
    order = {name: place for place, name in enumerate(QUADRANTS)}
    return sorted(kept, key=lambda row: (order[row["quadrant"]], -row["effect"]))  # pyright: ignore[reportUnknownVariableType, reportReturnType] - records are plain dicts


def _tied_blocks(
    rows: list[dict[str, Any]], draws: DriverDraws | None, confidence: float
) -> list[list[dict[str, Any]]]:
    """Gather neighbours of one quadrant whose shares and effects cannot be told apart."""
    blocks: list[list[dict[str, Any]]] = []
    for row in rows:
        if blocks and draws is not None and _is_tied(blocks[-1][0], row, draws, confidence):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _is_tied(
    first: dict[str, Any], row: dict[str, Any], draws: DriverDraws, confidence: float
) -> bool:
    tie = first["tie"]
    if first["quadrant"] != row["quadrant"] or pd.isna(tie) or pd.isna(row["tie"]):
        return False
    a, b = draws.drivers.index(first["driver"]), draws.drivers.index(row["driver"])
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws.effect[:, a] - draws.effect[:, b], [tail, 1 - tail])
    return bool(tie == row["tie"] and low <= 0 <= high)


def _joint(
    number: int,
    position: str,
    block: list[dict[str, Any]],
    draws: DriverDraws | None,
    confidence: float,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "tie": number,
        "position": position,
        "drivers": len(block),
        "associated_gain": sum(entry["effect"] for entry in block),
        "reason": "NO_DRAWS" if draws is None else "",
    }
    if draws is not None:
        places = [draws.drivers.index(entry["driver"]) for entry in block]
        tail = (1 - confidence) / 2
        total = draws.effect[:, places].sum(axis=1)
        low, high = np.quantile(total, [tail, 1 - tail])
        row |= {"associated_gain_low": low, "associated_gain_high": high}
    return row


def _action(
    row: dict[str, Any],
    grade: pd.Series,
    entry: Mapping[str, Any],
    position: str,
    tie: int | None,
) -> dict[str, Any]:
    return {
        "position": position,
        "kind": "act",
        "tie": tie,
        "driver": row["driver"],
        "quadrant": row["quadrant"],
        "p_quadrant": row["p_quadrant"],
        "n_low": _plain(grade["n_low"]),
        "concerned": grade["low_share"],
        "concerned_low": grade["low_share_low"],
        "concerned_high": grade["low_share_high"],
        "associated_gain": row["effect"],
        "associated_gain_low": row["effect_low"],
        "associated_gain_high": row["effect_high"],
        "reason": "",
        **{name: _plain(value) for name, value in entry.items()},
    }


def _to_find_out(place: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    if not entry.get("action"):
        raise DataError(Message("Each thing to find out needs a text in 'action'."))
    kept = {name: entry.get(name) for name in ("driver", *_ENTERED) if entry.get(name) is not None}
    return {
        "position": chr(ord("A") + place),
        "kind": "find_out",
        "n_low": entry.get("concerned_n"),
        "reason": "UNKNOWN_UNTIL_DONE",
        **kept,
    }
