"""Priorities: quadrants and their probability, actions in order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.results.priority import quadrant_name
from workbench.survey.quadrants import QUADRANTS, place_in_quadrants

NAMES = ["queue", "solved", "app", "hours"]
LABELS = {"queue": {"sv": "Väntetid", "en": "Waiting time"}}


@pytest.fixture(scope="module")
def result():
    rng = np.random.default_rng(1)
    means = np.array([50, 52, 78, 75])
    grades = np.clip(means + rng.normal(0, 14, (700, 4)), 0, 100)
    frame = pd.DataFrame(grades, columns=NAMES)
    frame["nki"] = 5 + grades @ [0.35, 0.35, 0.32, 0.0] + rng.normal(0, 8, 700)
    return wb.drivers(frame, "nki", NAMES, bootstrap=300, labels=LABELS)


def test_quadrants_are_named_as_statistics_sweden_does():
    assert [quadrant_name(q).render("sv") for q in QUADRANTS] == [
        "Prioritera",
        "Förbättra om möjligt",
        "Bevara",
        "Lägre prioritet",
    ]


def test_drivers_lie_where_grade_and_effect_put_them(result):
    table = wb.priority_matrix(result).table.set_index("driver")
    assert table["quadrant"].to_dict() == {
        "queue": "prioritise",
        "solved": "prioritise",
        "app": "improve",
        "hours": "maintain",
    }
    parts = table[[f"p_{name}" for name in QUADRANTS]]
    assert parts.sum(axis=1).to_numpy() == pytest.approx(1)
    assert table["p_quadrant"]["queue"] == table["p_prioritise"]["queue"]
    assert table["distance_performance"]["queue"] < 0 < table["distance_performance"]["app"]


def test_probability_is_the_share_of_draws_with_borders_that_move(result):
    draws = result.draws["all"]
    strong = draws.effect >= draws.effect.mean(axis=1, keepdims=True)
    high = draws.performance >= draws.performance.mean(axis=1, keepdims=True)
    expected = (strong & ~high).mean(axis=0)
    table = wb.priority_matrix(result).table
    assert table["p_prioritise"].to_numpy() == pytest.approx(expected)
    assert result.table["quadrant"].tolist() == table["quadrant"].tolist()


@pytest.mark.parametrize(
    ("cut", "border"), [("median", None), ("outcome", None), (77.0, 77.0), ("mean", None)]
)
def test_cut_rules(result, cut, border):
    matrix = wb.priority_matrix(result, cut=cut)
    grades = result.table["performance"]
    expected = {
        "median": grades.median(),
        "outcome": result.fit["outcome_mean"].item(),
        "mean": grades.mean(),
    }.get(cut, border)
    assert matrix.cut_performance == pytest.approx(expected)


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(2, 30))
def test_probabilities_sum_to_one_and_missing_stay_missing(seed, drivers, draws):
    rng = np.random.default_rng(seed)
    effect, grade = rng.normal(size=drivers), rng.uniform(0, 100, drivers)
    effect[rng.random(drivers) < 0.3] = np.nan
    drawn = (
        effect + rng.normal(size=(draws, drivers)),
        grade + rng.normal(size=(draws, drivers)),
        rng.uniform(0, 100, draws),
    )
    placed = place_in_quadrants(effect, grade, 50.0, drawn, "mean")
    known = np.isfinite(effect)
    assert (placed.place[~known] == -1).all()
    assert placed.probability[known].sum(axis=1) == pytest.approx(1)
    assert np.isnan(placed.probability[~known]).all()


def test_actions_come_in_order_with_ties_together(result):
    actions = wb.rank_actions(result, wb.priority_matrix(result))
    table = actions.table
    assert table["driver"].tolist()[2] == "app"
    assert set(table["driver"][:2]) == {"queue", "solved"}
    assert table["position"].tolist() == ["1–2", "1–2", "3"]
    joint = actions.ties.iloc[0]
    assert joint["associated_gain"] == pytest.approx(table["associated_gain"][:2].sum())
    width = joint["associated_gain_high"] - joint["associated_gain_low"]
    apart = (table["associated_gain_high"] - table["associated_gain_low"])[:2].sum()
    assert width < apart
    assert table["owner"].isna().all()
    assert actions.missing_owner == 3
    share = (table["n_low"] / 700).to_numpy(dtype=float)
    assert table["concerned"].to_numpy() == pytest.approx(share)


def test_entered_actions_and_unknowns_stand_as_people_wrote_them(result):
    matrix = wb.priority_matrix(result)
    entered = [
        {"driver": "queue", "action": "Bemanna 11–14", "owner": "Chef kundtjänst",
         "due": "2026-09-30", "status": "ongoing", "cost": 100_000, "effort": "low"},
        {"driver": "hours", "action": "=cmd|' /C calc'!A0"},
    ]  # fmt: skip
    actions = wb.rank_actions(
        result, matrix, entered=entered, find_out=[{"action": "Intervjua", "concerned_n": 157}]
    )
    table = actions.table.set_index("position")
    assert table.loc["A", "kind"] == "find_out"
    assert table.loc["A", "reason"] == "UNKNOWN_UNTIL_DONE"
    assert np.isnan(table.loc["A", "associated_gain"])
    rows = actions.table.set_index("driver")
    assert rows.loc["queue", "cost"] == 100_000
    assert rows.loc["hours", "position"] == "4"
    assert actions.summary("en").startswith("First 1 thing to find out")
    for name, frame in actions.tables.items():
        assert not frame.duplicated(list(actions.specs[name].key)).any()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"driver": "que"}, r"Action 1 names driver 'que'.*Did you mean 'queue'"),
        ({"driver": "queue", "status": "klar"}, r"status 'klar'; it must be one of proposed"),
        ({"driver": "queue", "effort": 3}, r"effort '3'; it must be one of low"),
    ],
)
def test_entries_that_cannot_be_read_are_refused(result, entry, message):
    with pytest.raises(wb.DataError, match=message):
        wb.rank_actions(result, wb.priority_matrix(result), entered=[entry])


def test_without_draws_there_is_a_place_but_no_probability():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.uniform(0, 100, (80, 3)), columns=["a", "b", "c"])
    frame["nki"] = frame["a"] + rng.normal(0, 5, 80)
    result = wb.drivers(frame, "nki", ["a", "b", "c"], bootstrap=0)
    matrix = wb.priority_matrix(result)
    assert matrix.table["quadrant"].notna().all()
    assert matrix.table["p_quadrant"].isna().all()
    assert "no probabilities" in matrix.method.render("en")
    with pytest.raises(wb.DataError, match="no segment 'SE'"):
        wb.priority_matrix(result, segment="SE")
