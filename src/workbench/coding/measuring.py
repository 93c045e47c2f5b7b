"""One coefficient of units coded as numbers: estimate, standard error, interval or reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import norm, t

from workbench.coding.coefficients import (
    BrennanPrediger,
    Cohen,
    Conger,
    Fleiss,
    Gwet,
    Krippendorff,
    Percent,
    Scott,
)
from workbench.coding.set_agreement import KrippendorffSets
from workbench.coding.standard_errors import (
    alpha_error,
    cohen_errors,
    conger_error,
    jackknife_error,
    kappa_max,
    pooled_error,
)
from workbench.estimates import share_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.coding.coefficients import Coefficient

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = [
    "NUMBERS",
    "group_draws",
    "measure",
    "number_or_none",
    "percentile_interval",
    "value_of",
]

_CHUNK = 20_000_000
NUMBERS = (
    "n",
    "n_coders",
    "percent",
    "estimate",
    "ci_low",
    "ci_high",
    "se",
    "se_null",
    "max",
    "prevalence",
    "bias",
    "reason",
)


def _coefficient(
    name: str, level: str, weights: Floats, codes: Codes, values: Floats | None, sets: Any
) -> Coefficient:
    k, coders = len(weights), codes.shape[1]
    match name:
        case "percent":
            return Percent(weights)
        case "cohen":
            return Cohen(weights, coders)
        case "scott":
            return Scott(weights, coders)
        case "conger":
            return Conger(weights, coders)
        case "fleiss":
            return Fleiss(weights)
        case "brennan_prediger":
            return BrennanPrediger(weights)
        case "krippendorff":
            return Krippendorff(level, np.arange(k, dtype=float) if values is None else values)
        case "krippendorff_sets":
            return KrippendorffSets(sets)
        case _:
            return Gwet(weights)


def measure(
    codes: Codes,
    values: Floats | None,
    *,
    coefficient: str,
    level: str = "nominal",
    weights: Floats,
    sets: Any = None,
    bootstrap: int = 2000,
    seed: int = 0,
    groups: Codes | None = None,
    draws: Floats | None = None,
    confidence: float = 0.95,
) -> dict[str, Any]:
    """Return the numbers of one row for units that are already coded as numbers.

    ``groups`` numbers each unit's document; ``draws`` (resamples x documents) says how often each
    is drawn, see :func:`group_draws`, and is made here when None.
    """
    if groups is not None and draws is None:
        draws = group_draws(int(groups.max(initial=-1)) + 1, bootstrap, seed)
    paired = (codes >= 0).sum(axis=1) >= 2
    n, coders = int(paired.sum()), codes.shape[1]
    row: dict[str, Any] = dict.fromkeys(NUMBERS)
    row |= {"n": n, "n_coders": coders, "reason": ""}
    if n == 0 or coders < 2:
        return row | {"reason": "FEW_UNITS"}
    if coefficient != "krippendorff_sets":
        row["percent"] = number_or_none(value_of(Percent(weights), codes))
        row |= _of_two_coders(codes, weights)
    else:
        row["percent"] = share_equal(codes)
    made = _coefficient(coefficient, level, weights, codes, values, sets)
    rows = made.rows(codes)
    estimate = number_or_none(made.value(rows.sum(axis=0)))
    if estimate is None:
        return row | {"reason": "ONE_CATEGORY"}
    row["estimate"] = estimate
    row["se"], row["se_null"] = _errors(made, codes, rows, groups)
    return row | _interval(made, rows, row, bootstrap, seed, groups, draws, confidence)


def value_of(coefficient: Coefficient, codes: Codes) -> Floats:
    """Return the coefficient of units."""
    return coefficient.value(coefficient.rows(codes).sum(axis=0))


def share_equal(codes: Codes) -> float:
    """Return the share of pairs of coders that gave a unit the same, averaged over units."""
    shares: list[Floats] = []
    for one in range(codes.shape[1]):
        for other in range(one + 1, codes.shape[1]):
            both = (codes[:, one] >= 0) & (codes[:, other] >= 0)
            equal = np.where(codes[:, one] == codes[:, other], 1.0, 0.0)
            shares.append(np.where(both, equal, np.nan))
    pairs = np.array(shares)
    return float(np.nanmean(np.nanmean(pairs[:, ~np.isnan(pairs).all(axis=0)], axis=0)))


def number_or_none(value: Any) -> float | None:
    """Return the number, or None where there is none."""
    return float(value) if np.isfinite(value) else None


def _of_two_coders(codes: Codes, weights: Floats) -> dict[str, float | None]:
    """Return the highest kappa, and for two categories the indices of prevalence and bias."""
    if codes.shape[1] != 2:
        return {}
    table = _table(codes, len(weights))
    found: dict[str, float | None] = {}
    if np.array_equal(weights, np.eye(len(weights))):
        found["max"] = number_or_none(kappa_max(table))
    if len(weights) <= 2:
        cells = np.zeros((2, 2))
        cells[: len(weights), : len(weights)] = table
        found["prevalence"] = float(abs(cells[0, 0] - cells[1, 1]) / cells.sum())
        found["bias"] = float(abs(cells[0, 1] - cells[1, 0]) / cells.sum())
    return found


def _table(codes: Codes, k: int) -> Floats:
    both = (codes >= 0).all(axis=1)
    table = np.zeros((k, k))
    np.add.at(table, (codes[both, 0], codes[both, 1]), 1)
    return table


def _errors(
    made: Coefficient, codes: Codes, rows: Floats, groups: Codes | None
) -> tuple[float | None, float | None]:
    """Return the standard error, and Cohen's under no agreement beyond chance."""
    if groups is not None:
        return number_or_none(jackknife_error(made, _by_group(rows, groups))), None
    if type(made) is Cohen and made.n_coders == 2:
        error, null = cohen_errors(_table(codes, len(made.weights)), made.weights)
        return number_or_none(error), number_or_none(null)
    if isinstance(made, Fleiss | Gwet | BrennanPrediger):
        return number_or_none(pooled_error(made, codes)), None
    if isinstance(made, Conger):
        return number_or_none(conger_error(made, codes)), None
    if isinstance(made, Krippendorff) and made.level == "nominal":
        return number_or_none(alpha_error(made, codes)), None
    return number_or_none(jackknife_error(made, rows)), None


