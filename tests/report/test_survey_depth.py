"""What the satisfaction report says of goals, readings, contributions, weights and a pulse."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.report.run import run_notebook
from workbench.report.wording.chart import headline_control_chart
from workbench.report.wording.contributions import headline_contributions, lead_contributions
from workbench.report.wording.goals import headline_goals
from workbench.report.wording.pooling import headline_pooled
from workbench.report.wording.readings import headline_readings, lead_readings, turned

TOML = """
[study]
id = "x"
[survey]
files = [{ path = "w{wave}.csv" }]
respondent = "id"
[survey.items."q*"]
scale = [1, 10]
[survey.outcomes]
nki = { items = ["q1", "q2", "q3"] }
nps = { item = "recommend", scale = [0, 10] }
[survey.segments]
market = "market"
[survey.waves.1]
closed = 2025-06-30
[survey.waves.2]
closed = 2026-06-30
changed = ["q1"]
[[goals]]
measure = "nki"
target = 40
[surveys.pulse]
files = "pulse.csv"
respondent = "id"
[surveys.pulse.items.p1]
scale = [1, 5]
[surveys.pulse.outcomes]
mood = { kind = "mean", items = ["p1"] }
"""


def _answers(rng: np.random.Generator, wave: int) -> pd.DataFrame:
    frame = pd.DataFrame({f"q{k}": rng.integers(3, 11, 120) for k in (1, 2, 3)})
    frame["recommend"] = rng.integers(0, 11, 120)
    frame["market"] = np.tile(["SE", "NO", "DK"], 40)
    frame["id"] = [f"{wave}-{row}" for row in range(120)]
    return frame


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, dict]:
    """Run the satisfaction notebook on two waves, the second reworded, with a pulse beside."""
    folder = tmp_path_factory.mktemp("depth")
    rng = np.random.default_rng(5)
    for wave in (1, 2):
        _answers(rng, wave).to_csv(folder / f"w{wave}.csv", index=False)
    pulse = pd.DataFrame({"id": range(50), "p1": rng.integers(1, 6, 50)})
    pulse.to_csv(folder / "pulse.csv", index=False)
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    notebook = repository / "notebooks" / "20_satisfaction.ipynb"
    made = run_notebook(notebook, folder, language="sv", out=folder / "out")
    assert made.status == "done"
    content = json.loads((made.folder / "results.json").read_text(encoding="utf-8"))
    return {result["id"]: result for result in content["results"]}


def _column(result: dict, name: str) -> list:
    table = result["tables"]["table"]
    return [row[table["columns"].index(name)] for row in table["rows"]]


def test_a_reworded_question_breaks_its_own_line_only(results: dict[str, dict]) -> None:
    assert _column(results["nki_change"], "verdict") == ["broken"]
    assert _column(results["nps_change"], "verdict") != ["broken"]
    assert "nki_contributions_by_market" not in results
    assert "nki_readings" not in results


def test_a_goal_is_judged_and_a_pulse_stands_beside(results: dict[str, dict]) -> None:
    assert _column(results["goal_nki"], "verdict") == ["met"]
    assert _column(results["pulse_mood_by_wave"], "n") == [50]
    assert _column(results["nki"], "n") == [120], "the pulse is not mixed in"


@pytest.fixture(scope="module")
def tracker() -> pd.DataFrame:
    """Return ten waves; in the last, SE falls and the median of NO does not."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"wave": np.repeat([f"2025-{k + 1:02d}" for k in range(10)], 160)})
    frame["market"] = np.tile(["SE"] * 90 + ["NO"] * 40 + ["DK"] * 20 + ["FI"] * 10, 10)
    fall = 30 * ((frame["wave"] == "2025-10") & (frame["market"] == "SE"))
    frame["nki"] = np.clip(rng.normal(70, 12, len(frame)) - fall, 0, 100)
    return frame


def test_the_fall_is_out_of_the_ordinary_and_comes_from_one_market(tracker: pd.DataFrame) -> None:
    chart = wb.control_chart(tracker, "nki")
    assert headline_control_chart(chart).render("en").endswith("below its ordinary ups and downs")
    still = wb.control_chart(tracker[tracker["wave"] < "2025-10"], "nki")
    assert "within what is ordinary" in headline_control_chart(still).render("en")
    brought = wb.explain_change(tracker, "nki", by="market")
    assert "comes from SE" in headline_contributions(brought).render("en")
    assert "within the groups" in lead_contributions(brought)[0].render("en")
    few = wb.control_chart(tracker[tracker["wave"] >= "2025-08"], "nki")
    assert "too few waves" in headline_control_chart(few).render("en")


def test_other_readings_that_turn_are_named(tracker: pd.DataFrame) -> None:
    assert not turned(wb.read_again(tracker, "nki"))
    half = pd.DataFrame({"wave": ["1"] * 400 + ["2"] * 400, "w": 1.0})
    half["nki"] = [60.0, 80.0] * 200 + [30.0] * 100 + [70.0] * 100 + [90.0] * 200
    half.loc[half["wave"] == "2", "w"] = [4.0] * 100 + [1.0] * 300
    result = wb.read_again(half, "nki", weight="w")
    assert turned(result)
    assert "turns" in headline_readings(result).render("en")
    assert lead_readings(result)


def test_goals_and_pooling_say_how_many_and_how_far(tracker: pd.DataFrame) -> None:
    now = tracker[tracker["wave"] == "2025-10"].assign(top=lambda f: (f["nki"] > 60) * 10)
    measured = wb.nps(now, "top", by="market")
    goals = wb.judge_goals(measured, {"SE": 90, "NO": -95})
    assert "met 1, not reached 1" in headline_goals(goals).render("en")
    pooled = wb.pool_segments(now, "nki", by="market")
    assert "points beyond chance" in headline_pooled(pooled).render("en")
