"""What every result has: tidy tables, the method in words, checks, one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.language import LocalizedText

__all__ = [
    "WHOLE_WAVE",
    "BySegment",
    "Check",
    "Result",
    "TableSpec",
    "in_wave",
    "wave_label",
]

WHOLE_WAVE = "all"
"""The wave of a survey that has none: a name for the data, which no reader meets."""


def wave_label(wave: str) -> LocalizedText:
    """Return what a reader is told of a wave; all answers, where the survey has no waves."""
    return {"sv": "Alla svar", "en": "All answers"} if wave == WHOLE_WAVE else wave


def in_wave(wave: str) -> Message:
    """Return " in <wave>", or nothing where the survey has no waves."""
    return Message("") if wave == WHOLE_WAVE else Message(" in {wave}", wave=wave)


@dataclass(frozen=True, kw_only=True, eq=False)
class Check:
    """One thing that says when not to trust a result.

    Parameters
    ----------
    id
        Stable name, lower case with underscores: its address in ``results.json``.
    passed
        False: the reader is warned. None: a note that neither passes nor fails.
    text
        What was found, where, and how to mend it.
    table
        The rows behind it, where there are any.
    """

    id: str
    passed: bool | None
    text: Message
    table: pd.DataFrame | None = None


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """How the report reads one table of a result.

    Parameters
    ----------
    key
        Columns that name a row: ``results.json`` addresses and comparisons use them.
    caption
        What the table shows, with units.
    counts
        Columns that hold how many respondents stand behind a row, for the disclosure audit.
    sums_over
        Key columns whose values add up to a whole (segments of one wave), for that audit.
    """

    key: tuple[str, ...]
    caption: Message
    counts: tuple[str, ...] = ("n",)
    sums_over: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """Base of every record: a tidy, unrounded main table and what surrounds it.

    Subclasses set ``kind`` and say in their docstring which columns ``table`` has, in which units.
    Further tables are fields of their own, named in ``specs``. ``digits``: significant digits in
    the machine-readable copy; those that matrix products compute keep eight, since the last ones
    differ between machines. ``eq=False``: two frames have no single truth value.
    """

    kind: ClassVar[str]
    digits: ClassVar[int] = 12

    table: pd.DataFrame
    method: Message
    checks: tuple[Check, ...] = field(default=())

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of each table; ``"table"`` is the main one."""
        raise NotImplementedError

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, in the order of ``specs``; those the result lacks are left out."""
        found = {name: getattr(self, name) for name in self.specs}
        return {name: frame for name, frame in found.items() if frame is not None}

    @property
    def message(self) -> Message:
        """The finding in one sentence, not yet worded."""
        raise NotImplementedError

    def summary(self, language: str = "en") -> str:
        """Return the finding in one sentence; also the alt text of the result's figure."""
        return self.message.render(language)

    def _repr_html_(self) -> str:
        """Round for the eye; ``table`` keeps every digit."""
        from html import escape

        shown = self.table.round(3).to_html(index=False, border=0, na_rep="–", escape=True)
        return f"<p>{escape(self.summary())}</p>{shown}"


class BySegment:
    """What results with rows by segment share: ``by`` names the columns that split respondents."""

    by: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that name a segment: ``segment``, or the columns where there are several."""
        return self.by if len(self.by) > 1 else ("segment",)
