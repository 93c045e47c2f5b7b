"""What a run rests on: hashes of inputs and code, versions, seed, times, who.

``record.json`` holds no path outside the study and the repository, no environment variable and no
address: a name is the one Git knows, or "unknown".
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import RecordError
from workbench.report.written import indented_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "canonical_json",
    "changed_since",
    "file_hash",
    "git_state",
    "hash_of",
    "lock_hash",
    "notebook_hash",
    "package_hash",
    "read_record",
    "repository",
    "seal_of",
    "versions",
    "who",
    "write_json",
]

_PACKAGE: Final = Path(__file__).parents[1]
_NAMED: Final = (
    "workbench", "pandas", "numpy", "scipy", "statsmodels", "pingouin", "seaborn", "matplotlib",
    "papermill", "nbconvert", "nbclient", "ipykernel", "nltk", "scikit-learn", "simplemma",
    "pyarrow", "duckdb",
)  # fmt: skip


def canonical_json(value: Any) -> str:
    """Return JSON whose bytes depend on the content alone: sorted keys, no NaN, UTF-8."""
    return indented_json(value) + "\n"


def write_json(path: Path, value: Any) -> None:
    """Write JSON in canonical form."""
    path.write_text(canonical_json(value), encoding="utf-8")


def hash_of(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def notebook_hash(notebook: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a notebook's cells without outputs, counts and cell ids.

    The same notebook, run or not, has one hash.
    """
    cells = [
        [cell["cell_type"], "".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]
        for cell in notebook["cells"]
        if "injected-parameters" not in cell["metadata"].get("tags", [])
    ]
    return hash_of(cells)


@functools.cache
def package_hash() -> str:
    """Return the SHA-256 over every file of the package that can change a report."""
    digest = hashlib.sha256()
    suffixes = {".py", ".j2", ".css", ".mo", ".json"}
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in suffixes):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def repository() -> Path | None:
    """Return the root of the repository the package runs from, or None for an installed one."""
    root = _PACKAGE.parents[1]
    return root if (root / "pyproject.toml").is_file() else None


def lock_hash() -> str | None:
    """Return the SHA-256 of ``uv.lock``, or None where the package is installed without it."""
    root = repository()
    lock = root / "uv.lock" if root else None
    return file_hash(lock) if lock and lock.is_file() else None


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of Python, the system and the packages that make numbers or pages."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {_machine()}"}
    for name in _NAMED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _machine() -> str:
    return platform.machine() or "unknown"


def _git(*arguments: str) -> str | None:
    root = repository()
    try:
        done = subprocess.run(  # noqa: S603 - fixed command, no shell
            ["git", *arguments],  # noqa: S607 - the git of the user's own path
            cwd=root or Path.cwd(),
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


@functools.cache
def git_state() -> dict[str, Any]:
    """Return commit and whether files of the repository differ from it; nulls without Git."""
    if repository() is None:
        return {"commit": None, "changed": None}
    commit = _git("rev-parse", "HEAD")
    status = _git("status", "--porcelain", "--untracked-files=no", "--", "src", "notebooks")
    return {"commit": commit, "changed": None if status is None else bool(status)}


def changed_since(commit: str) -> list[str]:
    """Return the files of code and notebooks that differ from a commit; none where Git can't say.

    Parameters
    ----------
    commit
        As :func:`git_state` gives it.
    """
    if repository() is None or not re.fullmatch(r"[0-9a-f]{7,64}", commit):
        return []
    listed = _git("diff", "--name-only", commit, "--", "src", "notebooks")
    return sorted(listed.splitlines()) if listed else []


@functools.cache
def who() -> str:
    """Return the name Git knows for the one who runs this, without an address; else "unknown"."""
    return _git("config", "user.name") or "unknown"


def now() -> str:
    """Return the present time in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()


def read_record(folder: Path) -> dict[str, Any]:
    """Return the record of a run folder.

    Raises
    ------
    RecordError
        If there is none, or it is no JSON object.
    """
    path = folder / "record.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(
            f"'{folder.name}' has no record.json; it is no run folder, or a run was cut off."
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise RecordError(f"record.json of '{folder.name}' is damaged; run again.") from None
    if not isinstance(record, dict):
        raise RecordError(f"record.json of '{folder.name}' is damaged; run again.")
    return record


def seal_of(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record without its seal: a record that was edited does not fit it."""
    return hash_of({name: value for name, value in facts.items() if name != "seal"})


def output_hashes(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Return file -> SHA-256 of what a run wrote, for those that exist."""
    return {name: file_hash(folder / name) for name in names if (folder / name).is_file()}
