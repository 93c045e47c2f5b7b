"""The columns that reading adds: who, when, where; segments, outcomes and drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.inputs.scales import index_points, promoter_points, top_points
from workbench.language import Message, localized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.answers import CodedPart, ColumnRules
    from workbench.inputs.models.base import Label, Scale
    from workbench.inputs.models.measures import OutcomeModel
    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.pseudonyms import Pseudonyms

__all__ = ["identity_columns", "measure_columns", "segment_columns", "segment_labels"]


def identity_columns(
    parts: list[CodedPart],
    weights: list[NDArray[np.float64]],
    survey: SurveyModel,
    pseudonyms: Pseudonyms,
) -> tuple[pd.DataFrame, list[Message]]:
    """Return respondent, person, wave, weight, source and population, one row per answer.

    A respondent is the pseudonym of ``respondent``, else of ``person``, else the wave and a running
    number; so is a row whose key is empty.
    """
    waves = _repeated(parts, [part.wave for part in parts])
    columns = {"wave": waves, "weight": pd.Series(np.concatenate([*weights, np.empty(0)]))}
    columns["source"] = _sources(parts, survey)
    populations = [part.part.file.spec.population or survey.population for part in parts]
    if any(populations):
        columns["population"] = _repeated(parts, [name or "" for name in populations])
    running = waves.groupby(waves).cumcount() + 1
    numbered = waves + "-" + running.astype("str")
    keys = [key for key in (survey.respondent, survey.person) if key is not None]
    named = {key: pseudonyms.of(_raw(parts, key)) for key in keys}
    warnings: list[Message] = []
    identity = {"respondent_id": numbered}
    if keys:
        respondents = named[keys[0]]
        warnings = _identity_warnings(respondents, waves)
        identity["respondent_id"] = respondents.fillna(numbered)
    if survey.person is not None:
        identity["person"] = named[survey.person]
    return pd.DataFrame(identity | columns), warnings


def segment_columns(
    parts: list[CodedPart], survey: SurveyModel, language: str
) -> tuple[pd.DataFrame, list[Message]]:
    """Return one text column per segment, worded in the study's language where labels are given."""
    columns: dict[str, pd.Series] = {}
    warnings: list[Message] = []
    for name, segment in survey.segments.items():
        labels = _file_labels(parts, segment.column) | segment_labels(survey, name)
        worded = {code: localized(label, language) for code, label in labels.items()}
        codes = _as_texts(stacked([coded_answers(part, segment.column) for part in parts]))
        columns[name] = codes.map(lambda code, worded=worded: worded.get(code, code), "ignore")
        columns[name] = columns[name].astype("str")
        unknown = codes.dropna()[~codes.dropna().isin([*worded, *worded.values()])]
        if segment_labels(survey, name) and len(unknown):
            warnings.append(
                Message(
                    "Segment '{segment}': {n:integer} answer has a code without a label.",
                    "Segment '{segment}': {n:integer} answers have a code without a label.",
                    segment=name,
                    n=len(unknown),
                )
            )
    return pd.DataFrame(columns, index=pd.RangeIndex(sum(part.n for part in parts))), warnings


def segment_labels(survey: SurveyModel, name: str) -> dict[str, Label]:
    """Return code -> label of a segment: its own, else those of its column's item rule."""
    segment = survey.segments[name]
    own: dict[str, Label] = segment.model_dump()["values"]
    return own or dict(survey.rule(segment.column).model_dump().get("values") or {})


def measure_columns(
    answers: pd.DataFrame, rules: ColumnRules
) -> tuple[pd.DataFrame, list[Message]]:
    """Return one column per outcome and one per driver, in points.

    Parameters
    ----------
    answers
        The items, by column.
    rules
        Of the survey, with every scale filled in.
    """
    survey = rules.survey
    columns: dict[str, NDArray[np.float64]] = {}
    warnings: list[Message] = []
    for name, outcome in survey.outcomes.items():
        columns[name] = _outcome(answers, outcome)
        if outcome.kind == "nps":
            warnings += _unused_zero(answers[outcome.columns[0]], outcome.columns[0])
    for name, driver in survey.drivers.items():
        columns[name] = _index(answers, driver.items, driver.scale, driver.min_items)
    return pd.DataFrame(columns, index=answers.index), warnings


