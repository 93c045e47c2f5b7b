"""A new wave: what is surely the same is renamed, the rest is told and waits for a person."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.inputs.checking import check_study
from workbench.inputs.drafting import add_wave


@pytest.fixture
def bank(repository: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(repository / "data" / "demo" / "bank", folder)
    for wave in ("2026-01", "2026-02", "2026-03", "2026-04"):
        (folder / "waves" / f"{wave}.csv").unlink()
    toml = (folder / "study.toml").read_text(encoding="utf-8")
    kept, _, waves = toml.partition('[survey.waves."2026-01"]')
    last = waves[waves.index('[survey.waves."2026-05"]') :]
    (folder / "study.toml").write_text(kept + last, encoding="utf-8")
    return folder


def new_wave(bank: Path, **changes: str) -> Path:
    frame = pd.read_csv(bank / "waves" / "2026-06.csv", dtype=str, keep_default_na=False)
    path = bank.parent / "answers_2026-07.csv"
    frame.assign(id="N" + frame["id"]).rename(columns=changes).to_csv(path, index=False)
    return path


def test_a_wave_that_fits_is_put_in_place(bank: Path) -> None:
    added = add_wave(bank, new_wave(bank))
    assert (added.wave, added.fits, added.exit_code) == ("2026-07", True, 0)
    assert (bank / "waves" / "2026-07.csv").is_file()
    assert check_study(bank).errors == ()
    assert wb.load_study(bank).reading().waves["wave"].tolist()[-1] == "2026-07"


def test_signs_and_capitals_are_renamed_by_themselves(bank: Path) -> None:
    added = add_wave(bank, new_wave(bank, q7=" Q 7", market="Market"))
    assert added.rename == {" Q 7": "q7", "Market": "market"}
    assert added.fits
    assert check_study(bank).errors == ()


def test_likeness_is_told_and_stops_until_decided(bank: Path) -> None:
    added = add_wave(bank, new_wave(bank, recommend="recommendation", q9="zzz"))
    assert {c: m.found for c, m in added.likely.items()} == {"recommend": "recommendation"}
    assert added.absent == ("q9",)
    assert added.unknown == ("zzz",)
    assert added.exit_code == 3
    assert "'recommendation' may be it" in added.text("en")
    assert "Bestäm" in added.text("sv")
    (error,) = check_study(bank).errors
    assert "'recommend' is not in" in error
    toml = (bank / "study.toml").read_text(encoding="utf-8")
    decided = toml.replace("# guess, decide: rename", "rename").replace(
        "# guess, decide: not_asked", "not_asked"
    ).replace("# guess, decide: ignore", "ignore")  # fmt: skip
    (bank / "study.toml").write_text(decided, encoding="utf-8")
    assert check_study(bank).errors == ()


def test_new_codes_and_values_are_counted_never_shown(bank: Path) -> None:
    path = new_wave(bank)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[:9, "q5"] = "11"
    frame.loc[frame["channel"] == "branch", "channel"] = "secret place"
    frame.to_csv(path, index=False)
    text = add_wave(bank, path).text("en")
    assert "'q5': 10 of" in text
    assert "'channel': 1 new value, 1 common value is gone." in text
    assert "secret" not in text


def test_a_known_wave_is_refused_and_nothing_is_written(bank: Path) -> None:
    before = (bank / "study.toml").read_bytes()
    with pytest.raises(wb.StudyError, match="in the study already"):
        add_wave(bank, new_wave(bank), wave="2026-06")
    assert (bank / "study.toml").read_bytes() == before


def test_a_study_of_single_files_says_how_to_make_room(bank: Path) -> None:
    toml = (bank / "study.toml").read_text(encoding="utf-8")
    single = toml.replace(
        '[{ path = "waves/2026-*.csv", wave_from = "name" }]',
        '[{ path = "waves/2026-05.csv", wave = "2026-05" }, '
        '{ path = "waves/2026-06.csv", wave = "2026-06" }]',
    )
    (bank / "study.toml").write_text(single, encoding="utf-8")
    with pytest.raises(wb.StudyError, match="no place for a further wave"):
        add_wave(bank, new_wave(bank))
