"""Agreement on where passages begin and end, on what coders of a corpus marked alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.gamma import gamma_agreement
from workbench.coding.unitizing import unitizing_agreement
from workbench.coding.units import coded_twice, independent_codings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.coding.reading import CorpusReader
    from workbench.results.coding import GammaResult, UnitizingResult

__all__ = ["passage_agreement"]

_SPANS = ("document", "coder", "start", "end", "code")


@overload
def passage_agreement(
    corpus: CorpusReader,
    *,
    form: Literal["1995", "2016"] = "1995",
    coders: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    bootstrap: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> UnitizingResult: ...
@overload
def passage_agreement(
    corpus: CorpusReader,
    *,
    form: Literal["gamma"],
    coders: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    bootstrap: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> GammaResult: ...
def passage_agreement(
    corpus: CorpusReader,
    *,
    form: Literal["1995", "2016", "gamma"] = "1995",
    coders: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    bootstrap: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> UnitizingResult | GammaResult:
    """How well coders agree on the very words: code by code by alpha, or all at once by gamma.

    The same independent work counts as in :func:`workbench.code_agreement`, in the documents that
    two coders or more worked on. Codings of whole documents, cells and cases mark no words and are
    left out.

    Parameters
    ----------
    corpus
        The corpus.
    form
        Of alpha, see :func:`workbench.unitizing_agreement`; ``gamma``: see
        :func:`workbench.gamma_agreement`.
    bootstrap, seed, confidence
        Documents are resampled.
    coders, documents
        Whom to compare, and on what. Default: everyone, on all that two of them worked on.
    """
    codings, names, worked = independent_codings(corpus, coders)
    wanted = list(corpus.documents["document"]) if documents is None else list(documents)
    shared = coded_twice(corpus, worked, wanted)
    rows = [
        (
            coding.target.document,
            coding.coder,
            coding.target.start,
            coding.target.end,
            corpus.codebook.resolve(coding.code),
        )
        for coding in codings
        if isinstance(coding.target, Span)
        and coding.target.document in shared
        and coding.coder in names
    ]
    spans = pd.DataFrame(rows, columns=list(_SPANS))
    length = {name: len(corpus.text(name)) for name in shared}
    if form == "gamma":
        return gamma_agreement(
            spans,
            length=length,
            coders=names,
            bootstrap=bootstrap,
            seed=seed,
            confidence=confidence,
        )
    return unitizing_agreement(
        spans,
        length=length,
        form=form,
        coders=names,
        bootstrap=bootstrap,
        seed=seed,
        confidence=confidence,
    )
