"""The demo reports compute the same in both languages, so one command can make both."""

from pathlib import Path

import pytest

from workbench.report.demo import DEMOS, ROUNDS
from workbench.report.run import Run, refuse_different_numbers

SWEDISH = [demo.name for demo in (*DEMOS, *ROUNDS) if demo.language == "sv"]


@pytest.mark.parametrize("name", SWEDISH)
def test_both_languages_hold_the_same_numbers(demo_folders: dict[str, Path], name: str) -> None:
    folders = {
        language: demo_folders[name.replace("/sv", f"/{language}")] for language in ("sv", "en")
    }
    refuse_different_numbers(
        [
            Run(folder=folder, report=folder / "report.html", language=language, status="done")
            for language, folder in folders.items()
        ]
    )
