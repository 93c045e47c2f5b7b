"""Proposals wait in a queue, count nowhere, and become codings only when a person accepts.

The queue is a file in ``.workbench/`` that can be made again; decisions are acts. From the acts it
is counted how often proposals were right.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.documents import write_whole_file
from workbench.coding.suggest import learn_codes
from workbench.errors import CorpusError
from workbench.estimates.shares import share_interval
from workbench.language import Message
from workbench.results.text import SuggestionQuality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.coding.acts import Act
    from workbench.coding.corpus import Corpus
    from workbench.coding.documents import Part
    from workbench.coding.encoders import Encoder

__all__ = [
    "accept_suggestion",
    "queue_suggestions",
    "reject_suggestion",
    "suggestion_name",
    "suggestion_quality",
    "waiting_suggestions",
]

_COLUMNS = ["id", "document", "start", "end", "code", "score", "reason", "like"]


def suggestion_name(document: str, start: int, end: int, code: str) -> str:
    """Return the id of a proposal: the same place and code always have the same."""
    return hashlib.sha256(f"{document} {start} {end} {code}".encode()).hexdigest()[:12]


def queue_suggestions(
    corpus: Corpus,
    *,
    coder: str | None = None,
    encoder: Encoder | None = None,
    documents: Sequence[str] | None = None,
    top: int = 3,
    least: float = 0.3,
    seed: int = 0,
) -> pd.DataFrame:
    """Propose codes for what respondents said and nobody has coded, and put them in the queue.

    Learned from the turns and answers the coder has coded; turns without a code that stand before
    the coder's last coding in a document count as read and left uncoded.

    Parameters
    ----------
    corpus
        The corpus.
    coder
        Whose coding to learn from; None: everyone's. Codings by rules are not learned from.
    encoder
        As in :func:`workbench.suggest`.
    documents
        For which documents; default all.
    top, least
        Proposals per turn, and the lowest probability worth a look.
    seed
        Of the calibration.

    Returns
    -------
    DataFrame
        What waits now, the likeliest first: ``id document start end code score reason like``.

    Raises
    ------
    DataError
        If nothing is coded yet.
    """
    coded, read = _coded_turns(corpus, coder)
    labels = [f"{document}:{part.part}" for document, part in read]
    texts = pd.Series([_words(corpus, d, p) for d, p in read], index=labels, dtype="str")
    sets = [coded.get((document, part.part), set()) for document, part in read]
    model = learn_codes(texts, sets, encoder=encoder, seed=seed)
    known = {(document, part.part) for document, part in read}
    open_turns = [
        (name, part)
        for name, part in _spoken(corpus)
        if (name, part.part) not in known and (documents is None or name in set(documents))
    ]
    wanted = pd.Series([_words(corpus, d, p) for d, p in open_turns], dtype="str")
    made = model.suggest(wanted, top=top)
    made = made[made["score"] >= least]
    origins = [open_turns[int(number)] for number in made["text"]]
    frame = pd.DataFrame(
        {
            "document": [document for document, _ in origins],
            "start": [
                part.start + int(s) for (_, part), s in zip(origins, made["start"], strict=True)
            ],
            "end": [part.start + int(e) for (_, part), e in zip(origins, made["end"], strict=True)],
            "code": made["code"].tolist(),
            "score": made["score"].tolist(),
            "reason": made["reason"].tolist(),
            "like": made["like"].tolist(),
        }
    )
    rows = zip(frame["document"], frame["start"], frame["end"], frame["code"], strict=True)
    frame.insert(0, "id", [suggestion_name(*row) for row in rows])
    lines = [json.dumps(row, ensure_ascii=False) for row in frame.to_dict("records")]
    path = corpus.aside / "suggestions.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole_file(path, "".join(f"{line}\n" for line in lines))
    return waiting_suggestions(corpus)


def waiting_suggestions(corpus: Corpus) -> pd.DataFrame:
    """Return the proposals nobody has decided about and whose code and text are still there."""
    path = corpus.aside / "suggestions.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    decided = {_decided(act) for act in corpus.log.acts if act.op in {"accept", "reject"}}
    rows = [
        row for row in map(json.loads, lines) if row["id"] not in decided and _still(corpus, row)
    ]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.sort_values(["score", "id"], ascending=[False, True], ignore_index=True)


def _still(corpus: Corpus, row: dict[str, object]) -> bool:
    code, document = str(row["code"]), str(row["document"])
    if code not in corpus.codebook or corpus.codebook[code].gone or document not in corpus.files:
        return False
    return int(str(row["end"])) <= len(corpus.files[document].text)


def _decided(act: Act) -> str:
    return act.via.removeprefix("suggestion:")


def accept_suggestion(corpus: Corpus, suggestion: str, *, coder: str) -> str:
    """Make a proposal the coder's own coding; return the id of the act."""
    row = _row(corpus, suggestion)
    span = Span(str(row["document"]), int(row["start"]), int(row["end"]))
    return corpus.accept(span, str(row["code"]), coder=coder, suggestion=suggestion)


