"""What data health means, in words: findings as headings, the answer, and what can't be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.report.labels import study_labels
from workbench.results.base import WHOLE_WAVE, in_wave, wave_label
from workbench.results.report import Answer, KeyFigure, Statements
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.health import (
        CoverageResult,
        Finding,
        HealthResult,
        ItemHealthResult,
        ListwiseResult,
        MissingResult,
        UnitHealthResult,
    )
    from workbench.results.report import Tone

__all__ = [
    "GROUPS",
    "DataHealth",
    "grade_words",
    "headline_health",
    "headline_health_coverage",
    "headline_health_items",
    "headline_health_listwise",
    "headline_health_missing",
    "headline_health_units",
    "subtitle_health",
    "subtitle_health_coverage",
    "subtitle_health_missing",
]

GROUPS = {
    "coverage": Message("Coverage"),
    "respondents": Message("Respondents"),
    "answering": Message("Answering"),
    "items": Message("Items"),
    "codes": Message("Codes"),
}
"""Groups of checks, as a page names them."""

_FEW = 3
_COMPLETE = 0.6
_SIMILAR = 0.05


def grade_words(grade: str) -> Message:
    """Return what a grade means: "B, with care"."""
    return {
        "A": Message("A, sound"),
        "B": Message("B, with care"),
        "C": Message("C, mend first"),
    }.get(grade, Message("D, not fit"))


def headline_health(result: HealthResult) -> Message:
    """Return how many files are sound."""
    table = result.table
    sound = int((table["health"] == "A").sum())
    if sound == len(table):
        return Message("Nothing was found that a conclusion must fear")
    return Message("{sound:integer} of {n:integer} files are sound", sound=sound, n=len(table))


def subtitle_health(result: HealthResult) -> Message:
    """Say how to read the signs."""
    del result
    return Message("✓ nothing to fear, ! take care, ✕ mend before concluding; newest last.")


def headline_health_coverage(result: CoverageResult) -> Message:
    """Return the response rate, and whether the answers look like the population."""
    last = plain_rows(result.table)[-1]
    far = _farthest(result)
    rate, where = last["response_rate"], in_wave(str(last["wave"]))
    if rate is None:
        return Message("{n:integer} answered{where}", n=last["n"], where=where)
    values = {"rate": rate, "where": where}
    if far is None:
        return Message("{rate:percent} of those invited answered{where}", **values)
    if abs(far["difference"]) < _SIMILAR:
        return Message(
            "{rate:percent} of those invited answered{where}, and they look like the population",
            **values,
        )
    return Message(
        "{rate:percent} of those invited answered{where}; {unit} is off by "
        "{difference:percent_points} percentage points",
        unit=f"{far['column']} {far['value']}",
        difference=far["difference"],
        **values,
    )


def _farthest(result: CoverageResult) -> dict[str, Any] | None:
    if result.margins is None:
        return None
    rows = [row for row in plain_rows(result.margins) if row["difference"] is not None]
    return max(rows, key=lambda row: abs(row["difference"])) if rows else None


def subtitle_health_coverage(result: CoverageResult) -> Message:
    """Say how to read the figure."""
    if result.table["response_rate"].notna().any():
        return Message("Answers by those invited, with a 95% interval. The axis is cut.")
    if result.table["wave"].tolist() == [WHOLE_WAVE]:
        return Message("How many were invited is not known.")
    return Message("Answers by wave; how many were invited is not known.")


def headline_health_missing(result: MissingResult) -> Message:
    """Return how few answers the emptiest item has."""
    if result.table.empty:
        return Message("The study says nothing about its items")
    least = result.table.sort_values("answered", kind="stable").iloc[0]
    return Message(
        "“{item}” has the fewest answers: {share:percent} of the rows",
        item=str(least["item"]),
        share=float(least["answered"]),
    )


def subtitle_health_missing(result: MissingResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "Shares of all rows{where}, fewest answers first; the number is the share answered.",
        where=in_wave(result.wave),
    )


def headline_health_listwise(result: ListwiseResult) -> Message:
    """Return what listwise deletion would leave."""
    last = result.table.iloc[-1]
    return Message(
        "Complete rows only would leave {complete:integer} of {n:integer}{where}",
        complete=int(last["complete"]),
        n=int(last["n"]),
        where=in_wave(str(last["wave"])),
    )


def headline_health_units(result: UnitHealthResult) -> Message:
    """Return where straight lines are most common."""
    shown = result.table[result.table["straight_lines"].notna()]
    if shown.empty:
        return Message("No unit has enough rows to be looked at")
    worst = shown.sort_values("straight_lines", ascending=False, kind="stable").iloc[0]
    return Message(
        "Straight lines are at most {share:percent1} of a unit’s rows: {unit}",
        share=float(worst["straight_lines"]),
        unit=wave_label(str(worst["unit"])),
    )


def headline_health_items(result: ItemHealthResult) -> Message:
    """Return how far the items differ."""
    rows = [row for row in plain_rows(result.table) if row["rest_correlation"] is not None]
    if not rows:
        return Message(
            "{n:integer} item with a scale", "{n:integer} items with a scale", n=len(result.table)
        )
    least = min(rows, key=lambda row: row["rest_correlation"])
    return Message(
        "“{item}” goes least with the others: correlation {rest:number2}",
        item=str(least["item"]),
        rest=least["rest_correlation"],
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class DataHealth:
    """The conclusions of the data health report.

    Parameters
    ----------
    health
        What was found.
    study
        The study, for what it calls its waves; None: as they are written.
    """

    health: HealthResult
    study: Any = None

    def _of_wave(self, what: Message, wave: str) -> Message:
        """Add what the study calls a wave; nothing where it has none."""
        if wave == WHOLE_WAVE:
            return what
        labels = {} if self.study is None else study_labels(self.study, ())
        return Message("{what}, {wave}", what=what, wave=labels.get(wave, wave))

    def answer(self) -> Answer:
        """Return the answer: fit or not, why, what to do, what can't be said."""
        return Answer(
            title=self._title(),
            happened=self._happened(),
            real=self._real(),
            now=self._now(),
            unsaid=self._unsaid(),
            figures=tuple(self._figures()),
        )

    def unsaid(self) -> Statements:
        """Return what no check of the answers can tell."""
        items = [
            Message(
                "**What those who did not answer think.** Weights make the answers look like the "
                "population in the known shares; they do not make them think like it."
            ),
            Message(
                "**Whether people meant what they answered.** Straight lines and speed are signs, "
                "not proof; some who answer all alike mean it."
            ),
            Message(
                "**What was never asked.** A check sees the items in the files, not those that "
                "should have been there."
            ),
        ]
        coverage = self.health.coverage
        if self.health.only:
            items.append(
                Message(
                    "**How many were asked in {part}, and whether they look like the population "
                    "there.** Both are known of everyone together only.",
                    part=", ".join(f"{name} {value}" for name, value in self.health.only.items()),
                )
            )
            return Statements(role="unsaid", items=tuple(items))
        if coverage.table["response_rate"].isna().all():
            items.append(
                Message(
                    "**How many were asked.** The study names no number of invited; without it a "
                    "response rate can’t be computed."
                )
            )
        if coverage.margins is None:
            items.append(
                Message(
                    "**Whether they look like the population.** The study names no known shares "
                    "(margins) to compare with."
                )
            )
        return Statements(role="unsaid", items=tuple(items))

    def findings(self) -> Statements:
        """Return what calls for care beside the gravest of each kind, which the checks tell."""
        told: set[str] = set()
        found: list[Finding] = []
        for finding in self.health.of("alarm", "care"):
            if finding.check in told:
                found.append(finding)
            told.add(finding.check)
        worded = [
            Message("**Mend:** {text}", text=finding.text)
            if finding.severity == "alarm"
            else Message("**Take care:** {text}", text=finding.text)
            for finding in found
        ]
        if not worded:
            text = Message("Nothing else calls for care.")
            worded = [text if told else Message("Nothing that calls for care was found.")]
        return Statements(role="list", items=tuple(worded), title=Message("What else was found"))

    def _title(self) -> Message:
        alarms, cares = len(self.health.of("alarm")), len(self.health.of("care"))
        match self.health.grade:
            case "A":
                return Message("The data are sound; conclusions can rest on them")
            case "B":
                return Message(
                    "The data can be used with care: one finding limits what they say",
                    "The data can be used with care: {n:integer} findings limit what they say",
                    n=cares,
                )
            case "C":
                return Message("Mend the data before concluding: {alarms}", alarms=_alarms(alarms))
            case _:
                return Message(
                    "The data are not fit for conclusions: {alarms}", alarms=_alarms(alarms)
                )

    def _happened(self) -> Message:
        table = self.health.table
        has_waves = table["wave"].unique().tolist() != [WHOLE_WAVE]
        places = [
            Message("one file", "{n:integer} files", n=table["input"].nunique()),
            Message("one wave", "{n:integer} waves", n=table["wave"].nunique()),
        ]
        return Message(
            "{n:integer} row in {places} was looked at: {alarms}, {cares}.",
            "{n:integer} rows in {places} were looked at: {alarms}, {cares}.",
            n=int(table["n"].sum()),
            places=places if has_waves else places[:1],
            alarms=_alarms(len(self.health.of("alarm"))),
            cares=_cares(len(self.health.of("care"))),
        )

    def _real(self) -> Message:
        worst = self.health.of("alarm", "care")[:_FEW]
        if not worst and not self.health.of("note"):
            return Message("No more was found than chance and ordinary carelessness give.")
        if not worst:
            return Message(
                "What was found, {n:integer} thing worth knowing, is no more than chance and "
                "ordinary carelessness give.",
                "What was found, {n:integer} things worth knowing, is no more than chance and "
                "ordinary carelessness give.",
                n=len(self.health.of("note")),
            )
        texts = [finding.text for finding in worst]
        if len(worst) == 1:
            return Message("{first}", first=texts[0])
        if len(worst) == 2:
            return Message("{first} {second}", first=texts[0], second=texts[1])
        return Message("{first} {second} {third}", first=texts[0], second=texts[1], third=texts[2])

    def _now(self) -> Message:
        match self.health.grade:
            case "A":
                return Message("Go on to the conclusions.")
            case "B":
                return Message(
                    "Go on, say what is found here beside every number it touches, and ask the "
                    "fieldwork to mend it for next time."
                )
            case _:
                return Message(
                    "Mend what is marked ✕ with those who delivered the file, or leave the rows, "
                    "items or waves it hits out of the conclusions; then run this report again."
                )

    def _unsaid(self) -> Message:
        listwise = self.health.listwise
        share = None if listwise is None else listwise.table["share"].iloc[-1]
        if share is not None and share == share and share < _COMPLETE:
            return Message(
                "Nothing about those who did not answer. Complete rows alone would leave "
                "{share:percent}, so no analysis here drops incomplete ones.",
                share=float(share),
            )
        return Message("Nothing about those who did not answer.")

    def _figures(self) -> list[KeyFigure]:
        tones: dict[str, Tone] = {"A": "good", "B": "unsure", "C": "bad", "D": "bad"}
        grade = self.health.grade
        figures = [
            KeyFigure(
                label=Message("Data health, A to D"),
                value=Message("{grade}", grade=grade),
                verdict=grade_words(grade),
                tone=tones[grade],
            )
        ]
        last = plain_rows(self.health.coverage.table)[-1]
        if last["response_rate"] is not None:
            figures.append(
                KeyFigure(
                    label=self._of_wave(Message("Response rate"), str(last["wave"])),
                    value=Message("{rate:percent}", rate=last["response_rate"]),
                    notes=(
                        Message(
                            "{n:integer} of {invited:integer} invited",
                            n=last["n"],
                            invited=last["invited"],
                        ),
                    ),
                )
            )
        if self.health.listwise is not None:
            row = plain_rows(self.health.listwise.table)[-1]
            if row["share"] is not None:
                figures.append(
                    KeyFigure(
                        label=self._of_wave(Message("Complete rows"), str(row["wave"])),
                        value=Message("{share:percent}", share=row["share"]),
                        notes=(
                            Message(
                                "{complete:integer} of {n:integer} rows",
                                complete=row["complete"],
                                n=row["n"],
                            ),
                        ),
                    )
                )
        units = self.health.units.table
        now = units[(units["split"] == "wave") & units["straight_lines"].notna()]
        if len(now):
            figures.append(
                KeyFigure(
                    label=self._of_wave(Message("Straight lines"), str(now["unit"].iloc[-1])),
                    value=Message("{share:percent1}", share=float(now["straight_lines"].iloc[-1])),
                    notes=(
                        Message(
                            "{share:percent1} too fast, {copies:percent1} copies",
                            share=float(now["speeding"].iloc[-1]),
                            copies=float(now["duplicates"].iloc[-1]),
                        ),
                    ),
                )
            )
        return figures


def _alarms(number: int) -> Message:
    if not number:
        return Message("no alarm")
    return Message("one alarm", "{n:integer} alarms", n=number)


def _cares(number: int) -> Message:
    if not number:
        return Message("nothing to mind")
    return Message("one thing to take care with", "{n:integer} things to take care with", n=number)
