"""What is said around a word, which words go together, and which words mark a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbench.coding.lemmas import lemma
from workbench.coding.match import LANGUAGES_OF_RULES, match
from workbench.coding.resources import entries
from workbench.coding.tokens import TextIndex, index_texts
from workbench.errors import DataError
from workbench.estimates.multiplicity import benjamini_hochberg
from workbench.language import Message
from workbench.results.text import KeywordsResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["collocations", "keyword_in_context", "keywords"]

_PRIOR_WORDS = 500.0


def keyword_in_context(
    texts: pd.Series | Sequence[str | None] | TextIndex,
    patterns: str | Sequence[str],
    *,
    width: int = 40,
    languages: Sequence[str] = LANGUAGES_OF_RULES,
) -> pd.DataFrame:
    """Show each hit of a pattern with the text around it.

    Parameters
    ----------
    texts
        One text per entry.
    patterns
        One or several rule patterns (:mod:`workbench.coding.rules`).
    width
        Characters on each side.
    languages
        Languages whose inflections ``~word`` knows.

    Returns
    -------
    DataFrame
        One row per hit: ``text`` (its index label), ``left``, ``keyword``, ``right``, ``start``,
        ``end``. Line breaks within the text are shown as spaces.

    Examples
    --------
    >>> keyword_in_context(["Kön var lång i dag"], "lång", width=8)
       text      left keyword    right  start  end
    0     0  Kön var     lång    i dag      8   12
    """
    index = index_texts(texts)
    numbered = TextIndex(index.texts, pd.RangeIndex(len(index)))
    found = match(numbered, {"": patterns}, languages=languages)
    shown = [
        _around(index.texts[text], start, end, width)
        for text, start, end in zip(found["text"], found["start"], found["end"], strict=True)
    ]
    frame = pd.DataFrame(shown, columns=["left", "keyword", "right"], dtype="str")
    frame.insert(0, "text", index.labels.take(found["text"].to_numpy()))
    return frame.assign(start=found["start"], end=found["end"])


def _around(content: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    pieces = (
        content[max(0, start - width) : start],
        content[start:end],
        content[end : end + width],
    )
    left, keyword, right = (" ".join(piece.split("\n")) for piece in pieces)
    return left, keyword, right


def collocations(
    texts: pd.Series | Sequence[str | None] | TextIndex,
    *,
    language: str = "sv",
    least: int = 3,
    top: int = 50,
    keep_function_words: bool = False,
) -> pd.DataFrame:
    """Find pairs of neighbouring words that stand together more often than chance.

    Ranked by Dunning's log-likelihood ratio [1]_, which does not reward rarity as PMI does.
    Neighbours are counted within a sentence mark: a pair never crosses ``. ! ?`` or a line.

    Parameters
    ----------
    texts
        One text per entry.
    language
        Whose function words are left out: ``"sv"`` or ``"en"``.
    least
        Texts in which a pair must stand; a lower number shows what one person alone wrote.
    top
        Pairs to return.
    keep_function_words
        Keep pairs with function words.

    Returns
    -------
    DataFrame
        One row per pair: ``pair``, ``n`` (times), ``n_texts``, ``log_likelihood``, ``pmi`` (bits).

    References
    ----------
    .. [1] Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
       Computational Linguistics, 19(1), 61-74.

    Examples
    --------
    >>> collocations(["trevligt bemötande"] * 3 + ["bra pris", "lång kö"])["pair"].tolist()
    ['trevligt bemötande']
    """
    index = index_texts(texts)
    first, second, text = _neighbours(index)
    n_types = max(len(index.types), 1)
    pairs, which, together = np.unique(
        first.astype(np.int64) * n_types + second, return_inverse=True, return_counts=True
    )
    n_texts = np.bincount(
        pd.DataFrame({"pair": which, "text": text}).drop_duplicates()["pair"], minlength=len(pairs)
    )
    a, b = np.divmod(pairs, n_types)
    left = np.bincount(first, minlength=n_types)[a]
    right = np.bincount(second, minlength=n_types)[b]
    frame = pd.DataFrame(
        {
            "pair": [f"{index.types[x]} {index.types[y]}" for x, y in zip(a, b, strict=True)],
            "n": together,
            "n_texts": n_texts,
            "log_likelihood": _log_likelihood(together, left, right, len(first)),
            "pmi": np.log2(together * max(len(first), 1) / (left * right)),
        }
    ).astype({"pair": "str"})
    wanted = n_texts >= least
    if not keep_function_words:
        dull = _function_words(language)
        is_dull = np.fromiter((word in dull for word in index.types), bool, len(index.types))
        wanted &= ~(is_dull[a] | is_dull[b]) if len(a) else wanted
    wanted &= together * len(first) > left * right  # more often than chance, not less
    frame = frame[wanted].sort_values(["log_likelihood", "pair"], ascending=[False, True])
    return frame.head(top).reset_index(drop=True)


def _neighbours(index: TextIndex) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return the types of each word and the next one in the same sentence, and their text."""
    same = np.flatnonzero(index.text_of[1:] == index.text_of[:-1])
    ends = index.ends[same]
    gaps = index.starts[same + 1] - ends
    crosses = np.zeros(len(same), bool)
    for place in np.flatnonzero(gaps > 1):
        content = index.texts[index.text_of[same[place]]]
        between = content[ends[place] : ends[place] + gaps[place]]
        crosses[place] = any(mark in between for mark in ".!?\n")
    same = same[~crosses]
    return index.type_of[same], index.type_of[same + 1], index.text_of[same]


