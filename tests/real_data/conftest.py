"""Studies over public data: their ``study.toml`` is kept here, the data are not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb

HERE = Path(__file__).parent
OpenStudy = Callable[[str], wb.Study]


@pytest.fixture
def study_copy(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a scratch folder for a study; data are found through the environment."""
    monkeypatch.setenv("WORKBENCH_REAL_DATA", str(real_data))
    return tmp_path


@pytest.fixture
def open_study(study_copy: Path) -> OpenStudy:
    """Return a function that opens a copy of one of the studies here."""

    def opened(name: str) -> wb.Study:
        folder = study_copy / name
        shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns(".keys"))
        return wb.load_study(folder)

    return opened
