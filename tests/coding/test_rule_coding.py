"""Rules code what they hit, stay in step with the codebook, and yield to people."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from small_corpus import R1, R2, open_corpus

import workbench as wb
from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part, write_document
from workbench.coding.rule_coding import apply_rules, try_rules
from workbench.coding.starters import NOT_FROM_DATA, add_starter, starter_codebook, starters

Maker = Callable[..., Corpus]


def answers(*texts: str) -> DocumentFile:
    """Return open answers: one part per respondent."""
    parts, place = [], 0
    for number, text in enumerate(texts, start=1):
        parts.append(
            Part(part=number, start=place, end=place + len(text), kind="answer",
                 respondent=f"r{number}", question="why")
        )  # fmt: skip
        place += len(text) + 1
    return DocumentFile(
        id="why-2026", text="\n".join(texts), parts=tuple(parts), about={"kind": "open_answers"}
    )


@pytest.fixture
def comments(make_corpus: Maker) -> Corpus:
    corpus = make_corpus(
        answers("Lång kö. Men appen är bra 😀.", "Inte dyrt alls. Kön då?", "Dyrt! Dyrt!", "tack"),
        codes=[],
    )
    corpus.define(
        "queue", coder="A", name="Kö", rules=["kö", "kön"], polarity="barrier",
        examples=[{"text": "Kön var lång", "applies": True}, {"text": "köpte", "applies": False}],
    )  # fmt: skip
    corpus.define("price", coder="A", name="Pris", rules=["dyrt"])
    return corpus


def coded(corpus: Corpus) -> list[tuple[str, str, str]]:
    frame = corpus.excerpts.sort_values(["start", "code"])
    return list(zip(frame["code"], frame["quote"], frame["stance"], strict=True))


def test_the_sentence_is_coded_once_with_its_stance_and_marked(comments: Corpus) -> None:
    run = apply_rules(comments)
    assert coded(comments) == [
        ("queue", "Lång kö.", "affirms"),
        ("price", "Inte dyrt alls.", "denies"),
        ("queue", "Kön då?", "affirms"),
        ("price", "Dyrt!", "affirms"),
        ("price", "Dyrt!", "affirms"),
    ]
    frame = comments.excerpts
    assert set(frame["via"]) == {"rule:queue", "rule:price"}
    assert set(frame["coder"]) == {"rules"}
    assert set(frame.loc[frame["code"] == "queue", "polarity"]) == {"barrier"}
    assert frame["respondent"].tolist()[0] == "r1"
    row = run.table.set_index("code").loc["price"]
    assert (row["hits"], row["codings"], row["denied"], row["added"]) == (3, 3, 1, 3)
    assert run.summary("sv") != ""


def test_a_dry_run_writes_nothing(comments: Corpus) -> None:
    run = apply_rules(comments, dry_run=True)
    assert run.table["added"].sum() == 5
    assert comments.excerpts.empty
    assert not (comments.folder / "coding" / "rules.jsonl").exists()
    assert "Nothing was written" in run.summary()
    assert len(run.hits) == 5


def test_running_again_changes_nothing_and_a_changed_rule_changes_its_own(comments: Corpus) -> None:
    apply_rules(comments)
    again = apply_rules(comments)
    assert (again.table["added"].sum(), again.table["taken_back"].sum()) == (0, 0)
    comments.define("price", coder="A", rules=["dyrt NOT alls", "tack"])
    changed = apply_rules(comments).table.set_index("code")
    assert (changed.loc["price", "added"], changed.loc["price", "taken_back"]) == (1, 1)
    assert changed.loc["queue", "added"] == 0
    assert [quote for code, quote, _ in coded(comments) if code == "price"] == [
        "Dyrt!",
        "Dyrt!",
        "tack",
    ]


def test_what_a_person_took_away_is_not_coded_again(comments: Corpus) -> None:
    apply_rules(comments)
    act = comments.excerpts.loc[comments.excerpts["quote"] == "Lång kö.", "act"].iloc[0]
    comments.remove(str(act), coder="A")
    run = apply_rules(comments).table.set_index("code")
    assert run.loc["queue", "added"] == 0
    assert run.loc["queue", "left_to_people"] == 1
    assert ("queue", "Lång kö.", "affirms") not in coded(comments)


def test_a_rule_does_not_touch_what_people_coded(comments: Corpus) -> None:
    mine = comments.add(Span("why-2026", 0, 8), "queue", coder="A")
    apply_rules(comments)
    comments.define("queue", coder="A", rules=["finnsinte"], examples=None)
    apply_rules(comments)
    assert [a for a in comments.excerpts["act"] if a == mine] == [mine]
    assert (comments.excerpts["code"] == "queue").sum() == 1


def test_only_words_of_respondents_are_coded(make_corpus: Maker) -> None:
    corpus = make_corpus(R1, R2, codes=[])
    corpus.define("wait", coder="A", name="Väntan", rules=["väntade", "tystnaden", "kund"])
    apply_rules(corpus)
    assert corpus.excerpts["respondent"].tolist() == ["R1"]
    assert "tystnaden" in corpus.excerpts["quote"].iloc[0]


def test_people_who_withdrew_are_not_coded(make_corpus: Maker, tmp_path: Path) -> None:
    (tmp_path / "respondents.csv").write_text("respondent,consent\nr1,withdrawn\nr2,\n", "utf-8")
    corpus = make_corpus(answers("lång kö", "lång kö"), codes=[])
    corpus.define("queue", coder="A", name="Kö", rules=["kö"])
    apply_rules(corpus)
    assert Corpus(tmp_path).excerpts["respondent"].tolist() == ["r2"]


def test_examples_are_tests_of_the_rules(comments: Corpus) -> None:
    assert try_rules(comments.codebook)["passed"].tolist() == [True, True, pd.NA]
    comments.define("queue", coder="A", rules=["kö*"])
    table = try_rules(comments.codebook)
    assert table.loc[1, "passed"] is False or not table.loc[1, "passed"]
    with pytest.raises(wb.CodebookError, match="'queue', example 2: it does not apply") as error:
        apply_rules(comments)
    assert "köpte" not in str(error.value)
    dry = apply_rules(comments, dry_run=True)
    assert not dry.checks[0].passed
    comments.define("queue", coder="A", rules=["finnsinte"])
    with pytest.raises(wb.CodebookError, match="example 1: it applies and the rules miss it"):
        apply_rules(comments)


def test_rules_of_chosen_codes_and_documents(comments: Corpus) -> None:
    write_document(comments.documents_folder, DocumentFile(id="other", text="dyrt", parts=()))
    comments.reload()
    apply_rules(comments, codes=["price"], documents=["other"])
    assert coded(comments) == [("price", "dyrt", "affirms")]
    with pytest.raises(wb.CodebookError, match="'nope'"):
        apply_rules(comments, codes=["nope"])


def test_a_study_is_opened_by_its_path(comments: Corpus) -> None:
    apply_rules(comments.folder)
    assert len(Corpus(comments.folder).excerpts) == 5


def test_starters_are_marked_and_their_rules_pass_their_examples(tmp_path: Path) -> None:
    assert starters() == ["service"]
    corpus = open_corpus(tmp_path)
    added = add_starter(corpus, coder="A")
    assert len(added) == 8
    assert add_starter(corpus, coder="A") == []
    table = try_rules(corpus.codebook)
    assert table["passed"].all(), table[~table["passed"]]
    for code in starter_codebook():
        assert code.motivation == NOT_FROM_DATA
        assert code.origin == "deductive"
        assert len(code.examples) >= 3
        assert {e.applies for e in code.examples} == {True, False}
    with pytest.raises(wb.CodebookError, match="Did you mean 'service'"):
        starter_codebook("servce")
