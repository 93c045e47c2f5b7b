"""What is guessed about a survey, before it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from workbench.inputs.drafting.codes import ItemGuess
    from workbench.inputs.drafting.multiples import MultipleGuess
    from workbench.inputs.drafting.roles import RoleGuess

__all__ = ["MeasureGuess", "SegmentGuess", "SurveyGuess", "WaveGuess"]


@dataclass(frozen=True)
class MeasureGuess:
    """An outcome, or a driver (no kind)."""

    name: str
    items: tuple[str, ...]
    label: str
    why: str
    kind: str = ""
    min_items: int = 0


@dataclass(frozen=True)
class SegmentGuess:
    """A column that splits respondents, or an open answer."""

    name: str
    column: str
    label: str
    why: str


@dataclass(frozen=True)
class WaveGuess:
    """How a wave's columns differ from the names the study uses.

    ``rename``: its name -> the study's, with why; ``unsure`` are the names among them to be looked
    at; ``not_asked``: columns of the study that it lacks.
    """

    name: str
    closed: dt.date | None = None
    rename: dict[str, tuple[str, str]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    not_asked: tuple[str, ...] = ()


@dataclass
class SurveyGuess:
    """What a survey's files seem to hold; names are those of the study."""

    roles: dict[str, RoleGuess] = field(default_factory=dict)
    rename: dict[str, str] = field(default_factory=dict)
    items: dict[str, ItemGuess] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    batteries: dict[str, list[str]] = field(default_factory=dict)
    multiples: list[MultipleGuess] = field(default_factory=list)
    outcomes: list[MeasureGuess] = field(default_factory=list)
    drivers: list[MeasureGuess] = field(default_factory=list)
    segments: list[SegmentGuess] = field(default_factory=list)
    open_answers: list[SegmentGuess] = field(default_factory=list)
    waves: list[WaveGuess] = field(default_factory=list)
    drifts: bool = False

    @property
    def columns(self) -> dict[str, str]:
        """Columns that the study uses -> the name of the reference wave's file."""
        files = {new: old for old, new in self.rename.items()}
        used = [guess.column for guess in self.roles.values()]
        used += [item for m in (*self.outcomes, *self.drivers) for item in m.items]
        used += [guess.column for guess in (*self.segments, *self.open_answers)]
        used += [column for guess in self.multiples for column in guess.columns]
        used += list(self.items)
        return {name: files.get(name, name) for name in dict.fromkeys(used)}

    @property
    def n_guesses(self) -> int:
        """How many things were guessed."""
        parts = (self.roles, self.items, self.multiples, self.outcomes, self.drivers)
        further = (self.segments, self.open_answers)
        return sum(map(len, (*parts, *further))) + sum(len(w.rename) for w in self.waves)
