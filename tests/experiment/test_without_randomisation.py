"""Difference in differences: the two-way regression, the trends before, and honest words."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import workbench as wb
from workbench.experiment.calibration import binomial_band


def panel(seed=0, *, units=60, effect=0.8, drift=0.0):
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        treated, level = int(unit < units // 2), rng.standard_normal()
        shocks = np.cumsum(0.3 * rng.standard_normal(8))
        for t in range(8):
            y = level + 0.1 * t + shocks[t] + 0.3 * rng.standard_normal()
            y += treated * (effect * (t >= 4) + drift * t)
            rows.append({"store": f"b{unit}", "month": t, "treated": treated, "sales": y,
                         "region": unit % 12})  # fmt: skip
    return pd.DataFrame(rows)


def read(frame, **options):
    names = {"unit": "store", "period": "month", "treated": "treated", "starts": 4}
    return wb.difference_in_differences(frame, "sales", **(names | options))


def test_the_estimate_is_that_of_the_two_way_regression() -> None:
    frame = panel()
    found = read(frame)
    frame["did"] = frame["treated"] * (frame["month"] >= 4)
    fit = smf.ols("sales ~ did + C(store) + C(month)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["store"].astype("category").cat.codes}
    )
    assert found.estimate == pytest.approx(fit.params["did"], rel=1e-9)
    assert (found.ci_high - found.ci_low) / 4.0 == pytest.approx(fit.bse["did"], rel=0.08)


def test_many_periods_do_not_feign_certainty() -> None:
    wrong = sum(not (r.ci_low <= 0 <= r.ci_high) for r in
                (read(panel(seed, effect=0.0, units=24)) for seed in range(60)))  # fmt: skip
    assert wrong / 60 <= binomial_band(0.05, 60)[1]


def test_a_drift_before_the_start_is_said() -> None:
    found = read(panel(3, drift=0.3))
    checks = {check.id: check for check in found.checks}
    assert checks["trend_before"].passed is False
    assert found.trend_p < 0.05
    calm = {check.id: check.passed for check in read(panel(5)).checks}
    assert calm["trend_before"] is True


def test_it_is_never_called_an_experiment() -> None:
    found = read(panel())
    for language, word in (("en", "Nobody was assigned at random"), ("sv", "Ingen")):
        assert word in found.summary(language)
    assert "experiment" not in found.summary("en")
    assert len(found.assumptions) == 5


def test_groups_that_were_treated_together_count_as_one() -> None:
    frame = panel()
    frame["region"] = frame["treated"] * 6 + frame["region"] % 6
    together = read(frame, cluster="region")
    assert together.estimate == pytest.approx(read(frame).estimate, rel=0.2)
    assert {c.id for c in together.checks if c.passed is False} >= {"few_groups"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.drop(columns="store"), "not in the data"),
        (lambda f: f.assign(treated=2), "0 or 1"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "one row per period"),
        (lambda f: f.assign(month=9), "one row per period|both|before"),
        (lambda f: f[f["month"] >= 4], "before and from"),
        (lambda f: f.assign(sales="x"), "must hold numbers"),
        (lambda f: f.assign(treated=(f["month"] > 2).astype(int)), "ever treated"),
    ],
)
def test_panels_that_can_not_be_compared_are_refused(change, says) -> None:
    with pytest.raises(wb.DataError, match=says):
        read(change(panel()))


def test_units_without_a_side_are_left_out_and_counted() -> None:
    frame = panel()
    frame = frame[~((frame["store"] == "b0") & (frame["month"] < 4))]
    found = read(frame)
    assert found.table["n_treated"].iloc[0] == 29
    assert "incomplete_units" in {check.id for check in found.checks}


def test_too_few_units_have_a_reason() -> None:
    frame = panel()
    found = read(frame[frame["store"].isin(["b0", "b59"])])
    assert found.estimate is None
    assert found.table["reason"].iloc[0] == "TOO_FEW"
