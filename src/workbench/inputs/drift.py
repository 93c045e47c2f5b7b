"""Columns that are called otherwise in one wave than in another: named, with what they may be.

A wave whose columns are not the study's stops the run, each column with a suggestion. Nothing is
mapped by itself: a question that looks alike may be another question.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.errors import near_match
from workbench.inputs.models.survey import WaveModel, pattern_matches
from workbench.inputs.references import survey_items
from workbench.inputs.study_file import Problem, dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.references import KeyPath
    from workbench.inputs.survey_files import FilePart

__all__ = ["drift_problems", "renamed", "suggested_names", "used_columns"]


def used_columns(survey: SurveyModel) -> dict[str, KeyPath]:
    """Return each column that the study computes something from, with the key that names it."""
    used: dict[str, KeyPath] = {}
    for key in (
        "respondent",
        "person",
        "weight",
        "strata",
        "cluster",
        "language_column",
        "duration",
        "submitted",
        "source",
    ):
        if (column := getattr(survey, key)) is not None:
            used.setdefault(column, (key,))
    for column, key in survey_items(survey).items():
        used.setdefault(column, key)
    for name, segment in survey.segments.items():
        used.setdefault(segment.column, ("segments", name))
    for name, answer in survey.open_answers.items():
        used.setdefault(answer.item, ("open_answers", name))
    computed = {*survey.segments, *survey.outcomes}
    for column in survey.margins:
        if column not in computed:
            used.setdefault(column, ("margins", column))
    for name, rule in survey.items.items():
        if rule.kind == "multiple":
            for column in rule.columns or (name,):
                used.setdefault(column, ("items", name))
    return used


def renamed(part: FilePart, survey: SurveyModel, key: KeyPath) -> tuple[FilePart, list[Problem]]:
    """Give the part's columns the names the study uses."""
    problems: list[Problem] = []
    columns = list(part.frame.columns)
    wave = survey.waves.get(part.wave, WaveModel())
    for old in wave.rename:
        if old not in columns:
            problems.append(
                Problem(
                    (*key, "waves", part.wave, "rename", old),
                    f"there is no column '{old}' in {part.file.shown}.{near_match(old, columns)}",
                )
            )
    mapping = {old: new for old, new in (survey.rename | wave.rename).items() if old in columns}
    for old, new in mapping.items():
        if new in columns and new not in mapping:
            where = ("waves", part.wave) if old in wave.rename else ()
            problems.append(
                Problem(
                    (*key, *where, "rename"),
                    f"'{old}' is renamed to '{new}', but {part.file.shown} already has a column "
                    f"'{new}'. Rename that one too, or drop the line.",
                )
            )
    if problems:
        return part, problems
    return replace(part, frame=part.frame.rename(columns=mapping)), []


def drift_problems(parts: list[FilePart], survey: SurveyModel, key: KeyPath) -> list[Problem]:
    """Compare the columns of all parts with those the study uses, and with each other."""
    used = used_columns(survey)
    headers = [set(map(str, part.frame.columns)) for part in parts]
    anywhere = set[str]().union(*headers)
    nowhere = {column for column in used if column not in anywhere}
    problems = _patterns_without_column(survey, key, anywhere)
    problems += [
        Problem((*key, *used[column]), _absent(column, _strangers(headers, used)))
        for column in nowhere
    ]
    everywhere = set.intersection(*headers) if headers else set[str]()
    for part, columns in zip(parts, headers, strict=True):
        problems += _part_problems(part, columns, survey, key, set(used) - nowhere, everywhere)
    return problems


def _strangers(headers: list[set[str]], used: Mapping[str, KeyPath]) -> list[str]:
    return sorted(set[str]().union(*headers) - set(used))


def _absent(column: str, candidates: list[str]) -> str:
    hit = suggested_names([column], candidates).get(column)
    if hit is not None and hit.strip() == column.strip():
        return (
            f"column '{column}' is in no file, but '{hit}' is, with spaces around it. "
            f"Say rename = {_toml_table({hit: column})} in the survey."
        )
    suggestion = f" Did you mean '{hit}'?" if hit else ""
    return f"column '{column}' is in no file of the survey.{suggestion}"


