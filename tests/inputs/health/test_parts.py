"""The health of one market, or up to a wave: that part alone, and what comparing it showed."""

from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from health.conftest import Frames, write_bank
from workbench.inputs import held
from workbench.report.wording.health import DataHealth
from workbench.results.health import HealthResult

LAST = "2026-06"


@pytest.fixture
def study(tmp_path, frames: Frames) -> wb.Study:
    """Return a bank where Norway has another code list for q6 and skipped q12 in the last wave."""
    for frame in frames.values():
        rows = (frame["market"] == "NO") & frame["q6"].isin([str(code) for code in range(1, 11)])
        frame.loc[rows, "q6"] = ((frame.loc[rows, "q6"].astype(int) + 1) // 2).astype(str)
    frames[LAST].loc[frames[LAST]["market"] == "NO", "q12"] = ""
    return write_bank(tmp_path, frames)


def _named(health: HealthResult) -> set[tuple[str, str]]:
    return {(finding.check, finding.item) for finding in health.of("alarm", "care")}


def test_a_market_counts_its_own_rows_and_is_told_what_the_others_show(
    study: wb.Study, frames: Frames
) -> None:
    norway, sweden = (study.health(only={"market": market}) for market in ("NO", "SE"))
    rows = int((frames[LAST]["market"] == "NO").sum())
    assert norway.coverage.table["n"].iloc[-1] == rows
    assert norway.table["n"].iloc[-1] == rows
    assert set(norway.missing.table["n"]) == {rows}
    assert norway.items.table["n"].max() <= sum(
        (frame["market"] == "NO").sum() for frame in frames.values()
    )
    assert {("code_list", "q6"), ("stopped_item", "q12")} <= _named(norway)
    assert not {("code_list", "q6"), ("stopped_item", "q12")} & _named(sweden)
    assert norway.grade in {"C", "D"}
    assert sweden.grade == "A"


def test_what_is_known_of_everyone_is_not_said_of_a_market(study: wb.Study) -> None:
    health = study.health(only={"market": "SE"})
    assert health.coverage.margins is None
    assert health.coverage.table["response_rate"].isna().all()
    assert "market" not in set(health.units.table["split"])
    said = [item.render("en") for item in DataHealth(health=health).unsaid().items]
    assert any("market SE" in text for text in said)
    assert not any("names no" in text for text in said)


def test_a_wave_is_examined_as_when_it_was_the_latest(study: wb.Study, frames: Frames) -> None:
    then = study.health(wave="2026-05")
    assert then.coverage.table["wave"].tolist() == ["2026-05"]
    assert then.missing.wave == "2026-05"
    assert then.coverage.table["n"].tolist() == [len(frames["2026-05"])]
    assert ("stopped_item", "q12") not in _named(then)


def test_an_empty_market_means_all(study: wb.Study) -> None:
    everyone = study.health()
    assert study.health(only={"market": ""}) is everyone


def test_a_part_that_is_not_there_is_refused(study: wb.Study) -> None:
    with pytest.raises(wb.DataError, match="No answer has this value of 'market'"):
        study.health(only={"market": "XX"})
    with pytest.raises(wb.DataError, match="Did you mean 'market'"):
        study.health(only={"markett": "SE"})
    with pytest.raises(wb.ParameterError, match="Wave '2026-07'"):
        study.health(wave="2026-07")


def test_so_few_that_they_may_not_be_shown_are_refused(tmp_path, frames: Frames) -> None:
    last = frames[LAST]
    frames[LAST] = pd.concat([last[last["market"] != "FI"], last[last["market"] == "FI"].head(5)])
    study = write_bank(tmp_path, frames)
    with pytest.raises(wb.DataError, match="at least 7 rows"):
        study.health(only={"market": "FI"})


@pytest.mark.parametrize(
    ("only", "wave"), [({}, LAST), ({"market": "NO"}, LAST), ({"market": "NO"}, "2026-05")]
)
def test_a_part_of_a_survey_that_is_held_says_the_same(
    study: wb.Study, monkeypatch: pytest.MonkeyPatch, only: dict[str, str], wave: str
) -> None:
    fresh = study.health(only=only, wave=wave)
    monkeypatch.setattr(held, "_held", type(held._held)())
    held.hold(held.read_for_holding(study.folder))
    again = wb.load_study(study.folder)
    health = again.health(only=only, wave=wave)
    assert (health is again.health()) == (not only), "the last wave is the whole survey"
    assert health.found == fresh.found
    assert [(c.id, c.passed, c.text) for c in health.checks] == [
        (c.id, c.passed, c.text) for c in fresh.checks
    ]
    for name, table in fresh.tables.items():
        pd.testing.assert_frame_equal(health.tables[name], table)
    for name in ("coverage", "missing", "listwise", "units", "items"):
        pd.testing.assert_frame_equal(getattr(health, name).table, getattr(fresh, name).table)


def test_a_market_that_was_not_in_the_first_wave_is_examined(
    tmp_path: Path, frames: Frames
) -> None:
    first = frames["2026-05"]
    frames["2026-05"] = first[first["market"] != "FI"]
    health = write_bank(tmp_path, frames).health(only={"market": "FI"})
    assert health.coverage.table["wave"].tolist() == [LAST]
