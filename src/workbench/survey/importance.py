"""What moves an outcome: importance, effects and priorities of drivers, with their doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, split
from workbench.language import LocalizedText, Message
from workbench.results.drivers import DriverDraws, DriversResult
from workbench.survey.design import read_design
from workbench.survey.driver_checks import driver_checks
from workbench.survey.driver_data import DriverData, Scale, read_drivers
from workbench.survey.driver_details import difference_rows, group_rows, pair_rows
from workbench.survey.driver_fit import FitOptions, fit_drivers
from workbench.survey.driver_limits import (
    checked_choices,
    checked_groups,
    named_places,
    places,
    read_replicates,
    refusal,
)
from workbench.survey.driver_tables import (
    SegmentFit,
    TableOptions,
    driver_draws,
    driver_rows,
    fit_row,
    grade_rows,
    typed,
)
from workbench.survey.measure import Reading, checked_confidence, suppression_tags
from workbench.survey.ordinal import OutcomeKind, PseudoR2, fit_category_drivers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.results.weights import ReplicateWeights
    from workbench.survey.decomposition import ImportanceMethod
    from workbench.survey.moments import MissingRule
    from workbench.survey.quadrants import CutRule

__all__ = ["drivers"]

RANK_FLOOR = 12
LOW_GRADE = 100 / 3
"""1-4 of 1-10, 1-2 of 1-5: grades at or below this are low."""

_TABLE = (
    *("segment", "driver", "n", "importance", "share", "ci_low", "ci_high", "rank", "p_first"),
    *("tie", "effect", "effect_low", "effect_high", "performance", "quadrant", "p_quadrant"),
    *("suppressed", "reason", "null_high", "beyond_null", "correlation", "vif", "p_value"),
    *("p_adjusted", "performance_low", "performance_high", "n_missing"),
)
_NUMBERS = set(_TABLE) - {"segment", "driver"} | {"order_error"}
_FIT = (
    *("segment", "n", "n_missing", "n_effective", "n_complete", "r2", "r2_low", "r2_high"),
    *("r2_adjusted", "r2_controls", "outcome_mean", "smallest_eigenvalue", "suppressed", "reason"),
)
_GRADES = (
    *("segment", "driver", "n", "performance", "ci_low", "ci_high", "n_low", "low_share"),
    *("low_share_low", "low_share_high", "suppressed", "reason"),
)
_DIFFERENCES = ("segment", "driver", "other", "difference", "ci_low", "ci_high")
_PAIRS = ("segment", "driver", "other", "n", "correlation", "suppressed")
_GROUPS = (
    *("segment", "group", "drivers", "importance", "share", "ci_low", "ci_high", "rank"),
    *("p_first", "tie", "reason"),
)


def drivers(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    method: ImportanceMethod = "lmg",
    scale: Scale = None,
    missing: MissingRule = "pairwise",
    bootstrap: int = 1000,
    seed: int = 0,
    groups: Mapping[str, Sequence[str]] | None = None,
    always: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    population: int | Mapping[Any, int] | None = None,
    replicates: pd.DataFrame | ReplicateWeights | None = None,
    outcome_kind: OutcomeKind = "number",
    pseudo_r2: PseudoR2 = "mcfadden",
    cut: CutRule = "mean",
    low_grade: float = LOW_GRADE,
    confidence: float = 0.95,
    floor: int = FLOOR,
    rank_floor: int = RANK_FLOOR,
    protect: SuppressionPattern | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
) -> DriversResult:
    """Which drivers go with the outcome, how surely, and what five points more go with.

    Importance divides the explained variance (R2) of a weighted model among the drivers. The
    default, LMG [1]_, is a driver's mean gain in R2 over all orders of entry, from the R2 of every
    subset. Effects are slopes in the model of all drivers. Both are associations: nothing was
    tried. Intervals of shares come from resampling respondents (clusters within strata), those of
    effects are linearised.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    outcome
        Column of what is explained, in its own points. Rows without it are left out and counted.
    drivers
        Columns of grades, or categories (dtype ``category``), which have importance but no effect.
    by
        Column, or list of columns, that splits the respondents; each segment has its own model.
    method
        ``lmg``, ``relative_weights`` (Johnson), ``first`` (squared correlation), ``last`` (what a
        driver adds to all others), ``pratt``, ``car``, ``dominance`` (general dominance; equals
        LMG, see :func:`dominance` for the rest).
    scale
        ``(low, high)`` for all drivers, or a dict per column, which may hold the outcome too;
        theoretical ends. Ends in falling order turn a reversed item round. None: already 0-100.
    missing
        ``pairwise``: each pair of columns uses all who answered both. ``em``: all answers at once
        under a normal model. ``listwise``: only rows that answered everything.
    bootstrap
        How many draws; 0: none, and shares have no interval.
    seed
        Of the draws.
    groups
        ``{group: [drivers]}``: a group enters as a whole and its members share what it brings
        (Owen values); with this, many drivers cost little. Drivers in no group are listed.
    always
        Columns that are always in (controls); importance is what drivers add to them.
    weight, strata, cluster, population
        Sampling design, as in :func:`nps`.
    replicates
        Bootstrap replicate weights, as :func:`replicate_weights` makes them (raked again in each),
        or a frame with a column per draw and a row per answer. They take the place of resampling,
        and carry what the weighting costs into all intervals.
    outcome_kind
        ``number``; ``binary`` or ``ordinal``: a logit model, and importance in ``pseudo_r2``.
    pseudo_r2
        ``mcfadden``, ``nagelkerke``, ``estrella`` or ``mckelvey_zavoina``.
    cut
        Border of the quadrants: ``mean``, ``median``, ``outcome`` or a target for grades.
    low_grade
        Grades at or below this (0-100) are low: whom an action concerns.
    confidence
        Level of intervals and of the null band, 0-1.
    floor, rank_floor
        Fewest answers to show, and to rank.
    protect
        Pattern of :func:`suppression_pattern`, for tables that are published together.
    labels
        What a report calls the columns.

    Returns
    -------
    DriversResult
        See there for columns and units.

    Raises
    ------
    DataError
        If a column is absent, not numeric or outside its scale; if the outcome or every driver is
        constant; if there are no more answers than drivers plus one; if two drivers were never
        answered by the same person. With ``by``, a segment of which this holds has a reason
        instead.

    References
    ----------
    .. [1] Grömping, U. (2007). Estimators of relative importance in linear regression based on
       variance decomposition. The American Statistician, 61(2), 139-147.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> grades = pd.DataFrame(rng.uniform(0, 100, (200, 2)), columns=["queue", "solved"])
    >>> grades["nki"] = 0.6 * grades["queue"] + 0.2 * grades["solved"] + rng.normal(10, 9, 200)
    >>> result = drivers(grades, "nki", ["queue", "solved"], bootstrap=200)
    >>> result.table[["driver", "share", "rank", "effect"]].round(2)
       driver  share  rank  effect
    0   queue   0.89     1    3.06
    1  solved   0.11     2    1.01
    """
    checked_choices(method, missing, bootstrap, pseudo_r2, outcome_kind)
    design = read_design(
        answers, weight=weight, strata=strata, cluster=cluster, population=population
    )
    data = read_drivers(
        answers,
        outcome,
        drivers,
        scale=scale,
        always=by_columns(always),
        design=design,
        is_ordered=outcome_kind != "number",
    )
    floor = protect.floor if protect is not None else checked_floor(floor)
    own_groups = checked_groups(groups, data.drivers)
    fit_options = FitOptions(
        method=method,
        missing="listwise" if outcome_kind != "number" else missing,
        draws=bootstrap,
        seed=seed,
        replicates=read_replicates(replicates, len(answers)),
    )
    columns = by_columns(by)
    segments = split(answers, by)
    answered = ~np.isnan(data.outcome) & (design.weights > 0)

    def reading(frame: pd.DataFrame) -> Reading:
        has = answered if frame is answers else frame[outcome].notna().to_numpy()
        return Reading(has, np.zeros((len(frame), 0)))

    tags = suppression_tags(answers, segments, reading, by=columns, floor=floor, protect=protect)
    fitted: list[SegmentFit] = []
    for segment, tag in zip(segments, tags, strict=True):
        cell = segment.cell if len(columns) > 1 else {}
        part = data.segment(segment.rows, floor=floor, missing=fit_options.missing)
        reason, problem = refusal(part, tag)
        if problem is not None and not columns:
            raise DataError(problem)
        chosen = replace(
            fit_options,
            groups=places(own_groups, part),
            seed=_segment_seed(seed, segment.name),
        )
        fit = None
        if not reason and outcome_kind == "number":
            fit = fit_drivers(part, chosen)
        elif not reason:
            fit = fit_category_drivers(part, chosen, outcome_kind, pseudo_r2)
        fitted.append(
            SegmentFit(
                cell=cell, name=segment.name, data=part, fit=fit, suppressed=tag, reason=reason
            )
        )
    options = TableOptions(
        confidence=checked_confidence(confidence),
        rank_floor=rank_floor,
        low_grade=low_grade,
        cut=cut,
    )
    return _result(
        data,
        fitted,
        options,
        own_groups,
        fit_options,
        floor,
        columns,
        dict(labels or {}),
        outcome_kind,
    )


def _segment_seed(seed: int, name: str | None) -> int:
    """Return a seed of the segment's own: draws of two segments are independent."""
    return seed if name == "all" else crc32(f"{seed}/{name}".encode())


