"""What a report rests on, as a result of its own: the files that were read, with their hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.report.record import file_hash
from workbench.report.segment_colours import slots_of
from workbench.results.report import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from workbench.results.health import HealthResult

__all__ = ["provenance"]


def provenance(study: Any, *, files: Iterable[Path | str] = ()) -> Provenance:
    """Return the files a report rests on: ``study.toml``, its surveys' files, and further ones.

    Parameters
    ----------
    study
        As ``wb.load_study`` returns it.
    files
        Further files the notebook read, such as documents or the data of an experiment; relative
        paths are relative to the study.

    Returns
    -------
    Provenance
        One row per file: path relative to the study, SHA-256, and for survey files the rows read,
        kept and set aside, the grade of its health and what the grade rests on. A file outside the
        study is named by its last part only.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = [_row(study.folder, study.path)]
    for name in study.surveys:
        health = study.health(name)
        rows += [_survey_row(entry, health) for entry in study.reading(name).inputs]
    known = {row["file"] for row in rows}
    further = (_row(study.folder, study.folder / path) for path in files)
    rows += [row for row in further if row["file"] not in known]
    counts = ["rows_read", "rows_kept", "rows_set_aside"]
    table = pd.DataFrame(rows, columns=["file", "sha256", *counts, "health", "findings"])
    for column in counts:
        table[column] = table[column].astype("Int64")
    return Provenance(
        table=table,
        method=Message("Every file is named with its SHA-256, so that a changed one is found."),
        markets=slots_of(study),
    )


def _row(folder: Path, path: Path) -> dict[str, Any]:
    resolved = path.resolve()
    inside = resolved.is_relative_to(folder.resolve())
    name = resolved.relative_to(folder.resolve()).as_posix() if inside else path.name
    return {"file": name, "sha256": file_hash(path)}


def _survey_row(entry: Any, health: HealthResult) -> dict[str, Any]:
    grades = health.table["health"][health.table["input"] == entry.path]
    found = [f.id for f in health.of("alarm", "care") if entry.path in f.files]
    return {
        "file": str(entry.path),
        "sha256": entry.sha256,
        "rows_read": entry.rows_read,
        "rows_kept": entry.rows_kept,
        "rows_set_aside": entry.rows_set_aside,
        "health": max(grades, default=None),
        "findings": found,
    }
