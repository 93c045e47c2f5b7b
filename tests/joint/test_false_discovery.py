"""Planted links between themes and scores are found, and none is invented."""

import numpy as np
import pytest
from joint_worlds import NULLS, PLANTED, bank_answers, made_links

import workbench as wb
from workbench.estimates import benjamini_hochberg, benjamini_yekutieli
from workbench.experiment.calibration import binomial_band

STRONG = ("waiting", "start_over", "app_easy", "adviser", "staff")
"""Themes whose share differs most between promoters and detractors in the generator."""


def _is_right(row) -> bool:
    """Whether a called link was planted, with the sign that was planted."""
    if row["theme"] in NULLS:
        return False
    share = PLANTED.themes[row["theme"]]["share"]
    return (row["verdict"] == "higher") == (share["promoter"] > share["detractor"])


def discoveries(seed: int, *, planted: bool, n: int = 384) -> tuple[float, int, set[str]]:
    """Return the share of false calls, the number of calls, and the strong links recovered."""
    rng = np.random.default_rng([seed, n, planted])
    answers = bank_answers(rng, n)
    links = made_links(rng, answers, planted=planted)
    called = wb.joint(answers, links, ["nps", "nki", "recommend"], weight="weight").real
    right = [_is_right(row) for row in called.to_dict("records")]
    false_share = 1 - np.mean(right) if right else 0.0
    of_nps = called[called["outcome"] == "nps"]
    return float(false_share), len(right), set(of_nps["theme"]) & set(STRONG)


def _measure(runs: int) -> dict[str, float]:
    mixed = [discoveries(seed, planted=True) for seed in range(runs)]
    silent = [discoveries(seed, planted=False) for seed in range(runs)]
    return {
        "runs": runs,
        "false_discovery_rate": float(np.mean([share for share, _, _ in mixed])),
        "strong_recovered": float(np.mean([len(found) / len(STRONG) for *_, found in mixed])),
        "calls_per_run": float(np.mean([calls for _, calls, _ in mixed])),
        "runs_with_invented_links": float(np.mean([calls > 0 for _, calls, _ in silent])),
    }


def test_planted_links_are_recovered_and_none_is_invented():
    runs = 16
    found = _measure(runs)
    assert found["strong_recovered"] > 0.85
    assert found["false_discovery_rate"] <= binomial_band(0.05, runs)[1]
    assert found["runs_with_invented_links"] <= binomial_band(0.05, runs)[1]


@pytest.mark.prove
def test_false_discovery_is_held_over_two_hundred_simulations(store_table):
    found = _measure(200)
    store_table(
        "joint_links",
        [found],
        claim="Planted links between themes and scores are recovered; at most 5 % of what is "
        "called is false, and at most 5 % of banks without links get one",
        modules=[
            "workbench.joint.scores",
            "workbench.joint.together",
            "workbench.joint.writers",
        ],
    )
    assert found["strong_recovered"] > 0.9
    assert found["false_discovery_rate"] <= 0.05
    assert found["runs_with_invented_links"] <= 0.05


def test_a_blind_test_would_fail_here():
    """Without a correction, links are invented: the simulation can tell."""
    invented = []
    for seed in range(20):
        rng = np.random.default_rng([seed, 384, 0])
        answers = bank_answers(rng, 384)
        table = wb.joint(answers, made_links(rng, answers, planted=False), ["nps", "nki"]).table
        invented.append((table["p_value"] < 0.05).any())
    assert np.mean(invented) >= 0.25


def test_yekutieli_is_hochberg_times_the_harmonic_number():
    p_values = [0.0001, 0.004, 0.019, 0.095, 0.201]  # Benjamini and Hochberg (1995), some of 15
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5
    expected = np.minimum(benjamini_hochberg(p_values) * harmonic, 1)
    assert benjamini_yekutieli(p_values) == pytest.approx(expected)


def test_yekutieli_is_that_of_statsmodels():
    from statsmodels.stats.multitest import multipletests

    p_values = np.random.default_rng(3).random(40) ** 3
    expected = multipletests(p_values, method="fdr_by")[1]
    assert benjamini_yekutieli(p_values) == pytest.approx(expected)
    assert np.isnan(benjamini_yekutieli([0.2, np.nan])).tolist() == [False, True]
