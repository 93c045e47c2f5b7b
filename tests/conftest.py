"""What all tests share: the folder of public data outside the repository, if it is there."""

import contextlib
import fcntl
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

settings.register_profile("workbench", deadline=None)  # a busy machine is no failure
settings.load_profile("workbench")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of public data sets; skip where it is not on this machine."""
    folder = Path(os.environ.get("WORKBENCH_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("public data are not here: set WORKBENCH_REAL_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def store_table() -> Callable[..., Path]:
    """Return ``store(name, rows, *, claim, modules)`` of ``benchmarks/stored.py``.

    Full-size simulations (``prove``) keep their tables with it, so that stale ones are listed.
    """
    spec = importlib.util.spec_from_file_location("stored", ROOT / "benchmarks" / "stored.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.store


@pytest.fixture(scope="session")
def demo_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the run folder of every demo report: ``{"20_satisfaction/bank/sv": folder}``.

    The trial's broken first round is ``60_experiment/invoice-letter/sv/round-1``.

    They are made once, from one process that has read the libraries, also when several workers ask.
    """
    home = tmp_path_factory.getbasetemp()
    shared = (home.parent if "PYTEST_XDIST_WORKER" in os.environ else home) / "every-demo-report"
    shared.mkdir(exist_ok=True)
    with (shared / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared / "made.json"
        if not made.exists():
            made.write_text(json.dumps(_demo_folders(shared)), encoding="utf-8")
        return {name: Path(folder) for name, folder in json.loads(made.read_text()).items()}


def _demo_folders(out: Path) -> dict[str, str]:
    from workbench.report.demo import DEMOS, ROUNDS
    from workbench.report.engine.forked import ForkServer
    from workbench.report.engine.kernels import can_fork
    from workbench.report.run import plan_run, run_plan

    found: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        manager = None
        if can_fork():
            manager = stack.enter_context(ForkServer()).kernel_manager_class()
        for demo in (*DEMOS, *ROUNDS):
            notebook = ROOT / "notebooks" / f"{demo.notebook}.ipynb"
            study = ROOT / "data" / "demo" / demo.study
            plan = plan_run(
                notebook, study, parameters=demo.parameters, language=demo.language, out=out
            )
            run = run_plan(plan, manager_class=manager)
            assert run.status != "failed", run.folder
            found[demo.name] = str(run.folder)
    return found


@pytest.fixture(scope="session")
def demo_report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that gives the run folder of the demo satisfaction report in a language.

    Each language is run once, in a process of its own, also when several workers ask for it.
    """
    home = tmp_path_factory.getbasetemp()
    shared = (home.parent if "PYTEST_XDIST_WORKER" in os.environ else home) / "demo-reports"

    def run(language: str) -> Path:
        shared.mkdir(exist_ok=True)
        with (shared / f"{language}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            place = shared / f"{language}.txt"
            if not place.exists():
                arguments = ["20_satisfaction", "--study", str(ROOT / "data" / "demo" / "bank")]
                arguments += ["--language", language, "--out", str(shared)]
                done = subprocess.run(
                    [sys.executable, "-m", "workbench", "run", *arguments],
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=ROOT,
                )
                report = Path(done.stdout.splitlines()[-1])
                place.write_text(str(report.parent), encoding="utf-8")
            return Path(place.read_text(encoding="utf-8"))

    return run
