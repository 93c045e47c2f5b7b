"""What the guides to coding say is so: examples run, calls and commands exist."""

import doctest
import re
from pathlib import Path

import pytest
from typer.main import get_command

import workbench as wb
from workbench.cli import app


@pytest.fixture(scope="module", params=["coding.md", "text.md"])
def guide(request: pytest.FixtureRequest, repository: Path) -> str:
    return (repository / "docs" / request.param).read_text(encoding="utf-8")


def test_examples_of_the_guide_run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    path = str(repository / "docs" / "coding.md")
    found = doctest.testfile(path, module_relative=False, optionflags=flags, encoding="utf-8")
    assert found.attempted >= 6
    assert found.failed == 0


def test_every_call_it_names_exists(guide: str) -> None:
    named = set(re.findall(r"\bwb\.(\w+)", guide))
    assert len(named) > 12
    assert [name for name in sorted(named) if not hasattr(wb, name)] == []


def test_every_command_it_names_exists_with_its_options(guide: str) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    code = re.findall(r"`(workbench [^`\n]+)`|^(workbench .+)$", guide, re.MULTILINE)
    said = [one for found in code for one in re.split(r"\s{3,}", "".join(found))]
    assert len(said) >= 4
    for line in said:
        _, name, *rest = line.split()
        command = commands[name]
        if hasattr(command, "commands"):
            command = command.commands[rest[0]]
        options = {option for one in command.params for option in one.opts}
        assert {word for word in rest if word.startswith("--")} <= options, line
