"""Texts as numbers: words, letter groups and vectors, and which words speak for a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.coding.encoders import Encoder, encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    SparseRows = Any  # SciPy's stubs do not let a sparse array be indexed

__all__ = ["TextFeatures"]

_VECTOR_WEIGHT = 2.0
_REASON_WORDS = 3
_ANY_WORD = r"(?u)\b\w+\b"


class TextFeatures:
    """Words, letter groups and vectors of texts, fitted on the coded ones."""

    def __init__(self, coded: list[str], encoder: Encoder | None) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        least = 2 if len(coded) > 2_000 else 1
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, min_df=least, token_pattern=_ANY_WORD
        )
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=least
        )
        self._encoder = encoder
        self._centre: NDArray[np.floating] | None = None
        self._known: list[Any] = []
        for vectorizer in (self._words, self._letters):
            try:
                vectorizer.fit(coded)
                self._known.append(vectorizer)
            except ValueError:  # only signs: there is no word to learn from
                continue
        if encoder is not None:
            self._centre = encode(encoder, coded).mean(axis=0)
        self.coded = self.rows(coded)
        has_words = self._words in self._known
        self.words: list[str] = list(self._words.get_feature_names_out()) if has_words else []

    def rows(self, texts: list[str]) -> SparseRows:
        """Return one row per text: words first, then letter groups, then the vector."""
        from scipy.sparse import csr_array, hstack

        blocks = [csr_array(vectorizer.transform(texts)) for vectorizer in self._known]
        if self._encoder is not None and self._centre is not None:
            vectors = encode(self._encoder, texts) if texts else np.empty((0, len(self._centre)))
            vectors = vectors - self._centre
            norms = np.linalg.norm(vectors, axis=1, keepdims=True)
            blocks.append(csr_array(_VECTOR_WEIGHT * vectors / np.maximum(norms, 1e-12)))
        if not blocks:
            return csr_array((len(texts), 1))
        return csr_array(hstack(blocks, format="csr"))

    def reasons(self, sentences: SparseRows, weights: Matrix) -> list[str]:
        """Return for each sentence the words that speak most for its code."""
        found: list[str] = []
        n_words = len(self.words)
        for row, weight in zip(range(sentences.shape[0]), weights, strict=True):
            begin, end = sentences.indptr[row], sentences.indptr[row + 1]
            columns, values = sentences.indices[begin:end], sentences.data[begin:end]
            is_word = columns < n_words
            gains = values[is_word] * weight[columns[is_word]]
            order = np.argsort(-gains, kind="stable")[: 3 * _REASON_WORDS]
            words = [self.words[columns[is_word][k]] for k in order if gains[k] > 0]
            found.append(", ".join(_without_parts(words)[:_REASON_WORDS]))
        return found


def _without_parts(words: list[str]) -> list[str]:
    """Leave out a word when a pair with it stands before it."""
    kept: list[str] = []
    for word in words:
        if not any(set(word.split()) <= set(other.split()) for other in kept):
            kept.append(word)
    return kept
