"""A survey's answers in one frame: every row accounted for, every missing answer of a kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.inputs.answers import ColumnRules, code_part, out_of_scale_findings
from workbench.inputs.computed import (
    coded_answers,
    identity_columns,
    measure_columns,
    segment_columns,
    stacked,
)
from workbench.inputs.drift import drift_problems, renamed, used_columns
from workbench.inputs.references import resolved_survey, survey_items
from workbench.inputs.scales import MISSING_KINDS
from workbench.inputs.study_file import Problem, study_error
from workbench.inputs.survey_files import by_wave, find_files, read_files
from workbench.inputs.waves import ordered_waves, wave_frame
from workbench.inputs.weights import weighted_parts
from workbench.language import Message

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from workbench.inputs.answers import CodedPart
    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.pseudonyms import Pseudonyms
    from workbench.inputs.references import KeyPath
    from workbench.inputs.survey_files import FilePart
    from workbench.inputs.toml_lines import KeyLines

__all__ = ["InputFile", "SurveyReading", "SurveySource", "read_survey"]

_NOT_ASKED = MISSING_KINDS.index("not_asked") + 1


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


@dataclass(frozen=True, kw_only=True, eq=False)
class SurveyReading:
    """A survey as it was read.

    Parameters
    ----------
    frame
        One row per respondent and wave, oldest wave first; columns: :meth:`Study.survey`.
    inputs
        Every file, with its hash and its rows.
    set_aside
        ``source row reason lines``: rows that could not be used, and where they stand.
    missing
        ``item wave kind n n_answered``: every item with a rule or a use, each wave, each of the
        four kinds.
    waves
        One row per wave, oldest first: ``wave label opened closed invited preliminary changed n``.
    notes
        What a reader should know of the reading.
    warnings
        Notes that say that something may be wrong with the data.
    """

    frame: pd.DataFrame
    inputs: tuple[InputFile, ...]
    set_aside: pd.DataFrame
    missing: pd.DataFrame
    waves: pd.DataFrame
    notes: tuple[Message, ...]
    warnings: tuple[Message, ...]
    kinds: dict[str, NDArray[np.int8]] = field(repr=False)

    def kind_of_missing(self, item: str) -> pd.Series:
        """Return for each row why the item has no answer; missing where it has one.

        Raises
        ------
        DataError
            If the study says nothing about the item.
        """
        if item not in self.kinds:
            raise DataError(f"The study says nothing about '{item}'; give it an item rule.")
        names = np.array([None, *MISSING_KINDS], dtype=object)
        return pd.Series(names[self.kinds[item]], index=self.frame.index, dtype="str")


def read_survey(source: SurveySource) -> SurveyReading:
    """Read every file of a survey and put the waves under one another.

    Raises
    ------
    StudyError
        If files are missing, columns drift, or more than 1 % of the answers to an item in a wave
        are out of scale. All of it is listed together.
    DataError
        If a file can't be read, or its weights can't be used.
    """
    survey = resolved_survey(source.model)
    rules = ColumnRules(survey)
    parts, files, set_aside, notes = _parts(source, survey)
    order = ordered_waves({part.wave for part in parts}, survey.waves)
    parts.sort(key=lambda part: order.index(part.wave))
    coded = [code_part(part, rules) for part in parts]
    problems, warnings = out_of_scale_findings(coded, rules, source.key)
    if problems:
        raise study_error(source.path, problems, source.lines)
    weighted = weighted_parts(coded, rules)
    coded = weighted.parts
    set_aside = pd.concat([set_aside, weighted.set_aside], ignore_index=True)
    identity, identity_warnings = identity_columns(
        coded, weighted.weights, survey, source.pseudonyms
    )
    segments, segment_warnings = segment_columns(coded, survey, source.language)
    answers = _answers(coded, weighted.weights, survey)
    measures, measure_warnings = measure_columns(answers, rules)
    frame, renaming_notes = _assembled(identity, segments, measures, answers, survey, source)
    rows = dict.fromkeys(order, 0)
    for part in coded:
        rows[part.wave] += part.n
    waves = wave_frame(rows, survey.waves)
    return SurveyReading(
        frame=frame,
        inputs=_accounted(files, set_aside),
        set_aside=set_aside[["source", "row", "reason", "lines"]],
        missing=_missing_table(coded),
        waves=waves,
        notes=(*notes, *weighted.notes, *renaming_notes),
        warnings=(
            *_row_warnings(waves, set_aside),
            *warnings,
            *identity_warnings,
            *segment_warnings,
            *measure_warnings,
        ),
        kinds=_stacked_kinds(coded),
    )


def _parts(
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
    if not problems:
        problems = drift_problems(parts, survey, source.key)
    if problems:
        raise study_error(source.path, problems, source.lines)
    return parts, files, pd.concat(asides, ignore_index=True), notes


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


def _answers(
    coded: list[CodedPart], weights: list[NDArray[np.float64]], survey: SurveyModel
) -> pd.DataFrame:
    """Return the files' own columns under one another; keys of people are not among them."""
    names: dict[str, None] = {}
    for part in coded:
        columns = [str(column) for column in part.part.frame.columns]
        names |= dict.fromkeys(
            column for column in columns if column in part.coded or column in part.plain
        )
    names |= dict.fromkeys(survey_items(survey))
    columns = {name: stacked([coded_answers(part, name) for part in coded]) for name in names}
    if survey.weight is not None:
        columns[survey.weight] = pd.Series(np.concatenate(weights))
    return pd.DataFrame(columns, index=pd.RangeIndex(sum(part.n for part in coded)))


