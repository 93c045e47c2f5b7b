"""The plan: read, refused with a remedy, registered, and every kind of drift from it."""

import datetime as dt
import json

import pandas as pd
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial

import workbench as wb
from workbench.experiment.plan import plan_from
from workbench.experiment.plan_points import POINTS

STUDY = """
[study]
id = "letters"
title = { sv = "Brev", en = "Letters" }
question = "Does it work?"

[experiment.letter]
file = "trial.csv"
unit = "unit"
variant = "variant"
control = "A"
[[experiment.letter.metrics]]
name = "paid"
role = "primary"
"""


def test_a_plan_is_read_from_a_study_its_folder_and_its_file(tmp_path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(STUDY, encoding="utf-8")
    for source in (path, tmp_path, str(tmp_path), wb.load_study(tmp_path)):
        plan = wb.load_plan(source, "letter")
        assert plan.name == "letter"
        assert plan.model.metrics[0].name == "paid"
        assert plan.question == "Does it work?"
        assert plan.data_path == tmp_path / "trial.csv"
    assert wb.load_plan(path).name == "letter"


def test_a_plan_may_stand_in_a_file_of_its_own(tmp_path) -> None:
    path = tmp_path / "letter.toml"
    path.write_text(STUDY.split("[experiment.letter]")[1].replace("experiment.letter.", ""))
    assert wb.load_plan(path).name == "letter"
    path.write_text("[experiment.letter]" + STUDY.split("[experiment.letter]")[1])
    assert wb.load_plan(path, "letter").model.unit == "unit"


def test_an_unknown_name_is_met_with_the_nearest(tmp_path) -> None:
    (tmp_path / "study.toml").write_text(STUDY)
    with pytest.raises(wb.PlanError, match="Did you mean 'letter'"):
        wb.load_plan(tmp_path, "leter")
    with pytest.raises(wb.PlanError, match="not found"):
        wb.load_plan(tmp_path / "no" / "study.toml")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alfa": 0.05}, "Did you mean 'alpha'"),
        ({"alpha": 2}, "alpha"),
        ({"metrics": [{"name": "x", "role": "guardrail"}]}, "needs a margin"),
        ({"metrics": [{"name": "x", "kind": "ratio"}]}, "numerator and denominator"),
        ({"metrics": [{"name": "x", "kind": "csat"}]}, "needs top"),
        ({"metrics": [{"name": "x"}, {"name": "x"}]}, "found twice: x"),
        ({"metrics": [{"name": "x", "base": "sent"}]}, "not in stages"),
        ({"metrics": [{"name": "x", "cap": 3}]}, "only a mean"),
        ({"variants": {"B": 0.5, "C": 0.5}}, "not among the variants"),
        ({"looks": {"method": "obf", "at": [0.5, 0.9]}, "planned_n": 10}, "end with 1"),
        ({"looks": {"method": "obf", "at": [0.5, 1]}}, "planned_n"),
        ({"starts": "2026-05-01", "ends": "2026-04-01"}, "must not be after"),
        ({"filter": [{"column": "market"}]}, "a filter needs"),
        ({"rollout": {"mix": {"market": {"SE": 1}}}}, "neither a segment nor a stratum"),
    ],
)
def test_mistakes_are_named_with_a_remedy(changes, says) -> None:
    with pytest.raises(wb.PlanError, match=says):
        make_plan(**changes)


def test_a_number_may_name_the_control() -> None:
    plan = plan_from({"file": "x", "unit": "u", "variant": "v", "control": 0})
    assert plan.model.control == "0"


def test_the_hash_binds_what_decides_and_nothing_else() -> None:
    plan = make_plan()
    assert plan.sha256 == make_plan(drawn="2026-05-01", title="A title").sha256
    assert plan.sha256 != make_plan(alpha=0.1).sha256
    assert plan.sha256 != make_plan(PAID | {"practical": 0.03}, CONTACTED).sha256


