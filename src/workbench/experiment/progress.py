"""How far the trial has come: the final reading, a planned look, or just a look."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from workbench.experiment.distributions import normal_cdf
from workbench.experiment.looks import FIRST_LOOK_UNITS, bounds_for, spent

if TYPE_CHECKING:
    import datetime as dt

    from workbench.experiment.looks import Spending
    from workbench.experiment.plan import Plan

__all__ = ["Mode", "Progress", "always_valid_confidence", "progress_of"]

Mode = Literal["fixed", "always_valid", "repeated", "stagewise"]
NEAR = 0.02
"""A look counts as planned when the information is this near, as a share of the planned n."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the trial stands.

    Parameters
    ----------
    as_of
        Day of the data; None where no date is known.
    n, planned_n
        Units in, and units planned.
    ended
        Whether the end date has passed (or there is none).
    reached
        Whether the planned n is in (or there is none).
    final
        Whether this is the final reading.
    mode
        How intervals are made: for one reading at the end, for any look, for a planned look, or
        after planned looks.
    look, looks
        Number of the present planned look, 0 between looks, and how many are planned.
    fractions, bounds
        Information at the looks so far and their critical values.
    """

    as_of: dt.date | None
    n: int
    planned_n: int | None
    ended: bool
    reached: bool
    final: bool
    mode: Mode
    look: int = 0
    looks: int = 0
    fractions: tuple[float, ...] = ()
    bounds: tuple[float, ...] = ()

    @property
    def may_conclude(self) -> bool:
        """Return whether this reading may find an effect: at the end, or by a planned rule."""
        return self.final or self.look > 0 or (self.mode == "always_valid" and self.looks < 0)

    def confidence(self, alpha: float, n: int, smallest: int) -> float | None:
        """Return the level of a pointwise interval that has the error of this reading's mode.

        None when it is too early for any.
        """
        if self.mode == "always_valid":
            return always_valid_confidence(n, self.planned_n or n, alpha, smallest)
        if self.mode == "repeated":
            return 2 * normal_cdf(self.bounds[-1]) - 1
        return 1 - alpha


def always_valid_confidence(n: int, planned_n: int, alpha: float, smallest: int) -> float | None:
    """Return the pointwise level whose interval is the always-valid one; None when too early."""
    if smallest < FIRST_LOOK_UNITS:
        return None
    log_term = -2 * math.log(alpha)
    rho_squared = (log_term + math.log(log_term) + 1) / max(planned_n, 1)
    inflated = n * rho_squared + 1
    factor = math.sqrt(2 * inflated / (n * rho_squared) * math.log(math.sqrt(inflated) / alpha))
    return 2 * normal_cdf(factor) - 1


def progress_of(plan: Plan, n: int, as_of: dt.date | None) -> Progress:
    """Return where the trial stands on a day with n units in.

    With an end date the end date decides: what is read then is final, with fewer units than planned
    or more. Without one, the planned n decides; without either every reading is final.
    """
    model = plan.model
    ended = model.ends is None or as_of is None or as_of >= model.ends
    reached = model.planned_n is None or n >= model.planned_n
    final = ended if model.ends is not None else reached
    start = Progress(
        as_of=as_of,
        n=n,
        planned_n=model.planned_n,
        ended=ended,
        reached=reached,
        final=final,
        mode="fixed" if final else "always_valid",
    )
    method = model.looks.method
    if method == "always_valid":
        return replace(start, mode="always_valid", looks=-1)
    if method == "none" or model.planned_n is None:
        return start
    return _planned_look(plan, start, n / model.planned_n)


def _planned_look(plan: Plan, start: Progress, information: float) -> Progress:
    """Find which planned look this is, and its boundary with the information that is really in."""
    at = plan.model.looks.at
    k = len(at) if start.final else sum(t <= information + NEAR for t in at)
    at_a_look = start.final or (k > 0 and abs(information - at[k - 1]) <= NEAR)
    if not at_a_look:
        return replace(start, mode="always_valid", looks=len(at))
    scale = information if start.final else 1.0
    earlier = [t for t in at[: k - 1] if t / scale < (1 if start.final else information) - 1e-9]
    present = 1.0 if start.final else min(1.0, information)
    spending: Spending = "obf" if plan.model.looks.method == "obf" else "pocock"
    budget = [spent(t, spending=spending, alpha=plan.model.alpha) for t in (*earlier, present)]
    fractions = (*(t / scale for t in earlier), present)
    bounds = bounds_for(fractions, budget)
    mode: Mode = "repeated"
    if start.final:
        mode = "stagewise" if len(fractions) > 1 else "fixed"
    return replace(
        start,
        mode=mode,
        look=k,
        looks=len(at),
        fractions=fractions,
        bounds=tuple(float(bound) for bound in bounds),
    )
