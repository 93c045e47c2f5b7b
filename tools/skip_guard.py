"""A pytest plugin: in CI, a skip that CI could have run is a failure.

Loaded by ``tools/test_all.py`` with ``-p skip_guard``. Outside CI (``CI`` not set) it does nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).parents[1]


def real_data_are_absent() -> bool:
    """Say whether the public data sets are not on this machine."""
    folder = os.environ.get("WORKBENCH_REAL_DATA", ROOT.parent / "shared" / "data")
    return not Path(folder).is_dir()


def platform_cannot_fork() -> bool:
    """Say whether this platform has no fork."""
    return not hasattr(os, "fork") or sys.platform == "win32"


ALLOWED: dict[str, Callable[[], bool]] = {  # start of the reason -> is it true here?
    "public data are not here": real_data_are_absent,
    "this system cannot fork": platform_cannot_fork,
}


def in_ci() -> bool:
    """Say whether skips count."""
    return os.environ.get("CI", "").casefold() in {"true", "1", "yes"}


def allowed(reason: str) -> bool:
    """Say whether a skip has a reason on the list that holds on this machine."""
    plain = reason.removeprefix("Skipped: ")
    return any(plain.startswith(start) and holds() for start, holds in ALLOWED.items())


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not allowed(reason):
        report.outcome = "failed"
        report.longrepr = f"CI could have run this, but it was skipped ({reason})"


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_makereport() -> Generator[None, object, None]:
    """Turn a skipped test into a failed one."""
    outcome = yield
    if in_ci():
        _refuse(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, object, None]:
    """Turn a skipped module into a failed one."""
    outcome = yield
    if in_ci():
        _refuse(outcome.get_result())
