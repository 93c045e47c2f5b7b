"""What a path model is made of, checked before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from workbench.errors import DataError, near_match
from workbench.inputs.segments import require_columns
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workbench.inputs.study import Study

__all__ = [
    "ModelSpec",
    "StudyPaths",
    "checked_model",
    "ecsi_model",
    "outcome_construct",
    "study_path_model",
]

_ECSI_BLOCKS = {
    "Image": "IMAG",
    "Expectation": "CUEX",
    "Quality": "PERQ",
    "Value": "PERV",
    "Satisfaction": "CUSA",
    "Complaints": "CUSCO",
    "Loyalty": "CUSL",
}
_ECSI_PATHS = [
    ("Image", "Expectation"),
    ("Image", "Satisfaction"),
    ("Image", "Loyalty"),
    ("Expectation", "Quality"),
    ("Expectation", "Value"),
    ("Expectation", "Satisfaction"),
    ("Quality", "Value"),
    ("Quality", "Satisfaction"),
    ("Value", "Satisfaction"),
    ("Satisfaction", "Complaints"),
    ("Satisfaction", "Loyalty"),
    ("Complaints", "Loyalty"),
]


class ModelSpec(TypedDict):
    """A path model: columns of each construct, and pairs (from, to)."""

    blocks: Mapping[str, Sequence[str]]
    paths: Sequence[tuple[str, str]]


def ecsi_model(answers: pd.DataFrame) -> ModelSpec:
    """Return the ECSI model on the columns that carry its names."""
    names = [str(column) for column in answers.columns]
    blocks = {
        construct: [
            name
            for name in names
            if name.startswith(prefix) and name[len(prefix) :].isdigit() | (name == prefix)
        ]
        for construct, prefix in _ECSI_BLOCKS.items()
    }
    absent = [_ECSI_BLOCKS[construct] for construct, items in blocks.items() if not items]
    if absent:
        raise DataError(
            Message(
                'model="ecsi" needs columns named {prefixes}, with a number after each; found none '
                "for {absent}. Rename the columns, or give the model as blocks and paths.",
                prefixes=", ".join(_ECSI_BLOCKS.values()),
                absent=", ".join(absent),
            )
        )
    return {"blocks": blocks, "paths": _ECSI_PATHS}


def checked_model(model: ModelSpec, answers: pd.DataFrame) -> ModelSpec:
    """Return the model, or raise where it names what is not there, twice, or goes in a circle."""
    blocks = {str(name): list(items) for name, items in model["blocks"].items()}
    paths = [(str(source), str(target)) for source, target in model["paths"]]
    columns = [column for items in blocks.values() for column in items]
    require_columns(answers, columns)
    for column in columns:
        if columns.count(column) > 1:
            raise DataError(
                Message("Column '{column}' stands in the model twice; keep one.", column=column)
            )
    for path in paths:
        for construct in path:
            if construct not in blocks:
                raise DataError(
                    Message(
                        "A path names '{name}', which has no block.{hint}",
                        name=construct,
                        hint=near_match(construct, blocks),
                    )
                )
    for construct, items in blocks.items():
        if not items:
            raise DataError(Message("Construct '{name}' has no columns.", name=construct))
        if not any(construct in path for path in paths):
            raise DataError(
                Message("Construct '{name}' has no path; add one or drop it.", name=construct)
            )
    if _has_circle(paths):
        raise DataError(Message("The paths go in a circle. Leave out one of them."))
    return {"blocks": blocks, "paths": list(dict.fromkeys(paths))}


def _has_circle(paths: Sequence[tuple[str, str]]) -> bool:
    left = list(paths)
    while left:
        targets = {target for _, target in left}
        kept = [path for path in left if path[0] in targets]
        if len(kept) == len(left):
            return True
        left = kept
    return False


def outcome_construct(spec: ModelSpec, outcome: str | None) -> str:
    """Return the construct the importance-performance map is for."""
    if outcome is None:
        targets = [name for name in spec["blocks"] if any(name == to for _, to in spec["paths"])]
        return "Satisfaction" if "Satisfaction" in targets else targets[-1]
    if outcome not in spec["blocks"]:
        raise DataError(
            Message(
                "The model has no construct '{name}'.{hint}",
                name=outcome,
                hint=near_match(outcome, spec["blocks"]),
            )
        )
    return outcome


@dataclass(frozen=True)
class StudyPaths:
    """A study's own path model: touchpoints (or drivers) that lead to an outcome.

    Parameters
    ----------
    model
        Blocks and paths, for :func:`pls`.
    scale
        Theoretical ends of every column.
    outcome
        The construct they lead to.
    """

    model: ModelSpec
    scale: Mapping[str, tuple[float, float]]
    outcome: str


def study_path_model(study: Study, outcome: str) -> StudyPaths | None:
    """Return the path model that a study's words make: each touchpoint leads to the outcome.

    Drivers without a touchpoint are constructs of their own. An outcome of one question, or one
    that shares a question with a driver, has no such model: None.

    Parameters
    ----------
    study
        As :func:`workbench.load_study` returns it.
    outcome
        Name of an index of the study.
    """
    survey = study.survey_model()
    index = survey.outcomes.get(outcome)
    if index is None or index.kind not in ("nki", "mean") or len(index.columns) < 2:
        return None
    blocks: dict[str, list[str]] = {}
    scale = dict.fromkeys(index.columns, index.scale or (1.0, 10.0))
    for name, driver in survey.drivers.items():
        if driver.scale is None or scale.keys() & set(driver.items):
            return None
        blocks.setdefault(driver.touchpoint or name, []).extend(driver.items)
        scale |= dict.fromkeys(driver.items, driver.scale)
    if not blocks or outcome in blocks:
        return None
    paths = [(construct, outcome) for construct in blocks]
    spec: ModelSpec = {"blocks": {**blocks, outcome: list(index.columns)}, "paths": paths}
    return StudyPaths(spec, scale, outcome)
