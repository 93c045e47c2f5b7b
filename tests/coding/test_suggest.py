"""Proposals learned from coded texts: right, explained, calibrated, the same every time."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import workbench as wb
from workbench.coding.calibration import calibrated, folds_by_code
from workbench.coding.encoders import cached_encoder, encode
from workbench.coding.next_texts import coding_order
from workbench.coding.suggest import learn_codes, suggest

CODED = [
    "lång kö i telefonen", "kön var jättelång", "fick vänta på svar", "väntetiden är för lång",
    "avgiften är för hög", "dyrt kort", "för höga avgifter", "priset gick upp igen",
    "appen kraschar", "det går inte att logga in i appen", "appen är seg och kraschar ofta",
    "trevlig personal", "mycket trevligt bemötande", "snabb och vänlig hjälp", "tack",
]  # fmt: skip
CODES = [{"queue"}] * 4 + [{"fee"}] * 4 + [{"app"}] * 3 + [{"staff"}] * 3 + [set()]


def letters_encoder(texts: list[str]) -> NDArray[np.float64]:
    """Return counts of some letter pairs: a stand-in for a model, the same every time."""
    pairs = ["kö", "vä", "av", "pp", "tr", "nl", "gi", "ra"]
    return np.array([[text.lower().count(pair) + 0.01 for pair in pairs] for text in texts])


@pytest.mark.parametrize("encoder", [None, letters_encoder])
def test_proposals_carry_a_span_and_a_reason(encoder: wb.Encoder | None) -> None:
    texts = pd.Series(
        ["Hej! Appen kraschade igen 😀. Annars bra.", None, "Vilken kö.", ""],
        index=["r1", "r2", "r3", "r4"],
    )
    found = suggest(texts, CODED, CODES, encoder=encoder)
    assert list(found.columns) == ["text", "code", "score", "start", "end", "reason", "like"]
    first = found.groupby("text").first()
    assert first["code"].to_dict() == {"r1": "app", "r3": "queue"}
    row = first.loc["r1"]
    assert texts["r1"][row["start"] : row["end"]] == "Appen kraschade igen 😀."
    assert "appen" in row["reason"]
    assert CODES[row["like"]] == {"app"}
    assert found["score"].between(0, 1).all()
    assert (found.groupby("text")["score"].diff().dropna() <= 0).all()


def test_no_proposal_for_a_text_that_is_not_there() -> None:
    assert suggest([None, " "], CODED, CODES).empty
    assert suggest([], CODED, CODES).empty


def test_equal_texts_get_equal_proposals_and_runs_repeat() -> None:
    texts = ["appen är dyr"] * 2
    found = suggest(texts, CODED, CODES, seed=3)
    a, b = (found[found["text"] == n].drop(columns="text").reset_index(drop=True) for n in (0, 1))
    pd.testing.assert_frame_equal(a, b)
    pd.testing.assert_frame_equal(found, suggest(texts, CODED, CODES, seed=3))


def test_never_worse_than_tf_idf_and_logistic_regression_on_planted_themes() -> None:
    rng = np.random.default_rng(1)
    topics = {"a": ["kö", "vänta", "telefon"], "b": ["avgift", "pris", "dyr"], "c": ["app", "seg"]}
    filler = [f"ord{n}" for n in range(60)]

    def draw(n: int) -> tuple[list[str], list[set[str]]]:
        sets = [{t for t in topics if rng.random() < 0.35} for _ in range(n)]
        texts = [
            " ".join(
                rng.permutation([rng.choice(topics[t]) + rng.choice(["", "n", "en"]) for t in s]
                                + list(rng.choice(filler, 6)))
            )
            for s in sets
        ]  # fmt: skip
        return texts, sets

    coded, sets = draw(80)
    fresh, truth = draw(300)
    ours = learn_codes(coded, sets).scores(fresh)
    has = pd.DataFrame([[t in s for t in topics] for s in truth], columns=list(topics))
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score

    vectorizer = TfidfVectorizer()
    rows, others = vectorizer.fit_transform(coded), vectorizer.transform(fresh)
    peer = pd.DataFrame(
        {
            t: LogisticRegression().fit(rows, [t in s for s in sets]).predict_proba(others)[:, 1]
            for t in topics
        }
    )
    scores = [f1_score(has, table > 0.5, average="micro") for table in (ours, peer)]
    assert scores[0] >= scores[1]
    assert scores[0] > 0.7


def test_probabilities_mean_what_they_say() -> None:
    rng = np.random.default_rng(7)

    def draw(n: int) -> tuple[list[str], NDArray[np.bool_]]:
        wanted = rng.random(n) < 0.3
        clear = rng.random(n) < np.where(wanted, 0.7, 0.15)
        words = np.where(clear, "avgift", "kaffe")
        return [f"{w} {' '.join(rng.choice(list('abcdefgh'), 3))}" for w in words], wanted

    coded, has = draw(400)
    model = learn_codes(coded, [{"fee"} if h else set() for h in has])
    fresh, truth = draw(2_000)
    score = model.scores(fresh)["fee"].to_numpy()
    for low in (score > 0.5, score <= 0.5):
        assert score[low].mean() == pytest.approx(truth[low].mean(), abs=0.08)


def test_quality_is_told_per_code_and_why_not() -> None:
    quality = learn_codes([*CODED, "ensam"], [*CODES, {"once"}]).quality.set_index("code")
    assert quality.loc["once", "reason"] == "TOO_FEW"
    assert quality.loc["queue", "n"] == 4
    assert 0.5 <= quality.loc["queue", "auc"] <= 1
    few = learn_codes(["a", "b"], [{"x"}, {"y"}]).quality
    assert set(few["reason"]) == {"TOO_FEW"}
    every = learn_codes(CODED, [{"all"}] * len(CODED)).quality
    assert list(every["reason"]) == ["ALL_EQUAL"]


@pytest.mark.parametrize(
    "coded", [["!!!", "???"], ["😀", "😀😀"], ["a", "a"], ["x" * 50_000, "<script>"]]
)
def test_odd_texts_are_learned_without_a_fault(coded: list[str]) -> None:
    found = suggest(["!!!", "=cmd|'/C calc'!A0", "kö"], coded, [{"p"}, {"q"}])
    assert np.isfinite(found["score"]).all()
    assert (found["end"] > found["start"]).all()


@pytest.mark.parametrize(
    ("coded", "codes", "says"),
    [
        (["a"], [], "1 texts, 0 sets"),
        (["a"], ["code"], "entry 0 is a str"),
        (["a"], [None], "entry 0 is a NoneType"),
        (["a", "b"], [set(), set()], "No coded text has a code"),
        ([None], [{"x"}], "No coded text has a code"),
    ],
)
def test_wrong_examples_are_named(coded: list[str], codes: list[object], says: str) -> None:
    with pytest.raises(wb.DataError, match=says):
        suggest(["x"], coded, codes)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 3)), min_size=10, max_size=40), st.integers(0, 3))
def test_folds_spread_each_code(sets: list[frozenset[int]], seed: int) -> None:
    has = np.array([[code in found for code in range(4)] for found in sets])
    folds = folds_by_code(has, seed)
    assert folds is not None
    sizes = np.bincount(folds, minlength=5)
    assert sizes.max() - sizes.min() <= 1
    rarest = min((int(n) for n in has.sum(axis=0) if n), default=0)
    code = next((c for c in range(4) if has[:, c].sum() == rarest), 0)
    only = has[:, code]
    assert np.bincount(folds[only], minlength=5).max() <= max(1, -(-int(only.sum()) // 5) + 1)


def test_calibration_ignores_what_is_not_known_and_keeps_the_order() -> None:
    rng = np.random.default_rng(3)
    has = rng.random((200, 3)) < 0.3
    values = np.where(has, 1.0, -1.0) + rng.normal(0, 1.0, has.shape)
    values[:, 2] = np.nan
    scale = calibrated(values, has)
    scores = np.linspace(-3, 3, 9)[:, None]
    assert (np.diff(scale.apply(scores).ravel()) > 0).all()
    assert calibrated(None, has) == calibrated(values[:3], has[:3])


class Counting:
    """An encoder that counts what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> NDArray[np.float64]:
        self.asked += texts
        return np.array(
            [np.frombuffer(hashlib.sha256(t.encode()).digest()[:8], np.uint8) / 255 for t in texts]
        )


