"""The README says what is so: its study works, its map fits the house, its commands exist."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import workbench
from workbench.inputs.study import load_study

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCE = Path(workbench.__file__).parent


@pytest.fixture
def own_study(tmp_path: Path) -> Path:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    (tmp_path / "study.toml").write_text(block[1].replace("\n   ", "\n"), encoding="utf-8")
    columns = ["id", "market", "q1", "q2", "q3", "recommend"]
    answers = pd.read_csv(ROOT / "data/demo/bank/waves/2026-06.csv")[columns]
    answers["recommend"] = answers["recommend"].where(answers["recommend"] <= 10)
    answers.to_csv(tmp_path / "answers.csv", index=False)
    return tmp_path


def test_the_study_in_the_readme_opens(own_study: Path) -> None:
    study = load_study(own_study)
    answers = study.survey()
    assert len(answers) == 863
    assert answers["nki"].between(0, 100).sum() > 800
    assert set(answers["nps"].dropna()) == {-100, 0, 100}
    assert set(answers["market"]) == {"SE", "NO", "DK", "FI"}


def test_the_map_names_every_room_and_no_other() -> None:
    house = README.partition("src/workbench/\n")[2].partition("tests/ ")[0]
    named = {line.split()[0].strip("/") for line in house.splitlines() if line.strip()}
    rooms = {
        path.name
        for path in SOURCE.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    }
    assert named == rooms - {"__init__.py", "__main__.py"}, "mend the map in README.md"


def test_folders_in_the_map_exist() -> None:
    block = README.partition("## What stands where")[2]
    folders = re.findall(r"^(\w+)/ ", block, re.MULTILINE)
    assert len(folders) >= 7
    assert [name for name in folders if not (ROOT / name).is_dir()] == []


def test_commands_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    commands = (SOURCE / "cli.py").read_text(encoding="utf-8")
    for command in re.findall(r"(?:bin/|`)workbench (\w+)", README):
        assert re.search(rf"def {command}\b", commands), command


def test_the_picture_is_described_by_what_the_report_finds() -> None:
    cells = json.loads((ROOT / "notebooks/20_satisfaction.ipynb").read_text(encoding="utf-8"))
    plain = [
        "".join(output["data"]["text/plain"])
        for cell in cells["cells"]
        for output in cell.get("outputs", [])
        if "text/plain" in output.get("data", {})
    ]
    alternative = re.search(r"!\[(.*?)\]\((docs/.*?)\)", README)
    assert alternative is not None
    assert any(title in alternative[1] for title in plain), "run `make picture`"
    assert 0 < (ROOT / alternative[2]).stat().st_size < 150_000


def test_the_environment_file_is_named_and_there() -> None:
    assert "environment.yml" in README
    assert (ROOT / "environment.yml").is_file()
