"""An act is one line of JSON that comes back the same, and what is no act is refused."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.coding.acts import (
    Act,
    Case,
    Cell,
    CodeTarget,
    Document,
    Span,
    act_from_json,
    act_to_line,
    new_id,
)
from workbench.errors import CorpusError

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SPANS = st.builds(
    lambda start, words: Span("R1", start, start + len(words), words, "för", "efter", "ab12"),
    st.integers(0, 999),
    WORDS.filter(bool),
)
TARGETS = st.one_of(
    st.none(),
    SPANS,
    st.builds(Document, WORDS),
    st.builds(Cell, WORDS, WORDS),
    st.builds(Case, WORDS),
    st.builds(CodeTarget, WORDS),
)
ACTS = st.builds(
    Act,
    id=WORDS.filter(bool),
    at=st.just("2026-03-01T09:00:00+00:00"),
    clock=st.integers(0, 99),
    coder=WORDS.filter(bool),
    op=st.sampled_from(["add", "memo", "undo"]),
    target=TARGETS,
    code=st.none() | WORDS,
    weight=st.none() | st.floats(-5, 5),
    text=st.none() | WORDS,
    polarity=st.sampled_from([None, "success", "barrier", "both"]),
)


@given(ACTS)
def test_an_act_comes_back_from_its_line_as_it_was(act: Act) -> None:
    line = act_to_line(act)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert act_from_json(json.loads(line)) == act


def test_a_line_has_sorted_keys_and_letters_as_they_are() -> None:
    act = Act(id="1", at="", clock=1, coder="Åsa", op="memo", text="räksmörgås 😀")
    keys = list(json.loads(act_to_line(act)))
    assert keys == sorted(keys)
    assert set(keys) == {
        *("id", "at", "clock", "coder", "op", "act", "target", "code", "code_version"),
        *("polarity", "stance", "weight", "relevance", "text", "via"),
    }
    assert "räksmörgås 😀" in act_to_line(act)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"op": "delete"}, "'op' of an act must be one of"),
        ({"clock": "3"}, "'clock' of an act must be a whole number"),
        ({"clock": True}, "'clock' of an act must be a whole number"),
        ({"polarity": "good"}, "'polarity' of an act must be one of success"),
        ({"stance": "maybe"}, "'stance'"),
        ({"weight": float("nan")}, "'weight'"),
        ({"weight": float("inf")}, "'weight'"),
        ({"text": 3}, "'text' of an act must be text"),
        ({"id": ""}, "must have 'id'"),
        ({"quote": "x"}, "no key 'quote'"),
        ({"polarty": None}, "Did you mean 'polarity'"),
        ({"target": {"document": "R1", "start": 5, "end": 5}}, "0 <= start < end"),
        ({"target": {"document": "R1", "start": -1, "end": 5}}, "0 <= start < end"),
        ({"target": {"document": "R1", "start": 1, "end": 5, "page": 2}}, "a key it does not know"),
        ({"target": {"page": 2}}, "must hold document, start and end"),
        ({"target": "R1"}, "must be an object"),
    ],
)
def test_what_is_no_act_is_refused_by_name(change: dict[str, object], message: str) -> None:
    found = {"id": "1", "clock": 1, "coder": "A", "op": "add", **change}
    with pytest.raises(CorpusError, match=message):
        act_from_json(found)


def test_ids_sort_by_time_and_repeat_with_a_generator() -> None:
    first = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    later = first + dt.timedelta(milliseconds=1)
    assert new_id(first) < new_id(later)
    assert len({new_id(first) for _ in range(100)}) == 100
    ids = [new_id(first, np.random.default_rng(3)) for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 26


def test_ids_are_ulids_that_the_standard_library_reads() -> None:
    from ulid import ULID

    at = dt.datetime(2026, 1, 1, 12, 30, tzinfo=dt.UTC)
    assert ULID.from_str(new_id(at)).datetime == at
