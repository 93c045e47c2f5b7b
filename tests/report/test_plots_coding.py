"""Figures of agreement draw the numbers of the record, and say why one is not there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import workbench as wb
from workbench.coding.corpus import Corpus
from workbench.language import translate
from workbench.report.plots.coding import plot_code_agreement, plot_unitizing_agreement
from workbench.results.coding import CodeAgreementResult


@pytest.fixture(scope="module")
def talks(repository: Path) -> Corpus:
    return wb.load_corpus(repository / "data" / "demo" / "interviews")


@pytest.fixture(scope="module")
def agreed(talks: Corpus) -> CodeAgreementResult:
    return wb.code_agreement(talks, bootstrap=100)


def axes() -> Axes:
    return Figure(figsize=(14, 6)).add_subplot()


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("narrow", [False, True])
def test_codes_are_drawn_from_high_to_low_with_their_numbers(
    agreed: CodeAgreementResult, narrow: bool
) -> None:
    ax = plot_code_agreement(agreed, ax=axes(), language="sv", narrow=narrow)
    said = " ".join(texts(ax))
    for row in agreed.table.to_dict("records"):
        assert f"{row['estimate']:.2f}".replace(".", ",") in said
    points = [x for line in ax.lines for x in line.get_xdata() if len(line.get_xdata()) == 1]
    drawn = [round(float(x), 9) for x in points]
    expected = agreed.table["estimate"].sort_values(ascending=False).round(9)
    assert [x for x in drawn if x in set(expected)] == list(expected)
    assert "0,667" in said
    without = int(agreed.table["ci_low"].isna().sum())
    assert said.count(f"({translate('no interval', 'sv')})") == without > 0


def test_verdicts_are_words_beside_the_colour(agreed: CodeAgreementResult) -> None:
    low = agreed.table.assign(verdict=["not_enough", *["enough"] * (len(agreed.table) - 1)])
    said = " ".join(texts(plot_code_agreement(replace(agreed, table=low), ax=axes())))
    assert "✕ bears nothing" in said
    assert "✓ holds" in said


def test_a_code_without_a_number_says_why(agreed: CodeAgreementResult) -> None:
    table = agreed.table.copy()
    table.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    table.loc[0, "reason"] = "ONE_CATEGORY"
    ax = plot_code_agreement(replace(agreed, table=table), ax=axes())
    name = str(table.loc[0, "code"])
    assert any(name in text for text in texts(ax))
    assert "nan" not in " ".join(texts(ax)).casefold()


def test_a_negative_alpha_is_within_the_axis(agreed: CodeAgreementResult) -> None:
    table = agreed.table.copy()
    table.loc[0, ["estimate", "ci_low", "ci_high"]] = (-0.4, -0.6, -0.1)
    ax = plot_code_agreement(replace(agreed, table=table), ax=axes())
    assert ax.get_xlim()[0] < -0.6


def test_passages_have_a_row_per_code_and_one_for_all(talks: Corpus) -> None:
    found = wb.passage_agreement(talks, bootstrap=50)
    ax = plot_unitizing_agreement(found, ax=axes(), language="en")
    said = texts(ax)
    assert any("All codes" in text for text in said)
    for row in found.table.to_dict("records"):
        if not pd.isna(row["estimate"]):
            assert any(f"{row['estimate']:.2f}" in text for text in said)
