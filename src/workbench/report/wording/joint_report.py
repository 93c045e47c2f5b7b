"""The conclusions of the joint report: one answer, and what can't be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.language import LocalizedText, Message
from workbench.results.report import Answer, KeyFigure, Span, Statements
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.results.joint import (
        CommentLinksResult,
        JointResult,
        ThemeGroupsResult,
        ThemeVariantsResult,
    )
    from workbench.results.touchpoints import TouchpointsResult

__all__ = ["JointReport"]

_SECONDS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class JointReport:
    """What the conclusions rest on.

    Parameters
    ----------
    links
        From ``wb.link_comments``.
    scores
        From ``wb.joint`` of all customers in the report.
    n_asked
        Customers in the report, those who wrote nothing too.
    groups
        Every table from ``wb.theme_groups`` that the report shows.
    steps
        From ``wb.touchpoints``; None where the study has no journey.
    variants
        From ``wb.theme_variants``, by experiment.
    names
        Of the themes, ``corpus.labels``.
    limits
        What the material cannot say, from ``[corpus.method]``.
    """

    links: CommentLinksResult
    scores: JointResult
    n_asked: int
    groups: tuple[ThemeGroupsResult, ...] = ()
    steps: TouchpointsResult | None = None
    variants: tuple[ThemeVariantsResult, ...] = ()
    names: Mapping[str, LocalizedText] = field(default_factory=dict[str, LocalizedText])
    limits: LocalizedText = ""

    def answer(self) -> Answer:
        """Return the answer: finding, four rows, key figures."""
        return Answer(
            title=self._title(),
            happened=self._happened(),
            real=self._real(),
            now=self._now(),
            unsaid=self._unsaid_in_short(),
            figures=tuple(self._figures()),
        )

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        items = [
            Message(
                "**What those think who wrote nothing.** {wrote:integer} of {asked:integer} left a "
                "comment; every share is of them.",
                wrote=self._wrote,
                asked=self.n_asked,
            ),
            Message(
                "**That silence is a no.** Those who do not bring a theme up may have met it all "
                "the same."
            ),
        ]
        if not self.variants:
            items.append(
                Message(
                    "**That a theme makes the score.** Both may come from something else; only a "
                    "trial shows what a change does."
                )
            )
        hidden = self._hidden()
        if hidden:
            items.append(
                Message(
                    "**{n:integer} number about a small group.** Fewer than {floor:integer} "
                    "customers stand behind it, or it would give such a number away.",
                    "**{n:integer} numbers about small groups.** Fewer than {floor:integer} "
                    "customers stand behind them, or they would give such a number away.",
                    n=hidden,
                    floor=self.scores.floor,
                )
            )
        without = self.links.n_comments - self.links.n_linked
        if without:
            items.append(
                Message(
                    "**What {n:integer} comment without a score goes with.** It belongs to no "
                    "row of these answers.",
                    "**What {n:integer} comments without a score go with.** They belong to no "
                    "row of these answers.",
                    n=without,
                )
            )
        if self.limits:
            items.append(Message("**More limits.** {text}", text=self.limits))
        return Statements(role="unsaid", items=tuple(items))

    # -- what it rests on ----------------------------------------------------------------------

    @property
    def _wrote(self) -> int:
        known = self.scores.table["n_written"].dropna()
        return int(known.max()) if len(known) else 0

    def _name(self, theme: str) -> LocalizedText:
        return self.names.get(theme, theme)

    def _sure(self, verdict: str) -> list[dict[str, Any]]:
        """Return sure rows of the first outcome, those that weigh most first: size times people."""
        rows = plain_rows(self.scores.real)
        own = [row for row in rows if row["outcome"] == self.scores.outcomes[0]]
        found = [row for row in own if row["verdict"] == verdict]
        return sorted(found, key=lambda row: -abs(row["difference"]) * row["n_with"])

    def _hidden(self) -> int:
        tables = [group.table for group in self.groups]
        first = self.scores.table[self.scores.table["outcome"] == self.scores.outcomes[0]]
        return int(sum((table["suppressed"] != "").sum() for table in [first, *tables]))

    @property
    def _leading(self) -> dict[str, Any] | None:
        rows = self._sure("lower") or self._sure("higher")
        return rows[0] if rows else None

    @property
    def _outcome(self) -> LocalizedText:
        return self.scores.label(self.scores.outcomes[0])

    def _step(self) -> dict[str, Any] | None:
        if self.steps is None:
            return None
        row = self.steps.most_hindered
        return None if row is None else plain_rows(row.to_frame().T)[0]

    # -- the answer ----------------------------------------------------------------------------

    def _title(self) -> Message:
        row = self._leading
        if row is None:
            return Message("No theme clearly goes with a higher or lower score")
        values = {
            "theme": self._name(row["theme"]),
            "share": row["share"],
            "size": abs(row["difference"]),
            "outcome": self._outcome,
        }
        if row["verdict"] == "lower":
            return Message(
                "{theme}: {share:percent} of those who wrote bring it up, with {size:number} "
                "points lower {outcome}",
                **values,
            )
        return Message(
            "{theme}: {share:percent} of those who wrote bring it up, with {size:number} points "
            "higher {outcome}",
            **values,
        )

    def _happened(self) -> Message:
        row = self._leading
        if row is None:
            return self._where() or Message(
                "{n:integer} theme was set beside the scores of {wrote:integer} who wrote.",
                "{n:integer} themes were set beside the scores of {wrote:integer} who wrote.",
                n=self.scores.table["theme"].nunique(),
                wrote=self._wrote,
            )
        first = Message(
            "Customers who bring up **{theme}** have {outcome} {with_theme:number}, others who "
            "wrote {without:number}.",
            theme=self._name(row["theme"]),
            outcome=self._outcome,
            with_theme=row["estimate_with"],
            without=row["estimate_without"],
        )
        parts = [first, *filter(None, [self._helps(), self._where()])]
        return _joined(parts)

    def _helps(self) -> Message | None:
        rows = self._sure("higher")[:_SECONDS]
        if not rows or not self._sure("lower"):
            return None
        items = [
            Message(
                "**{theme}** ({size:points})",
                theme=self._name(row["theme"]),
                size=row["difference"],
            )
            for row in rows
        ]
        return Message("Higher goes with {themes}.", themes=items)

    def _where(self) -> Message | None:
        row = self._step()
        if row is None or row["performance"] is None or self.steps is None:
            return None
        return Message(
            "**{step}** is graded {grade:number} of 100, and {barrier:percent} of those who wrote "
            "say what hinders there.",
            step=self.steps.label(row["touchpoint"]),
            grade=row["performance"],
            barrier=row["barrier"],
        )

    def _real(self) -> Message:
        row = self._leading
        if row is None:
            return Message(
                "**Not that we can see:** none of {n:integer} comparisons is sure after "
                "correction.",
                n=self.scores.family,
            )
        themes = self.scores.table["theme"].nunique()
        sure = len({found["theme"] for found in [*self._sure("lower"), *self._sure("higher")]})
        return Message(
            "**Yes:** the difference is {difference:points} points ({low:points} to "
            "{high:points}). {sure:integer} of {themes:integer} themes clearly differ, after "
            "correction for {n:integer} comparisons.",
            difference=row["difference"],
            low=row["ci_low"],
            high=row["ci_high"],
            sure=sure,
            themes=themes,
            n=self.scores.family,
        )

    def _now(self) -> Message:
        rows = self._sure("lower")
        if not rows:
            return Message(
                "Keep what goes with higher scores, and ask about the themes in the next survey to "
                "learn how common they are among everyone."
            )
        theme = rows[0]
        owner = self._owner_of(theme["theme"])
        values = {"theme": self._name(theme["theme"]), "n": theme["n_customers"]}
        if owner:
            return Message(
                "**{owner}** reads the comments of the {n:integer} who bring up **{theme}**, "
                "chooses a remedy and tries it with a comparison group.",
                owner=owner,
                **values,
            )
        return Message(
            "Give **{theme}** an owner, who reads the comments of the {n:integer} who bring it up, "
            "chooses a remedy and tries it with a comparison group.",
            **values,
        )

    def _owner_of(self, theme: str) -> LocalizedText:
        if self.steps is None:
            return ""
        own = self.steps.themes[self.steps.themes["theme"] == theme]
        return "" if own.empty else self.steps.owners.get(str(own["touchpoint"].iloc[0]), "")

    def _unsaid_in_short(self) -> Message:
        return Message(
            "What those think who wrote nothing: {wrote:integer} of {asked:integer} left a "
            "comment. These are associations, and “not mentioned” is not “no”.",
            wrote=self._wrote,
            asked=self.n_asked,
        )

    # -- key figures ---------------------------------------------------------------------------

    def _figures(self) -> list[KeyFigure]:
        figures = [
            KeyFigure(
                label=Message("Wrote something"),
                value=Message("{n:integer}", n=self._wrote),
                notes=(Message("of {n:integer} who answered", n=self.n_asked),),
            )
        ]
        row = self._leading
        if row is not None:
            figures += self._theme_figures(row)
        step = self._step()
        if step is not None and self.steps is not None:
            figures.append(
                KeyFigure(
                    label=Message(
                        "{step}: say what hinders", step=self.steps.label(step["touchpoint"])
                    ),
                    value=Message("{share:percent}", share=step["barrier"]),
                    interval=Message(
                        "{low:percent} to {high:percent}",
                        low=step["barrier_low"],
                        high=step["barrier_high"],
                    ),
                )
            )
        return figures

    def _theme_figures(self, row: dict[str, Any]) -> list[KeyFigure]:
        name = self._name(row["theme"])
        tone = "bad" if row["verdict"] == "lower" else "good"
        return [
            KeyFigure(
                label=Message("{theme}: bring it up", theme=name),
                value=Message("{share:percent}", share=row["share"]),
                interval=Message(
                    "{low:percent} to {high:percent}",
                    low=row["share_low"],
                    high=row["share_high"],
                ),
                notes=(
                    Message("{n:integer} customer", "{n:integer} customers", n=row["n_customers"]),
                ),
            ),
            KeyFigure(
                label=Message("{theme}: {outcome} with it", theme=name, outcome=self._outcome),
                value=Message("{value:number}", value=row["estimate_with"]),
                verdict=Message(
                    "{size:points} points from others who wrote", size=row["difference"]
                ),
                tone=tone,
                spans=(
                    Span(
                        label=Message("difference"),
                        estimate=row["difference"],
                        low=row["ci_low"],
                        high=row["ci_high"],
                    ),
                ),
            ),
        ]


def _joined(parts: list[Message]) -> Message:
    """Return several sentences as one text."""
    whole = parts[0]
    for part in parts[1:]:
        whole = Message("{first} {second}", first=whole, second=part)
    return whole
