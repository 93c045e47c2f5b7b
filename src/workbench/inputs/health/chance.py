"""How likely a count is by chance alone: tails of the binomial, intervals of a share."""

from __future__ import annotations

import math

from scipy import special

__all__ = ["at_least", "at_most", "score_interval"]


def at_least(n_hits: int, n: int, share: float) -> float:
    """Return the probability of at least so many hits among ``n``, each with this chance.

    Examples
    --------
    >>> round(at_least(2, 2, 0.5), 4), at_least(0, 5, 0.1)
    (0.25, 1.0)
    """
    if n_hits <= 0:
        return 1.0
    return float(special.bdtrc(n_hits - 1, n, min(max(share, 0.0), 1.0)))


def at_most(n_hits: int, n: int, share: float) -> float:
    """Return the probability of at most so many hits among ``n``.

    Examples
    --------
    >>> round(at_most(0, 2, 0.5), 4)
    0.25
    """
    return float(special.bdtr(n_hits, n, min(max(share, 0.0), 1.0)))


def score_interval(n_hits: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share.

    Examples
    --------
    >>> tuple(round(end, 3) for end in score_interval(10, 100))
    (0.055, 0.174)
    """
    z = float(special.ndtri(0.5 + confidence / 2))
    share = n_hits / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max((centre - half) / scale, 0.0), min((centre + half) / scale, 1.0)
