"""One published interview, coded through the browser with its published codes."""

import csv
import gzip
import io
import re
import time
from pathlib import Path

import pytest
from lab import DeskPage, Desks

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.desk.naming import identifier
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


class Coder:
    """Code as a person does, and count the keys."""

    def __init__(self, desk: DeskPage, text: str) -> None:
        self.desk = desk
        self.text = text
        self.keys = 0

    def press(self, *keys: str) -> None:
        self.desk.press(*keys)
        self.keys += len(keys)

    def write(self, words: str) -> None:
        self.desk.page.keyboard.insert_text(words)
        self.desk.settle()
        self.keys += len(words)

    def find(self, start: int, end: int, *, last: bool) -> None:
        """Search for the first or last words of a passage, as few as say where."""
        words = [
            match.span()
            for match in re.finditer(r"\w+(?:['’]\w+)?", self.text)
            if start <= match.start() and match.end() <= end
        ]
        for n in range(1, 30):
            near = words[-n:] if last else words[:n]
            query = " ".join(self.text[near[0][0] : near[-1][1]].split())
            pattern = re.escape(query).replace(r"\ ", r"\s+")
            places = [found.start() for found in re.finditer(pattern, self.text, re.IGNORECASE)]
            if len(query) >= 4 and (len(places) <= 2 or n >= len(words)):
                break
        self.press("f")
        self.write(query)
        self.desk.page.wait_for_selector("[role=option]")
        self.press(*["ArrowDown"] * places.index(near[0][0]), "Enter")

    def choose(self, code: str, name: str) -> None:
        """Take a code by its number when it was used lately, else by a few of its letters."""
        recent = self.desk.desk("d.acts.recent")
        if code in recent:
            self.press(str(recent.index(code) + 1))
            return
        self.press("c")
        for letter in name.lower():
            self.write(letter)
            names = self.desk.page.locator("[role=option] > span:first-child").all_inner_texts()
            if [one.strip() for one in names].index(name) <= 1:
                break
        self.press(*["ArrowDown"] * [one.strip() for one in names].index(name), "Enter")


def test_a_published_interview_is_coded_in_jupyterlab_with_its_published_codes(
    desks: Desks, tmp_path: Path, real_data: Path
) -> None:
    data = real_data / "pdpilot_interviews"
    corpus, wanted = _study(tmp_path, data)
    published = len(_segments(data))
    assert len(wanted) >= 0.9 * published, (len(wanted), published)
    names = {code.label(): code.id for code in corpus.codebook}
    coder = Coder(desks(tmp_path), corpus.text(DOCUMENT))
    began = time.perf_counter()
    for name, start, end in wanted:
        coder.find(start, end, last=False)
        coder.press(".")
        coder.find(start, end, last=True)
        coder.choose(names[name], name)
    seconds = time.perf_counter() - began
    made = [
        (act.code, act.target.start, act.target.end)
        for act in Corpus(tmp_path).log.acts
        if isinstance(act.target, Span)
    ]
    assert made == [(names[name], start, end) for name, start, end in wanted]
    n = len(wanted)
    told = f"{n} codings, {coder.keys / n:.0f} keys and {seconds / n:.2f} s each"
    (tmp_path / "pace.txt").write_text(told, encoding="utf-8")
    assert coder.keys / n < 45, told
    assert coder.desk.errors == []
