"""How tables of levels are headed: what each segment brings, where it is strong and weak."""

from __future__ import annotations

from typing import Final

from workbench.language import Message

__all__ = ["FORMATS", "LABELS", "READER_TABLES", "SHOWN", "WORDS"]

_COLUMNS: Final[dict[str, tuple[Message, str]]] = {
    "share": (Message("Share of the answers"), "percent1"),
    "estimate": (Message("Level"), "number"),
    "contribution": (Message("Contribution, points"), "number"),
    "rest": (Message("All others"), "number"),
    "difference": (Message("Points from the others"), "points"),
    "verdict": (Message("Reading"), "verdict"),
    "place": (Message("Reading"), "verdict"),
    "strengths": (Message("Strengths"), "integer"),
    "weaknesses": (Message("Weaknesses"), "integer"),
    "shown": (Message("Shown segments contribute"), "number2"),
    "hidden": (Message("Hidden segments contribute"), "number2"),
    "hidden_segments": (Message("Hidden segments"), "integer"),
}

LABELS: Final = {("levels", name): label for name, (label, _) in _COLUMNS.items()}
FORMATS: Final = {("levels", name): spec for name, (_, spec) in _COLUMNS.items()}
READER_TABLES: Final = {"levels": ("table", "total")}
SHOWN: Final = {
    ("levels", "table"): (
        *("segment", "n", "share", "estimate", "contribution", "difference", "p_adjusted"),
        *("verdict", "strengths", "weaknesses", "reason"),
    ),
    ("levels", "drivers"): (
        *("segment", "driver", "n", "performance", "rest", "difference", "p_adjusted", "place"),
        "reason",
    ),
}
WORDS: Final = {
    "strength": Message("strength"),
    "weakness": Message("weakness"),
    "no_sure_difference": Message("no clear difference"),
    "unknown": Message("too few to say"),
    "higher": Message("clearly above"),
    "lower": Message("clearly below"),
}
