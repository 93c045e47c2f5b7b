"""Corrections for how many differences were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["benjamini_hochberg", "benjamini_yekutieli", "holm"]


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values to control the false-discovery rate; missing ones stay missing.

    Calling what is at most 0.05 real, at most one in twenty of the calls is false on average [1]_;
    when nothing changed at all, at most one report in twenty makes any call.

    References
    ----------
    .. [1] Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B, 57(1), 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    values = np.asarray(p_values, float)
    adjusted = np.full(values.shape, np.nan)
    looked_at = np.flatnonzero(~np.isnan(values))
    order = looked_at[np.argsort(values[looked_at], kind="stable")]
    ranks = np.arange(1, order.size + 1)
    steps = values[order] * order.size / ranks
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return adjusted


def benjamini_yekutieli(p_values: ArrayLike) -> NDArray[np.float64]:
    """Control the false-discovery rate however the tests depend on each other [1]_.

    Benjamini and Hochberg's values times ``1 + 1/2 + ... + 1/n``; missing ones stay missing.

    References
    ----------
    .. [1] Benjamini, Y., & Yekutieli, D. (2001). The control of the false discovery rate in
       multiple testing under dependency. Annals of Statistics, 29(4), 1165-1188.

    Examples
    --------
    >>> benjamini_yekutieli([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.055, 0.073, 0.073, nan]
    """
    values = np.asarray(p_values, float)
    looked_at = int(np.count_nonzero(~np.isnan(values)))
    factor = float(np.sum(1 / np.arange(1, looked_at + 1)))
    return np.minimum(benjamini_hochberg(values * factor), 1.0)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values to control the chance of any false call; missing ones stay missing.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, float)
    adjusted = np.full(values.shape, np.nan)
    looked_at = np.flatnonzero(~np.isnan(values))
    order = looked_at[np.argsort(values[looked_at], kind="stable")]
    steps = values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
