"""Run folders on disk: find them, read them, and say whether their files are what was recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import RecordError
from workbench.report import record
from workbench.report.folders import EXPORTED, HISTORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "RunFolder",
    "changed_exports",
    "changed_files",
    "find_runs",
    "history",
    "open_run",
    "study_folder",
]

RECORD: Final = "record.json"
_NEEDED: Final = ("study", "notebook", "parameters", "language", "inputs", "code", "outputs")


@dataclass(frozen=True, kw_only=True)
class RunFolder:
    """A run as it lies on disk.

    Parameters
    ----------
    path
        Folder with ``record.json``.
    facts
        Content of the record.
    """

    path: Path
    facts: dict[str, Any]

    @property
    def notebook(self) -> str:
        """Name of the notebook."""
        return str(self.facts["notebook"]["name"])

    @property
    def study_id(self) -> str:
        """Id of the study."""
        return str(self.facts["study"]["id"])

    @property
    def language(self) -> str:
        """Language of the pages."""
        return str(self.facts["language"])

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters by name, without study and language."""
        return {k: v for k, v in self.facts["parameters"].items() if k != "language"}

    @property
    def name(self) -> str:
        """Study, notebook, parameters and language: the address of the run among reports."""
        return "/".join(self.path.parts[-4:])

    def results(self) -> dict[str, Any]:
        """Return ``results.json``.

        Raises
        ------
        RecordError
            If it is missing or no JSON.
        """
        try:
            return json.loads((self.path / "results.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise RecordError(
                f"results.json of '{self.name}' is missing or damaged. Run the report again."
            ) from None


def find_runs(folder: Path) -> list[Path]:
    """Return every run folder in or below a folder, in order of their names; history is left out.

    Raises
    ------
    RecordError
        If the folder does not exist.
    """
    if not folder.is_dir():
        raise RecordError(f"There is no folder '{folder.name}'. Give a run folder or one of many.")
    if (folder / RECORD).is_file():
        return [folder]
    return sorted(path.parent for path in _records(folder))


def _records(folder: Path) -> Iterator[Path]:
    for path in folder.rglob(RECORD):
        hidden = [part for part in path.relative_to(folder).parts if part.startswith(".")]
        if not hidden:
            yield path


def open_run(folder: Path) -> RunFolder:
    """Read a run folder and check that its record is whole.

    Raises
    ------
    RecordError
        If the record is missing, is no JSON, lacks a part or does not carry its own seal.
    """
    facts = record.read_record(folder)
    absent = [name for name in _NEEDED if name not in facts]
    if absent:
        raise RecordError(
            f"record.json of '{folder.name}' lacks '{absent[0]}'. It was cut off or edited; "
            "run the report again."
        )
    if facts.get("seal") != record.seal_of(facts):
        raise RecordError(
            f"record.json of '{folder.name}' does not carry its own seal: it was edited after the "
            "run. Take it from a copy you trust, or run the report again."
        )
    return RunFolder(path=folder, facts=facts)


def changed_files(run: RunFolder) -> list[tuple[str, str]]:
    """Return (file, what is wrong) for files that are not as they were recorded.

    ``changed``: another content; ``missing``: not there; ``unknown``: there, but not recorded.
    """
    recorded: dict[str, str] = run.facts["outputs"]
    found = _not_as_written(run.path, recorded)
    present = {
        path.relative_to(run.path).as_posix()
        for path in run.path.rglob("*")
        if path.is_file() and HISTORY not in path.relative_to(run.path).parts
    }
    unknown = sorted(present - set(recorded) - {RECORD})
    return found + [(name, "unknown") for name in unknown]


def _not_as_written(folder: Path, recorded: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (file, ``missing`` or ``changed``) for files that lack the hash they were given."""
    found: list[tuple[str, str]] = []
    for name, digest in recorded.items():
        path = folder / name
        if not path.is_file():
            found.append((name, "missing"))
        elif record.file_hash(path) != digest:
            found.append((name, "changed"))
    return found


def changed_exports(run: RunFolder) -> list[tuple[str, str]]:
    """Return (file, what is wrong) for exports beside a run that are not as they were written.

    ``changed`` and ``missing`` as in :func:`changed_files`; ``of an unknown run``: it names neither
    this run nor one in its history.
    """
    found: list[tuple[str, str]] = []
    place = run.path.resolve()
    for manifest in sorted(place.parent.glob(f"{place.name}-*/{EXPORTED}")):
        folder = manifest.parent
        try:
            facts = json.loads(manifest.read_text(encoding="utf-8"))
            files, seal = dict(facts["files"]), facts["record"]
        except (OSError, ValueError, KeyError, TypeError):
            found.append((f"{folder.name}/{EXPORTED}", "changed"))
            continue
        if seal not in _seals(run):
            found.append((folder.name, "of an unknown run"))
        found += [(f"{folder.name}/{name}", what) for name, what in _not_as_written(folder, files)]
    return found


def _seals(run: RunFolder) -> set[str]:
    """Return the seals of a run and of those in its history."""
    earlier = [facts for _, facts in history(run)]
    return {str(facts["seal"]) for facts in [run.facts, *earlier] if "seal" in facts}


def history(run: RunFolder) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the folder of each earlier run and its record; empty where that can't be read."""
    for path in sorted((run.path / HISTORY).glob("*/record.json")):
        try:
            yield path.parent, record.read_record(path.parent)
        except RecordError:
            yield path.parent, {}


def study_folder(run: RunFolder) -> Path | None:
    """Return the folder of a run's study: from the working directory, else from the repository."""
    named = Path(run.facts["study"]["folder"])
    homes = [Path(), *([root] if (root := record.repository()) else [])]
    found = [home / named for home in homes if (home / named / "study.toml").is_file()]
    return found[0] if found else None
