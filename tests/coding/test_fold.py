"""The state is the same for any order of acts; undo wins, redo takes it back."""

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.coding.acts import Act, Cell, CodeTarget, Span
from workbench.coding.fold import Made, fold

SPAN = Span("R1", 0, 3, "Det", "", " tog", "ab")


def act(name: str, op: str, clock: int, *, coder: str = "A", **more: object) -> Act:
    values: dict[str, object] = {"at": "2026-03-01"}
    if op == "add":
        values |= {"target": SPAN, "code": "wait"}
    return Act(id=name, op=op, clock=clock, coder=coder, **{**values, **more})  # type: ignore[arg-type]


def test_an_undo_wins_whenever_it_was_written() -> None:
    acts = [act("a", "add", 9), act("u", "undo", 2, act="a")]
    assert fold(acts).codings == ()
    assert fold(acts).removed == {"a"}


def test_a_redo_takes_back_an_undo_and_an_undo_of_the_redo_wins_again() -> None:
    acts = [act("a", "add", 1), act("u", "undo", 2, act="a"), act("r", "redo", 3, act="u")]
    assert len(fold(acts).codings) == 1
    assert fold([*acts, act("v", "undo", 4, act="r")]).codings == ()


def test_a_redo_of_the_act_itself_takes_back_what_its_writer_knew_of() -> None:
    acts = [act("a", "add", 1), act("u", "undo", 2, act="a"), act("r", "redo", 3, act="a")]
    assert len(fold(acts).codings) == 1
    late = act("w", "remove", 5, coder="B", act="a")
    assert fold([*acts, late]).codings == ()


def test_concurrent_edits_go_by_clock_then_coder_then_id() -> None:
    acts = [
        act("a", "add", 1),
        act("x", "recode", 4, coder="A", act="a", code="start"),
        act("y", "recode", 4, coder="B", act="a", code="other"),
        act("z", "polarity", 3, act="a", polarity="barrier"),
    ]
    for order in permutations(acts):
        (coding,) = fold(order).codings
        assert coding.code == "other"
        assert coding.polarity == "barrier"


def test_an_undone_edit_has_no_effect() -> None:
    acts = [
        act("a", "add", 1),
        act("x", "recode", 2, act="a", code="start"),
        act("u", "undo", 3, act="x"),
    ]
    assert fold(acts).codings[0].code == "wait"


def test_adjudication_marks_a_coding_and_changes_nobodys_work() -> None:
    acts = [
        act("a", "add", 1),
        act("d", "adjudicate", 5, coder="C", act="a", stance="denies", text="not about waiting"),
    ]
    (coding,) = fold(acts).codings
    assert (coding.coder, coding.verdict, coding.adjudicator) == ("A", "dropped", "C")
    own = act("e", "adjudicate", 6, coder="C", target=SPAN, code="start")
    assert [coding.verdict for coding in fold([*acts, own]).codings] == ["dropped", "kept"]


def test_an_edit_waits_for_the_file_that_holds_its_coding() -> None:
    edit = act("x", "recode", 2, coder="B", act="a", code="start")
    assert [problem.kind for problem in fold([edit]).problems] == ["dangling"]
    state = fold([edit, act("a", "add", 1)])
    assert state.problems == ()
    assert state.codings[0].code == "start"


def test_acts_that_undo_each_other_in_a_circle_do_not_count_and_are_named() -> None:
    acts = [
        act("p", "undo", 1, act="q"),
        act("q", "undo", 2, act="p"),
        act("a", "add", 3),
        act("s", "undo", 4, act="s"),
        act("u", "undo", 5, act="q"),
    ]
    for order in permutations(acts):
        state = fold(order)
        assert len(state.codings) == 1
        assert [problem.file for problem in state.problems] == ["p", "q", "s"]


