"""``[experiment.<name>]``: the plan of an experiment, written before it starts."""

from __future__ import annotations

from typing import Literal

from workbench.inputs.models.base import ColumnName, Identifier, StudyModel

__all__ = ["ExperimentModel", "MetricModel"]


class MetricModel(StudyModel):
    """One thing that is compared between variants."""

    name: Identifier
    kind: Literal["proportion", "mean"] = "proportion"
    role: Literal["primary", "secondary", "guardrail"] = "secondary"


class ExperimentModel(StudyModel):
    """Where the data are and which column says what.

    Parameters
    ----------
    file
        Data, relative to the study.
    unit, variant
        Columns with the unit of randomisation and the variant it saw.
    control
        The variant that others are compared with.
    metrics
        What is compared.
    """

    file: str
    unit: ColumnName
    variant: ColumnName
    control: str
    metrics: tuple[MetricModel, ...] = ()
