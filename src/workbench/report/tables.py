"""Display tables: a result's table in words and rounded numbers, ready for a page.

Works on the machine-readable copy of a result, so that a page can be made again from an executed
notebook alone, in either language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.language import (
    Message,
    format_certainty,
    format_date,
    format_number,
    format_p_value,
    format_percent,
    localized,
    translate,
)
from workbench.report.columns import (
    COLUMNS,
    LACKING,
    REASONS,
    REASONS_OF,
    SHOWN,
    Column,
    column_for,
)
from workbench.report.figures import visible_text
from workbench.report.intervals import with_ends
from workbench.report.labels import label_of
from workbench.report.pages import quote_link
from workbench.results.base import WHOLE_WAVE, wave_label

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from workbench.report.payload import Payload

__all__ = ["Cell", "DisplayTable", "display_table", "format_value", "key_words"]

_INTERVALS = {
    "estimate": ("ci_low", "ci_high"),
    "change": ("ci_low", "ci_high"),
    "difference": ("ci_low", "ci_high"),
    "share": ("ci_low", "ci_high"),
    "effect": ("effect_low", "effect_high"),
    "general": ("ci_low", "ci_high"),
    "response_rate": ("ci_low", "ci_high"),
    "lift": ("lift_low", "lift_high"),
    "performance": ("performance_low", "performance_high"),
    "performance_change": ("performance_low", "performance_high"),
    "concerned": ("concerned_low", "concerned_high"),
    "associated_gain": ("associated_gain_low", "associated_gain_high"),
    "raw": ("raw_low", "raw_high"),
    "later": ("later_low", "later_high"),
    "pooled": ("pooled_low", "pooled_high"),
    "within": ("within_low", "within_high"),
    "penalty": ("penalty_low", "penalty_high"),
    "reward": ("reward_low", "reward_high"),
    "bend": ("bend_low", "bend_high"),
    "unweighted": ("unweighted_low", "unweighted_high"),
}
_HIDDEN = {"suppressed"}
_SHORT = {"position", "due", "status"}
"""Columns whose texts stay on one line."""
_LEVEL_FIRST = {"weighting", "paths"}
"""Kinds whose ``ci_low ci_high`` belong to the estimate, though a difference stands beside it."""
_NUMERIC = {
    "integer",
    "number",
    "number2",
    "points",
    "points2",
    "percent",
    "percent1",
    "certainty",
    "percent_points",
    "adaptive",
    "p_value",
    "auto_number",
}


class Cell(NamedTuple):
    """One cell: its text, whether it is a number, code or a muted note, and where it leads."""

    text: str
    style: str = ""
    href: str | None = None


@dataclass(frozen=True)
class DisplayTable:
    """A table ready for a page; ``rows`` hold one cell per heading."""

    caption: str
    headings: list[Cell]
    rows: list[list[Cell]]
    n_row_headings: int


def format_value(value: Any, spec: str, language: str) -> str:
    r"""Return one value in words of the language; a missing one is an en dash.

    Examples
    --------
    >>> format_value(0.256, "percent", "sv"), format_value(None, "number", "en")
    ('26\xa0%', '–')
    """
    if value is None or value == "":
        return "–"
    match spec:
        case "integer":
            return format_number(float(value), language, decimals=0)
        case "number":
            return format_number(value, language)
        case "number2":
            return format_number(value, language, decimals=2)
        case "points":
            return format_number(value, language, signed=True)
        case "points2":
            return format_number(value, language, decimals=2, signed=True)
        case "percent":
            return format_percent(value, language)
        case "percent1" | "percent_points" | "adaptive":
            return Message(f"{{value:{spec}}}", value=value).render(language)
        case "certainty":
            return format_certainty(value, language)
        case "p_value":
            return format_p_value(value, language)
        case "date":
            return format_date(value, language)
        case "reason" | "verdict" if not isinstance(value, dict):
            return _in_words(str(value), language)
        case "yes_no":
            return translate("yes", language) if value else translate("no", language)
        case "hash":
            return str(value)[:12]
        case _:
            return _automatic(value, language)


def _in_words(value: str, language: str) -> str:
    if known := REASONS.get(value):
        return known.render(language)
    several = value.split(", ")
    if len(several) > 1 and all(part in REASONS for part in several):
        return ", ".join(REASONS[part].render(language) for part in several)
    return translate(value, language)


def _automatic(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return Message("yes").render(language) if value else Message("no").render(language)
    if isinstance(value, int):
        return format_number(value, language, decimals=0)
    if isinstance(value, float):
        return format_number(value, language, decimals=2)
    if isinstance(value, list):
        return ", ".join(_automatic(part, language) for part in value)
    if isinstance(value, dict):
        return visible_text(localized({str(k): str(v) for k, v in value.items()}, language))
    return visible_text(str(value))


def display_table(
    payload: Payload,
    name: str,
    language: str,
    *,
    labels: Mapping[str, str] | None = None,
    pages: Collection[str] = (),
) -> DisplayTable:
    """Return a table of a result for the eye.

    Parameters
    ----------
    payload
        Machine-readable copy of the result.
    name
        Which of its tables.
    language
        Language of headings and numbers.
    labels
        Names to print for values of key columns, such as markets: ``{"SE": "Sverige"}``.
    pages
        Paths of the transcripts beside the report: a quote with ``document`` and ``act`` leads to
        its place in them.

    Returns
    -------
    DisplayTable
        Estimates stand with their interval in one cell. Columns that hold the same for every row
        and say nothing (no suppression, no reason) are left out, and so is a lone segment
        or wave "all".
    """
    table = payload["tables"][name]
    columns: list[str] = table["columns"]
    records = [dict(zip(columns, row, strict=True)) for row in table["rows"]]
    kind = payload["kind"]
    shown = _shown(kind, name, columns, records, table["key"])
    headings = {column: column_for(kind, column) for column in shown}
    if "segment" in headings and len(payload.get("by", [])) == 1:
        headings["segment"] = _heading_of_segment(payload["by"][0], labels or {})
    n_row_headings = len([column for column in shown if column in table["key"]])
    ends = {column: _ends_of(column, columns, kind) for column in shown}
    rows = [
        [
            _placed(
                _cell(record, column, headings[column], ends[column], language, labels or {}, kind),
                record,
                column,
                pages,
            )
            for column in shown
        ]
        for record in records
    ]
    return DisplayTable(
        caption=localized(table["caption"], language),
        headings=[
            Cell(
                visible_text(column.label.render(language)),
                _style(column.format, [record[key] for record in records], key),
            )
            for key, column in headings.items()
        ],
        rows=rows,
        n_row_headings=n_row_headings,
    )


def key_words(
    payload: Payload, key: Mapping[str, Any], language: str, labels: Mapping[str, str]
) -> list[str]:
    """Return what a table prints of a row's key: labels of groups, and codes in words.

    Parameters
    ----------
    payload
        Machine-readable copy of the result, or as much as is known of it.
    key
        Key column -> value; a true or false one is printed with its heading.
    language, labels
        As for :func:`display_table`.
    """
    kind = payload.get("kind", "")
    words: list[str] = []
    for column, value in key.items():
        heading = column_for(kind, column)
        ends = _ends_of(column, key, kind)
        text = _cell(dict(key), column, heading, ends, language, labels, kind).text
        is_plain = not isinstance(value, bool)
        words.append(text if is_plain else f"{heading.label.render(language)} {text}")
    return words


def _heading_of_segment(column: str, labels: Mapping[str, str]) -> Column:
    """Head the column of segments with the name of what splits them: "Market", "Wave"."""
    if column in labels:
        return Column(label=Message("{name}", name=labels[column]))
    return COLUMNS.get(column, COLUMNS["segment"])


def _shown(
    kind: str, name: str, columns: list[str], records: list[dict[str, Any]], key: list[str]
) -> list[str]:
    if (kind, name) in SHOWN:
        return [
            c
            for c in SHOWN[kind, name]
            if c in columns and ((kind, c) in LACKING or not _is_silent(c, records))
        ]
    ends = {end for column, pair in _INTERVALS.items() if column in columns for end in pair}
    wanted = [c for c in columns if c not in ends | _HIDDEN and not _is_silent(c, records)]
    return [c for c in key if c in wanted] + [c for c in wanted if c not in key]


def _is_silent(column: str, records: list[dict[str, Any]]) -> bool:
    values = {repr(record[column]) for record in records}
    if column in {"segment", "wave"}:
        return values == {repr(WHOLE_WAVE)}
    return values <= {"None", "''"}


def _style(spec: str, values: list[Any], column: str) -> str:
    if spec in _NUMERIC:
        return "number"
    if column in _SHORT:
        return "short"
    if spec != "auto":
        return ""
    given = [value for value in values if value is not None]
    is_number = bool(given) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in given
    )
    return "number" if is_number else ""


def _cell(
    record: dict[str, Any],
    column: str,
    heading: Column,
    ends: tuple[str, str],
    language: str,
    labels: Mapping[str, str],
    kind: str,
) -> Cell:
    value = record[column]
    if record.get("suppressed") and value is None and column != "reason":
        return Cell(translate("not shown", language), "muted")
    style = _style(heading.format, [value], column)
    if heading.format in {"code", "hash"}:
        style = "code"
    if isinstance(value, str) and (label := label_of(value, labels)) != value:
        return Cell(visible_text(str(label)), "" if style == "code" else style)
    if value is None and (lacking := LACKING.get((kind, column))) and _is_asked(record, column):
        return Cell(lacking.render(language), "lacking")
    if value == "all" and column == "code":
        return Cell(translate("All", language), style)
    if record.get("unit") == WHOLE_WAVE and record.get("split") == "wave":
        whole = localized(wave_label(WHOLE_WAVE), language)
        if column in {"unit", "split"}:
            return Cell("–" if column == "split" else whole, style)
    if value is None and column == "segment":
        return Cell(translate("no answer", language), "muted")
    text = format_value(value, heading.format, language)
    if (known := REASONS_OF.get((kind, str(value)))) and heading.format in {"reason", "verdict"}:
        text = known.render(language)
    low, high = record.get(ends[0]), record.get(ends[1])
    if low is not None and high is not None:
        text = _with_interval(text, low, high, heading.format, language)
    return Cell(text, style)


def _is_asked(record: dict[str, Any], column: str) -> bool:
    """Say whether a person was to write something: an owner only where there is an action."""
    return record.get("kind") == "act" and (column == "action" or record.get("action") is not None)


def _ends_of(column: str, columns: Collection[str], kind: str) -> tuple[str, str]:
    """Return the columns of the interval that is the column's own.

    One that bears its name goes first, unless a change of the same name stands beside it: then it
    is the change's. ``ci_low ci_high`` beside a change or difference without an interval of its
    own are its, but for kinds that say otherwise; an estimate's share has none.
    """
    own = (f"{column}_low", f"{column}_high")
    if own[0] in columns:
        return own if f"{column}_change" not in columns else ("", "")
    compared = {
        name
        for name in ("change", "difference")
        if name in columns and f"{name}_low" not in columns
    }
    if kind in _LEVEL_FIRST and column in compared:
        return ("", "")
    if kind not in _LEVEL_FIRST and compared and column in {"estimate", "share"}:
        return ("", "")
    if column == "share" and "estimate" in columns:
        return ("", "")
    return _INTERVALS.get(column, ("", ""))


def _placed(cell: Cell, record: dict[str, Any], column: str, pages: Collection[str]) -> Cell:
    """Let a quote lead to where it stands, when that page is beside the report."""
    if column != "quote" or not pages:
        return cell
    link = quote_link(record.get("document"), record.get("act"))
    if link is None or link.split("#")[0] not in pages:
        return cell
    return cell._replace(href=link)


def _with_interval(text: str, low: float, high: float, spec: str, language: str) -> str:
    unsigned = {"points": "number", "points2": "number2"}.get(spec, spec)
    ends = [format_value(end, unsigned, language) for end in (low, high)]
    return with_ends(text, ends, language)
