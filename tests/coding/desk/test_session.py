"""The desk without a browser: what a message does, and what it may not do."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_corpus import R1, R2, open_corpus, place

import workbench as wb
from workbench.coding.acts import Span, new_id
from workbench.coding.corpus import Corpus
from workbench.coding.desk.adjudication import disagreements
from workbench.coding.desk.document_view import blocks_of
from workbench.coding.desk.progress import coding_progress
from workbench.coding.desk.protocol import OPERATIONS, following, read_request
from workbench.coding.desk.session import DeskSession

MakeCorpus = Callable[..., Corpus]


class Desk:
    """A session, with refs made up."""

    def __init__(self, corpus: Corpus, coder: str = "A", *, blind: bool = False) -> None:
        self.corpus = corpus
        self.session = DeskSession(corpus, coder=coder, language="en", blind=blind)
        self.view = self("open")

    def __call__(self, op: str, **fields: Any) -> dict[str, Any]:
        ref = fields.pop("ref", None) or new_id(dt.datetime.now(dt.UTC))
        return self.session.handle({"op": op, "ref": ref, **fields})

    def passage(self, words: str) -> dict[str, Any]:
        span = place(self.corpus, words)
        return {"document": "R1", "start": span.start, "end": span.end, "quote": words,
                "text_sha": self.view["text_sha"]}  # fmt: skip

    def code(self, words: str, code: str = "wait", **fields: Any) -> str:
        answer = self("code", **self.passage(words), code=code, **fields)
        assert answer["kind"] == "changed", answer
        return str(answer["acts"][0])

    @property
    def told(self) -> list[tuple[str, str | None]]:
        return [(act.op, act.text) for act in self.corpus.log.acts]


@pytest.fixture
def desk(make_corpus: MakeCorpus) -> Desk:
    return Desk(make_corpus(R1, R2))


def test_every_answer_is_json_and_bears_the_ref_of_its_message(desk: Desk) -> None:
    answer = desk("sync", ref="01HZZZZZZZZZZZZZZZZZZZZZZZ")
    assert answer["ref"] == "01HZZZZZZZZZZZZZZZZZZZZZZZ"
    json.dumps([desk.view, answer], allow_nan=False)


def test_a_message_that_is_sent_twice_is_written_once(desk: Desk) -> None:
    ref = new_id(dt.datetime.now(dt.UTC))
    for _ in range(2):
        answer = desk("code", ref=ref, **desk.passage("tio minuter 😀"), code="wait")
        assert answer["acts"] == [ref]
    assert desk.told == [("add", None)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quote": "tio minuter"}, "letter by letter"),
        ({"start": 0}, "letter by letter"),
        ({"end": 10**6}, "must lie within"),
        ({"start": True}, "must have 'start'"),
        ({"text_sha": "0" * 64}, "another text"),
        ({"document": "../R1"}, "There is no document"),
        ({"code": "nothing"}, "no code 'nothing'"),
        ({"polarity": "good"}, "'polarity' must be one of"),
        ({"op": "drop"}, "no operation 'drop'"),
        ({"ref": "../x"}, "must have 'ref'"),
    ],
)
def test_what_cannot_be_written_is_answered_with_why(
    desk: Desk, change: dict[str, Any], reason: str
) -> None:
    message = {"op": "code", **desk.passage("tio minuter 😀"), "code": "wait", **change}
    message.setdefault("ref", new_id(dt.datetime.now(dt.UTC)))
    answer = desk.session.handle(message)
    assert answer["kind"] == "failed"
    assert reason in answer["reason"]
    assert "minuter" not in answer["reason"]
    assert desk.told == []


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)
FIELDS = st.sampled_from(["document", "start", "end", "quote", "act", "code", "text", "fields"])


@given(VALUES)
@settings(max_examples=50)
def test_no_message_gets_past_the_protocol_with_the_wrong_fields(message: object) -> None:
    with pytest.raises(wb.CorpusError):
        read_request(message)


@given(st.sampled_from(sorted(OPERATIONS)), st.dictionaries(FIELDS, PLAIN | st.lists(PLAIN)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_session_answers_whatever_comes(desk: Desk, op: str, fields: dict[str, Any]) -> None:
    assert "kind" in desk(op, **fields)


def test_a_full_disk_is_not_answered_as_saved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.coding.log.append_lines", full)
    answer = desk("code", **desk.passage("tio minuter 😀"), code="wait")
    assert (answer["kind"], answer["again"]) == ("failed", True)


def test_undo_goes_back_step_by_step_and_redo_forward(desk: Desk) -> None:
    act = desk.code("tio minuter 😀")
    desk("polarity", act=act, polarity="barrier")
    desk("stance", act=act, stance="denies")
    after = desk.corpus.excerpts[["code", "polarity", "stance"]].to_numpy().tolist()
    assert after == [["wait", "barrier", "denies"]]
    for _ in range(3):
        desk("undo")
    assert desk.corpus.excerpts.empty
    for _ in range(3):
        desk("redo")
    assert desk.corpus.excerpts[["code", "polarity", "stance"]].to_numpy().tolist() == after
    assert not desk("redo")["acts"]


def test_undo_outlives_the_session_and_never_touches_others(desk: Desk) -> None:
    other = Desk(desk.corpus, "B")
    desk.code("tio minuter 😀")
    other.code("Ingen sa något")
    again = Desk(open_corpus(desk.corpus.folder, seed=9))
    again("undo")
    assert again.corpus.excerpts["coder"].tolist() == ["B"]
    assert not again("undo")["acts"]


def test_a_new_act_ends_what_can_be_done_again(desk: Desk) -> None:
    desk.code("tio minuter 😀")
    desk("undo")
    desk.code("Ingen sa något")
    assert not desk("redo")["acts"]


def test_another_coders_coding_is_not_changed(desk: Desk) -> None:
    act = Desk(desk.corpus, "B").code("tio minuter 😀")
    for op, fields in (("polarity", {"polarity": "both"}), ("remove", {}), ("memo", {"text": "x"})):
        answer = desk(op, act=act, **fields)
        assert "coder B's" in answer["reason"]


def test_a_blind_desk_holds_nothing_of_others(desk: Desk) -> None:
    other = Desk(desk.corpus, "B")
    act = other.code("tio minuter 😀")
    other("memo", act=act, text="hemligt")
    blind = Desk(desk.corpus, blind=True)
    sent = json.dumps(
        [blind.view, blind("sync"), blind("inspect", act=act), blind("search", query="x")]
    )
    assert act not in sent.replace(f'"act": "{act}", "history": []', "")
    assert "hemligt" not in sent
    assert blind.view["coders"] == []
    assert blind("blind", blind=False)["codings"]


def test_an_answer_holds_what_others_did_meanwhile(desk: Desk) -> None:
    other = Desk(open_corpus(desk.corpus.folder, seed=5), "B")
    theirs = other.code("Ingen sa något")
    answer = desk("code", **desk.passage("tio minuter 😀"), code="wait")
    assert theirs in answer["codings"]
    other("define", fields={"name": "Ny kod"})
    assert "Ny kod" in [row["name"] for row in desk("sync")["codes"]]


def test_a_code_made_twice_is_one_code(desk: Desk) -> None:
    for words in ("tio minuter 😀", "Ingen sa något"):
        desk("create", **desk.passage(words), name="  Tyst  nad ")
    assert desk.corpus.excerpts["code"].tolist() == ["tyst_nad", "tyst_nad"]
    assert desk.corpus.codebook["tyst_nad"].origin == "inductive"


def test_a_code_is_not_made_when_its_words_are_wrong(desk: Desk) -> None:
    passage = desk.passage("tio minuter 😀") | {"quote": "fel"}
    assert desk("create", **passage, name="Ny")["kind"] == "failed"
    assert "ny" not in desk.corpus.codebook


def test_a_meaning_is_versioned_and_says_what_was_coded_before(desk: Desk) -> None:
    act = desk.code("tio minuter 😀")
    answer = desk("define", code="wait", fields={"definition": "Hur länge."})
    assert answer["codings"][act]["stale"]
    older = desk("inspect", act=act)["older"]
    assert older == {"version_no": 1, "definition": "About wait."}
    desk("undo")
    assert desk.corpus.codebook["wait"].definition == "About wait."


def test_a_code_cannot_stand_below_itself_nor_merge_in_a_circle(desk: Desk) -> None:
    desk("define", code="start", fields={"parent": "wait"})
    assert "below itself" in desk("define", code="wait", fields={"parent": "start"})["reason"]
    desk("merge", code="start", into="wait")
    assert "circle" in desk("merge", code="wait", into="start")["reason"]


def test_a_split_assigns_each_coding_and_leaves_the_rest_to_be_decided(desk: Desk) -> None:
    one, other = desk.code("tio minuter 😀"), desk.code("Ingen sa något")
    answer = desk("split", code="wait", names=["Kö", "Tystnad"], assign={other: "Tystnad"})
    assert answer["kind"] == "changed"
    codes = dict(zip(desk.corpus.excerpts["act"], desk.corpus.excerpts["code"], strict=True))
    assert codes == {one: "wait", other: "tystnad"}
    assert "at least two" in desk("split", code="start", names=["Ett"], assign={})["reason"]


def test_states_are_set_and_an_answer_with_a_state_is_not_left_to_do(desk: Desk) -> None:
    assert len(desk.view["uncoded"]) == 2
    answer = desk("state", respondent="R1", question="F2", state="answered_elsewhere")
    assert len(answer["uncoded"]) == 1
    assert desk.corpus.folded.cells == {("R1", "F2"): "answered_elsewhere"}
    assert desk("state", respondent="R1", question="F2", state="maybe")["kind"] == "failed"


def test_disagreements_pair_what_overlaps_and_leave_out_what_agrees(desk: Desk) -> None:
    other = Desk(desk.corpus, "B")
    desk.code("Det tog väl tio minuter 😀", "start")
    other.code("tio minuter 😀, och sen", "start")  # the same judgement, other edges
    a = desk.code("Ingen sa något på tre veckor.")
    b = other.code("tre veckor", "start")
    found = disagreements(desk.corpus, ("A", "B"))
    assert [
        ([one["act"] for one in row["a"]], [one["act"] for one in row["b"]]) for row in found
    ] == [([a], [b])]


def test_a_judgement_with_another_direction_is_a_disagreement(desk: Desk) -> None:
    other = Desk(desk.corpus, "B")
    desk.code("tio minuter 😀", polarity="success")
    other.code("tio minuter 😀", polarity="barrier")
    assert len(disagreements(desk.corpus, ("A", "B"))) == 1


def test_a_decision_needs_a_reason_and_never_moves_agreement(desk: Desk) -> None:
    other = Desk(desk.corpus, "B")
    a, b = desk.code("tio minuter 😀"), other.code("Ingen sa något", "start")
    desk.session.pair = ("A", "B")
    before = desk("compare")["compare"]["agreement"]
    verdict = {"verdict": "1", "acts": [[a, "kept"]]}
    assert "reason" in desk("decide", reason="  ", **verdict)["reason"]
    answer = desk("decide", reason="Tydligt.", **verdict)
    assert [row["estimate"] for row in answer["compare"]["agreement"]["rows"]] == [
        row["estimate"] for row in before["rows"]
    ]
    assert [one["decided"] for one in answer["compare"]["disagreements"]] == [True, False]
    recoded = desk("decide", reason="Annan kod.", verdict="5", acts=[[b, "kept"]], code="wait")
    assert len(recoded["acts"]) == 2
    assert desk.corpus.excerpts["code"].tolist() == ["wait", "wait"]
    desk("undo")
    assert desk.corpus.excerpts["code"].tolist() == ["wait", "start"]


def test_words_of_those_who_withdrew_never_leave_the_kernel(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    (corpus.folder / "respondents.csv").write_text("respondent,consent\nR1,no\nR2,yes\n")
    corpus.reload()
    desk = Desk(corpus)
    assert [one["document"] for one in desk.view["documents"]] == ["R2"]
    sent = json.dumps(
        [desk("open", document="R1"), desk("search", query="minuter")], ensure_ascii=False
    )
    assert "minuter 😀" not in sent
    assert "█" in sent


def test_blocks_cover_every_letter_of_every_part_once() -> None:
    for file in (R1, R2):
        blocks = list(blocks_of(file, file.text))
        inside = [place for block in blocks for place in range(block["start"], block["end"])]
        assert len(inside) == len(set(inside))
        said = [place for part in file.parts for place in range(part.start, part.end)]
        assert set(said) <= set(inside)


def test_acts_of_one_key_press_follow_each_other() -> None:
    assert following("01HZZZZZZZZZZZZZZZZZZZZZZ0", 3)[2] == "01HZZZZZZZZZZZZZZZZZZZZZZ2"


def test_progress_counts_what_is_left(desk: Desk) -> None:
    desk.code("tio minuter 😀")
    table = coding_progress(desk.corpus).table
    assert table[["document", "n_answers", "n_open", "n_codings"]].to_numpy().tolist() == [
        ["R1", 2, 1, 1],
        ["R2", 2, 2, 0],
    ]


def test_span_targets_stay_what_the_browser_said(desk: Desk) -> None:
    desk.code("tio minuter 😀")
    act = next(iter(desk.corpus.log.acts))
    assert isinstance(act.target, Span)
    assert act.target.quote == "tio minuter 😀"
    assert act.target.text_sha == desk.view["text_sha"]
