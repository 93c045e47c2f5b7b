"""PLS path model of satisfaction: index weights, loadings, paths, total effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbench.errors import DataError
from workbench.estimates import kish_effective_n
from workbench.estimates.bootstrap import Resampled, TheSample, sampling_units
from workbench.language import LocalizedText, Message
from workbench.results.base import Check
from workbench.results.paths import PathsResult
from workbench.survey.design import read_design, read_numbers
from workbench.survey.driver_data import Scale, scaled_grades
from workbench.survey.measure import checked_confidence
from workbench.survey.path_spec import ModelSpec, checked_model, ecsi_model, outcome_construct
from workbench.survey.path_tables import PathData, PathTables
from workbench.survey.ranking import tail_share

if TYPE_CHECKING:
    import pandas as pd

    from workbench.survey.moments import MissingRule
    from workbench.survey.path_model import Scheme
    from workbench.survey.subsets import Floats

__all__ = ["pls"]


def pls(
    answers: pd.DataFrame,
    model: ModelSpec | Literal["ecsi"],
    *,
    outcome: str | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    scheme: Scheme = "path",
    scale: Scale = None,
    missing: MissingRule = "pairwise",
    bootstrap: int = 0,
    seed: int = 0,
    confidence: float = 0.95,
    labels: Mapping[str, LocalizedText] | None = None,
) -> PathsResult:
    """Fit a PLS path model: how constructs go together, and the index weights they give.

    Mode A weights on weighted correlations, as SKI and EPSI indices are made [1]_. Paths are
    associations; nothing was tried.

    Parameters
    ----------
    answers
        One row per respondent.
    model
        ``{"blocks": {construct: [columns]}, "paths": [(from, to)]}``, or ``"ecsi"``: the European
        Customer Satisfaction Index on columns IMAG1.., CUEX1.., PERQ1.., PERV1.., CUSA1.., CUSCO,
        CUSL1.., scale 1-10.
    outcome
        Construct that the importance-performance map is for. Default: ``"Satisfaction"`` where
        the model has it, else the last that something leads to.
    weight, strata, cluster
        Sampling design.
    scheme
        Inner weighting: ``path``, ``centroid`` or ``factor``.
    scale
        Theoretical ends of the items, for all or per column; None: already 0-100.
    missing
        As in :func:`drivers`.
    bootstrap, seed
        Draws for intervals; 0: none.

    Returns
    -------
    PathsResult
        ``.paths .loadings .outer_weights .r2 .total_effects .index_weights .indices`` and, as
        ``.table``, the importance-performance map.

    Raises
    ------
    DataError
        If the model names an unknown column or construct, uses a column twice, goes in a circle,
        or there are too few answers.

    References
    ----------
    .. [1] Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. & Bryant, B. E. (1996). The
       American Customer Satisfaction Index: nature, purpose, and findings. Journal of Marketing,
       60(4), 7-18.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(3)
    >>> image = rng.normal(60, 10, 300)
    >>> answers = pd.DataFrame({f"i{k}": image + rng.normal(0, 5, 300) for k in (1, 2, 3)})
    >>> for k in (1, 2, 3):
    ...     answers[f"s{k}"] = 0.5 * image + rng.normal(20, 5, 300)
    >>> blocks = {"Image": ["i1", "i2", "i3"], "Satisfaction": ["s1", "s2", "s3"]}
    >>> model = {"blocks": blocks, "paths": [("Image", "Satisfaction")]}
    >>> result = pls(answers, model)
    >>> round(result.total_effects["effect"].item(), 1)
    2.2
    """
    spec = ecsi_model(answers) if isinstance(model, str) else checked_model(model, answers)
    if isinstance(model, str) and scale is None:
        scale = (1, 10)
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    columns = [column for items in spec["blocks"].values() for column in items]
    grades = np.column_stack([_graded(answers, column, scale) for column in columns])
    answered = ~np.isnan(grades)
    used = answered.all(axis=1) if missing == "listwise" else answered.any(axis=1)
    used &= design.weights > 0
    checks: list[Check] = []
    kept = _usable_items(grades[used], columns, spec, checks)
    frame = PathData(
        spec=spec,
        items=[columns[place] for place in kept],
        grades=grades[used][:, kept],
        weights=design.weights[used],
        scheme=scheme,
        missing=missing,
        units=sampling_units(
            int(used.sum()),
            strata=None if design.strata is None else design.strata[used],
            clusters=None if design.clusters is None else design.clusters[used],
        ),
    )
    frame.check_size()
    last = outcome_construct(spec, outcome)
    sample = frame.fit(TheSample())
    drawn = frame.fit(Resampled(frame.units, bootstrap, seed)) if bootstrap else None
    tail = tail_share(checked_confidence(confidence), kish_effective_n(frame.weights), 0)
    tables = PathTables(frame, sample, drawn, tail)
    checks += tables.checks()
    return PathsResult(
        table=tables.map(last),
        paths=tables.paths(),
        loadings=tables.loadings(),
        outer_weights=tables.outer_weights(),
        r2=tables.r2(),
        total_effects=tables.total_effects,
        index_weights=tables.index_weights(),
        indices=tables.indices,
        method=_method(frame, bootstrap, seed),
        checks=tuple(checks),
        outcome=last,
        n=len(frame.grades),
        iterations=sample.fit.iterations,
        confidence=confidence,
        labels=dict(labels or {}),
    )


def _method(frame: PathData, bootstrap: int, seed: int) -> Message:
    values = {
        "constructs": len(frame.spec["blocks"]),
        "items": len(frame.items),
        "scheme": frame.scheme,
    }
    if not bootstrap:
        return Message(
            "PLS path model (mode A, {scheme} scheme) of {constructs:integer} constructs and "
            "{items:integer} questions. No draws, so no intervals.",
            **values,
        )
    return Message(
        "PLS path model (mode A, {scheme} scheme) of {constructs:integer} constructs and "
        "{items:integer} questions. Intervals come from {draws:integer} resamples (seed "
        "{seed:integer}); the weights are estimated again in each.",
        draws=bootstrap,
        seed=seed,
        **values,
    )


def _graded(answers: pd.DataFrame, column: str, scale: Scale) -> Floats:
    values = read_numbers(answers, column)
    ends = scale.get(column) if isinstance(scale, Mapping) else scale
    return values if ends is None else scaled_grades(values, column, ends)


def _usable_items(
    grades: Floats, columns: Sequence[str], spec: ModelSpec, checks: list[Check]
) -> list[int]:
    """Return the items that vary; name those that do not."""
    kept: list[int] = []
    for place, column in enumerate(columns):
        own = grades[:, place]
        own = own[~np.isnan(own)]
        if own.size > 1 and np.ptp(own) > 0:
            kept.append(place)
            continue
        text = Message(
            "All {n:integer} answers to '{item}' are equal or missing; it is left out of the path "
            "model. Check how it was read.",
            n=own.size,
            item=column,
        )
        checks.append(Check(id=f"constant_item_{column}", passed=False, text=text))
    names = {columns[place] for place in kept}
    for construct, items in spec["blocks"].items():
        if not names & set(items):
            raise DataError(
                Message(
                    "No question of construct '{name}' varies ({count:integer} columns). Drop the "
                    "construct, or check how its columns were read.",
                    name=construct,
                    count=len(items),
                )
            )
    return kept