def _assembled(
    identity: pd.DataFrame,
    segments: pd.DataFrame,
    measures: pd.DataFrame,
    answers: pd.DataFrame,
    survey: SurveyModel,
    source: SurveySource,
) -> tuple[pd.DataFrame, list[Message]]:
    """Put computed and own columns side by side; an own one that is in the way gets ``(file)``."""
    added = pd.concat([identity, segments, measures], axis=1)
    own = {name: segment.column for name, segment in survey.segments.items()}
    if survey.weight is not None:
        own["weight"] = survey.weight
    if survey.source is not None:
        own["source"] = survey.source
    shadowed = [column for column in answers if own.get(str(column)) == column]
    answers = answers.drop(columns=shadowed)
    clashes = [str(column) for column in answers if column in added]
    used = used_columns(survey)
    problems = [
        Problem(
            (*source.key, *used[column]),
            f"the data have a column '{column}', and reading adds one of that name. Give the "
            f'own one another name: rename = {{ {column} = "{column}_answer" }}.',
        )
        for column in clashes
        if column in used
    ]
    if problems:
        raise study_error(source.path, problems, source.lines)
    notes = [
        Message("Column '{column}' of the data is kept as '{column} (file)'.", column=column)
        for column in clashes
    ]
    answers = answers.rename(columns={column: f"{column} (file)" for column in clashes})
    return pd.concat([added, answers], axis=1), notes


def _accounted(files: list[InputFile], set_aside: pd.DataFrame) -> tuple[InputFile, ...]:
    aside = set_aside["source"].value_counts()
    counted: list[InputFile] = []
    for file in files:
        lost = int(aside.get(file.path, 0))
        counted.append(
            InputFile(
                file.path,
                file.sha256,
                file.rows_read,
                file.rows_read - lost,
                lost,
                file.encoding,
                file.delimiter,
            )
        )
    return tuple(counted)


def _tracked(coded: list[CodedPart]) -> list[str]:
    return list(dict.fromkeys(item for part in coded for item in part.coded))


def _kinds_of(part: CodedPart, item: str) -> NDArray[np.int8]:
    """Return the item's kinds; one that is not in the questionnaire was not asked."""
    if item in part.coded:
        return part.coded[item].kinds
    return np.full(part.n, _NOT_ASKED, dtype=np.int8)


def _stacked_kinds(coded: list[CodedPart]) -> dict[str, NDArray[np.int8]]:
    return {
        item: np.concatenate([_kinds_of(part, item) for part in coded]) for item in _tracked(coded)
    }


def _missing_table(coded: list[CodedPart]) -> pd.DataFrame:
    counts: dict[tuple[str, str], NDArray[np.int64]] = {}
    for item in _tracked(coded):
        for part in coded:
            found = np.bincount(_kinds_of(part, item), minlength=len(MISSING_KINDS) + 1)
            key = (item, part.wave)
            counts[key] = counts.get(key, np.zeros(len(MISSING_KINDS) + 1, np.int64)) + found
    rows = [
        (item, wave, kind, int(found[place]), int(found[0]))
        for (item, wave), found in counts.items()
        for place, kind in enumerate(MISSING_KINDS, start=1)
    ]
    frame = pd.DataFrame(rows, columns=["item", "wave", "kind", "n", "n_answered"])
    types = {"item": "str", "wave": "str", "kind": "str", "n": "int64", "n_answered": "int64"}
    return frame.astype(types)


def _row_warnings(waves: pd.DataFrame, set_aside: pd.DataFrame) -> list[Message]:
    warnings = [
        Message("Wave {wave} has no rows.", wave=wave)
        for wave, n in zip(waves["wave"], waves["n"], strict=True)
        if n == 0
    ]
    for source, rows in set_aside.groupby("source", sort=False):
        warnings.append(
            Message("{source}: {n:integer} row(s) were set aside.", source=source, n=len(rows))
        )
    return warnings
