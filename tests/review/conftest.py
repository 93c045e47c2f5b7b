"""A finished run to look at, and a batch as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_study import write_small_notebook, write_small_study


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder with ``study/`` and ``10_small.ipynb``."""
    write_small_study(tmp_path)
    write_small_notebook(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as ``small``, with one finished run in ``reports``; do not change it."""
    from workbench.report.run import run_notebook

    folder = tmp_path_factory.mktemp("small")
    study, notebook = write_small_study(folder), write_small_notebook(folder)
    run_notebook(notebook, study, out=folder / "reports")
    return folder


StartBatch = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_batch() -> StartBatch:
    """Return a function that starts a batch as a process of its own."""

    def start(plan: Path, engine: str = "fork") -> "subprocess.Popen[bytes]":
        code = (
            "import sys\nfrom workbench.review.batch import run_batch\n"
            "if __name__ == '__main__':\n"
            "    sys.exit(run_batch(sys.argv[1], engine=sys.argv[2], workers=2).exit_code)\n"
        )
        script = plan.parent / "batch.py"
        script.write_text(code, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, str(script), str(plan), engine],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ.copy(),
        )

    return start