def _log_likelihood(
    together: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], n: int
) -> NDArray[np.float64]:
    """Return G2 of the two-by-two table of each pair."""
    cells = [together, left - together, right - together, n - left - right + together]
    expected = [left * right, left * (n - right), (n - left) * right, (n - left) * (n - right)]
    total = np.zeros(len(together))
    for observed, product in zip(cells, expected, strict=True):
        positive = observed > 0
        ratio = observed[positive] * float(n) / product[positive]
        total[positive] += observed[positive] * np.log(ratio)
    return 2 * total


def _function_words(language: str) -> frozenset[str]:
    if language not in {"sv", "en"}:
        raise DataError(f"Function words are known for 'sv' and 'en'; found '{language}'.")
    return frozenset(entries(f"stop_{language}.txt"))


def keywords(
    texts: pd.Series,
    segment: pd.Series,
    *,
    language: str = "sv",
    unit: Literal["texts", "words"] = "texts",
    group: bool = True,
    floor: int = 7,
    top: int = 15,
    confidence: float = 0.95,
) -> KeywordsResult:
    """Find the words that mark each segment: log-odds with an informative prior [1]_.

    Parameters
    ----------
    texts
        One text per respondent. Missing ones are left out and counted in ``n_missing``.
    segment
        The segment of each text, aligned by index; texts without one are left out.
    language
        Whose function words are left out and whose inflections are grouped.
    unit
        ``"texts"``: a respondent counts once per word. ``"words"``: every mention counts.
    group
        Count the inflections of a word together; the commonest form is shown.
    floor
        A word is shown for a segment only when at least so many of its texts use it.
    top
        Words per segment.
    confidence
        Of the intervals, 0-1.

    Returns
    -------
    KeywordsResult
        One row per segment and word, the strongest first.

    Raises
    ------
    DataError
        If the two columns are not aligned, or fewer than two segments have text.

    References
    ----------
    .. [1] Monroe, B. L., Colaresi, M. P., & Quinn, K. M. (2008). Fightin' words: lexical feature
       selection and evaluation for identifying the content of political conflict. Political
       Analysis, 16(4), 372-403.
    """
    if not texts.index.equals(segment.index):
        raise DataError("Texts and segments must have the same index; take both from one frame.")
    has_text = texts.notna() & (texts.fillna("").str.strip() != "")
    used = has_text & segment.notna()
    names = segment[used].astype(str)
    groups = sorted(names.unique())
    if len(groups) < 2:
        raise DataError(
            f"Keywords compare segments: at least two must have texts; found {len(groups)}."
        )
    index = index_texts(texts[used].reset_index(drop=True))
    words, counts = _counted(index, language, unit=unit, group=group)
    member = pd.Categorical(names, categories=groups).codes
    every = pd.concat(
        [
            _compared(words, counts, member == number, name, confidence)
            for number, name in enumerate(groups)
        ],
        ignore_index=True,
    )
    every["p_adjusted"] = benjamini_hochberg(every["p_value"].to_numpy())
    marking = every[(every["n"] >= floor) & (every["estimate"] > 0)]
    marking = marking.sort_values(["segment", "ci_low", "word"], ascending=[True, False, True])
    table = marking.groupby("segment").head(top).reset_index(drop=True)
    return KeywordsResult(
        table=table,
        method=Message(
            "Log-odds of a word in the segment against the rest, with an informative Dirichlet "
            "prior of {prior:integer} words (Monroe, Colaresi & Quinn 2008); p-values corrected "
            "for {tested:integer} comparisons by Benjamini and Hochberg; a word is shown from "
            "{floor:integer} texts.",
            prior=_PRIOR_WORDS,
            tested=len(every),
            floor=floor,
        ),
        n=int(used.sum()),
        n_missing=int((~used).sum()),
        confidence=confidence,
    )


