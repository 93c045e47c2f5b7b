"""Words in context, words together, words that mark a segment."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

import workbench as wb
from workbench.coding.keyness import collocations, keyword_in_context, keywords


def test_context_is_exact_text_around_each_hit() -> None:
    texts = pd.Series(["Kön var\nlång idag 😀!", None, "lång"], index=["a", "b", "a"])
    found = keyword_in_context(texts, ["lång", "~vara"], width=6)
    assert found["text"].tolist() == ["a", "a", "a"]
    assert found["left"].tolist() == ["Kön ", "n var ", ""]
    assert found["keyword"].tolist() == ["var", "lång", "lång"]
    assert found["right"].tolist() == [" lång ", " idag ", ""]


WORDS = st.sampled_from(["kö", "lång", "bra", "app", "pris"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=8))
def test_log_likelihood_equals_nltk(texts: list[list[str]]) -> None:
    ours = collocations([" ".join(t) for t in texts], least=1, top=1000, keep_function_words=True)
    pairs = [pair for text in texts for pair in itertools.pairwise(text)]
    measures = BigramAssocMeasures()
    left = pd.Series([a for a, _ in pairs]).value_counts()
    right = pd.Series([b for _, b in pairs]).value_counts()
    for row in ours.itertuples():
        a, b = str(row.pair).split()
        marginals = (row.n, (int(left[a]), int(right[b])), len(pairs))
        # NLTK adds a tiny number to each cell
        assert row.log_likelihood == pytest.approx(measures.likelihood_ratio(*marginals), abs=1e-6)
        assert row.pmi == pytest.approx(measures.pmi(*marginals))


def test_pairs_rank_as_nltk_ranks_them() -> None:
    rng = np.random.default_rng(2)
    texts = []
    for _ in range(300):
        words = list(rng.choice(["a1", "b1", "c1", "d1", "e1"], 5))
        texts.append(" ".join([*words, "lång", "kö"] if rng.random() < 0.3 else words))
    finder = BigramCollocationFinder.from_documents([t.split() for t in texts])
    ours = collocations(texts)
    assert ours["pair"].iloc[0] == "lång kö"
    assert finder.nbest(BigramAssocMeasures().likelihood_ratio, 1) == [("lång", "kö")]


def test_pairs_do_not_cross_a_sentence_and_need_several_texts() -> None:
    texts = ["bra. Kö lång"] * 3 + ["egen ordföljd egen ordföljd egen ordföljd"]
    assert collocations(texts)["pair"].tolist() == ["kö lång"]


def reference_log_odds(
    here: dict[str, int], there: dict[str, int], word: str
) -> tuple[float, float]:
    """Monroe, Colaresi & Quinn (2008), equations 15 to 22, written out."""
    total = sum(here.values()) + sum(there.values())
    prior = 500 * (here.get(word, 0) + there.get(word, 0)) / total
    y_i, y_j = here.get(word, 0), there.get(word, 0)
    n_i, n_j = sum(here.values()), sum(there.values())
    delta = math.log((y_i + prior) / (n_i + 500 - y_i - prior))
    delta -= math.log((y_j + prior) / (n_j + 500 - y_j - prior))
    return delta, 1 / (y_i + prior) + 1 / (y_j + prior)


def test_log_odds_follow_monroe_colaresi_and_quinn() -> None:
    texts = pd.Series(["dyrt pris"] * 12 + ["snabb app"] * 9 + ["dyrt app"] * 3)
    segment = pd.Series(["no"] * 12 + ["se"] * 12)
    table = keywords(texts, segment, floor=1).table
    here, there = {"dyrt": 12, "pris": 12}, {"snabb": 9, "app": 12, "dyrt": 3}
    row = table[(table["segment"] == "no") & (table["word"] == "dyrt")].iloc[0]
    delta, variance = reference_log_odds(here, there, "dyrt")
    assert row["estimate"] == pytest.approx(delta)
    assert row["ci_high"] - row["estimate"] == pytest.approx(1.959964 * math.sqrt(variance))
    assert (row["n"], row["n_segment"], row["share"]) == (12, 12, 1.0)


def test_inflections_count_together_and_negations_stay() -> None:
    texts = pd.Series(
        ["priset priset", "priser inte", "pris inte"] * 5 + ["kö bra", "kön", "köer"] * 5
    )
    result = keywords(texts, pd.Series(["a"] * 15 + ["b"] * 15))
    words = set(result.table["word"])
    assert {"inte"} <= words
    assert len(words & {"pris", "priset", "priser"}) == 1
    assert (
        result.table.set_index("word").loc[next(iter(words & {"pris", "priset", "priser"})), "n"]
        == 15
    )


def test_a_word_of_few_is_not_shown() -> None:
    texts = pd.Series(["hemligt ord"] * 6 + ["annorlunda"] * 20)
    assert keywords(texts, pd.Series(["a"] * 6 + ["b"] * 20)).table["segment"].unique() == ["b"]


def test_random_segments_have_few_keywords() -> None:
    rng = np.random.default_rng(4)
    vocabulary = np.array([f"ord{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}" for n in range(100)])
    texts = pd.Series([" ".join(rng.choice(vocabulary, 8)) for _ in range(400)])
    false = 0
    for _ in range(20):
        table = keywords(texts, pd.Series(rng.choice(["a", "b"], 400)), group=False, top=200).table
        false += int((table["p_adjusted"] < 0.05).any())
    assert false <= 3  # at most 5 % of runs; the prior makes it conservative


def test_a_planted_word_is_found_first() -> None:
    rng = np.random.default_rng(5)
    segment = pd.Series(rng.choice(["SE", "NO"], 300))
    texts = pd.Series(
        [
            "avgift kort" if where == "NO" and rng.random() < 0.5 else "kort räcker"
            for where in segment
        ]
    )
    result = keywords(texts, segment)
    assert result.table[result.table["segment"] == "NO"]["word"].iloc[0] == "avgift"
    assert "avgift" in result.summary("sv")


@pytest.mark.parametrize(
    ("texts", "segments"),
    [
        ([None, "", "  "], ["a", "b", "b"]),
        (["x", "y"], ["a", "a"]),
        (["x", "y"], [None, "a"]),
        ([], []),
    ],
)
def test_fewer_than_two_segments_is_an_error(texts: list[str], segments: list[str]) -> None:
    with pytest.raises(wb.DataError, match="at least two"):
        keywords(pd.Series(texts, dtype="str"), pd.Series(segments, dtype="str"))


def test_unaligned_columns_and_unknown_languages_are_errors() -> None:
    with pytest.raises(wb.DataError, match="same index"):
        keywords(pd.Series(["a"]), pd.Series(["b"], index=[5]))
    with pytest.raises(wb.DataError, match="'fi'"):
        collocations(["a b"], language="fi")


def test_nothing_to_count_is_an_empty_table() -> None:
    assert collocations([]).empty
    assert collocations([None, "a"]).empty
    assert keyword_in_context([], "x").empty
    result = keywords(pd.Series(["och", "att", "1 2"]), pd.Series(["a", "b", "b"]))
    assert result.table.empty
    assert "No word" in result.summary()
