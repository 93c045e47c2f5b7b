"""Which libraries a grid's notebooks import, read from their code without running it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workbench.report.engine.imports import LIBRARIES, imports_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import seaborn as sns", ("seaborn",)),
        ("from sklearn.linear_model import LogisticRegression", ("sklearn.linear_model",)),
        ("def f():\n    import nltk, os", ("nltk",)),
        ("import pandas\nimport torch", ()),
        ("import seabornish", ()),
        ("from . import seaborn", ()),
        ("%matplotlib inline\nimport seaborn", ()),
        ("x = 'import seaborn'", ()),
        ("wb.read_experiment(s)", ("workbench.experiment",)),
        ("from workbench import by_case", ("workbench.coding",)),
        ("from workbench.joint.scores import x", ("workbench.joint",)),
        ("wb.nps(study.survey(), 'q')", ()),
    ],
)
def test_only_known_libraries_and_rooms_that_code_uses(
    source: str, expected: tuple[str, ...]
) -> None:
    cells = [new_markdown_cell("import pingouin"), new_code_cell(source)]
    assert imports_of([new_notebook(cells=cells), new_notebook()]) == expected


def test_libraries_start_no_thread() -> None:
    """A process that forks starts none beside what pandas does: counted where the system says."""
    code = (
        "import importlib, os, threading, pandas\n"
        "tasks = '/proc/self/task'\n"
        "def count(): return len(os.listdir(tasks)) if os.path.isdir(tasks) else "
        "threading.active_count()\n"
        f"before = count()\nfor name in {LIBRARIES}: importlib.import_module(name)\n"
        "print(count() - before)"
    )
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "0\n"
