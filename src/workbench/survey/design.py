"""How the answers were sampled: weights, strata, clusters, population; checked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.estimates import (
    LinearisedVariance,
    kish_effective_n,
    linearised_variance,
    mean_variance,
)
from workbench.inputs.segments import group_codes, group_name, require_columns
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Design", "MeanError", "read_design", "read_numbers"]


@dataclass(frozen=True)
class MeanError:
    """Sampling error of a mean: variance and degrees of freedom, or the reason there is none.

    Parameters
    ----------
    variance
        None when it cannot be seen.
    df
        Of Student's t.
    strata, clusters
        How many have an answer in the domain; None without them.
    reason
        ``""``, ``TOO_FEW``, ``ALL_EQUAL``, ``LONELY_PSU`` or ``CENSUS``.
    answer_variance
        Weighted variance of one answer.
    """

    variance: float | None
    df: float
    strata: int | None
    clusters: int | None
    reason: str = ""
    answer_variance: float = 0.0


@dataclass(frozen=True, eq=False)
class Design:
    """One entry per row of the answers; made by :func:`read_design`.

    Parameters
    ----------
    weights
        Not negative; ones without a weight column.
    is_weighted
        Whether a weight column was named.
    strata, clusters
        Codes, or None.
    stratum_names
        Name of each stratum code.
    population
        People in the population, or per stratum code; None: without end.
    """

    weights: NDArray[np.float64]
    is_weighted: bool
    strata: NDArray[np.intp] | None
    clusters: NDArray[np.intp] | None
    stratum_names: tuple[str, ...]
    population: int | NDArray[np.float64] | None

    @property
    def is_complex(self) -> bool:
        """Whether strata or clusters ask for a linearised variance."""
        return self.strata is not None or self.clusters is not None

    def sampled_fraction(self, answered: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        """Share of the population whose answers these are, per stratum code."""
        if self.population is None:
            return None
        n_strata = max(len(self.stratum_names), 1)
        if isinstance(self.population, int):
            return np.full(n_strata, answered.sum() / self.population)
        if self.strata is None:
            return None
        answers = np.bincount(self.strata[answered], minlength=n_strata)
        return np.asarray(answers / self.population, dtype=float)

    def words(self) -> Message:
        """Say what the design is."""
        if self.is_complex:
            return Message("variance linearised over strata and clusters")
        if self.is_weighted:
            return Message("weights through the effective number of answers")
        return Message("every answer weighs the same")

    def effective_n(self, rows: NDArray[np.intp]) -> float:
        """Kish's effective number of answers among the rows."""
        return kish_effective_n(self.weights[rows])

    def mean_error(
        self, values: NDArray[np.float64], rows: NDArray[np.intp], answered: NDArray[np.bool_]
    ) -> MeanError:
        """Return the sampling error of the weighted mean of a domain, some rows of the sample.

        Parameters
        ----------
        values
            One value per row of the answers; only those in ``rows`` are read.
        rows
            Answered rows of the domain.
        answered
            All answered rows: the part of the population that is known.
        """
        weights = self.weights[rows]
        if np.count_nonzero(weights > 0) < 2 and not self.is_complex:
            return MeanError(None, 0.0, None, None, "TOO_FEW")
        if not weights.sum() > 0:
            return MeanError(None, 0.0, None, None, "TOO_FEW")
        fraction = self.sampled_fraction(answered)
        known = np.zeros(1, np.intp) if self.strata is None else self.strata[rows]
        if fraction is not None and (fraction[known] >= 1).all():
            return MeanError(None, 0.0, None, None, "CENSUS")
        share = weights / weights.sum()
        spread = float(share @ (values[rows] - share @ values[rows]) ** 2)
        if self.is_complex:
            error = self._linearised(values, rows, fraction)
        else:
            variance, df = mean_variance(values[rows], weights)
            variance *= 1 if fraction is None else 1 - fraction[0]
            error = MeanError(variance, df, None, None)
        return _checked(replace(error, answer_variance=spread))

    def _linearised(
        self,
        values: NDArray[np.float64],
        rows: NDArray[np.intp],
        fraction: NDArray[np.float64] | None,
    ) -> MeanError:
        weights = self.weights[rows]
        share = weights / weights.sum()
        scores = np.zeros(self.weights.size)
        scores[rows] = share * (values[rows] - share @ values[rows])
        domain = np.zeros(self.weights.size, bool)
        domain[rows] = True
        result: LinearisedVariance = linearised_variance(
            scores,
            strata=self.strata,
            clusters=self.clusters,
            domain=domain,
            sampled_fraction=fraction,
        )
        reason = "LONELY_PSU" if result.lonely else "" if result.df > 0 else "TOO_FEW"
        variance = None if reason else result.variance
        return MeanError(variance, result.df, result.strata, result.clusters, reason)


