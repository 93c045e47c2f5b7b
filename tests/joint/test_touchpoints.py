"""How much and why per step, and disagreements only where both tests say so."""

import numpy as np
import pandas as pd
import pytest
from joint_worlds import bank_answers, links_of

import workbench as wb
from workbench.errors import DataError
from workbench.experiment.calibration import binomial_band
from workbench.joint.linking import Links

STEPS = {"app": ["app1", "app2"], "support": ["support1"], "fees": ["fees1"]}


def _links(links, touchpoints, polarity):
    mentions = links.mentions.assign(polarity=links.mentions["theme"].map(polarity))
    return Links(links.comments, mentions, links.themes, touchpoints, links.result)


def _world(seed, grades, shares, n=400):
    """Draw grades per step, and barriers and successes per step with the shares given."""
    rng = np.random.default_rng(seed)
    answers = bank_answers(rng, n)
    own = rng.normal(0, 10, n)
    for step, columns in STEPS.items():
        for column in columns:
            noise = rng.normal(0, 12, n)
            answers[column] = np.clip(grades[step] + own + noise, 0, 100)
    pairs, steps, signs = [], {}, {}
    for step, (barrier, success) in shares.items():
        for sign, share in (("barrier", barrier), ("success", success)):
            theme = f"{step}_{sign}"
            steps[theme], signs[theme] = step, sign
            pairs += [(int(row), theme) for row in np.flatnonzero(rng.random(n) < share)]
    links = links_of(list(answers["respondent_id"]), sorted(pairs))
    return answers, _links(links, steps, signs)


EVEN = dict.fromkeys(STEPS, 65.0)
ALIKE = dict.fromkeys(STEPS, (0.15, 0.15))


@pytest.mark.parametrize(
    ("grades", "shares", "expected"),
    [
        (EVEN | {"app": 80.0}, ALIKE | {"app": (0.4, 0.05)},
         {("app", "graded_high_said_barrier"), ("support", "graded_low_unsaid"),
          ("fees", "graded_low_unsaid")}),
        (EVEN | {"fees": 50.0}, ALIKE | {"fees": (0.05, 0.3)},
         {("fees", "graded_low_said_success"), ("fees", "graded_low_unsaid")}),
        (EVEN | {"support": 50.0}, ALIKE | {"support": (0.0, 0.0)},
         {("support", "graded_low_unsaid")}),
        (EVEN | {"support": 50.0}, ALIKE | {"support": (0.4, 0.05)}, set()),
    ],
)  # fmt: skip
def test_planted_disagreements_are_named(grades, shares, expected):
    answers, links = _world(6, grades, shares)
    found = wb.touchpoints(answers, links, STEPS).disagreements
    assert set(zip(found["about"], found["kind"], strict=True)) == expected


def test_where_nothing_differs_nothing_disagrees():
    runs, wrong = 40, 0
    for seed in range(runs):
        answers, links = _world(seed, EVEN, ALIKE)
        wrong += not wb.touchpoints(answers, links, STEPS).disagreements.empty
    assert wrong / runs <= binomial_band(0.05, runs)[1]


def test_a_barrier_that_goes_with_more_is_a_disagreement():
    answers, links = _world(5, EVEN, ALIKE)
    said = links.mentions.loc[links.mentions["theme"] == "app_barrier", "comment"]
    answers["nki"] = 50.0 + np.arange(len(answers)) % 7
    answers.loc[said, "nki"] += 25
    themes = wb.joint(answers, links, "nki")
    assert themes.opposite["theme"].tolist() == ["app_barrier"]
    found = wb.touchpoints(answers, links, STEPS, themes=themes).disagreements
    row = found[found["kind"] == "opposite"].iloc[0]
    assert (row["about"], row["outcome"]) == ("app_barrier", "nki")
    assert row["difference"] > 20


def test_grades_are_means_of_drivers_and_shares_of_customers():
    answers, links = _world(7, EVEN | {"app": 80.0}, ALIKE)
    weight = wb.drivers(
        answers, "nki", [c for own in STEPS.values() for c in own], groups=STEPS, bootstrap=50
    )
    table = wb.touchpoints(answers, links, STEPS, importance=weight).table.set_index("touchpoint")
    expected = answers[["app1", "app2"]].mean(axis=1).mean()
    assert table.loc["app", "performance"] == pytest.approx(expected)
    said = links.mentions[links.mentions["theme"] == "app_barrier"]["comment"].nunique()
    assert table.loc["app", "n_barrier"] == said
    assert table.loc["app", "barrier"] == pytest.approx(said / 400)
    assert table.loc["app", "most_barrier"] == "app_barrier"
    assert table["importance"].sum() == pytest.approx(1)
    assert (table["performance_low"] < table["performance"]).all()


def test_few_voices_are_hidden_and_judge_nothing():
    answers, links = _world(3, EVEN, ALIKE | {"fees": (0.008, 0.0)})
    row = wb.touchpoints(answers, links, STEPS).table.set_index("touchpoint").loc["fees"]
    assert row["suppressed"] == "floor"
    assert np.isnan(row["barrier"])
    assert pd.isna(row["n_barrier"])
    assert row["voices"] == row["said"] == ""
    assert pd.isna(row["most_barrier"])


@pytest.mark.parametrize(
    ("steps", "words"), [({}, "steps must name"), ({"app": []}, "steps must name"),
                         ({"app": ["aap1"]}, "Did you mean 'app1'"), ({"app": ["wide"]}, "0-100")]
)  # fmt: skip
def test_a_wrong_journey_says_what_must_hold(steps, words):
    answers, links = _world(1, EVEN, ALIKE, n=30)
    answers["wide"] = 400.0
    with pytest.raises(DataError, match=words):
        wb.touchpoints(answers, links, steps)
