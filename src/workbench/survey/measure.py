"""What NPS, NKI and CSAT share: segments in rows, floors, design, one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from workbench.errors import DataError
from workbench.inputs.disclosure import checked_floor, hidden_cells
from workbench.inputs.disclosure.lattice import cell_of
from workbench.inputs.segments import Segment, by_columns, split
from workbench.results.typed import typed_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.survey.design import MeanError

__all__ = [
    "Reading",
    "SegmentEstimate",
    "checked_confidence",
    "measure_tables",
    "missing_table",
    "suppression_tags",
]

TAGGED_REASON = {"floor": "FLOOR", "complement": "COMPLEMENT"}


@dataclass(frozen=True, eq=False)
class Reading:
    """The answers of one measure, an entry per row of a frame.

    Parameters
    ----------
    answered
        Rows that count as answers.
    quantities
        Sums that cannot be negative (promoters, passives, detractors): what a reader could bound.
    """

    answered: NDArray[np.bool_]
    quantities: NDArray[np.float64]


@dataclass(frozen=True)
class SegmentEstimate:
    """One segment's numbers, in points; ``nan`` and a reason where there is no interval."""

    estimate: float
    ci_low: float
    ci_high: float
    n_effective: float
    error: MeanError
    shares: tuple[float, ...] = ()
    reason: str = ""

    @classmethod
    def without_weight(cls, error: MeanError, *, shares: int = 0) -> SegmentEstimate:
        """Say that no answer of the segment has a weight."""
        nothing = float("nan")
        return cls(nothing, nothing, nothing, 0.0, error, (nothing,) * shares, "NO_WEIGHT")


class Estimator(Protocol):
    """Compute the numbers of one segment from its answered rows."""

    def __call__(self, rows: NDArray[np.intp]) -> SegmentEstimate: ...


def checked_confidence(confidence: float) -> float:
    """Return the confidence level, or raise unless it is between 0 and 1."""
    if isinstance(confidence, bool) or not 0 < confidence < 1:
        raise DataError(
            f"confidence must be between 0 and 1, such as 0.95; found {confidence}. Shares are "
            f"never given in per cent."
        )
    return float(confidence)


def suppression_tags(
    answers: pd.DataFrame,
    segments: Sequence[Segment],
    reading: Callable[[pd.DataFrame], Reading],
    *,
    by: tuple[str, ...],
    floor: int,
    protect: SuppressionPattern | None,
    wave: str = "wave",
) -> list[str]:
    """Return which segments are hidden and why: by the run's pattern, else within this table.

    Within a table, every margin of ``by`` counts as known, since totals are published too; but
    waves are not summed.
    """
    if protect is not None:
        complete = reading(protect.complete)
        hidden = protect.hidden(complete.answered, complete.quantities)
        return protect.tags(answers, segments, hidden)
    own = reading(answers)
    within = tuple(column for column in by if column == wave)
    crosses = (tuple(column for column in by if column != wave),)
    hidden = hidden_cells(answers, crosses, within, own.answered, own.quantities, floor=floor)
    return [hidden.tags.get(cell_of(segment.cell), "") for segment in segments]


