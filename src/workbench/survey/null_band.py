"""How large a share a driver gets from nothing: the null band.

A driver with no link of its own to the outcome still gets a share, because it follows the others
and because of chance. The band is what it would get: its slope set to zero, the others fitted
without it, and each sampling unit's contribution to the equations given a random sign [1]_.

References
----------
.. [1] Hemerik, J., Goeman, J. J. & Finos, L. (2020). Robust testing in generalized linear models
   by sign flipping score contributions. Journal of the Royal Statistical Society B, 82(3), 841-864.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.survey.decomposition import standardised_slopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.estimates.bootstrap import SamplingUnits
    from workbench.survey.subsets import Floats, Unit

__all__ = ["flipped_scores", "null_shares"]

_FLIP_VALUES = 8_000_000


def flipped_scores(
    scores: Floats, units: SamplingUnits, flips: int, rng: np.random.Generator
) -> Floats:
    """Return sums of the scores with a random sign per sampling unit, ``(columns, flips)``.

    Residuals are smaller than errors, by what the columns fit of each: as in a jackknife, they are
    divided by what is left of it on average.
    """
    totals = units.totals(scores)
    rows, count = totals.shape
    inflate = rows / max(rows - count - 1, 1)
    chunk = max(1, _FLIP_VALUES // max(rows, 1))
    parts: list[Floats] = []
    for start in range(0, flips, chunk):
        size = (min(chunk, flips - start), rows)
        signs = rng.integers(0, 2, size, dtype=np.int8).astype(float)
        signs *= 2.0
        signs -= 1.0
        parts.append(signs @ totals)
    return np.concatenate(parts).T * inflate


def null_shares(
    correlation: Floats,
    units: Sequence[Unit],
    n_controls: int,
    noise: Floats,
    forms: Floats,
) -> Floats:
    """Return the share each unit gets when it has no slope of its own, ``(units, draws)``.

    What the others explain in the sample is partly chance; each draw brings chance of its own, so
    theirs is first taken down to what is left without it.

    Parameters
    ----------
    correlation
        ``(q, q)``: drivers, controls, outcome last.
    noise
        ``(q - 1, draws)``: chance deviations of the correlations with the outcome.
    forms
        ``(units, p, p)``, of the drivers given the controls.
    """
    drivers = correlation.shape[0] - 1 - n_controls
    removed = _control_slopes(correlation, drivers)
    whole = forms.sum(axis=0)
    moved = noise[:drivers] - removed @ noise[drivers:]
    by_chance = np.einsum("kb,kj,jb->b", moved, whole, moved).mean() * (1 - 1 / len(units))
    shares = np.empty((len(units), noise.shape[1]))
    for place, unit in enumerate(units):
        without = _correlations_without(correlation, unit)
        others = without[:drivers] - removed @ without[drivers:]
        found = float(others @ whole @ others)
        kept = np.sqrt(max(1 - by_chance / found, 0.0)) if found > 0 else 0.0
        given = kept * others[:, None] + moved
        own = np.einsum("kb,kb->b", given, forms[place] @ given)
        total = np.einsum("kb,kb->b", given, whole @ given)
        shares[place] = np.where(total > 0, own / np.where(total > 0, total, 1.0), 0.0)
    return shares


def _control_slopes(correlation: Floats, drivers: int) -> Floats:
    """Return the slopes of each driver on the controls."""
    inner = correlation[drivers:-1, drivers:-1]
    return correlation[:drivers, drivers:-1] @ np.linalg.pinv(inner, hermitian=True)


def _correlations_without(correlation: Floats, unit: Unit) -> Floats:
    """Return what the correlations with the outcome would be, were the unit's slopes zero."""
    kept = [column for column in range(correlation.shape[0]) if column not in unit]
    reduced = correlation[np.ix_(kept, kept)]
    slopes = standardised_slopes(reduced[..., None])[:, 0]
    return correlation[:-1, kept[:-1]] @ slopes
