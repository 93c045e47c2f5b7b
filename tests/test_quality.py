"""Lint, format and types hold for everything that is tracked."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = {
    "lint": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["pyright"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_source_passes(name: str, repository: Path) -> None:
    command = [sys.executable, "-m", *COMMANDS[name]]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
