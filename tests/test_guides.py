"""Every command in the guides runs as it stands, in a copy of the demo data."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.report.demo import DEMOS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GUIDES = ("snabbstart", "guide-analyst", "guide-reviewer", "guide-researcher", "write-a-notebook")
AFTER = {"guide-reviewer": "guide-analyst"}
"""The reviewer reads what the analyst made."""
ELSEWHERE = {
    "make demo": "tests/browser and tests/notebooks make the same reports, all of them",
    "source .venv/bin/activate": "the tests' own Python stands in for it",
}


def blocks(guide: str) -> list[str]:
    """Return the fenced shell blocks of a guide, in order."""
    text = (DOCS / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as a reader's: the demo data and the notebooks, nothing else."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "data" / "demo", folder / "data" / "demo")
    return folder


@pytest.fixture(scope="module")
def done() -> dict[str, list[str]]:
    """Return what each guide printed, as they are run."""
    return {}


def _run(guide: str, place: Path, done: dict[str, list[str]]) -> list[str]:
    if guide in done:
        return done[guide]
    if guide in AFTER:
        _run(AFTER[guide], place, done)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
    }
    printed: list[str] = []
    for block in blocks(guide):
        if block.strip() in ELSEWHERE:
            continue
        script = f"set -euo pipefail\n{block}"
        made = subprocess.run(
            ["bash", "-c", script],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, f"{block}\n{made.stdout[-1500:]}\n{made.stderr[-1500:]}"
        printed.append(made.stdout)
    done[guide] = printed
    return printed


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_runs(guide: str, place: Path, done: dict[str, list[str]]) -> None:
    assert len(_run(guide, place, done)) >= 1
    assert len(blocks(guide)) >= 1


def test_the_quick_start_ends_with_a_page_in_swedish(
    place: Path, done: dict[str, list[str]]
) -> None:
    lines = "\n".join(_run("snabbstart", place, done)).splitlines()
    report = place / next(line for line in lines if line.endswith("/report.html"))
    assert (place / next(line for line in lines if line.endswith(".pptx"))).is_file()
    page = report.read_text(encoding="utf-8")
    assert '<html lang="sv">' in page
    assert "UTKAST" in page, "a drafted study has no decision yet"


def test_what_the_guides_leave_to_others_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo:.*\n.*\n\t@\$\(RUN\) workbench demo", makefile, re.MULTILINE)
    assert len(DEMOS) >= 10


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_links_between_guides_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_commands_named_anywhere_exist(path: Path) -> None:
    import typer

    from workbench.cli import app

    known = set(typer.main.get_command(app).commands)  # pyright: ignore[reportAttributeAccessIssue] - a group
    named = re.findall(r"^(?:\$ )?workbench ([a-z-]+)", path.read_text(encoding="utf-8"), re.M)
    assert set(named) <= known
