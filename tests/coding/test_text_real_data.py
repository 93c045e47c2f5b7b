"""Public data sets: rules re-apply the analysts' codebooks, suggestions hold their ground."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.coding.encoders import bundled_encoder, cached_encoder
from workbench.coding.match import match
from workbench.coding.suggest import learn_codes

pytestmark = pytest.mark.real_data

ANSWER_FIELDS = {
    "hinderances": ["hinderances"],
    **{
        question: [f"{question}_{number}" for number in (1, 2, 3)]
        for question in (
            "integrations", "workflow_needs_not_addressed", "pleasant_aspects",
            "difficult_aspects", "features_changes", "first_experience_enhancements",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("question", list(ANSWER_FIELDS))
def test_the_analysts_codebooks_give_their_tags_on_every_answer(
    question: str, real_data: Path
) -> None:
    folder = real_data / "jupyter_ux_2015"
    codebook = json.loads((folder / "codebooks.json").read_text(encoding="utf-8"))[question]
    answers = pd.read_csv(folder / "survey_short_columns.csv.gz", index_col=0, dtype="str")
    tagged = pd.read_csv(folder / f"{question}_themes.csv.gz", sep=";", index_col=0, dtype="str")
    fields = answers.loc[tagged.index, ANSWER_FIELDS[question]].fillna("")
    texts = fields.agg("\n".join, axis=1)
    rules = {
        theme: [rf"/(^|\W+){pattern}/" for pattern in patterns]
        for theme, patterns in codebook.items()
    }
    found = match(texts, rules).groupby("text")["code"].agg(set)
    expected = tagged[f"{question}_themes"].fillna("").str.split(",").map(lambda t: set(t) - {""})
    ours = expected.index.map(lambda row: found.get(row, set()))
    assert len(expected) > 300
    assert sum(a != b for a, b in zip(ours, expected, strict=True)) == 0


def banking(real_data: Path, k: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = real_data / "banking77"
    train, test = (pd.read_csv(folder / f"{part}.csv.gz") for part in ("train", "test"))
    rng = np.random.default_rng(seed)
    rows = [
        rng.choice(group.index.to_numpy(), k, replace=False)
        for _, group in train.groupby("category")
    ]
    return train.loc[np.concatenate(rows)], test


def test_ten_examples_per_code_give_seventy_per_cent_on_banking77(real_data: Path) -> None:
    coded, test = banking(real_data, 10, 0)
    model = learn_codes(coded["text"], [{category} for category in coded["category"]])
    scores = model.scores(test["text"].tolist())
    ours = (scores.idxmax(axis=1).to_numpy() == test["category"].to_numpy()).mean()
    assert ours >= 0.70
    assert ours >= peer_accuracy(coded, test)


@pytest.mark.prove  # needs the extra ``embed``, which ``make prove`` installs
def test_the_bundled_encoder_gives_eighty_per_cent_on_banking77(
    real_data: Path, tmp_path: Path
) -> None:
    coded, test = banking(real_data, 10, 0)
    encoder = cached_encoder(bundled_encoder(), tmp_path, model="bundled")
    sets = [{category} for category in coded["category"]]
    model = learn_codes(coded["text"], sets, encoder=encoder)
    scores = model.scores(test["text"].tolist())
    assert (scores.idxmax(axis=1).to_numpy() == test["category"].to_numpy()).mean() >= 0.80


def peer_accuracy(coded: pd.DataFrame, test: pd.DataFrame) -> float:
    """Word TF-IDF and one-vs-rest logistic regression as they come."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    vectorizer = TfidfVectorizer()
    model = OneVsRestClassifier(LogisticRegression(solver="liblinear"))
    model.fit(vectorizer.fit_transform(coded["text"]), coded["category"])
    return float((model.predict(vectorizer.transform(test["text"])) == test["category"]).mean())


def test_nhs_comments_are_never_worse_than_tf_idf_and_logistic_regression(real_data: Path) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, has = nhs(real_data)
    order = np.random.default_rng(1).permutation(len(texts))
    coded, fresh = order[:300], order[-1_000:]
    names = has.columns.to_numpy()
    model = learn_codes(
        texts.iloc[coded], [set(names[row]) for row in has.to_numpy()[coded]], seed=1
    )
    ours = model.scores(texts.iloc[fresh].tolist()).reindex(columns=names, fill_value=0.0)
    vectorizer = TfidfVectorizer()
    rows = vectorizer.fit_transform(texts.iloc[coded])
    others = vectorizer.transform(texts.iloc[fresh])
    peer = pd.DataFrame(0.0, index=ours.index, columns=names)
    for name in model.codes:
        fitted = LogisticRegression(class_weight="balanced", solver="liblinear").fit(
            rows, has[name].iloc[coded]
        )
        peer[name] = fitted.predict_proba(others)[:, 1]
    truth = has.iloc[fresh].to_numpy()
    assert recall_at_3(ours, truth) >= recall_at_3(peer, truth)


def nhs(real_data: Path) -> tuple[pd.Series, pd.DataFrame]:
    path = real_data / "nhs_fft_v6" / "v6framework_230831.csv.gz"
    frame = pd.read_csv(path, low_memory=False)
    has = frame.iloc[:, 11:].apply(pd.to_numeric).fillna(0) > 0
    use = frame["FFT answer"].notna() & has.any(axis=1)
    return frame.loc[use, "FFT answer"].astype("str"), has[use]


def recall_at_3(scores: pd.DataFrame, truth: np.ndarray) -> float:
    top = np.argsort(-scores.to_numpy(), axis=1, kind="stable")[:, :3]
    return float(np.take_along_axis(truth, top, axis=1).sum() / truth.sum())
