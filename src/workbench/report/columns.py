"""How columns of results are named and formatted for the eye: one table for all reports.

Add the columns of a new result to ``COLUMNS``; where the same name needs another format in one
kind of result, add it to ``FORMATS``; where a table has columns a reader has no use for, list in
``SHOWN`` those to show, in order.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.language import Message

__all__ = ["COLUMNS", "FORMATS", "READER_TABLES", "REASONS", "SHOWN", "Column", "column_for"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """Heading and format of one column.

    Parameters
    ----------
    label
        Heading.
    format
        ``text``, ``code`` (set in a fixed font) or a format of :class:`workbench.language.Message`:
        ``integer``, ``number``, ``number2``, ``points``, ``percent``, ``p_value``, ``date``.
    """

    label: Message
    format: str = "text"


COLUMNS: dict[str, Column] = {
    "segment": Column(label=Message("Segment")),
    "wave": Column(label=Message("Wave")),
    "previous": Column(label=Message("Previous wave")),
    "n": Column(label=Message("Answers"), format="integer"),
    "n_missing": Column(label=Message("Missing"), format="integer"),
    "n_effective": Column(label=Message("Effective n"), format="integer"),
    "estimate": Column(label=Message("Estimate"), format="number"),
    "change": Column(label=Message("Change"), format="points"),
    "difference": Column(label=Message("Difference"), format="points"),
    "promoters": Column(label=Message("Promoters 9–10"), format="percent"),
    "passives": Column(label=Message("Passives 7–8"), format="percent"),
    "detractors": Column(label=Message("Detractors 0–6"), format="percent"),
    "p_value": Column(label=Message("p"), format="p_value"),
    "p_adjusted": Column(label=Message("p, corrected"), format="p_value"),
    "real": Column(label=Message("Real?"), format="yes_no"),
    "mix": Column(label=Message("Of which mix"), format="points"),
    "verdict": Column(label=Message("Reading"), format="verdict"),
    "share": Column(label=Message("Share"), format="percent"),
    "item": Column(label=Message("Question"), format="code"),
    "kind": Column(label=Message("Kind")),
    "reason": Column(label=Message("Note"), format="reason"),
    "file": Column(label=Message("File"), format="code"),
    "sha256": Column(label=Message("Hash (SHA-256)"), format="hash"),
    "rows_read": Column(label=Message("Rows read"), format="integer"),
    "rows_kept": Column(label=Message("Rows used"), format="integer"),
    "rows_set_aside": Column(label=Message("Rows set aside"), format="integer"),
}
"""Heading and format by column name."""

FORMATS: dict[tuple[str, str], str] = {
    ("nps", "estimate"): "points",
}
"""Format by kind of result and column, where it differs from ``COLUMNS``."""

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("provenance", "table"): ("file", "rows_read", "rows_kept", "rows_set_aside", "sha256"),
}
"""Columns to show by kind of result and table; the default is all that carry information."""

READER_TABLES: dict[str, tuple[str, ...]] = {}
"""Tables a reader sees, by kind of result; the default is the main one. A reviewer sees all."""

REASONS: dict[str, Message] = {
    "FLOOR": Message("too few answers to show"),
    "TOO_FEW": Message("too few answers for an interval"),
    "ALL_EQUAL": Message("all answers equal"),
    "floor": Message("too few answers to show"),
    "complement": Message("hidden so that a neighbour cannot be computed"),
}
"""Reasons for a missing number, and kinds of suppression, in words."""


def column_for(kind: str, name: str) -> Column:
    """Return heading and format of a column; an unknown name becomes its own heading.

    Examples
    --------
    >>> column_for("nps", "estimate").format, column_for("nps", "my_column").label.render("en")
    ('points', 'My column')
    """
    known = COLUMNS.get(name)
    if known is None:
        words = name.replace("_", " ").strip()
        known = Column(label=Message("{name}", name=words[:1].upper() + words[1:]), format="auto")
    return Column(label=known.label, format=FORMATS.get((kind, name), known.format))
