"""The chain of a report's runs: each record names the one before, and the history holds them.

Whoever edits an earlier record, takes one out, or puts an earlier run back in place of a newer one
leaves a chain that does not fit. A run that was handed over alone has no history to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.report import record
from workbench.report.folders import HISTORY
from workbench.review.runs import history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.review.runs import RunFolder

__all__ = ["broken_links"]


def broken_links(run: RunFolder) -> list[tuple[str, str]]:
    """Return (place in the run folder, what is wrong) for what does not fit the chain of runs.

    ``earlier record changed``: it does not carry its own seal; ``earlier run missing``: a record
    names it, the history lacks it; ``newer run set aside``: the history holds a run that was made
    after this one.
    """
    known: dict[str, dict[str, Any]] = {}
    found: list[tuple[str, str]] = []
    for name, digest, facts in _earlier(run):
        place = f"{HISTORY}/{name}/record.json"
        if facts is None:
            found.append((place, "earlier record changed"))
            continue
        known[digest] = facts
        if str(facts.get("finished", "")) > str(run.facts["finished"]):
            found.append((place, "newer run set aside"))
    return found + ([] if found or not (run.path / HISTORY).is_dir() else _gap(run, known))


def _earlier(run: RunFolder) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Yield name, hash of the record, and its facts; None where they were edited."""
    for folder, facts in history(run):
        whole = facts.get("seal") == record.seal_of(facts)
        yield folder.name, record.file_hash(folder / "record.json"), facts if whole else None


def _gap(run: RunFolder, known: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    named = run.facts.get("previous")
    seen: set[str] = set()
    while named and named not in seen:
        if named not in known:
            return [(f"{HISTORY}/{named[:16]}", "earlier run missing")]
        seen.add(named)
        named = known[named].get("previous")
    return []
