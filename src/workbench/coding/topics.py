"""What may the themes be: proposals from word use alone, with how stable each one is."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.lemmas import lemma
from workbench.coding.resources import entries
from workbench.coding.tokens import TextIndex, index_texts
from workbench.errors import DataError
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.text import TopicsResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    SparseRows = Any  # SciPy's stubs do not let a sparse array be indexed

__all__ = ["topics"]

_TOP_WORDS = 10
_STABLE = 0.5


def topics(
    texts: pd.Series,
    n_topics: int = 10,
    *,
    language: str = "sv",
    least: int = 5,
    resamples: int = 10,
    seed: int = 0,
) -> TopicsResult:
    """Propose topics from the words texts share: a starting point for codes, never a finding.

    Non-negative matrix factorisation of TF-IDF on dictionary forms. Equal texts always get the
    same topic, and texts that share no word with the others are counted, not hidden.

    Parameters
    ----------
    texts
        One text per respondent; missing and empty ones are left out and counted.
    n_topics
        Topics to propose.
    language
        Whose function words are left out and whose inflections are grouped: ``"sv"``, ``"en"``.
    least
        Texts in which a word must stand to count.
    resamples
        Times the topics are made again from 80 per cent of the texts, to see which come back.
    seed
        Of the factorisation and the resamples.

    Returns
    -------
    TopicsResult
        ``table``: one row per topic. ``assignments``: one row per text.

    Raises
    ------
    DataError
        If there are fewer texts or shared words than topics.
    """
    if n_topics < 1:
        raise DataError(f"n_topics must be at least 1; found {n_topics}.")
    if language not in {"sv", "en"}:
        raise DataError(f"Topics are proposed for 'sv' and 'en'; found '{language}'.")
    has_text = texts.notna() & (texts.fillna("").str.strip() != "")
    used = texts[has_text]
    index = index_texts(used.tolist())
    words, counts = _word_counts(index, language, least)
    distinct, back = np.unique(np.array(index.texts, dtype=object), return_inverse=True)
    if min(len(distinct), len(words)) < max(n_topics, 2):
        raise DataError(
            f"{n_topics} topics need at least as many different texts and shared words; found "
            f"{len(distinct)} texts and {len(words)} words used in {least} texts or more. Ask for "
            "fewer topics, or lower least."
        )
    weights = _tf_idf(counts)
    topic_words, converged = _factorised(weights, n_topics, seed)
    first = np.full(len(distinct), -1)
    first[back[::-1]] = np.arange(len(back))[::-1]
    shares = _shares(weights[first], topic_words)[back]
    stability = _stability(weights, topic_words, resamples, seed)
    assignments = _assigned(used.index, shares)
    return TopicsResult(
        table=_table(words, topic_words, assignments, shares, stability, counts),
        assignments=assignments,
        method=Message(
            "Non-negative matrix factorisation of TF-IDF on dictionary forms ({words:integer} "
            "words in {least:integer} texts or more); stability is the mean overlap of the ten "
            "first words over {resamples:integer} resamples of 80 per cent of the texts.",
            words=len(words),
            least=least,
            resamples=resamples,
        ),
        checks=_checks(assignments, stability, converged),
        n=len(used),
        n_missing=int((~has_text).sum()),
    )


def _word_counts(index: TextIndex, language: str, least: int) -> tuple[list[str], SparseRows]:
    from scipy.sparse import csr_array

    dull = frozenset(entries(f"stop_{language}.txt"))
    forms = [lemma(word, language) for word in index.types]
    keep = [
        len(word) > 1 and not word[0].isdigit() and word not in dull and form not in dull
        for word, form in zip(index.types, forms, strict=True)
    ]
    number, names = pd.factorize(np.array(forms, dtype=object))
    kept = np.array(keep, bool)[index.type_of] if keep else np.empty(0, bool)
    columns = number[index.type_of][kept] if keep else np.empty(0, np.int64)
    rows = index.text_of[kept]
    counts: SparseRows = csr_array(
        (np.ones(len(rows)), (rows, columns)), shape=(len(index), max(len(names), 1))
    )
    counts.sum_duplicates()
    common = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= least)
    return [str(names[column]) for column in common], csr_array(counts[:, common])


def _tf_idf(counts: SparseRows) -> SparseRows:
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import TfidfTransformer

    return csr_array(TfidfTransformer(sublinear_tf=True).fit_transform(counts))


def _factorised(weights: SparseRows, n_topics: int, seed: int) -> tuple[Matrix, bool]:
    """Return topic x word, and whether the search came to rest."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(init="nndsvd", random_state=seed, max_iter=400)
    model.set_params(n_components=n_topics)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(weights)
    return model.components_, model.n_iter_ < 400


