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
    raw_cells,
    segment_columns,
    stacked,
)
from workbench.inputs.drift import used_columns
from workbench.inputs.gathering import InputFile, SurveySource, accounted, gathered
from workbench.inputs.multiple import read_multiple
from workbench.inputs.references import resolved_survey, survey_items
from workbench.inputs.scales import MISSING_KINDS
from workbench.inputs.study_file import Problem, study_error
from workbench.inputs.waves import ordered_waves, wave_dates, wave_frame
from workbench.inputs.weights import weighted_parts
from workbench.language import Message
from workbench.results.base import WHOLE_WAVE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from workbench.inputs.answers import CodedPart
    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.multiple import MultipleAnswers

__all__ = ["InputFile", "SurveyReading", "SurveySource", "missing_table", "read_survey"]

_NOT_ASKED = MISSING_KINDS.index("not_asked") + 1
_SIX_WEEKS = 42
"""Days that the wave of last year may be off."""


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
    options
        For each question with several answers, option -> its column in the frame.
    kinds
        For each item, why each row is missing; see :meth:`kind_of_missing`.
    files
        For each row, the path of the file it came from, as in ``inputs``.
    """

    frame: pd.DataFrame
    inputs: tuple[InputFile, ...]
    set_aside: pd.DataFrame
    missing: pd.DataFrame
    waves: pd.DataFrame
    notes: tuple[Message, ...]
    warnings: tuple[Message, ...]
    options: dict[str, dict[str, str]]
    kinds: dict[str, NDArray[np.int8]] = field(repr=False)
    files: NDArray[np.object_] = field(repr=False)

    @property
    def wave_type(self) -> pd.CategoricalDtype:
        """Return the type of a wave column that keeps the waves in order: oldest first."""
        return pd.CategoricalDtype(self.waves["wave"].tolist(), ordered=True)

    def reworded(self, items: Iterable[str]) -> list[str]:
        """Return the waves in which the wording of one of these items changed."""
        wanted = set(items)
        changed = zip(self.waves["wave"], self.waves["changed"], strict=True)
        return [str(wave) for wave, names in changed if wanted & set(names)]

    @property
    def has_waves(self) -> bool:
        """Whether the survey tells its answers apart by wave."""
        return self.waves["wave"].tolist() != [WHOLE_WAVE]

    def year_before(self, wave: str) -> str | None:
        """Return the wave a year before this one, give or take six weeks; None without one."""
        dates = wave_dates(self.waves)
        if wave not in dates:
            return None
        wanted = pd.Timestamp(dates[wave]) - pd.DateOffset(years=1)
        apart = {name: abs((pd.Timestamp(date) - wanted).days) for name, date in dates.items()}
        closest = min(apart, key=lambda name: apart[name])
        return closest if apart[closest] <= _SIX_WEEKS and closest != wave else None

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
    parts, files, set_aside, notes = gathered(source, survey)
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
    multiple = _multiple(coded, survey, source.language)
    frame = pd.concat([frame, *(told.frame(item) for item, told in multiple.items())], axis=1)
    kinds = _stacked_kinds(coded) | {item: told.kinds for item, told in multiple.items()}
    rows = dict.fromkeys(order, 0)
    for part in coded:
        rows[part.wave] += part.n
    waves = wave_frame(rows, survey.waves)
    return SurveyReading(
        frame=frame,
        inputs=accounted(files, set_aside),
        set_aside=set_aside[["source", "row", "reason", "lines"]],
        missing=missing_table(kinds, identity["wave"], order),
        waves=waves,
        notes=(*notes, *weighted.notes, *renaming_notes),
        warnings=(
            *_row_warnings(waves, set_aside),
            *warnings,
            *identity_warnings,
            *segment_warnings,
            *measure_warnings,
        ),
        options={item: told.columns(item) for item, told in multiple.items()},
        kinds=kinds,
        files=np.repeat(
            np.array([part.part.file.shown for part in coded], dtype=object),
            [part.n for part in coded],
        ),
    )


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


def _stacked_kinds(coded: list[CodedPart]) -> dict[str, NDArray[np.int8]]:
    """Return why each row of each known item is missing; not in the questionnaire: not asked."""
    items = dict.fromkeys(item for part in coded for item in part.coded)
    return {
        item: np.concatenate(
            [
                part.coded[item].kinds
                if item in part.coded
                else np.full(part.n, _NOT_ASKED, dtype=np.int8)
                for part in coded
            ]
        )
        for item in items
    }


def _multiple(
    coded: list[CodedPart], survey: SurveyModel, language: str
) -> dict[str, MultipleAnswers]:
    """Read the questions with several answers; a wave without its columns was not asked."""
    found: dict[str, MultipleAnswers] = {}
    for item, rule in survey.items.items():
        if rule.kind != "multiple" or not coded:
            continue
        names = rule.columns or (item,)
        cells = [stacked([raw_cells(part, name) for part in coded]) for name in names]
        answers = read_multiple(item, cells, names, rule, language)
        asked = [any(name in part.part.frame for name in names) for part in coded]
        rows = np.repeat(asked, [part.n for part in coded])
        found[item] = answers.asked_of(rows)
    return found


def missing_table(
    kinds: dict[str, NDArray[np.int8]], wave: pd.Series, order: list[str]
) -> pd.DataFrame:
    """Count each item's missing answers by wave and kind: ``item wave kind n n_answered``."""
    places = pd.Categorical(wave, categories=order).codes.astype(np.int64)
    width = len(MISSING_KINDS) + 1
    rows: list[tuple[str, str, str, int, int]] = []
    for item, found in kinds.items():
        counts = np.bincount(places * width + found, minlength=len(order) * width)
        for name, row in zip(order, counts.reshape(-1, width), strict=True):
            rows += [
                (item, name, kind, int(row[place]), int(row[0]))
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
            Message(
                "{source}: {n:integer} row was set aside.",
                "{source}: {n:integer} rows were set aside.",
                source=source,
                n=len(rows),
            )
        )
    return warnings