def _patterns_without_column(survey: SurveyModel, key: KeyPath, columns: set[str]) -> list[Problem]:
    """Name the item rules that fit no column: each is a slip of the pen."""
    known = columns | set(used_columns(survey))
    problems: list[Problem] = []
    for pattern, rule in survey.items.items():
        if rule.kind == "multiple" and rule.columns:
            continue
        if not any(pattern_matches(pattern, column) for column in known):
            what = "no column matches this pattern" if "*" in pattern else "no file has this column"
            problems.append(
                Problem((*key, "items", pattern), f"{what}.{near_match(pattern, known)}")
            )
    return problems


def _part_problems(
    part: FilePart,
    columns: set[str],
    survey: SurveyModel,
    key: KeyPath,
    used: set[str],
    everywhere: set[str],
) -> list[Problem]:
    wave = survey.waves.get(part.wave, WaveModel())
    lacking = [column for column in sorted(used - columns) if not _fits(column, wave.not_asked)]
    unknown = sorted(
        column
        for column in columns - used - everywhere
        if not _fits(column, (*survey.ignore, *wave.ignore)) and column not in survey.items
    )
    suggested = suggested_names(lacking, sorted(columns - used - everywhere))
    here = (*key, "waves", part.wave) if part.wave in survey.waves else (*key, "waves")
    problems = [Problem(here, _lacking(column, part, suggested.get(column))) for column in lacking]
    problems += [
        Problem(
            (*here, "not_asked"),
            f"'{column}' is said not to be asked, but stands in {part.file.shown}.",
        )
        for column in wave.not_asked
        if column in columns
    ]
    taken = set(suggested.values())
    problems += [
        Problem(
            here,
            f"column '{column}' of {part.file.shown} (wave {part.wave}) is not in the other waves. "
            f"Say how the study calls it, rename = {_toml_table({column: '...'})}, or that it is "
            f"not needed, ignore = [{json.dumps(column, ensure_ascii=False)}].",
        )
        for column in unknown
        if column not in taken
    ]
    if suggested:
        pairs = {old: new for new, old in suggested.items()}
        problems.append(
            Problem(
                here,
                "if the suggestions are right, paste: "
                f'[{dotted(key)}.waves."{part.wave}"] rename = {_toml_table(pairs)}',
            )
        )
    return problems


def _lacking(column: str, part: FilePart, suggestion: str | None) -> str:
    remedy = (
        f"Did you mean '{suggestion}'? Then say rename = {_toml_table({suggestion: column})}."
        if suggestion is not None
        else f"Say how it is called there with `rename`, or not_asked = "
        f"[{json.dumps(column, ensure_ascii=False)}]."
    )
    return f"column '{column}' is not in {part.file.shown} (wave {part.wave}). {remedy}"


def suggested_names(wanted: Iterable[str], candidates: Iterable[str]) -> dict[str, str]:
    """Pair each wanted column with the candidate most like it; each candidate serves once.

    Examples
    --------
    >>> suggested_names(["Q7ART", "Q21INCOME"], [" Q7_Art", "Q21_INCME", "Hi"])
    {'Q7ART': ' Q7_Art', 'Q21INCOME': 'Q21_INCME'}
    """
    scored = sorted(
        (
            (-_likeness(column, candidate), column, candidate)
            for column in wanted
            for candidate in candidates
        ),
    )
    pairs: dict[str, str] = {}
    for score, column, candidate in scored:
        if -score < 0.6:
            break
        if column not in pairs and candidate not in pairs.values():
            pairs[column] = candidate
    return pairs


def _likeness(left: str, right: str) -> float:
    plain_left, plain_right = _plain(left), _plain(right)
    if plain_left == plain_right:
        return 1.0
    return 0.99 * difflib.SequenceMatcher(None, plain_left, plain_right).ratio()


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold() or name


def _fits(column: str, patterns: Iterable[str]) -> bool:
    return any(pattern_matches(pattern, column) for pattern in patterns)


def _toml_table(pairs: Mapping[str, str]) -> str:
    written = (
        f"{json.dumps(old, ensure_ascii=False)} = {json.dumps(new, ensure_ascii=False)}"
        for old, new in pairs.items()
    )
    return "{ " + ", ".join(written) + " }"
