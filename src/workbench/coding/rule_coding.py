"""The codebook's rules at work: tested on its examples, tried dry, then coded and kept in step.

A rule codes the sentence it hits, in the words of respondents. Running the rules again adds what is
new, takes back what no rule hits any more, and leaves alone what a person took away.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus, load_corpus
from workbench.coding.match import match
from workbench.coding.sentences import sentence_spans
from workbench.errors import CodebookError
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.text import RuleRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from workbench.coding.acts import Act
    from workbench.coding.codebook import Codebook
    from workbench.coding.codes import Code
    from workbench.coding.documents import DocumentFile
    from workbench.inputs.study import Study

__all__ = ["RULES_CODER", "apply_rules", "try_rules"]

RULES_CODER = "rules"
"""In whose log the rules write."""

Key = tuple[str, str, int, int]
"""Code, document, start, end."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A sentence that a code's rules hit; ``denied``: every hit in it is negated."""

    key: Key
    denied: bool
    n_hits: int


def try_rules(codebook: Codebook) -> pd.DataFrame:
    """Run the examples of each code as tests of its rules.

    Parameters
    ----------
    codebook
        The codebook.

    Returns
    -------
    DataFrame
        One row per example of a code with rules: ``code``, ``example`` (its number, from 1),
        ``applies`` (what the codebook says), ``hit`` (what the rules say), ``passed``. Codes with
        rules and no example have one row with ``example`` 0 and ``passed`` null.

    Raises
    ------
    CodebookError
        If a pattern cannot be read; the message names the code.
    """
    rows: list[dict[str, object]] = []
    for entry in _with_rules(codebook):
        hits = set(match([e.text for e in entry.examples], {entry.id: entry.rules})["text"])
        if not entry.examples:
            rows.append({"code": entry.id, "example": 0})
        for number, example in enumerate(entry.examples):
            rows.append(
                {
                    "code": entry.id,
                    "example": number + 1,
                    "applies": example.applies,
                    "hit": number in hits,
                    "passed": example.applies == (number in hits),
                }
            )
    columns = ["code", "example", "applies", "hit", "passed"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"code": "str", "applies": "boolean", "hit": "boolean", "passed": "boolean"}
    )


def _with_rules(codebook: Codebook) -> Iterable[Code]:
    return (entry for entry in codebook if entry.rules and not entry.gone and entry.kind != "group")


def apply_rules(
    study: Study | Corpus | Path | str,
    *,
    dry_run: bool = False,
    codes: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    show: int = 5,
) -> RuleRun:
    """Code the corpus by the rules of its codebook.

    Each coding is marked ``via: rule:<code>`` and stands in the log of the coder ``rules``. A hit
    under a negation ("inte dyrt") is coded with stance ``denies``. What the interviewer says is not
    coded.

    Parameters
    ----------
    study
        A study, a corpus, or a path to one.
    dry_run
        Only say what would change; nothing is written.
    codes, documents
        Which; default all. Codings of other codes and documents stay as they are.
    show
        Passages per code that the result shows in context.

    Returns
    -------
    RuleRun
        Per code: what is hit, added, taken back, and left out because a person took it away.

    Raises
    ------
    CodebookError
        If a pattern cannot be read, or an example says that the rules are wrong (not in a dry run).
    """
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    entries = [e for e in _with_rules(corpus.codebook) if codes is None or e.id in set(codes)]
    for name in codes or ():
        _ = corpus.codebook[name]
    examples = try_rules(corpus.codebook)
    failed = examples[
        ~examples["passed"].fillna(True) & examples["code"].isin([e.id for e in entries])
    ]
    if len(failed) and not dry_run:
        first = failed.iloc[0]
        says = (
            "applies and the rules miss it"
            if first["applies"]
            else "does not apply and the rules hit it"
        )
        raise CodebookError(
            f"{len(failed)} examples contradict the rules, first code '{first['code']}', example "
            f"{first['example']}: it {says}. Mend the rules or the example; --dry-run shows them "
            "all."
        )
    files = [
        file
        for name, file in corpus.files.items()
        if (documents is None or name in set(documents)) and not file.edited_in_place
    ]
    wanted, hits = _wanted(files, entries, corpus)
    before = _before(corpus, {e.id for e in entries}, {f.id for f in files})
    spared = _taken_away(corpus)
    new = [one for key, one in wanted.items() if key not in before and key not in spared]
    gone = [act for key, (act, _) in before.items() if key not in wanted]
    turned = [
        (act, wanted[key])
        for key, (act, denied) in before.items()
        if key in wanted and wanted[key].denied != denied
    ]
    if not dry_run:
        _write(corpus, new, gone, turned, {e.id: e for e in entries})
    return _result(
        entries, wanted, new, gone, before, spared, hits, examples, show, dry_run=dry_run
    )


