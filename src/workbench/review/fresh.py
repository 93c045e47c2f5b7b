"""Is a run up to date? Its key against what is here: nothing that could change it has changed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from workbench.errors import RecordError
from workbench.inputs.actions import FILE_NAME as ACTIONS
from workbench.report import record
from workbench.review.runs import RunFolder, open_run

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.report.run import Plan

__all__ = ["InputHashes", "are_inputs_as_read", "is_fresh"]


class InputHashes:
    """Hashes of input files, each computed once as long as its size and time stay the same."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int], str]] = {}

    def __getitem__(self, path: Path) -> str:
        stamp = path.stat()
        state = (stamp.st_size, stamp.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != state:
            known = (state, record.file_hash(path))
            self._known[path] = known
        return known[1]


@functools.cache
def _notebook_hash(path: Path, modified: int) -> str:  # noqa: ARG001 - part of the cache's key
    import nbformat

    return record.notebook_hash(nbformat.read(path, as_version=4))


def is_fresh(plan: Plan, hashes: InputHashes) -> bool:
    """Say whether the plan's run folder holds a finished run that would come out the same.

    The key: notebook, parameters, language, ``study.toml``, the data read, the survey files there
    are now, the package's code and the lock of its dependencies.
    """
    try:
        run = open_run(plan.folder)
    except RecordError:
        return False
    facts = run.facts
    return (
        facts["status"] == "done"
        and facts["parameters"] == _public(plan)
        and facts["notebook"]["sha256"] == _plan_notebook(plan)
        and facts["study"]["sha256"] == hashes[plan.study.path]
        and facts["code"]["sha256"] == record.package_hash()
        and facts["lock"]["sha256"] == record.lock_hash()
        and _inputs_unchanged(run, plan, hashes)
        and (run.path / "report.html").is_file()
    )


def _plan_notebook(plan: Plan) -> str:
    return _notebook_hash(plan.notebook_path, plan.notebook_path.stat().st_mtime_ns)


def _public(plan: Plan) -> dict[str, Any]:
    return {name: value for name, value in plan.values.items() if name != "study"}


def _inputs_unchanged(run: RunFolder, plan: Plan, hashes: InputHashes) -> bool:
    if not are_inputs_as_read(run, plan.study.folder, hashes):
        return False
    recorded = {entry["path"] for entry in run.facts["inputs"]}
    is_listed = ACTIONS in recorded or not (plan.study.folder / ACTIONS).is_file()
    return is_listed and _survey_files(plan.study) <= recorded


def are_inputs_as_read(run: RunFolder, folder: Path, hashes: InputHashes) -> bool:
    """Say whether every file a run read from the folder of its study is there, with equal bytes."""
    read = [(folder / entry["path"], entry["sha256"]) for entry in run.facts["inputs"]]
    return all(path.is_file() and hashes[path] == digest for path, digest in read)


@functools.cache
def _survey_files(study: Any) -> frozenset[str]:
    """Return every survey file there is now, as the record names it: a new wave is a change."""
    return frozenset(str(f.path) for name in study.surveys for f in study.reading(name).inputs)
