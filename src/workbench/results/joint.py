"""Records of the joint display: themes beside scores, segments, variants, and the voices behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import BySegment, Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LINKS",
    "CommentLinksResult",
    "JointResult",
    "ThemeGroupsResult",
    "ThemeVariantsResult",
    "VoicesResult",
]

LINKS = ("respondent", "words", "no_row", "without_respondent", "other_wave")
"""How a comment finds its survey row, or why it has none."""

REAL = ("higher", "lower")


@dataclass(frozen=True, kw_only=True, eq=False)
class CommentLinksResult(Result):
    """How comments found their survey rows.

    ``table``: ``link n_comments n_customers``; ``link`` is one of ``LINKS``. ``source``: the links
    themselves, which other functions take in place of a corpus; not for tables.
    """

    kind: ClassVar[str] = "comment_links"

    source: object = None

    @property
    def n_linked(self) -> int:
        """Comments with a row."""
        linked = self.table["link"].isin(["respondent", "words"])
        return int(self.table.loc[linked, "n_comments"].sum())

    @property
    def n_comments(self) -> int:
        """Comments in all."""
        return int(self.table["n_comments"].sum())

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption."""
        caption = Message("Comments and the survey rows they belong to")
        return {"table": TableSpec(key=("link",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """How many comments have a row."""
        return Message(
            "{linked:integer} of {n:integer} comments belong to a survey row.",
            linked=self.n_linked,
            n=self.n_comments,
        )


class _Judged:
    """What tables of judged differences share."""

    table: pd.DataFrame

    @property
    def real(self) -> pd.DataFrame:
        """Rows whose difference is sure, the largest first."""
        found = self.table[self.table["verdict"].isin(REAL)]
        order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
        return found.loc[order]


@dataclass(frozen=True, kw_only=True, eq=False)
class JointResult(_Judged, BySegment, Result):
    """Themes against scores: those who bring a theme up and those who wrote without it.

    ``table``, a row per outcome, theme and segment: ``outcome theme segment n_written`` (customers
    who wrote anything), ``n_customers`` (of them, who bring the theme up), ``share`` with
    ``share_low share_high`` (0-1, of those who wrote), ``n_with n_without`` (with an answer to the
    outcome), ``estimate_with estimate_without difference ci_low ci_high`` (points), ``p_value
    p_adjusted`` (over every row), ``verdict`` (``higher lower no_sure_difference unknown
    not_shown``),
    ``rank`` (of the share; null under the rank floor), ``polarity`` (``success barrier both``),
    ``sign`` (``opposite`` where a barrier goes with more, or a success factor with less),
    ``suppressed`` (of the share), ``reason`` (of a missing difference).
    """

    kind: ClassVar[str] = "joint"

    by: tuple[str, ...]
    outcomes: tuple[str, ...]
    labels: dict[str, LocalizedText]
    confidence: float
    alpha: float
    floor: int
    rank_floor: int
    family: int
    correction: str
    measure: str = "customers behind a theme"

    @property
    def leading(self) -> pd.Series | None:
        """The sure row that weighs most, size times customers; lower scores go first."""
        real = self.real
        if real.empty:
            return None
        first = self.table["outcome"].iloc[0]
        main = real[real["outcome"] == first]
        main = real if main.empty else main
        lower = main[main["verdict"] == "lower"]
        found = main if lower.empty else lower
        weight = found["difference"].abs() * found["n_with"].astype(float)
        return found.iloc[int(weight.argmax())]

    @property
    def opposite(self) -> pd.DataFrame:
        """Rows where the numbers say the opposite of what the voices say."""
        return self.table[self.table["sign"] == "opposite"]

    def label(self, outcome: str) -> LocalizedText:
        """Return what a report calls an outcome."""
        return self.labels.get(outcome, outcome)

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption."""
        caption = Message(
            "Those who bring a theme up against others who wrote: points, with "
            "{confidence:percent} interval",
            confidence=self.confidence,
        )
        key = ("outcome", "theme", *self.key)
        counts = ("n_customers",)
        return {"table": TableSpec(key=key, caption=caption, counts=counts, sums_over=self.key)}

    @property
    def message(self) -> Message:
        """The surest finding, or that there is none."""
        first = self.leading
        if first is None:
            return Message(
                "No theme clearly goes with a higher or lower score ({n:integer} comparison "
                "looked at).",
                "No theme clearly goes with a higher or lower score ({n:integer} comparisons "
                "looked at).",
                n=self.family,
            )
        return Message(
            "Customers who bring up {theme} have {outcome} {difference:points} points ({low:points}"
            " to {high:points}) against others who wrote: {n:integer} against {others:integer}.",
            theme=first["theme"],
            outcome=self.label(str(first["outcome"])),
            difference=float(first["difference"]),
            low=float(first["ci_low"]),
            high=float(first["ci_high"]),
            n=int(first["n_with"]),
            others=int(first["n_without"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeGroupsResult(_Judged, BySegment, Result):
    """Who brings each theme up: shares of customers by segment, each against the others.

    ``table``, a row per theme and segment: ``theme segment n_written n_customers share share_low
    share_high`` (0-1, of those who wrote something), ``rest difference ci_low ci_high`` (as
    shares, against all others who wrote), ``p_value p_adjusted verdict rank suppressed reason``.
    """

    kind: ClassVar[str] = "theme_groups"

    by: tuple[str, ...]
    label: LocalizedText
    confidence: float
    alpha: float
    floor: int
    rank_floor: int
    family: int
    correction: str
    measure: str = "customers behind a theme"

    @property
    def leading(self) -> pd.Series | None:
        """The sure row with the largest difference; groups that bring up more go first."""
        real = self.real
        more = real[real["verdict"] == "higher"]
        found = real if more.empty else more
        return None if found.empty else found.iloc[0]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption."""
        caption = Message(
            "{label}: share of those who wrote that bring a theme up, with {confidence:percent} "
            "interval",
            label=self.label,
            confidence=self.confidence,
        )
        key, counts = ("theme", *self.key), ("n_customers",)
        return {"table": TableSpec(key=key, caption=caption, counts=counts, sums_over=self.key)}

    @property
    def message(self) -> Message:
        """The surest difference between groups, or that there is none."""
        first = self.leading
        if first is None:
            return Message(
                "{label}: no group brings up a theme clearly more or less often than the "
                "others ({n:integer} comparison looked at).",
                "{label}: no group brings up a theme clearly more or less often than the "
                "others ({n:integer} comparisons looked at).",
                label=self.label,
                n=int(self.table["p_value"].notna().sum()),
            )
        return Message(
            "{theme}: {share:percent} of {segment} bring it up ({low:percent} to {high:percent}), "
            "against {rest:percent} of the others who wrote.",
            theme=first["theme"],
            segment=first["segment"],
            share=float(first["share"]),
            low=float(first["share_low"]),
            high=float(first["share_high"]),
            rest=float(first["rest"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeVariantsResult(_Judged, Result):
    """Themes by variant of an experiment; here, and only here, an effect is an effect.

    ``table``, a row per theme and treatment: ``theme segment`` (the variant), ``n_units``
    (customers in it), ``n_customers share share_low share_high`` (of them, who bring the theme up,
    0-1), ``n_control_units n_control share_control``, ``difference ci_low ci_high`` (treatment
    minus control, as shares), ``p_value p_adjusted verdict suppressed reason``.
    ``written``: how many wrote anything, per variant: ``segment n_units n_written share``.
    """

    kind: ClassVar[str] = "theme_variants"

    written: pd.DataFrame
    control: str
    confidence: float
    alpha: float
    floor: int
    family: int
    correction: str
    base: str

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("theme", "segment"),
                caption=Message(
                    "Share of each variant’s customers who bring a theme up, and the difference "
                    "from control, with {confidence:percent} intervals",
                    confidence=self.confidence,
                ),
                counts=(),
            ),
            "written": TableSpec(
                key=("segment",), caption=Message("Who wrote anything, by variant"), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The surest effect, or that there is none."""
        real = self.real
        if real.empty:
            return Message(
                "No theme is clearly brought up more or less in another variant ({n:integer} "
                "comparison looked at).",
                "No theme is clearly brought up more or less in another variant ({n:integer} "
                "comparisons looked at).",
                n=self.family,
            )
        first = real.iloc[0]
        values = {
            "theme": first["theme"],
            "variant": first["segment"],
            "share": float(first["share"]),
            "control": float(first["share_control"]),
            "difference": 100 * float(first["difference"]),
            "low": 100 * float(first["ci_low"]),
            "high": 100 * float(first["ci_high"]),
        }
        if self.base == "writers":
            return Message(
                "{theme}: brought up by {share:percent1} of those who wrote in {variant}, "
                "{control:percent1} in control; {difference:points} percentage points "
                "({low:points} to {high:points}).",
                **values,
            )
        if first["verdict"] == "higher":
            return Message(
                "With {variant}, more customers brought up {theme}: {share:percent1} against "
                "{control:percent1}, {difference:points} percentage points ({low:points} to "
                "{high:points}).",
                **values,
            )
        return Message(
            "With {variant}, fewer customers brought up {theme}: {share:percent1} against "
            "{control:percent1}, {difference:points} percentage points ({low:points} to "
            "{high:points}).",
            **values,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class VoicesResult(BySegment, Result):
    """The comments behind cells of a joint display, screened for personal data.

    Parameters
    ----------
    table
        A row per comment shown: ``theme segment voice comment_no quote polarity document start end
        act``. ``voice`` numbers the customers of a cell from 1; nobody is named, not even by a
        pseudonym. ``start`` and ``end`` are null where the screen took something out.
    cells
        A row per theme and segment: ``theme segment n_customers n_comments n_shown suppressed``;
        ``n_customers`` is the number in the joint display.
    """

    kind: ClassVar[str] = "voices"

    cells: pd.DataFrame
    by: tuple[str, ...]
    floor: int
    n_screened: int
    measure: str = "customers behind a theme"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("theme", *self.key, "comment_no"),
                caption=Message("Comments behind the numbers, word for word, screened"),
                counts=(),
            ),
            "cells": TableSpec(
                key=("theme", *self.key),
                caption=Message("Customers and comments behind each number"),
                counts=("n_customers",),
                sums_over=self.key,
            ),
        }

    @property
    def message(self) -> Message:
        """How many comments are shown of how many."""
        return Message(
            "{shown:integer} of {n:integer} comments behind {cells:integer} numbers are shown.",
            shown=len(self.table),
            n=int(self.cells["n_comments"].fillna(0).sum()),
            cells=int((self.cells["suppressed"] == "").sum()),
        )
