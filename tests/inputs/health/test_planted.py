"""Every planted fault is named where it is, and clean answers give no alarm."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from health.conftest import Examine, Frames, bank_frames, write_bank
from workbench.inputs.demo.bank import draw_bank
from workbench.results.health import Finding, HealthResult

ITEMS = [*(f"q{number}" for number in range(1, 18)), "recommend"]
LAST = "2026-06"


def named(health: HealthResult, check: str) -> list[Finding]:
    """Return the findings of a check that call for care."""
    return [finding for finding in health.of("alarm", "care") if finding.check == check]


def test_a_clean_bank_is_graded_a(frames: Frames, examine: Examine) -> None:
    health = examine(frames)
    assert health.of("alarm", "care") == []
    assert set(health.table["health"]) == {"A"}


@pytest.mark.parametrize("seed", range(3))
def test_clean_banks_give_no_alarm(seed: int, tmp_path: Path) -> None:
    health = wb.data_health(write_bank(tmp_path, bank_frames(seed)))
    assert [finding.id for finding in health.of("alarm", "care")] == []


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_clean_banks_give_no_alarm(seed: int, tmp_path: Path) -> None:
    health = wb.data_health(write_bank(tmp_path, bank_frames(seed)))
    assert [finding.id for finding in health.of("alarm", "care")] == []


def plant_copies(frame: pd.DataFrame, rng: np.random.Generator, changes: int) -> pd.DataFrame:
    """Add 5 % copies under new keys and times, each with some answers changed."""
    copies = frame.sample(frac=0.05, random_state=3)
    copies = copies.assign(id=[f"N{place}" for place in range(len(copies))])
    for place in range(len(copies)):
        for item in rng.choice(ITEMS[:17], size=changes, replace=False):
            row = copies.index[place]
            copies.loc[row, item] = str(rng.integers(1, 11))
    return pd.concat([frame, copies], ignore_index=True)


@pytest.mark.parametrize(("changes", "check"), [(0, "exact_duplicates"), (2, "near_duplicates")])
def test_copied_rows_are_named(
    changes: int, check: str, frames: Frames, examine: Examine, rng: np.random.Generator
) -> None:
    n = len(frames[LAST])
    frames[LAST] = plant_copies(frames[LAST], rng, changes)
    (finding,) = named(examine(frames), check)
    planted = len(frames[LAST]) - n
    assert finding.severity == "alarm"
    assert finding.wave == LAST
    assert finding.n is not None
    assert 0.8 * planted <= finding.n <= planted


def test_a_respondent_who_answers_twice_is_named(frames: Frames, examine: Examine) -> None:
    frames[LAST].loc[:29, "id"] = frames[LAST].loc[40:69, "id"].to_numpy()
    (finding,) = named(examine(frames), "same_respondent")
    assert (finding.wave, finding.n) == (LAST, 30)


def test_straight_lines_are_named_with_their_market(frames: Frames, examine: Examine) -> None:
    frame = frames[LAST]
    rows = frame.index[frame["market"] == "NO"][:45]
    frame.loc[rows, ITEMS] = "7"
    findings = named(examine(frames), "straight_lines")
    assert {finding.wave for finding in findings} == {"", LAST}
    assert {finding.unit for finding in findings} == {"", "market = NO"}


def test_straight_lines_are_seen_before_items_are_turned(tmp_path: Path, frames: Frames) -> None:
    frames[LAST].loc[:79, ITEMS] = "8"
    study = write_bank(tmp_path, frames)
    toml = study.path.read_text(encoding="utf-8")
    turned = toml.replace("[survey.items.q4]\n", "[survey.items.q4]\nreverse = true\n")
    study.path.write_text(turned, encoding="utf-8")
    health = wb.data_health(wb.load_study(tmp_path))
    assert [f.n for f in named(health, "straight_lines")] == [80 + 4]


def test_speeders_are_named(frames: Frames, examine: Examine) -> None:
    frames[LAST].loc[:59, "duration"] = "30"
    findings = named(examine(frames), "speeding")
    assert [(finding.wave, finding.severity) for finding in findings] == [(LAST, "alarm")]


@pytest.mark.parametrize("fault", ["0 to 9", "1 to 5"])
def test_a_market_with_another_code_list_is_named(
    fault: str, frames: Frames, examine: Examine
) -> None:
    for frame in frames.values():
        rows = (frame["market"] == "NO") & frame["q6"].isin([str(code) for code in range(1, 11)])
        answers = frame.loc[rows, "q6"].astype(int)
        coded = (answers + 1) // 2 if fault == "1 to 5" else answers.clip(upper=9)
        frame.loc[rows, "q6"] = coded.astype(str)
    findings = named(examine(frames), "code_list")
    assert [(f.item, f.unit, f.severity) for f in findings] == [("q6", "market = NO", "alarm")]


def test_a_turned_scale_in_one_market_is_named(frames: Frames, examine: Examine) -> None:
    for frame in frames.values():
        rows = (frame["market"] == "DK") & frame["q7"].isin([str(code) for code in range(1, 11)])
        frame.loc[rows, "q7"] = (11 - frame.loc[rows, "q7"].astype(int)).astype(str)
    findings = named(examine(frames), "turned_item")
    assert ("q7", "market = DK") in {(finding.item, finding.unit) for finding in findings}


def test_other_words_for_a_category_in_one_wave_are_named(frames: Frames, examine: Examine) -> None:
    frames[LAST]["age"] = frames[LAST]["age"].replace({"18-29": "18–29", "65+": "65 and over"})
    health = examine(frames)
    assert [(f.item, f.wave) for f in named(health, "code_list")] == [("age", LAST)]
    (empty,) = named(health, "empty_segment")
    assert empty.text.values["groups"] == ["18-29", "65+"]  # noqa: PD011 - of a message


def test_a_dead_and_a_constant_item_are_named(frames: Frames, examine: Examine) -> None:
    for frame in frames.values():
        frame["q5"] = ""
        frame["q9"] = "5"
    health = examine(frames)
    assert [finding.item for finding in named(health, "dead_item")] == ["q5"]
    assert [finding.item for finding in named(health, "constant_item")] == ["q9"]
    assert health.grade == "C"


def test_an_item_that_one_market_stopped_asking_is_named(frames: Frames, examine: Examine) -> None:
    frames[LAST].loc[frames[LAST]["market"] == "DK", "q12"] = ""
    (finding,) = named(examine(frames), "stopped_item")
    assert (finding.item, finding.wave, finding.unit) == ("q12", LAST, "market = DK")


def test_a_wave_that_did_not_ask_is_named_once(frames: Frames, examine: Examine) -> None:
    frames[LAST]["q12"] = ""
    (finding,) = named(examine(frames), "stopped_item")
    assert (finding.item, finding.wave, finding.unit) == ("q12", LAST, "")


def test_a_jump_in_blanks_is_named(
    frames: Frames, examine: Examine, rng: np.random.Generator
) -> None:
    frames[LAST].loc[rng.random(len(frames[LAST])) < 0.3, "q10"] = ""
    (finding,) = named(examine(frames), "missing_jump")
    assert (finding.item, finding.wave) == ("q10", LAST)


def test_partial_answers_are_named(frames: Frames, examine: Examine) -> None:
    frames[LAST].loc[:99, ITEMS[5:]] = ""
    findings = named(examine(frames), "partial")
    assert [(finding.wave, finding.n) for finding in findings] == [(LAST, 100)]


def test_an_empty_segment_is_named(frames: Frames, examine: Examine) -> None:
    frames[LAST] = frames[LAST][frames[LAST]["market"] != "FI"]
    findings = named(examine(frames), "empty_segment")
    assert [(f.wave, f.unit) for f in findings] == [(LAST, "market = FI")]


def test_unlike_the_population_is_named(frames: Frames, examine: Examine) -> None:
    frames[LAST]["w"] = "1"
    frame = frames[LAST]
    frames[LAST] = frame[(frame["market"] != "SE") | (frame.index % 3 == 0)]
    findings = named(examine(frames), "representative")
    assert "market = SE" in {finding.unit for finding in findings}


def test_answers_out_of_scale_are_counted(frames: Frames, examine: Examine) -> None:
    frames[LAST].loc[:4, "q3"] = "11"
    (finding,) = named(examine(frames), "out_of_scale")
    assert (finding.item, finding.n) == ("q3", 5)


def test_answers_after_the_wave_closed_are_named(frames: Frames, examine: Examine) -> None:
    frames[LAST].loc[:19, "submitted"] = "2026-07-15 10:00"
    (finding,) = named(examine(frames), "dates")
    assert (finding.wave, finding.n) == (LAST, 20)


def test_more_answers_than_invited_is_an_alarm(tmp_path: Path, frames: Frames) -> None:
    study = write_bank(tmp_path, frames)
    toml = study.path.read_text(encoding="utf-8")
    study.path.write_text(toml.replace("invited = 2460", "invited = 300"), encoding="utf-8")
    (finding,) = named(wb.data_health(wb.load_study(tmp_path)), "response")
    assert (finding.wave, finding.severity) == (LAST, "alarm")


def test_drifted_columns_stop_with_each_named(tmp_path: Path, frames: Frames) -> None:
    frames[LAST] = frames[LAST].rename(columns={"q7": "Q 7", "market": "Market"})
    with pytest.raises(wb.StudyError) as caught:
        wb.data_health(write_bank(tmp_path, frames))
    assert "Did you mean 'Q 7'?" in str(caught.value)
    assert "Did you mean 'Market'?" in str(caught.value)


def test_the_planted_straight_liners_of_the_demo_are_counted_but_no_alarm(
    tmp_path: Path,
) -> None:
    bank = draw_bank(5)
    planted = sum(row["wave"] == LAST for row in bank.straight_liners)
    health = wb.data_health(write_bank(tmp_path, bank_frames(5)))
    (note,) = [f for f in health.of("note") if f.check == "straight_lines" and f.wave == LAST]
    assert note.n is not None
    assert planted <= note.n <= planted + 2
