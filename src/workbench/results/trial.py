"""What every record of one experiment shares: who, what, when, and how it is worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.language import LANGUAGES, translate
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from workbench.language import LocalizedText, Message

__all__ = [
    "OfTrial",
    "Trial",
    "Verdict",
    "as_words",
]

Verdict = Literal["SHIP", "DONT_SHIP", "KEEP_RUNNING", "INVALID", "HARM_STOP", "REVIEW"]


def as_words(name: str) -> str:
    """Return a name of the data as words, for a reader who was given none.

    Examples
    --------
    >>> as_words("days_to_payment")
    'Days to payment'
    """
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """What every record of one experiment needs to be worded.

    Parameters
    ----------
    name, title, question, owner
        Of the experiment.
    control, treatments
        Variants, as in the data.
    labels
        How a reader sees variants, metrics (``metric:<name>``), their units (``unit:<metric>``),
        columns (``column:<name>``), their values (``value:<column>:<value>``), and what was
        assigned (``units``).
    kinds, directions, roles
        By metric.
    practical, margins
        By metric, where there is one: gain worth having, and limit in the metric's units.
    confidence
        Of plain intervals.
    dates
        ``written starts last_assignment ends as_of``, where known.
    """

    name: str
    title: LocalizedText
    question: LocalizedText
    owner: LocalizedText
    control: str
    treatments: tuple[str, ...]
    labels: dict[str, LocalizedText]
    kinds: dict[str, str]
    directions: dict[str, str]
    roles: dict[str, str]
    practical: dict[str, float]
    margins: dict[str, float]
    confidence: float
    dates: dict[str, dt.date | None]

    def label(self, key: str) -> LocalizedText:
        """Return how a reader sees a variant."""
        return self.labels.get(key) or key

    def metric(self, name: str) -> LocalizedText:
        """Return how a reader sees a metric."""
        return self.labels.get(f"metric:{name}") or as_words(name)

    def unit(self, name: str) -> LocalizedText:
        """Return the unit of a metric; empty where it has none."""
        return self.labels.get(f"unit:{name}") or ""

    def column(self, name: str) -> LocalizedText:
        """Return how a reader sees a column."""
        return self.labels.get(f"column:{name}") or as_words(name)

    def value(self, column: str, value: str) -> LocalizedText:
        """Return how a reader sees a value of a column."""
        return self.labels.get(f"value:{column}:{value}") or value

    @property
    def units(self) -> LocalizedText:
        """Return what was assigned, in the plural: customers, or just units."""
        said = {language: translate("units", language) for language in LANGUAGES}
        return self.labels.get("units") or said


@dataclass(frozen=True, kw_only=True, eq=False)
class OfTrial(Result):
    """A record of one experiment whose sentence was made where the numbers were.

    ``words`` is the main table for the eye: ``row`` (key) and cells in both languages.
    """

    trial: Trial
    sentence: Message
    words: pd.DataFrame | None = None

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        return self.sentence

    def _with_words(self, specs: dict[str, TableSpec]) -> dict[str, TableSpec]:
        """Add the table a reader sees: the same rows, numbers in the units a reader knows."""
        if self.words is None:
            return specs
        main = specs["table"]
        return specs | {"words": TableSpec(key=("row",), caption=main.caption, counts=())}