def _result(
    data: DriverData,
    fitted: list[SegmentFit],
    options: TableOptions,
    groups: dict[str, list[str]] | None,
    fit_options: FitOptions,
    floor: int,
    by: tuple[str, ...],
    labels: dict[str, LocalizedText],
    outcome_kind: OutcomeKind,
) -> DriversResult:
    names = list(by) if len(by) > 1 else []
    main: list[dict[str, Any]] = []
    grades: list[dict[str, Any]] = []
    grouped: list[dict[str, Any]] = []
    draws: dict[str | None, DriverDraws] = {}
    for segment in fitted:
        rows = driver_rows(segment, options)
        main += rows
        grades += grade_rows(segment, rows, options.low_grade, options.confidence)
        if groups is not None and segment.fit is not None:
            own = {g: p for g, p in named_places(groups, segment.data).items() if p}
            grouped += group_rows(segment, own, options)
        found = None if segment.fit is None else driver_draws(segment, segment.fit)
        if found is not None:
            draws[segment.name] = found
    if by:
        _hide_beside(main, floor)
    extra = ["order_error"] if any("order_error" in row for row in main) else []
    differences = [row for segment in fitted for row in difference_rows(segment, options)]
    pairs = [row for segment in fitted for row in pair_rows(segment, floor)]
    return DriversResult(
        table=typed(main, [*names, *_TABLE, *extra]),
        fit=typed([fit_row(segment, options) for segment in fitted], [*names, *_FIT]),
        grades=typed(grades, [*names, *_GRADES]),
        differences=typed(differences, [*names, *_DIFFERENCES]) if differences else None,
        pairs=typed(pairs, [*names, *_PAIRS]),
        groups=typed(grouped, [*names, *_GROUPS]) if grouped else None,
        method=_method(fit_options, data, outcome_kind),
        checks=driver_checks(fitted, fit_options, groups, labels),
        outcome=data.outcome_name,
        importance_method=fit_options.method,
        confidence=options.confidence,
        low_grade=options.low_grade,
        by=by,
        labels=labels,
        draws=draws,
    )


