"""``actions.toml``: what people decided to do, with owner, date and status; never guessed."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from workbench.errors import StudyError, near_match
from workbench.inputs.models.base import Identifier, Label, StudyModel
from workbench.language import localized

if TYPE_CHECKING:
    from workbench.inputs.study import Study

__all__ = ["FILE_NAME", "ActionModel", "ValueThen", "load_actions", "read_actions"]

FILE_NAME = "actions.toml"

Level = Literal["low", "medium", "high"]


Number = Annotated[float, Field(allow_inf_nan=False)]


class ValueThen(StudyModel):
    """``then``: the number an action rests on, as it was when the action was noted.

    Parameters
    ----------
    wave
        Round of fieldwork it is from.
    value, low, high
        Estimate and interval, in the number's own units.
    confidence
        Level of the interval.
    """

    value: Number
    low: Number | None = None
    high: Number | None = None
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    wave: Identifier | None = None


class ActionModel(StudyModel):
    """One ``[[actions]]`` entry.

    Parameters
    ----------
    text, detail
        What is to be done, and how, in one line each.
    driver
        The driver it is meant to move. An entry without one is something to find out first.
    kind
        ``act``, or ``find_out``: what must be known before acting.
    owner, due, status
        Who answers for it, by when, how far it has come.
    cost, effort, feasibility
        What people think it takes; ``cost`` in the study's currency.
    area
        Where in the business: a step of the journey, by its id, or any words.
    expected
        What it is meant to bring, in words.
    noted
        The day it was noted; the list of open actions begins with the oldest.
    coordination, analysis, follow_up
        Who keeps it together, who works out whether it helped, who asks for it again.
    follow_up_on
        The day it is asked for again.
    evidence
        Address of the number it rests on: notebook / result / table / row / column.
    then
        That number when the action was noted: what it is compared with.
    """

    text: Label
    detail: Label = ""
    driver: Identifier | None = None
    kind: Literal["act", "find_out"] = "act"
    owner: Label = ""
    due: dt.date | None = None
    status: Literal["proposed", "decided", "ongoing", "done", "dropped"] = "proposed"
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    effort: Level | None = None
    feasibility: Level | None = None
    area: Label = ""
    expected: Label = ""
    noted: dt.date | None = None
    coordination: Label = ""
    analysis: Label = ""
    follow_up: Label = ""
    follow_up_on: dt.date | None = None
    evidence: str = ""
    then: ValueThen | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status not in ("done", "dropped")


class _ActionsFile(StudyModel):
    actions: tuple[ActionModel, ...] = ()


def load_actions(study: Study, language: str = "sv") -> dict[str, list[dict[str, Any]]]:
    """Read the study's ``actions.toml``.

    Parameters
    ----------
    study
        As :func:`load_study` returns it.
    language
        Of texts that are given in both.

    Returns
    -------
    dict
        ``entered``: actions on drivers, and ``find_out``: what must be known first; as
        :func:`rank_actions` takes them. Both are empty where there is no file.

    Raises
    ------
    StudyError
        If the file is not TOML, holds an unknown key or value, or names a driver the study lacks.
    """
    found: dict[str, list[dict[str, Any]]] = {"entered": [], "find_out": []}
    for action in read_actions(study):
        if action.kind == "find_out":
            found["find_out"].append(_as_row(action, language))
        elif action.driver is not None:
            found["entered"].append(_as_row(action, language))
    return found


def read_actions(study: Study) -> tuple[ActionModel, ...]:
    """Read every entry of the study's ``actions.toml``, in the order of the file.

    Parameters
    ----------
    study
        As :func:`load_study` returns it.

    Returns
    -------
    tuple
        Empty where there is no file.

    Raises
    ------
    StudyError
        As :func:`load_actions`.
    """
    path = study.folder / FILE_NAME
    if not path.is_file():
        return ()
    try:
        model = _ActionsFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{FILE_NAME}: not valid TOML: {error}.") from None
    except ValidationError as error:
        raise _mistake(error) from None
    known = {name for survey in study.surveys for name in study.survey_model(survey).drivers}
    for number, action in enumerate(model.actions, start=1):
        if action.driver is not None and action.driver not in known:
            raise StudyError(
                f"{FILE_NAME}: `actions.{number}.driver`: '{action.driver}' is not a driver of the "
                f"study.{near_match(action.driver, known)}"
            )
        if action.kind == "act" and action.driver is None and not action.evidence:
            raise StudyError(
                f"{FILE_NAME}: `actions.{number}`: an action needs a driver, or in `evidence` the "
                f'address of the number it rests on; something to find out has kind = "find_out".'
            )
    return model.actions


def _mistake(error: ValidationError) -> StudyError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    fields = {**ActionModel.model_fields, **ValueThen.model_fields}
    hint = near_match(str(first["loc"][-1]), fields) if first["type"] == "extra_forbidden" else ""
    return StudyError(f"{FILE_NAME}: `{place}`: {first['msg']}.{hint}")


def _as_row(action: ActionModel, language: str) -> dict[str, Any]:
    row = {
        "driver": action.driver,
        "action": localized(action.text, language),
        "detail": localized(action.detail, language),
        "owner": localized(action.owner, language),
        "due": action.due.isoformat() if action.due else None,
        "status": action.status,
        "cost": action.cost,
        "effort": action.effort,
        "feasibility": action.feasibility,
    }
    return {name: value for name, value in row.items() if value not in (None, "")}
