"""How tables of themes are headed and worded; :mod:`workbench.report.columns` takes them up."""

from __future__ import annotations

from workbench.language import Message
from workbench.report import text_columns

__all__ = ["COLUMNS", "FORMATS", "LABELS", "READER_TABLES", "SHOWN", "WORDS"]

COLUMNS: dict[str, tuple[Message, str]] = {
    **text_columns.COLUMNS,
    "theme": (Message("Theme"), "text"),
    "code": (Message("Code"), "text"),
    "key": (Message("Theme"), "text"),
    "respondent": (Message("Respondent"), "text"),
    "case": (Message("Case"), "text"),
    "coefficient": (Message("Coefficient"), "reason"),
    "n_disagreements": (Message("Units that differ"), "integer"),
    "prevalence": (Message("Prevalence"), "number2"),
    "bias": (Message("Bias"), "number2"),
    "max": (Message("Highest possible"), "number2"),
    "percent": (Message("Agreement, raw"), "percent"),
    "se": (Message("Standard error"), "number2"),
    "over": (Message("Compared"), "reason"),
    "coder": (Message("Coder"), "text"),
    "n_units": (Message("Units"), "integer"),
    "n_passages": (Message("Passages"), "integer"),
    "polarity": (Message("Sign"), "verdict"),
    "stance": (Message("Stance"), "verdict"),
    "n_respondents": (Message("Bring it up"), "integer"),
    "n_with_answers": (Message("Answered"), "integer"),
    "n_denying": (Message("Say the opposite"), "integer"),
    "n_quotes": (Message("Quotes"), "integer"),
    "n_without_quote": (Message("Without a quote"), "integer"),
    "respondents": (Message("Respondents"), "text"),
    "quote": (Message("Quote"), "text"),
    "quote_no": (Message("No."), "integer"),
    "question": (Message("Question"), "text"),
    "document": (Message("Document"), "text"),
    "motivation": (Message("Motivation"), "text"),
    "origin": (Message("Origin"), "verdict"),
    "success": (Message("▲ Helps"), "integer"),
    "barrier": (Message("▼ Hinders"), "integer"),
    "both": (Message("◆ Both"), "integer"),
    "n_cases": (Message("Cases"), "integer"),
    "of_cases": (Message("Of cases"), "integer"),
    "cases": (Message("Which"), "text"),
    "side_one": (Message("One side"), "verdict"),
    "side_other": (Message("The other side"), "verdict"),
    "theory": (Message("Claim"), "text"),
    "claim": (Message("In words"), "text"),
    "n_affirm": (Message("Say so"), "integer"),
    "n_deny": (Message("Say the opposite"), "integer"),
    "theme_names": (Message("Themes"), "text"),
    "one": (Message("One"), "text"),
    "n_one": (Message("The first"), "integer"),
    "n_other": (Message("The second"), "integer"),
    "n_both": (Message("Together"), "integer"),
    "expected": (Message("Expected"), "number"),
    "jaccard": (Message("Overlap"), "number2"),
    "phi": (Message("Correlation"), "number2"),
    "summary": (Message("In the analyst’s words"), "text"),
    "n_references": (Message("Points to"), "integer"),
    "gap": (Message("Gap"), "verdict"),
    "of": (Message("Of"), "integer"),
    "text": (Message("Answer"), "text"),
    "n_words": (Message("Words"), "integer"),
    "interview": (Message("Interview"), "integer"),
    "new_codes": (Message("New codes"), "integer"),
    "codes": (Message("Codes so far"), "integer"),
    "settled": (Message("Meaning settled"), "percent"),
    "ratio": (Message("New in the run"), "percent"),
    "findings": (Message("Remarks"), "verdict"),
    "finding": (Message("Remark"), "verdict"),
    "median_words": (Message("Words, median"), "number"),
    "n_answers": (Message("Answers"), "integer"),
    "thin": (Message("Thin?"), "yes_no"),
    "n_theory": (Message("Claims it bears on"), "integer"),
    "observed": (Message("Observed"), "number2"),
}
"""Heading and format by column name."""

LABELS: dict[tuple[str, str], Message] = {
    ("co_occurrence", "other"): Message("The other"),
    ("gaps", "other"): Message("The other"),
    ("guide", "text"): Message("As it is put"),
}
"""Heading by kind of result and column, where it differs from that of other kinds."""

