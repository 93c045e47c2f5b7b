"""The demo studies: the same bytes every time, and the truth they claim."""

import csv
import io
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.inputs.demo import bank_world as world
from workbench.inputs.demo import demo_files, write_demo
from workbench.inputs.demo.interviews import interview_codebook

FILES = demo_files()


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_committed_demo_data_are_what_the_generator_writes(name: str, repository: Path) -> None:
    committed = (repository / "data/demo" / name).read_bytes()
    again = FILES[name].encode("utf-8")
    assert committed == again, "run `python -m workbench.inputs.demo` and commit data/demo"


def test_writing_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "notes.md").write_text("mine")
    paths = write_demo(tmp_path)
    assert (tmp_path / "bank" / "notes.md").read_text() == "mine"
    assert sorted(str(path.relative_to(tmp_path)) for path in paths) == sorted(FILES)


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads(FILES["bank/truth.json"])


@pytest.fixture(scope="module")
def waves() -> dict[str, pd.DataFrame]:
    return {wave: pd.read_csv(io.StringIO(FILES[f"bank/waves/{wave}.csv"])) for wave in world.WAVES}


def _nki(frame: pd.DataFrame) -> pd.Series:
    return (frame[["q1", "q2", "q3"]].replace(99, np.nan).mean(axis=1) - 1) / 9 * 100


def test_each_group_answers_as_the_truth_expects(truth: dict, waves: dict) -> None:
    deviations = []
    for row in truth["expected"]:
        if row["channel"] is None:
            continue
        frame = waves[row["wave"]].query("market == @row['market'] and channel == @row['channel']")
        ages = dict(zip(world.AGES, world.POPULATION_AGES, strict=True))
        shares = frame["age"].value_counts(normalize=True)
        weights = frame["age"].map(ages) / frame["age"].map(shares)
        nki = _nki(frame)
        answered = nki.notna()
        estimate = np.average(nki[answered], weights=weights[answered])
        n_effective = weights.sum() ** 2 / (weights**2).sum()
        deviations.append((estimate - row["nki"]) / (nki.std() / math.sqrt(n_effective)))
    assert len(deviations) == 72
    assert abs(np.mean(deviations)) < 4 / math.sqrt(72)
    assert 0.6 < np.std(deviations) < 1.4


def test_recommendations_are_as_the_truth_expects(truth: dict, waves: dict) -> None:
    total = {row["wave"]: row["nps"] for row in truth["expected"] if row["market"] is None}
    for wave, frame in waves.items():
        frame = frame[frame["recommend"] <= 10]
        points = 100.0 * ((frame["recommend"] >= 9).astype(int) - (frame["recommend"] <= 6))
        estimate = np.average(points, weights=frame["w"])
        error = points.std() / math.sqrt(frame["w"].sum() ** 2 / (frame["w"] ** 2).sum())
        assert abs(estimate - total[wave]) < 3 * error
        assert (frame["recommend"] == 0).any()


def test_weights_carry_each_wave_to_the_population(truth: dict, waves: dict) -> None:
    for wave, frame in waves.items():
        assert frame["w"].mean() == pytest.approx(1, abs=1e-3), wave
        for column, shares in truth["population"].items():
            weighted = frame.groupby(column)["w"].sum() / frame["w"].sum()
            assert weighted.to_dict() == pytest.approx(shares, abs=2e-3)


def test_half_of_each_wave_comes_back(truth: dict, waves: dict) -> None:
    for before, wave in zip(world.WAVES, world.WAVES[1:], strict=False):
        common = set(waves[before]["id"]) & set(waves[wave]["id"])
        assert len(common) == truth["panel"]["returning"][wave]
        pair = waves[before].set_index("id"), waves[wave].set_index("id")
        scores = [_nki(frame.loc[sorted(common)]) for frame in pair]
        assert 0.3 < scores[0].corr(scores[1]) < 0.65


def test_no_respondent_answers_a_wave_twice(waves: dict) -> None:
    assert all(frame["id"].is_unique for frame in waves.values())


def test_every_danish_channel_falls_while_the_total_does_not(truth: dict) -> None:
    simpson = truth["simpson"]
    assert simpson["total_change"] > 0
    assert max(simpson["change_by_channel"].values()) < -2
    assert simpson["change_by_channel"]["phone"] < -10


def test_one_cell_stays_below_the_floor(truth: dict, waves: dict) -> None:
    counts = {
        wave: int(((frame["market"] == "FI") & (frame["channel"] == "branch")).sum())
        for wave, frame in waves.items()
    }
    assert counts == truth["below_floor"]["n"]
    assert max(counts.values()) < 7


