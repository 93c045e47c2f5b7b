"""The framework matrix: the analyst's summary of each case under each theme, with references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Case
from workbench.coding.basis import (
    count_passages,
    known_cases,
    ordered_keys,
    rows_of,
    settled_mentions,
    shown_respondents,
)
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.matrices import FrameworkResult

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader

__all__ = ["framework_matrix"]

_REFERENCE = re.compile(r"\s*\[([0-9A-HJKMNP-TV-Z]{26})\]")
_TABLE = (
    "case",
    "theme_no",
    "theme",
    "summary",
    "n_passages",
    "n_references",
    "n_broken",
    "state",
)
_REFERENCES = ("case", "theme", "act", "document", "start", "end", "quote")


def framework_matrix(
    corpus: CorpusReader, *, level: str = "theme", coder: str | None = None
) -> FrameworkResult:
    """Build the framework matrix (Gale et al. 2013): case by theme, in the analyst's words.

    Summaries are written with ``corpus.summarise``. Each must cite at least one passage of its own
    case and theme; one that does not is marked, and so are references that lead nowhere.

    Parameters
    ----------
    corpus
        The corpus.
    level
        ``theme`` or ``code``.
    coder
        Only this analyst's summaries. Default: the last one written for each cell.

    References
    ----------
    Gale, N. K., et al. (2013). Using the framework method for the analysis of qualitative data in
    multi-disciplinary health research. BMC Medical Research Methodology, 13, 117.
    """
    mentions = settled_mentions(corpus, level=level, open_answers=False)
    summaries = {
        (memo.target.case, memo.code): memo.text
        for memo in corpus.folded.memos
        if isinstance(memo.target, Case)
        and memo.code is not None
        and (coder is None or memo.coder == coder)
    }
    keys = ordered_keys(corpus, mentions, level)
    cases_of = known_cases(corpus)
    cases = list(dict.fromkeys(cases_of[name] for name in shown_respondents(corpus)))
    passages = count_passages(mentions, ["case", "key"]).to_dict()
    all_cited = {act for text in summaries.values() for act in _REFERENCE.findall(text)}
    cited_rows = rows_of(mentions[mentions["act"].isin(all_cited)])
    own = {(row["case"], row["key"], row["act"]): row for row in cited_rows}
    rows: list[tuple[Any, ...]] = []
    references: list[tuple[Any, ...]] = []
    for case in cases:
        for number, key in enumerate(keys, start=1):
            text = summaries.get((case, key), "")
            cited = _REFERENCE.findall(text)
            found = [own[case, key, act] for act in cited if (case, key, act) in own]
            n = int(passages.get((case, key), 0))
            rows.append(
                (
                    *(case, number, key, _REFERENCE.sub("", text).strip(), n),
                    *(len(found), len(cited) - len(found), _state(text, found, n)),
                )
            )
            references += [
                (case, key, row["act"], row["document"], row["start"], row["end"], row["quote"])
                for row in found
            ]
    table = pd.DataFrame(rows, columns=list(_TABLE))
    return FrameworkResult(
        table=table,
        method=Message("Summaries by the analyst, each with references to coded passages."),
        checks=_checks(table),
        references=pd.DataFrame(references, columns=list(_REFERENCES)),
    )


def _state(text: str, found: list[Any], passages: int) -> str:
    if text:
        return "summarised" if found else "without_reference"
    return "to_summarise" if passages else "empty"


def _checks(table: pd.DataFrame) -> tuple[Check, ...]:
    checks: list[Check] = []
    bare = int((table["state"] == "without_reference").sum())
    if bare:
        text = Message(
            "{n:integer} summary cites no passage of its own case and theme.",
            "{n:integer} summaries cite no passage of their own case and theme.",
            n=bare,
        )
        checks.append(Check(id="summaries_cite_passages", passed=False, text=text))
    broken = int(table["n_broken"].sum())
    if broken:
        text = Message(
            "{n:integer} reference leads to no coding of that case and theme.",
            "{n:integer} references lead to no coding of that case and theme.",
            n=broken,
        )
        checks.append(Check(id="references_lead_somewhere", passed=False, text=text))
    return tuple(checks)
