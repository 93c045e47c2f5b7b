"""Effects by segment, with small segments drawn towards the others (partial pooling)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc, ndtri

from workbench.estimates import holm
from workbench.estimates.bootstrap import score_covariance
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, split
from workbench.language import LocalizedText, Message
from workbench.results.base import Check
from workbench.results.effects import SegmentEffectsResult
from workbench.survey.design import read_design
from workbench.survey.driver_data import Scale, SegmentData, read_drivers
from workbench.survey.driver_limits import refusal
from workbench.survey.driver_tables import student_reach, typed
from workbench.survey.effects import fit_linear
from workbench.survey.measure import Reading, checked_confidence, suppression_tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.survey.subsets import Floats

__all__ = ["Pooled", "effects_by_segment", "pool"]

_PRIOR_DF = 20.0
_TABLE = (
    *("segment", "driver", "n", "estimate", "ci_low", "ci_high", "raw", "raw_low", "raw_high"),
    *("weight", "suppressed", "reason"),
)
_DRIVERS = (
    *("driver", "mean", "mean_low", "mean_high", "spread", "segments", "p_value", "p_adjusted"),
    *("verdict", "odd"),
)


@dataclass(frozen=True, eq=False)
class Pooled:
    """Estimates drawn towards their mean.

    Parameters
    ----------
    estimate, error
        ``(segments,)``; the error counts that mean and spread are estimated too.
    weight
        ``(segments,)``: weight of the segment's own estimate, 0-1.
    mean, mean_error, spread
        Of the true values between segments.
    p_value
        Of no difference between segments.
    """

    estimate: Floats
    error: Floats
    weight: Floats
    mean: float
    mean_error: float
    spread: float
    p_value: float


def pool(raw: Floats, variance: Floats) -> Pooled:
    """Draw estimates towards their weighted mean, the more the less sure they are.

    The spread of the true values is estimated by restricted maximum likelihood, the error of the
    result by Prasad and Rao's second-order formula [1]_. An estimate without a variance gets the
    mean.

    Parameters
    ----------
    raw, variance
        ``(segments,)``; ``nan`` for a segment without an estimate.

    References
    ----------
    .. [1] Prasad, N. G. N. & Rao, J. N. K. (1990). The estimation of the mean squared error of
       small-area estimators. Journal of the American Statistical Association, 85(409), 163-171.

    Examples
    --------
    >>> found = pool(np.array([1.0, 1.2, 3.0]), np.array([0.1, 0.1, 4.0]))
    >>> found.estimate.round(2).tolist(), found.weight.round(2).tolist()
    ([1.12, 1.12, 1.12], [0.0, 0.0, 0.0])
    """
    known = np.isfinite(raw) & (variance > 0)
    own, spread_of = raw[known], variance[known]
    between = _between_variance(own, spread_of)
    precision = 1 / (spread_of + between)
    mean = float(precision @ own / precision.sum())
    mean_variance = float(1 / precision.sum())
    weight = np.zeros(raw.size)
    weight[known] = between / (between + spread_of)
    estimate = np.where(known, weight * np.where(known, raw, 0) + (1 - weight) * mean, mean)
    first = np.where(known, weight * np.where(known, variance, 0.0), between)
    second = (1 - weight) ** 2 * mean_variance
    of_between = 2 / (precision**2).sum()
    third = np.zeros(raw.size)
    third[known] = spread_of**2 * precision**3 * of_between
    fixed = 1 / spread_of
    centre = fixed @ own / fixed.sum()
    statistic = float(fixed @ (own - centre) ** 2)
    p_value = float(chdtrc(own.size - 1, statistic)) if own.size > 1 else float("nan")
    error = np.sqrt(first + second + 2 * third)
    return Pooled(
        estimate,
        error,
        weight,
        mean,
        float(np.sqrt(mean_variance)),
        float(np.sqrt(between)),
        p_value,
    )


def _between_variance(raw: Floats, variance: Floats) -> float:
    """Find the restricted maximum-likelihood variance between segments by Fisher scoring."""
    if raw.size < 2:
        return 0.0
    between = max(float(raw.var(ddof=1) - variance.mean()), 0.0)
    for _ in range(200):
        precision = 1 / (variance + between)
        total = precision.sum()
        residual = raw - precision @ raw / total
        trace = total - (precision**2).sum() / total
        score = ((precision * residual) ** 2).sum() - trace
        information = (
            (precision**2).sum()
            - 2 * (precision**3).sum() / total
            + (precision**2).sum() ** 2 / total**2
        )
        new = max(between + score / information, 0.0)
        if abs(new - between) <= 1e-10 * (1 + between):
            return new
        between = new
    return between


def steadied(variance: Floats, rows: Floats, df: Floats) -> Floats:
    """Return variances drawn towards what an answer is worth in all segments together.

    A small segment's own variance is itself an estimate of few answers, and too often too small.
    """
    known = np.isfinite(variance) & (df > 0)
    if not known.any():
        return variance
    per_answer = variance[known] * rows[known]
    usual = df[known] @ per_answer / df[known].sum()
    found = variance.copy()
    found[known] = (df[known] * variance[known] + _PRIOR_DF * usual / rows[known]) / (
        df[known] + _PRIOR_DF
    )
    return found


def effects_by_segment(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    by: str,
    scale: Scale = None,
    always: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
) -> SegmentEffectsResult:
    """Effects of drivers in each segment, and whether segments differ.

    Each segment has its own model. A segment with few answers borrows from the others: its effect
    is drawn towards the mean, the more the wider its own interval. Whether the segments differ at
    all is tested once per driver and corrected for the number of drivers (Holm).

    Parameters
    ----------
    answers, outcome, drivers, scale, always, weight, strata, cluster
        As in :func:`drivers`.
    by
        Column of the segments.
    floor, protect
        Hidden segments take no part: their answers cannot be computed back from the mean.

    Returns
    -------
    SegmentEffectsResult

    Raises
    ------
    DataError
        As :func:`drivers`.
    """
    floor = protect.floor if protect is not None else checked_floor(floor)
    level = checked_confidence(confidence)
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    data = read_drivers(
        answers, outcome, drivers, scale=scale, always=by_columns(always), design=design
    )
    answered = ~np.isnan(data.outcome) & (design.weights > 0)

    def reading(frame: pd.DataFrame) -> Reading:
        has = answered if frame is answers else frame[outcome].notna().to_numpy()
        return Reading(has, np.zeros((len(frame), 0)))

    segments = split(answers, by)
    tags = suppression_tags(
        answers, segments, reading, by=by_columns(by), floor=floor, protect=protect
    )
    parts = [data.segment(segment.rows, floor=floor, missing="pairwise") for segment in segments]
    own = _OwnEffects.of(parts, tags, len(data.drivers))
    table: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    for column, name in enumerate(data.drivers):
        pooled = own.pooled(column)
        rows = [
            own.row(column, place, segment.name, name, tags[place], floor)
            for place, segment in enumerate(segments)
        ]
        if pooled is not None:
            for place, row in enumerate(rows):
                if not row["suppressed"]:
                    row |= own.drawn_to_mean(pooled, column, place, level)
        for place, row in enumerate(rows):
            own.add_raw(row, column, place, level)
        table += rows
        tests.append(_test_row(name, pooled, rows, level))
    adjusted = holm([test["p_value"] for test in tests])
    for test, p_adjusted in zip(tests, adjusted, strict=True):
        test["p_adjusted"] = p_adjusted
        _judge(test, [row for row in table if row["driver"] == test["driver"]], 1 - level)
    return SegmentEffectsResult(
        table=typed(table, _TABLE),
        drivers=typed(tests, _DRIVERS),
        method=Message(
            "Each segment has its own model of all drivers. Segments with few answers are drawn "
            "towards the mean of all (restricted maximum likelihood; errors after Prasad and Rao). "
            "Differences: one test per driver, corrected after Holm."
        ),
        checks=_checks(tests),
        by=by_columns(by),
        outcome=outcome,
        confidence=level,
        labels=dict(labels or {}),
    )


@dataclass(frozen=True, eq=False)
class _OwnEffects:
    """Every segment's own effects, ``(segments, drivers)``, and why one has none."""

    effect: Floats
    error: Floats
    df: Floats
    counts: NDArray[np.intp]
    reasons: list[str]

    @classmethod
    def of(cls, parts: Sequence[SegmentData], tags: Sequence[str], drivers: int) -> _OwnEffects:
        """Fit each segment that is shown and large enough."""
        effect = np.full((len(parts), drivers), np.nan)
        error = np.full_like(effect, np.nan)
        df = np.zeros(len(parts))
        reasons: list[str] = []
        for place, (part, tag) in enumerate(zip(parts, tags, strict=True)):
            reason = refusal(part, tag)[0]
            if not reason:
                effect[place], error[place], df[place] = _own_effects(part, drivers)
                reason = "" if np.isfinite(error[place]).any() else "TOO_FEW"
            reasons.append(reason)
        counts = np.array([part.n_answered for part in parts], dtype=np.intp)
        return cls(effect, error, df, counts, reasons)

    def _variance(self, column: int) -> Floats:
        rows = self.counts[:, column].astype(float)
        return steadied(self.error[:, column] ** 2, rows, self.df)

    def pooled(self, column: int) -> Pooled | None:
        """Return a driver's effects drawn towards their mean; None where no segment has one."""
        variance = self._variance(column)
        return pool(self.effect[:, column], variance) if np.isfinite(variance).any() else None

    def row(
        self, column: int, place: int, segment: str | None, driver: str, tag: str, floor: int
    ) -> dict[str, Any]:
        """Return a row without numbers yet."""
        n = int(self.counts[place, column])
        return _row(segment, driver, tag, self.reasons[place], n, floor)

    def add_raw(self, row: dict[str, Any], column: int, place: int, level: float) -> None:
        """Write the segment's own number, or why there is none."""
        own, error = self.effect[place, column], self.error[place, column]
        if np.isfinite(error):
            half = student_reach(self.df[place], level) * error
            row |= {"raw": own, "raw_low": own - half, "raw_high": own + half}
        elif not row["suppressed"] and not row["reason"]:
            row["reason"] = "TOO_FEW"

    def drawn_to_mean(
        self, pooled: Pooled, column: int, place: int, level: float
    ) -> dict[str, float]:
        """Return the drawn estimate; its interval is no wider than the segment's own."""
        half = _pooled_reach(pooled, place, self.df[place], level) * pooled.error[place]
        if np.isfinite(self.error[place, column]):
            own = student_reach(self.df[place], level) * self.error[place, column]
            steady = _normal_reach(level) * float(np.sqrt(self._variance(column)[place]))
            half = min(half, max(own, steady))
        estimate = pooled.estimate[place]
        return {
            "estimate": estimate,
            "ci_low": estimate - half,
            "ci_high": estimate + half,
            "weight": pooled.weight[place],
        }


