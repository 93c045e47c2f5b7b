"""From a result file and a plan to one decision, with everything it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.experiment.decision import Ruling, decide, overall
from workbench.experiment.decision_log import decision_log, past_prior, read_log
from workbench.experiment.further_tables import (
    effects_result,
    looks_result,
    score_readings,
    visible_effects,
)
from workbench.experiment.gathering import Gathered, gather
from workbench.experiment.health import (
    Finding,
    covariate_findings,
    data_findings,
    exposure_findings,
    gap_findings,
    split_findings,
)
from workbench.experiment.layout import DAY
from workbench.experiment.metric_effects import Estimator
from workbench.experiment.metric_health import TREND_ALARM, metric_findings, novelty_p
from workbench.experiment.plan import Plan, load_plan, read_registered
from workbench.experiment.plan_points import Happened, Point, plan_points
from workbench.experiment.readings import MetricReading, read_metrics
from workbench.experiment.records import (
    decision_result,
    effects_sentence,
    plan_kept_result,
    response_result,
    trust_result,
)
from workbench.experiment.responses import bounds_in_force, survey_metrics
from workbench.experiment.risk import risk_result
from workbench.experiment.segment_tables import segment_result
from workbench.experiment.sensitivity import sensitivity_result, ways_of_counting
from workbench.experiment.split import split_result
from workbench.language import Message
from workbench.results.readout import Readout

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.experiment.responses import SurveyMetric
    from workbench.results.trial import Trial

__all__ = ["Judged", "judge", "read_experiment"]


def read_experiment(
    data: object,
    plan: Plan | str | Path,
    *,
    as_of: dt.date | None = None,
    withhold: bool = True,
    floor: int = 7,
) -> Readout:
    """Read a trial's result against its plan, and decide.

    Parameters
    ----------
    data
        A row per unit: path of a CSV, Parquet or other file, pandas, Arrow or Polars table, or a
        DuckDB relation. None: the file of the plan.
    plan
        From :func:`load_plan`, or what that takes.
    as_of
        Day the data were drawn. Default: the plan's ``drawn``, else the last day of assignment.
    withhold
        Whether effects are withheld when the trial is invalid.
    floor
        Segments with fewer units in a variant have no effect of their own.

    Returns
    -------
    Readout
        ``.decision`` (verdict, reasons, rule), ``.effects``, ``.checks`` and more.

    Raises
    ------
    PlanError
        If the plan is wrong or has no primary metric.
    DataError
        If a column is missing, or a value is of the wrong kind.
    """
    return _readout(judge(data, plan, as_of=as_of), withhold=withhold, floor=floor)


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """What a verdict rests on: data, readings, checks, the plan's points, a ruling per variant."""

    found: Gathered
    estimator: Estimator
    readings: list[MetricReading]
    surveys: list[SurveyMetric]
    findings: list[Finding]
    points: list[Point]
    rulings: list[Ruling]
    entries: list[dict[str, Any]]

    @property
    def ruling(self) -> Ruling:
        """Return the ruling that stands for the trial."""
        return overall(self.rulings, self.readings)


def judge(data: object, plan: Plan | str | Path, *, as_of: dt.date | None = None) -> Judged:
    """Read a trial as far as the verdict, without the tables around it."""
    plan = plan if isinstance(plan, Plan) else load_plan(plan)
    found = gather(plan.data_path if data is None else data, plan, as_of=as_of)
    level = 1 - plan.model.alpha
    estimator = Estimator(
        plan=plan, source=found.source, layout=found.layout, cells=found.cells, confidence=level
    )
    surveys = survey_metrics(estimator, found.treatments, confidence=level)
    readings = read_metrics(estimator, found.progress, found.treatments, bounds_in_force(surveys))
    known = {(r.metric.name, r.variant): r.found.design or 1.0 for r in readings}
    estimator = replace(estimator, design=known)
    entries = read_log(plan.folder / plan.model.log) if plan.model.log else []
    points = _points(found, entries)
    findings = _findings(found, estimator, readings, surveys, points)
    invalid = [finding.text for finding in findings if finding.is_invalid]
    rulings = [
        decide(found.trial, variant, readings, invalid, found.progress)
        for variant in found.treatments
    ]
    return Judged(
        found=found,
        estimator=estimator,
        readings=readings,
        surveys=surveys,
        findings=findings,
        points=points,
        rulings=rulings,
        entries=entries,
    )


def _points(found: Gathered, entries: list[dict[str, Any]]) -> list[Point]:
    plan = found.plan
    path = plan.folder / plan.model.registered if plan.model.registered else None
    registered = read_registered(path) if path is not None and path.exists() else None
    days = [day for day in found.cells.keys.get(DAY, np.zeros(0)) if isinstance(day, dt.date)]
    limit = plan.model.last_assignment or plan.model.ends
    late = 0
    if limit is not None and days:
        mask = np.array([day is not None and day > limit for day in found.cells.keys[DAY]])
        late = found.cells.count(mask)
    earlier = tuple(
        str(entry.get("read_on"))
        for entry in entries
        if entry.get("experiment") == plan.name
        and entry.get("final")
        and entry.get("sha256", {}).get("data") != found.data_sha256
    )
    seen = Happened(
        counts=found.counts | found.unknown,
        progress=found.progress,
        first_day=min(days) if days else None,
        last_day=max(days) if days else None,
        late_units=late,
        surplus_rows=found.facts.surplus,
        earlier=earlier,
    )
    return plan_points(plan, registered, seen)


