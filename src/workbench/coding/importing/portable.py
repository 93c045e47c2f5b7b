"""PDF files: lines in reading order, columns apart, running heads and split words healed.

A PDF holds signs at places, not text. What is put together here is a reading, so each kind of
repair is counted in the import record, and healed words are listed.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from workbench.coding.importing.original import Line, Original
from workbench.coding.importing.paged import PAGE_NUMBER
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["read_portable"]

_GUTTER = 10.0
_SPEAKER = re.compile(r"[^\W\d_][\w .'-]{0,38}\d*:(?:\s|$)")
_ENDS = re.compile(r"[.!?…:][\"'”’)\]]*$")
_HYPHENS = "-\u00ad\u2010"


@dataclass
class _Row:
    """Words on one line of one column of a page."""

    words: list[dict[str, Any]]
    page: int
    right: float  # of the column
    number: str = ""  # paragraph number in the margin

    @property
    def text(self) -> str:
        return " ".join(word["text"] for word in self.words)

    @property
    def top(self) -> float:
        return min(word["top"] for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word["bottom"] for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0]["x0"]

    @property
    def x1(self) -> float:
        return self.words[-1]["x1"]

    @property
    def size(self) -> float:
        return median(word["size"] for word in self.words)


@dataclass
class _Repairs:
    """What was repaired."""

    counts: Counter[str] = field(default_factory=Counter[str])
    notes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def note(self, kind: str, words: str) -> None:
        self.counts[kind] += 1
        self.notes.setdefault(kind, []).append(words)


def read_portable(raw: bytes, *, name: str) -> Original:
    """Read a ``.pdf`` file.

    Raises
    ------
    CorpusError
        If the file is broken, needs a password, or holds pictures of text only.
    """
    repairs = _Repairs()
    pages = _without_page_numbers(_pages(raw, name), repairs)
    rows = [row for number, page in enumerate(pages) for row in _rows(page, number, repairs)]
    if not rows:
        raise CorpusError(
            f"{name} holds no text, only pictures of it. Run text recognition on it first."
        )
    rows = _without_running_heads(rows, len(pages), repairs)
    rows = _without_lone_numbers(rows, repairs)
    original = Original(format="pdf", lines=list(_paragraphs(rows, repairs)))
    for kind, n in sorted(repairs.counts.items()):
        listed = repairs.notes.get(kind, [])
        original.changed(kind, n, "; ".join(dict.fromkeys(listed))[:2000])
    return original


def _pages(raw: bytes, name: str) -> list[tuple[list[dict[str, Any]], float, float]]:
    """Return per page the words that can be seen, and the page's size."""
    import pdfplumber
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    found: list[tuple[list[dict[str, Any]], float, float]] = []
    try:
        with pdfplumber.open(io.BytesIO(raw)) as document:
            for page in document.pages:
                words = page.extract_words(extra_attrs=["size"], x_tolerance_ratio=0.15)
                width, height = float(page.width), float(page.height)
                seen = [
                    word for word in words if 0 <= word["top"] < height and -1 <= word["x0"] < width
                ]
                found.append((seen, width, height))
    except (PDFException, PdfminerException, ValueError) as error:
        raise CorpusError(
            f"{name} cannot be read: it is broken, or needs a password. Save it again without one."
        ) from error
    return found


def _without_page_numbers(
    pages: Sequence[tuple[list[dict[str, Any]], float, float]], repairs: _Repairs
) -> list[tuple[list[dict[str, Any]], float, float]]:
    """Drop numbers that stand at one place of most pages and count up with them."""

    def key(word: dict[str, Any]) -> tuple[str, int] | None:
        shape = re.sub(r"\d+", "#", word["text"])
        return (shape, round(word["top"])) if shape in ("#", "#/#") else None

    by_place: dict[tuple[str, int], dict[int, int]] = {}
    for number, (words, *_) in enumerate(pages):
        for word in words:
            place = key(word)
            if place is not None:
                by_place.setdefault(place, {})[number] = int(word["text"].split("/")[0])
    least = max(2, round(0.6 * len(pages)))
    wanted = {
        place
        for place, found in by_place.items()
        if len(found) >= least and len({value - page for page, value in found.items()}) == 1
    }
    kept: list[tuple[list[dict[str, Any]], float, float]] = []
    for words, width, height in pages:
        left = [word for word in words if key(word) not in wanted]
        for _ in range(len(words) - len(left)):
            repairs.note("running_heads", "#")
        kept.append((left, width, height))
    return kept


