"""The page: every verdict says what, how much, why and what would change it, in both languages."""

import datetime as dt
import importlib
import json
import re

import numpy as np
import pandas as pd
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial

import workbench as wb
from workbench.report.plots.trial_checks import plot_split
from workbench.report.plots.trial_effects import plot_effects
from workbench.report.show import bundle
from workbench.report.wording.trial_report import TrialConclusions
from workbench.results.amounts import amount, interval, level

NPS = {"name": "nps", "column": "score", "kind": "nps", "role": "guardrail", "margin": 20,
       "label": {"sv": "NPS efter köp", "en": "NPS after purchase"}}  # fmt: skip
RICH = {
    "segments": ["market"],
    "assigned": "day",
    "covariates": ["before"],
    "rollout": {"units": 10_000, "per": {"sv": "månad", "en": "month"},
                "what": {"sv": "betalningar", "en": "payments"}},
}  # fmt: skip


def _answered(frame, share=0.4):
    return frame.assign(score=frame["score"].where(np.arange(len(frame)) % 10 < 10 * share))


def _broken():
    frame = make_trial(n=6000)
    lost = (frame["market"] == "FI") & (frame["variant"] == "B")
    lost &= frame["day"].isin(pd.to_datetime(["2026-03-04", "2026-03-05"]))
    return frame[~(lost | ((frame["variant"] == "B") & (frame.index % 31 == 1)))]


VERDICTS = {
    "SHIP": (lambda: _answered(make_trial(paid=0.07, n=6000)), {}),
    "DONT_SHIP": (lambda: _answered(make_trial(paid=-0.035)), {}),
    "KEEP_RUNNING": (lambda: _answered(make_trial()), {"ends": "2026-06-01"}),
    "INVALID": (_broken, {}),
    "HARM_STOP": (lambda: _answered(make_trial(paid=-0.12)), {}),
    "REVIEW": (lambda: _answered(make_trial(paid=0.015)), {}),
}


@pytest.fixture(scope="module")
def readouts():
    return {
        name: wb.read_experiment(make(), make_plan(PAID, CONTACTED, NPS, **(RICH | changes)))
        for name, (make, changes) in VERDICTS.items()
    }


@pytest.mark.parametrize("name", VERDICTS)
def test_the_first_screen_says_it_all(name, readouts) -> None:
    readout = readouts[name]
    assert readout.decision.verdict == name
    answer = TrialConclusions(readout=readout).answer()
    for language in ("sv", "en"):
        rows = [answer.title, answer.happened, answer.real, answer.now, answer.unsaid]
        texts = [row.render(language) for row in rows]
        assert all(texts), texts
        assert not [text for text in texts if re.search(r"\bnan\b|None|{", text)]
    assert answer.verdict.render("en").replace("’", "").replace(" ", "_") == name
    assert len(answer.figures) == 4
    withheld = [figure.value.render("en") == "Withheld" for figure in answer.figures[:3]]
    assert all(withheld) == (name == "INVALID")
    if name == "SHIP":
        assert "7.0 percentage points" in answer.title.render("en")
        assert "7,0 procentenheter" in answer.title.render("sv")


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_part_can_be_shown(name, language, readouts) -> None:
    readout = readouts[name]
    parts = ("evidence", "trust", "split", "plan_kept", "visible", "risk", "response", "scores",
             "looks", "segments", "sensitivity", "decision", "log")  # fmt: skip
    for part in parts:
        for result in readout.part(part):
            plot = False if part == "segments" and result.effects is None else None
            shown = bundle(result, language=language, plot=plot)
            json.dumps(next(iter(shown.values())), allow_nan=False)
            assert shown["text/plain"]
    conclusions = TrialConclusions(readout=readout)
    for piece in (conclusions.answer(), conclusions.thresholds(), conclusions.unsaid()):
        assert bundle(piece, language=language)["text/plain"]


@pytest.mark.parametrize("room", ["experiment", "trial_checks", "comparison"])
@pytest.mark.parametrize("part", ["plots", "wording"])
def test_figures_and_words_stand_where_their_record_is_looked_for(room, part) -> None:
    """A page finds them by the module of the record; elsewhere they would be left out."""
    records = importlib.import_module(f"workbench.results.{room}")
    kinds = {getattr(getattr(records, name), "kind", None) for name in records.__all__}
    drawn = importlib.import_module(f"workbench.report.{part}.{room}").__all__
    prefixes = ("plot_", "headline_", "subtitle_", "lead_")
    found = {name.split("_", 1)[1] for name in drawn if name.startswith(prefixes)}
    assert found
    assert found <= kinds


