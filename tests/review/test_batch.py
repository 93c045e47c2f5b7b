"""A grid is checked first, goes past failures, skips what is unchanged, and survives kills."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_study import write_plan, write_small_notebook, write_small_study

from workbench.errors import PlanError, WorkbenchError
from workbench.report.record import file_hash
from workbench.review.batch import run_batch
from workbench.review.runs import find_runs, open_run

StartBatch = Callable[..., "subprocess.Popen[bytes]"]
ALL = {"market": ["", "NO"], "wave": "2026-01..latest"}  # two markets x two waves


def _records(folder: Path) -> dict[str, str]:
    """Return run -> hash of what must not depend on when it was made."""
    return {
        str(path.relative_to(folder)): file_hash(path / "results.json")
        for path in find_runs(folder / "reports")
    }


def test_a_grid_is_spread_run_and_then_skipped(small: Path) -> None:
    plan = write_plan(small, **ALL)
    seen: list[tuple[str, int, int]] = []
    first = run_batch(plan, workers=2, progress=lambda o, i, n, _: seen.append((o.status, i, n)))
    assert first.exit_code == 0
    assert seen == [("done", i, 4) for i in range(1, 5)]
    assert len(_records(small)) == 4
    assert [outcome.status for outcome in run_batch(plan).outcomes] == ["skipped"] * 4


@pytest.mark.parametrize("engine", ["cold", "fork"])
def test_one_bad_cell_leaves_a_readable_page_and_the_others_run(small: Path, engine: Any) -> None:
    write_small_notebook(small, "if market == 'SE':\n    raise wb.DataError('No SE today.')")
    plan = write_plan(small, market=["SE", "NO"])
    batch = run_batch(plan, workers=2, engine=engine)
    assert [outcome.status for outcome in batch.outcomes] == ["failed", "done"]
    assert batch.exit_code == 3
    page = Path(batch.outcomes[0].report).read_text(encoding="utf-8")
    assert "No SE today." in page
    assert "Traceback" not in page
    again = run_batch(plan, workers=1, engine="cold")
    assert [outcome.status for outcome in again.outcomes] == ["failed", "skipped"]


@pytest.mark.prove
def test_one_bad_market_of_forty_leaves_thirty_nine_reports_and_a_page(small: Path) -> None:
    markets = [f"M{number:02}" for number in range(40)]
    rows = [f"{market}-{i},{market},{i % 11}\n" for market in markets for i in range(12)]
    for path in (small / "study/waves").glob("*.csv"):
        path.write_text("id,market,recommend\n" + "".join(rows), encoding="utf-8")
        rows = [f"x{row}" for row in rows]
    write_small_notebook(small, "if market == 'M17':\n    raise wb.DataError('No M17 today.')")
    batch = run_batch(write_plan(small, market=markets), workers=2)
    assert batch.exit_code == 3
    assert (batch.count("done"), batch.count("failed")) == (39, 1)
    failed = next(outcome for outcome in batch.outcomes if outcome.status == "failed")
    assert "No M17 today." in Path(failed.report).read_text(encoding="utf-8")
    assert len(find_runs(small / "reports")) == 40
    assert run_batch(small / "plan.toml", workers=2).count("skipped") == 39


CHANGES = {
    "an answer": lambda folder: _append(folder / "study/waves/2026-02.csv", "x-1,SE,9\n"),
    "a new wave": lambda folder: _copy_wave(folder),
    "the study": lambda folder: _append(folder / "study/study.toml", "# a word\n"),
    "the notebook": lambda folder: write_small_notebook(folder, "1 + 1"),
}


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _copy_wave(folder: Path) -> None:
    waves = folder / "study/waves"
    text = (waves / "2026-01.csv").read_text(encoding="utf-8").replace("2026-01-", "2026-03-")
    (waves / "2026-03.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    write_small_study(folder)
    write_small_notebook(folder)
    run_batch(write_plan(folder, wave="2026-02"), engine="cold")
    return folder


@pytest.mark.parametrize("change", CHANGES)
def test_what_could_change_a_report_makes_it_run_again(
    finished: Path, tmp_path: Path, change: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    plan = write_plan(folder, wave="2026-02")
    from workbench.review.fresh import InputHashes, is_fresh
    from workbench.review.grid import read_plan, spread

    assert is_fresh(spread(read_plan(plan), folder)[0][1], InputHashes())
    CHANGES[change](folder)
    assert not is_fresh(spread(read_plan(plan), folder)[0][1], InputHashes())


def test_a_package_or_lock_that_changed_makes_it_run_again(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.report import record
    from workbench.review.fresh import InputHashes, is_fresh
    from workbench.review.grid import read_plan, spread

    run = spread(read_plan(finished / "plan.toml"), finished)[0][1]
    assert is_fresh(run, InputHashes())
    for name in ("package_hash", "lock_hash"):
        with monkeypatch.context() as patch:
            patch.setattr(record, name, lambda: "another")
            assert not is_fresh(run, InputHashes())


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"markett": "SE"}, "Did you mean 'market'"),
    "type": ({"floor": "seven"}, "floor"),
    "range": ({"confidence": 95}, "confidence"),
    "future wave": ({"wave": "2027-01"}, "2027-01"),
    "empty market": ({"market": "XX"}, "NO, SE"),
    "all of what": ({"seed": "all"}, "market, wave and segment"),
    "range of what": ({"market": "NO..SE"}, "range"),
    "injected": ({"n=1;open('x','w');m": 1}, "n=1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_cell_stops_the_grid_before_anything_runs(small: Path, name: str) -> None:
    parameters, told = WRONG[name]
    path = write_plan(small)
    listed = ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in parameters.items())
    path.write_text(
        path.read_text(encoding="utf-8").replace("{  }", f"{{ {listed} }}"), encoding="utf-8"
    )
    with pytest.raises(WorkbenchError) as caught:
        run_batch(path)
    assert told in str(caught.value)
    assert not (small / "reports").exists()


def test_a_plan_names_its_mistakes(small: Path) -> None:
    path = write_plan(small)
    _append(path, 'langage = "sv"\n')
    with pytest.raises(PlanError, match=r"langage.*Did you mean 'language'"):
        run_batch(path)
    with pytest.raises(PlanError, match="no plan"):
        run_batch(small / "nothing.toml")


def _descendants(pid: int) -> list[int]:
    """Return the processes below a process, as ``ps`` lists them."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = (int(part) for part in line.split())
        children.setdefault(parent, []).append(child)
    found = [pid]
    for known in found:
        found += children.get(known, [])
    return found[1:]