FORMATS: dict[tuple[str, str], str] = {
    **text_columns.FORMATS,
    ("code_agreement", "estimate"): "number2",
    ("unitizing_agreement", "estimate"): "number2",
    ("agreement", "estimate"): "number2",
    ("gaps", "share"): "percent",
    ("by_case", "kind"): "verdict",
    ("framework", "state"): "verdict",
    ("who", "state"): "verdict",
    ("interview_saturation", "found"): "percent",
}
"""Format by kind of result and column, where it differs."""

SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    **text_columns.SHOWN,
    ("theme_table", "themes"): (
        *("theme_no", "theme", "segment", "questions", "polarity", "n_respondents"),
        *("n_with_answers", "n_denying", "respondents", "n_quotes", "n_without_quote", "origin"),
        "motivation",
    ),
    ("theme_table", "quotes"): (
        *("quote_no", "theme", "respondent", "role", "question", "polarity", "stance", "quote"),
    ),
    ("who", "table"): ("theme", "respondent", "state", "n_answers", "n_quotes"),
    ("code_agreement", "table"): (
        *("code", "coefficient", "estimate", "n", "n_disagreements", "percent", "max"),
        *("prevalence", "bias", "verdict", "reason"),
    ),
    ("framework", "table"): ("case", "theme", "summary", "n_passages", "n_references", "state"),
    ("gaps", "uncovered"): ("respondent", "question", "n_words", "text"),
    ("guide", "table"): (
        *("question", "segment", "text", "n_theory", "findings", "n_answers", "median_words"),
        "thin",
    ),
    ("theory", "table"): ("theory", "claim", "verdict", "n_affirm", "n_deny", "theme_names"),
}
"""Columns to show by kind of result and table."""

READER_TABLES: dict[str, tuple[str, ...]] = {
    "theme_table": ("themes",),
    "code_agreement": ("table", "overall"),
    "polarity": ("factors",),
    "gaps": ("uncovered", "voices", "clashes"),
    "guide": ("table",),
}
"""Tables a reader sees, by kind of result."""

WORDS: dict[str, Message] = {
    "NO_DISAGREEMENT": Message("no disagreement seen, so no interval"),
    "ONE_CATEGORY": Message("everything put in one category"),
    "FEW_UNITS": Message("too few units coded twice"),
    "FEW_DOCUMENTS": Message("too few documents coded twice"),
    "UNSTABLE": Message("too little coded for an interval"),
    "krippendorff": Message("Krippendorff’s alpha"),
    "krippendorff_sets": Message("Krippendorff’s alpha for sets"),
    "cohen": Message("Cohen’s kappa"),
    "gwet_ac1": Message("Gwet’s AC1"),
    "decisions": Message("each unit with each code"),
    "sets": Message("each unit’s codes as one set"),
    "enough": Message("✓ holds"),
    "tentative": Message("≈ tentative"),
    "not_enough": Message("✕ bears nothing"),
    "unknown": Message("not known"),
    "success": Message("▲ helps"),
    "barrier": Message("▼ hinders"),
    "both": Message("◆ both"),
    "affirms": Message("says so"),
    "denies": Message("says the opposite"),
    "deductive": Message("theory or guide"),
    "inductive": Message("the material"),
    "present": Message("brought up"),
    "absent": Message("○ not mentioned"),
    "not_asked": Message("– not asked"),
    "answered_elsewhere": Message("→ answered elsewhere"),
    "not_understood": Message("? not understood"),
    "no_text": Message("no text"),
    "common": Message("common to all"),
    "shared": Message("shared by some"),
    "unique": Message("in one alone"),
    "none": Message("in none"),
    "both_sides": Message("both sides"),
    "one_side": Message("one side"),
    "conflict": Message("✕ in conflict"),
    "confirmed": Message("✓ confirmed"),
    "contradicted": Message("✕ contradicted"),
    "mixed": Message("≈ mixed"),
    "without_data": Message("without data"),
    "new": Message("+ new"),
    "summarised": Message("summarised"),
    "without_reference": Message("points to no passage"),
    "to_summarise": Message("waits"),
    "empty": Message("nothing said"),
}
"""What a value of a table means, in words."""
