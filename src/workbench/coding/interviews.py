"""How much new each interview brought: codes found, and codes whose meaning was settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.basis import settled_mentions, shown_respondents
from workbench.coding.saturation import meaning_saturation, saturation
from workbench.language import Message
from workbench.results.interviews import InterviewSaturationResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.coding.reading import CorpusReader

__all__ = ["interview_saturation"]

_TABLE = (
    *("interview", "respondent", "new_codes", "codes", "found", "settled", "new_in_run"),
    *("ratio", "reached"),
)
_ORDERS = ("label", "interviews", "n", "share")
_MOST = 0.9


def interview_saturation(
    corpus: CorpusReader,
    *,
    level: str = "code",
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    orders: int = 1000,
    seed: int = 0,
) -> InterviewSaturationResult:
    """Say when the interviews stopped bringing new codes, and new meanings of them.

    Interviews come in the order of their dates in ``sessions.csv``, else of the register. A code is
    found where it was first used, and settled after the interview during whose coding its
    definition, inclusions or exclusions last changed (Hennink, Kaiser & Marconi 2017).

    Parameters
    ----------
    corpus
        The corpus; open answers are no interviews and are left out.
    level
        ``code`` or ``theme``.
    base, run, threshold, orders, seed
        See :func:`workbench.saturation`.

    Returns
    -------
    InterviewSaturationResult
        Without numbers, with a reason, in a reflexive study.
    """
    mentions = settled_mentions(corpus, level=level, open_answers=False)
    names = _in_order(corpus)
    choices: dict[str, Any] = {"base": base, "run": run, "threshold": threshold}
    if corpus.model.approach == "reflexive":
        return _nothing("REFLEXIVE", choices)
    used = mentions.dropna(subset=["respondent"]).groupby("respondent")["key"].agg(set).to_dict()
    sets = [used.get(name, set()) for name in names]
    counted = saturation(sets, **choices, orders=orders, seed=seed) if any(sets) else None
    if counted is None:
        return _nothing("TOO_FEW", choices)
    first = _first_use(sets)
    last = _last_change(corpus, names, level)
    shares = meaning_saturation(first, last, len(names))
    table = counted.table.assign(
        respondent=pd.array(names, dtype="str"),
        found=shares["codes"],
        settled=shares["meanings"],
    )
    return InterviewSaturationResult(
        table=table[list(_TABLE)],
        method=counted.method,
        orders=counted.orders if counted.orders is not None else pd.DataFrame(columns=_ORDERS),
        label=counted.label,
        reason=counted.reason,
        n_codes=len(first),
        found_after=_reaches(table["found"]),
        settled_after=_reaches(table["settled"]),
        share_reached=counted.share_reached,
        **choices,
    )


def _nothing(reason: str, choices: Mapping[str, Any]) -> InterviewSaturationResult:
    return InterviewSaturationResult(
        table=pd.DataFrame(columns=list(_TABLE)),
        method=Message("Saturation is not reported."),
        orders=pd.DataFrame(columns=list(_ORDERS)),
        label=None,
        reason=reason,
        n_codes=0,
        found_after=None,
        settled_after=None,
        share_reached=None,
        **choices,
    )


def _in_order(corpus: CorpusReader) -> list[str]:
    """Return respondents as they were interviewed; those without a date last."""
    sessions = corpus.registers.sessions
    dates = dict(zip(sessions["respondent"], sessions["date"], strict=True))
    open_ones = corpus.documents.loc[corpus.documents["kind"] == "open_answers", "document"]
    parts = corpus.parts[~corpus.parts["document"].isin(set(open_ones))]
    heard = set(parts["respondent"].dropna())
    names = [name for name in shown_respondents(corpus) if name in heard]
    return sorted(names, key=lambda name: (not dates.get(name), dates.get(name, "")))


def _first_use(sets: Sequence[set[str]]) -> pd.Series[int]:
    first: dict[str, int] = {}
    for number, codes in enumerate(sets, start=1):
        for code in codes:
            first.setdefault(code, number)
    return pd.Series(first, dtype="int64")


def _last_change(corpus: CorpusReader, names: Sequence[str], level: str) -> pd.Series[int]:
    """Return code to the interviews that were being coded when its meaning last changed."""
    begun = _begun(corpus, names)
    found: dict[str, int] = {}
    versions = corpus.codebook_files.versions
    for code, number, clock in zip(
        versions["code"], versions["version_no"], versions["clock"], strict=True
    ):
        coded = sum(begin < clock for begin in begun)
        if number > 1 and coded:
            name = corpus.codebook.resolve(str(code))
            key = corpus.codebook.theme_of(name) if level == "theme" else name
            found[key] = max(found.get(key, 0), coded)
    return pd.Series(found, dtype="int64")


def _begun(corpus: CorpusReader, names: Sequence[str]) -> list[int]:
    """Return the clock of the first act in each interview; those never coded are left out."""
    clocks = {act.id: act.clock for act in corpus.log.acts}
    excerpts = corpus.excerpts
    starts: dict[str, int] = {}
    for act, name in zip(excerpts["act"], excerpts["respondent"], strict=True):
        starts[str(name)] = min(starts.get(str(name), clocks[act]), clocks[act])
    return [starts[name] for name in names if name in starts]


def _reaches(shares: pd.Series[float]) -> int | None:
    high = (shares >= _MOST).to_numpy().nonzero()[0]
    return int(high[0]) + 1 if len(high) else None
