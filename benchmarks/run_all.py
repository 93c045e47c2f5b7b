"""Run every benchmark, print a table of each, and store what it measured.

A benchmark is a script in this folder that prints JSON: one object, or a list of rows. The first
paragraph of its docstring is its claim, and the modules it imports are what it covers.
``python benchmarks/run_all.py [NAME ...]`` runs those whose names start so.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

from stored import imported, store, table

FOLDER = Path(__file__).parent
TOOLS = {"run_all", "stale", "stored", "measuring", "large_corpus"}


def scripts(names: list[str]) -> list[Path]:
    """Return the benchmarks, or those whose names start with one of the names."""
    found = sorted(path for path in FOLDER.glob("*.py") if path.stem not in TOOLS)
    return [path for path in found if not names or path.stem.startswith(tuple(names))]


def claim(path: Path) -> str:
    """Return the docstring of a benchmark without its first line, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem
    first, _, rest = text.partition("\n\n")
    said = rest.partition("\n\n")[0] or first
    return " ".join(said.removeprefix("Claim: ").split())


def run(path: Path) -> bool:
    """Run one benchmark and store its table; say whether it came through."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, str(path)], stdout=subprocess.PIPE, text=True)
    print(f"\n== {path.stem} ({time.perf_counter() - begin:.0f} s)\n{claim(path)}\n")
    if done.returncode:
        print(f"failed with exit code {done.returncode}")
        return False
    try:
        measured = json.loads(done.stdout)
    except ValueError:
        print(done.stdout)
        return True
    rows = measured if isinstance(measured, list) else [measured]
    print(table(rows))
    modules = imported(path) or ("workbench.cli",)
    store(path.stem, rows, claim=claim(path), modules=modules)
    return True


if __name__ == "__main__":
    outcomes = {path.stem: run(path) for path in scripts(sys.argv[1:])}
    failed = [name for name, through in outcomes.items() if not through]
    print(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} benchmarks came through", *failed)
    sys.exit(bool(failed))
