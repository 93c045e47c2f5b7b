"""Levels: the parts sum to the total, and a strength is called only when it is sure."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.report.wording.levels import LevelsConclusions
from workbench.survey.levels import levels
from workbench.survey.nki import nki

DRIVERS = ["queue", "solved"]


def _answers(rng: np.random.Generator, sizes: dict[str, int], lift: float = 0.0) -> pd.DataFrame:
    """Simulate grades 0-100; segment A's queue lies ``lift`` points from the others'."""
    names = np.repeat(list(sizes), list(sizes.values()))
    frame = pd.DataFrame({"market": names, "w": rng.uniform(0.5, 2.0, len(names))})
    for driver in DRIVERS:
        shift = lift * (names == "A") * (driver == "queue")
        frame[driver] = np.clip(60 + shift + rng.normal(0, 18, len(names)), 0, 100)
    frame["q"] = rng.integers(1, 11, len(names)).astype(float)
    frame["nki"] = (frame["q"] - 1) / 9 * 100
    frame["respondent_id"] = np.arange(len(names))
    return frame


def _levels(answers: pd.DataFrame, *, floor: int = 7, weight: str | None = "w"):
    shared = {"weight": weight, "floor": floor}
    measured = nki(answers, ["q"], scale=(1, 10), min_items=1, by="market", **shared)
    total = nki(answers, ["q"], scale=(1, 10), min_items=1, **shared)
    parts = {"by": "market", "measured": measured, "total": total}
    return levels(answers, "nki", DRIVERS, **parts, **shared)


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    sizes=st.lists(st.integers(1, 60), min_size=2, max_size=6),
    missing=st.floats(0, 0.5),
)
def test_the_parts_shown_and_hidden_sum_to_the_total(
    seed: int, sizes: list[int], missing: float
) -> None:
    rng = np.random.default_rng(seed)
    answers = _answers(rng, {chr(65 + i): size for i, size in enumerate(sizes)})
    answers.loc[rng.random(len(answers)) < missing, ["q", "nki"]] = np.nan
    if answers["q"].notna().sum() < 7:
        return
    found = _levels(answers)
    total = found.total.iloc[0]
    assert found.table["contribution"].sum() + total["hidden"] == pytest.approx(total["estimate"])
    assert found.checks[0].passed
    shown = found.table[found.table["contribution"].notna()]
    assert (shown["contribution"] == shown["share"] * shown["estimate"]).all()
    assert (shown["n"] >= 7).all()
    if (found.table["suppressed"] == "").all():
        assert found.table["share"].sum() == pytest.approx(1)


def test_contributions_are_computed_by_hand() -> None:
    answers = pd.DataFrame(
        {
            "market": ["A"] * 30 + ["B"] * 10,
            "q": [10.0] * 15 + [1.0] * 15 + [10.0] * 5 + [5.5] * 5,
            "w": [1.0] * 30 + [3.0] * 10,
            "respondent_id": range(40),
        }
    )
    answers["nki"] = (answers["q"] - 1) / 9 * 100
    answers[DRIVERS] = 50.0
    table = _levels(answers).table.set_index("segment")
    assert table["share"].tolist() == pytest.approx([0.5, 0.5])
    assert table["contribution"].tolist() == pytest.approx([25.0, 37.5])


def test_a_small_segment_hides_a_second_one_so_that_the_total_gives_nothing_away() -> None:
    rng = np.random.default_rng(1)
    found = _levels(_answers(rng, {"A": 60, "B": 40, "C": 30, "D": 4}))
    hidden = found.table[found.table["suppressed"] != ""]
    assert len(hidden) == 2
    assert hidden[["n", "share", "estimate", "contribution", "strengths"]].isna().all(axis=None)
    grades = found.drivers[found.drivers["segment"].isin(hidden["segment"])]
    assert grades[["n", "performance", "rest", "difference"]].isna().all(axis=None)


def test_a_planted_weakness_is_found_and_none_is_invented() -> None:
    rng = np.random.default_rng(2)
    sizes = {"A": 150, "B": 150, "C": 150, "D": 150}
    found, false = 0, 0
    for _ in range(40):
        drivers = _levels(_answers(rng, sizes, lift=-10)).drivers
        planted = (drivers["segment"] == "A") & (drivers["driver"] == "queue")
        found += int((drivers[planted]["place"] == "weakness").all())
        # the others' queue is compared with all others, A among them: only `solved` is null
        false += int(
            (drivers[drivers["driver"] == "solved"]["place"] != "no_sure_difference").any()
        )
    assert found >= 38
    assert false <= 7, "5 % of 40 with an honest band"


def test_few_answers_are_shown_but_not_ranked() -> None:
    rng = np.random.default_rng(3)
    found = _levels(_answers(rng, {"A": 60, "B": 9}))
    small = found.drivers[found.drivers["segment"] == "B"]
    assert small["performance"].notna().all()
    assert (small["place"] == "unknown").all()
    assert (small["reason"] == "TOO_FEW").all()


def test_a_total_split_by_something_else_is_refused() -> None:
    answers = _answers(np.random.default_rng(4), {"A": 30, "B": 30})
    total = nki(answers, ["q"], scale=(1, 10), min_items=1)
    with pytest.raises(wb.DataError, match="must be split by 'market' alone"):
        levels(answers, "nki", DRIVERS, by="market", measured=total, total=total)


@pytest.mark.parametrize(("step", "side"), [(3, "above"), (-3, "below")])
def test_the_title_says_on_which_side_of_the_others_a_segment_lies(step: int, side: str) -> None:
    answers = _answers(np.random.default_rng(2), {"A": 100, "B": 100, "C": 100})
    moved = answers["q"].where(answers["market"] != "B", (6 + step) * 1.0)
    answers["q"] = moved.where(answers["market"] == "B", moved.clip(5, 7))
    answers["nki"] = (answers["q"] - 1) / 9 * 100
    title = LevelsConclusions(levels=_levels(answers), labels={}).answer().title.render("en")
    assert title.startswith("B is clearly ")
    assert f" points {side} the others in " in title