def _findings(
    found: Gathered,
    estimator: Estimator,
    readings: list[MetricReading],
    surveys: list[SurveyMetric],
    points: list[Point],
) -> list[Finding]:
    plan, trial, cells = found.plan, found.trial, found.cells
    findings = split_findings(plan, trial, cells, found.shares, found.ratio, found.counts)
    findings += data_findings(plan, found.facts, found.unknown)
    findings += covariate_findings(plan, found.layout, cells, found.treatments)
    findings += exposure_findings(plan, cells, found.treatments)
    findings += gap_findings(cells)
    findings += metric_findings(estimator, trial, readings, surveys)
    findings += _trend_findings(estimator, trial, readings)
    findings += _plan_findings(found, points)
    return findings


def _trend_findings(
    estimator: Estimator, trial: Trial, readings: list[MetricReading]
) -> list[Finding]:
    """Return whether primary effects fade or grow over the days of assignment."""
    found: list[Finding] = []
    for reading in readings:
        if reading.metric.role != "primary":
            continue
        p = novelty_p(estimator, reading)
        if p is not None:
            name = reading.metric.name
            suffix = f":{reading.variant}" if len(trial.treatments) > 1 else ""
            found.append(
                Finding(
                    f"trend:{name}{suffix}",
                    p >= TREND_ALARM,
                    p,
                    TREND_ALARM,
                    Message(
                        "{name}: the effect’s trend over the days of assignment has {p:p_is}.",
                        name=trial.metric(name),
                        p=p,
                    ),
                )
            )
    return found


def _plan_findings(found: Gathered, points: list[Point]) -> list[Finding]:
    kept = sum(point.kept is True for point in points)
    compared = sum(point.kept is not None for point in points)
    findings = [
        Finding(
            "plan_kept", kept == compared, float(kept), float(compared),
            Message("{kept:integer} of {n:integer} points of the plan are kept.",
                    kept=kept, n=compared),
        )
    ]  # fmt: skip
    if compared < len(points):
        findings.append(
            Finding(
                "registered",
                None,
                None,
                None,
                Message(
                    "No plan was registered before the start, so later changes of it can’t be seen."
                ),
            )
        )
    progress = found.progress
    is_planned_look = progress.may_conclude or progress.final
    if not is_planned_look:
        findings.append(
            Finding(
                "unplanned_look",
                None,
                None,
                None,
                Message(
                    "This look is not planned: intervals are made for any number of looks, and "
                    "only harm can stop the trial."
                ),
            )
        )
    return findings


def _readout(judged: Judged, *, withhold: bool, floor: int) -> Readout:
    found, estimator, readings = judged.found, judged.estimator, judged.readings
    surveys, ruling = judged.surveys, judged.ruling
    plan, trial = found.plan, found.trial
    valid = ruling.verdict != "INVALID"
    split = split_result(plan, trial, found.cells, found.variants, found.ratio)
    primary = next(
        r for r in readings if r.metric.role == "primary" and r.variant == ruling.variant
    )
    decision = decision_result(found, ruling, judged.rulings, readings)
    bounds = bounds_in_force(surveys)
    shown = valid or not withhold
    ways = list(ways_of_counting(estimator, readings, surveys, split, ruling.variant))
    prior = past_prior(judged.entries, metric_kind=primary.metric.kind, not_this=plan.name)
    nps = next((m for m in plan.metrics if m.kind == "nps" and m.base == "assigned"), None)
    log = decision_log(judged.entries) if judged.entries else None
    return Readout(
        trial=trial,
        decision=decision,
        effect_result=effects_result(
            trial, readings, found.progress, effects_sentence(trial, primary), withheld=not shown
        ),
        trust=trust_result(trial, judged.findings, valid),
        split=split,
        plan_kept=plan_kept_result(found, judged.points),
        visible=visible_effects(plan, trial, readings),
        risk=risk_result(plan, trial, primary, prior) if shown else None,
        response=response_result(trial, surveys, readings) if shown and surveys else None,
        scores=score_readings(estimator, trial, nps, ruling.variant) if shown and nps else None,
        looks=looks_result(estimator, trial, primary, found.progress) if shown else None,
        segments=segment_result(estimator, trial, primary, floor=floor) if shown else None,
        sensitivity=sensitivity_result(
            trial, ways, readings, found.progress, bounds, ruling.variant, ruling.verdict
        )
        if shown
        else None,
        log=log,
        study_id=plan.study_id,
        plan_sha256=plan.sha256,
        data_sha256=found.data_sha256,
        files=_files(found),
    )


def _files(found: Gathered) -> tuple[str, ...]:
    """Return the files a readout rests on, relative to the study, as far as they exist."""
    plan, path = found.plan, found.source.path
    names = [plan.model.registered, plan.model.log]
    if path is not None and path.resolve() == plan.data_path.resolve():
        names.insert(0, plan.model.file)
    return tuple(name for name in names if name and (plan.folder / name).exists())
