"""Tables of one report side by side: what one hides must not follow from another."""

from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.report.audit import published_of, published_rows, refuse_disclosure
from workbench.report.payload import MIME
from workbench.report.show import bundle
from workbench.results.survey import NpsResult
from workbench.survey.nps import nps


@pytest.fixture
def answers() -> pd.DataFrame:
    markets = ["SE"] * 30 + ["NO"] * 26 + ["DK"] * 4
    return pd.DataFrame({"market": markets, "q": [10, 3, 8] * 20})


def _payload(result: NpsResult, name: str, **where: object) -> dict[str, object]:
    return bundle(result, id=name, where=where)[MIME]


def test_a_table_that_covers_itself_passes(answers: pd.DataFrame) -> None:
    payloads = [
        _payload(nps(answers, "q"), "all"),
        _payload(nps(answers, "q", by="market"), "by_market"),
    ]
    refuse_disclosure(published_of(payloads), floor=7)


def test_a_group_recovered_by_a_difference_is_refused_without_being_named(
    answers: pd.DataFrame,
) -> None:
    alone = answers[answers["market"] == "NO"]
    payloads = [
        _payload(nps(answers, "q"), "all"),
        _payload(nps(answers, "q", by="market"), "by_market"),
        _payload(nps(alone, "q"), "norway", market="NO"),
    ]
    with pytest.raises(wb.PrivacyError, match="by_market") as caught:
        refuse_disclosure(published_of(payloads), floor=7)
    assert "DK" not in str(caught.value)


def test_a_group_under_the_floor_is_refused(answers: pd.DataFrame) -> None:
    shown = _payload(nps(answers, "q", by="market", floor=1), "by_market")
    with pytest.raises(wb.PrivacyError, match="fewer than 7 answers"):
        refuse_disclosure(published_of([shown]), floor=7)


def test_a_result_without_known_filters_is_looked_at_alone(answers: pd.DataFrame) -> None:
    half = bundle(nps(answers.head(40), "q", by="market"), id="half")[MIME]
    refuse_disclosure(
        published_of([half, _payload(nps(answers, "q", by="market"), "by_market")]), floor=7
    )
    assert half["published"][0]["measure"] != "nps:q"


def test_nothing_follows_from_the_reports_of_all_markets_and_segments_together(
    repository: Path,
) -> None:
    study = wb.load_study(repository / "data" / "demo" / "bank")
    survey, complete = study.survey_model(), study.survey()
    hidden = wb.report_pattern(study, complete)
    assert hidden is not None
    payloads: list[dict[str, object]] = []
    n_hidden = 0
    for market in ["", "SE", "NO", "DK", "FI"]:
        answers = complete[complete["market"] == market] if market else complete
        for wave in ("2026-05", "2026-06"):
            now = answers[answers["wave"] == wave]
            where = {"market": market, "wave": wave}
            for segment in [None, *survey.segments]:
                if market and segment == "market":
                    continue
                result = wb.measure(now, survey, "nki", by=segment, protect=hidden)
                name = f"{market} {wave} {segment}"
                payloads.append({"published": published_rows(result, name, where)})
                n_hidden += int((result.table["suppressed"] != "").sum())
    assert n_hidden > 5, "there is something to recover"
    refuse_disclosure(published_of(payloads), floor=7)


def test_a_group_too_small_for_one_question_may_be_shown_for_another() -> None:
    """Each question has its own answers: nothing of one follows from the other's."""
    grades = pd.DataFrame({f"q{i}": [3, 9, 5, 7, 8, 4, 6, 2, 10, 1] * 4 for i in range(1, 4)})
    grades["age"] = ["young"] * 8 + ["old"] * 32
    grades.loc[:2, "q3"] = None
    items = ["q1", "q2", "q3"]
    differences = wb.item_differences(grades, items, "age", scale=(1, 10))
    young = differences.table[differences.table["segment"] == "young"]
    assert young["suppressed"].tolist() == ["", "", "floor"]
    for where in (None, {"wave": "2026-06"}):
        refuse_disclosure(
            published_of([bundle(differences, id="items", where=where)[MIME]]), floor=7
        )