def _hide_beside(rows: list[dict[str, Any]], floor: int) -> None:
    """Hide a second segment's row for a driver that one segment hides, so no sum gives it away."""
    for driver in dict.fromkeys(row["driver"] for row in rows):
        own = [row for row in rows if row["driver"] == driver]
        hidden = [row for row in own if row["suppressed"] == "floor" and row["reason"] == "FLOOR"]
        others = [row for row in own if row["suppressed"] and row not in hidden]
        shown = [row for row in own if not row["suppressed"] and (row["n"] or 0) >= floor]
        if len(hidden) == 1 and not others and shown:
            smallest = min(shown, key=lambda row: row["n"])
            kept = {k: v for k, v in smallest.items() if k not in _NUMBERS}
            smallest.clear()
            smallest |= {**kept, "suppressed": "complement", "reason": "COMPLEMENT"}


_METHOD_NAMES: dict[str, Message] = {
    "lmg": Message("LMG (Shapley), the mean gain in R² over all orders of entry"),
    "dominance": Message("general dominance, the mean gain in R² over all subsets"),
    "relative_weights": Message("Johnson’s relative weights"),
    "first": Message("squared correlations"),
    "last": Message("what each driver adds to all others"),
    "pratt": Message("Pratt’s measure"),
    "car": Message("CAR scores"),
}
_MISSING_NAMES: dict[str, Message] = {
    "pairwise": Message("Each pair of questions uses all who answered both."),
    "em": Message("Missing answers are handled by a normal model of all answers (EM)."),
    "listwise": Message("Only respondents who answered everything are used."),
}


def _method(options: FitOptions, data: DriverData, outcome_kind: OutcomeKind) -> Message:
    replicates = options.replicates
    count = options.draws if replicates is None else replicates.shape[1]
    values = {
        "way": _METHOD_NAMES[options.method],
        "missing": _MISSING_NAMES[options.missing],
        "weights": Message("weighted") if data.design.is_weighted else Message("unweighted"),
        "model": Message("linear") if outcome_kind == "number" else Message("logit"),
    }
    if count == 0:
        return Message(
            "Shares divide the explained variation by {way}, in one {weights} {model} model of all "
            "drivers. {missing} No draws, so shares have no interval.",
            **values,
        )
    if replicates is not None:
        return Message(
            "Shares divide the explained variation by {way}, in one {weights} {model} model of all "
            "drivers. {missing} Intervals come from {draws:integer} replicate weights.",
            draws=count,
            **values,
        )
    return Message(
        "Shares divide the explained variation by {way}, in one {weights} {model} model of all "
        "drivers. {missing} Intervals of shares come from {draws:integer} resamples (seed "
        "{seed:integer}), those of effects are linearised.",
        draws=count,
        seed=options.seed,
        **values,
    )
