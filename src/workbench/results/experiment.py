"""Records of what an experiment found: decision, effects, risk, segments, sensitivity, looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import TableSpec
from workbench.results.trial import OfTrial

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from workbench.language import LocalizedText
    from workbench.results.trial import Verdict

__all__ = [
    "DecisionResult",
    "EffectsResult",
    "LooksResult",
    "RiskResult",
    "ScoreReadingsResult",
    "SegmentEffectsResult",
    "SensitivityResult",
    "VisibleEffectsResult",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class DecisionResult(OfTrial):
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
class EffectsResult(OfTrial):
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
class RiskResult(OfTrial):
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
        table = TableSpec(key=("quantity", "prior"), caption=caption, counts=())
        return self._with_words({"table": table})


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreReadingsResult(OfTrial):
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
class SegmentEffectsResult(OfTrial):
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
    def own_labels(self) -> dict[str, LocalizedText]:
        """How a reader sees the columns and values of the trial, by their raw names."""
        return {
            key.rsplit(":", 1)[-1]: label
            for key, label in self.trial.labels.items()
            if key.startswith(("column:", "value:"))
        }

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
class SensitivityResult(OfTrial):
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
class LooksResult(OfTrial):
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
        return self._with_words({"table": TableSpec(key=("day",), caption=caption)})


@dataclass(frozen=True, kw_only=True, eq=False)
class VisibleEffectsResult(OfTrial):
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
