"""The same batch on a Dask cluster, with a worker that is killed while it works."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest
from small_study import write_plan

from workbench.errors import RunError
from workbench.review.batch import run_batch
from workbench.review.runs import find_runs, open_run


@pytest.fixture
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as running:
        yield running


@pytest.mark.filterwarnings("ignore")  # distributed warns of the worker that the test kills
def test_a_grid_on_a_cluster_survives_a_killed_worker(
    small: Path, cluster: distributed.LocalCluster
) -> None:
    plan = write_plan(small, market=["", "NO", "SE"])
    with distributed.Client(cluster.scheduler_address) as client:
        pids = list(client.run(os.getpid).values())

    def kill_one() -> None:
        while not list((small / "reports").rglob("*.new")):
            time.sleep(0.05)
        os.kill(pids[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    batch = run_batch(plan, scheduler=cluster.scheduler_address, engine="cold")
    killer.join(timeout=5)
    assert [outcome.status for outcome in batch.outcomes] == ["done"] * 3
    runs = [open_run(path) for path in find_runs(small / "reports")]
    assert len(runs) == 3


def test_an_address_without_a_scheduler_is_an_error_before_anything_runs(small: Path) -> None:
    plan = write_plan(small)
    with pytest.raises(RunError, match="dask scheduler"):
        run_batch(plan, scheduler="tcp://127.0.0.1:1")
    assert not (small / "reports").exists()
