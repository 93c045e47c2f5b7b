"""Figures of trackers, goals, contributions and pooling: what they draw is what the record says."""

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.report.plots.chart import plot_control_chart
from workbench.report.plots.contributions import plot_contributions
from workbench.report.plots.goals import plot_goals
from workbench.report.plots.pooling import plot_pooled


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(1)
    waves = [f"2025-{k + 1:02d}" for k in range(10)]
    frame = pd.DataFrame({"wave": np.repeat(waves, 160)})
    frame["market"] = np.tile(["SE"] * 80 + ["NO"] * 50 + ["DK"] * 26 + ["FI"] * 4, 10)
    fall = 14 * ((frame["wave"] == "2025-10") & (frame["market"] == "SE"))
    frame["nki"] = np.clip(rng.normal(70, 17, len(frame)) - fall, 0, 100)
    frame["score"] = rng.integers(0, 11, len(frame))
    return frame


def _texts(ax):
    return [text.get_text() for text in ax.texts]


def _dots(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_marker() in ("o", "D")]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("language", "outside"), [("en", "outside"), ("sv", "utanför")])
def test_a_control_chart_draws_every_wave_its_limits_and_what_is_outside(
    answers, language, outside, narrow
):
    result = wb.control_chart(answers[answers["market"] == "SE"], "nki")
    ax = plot_control_chart(result, language=language, narrow=narrow)
    line = next(
        line for line in ax.lines if len(line.get_xdata()) == 10 and line.get_linewidth() == 1.5
    )
    assert list(line.get_ydata()) == pytest.approx(result.table["estimate"].tolist())
    limits = [line for line in ax.lines if line.get_linewidth() == 1.2]
    assert list(limits[0].get_ydata()) == pytest.approx(result.table["limit_low"].tolist())
    assert any(outside in text for text in _texts(ax))


def test_a_control_chart_by_segment_shows_the_newest_wave_of_each(answers):
    result = wb.control_chart(answers, "nki", by="market")
    texts = _texts(plot_control_chart(result))
    assert "outside" in texts
    assert "not shown" in texts
    newest = result.table[result.table["wave"] == "2025-10"].dropna(subset="estimate")
    assert len(_dots(plot_control_chart(result))) == len(newest)


@pytest.mark.parametrize(("narrow", "most"), [(True, 6), (False, 10)])
def test_waves_are_named_as_far_as_there_is_room_and_the_newest_always(narrow, most):
    months = [f"{month} {year}" for year in (2024, 2025) for month in ("januari", "maj", "juni")]
    frame = pd.DataFrame({"wave": np.repeat([*months, *(f"2026-{k:02d}" for k in range(9))], 40)})
    frame["nki"] = np.tile(np.linspace(40, 90, 40), 15)
    ax = plot_control_chart(wb.control_chart(frame, "nki"), narrow=narrow)
    named = [label.get_text() for label in ax.get_xticklabels()]
    assert len(named) <= most
    assert 14 in ax.get_xticks()


def test_a_cut_line_is_drawn_in_two(answers):
    result = wb.control_chart(answers, "nki", broken=["2025-06"])
    drawn = [len(line.get_xdata()) for line in plot_control_chart(result).lines]
    assert [size for size in drawn if size > 1] == [5, 5]  # and a mark per wave; no limits yet


def test_contributions_draw_the_total_first_and_say_what_each_brought(answers):
    result = wb.explain_change(answers, "nki", by="market")
    ax = plot_contributions(result)
    assert _dots(ax)[0] == pytest.approx(result.change)
    texts = _texts(ax)
    assert any(text.startswith("contributed") for text in texts)
    assert any(
        "utan" not in text and "bidrog" in text
        for text in _texts(plot_contributions(result, language="sv"))
    )
    assert not any("nan" in text for text in texts)


def test_goals_draw_one_line_when_all_share_it(answers):
    measured = wb.nps(answers, "score", by="market")
    shared = _texts(plot_goals(wb.judge_goals(measured, -20), narrow=True))
    assert "goal −20.0" in shared
    assert any(text in shared for text in ("cannot be said", "goal met", "goal not reached"))
    apart = _texts(plot_goals(wb.judge_goals(measured, {"SE": 90, "NO": -95})))
    assert "goal +90.0 not reached" in apart
    assert "goal −95.0 met" in apart
    assert "no goal" in apart


def test_pooling_draws_the_pooled_and_says_the_raw(answers):
    result = wb.pool_segments(answers, "nki", by=["market", "wave"], floor=7)
    ax = plot_pooled(result)
    assert sorted(_dots(ax)) == pytest.approx(sorted(result.table["estimate"].dropna()))
    assert any(text.startswith("raw ") for text in _texts(ax))
    assert "not shown" in _texts(ax)
