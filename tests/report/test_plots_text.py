"""Figures about text draw what the records say."""

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.report.plots.text import plot_keywords, plot_saturation


@pytest.mark.parametrize("narrow", [False, True])
def test_saturation_has_a_bar_per_interview_and_a_line_where_it_stops(narrow: bool) -> None:
    result = wb.saturation([4, 3, 2, 1, 1, 0, 0, 0])
    ax = plot_saturation(result, language="sv", narrow=narrow)
    assert [bar.get_width() for bar in ax.patches] == [4, 3, 2, 1, 1, 0, 0, 0]
    assert "5+2" in {text.get_text() for text in ax.texts}
    assert [line.get_ydata()[0] for line in ax.lines] == [4.5]
    never = plot_saturation(wb.saturation([4] * 8))
    assert not never.lines
    assert plot_saturation(wb.saturation([])).get_xlim()[1] > 0


def test_keywords_have_intervals_and_say_who_is_meant() -> None:
    rng = np.random.default_rng(1)
    segment = pd.Series(["SE", "NO"] * 60)
    texts = pd.Series(
        ["avgift kort" if s == "NO" and rng.random() < 0.6 else "kort räcker" for s in segment]
    )
    result = wb.keywords(texts, segment)
    ax = plot_keywords(result, language="sv")
    words = {text.get_text() for text in ax.texts}
    assert any("avgift" in word and "NO" in word for word in words)
    assert len([line for line in ax.lines if len(line.get_xdata()) == 1]) >= 1 or ax.collections
