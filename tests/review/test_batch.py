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


KINDS = ("runner", "worker", "kernel")


def _processes(runner: int) -> dict[str, list[int]]:
    """Return the processes of a batch by kind, as ``ps`` lists them; "all" are those below it.

    A worker is a fork of the process workers come from; a kernel is a fork of the preloaded one
    that leads a session of its own, as opposed to a fork that only reads a study for it.
    """
    listed = subprocess.run(
        ["ps", "-wweo", "pid=,ppid=,sid=,args="], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.split(maxsplit=3) for line in listed.splitlines()]
    parents = {int(pid): int(parent) for pid, parent, _, _ in lines}
    words = {int(pid): arguments for pid, _, _, arguments in lines}
    below = [runner]
    for known in below:
        below += [pid for pid, parent in parents.items() if parent == known]

    def forked_from(pid: int, name: str) -> bool:
        return name in words[pid] and name in words.get(parents[pid], "")

    leads = {int(pid) for pid, _, session, _ in lines if pid == session}
    return {
        "runner": [runner],
        "worker": [pid for pid in below[1:] if forked_from(pid, "multiprocessing.forkserver")],
        "kernel": [p for p in below[1:] if p in leads and forked_from(p, "report.engine.server")],
        "all": below[1:],
    }


def _times(folder: Path) -> dict[Path, int]:
    """Return finished run -> when its record was written."""
    if not (folder / "reports").is_dir():
        return {}
    return {
        path: (path / "record.json").stat().st_mtime_ns
        for path in find_runs(folder / "reports")
        if open_run(path).facts["status"] == "done"
    }


def _kill_one(
    batch: "subprocess.Popen[bytes]", kind: str, seconds: float, draw: random.Random
) -> bool:
    """Kill a process of a kind so long after the first of its kind; say whether one was hit.

    One that is gone by then gives way to the next of its kind; a batch that is done is a miss.
    """
    moment: float | None = None
    hit, found = False, _processes(batch.pid)
    while batch.poll() is None and not hit:
        found = _processes(batch.pid)
        if found[kind] and moment is None:
            moment = time.monotonic() + seconds
        if found[kind] and moment is not None and time.monotonic() >= moment:
            _kill(draw.choice(found[kind]))
            hit = True
        time.sleep(0.02)
    batch.wait(timeout=300)
    for pid in found["all"] if kind == "runner" else ():
        _kill(pid)
    return hit


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _killed_and_resumed(
    folder: Path, start_batch: StartBatch, kind: str, seed: int, expected: dict[str, str]
) -> None:
    """Start a batch, kill one of its processes, resume, and compare with a batch left alone."""
    plan, draw = write_plan(folder, **ALL), random.Random(seed)
    longest = 8.0 if kind == "runner" else 1.5
    while not _kill_one(start_batch(plan), kind, draw.uniform(0, longest), draw):
        assert longest > 0.01, f"no {kind} was there to kill"
        longest /= 2  # this machine was done sooner
        shutil.rmtree(folder / "reports")
    before = _times(folder)
    assert run_batch(plan, workers=2).exit_code == 0
    assert before.items() <= _times(folder).items(), "a finished run was lost or made again"
    assert _records(folder) == expected
    _is_whole(folder)


def _is_whole(folder: Path) -> None:
    for path in find_runs(folder / "reports"):
        run = open_run(path)
        assert set(run.facts["outputs"]) <= {
            str(file.relative_to(path).as_posix()) for file in path.rglob("*")
        }
    left = [path for path in (folder / "reports").rglob(".*") if path.name != ".history"]
    assert left == [], "a half-written folder was left"


@pytest.mark.parametrize("kind", KINDS)
def test_a_grid_of_which_one_process_is_killed_is_resumed_whole(
    small: Path, start_batch: StartBatch, finished_grid: dict[str, str], kind: str
) -> None:
    _killed_and_resumed(small, start_batch, kind, 1, finished_grid)


@pytest.mark.prove
@pytest.mark.parametrize("moment", range(21))
def test_a_grid_killed_at_one_of_many_random_moments_is_resumed_whole(
    small: Path, start_batch: StartBatch, finished_grid: dict[str, str], moment: int
) -> None:
    kind = KINDS[moment % len(KINDS)]
    _killed_and_resumed(small, start_batch, kind, 100 + moment, finished_grid)


@pytest.fixture(scope="module")
def finished_grid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the records of the grid when nothing is killed."""
    folder = tmp_path_factory.mktemp("grid")
    write_small_study(folder)
    write_small_notebook(folder)
    run_batch(write_plan(folder, **ALL), workers=2)
    return _records(folder)
