"""Tracked notebooks: thin, in order, with outputs that nbval really compares."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workbench.report.cells import payloads_of, translated_blocks
from workbench.report.parameters import read_parameters
from workbench.report.payload import MIME

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMMON = ["study", "language", "wave", "market", "segment", "confidence", "seed", "floor"]

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _code(path: Path) -> list[Any]:
    return [cell for cell in _read(path).cells if cell.cell_type == "code"]


@every_notebook
def test_every_code_cell_was_run_in_order(path: Path) -> None:
    counts = [cell.execution_count for cell in _code(path)]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_there_is_something_to_compare(path: Path) -> None:
    compared = [
        output
        for cell in _code(path)
        if "nbval-ignore-output" not in cell.metadata.get("tags", [])
        for output in cell.outputs
        if MIME in output.get("data", {})
    ]
    assert compared
    rows = [t["rows"] for o in compared for t in o["data"][MIME]["tables"].values()]
    assert any(rows)


@every_notebook
def test_no_output_holds_an_error_or_a_path_of_this_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert '"output_type": "error"' not in text
    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text


@every_notebook
def test_logic_lives_in_the_package(path: Path) -> None:
    for cell in _code(path):
        tree = ast.parse(cell.source)
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not [node for node in ast.walk(tree) if isinstance(node, kinds)], cell.source
        if "parameters" in cell.metadata.get("tags", []):
            continue
        assert len(tree.body) <= 8, cell.source


@every_notebook
def test_code_cells_hold_no_prose(path: Path) -> None:
    for cell in _code(path)[1:]:
        texts = [
            node.value
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert not [text for text in texts if len(text.split()) > 3], texts


@every_notebook
def test_parameters_are_typed_and_commented(path: Path) -> None:
    found = read_parameters(_read(path), path.name)
    assert all(parameter.comment for parameter in found.values())
    assert [name for name in found if name in COMMON] == COMMON


@every_notebook
def test_cells_come_in_order(path: Path) -> None:
    cells = _read(path).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert "parameters" in cells[1].metadata.get("tags", [])
    kinds = [payload["kind"] for payload in payloads_of(_read(path))]
    assert kinds[-1] == "provenance"
    assert "answer" in kinds


@every_notebook
def test_every_block_of_text_is_translated(path: Path) -> None:
    for cell in _read(path).cells:
        if cell.cell_type == "markdown":
            assert translated_blocks(cell.source, "sv") != translated_blocks(cell.source, "en")


def _nbval(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(path.parent), str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=path.parent,
    )


SMALL = """import pandas as pd
import workbench as wb
answers = pd.DataFrame({"q": [10, 9, 3, 8] * 10})
wb.show(wb.nps(answers, "q"), id="nps")"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small notebook with its outputs, as tools/notebooks.py stores them."""
    from workbench.report.kernel import execute

    folder = tmp_path_factory.mktemp("nbval")
    first = nbformat.v4.new_code_cell('language: str = "en"')
    first.metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell(SMALL)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    path = folder / "small.ipynb"
    nbformat.write(execute(notebook, {}, cwd=folder).notebook, path)
    return path


def test_nbval_passes_on_what_a_run_gives(stored: Path) -> None:
    done = _nbval(stored)
    assert done.returncode == 0, done.stdout


def test_one_changed_number_fails_nbval(stored: Path, tmp_path: Path) -> None:
    notebook = json.loads(stored.read_text(encoding="utf-8"))
    table = notebook["cells"][-1]["outputs"][0]["data"][MIME]["tables"]["table"]
    column = table["columns"].index("estimate")
    assert table["rows"][0][column] == 25
    table["rows"][0][column] = 25.000000001
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = _nbval(path)
    assert done.returncode == 1
    assert re.search(r"1 failed, 1 passed", done.stdout)
