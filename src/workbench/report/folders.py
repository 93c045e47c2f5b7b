"""Where a run is kept: safe folder names, and a new run in place of the old in one step."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import time
import unicodedata
from typing import TYPE_CHECKING, Final

from workbench.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["EXPORTED", "HISTORY", "draft_folder", "publish", "run_folder", "safe_name"]

HISTORY: Final = ".history"
"""Folder inside a run folder with earlier runs, one per hash of their record."""

EXPORTED: Final = "export.json"
"""File in an export that says what was written, with hashes, and the seal of the run it is of."""

_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)
_MAXIMUM: Final = 80
_DAY: Final = 86_400


def safe_name(text: str) -> str:
    """Return a text as one folder name that is safe on every system.

    Lower case, NFC; letters and digits of every script, ``.``, ``_``, ``=``, ``,`` and ``-`` stay,
    anything else becomes ``-``. A name that lost something ends with a short hash of the whole
    text, so that two texts never share a folder; a name that Windows reserves begins with ``x-``.

    Examples
    --------
    >>> safe_name("2026-Q2"), safe_name("con"), safe_name("Västra Götaland").split("-")[:2]
    ('2026-q2', 'x-con', ['västra', 'götaland'])
    >>> "/" in safe_name("../../etc"), safe_name("../../etc").startswith(".")
    (False, False)
    """
    normal = unicodedata.normalize("NFC", text).lower()
    kept = "".join(c if c.isalnum() or c in "._=,-" else "-" for c in normal)
    name = re.sub(r"-{2,}", "-", kept).strip(".-_ ")[:_MAXIMUM].rstrip(". -")
    if name != normal or not name:
        name = f"{name or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    return f"x-{name}" if name.split(".")[0] in _RESERVED else name


def run_folder(
    out: Path, study: str, notebook: str, parameters: Mapping[str, object], language: str
) -> Path:
    """Return the folder of a run: study, notebook, parameters that are not defaults, language.

    Parameters
    ----------
    out
        Folder of all reports.
    study, notebook
        Id of the study, name of the notebook without suffix.
    parameters
        Those that differ from the defaults, and the wave that "latest" stands for.
    language
        "sv" or "en".

    Raises
    ------
    RunError
        If the folder would not lie inside ``out``.
    """
    pairs = [f"{safe_name(str(k))}={safe_name(_plain(v))}" for k, v in sorted(parameters.items())]
    folder = out / safe_name(study) / safe_name(notebook) / (",".join(pairs)[:200] or "default")
    folder = folder / safe_name(language)
    if not folder.resolve().is_relative_to(out.resolve()):
        raise RunError(f"The run folder must lie inside '{out.name}'; check the study's id.")
    return folder


def _plain(value: object) -> str:
    if value == "":
        return "none"
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def draft_folder(target: Path) -> Path:
    """Make an empty folder beside the target to build a run in; the target is not touched."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    for left in target.parent.glob(f".{target.name}-*.new"):
        if _is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    owner = f"{_here()}-{os.getpid()}"
    draft = target.parent / f".{target.name}-{owner}-{secrets.token_hex(4)}.new"
    draft.mkdir()
    return draft


def _here() -> str:
    """Return this machine's name as a few letters that say nothing about it."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


def _is_abandoned(draft: Path) -> bool:
    """Say whether the process that made a draft is gone, or the draft is more than a day old."""
    parts = draft.name.removesuffix(".new").split("-")
    if len(parts) >= 4 and parts[-3] == _here() and parts[-2].isdigit():
        try:
            os.kill(int(parts[-2]), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False
    return time.time() - draft.stat().st_mtime > _DAY


def publish(draft: Path, target: Path, previous_hash: str | None) -> None:
    """Put a finished run in the target's place; what stood there goes into its history.

    Parameters
    ----------
    draft
        As :func:`draft_folder` made it.
    target
        Run folder.
    previous_hash
        Hash of the record that stands in the target; None where there is none.
    """
    if not target.exists():
        draft.rename(target)
        return
    old = target.parent / f".{target.name}.old"
    target.rename(old)
    draft.rename(target)
    _keep(old, target, previous_hash or "without-record")


def _keep(old: Path, target: Path, name: str) -> None:
    history = target / HISTORY
    if (old / HISTORY).is_dir():
        (old / HISTORY).rename(history)
    history.mkdir(exist_ok=True)
    place = history / name
    if place.exists():
        shutil.rmtree(place)
    old.rename(place)


def _recover(target: Path) -> None:
    """Finish what a killed run left half done: the old report comes back, drafts go."""
    old = target.parent / f".{target.name}.old"
    if old.exists() and not target.exists():
        old.rename(target)
    elif old.exists():
        _keep(old, target, f"recovered-{secrets.token_hex(4)}")
