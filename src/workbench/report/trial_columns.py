"""How the tables of a trial are headed for a reader."""

from __future__ import annotations

from workbench.language import Message

__all__ = ["COLUMNS", "READER_TABLES", "SHOWN", "STACKED"]

COLUMNS: dict[str, Message] = {
    "split_group": Message("Group"),
    "given": Message("Variant"),
    "split_units": Message("Units"),
    "own_share": Message("Share (interval)"),
    "planned_share": Message("Planned"),
    "supposed": Message("Assumption about the silent"),
    "who_answered": Message("Answered, control / treatment"),
    "bounds": Message("Effect (bounds)"),
    "sure": Message("Interval"),
    "still_holds": Message("Conclusion holds?"),
    "false_alarms": Message("False alarms"),
    "allowed": Message("What chance allows"),
    "as_planned": Message("As planned?"),
    "read": Message("Read"),
    "trial": Message("Experiment"),
    "printed": Message("Printed effect (interval)"),
    "came_later": Message("Later effect (interval)"),
    "false_discovery": Message("False-discovery rate"),
    "read_as": Message("Read as"),
    "without_difference": Message("Without a difference"),
    "by_day": Message("Assigned by"),
    "at_any_look": Message("Effect (interval at any look)"),
    "could_see": Message("Effect that could be seen"),
    "had_power": Message("Power"),
    "needed_power": Message("Power needed"),
    "what_counts": Message("What counts"),
    "judged_by": Message("Judged by"),
    "risk_size": Message("Size (interval)"),
}

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("split", "words"): ("split_group", "given", "split_units", "own_share", "planned_share", "p"),
    ("response", "words"): (
        *("name", "supposed", "who_answered", "bounds", "sure", "unit", "still_holds"),
    ),
    ("calibration", "words"): ("name", "false_alarms", "allowed", "as_planned"),
    ("decision_log", "words"): (
        *("read", "trial", "ruling", "printed", "false_discovery", "came_later"),
    ),
    ("score_readings", "words"): ("read_as", "printed", "without_difference", "p"),
    ("looks", "words"): ("by_day", "split_units", "at_any_look"),
    ("visible_effects", "words"): ("name", "role", "could_see", "had_power", "needed_power"),
    ("risk", "words"): ("what_counts", "judged_by", "risk_size", "unit"),
}

STACKED = ("decision", "decision_log", "plan_kept", "sensitivity", "trial_segments", "trust")
"""Kinds whose tables are words: on a narrow screen each row is a card."""

READER_TABLES: dict[str, tuple[str, ...]] = {
    "split": ("words",),
    "response": ("words",),
    "calibration": ("words",),
    "decision_log": ("words",),
    "score_readings": ("words",),
    "looks": ("words",),
    "visible_effects": ("words",),
    "risk": ("words",),
}
