"""Proposals wait, count nowhere, and are counted when people decide."""

from pathlib import Path

import pytest
from small_corpus import open_corpus

import workbench as wb
from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part, write_document
from workbench.coding.suggestion_queue import (
    accept_suggestion,
    queue_suggestions,
    reject_suggestion,
    suggestion_quality,
    waiting_suggestions,
)

TEXTS = [
    "lång kö i telefonen", "kön var lång", "väntade i kö länge", "lång kö igen", "bara kö",
    "hög avgift", "avgiften är hög", "dyr avgift", "för hög avgift", "avgiften steg",
    "hej", "fick stå i kö länge. Annars ok 😀", "avgiften är för hög nu", "något helt annat",
]  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    parts, place = [], 0
    for number, text in enumerate(TEXTS, start=1):
        parts.append(Part(part=number, start=place, end=place + len(text), kind="answer",
                          respondent=f"r{number}", question="why"))  # fmt: skip
        place += len(text) + 1
    text = "\n".join(TEXTS)
    write_document(tmp_path / "documents", DocumentFile(id="d", text=text, parts=tuple(parts)))
    corpus = open_corpus(tmp_path)
    corpus.define("queue", coder="A", name="Kö")
    corpus.define("fee", coder="A", name="Avgift")
    for number, part in enumerate(parts[:11]):
        if number < 10:
            corpus.add(Span("d", part.start, part.end), "queue" if number < 5 else "fee", coder="A")
    return corpus


def test_proposals_are_for_what_is_not_coded_and_count_nowhere(corpus: Corpus) -> None:
    before = len(corpus.excerpts)
    queue = queue_suggestions(corpus, coder="A", top=1, least=0.2)
    texts = {corpus.text("d")[s:e] for s, e in zip(queue["start"], queue["end"], strict=True)}
    assert "fick stå i kö länge." in texts
    best = queue.set_index("code")
    assert set(best.index) <= {"queue", "fee"}
    assert len(corpus.excerpts) == before
    assert set(queue["like"]) <= {f"d:{n}" for n in range(1, 15)}
    assert corpus.folder.joinpath(".workbench", "suggestions.jsonl").exists()


def test_accepting_makes_a_coding_and_rejecting_is_remembered(corpus: Corpus) -> None:
    queue = queue_suggestions(corpus, coder="A", top=1, least=0.2)
    yes, no = queue["id"].iloc[0], queue["id"].iloc[1]
    act = accept_suggestion(corpus, yes, coder="A")
    reject_suggestion(corpus, no, coder="A", reason="annat ämne")
    row = corpus.excerpts.set_index("act").loc[act]
    assert row["via"] == f"suggestion:{yes}"
    assert not {yes, no} & set(waiting_suggestions(corpus)["id"])
    again = queue_suggestions(corpus, coder="A", top=1, least=0.2)
    assert not {yes, no} & set(again["id"])
    with pytest.raises(wb.CorpusError, match="No suggestion"):
        accept_suggestion(corpus, yes, coder="A")


def test_precision_per_code_has_an_interval(corpus: Corpus) -> None:
    assert "none has been decided" in suggestion_quality(corpus).summary()
    queue = queue_suggestions(corpus, coder="A", top=2, least=0.0)
    wanted = queue[queue["code"] == "queue"]["id"].tolist()
    accept_suggestion(corpus, wanted[0], coder="A")
    reject_suggestion(corpus, wanted[1], coder="A")
    table = suggestion_quality(corpus).table.set_index("code")
    assert table.loc["queue", ["n", "accepted", "estimate"]].tolist() == [2, 1, 0.5]
    assert table.loc["queue", "ci_low"] == pytest.approx(0.0945, abs=1e-3)  # Wilson, 1 of 2
    assert table.loc["fee", "reason"] == "TOO_FEW"
    assert table.loc["fee", "waiting"] > 0


def test_codings_by_rules_teach_nothing(corpus: Corpus) -> None:
    corpus.define("greeting", coder="A", name="Hej", rules=["hej"])
    wb.apply_rules(corpus)
    queue = queue_suggestions(corpus, top=3, least=0.0)
    assert "greeting" not in set(queue["code"])


def test_nothing_coded_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(wb.DataError, match="code some by hand"):
        queue_suggestions(open_corpus(tmp_path))
    assert waiting_suggestions(open_corpus(tmp_path)).empty
