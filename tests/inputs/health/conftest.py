"""A clean bank of two waves, and a way to plant faults in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.inputs.demo import STUDIES
from workbench.inputs.demo.bank import COLUMNS, draw_bank
from workbench.inputs.health import data_health
from workbench.results.health import HealthResult

WAVES = ("2026-05", "2026-06")
Frames = dict[str, pd.DataFrame]
Examine = Callable[[Frames], HealthResult]


def bank_frames(seed: int) -> Frames:
    """Return the last waves of a bank drawn from another seed, every cell as its file has it."""
    bank = draw_bank(seed)
    return {wave: pd.DataFrame(bank.waves[wave], columns=COLUMNS).astype(str) for wave in WAVES}


def write_bank(folder: Path, frames: Frames) -> wb.Study:
    """Write the frames as a study."""
    toml = (STUDIES / "bank.toml").read_text(encoding="utf-8")
    kept, _, waves = toml.partition('[survey.waves."2026-01"]')
    wanted = [
        f'[survey.waves."{block}'
        for block in waves.split('[survey.waves."')[1:]
        if block.startswith(WAVES)
    ]
    (folder / "waves").mkdir(exist_ok=True)
    (folder / "study.toml").write_text(kept + "".join(wanted), encoding="utf-8")
    for wave, frame in frames.items():
        frame.to_csv(folder / "waves" / f"{wave}.csv", index=False)
    return wb.load_study(folder)


@pytest.fixture(scope="session")
def clean() -> Frames:
    """Return a clean bank."""
    return bank_frames(11)


@pytest.fixture
def frames(clean: Frames) -> Frames:
    """Return a copy of the clean bank that a test may damage."""
    return {wave: frame.copy() for wave, frame in clean.items()}


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """Return a function that writes frames as a study and examines it."""
    return lambda frames: data_health(write_bank(tmp_path, frames))


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a seeded generator."""
    return np.random.default_rng(7)
