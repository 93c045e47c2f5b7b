"""Run every test: units, doctests, tracked notebooks, browser, lint, types.

One pytest run, so that its last line counts everything. Further arguments go to pytest.
``CI=true`` makes a skip that CI could have run a failure (``skip_guard``).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHROMIUM = ROOT / ".tools" / "chromium.txt"


def command(arguments: list[str]) -> list[str]:
    """Return the pytest command.

    ``loadscope`` keeps the cells of a notebook, and the tests of a module, on one worker.
    """
    workers = ["-n", str(min(2, os.cpu_count() or 1)), "--dist", "loadscope"]
    paths = ["tests", "src", *(["--nbval", "notebooks"] if notebooks() else [])]
    return [sys.executable, "-m", "pytest", "-p", "skip_guard", *workers, *arguments, *paths]


def notebooks() -> list[Path]:
    """Return the tracked notebooks."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def environment() -> dict[str, str]:
    """Return the environment of the run: the plugin on the path, one thread each, a browser."""
    found = dict(os.environ)
    found["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT / "tools"), found.get("PYTHONPATH", "")])
    )
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        found.setdefault(name, "1")
    if "WORKBENCH_CHROMIUM" not in found and CHROMIUM.exists():
        found["WORKBENCH_CHROMIUM"] = CHROMIUM.read_text(encoding="utf-8").strip()
    return found


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code."""
    return subprocess.run(command(arguments), cwd=ROOT, env=environment()).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
