"""How tables about text are headed; :mod:`workbench.report.theme_columns` takes them up."""

from __future__ import annotations

from workbench.language import Message

__all__ = ["COLUMNS", "FORMATS", "SHOWN"]

COLUMNS: dict[str, tuple[Message, str]] = {
    "word": (Message("Word"), "text"),
    "n_segment": (Message("Texts in the segment"), "integer"),
    "topic": (Message("Topic"), "integer"),
    "words": (Message("Words"), "text"),
    "coherence": (Message("Coherence"), "number2"),
    "stability": (Message("Comes back"), "percent"),
    "interviews": (Message("Interviews"), "integer"),
    "label": (Message("Saturation at"), "text"),
    "new_in_run": (Message("New in the run"), "integer"),
    "reached": (Message("Saturated?"), "yes_no"),
    "patterns": (Message("Patterns"), "integer"),
    "hits": (Message("Hits"), "integer"),
    "codings": (Message("Sentences coded"), "integer"),
    "denied": (Message("Of which under a negation"), "integer"),
    "added": (Message("New"), "integer"),
    "taken_back": (Message("Taken back"), "integer"),
    "left_to_people": (Message("Left to people"), "integer"),
    "waiting": (Message("Waiting"), "integer"),
    "accepted": (Message("Accepted"), "integer"),
    "units": (Message("Units to code twice"), "integer"),
    "expected_with_code": (Message("Of which with the code"), "number"),
    "evidence": (Message("Rests on"), "code"),
    "answer": (Message("What the project says"), "text"),
}
"""Heading and format by column name."""

FORMATS: dict[tuple[str, str], str] = {
    ("keywords", "estimate"): "number2",
    ("suggestion_quality", "estimate"): "percent",
    ("second_coder_plan", "share"): "percent",
    ("checklist", "topic"): "text",
    ("checklist", "item"): "integer",
}
"""Format by kind of result and column, where it differs."""

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("keywords", "table"): ("segment", "word", "n", "share", "estimate", "p_adjusted"),
    ("topics", "table"): ("topic", "words", "n", "share", "stability", "coherence"),
}
"""Columns to show by kind of result and table."""
