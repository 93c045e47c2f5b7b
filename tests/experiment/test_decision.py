"""Every verdict, in the printed order, and what stands behind it."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial

import workbench as wb

DAY = dt.date(2026, 3, 5)


def verdict(frame, plan, **options):
    return wb.read_experiment(frame, plan, **options).decision.verdict


def test_better_and_within_limits_is_shipped() -> None:
    readout = wb.read_experiment(make_trial(paid=0.06), make_plan())
    assert readout.decision.verdict == "SHIP"
    assert readout.decision.rule == 4
    assert readout.decision.variant == "B"
    assert "6.0 percentage points" in str(readout.decision.reasons[0])
    assert readout.decision.table["met"].tolist()[:4] == [False, False, False, True]


def test_no_effect_worth_having_is_not_shipped() -> None:
    plan = make_plan(PAID | {"practical": 0.06}, CONTACTED)
    assert verdict(make_trial(n=8000), plan) == "DONT_SHIP"


def test_a_guardrail_past_its_margin_is_not_shipped() -> None:
    readout = wb.read_experiment(make_trial(paid=0.06, contacted=0.018), make_plan())
    assert readout.decision.verdict == "DONT_SHIP"
    assert "limit" in str(readout.decision.reasons[0])


def test_a_worse_primary_is_not_shipped_and_clear_harm_stops() -> None:
    assert verdict(make_trial(paid=-0.035), make_plan()) == "DONT_SHIP"
    assert verdict(make_trial(paid=-0.10), make_plan()) == "HARM_STOP"
    assert verdict(make_trial(paid=0.1, contacted=0.05), make_plan()) == "HARM_STOP"


def test_harm_within_its_margin_is_not_harm() -> None:
    wide = make_plan(PAID, CONTACTED | {"margin": 0.08})
    assert verdict(make_trial(paid=0.06, contacted=0.03, n=8000), wide) == "SHIP"


def test_an_unclear_effect_is_reviewed() -> None:
    readout = wb.read_experiment(make_trial(paid=0.015), make_plan())
    assert readout.decision.verdict == "REVIEW"
    assert "no clear change" in str(readout.decision.reasons[0])


def test_before_the_end_the_trial_goes_on_and_may_not_conclude() -> None:
    plan = make_plan(planned_n=8000)
    readout = wb.read_experiment(make_trial(paid=0.06), plan)
    assert readout.decision.verdict == "KEEP_RUNNING"
    assert readout.effects["interval"].unique().tolist() == ["always_valid"]
    assert "unplanned_look" in set(readout.checks["check"])
    dated = make_plan(ends="2026-04-01", assigned="day")
    assert verdict(make_trial(paid=0.06), dated) == "KEEP_RUNNING"
    assert verdict(make_trial(paid=0.06), dated, as_of=dt.date(2026, 4, 1)) == "SHIP"


def test_harm_stops_before_the_end_too() -> None:
    assert verdict(make_trial(paid=-0.10), make_plan(planned_n=8000)) == "HARM_STOP"


def test_a_planned_boundary_lets_a_trial_ship_early() -> None:
    looks = {"method": "obf", "at": [0.5, 1.0]}
    wide = CONTACTED | {"margin": 0.04}
    plan = make_plan(PAID, wide, planned_n=8000, looks=looks)
    readout = wb.read_experiment(make_trial(paid=0.09), plan)
    assert readout.decision.verdict == "SHIP"
    assert readout.effects["interval"].iloc[0] == "repeated"
    assert readout.decision.look == 1
    assert not readout.decision.final
    assert verdict(make_trial(paid=0.04), plan) == "KEEP_RUNNING"
    between = make_plan(PAID, wide, planned_n=5500, looks=looks)
    assert verdict(make_trial(paid=0.09), between) == "KEEP_RUNNING"


def test_after_planned_looks_the_interval_allows_for_them() -> None:
    looks = {"method": "pocock", "at": [0.25, 0.5, 0.75, 1.0]}
    frame = make_trial(paid=0.05)
    plain = wb.read_experiment(frame, make_plan()).effects.iloc[0]
    allowed = wb.read_experiment(frame, make_plan(planned_n=4000, looks=looks)).effects.iloc[0]
    assert allowed["interval"] == "stagewise"
    assert allowed["ci_low"] < plain["ci_low"]
    assert allowed["p_value"] > plain["p_value"]


def test_always_valid_looks_may_conclude_any_day() -> None:
    looks = {"method": "always_valid"}
    plan = make_plan(PAID, CONTACTED | {"margin": 0.04}, planned_n=8000, looks=looks)
    assert verdict(make_trial(paid=0.09), plan) == "SHIP"
    assert verdict(make_trial(paid=0.03), plan) == "KEEP_RUNNING"


def test_a_broken_split_is_invalid_and_withholds_every_effect() -> None:
    frame = make_trial(paid=0.06)
    readout = wb.read_experiment(frame[~((frame["variant"] == "B") & (frame.index % 5 == 0))],
                                 make_plan(segments=["market"]))  # fmt: skip
    assert readout.decision.verdict == "INVALID"
    assert readout.decision.variant is None
    assert readout.effects[["estimate", "ci_low", "unadjusted"]].isna().all().all()
    assert set(readout.effects["reason"]) == {"INVALID"}
    assert readout.risk is None
    assert readout.segments is None
    assert "primary" in readout.record()
    assert readout.record()["primary"] is None
    shown = wb.read_experiment(frame[~((frame["variant"] == "B") & (frame.index % 5 == 0))],
                               make_plan(), withhold=False)  # fmt: skip
    assert shown.effects["estimate"].notna().all()


def test_the_group_that_broke_the_split_is_named() -> None:
    frame = make_trial(n=6000)
    lost = (frame["market"] == "FI") & (frame["variant"] == "B") & (frame.index % 3 != 0)
    readout = wb.read_experiment(frame[~lost], make_plan(segments=["market"], assigned="day"))
    assert readout.split.culprit == ("market", "FI")
    table = readout.split.table
    worst = table[table["scope"] == "segment"].sort_values("contribution").iloc[-1]
    assert worst["value"] == "FI"
    assert worst["p_without"] > 0.001
    assert (table.loc[table["scope"] == "day", "column"] == "FI").all()


def test_duplicates_and_crossing_units_over_the_limit_are_invalid() -> None:
    frame = make_trial()
    doubled = pd.concat([frame, frame.iloc[:1]])
    assert verdict(doubled, make_plan()) == "INVALID"
    assert verdict(doubled, make_plan(duplicates_limit=0.01)) != "INVALID"
    other = frame.iloc[:20].assign(variant=lambda f: f["variant"].map({"A": "B", "B": "A"}))
    assert verdict(pd.concat([frame, other]), make_plan()) == "INVALID"


def test_few_crossing_units_are_left_out_of_every_number() -> None:
    frame = make_trial(paid=0.06)
    other = frame.iloc[:2].assign(variant=lambda f: f["variant"].map({"A": "B", "B": "A"}))
    readout = wb.read_experiment(pd.concat([frame, other]), make_plan())
    assert readout.effects[["n_control", "n_variant"]].iloc[0].sum() == len(frame) - 2
    assert "2 units" in readout.checks.set_index("check").loc["crossing", "text"]


def test_unequal_response_must_hold_under_the_bounds() -> None:
    frame = make_trial(n=8000)
    happy = frame["score"] >= 9
    rng = np.random.default_rng(1)
    answers = rng.random(8000) < 0.3
    answers |= happy & (frame["variant"] == "B") & (rng.random(8000) < 0.25)
    frame["score"] = frame["score"].where(answers)
    metric = {"name": "nps", "column": "score", "kind": "nps", "role": "primary"}
    readout = wb.read_experiment(frame, make_plan(metric))
    assert readout.effects["reading"].iloc[0] == "better"
    assert readout.decision.verdict == "REVIEW"
    assert "who answered" in str(readout.decision.reasons[0])
    bounds = readout.response.table.set_index("assumption")
    assert bounds.loc["lee", "ci_low"] < 0 < bounds.loc["answered", "ci_low"]
    assert readout.response.alarms == ("nps",)


def test_of_several_variants_the_one_to_ship_is_named_and_harm_is_said() -> None:
    frame = make_trial(n=9000, paid=0.0, variants="ABC")
    rng = np.random.default_rng(3)
    for value, share in (("B", 0.50), ("C", 0.67)):
        own = np.flatnonzero(frame["variant"] == value)
        frame.loc[own, "paid"] = 0
        frame.loc[rng.permutation(own)[: round(share * len(own))], "paid"] = 1
    plan = make_plan(variants={"A": 1, "B": 1, "C": 1})
    readout = wb.read_experiment(frame, plan)
    assert readout.decision.verdict == "SHIP"
    assert readout.decision.variant == "C"
    assert readout.decision.by_variant == {"B": "HARM_STOP", "C": "SHIP"}
    assert any("worse" in str(reason) for reason in readout.decision.reasons)
    primary = readout.effects[readout.effects["role"] == "primary"]
    assert (primary["p_adjusted"] >= primary["p_value"]).all()


def test_a_trial_without_a_primary_metric_is_no_plan() -> None:
    with pytest.raises(wb.PlanError, match="primary"):
        wb.read_experiment(make_trial(), make_plan({"name": "paid"}))


def test_sensitivity_goes_through_the_same_rules() -> None:
    plan = make_plan(PAID, CONTACTED, covariates=["before"], assigned="day", segments=["market"],
                     last_assignment="2026-03-10")  # fmt: skip
    readout = wb.read_experiment(make_trial(paid=0.06, n=8000), plan, as_of=dt.date(2026, 3, 11))
    table = readout.sensitivity.table.set_index("way")
    assert table.loc["as_planned", "verdict"] == readout.decision.verdict
    assert {"unadjusted", "without_first_days", "without_late_units"} <= set(table.index)
    assert readout.sensitivity.holds == int(table["same"].iloc[1:].sum())
    days = make_trial(paid=0.06, n=8000)
    late = days[days["day"] >= "2026-03-05"]
    alone = wb.read_experiment(late, make_plan(PAID, CONTACTED, covariates=["before"]))
    expected = alone.effects["estimate"].iloc[0]
    assert table.loc["without_first_days", "estimate"] == pytest.approx(expected, rel=1e-9)


def test_segments_are_silent_without_interaction_and_shrunken_with_it() -> None:
    plan = make_plan(segments=["market"])
    quiet = wb.read_experiment(make_trial(paid=0.05, n=9000), plan)
    assert not quiet.segments.table["shown"].any()
    assert quiet.segments.effects is None
    frame = make_trial(n=9000)
    rng = np.random.default_rng(4)
    chance = 0.5 + 0.3 * ((frame["market"] == "SE") & (frame["variant"] == "B"))
    frame["paid"] = (rng.random(9000) < chance).astype(int)
    loud = wb.read_experiment(frame, plan)
    assert loud.segments.table["shown"].all()
    effects = loud.segments.effects
    common = (effects["raw"] * effects["n"]).sum() / effects["n"].sum()
    assert (abs(effects["estimate"] - common) <= abs(effects["raw"] - common) + 0.01).all()


def test_the_record_is_json_and_the_same_again() -> None:
    frame, plan = make_trial(paid=0.06), make_plan()
    first, second = (wb.read_experiment(frame, plan).record() for _ in range(2))
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert first["verdict"] == "SHIP"
    assert first["reasons"][0]["sv"]


def test_every_sentence_renders_in_both_languages() -> None:
    plan = make_plan(PAID, CONTACTED, segments=["market"], assigned="day",
                     rollout={"units": 10_000})  # fmt: skip
    readout = wb.read_experiment(make_trial(paid=0.06), plan)
    parts = [readout.decision, readout.effect_result, readout.trust, readout.split, readout.risk,
             readout.looks, readout.segments, readout.sensitivity, readout.plan_kept,
             readout.visible]  # fmt: skip
    for part in parts:
        for language in ("sv", "en"):
            assert part.summary(language)
            assert part.method.render(language)
            assert all(check.text.render(language) for check in part.checks)
        assert set(part.specs["table"].key) <= set(part.table.columns)
        assert not part.table.duplicated(list(part.specs["table"].key)).any()
