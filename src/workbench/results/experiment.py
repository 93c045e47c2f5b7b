"""Records of experiments: decision, effects, checks, bounds, segments, sensitivity, plan, looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from workbench.language import LocalizedText

__all__ = [
    "CalibrationResult",
    "ComparisonResult",
    "DecisionLogResult",
    "DecisionResult",
    "DidResult",
    "EffectsResult",
    "LooksResult",
    "PlanKeptResult",
    "ResponseResult",
    "RiskResult",
    "ScoreReadingsResult",
    "SegmentEffectsResult",
    "SensitivityResult",
    "SplitResult",
    "TrustResult",
    "Verdict",
    "VisibleEffectsResult",
]

Verdict = Literal["SHIP", "DONT_SHIP", "KEEP_RUNNING", "INVALID", "HARM_STOP", "REVIEW"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """What every record of one experiment needs to be worded.

    Parameters
    ----------
    name, title, question, owner
        Of the experiment.
    control, treatments
        Variants, as in the data.
    labels
        How a reader sees variants, metrics (``metric:<name>``) and units (``unit:<metric>``).
    kinds, directions, roles
        By metric.
    practical, margins
        By metric, where there is one: gain worth having, and limit in the metric's units.
    confidence
        Of plain intervals.
    dates
        ``written starts last_assignment ends as_of``, where known.
    """

    name: str
    title: LocalizedText
    question: LocalizedText
    owner: LocalizedText
    control: str
    treatments: tuple[str, ...]
    labels: dict[str, LocalizedText]
    kinds: dict[str, str]
    directions: dict[str, str]
    roles: dict[str, str]
    practical: dict[str, float]
    margins: dict[str, float]
    confidence: float
    dates: dict[str, dt.date | None]

    def label(self, key: str) -> LocalizedText:
        """Return how a reader sees a variant."""
        return self.labels.get(key) or key

    def metric(self, name: str) -> LocalizedText:
        """Return how a reader sees a metric."""
        return self.labels.get(f"metric:{name}") or name.replace("_", " ").capitalize()

    def unit(self, name: str) -> LocalizedText:
        """Return the unit of a metric; empty where it has none."""
        return self.labels.get(f"unit:{name}") or ""


@dataclass(frozen=True, kw_only=True, eq=False)
class _OfTrial(Result):
    """A record of one experiment whose sentence was made where the numbers were.

    ``words`` is the main table for the eye: ``row`` (key) and cells in both languages.
    """

    trial: Trial
    sentence: Message
    words: pd.DataFrame | None = None

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        return self.sentence

    def _with_words(self, specs: dict[str, TableSpec]) -> dict[str, TableSpec]:
        """Add the table a reader sees: the same rows, numbers in the units a reader knows."""
        if self.words is None:
            return specs
        main = specs["table"]
        return specs | {"words": TableSpec(key=("row",), caption=main.caption, counts=())}


@dataclass(frozen=True, kw_only=True, eq=False)
class ComparisonResult(Result):
    """Two variants compared on one measure.

    ``table`` has one row: measure (what is compared), n_treatment, n_control, treatment, control
    (levels), estimate (treatment minus control: shares for shares, points for NPS), ci_low,
    ci_high, se, p_value, p_exact (shares: Fisher's, for those who ask), lift, lift_low, lift_high,
    method, reason.
    """

    kind: ClassVar[str] = "comparison"

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    se: float | None
    p_value: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    reason: str
    confidence: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """One row."""
        caption = Message("Difference between treatment and control.")
        return {"table": TableSpec(key=("measure",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The difference with its interval."""
        if self.estimate is None or self.ci_low is None:
            return Message(
                "The difference can't be given an interval: {reason}.", reason=self.reason
            )
        if str(self.table["measure"].iloc[0]) == "nps":
            return Message(
                "NPS differs by {estimate:points} points ({low:points} to {high:points}).",
                estimate=self.estimate,
                low=self.ci_low,
                high=self.ci_high,
            )
        return Message(
            "The share differs by {estimate:percent_points} percentage points "
            "({low:percent_points} to {high:percent_points}).",
            estimate=self.estimate,
            low=self.ci_low,
            high=self.ci_high,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class DecisionResult(_OfTrial):
    """The verdict and how it was reached.

    ``table``: rule (1 to 6, in the order they are tried), verdict, met (true for the first that
    holds, false for those tried before, null for those not tried).

    Parameters
    ----------
    verdict
        ``SHIP DONT_SHIP KEEP_RUNNING INVALID HARM_STOP REVIEW``.
    rule
        Number of the rule that decided.
    reasons
        Why, the weightiest first; ``str`` gives English.
    findings
        What each tried rule found, by its number.
    variant
        The variant the verdict is about; None when it is about all.
    by_variant
        Verdict of each treatment.
    final
        Whether this is the final reading.
    next_action, read_on, until
        What the plan says to do, when a holdback is read, and until when to keep running.
    """

    kind: ClassVar[str] = "decision"

    verdict: Verdict
    rule: int
    reasons: tuple[Message, ...]
    findings: dict[int, Message]
    variant: str | None
    by_variant: dict[str, Verdict]
    final: bool
    look: int = 0
    looks: int = 0
    next_action: LocalizedText = ""
    holdback: float | None = None
    read_on: dt.date | None = None
    until: dt.date | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per rule."""
        caption = Message("Rules in the order they are tried; the first that holds decides.")
        return self._with_words({"table": TableSpec(key=("rule",), caption=caption, counts=())})


@dataclass(frozen=True, kw_only=True, eq=False)
class EffectsResult(_OfTrial):
    """Every metric of every treatment against the control.

    ``table``: metric, variant, role, n_control, n_variant (valid values), control, treatment
    (levels), estimate (treatment minus control: shares as shares, NPS in points, means in the
    metric's unit), ci_low, ci_high (level ``confidence``), standard_error, lift, lift_low,
    lift_high (shares of the control; null with lift_reason), p_value, p_adjusted (within the role),
    unadjusted, unadjusted_low, unadjusted_high, margin, margin_used (share of a guardrail's margin
    used at worst), reading (better worse equivalent unclear none), method, interval (fixed
    always_valid repeated stagewise), variance_kept, design_effect, reason.
    """

    kind: ClassVar[str] = "effects"

    withheld: bool = False

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per metric and treatment."""
        return self._with_words(
            {
                "table": TableSpec(
                    key=("metric", "variant"),
                    caption=Message("Effects: treatment minus control, with intervals."),
                    counts=("n_control", "n_variant"),
                )
            }
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class TrustResult(_OfTrial):
    """Whether the test can be trusted: every check of the data and the plan.

    ``table``: check, passed (null: a note), value, threshold. The texts are in ``checks``, which
    has an entry for every row.
    """

    kind: ClassVar[str] = "trust"

    valid: bool

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per check."""
        caption = Message("Checks of the data and the plan, with the value and the alarm.")
        return self._with_words({"table": TableSpec(key=("check",), caption=caption, counts=())})


@dataclass(frozen=True, kw_only=True, eq=False)
class SplitResult(_OfTrial):
    """How many units each variant got, overall, by segment and by day.

    ``table``: scope (all, segment, day), column, value, variant, n, planned (share), share, ci_low,
    ci_high, statistic and p_value (of the row's whole group), p_without (of all units outside the
    group), contribution (share of the statistic summed over the groups of its column).
    """

    kind: ClassVar[str] = "split"

    passed: bool | None
    culprit: tuple[str, str] | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per group and variant."""
        return {
            "table": TableSpec(
                key=("scope", "column", "value", "variant"),
                caption=Message("Units per variant against the planned split."),
            )
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class RiskResult(_OfTrial):
    """What the primary effect means at full roll-out, and what an error costs.

    ``table``: quantity (effect, below_margin, loss_ship, loss_stay), prior (flat, past), value,
    ci_low, ci_high. Effect and losses are in units per period where the plan says how many there
    are, else in the metric's unit; below_margin is a chance. Losses count from the margin.
    """

    kind: ClassVar[str] = "risk"

    metric: str
    variant: str
    margin: float
    units: float | None
    per: LocalizedText = ""
    what: LocalizedText = ""
    winners_curse: float | None = None
    beta_p_better: float | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per quantity and prior."""
        caption = Message("Size and risk of the primary effect.")
        return {"table": TableSpec(key=("quantity", "prior"), caption=caption, counts=())}


@dataclass(frozen=True, kw_only=True, eq=False)
class ResponseResult(_OfTrial):
    """Who answered, and what the effect can be whatever the silent think.

    ``table``: metric, variant, assumption (answered, lee, worst_case), low, high (bounds; equal for
    an estimate), ci_low, ci_high, holds (whether the conclusion holds), reason. ``rates``: metric,
    variant, n_asked, n_answered, rate.
    """

    kind: ClassVar[str] = "response"

    rates: pd.DataFrame
    turning: dict[str, float] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Bounds, then rates."""
        return self._with_words(
            {
                "table": TableSpec(
                    key=("metric", "variant", "assumption"),
                    caption=Message("Effect under each assumption about those who did not answer."),
                    counts=(),
                ),
                "rates": TableSpec(
                    key=("metric", "variant"),
                    caption=Message("Answers per variant."),
                    counts=("n_answered",),
                ),
            }
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreReadingsResult(_OfTrial):
    """One score read three ways, from counts of answers.

    ``table``: reading (difference, odds_ratio, chance_higher), estimate, ci_low, ci_high, p_value,
    no_difference (its value without a difference), reason. ``answers``: variant, score, n, share.
    """

    kind: ClassVar[str] = "score_readings"

    metric: str
    variant: str
    agree: bool
    parallel_p: float | None
    answers: pd.DataFrame

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Readings, then answers."""
        return self._with_words(
            {
                "table": TableSpec(
                    key=("reading",), caption=Message("The same scores read three ways."), counts=()
                ),
                "answers": TableSpec(
                    key=("variant", "score"), caption=Message("Answers by variant and score.")
                ),
            }
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SegmentEffectsResult(_OfTrial):
    """Tests for a different effect between segments; effects only where a test passes.

    ``table``: segment (column), groups, statistic, df, p_value, p_adjusted (Holm over the columns),
    shown, between (standard deviation of true effects), detectable (gap between the two largest
    groups that would have been found), reason. ``effects``: segment, value, n, estimate (pulled to
    the common effect), ci_low, ci_high, raw; only for columns that are shown.
    """

    kind: ClassVar[str] = "trial_segments"

    metric: str
    variant: str
    effects: pd.DataFrame | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Tests, then effects."""
        return self._with_words(
            {
                "table": TableSpec(
                    key=("segment",),
                    caption=Message("Tests for a different effect between segments."),
                    counts=(),
                ),
                "effects": TableSpec(
                    key=("segment", "value"),
                    caption=Message("Effects by segment, pulled towards the common effect."),
                ),
            }
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SensitivityResult(_OfTrial):
    """The verdict under each other way of counting.

    ``table``: way, detail, estimate, ci_low, ci_high (primary metric), guardrail (closest to its
    limit), margin_used, verdict, same (as planned), moves (whether this way can move the primary).
    """

    kind: ClassVar[str] = "sensitivity"

    metric: str
    variant: str
    holds: int
    ways: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per way of counting."""
        caption = Message("The verdict under each way of counting.")
        return self._with_words(
            {"table": TableSpec(key=("way", "detail"), caption=caption, counts=())}
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanKeptResult(_OfTrial):
    """Fifteen points where a trial can drift from its plan.

    ``table``: point, kept (null where nothing can be compared), planned, happened.
    """

    kind: ClassVar[str] = "plan_kept"

    kept: int
    points: int
    registered: dt.date | None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per point."""
        caption = Message("The plan, point by point.")
        return self._with_words({"table": TableSpec(key=("point",), caption=caption, counts=())})


@dataclass(frozen=True, kw_only=True, eq=False)
class LooksResult(_OfTrial):
    """The primary effect as units came in, with intervals that hold at every look together.

    ``table``: day (of assignment), n, estimate, ci_low, ci_high (always-valid), reason.
    """

    kind: ClassVar[str] = "looks"

    metric: str
    variant: str

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per day."""
        caption = Message("Effect on the primary metric as units came in.")
        return {"table": TableSpec(key=("day",), caption=caption)}


@dataclass(frozen=True, kw_only=True, eq=False)
class VisibleEffectsResult(_OfTrial):
    """What this trial could have seen: never computed from the effect that was found.

    ``table``: metric, variant, role, detectable (effect found with ``power``), power_needed
    (for guardrails: so that all together reach the plan's), power (to pass a margin, or to find the
    practical gain; null without one).
    """

    kind: ClassVar[str] = "visible_effects"

    power: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per metric and treatment."""
        caption = Message("Effects that this trial could have found.")
        return self._with_words(
            {"table": TableSpec(key=("metric", "variant"), caption=caption, counts=())}
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class DecisionLogResult(Result):
    """Past decisions, with what came later.

    ``table``: read_on, experiment, verdict, estimate, ci_low, ci_high, p_value, q_value (false
    discovery over all logged experiments), later, later_low, later_high.
    """

    kind: ClassVar[str] = "decision_log"

    later_share: float | None
    later_n: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per decision."""
        return {
            "table": TableSpec(
                key=("read_on", "experiment"),
                caption=Message("Decisions so far, printed effect and what came later."),
                counts=(),
            )
        }

    @property
    def message(self) -> Message:
        """How printed effects kept."""
        n = len(self.table)
        if self.later_share is None:
            return Message("{n:integer} decisions are logged; none has a later effect yet.", n=n)
        return Message(
            "Of {n:integer} effects with a later reading, the later one was on average "
            "{share:number2} of the printed one.",
            n=self.later_n,
            share=self.later_share,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class CalibrationResult(_OfTrial):
    """False alarms over re-assignments of the trial's own units.

    ``table``: metric, replications, undecided, alarms, rate, band_low, band_high (what chance
    allows, 99.9 %), passed.
    """

    kind: ClassVar[str] = "calibration"

    alpha: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per metric."""
        caption = Message("False alarms when the same units are assigned at random again.")
        return {"table": TableSpec(key=("metric",), caption=caption, counts=())}


@dataclass(frozen=True, kw_only=True, eq=False)
class DidResult(Result):
    """Change among the treated minus change among the others; nobody was assigned at random.

    ``table``: one row: term ("effect"), n_treated, n_untreated, estimate, ci_low, ci_high, se, df,
    p_value, reason. ``periods``: period, relative (to the start), difference between the groups,
    ci_low, ci_high. ``assumptions`` in words.
    """

    kind: ClassVar[str] = "difference_in_differences"

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    trend_p: float | None
    periods: pd.DataFrame
    assumptions: tuple[Message, ...]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """The estimate, then the groups' gap by period."""
        return {
            "table": TableSpec(
                key=("term",), caption=Message("Difference in differences."), counts=()
            ),
            "periods": TableSpec(
                key=("period",),
                caption=Message("Gap between the groups in each period."),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The estimate, with what it rests on."""
        if self.estimate is None or self.ci_low is None:
            return Message("The change can't be given an interval.")
        return Message(
            "Nobody was assigned at random. If both groups would have changed alike, the change "
            "is {estimate:signed2} ({low:signed2} to {high:signed2}).",
            estimate=self.estimate,
            low=self.ci_low,
            high=self.ci_high,
        )
