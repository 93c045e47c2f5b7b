"""Agreement counts what nobody coded, and only what coders did alone."""

from collections.abc import Callable

import pandas as pd
import pytest
from small_corpus import interview, open_corpus, place

from workbench.coding.acts import Cell, Document, Span
from workbench.coding.agreement import agreement
from workbench.coding.code_agreement import code_agreement
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile
from workbench.errors import DataError

MakeCorpus = Callable[..., Corpus]


def a_document(name: str) -> DocumentFile:
    return interview(
        name,
        [
            (None, "F1", "Hur gick det?"),
            *((name, "F1", f"Svar nummer {n} från {name}.") for n in range(6)),
            (None, "F2", "Vad hände sedan?"),
            *((name, "F2", f"Mer om sak {n} sa {name}.") for n in range(4)),
        ],
    )


@pytest.fixture
def corpus(make_corpus: MakeCorpus) -> Corpus:
    found = make_corpus(*(a_document(f"R{n}") for n in range(1, 5)), codes=("wait", "start"))
    for name in ("R1", "R2", "R3"):
        for n in (0, 2, 3):
            found.add(place(found, f"Svar nummer {n}", name), "wait", coder="A")
        for n in (0, 2, 4):
            found.add(place(found, f"nummer {n} från", name), "wait", coder="B")
        found.add(place(found, "Mer om sak 1", name), "start", coder="A")
        found.add(place(found, "sak 1 sa", name), "start", coder="B")
    found.add(place(found, "Svar nummer 1", "R4"), "wait", coder="A")
    return found


def test_every_unit_counts_also_those_nobody_coded(corpus: Corpus) -> None:
    found = code_agreement(corpus, coefficient=["krippendorff", "cohen", "percent"])
    assert found.n_units == 30
    assert found.n_documents == 3
    assert found.left_out == ("R4",)
    wait = found.table[found.table["code"] == "wait"].set_index("coefficient")
    expected = pd.DataFrame({"A": [1, 0, 1, 1, 0, 0] * 3 + [0] * 12})
    expected["B"] = [1, 0, 1, 0, 1, 0] * 3 + [0] * 12
    for name in ("krippendorff", "cohen", "percent"):
        same = agreement(expected, coefficient=name, bootstrap=0).estimate
        assert wait.loc[name, "estimate"] == pytest.approx(same)
    assert wait.loc["cohen", "n_disagreements"] == 6
    start = found.table.query("code == 'start' and coefficient == 'krippendorff'").iloc[0]
    assert (start["estimate"], start["reason"]) == (1, "NO_DISAGREEMENT")
    assert found.overall["over"].tolist() == ["decisions"] * 3 + ["sets"]


def test_disagreements_are_listed_with_their_place(corpus: Corpus) -> None:
    rows = code_agreement(corpus).disagreements
    assert len(rows) == 6
    first = rows.iloc[0]
    assert (first["document"], first["code"], first["yes"], first["no"]) == ("R1", "wait", "A", "B")
    assert corpus.text("R1")[first["start"] : first["end"]] == "Svar nummer 3 från R1."


def test_adjudicating_cannot_raise_it(corpus: Corpus) -> None:
    before = code_agreement(corpus).table["estimate"].tolist()
    row = corpus.codings.query("coder == 'A' and code == 'wait'").iloc[2]
    corpus.adjudicate(row["act"], "dropped", coder="C", reason="not waiting")
    corpus.adjudicate(corpus.codings.iloc[0]["act"], "kept", coder="A", code="start")
    other = corpus.codings.query("coder == 'B' and document == 'R2'").iloc[0]["act"]
    corpus.remove(other, coder="A")
    corpus.write(
        "C",
        [
            {
                "op": "adjudicate",
                "via": "adjudication",
                **corpus.coding(place(corpus, "Svar nummer 5"), "wait"),
            }
        ],
    )
    after = code_agreement(corpus)
    assert after.table["estimate"].tolist() == before
    assert after.compared == ("A", "B")
    counts = after.coders.set_index(["code", "coder"])["n_units"]
    assert counts["wait", "A"] == 9
    assert counts["wait", "settled"] != counts["wait", "A"]


def test_what_a_coder_takes_back_alone_counts(corpus: Corpus) -> None:
    act = corpus.codings.query("coder == 'A' and code == 'wait'").iloc[2]["act"]
    corpus.remove(act, coder="A")
    assert len(code_agreement(corpus).disagreements) == 5


def test_hits_of_rules_are_no_ones_judgement(corpus: Corpus) -> None:
    before = code_agreement(corpus).table["estimate"].tolist()
    corpus.add(place(corpus, "Svar nummer 5"), "wait", coder="A", via="rule:wait")
    assert code_agreement(corpus).table["estimate"].tolist() == before


