"""What every table of ``study.toml`` shares: frozen, and an unknown key is an error."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Identifier", "Label", "Scale", "StudyModel"]

Label = str | dict[str, str]
"""One text for all languages, or ``{ sv = "...", en = "..." }``."""

Scale = tuple[float, float]
"""Theoretical ends of a scale, ``[low, high]``."""

Identifier = Annotated[str, Field(pattern=r"^[^\W_][\w.-]*$", max_length=64)]
"""A name that is also a key in tables and a part of paths: letters, digits, ``_ . -``."""


class StudyModel(BaseModel):
    """Base of every table in ``study.toml``; keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