def _shares(weights: SparseRows, topic_words: Matrix) -> Matrix:
    """Return text x topic, each row summing to 1, or all zero without a shared word."""
    from scipy.optimize import nnls

    dense = np.asarray(topic_words.T)
    rows = np.array(
        [nnls(dense, weights[[row]].toarray().ravel())[0] for row in range(weights.shape[0])]
    )
    total = rows.sum(axis=1, keepdims=True)
    return np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)


def _stability(
    weights: SparseRows, topic_words: Matrix, resamples: int, seed: int
) -> NDArray[np.float64] | None:
    """Return the mean overlap (Jaccard) of each topic's first words with its match elsewhere."""
    from scipy.optimize import linear_sum_assignment

    generator = np.random.default_rng(seed)
    n = weights.shape[0]
    own = [set(np.argsort(-row)[:_TOP_WORDS]) for row in topic_words]
    overlaps: list[Matrix] = []
    for _ in range(resamples):
        part = weights[np.sort(generator.choice(n, max(2, int(0.8 * n)), replace=False))]
        if min(part.shape) < len(topic_words):
            return None
        other, _converged = _factorised(part, len(topic_words), seed)
        theirs = [set(np.argsort(-row)[:_TOP_WORDS]) for row in other]
        overlap = np.array([[len(a & b) / len(a | b) for b in theirs] for a in own])
        rows, columns = linear_sum_assignment(-overlap)
        overlaps.append(overlap[rows, columns])
    return np.mean(overlaps, axis=0) if overlaps else None


def _assigned(labels: pd.Index, shares: Matrix) -> pd.DataFrame:
    best = shares.argmax(axis=1)
    has_topic = shares.sum(axis=1) > 0
    return pd.DataFrame(
        {
            "text": labels,
            "topic": pd.array(np.where(has_topic, best + 1, 0), dtype="Int64"),
            "weight": shares.max(axis=1),
            "reason": np.where(has_topic, "", "NO_SHARED_WORD"),
        }
    ).assign(topic=lambda frame: frame["topic"].mask(frame["topic"] == 0))


def _table(
    words: list[str],
    topic_words: Matrix,
    assignments: pd.DataFrame,
    shares: Matrix,
    stability: NDArray[np.float64] | None,
    counts: SparseRows,
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for number, row in enumerate(topic_words):
        top = np.argsort(-row, kind="stable")[:_TOP_WORDS]
        n = int((assignments["topic"] == number + 1).sum())
        typical = np.argsort(-shares[:, number], kind="stable")[:3]
        rows.append(
            {
                "topic": number + 1,
                "words": ", ".join(words[word] for word in top if row[word] > 0),
                "n": n,
                "share": n / len(shares),
                "coherence": _coherence(counts, top[row[top] > 0]),
                "stability": None if stability is None else float(stability[number]),
                "typical": ", ".join(str(assignments["text"].iloc[place]) for place in typical),
            }
        )
    return pd.DataFrame(rows).astype({"stability": "Float64", "coherence": "Float64"})


def _coherence(counts: SparseRows, words: NDArray[np.intp]) -> float | None:
    """Return the mean NPMI of pairs of a topic's words, -1 to 1: how often they go together."""
    if len(words) < 2:
        return None
    present = (counts[:, words] > 0).astype(float)
    together = (present.T @ present).toarray() / present.shape[0]
    single = together.diagonal()
    upper = np.triu_indices(len(words), 1)
    joint, product = together[upper], np.outer(single, single)[upper]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(joint / product) / -np.log(joint)
    value = np.where(joint == 0, -1.0, np.where(joint == 1, 1.0, value))
    return float(value.mean())


def _checks(
    assignments: pd.DataFrame, stability: NDArray[np.float64] | None, converged: bool
) -> tuple[Check, ...]:
    without = int(assignments["topic"].isna().sum())
    found = [
        Check(
            id="texts_without_topic",
            passed=None,
            text=Message(
                "{n:integer} of {total:integer} texts share no word with the others and have no "
                "topic.",
                n=without,
                total=len(assignments),
            ),
        ),
        Check(
            id="came_to_rest",
            passed=converged,
            text=Message("The search for topics came to rest.")
            if converged
            else Message("The search for topics was stopped before it came to rest."),
        ),
    ]
    if stability is not None:
        loose = int((stability < _STABLE).sum())
        found.append(
            Check(
                id="stable_topics",
                passed=loose == 0,
                text=Message(
                    "{n:integer} topic comes back with fewer than half of its words when a "
                    "fifth of the texts is left out: do not build on it.",
                    "{n:integer} topics come back with fewer than half of their words when a "
                    "fifth of the texts is left out: do not build on them.",
                    n=loose,
                ),
            )
        )
    return tuple(found)
