"""What every table of ``study.toml`` shares: frozen, and an unknown key is an error."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

__all__ = ["IDENTIFIER_PATTERN", "ColumnName", "Identifier", "Label", "Scale", "StudyModel"]

LANGUAGE_CODES = ("sv", "en")


def _checked_label(label: str | dict[str, str]) -> str | dict[str, str]:
    if isinstance(label, dict):
        if unknown := sorted(set(label) - set(LANGUAGE_CODES)):
            raise ValueError(f"a label is one text, or has the keys sv and en; found {unknown}")
        if not label:
            raise ValueError("a label has at least one text: sv or en")
    return label


def _checked_scale(scale: tuple[float, float]) -> tuple[float, float]:
    low, high = scale
    if not low < high:
        raise ValueError(f"a scale is [low, high] with low below high; found [{low:g}, {high:g}]")
    return scale


def _number_as_text(name: object) -> object:
    """Let ``wave = 2013`` mean the same as ``wave = "2013"``."""
    return str(name) if isinstance(name, int) and not isinstance(name, bool) else name


Label = Annotated[str | dict[str, str], AfterValidator(_checked_label)]
"""One text for all languages, or ``{ sv = "...", en = "..." }``."""

Scale = Annotated[
    tuple[
        Annotated[float, Field(allow_inf_nan=False)], Annotated[float, Field(allow_inf_nan=False)]
    ],
    AfterValidator(_checked_scale),
]
"""Theoretical ends of a scale, ``[low, high]``."""

IDENTIFIER_PATTERN = r"^[^\W_][\w.-]*$"

Identifier = Annotated[
    str,
    BeforeValidator(_number_as_text),
    Field(pattern=IDENTIFIER_PATTERN, max_length=64),
]
"""A name that is also a key in tables and a part of paths: letters, digits, ``_ . -``."""

ColumnName = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]
"""A column as the file spells it, spaces and all."""


class StudyModel(BaseModel):
    """Base of every table in ``study.toml``; keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
