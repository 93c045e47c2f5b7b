"""A grid of runs: checked first, skipped when unchanged, side by side, past failures, resumable.

One way for one machine and for many: anything with the interface of
:class:`concurrent.futures.Executor` carries the cells. A run is finished when its folder is in
place, so a killed batch loses at most the runs that were under way; the next one goes on.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import multiprocessing
import multiprocessing.context
import multiprocessing.forkserver
import os
import time
from collections import Counter, deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from workbench.errors import ParameterError, RunError
from workbench.language import Message
from workbench.report.engine.forked import ForkServer
from workbench.report.engine.imports import imports_of
from workbench.report.engine.kernels import can_fork
from workbench.review.fresh import InputHashes, is_fresh
from workbench.review.grid import Cell, read_plan, spread
from workbench.review.outcome import Engine, Outcome
from workbench.review.worker import run_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator


__all__ = ["Batch", "Engine", "Outcome", "engine_named", "run_batch"]

_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What became of a batch, in the order of the plan."""

    outcomes: tuple[Outcome, ...]
    out: Path

    def count(self, *statuses: str) -> int:
        """Return how many cells ended so."""
        return sum(outcome.status in statuses for outcome in self.outcomes)

    @property
    def message(self) -> Message:
        """What became of the batch in one sentence."""
        return Message(
            "{n:integer} report made, {skipped:integer} unchanged, {failed:integer} failed.",
            "{n:integer} reports made, {skipped:integer} unchanged, {failed:integer} failed.",
            n=self.count("done"),
            skipped=self.count("skipped"),
            failed=self.count("failed", "fault"),
        )

    @property
    def exit_code(self) -> int:
        """0 all done, 3 when some failed."""
        return 3 if self.count("failed", "fault") else 0


def run_batch(
    plan: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    engine: Engine = "fork",
    force: bool = False,
    out: Path | None = None,
    progress: Callable[[Outcome, int, int, float], None] | None = None,
) -> Batch:
    """Run every cell of a plan that is not up to date.

    Parameters
    ----------
    plan
        Path of a ``PLAN.toml``.
    workers
        How many runs at a time; default: one per core.
    scheduler
        Address of a Dask scheduler whose workers share the folders; default: processes here.
    engine
        "fork" where the system can, else "cold".
    force
        True runs unchanged cells too.
    out
        Folder of the reports in place of the plan's.
    progress
        Called with outcome, how many are finished, how many there are, seconds left.

    Raises
    ------
    PlanError
        If the plan, or a single cell of it, is wrong; nothing has been run then.
    """
    path = Path(plan)
    with _pool(workers or os.cpu_count() or 1, scheduler, engine) as pool:
        cells = spread(read_plan(path), path.parent, out)
        hashes = InputHashes()
        found: dict[Cell, Outcome] = {}
        tell = _Teller(progress, len(cells))
        waiting: deque[Cell] = deque()
        for cell, run in cells:
            if not force and is_fresh(run, hashes):
                report = str(run.folder / "report.html")
                found[cell] = tell(Outcome(cell=cell, status="skipped", report=report))
            else:
                waiting.append(cell)
        if waiting:
            notebooks = {cell.notebook: run.notebook for cell, run in cells if cell not in found}
            pool.expect(imports_of(notebooks.values()), waiting[0].study)
            for outcome in _work_off(waiting, pool):
                found[outcome.cell] = tell(outcome)
    folder = Path(cells[0][0].out)
    return Batch(outcomes=tuple(found[cell] for cell, _ in cells), out=folder)


def engine_named(name: str) -> Engine:
    """Return an engine given by a person.

    Raises
    ------
    ParameterError
        If it is neither "fork" nor "cold".
    """
    if name == "fork" or name == "cold":
        return name
    raise ParameterError(f"Engine must be fork or cold; found '{name}'.")


