"""The pairs of rows that may be copies are those that agree wholly on a block of columns."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workbench.inputs.health import duplicates

N_BLOCKS = 3
_candidates = duplicates._candidates


def _plain(codes: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Compare every two rows, block by block."""
    spread = [-duplicates._entropy(column) for column in codes.T]
    order = np.argsort(spread, kind="stable")
    return [
        pair
        for block in range(N_BLOCKS)
        for pair in combinations(range(len(codes)), 2)
        if (codes[pair[0], order[block::N_BLOCKS]] == codes[pair[1], order[block::N_BLOCKS]]).all()
    ]


def _found(codes: NDArray[np.int32]) -> list[tuple[int, int]]:
    return [
        pair
        for left, right in _candidates(codes, N_BLOCKS)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]


@given(seed=st.integers(0, 10_000), n=st.integers(2, 40), n_codes=st.integers(1, 4))
def test_all_pairs_are_found_and_once_a_block(seed: int, n: int, n_codes: int) -> None:
    codes = np.random.default_rng(seed).integers(-1, n_codes, (n, 7)).astype(np.int32)
    assert sorted(_found(codes)) == sorted(_plain(codes))


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_pairs_come_in_portions(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(duplicates, "_PAIRS_AT_ONCE", at_once)
    codes = np.random.default_rng(0).integers(0, 2, (60, 7)).astype(np.int32)
    assert sorted(_found(codes)) == sorted(_plain(codes))


def test_keys_end_before_there_are_too_many_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.repeat(np.arange(5, dtype=np.int32), 4)[:, None] * np.ones((1, 7), dtype=np.int32)
    monkeypatch.setattr(duplicates, "_MOST_PAIRS", 6 * 5 + 6 * 2)
    found = _found(codes)
    assert len(found) == 6 * 7, "the first block whole, and two keys of the second"
    assert {left // 4 for left, _ in found[6 * 5 :]} == {0, 1}
