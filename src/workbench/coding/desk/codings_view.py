"""Codings, codes and counts as plain values for the browser."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Case, Cell, Document, Span
from workbench.coding.frames import status_of
from workbench.language import localized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from workbench.coding.corpus import Corpus
    from workbench.coding.fold import Coding

__all__ = [
    "answers_of",
    "code_rows",
    "coding_view",
    "counted",
    "counts_of",
    "history_of",
    "meanings_of",
    "older_meaning",
    "settled_codings",
    "stands_in",
    "uncoded_answers",
    "visible_codings",
]

_COUNTED = {"coded", "kept", "left"}
STYLES = ("solid", "dashed", "dotted", "double")
N_COLOURS = 5


def visible_codings(corpus: Corpus, coder: str | None) -> Iterator[tuple[Coding, str]]:
    """Yield codings in force and their status; with a coder, only that coder's."""
    for coding in corpus.folded.codings:
        if coder is None or coding.coder == coder:
            yield coding, status_of(coding, corpus.files)


def settled_codings(corpus: Corpus, coder: str | None) -> list[Coding]:
    """Return the codings that tables count."""
    return [coding for coding, status in visible_codings(corpus, coder) if status in _COUNTED]


def counted(rows: Iterable[tuple[Coding, str]]) -> list[Coding]:
    """Return the codings that tables count, of codings with their status."""
    return [coding for coding, status in rows if status in _COUNTED]


def meanings_of(corpus: Corpus) -> dict[str, str]:
    """Return code to the version of its meaning today."""
    return {entry.id: entry.version for entry in corpus.codebook}


def stands_in(corpus: Corpus, coding: Coding, document: str) -> bool:
    """Say whether a coding stands in a document; a cell stands in all of its respondent's."""
    target = coding.target
    if isinstance(target, Span | Document):
        return target.document == document
    if isinstance(target, Cell):
        parts = corpus.file(document).parts
        return any(part.respondent == target.respondent for part in parts)
    return False