def test_each_text_is_encoded_once_and_never_stored(tmp_path: Path) -> None:
    encoder = Counting()
    cached = cached_encoder(encoder, tmp_path, model="m1")
    first = cached(["hemlig text", "b", "hemlig text"])
    again = cached_encoder(encoder, tmp_path, model="m1")(["b", "c", "hemlig text"])
    assert encoder.asked == ["hemlig text", "b", "c"]
    np.testing.assert_array_equal(first[[1, 0]], again[[0, 2]])
    assert b"hemlig" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    cached_encoder(encoder, tmp_path, model="m2")(["b"])
    assert encoder.asked[-1] == "b"


@pytest.mark.parametrize("cut", ["keys", "rows"])
def test_a_cache_cut_by_a_crash_is_mended(tmp_path: Path, cut: str) -> None:
    encoder = Counting()
    cached = cached_encoder(encoder, tmp_path, model="m")
    before = cached(["a", "b", "c"])
    path = next(tmp_path.glob(f"*.{cut}"))
    path.write_bytes(path.read_bytes()[:-40])
    np.testing.assert_array_equal(cached(["a", "b", "c"]), before)
    np.testing.assert_array_equal(cached(["c", "a"]), before[[2, 0]])


def test_a_changed_encoder_under_an_old_name_is_refused(tmp_path: Path) -> None:
    cached_encoder(Counting(), tmp_path, model="m")(["a"])
    other = cached_encoder(lambda texts: np.ones((len(texts), 3)), tmp_path, model="m")
    with pytest.raises(wb.DataError, match="another model name"):
        other(["z"])


