"""Net Promoter Score with an interval that holds at small n and at the ends of the scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np

from workbench.errors import DataError
from workbench.estimates import net_share_interval
from workbench.estimates.shares import ShareMethod
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import by_columns
from workbench.language import Message
from workbench.results import Check
from workbench.results.survey import NpsResult
from workbench.survey.design import Design, read_design, read_numbers
from workbench.survey.interval import interval_basis
from workbench.survey.measure import (
    Reading,
    SegmentEstimate,
    checked_confidence,
    measure_tables,
    missing_table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern

__all__ = ["checked_method", "nps", "read_whole_numbers"]

PROMOTER, PASSIVE = 9, 7
_MANY = 100


def nps(
    answers: pd.DataFrame,
    score: str,
    *,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    population: int | Mapping[Any, int] | None = None,
    confidence: float = 0.95,
    method: ShareMethod = "score",
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
    missing: pd.DataFrame | None = None,
) -> NpsResult:
    """Net Promoter Score: promoters (9-10) minus detractors (0-6), in points, with an interval.

    Inverts the score test of promoters minus detractors with restricted estimates [1]_. With
    weights it is computed for Kish's effective number of answers. With strata or clusters the
    effective number is the one that gives the linearised variance, with Student's t for the normal
    quantile [2]_, and no more than the answers there are.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    score
        Column of whole numbers 0 to 10. Missing answers are left out and counted in ``n_missing``.
    by
        Column, or list of columns, that splits the respondents. Default: one row, ``"all"``.
    weight, strata, cluster
        Columns of the sampling design.
    population
        People in the population, or ``{stratum: N}``: narrows intervals of large samples.
    confidence
        Level of the interval, 0-1.
    method
        ``score``; ``adjusted_wald`` (three answers added); ``wald`` (plain, too short for few
        answers; with strata or clusters the linearised t interval).
    floor
        Segments with fewer answers are hidden, and others that would give them away.
    protect
        Pattern of :func:`suppression_pattern`, for tables that are published together.
    missing
        The reader's count of the four kinds of missing, ``study.reading().missing``.

    Returns
    -------
    NpsResult
        A row per segment: ``n``, ``n_missing``, shares ``promoters passives detractors`` (0-1),
        ``estimate ci_low ci_high`` (-100 to 100), ``n_effective``, ``suppressed``, ``reason``.

    Raises
    ------
    DataError
        If a column is absent, an answer is not a whole number 0 to 10, or a weight is missing or
        negative.

    References
    ----------
    .. [1] Tango, T. (1998). Equivalence test and confidence interval for the difference in
       proportions for the paired-sample design. Statistics in Medicine, 17(8), 891-908.
    .. [2] Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small
       expected number of positive counts estimated from survey data. Survey Methodology, 24(2).

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"market": ["SE", "SE", "SE", "NO"], "q1": [10, 9, 3, 8]})
    >>> nps(answers, "q1", by="market", floor=1).table[["segment", "n", "estimate"]]
      segment  n   estimate
    0      NO  1   0.000000
    1      SE  3  33.333333
    """
    method = checked_method(method)
    level = checked_confidence(confidence)
    scores = read_whole_numbers(answers, score, (0, 10))
    design = read_design(
        answers, weight=weight, strata=strata, cluster=cluster, population=population
    )
    kinds = _kinds(scores)
    answered = ~np.isnan(scores)

    def estimate(rows: NDArray[np.intp]) -> SegmentEstimate:
        return _estimate(kinds, rows, answered, design, level, method)

    table, design_table = measure_tables(
        answers,
        lambda frame: _reading(frame, score),
        estimate,
        by=by,
        floor=floor,
        protect=protect,
        share_names=("promoters", "passives", "detractors"),
    )
    return NpsResult(
        table=table,
        method=_method(method, design),
        checks=_checks(scores, score),
        by=by_columns(by),
        items=(score,),
        confidence=level,
        floor=floor if protect is None else protect.floor,
        interval=method,
        scale=(-100.0, 100.0),
        design=design_table,
        missing=missing_table(answers, [score], missing),
    )


def checked_method(method: str) -> ShareMethod:
    """Return the interval's method, or raise with the ones there are."""
    allowed = get_args(ShareMethod)
    if method not in allowed:
        raise DataError(f"method must be one of {', '.join(allowed)}; found '{method}'.")
    return cast("ShareMethod", method)


