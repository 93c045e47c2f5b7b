"""``[brand]``: an organisation's logo and colours on its reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workbench.inputs.models.base import Label, StudyModel

__all__ = ["BrandModel", "Colour"]

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as ``#rrggbb``."""


class BrandModel(StudyModel):
    """``[brand]``: how an organisation's reports look; every key can be left out.

    Parameters
    ----------
    logo
        SVG or PNG beside ``study.toml``, 40 kB at the most. It is cleaned and stands in the page
        itself.
    logo_text
        What the logo says, for those who do not see it. Default: the study's title.
    accent
        Colour of links, of the line beside the answer, and of charts in slides and documents.
    accent_dark
        The same on a dark page. Default: a lighter shade that can be read there.
    colours
        Value of the market (or another first segment) -> its colour in every figure. Values
        without one get a colour of the house, the same in every report.
    """

    logo: str = ""
    logo_text: Label = ""
    accent: Colour | None = None
    accent_dark: Colour | None = None
    colours: dict[str, Colour] = Field(default_factory=dict)
