"""One published interview, coded through the browser with its published codes."""

import csv
import gzip
import io
import re
import time
from pathlib import Path

import pytest
from plain_desk import PlainDesk
from playwright.sync_api import Page

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.desk.naming import identifier
from workbench.coding.desk.session import DeskSession
from workbench.coding.documents import DocumentFile, Part, write_document

pytestmark = [pytest.mark.browser, pytest.mark.real_data]

DOCUMENT = "P5"


def _transcript(folder: Path) -> DocumentFile:
    """Return the interview: numbered paragraphs, lines joined, each paragraph a turn."""
    raw = (folder / f"{DOCUMENT}.txt").read_text(encoding="utf-8")
    turns: list[str] = []
    for line in raw.replace("\f", "\n").splitlines():
        words = line.strip()
        numbered = re.match(r"^\s{0,4}(\d{1,3})\s+(\S.*)$", line)
        if numbered:
            turns.append(numbered[2].strip())
        elif words and not re.fullmatch(r"\d+(/\d+)?", words) and turns:
            turns[-1] += " " + words
    text, parts = "", []
    for number, turn in enumerate(turns, start=1):
        speaker, _, words = turn.partition(": ") if re.match(r"\w+: ", turn) else ("", "", turn)
        start = len(text) + (len(speaker) + 2 if speaker else 0)
        text += turn + "\n"
        parts.append(
            Part(
                part=number,
                start=start,
                end=len(text) - 1,
                kind="turn",
                speaker=speaker or None,
                respondent=DOCUMENT if speaker == "Participant" else None,
            )
        )
    return DocumentFile(id=DOCUMENT, text=text, parts=tuple(parts), about={"kind": "interview"})


def _segments(folder: Path) -> list[tuple[str, str]]:
    content = gzip.decompress((folder / "coded_segments.csv.gz").read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(content))
    return [(row["code_path"], row["segment"]) for row in rows if row["document"] == DOCUMENT]


def _place(text: str, segment: str) -> tuple[int, int] | None:
    """Return where a published segment stands: the same letters, whatever lies between words."""
    words = re.findall(r"\w+", segment)
    pattern = r"\W+(?:\d{1,3}\W+)?".join(map(re.escape, words))
    found = re.search(pattern, text)
    return found.span() if found else None


def _study(folder: Path, data: Path) -> tuple[Corpus, list[tuple[str, int, int]]]:
    document = _transcript(data)
    write_document(folder / "documents", document)
    corpus = Corpus(folder)
    wanted: list[tuple[str, int, int]] = []
    for path, segment in _segments(data):
        above = None
        for name in path.split(" > "):
            known = {code.label(): code.id for code in corpus.codebook}
            if name not in known:
                above = corpus.define(
                    identifier(name, corpus.codebook), coder="A", name=name, parent=above
                ).id
            else:
                above = known[name]
        place = _place(document.text, segment)
        if place:
            wanted.append((path.split(" > ")[-1], *place))
    return corpus, sorted(wanted, key=lambda one: one[1])


def _find(desk: PlainDesk, text: str, start: int, end: int, *, last: bool) -> int:
    """Search for the first or last words of a passage, as few as say where; return keys pressed."""
    words = [
        match.span()
        for match in re.finditer(r"\w+(?:['’]\w+)?", text)
        if start <= match.start() and match.end() <= end
    ]
    for n in range(3, 30):
        near = words[-n:] if last else words[:n]
        query = " ".join(text[near[0][0] : near[-1][1]].split())
        pattern = re.escape(query).replace(r"\ ", r"\s+")
        places = [found.start() for found in re.finditer(pattern, text, re.IGNORECASE)]
        if len(places) == 1 or n >= len(words):
            break
    desk.press("f")
    desk.page.keyboard.insert_text(query)
    desk.settle()
    desk.page.wait_for_selector("[role=option]")
    steps = places.index(near[0][0])
    desk.press(*["ArrowDown"] * steps, "Enter")
    return 2 + len(query) + steps


def test_a_published_interview_is_coded_through_the_browser(
    page: Page, tmp_path: Path, real_data: Path
) -> None:
    data = real_data / "pdpilot_interviews"
    corpus, wanted = _study(tmp_path, data)
    published = len(_segments(data))
    assert len(wanted) >= 0.9 * published, (len(wanted), published)
    desk = PlainDesk(page, DeskSession(corpus, coder="A", language="en")).open()
    text = corpus.text(DOCUMENT)
    keys, began, missed = 0, time.perf_counter(), []
    for code, start, end in wanted:
        keys += _find(desk, text, start, end, last=False)
        desk.press(".")
        keys += 1 + _find(desk, text, start, end, last=True)
        desk.press("c")
        desk.page.keyboard.insert_text(code[:12].lower())
        desk.settle()
        rows = desk.page.locator("[role=option] > span:first-child").all_inner_texts()
        steps = [row.strip() for row in rows].index(code)
        desk.press(*["ArrowDown"] * steps, "Enter")
        keys += 2 + len(code[:12]) + steps
        made = list(corpus.log.acts)[-1]
        assert isinstance(made.target, Span)
        name = corpus.codebook[str(made.code)].label()
        if (name, made.target.start, made.target.end) != (code, start, end):
            missed.append((code, start, end, made.target.start, made.target.end))
    seconds = time.perf_counter() - began
    told = f"{keys / len(wanted):.0f} keys and {seconds / len(wanted):.2f} s a coding"
    (tmp_path / "pace.txt").write_text(told, encoding="utf-8")
    assert keys / len(wanted) < 75, told
    assert missed == []
    assert len(corpus.excerpts) == len(wanted)
    assert desk.errors == []
