"""How tables of survey depth are headed: weights, readings, charts, goals, crosstabs, plans."""

from __future__ import annotations

from workbench.language import Message

__all__ = ["FORMATS", "LABELS", "READER_TABLES", "SHOWN", "WORDS", "WORDS_OF"]

_TABLES: dict[str, dict[str, tuple[Message, str]]] = {
    "health_coverage": {
        "preliminary": (Message("Preliminary"), "yes_no"),
        "language": (Message("Language"), "text"),
        "value": (Message("Group"), "text"),
    },
    "weighting": {
        "outcome": (Message("Outcome"), "text"),
        "unweighted": (Message("Unweighted"), "number"),
        "estimate": (Message("Weighted"), "number"),
        "turns": (Message("Outside the interval?"), "yes_no"),
        "design_effect": (Message("Design effect"), "number2"),
        "smallest": (Message("Smallest weight"), "number2"),
        "largest": (Message("Largest weight"), "number2"),
        "n_zero": (Message("Weight zero"), "integer"),
    },
    "wave_change": {
        "n_previous": (Message("Answers before"), "integer"),
        "estimate_previous": (Message("Before"), "number"),
        "real": (Message("Within the groups"), "points"),
        "mix": (Message("From who answered"), "points"),
        "rest": (Message("Cannot be split"), "points"),
        "p_real": (Message("p, within the groups"), "p_value"),
        "p_real_adjusted": (Message("p, within the groups, corrected"), "p_value"),
    },
    "segment_difference": {"rest": (Message("All others"), "number")},
    "health_items": {
        "low": (Message("Lowest"), "number"),
        "high": (Message("Highest"), "number"),
        "mean": (Message("Mean"), "number"),
    },
    "penalty_reward": {"bend": (Message("Bend"), "points2")},
    "control_chart": {
        "centre": (Message("Usual level"), "number"),
        "limit_low": (Message("Lower limit"), "number"),
        "limit_high": (Message("Upper limit"), "number"),
        "z": (Message("Sigmas from it"), "number"),
        "signal": (Message("Signal"), "verdict"),
    },
    "contributions": {
        "share_previous": (Message("Share before"), "percent"),
        "share": (Message("Share"), "percent"),
        "change": (Message("Its own change"), "points"),
        "real": (Message("Brought by its change"), "points2"),
        "mix": (Message("Brought by its share"), "points2"),
        "total": (Message("Brought in all"), "points2"),
    },
    "readings": {
        "reading": (Message("Read as"), "verdict"),
        "weighted": (Message("Weighted?"), "yes_no"),
        "previous_estimate": (Message("Before"), "number"),
        "turn": (Message("Against the first reading"), "verdict"),
    },
    "consistency": {
        "mean": (Message("Mean"), "number"),
        "sd": (Message("Standard deviation"), "number"),
        "item_rest": (Message("Correlation with the others"), "number2"),
        "alpha_without": (Message("Alpha without it"), "number2"),
        "loading": (Message("Loading"), "number2"),
        "reversed": (Message("Goes against the others?"), "yes_no"),
    },
    "pooled": {
        "raw": (Message("Own number"), "number"),
        "estimate": (Message("Pooled"), "number"),
        "weight": (Message("Weight of own answers"), "percent"),
    },
    "goals": {
        "target": (Message("Goal"), "number"),
        "distance": (Message("Distance to the goal"), "points"),
        "verdict": (Message("Verdict"), "verdict"),
    },
    "crosstab": {
        "row": (Message("Answer"), "text"),
        "column": (Message("Group"), "text"),
        "letter": (Message("Letter"), "text"),
        "share": (Message("Share"), "percent"),
        "higher_than": (Message("Clearly above"), "text"),
        "small_base": (Message("Too few to test"), "yes_no"),
    },
    "paths": {
        "estimate": (Message("With PLS weights"), "number2"),
        "equal": (Message("With equal weights"), "number2"),
        "difference": (Message("Difference"), "points2"),
    },
    "sample_plan": {
        "target": (Message("Points"), "number"),
        "n": (Message("Answers in each group"), "integer"),
        "n_invited": (Message("To invite"), "integer"),
        "share_of_population": (Message("Of the population"), "percent"),
    },
}
"""Kind of result -> column -> heading and format."""

