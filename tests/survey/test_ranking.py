"""Intervals from draws: the accelerated one against its formula, and what it is for."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from workbench.survey.ranking import accelerated_interval, draw_interval

normal = NormalDist()


def test_the_ends_are_those_of_the_formula():
    draws = np.random.default_rng(3).gamma(60, 1 / 60, (1, 4000))
    moved = draws[0] - draws.mean()
    pull = np.mean(moved**3) / np.mean(moved**2) ** 1.5 / 6
    assert 0 < pull < 0.12
    for end, reach in zip(accelerated_interval(draws, 0.025), (-1.959964, 1.959964), strict=True):
        place = normal.cdf(reach / (1 - pull * reach))
        assert end[0] == pytest.approx(np.quantile(draws[0], place), rel=1e-6)


def test_symmetric_draws_are_cut_alike():
    half = np.random.default_rng(1).exponential(size=(3, 500))
    draws = np.concatenate([half, -half], axis=1)
    np.testing.assert_allclose(
        accelerated_interval(draws, 0.025), draw_interval(draws, 0.025), rtol=1e-9
    )


def test_a_long_tail_moves_both_ends_towards_it():
    draws = np.random.default_rng(1).exponential(size=(1, 2000))
    low, high = accelerated_interval(draws, 0.025)
    plain_low, plain_high = draw_interval(draws, 0.025)
    assert low > plain_low
    assert high > plain_high
    mirrored = accelerated_interval(-draws, 0.025)
    np.testing.assert_allclose(mirrored, (-high, -low), rtol=1e-9)


rows = hnp.arrays(float, (2, 30), elements=st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from([0.001, 0.025, 0.1]))
def test_ends_are_in_order_and_within_the_draws(draws, tail):
    low, high = accelerated_interval(draws, tail)
    assert (low <= high).all()
    assert (low >= draws.min(axis=1)).all()
    assert (high <= draws.max(axis=1)).all()


def test_draws_that_are_all_equal_have_an_interval_without_width():
    low, high = accelerated_interval(np.full((1, 50), 0.3), 0.025)
    assert low[0] == high[0] == 0.3


def test_a_skewed_estimate_is_covered_more_evenly():
    """Mean squares of 40 answers, drawn again: what lies above is missed too often without it."""
    rng = np.random.default_rng(7)
    missed = np.zeros(2)
    for _ in range(400):
        sample = rng.normal(size=40) ** 2
        draws = rng.choice(sample, (400, 40)).mean(axis=1)[None]
        ends = accelerated_interval(draws, 0.025)[1], draw_interval(draws, 0.025)[1]
        missed += [end[0] < 1 for end in ends]
    assert missed[0] < missed[1]
