"""The codebook is the fold of its history; merges and renames never touch a coding."""

import itertools
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_corpus import R1, open_corpus

from workbench.coding.acts import Span
from workbench.coding.codebook import Codebook
from workbench.coding.codebook_history import Change, replay
from workbench.coding.codes import Code, Example, code_from_toml, code_to_toml
from workbench.coding.corpus import Corpus
from workbench.errors import CodebookError, CorpusError

MakeCorpus = Callable[..., Corpus]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=15)
CODES = st.builds(
    Code,
    id=st.from_regex(r"[a-zåäö][a-z0-9._-]{0,8}", fullmatch=True),
    name=TEXTS | st.fixed_dictionaries({"sv": TEXTS, "en": TEXTS}),
    kind=st.sampled_from(["code", "theme", "group"]),
    parent=st.none() | st.just("above"),
    definition=TEXTS,
    include=st.lists(TEXTS, max_size=2).map(tuple),
    examples=st.lists(st.builds(Example, TEXTS, st.booleans()), max_size=2).map(tuple),
    origin=st.sampled_from([None, "deductive", "inductive"]),
    rules=st.lists(TEXTS, max_size=2).map(tuple),
    retired=st.booleans(),
)


@given(CODES)
def test_an_entry_comes_back_from_its_file_as_it_was(code: Code) -> None:
    text = code_to_toml(code)
    assert code_from_toml(text, "x") == code
    assert code_to_toml(code_from_toml(text, "x")) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = 'a'\ndefintion = 'x'", "no key 'defintion'. Did you mean 'definition'"),
        ("id = '../a'", "'id' must start with a letter"),
        ("name = 'x'", "'id' must start"),
        ("id = 'a'\nkind = 'leaf'", "'kind' must be one of code, theme, group"),
        ("id = 'a'\ninclude = 'x'", "'include' must be a list of texts"),
        ("id = 'a'\nname = 3", "'name' must be a text"),
        ("id = 'a'\nparent = 3", "'parent' must be a text"),
        ("id = 'a'\nexamples = [{ words = 'x' }]", "an example must have 'text'"),
        ("id = 'a", "is not TOML"),
    ],
)
def test_a_wrong_entry_is_refused_by_key(text: str, message: str) -> None:
    with pytest.raises(CodebookError, match=message):
        code_from_toml(text, "codebook/a.toml")


