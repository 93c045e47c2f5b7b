"""What a path model is made of, checked before anything is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from workbench.errors import DataError, near_match
from workbench.inputs.segments import require_columns
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["ModelSpec", "checked_model", "ecsi_model", "outcome_construct"]

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
