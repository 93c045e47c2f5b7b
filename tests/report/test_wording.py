"""Sentences say what the numbers say, in both languages, and no more."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.language import Message
from workbench.report.wording.satisfaction import Satisfaction
from workbench.report.wording.survey import headline_nki, headline_nps
from workbench.report.wording.waves import headline_wave_change, lead_wave_change, verdict_words
from workbench.results.waves import WaveChangeResult
from workbench.survey.nki import nki
from workbench.survey.nps import nps
from workbench.survey.waves import compare_waves

WAVES = pd.DataFrame({"wave": ["w1", "w2"], "invited": [500, 400], "n": [200, 200]})


def _answers(before: float, after: float, *, se: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 12, 400)
    frame = pd.DataFrame({"wave": ["w1"] * 200 + ["w2"] * 200, "market": ["SE", "NO"] * 200})
    level = np.where(frame["wave"] == "w1", before, after)
    extra = np.where((frame["wave"] == "w2") & (frame["market"] == "SE"), se, 0.0)
    frame["nki"] = np.clip(level + extra + noise, 0, 100)
    return frame


def _satisfaction(frame: pd.DataFrame, **changes: object) -> Satisfaction:
    now = frame[frame["wave"] == "w2"]
    model = SimpleNamespace(drivers={"queue": None})
    study = SimpleNamespace(surveys=(), language="sv", survey_model=lambda: model)
    made = Satisfaction(
        study=study,
        wave="w2",
        now={"nki": nki(now, ["nki"], scale=(0, 100), min_items=1)},
        total={"nki": compare_waves(frame, "nki")},
        groups={"nki": compare_waves(frame, "nki", by="market")},
        waves=WAVES,
    )
    return replace(made, **changes)


def _says(message: Message | None, language: str = "en") -> str:
    return "" if message is None else message.render(language)


def test_a_real_fall_is_the_title_and_where_it_is_sure() -> None:
    answer = _satisfaction(_answers(70, 68, se=-20)).answer()
    assert "NKI fell" in _says(answer.title)
    assert "the fall is clear in SE" in _says(answer.title)
    assert "**NKI: yes.**" in _says(answer.real)
    assert answer.figures[0].tone == "bad"
    assert "SE" in _says(answer.now)


def test_a_real_rise_is_told_as_one() -> None:
    answer = _satisfaction(_answers(60, 75), groups={}).answer()
    assert "NKI rose" in _says(answer.title)
    assert answer.figures[0].tone == "good"


def test_noise_is_not_called_a_change() -> None:
    satisfaction = _satisfaction(_answers(70, 70))
    answer = satisfaction.answer()
    assert "no clear change" in _says(answer.title)
    assert "fell" not in _says(answer.title)
    assert "**NKI: not certain.**" in _says(answer.real)
    assert answer.figures[0].tone == "plain"
    unsaid = [_says(item) for item in satisfaction.unsaid().items]
    assert any("That nothing changed" in text for text in unsaid)


def test_one_wave_has_nothing_to_compare_with() -> None:
    frame = _answers(70, 70)
    frame = frame[frame["wave"] == "w2"]
    answer = _satisfaction(frame).answer()
    assert _says(answer.title).startswith("NKI is ")
    assert "can’t be said" in _says(answer.real)


def test_too_few_answers_give_no_number() -> None:
    frame = _answers(70, 70)
    few = pd.concat([frame[frame["wave"] == "w1"], frame[frame["wave"] == "w2"].head(3)])
    answer = _satisfaction(few).answer()
    assert "too few answers" in _says(answer.title)
    assert not any(digit in _says(answer.figures[0].value) for digit in "0123456789")


def test_those_who_did_not_answer_are_counted() -> None:
    answer = _satisfaction(_answers(70, 70)).answer()
    assert "50% who did not answer" in _says(answer.unsaid)
    assert "50\xa0% som inte svarade" in _says(answer.unsaid, "sv")
    market = _satisfaction(_answers(70, 70), market="SE").answer()
    assert "%" not in _says(market.unsaid), "how many were invited in one market is not known"
    assert " in SE" in _says(market.title)


def test_every_text_of_an_answer_has_both_languages() -> None:
    for frame in (_answers(70, 60), _answers(60, 70), _answers(70, 70), _answers(70, 68, se=-20)):
        answer = _satisfaction(frame).answer()
        for name in ("title", "happened", "real", "now", "unsaid"):
            message = getattr(answer, name)
            assert _says(message, "sv") != _says(message, "en")


@pytest.mark.parametrize(
    ("verdict", "change", "words"),
    [
        ("real", -1.0, "a real fall"),
        ("real", 1.0, "a real rise"),
        ("mix", 1.0, "other groups answered"),
        ("noise", 1.0, "no clear change"),
        ("hidden", None, "too few answers"),
        ("unknown", None, "can’t be said"),
    ],
)
def test_verdicts_are_worded(verdict: str, change: float | None, words: str) -> None:
    record = {"verdict": verdict, "change": change, "real": change, "suppressed": "floor"}
    assert _says(verdict_words(record)) == words


def _masked(frame: pd.DataFrame) -> WaveChangeResult:
    result = compare_waves(frame, "nki", by="market")
    table = result.table.assign(verdict="masked", change=0.4, real=-6.2)
    return replace(result, table=table)


def test_a_total_that_hides_a_movement_is_told() -> None:
    result = _masked(_answers(70, 70))
    lead = [_says(message) for message in lead_wave_change(result)]
    assert any("the total hides a movement" in text and "−6.2" in text for text in lead)
    answer = _satisfaction(_answers(70, 70), groups={"nki": result}).answer()
    assert "hides a movement" in _says(answer.real)


def test_groups_are_ranked_only_where_intervals_keep_apart() -> None:
    frame = pd.DataFrame({"market": ["SE", "NO"] * 100, "q": [10, 0] * 100})
    apart = nps(frame, "q", by="market")
    assert _says(headline_nps(apart)) == "NPS is −100.0 in NO and +100.0 in SE"
    same = nps(frame.assign(q=[10, 10, 3, 3, 8, 9] * 33 + [8, 8]), "q", by="market")
    assert "overlap" in _says(headline_nps(same))


def test_one_visible_group_is_named() -> None:
    markets = ["SE"] * 40 + ["NO"] * 5 + ["DK"] * 5
    frame = pd.DataFrame({"market": markets, "nki": [50.0, 70.0] * 25})
    result = nki(frame, ["nki"], scale=(0, 100), by="market", min_items=1)
    assert "too few answers" in _says(headline_nki(result))


def test_headlines_of_changes_name_both_directions() -> None:
    frame = _answers(70, 70, se=-25)
    frame.loc[(frame["wave"] == "w2") & (frame["market"] == "NO"), "nki"] += 20
    frame["nki"] = frame["nki"].clip(0, 100)
    headline = _says(headline_wave_change(compare_waves(frame, "nki", by="market")))
    assert headline == "NKI clearly fell in SE, and rose in NO"


def test_the_demo_finds_what_was_planted(demo_report: Callable[[str], Path]) -> None:
    html = (demo_report("en") / "report.html").read_text(encoding="utf-8")
    assert "Denmark: the total hides a movement" in html
