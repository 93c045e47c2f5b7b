"""One archive that a reviewer opens elsewhere: reports, what they rest on, and how to check them.

A bundle holds the run folders, each with its notebook, the study they were run on (unless
``without_data``), the record as a Workflow Run RO-Crate, and a manifest with the hash of every
file. The key of pseudonyms and the originals never go in. It can be verified as it is:
``workbench verify BUNDLE.zip``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from workbench.errors import BundleError
from workbench.report import record
from workbench.review.crate import CRATE, run_crate
from workbench.review.runs import RunFolder, find_runs, open_run

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

__all__ = ["opened", "write_bundle"]

MANIFEST: Final = "manifest.json"
_PRIVATE: Final = frozenset({".keys", "originals", ".git", ".workbench", ".ipynb_checkpoints"})
_MOST_BYTES: Final = 4 * 1024**3
_MOST_FILES: Final = 200_000
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)


def write_bundle(path: Path, out: Path, *, study: Path | None = None, data: bool = True) -> Path:
    """Write reports and what they rest on as one archive.

    Parameters
    ----------
    path
        Run folder, or a folder of reports of one study.
    out
        Archive to write; an existing one is replaced.
    study
        Folder of the study; default: where the records say.
    data
        False leaves the study's files out: numbers can then be read, but not made again.

    Returns
    -------
    Path
        The archive. The same content gives the same bytes.

    Raises
    ------
    BundleError
        If the reports are of several studies, or a file that must stay here would go along.
    """
    runs = [open_run(folder) for folder in find_runs(path)]
    studies = {run.study_id for run in runs}
    if len(studies) != 1:
        listed = ", ".join(sorted(studies)) or "none"
        raise BundleError(f"A bundle holds reports of one study; found {listed}.")
    files = dict(_report_files(runs))
    if data:
        files |= dict(_study_files(_study(runs[0], study)))
    _refuse_private(files)
    crate = record.canonical_json(run_crate({_place(run): run for run in runs}, list(files)))
    manifest = {
        "schema": 1,
        "study": studies.pop(),
        "with_data": data,
        "runs": sorted(_place(run) for run in runs),
        "files": {name: record.file_hash(file) for name, file in sorted(files.items())}
        | {CRATE: hashlib.sha256(crate.encode()).hexdigest()},
    }
    _write(out, files, {CRATE: crate, MANIFEST: record.canonical_json(manifest)})
    return out


def _place(run: RunFolder) -> str:
    return "/".join(("reports", *run.path.resolve().parts[-4:]))


def _report_files(runs: list[RunFolder]) -> Iterator[tuple[str, Path]]:
    for run in runs:
        for file in sorted(run.path.rglob("*")):
            inside = file.relative_to(run.path)
            if file.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield f"{_place(run)}/{inside.as_posix()}", file


def _study(run: RunFolder, given: Path | None) -> Path:
    root = record.repository()
    named = Path(run.facts["study"]["folder"])
    homes = [given] if given else [named, *([root / named] if root else [])]
    for home in homes:
        if (home / "study.toml").is_file():
            return home
    raise BundleError(
        f"The study '{run.study_id}' is not here. Say where with --study FOLDER, or leave its "
        "files out with --without-data."
    )


def _study_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and not _PRIVATE.intersection(inside.parts):
            yield f"study/{inside.as_posix()}", file


def _refuse_private(files: dict[str, Path]) -> None:
    """Refuse links: one inside the study may lead to what must stay here."""
    for name, file in files.items():
        if file.is_symlink() or _PRIVATE.intersection(file.resolve().parts[-4:]):
            raise BundleError(
                f"'{name}' leads to a file that must not leave this machine. Remove the link."
            )


def _write(out: Path, files: dict[str, Path], texts: dict[str, str]) -> None:
    draft = out.with_name(f".{out.name}.new")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), file.read_bytes())
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), text)
    draft.replace(out)


@contextlib.contextmanager
def opened(archive: Path) -> Generator[Path]:
    """Unpack a bundle into a folder of its own, for as long as it is looked at.

    Yields
    ------
    Path
        Folder with ``reports/`` and, where data went along, ``study/``.

    Raises
    ------
    BundleError
        If it is no bundle, a file is not as its manifest says, or unpacking would leave the
        folder or fill the disk.
    """
    with tempfile.TemporaryDirectory(prefix="wb-bundle-") as place:
        folder = Path(place)
        try:
            with zipfile.ZipFile(archive) as packed:
                _unpack(packed, folder)
        except (zipfile.BadZipFile, OSError) as error:
            raise BundleError(
                f"'{archive.name}' can't be opened as a bundle ({type(error).__name__})."
            ) from None
        _check_manifest(archive.name, folder)
        yield folder


def _unpack(packed: zipfile.ZipFile, folder: Path) -> None:
    members = packed.infolist()
    if len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
        raise BundleError("The bundle is larger than a bundle can be; it was not unpacked.")
    left = _MOST_BYTES
    for member in members:
        name = PurePosixPath(member.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
            raise BundleError("The bundle holds a path that leads out of it; it was not unpacked.")
        if member.is_dir():
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(member) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1024 * 1024)
        left -= target.stat().st_size
        if left < 0:
            raise BundleError("The bundle unpacks to more than it says; it was thrown away.")


def _check_manifest(name: str, folder: Path) -> None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError):
        raise BundleError(f"'{name}' has no manifest; it is no bundle.") from None
    present = {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    } - {MANIFEST}
    for file in sorted(present | set(files)):
        if file not in files:
            raise BundleError(f"'{file}' is in the bundle but not in its manifest.")
        if file not in present:
            raise BundleError(f"'{file}' is in the manifest but not in the bundle.")
        if record.file_hash(folder / file) != files[file]:
            raise BundleError(f"'{file}' of the bundle is not what its manifest says.")
