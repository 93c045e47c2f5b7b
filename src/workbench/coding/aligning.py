"""The best alignment of coders' passages: which of them are about the same stretch of text.

Mathet, Widlöcher and Métivier (2015): a unitary alignment takes at most one passage of each coder;
an alignment is a set of them that holds every passage once; the best one has the least disorder.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]

__all__ = ["Dissimilarity", "Passages", "best_disorder"]


@dataclass(frozen=True)
class Passages:
    """Passages of one coder in one document, as columns: where each begins and ends, its code."""

    start: Floats
    end: Floats
    code: Whole

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Dissimilarity:
    """How unlike two passages are.

    Parameters
    ----------
    alpha, beta
        Weight of place and of code.
    empty
        Dissimilarity of a passage and no passage, and of two different codes.
    """

    alpha: float = 1.0
    beta: float = 1.0
    empty: float = 1.0

    def of_place(self, one: Passages, other: Passages) -> Floats:
        """Return unlikeness of place: every passage of one by every passage of the other.

        Differences of both ends over the sum of both lengths, squared.

        Examples
        --------
        >>> one = Passages(np.array([1.0]), np.array([5.0]), np.array([0]))
        >>> other = Passages(np.array([2.0]), np.array([6.0]), np.array([0]))
        >>> float(Dissimilarity().of_place(one, other)[0, 0])
        0.0625
        """
        starts = np.abs(one.start[:, None] - other.start[None, :])
        ends = np.abs(one.end[:, None] - other.end[None, :])
        lengths = (one.end - one.start)[:, None] + (other.end - other.start)[None, :]
        return ((starts + ends) / lengths) ** 2 * self.empty

    def between(self, one: Passages, other: Passages) -> Floats:
        """Return unlikeness of place and code, weighted; same shape as ``of_place``."""
        codes = (one.code[:, None] != other.code[None, :]) * self.empty
        return self.alpha * self.of_place(one, other) + self.beta * codes


def best_disorder(coders: Sequence[Passages], unlike: Dissimilarity) -> float:
    """Return the disorder of the best alignment: its sum over unitary alignments.

    The disorder of a unitary alignment is the mean unlikeness of its pairs of coders; a coder
    without a passage in it is at the distance ``empty``.

    Parameters
    ----------
    coders
        Passages of each coder, two coders or more.
    unlike
        The dissimilarity.
    """
    from scipy.optimize import linear_sum_assignment

    total = sum(len(one) for one in coders)
    if total == 0:
        return 0.0
    if len(coders) > 2:
        return _of_several(coders, unlike)
    one, other = coders
    alone = np.full((total, total), 2 * unlike.empty)
    alone[: len(one), : len(other)] = unlike.between(one, other)
    alone[: len(one), len(other) :] = unlike.empty
    alone[len(one) :, : len(other)] = unlike.empty
    alone[len(one) :, len(other) :] = 0.0
    rows, columns = linear_sum_assignment(alone)
    return float(alone[rows, columns].sum())


def _of_several(coders: Sequence[Passages], unlike: Dissimilarity) -> float:
    """Choose unitary alignments so that each passage is in one, with the least disorder."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    members, costs = _candidates(coders, unlike)
    first = np.cumsum([0, *(len(one) for one in coders)])
    rows = [first[coder] + member for found in members for coder, member in found]
    columns = [number for number, found in enumerate(members) for _ in found]
    holds = csc_array(
        (np.ones(len(rows)), (rows, columns)), shape=(int(first[-1]), len(members)), dtype=float
    )
    found = milp(
        np.array(costs),
        constraints=LinearConstraint(holds, 1, 1),
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
    )
    return float(found.fun)


def _candidates(
    coders: Sequence[Passages], unlike: Dissimilarity
) -> tuple[list[tuple[tuple[int, int], ...]], list[float]]:
    """Return unitary alignments that can be in the best one, and the disorder of each.

    One whose passages would cost no more each on their own cannot.
    """
    pairs = len(coders) * (len(coders) - 1) // 2
    between = {
        (a, b): unlike.between(coders[a], coders[b])
        for a, b in itertools.combinations(range(len(coders)), 2)
    }
    grown: list[tuple[tuple[tuple[int, int], ...], float]] = [((), 0.0)]
    for coder, own in enumerate(coders):
        most = pairs * len(coders) * unlike.empty
        more: list[tuple[tuple[tuple[int, int], ...], float]] = []
        for held, cost in grown:
            added = np.full(len(own), cost)
            for other, place in held:
                added = added + between[other, coder][place]
            fits = np.flatnonzero(added <= most)
            more += [((*held, (coder, int(place))), float(added[place])) for place in fits]
        grown += more
    members: list[tuple[tuple[int, int], ...]] = []
    costs: list[float] = []
    for held, cost in grown:
        empty = pairs - len(held) * (len(held) - 1) // 2
        disorder = (cost + empty * unlike.empty) / pairs
        if held and (len(held) == 1 or disorder < len(held) * unlike.empty):
            members.append(held)
            costs.append(disorder)
    return members, costs
