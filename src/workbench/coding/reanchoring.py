"""A corrected transcript takes the place of the old one, and every coding is accounted for."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Span
from workbench.coding.anchoring import Anchor, anchor, equal_blocks, map_parts
from workbench.coding.documents import sha_of, write_document, write_whole_file
from workbench.coding.frames import frame_of, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from workbench.coding.anchoring import Block
    from workbench.coding.corpus import Corpus
    from workbench.coding.documents import DocumentFile

__all__ = ["Reanchoring", "reanchor"]

_ORPHANS = ("act", "coder", "code", "start", "end", "likely_start", "likely_end", "likeness")
_LIKENESS = 0.6
_LONG = 400


@dataclass(frozen=True, kw_only=True)
class Reanchoring:
    """What became of the codings of one document; they add up to ``before``.

    ``orphans`` has one row per coding without a place: act code coder start end, and
    ``likely_start likely_end likeness`` where similar words stand. A likely place is only offered:
    nothing is moved there unless a person does.
    """

    document: str
    before: int
    exact: int
    moved: int
    orphaned: int
    erased: int
    dropped_parts: int
    orphans: pd.DataFrame

    @property
    def exit_code(self) -> int:
        """0 when every coding has its place, 3 when some are orphans."""
        return 3 if self.orphaned else 0


def reanchor(
    corpus: Corpus, document: str, new_text: str | None = None, *, coder: str
) -> Reanchoring:
    """Put a corrected text in place of a document's, and give its codings their new places.

    Parameters
    ----------
    corpus
        The corpus.
    document
        Which document.
    new_text
        The whole new text; made NFC with plain line feeds. None: try again to place codings that
        arrived after an earlier correction, from another branch.
    coder
        Who corrected; the moves are written in this coder's log.

    Raises
    ------
    CorpusError
        If there is no such document, or someone else writes as this coder.
    """
    kept = corpus.aside / "reanchor" / f"{document}.txt"
    dropped = 0
    if new_text is not None:
        dropped = _replace_text(corpus, document, _normal(new_text), kept)
    file = corpus.file(document)
    steps = {step["from"]: step for step in file.about.get("reanchored", [])}
    blanked = {step["from"]: step["to"] for step in file.about.get("erased", [])}
    old = kept.read_bytes().decode() if kept.exists() else None
    moves: list[dict[str, Any]] = []
    counts = {"exact": 0, "moved": 0, "orphan": 0, "erased": 0}
    rows: list[tuple[Any, ...]] = []
    for coding in corpus.folded.codings:
        if not isinstance(coding.target, Span) or coding.target.document != document:
            continue
        if coding.target.quote == "":
            counts["erased"] += 1
        elif status_of(coding, corpus.files) != "orphan":
            counts["exact"] += 1
        else:
            found = _find(_after_erasures(coding.target, blanked), file, steps, old)
            counts[found.how] += 1
            if found.span is None:
                rows.append((coding.act, coding.coder, coding.code, *_likely(coding.target, file)))
            else:
                moves.append({"op": "move", "act": coding.act, "target": found.span})
    for memo in corpus.folded.memos:
        span = memo.target
        if isinstance(span, Span) and span.document == document:
            found = _find(_after_erasures(span, blanked), file, steps, old)
            if found.span is not None and found.span != span:
                moves.append({"op": "move", "act": memo.act, "target": found.span})
    if moves:
        corpus.write(coder, [{**move, "via": "reanchor"} for move in moves])
    kept.unlink(missing_ok=True)
    return Reanchoring(
        document=document,
        before=sum(counts.values()),
        exact=counts["exact"],
        moved=counts["moved"],
        orphaned=counts["orphan"],
        erased=counts["erased"],
        dropped_parts=dropped,
        orphans=_orphans(rows),
    )


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _replace_text(corpus: Corpus, document: str, new: str, kept: Path) -> int:
    """Write the new text; return how many parts have nothing left in it.

    The old text is kept until the codings are moved, so that a crash in between loses nothing.
    """
    file = corpus.file(document)
    if new == file.text and not file.edited_in_place:
        return 0
    old = _recorded_text(file, kept)
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_whole_file(kept, old)
    blocks = equal_blocks(old, new)
    parts = map_parts(file.parts, blocks, len(new))
    step = {"from": sha_of(old), "to": sha_of(new), "blocks": [list(block) for block in blocks]}
    about = {**file.about, "reanchored": [*file.about.get("reanchored", []), step]}
    write_document(
        corpus.documents_folder, replace(file, text=new, parts=tuple(parts), about=about)
    )
    corpus.reload()
    return len(file.parts) - len(parts)


def _recorded_text(file: DocumentFile, kept: Path) -> str:
    """Return the text the codings were made on: after a crash, the one that was kept."""
    return kept.read_bytes().decode() if kept.exists() else file.text


def _find(
    span: Span, file: DocumentFile, steps: dict[str, dict[str, Any]], old: str | None
) -> Anchor:
    """Follow a place through every correction since its text, to the text of today."""
    blocks: Sequence[Block] = ()
    step = steps.get(span.text_sha)
    seen: set[str] = set()
    while step is not None and step["from"] not in seen:
        seen.add(step["from"])
        here = [(was, now, length) for was, now, length in step["blocks"]]
        blocks = here if len(seen) == 1 else _through(blocks, here)
        step = steps.get(step["to"])
    known = old if old is not None and sha_of(old) == span.text_sha else None
    return anchor(span, file.text, file.sha, blocks, old=known)


def _through(first: Iterable[Block], second: Sequence[Block]) -> list[Block]:
    """Return what is left unchanged by two corrections, one after the other."""
    found: list[Block] = []
    for was, middle, length in first:
        for start, now, size in second:
            low, high = max(middle, start), min(middle + length, start + size)
            if low < high:
                found.append((was + low - middle, now + low - start, high - low))
    return found


def _after_erasures(span: Span, blanked: dict[str, str]) -> Span:
    """Return the span as one of the text after erasures, which move nothing."""
    sha, seen = span.text_sha, set[str]()
    while sha in blanked and sha not in seen:
        seen.add(sha)
        sha = blanked[sha]
    return replace(span, text_sha=sha)


def _likely(span: Span, file: DocumentFile) -> tuple[Any, ...]:
    """Return start, end, and the most similar words of today's text with their likeness."""
    quote = span.quote or ""
    best: tuple[float, int, int] = (0.0, 0, 0)
    for start, end in _candidates(file, len(quote)):
        words = file.text[start:end]
        matcher = difflib.SequenceMatcher(a=quote, b=words, autojunk=False)
        if matcher.quick_ratio() > best[0]:
            best = max(best, (matcher.ratio(), start, end))
    if best[0] < _LIKENESS:
        return (span.start, span.end, None, None, None)
    return (span.start, span.end, best[1], best[2], best[0])


def _candidates(file: DocumentFile, length: int) -> Iterable[tuple[int, int]]:
    """Yield stretches of about the length, from the start of each part and each sentence."""
    starts = {part.start for part in file.parts}
    if length <= _LONG:
        starts |= {match.end() for match in re.finditer(r"[.!?…\n]\s*", file.text)}
    for start in sorted(starts):
        if start < len(file.text):
            yield (start, min(start + length, len(file.text)))


def _orphans(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    frame = frame_of([tuple(row) for row in rows], _ORPHANS)
    return frame.astype({"likely_start": "Int64", "likely_end": "Int64", "likeness": "Float64"})