def test_a_merged_code_leads_on_and_its_codings_follow(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    act = corpus.add(Span("R1", 20, 25), "wait", coder="A")
    before = (corpus.folder / "coding" / "A.jsonl").read_bytes()
    corpus.merge_code("wait", "start", coder="A")
    assert corpus.excerpts.set_index("act").loc[act, "code"] == "start"
    assert (corpus.folder / "coding" / "A.jsonl").read_bytes() == before
    with pytest.raises(CodebookError, match="'wait' was merged; use 'start'"):
        corpus.add(Span("R1", 20, 25), "wait", coder="A")
    with pytest.raises(CorpusError, match="in a circle"):
        corpus.merge_code("start", "wait", coder="A")


def test_a_split_code_keeps_its_codings_until_each_is_recoded(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, codes=("wait", "queue", "silence"))
    act = corpus.add(Span("R1", 20, 25), "wait", coder="A")
    corpus.split_code("wait", ["queue", "silence"], coder="A")
    assert list(corpus.excerpts["code"]) == ["wait"]
    with pytest.raises(CodebookError, match="was split; use queue or silence"):
        corpus.add(Span("R1", 20, 25), "wait", coder="A")
    corpus.recode(act, "silence", coder="A")
    assert list(corpus.excerpts["code"]) == ["silence"]


def test_renaming_and_retiring_leave_codings_alone(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    corpus.add(Span("R1", 20, 25), "wait", coder="A")
    corpus.define("wait", coder="A", name="Väntan")
    corpus.retire_code("wait", coder="A")
    assert corpus.codebook["wait"].label() == "Väntan"
    assert len(corpus.stale) == 0
    with pytest.raises(CodebookError, match="'wait' is retired"):
        corpus.add(Span("R1", 20, 25), "wait", coder="A")
    corpus.retire_code("wait", coder="A", restore=True)
    corpus.add(Span("R1", 20, 25), "wait", coder="A")


def test_codings_made_under_an_older_meaning_are_listed(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    old = corpus.add(Span("R1", 20, 25), "wait", coder="A")
    corpus.define("wait", coder="A", definition="Waiting without being told.")
    new = corpus.add(Span("R1", 30, 35), "wait", coder="A")
    assert list(corpus.stale["act"]) == [old]
    versions = corpus.codebook_files.versions.query("code == 'wait'")
    made_under = dict(zip(versions["version"], versions["definition"], strict=True))
    codings = corpus.codings.set_index("act")["code_version"]
    assert made_under[codings[old]] == "About wait."
    assert made_under[codings[new]] == "Waiting without being told."
    corpus.define("wait", coder="A", definition="About wait.")
    assert list(corpus.stale["act"]) == [new]


def test_replay_rebuilds_every_file_byte_for_byte(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, codes=("wait", "start", "other"))
    corpus.define("wait", coder="B", include=["köer"], examples=[{"text": "tre veckor"}])
    corpus.define("wait", coder="B", include=None, rules=["vänt*"])
    corpus.merge_code("other", "start", coder="A")
    folder = corpus.folder / "codebook"
    before = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    for path in folder.glob("*.toml"):
        path.unlink()
    again = open_corpus(corpus.folder)
    assert len(again.codebook) == 3
    assert {problem.kind for problem in again.problems} == {"drift"}
    again.codebook_files.write_files()
    assert {path.name: path.read_bytes() for path in folder.glob("*.toml")} == before


def test_a_hand_edit_counts_is_named_and_enters_the_history(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    path = corpus.folder / "codebook" / "wait.toml"
    path.write_text(path.read_text().replace("About wait.", "Väntan utan besked."))
    (corpus.folder / "codebook" / "new.toml").write_text("id = 'new'\nname = 'Nytt'\n")
    again = open_corpus(corpus.folder)
    assert again.codebook["wait"].definition == "Väntan utan besked."
    assert [problem.kind for problem in again.problems] == ["drift", "drift"]
    again.define("start", coder="A", name="Smidig start")
    assert again.problems == []
    assert replay(again.codebook_files.changes)["new"].name == "Nytt"
    assert replay(again.codebook_files.changes)["wait"].definition == "Väntan utan besked."


def test_a_wrong_change_never_reaches_the_history(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    history = corpus.folder / "codebook" / "history.jsonl"
    before = history.read_bytes()
    for fields in ({"nam": "x"}, {"kind": "leaf"}, {"include": "x"}):
        with pytest.raises(CodebookError):
            corpus.define("wait", coder="A", **fields)
    with pytest.raises(CodebookError, match="'id' must start"):
        corpus.define("../wait", coder="A", name="x")
    assert history.read_bytes() == before


def test_a_codebook_written_by_hand_needs_no_history(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, codes=())
    (corpus.folder / "codebook").mkdir()
    (corpus.folder / "codebook" / "wait.toml").write_text("id = 'wait'\ndefinition = 'Väntan.'\n")
    again = open_corpus(corpus.folder)
    assert again.problems == []
    again.add(Span("R1", 20, 25), "wait", coder="A")
    assert len(again.excerpts) == 1


def change(number: int, coder: str, clock: int, op: str, code: str, **more: object) -> Change:
    return Change(
        id=f"{number:03}",
        at="",
        coder=coder,
        clock=clock,
        op=op,
        code=code,
        **more,  # type: ignore[arg-type]
    )


@settings(max_examples=100, deadline=None)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_history_of_two_branches_folds_to_one_codebook(
    data: st.DataObject, shuffler: random.Random
) -> None:
    codes = ["wait", "start", "other"]
    changes = [change(n, "A", 0, "create", code) for n, code in enumerate(codes)]
    for number in range(10, 20):
        op = data.draw(st.sampled_from(["edit", "merge", "split", "retire", "restore", "undo"]))
        code = data.draw(st.sampled_from(codes))
        more: dict[str, object] = {}
        if op == "edit":
            more = {"fields": {"definition": data.draw(st.sampled_from(["x", "y", None]))}}
        elif op in ("merge", "split"):
            more = {"into": (data.draw(st.sampled_from(codes)),)}
        elif op == "undo":
            more = {"act": f"{data.draw(st.integers(0, 19)):03}"}
        clock = data.draw(st.integers(1, 4))
        changes.append(change(number, data.draw(st.sampled_from("AB")), clock, op, code, **more))
    expected = replay(changes)
    for _ in range(3):
        shuffled = [*changes, *changes[:5]]
        shuffler.shuffle(shuffled)
        assert replay(shuffled) == expected
    book = Codebook(expected.values())
    for code in expected:
        assert book.resolve(code) in expected
        assert book[book.resolve(code)].merged_into not in expected


def test_two_codes_merged_into_each_other_on_two_branches_keep_the_earlier_merge() -> None:
    changes = [
        change(1, "A", 1, "create", "a"),
        change(2, "A", 2, "create", "b"),
        change(3, "A", 3, "merge", "a", into=("b",)),
        change(4, "B", 3, "merge", "b", into=("a",)),
    ]
    for order in itertools.permutations(changes):
        book = Codebook(replay(order).values())
        assert (book.resolve("a"), book.resolve("b")) == ("b", "b")


def test_a_parent_that_hangs_below_its_child_is_no_parent() -> None:
    book = Codebook([Code(id="a", parent="b"), Code(id="b", parent="a"), Code(id="c", parent="x")])
    assert sorted(entry.id for _, entry in book.tree) == ["a", "b", "c"]
    assert list(book.table["depth"]) == [0, 0, 0]


def test_the_theme_of_a_code_is_the_nearest_one_above() -> None:
    book = Codebook(
        [
            Code(id="service", kind="group"),
            Code(id="silence", kind="theme", parent="service"),
            Code(id="wait", parent="silence"),
            Code(id="queue", merged_into="wait"),
            Code(id="free"),
        ]
    )
    assert book.theme_of("wait") == "silence"
    assert book.theme_of("queue") == "silence"
    assert book.theme_of("free") == "free"
    assert book.theme_of("unknown") == "unknown"
    assert [entry.id for entry in book.path("wait")] == ["service", "silence", "wait"]
    with pytest.raises(CodebookError, match="orders the tree"):
        book.check_usable("service")
    with pytest.raises(CodebookError, match=r"no code 'wayt'\. Did you mean 'wait'"):
        book.check_usable("wayt")