def _wanted(
    files: Sequence[DocumentFile], entries: Sequence[Code], corpus: Corpus
) -> tuple[dict[Key, _Wanted], pd.DataFrame]:
    """Return the sentences that rules hit, and every hit with its place in its document."""
    pieces: list[tuple[str, int, str]] = []
    for file in files:
        for start, end in _spoken(file, corpus):
            pieces.append((file.id, start, file.text[start:end]))
    texts = [text for *_, text in pieces]
    found = match(texts, {e.id: e.rules for e in entries}, negation="mark")
    sentences: dict[int, list[tuple[int, int]]] = {}
    wanted: dict[Key, _Wanted] = {}
    places: list[tuple[str, int, int]] = []
    rows = zip(
        found["text"], found["code"], found["start"], found["end"], found["negated"], strict=True
    )
    for number, code, start, end, negated in rows:
        document, offset, text = pieces[number]
        spans = sentences.get(number) or sentences.setdefault(number, sentence_spans(text))
        low = max((s for s, _ in spans if s <= start), default=0)
        high = min((e for _, e in spans if e >= end), default=len(text))
        key = (str(code), document, offset + low, offset + high)
        known = wanted.get(key)
        wanted[key] = _Wanted(
            key,
            bool(negated) and (known is None or known.denied),
            1 if known is None else known.n_hits + 1,
        )
        places.append((document, offset + start, offset + end))
    hits = found[["code", "pattern", "negated"]].copy()
    for place, name in enumerate(("document", "start", "end")):
        hits[name] = [one[place] for one in places]
    return wanted, hits


def _spoken(file: DocumentFile, corpus: Corpus) -> list[tuple[int, int]]:
    """Return the words of respondents; of a document without any, the whole parts."""
    theirs = [
        p for p in file.parts if p.respondent is not None and p.respondent not in corpus.kept_out
    ]
    if not theirs and any(part.respondent is not None for part in file.parts):
        return []
    parts = theirs or [part for part in file.parts if part.kind not in {"question", "heading"}]
    if not file.parts:
        return [(0, len(file.text))] if file.text else []
    return sorted({(part.start, part.end) for part in parts})


def _key_of(code: str | None, target: object) -> Key | None:
    if code is None or not isinstance(target, Span):
        return None
    return (code, target.document, target.start, target.end)


def _before(corpus: Corpus, codes: set[str], documents: set[str]) -> dict[Key, tuple[str, bool]]:
    """Return what rules coded earlier and still stands: key -> act, denied."""
    found: dict[Key, tuple[str, bool]] = {}
    for coding in corpus.folded.codings:
        key = _key_of(coding.code, coding.target)
        own = coding.coder == RULES_CODER and coding.via.startswith("rule:")
        if own and key is not None and key[0] in codes and key[1] in documents:
            found[key] = (coding.act, coding.stance == "denies")
    return found


def _taken_away(corpus: Corpus) -> set[Key]:
    """Return what rules coded and a person took away: it is not coded again."""
    by_id: dict[str, Act] = {act.id: act for act in corpus.log.acts}
    taken: set[Key] = set()
    for act in by_id.values():
        if (
            act.op in {"remove", "undo"}
            and act.coder != RULES_CODER
            and act.act in corpus.folded.removed
        ):
            about = by_id.get(act.act or "")
            key = _key_of(about.code, about.target) if about is not None else None
            if about is not None and key is not None and about.coder == RULES_CODER:
                taken.add(key)
    return taken


def _write(
    corpus: Corpus,
    new: Sequence[_Wanted],
    gone: Sequence[str],
    turned: Sequence[tuple[str, _Wanted]],
    entries: dict[str, Code],
) -> None:
    acts: list[dict[str, Any]] = [{"op": "remove", "act": act, "text": "rules"} for act in gone]
    acts += [{"op": "remove", "act": act, "text": "rules"} for act, _ in turned]
    for one in [*new, *(wanted for _, wanted in turned)]:
        code, document, start, end = one.key
        acts.append(
            {
                "op": "add",
                "target": corpus.checked(Span(document, start, end)),
                "code": code,
                "code_version": entries[code].version,
                "polarity": entries[code].polarity,
                "stance": "denies" if one.denied else "affirms",
                "via": f"rule:{code}",
            }
        )
    if acts:
        corpus.write(RULES_CODER, acts)


def _result(
    entries: Sequence[Code],
    wanted: dict[Key, _Wanted],
    new: Sequence[_Wanted],
    gone: Sequence[str],
    before: dict[Key, tuple[str, bool]],
    spared: set[Key],
    hits: pd.DataFrame,
    examples: pd.DataFrame,
    show: int,
    *,
    dry_run: bool,
) -> RuleRun:
    removed = {act: key[0] for key, (act, _) in before.items() if act in set(gone)}
    rows = [
        {
            "code": entry.id,
            "patterns": len(entry.rules),
            "hits": int((hits["code"] == entry.id).sum()),
            "codings": sum(key[0] == entry.id for key in wanted),
            "denied": sum(key[0] == entry.id and one.denied for key, one in wanted.items()),
            "added": sum(one.key[0] == entry.id for one in new),
            "taken_back": sum(code == entry.id for code in removed.values()),
            "left_to_people": sum(key[0] == entry.id and key in wanted for key in spared),
        }
        for entry in entries
    ]
    columns = [
        "code",
        "patterns",
        "hits",
        "codings",
        "denied",
        "added",
        "taken_back",
        "left_to_people",
    ]
    shown = [
        row
        for _, group in groupby(hits.to_dict("records"), key=lambda row: row["code"])
        for row in list(group)[:show]
    ]
    failed = int((~examples["passed"].fillna(True)).sum())
    return RuleRun(
        table=pd.DataFrame(rows, columns=columns),
        examples=examples,
        hits=pd.DataFrame(shown, columns=list(hits.columns)),
        method=Message("Patterns of the codebook; the sentence that a pattern hits is coded."),
        checks=(
            Check(
                id="examples_agree_with_rules",
                passed=failed == 0,
                text=Message(
                    "{n:integer} example contradicts the rules of its code.",
                    "{n:integer} examples contradict the rules of their code.",
                    n=failed,
                ),
            ),
        ),
        dry_run=dry_run,
    )
