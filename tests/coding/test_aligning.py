"""The best alignment gives the disorders that pygamma-agreement gives, and no other is better."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.coding.aligning import Dissimilarity, Passages, best_disorder

Unit = tuple[int, int, int, str]
"""Coder, start, end, code."""

SIMPLE: list[Unit] = [
    (1, 1, 5, "a"), (1, 6, 10, "b"), (1, 11, 15, "a"),
    (2, 2, 6, "a"), (2, 7, 11, "b"), (2, 12, 16, "a"),
]  # fmt: skip
UNEQUAL: list[Unit] = [
    (1, 1, 5, "a"), (1, 6, 10, "b"), (1, 20, 24, "a"), (1, 30, 34, "b"),
    (2, 2, 6, "a"), (2, 31, 35, "b"),
]  # fmt: skip
THREE: list[Unit] = [
    (1, 1, 5, "a"), (1, 10, 14, "b"), (2, 2, 6, "a"), (2, 11, 15, "b"),
    (3, 1, 4, "a"), (3, 9, 14, "c"),
]  # fmt: skip
WEIGHTED: list[Unit] = [
    (1, 1, 5, "a"), (1, 6, 10, "b"), (1, 11, 15, "c"),
    (2, 2, 7, "a"), (2, 8, 12, "b"), (2, 11, 15, "a"),
]  # fmt: skip
ALEX_PAUL_SUZAN: list[Unit] = [
    (1, 2, 9, "1"), (1, 11, 17, "2"), (1, 24, 30, "5"), (1, 32, 36, "6"), (1, 36, 44, "6"),
    (1, 44, 60, "7"), (2, 2, 9, "1"), (2, 11, 17, "3"), (2, 19, 25, "5"), (2, 32, 44, "6"),
    (3, 2, 9, "1"), (3, 11, 17, "4"), (3, 21, 27, "5"), (3, 32, 36, "6"), (3, 36, 40, "6"),
    (3, 40, 44, "6"),
]  # fmt: skip


def passages(units: list[Unit], coders: tuple[int, ...] = ()) -> list[Passages]:
    codes = sorted({code for *_, code in units})
    found = []
    for coder in coders or sorted({coder for coder, *_ in units}):
        own = [unit for unit in units if unit[0] == coder]
        columns = ([unit[place] for unit in own] for place in (1, 2))
        start, end = (np.array(column, dtype=float) for column in columns)
        found.append(Passages(start, end, np.array([codes.index(u[3]) for u in own], dtype=int)))
    return found


def disorder(units: list[Unit], unlike: Dissimilarity | None = None) -> float:
    coders = passages(units)
    found = best_disorder(coders, unlike or Dissimilarity())
    return found * len(coders) / len(units)


# pygamma-agreement 0.5.9, as dkpro-statistics keeps its values, and its own test of three coders
@pytest.mark.parametrize(
    ("units", "unlike", "expected"),
    [
        (SIMPLE, Dissimilarity(), 0.0625),
        (UNEQUAL, Dissimilarity(), 0.7083333134651184),
        (THREE, Dissimilarity(), 0.40875643491744995),
        (WEIGHTED, Dissimilarity(alpha=3, beta=2), 1.0277777910232544),
    ],
)
def test_disorders_equal_those_of_pygamma(
    units: list[Unit], unlike: Dissimilarity, expected: float
) -> None:
    assert disorder(units, unlike) == pytest.approx(expected, rel=1e-5)


def test_the_disorder_of_three_coders_who_overlap() -> None:
    assert disorder(ALEX_PAUL_SUZAN, Dissimilarity(alpha=3)) == pytest.approx(0.96, abs=0.01)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((1, 5), (2, 6), 0.0625),
        ((6, 10), (2, 6), 1.0),
        ((1, 5), (1, 4), 0.020408163),
        ((10, 14), (9, 14), 0.012345679),
        ((1, 5), (31, 35), 56.25),
    ],
)
def test_unlikeness_of_place(one: tuple[int, int], other: tuple[int, int], expected: float) -> None:
    units = [(1, *one, "a"), (2, *other, "b")]
    first, second = passages(units)
    assert Dissimilarity().of_place(first, second)[0, 0] == pytest.approx(expected)
    both = Dissimilarity(alpha=3, beta=2).between(first, second)[0, 0]
    assert both == pytest.approx(3 * expected + 2)


def by_trying_all(coders: list[Passages], unlike: Dissimilarity) -> float:
    """Return the least disorder over every partition into unitary alignments."""
    pairs = list(itertools.combinations(range(len(coders)), 2))

    def cost(group: tuple[int | None, ...]) -> float:
        total = 0.0
        for a, b in pairs:
            one, other = group[a], group[b]
            if one is None or other is None:
                total += unlike.empty
            else:
                total += unlike.between(coders[a], coders[b])[one, other]
        return total / len(pairs)

    def best(left: tuple[frozenset[int], ...]) -> float:
        first = next((coder for coder, rest in enumerate(left) if rest), None)
        if first is None:
            return 0.0
        own = min(left[first])
        choices = [
            [own] if coder == first else [None, *sorted(rest)] for coder, rest in enumerate(left)
        ]
        return min(
            cost(group) + best(tuple(r - {g} for r, g in zip(left, group, strict=True)))
            for group in itertools.product(*choices)
        )

    return best(tuple(frozenset(range(len(one))) for one in coders))


UNITS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(1, 6), st.sampled_from("ab")).map(
        lambda unit: (unit[0], unit[1], unit[1] + unit[2], unit[3])
    ),
    max_size=7,
)


@settings(max_examples=60)
@given(UNITS, st.sampled_from([2, 3]))
def test_no_other_alignment_has_less_disorder(units: list[Unit], n: int) -> None:
    units = [unit for unit in units if unit[0] <= n]
    coders = passages(units, tuple(range(1, n + 1)))
    unlike = Dissimilarity(alpha=1.5, beta=0.5)
    assert best_disorder(coders, unlike) == pytest.approx(by_trying_all(coders, unlike), abs=1e-9)
