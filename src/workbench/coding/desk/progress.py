"""How far the coding has come, by document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.desk.codings_view import answers_of, settled_codings, uncoded_answers
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.progress import CodingProgress

if TYPE_CHECKING:
    from workbench.coding.corpus import Corpus

__all__ = ["coding_progress"]

_COLUMNS = ("document", "n_characters", "n_answers", "n_coded", "n_open", "n_codings", "coders")


def coding_progress(corpus: Corpus, *, coder: str | None = None) -> CodingProgress:
    """Return how much of each document is coded, and what is left.

    Parameters
    ----------
    corpus
        From :func:`workbench.load_corpus`.
    coder
        Count one coder's work only. Default: everyone's.

    Returns
    -------
    CodingProgress
        One row per document.
    """
    rows: list[dict[str, Any]] = []
    codings = settled_codings(corpus, coder)
    for document in map(str, corpus.documents["document"]):
        here = [
            one
            for one in codings
            if isinstance(one.target, Span) and one.target.document == document
        ]
        n_answers = len(answers_of(corpus, document))
        n_open = len(uncoded_answers(corpus, document, codings))
        rows.append(
            {
                "document": document,
                "n_characters": len(corpus.text(document)),
                "n_answers": n_answers,
                "n_coded": n_answers - n_open,
                "n_open": n_open,
                "n_codings": len(here),
                "coders": ", ".join(sorted({one.coder for one in here})),
            }
        )
    n_problems = len(corpus.problems)
    text = Message(
        "{n:integer} thing in the files should be looked at.",
        "{n:integer} things in the files should be looked at.",
        n=n_problems,
    )
    return CodingProgress(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        method=Message(
            "An answer is all that a respondent says to one question; it is coded when a code or a "
            "state stands on it."
        ),
        checks=(Check(id="files_whole", passed=n_problems == 0, text=text),),
    )
