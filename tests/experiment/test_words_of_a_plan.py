"""A plan's own words for its columns and values reach the page; raw names do not."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial

import workbench as wb
from workbench.experiment.decision_log import decision_log
from workbench.report.plots.trial_checks import plot_response, plot_split
from workbench.report.show import bundle
from workbench.report.wording.trial_report import TrialConclusions
from workbench.results.rows import plain_rows

WORDS = {
    "unit": {"label": {"sv": "kunder", "en": "customers"}},
    "market": {"label": {"sv": "Marknad", "en": "Market"}, "values": {"FI": "Finland"}},
    "before": {"label": {"sv": "Intäkt förut", "en": "Revenue then"}},
}
ASKED = {"segments": ["market"], "assigned": "day", "covariates": ["before"], "columns": WORDS}


def _broken() -> pd.DataFrame:
    frame = make_trial(n=6000)
    lost = (frame["market"] == "FI") & (frame["variant"] == "B")
    lost &= frame["day"].isin(pd.to_datetime(["2026-03-04", "2026-03-05"]))
    return frame[~(lost | ((frame["variant"] == "B") & (frame.index % 31 == 1)))]


@pytest.fixture(scope="module")
def sound():
    return wb.read_experiment(make_trial(paid=0.07, n=6000), make_plan(PAID, CONTACTED, **ASKED))


def test_words_do_not_change_what_binds() -> None:
    plain = {name: value for name, value in ASKED.items() if name != "columns"}
    assert make_plan(PAID, **ASKED).sha256 == make_plan(PAID, **plain).sha256


def test_the_broken_group_and_what_was_assigned_are_named_in_words() -> None:
    readout = wb.read_experiment(_broken(), make_plan(PAID, CONTACTED, **ASKED))
    title = TrialConclusions(readout=readout).answer().title
    assert "in Finland" in title.render("en")
    assert title.render("en").endswith("customers short")
    assert "kunder" in title.render("sv")
    assert "Finland" in readout.split.message.render("en")
    drawn = [text.get_text() for text in plot_split(readout.split, language="sv").texts]
    assert "Finland, 4 mars" in drawn
    assert "kunder" in drawn
    assert not [text for text in drawn if text.startswith("FI")]


def test_the_test_of_segments_names_the_column_in_words(sound) -> None:
    assert sound.segments is not None
    shown = bundle(sound.segments, language="sv", plot=False)["text/html"]
    assert "Marknad" in shown
    assert "market" not in shown


def test_a_covariate_is_named_in_words(sound) -> None:
    texts = json.dumps([check.text.both() for check in sound.trust.checks], ensure_ascii=False)
    assert "”Intäkt förut”" in texts
    assert "Before" not in texts


def test_the_first_screen_says_the_risk_and_what_was_not_kept(sound) -> None:
    conclusions = TrialConclusions(readout=sound)
    real = conclusions.answer().real
    assert "gains less than is worth having" in real.render("en")
    kept = sound.plan_kept
    assert len(conclusions.departures()) == (kept.kept < kept.points)


def test_a_decision_keeps_its_title_in_the_log(sound) -> None:
    entry = sound.record() | {"read_on": "2026-03-01", "title": {"sv": "Brevet", "en": "Letter"}}
    words = decision_log([entry]).words
    assert words is not None
    assert words["trial"].tolist() == [{"en": "Letter", "sv": "Brevet"}]
    bare = {name: value for name, value in entry.items() if name != "title"}
    assert decision_log([bare]).words["trial"].tolist() == [{"en": "Trial", "sv": "Trial"}]


def test_the_page_says_which_round_it_is_and_when_it_was_read(sound) -> None:
    trial = replace(sound.trial, title={"sv": "Brevet, omgång 2", "en": "Letter, round 2"})
    about = TrialConclusions(readout=replace(sound, trial=trial)).answer().about
    assert about is not None
    assert about.render("en").startswith("Letter, round 2")
    untitled = replace(sound, trial=replace(trial, title=""))
    assert TrialConclusions(readout=untitled).answer().about is None


def test_bounds_wider_than_the_axis_are_drawn_to_its_edge_with_arrows() -> None:
    score = {"name": "nps", "column": "score", "kind": "nps", "role": "guardrail", "margin": 20}
    frame = make_trial(paid=0.07, n=6000)
    frame["score"] = frame["score"].where(frame.index % 10 < 4)
    readout = wb.read_experiment(frame, make_plan(PAID, score, **ASKED))
    assert readout.response is not None
    axes = plot_response(readout.response)
    arrows = [line.get_marker() for line in axes.lines if line.get_marker() in {"<", ">"}]
    assert arrows == ["<", ">"]


def test_rows_of_a_table_are_plain_values_and_what_is_missing_is_none() -> None:
    table = pd.DataFrame(
        {
            "name": pd.array(["å", None], dtype="str"),
            "n": pd.array([3, None], dtype="Int64"),
            "passed": pd.array([None, True], dtype="boolean"),
            "share": [float("nan"), 0.5],
            "whole": [1, 2],
        }
    )
    first = {"name": "å", "n": 3, "passed": None, "share": None, "whole": 1}
    second = {"name": None, "n": None, "passed": True, "share": 0.5, "whole": 2}
    assert list(plain_rows(table)) == [first, second]
    assert {type(value) for value in second.values()} == {type(None), bool, float, int}
    assert list(plain_rows(table.iloc[:0])) == []