def _times(folder: Path) -> dict[Path, int]:
    """Return finished run -> when its record was written."""
    if not (folder / "reports").is_dir():
        return {}
    return {
        path: (path / "record.json").stat().st_mtime_ns for path in find_runs(folder / "reports")
    }


def _kill_once(batch: "subprocess.Popen[bytes]", draw: random.Random) -> None:
    """Kill the runner, a worker, the preloaded process or a kernel at a random moment."""
    deadline = time.monotonic() + draw.uniform(0.5, 12)
    while time.monotonic() < deadline and batch.poll() is None:
        time.sleep(0.05)
    below = _descendants(batch.pid)
    victim = draw.choice([batch.pid, *below])
    if batch.poll() is None:
        _kill(victim)
    batch.wait(timeout=300)
    for pid in below:
        _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _killed_and_resumed(folder: Path, start_batch: StartBatch, moments: int, seed: int) -> None:
    plan = write_plan(folder, **ALL)
    draw = random.Random(seed)
    for _ in range(moments):
        before = _times(folder)
        _kill_once(start_batch(plan), draw)
        after = _times(folder)
        assert before.items() <= after.items(), "a finished run was lost or made again"
    before = _times(folder)
    assert run_batch(plan, workers=2).exit_code == 0
    assert before.items() <= _times(folder).items()


def _is_whole(folder: Path) -> None:
    for path in find_runs(folder / "reports"):
        run = open_run(path)
        assert set(run.facts["outputs"]) <= {
            str(file.relative_to(path).as_posix()) for file in path.rglob("*")
        }
    left = [path for path in (folder / "reports").rglob(".*") if path.name != ".history"]
    assert left == [], "a half-written folder was left"


def test_a_grid_killed_at_random_moments_is_resumed_whole(
    small: Path, start_batch: StartBatch, finished_grid: dict[str, str]
) -> None:
    _killed_and_resumed(small, start_batch, moments=3, seed=1)
    assert _records(small) == finished_grid
    _is_whole(small)


@pytest.mark.prove
def test_a_grid_killed_at_twenty_random_moments_is_resumed_whole(
    small: Path, start_batch: StartBatch, finished_grid: dict[str, str]
) -> None:
    _killed_and_resumed(small, start_batch, moments=20, seed=2)
    assert _records(small) == finished_grid
    _is_whole(small)


@pytest.fixture(scope="module")
def finished_grid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the records of the grid when nothing is killed."""
    folder = tmp_path_factory.mktemp("grid")
    write_small_study(folder)
    write_small_notebook(folder)
    run_batch(write_plan(folder, **ALL), workers=2)
    return _records(folder)
