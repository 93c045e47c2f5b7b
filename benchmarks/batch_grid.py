"""Forty reports from one grid, against the ways a grid is run today.

Claim: seconds per report with two at a time are at most 1/8 of `papermill` plus `nbconvert` on the
command line, and at most 1/4 of a pool of two processes on Papermill's API; an unchanged grid is
answered in about a second. Peers make fewer reports; all figures are per report, in one run.
"""

from __future__ import annotations

import concurrent.futures
import itertools
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workbench.review.batch import run_batch

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "data" / "demo" / "bank"
NOTEBOOK = ROOT / "notebooks" / "20_satisfaction.ipynb"
MARKETS = ["", "SE", "NO", "DK", "FI"]
SEGMENTS = ["", "market", "channel", "age"]
CELLS = list(itertools.product(MARKETS, SEGMENTS, ["sv", "en"]))


def by_command(cell: tuple[str, str, str], folder: Path) -> None:
    """Make one report as most do: papermill, then nbconvert."""
    market, segment, language = cell
    made = folder / f"{market}-{segment}-{language}.ipynb"
    chosen = {"study": str(STUDY), "market": market, "segment": segment, "language": language}
    parameters = [part for name, value in chosen.items() for part in ("-r", name, value)]
    for command in (
        ["papermill", "--no-progress-bar", str(NOTEBOOK), str(made), *parameters],
        ["jupyter-nbconvert", "--to", "html", "--no-input", str(made)],
    ):
        program = Path(sys.executable).with_name(command[0])
        subprocess.run([str(program), *command[1:]], check=True, capture_output=True)


def by_api(cell: tuple[str, str, str], folder: Path) -> None:
    """Make one report with Papermill's and nbconvert's functions in a process that stays."""
    import papermill
    from nbconvert import HTMLExporter

    market, segment, language = cell
    made = folder / f"{market}-{segment}-{language}.ipynb"
    chosen = {"study": str(STUDY), "market": market, "segment": segment, "language": language}
    papermill.execute_notebook(str(NOTEBOOK), str(made), parameters=chosen, progress_bar=False)
    html, _ = HTMLExporter(exclude_input=True).from_filename(str(made))
    made.with_suffix(".html").write_text(html, encoding="utf-8")


def each_by_command(number: int) -> float:
    """Return seconds per report of two command lines at a time."""
    with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(2) as pool:
        begin = time.perf_counter()
        list(pool.map(by_command, CELLS[:number], itertools.repeat(Path(place))))
        return (time.perf_counter() - begin) / number


def each_by_api(number: int) -> float:
    """Return seconds per report of a pool of two processes."""
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as place,
        concurrent.futures.ProcessPoolExecutor(2, spawn) as pool,
    ):
        begin = time.perf_counter()
        list(pool.map(by_api, CELLS[:number], itertools.repeat(Path(place))))
        return (time.perf_counter() - begin) / number


def grid(place: Path) -> tuple[float, float]:
    """Return seconds per report of the whole grid, and seconds of the same grid unchanged."""
    plan = place / "plan.toml"
    plan.write_text(
        f"study = {json.dumps(str(STUDY))}\nlanguage = 'both'\nout = '{place / 'reports'}'\n"
        f"[[runs]]\nnotebook = {json.dumps(str(NOTEBOOK))}\n"
        f"parameters = {{ market = {json.dumps(MARKETS)}, segment = {json.dumps(SEGMENTS)} }}\n",
        encoding="utf-8",
    )
    begin = time.perf_counter()
    first = run_batch(plan, workers=2)
    each = (time.perf_counter() - begin) / first.count("done")
    begin = time.perf_counter()
    again = run_batch(plan, workers=2)
    if again.count("skipped") != len(CELLS):
        raise SystemExit("the unchanged grid was not skipped")
    return each, time.perf_counter() - begin


def main() -> None:
    """Measure all three in turn and print one row."""
    os.chdir(ROOT)
    command, api = each_by_command(6), each_by_api(10)
    with tempfile.TemporaryDirectory() as place:
        each, unchanged = grid(Path(place))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "reports": len(CELLS),
                "seconds each, command line": round(command, 2),
                "seconds each, pool on the API": round(api, 2),
                "seconds each, batch": round(each, 2),
                "times the command line": round(command / each, 1),
                "times the pool": round(api / each, 1),
                "seconds, unchanged grid": round(unchanged, 2),
                "peak MB of the runner": round(peak),
            }
        )
    )


if __name__ == "__main__":
    main()
