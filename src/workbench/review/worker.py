"""What carries out the cells of a batch: a process that has everything imported, and stays."""

from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.report.engine.forked import ForkServer
from workbench.report.engine.kernels import can_fork, forked_manager_class
from workbench.review.outcome import Engine, Outcome

if TYPE_CHECKING:
    from workbench.inputs.study import Study
    from workbench.review.grid import Cell

__all__ = ["run_cell"]


@functools.cache
def _study(path: str, modified: int) -> Study:  # noqa: ARG001 - part of the cache's key
    from workbench.inputs.study import load_study

    return load_study(path)


@functools.cache
def _own_server() -> ForkServer:
    """Return this process's own preloaded process, on a worker far from the batch."""
    return ForkServer()


def run_cell(cell: Cell, engine: Engine, socket: str = "") -> Outcome:
    """Carry out one cell; anything that goes wrong is an outcome, not an error."""
    from workbench.report.run import plan_run, run_plan

    started = time.monotonic()
    try:
        toml = Path(cell.study) / "study.toml"
        study = _study(cell.study, toml.stat().st_mtime_ns)
        plan = plan_run(
            cell.notebook,
            study,
            parameters=cell.parameters,
            language=cell.language or None,
            out=cell.out,
        )
        run = run_plan(plan, manager_class=_manager(engine, socket))
    except WorkbenchError as error:
        return Outcome(cell=cell, status="failed", reason=str(error))
    except Exception as error:  # noqa: BLE001 - one bad cell must not stop the grid
        return Outcome(cell=cell, status="fault", reason=f"{type(error).__name__}")
    return Outcome(
        cell=cell,
        status=run.status,
        report=str(run.report),
        seconds=time.monotonic() - started,
    )


def _manager(engine: Engine, socket: str) -> type[Any] | None:
    if engine == "cold" or not can_fork():
        return None
    if socket and Path(socket).exists():
        return forked_manager_class(socket)
    return _own_server().kernel_manager_class()
