"""Records of satisfaction measures: NPS, NKI, CSAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

    from workbench.language import LocalizedText

__all__ = ["CsatResult", "MeanResult", "MeasureResult", "NkiResult", "NpsResult", "group_label"]

RANK_FLOOR = 12


class _Row(NamedTuple):
    """What the finding says of a segment."""

    segment: str | None
    n: int
    estimate: float
    ci_low: float
    ci_high: float


def group_label(name: object) -> Message | str:
    """Name a segment in running text; a missing value has a name too."""
    if name is None or name != name:
        return Message("no group given")
    return str(name)


@dataclass(frozen=True, kw_only=True, eq=False)
class MeasureResult(BySegment, Result):
    """One measure, for all or by segment.

    ``table`` has a row per segment: ``segment`` (after the columns of a list ``by``), ``n``,
    ``n_missing``, ``estimate``, ``ci_low``, ``ci_high`` (points), ``n_effective``, ``suppressed``
    (``""``, ``"floor"``, ``"complement"``) and ``reason`` (why there is no interval, else ``""``).

    Parameters
    ----------
    by
        Columns that split the respondents.
    items
        Columns the measure is computed from.
    confidence
        Level of the intervals, 0-1.
    floor
        Fewest answers shown.
    interval
        Name of the interval's method.
    scale
        Ends of the measure, in points.
    design
        A row per segment: ``standard_error`` (points), ``design_effect``, ``df``, ``strata``,
        ``clusters``.
    missing
        A row per item and kind of missing: ``n`` rows.
    """

    by: tuple[str, ...]
    items: tuple[str, ...]
    confidence: float
    floor: int
    interval: str
    scale: tuple[float, float]
    design: pd.DataFrame
    missing: pd.DataFrame

    @property
    def measure(self) -> str:
        """What is measured, for the disclosure audit: kind and items."""
        return f"{self.kind}:{','.join(self.items)}"

    @property
    def name(self) -> Message:
        """The measure's name in running text."""
        raise NotImplementedError

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of ``table``, ``design`` and ``missing``."""
        caption = Message(
            "{measure} with {confidence:percent} interval, points",
            measure=self.name,
            confidence=self.confidence,
        )
        return {
            "table": TableSpec(key=self.key, caption=caption, sums_over=self.key),
            "design": TableSpec(
                key=self.key,
                caption=Message("{measure}: sampling error and design effect", measure=self.name),
                counts=(),
            ),
            "missing": TableSpec(
                key=("item", "kind"),
                caption=Message("{measure}: rows without an answer, by kind", measure=self.name),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding: the value and its interval, or the highest and lowest segment."""
        shown = self._shown()
        if self.by and len(shown) > 1:
            return self._message_by_segment(shown)
        if not shown:
            return Message(
                "{measure} cannot be shown: fewer than {floor:integer} answers.",
                measure=self.name,
                floor=self.floor,
            )
        row = shown[0]
        where = Message(
            "{measure} in {segment}", measure=self.name, segment=group_label(row.segment)
        )
        values = {
            "measure": where if self.by else self.name,
            "estimate": self._worded(row.estimate),
            "n": row.n,
        }
        if row.ci_low != row.ci_low:
            return Message(
                "{measure} is {estimate} ({n:integer} answers; no interval can be given).", **values
            )
        return Message(
            "{measure} is {estimate} ({confidence:percent} interval {low} to {high}; "
            "{n:integer} answers).",
            confidence=self.confidence,
            low=self._worded(row.ci_low),
            high=self._worded(row.ci_high),
            **values,
        )

    def _shown(self) -> list[_Row]:
        """Return the segments that have an estimate."""
        rows = zip(*(self.table[name].tolist() for name in _Row._fields), strict=True)
        return [row for row in map(_Row._make, rows) if row.estimate == row.estimate]

    def _message_by_segment(self, shown: list[_Row]) -> Message:
        ranked = [row for row in shown if row.n >= RANK_FLOOR]
        ranked = sorted(ranked if len(ranked) > 1 else shown, key=lambda row: row.estimate)
        bottom, top = ranked[0], ranked[-1]
        values = {
            "measure": self.name,
            "top": group_label(top.segment),
            "high": self._worded(top.estimate),
            "bottom": group_label(bottom.segment),
            "low": self._worded(bottom.estimate),
        }
        hidden = len(self.table) - len(shown)
        if hidden:
            return Message(
                "{measure} is highest in {top} ({high}) and lowest in {bottom} ({low}); "
                "{hidden:integer} of {groups:integer} groups are not shown, to protect the few "
                "who answered.",
                hidden=hidden,
                groups=len(self.table),
                **values,
            )
        return Message(
            "{measure} is highest in {top} ({high}) and lowest in {bottom} ({low}), "
            "of {groups:integer} groups.",
            groups=len(self.table),
            **values,
        )

    def _worded(self, value: float) -> Message:
        return Message("{value:number}", value=value)


@dataclass(frozen=True, kw_only=True, eq=False)
class NpsResult(MeasureResult):
    """Net Promoter Score, -100 to 100; ``table`` also has the shares promoters to detractors."""

    kind: ClassVar[str] = "nps"

    @property
    def name(self) -> Message:
        """The measure's name."""
        return Message("NPS")

    def _worded(self, value: float) -> Message:
        return Message("{value:points}", value=value)


@dataclass(frozen=True, kw_only=True, eq=False)
class NkiResult(MeasureResult):
    """Customer satisfaction index, 0 to 100.

    Parameters
    ----------
    parts
        A row per item: ``weight`` in the index, ``mean`` on its own scale, ``index`` 0-100,
        ``n`` and ``n_missing`` over all respondents.
    readings
        The same index read another way: ``reading`` (``equal``, ``pls``, ``item_means``),
        ``estimate`` and ``difference`` from the one in ``table``, over all respondents.
    """

    kind: ClassVar[str] = "nki"

    parts: pd.DataFrame
    readings: pd.DataFrame

    @property
    def name(self) -> Message:
        """The measure's name."""
        return Message("NKI")

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Also ``parts`` and ``readings``."""
        return {
            **super().specs,
            "parts": TableSpec(
                key=("item",), caption=Message("NKI: its questions, and what each weighs")
            ),
            "readings": TableSpec(
                key=("reading",),
                caption=Message("NKI computed in other ways, points"),
                counts=(),
            ),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class MeanResult(NkiResult):
    """Mean of one or more items on 0 to 100, under the name the study gives it.

    Parameters
    ----------
    label
        What a report calls it.
    """

    kind: ClassVar[str] = "mean"

    label: LocalizedText

    @property
    def name(self) -> Message:
        """The study's name for it."""
        return Message("{label}", label=self.label)


@dataclass(frozen=True, kw_only=True, eq=False)
class CsatResult(MeasureResult):
    """Share of answers in the top codes, 0 to 100 points.

    Parameters
    ----------
    top
        Codes that count as satisfied.
    """

    kind: ClassVar[str] = "csat"

    top: tuple[float, ...]

    @property
    def name(self) -> Message:
        """The measure's name."""
        return Message("CSAT")

    @property
    def measure(self) -> str:
        """Kind, item and top codes."""
        return f"{super().measure}:{','.join(f'{code:g}' for code in self.top)}"
