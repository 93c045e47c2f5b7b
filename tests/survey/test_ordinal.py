"""Yes/no and ordered outcomes: logit models, pseudo R2, polychoric correlations."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

import workbench as wb
from workbench.estimates.bootstrap import TheSample
from workbench.survey.cumulative import fit_cumulative, row_pieces
from workbench.survey.ordinal import pseudo_r2
from workbench.survey.polychoric import cell_probabilities, level_codes, polychoric_correlations

NAMES = ["d1", "d2", "d3"]


def _answers(seed=0, rows=400, levels=5):
    rng = np.random.default_rng(seed)
    grades = 60 + 12 * (rng.normal(size=(rows, 3)) + rng.normal(size=(rows, 1))) / 1.4
    frame = pd.DataFrame(np.clip(grades, 0, 100), columns=NAMES)
    latent = frame.to_numpy() @ [0.10, 0.05, 0.0] + rng.logistic(size=rows)
    cuts = np.quantile(latent, np.linspace(0, 1, levels + 1)[1:-1])
    frame["y"] = np.searchsorted(cuts, latent).astype(float)
    return frame


def _residents(real_data):
    housing = pd.read_csv(real_data / "copenhagen_housing" / "housing.csv.gz")
    order = {
        "Sat": ["Low", "Medium", "High"],
        "Infl": ["Low", "Medium", "High"],
        "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
        "Cont": ["Low", "High"],
    }
    for name, levels in order.items():
        housing[name] = pd.Categorical(housing[name], levels, ordered=True)
    return housing


@pytest.mark.real_data
def test_copenhagen_housing_as_published(real_data):
    housing = _residents(real_data)
    columns = np.column_stack(
        [
            (housing[name].cat.codes == code).to_numpy(float)
            for name in ("Infl", "Type", "Cont")
            for code in range(1, len(housing[name].cat.categories))
        ]
    )
    fit = fit_cumulative(
        housing["Sat"].cat.codes.to_numpy().astype(int), columns, housing["Freq"].to_numpy(float)
    )
    assert fit.thresholds == pytest.approx([-0.4961, 0.6907], abs=5e-5)
    assert fit.slopes == pytest.approx(
        [0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=6e-5
    )


@pytest.mark.real_data
def test_copenhagen_drivers_are_categories_without_effect_or_grade(real_data):
    housing = _residents(real_data)
    residents = housing.loc[housing.index.repeat(housing["Freq"])].reset_index(drop=True)
    result = wb.drivers(
        residents, "Sat", ["Infl", "Type", "Cont"], outcome_kind="ordinal", bootstrap=200
    )
    table = result.table.set_index("driver")
    assert table["rank"].to_dict() == {"Infl": 1, "Type": 2, "Cont": 3}
    assert table["effect"].isna().all()
    assert (table["reason"] == "CATEGORY").all()
    assert (table["ci_low"] > 0).all()
    assert table["n"].tolist() == [1681] * 3
    weighted = wb.drivers(
        housing, "Sat", ["Infl", "Type", "Cont"], outcome_kind="ordinal", bootstrap=0, weight="Freq"
    )
    assert weighted.table["importance"].to_numpy() == pytest.approx(table["importance"].to_numpy())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_gradient_and_information_are_derivatives(seed, levels):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(12, 2))
    y = rng.permutation(np.arange(12) % levels)
    thresholds = np.sort(rng.normal(size=levels - 1)) + np.arange(levels - 1) * 0.3
    parameters = np.concatenate([thresholds, rng.normal(size=2)])

    def at(values):
        return row_pieces(y, columns, values[: levels - 1], values[levels - 1 :])

    here = at(parameters)
    for place in range(parameters.size):
        step = np.zeros(parameters.size)
        step[place] = 1e-6
        up, down = at(parameters + step), at(parameters - step)
        slope = (up.log_likelihood - down.log_likelihood) / 2e-6
        assert here.gradient[:, place] == pytest.approx(slope, abs=1e-5)
        bend = (up.gradient - down.gradient) / 2e-6
        assert -here.information[:, place] == pytest.approx(bend, abs=1e-5)


def test_binary_effects_and_importance_are_those_of_all_logit_models():
    frame = _answers(levels=2)
    result = wb.drivers(frame, "y", NAMES, outcome_kind="binary", bootstrap=0).table
    fits = {
        subset: sm.Logit(frame["y"], sm.add_constant(frame[list(subset)])).fit(disp=0)
        for size in range(1, 4)
        for subset in itertools.combinations(NAMES, size)
    }
    r2 = {(): 0.0, **{subset: fit.prsquared for subset, fit in fits.items()}}
    for driver in NAMES:
        others = [name for name in NAMES if name != driver]
        value = 0.0
        for size, weight in ((0, 1 / 3), (1, 1 / 6), (2, 1 / 3)):
            for subset in itertools.combinations(others, size):
                joined = tuple(sorted((*subset, driver)))
                value += weight * (r2[joined] - r2[subset])
        own = result.set_index("driver").loc[driver]
        assert own["importance"] == pytest.approx(value, abs=1e-7)
    margins = fits[tuple(NAMES)].get_margeff()
    assert result["effect"].to_numpy() / 5 == pytest.approx(margins.margeff, rel=1e-5)
    half = (result["effect_high"] - result["effect_low"]).to_numpy() / 2 / 5 / 1.966
    assert half == pytest.approx(margins.margeff_se, rel=0.1)


def test_draws_by_one_newton_step_are_close_to_refitting():
    frame = _answers(rows=300, levels=3)
    result = wb.drivers(frame, "y", NAMES, outcome_kind="ordinal", bootstrap=200, seed=4)
    rng = np.random.default_rng(0)
    refitted = [
        wb.drivers(
            frame.iloc[rng.integers(0, 300, 300)], "y", NAMES, outcome_kind="ordinal", bootstrap=0
        ).table["share"]
        for _ in range(60)
    ]
    spread = np.std(refitted, axis=0)
    drawn = result.draws["all"].share.std(axis=0)
    assert drawn == pytest.approx(spread, rel=0.35, abs=0.01)


def test_pseudo_r2_of_large_samples_does_not_underflow():
    likelihood, null = np.array([-9e6]), np.array([-1e7])
    none = np.zeros(1)
    found = [
        pseudo_r2(kind, likelihood, null, 1.5e7, none).item()
        for kind in ("mcfadden", "nagelkerke", "estrella")
    ]
    assert found[0] == pytest.approx(0.1)
    assert found[1] == pytest.approx((1 - np.exp(-2e6 / 1.5e7)) / (1 - np.exp(-2e7 / 1.5e7)))
    assert found[2] == pytest.approx(1 - 0.9 ** (2e7 / 1.5e7))
    assert pseudo_r2("mckelvey_zavoina", none, none, 1, np.array([np.pi**2 / 3])).item() == 0.5


@pytest.mark.parametrize("kind", ["mcfadden", "nagelkerke", "estrella", "mckelvey_zavoina"])
def test_every_pseudo_r2_ranks_the_same_driver_first(kind):
    result = wb.drivers(
        _answers(), "y", NAMES, outcome_kind="ordinal", pseudo_r2=kind, bootstrap=60
    )
    assert result.leaders()[0] == "d1"
    assert result.table["importance"].sum() == pytest.approx(result.fit["r2"].item())


@pytest.mark.parametrize("correlation", [-0.95, -0.3, 0.0, 0.5, 0.97])
def test_cell_probabilities_are_those_of_scipy(correlation):
    first, second = np.array([-1.0, 0.2, 1.1]), np.array([-0.5, 0.9])
    found = cell_probabilities(first, second, np.array([correlation]))[0]
    ends = [np.array([-8, *first, 8]), np.array([-8, *second, 8])]
    normal = multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    corner = np.array([[normal.cdf([x, y]) for y in ends[1]] for x in ends[0]])
    assert found == pytest.approx(np.diff(np.diff(corner, axis=0), axis=1), abs=1e-6)


def test_polychoric_correlations_recover_the_normal_ones():
    rng = np.random.default_rng(1)
    true = np.array([[1, 0.6, -0.3], [0.6, 1, 0.2], [-0.3, 0.2, 1]])
    latent = rng.multivariate_normal(np.zeros(3), true, 20_000)
    codes = [np.digitize(column, [-1.0, 0.0, 0.8]) for column in latent.T]
    found = polychoric_correlations(codes, np.ones(20_000), TheSample(), refine=True)[..., 0]
    assert found == pytest.approx(true, abs=0.025)
    raw = np.corrcoef(np.column_stack(codes).T)
    assert abs(raw[0, 1]) < found[0, 1]


def test_many_levels_become_ten_groups():
    codes = level_codes(np.append(np.random.default_rng(1).normal(size=500), np.nan))
    assert codes[-1] == -1
    assert set(codes[:-1]) == set(range(10))


def test_many_drivers_of_an_ordered_outcome_use_latent_correlations():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.integers(1, 6, (500, 12)), columns=[f"d{i}" for i in range(12)])
    frame["y"] = np.clip(frame["d0"] + rng.integers(-1, 2, 500), 1, 5)
    names = list(frame.columns[:12])
    with pytest.raises(wb.DataError, match=r"at most 10 drivers, 12 were given.*relative_weights"):
        wb.drivers(frame, "y", names, outcome_kind="ordinal", scale=(1, 5))
    result = wb.drivers(
        frame,
        "y",
        names,
        outcome_kind="ordinal",
        scale=(1, 5),
        method="relative_weights",
        bootstrap=100,
    )
    assert result.leaders() == ["d0"]
    assert result.table["importance"].sum() == pytest.approx(result.fit["r2"].item())


def test_outcomes_that_are_not_of_their_kind_are_refused():
    frame = _answers()
    with pytest.raises(wb.DataError, match="A binary outcome has two values; 'y' has 5"):
        wb.drivers(frame, "y", NAMES, outcome_kind="binary")
    frame["free"] = pd.Categorical(np.random.default_rng(1).choice(list("abc"), 400))
    with pytest.raises(wb.DataError, match="categories of 'free' have no order"):
        wb.drivers(frame, "free", NAMES, outcome_kind="ordinal")
    with pytest.raises(wb.DataError, match=r"'d1' has .* different values"):
        wb.drivers(frame, "d1", ["d2", "d3"], outcome_kind="ordinal")


def test_a_driver_that_separates_the_levels_gives_finite_numbers():
    frame = pd.DataFrame({"d1": np.arange(60.0), "d2": np.arange(60) % 7 * 10.0})
    frame["y"] = (frame["d1"] > 30).astype(float)
    result = wb.drivers(frame, "y", ["d1", "d2"], outcome_kind="binary", bootstrap=60)
    numbers = result.table[["importance", "share", "effect"]].to_numpy()
    assert np.isfinite(numbers).all()
    assert result.leaders()[0] == "d1"