def read_whole_numbers(
    answers: pd.DataFrame, column: str, scale: tuple[float, float]
) -> NDArray[np.float64]:
    """Return a column of whole numbers on a scale, missing as ``nan``.

    Raises
    ------
    DataError
        If an answer is off the scale or not whole; the first and its row are named.
    """
    scores = read_numbers(answers, column)
    low, high = scale
    wrong = np.flatnonzero((scores < low) | (scores > high) | (scores != np.rint(scores)))
    wrong = wrong[~np.isnan(scores[wrong])]
    if wrong.size:
        raise DataError(
            f"Column '{column}' must hold whole numbers {low:g} to {high:g}; {wrong.size} of "
            f"{scores.size} rows do not, first {scores[wrong[0]]:g} at row {wrong[0]}. Recode the "
            f"column, or mark non-answers as missing when reading it."
        )
    return scores


def _kinds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for a promoter, -1 for a detractor, 0 for the passive between."""
    return (scores >= PROMOTER).astype(float) - (scores < PASSIVE).astype(float)


def _reading(frame: pd.DataFrame, score: str) -> Reading:
    scores = read_whole_numbers(frame, score, (0, 10))
    answered = ~np.isnan(scores)
    kinds = _kinds(scores)
    counts = np.column_stack([kinds == kind for kind in (1, 0, -1)]) & answered[:, None]
    return Reading(answered, counts.astype(float))


def _estimate(
    kinds: NDArray[np.float64],
    rows: NDArray[np.intp],
    answered: NDArray[np.bool_],
    design: Design,
    confidence: float,
    method: ShareMethod,
) -> SegmentEstimate:
    weights = design.weights[rows]
    basis = interval_basis(design, 100 * kinds, rows, answered, confidence)
    if basis.reason == "NO_WEIGHT":
        return SegmentEstimate.without_weight(basis.error, shares=3)
    shares = tuple(float(weights[kinds[rows] == kind].sum() / weights.sum()) for kind in (1, 0, -1))
    low, high, reason = np.nan, np.nan, basis.reason
    if not reason and method == "wald":
        low, high, reason = basis.wald_interval(
            100 * (shares[0] - shares[2]), (-100, 100), confidence
        )
    elif not reason:
        ends = net_share_interval(
            shares[0], shares[2], basis.n_interval, confidence=confidence, method=method
        )
        low, high = (100 * float(end) for end in ends)
    estimate = 100 * (shares[0] - shares[2])
    return SegmentEstimate(estimate, low, high, basis.n_effective, basis.error, shares, reason)


def _method(method: ShareMethod, design: Design) -> Message:
    named = {
        "score": Message("score interval with restricted estimates (Tango 1998)"),
        "adjusted_wald": Message("adjusted Wald interval, three answers added (Rocks 2016)"),
        "wald": Message("Wald interval"),
    }[method]
    return Message(
        "NPS: share of 9-10 minus share of 0-6, in points; {interval}; {design}.",
        interval=named,
        design=design.words(),
    )


def _checks(scores: NDArray[np.float64], score: str) -> tuple[Check, ...]:
    answers = scores[~np.isnan(scores)]
    if answers.size < _MANY or answers.min() != 1:
        return ()
    text = Message(
        "None of {n:integer} answers to {item} is 0, while 1 is used: were they asked on a scale "
        "from 1 to 10? Then this is no NPS.",
        n=int(answers.size),
        item=score,
    )
    return (Check(id="zero_is_never_used", passed=False, text=text),)
