"""Made-up customers with comments: straight to links for simulations, or as a corpus on disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.importing.open_answers import import_table
from workbench.inputs.demo.comments import SECOND_THEME, CommentWriter
from workbench.inputs.models.corpus import CorpusModel
from workbench.joint.link_checks import link_checks
from workbench.joint.linking import Links
from workbench.language import Message
from workbench.results.joint import LINKS, CommentLinksResult

GROUPS = np.array(["detractor", "passive", "promoter"])
PLANTED = CommentWriter()
NULLS = tuple(f"null_{number}" for number in range(len(PLANTED.themes)))
"""As many themes again, as common as the planted ones, that have nothing to do with any score."""


def bank_answers(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Draw customers as in the demo bank: recommend 0-10, NKI that goes with it, a weight."""
    group = rng.choice(3, n, p=[0.28, 0.36, 0.36])
    recommend = np.select(
        [group == 0, group == 1],
        [rng.integers(0, 7, n), rng.integers(7, 9, n)],
        rng.integers(9, 11, n),
    )
    return pd.DataFrame(
        {
            "respondent_id": [f"p{number}" for number in range(n)],
            "recommend": recommend.astype(float),
            "nps": 100.0 * (group - 1),
            "nki": np.clip(48 + 4 * recommend - 8 + rng.normal(0, 14, n), 0, 100),
            "market": rng.choice(["SE", "NO", "DK"], n),
            "weight": np.exp(0.3 * rng.normal(size=n)),
        }
    )


def _drawn(
    rng: np.random.Generator, shares: Mapping[str, np.ndarray], n: int
) -> list[tuple[int, str]]:
    """Draw one theme per customer, and sometimes a second, each with the share of their group."""
    names = list(shares)
    ends = np.cumsum(np.column_stack([shares[name] for name in names]), axis=1)
    found: set[tuple[int, str]] = set()
    for again in (1.0, SECOND_THEME):
        place = (rng.random(n)[:, None] > ends).sum(axis=1)
        for row in np.flatnonzero((rng.random(n) < again) & (place < len(names))):
            found.add((int(row), names[place[row]]))
    return sorted(found)


def made_links(
    rng: np.random.Generator, answers: pd.DataFrame, *, planted: bool = True, null: bool = True
) -> Links:
    """Return links whose planted themes follow the promoter group, and null themes nothing."""
    group = (answers["nps"].to_numpy() / 100 + 1).astype(int)
    n = len(answers)
    pairs: list[tuple[int, str]] = []
    if planted:
        shares = {
            name: np.array([theme["share"][GROUPS[code]] for code in group])
            for name, theme in PLANTED.themes.items()
        }
        pairs += _drawn(rng, shares, n)
    if null:
        average = [np.mean([t["share"][g] for g in GROUPS]) for t in PLANTED.themes.values()]
        pairs += _drawn(
            rng, {name: np.full(n, one) for name, one in zip(NULLS, average, strict=True)}, n
        )
    return links_of(list(answers["respondent_id"]), pairs)


def links_of(
    respondents: Sequence[str], pairs: Sequence[tuple[int, str]], polarity: str = "barrier"
) -> Links:
    """Return links of one comment per entry of ``respondents``, which bring up what pairs say."""
    comments = pd.DataFrame(
        {
            "comment": np.arange(len(respondents)),
            "document": "why",
            "part": np.arange(1, len(respondents) + 1),
            "start": 0,
            "end": 1,
            "question": "why",
            "wave": pd.Series([None] * len(respondents), dtype="str"),
            "respondent": pd.Series(list(respondents), dtype="str"),
            "link": "respondent",
        }
    )
    mentions = pd.DataFrame(
        {
            "act": [f"a{number}" for number in range(len(pairs))],
            "comment": [row for row, _ in pairs],
            "theme": [theme for _, theme in pairs],
            "polarity": polarity,
            "stance": "affirms",
        }
    )
    table = pd.DataFrame({"link": LINKS, "n_comments": [len(respondents), 0, 0, 0, 0]})
    result = CommentLinksResult(
        table=table, method=Message("made"), checks=link_checks(table, repeated=0, without_key=0)
    )
    themes = tuple(sorted({theme for _, theme in pairs}))
    return Links(comments, mentions, themes, {}, result)


def comments_on_disk(
    folder: Path,
    rows: Sequence[tuple[str, str, str, str]],
    codes: Mapping[str, tuple[str, Sequence[str]]],
    *,
    redact: bool = False,
) -> Corpus:
    """Write comments as a corpus: ``(respondent, wave, question, words)``; code them by words.

    ``codes``: code to its sign and the words that stand for it.
    """
    frame = pd.DataFrame(rows, columns=["respondent", "wave", "question", "words"])
    import_table(
        folder,
        frame,
        text="words",
        respondent="respondent",
        question="question",
        wave="wave",
        model=CorpusModel(redact="sure" if redact else "off"),
    )
    corpus = Corpus(folder)
    for code, (sign, _) in codes.items():
        corpus.define(code, coder="A", name=code, kind="theme", polarity=sign)
    for document in corpus.documents["document"]:
        text = corpus.text(document)
        for code, (_, words) in codes.items():
            for word in words:
                start = text.find(word)
                while start >= 0:
                    corpus.add(Span(document, start, start + len(word)), code, coder="A")
                    start = text.find(word, start + 1)
    return corpus
