"""The joint report draws and says what its records hold; only trials speak of effects."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.language import LANGUAGES, format_number
from workbench.report.plots.joint import plot_joint, plot_theme_groups, plot_theme_variants
from workbench.report.plots.touchpoints import plot_touchpoints
from workbench.report.show import bundle
from workbench.report.tables import display_table
from workbench.report.wording.joint import (
    headline_joint,
    headline_theme_groups,
    headline_theme_variants,
    lead_joint,
    lead_theme_groups,
)
from workbench.report.wording.joint_report import JointReport
from workbench.report.wording.touchpoints import headline_touchpoints, lead_touchpoints

sys.path.insert(0, str(Path(__file__).parents[1] / "joint"))
from joint_worlds import links_of

CAUSAL = re.compile(
    r"\b(made|makes|causes?|caused|leads? to|because of|effects? of|fick|ledde till|beror på|"
    r"customers brought up|kunder upp)\b"
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@pytest.fixture(scope="module")
def bank(repository):
    """Return every result of the joint report on the demo bank."""
    study = wb.load_study(repository / "data" / "demo" / "bank")
    answers, survey, corpus = study.survey(), study.survey_model(), wb.load_corpus(study)
    now = answers[answers["wave"] == "2026-06"]
    links = wb.link_comments(answers, corpus, texts={"why": "comment"})
    scores = wb.joint(now, links, ["nki", "nps"])
    groups = wb.theme_groups(now, links, by="market", label={"sv": "Marknad", "en": "Market"})
    steps = {
        step.id: [name for name, driver in survey.drivers.items() if driver.touchpoint == step.id]
        for step in study.journey
    }
    labels = {step.id: step.label for step in study.journey}
    owners = {step.id: step.owner for step in study.journey}
    journey = wb.touchpoints(now, links, steps, themes=scores, labels=labels, owners=owners)
    voices = wb.voices(now, links, "waiting", most=3)
    return {
        "links": links, "scores": scores, "groups": groups, "journey": journey, "voices": voices,
        "names": corpus.labels, "n": len(now),
    }  # fmt: skip


def _texts(ax):
    return {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("narrow", [False, True])
def test_differences_are_drawn_where_the_table_has_them(bank, narrow):
    ax = plot_joint(bank["scores"], narrow=narrow, language="sv")
    main = bank["scores"].table.query("outcome == 'nki'").sort_values("difference")
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == pytest.approx(main["difference"].tolist())
    assert {"waiting", "klart lägre", "klart högre", "inte säkert"} <= _texts(ax)


@pytest.mark.parametrize("narrow", [False, True])
def test_shares_of_groups_are_drawn_and_hidden_ones_said(bank, narrow):
    groups = bank["groups"]
    ax = plot_theme_groups(groups, narrow=narrow)
    shown = groups.table["share"].notna()
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == shown.sum()
    assert "not shown" in _texts(ax)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_journey_has_grade_and_voices_of_each_step(bank, narrow):
    said = _texts(plot_touchpoints(bank["journey"], narrow=narrow, language="sv"))
    assert {"Kundtjänst", "Väntan utan besked", "Vänligt bemötande"} <= said
    grades = bank["journey"].table["performance"]
    assert {format_number(grade, "sv") for grade in grades} <= said


def _variants(base="everyone"):
    units = pd.DataFrame(
        {"respondent_id": [f"p{n}" for n in range(400)], "variant": ["A"] * 200 + ["B"] * 200}
    )
    pairs = [(row, "long") for row in range(80)] + [(row, "clear") for row in range(100, 180)]
    links = links_of([f"p{n}" for n in [*range(100), *range(200, 300)]], pairs)
    return wb.theme_variants(units, links, variant="variant", control="A", base=base)


def test_effects_are_drawn_in_percentage_points():
    found = _variants()
    ax = plot_theme_variants(found)
    dots = {line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"}
    assert dots == {100 * value for value in found.table["difference"]}


def test_causal_words_stand_only_after_a_trial(bank):
    report = JointReport(
        links=bank["links"], scores=bank["scores"], n_asked=bank["n"], groups=(bank["groups"],),
        steps=bank["journey"], names=bank["names"],
    )  # fmt: skip
    answer, unsaid = report.answer(), report.unsaid()
    texts = [answer.title, answer.happened, answer.real, answer.now, answer.unsaid]
    texts += [*lead_joint(bank["scores"]), headline_joint(bank["scores"]), bank["scores"].message]
    texts += [*lead_touchpoints(bank["journey"]), headline_touchpoints(bank["journey"])]
    texts += [headline_theme_groups(bank["groups"]), *lead_theme_groups(bank["groups"])]
    texts += [_variants("writers").message, headline_theme_variants(_variants("writers"))]
    for text in texts:
        for language in LANGUAGES:
            assert not CAUSAL.search(text.render(language)), text.render(language)
    assert any("trial" in item.render("en") for item in unsaid.items)
    assert CAUSAL.search(headline_theme_variants(_variants()).render("en"))
    assert CAUSAL.search(_variants().message.render("sv"))


def test_numbers_are_equal_in_both_languages(bank):
    report = JointReport(
        links=bank["links"], scores=bank["scores"], n_asked=bank["n"], groups=(bank["groups"],),
        steps=bank["journey"], names=bank["names"],
    )  # fmt: skip
    answer = report.answer()
    texts = [answer.title, answer.happened, answer.real, answer.now, answer.unsaid]
    texts += [*lead_joint(bank["scores"]), *lead_touchpoints(bank["journey"])]
    for text in [*texts, *report.unsaid().items]:
        found = [
            [number.replace(",", ".") for number in NUMBER.findall(text.render(language))]
            for language in LANGUAGES
        ]
        assert sorted(found[0]) == sorted(found[1])


def test_the_answer_has_its_number_and_its_owner(bank):
    report = JointReport(
        links=bank["links"], scores=bank["scores"], n_asked=bank["n"], steps=bank["journey"],
        names=bank["names"],
    )  # fmt: skip
    answer = report.answer()
    row = bank["scores"].leading
    assert row["theme"] == "waiting"
    assert f"{abs(row['difference']):.1f}" in answer.title.render("en")
    assert "Chef kundtjänst" in answer.now.render("sv")
    assert f"{bank['n']}" in answer.unsaid.render("en")


def test_nothing_sure_is_said_to_be_nothing_sure(bank):
    table = bank["scores"].table.assign(verdict="no_sure_difference", sign="")
    scores = replace(bank["scores"], table=table)
    report = JointReport(links=bank["links"], scores=scores, n_asked=bank["n"])
    answer = report.answer()
    assert "No theme clearly" in answer.title.render("en")
    assert "Not that we can see" in answer.real.render("en")
    assert len(answer.figures) == 1
    assert headline_joint(scores).render("sv").startswith("Inget tema")


def test_a_disagreement_is_said_with_its_numbers(bank):
    rows = pd.DataFrame(
        {
            "about": ["app", "support", "fees", "waiting"],
            "kind": ["graded_high_said_barrier", "graded_low_said_success", "graded_low_unsaid",
                     "opposite"],
            "performance": [80.0, 40.0, 41.0, np.nan],
            "barrier": [0.4, 0.1, 0.05, np.nan],
            "success": [0.1, 0.3, 0.2, np.nan],
            "difference": [np.nan, np.nan, np.nan, 12.0],
            "outcome": [None, None, None, "nki"],
        }
    )  # fmt: skip
    said = [text.render("en") for text in lead_touchpoints(
        replace(bank["journey"], disagreements=rows))]  # fmt: skip
    assert any("80.0" in text and "40%" in text for text in said)
    assert any("40.0" in text and "30%" in text for text in said)
    assert any("41.0" in text and "5%" in text for text in said)
    assert any("Waiting without word" in text and "+12.0" in text for text in said)
    assert not any("agree:" in text for text in said)


def test_voices_fold_by_number_and_hostile_words_stay_words(bank):
    table = bank["voices"].table.assign(quote="<script>x()</script> =cmd å")
    payload = bundle(replace(bank["voices"], table=table), id="voices", plot=False)
    from workbench.report.around import Around
    from workbench.report.joint_pieces import voices_html
    from workbench.report.payload import MIME

    around = Around(language="sv", labels={"waiting": "<b>Väntan</b>"}, pages=(), kinds=())
    html = voices_html(payload[MIME], around)
    assert html.count("<details>") == 1
    assert html.count("<blockquote>") == 3
    assert "<script" not in html
    assert "<b>" not in html
    assert "3 av 76 kunder" in html


def test_tables_show_each_interval_beside_its_own_number(bank):
    from workbench.report.payload import MIME

    payload = bundle(bank["scores"], id="scores", plot=False)[MIME]
    shown = display_table(payload, "table", "en")
    row = bank["scores"].table.iloc[0]
    cells = [cell.text for cell in shown.rows[0]]
    share = f"{100 * row['share']:.0f}%"
    ends = f"({100 * row['share_low']:.0f}% to {100 * row['share_high']:.0f}%)"
    assert f"{share} {ends}" in cells
    assert any(f"{abs(row['difference']):.1f} (" in cell for cell in cells)


def test_a_group_that_surely_says_less_is_a_finding_too(bank):
    table = bank["groups"].table.copy()
    table["verdict"] = "no_sure_difference"
    place = int(table["share"].first_valid_index())
    table.loc[place, "verdict"] = "lower"
    groups = replace(bank["groups"], table=table)
    for text in (headline_theme_groups(groups), groups.message):
        assert str(table.loc[place, "segment"]) in text.render("en")
    silent = replace(groups, table=table.assign(verdict="no_sure_difference"))
    assert headline_theme_groups(silent).render("sv").startswith("Marknad: ingen grupp")
