"""Weighted moments with missing answers, and their draws."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.estimates import bootstrap
from workbench.estimates.bootstrap import (
    Replicates,
    Resampled,
    TheSample,
    resampled_multipliers,
    sampling_units,
    score_covariance,
)
from workbench.survey.moments import bent_to_possible, moments


def _answers(seed, rows=40, columns=4, missing=0.2):
    rng = np.random.default_rng(seed)
    values = 50 + 10 * (rng.normal(size=(rows, columns)) + rng.normal(size=(rows, 1)))
    values[rng.random(values.shape) < missing] = np.nan
    return values, rng.uniform(0.5, 2, rows)


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.3))
def test_pairwise_correlations_are_those_of_pandas(seed, missing):
    values, _ = _answers(seed, missing=missing)
    raw = pd.DataFrame(values).corr().to_numpy()
    found = moments(values, np.ones(len(values)), "pairwise", TheSample())
    if np.linalg.eigvalsh(raw)[0] > 0:
        assert found.correlation[..., 0] == pytest.approx(raw, abs=1e-12)
    assert found.mean[:, 0] == pytest.approx(np.nanmean(values, axis=0))


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(0, 0.3),
    st.sampled_from(["pairwise", "em"]),
    st.permutations([0, 1, 2, 3]),
    st.integers(0, 3),
)
def test_every_draw_equals_the_sample_with_those_weights(seed, missing, rule, order, alike):
    values, weights = _answers(seed, rows=150, missing=missing)
    values[:, :alike] = np.where(np.isnan(values[:, :1]), np.nan, np.nan_to_num(values[:, :alike]))
    values = values[:, order]  # the first few were answered by the same rows
    units = sampling_units(len(values))
    drawn = moments(values, weights, rule, Resampled(units, 5, 7))
    multipliers = np.concatenate(list(resampled_multipliers(units, 5, 7)))
    for draw in range(5):
        alone = moments(values, weights * multipliers[draw], rule, TheSample())
        tolerance = 1e-9 if rule == "pairwise" else 3e-3
        assert drawn.mean[:, draw] == pytest.approx(alone.mean[:, 0], rel=tolerance)
        assert drawn.correlation[..., draw] == pytest.approx(
            alone.correlation[..., 0], abs=tolerance
        )


def test_em_reaches_the_closed_form_where_one_column_is_complete():
    rng = np.random.default_rng(3)
    x = rng.normal(50, 10, 400)
    y = 10 + 0.8 * x + rng.normal(0, 5, 400)
    seen = x + rng.normal(0, 5, 400) > 50  # answered or not depends on the other answer
    values = np.column_stack([x, np.where(seen, y, np.nan)])
    found = moments(values, np.ones(400), "em", TheSample())
    slope, intercept = np.polyfit(x[seen], y[seen], 1)
    residual = ((y[seen] - intercept - slope * x[seen]) ** 2).mean()
    mean_y = intercept + slope * x.mean()
    variance_y = residual + slope**2 * x.var()
    assert found.mean[1, 0] == pytest.approx(mean_y, rel=1e-6)
    assert found.sd[1, 0] ** 2 == pytest.approx(variance_y, rel=1e-5)
    assert found.correlation[0, 1, 0] == pytest.approx(
        slope * x.std() / np.sqrt(variance_y), rel=1e-5
    )


def test_pairwise_means_differ_from_em_where_missing_depends_on_others():
    rng = np.random.default_rng(4)
    x = rng.normal(50, 10, 2000)
    y = x + rng.normal(0, 5, 2000)
    values = np.column_stack([x, np.where(x > 50, y, np.nan)])
    em = moments(values, np.ones(2000), "em", TheSample())
    pairwise = moments(values, np.ones(2000), "pairwise", TheSample())
    assert abs(em.mean[1, 0] - y.mean()) < 1
    assert pairwise.mean[1, 0] - y.mean() > 5


def test_bent_matrices_could_belong_to_a_population_and_possible_ones_are_left():
    wrong = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    right = np.array([[1, 0.5, 0.2], [0.5, 1, 0.3], [0.2, 0.3, 1]])
    bent, smallest = bent_to_possible(np.stack([wrong, right], axis=2))
    assert smallest[0] < 0 < smallest[1]
    assert np.linalg.eigvalsh(bent[..., 0])[0] > 0
    assert np.diag(bent[..., 0]) == pytest.approx(1)
    assert bent[..., 1] == pytest.approx(right)


def test_a_column_that_does_not_vary_has_no_correlation():
    values, weights = _answers(5, missing=0.0)
    values[:, 1] = 1e9
    found = moments(values, weights, "pairwise", TheSample())
    assert found.sd[1, 0] == 0
    assert found.correlation[1, [0, 2, 3], 0].tolist() == [0, 0, 0]


def test_draws_have_the_variance_of_the_mean():
    values, _ = _answers(6, rows=30, missing=0.0)
    drawn = moments(values, np.ones(30), "pairwise", Resampled(sampling_units(30), 8000, 1))
    expected = values.var(axis=0, ddof=1) / 30
    assert drawn.mean.var(axis=1) == pytest.approx(expected, rel=0.08)


def test_strata_clusters_and_sampled_fractions_reach_the_draws_and_the_scores():
    rng = np.random.default_rng(7)
    strata = np.repeat([0, 1], 60)
    clusters = np.repeat(np.arange(24), 5)
    values = (rng.normal(0, 3, 24)[clusters] + rng.normal(0, 1, 120) + 20 * strata)[:, None]
    units = sampling_units(120, strata=strata, clusters=clusters, fraction=np.array([0.5, 0.0]))
    assert units.degrees_of_freedom == 22
    scores = (values - values.mean()) / 120
    variance = score_covariance(scores, units)[0, 0]
    by_hand = 0.0
    for stratum, fraction in ((0, 0.5), (1, 0.0)):
        inside = strata == stratum
        totals = np.bincount(clusters[inside] - clusters[inside].min(), scores[inside, 0])
        by_hand += (1 - fraction) * 12 / 11 * ((totals - totals.mean()) ** 2).sum()
    assert variance == pytest.approx(by_hand)
    drawn = moments(values, np.ones(120), "pairwise", Resampled(units, 6000, 2))
    assert drawn.mean[0].var() == pytest.approx(variance, rel=0.08)


def test_a_stratum_with_one_cluster_is_named():
    units = sampling_units(5, strata=np.array([0, 0, 0, 1, 1]), clusters=np.array([1, 2, 3, 4, 4]))
    assert units.lonely == (1,)


def test_random_groups_keep_the_variance():
    values, _ = _answers(8, rows=4000, columns=2, missing=0.0)
    grouped = sampling_units(4000, groups=400)
    assert grouped.count == 400
    drawn = moments(values, np.ones(4000), "pairwise", Resampled(grouped, 3000, 3))
    assert drawn.mean.var(axis=1) == pytest.approx(values.var(axis=0) / 4000, rel=0.25)


def test_replicates_are_weights_as_they_stand():
    values, weights = _answers(9)
    replicates = np.column_stack([weights, weights[::-1]])
    drawn = moments(values, np.zeros(len(values)) + 1, "pairwise", Replicates(replicates))
    alone = moments(values, weights[::-1].copy(), "pairwise", TheSample())
    assert drawn.correlation[..., 1] == pytest.approx(alone.correlation[..., 0])


def test_multipliers_are_drawn_once_for_those_who_ask_the_same() -> None:
    two, three = (sampling_units(12, strata=np.arange(12) % count) for count in (2, 3))
    (first,) = resampled_multipliers(two, 5, 7)
    assert next(resampled_multipliers(replace(two), 5, 7)) is first
    assert not first.flags.writeable
    for units, draws, seed in ((three, 5, 7), (two, 6, 7), (two, 5, 8), (two, 5, 7)):
        fresh = next(bootstrap._in_chunks(units.stratum, units.fraction, draws, seed))
        (found,) = resampled_multipliers(units, draws, seed)
        assert found is not first
        assert np.array_equal(found, fresh)
    assert list(resampled_multipliers(two, 0, 7)) == []


def test_many_multipliers_come_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    units = sampling_units(12)
    (whole,) = resampled_multipliers(units, 5, 7)
    monkeypatch.setattr(bootstrap, "_CHUNK_VALUES", 24)
    parts = list(resampled_multipliers(units, 5, 7))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert np.array_equal(np.concatenate(parts), whole)
