"""One colour per market, the same in every figure of every report of a study.

A plot draws in a stand-in that becomes a CSS variable (``--s1`` ...), so that a page gives it its
light and its dark shade. Which market has which is decided by the study alone, never by the data of
one report.
"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from workbench.language import LANGUAGES, localized

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

__all__ = [
    "FILTER",
    "LIGHT",
    "STAND_INS",
    "colours_of",
    "named_colours",
    "segment_colour",
    "slots_of",
]

STAND_INS: Final = {f"#{number:02x}5eed": f"s{number}" for number in range(1, 9)}
"""Stand-in in a drawing -> CSS variable of the page."""

LIGHT: Final = {
    "s1": "#0b5cab",
    "s2": "#7a4fa3",
    "s3": "#8a5a00",
    "s4": "#0f6f78",
    "s5": "#a3286f",
    "s6": "#4a5561",
    "s7": "#5a6b00",
    "s8": "#7b4b2a",
}
"""Colours of the house on white; none is the green or red of a verdict."""

FILTER: Final = "market"
"""The segment whose values have colours of their own."""

_known: ContextVar[Mapping[str, str] | None] = ContextVar("segment colours", default=None)


def slots_of(study: Any) -> dict[str, str]:
    """Return value of the market -> CSS variable, in the order the study names them.

    Values with a colour in ``[brand]`` come first, then those the segment names, then the others in
    the order of the alphabet. A ninth value and further ones have none.
    """
    for name in getattr(study, "surveys", None) or ():
        segment = study.survey_model(name).segments.get(FILTER)
        if segment is None:
            continue
        brand = study.model.brand
        labelled = [localized(label, study.language) for label in segment.values.values()]
        listed = [*(brand.colours if brand else ()), *segment.names, *labelled]
        answers = study.survey(name)
        found = answers[FILTER].dropna().unique() if FILTER in answers else ()
        values = list(dict.fromkeys([*listed, *sorted(map(str, found))]))
        return dict(zip(values, STAND_INS.values(), strict=False))
    return {}


def colours_of(study: Any) -> dict[str, str]:
    """Return every name a figure may print for a market -> its stand-in."""
    slots = slots_of(study)
    stand_ins = {variable: stand_in for stand_in, variable in STAND_INS.items()}
    found = {value: stand_ins[variable] for value, variable in slots.items()}
    for name in getattr(study, "surveys", None) or ():
        segment = study.survey_model(name).segments.get(FILTER)
        for value, label in (segment.names if segment else {}).items():
            if value in slots:
                for language in LANGUAGES:
                    found[localized(label, language)] = stand_ins[slots[value]]
    return found


@contextlib.contextmanager
def named_colours(colours: Mapping[str, str]) -> Generator[None]:
    """Let the figures drawn inside know the colour of each market."""
    token = _known.set(colours)
    try:
        yield
    finally:
        _known.reset(token)


def segment_colour(name: object) -> str | None:
    """Return the colour of a market, or None for a name that is none."""
    return (_known.get() or {}).get(str(name))
