"""How tables of the joint display are headed; ``theme_columns`` takes them up."""

from __future__ import annotations

from workbench.language import Message

__all__ = ["COLUMNS", "FORMATS", "LABELS", "READER_TABLES", "SHOWN", "WORDS"]

COLUMNS: dict[str, tuple[Message, str]] = {
    "touchpoint": (Message("Touchpoint"), "text"),
    "n_written": (Message("Wrote something"), "integer"),
    "n_customers": (Message("Customers"), "integer"),
    "n_comments": (Message("Comments"), "integer"),
    "n_shown": (Message("Shown"), "integer"),
    "n_with": (Message("With the theme"), "integer"),
    "n_without": (Message("Wrote without it"), "integer"),
    "estimate_with": (Message("Score with it"), "number"),
    "estimate_without": (Message("Score without it"), "number"),
    "sign": (Message("Against what they say?"), "verdict"),
    "share_control": (Message("In control"), "percent1"),
    "grade": (Message("Against the other steps"), "verdict"),
    "voices": (Message("Voices"), "verdict"),
    "most_barrier": (Message("Most said to hinder"), "text"),
    "most_success": (Message("Most said to help"), "text"),
    "about": (Message("About"), "text"),
    "link": (Message("Found by"), "verdict"),
}
"""Heading and format by column name."""

LABELS: dict[tuple[str, str], Message] = {
    ("joint", "share"): Message("Of those who wrote"),
    ("joint", "outcome"): Message("Score"),
    ("theme_groups", "share"): Message("Of those who wrote"),
    ("theme_groups", "rest"): Message("The others"),
    ("theme_variants", "n_units"): Message("Customers in it"),
    ("theme_variants", "share"): Message("Of everyone in it"),
    ("theme_variants", "segment"): Message("Variant"),
    ("touchpoints", "performance"): Message("Grade 0–100"),
    ("touchpoints", "importance"): Message("Part of what drivers explain"),
    ("touchpoints", "share"): Message("Of those who wrote"),
    ("touchpoints", "kind"): Message("How they disagree"),
}
"""Heading by kind of result and column, where it differs."""

FORMATS: dict[tuple[str, str], str] = {
    ("theme_groups", "difference"): "percent_points",
    ("theme_groups", "rest"): "percent",
    ("theme_variants", "difference"): "percent_points",
    ("theme_variants", "share"): "percent1",
    ("touchpoints", "importance"): "percent",
    ("touchpoints", "barrier"): "percent",
    ("touchpoints", "success"): "percent",
    ("touchpoints", "kind"): "verdict",
}
"""Format by kind of result and column, where it differs."""

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("joint", "table"): (
        *("outcome", "theme", "segment", "n_customers", "share", "estimate_with"),
        *("estimate_without", "difference", "p_adjusted", "verdict", "sign", "reason"),
    ),
    ("theme_groups", "table"): (
        *("theme", "segment", "n_written", "n_customers", "share", "rest", "p_adjusted"),
        *("verdict", "reason"),
    ),
    ("theme_variants", "table"): (
        *("theme", "segment", "n_customers", "share", "share_control", "difference"),
        *("p_adjusted", "verdict", "reason"),
    ),
    ("touchpoints", "table"): (
        *("touchpoint", "performance", "grade", "importance", "rank", "barrier", "success"),
        *("voices", "most_barrier", "most_success"),
    ),
    ("touchpoints", "themes"): ("touchpoint", "theme", "polarity", "n_customers", "share"),
    ("touchpoints", "disagreements"): ("about", "kind", "performance", "barrier", "success"),
    ("voices", "cells"): ("theme", "segment", "n_customers", "n_comments", "n_shown"),
}
"""Columns to show by kind of result and table."""

READER_TABLES: dict[str, tuple[str, ...]] = {
    "touchpoints": ("table", "themes", "disagreements"),
}
"""Tables a reader sees, by kind of result."""

WORDS: dict[str, Message] = {
    "higher": Message("clearly higher"),
    "lower": Message("clearly lower"),
    "no_sure_difference": Message("no clear difference"),
    "not_shown": Message("not shown"),
    "NO_ANSWERS": Message("nobody to compare"),
    "COMPLEMENT": Message("hidden so that a neighbour cannot be computed"),
    "opposite": Message("✕ against what they say"),
    "above": Message("clearly above"),
    "below": Message("clearly below"),
    "barriers": Message("▼ more say what hinders"),
    "successes": Message("▲ more say what helps"),
    "more": Message("by more than elsewhere"),
    "fewer": Message("by fewer than elsewhere"),
    "graded_high_said_barrier": Message("good grade, yet most say what hinders"),
    "graded_low_said_success": Message("poor grade, yet most say what helps"),
    "graded_low_unsaid": Message("poor grade, and fewer than elsewhere say why"),
    "respondent": Message("respondent"),
    "words": Message("their words"),
    "no_row": Message("no survey row"),
    "without_respondent": Message("no respondent"),
    "other_wave": Message("another wave"),
}
"""What a value of a table means, in words."""