@pytest.mark.parametrize(
    "wrong",
    [lambda _: np.ones((1, 2)), lambda t: np.full((len(t), 2), np.nan), lambda t: np.ones(len(t))],
)
def test_an_encoder_that_gives_no_rows_is_an_error(wrong: wb.Encoder) -> None:
    with pytest.raises(wb.DataError, match="one row of finite numbers per text"):
        encode(wrong, ["a", "b"])


def test_texts_to_read_next_are_new_and_unlike_each_other() -> None:
    texts = pd.Series(
        ["lång kö i telefonen igen", "appen kraschar alltid", "helt annat: parkeringen",
         "helt annat: parkeringen", None, "låneräntan steg", "låneräntan steg mycket"],
        index=list("abcdefg"),
    )  # fmt: skip
    order = coding_order(texts, CODED, CODES, n=3)
    assert set(order["text"]) <= {"c", "f", "g"} | {"a", "b"}
    assert order["text"].iloc[0] in {"c", "f", "g"}
    assert len({"f", "g"} & set(order["text"].iloc[:2])) <= 1
    assert order["rank"].tolist() == [1, 2, 3]
    fresh = coding_order(texts, [], [], n=10)
    assert len(fresh) == 5
    assert fresh["score"].isna().all()
    assert coding_order(pd.Series([None], dtype="str"), [], []).empty


def test_reading_chosen_texts_teaches_more_than_random_ones() -> None:
    rng = np.random.default_rng(11)
    kinds = ["".join(rng.choice(list("bdfgklmnprstvaeiouyåäö"), 7)) for _ in range(20)]
    words = ["prat", "saker", "sen", "mycket", "ganska", "tycker", "verkligen", "igen"]
    weights = np.r_[[0.3, 0.2], np.full(18, 0.5 / 18)]
    kind = rng.choice(20, 400, p=weights)
    texts = pd.Series([f"{kinds[k]} {' '.join(rng.choice(words, 3))}" for k in kind])
    start = list(range(10))
    seen = [{kinds[k]} for k in kind]
    chosen = coding_order(texts.drop(start), texts[start], [seen[k] for k in start], n=20)["text"]
    found = len({kinds[kind[place]] for place in [*start, *chosen]})
    by_chance = np.mean(
        [
            len({kinds[k] for k in kind[[*start, *rng.choice(np.arange(10, 400), 20)]]})
            for _ in range(50)
        ]
    )
    assert found > by_chance + 1
