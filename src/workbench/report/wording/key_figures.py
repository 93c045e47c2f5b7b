"""The large numbers under the answer of the satisfaction report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import LocalizedText, Message
from workbench.report.wording.satisfaction_basis import estimate_of, worded
from workbench.results.report import KeyFigure, Span, Tone
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.report.wording.satisfaction_basis import SatisfactionBasis

__all__ = ["key_figures"]

_SHOWN_FIGURES = 4


def key_figures(basis: SatisfactionBasis) -> tuple[KeyFigure, ...]:
    """Return the outcomes, the number of answers and, where it is known, the response rate."""
    rate = _rate_figure(basis)
    room = _SHOWN_FIGURES - (1 if rate else 0) - 1
    figures = [_figure(basis, name) for name in list(basis.now)[:room]]
    return (*figures, _answers_figure(basis), *([rate] if rate else []))


def _figure(basis: SatisfactionBasis, name: str) -> KeyFigure:
    result = basis.now[name]
    row = plain_rows(result.table)[0]
    low, high = (f"{end:g}".replace("-", "−") for end in result.scale)
    label = Message("{outcome}, {low} to {high}", outcome=basis.label(name), low=low, high=high)
    estimate = estimate_of(result)
    if estimate is None:
        return KeyFigure(label=label, value=Message("not shown"))
    interval = None
    if row["ci_low"] is not None:
        interval = Message(
            "{low} to {high}",
            low=worded(name, row["ci_low"]),
            high=worded(name, row["ci_high"]),
        )
    verdict, tone, notes = _reading(basis, name)
    return KeyFigure(
        label=label,
        value=worded(name, estimate),
        interval=interval,
        verdict=verdict,
        tone=tone,
        notes=notes,
        spans=_spans(basis, name),
    )


def _reading(
    basis: SatisfactionBasis, name: str
) -> tuple[Message | None, Tone, tuple[Message, ...]]:
    row = basis.change(name)
    if row is None or row["change"] is None:
        return None, "plain", ()
    note = Message(
        "against {previous}, p {p:p_relation} after correction",
        previous=basis.label(row["previous"]),
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


def _spans(basis: SatisfactionBasis, name: str) -> tuple[Span, ...]:
    row = basis.change(name)
    levels = basis.total[name].levels if name in basis.total else None
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
                label=_short(basis.label(wave)),
                estimate=level["estimate"],
                low=level["ci_low"],
                high=level["ci_high"],
            )
        )
    return tuple(spans)


def _answers_figure(basis: SatisfactionBasis) -> KeyFigure:
    row = plain_rows(next(iter(basis.now.values())).table)[0]
    label = Message("Answers")
    if row["n"] is None:
        return KeyFigure(label=label, value=Message("not shown"))
    notes: list[Message] = []
    previous = basis.change(next(iter(basis.now)))
    if previous is not None and previous["n_previous"] is not None:
        notes.append(
            Message(
                "{previous}: {n:integer}",
                previous=basis.label(previous["previous"]),
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


def _rate_figure(basis: SatisfactionBasis) -> KeyFigure | None:
    silent = basis.silent_share()
    if silent is None:
        return None
    record = basis.wave_record(basis.wave)
    return KeyFigure(
        label=Message("Response rate"),
        value=Message("{rate:percent}", rate=1 - silent),
        notes=(Message("{invited:integer} were invited", invited=record["invited"]),),
    )


def _short(label: LocalizedText | Message) -> Message:
    """Return a wave's label without its year, short enough for a key figure."""
    if isinstance(label, dict):
        words = {language: text.split(" ")[0] for language, text in label.items()}
        return Message("{label}", label=words)
    return Message("{label}", label=label)
