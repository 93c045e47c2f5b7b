"""``workbench export``: every form of a finished run, in a folder beside it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import RunError, near_match
from workbench.report import record
from workbench.report.exports.drawing import write_png
from workbench.report.exports.logo import LogoWarning, logo_pixels
from workbench.report.exports.one_page import write_one_page
from workbench.report.exports.slides import write_slides
from workbench.report.exports.source import open_finished
from workbench.report.exports.tidy import write_csv, write_parquet, write_workbook
from workbench.report.exports.word import write_document
from workbench.report.figures import ACCENT, standing_alone
from workbench.report.folders import EXPORTED, safe_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.report.exports.source import FinishedRun

__all__ = ["FORMATS", "export_run", "said_and_written"]

FORMATS: Final = ("csv", "parquet", "xlsx", "svg", "png", "pdf", "pptx", "docx")
_OFFICE: Final = {"pdf", "pptx", "docx"}


def export_run(
    folder: str | Path, *, out: str | Path | None = None, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write a finished run in other forms.

    Parameters
    ----------
    folder
        Run folder, as ``workbench run`` made it.
    out
        Folder to write into; default: ``<language>-export`` beside the run folder, so that the run
        itself stays as recorded. Files of an earlier export there are replaced.
    formats
        Some of ``csv parquet xlsx`` (tidy tables, unrounded), ``svg png`` (figures), ``pdf`` (one
        page for a meeting), ``pptx docx`` (with charts and tables that can be edited).

    Returns
    -------
    list
        The files written.

    Raises
    ------
    RecordError
        If the run is not finished, or a file of it was changed afterwards.
    RunError
        If a format is unknown, or ``out`` is the run folder.

    Warns
    -----
    LogoWarning
        If the organisation's logo is an SVG that can't be drawn outside a browser.
    """
    for name in formats:
        if name not in FORMATS:
            raise RunError(
                f"There is no format '{name}'.{near_match(name, FORMATS)} "
                f"The formats are: {', '.join(FORMATS)}."
            )
    source = Path(folder)
    run = open_finished(source)
    target = Path(out) if out is not None else source.parent / f"{source.resolve().name}-export"
    if target.resolve().is_relative_to(source.resolve()):
        raise RunError("An export can't be written into the run folder: it must stay as recorded.")
    target.mkdir(parents=True, exist_ok=True)
    _take_away_earlier(target)
    written: list[Path] = []
    wanted = list(dict.fromkeys(formats))
    logo = logo_pixels(run.logo) if run.logo and _OFFICE & {*wanted} else None
    for name in wanted:
        written += _write(run, name, target, logo)
    names = [path.relative_to(target).as_posix() for path in written]
    facts = {"record": run.facts["seal"], "files": record.output_hashes(target, names)}
    record.write_json(target / EXPORTED, facts)
    return written


def said_and_written(
    folder: str | Path, *, out: str | Path | None = None, formats: Sequence[str] = FORMATS
) -> list[str]:
    """Export a run as :func:`export_run` does; return its warnings, then the files, a line each."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", LogoWarning)
        written = export_run(folder, out=out, formats=formats)
    return [*(str(warning.message) for warning in said), *map(str, written)]


def _take_away_earlier(target: Path) -> None:
    """Remove the files an earlier export wrote here, and only those."""
    path = target / EXPORTED
    if not path.is_file():
        return
    for name, digest in _manifest(path).get("files", {}).items():
        old = target / name
        is_inside = old.resolve().is_relative_to(target.resolve())
        if is_inside and old.is_file() and record.file_hash(old) == digest:
            old.unlink()


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _write(run: FinishedRun, name: str, target: Path, logo: bytes | None) -> list[Path]:
    stem = safe_name(run.facts["notebook"]["name"])
    if name in ("csv", "parquet"):
        writer = write_csv if name == "csv" else write_parquet
        return writer(run, _folder(target / name))
    if name in ("svg", "png"):
        return _figures(run, name, _folder(target / name))
    writers = {
        "pdf": write_one_page,
        "pptx": write_slides,
        "docx": write_document,
    }
    path = target / f"{stem}.{name}"
    if name == "xlsx":
        return [write_workbook(run, path)]
    accent = run.facts.get("brand", {}).get("accent") or ACCENT
    return [writers[name](run, path, accent=accent, logo=logo)]


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def _figures(run: FinishedRun, name: str, folder: Path) -> list[Path]:
    written: list[Path] = []
    for finding in run.findings:
        for width, svg in finding.drawings.items():
            path = folder / f"{safe_name(f'{finding.id}_{width}')}.{name}"
            if name == "png":
                write_png(svg, path)
            else:
                path.write_text(standing_alone(svg), encoding="utf-8")
            written.append(path)
    return written
