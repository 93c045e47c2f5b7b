"""The demo reports hold: verified here, and made again under every Python and lowest versions."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.report.demo import DEMOS
from workbench.report.run import run_notebook
from workbench.review.comparison import compare_results
from workbench.review.verify import Status, verify

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def test_the_demo_report_verifies_as_the_same(demo_report: Callable[[str], Path]) -> None:
    found = verify(demo_report("en"))
    assert [one.status for one in found] == [Status.SAME]


def _found(version: str) -> bool:
    """Say whether a Python of that version is on this machine and starts."""
    program = shutil.which(f"python{version}")
    if program is None:
        return False
    return subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0


def _made_elsewhere(repository: Path, folder: Path, notebook: str, study: str, *how: str) -> Path:
    """Make a demo report in a clone with an environment of its own; return its results.

    A clone, since another resolution writes another ``uv.lock``.
    """
    uv = shutil.which("uv") or str(repository / ".tools" / "bin" / "uv")
    place = folder / "-".join(how).replace("/", "")
    clone = place / "clone"
    subprocess.run(["git", "clone", "-q", str(repository), str(clone)], check=True)
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(place / "venv")}
    environment.pop("PYTHONPATH", None)
    subprocess.run(
        [
            *[uv, "run", "--no-dev", *how, "workbench", "run", notebook],
            *["--study", f"data/demo/{study}", "--language", "en", "--out", str(place / "out")],
        ],
        cwd=clone,
        env=environment,
        check=True,
        capture_output=True,
    )
    return next((place / "out").rglob("results.json"))


def _json(path: Path) -> dict[str, object]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.prove
@pytest.mark.parametrize("demo", sorted({(d.notebook, d.study) for d in DEMOS}), ids=str)
def test_every_tracked_notebook_gives_the_same_under_every_python_and_lowest_versions(
    repository: Path, tmp_path: Path, demo: tuple[str, str]
) -> None:
    notebook, study = demo
    here = run_notebook(
        notebook, repository / "data" / "demo" / study, language="en", out=tmp_path / "here"
    )
    ways = [("--frozen", "--python", version) for version in PYTHONS if _found(version)]
    assert len(ways) >= 1
    for how in [*ways, ("--resolution", "lowest-direct")]:
        there = _made_elsewhere(repository, tmp_path, notebook, study, *how)
        differences, _ = compare_results(_json(here.folder / "results.json"), _json(there))
        assert differences == [], how