def _counted(
    index: TextIndex, language: str, *, unit: str, group: bool
) -> tuple[list[str], pd.DataFrame]:
    """Return the words shown, and one row per text and word with how often it stands there."""
    dull = _function_words(language)
    keys = [lemma(word, language) if group else word for word in index.types]
    kept = [
        len(word) > 1 and not word.isdigit() and word not in dull and key not in dull
        for word, key in zip(index.types, keys, strict=True)
    ]
    numbers, _ = pd.factorize(np.array(keys, dtype=object))
    tokens = pd.DataFrame({"text": index.text_of, "type": index.type_of})
    tokens = tokens[np.array(kept, bool)[index.type_of]] if len(tokens) else tokens
    tokens = tokens.assign(word=numbers[tokens["type"]] if len(tokens) else [])
    form_counts = tokens.groupby(["word", "type"]).size().reset_index(name="n")
    best = form_counts.sort_values(["n", "type"], ascending=[False, True]).drop_duplicates("word")
    shown = {int(w): index.types[t] for w, t in zip(best["word"], best["type"], strict=True)}
    order = {word: place for place, word in enumerate(sorted(shown))}
    counts = tokens.groupby(["text", "word"]).size().reset_index(name="n")
    counts["word"] = counts["word"].map(order)
    if unit == "texts":
        counts["n"] = 1
    return [shown[word] for word in sorted(shown)], counts


def _compared(
    words: list[str],
    counts: pd.DataFrame,
    member: NDArray[np.bool_],
    name: str,
    confidence: float,
) -> pd.DataFrame:
    """Return one row per word: its log-odds in the segment against the rest."""
    inside = member[counts["text"]]
    size = len(words)
    here = np.bincount(counts["word"][inside], weights=counts["n"][inside], minlength=size)
    there = np.bincount(counts["word"][~inside], weights=counts["n"][~inside], minlength=size)
    n_texts = np.bincount(counts["word"][inside], minlength=size)
    total = here + there
    prior = _PRIOR_WORDS * total / max(total.sum(), 1)
    odds = [
        np.log((count + prior) / (count.sum() + _PRIOR_WORDS - count - prior))
        for count in (here, there)
    ]
    estimate = odds[0] - odds[1]
    error = np.sqrt(1 / (here + prior) + 1 / (there + prior))
    p_value = 2 * norm.sf(np.abs(estimate) / error)
    reach = norm.ppf((1 + confidence) / 2) * error
    return pd.DataFrame(
        {
            "segment": name,
            "word": pd.array(words, dtype="str"),
            "n": n_texts,
            "n_segment": int(member.sum()),
            "share": n_texts / max(int(member.sum()), 1),
            "estimate": estimate,
            "ci_low": estimate - reach,
            "ci_high": estimate + reach,
            "p_value": p_value,
        }
    )