def test_the_waiting_grade_falls_in_the_last_wave(truth: dict, waves: dict) -> None:
    grades = {
        wave: (frame[["q10", "q11"]].replace(99, np.nan).mean(axis=1) - 1).mean() / 9 * 100
        for wave, frame in waves.items()
    }
    fall = grades["2026-06"] - grades["2026-05"]
    assert fall == pytest.approx(truth["falling_touchpoint"]["change"], abs=3)


def test_regression_finds_the_measured_effects(truth: dict, waves: dict) -> None:
    frame = pd.concat(waves.values())
    drivers = truth["drivers"]
    points = {}
    for name, driver in drivers.items():
        answers = frame[driver["items"]].where(lambda x: x <= 10)
        points[name] = (answers.mean(axis=1) - 1) / 9 * 100
    data = pd.DataFrame(points).assign(nki=_nki(frame)).dropna()
    design = np.column_stack([np.ones(len(data)), data[list(drivers)]])
    fit, residual, *_ = np.linalg.lstsq(design, data["nki"], rcond=None)
    errors = np.sqrt(
        residual[0] / (len(data) - design.shape[1]) * np.diag(np.linalg.inv(design.T @ design))
    )
    effects = [truth["measured"]["effect_per_5"][name] / 5 for name in drivers]
    expected = np.array([0.0, *effects])
    assert np.abs((fit - expected) / errors)[1:].max() < 3.5


def test_comments_have_the_planted_themes_and_persons(truth: dict, waves: dict) -> None:
    rows = list(csv.DictReader(io.StringIO(FILES["bank/truth_comments.csv"])))
    texts = {
        (wave, row.id): row.comment
        for wave, frame in waves.items()
        for row in frame[frame["comment"].notna()].itertuples()
    }
    assert {(row["wave"], row["id"]) for row in rows} == set(texts)
    values = {person["value"] for person in truth["comments"]["personal"]}
    spoken = {person.get("spoken", person["value"]) for person in truth["comments"]["personal"]}
    planted = [texts[row["wave"], row["id"]] for row in rows if row["personal"]]
    assert len(planted) == 24
    assert all(any(value in text for value in values | spoken) for text in planted)
    for group, shares in truth["comments"]["first_theme_share"].items():
        n = truth["comments"]["n"][group]
        first = [row["themes"].split("|")[0] for row in rows if row["group"] == group]
        for theme, share in shares.items():
            assert abs(first.count(theme) / n - share) < 4 * math.sqrt(share * (1 - share) / n)


@pytest.fixture(scope="module")
def letter() -> dict:
    return json.loads(FILES["invoice-letter/truth.json"])


def _round(name: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(FILES[f"invoice-letter/{name}.csv"]))


def _deviation(frame: pd.DataFrame, column: str, truth: float) -> float:
    """Return how many standard errors the difference B minus A lies from the truth."""
    by_variant = frame.groupby("variant")[column]
    means, variances = by_variant.mean(), by_variant.var() / by_variant.count()
    return (means["B"] - means["A"] - truth) / math.sqrt(variances.sum())


def test_the_second_round_has_the_true_effects(letter: dict) -> None:
    frame = _round("round-2")
    points = frame["recommend"].map(lambda s: 100 * ((s >= 9) - (s <= 6)), na_action="ignore")
    easy = (frame["ease"] >= 9).astype(float).where(frame["ease"].notna())
    frame = frame.assign(nps=points.astype(float), easy=easy)
    effects = {
        "paid_10": letter["paid_10"]["effect"],
        "nps": letter["nps"]["effect"],
        "easy": letter["ease_9_10"]["effect"],
        "calls": 0.0,
        "contacted": 0.0,
        "revenue": 0.0,
    }
    for column, effect in effects.items():
        assert abs(_deviation(frame, column, effect)) < 3, column
    response = frame["recommend"].notna().groupby(frame["variant"]).mean()
    assert response.to_dict() == pytest.approx(letter["response"], abs=0.015)


def test_only_finland_lost_letters_and_only_in_the_first_round(letter: dict) -> None:
    for name, broken in (("round-1", "FI"), ("round-2", None)):
        frame = _round(name)
        counts = pd.crosstab(frame["market"], frame["variant"])
        z = (counts["A"] - counts["B"]) / np.sqrt(counts.sum(axis=1))
        assert all((abs(z[market]) > 5) == (market == broken) for market in z.index), name
        assert letter["rounds"][name]["rows"] == int(counts.to_numpy().sum())
    frame = _round("round-1").query("market == 'FI'")
    shares = (frame["variant"] == "B").groupby(frame["assigned"]).mean()
    assert set(shares[shares < 0.3].index) == set(letter["rounds"]["round-1"]["lost_days"])


