"""Everything that was read from a trial, as one record of records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from workbench.results.base import Result
    from workbench.results.comparison import DecisionLogResult
    from workbench.results.experiment import (
        DecisionResult,
        EffectsResult,
        LooksResult,
        RiskResult,
        ScoreReadingsResult,
        SegmentEffectsResult,
        SensitivityResult,
        VisibleEffectsResult,
    )
    from workbench.results.trial import Trial
    from workbench.results.trial_checks import (
        PlanKeptResult,
        ResponseResult,
        SplitResult,
        TrustResult,
    )

__all__ = ["Readout"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Readout:
    """Everything that was read from a trial; each part can be shown on its own.

    Parameters
    ----------
    trial
        What is needed to word any part.
    decision
        The verdict, its rule and its reasons.
    effect_result, trust, split
        Effects, checks and the split of units.
    plan_kept, visible
        The plan point by point, and what could have been seen.
    risk, response, scores, looks, segments, sensitivity, log
        None where the plan or the data give none, or the trial is invalid.
    study_id, plan_sha256, data_sha256, files
        What it rests on; files are relative to the study.
    """

    trial: Trial
    decision: DecisionResult
    effect_result: EffectsResult
    trust: TrustResult
    split: SplitResult
    plan_kept: PlanKeptResult
    visible: VisibleEffectsResult
    risk: RiskResult | None = None
    response: ResponseResult | None = None
    scores: ScoreReadingsResult | None = None
    looks: LooksResult | None = None
    segments: SegmentEffectsResult | None = None
    sensitivity: SensitivityResult | None = None
    log: DecisionLogResult | None = None
    study_id: str = ""
    plan_sha256: str = ""
    data_sha256: str | None = None
    files: tuple[str, ...] = field(default=())

    @property
    def effects(self) -> pd.DataFrame:
        """A row per metric and treatment; columns as in :class:`EffectsResult`."""
        return self.effect_result.table

    @property
    def checks(self) -> pd.DataFrame:
        """A row per check: check, passed (null: a note), value, threshold, text in English."""
        texts = [check.text.render("en") for check in self.trust.checks]
        return self.trust.table.assign(text=texts)

    def part(self, name: str) -> list[Result]:
        """Return a part as a list: of one record, or of none where this trial has none.

        ``evidence`` is what a decider sees first: the effects, or the split when it is broken.
        """
        if name == "evidence":
            is_split = self.effect_result.withheld and self.split.passed is False
            return [self.split] if is_split else [self.effect_result]
        if name == "effect_result" and self.effect_result.withheld:
            return []
        found = getattr(self, name)
        return [] if found is None else [found]

    def record(self) -> dict[str, Any]:
        """Return the decision record: plain JSON, the same for the same data, plan and code."""
        decision, day = self.decision, self.trial.dates["as_of"]
        sensitivity = self.sensitivity
        return {
            "schema": 1,
            "experiment": self.trial.name,
            "title": self.trial.title,
            "study": self.study_id or None,
            "verdict": decision.verdict,
            "rule": decision.rule,
            "variant": decision.variant,
            "final": decision.final,
            "read_on": day.isoformat() if day else None,
            "reasons": [reason.both() for reason in decision.reasons],
            "primary": self._primary(),
            "chance_below_margin": self._risk("below_margin"),
            "expected_loss": {"ship": self._risk("loss_ship"), "stay": self._risk("loss_stay")},
            "plan_kept": [self.plan_kept.kept, self.plan_kept.points],
            "holds_in": [sensitivity.holds, sensitivity.ways] if sensitivity else None,
            "next": {
                "holdback_share": decision.holdback,
                "read_on": decision.read_on.isoformat() if decision.read_on else None,
            },
            "sha256": {"data": self.data_sha256, "plan": self.plan_sha256},
        }

    def _primary(self) -> dict[str, Any] | None:
        rows = self.effects[self.effects["role"] == "primary"]
        if self.decision.variant is not None:
            rows = rows[rows["variant"] == self.decision.variant]
        if rows.empty or self.effect_result.withheld:
            return None
        row = {str(name): value for name, value in rows.iloc[0].items()}
        metric = str(row["metric"])
        names = ("metric", "variant", "estimate", "ci_low", "ci_high", "standard_error", "p_value")
        return {name: None if pd.isna(row[name]) else row[name] for name in names} | {
            "kind": self.trial.kinds[metric],
            "direction": self.trial.directions[metric],
        }

    def _risk(self, quantity: str) -> float | None:
        if self.risk is None:
            return None
        rows = self.risk.table[self.risk.table["quantity"] == quantity]
        return float(rows["value"].iloc[-1])
