"""``wb.show`` emits one display: for the eye, for the machine, and one sentence."""

import json
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.language import Message
from workbench.report.labels import study_labels
from workbench.report.payload import MIME
from workbench.report.show import bundle
from workbench.report.tables import display_table
from workbench.results.report import Answer, KeyFigure, Span, Statements
from workbench.results.survey import NpsResult
from workbench.survey.nps import nps
from workbench.survey.waves import compare_waves

LABELS = {"SE": {"sv": "Sverige", "en": "Sweden"}, "NO": "Norge"}


@pytest.fixture(scope="module")
def result() -> NpsResult:
    answers = pd.DataFrame({"market": ["SE", "NO"] * 20, "q": [10, 3, 8, 9, 7] * 8})
    return nps(answers, "q", by="market")


def test_three_forms_in_one_display(result: NpsResult) -> None:
    data = bundle(result)
    assert set(data) == {MIME, "text/html", "text/plain"}
    assert data["text/plain"] == result.summary()
    assert data[MIME]["id"] == "nps_by_market"
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_both_languages_travel_with_it_and_labels_are_worded(result: NpsResult) -> None:
    payload = bundle(result, language="sv", labels=LABELS)[MIME]
    assert "Sverige" in payload["summary"]["sv"]
    assert "Sweden" in payload["summary"]["en"]
    assert {row[0] for row in payload["tables"]["table"]["rows"]} == {"SE", "NO"}


def test_the_language_is_the_notebooks(result: NpsResult, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, object]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    monkeypatch.setattr(
        "workbench.report.show._from_notebook", lambda name: "sv" if name == "language" else None
    )
    wb.show(result)
    assert shown[0]["text/plain"] == result.summary("sv")


def test_a_panel_is_drawn_narrow_and_a_fold_not_at_all(result: NpsResult) -> None:
    panel = bundle(result, panel=True)["text/html"]
    assert 'class="narrow"' in panel
    assert 'class="wide"' not in panel
    assert "<svg" not in bundle(result, folded=True)["text/html"]
    assert "<svg" not in bundle(result, plot=False)["text/html"]


def test_the_alternative_text_is_the_finding_with_its_number(result: NpsResult) -> None:
    html = bundle(result)["text/html"]
    titles = {part.split("</title>")[0].split(">")[-1] for part in html.split("<title")[1:]}
    assert titles == {result.summary()}
    assert any(digit in result.summary() for digit in "0123456789")


def test_an_answer_and_statements_are_worded_in_both_languages() -> None:
    answer = Answer(
        title=Message("Answers"),
        happened=Message("**{n:integer}**", n=1),
        real=Message("yes"),
        now=None,
        unsaid=Message("no"),
        figures=(
            KeyFigure(
                label=Message("Answers"),
                value=Message("{n:integer}", n=5),
                spans=(Span(label=Message("all"), estimate=1.0, low=1.0, high=1.0),),
            ),
        ),
    )
    data = bundle(answer, language="sv")
    assert data[MIME]["answer"]["rows"] == {
        "happened": {"sv": "**1**", "en": "**1**"},
        "real": {"sv": "ja", "en": "yes"},
        "now": None,
        "unsaid": {"sv": "nej", "en": "no"},
    }
    assert "<b>1</b>" in data["text/html"]
    words = bundle(Statements(role="unsaid", items=(Message("yes"),)), language="sv")
    assert words[MIME]["statements"]["items"] == [{"sv": "ja", "en": "yes"}]


def test_other_things_are_refused_by_name(result: NpsResult) -> None:
    with pytest.raises(wb.DataError, match="not a DataFrame"):
        wb.show(result.table)  # pyright: ignore[reportArgumentType] - wrong on purpose
    with pytest.raises(wb.DataError, match="'sv' or 'en', not 'de'"):
        bundle(result, language="de")


def test_the_input_is_not_changed(result: NpsResult) -> None:
    before = result.table.copy()
    bundle(result, labels=LABELS)
    pd.testing.assert_frame_equal(result.table, before)


def test_codes_of_one_segment_are_not_named_after_another(tmp_path: Path) -> None:
    toml = """
[study]
id = "two"
language = "en"
[survey]
files = ["a.csv"]
[survey.items.q]
scale = [0, 10]
[survey.outcomes]
nps = { item = "q" }
[survey.segments]
tongue = { column = "tongue", names = { 1 = { sv = "svenska", en = "Swedish" } } }
goal = { column = "goal", label = { sv = "Mål", en = "Goal" } }
"""
    (tmp_path / "study.toml").write_text(toml, encoding="utf-8")
    rows = "".join(f"{n % 2 + 1},{n % 2 + 1},{n % 11}\n" for n in range(60))
    (tmp_path / "a.csv").write_text("tongue,goal,q\n" + rows, encoding="utf-8")
    study = wb.load_study(tmp_path)
    assert study_labels(study, ["tongue"])["1"] == {"sv": "svenska", "en": "Swedish"}
    assert "1" not in study_labels(study, ["goal"])
    result = nps(study.survey(), "q", by="goal")
    payload = bundle(result, labels=study_labels(study, ["goal"]), language="sv")[MIME]
    assert "svenska" not in json.dumps(payload, ensure_ascii=False)
    headings = display_table(payload, "table", "sv", labels={"goal": "Mål"}).headings
    assert headings[0].text == "Mål"


def test_a_result_with_no_number_is_said_and_not_drawn() -> None:
    frame = pd.DataFrame({"wave": ["w1"] * 20 + ["w2"] * 20, "market": ["a", "b"] * 20})
    frame["nki"] = [float("nan")] * 20 + [50.0, 60.0] * 10
    data = bundle(compare_waves(frame, "nki", by="market"))
    assert data[MIME]["blank"] is True
    assert "<svg" not in data["text/html"]
    assert "cannot be said" in data["text/plain"]