def coded_answers(part: CodedPart, column: str) -> pd.Series:
    """Return a column's answers; all missing where the part does not have it."""
    if column in part.coded:
        return part.coded[column].answers
    if column in part.plain:
        return part.plain[column]
    return pd.Series(np.nan, index=part.part.frame.index, dtype="float64")


def raw_cells(part: CodedPart, column: str) -> pd.Series:
    """Return a column as the file has it; all missing where the part does not have it."""
    if column in part.part.frame:
        return part.part.frame[column]
    return pd.Series(np.nan, index=part.part.frame.index, dtype="float64")


def stacked(columns: Sequence[pd.Series]) -> pd.Series:
    """Put the parts of a column under one another; as text where their types differ."""
    filled = [column for column in columns if column.notna().any()]
    types = {str(column.dtype) for column in filled}
    if len(types) > 1:
        columns = [_as_texts(column) for column in columns]
    elif types:
        columns = [column.astype(filled[0].dtype) for column in columns]
    elif "str" in {str(column.dtype) for column in columns}:
        columns = [column.astype("str") for column in columns]
    if not columns:
        return pd.Series(dtype="str")
    return pd.concat(columns, ignore_index=True)


def _as_texts(column: pd.Series) -> pd.Series:
    if column.dtype == "float64" and bool((column.dropna() % 1 == 0).all()):
        column = column.astype("Int64")
    return column.astype("str")


def _repeated(parts: list[CodedPart], names: list[str]) -> pd.Series:
    sizes = [part.n for part in parts]
    return pd.Series(np.repeat(np.array(names, dtype=object), sizes), dtype="str")


def _sources(parts: list[CodedPart], survey: SurveyModel) -> pd.Series:
    if survey.source is not None:
        return stacked([coded_answers(part, survey.source) for part in parts]).astype("str")
    return _repeated(parts, [part.part.file.spec.source or part.part.file.shown for part in parts])


def _raw(parts: list[CodedPart], column: str) -> pd.Series:
    """Return the keys as they stand; numbers of one file and texts of another alike."""
    cells = [part.part.frame[column].astype("object") for part in parts]
    return pd.concat(cells, ignore_index=True) if cells else pd.Series(dtype="object")


def _identity_warnings(respondents: pd.Series, waves: pd.Series) -> list[Message]:
    warnings: list[Message] = []
    if empty := int(respondents.isna().sum()):
        warnings.append(
            Message(
                "{n:integer} row has no respondent key; it counts as a respondent of its own.",
                "{n:integer} rows have no respondent key; each counts as its own.",
                n=empty,
            )
        )
    known = respondents.notna()
    repeated = pd.DataFrame({"wave": waves[known], "respondent": respondents[known]}).duplicated()
    if n := int(repeated.sum()):
        warnings.append(
            Message(
                "{n:integer} row repeats a respondent within a wave; it is kept.",
                "{n:integer} rows repeat a respondent within a wave; all are kept.",
                n=n,
            )
        )
    return warnings


def _file_labels(parts: list[CodedPart], column: str) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    for part in parts:
        labels |= part.part.value_labels.get(column, {})
    return labels


def _outcome(answers: pd.DataFrame, outcome: OutcomeModel) -> NDArray[np.float64]:
    if outcome.kind == "nps":
        return promoter_points(answers[outcome.columns[0]])
    if outcome.kind == "csat":
        return top_points(answers[outcome.columns[0]], outcome.top or ())
    return _index(answers, outcome.columns, outcome.scale, outcome.needed)


def _index(
    answers: pd.DataFrame, items: Sequence[str], scale: Scale | None, min_items: int
) -> NDArray[np.float64]:
    low_high = scale or (0.0, 100.0)
    return index_points(answers[list(items)], scale=low_high, min_items=min_items)


def _unused_zero(scores: pd.Series, item: str) -> list[Message]:
    """Suspect a 1-10 scale where nobody answers 0 though several answer 1."""
    n, ones, zeros = int(scores.notna().sum()), int((scores == 1).sum()), int((scores == 0).sum())
    if n < 100 or ones < 5 or zeros:
        return []
    return [
        Message(
            "Item '{item}': nobody of {n:integer} answered 0, though {ones:integer} answered 1. "
            "Was it asked from 1 to 10? Then it is no NPS.",
            item=item,
            n=n,
            ones=ones,
        )
    ]
