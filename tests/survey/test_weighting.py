"""What weights do, and goals of a study: against hand-made numbers, and where they are refused."""

import pandas as pd
import pytest

import workbench as wb

TOML = """
[study]
id = "x"
[survey]
files = [{ path = "w{wave}.csv" }]
respondent = "id"
weight = "w"
[survey.items."q*"]
scale = [1, 5]
[survey.outcomes]
whole = { kind = "mean", items = ["q1"], label = { sv = "Helhet", en = "Whole" } }
[survey.segments]
market = "market"
[[goals]]
measure = "whole"
target = 60
by = 2026-12-31
[[goals]]
measure = "whole"
segment = "market"
target = { SE = 60, NO = 10 }
"""


@pytest.fixture
def study(tmp_path) -> wb.Study:
    """Return two waves; in the second, the dissatisfied half weighs three times as much."""
    for wave in (1, 2):
        frame = pd.DataFrame({"q1": [1, 5] * 30, "market": ["SE"] * 40 + ["NO"] * 20})
        frame["id"] = [f"{wave}-{row}" for row in range(60)]
        frame["w"] = [3.0, 1.0] * 30 if wave == 2 else 1.0
        frame.to_csv(tmp_path / f"w{wave}.csv", index=False)
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    return wb.load_study(tmp_path)


def test_weighted_stands_beside_unweighted(study: wb.Study) -> None:
    result = wb.weight_effects(study.survey(), study.survey_model())
    row = result.table.iloc[0]
    assert row["unweighted"] == pytest.approx(50)
    assert row["estimate"] == pytest.approx(25)
    assert row["difference"] == pytest.approx(-25)
    assert row["ci_low"] < 25 < row["ci_high"]
    assert bool(row["turns"])
    now = result.weights.set_index("wave").loc["2"]
    assert now["n_effective"] == pytest.approx(60 / 1.25)  # mean of squares over squared mean
    assert now["design_effect"] == pytest.approx(1.25)
    assert (now["smallest"], now["largest"]) == (0.5, 1.5)
    assert result.weights.set_index("wave").loc["1", "design_effect"] == pytest.approx(1)
    assert "50.0 to 25.0" in result.summary("en")
    assert "Helhet" in result.summary("sv")


def test_an_earlier_wave_can_be_asked_for(study: wb.Study) -> None:
    result = wb.weight_effects(study.survey(), study.survey_model(), wave="1")
    assert result.table["difference"].tolist() == pytest.approx([0])
    assert not result.table["turns"].any()


def test_heavy_weights_are_warned_of(study: wb.Study) -> None:
    answers = study.survey()
    answers["weight"] = answers["weight"].where(answers.index != answers.index[-1], 60.0)
    checks = {c.id: c.passed for c in wb.weight_effects(answers, study.survey_model()).checks}
    assert checks == {"design_effect": False, "largest_weight": False}


def test_a_few_answers_are_not_shown(study: wb.Study) -> None:
    few = study.survey().groupby("wave").head(5)
    result = wb.weight_effects(few, study.survey_model())
    assert result.table[["n", "estimate", "unweighted", "difference"]].isna().all(axis=None)
    assert result.table["suppressed"].tolist() == ["floor"]
    assert "too few answers" in result.summary("en")


def test_a_study_without_weights_is_refused(study: wb.Study) -> None:
    model = study.survey_model().model_copy(update={"weight": None})
    with pytest.raises(wb.DataError, match="must name a weight"):
        wb.weight_effects(study.survey(), model)


def test_goals_of_a_study_are_judged_where_they_apply(study: wb.Study) -> None:
    now = study.survey().query("wave == '1'")
    judged = wb.judge_study_goals(study, now)
    assert list(judged) == ["goal_whole", "goal_whole_by_market"]
    assert judged["goal_whole"].table["verdict"].tolist() == ["cannot_tell"]
    by_market = judged["goal_whole_by_market"].table.set_index("segment")
    assert by_market.loc["NO", ["target", "verdict"]].tolist() == [10.0, "met"]
    assert "31 December 2026" in judged["goal_whole"].specs["table"].caption.render("en")


def test_one_market_is_judged_by_its_own_goal_alone(study: wb.Study) -> None:
    now = study.survey().query("wave == '1' and market == 'NO'")
    (result,) = wb.judge_study_goals(study, now, market="NO").values()
    assert result.table["target"].tolist() == [10.0]
    assert wb.judge_study_goals(study, now, market="DK") == {}
