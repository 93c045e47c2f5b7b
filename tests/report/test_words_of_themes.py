"""Tables and headings of the themes' pages say what they mean, in both languages."""

import pandas as pd
import pytest

from workbench.language import Message
from workbench.report.columns import column_for
from workbench.report.tables import format_value
from workbench.report.wording.matrices import headline_polarity, lead_by_case, subtitle_by_case
from workbench.results.matrices import CaseResult, PolarityResult


def _polarity(mixed: int) -> PolarityResult:
    factors = pd.DataFrame({"success": [1] * 3, "barrier": [1] * mixed + [0] * (3 - mixed),
                            "both": [0] * 3})  # fmt: skip
    return PolarityResult(
        table=pd.DataFrame(), method=Message("Signs."), factors=factors, level="theme"
    )


@pytest.mark.parametrize(
    ("mixed", "said"),
    [(1, "1 of 3 themes helps in some cases and hinders in others"),
     (2, "2 of 3 themes help in some cases and hinder in others")],
)  # fmt: skip
def test_one_theme_helps_and_two_help(mixed: int, said: str) -> None:
    assert headline_polarity(_polarity(mixed)).render("en") == said


def test_sides_of_a_case_are_named_in_the_language() -> None:
    pairs = pd.DataFrame({"key": ["wait"], "case": ["loan"], "verdict": ["both_sides"]})
    result = CaseResult(
        table=pd.DataFrame({"kind": ["common"]}), method=Message("Cases."), pairs=pairs,
        level="theme", sides=("customer", "staff"),
    )  # fmt: skip
    assert "(kunder och personal)" in lead_by_case(result)[0].render("sv")
    assert "bara kunder" in subtitle_by_case(result).render("sv")
    assert "customers alone" in subtitle_by_case(result).render("en")


def test_no_two_columns_of_one_table_have_the_same_heading() -> None:
    tables = {
        "co_occurrence": ("one", "other", "n_one", "n_other", "n_both"),
        "interview_saturation": ("n_new", "n_codes", "found", "settled", "new_in_run", "ratio"),
    }
    for kind, names in tables.items():
        for language in ("sv", "en"):
            headings = [column_for(kind, name).label.render(language) for name in names]
            assert len(set(headings)) == len(headings), (kind, language, headings)
    assert column_for("interview_saturation", "found").label.render("en") == "Of all codes"


def test_several_remarks_are_worded_one_by_one() -> None:
    assert format_value("closed, double_barrelled", "verdict", "en") == (
        "closed, asks two things at once"
    )
    assert format_value("closed, double_barrelled", "verdict", "sv") == (
        "sluten, frågar två saker på en gång"
    )