def coding_view(
    corpus: Corpus, coding: Coding, status: str, meanings: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return one coding; without a passage ``start`` is None and ``about`` says what it is on.

    ``meanings`` spares naming each code's version anew when there are many codings.
    """
    code = corpus.codebook.resolve(coding.code)
    entry = corpus.codebook[code] if code in corpus.codebook else None  # noqa: SIM401 - no dict
    target = coding.target
    is_span = isinstance(target, Span)
    return {
        "act": coding.act,
        "document": target.document if isinstance(target, Span | Document) else None,
        "start": target.start if is_span else None,
        "end": target.end if is_span else None,
        "about": _about(target),
        "code": code,
        "coder": coding.coder,
        "polarity": coding.polarity or (entry.polarity if entry else None),
        "stance": coding.stance,
        "weight": coding.weight,
        "relevance": coding.relevance,
        "memo": coding.memo,
        "via": coding.via,
        "status": status,
        "version": coding.code_version,
        "stale": bool(
            entry
            and coding.code_version
            and coding.code_version != (meanings[code] if meanings else entry.version)
        ),
    }


def _about(target: object) -> str | None:
    match target:
        case Cell():
            return f"{target.respondent} {target.question}"
        case Case():
            return target.case
        case Document():
            return target.document
        case _:
            return None


def code_rows(corpus: Corpus, language: str) -> list[dict[str, Any]]:
    """Return every entry of the codebook in the order of its tree, worded in the language.

    ``colour`` and ``style`` tell codes apart twice over; the name always stands beside them.
    """
    numbers = {entry.id: number for number, entry in enumerate(corpus.codebook)}
    versions = corpus.codebook_files.versions
    n_versions = Counter(versions["code"].tolist())
    since = dict(zip(versions["code"].tolist(), versions["at"].tolist(), strict=True))
    return [
        {
            "code": entry.id,
            "name": entry.label(language),
            "kind": entry.kind,
            "parent": entry.parent if depth else None,
            "depth": depth,
            "definition": localized(entry.definition, language),
            "include": list(entry.include),
            "exclude": list(entry.exclude),
            "examples": [[example.text, example.applies] for example in entry.examples],
            "polarity": entry.polarity,
            "gone": entry.gone,
            "into": list(entry.split_into) or ([entry.merged_into] if entry.merged_into else []),
            "version": entry.version,
            "version_no": int(n_versions.get(entry.id, 1)),
            "since": str(since.get(entry.id, ""))[:10],
            "colour": 1 + numbers[entry.id] % N_COLOURS,
            "style": STYLES[(numbers[entry.id] // N_COLOURS) % len(STYLES)],
        }
        for depth, entry in corpus.codebook.tree
    ]


def counts_of(corpus: Corpus, document: str, settled: Iterable[Coding]) -> dict[str, list[int]]:
    """Return code to the number of codings in the document and in the corpus."""
    here: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    resolved: dict[str, str] = {}
    for coding in settled:
        code = resolved.setdefault(coding.code, corpus.codebook.resolve(coding.code))
        everywhere[code] += 1
        if isinstance(coding.target, Span | Document) and coding.target.document == document:
            here[code] += 1
    return {code: [here[code], n] for code, n in everywhere.items()}


def uncoded_answers(corpus: Corpus, document: str, settled: Sequence[Coding]) -> list[list[int]]:
    """Return ``[start, end]`` of each answer of a document that has no code and no state.

    An answer is all a respondent says to one question; without questions, each turn is one.
    """
    answers = answers_of(corpus, document)
    coded = set(_cells(corpus)) | {
        (coding.target.respondent, coding.target.question)
        for coding in settled
        if isinstance(coding.target, Cell)
    }
    spans = _Stretches(
        (coding.target.start, coding.target.end)
        for coding in settled
        if isinstance(coding.target, Span) and coding.target.document == document
    )
    return [
        [places[0][0], places[-1][1]]
        for key, places in answers.items()
        if key not in coded and not any(spans.touch(*place) for place in places)
    ]


def answers_of(corpus: Corpus, document: str) -> dict[tuple[str, str | int], list[tuple[int, int]]]:
    """Return the places of each answer: by respondent and question, or turn without questions."""
    answers: dict[tuple[str, str | int], list[tuple[int, int]]] = defaultdict(list)
    for part in corpus.file(document).parts:
        if part.respondent is not None and part.respondent not in corpus.kept_out:
            key = (part.respondent, part.question or part.part)
            answers[key].append((part.start, part.end))
    return answers


def _cells(corpus: Corpus) -> Iterable[tuple[str, str]]:
    return corpus.folded.cells.keys()


class _Stretches:
    """Many ``[start, end)``, to be asked whether any of them touches another."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def touch(self, start: int, end: int) -> bool:
        """Say whether one of them shares a character with ``[start, end)``."""
        n_before = bisect_left(self._starts, end)
        return n_before > 0 and self._reach[n_before - 1] > start


def history_of(corpus: Corpus, act: str, coder: str | None = None) -> list[dict[str, Any]]:
    """Return what was done to a coding, newest first: at, coder, op, and the value it was given.

    With a coder, only what that coder did.
    """
    related = {act}
    found: list[dict[str, Any]] = []
    for entry in sorted(corpus.log.acts, key=lambda one: one.order):
        if (entry.id == act or entry.act in related) and coder in (None, entry.coder):
            related.add(entry.id)
            found.append(
                {
                    "act": entry.id,
                    "at": entry.at,
                    "coder": entry.coder,
                    "op": entry.op,
                    "value": _value(entry),
                }
            )
    return found[::-1]


def _value(entry: Any) -> str | None:
    match entry.op:
        case "recode" | "add" | "accept":
            return entry.code
        case "polarity" | "relevance":
            return getattr(entry, entry.op)
        case "weight":
            return None if entry.weight is None else f"{entry.weight:g}"
        case "adjudicate":
            return {"affirms": "kept", "denies": "dropped", None: "left"}[entry.stance]
        case _:
            return None


def older_meaning(corpus: Corpus, coding: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the definition a stale coding was made under."""
    if not coding["stale"]:
        return None
    versions = corpus.codebook_files.versions
    rows = versions[(versions["version"] == coding["version"])]
    if rows.empty:
        return {"version_no": None, "definition": None}
    row = rows.iloc[0]
    return {"version_no": int(row["version_no"]), "definition": str(row["definition"])}
