"""Interval of a weighted mean on a bounded scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["bounded_mean_interval", "mean_variance"]


def mean_variance(values: ArrayLike, weights: ArrayLike | None = None) -> tuple[float, float]:
    """Variance of a weighted mean of independent answers, and its degrees of freedom.

    Each squared residual is divided by one minus its leverage [1]_: unbiased when the weights have
    nothing to do with the answers, sound when they have. The degrees of freedom are Satterthwaite's
    match [2]_. With equal weights both are the textbook's ``s^2 / n`` and ``n - 1``.

    Returns
    -------
    tuple
        ``(nan, 0)`` with fewer than two positive weights.

    References
    ----------
    .. [1] MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance
       matrix estimators with improved finite sample properties. Journal of Econometrics, 29(3).
    .. [2] Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
       regression with multi-stage samples. Survey Methodology, 28(2), 169-181.

    Examples
    --------
    >>> variance, df = mean_variance([60.0, 70.0, 95.0])
    >>> round(variance, 4), df
    (108.3333, 2.0)
    """
    numbers = np.asarray(values, float)
    counted = np.ones(numbers.size) if weights is None else np.asarray(weights, float)
    numbers, counted = numbers[counted > 0], counted[counted > 0]
    n = numbers.size
    if n < 2:
        return float("nan"), 0.0
    share = counted / counted.max()
    share = share / share.sum()
    residual = numbers - share @ numbers
    leverage = share**2 / (1 - share)
    variance = float(leverage @ residual**2)
    if np.ptp(share) <= 1e-12 / n:
        return variance, float(n - 1)
    return variance, _satterthwaite_df(share, leverage)


def _satterthwaite_df(share: np.ndarray, leverage: np.ndarray) -> float:
    """Degrees of freedom ``(tr G)^2 / tr(G^2)`` of ``y' G y``, ``G = (I-1h')' A (I-1h')``.

    ``G = A - h a' - a h' + (sum a) h h'`` with ``A = diag(a)``: traces need only inner products.
    """
    total = leverage.sum()
    hh, ha, aa = share @ share, share @ leverage, leverage @ leverage
    haa, hha = share @ leverage**2, share**2 @ leverage
    trace = total - 2 * ha + total * hh
    crossed = -2 * haa + total * hha
    squared = 2 * ha**2 + 2 * hh * aa - 4 * total * hh * ha + total**2 * hh**2
    return float(trace**2 / (aa + 2 * crossed + squared))


def bounded_mean_interval(
    estimate: float,
    variance: float,
    df: float,
    *,
    low: float = 0.0,
    high: float = 100.0,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Interval of a mean that cannot leave its scale: Student's t on the logit of the mean.

    Near an end of the scale answers are skewed; the interval reaches further towards the middle,
    where a plain t interval is too short. In the middle the two are the same.

    Parameters
    ----------
    estimate
        Strictly inside ``low`` to ``high``; at an end no variance can be seen, and there is no
        interval.
    variance, df
        Sampling variance of the estimate, positive, and its degrees of freedom.

    Returns
    -------
    tuple
        ``(nan, nan)`` when the variance is not positive or the estimate is at an end.

    Examples
    --------
    >>> low, high = bounded_mean_interval(90, 9.0, 20)
    >>> round(low, 2), round(high, 2)
    (81.79, 94.75)
    """
    place = (estimate - low) / (high - low)
    if not (variance > 0 and df > 0 and 0 < place < 1):
        return float("nan"), float("nan")
    half = stdtrit(df, (1 + confidence) / 2) * np.sqrt(variance) / (high - low)
    reach = half / (place * (1 - place))
    middle = np.log(place / (1 - place))
    ends = 1 / (1 + np.exp(-np.clip([middle - reach, middle + reach], -700, 700)))
    return low + (high - low) * float(ends[0]), low + (high - low) * float(ends[1])
