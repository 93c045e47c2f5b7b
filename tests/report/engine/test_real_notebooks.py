"""The real notebooks give the same bytes from a forked kernel as from Papermill alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from workbench.report.demo import DEMOS
from workbench.report.engine.forked import ForkServer
from workbench.report.engine.kernels import can_fork
from workbench.report.kernel import execute

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="this system cannot fork; runs are cold"),
    pytest.mark.filterwarnings("ignore:.*TCP without encryption"),
]
PAIRS = sorted({(demo.notebook, demo.study) for demo in DEMOS})


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer() as running:
        yield running


def _outputs(notebook: nbformat.NotebookNode) -> list[Any]:
    return [cell.get("outputs") for cell in notebook.cells]


def _is_same(repository: Path, folder: Path, server: ForkServer, name: str, study: str) -> None:
    source = repository / "notebooks" / f"{name}.ipynb"
    place = repository / "data" / "demo" / study
    parameters = {"study": ".", "language": "sv"}
    made = folder / "cold.ipynb"
    papermill.execute_notebook(
        str(source), str(made), parameters=parameters, cwd=str(place), progress_bar=False
    )
    cold = _outputs(nbformat.read(made, as_version=4))
    assert sum(map(bool, cold)) >= 3
    for held in ("read in the server first", "found in memory"):
        forked = execute(
            nbformat.read(source, as_version=4),
            parameters,
            cwd=place,
            manager_class=server.kernel_manager_class(),
        )
        assert forked.failed_cell is None
        assert _outputs(forked.notebook) == cold, held


def test_a_report_on_satisfaction_is_the_same_forked(
    repository: Path, tmp_path: Path, server: ForkServer
) -> None:
    _is_same(repository, tmp_path, server, "20_satisfaction", "bank")


@pytest.mark.prove
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_every_notebook_is_the_same_forked(
    repository: Path, tmp_path: Path, server: ForkServer, pair: tuple[str, str]
) -> None:
    _is_same(repository, tmp_path, server, *pair)
