"""How the tables of a trial are headed for a reader."""

from __future__ import annotations

from workbench.language import Message

__all__ = ["COLUMNS", "READER_TABLES", "SHOWN"]

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
}

READER_TABLES: dict[str, tuple[str, ...]] = {
    "split": ("words",),
    "response": ("words",),
    "calibration": ("words",),
    "decision_log": ("words",),
}
