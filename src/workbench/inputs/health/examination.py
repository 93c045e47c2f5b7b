"""All checks of a survey in one call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.inputs.disclosure import FLOOR
from workbench.inputs.health.answering import (
    answering_findings,
    partial_rows,
    speeding_rows,
    straight_rows,
)
from workbench.inputs.health.code_lists import code_list_findings
from workbench.inputs.health.coverage import coverage, coverage_findings
from workbench.inputs.health.duplicates import duplicate_findings, find_duplicates
from workbench.inputs.health.grading import graded_files
from workbench.inputs.health.groups import group_findings
from workbench.inputs.health.items import item_findings, item_table
from workbench.inputs.health.material import Material
from workbench.inputs.health.missing_answers import listwise, missing_answers
from workbench.inputs.health.part import Part
from workbench.inputs.health.units import unit_health
from workbench.inputs.held import held_health
from workbench.inputs.waves import LATEST
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.health import CHECKS, HealthResult, ItemHealthResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.reading import SurveyReading
    from workbench.inputs.study import Study
    from workbench.results.health import CoverageResult, Finding

__all__ = ["data_health"]

_ORDER = {severity: place for place, severity in enumerate(("alarm", "care", "note"))}
_CHECK_ORDER = [check for checks in CHECKS.values() for check in checks]


def data_health(
    study: Study,
    survey: str | None = None,
    *,
    floor: int = FLOOR,
    only: Mapping[str, str] | None = None,
    wave: str = LATEST,
) -> HealthResult:
    """Examine the answers of a survey, to say whether they are fit for a conclusion.

    Parameters
    ----------
    study
        As :func:`workbench.load_study` returns it.
    survey
        Its name. Default: the study's own.
    floor
        Groups with fewer rows are not shown.
    only
        Segment -> value: examine these answers alone, ``{"market": "SE"}``. What is found when the
        value is compared with the others, such as another code list, is told too. Who was invited
        and what the population looks like is known of everyone only, and left out.
    wave
        The last wave to examine; later ones are left out. Default: the latest.

    Returns
    -------
    HealthResult
        A grade per file and wave, every finding, and further results: ``coverage``, ``missing``,
        ``listwise`` (None with fewer than two items), ``units``, ``items``.

    Raises
    ------
    StudyError, DataError
        If the survey can't be read.

    Notes
    -----
    Nothing random; a check that compares groups asks for at least 30 rows in each and for a
    probability by chance below 1e-4 (rows) or 1e-6 (items), since thousands are looked at.
    """
    part = Part({segment: value for segment, value in (only or {}).items() if value}, wave)
    everyone, name = Part(wave=wave), survey or "default"
    reading, model = study.reading(survey), study.survey_model(survey)
    known = held_health(reading, name, floor) if everyone.is_all_of(reading, floor) else None
    if known and not part.only:
        return known
    compared: list[Finding] = []
    if part.only:
        found = known.found if known else _findings(everyone.of(reading, model, floor), floor)
        compared = [finding for finding in found if finding.unit in part.units]
    if part.only or wave != LATEST:
        reading, model = part.of(reading, model, floor)
    material = Material.of(reading, model, floor)
    return replace(_examined(material, compared), survey=name, only=part.only)


def _findings(answers: tuple[SurveyReading, SurveyModel], floor: int) -> Sequence[Finding]:
    """Return what every check found, unordered."""
    material = Material.of(*answers, floor)
    return _signs_and_findings(material, coverage(material))[1]


def _signs_and_findings(
    material: Material, covered: CoverageResult
) -> tuple[dict[str, NDArray[np.bool_]], list[Finding]]:
    straight, fast = straight_rows(material), speeding_rows(material)
    partial, twins = partial_rows(material), find_duplicates(material)
    findings = [
        *coverage_findings(material, covered),
        *duplicate_findings(material, twins),
        *answering_findings(material, straight, fast, partial),
        *item_findings(material),
        *code_list_findings(material),
        *group_findings(material),
    ]
    signs = {
        "straight_lines": straight,
        "speeding": fast,
        "duplicates": twins.any | twins.same_respondent,
        "partial_rows": partial,
    }
    return signs, findings


def _examined(material: Material, compared: Sequence[Finding]) -> HealthResult:
    """Run every check on the material; ``compared`` was found beside other units."""
    covered = coverage(material)
    signs, found = _signs_and_findings(material, covered)
    findings = _ordered([*found, *compared])
    return HealthResult(
        table=graded_files(material, findings),
        findings=_finding_table(findings),
        found=tuple(findings),
        checks=tuple(_checks(findings)),
        method=Message(
            "Each check compares rows, items and units with the rest of the survey. A: nothing "
            "found. B: use with care. C: an alarm; mend it before concluding. D: alarms of three "
            "kinds, or one that hits a quarter of the rows."
        ),
        coverage=covered,
        missing=missing_answers(material),
        listwise=listwise(material),
        units=unit_health(material, signs),
        items=ItemHealthResult(
            table=item_table(material),
            method=Message("Correlation of each item with the mean of the others on its scale."),
        ),
    )


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Sort by gravity, then by check, one finding per place."""
    unique = {finding.id: finding for finding in reversed(findings)}
    return sorted(
        unique.values(),
        key=lambda f: (_ORDER[f.severity], _CHECK_ORDER.index(f.check), f.wave, f.item, f.unit),
    )


def _finding_table(findings: Sequence[Finding]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "finding": finding.id,
            "severity": finding.severity,
            "check": finding.check,
            "wave": finding.wave,
            "item": finding.item,
            "unit": finding.unit,
            "n": finding.n,
            "base": finding.base,
            "share": finding.share,
            "what": finding.text.both(),
            "files": list(finding.files),
        }
        for finding in findings
    ]
    names = ["finding", "severity", "check", "wave", "item", "unit", "n", "base", "share"]
    frame = pd.DataFrame(rows, columns=[*names, "what", "files"])
    return frame.astype({"n": "Int64", "base": "Int64", "share": "float64"})


def _checks(findings: Sequence[Finding]) -> list[Check]:
    """Return one check per kind: passed, or failed with its gravest finding in words."""
    checks: list[Check] = []
    for name in _CHECK_ORDER:
        own = [finding for finding in findings if finding.check == name]
        worst = own[0] if own else None
        if worst is None:
            checks.append(Check(id=name, passed=True, text=Message("Nothing found.")))
        else:
            passed = None if worst.severity == "note" else False
            checks.append(Check(id=name, passed=passed, text=worst.text))
    return checks
