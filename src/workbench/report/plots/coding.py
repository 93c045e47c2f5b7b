"""Figures of agreement between coders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message, format_number, translate
from workbench.report.intervals import with_ends
from workbench.report.plots.forest import Row, forest
from workbench.results.coding import REASONS, TENTATIVE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.coding import CodeAgreementResult, UnitizingResult

__all__ = ["plot_code_agreement", "plot_unitizing_agreement"]

_TONES = {"enough": "good", "tentative": "unsure", "not_enough": "bad"}


def plot_code_agreement(
    result: CodeAgreementResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw agreement code by code, with the bound under which no conclusion should rest."""
    first = result.table[result.table["coefficient"] == result.table["coefficient"].iloc[0]]
    ordered = first.sort_values("estimate", ascending=False, kind="stable", na_position="last")
    rows = [_row(row, language) for row in ordered.to_dict("records")]
    return _drawn(rows, ax, language, translate("Units that differ", language), narrow=narrow)


def plot_unitizing_agreement(
    result: UnitizingResult, *, ax: Axes | None = None, language: str = "en", narrow: bool = False
) -> Axes:
    """Draw agreement on where passages begin and end, code by code, and over all codes."""
    rows = [_row(row, language) for row in result.table.to_dict("records")]
    return _drawn(rows, ax, language, translate("Passages", language), narrow=narrow)


def _drawn(rows: list[Row], ax: Axes | None, language: str, counted: str, *, narrow: bool) -> Axes:
    lows = [value for row in rows for value in (row.estimate, row.low) if value is not None]
    return forest(
        rows,
        ax=ax,
        language=language,
        narrow=narrow,
        axis=translate("Alpha, 1 is full agreement and 0 what chance gives", language),
        headings=(
            translate("Code", language),
            counted,
            translate("Alpha (interval)", language),
        ),
        reference=TENTATIVE,
        reference_label=format_number(TENTATIVE, language, decimals=3),
        limits=(min([0.0, *lows]) - 0.02, 1.02),
    )


def _row(row: dict[Any, Any], language: str) -> Row:
    is_all = row["code"] == "all"
    name = translate("All codes", language) if is_all else str(row["code"])
    given = row.get("n_disagreements", row.get("n_passages"))
    n = "" if given is None else Message("{n:integer}", n=int(given)).render(language)
    estimate = _number(row["estimate"])
    if estimate is None:
        reason = REASONS.get(row["reason"])
        why = reason.render(language) if reason is not None else "–"
        return Row(name=name, estimate=None, text=why, n=n)
    low, high = _number(row["ci_low"]), _number(row["ci_high"])
    verdict = row.get("verdict", "")
    return Row(
        name=name,
        estimate=estimate,
        low=low,
        high=high,
        text=_words(estimate, low, high, language),
        n=n,
        note=_NOTES[verdict].render(language) if verdict in _NOTES else "",
        tone=_TONES.get(verdict, "plain"),
        hollow=low is None or verdict == "not_enough",
        is_total=is_all,
    )


_NOTES = {
    "enough": Message("✓ holds"),
    "tentative": Message("≈ tentative"),
    "not_enough": Message("✕ bears nothing"),
}


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _words(estimate: float, low: float | None, high: float | None, language: str) -> str:
    said = format_number(estimate, language, decimals=2)
    if low is None or high is None:
        return f"{said} ({translate('no interval', language)})"
    ends = [format_number(end, language, decimals=2) for end in (low, high)]
    return with_ends(said, ends, language)