def test_cells_relevance_and_notes_take_the_last_word() -> None:
    cell = Cell("R1", "F2")
    acts = [
        act("1", "state", 1, target=cell, text="not_asked"),
        act("2", "state", 2, target=cell, text="no_text"),
        act("3", "relevance", 3, target=SPAN, relevance="descriptive"),
        act("4", "memo", 4, target=CodeTarget("wait"), text="first"),
        act("5", "memo", 5, target=CodeTarget("wait"), text="second"),
        act("6", "memo", 6, coder="B", target=CodeTarget("wait"), text="mine"),
    ]
    state = fold(acts)
    assert state.cells == {("R1", "F2"): "no_text"}
    assert state.relevance == {SPAN: "descriptive"}
    assert [memo.text for memo in state.memos] == ["second", "mine"]
    assert fold([*acts, act("7", "state", 7, target=cell, text="absent")]).cells == {}


def test_an_erased_version_of_an_act_wins_over_one_that_still_has_its_words() -> None:
    from dataclasses import replace

    with_words = act("a", "add", 1, text="memo")
    blank = replace(with_words, target=replace(SPAN, quote="", prefix="", suffix=""), text=None)
    for order in ([with_words, blank], [blank, with_words]):
        state = fold(order)
        assert state.codings[0].target.quote == ""  # type: ignore[union-attr]
        assert state.problems == ()


def test_one_id_with_two_contents_is_reported_and_settled_the_same_way_round() -> None:
    versions = [act("a", "add", 1, code=code) for code in ("wait", "start", "other")]
    states = [fold(order) for order in permutations(versions)]
    assert {state.codings[0].code for state in states} == {"other"}
    assert all([p.kind for p in state.problems] == ["twice"] for state in states)


def test_a_coding_without_a_target_does_not_count() -> None:
    assert fold([act("a", "add", 1, target=None)]).problems[0].kind == "incomplete"


NAMES = [f"{coder}{number}" for coder in "ABCD" for number in range(6)]


@st.composite
def logs(draw: st.DrawFn) -> list[Act]:
    """Four coders' acts with clocks that disagree, referring to each other at random."""
    acts = []
    for name in NAMES:
        op = draw(st.sampled_from(["add", "add", "undo", "redo", "remove", "recode", "memo"]))
        about = None if op == "add" else draw(st.sampled_from([*NAMES, "elsewhere"]))
        acts.append(
            act(
                name,
                op,
                draw(st.integers(0, 5)),
                coder=name[0],
                act=about,
                code=draw(st.sampled_from(["wait", "start"])) if op in ("add", "recode") else None,
            )
        )
    return acts


@settings(max_examples=150, deadline=None)
@given(logs(), st.randoms(use_true_random=False))
def test_any_order_and_interleaving_of_four_logs_folds_to_one_state(
    acts: list[Act], shuffler: random.Random
) -> None:
    expected = fold(acts)
    for _ in range(3):
        shuffled = [*acts, *shuffler.sample(acts, 5)]
        shuffler.shuffle(shuffled)
        assert fold(shuffled) == expected


@settings(max_examples=100, deadline=None)
@given(logs())
def test_every_coding_is_in_force_or_removed_or_named_as_a_problem(acts: list[Act]) -> None:
    state = fold(acts)
    made = {found.id for found in acts if found.op == "add"}
    assert {coding.act for coding in state.codings} | state.removed == made
    assert not {coding.act for coding in state.codings} & state.removed


@settings(max_examples=100, deadline=None)
@given(logs())
def test_what_is_kept_from_fold_to_fold_changes_nothing(acts: list[Act]) -> None:
    made: Made = {}
    for n in range(len(acts) + 1):
        assert fold(acts[:n], made=made) == fold(acts[:n])


def test_a_coding_that_nothing_was_done_to_is_the_same_object() -> None:
    made: Made = {}
    acts = [act("0", "add", 0), act("1", "add", 1)]
    first, second = fold(acts, made=made).codings
    acts.append(act("2", "polarity", 2, act="1", polarity="success"))
    again, changed = fold(acts, made=made).codings
    assert again is first
    assert (second.polarity, changed.polarity) == (None, "success")


@pytest.mark.parametrize("depth", [1, 2, 2001, 2002])
def test_a_long_chain_of_undos_folds_without_recursion(depth: int) -> None:
    acts = [act("0", "add", 0)]
    acts += [act(str(n), "undo", n, act=str(n - 1)) for n in range(1, depth + 1)]
    assert len(fold(acts).codings) == (depth + 1) % 2