LABELS = {
    (kind, name): label for kind, columns in _TABLES.items() for name, (label, _) in columns.items()
}
"""Heading by kind of result and column."""

_MEASURES = ("nki", "nps", "csat", "mean")
_MISSING = {
    "not_told_apart": Message("kind not known"),
    "dont_know": Message("don’t know"),
    "not_asked": Message("not asked"),
    "blank": Message("blank"),
    "out_of_scale": Message("out of scale"),
}

FORMATS = {
    (kind, name): spec for kind, columns in _TABLES.items() for name, (_, spec) in columns.items()
} | {(kind, "kind"): "verdict" for kind in _MEASURES}
"""Format by kind of result and column."""

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("health_coverage", "table"): ("wave", "n", "invited", "response_rate", "preliminary"),
    ("wave_change", "table"): (
        *("segment", "wave", "previous", "n_previous", "n", "estimate_previous", "estimate"),
        *("change", "p_adjusted", "real", "mix", "rest", "p_real_adjusted", "verdict", "reason"),
    ),
    ("weighting", "table"): (
        *("outcome", "n", "n_effective", "unweighted", "estimate", "difference", "turns"),
        "reason",
    ),
    ("control_chart", "table"): (
        *("segment", "wave", "n", "estimate", "centre", "limit_low", "limit_high", "z", "signal"),
        "reason",
    ),
    ("contributions", "table"): (
        *("segment", "n", "share_previous", "share", "change", "p_adjusted", "real", "mix"),
        *("total", "reason"),
    ),
    ("readings", "table"): (
        *("segment", "reading", "weighted", "n", "previous_estimate", "estimate", "change"),
        *("turn", "reason"),
    ),
    ("crosstab", "table"): (
        *("row", "column", "letter", "n", "share", "higher_than", "small_base", "reason"),
    ),
}
"""Columns to show by kind of result and table."""

READER_TABLES: dict[str, tuple[str, ...]] = {
    "weighting": ("table", "weights"),
    "paths": ("table", "indices", "index_weights"),
}
"""Tables a reader sees, by kind of result."""

WORDS: dict[str, Message] = {
    "mean": Message("mean"),
    "top": Message("share of high answers"),
    "promoters": Message("share of promoters"),
    "median": Message("median"),
    "net": Message("net score"),
    "not_detractors": Message("share who are not detractors"),
    "reverses": Message("turns the other way"),
    "appears": Message("clear in this reading only"),
    "fades": Message("not clear in this reading"),
    "beyond": Message("beyond the limits"),
    "two_of_three": Message("two of three near a limit"),
    "four_of_five": Message("four of five on one side"),
    "run_of_eight": Message("eight in a row on one side"),
    "met": Message("goal met"),
    "missed": Message("goal not reached"),
    "cannot_tell": Message("cannot be said"),
    "no_goal": Message("no goal"),
}
"""What codes in these tables say."""

WORDS_OF: dict[tuple[str, str], Message] = {
    ("wave_change", "real"): Message("a real change"),
    ("wave_change", "noise"): Message("no clear change"),
    ("wave_change", "mix"): Message("other groups answered"),
    ("wave_change", "masked"): Message("only within the groups"),
    ("wave_change", "preliminary"): Message("preliminary"),
    ("wave_change", "broken"): Message("question reworded"),
    ("wave_change", "hidden"): Message("too few answers"),
    ("wave_change", "unknown"): Message("can’t be said"),
    ("segment_difference", "hidden"): Message("too few answers"),
    ("segment_difference", "unknown"): Message("can’t be said"),
    ("nki", "equal"): Message("with equal weights"),
    ("nki", "item_means"): Message("from the questions’ own means"),
    **{(kind, code): words for kind in _MEASURES for code, words in _MISSING.items()},
}
"""What a code says in tables of one kind."""
