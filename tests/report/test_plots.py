"""Figures are checked by what they draw, not by pixels."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from workbench.report.figures import BAD, PAPER
from workbench.report.plots.forest import Row, few_hidden, forest
from workbench.report.plots.survey import plot_nki, plot_nps
from workbench.report.plots.waves import plot_segment_difference, plot_wave_change
from workbench.survey.nki import nki
from workbench.survey.nps import nps
from workbench.survey.segments import compare_segments
from workbench.survey.waves import compare_waves


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "wave": ["w1"] * 300 + ["w2"] * 300,
            "market": (["SE"] * 150 + ["NO"] * 140 + ["DK"] * 5 + ["FI"] * 5) * 2,
            "q": rng.integers(0, 11, 600).astype(float),
        }
    )
    frame["nki"] = frame["q"] * 10
    fell = (frame["wave"] == "w2") & (frame["market"] == "SE")
    frame.loc[fell, "nki"] = frame.loc[fell, "nki"] * 0.4
    return frame


def _texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def _dots(ax: Axes) -> list[float]:
    return [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() in {"o", "D"}]


def _intervals(ax: Axes) -> list[list[float]]:
    return [
        [float(x) for x in line.get_xdata()] for line in ax.lines if line.get_linewidth() == 2.5
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_forest_draws_each_estimate_with_its_interval_and_its_number(narrow: bool) -> None:
    rows = [
        Row(name="A", estimate=1.0, low=0.5, high=1.5, text="1.0", note="a real rise", tone="good"),
        Row(name="B", estimate=None, text="not shown"),
    ]
    ax = forest(rows, narrow=narrow)
    assert _dots(ax) == [1.0]
    assert _intervals(ax) == [[0.5, 1.5]]
    assert {"A", "B", "1.0", "not shown", "a real rise"} <= set(_texts(ax))


def test_many_hidden_groups_are_one_row() -> None:
    hidden = [Row(name=f"g{n}", estimate=None, text="not shown") for n in range(19)]
    rows = few_hidden([Row(name="A", estimate=1.0), *hidden], "sv")
    assert [row.name for row in rows] == ["A", "19 grupper till"]
    assert few_hidden(hidden[:2], "sv") == hidden[:2]


def test_nki_by_group_is_in_order_and_hides_what_is_hidden(answers: pd.DataFrame) -> None:
    now = answers[answers["wave"] == "w2"]
    result = nki(now, ["nki"], scale=(0, 100), by="market", min_items=1)
    ax = plot_nki(result, language="sv")
    shown = result.table.dropna(subset="estimate").sort_values("estimate")
    assert _dots(ax) == pytest.approx(shown["estimate"].tolist())
    assert "visas inte" in _texts(ax)
    low, high = ax.get_xlim()
    assert low <= shown["ci_low"].min()
    assert high >= shown["ci_high"].max()


def test_waves_are_one_line_in_order_with_the_last_filled(answers: pd.DataFrame) -> None:
    result = nki(answers, ["nki"], scale=(0, 100), by="wave", min_items=1)
    ax = plot_nki(result)
    line = next(line for line in ax.lines if line.get_marker() == "None")
    np.testing.assert_allclose(line.get_ydata(), result.table["estimate"])
    faces = [line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "o"]
    assert faces[0] == PAPER
    assert faces[-1] != PAPER


@pytest.mark.parametrize("narrow", [False, True])
def test_kinds_of_answers_fill_the_bar(answers: pd.DataFrame, narrow: bool) -> None:
    result = nps(answers, "q", by="market")
    ax = plot_nps(result, narrow=narrow)
    shown = result.table.dropna(subset="estimate").sort_values("estimate")
    widths = np.array([patch.get_width() for patch in ax.patches]).reshape(-1, 3)
    np.testing.assert_allclose(widths, shown[["detractors", "passives", "promoters"]])
    assert widths.sum(axis=1) == pytest.approx(1)


def test_a_real_fall_is_filled_and_said_in_words(answers: pd.DataFrame) -> None:
    result = compare_waves(answers, "nki", by="market")
    ax = plot_wave_change(result)
    assert "a real fall" in _texts(ax)
    by_value = {float(line.get_xdata()[0]): line for line in ax.lines if line.get_marker() == "o"}
    se = result.table.set_index("segment").loc["SE", "change"]
    no = result.table.set_index("segment").loc["NO", "change"]
    assert by_value[se].get_markerfacecolor() == BAD
    assert by_value[no].get_markerfacecolor() == PAPER
    assert sum(line.get_marker() == "D" for line in ax.lines) == 1, "everyone together, apart"


def test_a_sure_difference_is_filled(answers: pd.DataFrame) -> None:
    result = compare_segments(answers[answers["wave"] == "w2"], "nki", by="market")
    ax = plot_segment_difference(result)
    assert "clearly lower" in _texts(ax)
    assert ax.lines[0].get_xdata()[0] == 0, "a line to compare with"


def test_a_result_with_nothing_to_show_can_be_drawn(answers: pd.DataFrame) -> None:
    result = nps(answers.head(3), "q", by="market")
    for narrow in (False, True):
        assert "not shown" in _texts(plot_nps(result, narrow=narrow))


def test_a_missing_group_has_a_name(answers: pd.DataFrame) -> None:
    result = nps(
        answers.assign(market=answers["market"].where(answers.index > 50)), "q", by="market"
    )
    assert "inget svar" in _texts(plot_nps(result, language="sv"))


def test_plots_draw_on_axes_they_are_given(answers: pd.DataFrame) -> None:
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    result = nps(answers, "q", by="wave")
    assert plot_nps(replace(result), ax=ax) is ax
