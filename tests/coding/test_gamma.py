"""Gamma gives what pygamma-agreement gives, 1 for the same passages and about 0 for chance."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_aligning import ALEX_PAUL_SUZAN, Unit

import workbench as wb
from workbench.errors import DataError

COLUMNS = ["document", "coder", "start", "end", "code"]


def spans(units: list[Unit], document: str = "d") -> pd.DataFrame:
    rows = [(document, f"r{coder}", start, end, code) for coder, start, end, code in units]
    return pd.DataFrame(rows, columns=COLUMNS)


def moved(frame: pd.DataFrame, by: int) -> pd.DataFrame:
    return frame.assign(start=frame["start"] + by, end=frame["end"] + by)


@pytest.mark.parametrize("seed", range(2))
def test_three_coders_who_overlap_give_the_gamma_of_pygamma(seed: int) -> None:
    # its test allows 0.44 to 0.47; its text begins where the first passage does
    frame = moved(spans(ALEX_PAUL_SUZAN), -2)
    found = wb.gamma_agreement(frame, length=58, alpha=3, seed=seed)
    assert found.estimate == pytest.approx(0.455, abs=0.02)
    assert found.table["observed"].iloc[-1] == pytest.approx(0.960625)
    assert found.n_draws >= 30


def test_the_same_seed_gives_the_same_gamma() -> None:
    frame = spans(ALEX_PAUL_SUZAN)
    one, other = (wb.gamma_agreement(frame, length=60, seed=4).table for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_more_precision_takes_more_draws() -> None:
    frame = spans(ALEX_PAUL_SUZAN)
    rough = wb.gamma_agreement(frame, length=60, precision=0.1)
    fine = wb.gamma_agreement(frame, length=60, precision=0.03)
    assert rough.n_draws == 30 < fine.n_draws <= 500


def test_the_same_passages_agree_fully_and_have_no_interval() -> None:
    frame = spans([(coder, 3, 9, "a") for coder in (1, 2, 3)])
    found = wb.gamma_agreement(frame, length=40)
    row = found.table.iloc[-1]
    assert (row["observed"], row["estimate"], row["reason"]) == (0, 1, "NO_DISAGREEMENT")


def by_chance(rng: np.random.Generator, document: str) -> pd.DataFrame:
    units = [
        (coder, int(start), int(start) + 8, str(rng.choice(["a", "b"])))
        for coder in (1, 2)
        for start in rng.choice(np.arange(0, 190, 10), 8, replace=False)
    ]
    return spans(units, document)


def test_chance_gives_about_nothing_and_documents_are_resampled() -> None:
    rng = np.random.default_rng(5)
    frame = pd.concat([by_chance(rng, str(n)) for n in range(12)])
    lengths = {str(n): 200 for n in range(12)}
    found = wb.gamma_agreement(frame, length=lengths, seed=1)
    row = found.table.iloc[-1]
    assert abs(row["estimate"]) < 0.1
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["ci_low"] < 0.1
    assert len(found.table) == 13
    assert set(found.table["reason"].iloc[:-1]) == {"FEW_DOCUMENTS"}


def test_the_further_apart_the_lower() -> None:
    def of(shift: int) -> float:
        units = [(1, n, n + 8, "a") for n in range(0, 180, 30)]
        units += [(2, n + shift, n + shift + 8, "a") for n in range(0, 180, 30)]
        found = wb.gamma_agreement(spans(units), length=200, seed=2).estimate
        assert found is not None
        return found

    values = [of(shift) for shift in (0, 2, 4, 6)]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1


@pytest.mark.parametrize(
    ("frame", "coders"),
    [
        (spans([(1, 0, 4, "a")]), None),
        (spans([]), None),
        (spans([]), ["A", "B"]),
    ],
)
def test_nothing_to_compare_has_a_reason(frame: pd.DataFrame, coders: list[str] | None) -> None:
    found = wb.gamma_agreement(frame, length=20, coders=coders)
    assert found.estimate is None
    assert found.table["reason"].iloc[-1] == "FEW_UNITS"
    assert not found.checks[0].passed
    assert found.summary("sv")


def test_a_coder_who_marked_nothing_counts() -> None:
    frame = spans([(1, 0, 4, "a"), (1, 8, 12, "a")])
    found = wb.gamma_agreement(frame, length=20, coders=["r1", "r2"])
    assert found.table["observed"].iloc[-1] == 2
    assert found.estimate is not None
    assert found.estimate < 0.5


@pytest.mark.parametrize("wrong", [{"alpha": 0}, {"beta": -1}, {"empty": 0}, {"precision": 0}])
def test_weights_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(DataError, match="above 0"):
        wb.gamma_agreement(spans(ALEX_PAUL_SUZAN), length=60, **wrong)  # type: ignore[arg-type]


def test_a_passage_beyond_its_document_is_refused() -> None:
    with pytest.raises(DataError, match="first at row"):
        wb.gamma_agreement(spans(ALEX_PAUL_SUZAN), length=50)


def test_gamma_of_a_corpus_compares_what_two_coded_alone(repository: Path) -> None:
    talks = wb.load_corpus(repository / "data" / "demo" / "interviews")
    found = wb.passage_agreement(talks, form="gamma", bootstrap=200)
    row = found.table.iloc[-1]
    assert (
        row["n_passages"] == wb.passage_agreement(talks, bootstrap=0).table["n_passages"].iloc[-1]
    )
    assert 0.7 < row["ci_low"] < row["estimate"] < row["ci_high"] <= 1
    assert found.n_documents == 8


@settings(max_examples=4)
@given(st.permutations([1, 2, 3]), st.integers(0, 3))
def test_gamma_is_at_most_one_whatever_coders_are_called(names: list[int], seed: int) -> None:
    renamed = [(names[coder - 1], *rest) for coder, *rest in ALEX_PAUL_SUZAN]
    found = wb.gamma_agreement(spans(renamed), length=60, seed=seed, precision=0.1)  # type: ignore[arg-type]
    same = wb.gamma_agreement(spans(ALEX_PAUL_SUZAN), length=60, precision=0.1)
    assert found.table["observed"].iloc[-1] == pytest.approx(same.table["observed"].iloc[-1])
    assert found.estimate is not None
    assert found.estimate <= 1
