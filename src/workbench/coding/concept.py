"""The conceptual framework: claims of the theory, themes, and what the data made of each link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.basis import ordered_keys, settled_mentions
from workbench.coding.theory import read_theory
from workbench.language import Message
from workbench.results.concept import ConceptResult

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader

__all__ = ["conceptual_framework"]

_COLUMNS = ("theory", "claim", "theme", "origin", "verdict", "n_affirm", "n_deny")


def conceptual_framework(corpus: CorpusReader) -> ConceptResult:
    """Set the framework as the theory had it beside the framework as the data left it.

    Parameters
    ----------
    corpus
        The corpus. Claims come from ``theory.csv`` and the guide's ``theory_links``; links from the
        ``theory`` of each code; a theme stood there before the data when its ``origin`` is
        ``deductive``.

    Returns
    -------
    ConceptResult
        In the order of the theory, then of the codebook; the same corpus gives the same rows.
    """
    mentions = settled_mentions(corpus, level="theme")
    keys = ordered_keys(corpus, mentions, "theme")
    claims = read_theory(corpus)
    links = {key: _links(corpus, key) for key in keys}
    for names in links.values():
        for name in names:
            claims.setdefault(name, "")
    said = mentions[["key", "respondent", "stance"]].dropna().drop_duplicates()
    rows: list[dict[str, Any]] = []
    for theory, claim in claims.items():
        bearing = [key for key in keys if theory in links[key]]
        own = {"theory": theory, "claim": claim}
        rows += [own | _theme(corpus, key, said) for key in bearing]
        if not bearing:
            rows.append(own | dict.fromkeys(("theme", "origin"), "") | _verdict(0, 0))
    for key in keys:
        if not links[key]:
            found = _theme(corpus, key, said)
            rows.append({"theory": "", "claim": ""} | found | {"verdict": "new"})
    return ConceptResult(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        method=Message(
            "A link is confirmed when respondents affirm the theme and none denies it, "
            "contradicted when they only deny, mixed when both. Settled codings; each respondent "
            "counts once."
        ),
    )


def _links(corpus: CorpusReader, key: str) -> tuple[str, ...]:
    """Return the claims a theme bears on, those of the codes below it among them."""
    if key not in corpus.codebook:
        return ()
    below = [code for code in corpus.codebook if corpus.codebook.theme_of(code.id) == key]
    return tuple(dict.fromkeys(n for code in (corpus.codebook[key], *below) for n in code.theory))


def _theme(corpus: CorpusReader, key: str, said: pd.DataFrame) -> dict[str, Any]:
    code = corpus.codebook.get(key)
    own = said[said["key"] == key]
    denying = set(own.loc[own["stance"] == "denies", "respondent"])
    affirming = set(own.loc[own["stance"] != "denies", "respondent"])
    return {
        "theme": key,
        "origin": (code.origin if code is not None else None) or "inductive",
        **_verdict(len(affirming), len(denying)),
    }


def _verdict(affirm: int, deny: int) -> dict[str, Any]:
    verdict = "mixed" if affirm and deny else "confirmed" if affirm else "contradicted"
    return {
        "verdict": verdict if affirm or deny else "without_data",
        "n_affirm": affirm,
        "n_deny": deny,
    }
