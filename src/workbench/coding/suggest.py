"""Proposals for codes, learned from the texts a person has coded; a person decides.

Words and letter groups weighted by TF-IDF, vectors of an encoder where there is one, and one
logistic regression per code. Scores are probabilities, calibrated on coded texts the model had not
seen. Everything runs offline, and the same texts give the same proposals.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.calibration import Calibration, calibrated, folds_by_code
from workbench.coding.features import TextFeatures
from workbench.coding.sentences import sentence_spans
from workbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.coding.encoders import Encoder

    Matrix = NDArray[np.float64]
    SparseRows = Any  # SciPy's stubs do not let a sparse array be indexed

__all__ = ["SuggestionModel", "learn_codes", "suggest"]

_STRENGTH = 10.0


@dataclass(frozen=True, eq=False)
class SuggestionModel:
    """What was learned from the coded texts.

    Attributes
    ----------
    codes
        The codes, in order of name.
    n_coded
        Coded texts per code.
    quality
        Per code, on coded texts the model had not seen: ``code``, ``n`` (texts with it),
        ``n_texts``, ``auc`` and ``recall_at_3`` (null with a ``reason`` when too few).
    """

    codes: list[str]
    n_coded: dict[str, int]
    quality: pd.DataFrame
    features: TextFeatures = field(repr=False)
    _weights: Matrix = field(repr=False)
    _bias: NDArray[np.float64] = field(repr=False)
    _calibration: Calibration = field(repr=False)
    _members: list[NDArray[np.intp]] = field(repr=False)
    _labels: pd.Index = field(repr=False)

    def scores(self, texts: list[str]) -> pd.DataFrame:
        """Return the probability of each code for each text; one column per code."""
        return pd.DataFrame(self._scores(self.features.rows(texts)), columns=self.codes)

    def _scores(self, rows: SparseRows) -> Matrix:
        return self._calibration.apply(rows @ self._weights.T + self._bias)

    def suggest(self, texts: pd.Series, *, top: int = 3) -> pd.DataFrame:
        """Return the ``top`` codes of each text; see :func:`suggest`."""
        has_text = texts.notna() & (texts.fillna("").str.strip() != "")
        contents: list[str] = texts[has_text].tolist()
        labels = texts.index[has_text]
        if not contents or not self.codes:
            return _empty(labels)
        rows = self.features.rows(contents)
        scores = self._scores(rows)
        n_top = min(top, len(self.codes))
        best = np.argsort(-scores, axis=1, kind="stable")[:, :n_top]
        spans, places = self._spans(contents, best)
        code = best.ravel()
        text = np.repeat(np.arange(len(contents)), n_top)
        nearest = self._nearest(rows, text, code)
        return pd.DataFrame(
            {
                "text": labels.take(text),
                "code": pd.array(self.codes, dtype="str").take(code),
                "score": scores[text, code],
                "start": spans[:, 0],
                "end": spans[:, 1],
                "reason": pd.array(self.features.reasons(places, self._weights[code]), dtype="str"),
                "like": self._labels.take(nearest),
            }
        )

    def _spans(
        self, contents: list[str], best: NDArray[np.intp]
    ) -> tuple[NDArray[np.int64], SparseRows]:
        """Return the sentence that speaks most for each proposal, and the sentences' features."""
        spans = [sentence_spans(content) for content in contents]
        flat = [
            content[start:end]
            for content, found in zip(contents, spans, strict=True)
            for start, end in found
        ]
        rows = self.features.rows(flat)
        evidence = rows @ self._weights.T
        first = np.cumsum([0, *(len(found) for found in spans)])
        chosen: list[tuple[int, int]] = []
        places: list[int] = []
        for number, codes in enumerate(best):
            own = evidence[first[number] : first[number + 1]]
            for code in codes:
                sentence = int(own[:, code].argmax())
                chosen.append(spans[number][sentence])
                places.append(int(first[number]) + sentence)
        return np.array(chosen, np.int64), rows[places]

    def _nearest(
        self, rows: SparseRows, text: NDArray[np.intp], code: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return the coded text with the code that is most alike."""
        nearest = np.empty(len(text), np.intp)
        for number, members in enumerate(self._members):
            here = np.flatnonzero(code == number)
            alike = (rows[text[here]] @ self.features.coded[members].T).toarray()
            nearest[here] = members[alike.argmax(axis=1)] if len(here) else members[:0]
        return nearest


def suggest(
    texts: pd.Series | Sequence[str | None],
    coded: pd.Series | Sequence[str | None],
    codes: Sequence[Collection[str]],
    *,
    top: int = 3,
    encoder: Encoder | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Propose codes for texts from those a person has coded.

    Parameters
    ----------
    texts
        Texts to code; missing ones get no proposals.
    coded
        Texts that are coded. A text read and found to carry no code belongs here too, with an
        empty set: it teaches as much as the others.
    codes
        The codes of each coded text, in the same order.
    top
        Proposals per text.
    encoder
        A function from texts to vectors, as :func:`workbench.bundled_encoder` returns; None: words
        and letters alone. Below some 300 coded texts an encoder helps most.
    seed
        Of the folds that calibrate the scores.

    Returns
    -------
    DataFrame
        One row per text and proposal, best first: ``text`` (its index label), ``code``, ``score``
        (probability that a coder would use the code, 0-1), ``start``, ``end`` (the sentence that
        speaks most for it), ``reason`` (words in that sentence that do), ``like`` (index label of
        the most similar coded text with the code). Nothing counts until a person accepts it.

    Raises
    ------
    DataError
        If ``coded`` and ``codes`` differ in length, or no text has a code.

    Examples
    --------
    >>> coded = ["lång kö", "kön var lång", "dyr avgift", "avgiften är hög", "tack"]
    >>> proposals = suggest(
    ...     ["Hej! Fick stå i kö."], coded, [{"queue"}, {"queue"}, {"fee"}, {"fee"}, set()], top=1
    ... )
    >>> proposals[["code", "start", "end", "reason"]]
        code  start  end reason
    0  queue      5   19     kö
    """
    wanted = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype="str")
    return learn_codes(coded, codes, encoder=encoder, seed=seed).suggest(wanted, top=top)