class _Teller:
    """Counts finished cells and says how long the rest will take."""

    def __init__(
        self, progress: Callable[[Outcome, int, int, float], None] | None, total: int
    ) -> None:
        self._progress = progress
        self._total = total
        self._finished = 0
        self._worked = 0
        self._started = time.monotonic()

    def __call__(self, outcome: Outcome) -> Outcome:
        self._finished += 1
        self._worked += outcome.status != "skipped"
        if self._progress:
            each = (time.monotonic() - self._started) / max(self._worked, 1)
            self._progress(
                outcome, self._finished, self._total, each * (self._total - self._finished)
            )
        return outcome


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """Where cells are carried out, and how to get a new executor when one broke."""

    workers: int
    executor: Callable[[], concurrent.futures.Executor]
    engine: Engine
    server: ForkServer | None = None

    def expect(self, imports: tuple[str, ...], study: str) -> None:
        """Say what the notebooks import and which study the first of them runs in."""
        if self.server:
            self.server.expect(imports, study)

    def socket(self) -> str:
        """Return where kernels are asked for; empty where none are forked here."""
        return self.server.address() if self.server else ""


@contextlib.contextmanager
def _pool(workers: int, scheduler: str | None, engine: Engine) -> Generator[_Pool]:
    if scheduler is not None:
        with _dask(scheduler) as (make, width):
            yield _Pool(workers=width, executor=make, engine=engine)
        return
    chosen: Engine = engine if can_fork() else "cold"
    processes = functools.partial(concurrent.futures.ProcessPoolExecutor, workers, _context())
    if chosen == "cold":
        yield _Pool(workers=workers, executor=processes, engine="cold")
        return
    with ForkServer() as server:
        server.begin()  # it and the process of the workers read libraries while the plan is read
        yield _Pool(workers=workers, executor=processes, engine="fork", server=server)


def _context() -> multiprocessing.context.BaseContext:
    """Return how workers start: forked from a process that has the imports, else afresh."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["workbench.review.ready"])
    multiprocessing.forkserver.ensure_running()
    return context


@contextlib.contextmanager
def _dask(address: str) -> Generator[tuple[Callable[[], concurrent.futures.Executor], int]]:
    try:
        from distributed import Client
    except ImportError:
        raise RunError(
            "--scheduler needs Dask. Install it with `pip install workbench[cluster]`."
        ) from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, TimeoutError) as error:
        raise RunError(
            f"No Dask scheduler answers at that address ({type(error).__name__}). "
            "Start one with `dask scheduler`, and workers with `dask worker ADDRESS`."
        ) from None
    with client:
        width = max(1, sum(cast("dict[str, int]", client.nthreads()).values()))
        yield functools.partial(client.get_executor, pure=False), width


def _work_off(waiting: deque[Cell], pool: _Pool) -> Iterator[Outcome]:
    """Carry out cells, as many at a time as there are workers; a lost worker costs one try."""
    tries: Counter[Cell] = Counter()
    executor = pool.executor()
    executor.submit(int)  # a worker starts while the preloaded process reads the libraries
    running: dict[concurrent.futures.Future[Outcome], Cell] = {}
    try:
        while waiting or running:
            while waiting and len(running) < pool.workers:
                cell = waiting.popleft()
                running[executor.submit(run_cell, cell, pool.engine, pool.socket())] = cell
            done, _ = concurrent.futures.wait(running, return_when="FIRST_COMPLETED")
            lost: list[Cell] = []
            for future in done:
                cell = running.pop(future)
                if future.exception() is None:
                    yield replace(future.result(), cell=cell)  # ours, not the copy that travelled
                else:
                    lost.append(cell)
            if lost:
                lost += _drained(running)
                executor.shutdown(wait=False)
                executor = pool.executor()
                yield from _again(lost, tries, waiting)
    finally:
        executor.shutdown(wait=False)


def _drained(running: dict[concurrent.futures.Future[Outcome], Cell]) -> list[Cell]:
    """Take back what a broken pool was carrying out."""
    cells = list(running.values())
    running.clear()
    return cells


def _again(lost: list[Cell], tries: Counter[Cell], waiting: deque[Cell]) -> Iterator[Outcome]:
    for cell in lost:
        tries[cell] += 1
        if tries[cell] < _TRIES:
            waiting.append(cell)
        else:
            yield Outcome(cell=cell, status="fault", reason=f"its process was ended {_TRIES} times")
