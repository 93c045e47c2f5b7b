"""Topic proposals: found when planted, stable or marked as not, nothing left over in silence."""

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.coding.topics import topics

PLANTED = {
    1: ["kö", "vänta", "telefon", "samtal"],
    2: ["avgift", "kort", "dyr", "ränta"],
    3: ["app", "inloggning", "krascha", "uppdatering"],
}


def planted_texts(seed: int, n: int = 240) -> tuple[pd.Series, np.ndarray]:
    rng = np.random.default_rng(seed)
    kind = rng.integers(1, 4, n)
    texts = [" ".join(rng.choice(PLANTED[k], 3)) + " och så var det" for k in kind]
    return pd.Series(texts), kind


def test_planted_topics_are_found_and_stable() -> None:
    texts, kind = planted_texts(1)
    result = topics(texts, 3)
    agreement = pd.crosstab(result.assignments["topic"].to_numpy(dtype=int), kind)
    assert agreement.max(axis=1).sum() / len(texts) > 0.95
    assert (result.table["stability"] > 0.8).all()
    assert result.table["n"].sum() == len(texts)
    assert {check.id: check.passed for check in result.checks}["stable_topics"] is True
    assert "proposals" in result.summary()


def test_noise_is_marked_as_unstable() -> None:
    rng = np.random.default_rng(2)
    words = [f"ord{a}{b}" for a in "abcdefgh" for b in "ijklmnop"]
    texts = pd.Series([" ".join(rng.choice(words, 4)) for _ in range(200)])
    result = topics(texts, 8)
    assert {check.id: check.passed for check in result.checks}["stable_topics"] is False


def test_equal_texts_have_equal_topics_and_none_is_left_over() -> None:
    texts, _ = planted_texts(3, 120)
    texts = pd.concat([texts, texts, pd.Series(["xyzzy", None, " ", "och att"])], ignore_index=True)
    result = topics(texts, 3)
    by_text = result.assignments.assign(words=texts[result.assignments["text"]].to_numpy())
    spread = by_text.groupby("words")[["topic", "weight"]].nunique(dropna=False)
    assert (spread == 1).all().all()
    assert result.n_missing == 2
    assert len(result.assignments) == result.n == len(texts) - 2
    without = result.assignments[result.assignments["topic"].isna()]
    assert set(without["reason"]) == {"NO_SHARED_WORD"}
    assert len(without) == 2
    assert result.table["share"].sum() == pytest.approx(240 / 242)


def test_the_same_seed_gives_the_same_topics() -> None:
    texts, _ = planted_texts(4, 90)
    first, again = (topics(texts, 3, seed=5, resamples=2) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, again.table)
    assert topics(texts, 2, resamples=0).table["stability"].isna().all()


@pytest.mark.parametrize(
    ("texts", "choices"),
    [
        ([], {}),
        ([None, ""], {}),
        (["kö"] * 50, {"n_topics": 2}),
        (["a b c"], {}),
        (["kö"], {"n_topics": 0}),
        (["kö"], {"language": "fi"}),
    ],
)
def test_what_cannot_be_split_is_an_error(texts: list[str], choices: dict[str, object]) -> None:
    with pytest.raises(wb.DataError):
        topics(pd.Series(texts, dtype="str"), **choices)  # type: ignore[arg-type]
