"""Moments of every resample of the same answers, kept for the next analysis that asks for them.

A report divides one outcome among the same drivers one by one and by touchpoint: the resamples, and
so their moments, are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from workbench.survey.moments import moments

if TYPE_CHECKING:
    from workbench.estimates.bootstrap import Resampled
    from workbench.survey.moments import MissingRule, Moments
    from workbench.survey.subsets import Floats

__all__ = ["drawn_moments"]


@dataclass(frozen=True)
class _Question:
    """What moments are asked of; two are equal when the bytes they rest on are."""

    digest: bytes
    missing: MissingRule
    draws: int
    seed: int
    values: Floats = field(compare=False)
    weights: Floats = field(compare=False)
    ways: Resampled = field(compare=False)


def drawn_moments(
    values: Floats, weights: Floats, missing: MissingRule, ways: Resampled
) -> Moments:
    """Return what :func:`workbench.survey.moments.moments` does; its arrays can't be written to.

    Parameters
    ----------
    values, weights, missing
        As there.
    ways
        The resamples.
    """
    units = ways.units
    digest = blake2b()
    for part in (values, weights, units.unit, units.stratum, units.fraction):
        if part is not None:
            digest.update(f"{part.dtype}{part.shape}{part.strides}".encode())
            digest.update(np.asarray(part).tobytes("A"))
    of_what = _Question(
        digest.digest(), missing, ways.draws, ways.seed, values=values, weights=weights, ways=ways
    )
    return _moments(of_what)


@lru_cache(maxsize=1)
def _moments(question: _Question) -> Moments:
    found = moments(question.values, question.weights, question.missing, question.ways)
    for part in (found.mean, found.sd, found.correlation, found.smallest):
        part.flags.writeable = False
    return found