def test_comments_differ_by_letter_as_planted(letter: dict) -> None:
    rows = pd.read_csv(io.StringIO(FILES["invoice-letter/truth_comments.csv"]))
    customers = pd.concat([_round("round-1"), _round("round-2")])
    rows = rows.merge(customers[["customer", "variant", "comment"]], on="customer")
    assert rows["comment"].notna().all()
    for variant, group in rows.groupby("variant"):
        for theme, entry in letter["themes"].items():
            share = entry["share"][variant]
            found = (group["theme"] == theme).mean()
            assert abs(found - share) < 4 * math.sqrt(share * (1 - share) / len(group))


def test_every_coding_stands_in_its_transcript_under_its_question() -> None:
    truth = json.loads(FILES["interviews/truth.json"])
    codes = {entry["id"] for entry in interview_codebook()["code"]}
    for coding in truth["codings"]:
        text = FILES[f"interviews/transcripts/{coding['respondent']}.txt"]
        assert text[coding["start"] : coding["end"]] == coding["quote"]
        assert coding["quote"].strip() == coding["quote"] != ""
        assert "\n" not in coding["quote"]
        assert coding["code"] in codes
        asked = text.rfind("Intervjuare: ", 0, coding["start"])
        assert text.rfind(f"{coding['question']}. ", 0, coding["start"]) > 0
        assert text.find(f"\n{coding['respondent']}: ", asked, coding["start"]) > 0


def test_transcripts_ask_every_question_once_in_order() -> None:
    rows = list(csv.DictReader(io.StringIO(FILES["interviews/guide.csv"])))
    questions = [row["question_id"] for row in rows]
    assert questions == [f"F{number}" for number in range(1, 13)]
    assert len({row["segment"] for row in rows}) == 5
    states = json.loads(FILES["interviews/truth.json"])["states"]
    for number in range(1, 9):
        text = FILES[f"interviews/transcripts/R{number}.txt"]
        skipped = {
            state["question"]
            for state in states
            if state["respondent"] == f"R{number}" and state["state"] == "not_asked"
        }
        asked = re.findall(r"^Intervjuare: .*?\b(F\d+)\. ", text, re.MULTILINE)
        assert asked == [question for question in questions if question not in skipped]
        turns = re.findall(rf"^(?:Intervjuare|R{number}): ", text, re.MULTILINE)
        assert 25 <= len(turns) <= 45
        assert "[[" not in text
        assert "|" not in text


def test_two_coders_agree_often_but_not_always() -> None:
    themes = json.loads(FILES["interviews/truth.json"])["themes"]
    both = sum(theme["cells"]["both"] for theme in themes.values())
    apart = sum(theme["cells"]["only_A"] + theme["cells"]["only_B"] for theme in themes.values())
    assert both > 4 * apart > 0
    assert themes["vanta_utan_besked"]["denied_by"] == ["R4"]
    assert len(themes) == 10


@pytest.mark.parametrize(
    "name", ["bank/waves/2026-01.csv", "invoice-letter/round-1.csv", "invoice-letter/round-2.csv"]
)
def test_the_dictionary_names_every_column(name: str, repository: Path) -> None:
    dictionary = (repository / "data" / "README.md").read_text(encoding="utf-8")
    header = FILES[name].partition("\n")[0].split(",")
    assert [column for column in header if f"`{column}`" not in dictionary] == []


def test_the_dictionary_quotes_the_true_effects(letter: dict, repository: Path) -> None:
    dictionary = (repository / "data" / "README.md").read_text(encoding="utf-8")
    for text in (
        f"+{100 * letter['paid_10']['effect']:.1f} percentage points paid",
        f"+{letter['nps']['effect']:.1f} NPS",
        f"+{100 * letter['ease_9_10']['effect']:.1f} percentage points who found",
    ):
        assert text in dictionary


def test_the_module_writes_the_studies_it_names(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "workbench.inputs.demo", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert {str(tmp_path / name) for name in FILES} <= set(done.stdout.splitlines())
    assert (tmp_path / "bank" / "study.toml").read_text(encoding="utf-8") == FILES[
        "bank/study.toml"
    ]
