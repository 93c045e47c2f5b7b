"""Data health: what was found in the answers, how grave it is, and a grade for each file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from workbench.language import Message
from workbench.results.base import WHOLE_WAVE, Result, TableSpec, in_wave, wave_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "CHECKS",
    "GRADES",
    "CoverageResult",
    "Finding",
    "Grade",
    "HealthResult",
    "ItemHealthResult",
    "ListwiseResult",
    "MissingResult",
    "Severity",
    "UnitHealthResult",
]

Severity = Literal["note", "care", "alarm"]
"""``note``: good to know; ``care``: conclusions must say it; ``alarm``: mend before concluding."""

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
"""A: nothing found. B: use with care. C: an alarm; mend first. D: several, or most rows hit."""

CHECKS: dict[str, tuple[str, ...]] = {
    "coverage": ("response", "representative", "wave_size", "weights", "languages", "dates"),
    "respondents": ("same_respondent", "exact_duplicates", "near_duplicates", "partial"),
    "answering": ("straight_lines", "speeding"),
    "items": ("dead_item", "constant_item", "stopped_item", "missing_jump", "out_of_scale"),
    "codes": ("code_list", "turned_item", "empty_segment", "segment_missing", "set_aside"),
}
"""The checks by what they look at, in the order a page shows them."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was found.

    Parameters
    ----------
    check
        Which check found it; a name in :data:`CHECKS`.
    severity
        How grave it is.
    text
        What was found, where, and how much.
    files
        Files whose answers it concerns.
    wave, item, unit
        Where; empty where it concerns them all. A unit is written ``column = value``.
    n, base
        How many rows (or answers) it hits, and of how many.
    """

    check: str
    severity: Severity
    text: Message
    files: tuple[str, ...]
    wave: str = ""
    item: str = ""
    unit: str = ""
    n: int | None = None
    base: int | None = None

    def __post_init__(self) -> None:
        if self.wave == WHOLE_WAVE:
            text = self.text.with_values(wave=wave_label(self.wave))
            object.__setattr__(self, "text", text)

    @property
    def id(self) -> str:
        """Name of the finding: check, and where."""
        return ":".join(part for part in (self.check, self.wave, self.item, self.unit) if part)

    @property
    def share(self) -> float | None:
        """Share of the rows that it hits, 0-1."""
        return self.n / self.base if self.n is not None and self.base else None


@dataclass(frozen=True, kw_only=True, eq=False)
class CoverageResult(Result):
    """Who answered: how many of those invited, and whether they look like the population.

    ``table``: wave, n, invited, response_rate, ci_low, ci_high (0-1; null without ``invited``),
    preliminary. ``margins``: column, value, known_share, sample_share, weighted_share, difference
    (shares 0-1; weighted minus known where there are weights, else sample minus known).
    ``languages``: wave, language, n, share; rows under the floor are left out.
    """

    kind: ClassVar[str] = "health_coverage"

    margins: pd.DataFrame | None = None
    languages: pd.DataFrame | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Waves, known margins, languages."""
        by_wave = Message("Answers and invitations by wave.")
        whole = self.table["wave"].tolist() == [WHOLE_WAVE]
        return {
            "table": TableSpec(
                key=("wave",),
                caption=Message("Answers and invitations.") if whole else by_wave,
                counts=(),
            ),
            "margins": TableSpec(
                key=("column", "value"),
                caption=Message("Shares in the answers beside the known shares, latest wave."),
                counts=(),
            ),
            "languages": TableSpec(
                key=("wave", "language"), caption=Message("Language answered in."), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The latest response rate, and the largest distance to a known share."""
        last = self.table.iloc[-1]
        rate = last["response_rate"]
        if rate == rate and rate is not None:
            return Message(
                "{n:integer} of {invited:integer} invited answered{where}: {rate:percent}.",
                n=int(last["n"]),
                invited=int(last["invited"]),
                where=in_wave(str(last["wave"])),
                rate=float(rate),
            )
        return Message(
            "{n:integer} answered{where}; how many were invited is not known.",
            n=int(last["n"]),
            where=in_wave(str(last["wave"])),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class MissingResult(Result):
    """Four kinds of missing, by item in one wave.

    ``table``: item, n (rows), answered, dont_know, not_asked, blank, out_of_scale (shares of all
    rows, 0-1, sum 1). ``history``: item, wave, n, answered and the same shares, for every wave.
    """

    kind: ClassVar[str] = "health_missing"

    wave: str
    history: pd.DataFrame | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Items of the wave, and every wave."""
        return {
            "table": TableSpec(
                key=("item",),
                caption=Message("How each item was answered, and why not: shares of all rows."),
                counts=(),
            ),
            "history": TableSpec(
                key=("item", "wave"), caption=Message("The same in every wave."), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The item with the fewest answers."""
        if self.table.empty:
            return Message("The study says nothing about its items.")
        least = self.table.sort_values("answered", kind="stable").iloc[0]
        return Message(
            "“{item}” has the fewest answers{where}: {share:percent} of the rows.",
            where=in_wave(self.wave),
            item=str(least["item"]),
            share=float(least["answered"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ListwiseResult(Result):
    """What it costs to use only respondents who answered everything.

    ``table``: wave, n, complete, share. ``items``: item, complete_without: complete rows if the
    item were left out, latest wave, the costliest first; rows_gained: how many more.
    """

    kind: ClassVar[str] = "health_listwise"

    items: pd.DataFrame | None = None
    n_items: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Waves, and items."""
        return {
            "table": TableSpec(
                key=("wave",),
                caption=Message("Rows with an answer to every outcome and driver."),
                counts=(),
            ),
            "items": TableSpec(
                key=("item",),
                caption=Message("Complete rows if one item were left out, latest wave."),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """How many rows of the latest wave are complete."""
        last = self.table.iloc[-1]
        return Message(
            "{complete:integer} of {n:integer} rows{where} have an answer to all {items:integer} "
            "items.",
            complete=int(last["complete"]),
            n=int(last["n"]),
            where=in_wave(str(last["wave"])),
            items=self.n_items,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitHealthResult(Result):
    """How the answers came about, by source, segment and wave.

    ``table``: split, unit, n, straight_lines, speeding, duplicates, partial_rows, blank (shares
    0-1; blank: of the answers asked for), suppressed. Units under the floor have nulls; so have
    as many more that the hidden ones together reach the floor.
    """

    kind: ClassVar[str] = "health_units"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """One table, a row per unit."""
        return {
            "table": TableSpec(
                key=("split", "unit"),
                caption=Message("Signs of poor answering, as shares of the rows."),
                counts=(),
            )
        }

    @property
    def message(self) -> Message:
        """The unit with most straight lines."""
        shown = self.table[self.table["straight_lines"].notna()]
        if shown.empty:
            return Message("No unit has enough rows to be looked at.")
        worst = shown.sort_values("straight_lines", ascending=False, kind="stable").iloc[0]
        return Message(
            "At most {share:percent1} of the rows of a unit are straight lines ({unit}).",
            share=float(worst["straight_lines"]),
            unit=wave_label(str(worst["unit"])),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemHealthResult(Result):
    """How the answers to each item are spread, all waves together.

    ``table``: item, n, distinct (how many different answers), low, high, mean, top_share (of the
    commonest answer), rest_correlation (with the mean of the other items of its scale).
    """

    kind: ClassVar[str] = "health_items"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """One table, a row per item."""
        return {
            "table": TableSpec(
                key=("item",), caption=Message("The spread of each item’s answers."), counts=()
            )
        }

    @property
    def message(self) -> Message:
        """How many items there are."""
        return Message(
            "{n:integer} item with a scale.", "{n:integer} items with a scale.", n=len(self.table)
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class HealthResult(Result):
    """Whether answers are fit for a conclusion: a grade per file, and what was found.

    ``table``: input (path as in the study), wave, n, health (the grade), alarms, cares, notes, and
    ``checks_<group>`` per group of :data:`CHECKS`: its worst severity, "" for nothing.
    ``findings``: finding, severity, check, wave, item, unit, n, base, share, what (in both
    languages), files.

    Parameters
    ----------
    survey
        Name of the survey.
    only
        Segment -> value, where a part was examined; empty: everyone.
    """

    kind: ClassVar[str] = "health"

    findings: pd.DataFrame
    found: tuple[Finding, ...] = field(default=(), repr=False)
    coverage: CoverageResult
    missing: MissingResult
    listwise: ListwiseResult | None
    units: UnitHealthResult
    items: ItemHealthResult
    survey: str = "default"
    only: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Files, and findings."""
        return {
            "table": TableSpec(
                key=("input", "wave"),
                caption=Message(
                    "Grade of each file, and the worst that each group of checks found."
                ),
                counts=(),
            ),
            "findings": TableSpec(
                key=("finding",), caption=Message("Everything that was found."), counts=()
            ),
        }

    @property
    def grade(self) -> Grade:
        """The worst grade of a file."""
        grades: list[Grade] = [grade for grade in GRADES if (self.table["health"] == grade).any()]
        return grades[-1] if grades else "A"

    def of(self, *severities: Severity) -> list[Finding]:
        """Return the findings of these severities, in order."""
        return [finding for finding in self.found if finding.severity in severities]

    @property
    def message(self) -> Message:
        """The grade, and how much was found."""
        return Message(
            "Data health {grade}. Files: {files:integer}. Alarms: {alarms:integer}. To take care "
            "with: {cares:integer}.",
            grade=self.grade,
            alarms=len(self.of("alarm")),
            cares=len(self.of("care")),
            files=self.table["input"].nunique(),
        )
