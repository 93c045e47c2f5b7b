"""Themes by variant: planted effects of the letter are found, and only trials speak of effects."""

import json

import numpy as np
import pandas as pd
import pytest
from joint_worlds import links_of

import workbench as wb
from workbench.errors import DataError
from workbench.experiment.calibration import binomial_band


@pytest.fixture(scope="module")
def letter(repository):
    """Return the units of the demo trial, round 2, and their planted themes as links."""
    folder = repository / "data" / "demo" / "invoice-letter"
    units = pd.read_csv(folder / "round-2.csv")
    truth = pd.read_csv(folder / "truth_comments.csv")
    told = truth[(truth["round"] == "round-2")].reset_index(drop=True)
    pairs = [(row, theme) for row, theme in enumerate(told["theme"]) if isinstance(theme, str)]
    return units, links_of(list(told["customer"]), pairs)


def test_planted_effects_of_the_letter_are_found(letter):
    units, links = letter
    found = wb.theme_variants(units, links, variant="variant", control="A", respondent="customer")
    verdict = found.table.set_index("theme")["verdict"]
    assert verdict["amount_unclear"] == "lower"
    assert verdict["due_date_clear"] == "higher"
    assert verdict["digital"] == "no_sure_difference"
    row = found.table.set_index("theme").loc["amount_unclear"]
    assert row["n_units"] + row["n_control_units"] == len(units)
    by_hand = wb.compare_proportions(
        int(row["n_customers"]), int(row["n_units"]), int(row["n_control"]),
        int(row["n_control_units"]),
    )  # fmt: skip
    assert row["difference"] == pytest.approx(by_hand.estimate)
    assert row["p_value"] == pytest.approx(by_hand.p_value)
    assert found.summary("en").startswith("With B, fewer customers brought up")
    assert found.summary("sv").startswith("Med B tog färre kunder upp")
    assert "effect of the variant" in found.method.render("en")


def test_the_demos_own_comments_give_back_what_was_planted(repository):
    folder = repository / "data" / "demo" / "invoice-letter"
    study = wb.load_study(folder)
    found = wb.theme_trial(study, wb.load_corpus(study), "invoice-letter")
    planted = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["themes"]
    assert set(found.table["theme"]) == set(planted)
    for row in found.table.to_dict("records"):
        truth = planted[row["theme"]]["share_of_everyone"]
        assert row["ci_low"] <= truth["effect"] <= row["ci_high"], row["theme"]
        is_large = abs(truth["effect"]) > 0.005
        assert row["verdict"] == (
            "no_sure_difference" if not is_large else "lower" if truth["effect"] < 0 else "higher"
        )
    assert found.written["n_units"].sum() == len(pd.read_csv(folder / "round-2.csv"))


def test_rules_code_each_comment_of_the_demo_as_it_was_written(repository):
    folder = repository / "data" / "demo" / "invoice-letter"
    corpus = wb.load_corpus(wb.load_study(folder))
    truth = pd.read_csv(folder / "truth_comments.csv").query("round == 'round-2'")
    coded = corpus.codings.groupby("respondent")["code"].agg(set)
    assert set(corpus.parts["respondent"]) == set(truth["customer"])
    for customer, theme in zip(truth["customer"], truth["theme"], strict=True):
        assert coded.get(customer, set()) == ({theme} if isinstance(theme, str) else set())


def test_a_trial_without_comments_of_its_units_has_no_themes(repository):
    study = wb.load_study(repository / "data" / "demo" / "invoice-letter")
    corpus = wb.load_corpus(study)
    assert wb.theme_trial(study, corpus, "invoice-letter-round-1") is None


def test_of_those_who_wrote_it_is_an_association(letter):
    units, links = letter
    found = wb.theme_variants(
        units, links, variant="variant", control="A", respondent="customer", base="writers"
    )
    assert found.table["n_units"].max() < len(units) / 2
    assert "made" not in found.summary("en")
    assert "association" in found.method.render("en")


def _trial(rng, n, more=0.0):
    units = pd.DataFrame(
        {"respondent_id": [f"p{number}" for number in range(n)], "variant": ["A", "B"] * (n // 2)}
    )
    treated = units["variant"].to_numpy() == "B"
    wrote = rng.random(n) < 0.3
    pairs = []
    people = np.flatnonzero(wrote)
    for place, person in enumerate(people):
        for number in range(10):
            share = 0.1 + (more if treated[person] and number == 0 else 0)
            if rng.random() < share:
                pairs.append((place, f"t{number}"))
    return units, links_of([f"p{person}" for person in people], pairs)


def _invented(runs):
    calls = 0
    for seed in range(runs):
        units, links = _trial(np.random.default_rng(seed), 2000)
        calls += not wb.theme_variants(units, links, variant="variant", control="A").real.empty
    return calls / runs


def test_a_trial_without_effect_gets_none():
    assert _invented(40) <= binomial_band(0.05, 40)[1]


@pytest.mark.prove
def test_two_hundred_trials_without_effect_get_none():
    assert _invented(200) <= 0.05


def test_small_themes_are_hidden_and_unequal_writing_is_said():
    names = [f"p{number}" for number in range(200)]
    units = pd.DataFrame({"respondent_id": names, "variant": ["A"] * 100 + ["B"] * 100})
    writers = [f"p{number}" for number in [*range(10), *range(100, 160)]]
    pairs = [(row, "seldom") for row in (0, 1, 2)] + [(row, "often") for row in range(70)]
    found = wb.theme_variants(units, links_of(writers, pairs), variant="variant", control="A")
    table = found.table.set_index("theme")
    assert table.loc["seldom", "suppressed"] == "floor"
    assert pd.isna(table.loc["seldom", "n_customers"])
    assert [(check.id, check.passed) for check in found.checks] == [("as_many_wrote", False)]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"variant": ["A", None]}, "must have a variant"),
        ({"variant": ["B", "C"]}, "control 'A'"),
        ({"respondent_id": ["p0", "p0"]}, "in one row"),
    ],
)
def test_a_trial_that_is_not_one_is_refused(frame, words):
    units = pd.DataFrame({"respondent_id": ["p0", "p1"], "variant": ["A", "B"]} | frame)
    with pytest.raises(DataError, match=words):
        wb.theme_variants(units, links_of(["p0"], [(0, "t")]), variant="variant", control="A")
