"""Can the test be trusted? Every check of the data, worded, with those that make it invalid."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.experiment.adjustment import covariate_gap
from workbench.experiment.layout import DAY, EXPOSED, VARIANT
from workbench.experiment.proportions import proportion_effect
from workbench.experiment.sample_ratio import ALARM, sequential_sample_ratio
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.cells import Cells
    from workbench.experiment.layout import Layout
    from workbench.experiment.plan import Plan
    from workbench.experiment.sample_ratio import SampleRatio
    from workbench.experiment.units import UnitFacts
    from workbench.language import LocalizedText
    from workbench.results.trial import Trial

__all__ = [
    "Finding",
    "covariate_findings",
    "data_findings",
    "exposure_findings",
    "gap_findings",
    "split_findings",
]

EXPOSURE_ALARM = 0.001
LONG_GAP = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its value against its alarm, what was found, and whether it makes all invalid."""

    id: str
    passed: bool | None
    value: float | None
    threshold: float | None
    text: Message
    decides: bool = False

    @property
    def is_invalid(self) -> bool:
        """Return whether this alone makes the trial invalid."""
        return self.decides and self.passed is False


def split_findings(
    plan: Plan,
    trial: Trial,
    cells: Cells,
    shares: dict[str, float],
    overall: SampleRatio,
    counts: dict[str, int],
) -> list[Finding]:
    """Return the sample ratio, overall and as it stands under daily looks."""
    parts = [
        Message("{n:integer} with “{label}”", n=n, label=trial.label(v)) for v, n in counts.items()
    ]
    if not plan.model.variants:
        text = Message(
            "{parts}; {p:p_is}. The plan names no shares: equal ones are assumed.",
            parts=parts, p=overall.p_value,
        )  # fmt: skip
    else:
        text = Message("{parts}; {p:p_is}.", parts=parts, p=overall.p_value)
    found = [Finding("sample_ratio", overall.passed, overall.p_value, ALARM, text, decides=True)]
    if DAY in cells.keys and len(counts) > 1:
        days = sorted({day for day in cells.keys[DAY] if day is not None})
        table = np.array([
            [cells.count(cells.where(**{DAY: day, VARIANT: variant})) for variant in shares]
            for day in days
        ])  # fmt: skip
        if len(days) > 1:
            p = float(sequential_sample_ratio(table.cumsum(axis=0), list(shares.values()))[-1])
            found.append(
                Finding(
                    "sample_ratio_sequential",
                    p >= ALARM,
                    p,
                    ALARM,
                    Message("Looked at every day, the split has {p:p_is}.", p=p),
                )
            )
    return found


def data_findings(plan: Plan, facts: UnitFacts, unknown: dict[str, int]) -> list[Finding]:
    """Return duplicates, crossing units, and rows that take no part."""
    model = plan.model
    duplicates = facts.duplicated / max(facts.units, 1)
    crossing = facts.crossing / max(facts.units, 1)
    found = [
        Finding(
            "duplicates", duplicates <= model.duplicates_limit, duplicates, model.duplicates_limit,
            Message(
                "{n:integer} unit appears twice or more.",
                "{n:integer} units appear twice or more.", n=facts.duplicated,
            ),
            decides=True,
        ),
        Finding(
            "crossing", crossing <= model.crossing_limit, crossing, model.crossing_limit,
            Message(
                "{n:integer} unit is in two variants ({share:percent1}; limit {limit:percent1}). "
                "It is left out.",
                "{n:integer} units are in two variants ({share:percent1}; limit {limit:percent1}). "
                "They are left out.",
                n=facts.crossing, share=crossing, limit=model.crossing_limit,
            ),
            decides=True,
        ),
    ]  # fmt: skip
    if facts.without_unit or facts.without_variant:
        n = facts.without_unit + facts.without_variant
        found.append(
            Finding(
                "incomplete_rows",
                False,
                float(n),
                0.0,
                Message(
                    "{n:integer} row lacks a unit or a variant and is left out.",
                    "{n:integer} rows lack a unit or a variant and are left out.",
                    n=n,
                ),
            )
        )
    if unknown:
        n = sum(unknown.values())
        found.append(
            Finding(
                "unknown_variants",
                False,
                float(n),
                0.0,
                Message(
                    "{n:integer} unit is in a variant that the plan does not name, and is "
                    "left out.",
                    "{n:integer} units are in variants that the plan does not name, and are "
                    "left out.",
                    n=n,
                ),
            )
        )
    return found


