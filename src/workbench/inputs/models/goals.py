"""What a study wants to reach: ``[[goals]]``."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workbench.inputs.models.base import Identifier, StudyModel

__all__ = ["GoalModel"]

Target = Annotated[float, Field(allow_inf_nan=False)]


class GoalModel(StudyModel):
    """One ``[[goals]]`` entry: a level that an outcome is to reach.

    Parameters
    ----------
    measure
        The outcome.
    target
        Points to reach; with ``segment``, a table of points by its values.
    segment
        What splits the respondents, where each group has a goal of its own.
    direction
        Whether the target is to be reached from below, or not to be passed.
    by
        When it is to be reached.
    set_on
        When it was set.
    """

    measure: Identifier
    target: Target | dict[str, Target]
    segment: Identifier | None = None
    direction: Literal["at_least", "at_most"] = "at_least"
    by: dt.date | None = None
    set_on: dt.date | None = None

    @model_validator(mode="after")
    def _targets_fit_the_segment(self) -> GoalModel:
        if isinstance(self.target, dict) != (self.segment is not None):
            raise ValueError(
                "a goal by segment has a target for each of its values, "
                'segment = "market", target = { SE = 75 }; one for all has a number'
            )
        return self
