"""Gather a survey's files: read, split by wave, renamed, and stopped where they do not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import near_match
from workbench.inputs.drift import drift_problems, renamed
from workbench.inputs.study_file import Problem, study_error
from workbench.inputs.survey_files import by_wave, find_files, read_files
from workbench.language import Message

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from workbench.inputs.models.survey import SurveyModel, WaveModel
    from workbench.inputs.pseudonyms import Pseudonyms
    from workbench.inputs.references import KeyPath
    from workbench.inputs.survey_files import FilePart
    from workbench.inputs.toml_lines import KeyLines

__all__ = ["InputFile", "SurveySource", "accounted", "gathered"]


@dataclass(frozen=True)
class InputFile:
    """One file that answers came from; ``rows_read == rows_kept + rows_set_aside``.

    ``path`` is relative to the study, or begins with the environment variable that
    ``study.toml`` names.
    """

    path: str
    sha256: str
    rows_read: int
    rows_kept: int
    rows_set_aside: int
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class SurveySource:
    """What reading needs to know of a study."""

    path: Path
    lines: KeyLines
    key: KeyPath
    model: SurveyModel
    language: str
    pseudonyms: Pseudonyms


def gathered(
    source: SurveySource, survey: SurveyModel
) -> tuple[list[FilePart], list[InputFile], pd.DataFrame, list[Message]]:
    """Find, read, split by wave and rename; stop where columns are not as the study says."""
    found, problems = find_files(survey, source.path.parent, source.key)
    if problems:
        raise study_error(source.path, problems, source.lines)
    parts: list[FilePart] = []
    files: list[InputFile] = []
    asides: list[pd.DataFrame] = []
    notes: list[Message] = []
    for file, sha256, table in read_files(found):
        split, aside = by_wave(file, table)
        asides.append(aside)
        notes += table.notes
        files.append(
            InputFile(file.shown, sha256, table.rows_read, 0, 0, table.encoding, table.delimiter)
        )
        for part in split:
            named, mistakes = renamed(part, survey, source.key)
            parts.append(named)
            problems += mistakes
    problems += _same_twice(files, source)
    problems += _renaming_nothing(parts, survey, source)
    fileless, announced = _waves_without_file(parts, survey, source)
    problems += fileless
    notes += announced
    if not problems:
        problems = drift_problems(parts, survey, source.key)
    if problems:
        raise study_error(source.path, problems, source.lines)
    return parts, files, pd.concat(asides, ignore_index=True), notes


def _renaming_nothing(
    parts: list[FilePart], survey: SurveyModel, source: SurveySource
) -> list[Problem]:
    """Name the survey's renamings of columns that no file has."""
    columns = {str(column) for part in parts for column in part.frame.columns}
    return [
        Problem(
            (*source.key, "rename", old),
            f"no file has a column '{old}'.{near_match(old, columns)}",
        )
        for old, new in survey.rename.items()
        if new not in columns and old not in columns
    ]


def _waves_without_file(
    parts: list[FilePart], survey: SurveyModel, source: SurveySource
) -> tuple[list[Problem], list[Message]]:
    """Tell declared waves that no file belongs to: still to come if later than the others."""
    waves = {part.wave for part in parts}
    dates = [date for name in waves if (date := _date(survey.waves.get(name))) is not None]
    problems: list[Problem] = []
    notes: list[Message] = []
    for name, wave in survey.waves.items():
        date = _date(wave)
        if name in waves:
            continue
        if date is not None and dates and date > max(dates):
            notes.append(Message("Wave {wave} is announced; no file belongs to it yet.", wave=name))
            continue
        text = (
            f"no file belongs to wave '{name}'.{near_match(name, waves)} "
            "Correct the name, remove the wave, or, if it is to come, give it a later date."
        )
        problems.append(Problem((*source.key, "waves", name), text))
    return problems, notes


def _date(wave: WaveModel | None) -> dt.date | None:
    return (wave.closed or wave.opened) if wave is not None else None


def _same_twice(files: list[InputFile], source: SurveySource) -> list[Problem]:
    """Name files with the same bytes: their answers would count twice."""
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for file in files:
        if file.sha256 in first and file.rows_read:
            text = f"'{file.path}' is a copy of '{first[file.sha256]}'; its answers count twice."
            problems.append(Problem((*source.key, "files"), text))
        first.setdefault(file.sha256, file.path)
    return problems


def accounted(files: list[InputFile], set_aside: pd.DataFrame) -> tuple[InputFile, ...]:
    """Fill in how many rows of each file were kept."""
    aside = set_aside["source"].value_counts()
    lost = {file.path: int(aside.get(file.path, 0)) for file in files}
    return tuple(
        replace(
            file,
            rows_kept=file.rows_read - lost[file.path],
            rows_set_aside=lost[file.path],
        )
        for file in files
    )
