"""``workbench code STUDY``: the right notebook, the right command, and errors before either."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small_corpus import R1

import workbench as wb
from workbench.cli import app, guarded
from workbench.coding.corpus import Corpus
from workbench.coding.desk import launch


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Keep commands instead of running them."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(launch.subprocess, "run", run)
    return commands


def test_it_opens_jupyterlab_on_a_notebook_that_runs(
    make_corpus: Callable[..., Corpus], started: list[list[str]]
) -> None:
    corpus = make_corpus(R1)
    folder = str(corpus.folder)
    code = guarded(
        lambda: app(["code", folder, "--coder", "Åsa", "--port", "9001", "--no-browser"])
    )
    assert code == 0
    command = started[0]
    assert {"--port=9001", "--no-browser"} <= set(command)
    notebook = Path(command[-1])
    assert notebook.parent.parent == corpus.folder.resolve() / ".workbench"
    cell = nbformat.read(notebook, as_version=4).cells[0]
    names: dict[str, Any] = {}
    exec(compile(cell.source, "cell", "exec"), names)  # noqa: S102 - the cell we made
    assert isinstance(names["desk"], wb.CodingDesk)


def test_a_study_without_documents_is_told_before_anything_starts(
    tmp_path: Path, started: list[list[str]]
) -> None:
    assert guarded(lambda: app(["code", str(tmp_path)])) == 2
    assert started == []


def test_a_name_that_cannot_be_a_file_is_told(
    make_corpus: Callable[..., Corpus], started: list[list[str]]
) -> None:
    folder = str(make_corpus(R1).folder)
    assert guarded(lambda: app(["code", folder, "--coder", "../A"])) == 2
    assert started == []
