"""Standard errors in closed form, as the literature prints them.

Fleiss, Cohen and Everitt (1969) for Cohen's kappa; Gwet (2014) for coefficients of several coders.
Coefficients without a formula get the jackknife over units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.coding.coefficients import category_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.coding.coefficients import (
        BrennanPrediger,
        Coefficient,
        Conger,
        Fleiss,
        Gwet,
        Krippendorff,
    )

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = [
    "alpha_error",
    "cohen_errors",
    "conger_error",
    "jackknife_error",
    "kappa_max",
    "pooled_error",
]


def cohen_errors(table: Floats, weights: Floats) -> tuple[float, float]:
    """Return the standard error of kappa, and that under no agreement beyond chance.

    ``table`` counts units, first coder's category by second coder's; nan where kappa has no value.
    """
    n = table.sum()
    shares = table / n
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    observed = (shares * weights).sum()
    chance = first @ weights @ second
    if 1 - chance < 1e-12:
        return float("nan"), float("nan")
    means = (weights @ second)[:, None] + (first @ weights)[None, :]
    spread = (shares * (weights * (1 - chance) - means * (1 - observed)) ** 2).sum()
    spread -= (observed * chance - 2 * chance + observed) ** 2
    null = (np.outer(first, second) * (weights - means) ** 2).sum() - chance**2
    return (
        float(np.sqrt(max(spread, 0.0) / n) / (1 - chance) ** 2),
        float(np.sqrt(max(null, 0.0) / n) / (1 - chance)),
    )


def kappa_max(table: Floats) -> float:
    """Return the highest kappa that these shares of categories allow (Cohen 1960)."""
    shares = table / table.sum()
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    chance = first @ second
    if 1 - chance < 1e-12:
        return float("nan")
    return float((np.minimum(first, second).sum() - chance) / (1 - chance))


def pooled_error(coefficient: Fleiss | Gwet | BrennanPrediger, codes: Codes) -> float:
    """Return Gwet's standard error of a coefficient with pooled shares of categories."""
    rows = coefficient.rows(codes)
    rows = rows[rows[:, 2] > 0]
    totals = rows.sum(axis=0)
    shares = totals[3:] / totals[2]
    chance = float(coefficient.expected(shares))
    of_units = coefficient.expected_of_units(rows[:, 3:], shares)
    return _gwet(rows[:, 0], rows[:, 1], of_units, chance, float(coefficient.value(totals)))


def _gwet(agreeing: Floats, paired: Floats, of_units: Floats, chance: float, value: float) -> float:
    """Return the standard error from each unit's part of observed and chance agreement."""
    n = len(agreeing)
    if n < 2 or paired.sum() == 0:
        return float("nan")
    parts = n / paired.sum() * (agreeing - chance * paired) / (1 - chance)
    parts = parts - 2 * (1 - value) * (of_units - chance) / (1 - chance)
    return float(np.sqrt(((parts - value) ** 2).sum() / (n * (n - 1))))


def conger_error(coefficient: Conger, codes: Codes) -> float:
    """Return Gwet's standard error of Conger's kappa."""
    codes = codes[(codes >= 0).any(axis=1)]
    rows = coefficient.rows(codes)
    totals = rows.sum(axis=0)
    n, r = codes.shape
    k = len(coefficient.weights)
    tables = totals[2:].reshape(r, k)
    coded = tables.sum(axis=1)
    shares = tables / coded[:, None]
    chance = float(coefficient.expected(totals[2:]))
    others = coefficient.weights @ (shares.sum(axis=0)[:, None] - shares.T)  # k x coders
    of_units = np.zeros(n)
    for coder in range(r):
        own = category_counts(codes[:, [coder]], k)
        seen = (codes[:, coder] >= 0).astype(float)
        centred = own - np.outer(seen - coded[coder] / n, shares[coder])
        of_units += n / coded[coder] * (centred @ others[:, coder])
    of_units /= r * (r - 1)
    return _gwet(rows[:, 0], rows[:, 1], of_units, chance, float(coefficient.value(totals)))


def alpha_error(coefficient: Krippendorff, codes: Codes) -> float:
    """Return Gwet's standard error of nominal alpha."""
    counts = category_counts(codes, len(coefficient.values))
    counts = counts[counts.sum(axis=1) >= 2]
    n = len(counts)
    if n < 2:
        return float("nan")
    coders = counts.sum(axis=1)
    mean_coders = coders.mean()
    agreeing = (counts * (counts - 1)).sum(axis=1) / (mean_coders * (coders - 1))
    observed = agreeing.mean()
    agreeing = agreeing - observed * (coders - mean_coders) / mean_coders
    shares = counts.mean(axis=0) / mean_coders
    chance = float((shares**2).sum())
    if 1 - chance < 1e-12:
        return float("nan")
    value = (observed - chance) / (1 - chance)
    of_units = counts @ shares / mean_coders - chance * (coders - mean_coders) / mean_coders
    parts = (agreeing - chance) / (1 - chance)
    parts = parts - 2 * (1 - value) * (of_units - chance) / (1 - chance)
    return float(np.sqrt(((parts - value) ** 2).sum() / (n * (n - 1))))


def jackknife_error(coefficient: Coefficient, rows: Floats) -> float:
    """Return the standard error from leaving out one unit, or one document, at a time."""
    n = len(rows)
    if n < 2:
        return float("nan")
    values = coefficient.value(rows.sum(axis=0) - rows)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return float("nan")
    return float(np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum()))