def _by_group(rows: Floats, groups: Codes) -> Floats:
    totals = np.zeros((int(groups.max()) + 1, rows.shape[1]))
    np.add.at(totals, groups, rows)
    return totals


def _interval(
    made: Coefficient,
    rows: Floats,
    row: dict[str, Any],
    bootstrap: int,
    seed: int,
    groups: Codes | None,
    draws: Floats | None,
    confidence: float,
) -> dict[str, Any]:
    """Return ci_low, ci_high and, where there is no interval, the reason."""
    if row["percent"] == 1.0:
        return {"reason": "NO_DISAGREEMENT"}
    if row["n"] < 2:
        return {"reason": "FEW_UNITS"}
    if bootstrap > 0:
        low, high, reason = (
            _from_units(made, rows, bootstrap, seed, confidence)
            if groups is None or draws is None
            else _from_documents(made, _by_group(rows, groups), draws, confidence)
        )
        return {"ci_low": low, "ci_high": high, "reason": reason}
    if isinstance(made, Percent) and groups is None:
        low, high = share_interval(row["estimate"], row["n"], confidence=confidence)
        return {"ci_low": float(low), "ci_high": float(high)}
    if row["se"] is None or row["se"] == 0:
        return {"reason": "FEW_UNITS"}
    tail = (1 + confidence) / 2
    reach = norm.ppf(tail) if type(made) is Cohen else t.ppf(tail, row["n"] - 1)
    estimate, half = row["estimate"], float(reach) * row["se"]
    return {"ci_low": max(estimate - half, -1.0), "ci_high": min(estimate + half, 1.0)}


def group_draws(n: int, bootstrap: int, seed: int) -> Floats:
    """Return how often each of n documents is drawn, in each of so many resamples."""
    if n == 0:
        return np.zeros((bootstrap, 0))
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=bootstrap)
    return drawn.astype(float)


def _from_units(
    made: Coefficient, rows: Floats, bootstrap: int, seed: int, confidence: float
) -> tuple[float | None, float | None, str]:
    """Return the interval from resampled units; units that are alike are drawn as one number."""
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    n = len(rows)
    if n < 2:
        return None, None, "FEW_UNITS"
    random = np.random.default_rng(seed)
    values = np.concatenate(
        [
            made.value(random.multinomial(n, counts / n, size=size) @ kinds)
            for size in _chunks(bootstrap, kinds)
        ]
    )
    return percentile_interval(values, n, confidence)


def _from_documents(
    made: Coefficient, totals: Floats, draws: Floats, confidence: float
) -> tuple[float | None, float | None, str]:
    if len(totals) < 2:
        return None, None, "FEW_DOCUMENTS"
    sizes = np.cumsum(_chunks(len(draws), totals))[:-1]
    values = np.concatenate([made.value(part @ totals) for part in np.split(draws, sizes)])
    return percentile_interval(values, len(totals), confidence)


def percentile_interval(
    values: Floats, n: int, confidence: float
) -> tuple[float | None, float | None, str]:
    """Return the interval of resampled values, and the reason where there is none.

    Percentiles are taken further out for small samples (Hesterberg 2015), because plain
    percentiles of a few documents are too narrow. Resamples without a value are left out; when
    they are most of them, there is no interval.
    """
    known = values[np.isfinite(values)]
    if len(known) < len(values) / 2:
        return None, None, "UNSTABLE"
    tail = norm.cdf(-np.sqrt(n / (n - 1)) * t.ppf((1 + confidence) / 2, n - 1))
    low, high = np.quantile(known, [tail, 1 - tail])
    if high - low < 1e-12:
        return None, None, "NO_DISAGREEMENT"
    return float(low), float(high), ""


def _chunks(bootstrap: int, rows: Floats) -> list[int]:
    most = max(1, _CHUNK // max(*rows.shape, 1))
    return [min(most, bootstrap - done) for done in range(0, bootstrap, most)]