def test_a_registered_plan_can_not_be_overwritten_or_changed_by_hand(tmp_path) -> None:
    plan = _in(tmp_path)
    path = wb.register_plan(plan)
    assert wb.register_plan(plan) == path
    with pytest.raises(wb.PlanError, match="another version"):
        wb.register_plan(_in(tmp_path, alpha=0.1))
    content = json.loads(path.read_text())
    content["plan"]["alpha"] = 0.2
    path.write_text(json.dumps(content))
    with pytest.raises(wb.PlanError, match="was changed after"):
        wb.read_experiment(make_trial(), plan)


def _in(folder, *metrics, **changes):
    from dataclasses import replace

    plan = make_plan(*metrics, **(BASE | changes))
    return replace(plan, folder=folder)


BASE = {
    "registered": "plan.json",
    "log": "decisions.jsonl",
    "written": "2026-02-20",
    "starts": "2026-03-02",
    "last_assignment": "2026-03-11",
    "ends": "2026-03-20",
    "drawn": "2026-03-21",
    "assigned": "day",
    "planned_n": 4000,
    "segments": ["market"],
}
CAPPED = {"name": "revenue", "kind": "mean", "cap": 5.0}
DRIFTS = {  # point -> metrics, changes of the plan, changes of the data
    "metric": ([PAID | {"column": "contacted"}, CONTACTED], {}, None),
    "margin": ([PAID, CONTACTED | {"margin": 0.03}], {}, None),
    "alpha": ([], {"alpha": 0.1}, None),
    "dates": ([], {"ends": "2026-03-21"}, None),
    "arms": ([], {"variants": {"A": 0.6, "B": 0.4}}, None),
    "filter": ([], {"filter": [{"column": "market", "not_values": ["DK"]}]}, None),
    "cap": ([PAID, CONTACTED, CAPPED | {"cap": 4.0}], {}, None),
    "covariate": ([], {"covariates": ["before"]}, None),
    "unit": ([], {"unit": "other"}, None),
    "early_stop": ([], {}, lambda f: f.iloc[:3000]),
    "late_extension": ([], {}, lambda f: f.assign(day=f["day"] + pd.Timedelta(days=2))),
    "dropped_arm": ([], {"variants": {"A": 0.5, "B": 0.5}}, None),
    "added_segment": ([], {"segments": ["market", "orders"]}, None),
    "exposure": ([], {"exposure": "paid"}, None),
    "rerun": ([], {}, None),
}


def test_fifteen_kinds_of_drift_are_watched() -> None:
    assert tuple(DRIFTS) == POINTS
    assert len(POINTS) == 15


@pytest.fixture(scope="module")
def frame():
    data = make_trial(paid=0.05)
    return data.assign(other=[f"o{i}" for i in range(len(data))])


def _registered(folder, point):
    """Register the plan that the drift starts from."""
    metrics = [PAID, CONTACTED, CAPPED] if point == "cap" else []
    variants = {"A": 0.4, "B": 0.4, "C": 0.2} if point == "dropped_arm" else {"A": 0.5, "B": 0.5}
    wb.register_plan(_in(folder, *metrics, variants=variants))


@pytest.mark.parametrize("point", POINTS)
def test_each_drift_is_reported(point, frame, tmp_path) -> None:
    metrics, changes, change_data = DRIFTS[point]
    _registered(tmp_path, point)
    data = change_data(frame) if change_data else frame
    plan = _in(tmp_path, *metrics, **changes)
    if point == "rerun":
        path = data.to_csv(tmp_path / "first.csv", index=False)
        first = wb.read_experiment(tmp_path / "first.csv", plan)
        wb.append_decision(tmp_path / "decisions.jsonl", first.record())
        path = tmp_path / "second.csv"
        data.iloc[::-1].to_csv(path, index=False)
        data = path
    kept = wb.read_experiment(data, plan).plan_kept.table.set_index("point")["kept"]
    assert not kept[point]
    assert kept.drop(point).all(), kept[~kept.fillna(False)]


