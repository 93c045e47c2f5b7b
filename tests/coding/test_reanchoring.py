"""Correcting a transcript loses no code and puts none on other words."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_corpus import R1, interview, open_corpus, place

from workbench.coding.acts import Span
from workbench.coding.anchoring import anchor, equal_blocks, map_parts, span_at
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part, sha_of, write_document
from workbench.coding.erasing import erase
from workbench.coding.reanchoring import reanchor
from workbench.errors import CorpusError

MakeCorpus = Callable[..., Corpus]
VOCABULARY = (
    *("jag", "ringde", "banken", "och", "ingen", "svarade", "det", "tog", "tre", "veckor", "😀"),
    *("appen", "är", "bra", "men", "inte", "när", "krånglar", "räksmörgås", "över", "ån", "kö"),
    *("köa", "besked", "ja", "nej", "kanske", "mm", "precis", "👩‍👩‍👧", "kortet", "låg", "där"),
)


@dataclass
class Marked:
    """A text whose letters know where they came from, so that the true place is known."""

    letters: list[tuple[str, int]]

    @property
    def text(self) -> str:
        return "".join(letter for letter, _ in self.letters)

    def origins(self, start: int, end: int) -> list[int]:
        return [origin for _, origin in self.letters[start:end]]


def a_text(chance: random.Random, lines: int) -> str:
    return "\n".join(
        f"R{chance.randint(1, 3)}: "
        + " ".join(chance.choice(VOCABULARY) for _ in range(chance.randint(1, 14)))
        + chance.choice([".", "?", "!", ""])
        for _ in range(lines)
    )


def edited(marked: Marked, chance: random.Random) -> Marked:
    """Return the text after one random edit, as a person or a program would make it."""
    letters = list(marked.letters)
    kind = chance.choice(["insert", "delete", "typo", "move", "crlf", "line", "swap"])
    start = chance.randint(0, len(letters))
    end = min(len(letters), start + chance.randint(1, 40))
    if kind in ("insert", "line"):
        words = " ".join(chance.choice(VOCABULARY) for _ in range(chance.randint(1, 8)))
        words = f"\n{words}\n" if kind == "line" else f" {words} "
        letters[start:start] = [(letter, -1) for letter in words]
    elif kind == "delete":
        del letters[start:end]
    elif kind == "typo" and letters:
        letters[min(start, len(letters) - 1)] = (chance.choice("aåoö "), -1)
    elif kind == "move":
        cut = letters[start:end]
        del letters[start:end]
        to = chance.randint(0, len(letters))
        letters[to:to] = cut
    elif kind == "crlf":
        letters = [
            pair
            for letter in letters
            for pair in ([("\r", -1), letter] if letter[0] == "\n" else [letter])
        ]
    elif kind == "swap":
        lines = _lines(letters)
        chance.shuffle(lines)
        letters = [letter for line in lines for letter in line]
    return Marked(letters)


def _lines(letters: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    lines: list[list[tuple[str, int]]] = [[]]
    for letter in letters:
        lines[-1].append(letter)
        if letter[0] == "\n":
            lines.append([])
    return lines


def normal(marked: Marked) -> Marked:
    """Return the text as the importer makes it: NFC and plain line feeds."""
    kept = [pair for pair in marked.letters if pair[0] != "\r"]
    return Marked(kept)


def check_script(seed: int) -> tuple[int, int, int]:
    """Run one random edit script; return how many places were exact, moved and orphaned.

    A place is right when it holds the same words and most of their letters are the very ones
    that were coded; lines that change places may put equal letters at the end of a long quote.
    """
    chance = random.Random(seed)
    text = unicodedata.normalize("NFC", a_text(chance, chance.randint(1, 12)))
    marked = Marked([(letter, place) for place, letter in enumerate(text)])
    new = marked
    for _ in range(chance.randint(0, 5)):
        new = edited(new, chance)
    new = normal(new)
    blocks = equal_blocks(text, new.text)
    counts = {"exact": 0, "moved": 0, "orphan": 0}
    for _ in range(6):
        start = chance.randint(0, len(text) - 1)
        end = min(len(text), start + chance.randint(1, 60))
        span = span_at("R1", text, start, end, sha_of(text))
        found = anchor(span, new.text, sha_of(new.text), blocks, old=text)
        counts[found.how] += 1
        if found.span is None:
            continue
        assert new.text[found.span.start : found.span.end] == span.quote, seed
        origins = new.origins(found.span.start, found.span.end)
        same = sum(a == b for a, b in zip(origins, range(start, end), strict=True))
        assert 2 * same > end - start or _is_alike(span, found.span), (seed, span, found)
    return counts["exact"], counts["moved"], counts["orphan"]


def _is_alike(old: Span, new: Span) -> bool:
    """Say whether two places cannot be told apart: the same words, among the same words."""
    return old.prefix[-16:] == new.prefix[-16:] and old.suffix[:16] == new.suffix[:16]


def test_ten_thousand_random_edit_scripts_put_no_code_on_other_words() -> None:
    counts = [check_script(seed) for seed in range(10_000)]
    exact, moved, orphaned = (sum(column) for column in zip(*counts, strict=True))
    assert exact + moved + orphaned == 60_000
    assert exact > 30_000
    assert moved > 2_000


@pytest.mark.parametrize("seed", range(200))
def test_blocks_are_equal_stretches_in_order(seed: int) -> None:
    chance = random.Random(seed)
    old, new = a_text(chance, 6), a_text(chance, 6)
    new = chance.choice([new, old[:40] + new, old + "\n" + new])
    place, until = 0, 0
    for was, now, length in equal_blocks(old, new):
        assert length > 0
        assert was >= place
        assert now >= until
        assert old[was : was + length] == new[now : now + length]
        place, until = was + length, now + length


@pytest.mark.parametrize("seed", range(100))
def test_parts_keep_their_words_and_their_order(seed: int) -> None:
    chance = random.Random(seed)
    text = a_text(chance, 8)
    parts, start = [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        parts.append(Part(part=number, start=start, end=start + len(line), kind="turn"))
        start += len(line) + 1
    gone = chance.randint(0, 7)
    lines = text.split("\n")
    new = "\n".join(line for number, line in enumerate(lines) if number != gone)
    kept = {part.part: part for part in map_parts(parts, equal_blocks(text, new), len(new))}
    for part in parts:
        words = text[part.start : part.end]
        if part.part != gone + 1 and lines.count(words) == 1:
            found = kept[part.part]
            assert new[found.start : found.end] == words


def test_every_coding_is_accounted_for(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    for words in ("tio minuter 😀", "kortet i appen", "Ingen sa något på tre veckor", "Bra"):
        corpus.add(place(corpus, words), "wait", coder="A")
    new = (
        corpus.text("R1")
        .replace("Det tog väl", "Alltså, det tog väl")
        .replace("kortet i appen direkt", "kortet i mobilappen direkt")
        .replace("\n", "\r\n")
    )
    done = reanchor(corpus, "R1", unicodedata.normalize("NFD", new), coder="A")
    assert done.before == 4 == done.exact + done.moved + done.orphaned + done.erased
    assert done.orphaned == 1
    assert done.exit_code == 3
    orphan = done.orphans.iloc[0]
    assert orphan["code"] == "wait"
    status = open_corpus(corpus.folder).excerpts.set_index("quote")["status"]
    assert status.to_dict() == {
        "tio minuter 😀": "coded",
        "kortet i appen": "orphan",
        "Ingen sa något på tre veckor": "coded",
        "Bra": "coded",
    }
    parts = corpus.parts.query("respondent == 'R1'")
    words = [corpus.text("R1")[s:e] for s, e in zip(parts["start"], parts["end"], strict=True)]
    assert words[0].startswith("Alltså, det tog väl tio minuter")
    assert words[1].endswith("utan tystnaden.")


def test_a_likely_place_is_offered_and_never_taken(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    act = corpus.add(place(corpus, "Ingen sa något på tre veckor"), "wait", coder="A")
    new = corpus.text("R1").replace("Ingen sa något på tre", "Ingen sa nånting på fyra")
    done = reanchor(corpus, "R1", new, coder="A")
    (row,) = done.orphans.to_dict("records")
    assert row["act"] == act
    assert new[row["likely_start"] :].startswith("Ingen sa nånting")
    assert 0.6 < row["likeness"] < 1
    assert corpus.excerpts["status"].item() == "orphan"
    corpus.move(act, Span("R1", row["likely_start"], row["likely_end"]), coder="B")
    assert corpus.excerpts["status"].item() == "coded"


def test_codings_that_arrive_from_a_branch_after_the_correction_find_their_place(
    make_corpus: MakeCorpus,
) -> None:
    corpus = make_corpus(R1)
    branch = open_corpus(corpus.folder, seed=9)
    branch.add(place(branch, "Ingen sa något på tre veckor"), "wait", coder="B")
    late = (corpus.folder / "coding" / "B.jsonl").rename(corpus.folder / "B.jsonl")
    corpus.reload()
    first = corpus.text("R1").replace("Det tog väl", "Alltså, det tog väl")
    reanchor(corpus, "R1", first, coder="A")
    reanchor(corpus, "R1", first.replace("blev kund", "blev kund hos oss"), coder="A")
    late.rename(corpus.folder / "coding" / "B.jsonl")
    corpus.reload()
    assert list(corpus.excerpts["status"]) == ["orphan"]
    done = reanchor(corpus, "R1", coder="A")
    assert (done.exact + done.moved, done.orphaned) == (1, 0)
    assert list(corpus.excerpts["status"]) == ["coded"]


def test_a_crash_between_the_text_and_the_moves_is_made_good(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus(R1)
    corpus.add(place(corpus, "tre veckor"), "wait", coder="A")
    new = corpus.text("R1").replace("Ingen sa", "Nej, ingen sa").replace("väl tio", "nog tio")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(corpus, "write", crash)
    with pytest.raises(KeyboardInterrupt):
        reanchor(corpus, "R1", new, coder="A")
    again = open_corpus(corpus.folder, seed=4)
    assert again.excerpts["status"].item() == "orphan"
    assert reanchor(again, "R1", new, coder="A").orphaned == 0
    assert again.excerpts["status"].item() == "coded"


def test_a_text_edited_in_place_is_named_and_not_coded_on(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    corpus.add(place(corpus, "tre veckor"), "wait", coder="A")
    path = corpus.folder / "documents" / "R1.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("Bra", "Dåligt"), encoding="utf-8")
    again = open_corpus(corpus.folder)
    assert [problem.kind for problem in again.problems] == ["changed"]
    assert again.excerpts["status"].item() == "orphan"
    with pytest.raises(CorpusError, match="changed in place"):
        again.add(place(again, "tre veckor"), "wait", coder="A")


def test_a_note_on_a_passage_moves_with_it(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    corpus.memo(place(corpus, "Ingen sa något på tre veckor"), "jämför R2", coder="A")
    new = corpus.text("R1").replace("Det tog väl", "Alltså, det tog väl")
    reanchor(corpus, "R1", new, coder="A")
    (memo,) = corpus.folded.memos
    assert isinstance(memo.target, Span)
    assert new[memo.target.start : memo.target.end] == "Ingen sa något på tre veckor"
    assert memo.target.text_sha == sha_of(new)


def test_a_transcript_of_one_long_line_is_placed_in_time() -> None:
    chance = random.Random(1)
    text = " ".join(a_text(chance, 400).split("\n"))
    new = text.replace("tre veckor", "fyra veckor", 3)
    blocks = equal_blocks(text, new)
    assert sum(length for _, _, length in blocks) > 0.98 * len(text)


def test_a_document_keeps_quotes_apart_that_stand_in_it_twice(make_corpus: MakeCorpus) -> None:
    said = "Det var ingen som sa något om det."
    corpus = make_corpus(interview("R1", [("R1", None, said), ("R1", None, said + " Alls.")]))
    text = corpus.text("R1")
    second = text.rindex(said)
    corpus.add(Span("R1", second, second + len(said)), "wait", coder="A")
    done = reanchor(corpus, "R1", text[: second - 4], coder="A")
    assert done.orphaned == 1


def check_corrections(folder: Path, seed: int) -> None:
    """Correct one document of a corpus on disk again and again; someone withdraws on the way."""
    chance = random.Random(seed)
    text = unicodedata.normalize("NFC", a_text(chance, chance.randint(2, 8)))
    parts, start = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        who = line[:2]
        end = start + len(line)
        parts.append(Part(part=number, start=start, end=end, kind="turn", respondent=who))
        start = end + 1
    document = DocumentFile(id="talk", text=text, parts=tuple(parts), about={"kind": "interview"})
    write_document(folder / "documents", document)
    corpus = open_corpus(folder, seed=seed)
    corpus.define("wait", coder="A", name="Wait", definition="About waiting.")
    quotes: dict[str, str] = {}
    for _ in range(8):
        begin = chance.randint(0, len(text) - 1)
        span = Span("talk", begin, min(len(text), begin + chance.randint(1, 40)))
        act = corpus.add(span, "wait", coder=chance.choice("AB"))
        quotes[act] = text[span.start : span.end]
    for step in range(3):
        if step == 1:
            erase(corpus, chance.choice(list(corpus.respondents)), coder="A")
        marked = Marked([(letter, -1) for letter in corpus.text("talk")])
        for _ in range(chance.randint(1, 4)):
            marked = edited(marked, chance)
        new = unicodedata.normalize(chance.choice(["NFC", "NFD"]), marked.text)
        if not new.strip():
            continue
        done = reanchor(corpus, "talk", new, coder="A")
        found = done.exact + done.moved + done.orphaned + done.erased
        assert done.before == len(quotes) == found, seed
        assert done.exit_code == (3 if done.orphaned else 0), seed
        corpus = open_corpus(folder, seed=10_000 + 10 * seed + step)
        assert {coding.act for coding in corpus.folded.codings} == set(quotes), seed
        held = corpus.text("talk")
        assert "\r" not in held
        blank = 0
        for coding in corpus.folded.codings:
            target = coding.target
            assert isinstance(target, Span)
            blank += target.quote == ""
            if target.quote and target.text_sha == sha_of(held):
                assert held[target.start : target.end] == target.quote == quotes[coding.act], seed
        assert blank == done.erased, seed
        assert len(done.orphans) == done.orphaned, seed


@pytest.mark.parametrize("n", [15, pytest.param(1_000, marks=pytest.mark.prove)])
def test_corrections_on_disk_account_for_every_coding(tmp_path: Path, n: int) -> None:
    for seed in range(n):
        check_corrections(tmp_path / str(seed), seed)
