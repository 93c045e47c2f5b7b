"""Two coders side by side: where they differ, and what was decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Span
from workbench.coding.code_agreement import code_agreement
from workbench.coding.desk.codings_view import coding_view
from workbench.coding.desk.protocol import following
from workbench.coding.fold import fold, independent
from workbench.coding.frames import status_of
from workbench.coding.units import coded_units
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.coding.corpus import Corpus
    from workbench.coding.desk.protocol import Request
    from workbench.coding.fold import Coding
    from workbench.results.coding import CodeAgreementResult

__all__ = ["comparison", "decide", "disagreements"]

_BOOTSTRAP = 200
_PLACELESS = ("orphan", "erased")


def comparison(corpus: Corpus, pair: tuple[str, str], language: str) -> dict[str, Any]:
    """Return every disagreement of two coders, in order of reading, and agreement per code.

    Agreement rests on what each did alone; deciding never changes it.
    """
    found = disagreements(corpus, pair)
    left: Counter[str] = Counter()
    for one in found:
        if not one["decided"]:
            left.update({coding["code"] for coding in (*one["a"], *one["b"])})
    total = Counter(
        code for one in found for code in {coding["code"] for coding in (*one["a"], *one["b"])}
    )
    return {
        "pair": list(pair),
        "disagreements": found,
        "agreement": _agreement(corpus, pair, language, total, left),
    }


def disagreements(corpus: Corpus, pair: tuple[str, str]) -> list[dict[str, Any]]:
    """Return where two coders differ: document, start, end, a, b, decided.

    Codings of one code that overlap are the same judgement, unless polarity or stance differ.
    What is left is put together where it overlaps; ``a`` or ``b`` may be empty. Only documents
    that both worked on are compared.
    """
    here = {name: _codings(corpus, name) for name in pair}
    shared = _both_worked_on(corpus, pair)
    found: list[dict[str, Any]] = []
    for document in map(str, corpus.documents["document"]):
        if document not in shared:
            continue
        a, b = (here[name].get(document, []) for name in pair)
        alone_a, alone_b, unlike = _unmatched(corpus, a, b)
        groups = [*_overlapping(alone_a, alone_b), *unlike]
        found += sorted(
            (_view(corpus, document, *group) for group in groups),
            key=lambda one: (one["start"], one["end"]),
        )
    return found


def _codings(corpus: Corpus, coder: str) -> dict[str, list[Coding]]:
    """Return a coder's codings by document, with the place they had before any adjudication.

    A coding whose passage an adjudicator moved keeps that place here.
    """
    found: dict[str, list[Coding]] = defaultdict(list)
    for coding in fold(independent(corpus.log.acts)).codings:
        if coding.coder != coder or not isinstance(coding.target, Span):
            continue
        if status_of(coding, corpus.files) not in _PLACELESS:
            found[coding.target.document].append(coding)
    return found


def _both_worked_on(corpus: Corpus, pair: tuple[str, str]) -> set[str]:
    units = coded_units(
        corpus, unit="document", level="code", coders=pair, documents=None, sample=None
    )
    return {key[0] for key in units.keys}


def _place(coding: Coding) -> tuple[int, int]:
    assert isinstance(coding.target, Span)  # noqa: S101 - only spans are gathered above
    return coding.target.start, coding.target.end


def _overlap(one: Coding, other: Coding) -> bool:
    (start, end), (start2, end2) = _place(one), _place(other)
    return start < end2 and start2 < end


def _unmatched(
    corpus: Corpus, a: Sequence[Coding], b: Sequence[Coding]
) -> tuple[list[Coding], list[Coding], list[tuple[list[Coding], list[Coding]]]]:
    """Return codings without a counterpart, and pairs that agree on the code but not its sense."""
    free = list(b)
    alone: list[Coding] = []
    unlike: list[tuple[list[Coding], list[Coding]]] = []
    for coding in a:
        code = corpus.codebook.resolve(coding.code)
        same = [
            other
            for other in free
            if corpus.codebook.resolve(other.code) == code and _overlap(coding, other)
        ]
        if not same:
            alone.append(coding)
            continue
        same.sort(key=lambda other: (_sense(other) != _sense(coding), -_shared(coding, other)))
        free.remove(same[0])
        if _sense(same[0]) != _sense(coding):
            unlike.append(([coding], [same[0]]))
    return alone, free, unlike


def _sense(coding: Coding) -> tuple[str | None, str]:
    return coding.polarity, coding.stance


def _shared(one: Coding, other: Coding) -> int:
    (start, end), (start2, end2) = _place(one), _place(other)
    return min(end, end2) - max(start, start2)


def _overlapping(
    a: Iterable[Coding], b: Iterable[Coding]
) -> list[tuple[list[Coding], list[Coding]]]:
    """Put together codings that overlap, straight or through another."""
    rows = sorted([(0, one) for one in a] + [(1, one) for one in b], key=lambda row: _place(row[1]))
    groups: list[tuple[list[Coding], list[Coding]]] = []
    reach = -1
    for side, coding in rows:
        start, end = _place(coding)
        if start >= reach:
            groups.append(([], []))
        groups[-1][side].append(coding)
        reach = max(reach, end)
    return groups


def _view(
    corpus: Corpus, document: str, a: Sequence[Coding], b: Sequence[Coding]
) -> dict[str, Any]:
    places = [_place(coding) for coding in (*a, *b)]
    verdicts = _verdicts(corpus)
    return {
        "id": min(coding.act for coding in (*a, *b)),
        "document": document,
        "start": min(start for start, _ in places),
        "end": max(end for _, end in places),
        "a": [_row(corpus, coding, verdicts) for coding in a],
        "b": [_row(corpus, coding, verdicts) for coding in b],
        "decided": all(verdicts.get(coding.act) for coding in (*a, *b)),
    }


def _verdicts(corpus: Corpus) -> dict[str, str | None]:
    return {coding.act: coding.verdict for coding in corpus.folded.codings}


def _row(corpus: Corpus, coding: Coding, verdicts: dict[str, str | None]) -> dict[str, Any]:
    return coding_view(corpus, coding, "coded") | {"verdict": verdicts.get(coding.act)}


def _agreement(
    corpus: Corpus,
    pair: tuple[str, str],
    language: str,
    total: Counter[str],
    left: Counter[str],
) -> dict[str, Any]:
    found: CodeAgreementResult = code_agreement(corpus, coders=pair, bootstrap=_BOOTSTRAP)
    if found.reason:
        return {"rows": [], "reason": found.method.render(language), "n": 0}
    columns = ["code", "estimate", "ci_low", "ci_high", "reason"]
    rows = [
        {
            **{key: _plain(value) for key, value in zip(columns, row, strict=True)},
            "n_disagreements": total[str(row[0])],
            "left": left[str(row[0])],
        }
        for row in found.table[columns].itertuples(index=False, name=None)
    ]
    return {"rows": rows, "reason": None, "n": found.n_units}


def _plain(value: object) -> Any:
    """Return a cell as JSON takes it: a missing number is null."""
    if isinstance(value, float) and value != value:
        return None
    return None if type(value).__name__ == "NAType" else value


def decide(corpus: Corpus, coder: str, request: Request) -> list[str]:
    """Write a decision on one disagreement: one act for each coding it concerns.

    ``acts`` lists ``[act, verdict]`` with ``kept``, ``dropped`` or ``left``; ``code`` gives what is
    kept another code. The reason is required: it is what a reviewer reads.

    Raises
    ------
    CorpusError
        If the reason is empty, or an act is not a coding in force.
    """
    reason = str(request["reason"]).strip()
    if not reason:
        raise CorpusError("A decision must have a reason; write why, in a few words.")
    known = {coding.act for coding in corpus.folded.codings}
    code = request.get("code")
    version = corpus.codebook.check_usable(code).version if code else None
    acts: list[dict[str, Any]] = []
    stances = {"kept": "affirms", "dropped": "denies", "left": None}
    for act, verdict in request["acts"]:
        if act not in known or verdict not in stances:
            raise CorpusError("A decision must name codings in force as kept, dropped or left.")
        about = {"act": act, "via": "adjudication"}
        decided = {"op": "adjudicate", "stance": stances[verdict], "text": reason}
        acts.append(about | decided)
        if code and verdict == "kept":
            acts.append(about | {"op": "recode", "code": code, "code_version": version})
    ids = following(request.ref, len(acts))
    return corpus.write(coder, acts, ids=ids) if acts else []
