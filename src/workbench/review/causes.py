"""Why a report came out differently: what is not as it was when the report was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import RecordError, RunError
from workbench.language import Message
from workbench.report import record
from workbench.report.run import find_notebook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workbench.review.runs import RunFolder

__all__ = ["Cause", "likely_causes"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that changed since the report was made.

    Parameters
    ----------
    kind
        ``edited``, ``data``, ``withdrawal``, ``study``, ``parameters``, ``seed``, ``notebook``,
        ``code``, ``environment``.
    text
        What it is, by name.
    """

    kind: str
    text: Message


def likely_causes(
    run: RunFolder, study_folder: Path, *, changed: Sequence[tuple[str, str]]
) -> list[Cause]:
    """Return what is not as it was when the report was made, the likeliest cause first.

    Parameters
    ----------
    run
        The report under review.
    study_folder
        Folder of the study it is re-run on.
    changed
        (file, what is wrong) for files and exports that are not as they were written.
    """
    facts = run.facts
    return [
        *_edited(changed),
        *_data(facts, study_folder),
        *_study(facts, study_folder),
        *_parameters(run),
        *_notebook(run),
        *_code(facts),
        *_environment(facts),
    ]


def _edited(changed: Sequence[tuple[str, str]]) -> list[Cause]:
    return [
        Cause(kind="edited", text=Message("{file} was edited after the run", file=name))
        for name, what in changed
        if what == "changed"
    ]


def _parameters(run: RunFolder) -> list[Cause]:
    """Return the parameters of which the numbers say another value than the record."""
    try:
        said: dict[str, Any] = run.results()["parameters"]
    except (RecordError, KeyError):
        return []
    kept = run.facts["parameters"]
    return [
        Cause(
            kind="seed" if name == "seed" else "parameters",
            text=Message(
                "{name} is {old} in the results, {new} in the record",
                name=name,
                old=str(said[name]),
                new=str(kept[name]),
            ),
        )
        for name in sorted(said.keys() & kept.keys())
        if said[name] != kept[name]
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
    """Return that the package changed, and which of its files where Git can say."""
    if facts["code"]["sha256"] == record.package_hash():
        return []
    commit = facts["code"].get("commit")
    was_clean = commit and facts["code"].get("changed") is False
    changed = record.changed_since(commit) if was_clean else []
    files = [name for name in changed if "/workbench/" in name]
    if not files:
        return [Cause(kind="code", text=Message("the package workbench has changed"))]
    shown = [name.split("/workbench/")[1] for name in files[:_MOST_FILES]]
    text = Message(
        "the package workbench has changed in {n:integer} file: {files}",
        "the package workbench has changed in {n:integer} files: {files}",
        n=len(files),
        files=", ".join([*shown, *(["…"] if len(files) > _MOST_FILES else [])]),
    )
    return [Cause(kind="code", text=text)]


_MOST_FILES: Final = 5
_COMPUTE: Final = (
    "numpy", "pandas", "scipy", "statsmodels", "scikit-learn", "pingouin", "simplemma", "nltk",
    "duckdb", "pyarrow", "python", "matplotlib", "seaborn",
)  # fmt: skip
"""What numbers and drawings come from, before what only carries a notebook out."""


def _environment(facts: dict[str, Any]) -> list[Cause]:
    here = record.versions()
    places = {name: place for place, name in enumerate(_COMPUTE)}
    moved = [
        Message("{name} {old} is now {new}", name=name, old=old, new=here.get(name, "–"))
        for name, old in sorted(
            facts["versions"].items(), key=lambda kept: (places.get(kept[0], len(places)), kept[0])
        )
        if here.get(name) != old
    ]
    return [Cause(kind="environment", text=text) for text in moved]
