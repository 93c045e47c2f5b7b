"""Sentences about themes, interviews and agreement say what the tables say, in both languages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from workbench.coding.corpus import Corpus
from workbench.language import Message
from workbench.report.wording import coding, interviews, matrices, themes
from workbench.results.coding import CodeAgreementResult
from workbench.results.interviews import InterviewSaturationResult
from workbench.results.themes import ThemeShareResult


@pytest.fixture(scope="module")
def talks(repository: Path) -> Corpus:
    return wb.load_corpus(repository / "data" / "demo" / "interviews")


@pytest.fixture(scope="module")
def agreed(talks: Corpus) -> CodeAgreementResult:
    return wb.code_agreement(talks, bootstrap=50)


@pytest.fixture(scope="module")
def saturated(talks: Corpus) -> InterviewSaturationResult:
    return wb.interview_saturation(talks, orders=20)


def said(messages: Message | Sequence[Message], language: str = "en") -> str:
    found = [messages] if isinstance(messages, Message) else messages
    return " ".join(message.render(language) for message in found)


# -- themes ---------------------------------------------------------------------------------------


def test_themes_and_people_are_counted_and_silent_themes_named(talks: Corpus) -> None:
    found = wb.theme_table(talks)
    assert "10 themes from 8 respondents" in said(themes.headline_theme_table(found))
    assert "Nobody" not in said(themes.lead_theme_table(found))
    silent = found.themes.assign(n_respondents=[0, *found.themes["n_respondents"][1:]])
    lead = said(themes.lead_theme_table(replace(found, themes=silent)))
    assert f"Nobody brings up {silent['theme'][0]}" in lead


def test_open_answers_and_interviews_are_read_in_their_own_way(talks: Corpus) -> None:
    found = wb.theme_table(talks)
    assert "○ not mentioned" in said(themes.subtitle_theme_table(found))
    open_ones = replace(found, only_open_answers=True)
    assert "unweighted" in said(themes.subtitle_theme_table(open_ones))


def test_more_than_half_is_more_than_half_of_those_who_answered(talks: Corpus) -> None:
    who = wb.theme_table(talks).who
    counts = pd.DataFrame({"n_respondents": [2, 3, 0], "n_with_answers": [4, 4, 0]})
    assert "1 of 3 themes" in said(themes.headline_who(replace(who, themes=counts)))


def test_a_denial_is_counted_by_people(talks: Corpus) -> None:
    who = wb.theme_table(talks).who
    assert "vanta_utan_besked (1)" in said(themes.lead_who(who))
    nobody = who.questions.assign(stance="affirms")
    assert "not so" not in said(themes.lead_who(replace(who, questions=nobody)))


@pytest.mark.parametrize(
    ("share", "headline"),
    [([0.25, 0.1], "25% of those who wrote something bring up kö"), ([None, None], "Nothing is")],
)
def test_the_largest_share_leads(share: list[float | None], headline: str) -> None:
    table = pd.DataFrame({"theme": ["kö", "app"], "share": pd.array(share, dtype="Float64")})
    result = ThemeShareResult(table=table, method=Message("x"))
    assert headline in said(themes.headline_theme_shares(result))


def test_two_sides_are_told_only_where_there_are_two(talks: Corpus) -> None:
    found = wb.by_case(talks)
    counts = found.pairs["verdict"].value_counts()
    lead = said(matrices.lead_by_case(found))
    assert f"both bring a theme up in {counts['both_sides']} cells" in lead
    assert "contradict each other on" not in lead
    clash = found.pairs.copy()
    clash.loc[clash.index[0], "verdict"] = "conflict"
    key = clash.loc[clash.index[0], "key"]
    assert f"contradict each other on **{key}**" in said(
        matrices.lead_by_case(replace(found, pairs=clash))
    )
    alone = replace(found, pairs=found.pairs.head(0), sides=())
    assert matrices.lead_by_case(alone) == []
    assert said(matrices.subtitle_by_case(alone)) == "● brought up in the case."
    assert "●○ customers alone" in said(matrices.subtitle_by_case(found))


def test_mixed_signs_are_counted(talks: Corpus) -> None:
    found = wb.polarity_matrix(talks)
    factors = pd.DataFrame({"success": [1, 2, 0], "barrier": [1, 0, 0], "both": [0, 0, 1]})
    headline = said(matrices.headline_polarity(replace(found, factors=factors)))
    assert headline.startswith("2 of 3 themes help in some cases")
    plain = said(matrices.headline_polarity(replace(found, factors=factors.iloc[[1]])))
    assert plain.startswith("Every theme either helps or hinders")


def test_claims_without_data_are_named(talks: Corpus) -> None:
    found = wb.theory_against_data(talks)
    bare = found.table.loc[found.table["verdict"] == "without_data", "theory"]
    assert all(str(name) in said(themes.lead_theory(found)) for name in bare)
    kept = found.table[found.table["verdict"] != "without_data"]
    assert "bears on" not in said(themes.lead_theory(replace(found, table=kept)))


def test_pairs_are_named_or_said_to_be_none(talks: Corpus) -> None:
    found = wb.co_occurrence(talks)
    first = found.table.iloc[0]
    assert f"{first['one']} and {first['other']}" in said(matrices.headline_co_occurrence(found))
    none = replace(found, table=found.table.head(0))
    assert said(matrices.headline_co_occurrence(none)) == "No two themes come up together"


def test_gaps_name_what_is_thin(talks: Corpus) -> None:
    found = wb.gaps(talks)
    counts = dict(zip(found.table["gap"], found.table["n"], strict=True))
    headline = said(themes.headline_gaps(found))
    assert headline.startswith(f"{counts['uncovered_answers']} of {found.n_answers} answers")
    thin = found.table.assign(n=[1, 4, 3, 1, 0])
    voices = pd.DataFrame({"key": ["agare"]})
    lead = said(themes.lead_gaps(replace(found, table=thin, voices=voices)))
    assert "4 codings stand without a quote" in lead
    assert "3 respondents affirm two themes" in lead
    assert "of **agare**" in lead


def test_the_framework_counts_what_is_written_and_what_waits(talks: Corpus) -> None:
    found = wb.framework_matrix(talks)
    states = found.table["state"].value_counts()
    headline = said(matrices.headline_framework(found))
    assert f"{states['to_summarise']} wait" in headline


# -- interviews -----------------------------------------------------------------------------------


def test_findings_about_questions_are_counted(talks: Corpus) -> None:
    found = wb.guide_review(talks)
    thin = int(found.table["thin"].sum())
    assert f"{thin} of 12 questions get short" in said(interviews.headline_guide(found))
    long = replace(found, table=found.table.assign(thin=False))
    assert "All 12 questions" in said(interviews.headline_guide(long))
    nothing = replace(found, findings=found.findings.head(0), coverage=found.coverage.head(0))
    assert said(interviews.lead_guide(nothing)).startswith("0 questions are closed, 0 leading")


@pytest.mark.parametrize(
    ("change", "headline", "lead"),
    [
        ({"reason": "REFLEXIVE"}, "Saturation is not measured here", "A reflexive study goes on"),
        ({"found_after": None}, "Saturation cannot be judged yet", ""),
        ({"label": None, "reason": "NOT_REACHED"}, "The codes were", "had not run out"),
        ({"label": "4+2", "share_reached": 0.5}, "The codes were", "The same holds in 50%"),
    ],
)
def test_saturation_says_what_it_can(
    saturated: InterviewSaturationResult, change: dict[str, Any], headline: str, lead: str
) -> None:
    found = replace(saturated, **change)
    assert said(interviews.headline_interview_saturation(found)).startswith(headline)
    assert lead in said(interviews.lead_interview_saturation(found))
    assert "10" in said(interviews.subtitle_interview_saturation(found))


def test_quotes_in_place_say_how_many_were_compared(talks: Corpus) -> None:
    found = wb.quotes_in_place(talks, wb.theme_table(talks))
    assert said(interviews.headline_quotes_in_place(found)).startswith(str(len(found.table)))
    assert "letter by letter" in said(interviews.lead_quotes_in_place(found))


# -- agreement ------------------------------------------------------------------------------------


def test_codes_hold_or_bear_nothing(agreed: CodeAgreementResult) -> None:
    def with_verdicts(*verdicts: str) -> CodeAgreementResult:
        rest = ["enough"] * (len(agreed.table) - len(verdicts))
        return replace(agreed, table=agreed.table.assign(verdict=[*verdicts, *rest]))

    assert said(coding.headline_code_agreement(with_verdicts())) == "All 10 codes hold"
    assert "2 of them tentatively" in said(
        coding.headline_code_agreement(with_verdicts("tentative", "tentative"))
    )
    weak = with_verdicts("not_enough", "tentative")
    assert said(coding.headline_code_agreement(weak)).startswith("9 of 10 codes hold; 1 bear")
    name = str(agreed.table["code"][0])
    assert coding.weak_codes(weak) == [name]
    assert f"**{name}:** coders differ too often" in said(coding.lead_code_agreement(weak))


@pytest.mark.parametrize(
    ("reason", "headline", "lead"),
    [
        ("REFLEXIVE", "Agreement between coders is not measured here", ""),
        ("ONE_CODER", "Agreement between coders is not known", "Fewer than two people"),
    ],
)
def test_where_nothing_was_compared_no_number_is_said(
    agreed: CodeAgreementResult, reason: str, headline: str, lead: str
) -> None:
    found = replace(agreed, reason=reason)
    assert said(coding.headline_code_agreement(found)) == headline
    told = said(coding.lead_code_agreement(found))
    assert lead in told
    assert "143" not in told


def test_alpha_for_passages_always_names_its_form(talks: Corpus) -> None:
    found = wb.passage_agreement(talks, bootstrap=0)
    assert found.form in said(coding.lead_unitizing_agreement(found))
    assert f"{found.estimate:.2f}" in said(coding.headline_unitizing_agreement(found))


SENTENCES: tuple[tuple[Callable[[Corpus], Any], Callable[[Any], Any]], ...] = (
    (wb.theme_table, themes.headline_theme_table),
    (wb.theme_table, themes.lead_theme_table),
    (lambda corpus: wb.theme_table(corpus).who, themes.lead_who),
    (wb.by_case, matrices.lead_by_case),
    (wb.polarity_matrix, matrices.lead_polarity),
    (wb.theory_against_data, themes.headline_theory),
    (wb.co_occurrence, matrices.lead_co_occurrence),
    (wb.framework_matrix, matrices.lead_framework),
    (wb.gaps, themes.lead_gaps),
    (wb.guide_review, interviews.lead_guide),
)


@pytest.mark.parametrize(("make", "word"), SENTENCES)
def test_every_sentence_is_swedish_in_a_swedish_report(
    talks: Corpus, make: Callable[[Corpus], Any], word: Callable[[Any], Any]
) -> None:
    found = word(make(talks))
    english, swedish = said(found), said(found, "sv")
    assert english
    assert swedish != english
    assert "{" not in swedish