def _rows(
    page: tuple[list[dict[str, Any]], float, float], number: int, repairs: _Repairs
) -> list[_Row]:
    """Return a page's rows in reading order: bands across the page, columns within them."""
    words, width, _ = page
    lines = _lines(words)
    gutter = _gutter(lines, width)
    if gutter is None:
        right = max((word["x1"] for word in words), default=width)
        return [_row(line, number, right) for line in lines]
    repairs.counts["columns"] += 1
    rows: list[_Row] = []
    left: list[_Row] = []
    other: list[_Row] = []
    edge = max((word["x1"] for word in words), default=width)
    for line in lines:
        before = [word for word in line if word["x1"] <= gutter]
        after = [word for word in line if word["x0"] >= gutter]
        if len(before) + len(after) < len(line):
            rows += [*left, *other, _row(line, number, edge)]
            left, other = [], []
            continue
        if before:
            left.append(_row(before, number, gutter))
        if after:
            other.append(_row(after, number, edge))
    return [*rows, *left, *other]


def _lines(words: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group words that stand on one line, left to right, top to bottom."""
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"], word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        line = lines[-1] if lines else None
        if line is not None and line[0]["top"] <= middle <= line[0]["bottom"]:
            line.append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]


def _gutter(lines: Sequence[list[dict[str, Any]]], width: float) -> float | None:
    """Return the middle of the empty strip between two columns, or None where there is none.

    Most lines must leave it free, and enough of them must have words on both sides; a margin with
    paragraph numbers is no column.
    """
    best: tuple[float, float] | None = None
    steps = [width * share / 100 for share in range(30, 71)]
    for place in steps:
        crossing = sum(any(w["x0"] < place < w["x1"] for w in line) for line in lines)
        room = min((_room(line, place) for line in lines if _both_sides(line, place)), default=0.0)
        both = sum(_both_sides(line, place) for line in lines)
        if both < max(3, 0.35 * len(lines)) or crossing > 0.25 * len(lines) or room < _GUTTER:
            continue
        if best is None or room > best[0]:
            best = (room, place)
    return None if best is None else best[1]


def _both_sides(line: Sequence[dict[str, Any]], place: float) -> bool:
    has_left = any(word["x1"] <= place for word in line)
    has_right = any(word["x0"] >= place for word in line)
    return has_left and has_right and not any(word["x0"] < place < word["x1"] for word in line)


def _room(line: Sequence[dict[str, Any]], place: float) -> float:
    """Return how wide the free strip around a place is on one line."""
    left = max((word["x1"] for word in line if word["x1"] <= place), default=0.0)
    right = min((word["x0"] for word in line if word["x0"] >= place), default=0.0)
    return right - left


def _row(words: list[dict[str, Any]], page: int, right: float) -> _Row:
    """Return a row; a number standing apart in the left margin numbers the paragraph."""
    if len(words) > 1 and words[0]["text"].isdigit() and words[1]["x0"] - words[0]["x1"] > 8:
        return _Row(words[1:], page, right, number=words[0]["text"])
    return _Row(words, page, right)


def _without_running_heads(rows: list[_Row], pages: int, repairs: _Repairs) -> list[_Row]:
    """Drop lines at the head or foot that come back on most pages, and page numbers.

    A head stands apart from the text, or is the same to the letter on every page: two turns that
    happen to begin pages alike are no running head.
    """
    by_page: dict[int, list[_Row]] = {}
    for row in rows:
        by_page.setdefault(row.page, []).append(row)
    seen: Counter[tuple[str, int]] = Counter()
    same: Counter[str] = Counter()
    edges: list[tuple[_Row, tuple[str, int], bool]] = []
    for found in by_page.values():
        for row, apart in _ends(sorted(found, key=lambda row: row.top)):
            key = (re.sub(r"\d+", "#", row.text.strip()), round(row.top / 10))
            edges.append((row, key, apart))
            seen[key] += 1
            same[row.text] += 1
    least = max(2, round(0.6 * pages))
    dropped: set[int] = set()
    for row, key, apart in edges:
        comes_back = seen[key] >= least and (apart or same[row.text] >= least)
        is_number = bool(PAGE_NUMBER.fullmatch(key[0].lower()))
        if comes_back or (is_number and _is_at_edge(row, by_page[row.page])):
            dropped.add(id(row))
            repairs.note("running_heads", key[0])
    return [row for row in rows if id(row) not in dropped]


def _without_lone_numbers(rows: list[_Row], repairs: _Repairs) -> list[_Row]:
    """Drop paragraph numbers in the margin whose words stand on another page."""
    lefts = Counter(round(row.x0) for row in rows)
    left = max(lefts, key=lambda place: lefts[place], default=0)
    kept = [row for row in rows if not (row.text.isdigit() and row.x1 < left - 5)]
    repairs.counts["paragraph_numbers"] += len(rows) - len(kept)
    return kept


def _ends(in_order: Sequence[_Row]) -> list[tuple[_Row, bool]]:
    """Return the first and last two lines of a page, and whether each stands apart."""
    tops = [row.top for row in in_order]
    pitch = median(after - before for before, after in pairwise(tops)) if len(tops) > 2 else 0.0
    found: dict[int, tuple[_Row, bool]] = {}
    for step in (1, -1):
        ordered = list(in_order[::step])
        for row, after in zip(ordered[:2], [*ordered[1:3], None, None], strict=False):
            apart = after is not None and abs(after.top - row.top) > 1.5 * pitch
            found.setdefault(id(row), (row, apart))
            if not apart:
                break
    return list(found.values())


def _is_at_edge(row: _Row, page: Sequence[_Row]) -> bool:
    """Say whether a line with only a number stands apart at the head or foot of its page."""
    tops = sorted(other.top for other in page)
    if len(tops) < 3 or row.number:
        return False
    pitch = median(after - before for before, after in pairwise(tops))
    gaps = [abs(other - row.top) for other in tops if other != row.top]
    return row.top in (tops[0], tops[-1]) and min(gaps) > 1.5 * pitch


def _paragraphs(rows: Sequence[_Row], repairs: _Repairs) -> Iterable[Line]:
    """Join rows to paragraphs: a gap, a number, a speaker or a short last line begins a new one."""
    pitch = _pitch(rows)
    text = ""
    before: _Row | None = None
    for row in rows:
        if before is None:
            text = row.text
        elif _begins(row, before, pitch):
            yield Line(text=text, kind=_kind(before, rows))
            text = row.text
        else:
            text = _joined(text, row.text, repairs)
        repairs.counts["paragraph_numbers"] += bool(row.number)
        before = row
    if before is not None:
        yield Line(text=text, kind=_kind(before, rows))


def _pitch(rows: Sequence[_Row]) -> float:
    """Return the usual distance from line to line."""
    gaps = [
        after.top - one.top
        for one, after in pairwise(rows)
        if one.page == after.page and 0 < after.top - one.top < 4 * max(one.size, 1)
    ]
    return median(gaps) if gaps else 14.0


def _begins(row: _Row, before: _Row, pitch: float) -> bool:
    if row.number or _SPEAKER.match(row.text):
        return True
    if abs(row.size - before.size) > 0.15 * before.size:
        return True
    is_next = row.page == before.page and row.top - before.top > 0
    if is_next and row.top - before.top > 1.35 * max(pitch, before.size * 1.05):
        return True
    is_short = before.x1 < before.right - 0.25 * (before.right - before.x0)
    if is_next:
        return is_short and bool(_ENDS.search(before.text))
    return bool(_ENDS.search(before.text)) and not row.text[:1].islower()


def _joined(text: str, more: str, repairs: _Repairs) -> str:
    """Join two lines with a space; a word split by a hyphen becomes whole again."""
    repairs.counts["lines_joined"] += 1
    if text[-1:] in _HYPHENS and len(text) > 1 and text[-2].isalpha():
        if more[:1].islower():
            whole = text[:-1].rsplit(maxsplit=1)[-1] + more.split(maxsplit=1)[0]
            repairs.note("hyphens", whole)
            return text[:-1] + more
        return text + more
    return f"{text} {more}"


def _kind(row: _Row, rows: Sequence[_Row]) -> str:
    usual = median(other.size for other in rows)
    return "heading" if row.size > 1.25 * usual else "paragraph"