def reject_suggestion(corpus: Corpus, suggestion: str, *, coder: str, reason: str = "") -> str:
    """Turn a proposal down, so that it is not made again; return the id of the act."""
    row = _row(corpus, suggestion)
    span = Span(str(row["document"]), int(row["start"]), int(row["end"]))
    return corpus.reject(span, str(row["code"]), coder=coder, suggestion=suggestion, reason=reason)


def _row(corpus: Corpus, suggestion: str) -> pd.Series:
    frame = waiting_suggestions(corpus)
    found = frame[frame["id"] == suggestion]
    if found.empty:
        raise CorpusError(
            f"No suggestion '{suggestion}' waits. It may be decided already; see "
            "workbench.waiting_suggestions(corpus)."
        )
    return found.iloc[0]


def suggestion_quality(corpus: Corpus) -> SuggestionQuality:
    """Count, per code, how many proposals people accepted, with an interval.

    Precision is of the proposals that were decided about: people look at the likeliest first, so it
    says nothing about those that wait, and nothing about what was not proposed.
    """
    waits = waiting_suggestions(corpus)["code"].value_counts()
    accepted = _counted(corpus, "accept")
    rejected = _counted(corpus, "reject")
    rows: list[dict[str, object]] = []
    for code in sorted({*waits.index, *accepted.index, *rejected.index}):
        yes, no = int(accepted.get(code, 0)), int(rejected.get(code, 0))
        low, high = share_interval(yes / (yes + no), yes + no) if yes + no else (None, None)
        rows.append(
            {
                "code": str(code),
                "waiting": int(waits.get(code, 0)),
                "n": yes + no,
                "accepted": yes,
                "estimate": yes / (yes + no) if yes + no else None,
                "ci_low": None if low is None else float(low),
                "ci_high": None if high is None else float(high),
                "reason": "" if yes + no else "TOO_FEW",
            }
        )
    columns = ["code", "waiting", "n", "accepted", "estimate", "ci_low", "ci_high", "reason"]
    table = pd.DataFrame(rows, columns=columns).astype(
        {"code": "str", "estimate": "Float64", "ci_low": "Float64", "ci_high": "Float64"}
    )
    return SuggestionQuality(
        table=table,
        method=Message(
            "Share of decided proposals that a person accepted, with a 95 per cent score interval."
        ),
    )


def _counted(corpus: Corpus, op: str) -> pd.Series:
    """Return code -> proposals last decided so: a person may reject what was accepted, and back."""
    last: dict[str, Act] = {}
    for act in sorted(corpus.log.acts, key=lambda act: act.order):
        if act.op in {"accept", "reject"} and act.via.startswith("suggestion:"):
            last[_decided(act)] = act
    codes = [act.code for act in last.values() if act.op == op and act.code is not None]
    return pd.Series(codes, dtype="str").value_counts()


def _spoken(corpus: Corpus) -> list[tuple[str, Part]]:
    return [
        (name, part)
        for name, file in corpus.files.items()
        for part in file.parts
        if part.respondent is not None
        and part.respondent not in corpus.kept_out
        and file.text[part.start : part.end].strip()
    ]


def _words(corpus: Corpus, document: str, part: Part) -> str:
    return corpus.files[document].text[part.start : part.end]


def _coded_turns(
    corpus: Corpus, coder: str | None
) -> tuple[dict[tuple[str, int], set[str]], list[tuple[str, Part]]]:
    """Return the codes of each turn, and the turns that were read."""
    coded: dict[tuple[str, int], set[str]] = {}
    furthest: dict[str, int] = {}
    for coding in corpus.folded.codings:
        target = coding.target
        mine = coding.coder == coder if coder is not None else not coding.via.startswith("rule:")
        if not mine or coding.stance == "denies" or not isinstance(target, Span):
            continue
        if target.document not in corpus.files or coding.verdict == "dropped":
            continue
        code = corpus.codebook.resolve(coding.code)
        furthest[target.document] = max(furthest.get(target.document, 0), target.end)
        for part in corpus.parts_of(target):
            coded.setdefault((target.document, part.part), set()).add(code)
    read = [(name, part) for name, part in _spoken(corpus) if part.start < furthest.get(name, 0)]
    return coded, read
