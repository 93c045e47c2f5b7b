"""Records of whether an experiment can be trusted: checks, split, response, plan, calibration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import TableSpec
from workbench.results.trial import OfTrial

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

__all__ = [
    "CalibrationResult",
    "PlanKeptResult",
    "ResponseResult",
    "SplitResult",
    "TrustResult",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrustResult(OfTrial):
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
class SplitResult(OfTrial):
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
        return self._with_words(
            {
                "table": TableSpec(
                    key=("scope", "column", "value", "variant"),
                    caption=Message("Units per variant against the planned split."),
                )
            }
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ResponseResult(OfTrial):
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
class PlanKeptResult(OfTrial):
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
class CalibrationResult(OfTrial):
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
        return self._with_words({"table": TableSpec(key=("metric",), caption=caption, counts=())})
