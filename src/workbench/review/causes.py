"""Why a report came out differently: what is not as it was when the report was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import RunError
from workbench.language import Message
from workbench.report import record
from workbench.report.run import find_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.review.runs import RunFolder

__all__ = ["Cause", "likely_causes"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that changed since the report was made.

    Parameters
    ----------
    kind
        ``data``, ``study``, ``notebook``, ``code``, ``environment``, ``withdrawal``.
    text
        What it is, by name.
    """

    kind: str
    text: Message


def likely_causes(run: RunFolder, study_folder: Path) -> list[Cause]:
    """Return what differs between the record and what is here now, data first.

    Parameters
    ----------
    run
        The report under review.
    study_folder
        Folder of the study it is re-run on.
    """
    facts = run.facts
    return [
        *_data(facts, study_folder),
        *_study(facts, study_folder),
        *_notebook(run),
        *_code(facts),
        *_environment(facts),
    ]


def _data(facts: dict[str, Any], folder: Path) -> list[Cause]:
    found: list[Cause] = []
    for entry in facts["inputs"]:
        path = folder / entry["path"]
        if entry["path"] == "study.toml":
            continue
        if not path.is_file():
            found.append(Cause(kind="data", text=Message("{file} is gone", file=entry["path"])))
        elif record.file_hash(path) != entry["sha256"]:
            found.append(_changed(entry["path"], path))
    return found


def _changed(name: str, path: Path) -> Cause:
    """Say that a file changed, and whether a withdrawal is why: a log says so itself."""
    if name.endswith(".jsonl") and '"op": "erase"' in path.read_text(encoding="utf-8"):
        text = Message("{file} has changed; a person has withdrawn from it", file=name)
        return Cause(kind="withdrawal", text=text)
    return Cause(kind="data", text=Message("{file} has changed", file=name))


def _study(facts: dict[str, Any], folder: Path) -> list[Cause]:
    path = folder / "study.toml"
    if path.is_file() and record.file_hash(path) != facts["study"]["sha256"]:
        return [Cause(kind="study", text=Message("study.toml has changed"))]
    return []


def _notebook(run: RunFolder) -> list[Cause]:
    import nbformat

    try:
        path = find_notebook(run.notebook)
    except RunError:
        return []
    here = record.notebook_hash(nbformat.read(path, as_version=4))
    if here == run.facts["notebook"]["sha256"]:
        return []
    text = Message("the notebook {name} has changed", name=run.notebook)
    return [Cause(kind="notebook", text=text)]


def _code(facts: dict[str, Any]) -> list[Cause]:
    found: list[Cause] = []
    if facts["code"]["sha256"] != record.package_hash():
        text = Message("the package workbench has changed")
        found.append(Cause(kind="code", text=text))
    return found


def _environment(facts: dict[str, Any]) -> list[Cause]:
    here = record.versions()
    moved = [
        Message("{name} {old} is now {new}", name=name, old=old, new=here.get(name, "–"))
        for name, old in sorted(facts["versions"].items())
        if here.get(name) != old
    ]
    return [Cause(kind="environment", text=text) for text in moved]
