"""One act is one added line; a crash loses at most the act being written, and says so."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_corpus import R1, R2, open_corpus, place

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.errors import CorpusError

MakeCorpus = Callable[..., Corpus]
ROOT = Path(__file__).parents[2]


def test_one_act_is_one_added_line(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    path = corpus.folder / "coding" / "A.jsonl"
    first = corpus.add(place(corpus, "tio minuter 😀"), "start", coder="A")
    before = path.read_bytes()
    corpus.recode(first, "wait", coder="A")
    corpus.undo(first, coder="A")
    after = path.read_bytes()
    assert after.startswith(before)
    assert [json.loads(line)["op"] for line in after.splitlines()] == ["add", "recode", "undo"]


def test_a_quote_that_does_not_stand_there_is_refused_without_showing_it(
    make_corpus: MakeCorpus,
) -> None:
    corpus = make_corpus(R1)
    span = place(corpus, "tystnaden")
    with pytest.raises(CorpusError, match="does not stand at") as caught:
        corpus.add(Span("R1", span.start, span.end, "tystnader"), "wait", coder="A")
    assert "tystna" not in str(caught.value)
    with pytest.raises(CorpusError, match="must lie within 0 and"):
        corpus.add(Span("R1", 0, 99_999), "wait", coder="A")
    with pytest.raises(CorpusError, match="There is no document 'R3'"):
        corpus.add(Span("R3", 0, 1), "wait", coder="A")
    with pytest.raises(CorpusError, match="made on another text"):
        corpus.add(Span("R1", 0, 1, text_sha="0"), "wait", coder="A")
    assert not (corpus.folder / "coding").exists()


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A B", ".a", "a" * 65])
def test_a_coder_whose_name_is_no_file_name_is_refused(make_corpus: MakeCorpus, name: str) -> None:
    corpus = make_corpus(R1)
    with pytest.raises((CorpusError, IndexError), match=r"coder's name|index"):
        corpus.add(place(corpus, "tystnaden"), "wait", coder=name)


def test_a_torn_last_line_is_reported_then_set_aside(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    corpus.add(place(corpus, "tystnaden"), "wait", coder="A")
    path = corpus.folder / "coding" / "A.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])

    again = open_corpus(corpus.folder, seed=2)
    assert len(again.excerpts) == 1
    assert [(p.kind, p.file, p.line) for p in again.problems] == [("torn", "coding/A.jsonl", 2)]
    again.add(place(again, "tre veckor"), "wait", coder="A")
    assert len(path.read_bytes().splitlines()) == 2
    assert len(again.excerpts) == 2
    (aside,) = (corpus.folder / ".workbench" / "torn").iterdir()
    assert aside.read_bytes() == whole[: len(whole) // 2]
    assert [p.kind for p in again.problems] == ["torn"]


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_last_line_cut_anywhere_never_costs_an_earlier_act(
    make_corpus: MakeCorpus, cut: int
) -> None:
    corpus = make_corpus(R1)
    for words in ("tystnaden", "tre veckor"):
        corpus.add(place(corpus, words), "wait", coder="A")
    path = corpus.folder / "coding" / "A.jsonl"
    content = path.read_bytes()
    last = content.rstrip(b"\n").rindex(b"\n") + 1
    path.write_bytes(content[: last + (len(content) - last) * cut // 5])
    again = open_corpus(corpus.folder, seed=2)
    assert list(again.excerpts["quote"]) == ["tystnaden"]
    again.add(place(again, "kortet"), "start", coder="A")
    assert sorted(open_corpus(corpus.folder).excerpts["quote"]) == ["kortet", "tystnaden"]


def test_a_whole_last_line_without_a_line_feed_counts(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    corpus.add(place(corpus, "tystnaden"), "wait", coder="A")
    path = corpus.folder / "coding" / "A.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    again = open_corpus(corpus.folder, seed=2)
    again.add(place(again, "kortet"), "start", coder="A")
    assert len(path.read_bytes().splitlines()) == 2
    assert len(open_corpus(corpus.folder).excerpts) == 2


def test_merge_marks_and_broken_lines_are_named_and_every_other_line_counts(
    make_corpus: MakeCorpus,
) -> None:
    corpus = make_corpus(R1)
    corpus.add(place(corpus, "tystnaden"), "wait", coder="A")
    corpus.add(place(corpus, "kortet"), "start", coder="A")
    path = corpus.folder / "coding" / "A.jsonl"
    one, two = path.read_bytes().splitlines()
    marked = [b"<<<<<<< ours", one, b"=======", two + one, b">>>>>>> theirs", b"{broken", b"[]"]
    path.write_bytes(b"\n".join([*marked, b'{"id": "x"}', b""]))
    again = open_corpus(corpus.folder)
    assert len(again.excerpts) == 2
    kinds = [problem.kind for problem in again.problems]
    assert kinds == ["conflict"] * 3 + ["unreadable"] * 3


def test_a_process_killed_while_writing_loses_at_most_one_act(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    program = (
        "import sys; from pathlib import Path; from workbench.coding.corpus import Corpus; "
        "from workbench.coding.acts import Span; corpus = Corpus(Path(sys.argv[1]))\n"
        "while True: print(corpus.add(Span('R1', 20, 24), 'wait', coder='A'), flush=True)"
    )
    said: set[str] = set()
    for killed in range(1, 4):
        command = [sys.executable, "-c", program, str(corpus.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said.update(process.stdout.readline().strip() for _ in range(20))
            os.kill(process.pid, signal.SIGKILL)
            said.update(process.stdout.read().split())
        found = open_corpus(corpus.folder)
        kept = set(found.excerpts["act"])
        assert said <= kept
        assert len(kept - said) <= killed
        assert all(problem.kind == "torn" for problem in found.problems)


def test_two_writers_of_one_coder_are_kept_apart(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    other = open_corpus(corpus.folder)
    with (
        corpus.lock("A"),
        pytest.raises(CorpusError, match=f"as coder 'A'; process {os.getpid()}"),
        other.lock("A"),
    ):
        pass
    with corpus.lock("A"), other.lock("B"):
        corpus.add(place(corpus, "tystnaden"), "wait", coder="A")
    with other.lock("A"):
        other.add(place(other, "kortet"), "start", coder="A")


def test_writers_who_alternate_see_each_others_acts_and_clocks(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    other = open_corpus(corpus.folder, seed=2)
    for number in range(5):
        corpus.add(Span("R1", number, number + 2), "wait", coder="A")
        other.add(Span("R2", number, number + 2), "wait", coder="B")
    clocks = [act.clock for act in sorted(other.log.acts, key=lambda act: act.clock)]
    assert clocks == sorted(set(clocks))
    assert len(open_corpus(corpus.folder).excerpts) == 10


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("coders", [("A", "B"), ("A", "A")])
def test_two_branches_of_500_acts_merge_without_conflict(
    make_corpus: MakeCorpus, coders: tuple[str, str]
) -> None:
    corpus = make_corpus(R1, R2)
    folder = corpus.folder
    (folder / ".gitattributes").write_text("*.jsonl merge=union\n")
    (folder / ".gitignore").write_text(".workbench/\n")
    first = corpus.add(Span("R1", 0, 5), "wait", coder="A")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "start")
    for number, (branch, coder) in enumerate(zip(("left", "right"), coders, strict=True)):
        git(folder, "checkout", "-q", "main")
        git(folder, "checkout", "-qb", branch)
        side = open_corpus(folder, seed=10 + number)
        codings = [
            {"op": "add", **side.coding(Span(f"R{number + 1}", n % 80, n % 80 + 3), "wait")}
            for n in range(499)
        ]
        side.write(coder, [*codings, {"op": "recode", "act": first, "code": "start"}])
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", branch)
    git(folder, "merge", "-q", "--no-edit", "left")
    merged = open_corpus(folder)
    assert merged.problems == []
    assert len(merged.excerpts) == 999
    assert len(set(merged.excerpts["act"])) == 999
    assert sum(1 for _ in merged.log.acts) == 1001