def _checked(error: MeanError) -> MeanError:
    """Name the reason where a variance is not positive."""
    if error.reason or (error.variance is not None and error.variance > 1e-18):
        return error
    return replace(error, variance=None, reason="ALL_EQUAL")


def read_numbers(answers: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column as floats, missing as ``nan``.

    Raises
    ------
    DataError
        If the column is absent, is not numeric, or holds infinity.
    """
    require_columns(answers, [column])
    series = answers[column].infer_objects()
    is_number = pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)
    if not is_number and not series.isna().all():
        raise DataError(
            f"Column '{column}' must hold numbers; it holds {_kind_of(series)}. Say in study.toml "
            f"which scale and missing codes it has, or convert it with pandas.to_numeric()."
        )
    numbers = (
        series.to_numpy(dtype=float, na_value=np.nan) if is_number else np.full(len(series), np.nan)
    )
    infinite = np.flatnonzero(np.isinf(numbers))
    if infinite.size:
        raise DataError(
            f"Column '{column}' must hold finite numbers; {infinite.size} of {numbers.size} rows "
            f"are infinite, first at row {infinite[0]}. Mark them as missing when reading it."
        )
    return numbers


def _kind_of(series: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(series):
        return "true and false"
    if pd.api.types.is_datetime64_any_dtype(series):
        return "dates"
    return "text"


def read_design(
    answers: pd.DataFrame,
    *,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    population: int | Mapping[Any, int] | None = None,
) -> Design:
    """Read and check the sampling design.

    Clusters are numbered within strata, so equal labels in two strata are two clusters.

    Raises
    ------
    DataError
        If a weight is missing, negative or infinite, or all are zero; if a stratum or cluster is
        missing; if the population is smaller than the answers or lacks a stratum.
    """
    require_columns(answers, [name for name in (weight, strata, cluster) if name is not None])
    weights = np.ones(len(answers)) if weight is None else _weights(answers, weight)
    stratum_codes, names = _codes(answers, strata)
    cluster_codes, _ = _codes(answers, cluster)
    if cluster_codes is not None and stratum_codes is not None:
        joint = stratum_codes * (int(cluster_codes.max(initial=0)) + 1) + cluster_codes
        cluster_codes = np.unique(joint, return_inverse=True)[1].astype(np.intp)
    return Design(
        weights=weights,
        is_weighted=weight is not None,
        strata=stratum_codes,
        clusters=cluster_codes,
        stratum_names=names,
        population=_population(population, strata, stratum_codes, names, len(answers)),
    )


def _weights(answers: pd.DataFrame, weight: str) -> NDArray[np.float64]:
    weights = read_numbers(answers, weight)
    for is_bad, what in ((np.isnan(weights), "missing"), (weights < 0, "negative")):
        rows = np.flatnonzero(is_bad)
        if rows.size:
            raise DataError(
                f"Weight '{weight}' must be a number of at least 0 in every row; {rows.size} of "
                f"{weights.size} are {what}, first at row {rows[0]}. Mend the weight, or leave "
                f"these rows out and say so."
            )
    if weights.size and not (weights > 0).any():
        raise DataError(f"Weight '{weight}' is zero in every row. Name another column.")
    return weights


def _codes(
    answers: pd.DataFrame, column: str | None
) -> tuple[NDArray[np.intp] | None, tuple[str, ...]]:
    if column is None:
        return None, ()
    codes, names = group_codes(answers[column])
    if None in names:
        rows = np.flatnonzero(codes == names.index(None))
        raise DataError(
            f"Design column '{column}' must have a value in every row; {rows.size} are missing, "
            f"first at row {rows[0]}. Fill them, or leave these rows out and say so."
        )
    return codes, tuple(name for name in names if name is not None)


def _population(
    population: int | Mapping[Any, int] | None,
    strata: str | None,
    codes: NDArray[np.intp] | None,
    names: tuple[str, ...],
    n_rows: int,
) -> int | NDArray[np.float64] | None:
    if population is None:
        return None
    if isinstance(population, int | np.integer):
        if population < n_rows:
            raise DataError(
                f"population must be at least the number of answers; found {population} for "
                f"{n_rows} rows. Give the size of the whole population."
            )
        return int(population)
    if strata is None or codes is None:
        raise DataError("population by stratum needs strata=, the column that holds the stratum.")
    sizes = {group_name(key): size for key, size in population.items()}
    absent = [name for name in names if name not in sizes]
    if absent:
        raise DataError(
            f"population must have every stratum of '{strata}'; {len(absent)} of {len(names)} are "
            f"not in it. Add their sizes."
        )
    people = np.array([float(sizes[name]) for name in names])
    if (people < np.bincount(codes, minlength=len(names))).any():
        raise DataError(
            f"population is smaller than the number of rows in a stratum of '{strata}'. Give the "
            f"size of each stratum in the whole population."
        )
    return people
