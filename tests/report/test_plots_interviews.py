"""The figure of saturation ends where the numbers end, in both widths."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import workbench as wb
from workbench.report.plots.interviews import plot_interview_saturation
from workbench.results.interviews import InterviewSaturationResult


@pytest.fixture(scope="module")
def found(repository: Path) -> InterviewSaturationResult:
    talks = wb.load_corpus(repository / "data" / "demo" / "interviews")
    return wb.interview_saturation(talks, orders=10)


def drawn(result: InterviewSaturationResult, *, narrow: bool = False) -> Axes:
    axes = Figure(figsize=(14, 6)).add_subplot()
    return plot_interview_saturation(result, ax=axes, language="sv", narrow=narrow)


@pytest.mark.parametrize("narrow", [False, True])
def test_both_curves_follow_the_table(found: InterviewSaturationResult, narrow: bool) -> None:
    ax = drawn(found, narrow=narrow)
    lines = [list(line.get_ydata()) for line in ax.lines]
    assert lines[0] == pytest.approx(list(found.table["found"]))
    assert lines[1] == pytest.approx(list(found.table["settled"]))
    labels = [text.get_text() for text in ax.texts]
    assert [label[0] for label in labels] == ["●", "□"]
    assert ax.get_ylim()[1] > 1
    assert ax.get_yticklabels()[-1].get_text().startswith("100")


def test_curves_are_told_apart_without_colour(found: InterviewSaturationResult) -> None:
    one, other = drawn(found).lines
    assert one.get_marker() != other.get_marker()
    assert one.get_linestyle() != other.get_linestyle()


def test_many_interviews_do_not_crowd_the_axis(found: InterviewSaturationResult) -> None:
    many = pd.DataFrame(
        {"interview": range(1, 101), "found": 1.0, "settled": [n / 100 for n in range(1, 101)]}
    )
    ax = drawn(replace(found, table=many))
    assert len(ax.get_xticks()) <= 13