def test_an_unchanged_run_has_no_drift(frame, tmp_path) -> None:
    wb.register_plan(_in(tmp_path))
    path = tmp_path / "trial.csv"
    frame.to_csv(path, index=False)
    for _ in range(2):
        readout = wb.read_experiment(path, _in(tmp_path))
        assert readout.plan_kept.table["kept"].all()
        assert (readout.plan_kept.kept, readout.plan_kept.points) == (15, 15)
        wb.append_decision(tmp_path / "decisions.jsonl", readout.record())


def test_without_a_registered_plan_its_changes_can_not_be_seen(frame) -> None:
    readout = wb.read_experiment(frame, make_plan(**(BASE | {"registered": None, "log": None})))
    assert readout.plan_kept.table["kept"].isna().sum() > 0
    assert "registered" in set(readout.checks["check"])


def test_unknown_variants_and_early_days_are_drift(frame, tmp_path) -> None:
    wb.register_plan(_in(tmp_path))
    extra = frame.iloc[:40].assign(unit=lambda f: "x" + f["unit"], variant="C")
    readout = wb.read_experiment(pd.concat([frame, extra]), _in(tmp_path))
    kept = readout.plan_kept.table.set_index("point")
    assert not kept.loc["arms", "kept"]
    assert kept.loc["arms", "happened"] == "+ C: 40"
    assert readout.effects["n_control"].iloc[0] + readout.effects["n_variant"].iloc[0] == 4000
    early = frame.assign(day=frame["day"] - pd.Timedelta(days=3))
    kept = wb.read_experiment(early, _in(tmp_path)).plan_kept.table.set_index("point")["kept"]
    assert not kept["dates"]


def test_doubled_rows_are_a_drift_of_the_unit(frame, tmp_path) -> None:
    wb.register_plan(_in(tmp_path))
    readout = wb.read_experiment(pd.concat([frame, frame.iloc[:5]]), _in(tmp_path))
    assert not readout.plan_kept.table.set_index("point").loc["unit", "kept"]


def test_the_log_keeps_decisions_and_what_came_later(tmp_path, frame) -> None:
    plan = _in(tmp_path)
    record = wb.read_experiment(frame, plan).record()
    log = tmp_path / "decisions.jsonl"
    assert wb.append_decision(log, record)
    assert not wb.append_decision(log, record)
    later = {"estimate": 0.8 * record["primary"]["estimate"], "ci_low": 0.0, "ci_high": 0.1}
    other = record | {"experiment": "earlier", "read_on": "2026-01-10", "later": later}
    assert wb.append_decision(log, other)
    found = wb.decisions(plan)
    assert found.table["experiment"].tolist() == ["trial", "earlier"]
    assert found.later_share == pytest.approx(0.8)
    assert found.table["q_value"].notna().all()
    log.write_text("no json\n")
    with pytest.raises(wb.PlanError, match="line 1"):
        wb.decisions(plan)


def test_past_experiments_become_the_prior(tmp_path, frame) -> None:
    plan = _in(tmp_path)
    record = wb.read_experiment(frame, plan).record()
    for i, shift in enumerate((-0.02, -0.01, 0.0, 0.01, 0.02, 0.03)):
        primary = record["primary"] | {"estimate": 0.01 + shift}
        wb.append_decision(tmp_path / "decisions.jsonl",
                           record | {"experiment": f"e{i}", "primary": primary})  # fmt: skip
    risk = wb.read_experiment(frame, plan).risk.table.set_index(["quantity", "prior"])["value"]
    assert risk["below_margin", "past"] > risk["below_margin", "flat"]


def test_dates_of_the_plan_decide_when_it_is_final(frame) -> None:
    plan = make_plan(**(BASE | {"registered": None, "log": None, "drawn": None}))
    early = wb.read_experiment(frame, plan, as_of=dt.date(2026, 3, 12))
    assert early.decision.verdict == "KEEP_RUNNING"
    assert early.decision.until == dt.date(2026, 3, 20)