@pytest.mark.parametrize(("unit", "n"), [("answer", 6), ("document", 3)])
def test_units_can_be_answers_or_documents(corpus: Corpus, unit: str, n: int) -> None:
    found = code_agreement(corpus, unit=unit)
    assert found.n_units == n
    assert found.disagreements.empty


def test_letters_can_be_units(corpus: Corpus) -> None:
    found = code_agreement(corpus, unit="character", coefficient="cohen")
    parts = corpus.parts.query("respondent in ['R1', 'R2', 'R3']")
    assert found.n_units == (parts["end"] - parts["start"]).sum()
    letters = pd.DataFrame({"A": [0] * found.n_units, "B": [0] * found.n_units})
    row = found.table.query("code == 'start'").iloc[0]
    # A marked 12 letters a document, B 8, and 5 of them are the same
    letters.loc[: 3 * 12 - 1, "A"] = 1
    letters.loc[3 * 7 : 3 * 15 - 1, "B"] = 1
    assert row["estimate"] == pytest.approx(
        agreement(letters, coefficient="cohen", bootstrap=0).estimate
    )


def test_a_sample_limits_the_units_to_what_both_had_before_them(corpus: Corpus) -> None:
    parts = corpus.parts.query("document == 'R1' and respondent == 'R1'").head(6)
    found = code_agreement(corpus, sample=parts[["document", "part"]])
    assert found.n_units == 6
    with pytest.raises(DataError, match="it lacks 'part'"):
        code_agreement(corpus, sample=parts[["document"]])


def test_a_coding_of_a_cell_counts_for_answers_only(corpus: Corpus) -> None:
    corpus.add(Cell("R1", "F2"), "wait", coder="A")
    assert code_agreement(corpus).checks[1].id == "all_codings"
    by_answer = code_agreement(corpus, unit="answer")
    assert len(by_answer.disagreements.query("code == 'wait'")) == 1


def test_a_coder_who_read_a_document_and_found_nothing_counts_as_no(corpus: Corpus) -> None:
    corpus.relevance(Document("R4"), "not_relevant", coder="B")
    found = code_agreement(corpus)
    assert found.left_out == ()
    assert found.n_units == 40
    assert len(found.disagreements) == 7


def test_themes_gather_their_codes(corpus: Corpus) -> None:
    corpus.define("silence", coder="A", kind="theme", name="Tystnad")
    corpus.define("wait", coder="A", parent="silence")
    corpus.define("start", coder="A", parent="silence")
    found = code_agreement(corpus, level="theme")
    assert found.table["code"].tolist() == ["silence"]
    assert found.table["n_disagreements"].item() == 6


def test_a_merged_code_is_compared_under_its_new_name(corpus: Corpus) -> None:
    corpus.merge_code("start", "wait", coder="A")
    assert code_agreement(corpus).table["code"].tolist() == ["wait"]


def test_a_reflexive_study_prints_none_and_says_why(corpus: Corpus) -> None:
    corpus.model = corpus.model.model_copy(update={"approach": "reflexive"})
    found = code_agreement(corpus)
    assert found.table.empty
    assert found.reason == "REFLEXIVE"
    assert "reflexive" in found.method.render("en")
    assert found.summary("sv")


def test_one_coder_alone_gives_a_reason(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(a_document("R1"))
    assert code_agreement(corpus).reason == "FEW_UNITS"
    corpus.add(Span("R1", 20, 25), "wait", coder="A")
    assert code_agreement(corpus).reason == "FEW_UNITS"
    assert code_agreement(corpus).summary("en")


def test_a_document_changed_in_place_is_not_compared(corpus: Corpus) -> None:
    path = corpus.folder / "documents" / "R3.txt"
    path.write_text(path.read_text(encoding="utf-8") + "Slut.\n", encoding="utf-8")
    found = code_agreement(open_corpus(corpus.folder))
    assert found.n_documents == 2
    assert found.left_out == ("R3", "R4")


def test_choices_are_checked(corpus: Corpus) -> None:
    with pytest.raises(DataError, match="no coefficient 'kappa'"):
        code_agreement(corpus, coefficient="kappa")
    with pytest.raises(DataError, match="'unit' must be one of"):
        code_agreement(corpus, unit="sentence")
    with pytest.raises(DataError, match="'level' must be code or theme"):
        code_agreement(corpus, level="group")


def test_the_interval_repeats_with_its_seed(corpus: Corpus) -> None:
    corpus.add(place(corpus, "Svar nummer 5"), "wait", coder="A")
    one, two = code_agreement(corpus, seed=3), code_agreement(corpus, seed=3)
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.table["ci_low"].notna().any()
