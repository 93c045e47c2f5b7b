"""Agreement between coders: one call, ten coefficients, an interval or a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pandas as pd

from workbench.coding.categories import category_weights, coded_units
from workbench.coding.coefficients import Fleiss, category_counts
from workbench.coding.measuring import NUMBERS, measure, number_or_none, value_of
from workbench.errors import DataError, near_match
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.coding import REASONS, AgreementResult, coefficient_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.coding.categories import Coded

    Codes = NDArray[np.intp]

__all__ = ["COEFFICIENTS", "agreement"]

COEFFICIENTS = (
    "percent",
    "cohen",
    "conger",
    "scott",
    "fleiss",
    "gwet_ac1",
    "gwet_ac2",
    "brennan_prediger",
    "krippendorff",
    "krippendorff_sets",
)
LEVELS = ("nominal", "ordinal", "interval", "ratio")
_COLUMNS = ("coefficient", "level", *NUMBERS)


def agreement(
    units: pd.DataFrame,
    *,
    coefficient: str = "krippendorff",
    level: Literal["nominal", "ordinal", "interval", "ratio"] = "nominal",
    weights: str | Sequence[Sequence[float]] | pd.DataFrame | None = None,
    bootstrap: int = 2000,
    seed: int = 0,
    cluster: str | Sequence[Any] | pd.Series[Any] | None = None,
    confidence: float = 0.95,
) -> AgreementResult:
    """Agreement between coders who put the same units into categories.

    Parameters
    ----------
    units
        One row per unit, one column per coder; a cell is the category the coder chose. A missing
        cell means that the coder did not code the unit. For ``krippendorff_sets`` a cell is a
        frozenset of codes; the empty set is an answer.
    coefficient
        ``percent`` (share of agreeing pairs), ``cohen`` [1]_, ``scott``, ``fleiss`` [2]_,
        ``gwet_ac1``, ``gwet_ac2`` [3]_, ``brennan_prediger``, ``conger``, ``krippendorff`` [4]_ or
        ``krippendorff_sets`` [5]_. Cohen's kappa and Scott's pi of more than two coders are the
        mean over pairs.
    level
        Of Krippendorff's alpha: ``nominal``, ``ordinal``, ``interval`` or ``ratio``.
    weights
        For every coefficient but Krippendorff's: None, ``linear``, ``quadratic``, or a square
        matrix in the order of the sorted categories: agreement weights with ones on the diagonal,
        or disagreement weights with zeros there. AC2 without weights uses quadratic ones.
    bootstrap
        Resamples behind the interval. 0: an interval from the standard error, where there is a
        formula.
    seed
        Of the resampling.
    cluster
        Column of ``units``, or one value per row, that names the document a unit stands in:
        documents are resampled instead of units.
    confidence
        Level of the interval, 0-1.

    Returns
    -------
    AgreementResult
        One row; ``reason`` says why an estimate or an interval is missing.

    Raises
    ------
    DataError
        If a choice is unknown, or the categories do not fit it.

    References
    ----------
    .. [1] Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
       Psychological Measurement, 20(1), 37-46.
    .. [2] Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters.
       Psychological Bulletin, 76(5), 378-382.
    .. [3] Gwet, K. L. (2014). Handbook of Inter-Rater Reliability (4th ed.).
    .. [4] Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability.
    .. [5] Krippendorff, K., & Craggs, R. (2016). The reliability of multi-valued coding of data.
       Communication Methods and Measures, 10(4), 181-198.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"A": [1, 1, 0, 0, 1], "B": [1, 0, 0, 0, 1]})
    >>> round(agreement(units, bootstrap=0).estimate, 4)
    0.64
    """
    _check_choices(coefficient, level, weights)
    frame, groups = _without_cluster(units, cluster)
    coded = coded_units(frame, coefficient, level)
    found = measure(
        coded.codes,
        coded.values,
        coefficient=coefficient,
        level=level,
        weights=category_weights(weights, coefficient, coded),
        sets=coded.sets,
        bootstrap=bootstrap,
        seed=seed,
        groups=groups,
        confidence=confidence,
    )
    row = {"coefficient": coefficient, "level": level, **found}
    return AgreementResult(
        table=pd.DataFrame([[row[name] for name in _COLUMNS]], columns=list(_COLUMNS)),
        method=_method(coefficient, level, coded.codes.shape[1], bootstrap, groups, weights),
        checks=_checks(row),
        coefficient=coefficient,
        confidence=confidence,
        clusters=None if groups is None else len(np.unique(groups)),
        categories=_categories(coded),
    )


def _check_choices(coefficient: str, level: str, weights: Any) -> None:
    if coefficient not in COEFFICIENTS:
        hint = near_match(coefficient, COEFFICIENTS)
        raise DataError(
            f"'coefficient' must be one of {', '.join(COEFFICIENTS)}, not '{coefficient}'.{hint}"
        )
    if level not in LEVELS:
        raise DataError(f"'level' must be one of {', '.join(LEVELS)}, not '{level}'.")
    if level != "nominal" and coefficient != "krippendorff":
        raise DataError(
            f"'level' belongs to Krippendorff's alpha; give '{coefficient}' its distances as "
            "weights='linear' or 'quadratic'."
        )
    if weights is not None and coefficient in ("krippendorff", "krippendorff_sets"):
        raise DataError("Krippendorff's alpha takes its distances from 'level', not 'weights'.")
    if isinstance(weights, str) and weights not in ("linear", "quadratic"):
        raise DataError(f"'weights' must be linear, quadratic or a matrix, not '{weights}'.")


def _without_cluster(units: Any, cluster: Any) -> tuple[pd.DataFrame, Codes | None]:
    if not isinstance(units, pd.DataFrame):
        raise DataError("'units' must be a data frame with a row per unit and a column per coder.")
    if cluster is None:
        return units, None
    if isinstance(cluster, str):
        if cluster not in units.columns:
            hint = near_match(cluster, [str(name) for name in units.columns])
            raise DataError(f"Column '{cluster}' is not in the data.{hint}")
        names, frame = units[cluster], units.drop(columns=cluster)
    else:
        names, frame = pd.Series(list(cluster)), units
        if len(names) != len(units):
            raise DataError(
                f"'cluster' must have one value per unit: {len(units)}, not {len(names)}."
            )
    if names.isna().any():
        raise DataError(f"Every unit must have a document; {names.isna().sum()} have none.")
    return frame, pd.factorize(names)[0]


def _categories(coded: Coded) -> pd.DataFrame:
    """Return each category's share of all codings, and Fleiss' kappa of it against the rest."""
    counts = category_counts(coded.codes, len(coded.labels))
    total = counts.sum()
    rows: list[tuple[str, float | None, float | None]] = []
    for place, label in enumerate(coded.labels):
        against = np.where(coded.codes < 0, -1, (coded.codes == place).astype(np.intp))
        one = number_or_none(value_of(Fleiss(np.eye(2)), against)) if total else None
        share = float(counts[:, place].sum() / total) if total else None
        rows.append((_text_of(label), share, one))
    return pd.DataFrame(rows, columns=["category", "share", "estimate"])


def _text_of(label: Any) -> str:
    if isinstance(label, frozenset):
        return "{" + ", ".join(sorted(str(code) for code in cast("frozenset[Any]", label))) + "}"
    return str(label)


def _method(
    coefficient: str, level: str, coders: int, bootstrap: int, groups: Any, weights: Any
) -> Message:
    name = coefficient_name(coefficient)
    if coefficient == "krippendorff":
        name = Message("{name}, level {level}", name=name, level=level)
    elif isinstance(weights, str):
        name = Message("{name}, {weights} weights", name=name, weights=weights)
    if coders > 2 and coefficient in ("cohen", "scott"):
        name = Message("{name}, mean over pairs of {n:integer} coders", name=name, n=coders)
    if not bootstrap:
        return Message("{name}; interval from its standard error.", name=name)
    if groups is None:
        return Message(
            "{name}; interval from {n:integer} resamples of the units.", name=name, n=bootstrap
        )
    return Message(
        "{name}; interval from {n:integer} resamples of the documents.", name=name, n=bootstrap
    )


def _checks(row: dict[str, Any]) -> tuple[Check, ...]:
    checks: list[Check] = []
    if row["reason"]:
        text = Message("No estimate or no interval: {why}.", why=REASONS[row["reason"]])
        checks.append(Check(id="complete", passed=False, text=text))
    prevalence = row["prevalence"]
    if prevalence is not None and prevalence > 0.8 and row["coefficient"] != "percent":
        text = Message(
            "One of two categories is rare (index of prevalence {index:number2}): kappa and alpha "
            "can be low although coders agree on {percent:percent} of the units.",
            index=prevalence,
            percent=row["percent"],
        )
        checks.append(Check(id="prevalence", passed=None, text=text))
    return tuple(checks)
