"""Moments that are kept are those of the same answers, weights, units, draws and seed."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.estimates.bootstrap import Resampled, sampling_units
from workbench.survey.drawn_moments import drawn_moments
from workbench.survey.moments import moments

RNG = np.random.default_rng(0)
VALUES = np.where(RNG.random((60, 4)) < 0.1, np.nan, RNG.normal(size=(60, 4)))
WEIGHTS = RNG.uniform(0.5, 2, 60)
WAYS = Resampled(sampling_units(60, strata=np.arange(60) % 2), 30, 5)


@pytest.mark.parametrize("missing", ["pairwise", "em"])
def test_the_same_question_has_the_same_answer(missing: str) -> None:
    fresh = moments(VALUES, WEIGHTS, missing, WAYS)
    kept = drawn_moments(VALUES, WEIGHTS, missing, WAYS)
    assert drawn_moments(VALUES.copy(), WEIGHTS.copy(), missing, replace(WAYS)) is kept
    for name in ("mean", "sd", "correlation", "smallest"):
        assert np.array_equal(getattr(kept, name), getattr(fresh, name))
        assert not getattr(kept, name).flags.writeable


def _changed() -> dict[str, tuple]:
    values, weights = VALUES.copy(), WEIGHTS.copy()
    values[3, 1] = 9.0
    weights[3] = 9.0
    strata = sampling_units(60, strata=np.arange(60) % 3)
    thinned = sampling_units(60, strata=np.arange(60) % 2, fraction=np.array([0.5, 0.0]))
    clusters = sampling_units(60, strata=np.arange(60) % 2, clusters=np.arange(60) // 4)
    return {
        "values": (values, WEIGHTS, "pairwise", WAYS),
        "weights": (VALUES, weights, "pairwise", WAYS),
        "missing": (VALUES, WEIGHTS, "em", WAYS),
        "draws": (VALUES, WEIGHTS, "pairwise", replace(WAYS, draws=31)),
        "seed": (VALUES, WEIGHTS, "pairwise", replace(WAYS, seed=6)),
        "strata": (VALUES, WEIGHTS, "pairwise", replace(WAYS, units=strata)),
        "fraction": (VALUES, WEIGHTS, "pairwise", replace(WAYS, units=thinned)),
        "clusters": (VALUES, WEIGHTS, "pairwise", replace(WAYS, units=clusters)),
    }


@pytest.mark.parametrize("what", _changed())
def test_another_question_is_computed_anew(what: str) -> None:
    question = _changed()[what]
    before = drawn_moments(VALUES, WEIGHTS, "pairwise", WAYS)
    found, fresh = drawn_moments(*question), moments(*question)
    assert found is not before
    assert np.array_equal(found.mean, fresh.mean)
    assert np.array_equal(found.correlation, fresh.correlation)
    assert not np.array_equal(found.mean, before.mean)
