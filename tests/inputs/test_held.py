"""A reading that is held is taken for the same bytes only, and equals a reading made anew."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import StudyError
from workbench.inputs import held
from workbench.inputs.study import load_study

STUDY = """
[study]
id = "small"
[survey]
files = [{ path = "waves/*.csv", wave_from = "name" }]
respondent = "id"
person = "key"
[survey.items.score]
scale = [0, 10]
[survey.outcomes]
nps = { item = "score" }
[survey.waves."2026-01"]
closed = 2026-01-31
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "waves").mkdir()
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    rows = "".join(f"{i},k{i},{i % 11}\n" for i in range(40))
    (tmp_path / "waves" / "2026-01.csv").write_text("id,key,score\n" + rows, encoding="utf-8")
    load_study(tmp_path).survey()  # makes the key of the pseudonyms
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_held", type(held._held)())
    monkeypatch.setattr(held, "_files", type(held._files)())
    monkeypatch.setattr(held, "_tried", set())


def _hold(folder: Path) -> None:
    """Hold a study as the preloaded process does: read apart, sent as bytes."""
    sent = pickle.dumps(held.read_for_holding(folder))
    held.hold(pickle.loads(sent))  # noqa: S301 - our own bytes


def test_a_held_reading_equals_one_made_anew(folder: Path) -> None:
    fresh = load_study(folder)
    assert not held.is_held(folder)
    _hold(folder)
    assert held.is_held(folder)
    study = load_study(folder)
    assert study.reading() is load_study(folder).reading(), "it was not taken from what is held"
    pd.testing.assert_frame_equal(study.survey(), fresh.survey())
    pd.testing.assert_frame_equal(study.reading().missing, fresh.reading().missing)
    pd.testing.assert_frame_equal(study.health().table, fresh.health().table)
    assert study.health() is load_study(folder).health()
    assert study.health(floor=9) is not study.health()


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _new_wave(folder: Path) -> None:
    text = (folder / "waves/2026-01.csv").read_text(encoding="utf-8").replace("\n1,", "\n101,")
    (folder / "waves/2026-02.csv").write_text(text, encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an answer": lambda folder: _append(folder / "waves/2026-01.csv", "99,k99,3\n"),
    "a new file": _new_wave,
    "the scale": lambda folder: _append(
        folder / "study.toml", "[survey.items.other]\nscale = [0, 5]\n"
    ),
    "the key": lambda folder: (folder / ".keys/pseudonym.key").write_text("ab" * 32),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_since_is_read_again(folder: Path, change: str) -> None:
    _hold(folder)
    before = load_study(folder).reading()
    CHANGES[change](folder)
    assert not held.is_held(folder)
    assert held.held_reading(load_study(folder).source()) is None
    if change != "the scale":  # no file has such a column: reading says so
        assert load_study(folder).reading() is not before


def test_what_the_study_says_is_kept_for_the_same_bytes(folder: Path) -> None:
    fresh = load_study(folder)
    held.is_held(folder)
    study = load_study(folder)
    assert study.model == fresh.model
    assert study.model is load_study(folder).model, "it was read again"
    _append(folder / "study.toml", "[survey.items.other]\nscale = [0, 5]\n")
    assert set(load_study(folder).survey_model().items) == {"score", "other"}
    (folder / "study.toml").write_text("[study]\nid = 1.5\n", encoding="utf-8")
    with pytest.raises(StudyError, match="must be text"):
        load_study(folder)
    (folder / "study.toml").unlink()
    with pytest.raises(StudyError, match=r"has no study\.toml"):
        load_study(folder)


def test_a_study_that_can_t_be_read_is_left_to_the_notebook(folder: Path) -> None:
    _append(folder / "waves/2026-01.csv", "".join(f"{i},k{i},77\n" for i in range(200, 300)))
    _hold(folder)
    assert held.is_held(folder), "it would be tried again for every notebook"
    assert held.held_reading(load_study(folder).source()) is None
    (folder / "study.toml").write_text("no toml", encoding="utf-8")
    assert held.is_held(folder)


def test_no_more_surveys_are_held_than_fit(folder: Path) -> None:
    for number in range(6):
        _append(folder / "waves/2026-01.csv", f"{500 + number},k{500 + number},3\n")
        _hold(folder)
    assert len(held._held) == 4
    for number in range(6):
        elsewhere = folder.with_name(f"study-{number}")
        shutil.copytree(folder, elsewhere)
        assert not held.is_held(elsewhere)
    assert len(held._files) == 4
    assert held.is_held(folder)