def covariate_findings(
    plan: Plan, layout: Layout, cells: Cells, treatments: Sequence[str]
) -> list[Finding]:
    """Return, per covariate, whether the treatment has touched it: then no effect is printed."""
    names = [name for name in layout.columns if name.startswith("x ")]
    found: list[Finding] = []
    for name in names:
        gaps = []
        for treatment in treatments:
            arms = [
                cells.moments([name], mask=cells.where(**{VARIANT: variant}))
                for variant in (treatment, plan.model.control)
            ]
            gap = covariate_gap(arms[0], arms[1], name)
            absent = _missing_gap(cells, name, treatment, plan.model.control)
            gaps += [p for p in (gap.p_value, absent) if p is not None]
        if not gaps:
            continue
        p, said = min(1.0, min(gaps)), plan.column(name.removeprefix("x "))
        text = Message(
            "“{name}”, known before, is equal in the variants ({p:p_is}).",
            name=said, p=p,
        )  # fmt: skip
        if p < ALARM:
            text = Message(
                "“{name}” differs between the variants ({p:p_is}): it was touched by the "
                "treatment, or the split is broken. Use only what was known before the assignment.",
                name=said, p=p,
            )  # fmt: skip
        found.append(Finding(f"covariate:{name[2:]}", p >= ALARM, p, ALARM, text, decides=True))
    return found


def _missing_gap(cells: Cells, name: str, treatment: str, control: str) -> float | None:
    """Return the p-value of "as many lack the value in both variants"; None when none lacks it."""
    absent = cells.missing(name)
    if not absent.any():
        return None
    counts = [
        (cells.count(absent & cells.where(**{VARIANT: variant})), cells.count(cells.where(
            **{VARIANT: variant})))
        for variant in (treatment, control)
    ]  # fmt: skip
    if min(n for _, n in counts) < 1:
        return None
    return proportion_effect(*counts[0], *counts[1]).p_value


def exposure_findings(plan: Plan, cells: Cells, treatments: Sequence[str]) -> list[Finding]:
    """Return whether as many got what they were assigned to, and reached each stage."""
    found: list[Finding] = []
    flags = {EXPOSED: "exposure"} if plan.model.exposure else {}
    flags |= {f"stage {name}": f"stage:{name}" for name in plan.model.stages}
    for key, identifier in flags.items():
        worst, rates = 1.0, (0.0, 0.0)
        for treatment in treatments:
            counts = [
                (cells.count(cells.where(**{VARIANT: v, key: "1"})),
                 cells.count(cells.where(**{VARIANT: v})))
                for v in (treatment, plan.model.control)
            ]  # fmt: skip
            if min(n for _, n in counts) < 1:
                continue
            p = proportion_effect(*counts[0], *counts[1]).p_value
            if p is not None and p <= worst:
                worst, rates = p, (counts[1][0] / counts[1][1], counts[0][0] / counts[0][1])
        found.append(
            Finding(
                identifier,
                worst >= EXPOSURE_ALARM,
                worst,
                EXPOSURE_ALARM,
                Message(
                    "{name}: {control:percent1} of control, {treatment:percent1} of treatment "
                    "({p:p_is}).",
                    name=_stage_name(plan, identifier),
                    control=rates[0],
                    treatment=rates[1],
                    p=worst,
                ),
            )
        )
    return found


def _stage_name(plan: Plan, identifier: str) -> LocalizedText:
    """Return how a reader sees a stage, or the exposure."""
    stage = identifier.split(":")[-1]
    column = plan.model.exposure if identifier == "exposure" else plan.model.stages.get(stage)
    return plan.column(column or stage)


def gap_findings(cells: Cells) -> list[Finding]:
    """Return a note on days without any assignment between the first and the last."""
    if DAY not in cells.keys:
        return []
    days = sorted({day for day in cells.keys[DAY] if day is not None})
    undated = cells.count(np.array([day is None for day in cells.keys[DAY]]))
    found: list[Finding] = []
    if undated:
        found.append(
            Finding(
                "undated",
                False,
                float(undated),
                0.0,
                Message(
                    "{n:integer} unit has no day of assignment.",
                    "{n:integer} units have no day of assignment.",
                    n=undated,
                ),
            )
        )
    gaps = [(b - a).days - 1 for a, b in itertools.pairwise(days)]
    if gaps and max(gaps) >= LONG_GAP:
        start = days[gaps.index(max(gaps))]
        found.append(
            Finding(
                "assignment_gap",
                None,
                float(max(gaps)),
                float(LONG_GAP),
                Message(
                    "{n:integer} day without assignments, after {day:date}.",
                    "{n:integer} days in a row without assignments, after {day:date}.",
                    n=max(gaps),
                    day=start,
                ),
            )
        )
    return found
