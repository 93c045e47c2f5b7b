"""How columns of results are named and formatted for the eye: one table for all reports.

Add the columns of a new result to ``COLUMNS``; where the same name needs another format in one
kind of result, add it to ``FORMATS``; where a table has columns a reader has no use for, list in
``SHOWN`` those to show, in order.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.language import Message
from workbench.report import (
    level_columns,
    review_columns,
    survey_columns,
    theme_columns,
    trial_columns,
)

__all__ = [
    "COLUMNS",
    "FORMATS",
    "LACKING",
    "READER_TABLES",
    "REASONS",
    "REASONS_OF",
    "SHOWN",
    "STACKED",
    "Column",
    "column_for",
]


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
    **{
        name: Column(label=label, format=spec)
        for name, (label, spec) in review_columns.COLUMNS.items()
    },
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
    "driver": Column(label=Message("Driver")),
    "other": Column(label=Message("Other driver")),
    "group": Column(label=Message("Group")),
    "variable": Column(label=Message("Groups by")),
    "model": Column(label=Message("Other drivers"), format="verdict"),
    "construct": Column(label=Message("Construct")),
    "importance": Column(label=Message("Part of R²"), format="number2"),
    "rank": Column(label=Message("Rank"), format="integer"),
    "general": Column(label=Message("Part of R²"), format="number2"),
    "p_first": Column(label=Message("Chance of first place"), format="percent"),
    "tie": Column(label=Message("Tie"), format="integer"),
    "effect": Column(label=Message("Goes with, per +5"), format="points2"),
    "performance": Column(label=Message("Grade 0–100"), format="number"),
    "quadrant": Column(label=Message("Quadrant"), format="verdict"),
    "p_quadrant": Column(label=Message("Sure of the quadrant"), format="certainty"),
    "null_high": Column(label=Message("Null band up to"), format="percent"),
    "beyond_null": Column(label=Message("Outside the null band"), format="yes_no"),
    "correlation": Column(label=Message("Correlation"), format="number2"),
    "vif": Column(label=Message("Variance inflation"), format="number"),
    "position": Column(label=Message("No.")),
    "action": Column(label=Message("Action")),
    "detail": Column(label=Message("How")),
    "concerned": Column(label=Message("Gives a low grade"), format="percent"),
    "n_low": Column(label=Message("Low grades"), format="integer"),
    "associated_gain": Column(label=Message("Associated gain, per +5"), format="points2"),
    "owner": Column(label=Message("Owner")),
    "due": Column(label=Message("Due"), format="date"),
    "status": Column(label=Message("Status"), format="verdict"),
    "cost": Column(label=Message("Cost"), format="integer"),
    "effort": Column(label=Message("Effort"), format="verdict"),
    "feasibility": Column(label=Message("Feasibility"), format="verdict"),
    "raw": Column(label=Message("Own number"), format="points2"),
    "weight": Column(label=Message("Weight of own answers"), format="percent"),
    "pooled": Column(label=Message("Groups thrown together"), format="points2"),
    "within": Column(label=Message("Group held constant"), format="points2"),
    "flag": Column(label=Message("Warning"), format="verdict"),
    "effect_previous": Column(label=Message("Before"), format="points2"),
    "performance_previous": Column(label=Message("Grade before"), format="number"),
    "performance_change": Column(label=Message("Change of the grade"), format="points"),
    "penalty": Column(label=Message("A low grade goes with"), format="points"),
    "reward": Column(label=Message("A high grade goes with"), format="points"),
    "class": Column(label=Message("Where the link shows"), format="verdict"),
    "p_class": Column(label=Message("Sure of it"), format="certainty"),
    "reading": Column(label=Message("Read how"), format="verdict"),
    "kind": Column(label=Message("Kind")),
    "reason": Column(label=Message("Note"), format="reason"),
    "file": Column(label=Message("File"), format="code"),
    "sha256": Column(label=Message("Hash (SHA-256)"), format="hash"),
    "rows_read": Column(label=Message("Rows read"), format="integer"),
    "rows_kept": Column(label=Message("Rows used"), format="integer"),
    "rows_set_aside": Column(label=Message("Rows set aside"), format="integer"),
    "health": Column(label=Message("Data health")),
    "input": Column(label=Message("File"), format="code"),
    "alarms": Column(label=Message("Alarms"), format="integer"),
    "cares": Column(label=Message("Take care"), format="integer"),
    "severity": Column(label=Message("Gravity"), format="reason"),
    "what": Column(label=Message("What was found")),
    "checks_coverage": Column(label=Message("Coverage"), format="reason"),
    "checks_respondents": Column(label=Message("Respondents"), format="reason"),
    "checks_answering": Column(label=Message("Answering"), format="reason"),
    "checks_items": Column(label=Message("Items"), format="reason"),
    "checks_codes": Column(label=Message("Codes"), format="reason"),
    "invited": Column(label=Message("Invited"), format="integer"),
    "response_rate": Column(label=Message("Response rate"), format="percent"),
    "column": Column(label=Message("Column"), format="code"),
    "known_share": Column(label=Message("Population"), format="percent"),
    "sample_share": Column(label=Message("Answers"), format="percent"),
    "weighted_share": Column(label=Message("Weighted"), format="percent"),
    "dont_know": Column(label=Message("Don’t know"), format="percent"),
    "not_asked": Column(label=Message("Not asked"), format="percent"),
    "blank": Column(label=Message("Blank"), format="percent"),
    "out_of_scale": Column(label=Message("Out of scale"), format="percent"),
    "answered": Column(label=Message("Answered"), format="percent"),
    "complete": Column(label=Message("Complete rows"), format="integer"),
    "rows_gained": Column(label=Message("Rows gained without it"), format="integer"),
    "complete_without": Column(label=Message("Complete without it"), format="integer"),
    "split": Column(label=Message("Split by"), format="verdict"),
    "unit": Column(label=Message("Unit")),
    "straight_lines": Column(label=Message("Straight lines"), format="percent1"),
    "speeding": Column(label=Message("Speeding"), format="percent1"),
    "duplicates": Column(label=Message("Duplicates"), format="percent1"),
    "partial_rows": Column(label=Message("Partial"), format="percent1"),
    "distinct": Column(label=Message("Different answers"), format="integer"),
    "top_share": Column(label=Message("Commonest answer"), format="percent"),
    "rest_correlation": Column(label=Message("Correlation with the others"), format="number2"),
    "metric": Column(label=Message("Metric"), format="code"),
    "variant": Column(label=Message("Variant"), format="code"),
    "name": Column(label=Message("Metric")),
    "role": Column(label=Message("Role")),
    "n_each": Column(label=Message("n, control / treatment")),
    "levels": Column(label=Message("Level, control → treatment")),
    "adjusted": Column(label=Message("Adjusted (interval)")),
    "unadjusted": Column(label=Message("Unadjusted (interval)")),
    "primary": Column(label=Message("Primary metric (interval)")),
    "ruling": Column(label=Message("Verdict")),
    "said": Column(label=Message("Reading")),
    "agreed": Column(label=Message("Agreed")),
    "rule": Column(label=Message("Rule")),
    "condition": Column(label=Message("Condition")),
    "found": Column(label=Message("This trial")),
    "point": Column(label=Message("Point")),
    "state": Column(label=Message("State")),
    "planned": Column(label=Message("Planned")),
    "happened": Column(label=Message("What happened")),
    "way": Column(label=Message("Way of counting")),
    "limit": Column(label=Message("Guardrail closest to its limit")),
    "groups": Column(label=Message("Groups"), format="integer"),
    "shown": Column(label=Message("Effects shown?"), format="yes_no"),
    "assumption": Column(label=Message("Assumption"), format="verdict"),
    "holds": Column(label=Message("Conclusion holds?"), format="yes_no"),
    "replications": Column(label=Message("Re-assignments"), format="integer"),
    "n_asked": Column(label=Message("Asked"), format="integer"),
    "n_answered": Column(label=Message("Answered"), format="integer"),
    "rate": Column(label=Message("Rate"), format="percent1"),
    "read_on": Column(label=Message("Read"), format="date"),
    "experiment": Column(label=Message("Experiment"), format="code"),
    "q_value": Column(label=Message("False discovery"), format="p_value"),
    "later": Column(label=Message("Read later"), format="adaptive"),
    "unsigned": Column(label=Message("No sign"), format="integer"),
    **{name: Column(label=label) for name, label in trial_columns.COLUMNS.items()},
    **{
        name: Column(label=label, format=spec)
        for name, (label, spec) in theme_columns.COLUMNS.items()
    },
}
"""Heading and format by column name."""

FORMATS: dict[tuple[str, str], str] = {
    ("split", "n"): "integer",
    ("split", "share"): "percent1",
    ("nps", "estimate"): "points",
    ("decision_log", "estimate"): "adaptive",
    ("segment_effects", "estimate"): "points2",
    ("effect_changes", "change"): "points2",
    ("opposites", "difference"): "points2",
    ("health_missing", "n"): "integer",
    ("health_coverage", "difference"): "percent_points",
    **review_columns.FORMATS,
    **level_columns.FORMATS,
    **survey_columns.FORMATS,
    **theme_columns.FORMATS,
}
"""Format by kind of result and column, where it differs from ``COLUMNS``."""

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("drivers", "table"): (
        *("driver", "n", "rank", "share", "p_first", "tie", "effect", "performance", "quadrant"),
        *("p_quadrant", "null_high", "reason"),
    ),
    ("drivers", "groups"): ("group", "share", "rank", "p_first", "tie", "reason"),
    ("priority", "table"): (
        *("driver", "rank", "effect", "performance", "quadrant", "p_quadrant"),
    ),
    ("actions", "table"): (
        *("position", "action", "driver", "concerned", "associated_gain", "owner", "due", "status"),
    ),
    ("segment_effects", "table"): ("segment", "driver", "n", "estimate", "raw", "weight"),
    ("opposites", "table"): (
        *("segment", "driver", "variable", "model", "n", "pooled", "within", "p_adjusted", "flag"),
    ),
    ("effect_changes", "table"): (
        *("wave", "driver", "n", "effect_previous", "effect", "change", "p_adjusted", "real"),
        *("performance_previous", "performance", "performance_change"),
    ),
    ("item_differences", "table"): ("item", "segment", "difference", "flag"),
    ("dominance", "table"): ("driver", "n", "general", "rank"),
    ("penalty_reward", "table"): (
        *("driver", "penalty", "reward", "class", "p_class", "bend", "p_adjusted", "reason"),
    ),
    ("health", "table"): (
        "input",
        "wave",
        "health",
        "n",
        "checks_coverage",
        "checks_respondents",
        "checks_answering",
        "checks_items",
        "checks_codes",
    ),
    ("health", "findings"): ("severity", "what"),
    ("provenance", "table"): (
        "file",
        "rows_read",
        "rows_kept",
        "rows_set_aside",
        "health",
        "sha256",
    ),
    ("effects", "words"): (
        *("name", "role", "unit", "n_each", "levels", "adjusted", "unadjusted", "p", "said"),
        "agreed",
    ),
    ("decision", "words"): ("rule", "condition", "found"),
    ("trust", "words"): ("state", "found"),
    ("plan_kept", "words"): ("point", "state", "planned", "happened"),
    ("sensitivity", "words"): ("way", "primary", "limit", "ruling"),
    ("trial_segments", "table"): ("segment", "groups", "p_value", "p_adjusted", "shown", "reason"),
    ("split", "table"): ("scope", "value", "variant", "n", "share", "p_value"),
    **trial_columns.SHOWN,
    **level_columns.SHOWN,
    **survey_columns.SHOWN,
    **theme_columns.SHOWN,
}
"""Columns to show by kind of result and table; the default is all that carry information."""

LABELS: dict[tuple[str, str], Message] = {
    **review_columns.LABELS,
    **level_columns.LABELS,
    **survey_columns.LABELS,
    **theme_columns.LABELS,
}
"""Heading by kind of result and column, where it differs from ``COLUMNS``."""

READER_TABLES: dict[str, tuple[str, ...]] = {
    "opposites": ("groups", "points"),
    "health": ("table", "findings"),
    "health_coverage": ("table", "margins", "languages"),
    "effects": ("words",),
    "decision": ("words",),
    "trust": ("words",),
    "plan_kept": ("words",),
    "sensitivity": ("words",),
    "trial_segments": ("table", "effects"),
    **trial_columns.READER_TABLES,
    **level_columns.READER_TABLES,
    **survey_columns.READER_TABLES,
    **theme_columns.READER_TABLES,
}
"""Tables a reader sees, by kind of result; the default is the main one. A reviewer sees all."""

STACKED = {"actions": "plan", **dict.fromkeys(trial_columns.STACKED, "cards")}
"""Kinds whose tables are read row by row: a row becomes a card on a narrow screen."""

LACKING: dict[tuple[str, str], Message] = {
    ("actions", "action"): Message("no action yet"),
    ("actions", "owner"): Message("missing"),
    ("actions", "due"): Message("missing"),
}
"""What stands where a person has not written anything, by kind of result and column."""

REASONS: dict[str, Message] = {
    "wave": Message("Wave"),
    "SHIP": Message("SHIP"),
    "DONT_SHIP": Message("DON’T SHIP"),
    "KEEP_RUNNING": Message("KEEP RUNNING"),
    "HARM_STOP": Message("HARM STOP"),
    "INVALID": Message("INVALID"),
    "REVIEW": Message("REVIEW"),
    "alarm": Message("alarm"),
    "care": Message("take care"),
    "note": Message("good to know"),
    "FLOOR": Message("too few answers to show"),
    "TOO_FEW": Message("too few answers for an interval"),
    "ALL_EQUAL": Message("all answers equal"),
    "ALIASED": Message("determined by other drivers"),
    "ALL_MISSING": Message("nobody answered"),
    "CATEGORY": Message("a category has no grade"),
    "CONSTANT": Message("everyone answered the same"),
    "FEW_HIGH": Message("too few high grades"),
    "FEW_LOW": Message("too few low grades"),
    "FEW_MIDDLE": Message("too few grades in the middle"),
    "NEGATIVE_WEIGHT": Message("a question has a negative weight"),
    "NO_DRAWS": Message("no interval was computed"),
    "SCALE": Message("not on 0–100"),
    "UNKNOWN_UNTIL_DONE": Message("unknown until it is done"),
    "prioritise": Message("Prioritise"),
    "improve": Message("Improve if possible"),
    "maintain": Message("Maintain"),
    "low": Message("Lower priority"),
    "proposed": Message("○ Proposed"),
    "decided": Message("◐ Decided"),
    "ongoing": Message("● Ongoing"),
    "done": Message("✓ Done"),
    "dropped": Message("✕ Dropped"),
    "alone": Message("not counted"),
    "others_equal": Message("held equal"),
    "reversed": Message("the opposite way"),
    "hidden": Message("hidden in the total"),
    "borrowed": Message("only in the total"),
    "level": Message("another level"),
    "slope": Message("another slope"),
    "frustrator": Message("shows only when low"),
    "dissatisfier": Message("shows most when low"),
    "hybrid": Message("shows both ways"),
    "satisfier": Message("shows most when high"),
    "delighter": Message("shows only when high"),
    "floor": Message("too few answers to show"),
    "complement": Message("hidden so that a neighbour cannot be computed"),
    **level_columns.WORDS,
    **survey_columns.WORDS,
    **theme_columns.WORDS,
}
"""Reasons for a missing number, and kinds of suppression, in words."""

REASONS_OF: dict[tuple[str, str], Message] = {
    **review_columns.WORDS_OF,
    **survey_columns.WORDS_OF,
}
"""Words by kind of result and code, where a code says another thing than elsewhere."""


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
    return Column(
        label=LABELS.get((kind, name), known.label),
        format=FORMATS.get((kind, name), known.format),
    )
