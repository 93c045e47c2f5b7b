"""Personal data in the documents of a study: kept out at the door, and reviewed by a person."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import pandas as pd

from workbench.coding.acts import Span, act_to_line
from workbench.coding.anchoring import span_at
from workbench.coding.documents import sha_of, write_whole_file
from workbench.coding.reanchoring import reanchor
from workbench.inputs.redaction.door import SURE, Door
from workbench.inputs.redaction.lists import is_everyday_word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workbench.coding.acts import Act
    from workbench.coding.corpus import Corpus
    from workbench.coding.documents import DocumentFile
    from workbench.inputs.redaction.door import Decision, Place

__all__ = [
    "RedactionReview",
    "Shift",
    "Waiting",
    "redact_at_the_door",
    "redacted_text",
    "review_redaction",
    "waiting",
]

_AROUND = 40

Replaced = tuple[int, int, str]
"""Start and end of what was replaced in the old text, and its token."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One value that a person should decide about, and where it stands.

    ``value`` and ``context`` are shown to the reviewer and stored nowhere.
    """

    kind: str
    rule: str
    confidence: float
    n: int
    documents: tuple[str, ...]
    value: str
    context: tuple[str, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class RedactionReview:
    """What a review did.

    ``table``: ``document``, ``replaced`` (places), ``exact``, ``moved``, ``orphaned`` (codings).
    ``pending``: values still undecided.
    """

    table: pd.DataFrame
    replaced: int
    kept: int
    pending: int

    @property
    def exit_code(self) -> int:
        """0 when nothing waits, 3 when something does."""
        return 3 if self.pending else 0


def redact_at_the_door(
    document: DocumentFile, door: Door | None, *, spare: Sequence[str] = ()
) -> DocumentFile:
    """Return a document without what the rules are sure of, its parts in step.

    Parameters
    ----------
    document
        As it was read.
    door
        The study's door; None: nothing is replaced.
    spare
        Speakers' labels that stay: respondents' pseudonyms and interviewers. Others are replaced
        when they are surely names.
    """
    if door is None:
        return document
    text, spans = door.redact(document.id, document.text)
    labels = {part.speaker: _label(part.speaker, document.id, door) for part in document.parts
              if part.speaker and part.speaker not in spare}  # fmt: skip
    moved = Shift(spans)
    parts = tuple(
        replace(
            part,
            start=moved.start(part.start),
            end=moved.end(part.end),
            speaker=labels.get(part.speaker or "", part.speaker),
        )
        for part in document.parts
    )
    changes = [*document.about.get("changes", [])]
    if spans:
        changes.append({"kind": "redacted", "n": len(spans)})
    about = {**document.about, "changes": changes}
    return replace(document, text=text, parts=parts, about=about)


def redacted_text(name: str, text: str, door: Door | None) -> tuple[str, list[Replaced]]:
    """Return a text without what the rules are sure of, and the spans that were replaced."""
    return (text, []) if door is None else door.redact(name, text)


def _label(label: str, document: str, door: Door) -> str:
    for place in door.places(document, f"Namn: {label}"):
        if place.kind == "PERSON" and place.value == label and place.confidence >= SURE:
            return door.book.token("PERSON", label)
    return label


class Shift:
    """Where places of an old text stand after tokens took the place of spans.

    Parameters
    ----------
    spans
        Start, end and token of what was replaced, in order.

    Examples
    --------
    >>> moved = Shift([(5, 9, "[PERSON_1]")])
    >>> moved.start(0), moved.start(7), moved.end(7), moved.end(12)
    (0, 5, 15, 18)
    """

    def __init__(self, spans: Sequence[Replaced]) -> None:
        self._starts = [start for start, _, _ in spans]
        self._ends = [end for _, end, _ in spans]
        self._tokens = [len(token) for _, _, token in spans]
        gains = (len(token) - (end - start) for start, end, token in spans)
        self._gained = [0, *accumulate(gains)]

    def start(self, offset: int) -> int:
        """Return where a beginning stands: inside a token, at its beginning."""
        before = bisect_right(self._ends, offset)
        inside = before < len(self._starts) and self._starts[before] < offset
        return (self._starts[before] if inside else offset) + self._gained[before]

    def end(self, offset: int) -> int:
        """Return where an end stands: inside a token, at its end."""
        before = bisect_right(self._ends, offset)
        if before < len(self._starts) and self._starts[before] < offset:
            return self._starts[before] + self._gained[before] + self._tokens[before]
        return offset + self._gained[before]


def waiting(corpus: Corpus, *, language: str = "sv") -> list[Waiting]:
    """Return the values in the documents that nobody has decided about, the commonest first.

    Parameters
    ----------
    corpus
        The corpus.
    language
        Main language of its texts.
    """
    return _waiting(corpus, Door(corpus.folder, language))


def _waiting(corpus: Corpus, door: Door) -> list[Waiting]:
    decided = door.decisions
    by_key: dict[str, list[Place]] = {}
    for name, file in corpus.files.items():
        for place in door.places(name, file.text):
            if place.key not in decided:
                by_key.setdefault(place.key, []).append(place)
    found = [
        Waiting(
            kind=places[0].kind,
            rule=places[0].rule,
            confidence=max(place.confidence for place in places),
            n=len(places),
            documents=tuple(dict.fromkeys(place.document for place in places)),
            value=places[0].value,
            context=tuple(_context(corpus.files[p.document].text, p) for p in places[:3]),
            place=places[0],
        )
        for places in by_key.values()
    ]
    return sorted(found, key=lambda one: (-one.n, -one.confidence, one.kind, one.value))


def _context(text: str, place: Place) -> str:
    start, end = max(0, place.start - _AROUND), min(len(text), place.end + _AROUND)
    return " ".join(text[start:end].split())


def review_redaction(
    corpus: Corpus,
    decide: Callable[[Waiting], Decision | None],
    *,
    reviewer: str,
    language: str = "sv",
) -> RedactionReview:
    """Let a person decide about every value that waits, then put tokens in the documents.

    Codings keep their places: the documents are re-anchored, and orphans are counted.

    Parameters
    ----------
    corpus
        The corpus.
    decide
        Called with each value; answers ``"replace"``, ``"keep"``, or None to leave it waiting.
    reviewer
        Who decides, for the log; also the coder in whose log codings are moved.
    language
        Main language of the texts.

    Returns
    -------
    RedactionReview
        Counts, per document and in all.
    """
    door = Door(corpus.folder, language)
    counts: dict[str, int] = {"replace": 0, "keep": 0}
    pending = 0
    for one in _waiting(corpus, door):
        decision = decide(one)
        if decision is None:
            pending += 1
            continue
        text = corpus.files[one.place.document].text
        door.decide(one.place, decision, reviewer=reviewer, text=text)
        counts[decision] += 1
    rows: list[dict[str, object]] = []
    changed: dict[str, tuple[str, Shift]] = {}
    for name in list(corpus.files):
        old = corpus.files[name].text
        new, spans = _decided_only(door, name, old)
        if new != old:
            done = reanchor(corpus, name, new, coder=reviewer)
            followed = _follow(corpus, name, done.orphans, spans, reviewer)
            changed[sha_of(old)] = (new, Shift(spans))
            rows.append(
                {
                    "document": name,
                    "replaced": len(spans),
                    "exact": done.exact,
                    "moved": done.moved + followed,
                    "orphaned": done.orphaned - followed,
                }
            )
    door.save()
    _clean_logs(corpus, door, changed)
    columns = ["document", "replaced", "exact", "moved", "orphaned"]
    return RedactionReview(
        table=pd.DataFrame(rows, columns=columns),
        replaced=counts["replace"],
        kept=counts["keep"],
        pending=pending,
    )


def _decided_only(door: Door, name: str, text: str) -> tuple[str, list[Replaced]]:
    """Replace what a person has decided to replace, and nothing that still waits."""
    spans = [
        (place.start, place.end, door.book.token(place.kind, place.value))
        for place in door.places(name, text)
        if door.decisions.get(place.key) == "replace"
    ]
    pieces: list[str] = []
    done = 0
    for start, end, token in spans:
        pieces += [text[done:start], token]
        done = end
    return "".join([*pieces, text[done:]]), spans


def _follow(
    corpus: Corpus,
    name: str,
    orphans: pd.DataFrame,
    spans: Sequence[Replaced],
    reviewer: str,
) -> int:
    """Give codings whose words hold a token their place: what was replaced is known exactly."""
    file = corpus.file(name)
    previous = {step["to"]: step["from"] for step in file.about.get("reanchored", [])}
    before = previous.get(file.sha)
    moves: list[dict[str, object]] = []
    moved = Shift(spans)
    for coding in corpus.folded.codings:
        target = coding.target
        if not isinstance(target, Span) or coding.act not in set(orphans["act"]):
            continue
        if target.text_sha != before:
            continue
        start, end = moved.start(target.start), moved.end(target.end)
        place = corpus.checked(Span(name, start, end))
        moves.append({"op": "move", "act": coding.act, "target": place, "via": "redaction"})
    if moves:
        corpus.write(reviewer, moves)
    return len(moves)


def _clean_logs(
    corpus: Corpus,
    door: Door,
    changed: Mapping[str, tuple[str, Shift]],
) -> None:
    """Put tokens into the quotes and notes of acts: an old line must not keep the name.

    What was marked in a text that has just changed is put right by its place; what was marked in
    older texts, and notes, by the words.
    """
    words = _words_of(door.replaced_values())
    if not words:
        return
    forms = "|".join(re.escape(value) for value in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{forms})(?=(?:['’]?s)?(?!\w))")

    def clean(text: str | None) -> str | None:
        return None if text is None else pattern.sub(lambda match: words[match[0]], text)

    for path in corpus.log.paths:
        with corpus.log.lock(f"{path.stem}.writing"):
            corpus.log.refresh()
            acts = corpus.log.read(path)
            cleaned = [_clean_act(act, clean, changed) for act in acts]
            if cleaned != acts:
                write_whole_file(path, "".join(act_to_line(act) for act in cleaned))
    corpus.reload()


def _words_of(replaced: Mapping[str, str]) -> dict[str, str]:
    """Return every value, and every word of a name that is no everyday word, with its token."""
    found: dict[str, str] = {}
    for value, token in replaced.items():
        if token.startswith("[PERSON"):
            for word in value.split():
                if len(word) > 2 and not is_everyday_word(word):
                    found.setdefault(word, token)
    return found | dict(replaced)


def _clean_act(
    act: Act,
    clean: Callable[[str | None], str | None],
    changed: Mapping[str, tuple[str, Shift]],
) -> Act:
    target = act.target
    if isinstance(target, Span) and target.text_sha in changed and target.quote:
        text, moved = changed[target.text_sha]
        start, end = moved.start(target.start), moved.end(target.end)
        now = span_at(target.document, text, start, end, "")
        target = replace(target, quote=now.quote, prefix=now.prefix, suffix=now.suffix)
    elif isinstance(target, Span):
        target = replace(
            target,
            quote=clean(target.quote),
            prefix=clean(target.prefix) or "",
            suffix=clean(target.suffix) or "",
        )
    return replace(act, target=target, text=clean(act.text) if act.op != "state" else act.text)