def _normal_reach(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _own_effects(part: SegmentData, count: int) -> tuple[Floats, Floats, float]:
    """Return a segment's own effects and errors, ``nan`` where it has none, and their df."""
    effect, error = np.full(count, np.nan), np.full(count, np.nan)
    units = part.sampling()
    columns = part.n_columns + part.n_controls
    df = min(units.degrees_of_freedom, len(part.answers) - 1) - columns
    if df < 1:
        return effect, error, 0.0
    fit = fit_linear(part.answers, part.weights)
    variances = np.diag(score_covariance(fit.influence, units))
    for place, unit in zip(part.kept, part.units, strict=True):
        if len(unit) == 1 and variances[unit[0]] > 0:
            effect[place], error[place] = fit.effect[unit[0]], np.sqrt(variances[unit[0]])
    return effect, error, float(df)


def _pooled_reach(pooled: Pooled, place: int, df: float, confidence: float) -> float:
    """Return Student's quantile: own degrees of freedom where own answers weigh, else segments'."""
    weight = float(pooled.weight[place])
    segments = max(int((pooled.weight > 0).sum()), 2) if weight > 0 else pooled.weight.size
    return student_reach(weight * df + (1 - weight) * max(segments - 1, 1), confidence)


def _row(
    segment: str | None, driver: str, tag: str, reason: str, n: int, floor: int
) -> dict[str, Any]:
    if not tag and 0 < n < floor:
        tag, reason = "floor", "FLOOR"
    return {
        "segment": segment,
        "driver": driver,
        "n": None if tag else n,
        "suppressed": tag,
        "reason": reason,
    }


def _test_row(
    driver: str, pooled: Pooled | None, rows: Sequence[Mapping[str, Any]], level: float
) -> dict[str, Any]:
    z = _normal_reach(level)
    count = sum("raw" in row for row in rows)
    if pooled is None:
        return {"driver": driver, "segments": count, "p_value": np.nan}
    return {
        "driver": driver,
        "mean": pooled.mean,
        "mean_low": pooled.mean - z * pooled.mean_error,
        "mean_high": pooled.mean + z * pooled.mean_error,
        "spread": pooled.spread,
        "segments": count,
        "p_value": pooled.p_value,
    }


def _judge(test: dict[str, Any], rows: Sequence[Mapping[str, Any]], level: float) -> None:
    """Write the verdict, and the segment furthest from the others in its own errors."""
    if not test["p_adjusted"] < level:
        test["verdict"] = "no_difference"
        return
    own = [row for row in rows if "raw" in row]
    far = max(own, key=lambda row: abs(row["raw"] - test["mean"]) / (row["raw_high"] - row["raw"]))
    against = [
        row
        for row in own
        if np.sign(row["raw"]) != np.sign(test["mean"]) and row["raw_low"] * row["raw_high"] > 0
    ]
    test["verdict"] = "opposite" if against else "differs"
    test["odd"] = (against[0] if against else far)["segment"]


def _checks(tests: Sequence[Mapping[str, Any]]) -> tuple[Check, ...]:
    few = [test for test in tests if 0 < test["segments"] < 3]
    if not few:
        return ()
    text = Message(
        "Only {count:integer} segments have an effect of their own; how much segments differ "
        "cannot be told from so few.",
        count=int(few[0]["segments"]),
    )
    return (Check(id="few_segments", passed=False, text=text),)