def learn_codes(
    coded: pd.Series | Sequence[str | None],
    codes: Sequence[Collection[str]],
    *,
    encoder: Encoder | None = None,
    seed: int = 0,
) -> SuggestionModel:
    """Learn codes from coded texts; parameters and errors as :func:`suggest`.

    Returns
    -------
    SuggestionModel
        Proposes codes (``.suggest``), gives all probabilities (``.scores``), and says how well it
        did on coded texts it had not seen (``.quality``).
    """
    series = coded if isinstance(coded, pd.Series) else pd.Series(list(coded), dtype="str")
    sets = [_code_set(place, found) for place, found in enumerate(codes)]
    if len(series) != len(sets):
        raise DataError(
            f"Each coded text needs its set of codes: {len(series)} texts, {len(sets)} sets."
        )
    usable = (series.notna() & (series.fillna("").str.strip() != "")).to_numpy()
    contents: list[str] = series[usable].tolist()
    sets = [found for found, use in zip(sets, usable, strict=True) if use]
    names = sorted(set().union(*sets)) if sets else []
    if not names:
        raise DataError("No coded text has a code yet; code some by hand first.")
    has = np.array([[name in found for name in names] for found in sets], bool)
    features = TextFeatures(contents, encoder)
    weights, bias = _fit(features.coded, has)
    unseen = _unseen(features.coded, has, seed)
    calibration = calibrated(unseen, has)
    return SuggestionModel(
        codes=names,
        n_coded={name: int(n) for name, n in zip(names, has.sum(axis=0), strict=True)},
        quality=_quality(names, unseen, has, calibration),
        features=features,
        _weights=weights,
        _bias=bias,
        _calibration=calibration,
        _members=[np.flatnonzero(column) for column in has.T],
        _labels=series.index[usable],
    )


def _code_set(place: int, found: object) -> set[str]:
    if isinstance(found, str) or not isinstance(found, Collection):
        raise DataError(
            f"The codes of a coded text must be a set of codes; entry {place} is a "
            f"{type(found).__name__}. Write {{'code'}}, and set() for none."
        )
    return {str(code) for code in found}


def _empty(labels: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": labels[:0],
            "code": pd.array([], dtype="str"),
            "score": np.empty(0),
            "start": np.empty(0, np.int64),
            "end": np.empty(0, np.int64),
            "reason": pd.array([], dtype="str"),
            "like": pd.Index([], dtype="int64"),
        }
    )


def _fit(rows: SparseRows, has: NDArray[np.bool_]) -> tuple[Matrix, NDArray[np.float64]]:
    """Return weights and bias of one logistic regression per code."""
    from sklearn.linear_model import LogisticRegression

    n_codes = has.shape[1]
    weights, bias = np.zeros((n_codes, rows.shape[1])), np.zeros(n_codes)
    for number, column in enumerate(has.T):
        if column.all() or not column.any():
            bias[number] = 20.0 if column.any() else -20.0
            continue
        model = LogisticRegression(C=_STRENGTH, class_weight="balanced", solver="liblinear")
        model.fit(rows, column)
        weights[number] = model.coef_[0]
        bias[number] = np.ravel(model.intercept_)[0]
    return weights, bias


def _unseen(rows: SparseRows, has: NDArray[np.bool_], seed: int) -> Matrix | None:
    """Return what models say of coded texts they had not seen; None with too few texts."""
    folds = folds_by_code(has, seed)
    if folds is None:
        return None
    values = np.full(has.shape, np.nan)
    for fold in np.unique(folds):
        out = folds == fold
        weights, bias = _fit(rows[~out], has[~out])
        values[out] = rows[out] @ weights.T + bias
        in_all_or_none = has[~out].all(axis=0) | ~has[~out].any(axis=0)
        values[np.ix_(out, in_all_or_none)] = np.nan
    return values


def _quality(
    names: list[str],
    unseen: Matrix | None,
    has: NDArray[np.bool_],
    calibration: Calibration,
) -> pd.DataFrame:
    from sklearn.metrics import roc_auc_score

    table = pd.DataFrame(
        {"code": names, "n": has.sum(axis=0), "n_texts": len(has), "auc": None, "recall_at_3": None}
    ).astype({"auc": "Float64", "recall_at_3": "Float64", "code": "str"})
    table["reason"] = ""
    if unseen is None:
        return table.assign(reason="TOO_FEW")
    scores = np.nan_to_num(calibration.apply(unseen), nan=0.0)
    rank = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    for number, column in enumerate(has.T):
        if column.sum() < 2 or column.all():
            table.loc[number, "reason"] = "TOO_FEW" if column.sum() < 2 else "ALL_EQUAL"
            continue
        table.loc[number, "auc"] = roc_auc_score(column, scores[:, number])
        table.loc[number, "recall_at_3"] = float((rank[column, number] < 3).mean())
    return table
