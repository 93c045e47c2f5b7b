"""``study.toml`` as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from workbench.inputs.models.base import Identifier, Label, StudyModel
from workbench.inputs.models.brand import BrandModel
from workbench.inputs.models.corpus import CorpusModel
from workbench.inputs.models.experiment import ExperimentModel
from workbench.inputs.models.goals import GoalModel
from workbench.inputs.models.journey import Touchpoint
from workbench.inputs.models.survey import SurveyModel

__all__ = ["SCHEMA_VERSION", "StudyFile", "StudyHeader"]

SCHEMA_VERSION = 1


class StudyHeader(StudyModel):
    """``[study]``: what it is for. Without ``decision`` and ``owner`` a report is a draft.

    Parameters
    ----------
    id
        Names the folder of its reports.
    title
        Heading of its reports. Default: the id.
    question, decision, owner, reader
        What is asked, what will be decided, who answers for it, who reads it.
    language
        Of the report, where none is asked for.
    schema_version
        Form of this file.
    """

    id: Identifier
    title: Label = ""
    question: Label = ""
    decision: Label = ""
    owner: Label = ""
    reader: Label = ""
    language: Literal["sv", "en"] = "sv"
    schema_version: Annotated[int, Field(ge=1)] = SCHEMA_VERSION


class StudyFile(StudyModel):
    """Every table of ``study.toml``; ``owners`` and ``tables`` are reserved."""

    study: StudyHeader
    survey: SurveyModel | None = None
    surveys: dict[Identifier, SurveyModel] = Field(default_factory=dict)
    journey: tuple[Touchpoint, ...] = ()
    corpus: CorpusModel | None = None
    experiment: dict[Identifier, ExperimentModel] = Field(default_factory=dict)
    brand: BrandModel | None = None
    owners: dict[str, Any] = Field(default_factory=dict)
    goals: tuple[GoalModel, ...] = ()
    tables: tuple[dict[str, Any], ...] = ()