def measure_tables(
    answers: pd.DataFrame,
    reading: Callable[[pd.DataFrame], Reading],
    estimate: Estimator,
    *,
    by: str | Sequence[str] | None,
    floor: int,
    protect: SuppressionPattern | None,
    share_names: tuple[str, ...] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the main table and the design table of a measure, a row per segment."""
    floor = protect.floor if protect is not None else checked_floor(floor)
    columns = by_columns(by)
    segments = split(answers, by)
    answered = reading(answers).answered
    tags = suppression_tags(answers, segments, reading, by=columns, floor=floor, protect=protect)
    rows: list[dict[str, Any]] = []
    designs: list[dict[str, Any]] = []
    for segment, tag in zip(segments, tags, strict=True):
        inside = segment.rows[answered[segment.rows]]
        named = {**(segment.cell if len(columns) > 1 else {}), "segment": segment.name}
        if not inside.size:
            numbers, error = _nothing("floor", "NO_ANSWERS", share_names), {}
        elif tag:
            numbers, error = _nothing(tag, TAGGED_REASON[tag], share_names), {}
        else:
            found = estimate(inside)
            numbers = _numbers(found, inside.size, segment.rows.size - inside.size, share_names)
            error = _design_row(found, inside.size)
        rows.append({**named, **numbers})
        designs.append({**named, **error})
    return _typed(rows, columns, share_names), _typed_design(designs, columns)


def _nothing(tag: str, reason: str, share_names: tuple[str, ...]) -> dict[str, Any]:
    empty = dict.fromkeys(
        ["n", "n_missing", *share_names, "estimate", "ci_low", "ci_high", "n_effective"]
    )
    return {**empty, "suppressed": tag, "reason": reason}


def _numbers(
    found: SegmentEstimate, n: int, n_missing: int, share_names: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "n": n,
        "n_missing": n_missing,
        **dict(zip(share_names, found.shares, strict=True)),
        "estimate": found.estimate,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "n_effective": found.n_effective,
        "suppressed": "",
        "reason": found.reason,
    }


def _design_row(found: SegmentEstimate, n: int) -> dict[str, Any]:
    error = found.error
    return {
        "standard_error": None if error.variance is None else float(np.sqrt(error.variance)),
        "design_effect": n / found.n_effective if found.n_effective > 0 else None,
        "df": error.df if error.variance is not None else None,
        "strata": error.strata,
        "clusters": error.clusters,
    }


def _typed(
    rows: list[dict[str, Any]], by: tuple[str, ...], share_names: tuple[str, ...]
) -> pd.DataFrame:
    names = [*(by if len(by) > 1 else ()), "segment"]
    numbers = [*share_names, "estimate", "ci_low", "ci_high", "n_effective"]
    return typed_table(
        rows,
        {
            **dict.fromkeys(names, "str"),
            **dict.fromkeys(["n", "n_missing"], "Int64"),
            **dict.fromkeys(numbers, "float64"),
            **dict.fromkeys(["suppressed", "reason"], "str"),
        },
    )


def _typed_design(rows: list[dict[str, Any]], by: tuple[str, ...]) -> pd.DataFrame:
    names = [*(by if len(by) > 1 else ()), "segment"]
    numbers = ["standard_error", "design_effect", "df"]
    return typed_table(
        rows,
        {
            **dict.fromkeys(names, "str"),
            **dict.fromkeys(numbers, "float64"),
            **dict.fromkeys(["strata", "clusters"], "Int64"),
        },
    )


def missing_table(
    answers: pd.DataFrame, items: Sequence[str], kinds: pd.DataFrame | None
) -> pd.DataFrame:
    """Return item, kind, n: from the reader's count where it is given, else not told apart.

    Parameters
    ----------
    kinds
        ``study.reading().missing``: columns ``item``, ``kind``, ``n``, perhaps per wave. Not used
        when the answers are filtered by more than the wave, for it counts other rows then.
    """
    if kinds is not None and not answers.empty:
        chosen = kinds[kinds["item"].isin(list(items))]
        if "wave" in chosen.columns and "wave" in answers.columns:
            chosen = chosen[chosen["wave"].isin(answers["wave"].unique())]
        counted = chosen.groupby(["item", "kind"], sort=True)["n"].sum().reset_index()
        if _covers(chosen, answers, items):
            return counted.astype({"item": "str", "kind": "str", "n": "Int64"})
    rows = [
        {"item": item, "kind": "not_told_apart", "n": int(answers[item].isna().sum())}
        for item in items
    ]
    return typed_table(rows, {"item": "str", "kind": "str", "n": "Int64"})


def _covers(kinds: pd.DataFrame, answers: pd.DataFrame, items: Sequence[str]) -> bool:
    """Whether the reader counted just these rows; filtered answers it did not count apart."""
    return all(
        int(kinds.loc[kinds["item"] == item, "n"].sum()) == int(answers[item].isna().sum())
        for item in items
    )
