"""The theory against the data: confirmed, contradicted, mixed, without data, and what is new."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.basis import ordered_keys, settled_mentions
from workbench.errors import CorpusError
from workbench.language import Message
from workbench.results.themes import TheoryResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.coding.reading import CorpusReader

__all__ = ["read_theory", "theory_against_data"]

_TABLE = (
    "theory",
    "claim",
    "verdict",
    "n_affirm",
    "n_deny",
    "themes",
    "theme_names",
    "respondents_affirming",
    "respondents_denying",
)


def theory_against_data(
    corpus: CorpusReader, *, level: str = "theme", language: str = "en"
) -> TheoryResult:
    """Set each claim of the theory against what respondents say.

    Claims come from ``theory.csv`` (``theory_id,claim,source``), from the guide's ``theory_links``
    and from the codebook's ``theory``. A claim is confirmed when respondents affirm a theme that
    bears on it and none denies one; contradicted when they only deny; mixed when both. Themes
    without a claim are new. A handful of respondents confirm for themselves, not for a population.

    Parameters
    ----------
    corpus
        The corpus.
    level
        ``theme`` or ``code``.
    language
        Of the names of themes.
    """
    mentions = settled_mentions(corpus, level=level)
    keys = ordered_keys(corpus, mentions, level)
    claims = read_theory(corpus)
    links = {key: _links(corpus, key) for key in keys}
    for found in links.values():
        for name in found:
            claims.setdefault(name, "")
    said = _said(mentions)
    rows: list[tuple[Any, ...]] = []
    for name, claim in claims.items():
        bearing = [key for key in keys if name in links[key]]
        rows.append((name, claim, *_row(said, bearing, corpus, language)))
    for key in keys:
        if not links[key] and key in said:
            _, *rest = _row(said, [key], corpus, language)
            rows.append((key, "", "new", *rest))
    return TheoryResult(
        table=pd.DataFrame(rows, columns=list(_TABLE)),
        method=Message("Settled codings; a respondent counts once per claim and stance."),
    )


def _links(corpus: CorpusReader, key: str) -> tuple[str, ...]:
    """Return the claims a theme bears on, those of the codes below it among them."""
    if key not in corpus.codebook:
        return ()
    below = [code for code in corpus.codebook if corpus.codebook.theme_of(code.id) == key]
    own = corpus.codebook[key]
    return tuple(dict.fromkeys(name for code in (own, *below) for name in code.theory))


def _said(mentions: pd.DataFrame) -> dict[str, tuple[set[str], set[str]]]:
    """Return theme to those who affirm it and those who deny it."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    distinct = mentions[["key", "respondent", "stance"]].drop_duplicates()
    for key, name, stance in distinct.itertuples(index=False):
        sides = found.setdefault(key, (set(), set()))
        if name == name:
            sides[stance == "denies"].add(name)
    return found


def _row(
    said: Mapping[str, tuple[set[str], set[str]]],
    keys: list[str],
    corpus: CorpusReader,
    language: str,
) -> tuple[Any, ...]:
    none: tuple[set[str], set[str]] = (set(), set())
    affirming = {name for key in keys for name in said.get(key, none)[0]}
    denying = {name for key in keys for name in said.get(key, none)[1]}
    verdict = "without_data"
    if affirming or denying:
        verdict = "mixed" if affirming and denying else "confirmed" if affirming else "contradicted"
    listed = [
        ", ".join(name for name in corpus.respondents if name in found)
        for found in (affirming, denying)
    ]
    entries = [corpus.codebook.get(key) for key in keys]
    names = [
        entry.label(language) if entry is not None else key
        for key, entry in zip(keys, entries, strict=True)
    ]
    return (
        *(verdict, len(affirming), len(denying), ", ".join(keys), ", ".join(names)),
        *listed,
    )


def read_theory(corpus: CorpusReader) -> dict[str, str]:
    """Return claim ids and their words: of ``theory.csv``, then those the guide links to.

    Raises
    ------
    CorpusError
        If ``theory.csv`` lacks a column.
    """
    found: dict[str, str] = {}
    path = corpus.folder / (corpus.model.theory or "theory.csv")
    if path.exists():
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
        if not {"theory_id", "claim"} <= set(rows.fieldnames or ()):
            raise CorpusError(f"{path.name} must have the columns theory_id and claim.")
        found = {row["theory_id"].strip(): row["claim"].strip() for row in rows}
    for links in corpus.registers.guide["theory_links"]:
        for name in theory_links(str(links)):
            found.setdefault(name, "")
    return found


def theory_links(cell: str) -> list[str]:
    """Return the claims in one cell of the guide, which ``;`` or ``,`` separates."""
    return [name.strip() for name in cell.replace(";", ",").split(",") if name.strip()]
