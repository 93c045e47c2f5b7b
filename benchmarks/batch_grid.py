"""Forty reports from one grid, against the ways a grid is run today.

Claim: seconds per report with two at a time are at most 1/8 of `papermill` plus `nbconvert` on the
command line, and at most 1/4 of a pool of two processes on Papermill's API; an unchanged grid is
answered in about a second. Peers make fewer reports of the same grid, before and after; all figures
are seconds of wall per report, in one run. A batch also makes the reviewer's page, tables, figures
and the record, and checks each report for personal data and hidden groups; the peers do not.
"""

from __future__ import annotations

import concurrent.futures
import itertools
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from workbench.review.batch import run_batch

ROOT = Path(__file__).parents[1]
MARKETS = ["", "SE", "NO", "DK"]
SEEDS = [0, 1, 2, 3]


class Runs(NamedTuple):
    """A notebook, the study it runs on, and the parameters that vary."""

    notebook: str
    study: str
    choices: dict[str, list[str] | list[int]]

    def cells(self) -> list[tuple[str, str, dict[str, str | int]]]:
        """Return every run in both languages."""
        names = [*self.choices, "language"]
        values = itertools.product(*self.choices.values(), ["sv", "en"])
        return [
            (self.notebook, self.study, dict(zip(names, chosen, strict=True))) for chosen in values
        ]


GRIDS = {
    "20_satisfaction, 5 markets x 4 segments x 2 languages": [
        Runs(
            "20_satisfaction",
            "bank",
            {"market": [*MARKETS, "FI"], "segment": ["", "market", "channel", "age"]},
        )
    ],
    "five notebooks, 8 of each": [
        Runs("10_data_health", "bank", {"market": MARKETS}),
        Runs("20_satisfaction", "bank", {"market": MARKETS}),
        Runs("30_drivers", "bank", {"market": MARKETS}),
        Runs("50_themes", "interviews", {"seed": SEEDS}),
        Runs("60_experiment", "invoice-letter", {"seed": SEEDS}),
    ],
}
Cell = tuple[str, str, dict[str, str | int]]


def _paths(cell: Cell, folder: Path) -> tuple[Path, Path, dict[str, str | int]]:
    notebook, study, chosen = cell
    name = "-".join([notebook, *map(str, chosen.values())])
    parameters = {"study": str(ROOT / "data" / "demo" / study), **chosen}
    return ROOT / "notebooks" / f"{notebook}.ipynb", folder / f"{name}.ipynb", parameters


def by_command(cell: Cell, folder: Path) -> None:
    """Make one report as most do: papermill, then nbconvert."""
    source, made, chosen = _paths(cell, folder)
    parameters = [part for name, value in chosen.items() for part in ("-p", name, str(value))]
    for command in (
        ["papermill", "--no-progress-bar", str(source), str(made), *parameters],
        ["jupyter-nbconvert", "--to", "html", "--no-input", str(made)],
    ):
        program = Path(sys.executable).with_name(command[0])
        subprocess.run([str(program), *command[1:]], check=True, capture_output=True)


def by_api(cell: Cell, folder: Path) -> None:
    """Make one report with Papermill's and nbconvert's functions in a process that stays."""
    import papermill
    from nbconvert import HTMLExporter

    source, made, chosen = _paths(cell, folder)
    papermill.execute_notebook(str(source), str(made), parameters=chosen, progress_bar=False)
    html, _ = HTMLExporter(exclude_input=True).from_filename(str(made))
    made.with_suffix(".html").write_text(html, encoding="utf-8")


def each_by_command(cells: list[Cell]) -> float:
    """Return seconds per report of two command lines at a time."""
    with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(2) as pool:
        begin = time.perf_counter()
        list(pool.map(by_command, cells, itertools.repeat(Path(place))))
        return (time.perf_counter() - begin) / len(cells)


def each_by_api(cells: list[Cell]) -> float:
    """Return seconds per report of a pool of two processes."""
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as place,
        concurrent.futures.ProcessPoolExecutor(2, spawn) as pool,
    ):
        begin = time.perf_counter()
        list(pool.map(by_api, cells, itertools.repeat(Path(place))))
        return (time.perf_counter() - begin) / len(cells)


def write_plan(grid: list[Runs], place: Path) -> Path:
    """Write the grid as a ``PLAN.toml``."""
    plan = place / "plan.toml"
    lines = ["language = 'both'", f"out = {json.dumps(str(place / 'reports'))}"]
    for runs in grid:
        chosen = ", ".join(f"{name} = {json.dumps(v)}" for name, v in runs.choices.items())
        lines += [
            "[[runs]]",
            f"notebook = {json.dumps(str(ROOT / 'notebooks' / (runs.notebook + '.ipynb')))}",
            f"study = {json.dumps(str(ROOT / 'data' / 'demo' / runs.study))}",
            f"parameters = {{ {chosen} }}",
        ]
    plan.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return plan


def by_batch(grid: list[Runs], place: Path) -> tuple[float, float]:
    """Return seconds per report of the whole grid, and seconds of the same grid unchanged."""
    plan, number = write_plan(grid, place), sum(len(runs.cells()) for runs in grid)
    begin = time.perf_counter()
    first = run_batch(plan, workers=2)
    each = (time.perf_counter() - begin) / number
    begin = time.perf_counter()
    again = run_batch(plan, workers=2)
    unchanged = time.perf_counter() - begin
    if first.count("done") != number or again.count("skipped") != number:
        raise SystemExit("a report failed, or the unchanged grid was not skipped")
    return each, unchanged


def measure(name: str, grid: list[Runs]) -> dict[str, object]:
    """Measure the peers, the batch, and the peers again; return one row."""
    cells = [cell for runs in grid for cell in runs.cells()]
    commands = [each_by_command(cells[2::10])]
    pools = [each_by_api(cells[1::5])]
    with tempfile.TemporaryDirectory() as place:
        each, unchanged = by_batch(grid, Path(place))
    commands.append(each_by_command(cells[7::10]))
    pools.append(each_by_api(cells[3::5]))
    command, pool = statistics.mean(commands), statistics.mean(pools)
    return {
        "grid": name,
        "reports": len(cells),
        "seconds each, command line": round(command, 2),
        "seconds each, pool on the API": round(pool, 2),
        "seconds each, batch": round(each, 2),
        "times the command line": round(command / each, 1),
        "times the pool": round(pool / each, 1),
        "seconds, unchanged grid": round(unchanged, 2),
        "peak MB of the runner": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "holds": command / each >= 8 and pool / each >= 4,
    }


def main() -> None:
    """Measure every grid, or those whose names start as the arguments do."""
    os.chdir(ROOT)
    wanted = tuple(sys.argv[1:])
    chosen = {name: grid for name, grid in GRIDS.items() if not wanted or name.startswith(wanted)}
    print(json.dumps([measure(name, grid) for name, grid in chosen.items()]))


if __name__ == "__main__":
    main()
