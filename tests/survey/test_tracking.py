"""Control charts, contributions, goals and other readings."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.survey.chart import rule_signals
from workbench.survey.medians import weighted_median


def _tracker(rng, means, n=200, unrest=0.0, **columns):
    waves = [f"{2025 + k // 12}-{k % 12 + 1:02d}" for k in range(len(means))]
    level = np.asarray(means) + rng.normal(0, unrest, len(means))
    frame = pd.DataFrame({"wave": np.repeat(waves, n)})
    frame["nki"] = np.clip(rng.normal(np.repeat(level, n), 17), 0, 100)
    return frame.assign(**columns)


# --- control charts ---


@pytest.mark.parametrize(
    ("scores", "rule", "expected"),
    [
        ([0, 3.1], "beyond", [False, True]),
        ([0, -2.9], "beyond", [False, False]),
        ([2.1, 0, 2.2], "two_of_three", [False, False, True]),
        ([2.1, 0, -2.2], "two_of_three", [False, False, False]),
        ([2.1, 2.1, 0], "two_of_three", [False, True, False]),
        ([1.1, 1.2, 0, 1.3, 1.4], "four_of_five", [False, False, False, False, True]),
        ([-1.1, -1.2, -1.3, -1.4], "four_of_five", [False, False, False, True]),
        ([0.1] * 9, "run_of_eight", [False] * 7 + [True, True]),
        ([0.1] * 7 + [-0.1], "run_of_eight", [False] * 8),
    ],
)
def test_rules_are_what_they_are_called(scores, rule, expected):
    assert [signal == rule for signal in rule_signals(scores, [rule])] == expected


def test_a_fall_is_outside_the_limits_and_noise_is_not():
    rng = np.random.default_rng(1)
    chart = wb.control_chart(_tracker(rng, [70] * 11 + [62]), "nki")
    assert chart.table["signal"].tolist() == [""] * 11 + ["beyond"]
    assert chart.table["limit_low"].iloc[-1] > chart.table["estimate"].iloc[-1]
    assert "last 2025-12" in chart.summary()


def test_limits_know_how_many_answered():
    rng = np.random.default_rng(2)
    frame = _tracker(rng, [70] * 8)
    small = frame[(frame["wave"] != "2025-04") | (frame.index % 8 == 0)]
    table = wb.control_chart(small, "nki").table.set_index("wave")
    width = table["limit_high"] - table["limit_low"]
    assert width["2025-04"] > 2 * width["2025-05"]


def test_a_restless_tracker_gets_wider_limits_and_few_alarms():
    rng = np.random.default_rng(3)
    calm = restless = 0
    for _ in range(60):
        calm += wb.control_chart(_tracker(rng, [70] * 13), "nki").table["signal"].iloc[-1] != ""
        restless += (
            wb.control_chart(_tracker(rng, [70] * 13, unrest=3), "nki").table["signal"].iloc[-1]
            != ""
        )
    assert calm <= 3
    assert restless <= 5


def test_a_new_wording_starts_the_line_anew_and_an_open_wave_is_not_judged():
    rng = np.random.default_rng(4)
    frame = _tracker(rng, [70] * 7 + [50] * 7)
    chart = wb.control_chart(frame, "nki", broken=["2025-08"], preliminary=["2026-02"]).table
    assert (chart["signal"] == "").all()
    assert chart["centre"].iloc[0] - chart["centre"].iloc[-1] > 15
    assert chart["reason"].iloc[-1] == "PRELIMINARY"


def test_few_waves_and_small_segments_have_no_limits():
    rng = np.random.default_rng(5)
    chart = wb.control_chart(_tracker(rng, [70] * 4), "nki")
    assert set(chart.table["reason"]) == {"TOO_FEW_WAVES"}
    assert "too few waves" in chart.summary()
    frame = _tracker(rng, [70] * 7, m=(["a"] * 150 + ["b"] * 46 + ["c"] * 4) * 7)
    table = wb.control_chart(frame, "nki", by="m").table.set_index("segment")
    assert table.loc["c", "estimate"].isna().all()
    assert set(table.loc["b", "suppressed"]) == {"complement"}
    with pytest.raises(wb.DataError, match="rules"):
        wb.control_chart(frame, "nki", rules=["gut_feeling"])


# --- contributions ---


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_contributions_sum_to_the_total_s_change(seed):
    rng = np.random.default_rng(seed)
    frame = _tracker(rng, [70, 66], n=120)
    frame["m"] = rng.choice(list("abc"), len(frame))
    frame["w"] = rng.uniform(0.3, 3, len(frame))
    result = wb.explain_change(frame, "nki", by="m", weight="w", floor=1)
    assert result.table["total"].sum() == pytest.approx(result.change)
    assert result.table["real"].sum() == pytest.approx(result.real)
    assert result.table["mix"].sum() == pytest.approx(result.mix)
    assert result.table["share"].sum() == pytest.approx(1)


def test_a_segment_in_one_wave_only_is_mix():
    frame = pd.DataFrame({"wave": [1] * 20 + [2] * 40, "m": ["a"] * 40 + ["b"] * 20})
    frame["nki"] = [60.0, 62] * 20 + [90.0, 92] * 10
    table = wb.explain_change(frame, "nki", by="m").table.set_index("segment")
    assert table.loc["b", "reason"] == "ONE_WAVE_ONLY"
    assert table.loc["b", "real"] == 0
    assert table["total"].sum() == pytest.approx(15)


def test_simpson_and_segments_against_the_total_are_named():
    frame = pd.DataFrame(
        {
            "wave": [1] * 100 + [2] * 100,
            "m": ["app"] * 30 + ["phone"] * 70 + ["app"] * 80 + ["phone"] * 20,
            "nki": [80.0, 82] * 15 + [50.0, 52] * 35 + [74.0, 76] * 40 + [44.0, 46] * 10,
        }
    )
    result = wb.explain_change(frame, "nki", by="m")
    assert result.change > 0 > result.real
    assert {check.id for check in result.checks} == {"simpson", "segments_against_the_total"}
    assert result.table["against_total"].all()
    assert "from who answered" in result.summary()


def test_hidden_segments_bring_nothing_that_can_be_subtracted():
    rng = np.random.default_rng(7)
    frame = _tracker(rng, [70, 66], n=100, m=(["a"] * 60 + ["b"] * 36 + ["c"] * 4) * 2)
    table = wb.explain_change(frame, "nki", by="m").table.set_index("segment")
    assert table.loc[["b", "c"], ["n", "share", "change", "real", "total"]].isna().all(axis=None)
    for wrong in ({"by": []}, {"by": "m", "at": "all"}, {"by": "nowhere"}):
        with pytest.raises(wb.DataError):
            wb.explain_change(frame, "nki", **wrong)
    with pytest.raises(wb.DataError, match="two waves"):
        wb.explain_change(frame[frame["wave"] == "2025-01"], "nki", by="m")


# --- goals ---


def test_goals_are_met_missed_or_undecided_by_the_interval():
    frame = pd.DataFrame(
        {"q": ([9] * 60 + [7] * 25 + [0] * 15) * 3, "m": ["a"] * 100 + ["b"] * 100 + ["c"] * 100}
    )
    measured = wb.nps(frame, "q", by="m")
    goals = wb.judge_goals(measured, {"a": 20, "b": 45, "c": 70})
    assert goals.table["verdict"].tolist() == ["met", "cannot_tell", "missed"]
    assert goals.table["distance"].tolist() == pytest.approx([25, 0, -25])
    under = wb.judge_goals(measured, 70, direction="at_most").table
    assert set(under["verdict"]) == {"met"}
    assert "met 1, missed 1, cannot be said 1" in goals.summary()
    one = wb.judge_goals(wb.nps(frame, "q"), 20)
    assert one.summary().startswith("NPS has met its goal of 20.0")


def test_goals_of_hidden_or_unknown_segments():
    frame = pd.DataFrame({"q": [9, 3] * 30 + [9] * 4, "m": ["a"] * 40 + ["b"] * 20 + ["c"] * 4})
    goals = wb.judge_goals(wb.nps(frame, "q", by="m"), {"a": 0, "c": 50})
    assert goals.table["verdict"].tolist() == ["cannot_tell", "hidden", "hidden"]
    assert goals.table.set_index("segment").loc["c", ["estimate", "distance"]].isna().all()
    for wrong in ({"target": 900}, {"target": {"zz": 5}}, {"target": 5, "direction": "up"}):
        with pytest.raises(wb.DataError):
            wb.judge_goals(wb.nps(frame, "q", by="m"), **wrong)


# --- other readings ---


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_weighted_median_of_equal_weights_is_the_median(values):
    numbers = np.array(values, float)
    assert weighted_median(numbers, np.full(numbers.size, 0.7)) == np.median(numbers)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), min_size=1, max_size=20))
def test_weighted_median_is_the_median_of_repeated_answers(pairs):
    values, counts = (np.array(column, float) for column in zip(*pairs, strict=True))
    repeated = np.repeat(values, counts.astype(int))
    assert weighted_median(values, counts) == np.median(repeated)


def test_a_fall_that_shows_in_every_reading_is_said_to_stand():
    rng = np.random.default_rng(8)
    frame = _tracker(rng, [72, 62], n=400, w=rng.uniform(0.5, 2, 800))
    result = wb.read_again(frame, "nki", weight="w", seed=1)
    assert result.table[["reading", "weighted"]].to_numpy().tolist() == [
        ["mean", True], ["median", True], ["top", True],
        ["mean", False], ["median", False], ["top", False],
    ]  # fmt: skip
    assert set(result.table["direction"]) == {"down"}
    assert result.checks == ()
    assert "same in all 6 readings" in result.summary()
    again = wb.read_again(frame, "nki", weight="w", seed=1)
    pd.testing.assert_frame_equal(result.table, again.table)


def test_weights_that_turn_the_conclusion_are_reported():
    young, old = ["young"] * 300 + ["old"] * 300, ["young"] * 300 + ["old"] * 300
    frame = pd.DataFrame({"wave": ["1"] * 600 + ["2"] * 600, "age": young + old})
    rng = np.random.default_rng(9)
    move = np.where(frame["age"] == "young", 6.0, -14.0) * (frame["wave"] == "2")
    frame["nki"] = np.clip(rng.normal(65, 10, 1200) + move, 0, 100)
    frame["w"] = np.where(frame["age"] == "young", 1.9, 0.1)
    result = wb.read_again(frame, "nki", weight="w")
    assert result.table["direction"].iloc[0] == "up"
    unweighted = result.table[~result.table["weighted"]].set_index("reading")
    assert unweighted.loc["mean", "turn"] == "reverses"
    assert "conclusion_reverses" in {check.id for check in result.checks}
    assert "turns" in result.summary()
    assert "vänder" in result.summary("sv")


def test_a_net_score_is_read_by_its_two_ends():
    kinds = ([100.0] * 40 + [0.0] * 40 + [-100.0] * 20) + (
        [100.0] * 60 + [0.0] * 25 + [-100.0] * 15
    )
    frame = pd.DataFrame({"wave": ["1"] * 100 + ["2"] * 100, "nps": kinds})
    table = wb.read_again(frame, "nps").table.set_index("reading")
    assert table.loc["net", "change"] == pytest.approx(25)
    assert table.loc["promoters", "change"] == pytest.approx(20)
    assert table.loc["not_detractors", "change"] == pytest.approx(5)
    assert table.loc["not_detractors", "turn"] == "fades"


def test_hidden_segments_are_hidden_in_every_reading():
    rng = np.random.default_rng(10)
    frame = _tracker(rng, [70, 66], n=100, m=(["a"] * 60 + ["b"] * 36 + ["c"] * 4) * 2)
    table = wb.read_again(frame, "nki", by="m").table
    hidden = table[table["segment"].isin(["b", "c"])]
    assert len(hidden) == 6
    assert hidden[["n", "estimate", "change", "p_value"]].isna().all(axis=None)
    for wrong in ({"at": "all"}, {"draws": 1}, {"kind": "guess"}):
        with pytest.raises(wb.DataError):
            wb.read_again(frame, "nki", **wrong)


def test_still_answers_seldom_turn():
    rng = np.random.default_rng(11)
    turned = 0
    for _ in range(60):
        result = wb.read_again(_tracker(rng, [70, 70], n=150), "nki", draws=100)
        turned += any(check.passed is False for check in result.checks)
    assert turned <= 0.1 * 60