def test_a_broken_split_and_bounds_are_drawn(readouts) -> None:
    for name, part in (("INVALID", "split"), ("SHIP", "response")):
        result = next(iter(readouts[name].part(part)))
        assert "<svg" in bundle(result, language="en")["text/html"], part


def test_a_withheld_effect_is_nowhere_in_what_is_shown(readouts) -> None:
    readout = readouts["INVALID"]
    assert readout.part("effect_result") == []
    assert readout.part("evidence")[0].kind == "split"
    for part in ("risk", "response", "scores", "looks", "segments", "sensitivity"):
        assert readout.part(part) == []


def test_the_missing_days_are_named(readouts) -> None:
    now = TrialConclusions(readout=readouts["INVALID"]).answer().now
    assert "FI" in now.render("en")
    assert "on 4 and 5 March 2026" in now.render("en")
    assert "den 4 och 5 mars 2026" in now.render("sv")


def test_the_figure_draws_effects_in_units_of_what_was_agreed(readouts) -> None:
    result = readouts["SHIP"].effect_result
    axes = plot_effects(result)
    drawn = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 3]
    row = result.table.iloc[0]
    assert drawn[0].tolist() == pytest.approx([row["ci_low"] / 0.02, row["ci_high"] / 0.02])
    contacted = result.table.iloc[1]
    flipped = sorted(-contacted[end] / 0.02 for end in ("ci_low", "ci_high"))
    assert drawn[1].tolist() == pytest.approx(flipped)


def test_the_split_figure_shows_the_broken_group_and_its_days(readouts) -> None:
    result = readouts["INVALID"].split
    axes = plot_split(result, language="sv")
    texts = [text.get_text() for text in axes.texts]
    assert "FI, 4 mars" in texts
    assert "skev" in texts


def test_a_number_shows_as_many_digits_as_it_is_sure_of(readouts) -> None:
    trial = readouts["SHIP"].trial
    assert amount(trial, "paid", 0.0126, sureness=0.0063).render("en") == "+1.26 percentage points"
    assert interval(trial, "paid", 0.0063, 0.0189).render("sv") == "0,63 till 1,89"
    assert amount(trial, "nps", 4.12, sureness=2.5).render("en") == "+4.1 points"
    assert amount(trial, "contacted", 0.02, signed=False).render("sv") == "2,0 procentenheter"
    assert level(trial, "paid", 0.822).render("sv") == "82,2\u00a0%"


def test_labels_of_the_plan_reach_the_words(readouts) -> None:
    words = readouts["SHIP"].effect_result.words
    assert {"sv": "NPS efter köp", "en": "NPS after purchase"} in words["name"].tolist()


def test_what_the_readout_rests_on_is_listed(tmp_path) -> None:
    from dataclasses import replace

    frame = make_trial(paid=0.05)
    frame.to_parquet(tmp_path / "trial.parquet")
    plan = replace(make_plan(registered="plan.json"), folder=tmp_path)
    wb.register_plan(plan, on=dt.date(2026, 3, 1))
    readout = wb.read_experiment(None, plan)
    assert readout.files == ("trial.parquet", "plan.json")
    assert readout.data_sha256 is not None
    assert readout.record()["sha256"]["plan"] == plan.sha256


def test_the_demo_letter_is_shipped_and_its_first_round_is_not_read(repository) -> None:
    study = repository / "data" / "demo" / "invoice-letter"
    truth = json.loads((study / "truth.json").read_text(encoding="utf-8"))
    for name, round_ in (("invoice-letter", "round-2"), ("invoice-letter-round-1", "round-1")):
        readout = wb.read_experiment(None, wb.load_plan(study, name))
        assert readout.decision.verdict == truth["verdict"][round_]
    first = wb.read_experiment(None, wb.load_plan(study, "invoice-letter-round-1"))
    assert first.split.culprit == ("market", truth["rounds"]["round-1"]["lost_market"])
    days = first.split.table.query("scope == 'day' and p_value < 0.001")["value"].unique()
    assert sorted(days) == truth["rounds"]["round-1"]["lost_days"]
    second = wb.read_experiment(None, wb.load_plan(study, "invoice-letter"))
    effects = second.effects.set_index("metric")
    for metric, key in (("paid_10", "paid_10"), ("nps", "nps"), ("ease", "ease_9_10")):
        row = effects.loc[metric]
        assert row["ci_low"] < truth[key]["effect"] < row["ci_high"]
    assert second.plan_kept.kept == 14  # the second round is the one point
    assert second.response.rates["rate"].mean() == pytest.approx(0.31, abs=0.01)
