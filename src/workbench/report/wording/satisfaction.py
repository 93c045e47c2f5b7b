"""The conclusions of the satisfaction report: one answer, and what can't be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.language import LocalizedText, Message
from workbench.report.labels import INDICES, study_labels
from workbench.report.rows import plain_rows
from workbench.report.wording.waves import masked_segments, newest_rows
from workbench.results.report import Answer, KeyFigure, Span, Statements, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.results.survey import MeasureResult
    from workbench.results.waves import SegmentDifferenceResult, WaveChangeResult

__all__ = ["Satisfaction"]

_SHOWN_FIGURES = 4
_POINTS = {"nps"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Satisfaction:
    """What the conclusions rest on: results by outcome, in the study's order; the first leads.

    Parameters
    ----------
    study
        As ``wb.load_study`` returns it: labels.
    wave
        The wave that is judged.
    now
        Outcome -> its measure for everyone in that wave.
    total
        Outcome -> its change for everyone together.
    groups
        Outcome -> its change by segment; empty where the report splits by none.
    where
        How each segment differs from the others in the first outcome; None without segments.
    waves
        The reader's table of waves, for response rates.
    market
        The market the report is for; empty for all.
    """

    study: Any
    wave: str
    now: Mapping[str, MeasureResult]
    total: Mapping[str, WaveChangeResult]
    groups: Mapping[str, WaveChangeResult] = field(default_factory=dict)
    where: SegmentDifferenceResult | None = None
    waves: pd.DataFrame
    market: str = ""

    def answer(self) -> Answer:
        """Return the answer: finding, four rows, key figures."""
        return Answer(
            title=self._title(),
            happened=_sentences([*(self._happened(name) for name in self.now), self._sides()]),
            real=_sentences([*(self._real(name) for name in self.now), self._masked_in_short()]),
            now=self._next_step(),
            unsaid=self._unsaid_in_short(),
            figures=self._figures(),
        )

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        items = [
            Message(
                "**Why.** The answers show that satisfaction differs, not why; the drivers report "
                "shows what goes with it, and only an experiment shows what moves it."
            )
        ]
        items += self._silent()
        if any(self._is_noise(name) for name in self.total):
            items.append(
                Message(
                    "**That nothing changed.** Where no sure change is found, a change smaller "
                    "than the interval may still be there."
                )
            )
        items += [self._masked(row) for row in self._masked_rows()[:1]]
        hidden = self._n_hidden()
        if hidden:
            items.append(
                Message(
                    "**Anything about the smallest groups.** {hidden:integer} groups are not "
                    "shown, so that nobody can be recognised.",
                    hidden=hidden,
                )
            )
        return Statements(role="unsaid", items=tuple(items))

    # -- the finding ---------------------------------------------------------------------------

    def _title(self) -> Message:
        main = next(iter(self.now))
        values = {"outcome": self._label(main), "where": self._where()}
        row = self._change(main)
        estimate = _estimate(self.now[main])
        if estimate is None:
            return Message("{outcome}{where} can’t be shown: too few answers", **values)
        values |= {"value": _worded(main, estimate)}
        if row is None:
            return Message("{outcome}{where} is {value}", **values)
        values |= {
            "previous": self._label(row["previous"]),
            "points": abs(row["change"] or 0.0),
        }
        fallen, risen = self._moved(main, -1), self._moved(main, 1)
        if row["verdict"] == "real":
            return self._title_of_real(row["change"], fallen, risen, values)
        if fallen:
            return Message(
                "{outcome}{where} is {value} in total, but fell in {fallen}",
                fallen=fallen,
                **values,
            )
        if risen:
            return Message(
                "{outcome}{where} is {value} in total, but rose in {risen}", risen=risen, **values
            )
        if row["verdict"] == "mix":
            return Message(
                "{outcome}{where} is {value}; it moved only because other groups answered", **values
            )
        return Message(
            "{outcome}{where} is {value}, with no sure change since {previous}", **values
        )

    def _title_of_real(
        self, change: float, fallen: list[Any], risen: list[Any], values: dict[str, Any]
    ) -> Message:
        if change < 0 and fallen:
            return Message(
                "{outcome}{where} fell {points:number} points to {value}; the fall is sure in "
                "{fallen}",
                fallen=fallen,
                **values,
            )
        if change < 0:
            return Message("{outcome}{where} fell {points:number} points to {value}", **values)
        if risen:
            return Message(
                "{outcome}{where} rose {points:number} points to {value}; the rise is sure in "
                "{risen}",
                risen=risen,
                **values,
            )
        return Message("{outcome}{where} rose {points:number} points to {value}", **values)

    def _happened(self, name: str) -> Message | None:
        estimate = _estimate(self.now[name])
        if estimate is None:
            return None
        values = {"outcome": self._label(name), "value": _worded(name, estimate)}
        row = self._change(name)
        before = row["estimate_previous"] if row else None
        if row is None or before is None:
            return Message("{outcome} is **{value}**.", **values)
        return Message(
            "{outcome} went from {before} to **{value}**.", before=_worded(name, before), **values
        )

    def _real(self, name: str) -> Message | None:
        row = self._change(name)
        values = {"outcome": self._label(name)}
        if row is None or row["change"] is None:
            return Message(
                "**{outcome}: can’t be said**, there is nothing to compare with.", **values
            )
        values |= {"change": row["change"], "low": row["ci_low"], "high": row["ci_high"]}
        match row["verdict"]:
            case "real":
                return Message(
                    "**{outcome}: yes.** {change:points} ({low:number} to {high:number}).", **values
                )
            case "mix":
                return Message(
                    "**{outcome}: only the mix.** {change:points}, because other groups answered.",
                    **values,
                )
            case "masked":
                return Message(
                    "**{outcome}: yes, but hidden.** The total moved {change:points}; within the "
                    "groups it moved more.",
                    **values,
                )
            case "preliminary":
                return Message("**{outcome}: too early**, the wave is still open.", **values)
            case _:
                return Message(
                    "**{outcome}: not sure.** {change:points} ({low:number} to {high:number}).",
                    **values,
                )

    def _sides(self) -> Message | None:
        """Say which groups surely differ from the others."""
        if self.where is None:
            return None
        rows = plain_rows(self.where.table)
        lower, higher = (
            [self._label(row["segment"]) for row in rows if row["verdict"] == side]
            for side in ("lower", "higher")
        )
        values = {"outcome": self.where.label, "lower": lower, "higher": higher}
        if lower and higher:
            return Message(
                "{outcome} is surely lower in {lower}, and higher in {higher}.", **values
            )
        if lower:
            return Message(
                "{outcome} is surely lower in **{lower}** than among the others.", **values
            )
        if higher:
            return Message(
                "{outcome} is surely higher in **{higher}** than among the others.", **values
            )
        return Message("No group’s {outcome} differs surely from the others’.", **values)

    def _masked_in_short(self) -> Message | None:
        rows = self._masked_rows()
        if not rows:
            return None
        segments = list(dict.fromkeys(row["segment"] for row in rows))
        return Message(
            "**The total hides a movement in {segments}.**",
            segments=[self._label(segment) for segment in segments],
        )

    def _next_step(self) -> Message:
        main = next(iter(self.now))
        fallen = self._moved(main, -1)
        masked = self._masked_rows()
        if fallen:
            return Message(
                "Find out what lies behind the fall in **{fallen}**: read the drivers report for "
                "it, and its open answers, before anything is decided.",
                fallen=fallen,
            )
        if masked:
            return Message(
                "Look inside **{segment}** before anything is decided: its total hides a movement.",
                segment=self._label(masked[0]["segment"]),
            )
        row = self._change(main)
        if row is not None and row["verdict"] == "real" and row["change"] < 0:
            return Message(
                "Find out what lies behind the fall: read the drivers report and the open answers "
                "before anything is decided."
            )
        if row is not None and row["verdict"] == "real":
            return Message("Keep what was done since the last wave, and follow up in the next.")
        return Message(
            "Change nothing on these numbers alone. Read the drivers report for what to mend first."
        )

    def _unsaid_in_short(self) -> Message:
        silent = self._silent_share()
        if silent is None:
            return Message("Why: the survey shows that it is so, not why.")
        return Message(
            "Why: the survey shows that it is so, not why. And nothing of the {silent:percent} who "
            "did not answer.",
            silent=silent,
        )

    # -- key figures ---------------------------------------------------------------------------

    def _figures(self) -> tuple[KeyFigure, ...]:
        rate = self._rate_figure()
        room = _SHOWN_FIGURES - (1 if rate else 0) - 1
        figures = [self._figure(name) for name in list(self.now)[:room]]
        return (*figures, self._answers_figure(), *([rate] if rate else []))

    def _figure(self, name: str) -> KeyFigure:
        result = self.now[name]
        row = plain_rows(result.table)[0]
        low, high = (f"{end:g}".replace("-", "−") for end in result.scale)
        label = Message("{outcome}, {low} to {high}", outcome=self._label(name), low=low, high=high)
        estimate = _estimate(result)
        if estimate is None:
            return KeyFigure(label=label, value=Message("not shown"))
        interval = None
        if row["ci_low"] is not None:
            interval = Message(
                "{low} to {high}",
                low=_worded(name, row["ci_low"]),
                high=_worded(name, row["ci_high"]),
            )
        verdict, tone, notes = self._reading(name)
        return KeyFigure(
            label=label,
            value=_worded(name, estimate),
            interval=interval,
            verdict=verdict,
            tone=tone,
            notes=notes,
            spans=self._spans(name),
        )

    def _reading(self, name: str) -> tuple[Message | None, Tone, tuple[Message, ...]]:
        row = self._change(name)
        if row is None or row["change"] is None:
            return None, "plain", ()
        note = Message(
            "against {previous}, p {p:p_relation} after correction",
            previous=self._label(row["previous"]),
            p=row["p_adjusted"],
        )
        change = {"change": row["change"]}
        match row["verdict"]:
            case "real" if row["change"] < 0:
                return Message("{change:points}: a real fall", **change), "bad", (note,)
            case "real":
                return Message("{change:points}: a real rise", **change), "good", (note,)
            case "mix":
                return Message("{change:points}: only the mix", **change), "plain", (note,)
            case "masked":
                return Message("{change:points}: hides a movement", **change), "unsure", (note,)
            case "preliminary":
                return Message("{change:points}: preliminary", **change), "plain", (note,)
            case _:
                return Message("{change:points}: may be chance", **change), "plain", (note,)

    def _spans(self, name: str) -> tuple[Span, ...]:
        row = self._change(name)
        levels = self.total[name].levels if name in self.total else None
        if row is None or levels is None:
            return ()
        spans: list[Span] = []
        for wave in (row["previous"], row["wave"]):
            found = levels[(levels["wave"] == wave) & levels["ci_low"].notna()]
            if found.empty:
                return ()
            level = found.iloc[0]
            spans.append(
                Span(
                    label=_short(self._label(wave)),
                    estimate=level["estimate"],
                    low=level["ci_low"],
                    high=level["ci_high"],
                )
            )
        return tuple(spans)

    def _answers_figure(self) -> KeyFigure:
        row = plain_rows(next(iter(self.now.values())).table)[0]
        label = Message("Answers")
        if row["n"] is None:
            return KeyFigure(label=label, value=Message("not shown"))
        notes: list[Message] = []
        previous = self._change(next(iter(self.now)))
        if previous is not None and previous["n_previous"] is not None:
            notes.append(
                Message(
                    "{previous}: {n:integer}",
                    previous=self._label(previous["previous"]),
                    n=previous["n_previous"],
                )
            )
        if row["n_effective"] is not None and row["n_effective"] < 0.98 * row["n"]:
            notes.append(
                Message(
                    "Weighting costs precision: as sure as {n:integer} answers without weights",
                    n=row["n_effective"],
                )
            )
        return KeyFigure(label=label, value=Message("{n:integer}", n=row["n"]), notes=tuple(notes))

    def _rate_figure(self) -> KeyFigure | None:
        silent = self._silent_share()
        if silent is None:
            return None
        record = self._wave_record(self.wave)
        return KeyFigure(
            label=Message("Response rate"),
            value=Message("{rate:percent}", rate=1 - silent),
            notes=(Message("{invited:integer} were invited", invited=record["invited"]),),
        )

    # -- what stands behind --------------------------------------------------------------------

    def _label(self, value: Any) -> LocalizedText | Message:
        if value is None:
            return Message("the group without an answer")
        by = {column for result in self.groups.values() for column in result.by} | {"market"}
        return study_labels(self.study, by).get(str(value), INDICES.get(str(value), str(value)))

    def _where(self) -> Message | str:
        return Message(" in {market}", market=self._label(self.market)) if self.market else ""

    def _change(self, name: str) -> dict[str, Any] | None:
        rows = newest_rows(self.total[name]) if name in self.total else []
        return rows[0] if rows else None

    def _is_noise(self, name: str) -> bool:
        row = self._change(name)
        return row is not None and row["verdict"] == "noise"

    def _moved(self, name: str, direction: int) -> list[Any]:
        if name not in self.groups:
            return []
        return [
            self._label(row["segment"])
            for row in newest_rows(self.groups[name])
            if row["verdict"] == "real" and row["change"] * direction > 0
        ]

    def _masked_rows(self) -> list[dict[str, Any]]:
        return [
            row | {"outcome": name}
            for name, result in self.groups.items()
            for row in masked_segments(result)
        ]

    def _masked(self, row: dict[str, Any]) -> Message:
        return Message(
            "**That {segment} stands still.** Its total in {outcome} moved {change:points} points, "
            "but with the make-up held still it moved {real:points}: the total hides a movement.",
            segment=self._label(row["segment"]),
            outcome=self._label(row["outcome"]),
            change=row["change"],
            real=row["real"],
        )

    def _n_hidden(self) -> int:
        hidden = [(result.table["suppressed"] != "").sum() for result in self.groups.values()]
        return int(max(hidden, default=0))

    def _wave_record(self, wave: str) -> dict[str, Any]:
        found = self.waves[self.waves["wave"] == wave]
        if found.empty:
            return {}
        return {str(name): None if pd.isna(v) else v for name, v in found.iloc[0].items()}

    def _silent_share(self) -> float | None:
        """Return the share of those invited who did not answer; unknown for one market."""
        record = self._wave_record(self.wave)
        invited, n = record.get("invited"), record.get("n")
        if self.market or invited is None or not n or invited < n:
            return None
        return 1 - float(n) / float(invited)

    def _silent(self) -> list[Message]:
        silent = self._silent_share()
        if silent is None:
            return [
                Message(
                    "**How those would have answered who did not.** How many were invited is not "
                    "known here."
                )
            ]
        return [
            Message(
                "**How the {silent:percent} who did not answer would have answered.** Weights mend "
                "the make-up, not that the dissatisfied may be silent.",
                silent=silent,
            )
        ]


def _estimate(result: MeasureResult) -> float | None:
    return plain_rows(result.table)[0]["estimate"]


def _worded(name: str, value: float) -> Message:
    if name in _POINTS:
        return Message("{value:points}", value=value)
    return Message("{value:number}", value=value)


def _sentences(parts: list[Message | None]) -> Message:
    """Join sentences with spaces."""
    kept = [part for part in parts if part is not None]
    if not kept:
        return Message("Nothing can be shown.")
    joined = kept[0]
    for part in kept[1:]:
        joined = Message("{first} {second}", first=joined, second=part)
    return joined


def _short(label: LocalizedText | Message) -> Message:
    """Return a wave's label without its year, short enough for a key figure."""
    if isinstance(label, dict):
        words = {language: text.split(" ")[0] for language, text in label.items()}
        return Message("{label}", label=words)
    return Message("{label}", label=label)
