"""The conclusions of the report on themes: one answer, and what can't be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.language import LocalizedText, Message
from workbench.report.wording.coding import weak_codes
from workbench.results.report import Answer, KeyFigure, Span, Statements
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.results.coding import CodeAgreementResult
    from workbench.results.interviews import InterviewSaturationResult, MethodSection
    from workbench.results.themes import GapsResult, ThemeTableResult

__all__ = ["ThemeConclusions"]

_LEADING = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeConclusions:
    """What the conclusions rest on.

    Parameters
    ----------
    themes
        From ``wb.theme_table``.
    gaps
        From ``wb.gaps``.
    method
        From ``wb.method_section``: its limits stand beside the conclusions.
    agreement
        From ``wb.code_agreement``; None where one person coded.
    saturation
        From ``wb.interview_saturation``; None for open answers.
    labels
        Names of the codes, ``corpus.labels``.
    """

    themes: ThemeTableResult
    gaps: GapsResult
    method: MethodSection
    agreement: CodeAgreementResult | None = None
    saturation: InterviewSaturationResult | None = None
    labels: Mapping[str, LocalizedText] = field(default_factory=dict[str, LocalizedText])

    def answer(self) -> Answer:
        """Return the answer: finding, four rows, key figures."""
        return Answer(
            title=self._title(),
            happened=self._happened(),
            real=self._real(),
            now=self._next_step(),
            unsaid=self._unsaid_in_short(),
            figures=tuple(self._figures()),
        )

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        items = [self._how_common()]
        items.append(
            Message(
                "**That silence is a no.** Someone who does not bring a theme up has not denied it."
            )
        )
        weak = self._weak()
        if weak:
            items.append(
                Message(
                    "**Anything that rests on {codes} alone.** The coders differed too often.",
                    codes=[self._name(code) for code in weak],
                )
            )
        items.append(
            Message(
                "**What would help.** People say what they met and what they think lies behind it; "
                "only a trial shows what a change does."
            )
        )
        if self.method.one_sided is not None:
            items.append(Message("**What sets success apart.** {text}", text=self.method.one_sided))
        items.append(Message("**More limits.** {text}", text=self.method.limits))
        return Statements(role="unsaid", items=tuple(items))

    # -- what it rests on ----------------------------------------------------------------------

    def _name(self, code: str) -> LocalizedText:
        return self.labels.get(code, code)

    def _weak(self) -> list[str]:
        if self.agreement is None or self.agreement.reason:
            return []
        return weak_codes(self.agreement)

    def _leading(self) -> list[dict[str, Any]]:
        """Return the themes that most bring up, of those whose code holds."""
        weak = set(self._weak())
        rows = [
            row
            for row in plain_rows(self.themes.themes)
            if row["n_respondents"] and row["theme"] not in weak
        ]
        return sorted(rows, key=lambda row: (-row["n_respondents"], row["theme_no"]))[:_LEADING]

    # -- the finding ---------------------------------------------------------------------------

    def _title(self) -> Message:
        leading = self._leading()
        if not leading:
            return Message("Nothing that holds has been coded yet")
        first = leading[0]
        return Message(
            "{name}: {said:integer} of {asked:integer} bring it up",
            name=self._name(first["theme"]),
            said=first["n_respondents"],
            asked=first["n_with_answers"],
        )

    def _happened(self) -> Message:
        items = [
            Message(
                "**{name}** ({said:integer} of {asked:integer})",
                name=self._name(row["theme"]),
                said=row["n_respondents"],
                asked=row["n_with_answers"],
            )
            for row in self._leading()
        ]
        if not items:
            return Message("No theme that holds has been brought up.")
        return Message(
            "Of {n:integer} themes, the ones most often brought up are {themes}.",
            n=len(self.themes.themes),
            themes=items,
        )

    def _real(self) -> Message:
        parts: list[Message] = [self._agreed()]
        found = self.saturation
        if found is not None and found.settled_after is not None and found.found_after is not None:
            parts.append(
                Message(
                    "The codes were in place after {found:integer} interviews, their meaning after "
                    "{settled:integer} of {n:integer}.",
                    found=found.found_after,
                    settled=found.settled_after,
                    n=len(found.table),
                )
            )
        if len(parts) == 1:
            return parts[0]
        return Message("{first} {second}", first=parts[0], second=parts[1])

    def _agreed(self) -> Message:
        agreement = self.agreement
        if self.method.approach == "reflexive":
            return Message(
                "Every theme stands on quotes that can be read in their place; as a reflexive "
                "reading it is not measured by agreement."
            )
        if agreement is None or agreement.reason:
            return Message(
                "**Not checked:** fewer than two people coded alone, so nobody knows whether "
                "another would code alike. Every quote can be read in its place."
            )
        codes, weak = agreement.table["code"].nunique(), len(self._weak())
        return Message(
            "**{held:integer} of {n:integer} codes hold** when two code alone; every quote can be "
            "read in its place.",
            held=codes - weak,
            n=codes,
        )

    def _next_step(self) -> Message:
        barriers = [
            self._name(row["theme"]) for row in self._leading() if row["polarity"] == "barrier"
        ]
        weak = self._weak()
        if barriers:
            return Message(
                "Choose a remedy for **{names}** with those who own the process, and try it with a "
                "comparison group before it is rolled out.",
                names=barriers,
            )
        if weak:
            return Message(
                "Sharpen the definition of **{codes}** and code again.",
                codes=[self._name(code) for code in weak],
            )
        return Message(
            "Put the themes to those who own the processes, and ask about them in the next survey "
            "to learn how common they are."
        )

    def _unsaid_in_short(self) -> Message:
        short = Message(
            "How common it is among everyone: {n:integer} were heard, and silence is not a “no”.",
            n=self.themes.n_respondents,
        )
        if self.method.one_sided is None:
            return short
        return Message("{first} {second}", first=self.method.one_sided, second=short)

    def _how_common(self) -> Message:
        if self.themes.only_open_answers:
            return Message(
                "**How common it is among those who wrote nothing.** A comment is left by those "
                "who want to; shares are of them alone."
            )
        return Message(
            "**How common it is.** {n:integer} people were heard. “{said:integer} of "
            "{asked:integer}” says who brought it up, not a share of anyone else.",
            n=self.themes.n_respondents,
            **self._example(),
        )

    def _example(self) -> dict[str, int]:
        leading = self._leading()
        row = leading[0] if leading else {"n_respondents": 0, "n_with_answers": 0}
        return {"said": int(row["n_respondents"]), "asked": int(row["n_with_answers"])}

    # -- key figures ---------------------------------------------------------------------------

    def _figures(self) -> list[KeyFigure]:
        figures = [
            KeyFigure(
                label=Message("Heard"),
                value=Message("{n:integer}", n=self.themes.n_respondents),
                notes=(
                    Message("{n:integer} answer", "{n:integer} answers", n=self.gaps.n_answers),
                ),
            ),
            KeyFigure(
                label=Message("Themes"),
                value=Message("{n:integer}", n=len(self.themes.themes)),
                notes=(
                    Message(
                        "{n:integer} quote",
                        "{n:integer} quotes",
                        n=int(self.themes.themes["n_quotes"].sum()),
                    ),
                ),
            ),
        ]
        if self.agreement is not None and not self.agreement.reason:
            figures += self._agreement_figure(self.agreement)
        counts = dict(zip(self.gaps.table["gap"], self.gaps.table["n"], strict=True))
        figures.append(
            KeyFigure(
                label=Message("Answers without a theme"),
                value=Message("{n:integer}", n=int(counts["uncovered_answers"])),
                notes=(Message("of {n:integer}", n=self.gaps.n_answers),),
            )
        )
        return figures

    def _agreement_figure(self, agreement: CodeAgreementResult) -> list[KeyFigure]:
        rows = [row for row in plain_rows(agreement.overall) if row["over"] == "decisions"]
        if not rows or rows[0]["estimate"] is None:
            return []
        row = rows[0]
        low, high = row["ci_low"], row["ci_high"]
        value = Message("{value:number2}", value=row["estimate"])
        label = Message("Alpha over all codes")
        if low is None or high is None:
            return [KeyFigure(label=label, value=value)]
        span = Span(label=Message("alpha"), estimate=row["estimate"], low=low, high=high)
        interval = Message("{low:number2} to {high:number2}", low=low, high=high)
        return [KeyFigure(label=label, value=value, interval=interval, spans=(span,))]
