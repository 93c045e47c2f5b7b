"""A thousand reports from one grid: does each take as long as the first, in the same memory?

Claim: the last hundred reports take no more time each than the first hundred, and runner, workers
and preloaded process hold no more memory at the end than after the first hundred. The notebook is a
small one, so that a thousand are affordable; its report is written, checked and recorded as every
other. ``python benchmarks/batch_many.py 200 20_satisfaction`` measures fewer of a real one.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from batch_grid import ROOT, Runs, write_plan

from workbench.review.batch import run_batch

STEP = 100
SMALL = [
    "import workbench as wb\nstudy = wb.load_study(study)\nanswers = study.survey()",
    "by_market = wb.nps(answers, 'recommend', by='market', confidence=confidence, floor=floor)",
    "wb.show(by_market, id='nps')",
    "wb.show(wb.provenance(study))",
]


def memory() -> dict[str, int]:
    """Return MB of unshared memory of this process and of those below it, by their number."""
    below, found = [os.getpid()], dict[int, int]()
    children = _children()
    for pid in below:
        below += children.get(pid, [])
        found[pid] = _private(pid)
    return {
        "processes": len(found),
        "runner MB": found[os.getpid()],
        "others MB": sum(found.values()) - found[os.getpid()],
    }


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            found.setdefault(parent, []).append(int(entry.name))
    return found


def _private(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    lines = [line.split() for line in text.splitlines() if line.startswith("Private_")]
    return sum(int(line[1]) for line in lines) // 1024


def measure(number: int, notebook: str) -> list[dict[str, object]]:
    """Run a grid and return a row per hundred finished reports, and one for the grid unchanged."""
    rows: list[dict[str, object]] = []
    begin = [time.perf_counter()]

    def told(_outcome: object, finished: int, _total: int, _left: float) -> None:
        if finished % STEP == 0:
            now = time.perf_counter()
            each = round((now - begin[0]) / STEP, 3)
            rows.append({"reports": finished, "seconds each": each, **memory()})
            begin[0] = now

    with tempfile.TemporaryDirectory() as place:
        seeds = list(range(number // 2))
        plan = write_plan([Runs(notebook, "bank", {"seed": seeds})], Path(place))
        batch = run_batch(plan, workers=2, progress=told)
        if batch.count("done") != number:
            raise SystemExit(f"{number - batch.count('done')} reports failed")
        again = time.perf_counter()
        unchanged = run_batch(plan, workers=2)
        seconds = round(time.perf_counter() - again, 2)
        if unchanged.count("skipped") != number:
            raise SystemExit("a report was made anew: the package changed while this ran")
        rows.append({"reports": number, "seconds, unchanged": seconds})
    return rows


def small_notebook(folder: Path) -> str:
    """Write a notebook with one table and one figure, and return its path without the ending."""
    import nbformat

    real = nbformat.read(ROOT / "notebooks" / "20_satisfaction.ipynb", as_version=4)
    parameters = [c for c in real.cells if "parameters" in c.metadata.get("tags", [])]
    cells = [nbformat.v4.new_code_cell(text) for text in SMALL]
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# How many would recommend us?"), *parameters, *cells]
    )
    nbformat.write(made, folder / "10_small.ipynb")
    return str(folder / "10_small")


def main() -> None:
    """Measure a thousand small reports, or as many of a notebook as the arguments say."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as place:
        number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
        notebook = sys.argv[2] if len(sys.argv) > 2 else small_notebook(Path(place))
        print(json.dumps(measure(number, notebook)))


if __name__ == "__main__":
    main()
