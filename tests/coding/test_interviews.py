"""The method section, saturation of interviews, and quotes in the answer they come from."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_corpus import interview, open_corpus, place

from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, write_document
from workbench.coding.interviews import interview_saturation
from workbench.coding.method import method_section
from workbench.coding.quotes import quotes_in_place
from workbench.coding.themes import theme_table
from workbench.errors import CorpusError, StudyError
from workbench.inputs.models.corpus import CorpusMethod, CorpusModel

MakeCorpus = Callable[..., Corpus]
SAID = {
    "sample": "Two talks.",
    "selection": "Who answered.",
    "guide_version": "2",
    "coders": "One person.",
    "limits": "Two are few.",
}


def talk(name: str, *words: str) -> DocumentFile:
    turns = [(None, "F1", "Vad hände?"), (name, "F1", " ".join(words))]
    return interview(name, turns)


def with_method(corpus: Corpus, approach: str = "codebook", **method: object) -> Corpus:
    values = {"approach": approach, "method": CorpusMethod.model_validate({**SAID, **method})}
    corpus.model = CorpusModel.model_validate(values)
    return corpus


def words_of(corpus: Corpus) -> str:
    return "\n".join(item.render("en") for item in method_section(corpus).items)


def test_the_method_section_says_what_only_the_researcher_knows_and_what_files_know(
    make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    (tmp_path / "respondents.csv").write_text(
        "respondent,case,role,side,pilot,consent\nR1,,,,no,yes\nR2,,,,yes,yes\nR3,,,,no,no\n"
    )
    corpus = with_method(make_corpus(talk("R1", "kö"), talk("R2", "kö"), talk("R3", "kö")))
    corpus.define("wait", coder="A", origin="inductive")
    corpus.add(place(corpus, "kö"), "wait", coder="A")
    act = corpus.add(place(corpus, "kö"), "start", coder="B")
    corpus.adjudicate(act, "dropped", coder="C")
    text = words_of(corpus)
    for said in SAID.values():
        assert said in text
    assert "1 documents of 1 respondents" in text
    assert "1 pilot interviews and 1 respondents who withdrew" in text
    assert "2 codes; 0 are from the theory or the guide, 1 from the material" in text
    assert "A 1 and B 1. 0 were kept and 1 dropped" in text
    assert "1 count" in text


@pytest.mark.parametrize("name", sorted(SAID))
def test_an_empty_text_stops_the_report_and_names_it(make_corpus: MakeCorpus, name: str) -> None:
    corpus = with_method(make_corpus(talk("R1", "kö")), **{name: {"sv": "  ", "en": ""}})
    with pytest.raises(StudyError, match=f"{name} is empty"):
        method_section(corpus)


def test_no_section_at_all_stops_the_report(make_corpus: MakeCorpus) -> None:
    with pytest.raises(StudyError, match="sample, selection, guide_version, coders, limits are"):
        method_section(make_corpus(talk("R1", "kö")))


def test_open_answers_need_no_guide(make_corpus: MakeCorpus) -> None:
    answers = replace(talk("R1", "kö"), about={"kind": "open_answers"})
    corpus = with_method(make_corpus(answers), guide_version="")
    assert "Guide." not in words_of(corpus)


@pytest.mark.parametrize(("outcomes", "word"), [("successes", "successes"), ("failures", "failur")])
def test_a_sample_of_one_outcome_is_said_beside_the_conclusions(
    make_corpus: MakeCorpus, outcomes: str, word: str
) -> None:
    section = method_section(with_method(make_corpus(talk("R1", "kö")), outcomes_sampled=outcomes))
    assert section.one_sided is not None
    assert word in section.one_sided.render("en")
    both = method_section(with_method(make_corpus(talk("R1", "kö")), outcomes_sampled="both"))
    assert both.one_sided is None


def test_a_reflexive_study_prints_no_saturation_and_says_why(make_corpus: MakeCorpus) -> None:
    corpus = with_method(make_corpus(talk("R1", "kö")), approach="reflexive")
    corpus.add(place(corpus, "kö"), "wait", coder="A")
    found = interview_saturation(corpus)
    assert (found.reason, len(found.table), found.label) == ("REFLEXIVE", 0, None)
    assert "reflexive" in found.summary()
    assert "Neither agreement between coders nor saturation" in words_of(corpus)


def test_codes_are_found_and_settled_in_the_order_of_the_interviews(
    make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    sessions = [f"R{n},2026-01-{20 - n:02d},,,full" for n in range(1, 9)]
    (tmp_path / "sessions.csv").write_text(
        "respondent,date,minutes,mode,transcript\n" + "\n".join(sessions) + "\n"
    )
    corpus = make_corpus(*[talk(f"R{n}", "kön", "starten") for n in range(1, 9)])
    for n in (8, 7, 6, 5):
        corpus.add(place(corpus, "kön", f"R{n}"), "wait", coder="A")
    corpus.define("wait", coder="A", definition="Sharper after four.")
    corpus.define("wait", coder="A", name="A name is no meaning")
    for n in (4, 3, 2, 1):
        corpus.add(place(corpus, "kön", f"R{n}"), "wait", coder="A")
    corpus.add(place(corpus, "starten", "R7"), "start", coder="A")
    found = interview_saturation(corpus)
    assert list(found.table["respondent"]) == [f"R{n}" for n in range(8, 0, -1)]
    assert list(found.table["codes"]) == [1, 2, 2, 2, 2, 2, 2, 2]
    assert list(found.table["found"]) == [0.5, 1, 1, 1, 1, 1, 1, 1]
    assert list(found.table["settled"]) == [0, 0.5, 0.5, 1, 1, 1, 1, 1]
    assert (found.found_after, found.settled_after, found.label) == (2, 4, "4+2")
    assert found.orders["share"].sum() == pytest.approx(1)


def test_nothing_coded_gives_no_numbers(make_corpus: MakeCorpus) -> None:
    assert interview_saturation(make_corpus(talk("R1", "kö"))).reason == "TOO_FEW"


def test_a_quote_stands_in_its_answer(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    (tmp_path / "guide.csv").write_text("question_id,question\nF1,Vad hände?\n", encoding="utf-8")
    corpus = make_corpus(talk("R1", "Först kom kön 😀.", "Sedan kom inget."))
    corpus.add(place(corpus, "kön 😀"), "wait", coder="A")
    (row,) = quotes_in_place(corpus, theme_table(corpus)).table.to_dict("records")
    assert (row["before"], row["quote"], row["after"]) == (
        "Först kom ",
        "kön 😀",
        ". Sedan kom inget.",
    )
    assert row["question_text"] == "Vad hände?"
    assert corpus.file(row["document"]).text[row["start"] : row["end"]] == "kön 😀"


def test_a_quote_that_moved_after_the_table_was_made_is_refused(
    make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    corpus = make_corpus(talk("R1", "Först kom kön."))
    corpus.add(place(corpus, "kön"), "wait", coder="A")
    themes = theme_table(corpus)
    write_document(tmp_path / "documents", talk("R1", "Nej, först kom kön."))
    with pytest.raises(CorpusError, match="Make the table again"):
        quotes_in_place(open_corpus(tmp_path), themes)
