"""The demo reports hold: verified here, and verified under every Python and lowest versions."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.report.demo import DEMOS
from workbench.report.run import run_notebook
from workbench.review.pages import unrecorded_numbers
from workbench.review.verify import Status, verify

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LOWEST = ("--resolution", "lowest-direct")


def test_the_demo_report_verifies_as_the_same(demo_report: Callable[[str], Path]) -> None:
    found = verify(demo_report("en"))
    assert [one.status for one in found] == [Status.SAME]


@pytest.mark.parametrize(
    ("notebook", "study"), [("25_levels", "bank"), ("50_themes", "interviews")]
)
def test_a_report_beside_others_verifies_as_the_same(
    demo_report: Callable[[str], Path],
    repository: Path,
    tmp_path: Path,
    notebook: str,
    study: str,
) -> None:
    """Its open actions look at numbers of the other report, which it can't find when run alone."""
    beside = demo_report("en")
    shutil.copytree(beside, tmp_path / beside.relative_to(beside.parents[3]))
    made = run_notebook(notebook, repository / "data" / "demo" / study, language="en", out=tmp_path)
    (found,) = verify(made.folder)
    assert (found.status, found.differences) == (Status.SAME, ())
    if notebook == "25_levels":
        page = (made.folder / "report.html").read_text(encoding="utf-8")
        facts = json.loads((made.folder / "record.json").read_text(encoding="utf-8"))
        assert unrecorded_numbers(page, facts, "page") == []
        other = page.replace(" data-elsewhere>", " data-elsewhere>1")
        assert other != page
        assert unrecorded_numbers(other, facts, "page")


def _python(version: str) -> str | None:
    """Return a Python of that version that starts: on the path, or one a shim there stands for."""
    named = shutil.which(f"python{version}")
    if named is None:
        return None
    kept = sorted((Path(named).parents[1] / "versions").glob(f"{version}.*/bin/python"))
    for program in (named, *map(str, reversed(kept))):
        if subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0:
            return program
    return None


WAYS = {version: ("--frozen", "--python", program) for version in PYTHONS
        if (program := _python(version))}  # fmt: skip
WAYS["lowest"] = LOWEST


@pytest.fixture(scope="module")
def snapshot(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository as it is now, with every demo report made from the copy."""
    home = tmp_path_factory.mktemp("snapshot") / "repository"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.splitlines()):
        if (repository / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(repository / name, home / name)
    for notebook, study in sorted({(demo.notebook, demo.study) for demo in DEMOS}):
        arguments = ["run", notebook, "--study", f"data/demo/{study}", "--language", "en"]
        subprocess.run(
            [sys.executable, "-m", "workbench", *arguments, "--out", "made"],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(home / "src")},
            check=True,
            capture_output=True,
        )
    return home


@pytest.mark.prove
@pytest.mark.parametrize("way", WAYS)
def test_every_tracked_notebook_verifies_under_every_python_and_lowest_versions(
    snapshot: Path, tmp_path: Path, way: str, repository: Path
) -> None:
    home, how = snapshot, WAYS[way]
    if how == LOWEST:  # another resolution writes another uv.lock
        home = tmp_path / "repository"
        shutil.copytree(snapshot, home)
    uv = shutil.which("uv") or str(repository / ".tools" / "bin" / "uv")
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(tmp_path / "environment")}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [uv, "run", "--no-dev", *how, "workbench", "verify", "made", "--json"],
        cwd=home,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in {0, 4, 5, 6}, done.stderr
    found = {one["run"]: one for one in json.loads(done.stdout)}
    assert len(found) == len({(demo.notebook, demo.study) for demo in DEMOS})
    wrong = [one for one in found.values() if not one["status"].startswith("same")]
    assert wrong == [], way
