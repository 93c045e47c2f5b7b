"""Who says what: each cell says whether it was asked and answered, and "absent" is not "no"."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_corpus import interview, open_corpus, place

import workbench as wb
from workbench.coding.acts import Case, Cell, Document, Span
from workbench.coding.basis import count_passages
from workbench.coding.cases import by_case
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part
from workbench.coding.framework import framework_matrix
from workbench.coding.gaps import gaps
from workbench.coding.guide import guide_review, question_findings
from workbench.coding.matrices import co_occurrence, code_matrix
from workbench.coding.polarity import polarity_matrix
from workbench.coding.themes import theme_table
from workbench.coding.theory import theory_against_data
from workbench.errors import CorpusError, DataError
from workbench.results.themes import STATES

MakeCorpus = Callable[..., Corpus]
GUIDE = (
    "question_id,question,segment,part,follows,theory_links,motivation,version\n"
    "F1,Hur gick det till när du blev kund?,Start,1,,effort,,1\n"
    "F2,Tycker du inte att det är krångligt?,Krångel,2,,effort;trust,,1\n"
    "F3,Vad skulle du ändra?,Framåt,3,,,,1\n"
)
RESPONDENTS = (
    "respondent,case,role,side,pilot,consent\n"
    "R1,north,kund,customer,no,yes\nR2,north,personal,staff,no,yes\n"
    "R3,south,kund,customer,no,yes\nR4,south,personal,staff,no,yes\n"
    "R5,pilot,kund,customer,yes,yes\nR6,gone,kund,customer,no,withdrawn\n"
)
SESSIONS = "respondent,date,minutes,mode,transcript\nR1,2026-01-01,30,video,full\nR4,,,,summary\n"


def talk(name: str, *answers: str) -> DocumentFile:
    turns = []
    for number, answer in enumerate(answers, start=1):
        if answer:
            turns += [(None, f"F{number}", "Fråga?"), (name, f"F{number}", answer)]
    return interview(name, turns)


@pytest.fixture
def corpus(make_corpus: MakeCorpus, tmp_path: Path) -> Corpus:
    (tmp_path / "guide.csv").write_text(GUIDE, encoding="utf-8")
    (tmp_path / "respondents.csv").write_text(RESPONDENTS, encoding="utf-8")
    (tmp_path / "sessions.csv").write_text(SESSIONS, encoding="utf-8")
    found = make_corpus(
        talk("R1", "Det gick fort, och kön var lång.", "Nej, det är enkelt.", "Inget alls."),
        talk("R2", "De får vänta i kön länge.", "Ja, mycket krångligt.", ""),
        talk("R3", "", "Det var tyst i tre veckor.", "Svara någon gång."),
        talk("R4", "Starten är enkel för dem."),
        talk("R5", "Piloten sa också något."),
        talk("R6", "Den som ångrade sig sa detta."),
        codes=("wait", "start", "silence"),
    )
    found.define("delay", coder="A", name="Väntan", kind="theme", questions=["F1", "F2"])
    found.define("wait", coder="A", parent="delay", polarity="barrier", theory=["effort"])
    found.define("silence", coder="A", parent="delay", polarity="barrier")
    found.define("start", coder="A", polarity="success", origin="inductive")
    add(found, "kön var lång", "wait", "R1", "A")
    add(found, "och kön var", "wait", "R1", "B")
    add(found, "det är enkelt", "wait", "R1", "A", stance="denies")
    add(found, "vänta i kön länge", "wait", "R2", "A")
    add(found, "tyst i tre veckor", "silence", "R3", "B")
    add(found, "gick fort", "start", "R1", "A")
    add(found, "Starten är enkel", "start", "R4", "B")
    return found


def add(corpus: Corpus, words: str, code: str, document: str, coder: str, **more: str) -> str:
    return corpus.add(place(corpus, words, document), code, coder=coder, **more)  # type: ignore[arg-type]


def states(corpus: Corpus, theme: str) -> dict[tuple[str, str], str]:
    table = theme_table(corpus).table
    table = table[table["theme"] == theme]
    return {
        (question, name): state
        for question, name, state in zip(
            table["question"], table["respondent"], table["state"], strict=True
        )
    }


def test_every_cell_says_whether_it_was_asked_and_answered(corpus: Corpus) -> None:
    assert states(corpus, "delay") == {
        ("F1", "R1"): "present",
        ("F1", "R2"): "present",
        ("F1", "R3"): "no_text",
        ("F1", "R4"): "absent",
        ("F2", "R1"): "present",
        ("F2", "R2"): "absent",
        ("F2", "R3"): "present",
        ("F2", "R4"): "no_text",
    }
    corpus.state("R3", "F1", "not_asked", coder="A")
    corpus.state("R4", "F2", "answered_elsewhere", coder="A")
    corpus.state("R2", "F2", "not_understood", coder="B")
    found = states(corpus, "delay")
    assert found["F1", "R3"] == "not_asked"
    assert found["F2", "R4"] == "answered_elsewhere"
    assert found["F2", "R2"] == "not_understood"


def test_a_question_that_a_full_transcript_lacks_was_not_asked(corpus: Corpus) -> None:
    sessions = corpus.folder / "sessions.csv"
    sessions.write_text(SESSIONS + "R3,,,,full\n", encoding="utf-8")
    corpus.reload()
    assert states(corpus, "delay")["F1", "R3"] == "not_asked"


def test_what_is_coded_counts_before_what_was_said_about_the_cell(corpus: Corpus) -> None:
    corpus.state("R1", "F1", "not_asked", coder="A")
    assert states(corpus, "delay")["F1", "R1"] == "present"


def test_overlapping_words_of_two_coders_are_one_quote(corpus: Corpus) -> None:
    table = theme_table(corpus).table.set_index(["question", "theme", "respondent"])
    assert table.loc[("F1", "delay", "R1"), "n_quotes"] == 1
    add(corpus, "Det", "wait", "R1", "A")
    table = theme_table(corpus).table.set_index(["question", "theme", "respondent"])
    assert table.loc[("F1", "delay", "R1"), "n_quotes"] == 2


def test_themes_count_who_brings_them_up_of_who_answered(corpus: Corpus) -> None:
    found = theme_table(corpus)
    themes = found.themes.set_index("theme")
    assert list(themes.index) == ["start", "delay"]  # both begin in F1; "start" was made first
    assert list(themes["theme_no"]) == [1, 2]
    row = themes.loc["delay"]
    assert (row["n_respondents"], row["n_with_answers"], row["n_denying"]) == (3, 4, 0)
    assert row["respondents"] == "R1, R2, R3"
    assert (row["segment"], row["polarity"], row["questions"]) == ("Start", "barrier", "F1, F2")
    assert found.wide.loc["delay"].to_dict() == {"R1": 1, "R2": 1, "R3": 1, "R4": 0}
    assert pd.isna(found.wide.loc["start", "R3"])
    assert "3 of 4" in found.summary("en")


def test_a_respondent_who_only_denies_is_counted_apart(corpus: Corpus) -> None:
    add(corpus, "Ja, mycket", "start", "R2", "A", stance="denies")
    themes = theme_table(corpus).themes.set_index("theme")
    assert (themes.loc["start", "n_respondents"], themes.loc["start", "n_denying"]) == (3, 1)
    quotes = theme_table(corpus, quotes=2).quotes.query("theme == 'start'")
    assert "denies" in set(quotes["stance"])


def test_pilot_and_withdrawn_pass_one_gate(corpus: Corpus) -> None:
    assert set(theme_table(corpus).table["respondent"]) == {"R1", "R2", "R3", "R4"}
    assert "R5" not in set(corpus.parts["respondent"])
    assert not {"R5", "R6"} & set(corpus.documents["document"])
    again = Corpus(corpus.folder, include_pilot=True)
    assert "R5" in set(again.documents["document"])
    assert "R6" not in set(again.documents["document"])


def test_adjudicated_away_is_not_counted(corpus: Corpus) -> None:
    act = corpus.codings.query("code == 'silence'")["act"].item()
    corpus.adjudicate(act, "dropped", coder="C")
    assert states(corpus, "delay")["F2", "R3"] == "absent"
    corpus.adjudicate(act, "kept", coder="C")
    assert states(corpus, "delay")["F2", "R3"] == "present"


def test_a_coding_without_a_quote_counts_and_is_shown_as_such(corpus: Corpus) -> None:
    corpus.add(Cell("R4", "F2"), "wait", coder="A")
    corpus.add(Document("R3"), "start", coder="A")
    found = theme_table(corpus)
    row = found.table.set_index(["question", "theme", "respondent"]).loc[("F2", "delay", "R4")]
    assert (row["state"], row["n_quotes"]) == ("present", 0)
    assert found.themes.set_index("theme").loc["delay", "n_without_quote"] == 1
    assert [check.id for check in found.checks] == ["every_coding_has_a_quote"]
    unquoted = gaps(corpus).unquoted
    assert set(unquoted["key"]) == {"delay", "start"}
    assert gaps(corpus).table.set_index("gap").loc["without_quote", "n"] == 2


def test_quotes_stand_word_for_word_and_come_from_several_people(corpus: Corpus) -> None:
    quotes = theme_table(corpus, quotes=3).quotes
    for row in quotes.to_dict("records"):
        assert corpus.text(row["document"])[row["start"] : row["end"]] == row["quote"]
    assert set(quotes.query("theme == 'delay'")["respondent"]) == {"R1", "R2", "R3"}
    assert list(quotes["quote_no"]) == list(range(1, len(quotes) + 1))


def test_a_weighted_quote_is_chosen_first(corpus: Corpus) -> None:
    act = corpus.codings.query("code == 'silence'")["act"].item()
    corpus.weight(act, 3, coder="B")
    assert theme_table(corpus, quotes=1).quotes.query("theme == 'delay'")["act"].item() == act


def test_a_corpus_without_a_guide_has_one_row_per_theme_and_respondent(
    make_corpus: MakeCorpus,
) -> None:
    corpus = make_corpus(interview("R1", [("R1", None, "Kön var lång.")]))
    corpus.add(place(corpus, "Kön"), "wait", coder="A")
    (row,) = theme_table(corpus).table.to_dict("records")
    assert pd.isna(row["question"])
    assert row["state"] == "present"
    assert theme_table(corpus).themes["segment"].isna().all()


def test_an_empty_corpus_gives_empty_tables(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(codes=())
    for made in (theme_table, code_matrix, co_occurrence, polarity_matrix, by_case):
        found = made(corpus)
        assert found.table.empty
        assert found.summary("sv")
        assert found.summary("en")
    assert gaps(corpus).n_answers == 0
    assert framework_matrix(corpus).table.empty
    assert guide_review(corpus).table.empty
    assert theory_against_data(corpus).table.empty


def test_open_answers_stand_under_the_question_as_the_survey_puts_it(repository: Path) -> None:
    bank = wb.load_corpus(repository / "data" / "demo" / "bank")
    for language, put in (("sv", "Varför satte du det betyget?"), ("en", "Why did you give")):
        segments = set(theme_table(bank, language=language).themes["segment"])
        assert len(segments) == 1
        assert segments.pop().startswith(put)
    assert bank.labels["why"] == bank.questions_put["why"]


def test_open_answers_are_tables_of_their_own(corpus: Corpus) -> None:
    from workbench.coding.documents import write_document

    text = "kön är lång\nbra start"
    parts = (
        Part(part=1, start=0, end=11, kind="answer", respondent="p1", question="why"),
        Part(part=2, start=12, end=21, kind="answer", respondent="p2", question="why"),
    )
    about = {"kind": "open_answers"}
    write_document(
        corpus.folder / "documents", DocumentFile(id="why", text=text, parts=parts, about=about)
    )
    corpus.reload()
    corpus.add(Span("why", 0, 11), "wait", coder="A")
    assert "p1" not in set(theme_table(corpus).table["respondent"])
    found = code_matrix(corpus, columns="document", open_answers=True).table
    assert found[["key", "column", "n_passages"]].to_numpy().tolist() == [["wait", "why", 1]]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("document", {("wait", "R1"): 2, ("wait", "R2"): 1, ("start", "R4"): 1}),
        ("side", {("wait", "customer"): 2, ("wait", "staff"): 1, ("start", "staff"): 1}),
        ("case", {("silence", "south"): 1, ("wait", "north"): 3}),
        ("question", {("wait", "F1"): 2, ("wait", "F2"): 1}),
        ("segment", {("wait", "Start"): 2, ("wait", "Krångel"): 1}),
        ("coder", {("wait", "A"): 3, ("wait", "B"): 1}),
    ],
)
def test_code_matrix_counts_passages(
    corpus: Corpus, columns: str, expected: dict[tuple[str, str], int]
) -> None:
    found = code_matrix(corpus, columns=columns)
    counts = found.table.set_index(["key", "column"])["n_passages"].to_dict()
    assert counts.items() >= expected.items()
    assert found.wide.sum().sum() == sum(counts.values())
    with pytest.raises(DataError, match=r"not 'sidee'\. Did you mean 'side'"):
        code_matrix(corpus, columns="sidee")


def test_co_occurrence_counts_units_and_lists_places(corpus: Corpus) -> None:
    found = co_occurrence(corpus, within="answer")
    (pair,) = found.table.to_dict("records")
    assert (pair["one"], pair["other"], pair["n_both"]) == ("start", "wait", 1)
    assert (pair["n_one"], pair["n_other"]) == (2, 3)
    assert found.n_units == 8
    assert pair["jaccard"] == pytest.approx(1 / 4)
    assert pair["expected"] == pytest.approx(3 * 2 / 8)
    assert found.passages["document"].item() == "R1"
    assert co_occurrence(corpus, within="overlap").table.empty
    add(corpus, "fort, och kön", "start", "R1", "A")
    assert co_occurrence(corpus, within="overlap").table["n_both"].item() == 1
    with pytest.raises(DataError, match="'within' must be one of"):
        co_occurrence(corpus, within="page")


def test_polarity_by_case_and_the_exact_test(corpus: Corpus) -> None:
    add(corpus, "Svara någon", "start", "R3", "A", polarity="barrier")
    found = polarity_matrix(corpus)
    table = found.table.set_index(["key", "case"])["polarity"].to_dict()
    assert table["delay", "north"] == "barrier"
    assert table["start", "north"] == "success"
    assert table["start", "south"] == "both"
    factors = found.factors.set_index("key")
    assert factors.loc["delay", "p_value"] == pytest.approx(0.5)  # two of two: 2 x 0.25
    assert factors.loc["start", ["success", "barrier", "both"]].tolist() == [1, 0, 1]


def test_cases_share_themes_or_not_and_sides_meet(corpus: Corpus) -> None:
    found = by_case(corpus)
    kinds = found.table.set_index("key")["kind"].to_dict()
    assert kinds == {"delay": "common", "start": "common"}
    pairs = found.pairs.set_index(["key", "case"])["verdict"].to_dict()
    assert found.sides == ("customer", "staff")
    assert pairs == {
        ("delay", "north"): "both_sides",
        ("delay", "south"): "one_side",
        ("start", "north"): "one_side",
        ("start", "south"): "one_side",
    }
    add(corpus, "Starten är", "silence", "R4", "B", stance="denies")
    pairs = by_case(corpus).pairs.set_index(["key", "case"])["verdict"].to_dict()
    assert pairs["delay", "south"] == "conflict"
    add(corpus, "Svara någon", "start", "R3", "A", polarity="barrier")
    pairs = by_case(corpus).pairs.set_index(["key", "case"])["verdict"].to_dict()
    assert pairs["start", "south"] == "conflict"


def test_theory_is_confirmed_contradicted_or_without_data(corpus: Corpus) -> None:
    (corpus.folder / "theory.csv").write_text(
        "theory_id,claim,source\neffort,Möda sänker,X\nhabit,Vana märks inte,X\n", encoding="utf-8"
    )
    found = theory_against_data(corpus).table.set_index("theory")
    assert found["verdict"].to_dict() == {
        "effort": "mixed",
        "habit": "without_data",
        "trust": "without_data",
        "start": "new",
    }
    assert found.loc["effort", "respondents_denying"] == "R1"
    assert found.loc["effort", "claim"] == "Möda sänker"
    (corpus.folder / "theory.csv").write_text("id,claim\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="must have the columns theory_id and claim"):
        theory_against_data(corpus)


def test_gaps_name_what_is_left_out_and_who_dominates(corpus: Corpus) -> None:
    found = gaps(corpus)
    assert found.n_answers == 8
    assert set(zip(found.uncovered["respondent"], found.uncovered["question"], strict=True)) == {
        ("R1", "F3"),
        ("R2", "F2"),
        ("R3", "F3"),
    }
    assert found.voices[["key", "respondent", "share"]].to_numpy().tolist() == [
        ["delay", "R1", 0.5]
    ]
    for words in ("De får", "vänta i", "länge."):
        add(corpus, words, "start", "R2", "A")
    voices = gaps(corpus).voices.set_index("key")
    assert voices.loc["start", "respondent"] == "R2"
    assert voices.loc["start", "share"] == pytest.approx(3 / 5)
    corpus.define("wait", coder="A", excludes=["start"])
    clashes = gaps(corpus).clashes
    assert clashes.to_numpy().tolist() == [["R1", "start", "wait"], ["R2", "start", "wait"]]


def test_framework_summaries_must_cite_passages_of_their_cell(corpus: Corpus) -> None:
    act = corpus.codings.query("code == 'silence'")["act"].item()
    other = corpus.codings.query("code == 'start'").iloc[0]["act"]
    corpus.summarise(Case("south"), "delay", "Tystnaden är värst.", cites=[act], coder="A")
    corpus.summarise(Case("north"), "delay", "Kön är lång.", cites=[other], coder="A")
    corpus.summarise(Case("south"), "start", "Går bra.", coder="A")
    found = framework_matrix(corpus)
    table = found.table.set_index(["case", "theme"])
    assert table["state"].to_dict() == {
        ("north", "delay"): "without_reference",
        ("north", "start"): "to_summarise",
        ("south", "delay"): "summarised",
        ("south", "start"): "without_reference",
    }
    assert table.loc[("south", "delay"), "summary"] == "Tystnaden är värst."
    assert table.loc[("north", "delay"), "n_broken"] == 1
    assert found.references["quote"].tolist() == ["tyst i tre veckor"]
    assert [check.id for check in found.checks] == [
        "summaries_cite_passages",
        "references_lead_somewhere",
    ]
    with pytest.raises(CorpusError, match="no act 'x'"):
        corpus.summarise(Case("south"), "delay", "y", cites=["x"], coder="A")
    with pytest.raises(CorpusError, match="no case 'souht' in this corpus"):
        corpus.summarise(Case("souht"), "delay", "y", coder="A")


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("Hur gick det till?", []),
        ("Berätta om senaste gången något krånglade.", []),
        ("Är du nöjd med appen?", ["closed"]),
        ("Do you like the app?", ["closed"]),
        ("Tycker du inte att det är krångligt?", ["closed", "leading"]),
        ("Det gick väl bra, eller hur?", ["leading"]),
        ("Surely you liked it?", ["leading"]),
        ("Hur var väntan, och vad kände du?", ["double_barrelled"]),
        ("Var det lätt eller svårt?", ["closed", "double_barrelled"]),
        ("Hur ser du på avgifter och villkor?", []),
        ("What was good? What was bad?", ["double_barrelled"]),
    ],
)
def test_questions_are_linted(text: str, findings: list[str]) -> None:
    assert [finding for finding, _ in question_findings(text)] == findings


def test_the_guide_is_held_against_theory_and_answers(corpus: Corpus) -> None:
    found = guide_review(corpus)
    table = found.table.set_index("question")
    assert table.loc["F2", "findings"] == "closed, leading"
    assert table.loc["F3", "findings"] == "without_theory"
    assert table.loc["F2", "n_theory"] == 2
    linked = found.coverage.set_index(["theory", "question"])["linked"].to_dict()
    assert linked["effort", "F1"] == linked["trust", "F2"] == 1
    assert linked["trust", "F1"] == 0
    assert not table["thin"].any()


def test_thin_answers_are_flagged_while_fieldwork_runs(
    make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    (tmp_path / "guide.csv").write_text(GUIDE, encoding="utf-8")
    long = "Det var så här att vi väntade i flera veckor och ingen hörde av sig alls till oss."
    corpus = make_corpus(*(talk(f"R{n}", long, "Nej.", long) for n in range(1, 5)))
    found = guide_review(corpus)
    assert found.table.set_index("question")["thin"].to_dict() == {
        "F1": False,
        "F2": True,
        "F3": False,
    }
    assert found.checks[-1].id == "answers_are_full"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    from workbench.coding.demo_corpus import write_demo_corpus

    folder = tmp_path_factory.mktemp("demo")
    write_demo_corpus(folder)
    return open_corpus(folder)


def test_the_demo_interviews_give_the_themes_that_were_planted(demo: Corpus) -> None:
    truth = json.loads((demo.folder / "truth.json").read_text(encoding="utf-8"))
    assert demo.problems == []
    assert len(demo.excerpts) == len(truth["codings"])
    table = theme_table(demo).table
    for theme, planted in truth["themes"].items():
        said = table[(table["theme"] == theme) & (table["state"] == "present")]
        affirming = set(said.query("stance != 'denies'")["respondent"])
        assert sorted(affirming) == planted["respondents"]
        assert sorted(set(said.query("stance == 'denies'")["respondent"])) == planted["denied_by"]
    states_ = demo.cells.set_index(["respondent", "question"])["state"]
    for state in truth["states"]:
        assert states_[state["respondent"], state["question"]] == state["state"]


def test_the_demo_corpus_is_written_byte_for_byte_again(repository: Path) -> None:
    from workbench.coding.demo_corpus import demo_corpus_files

    made = demo_corpus_files()
    kept = repository / "data" / "demo" / "interviews"
    assert {name: (kept / name).read_bytes() for name in made} == made
    for folder in ("documents", "codebook", "coding"):
        assert {
            path.relative_to(kept).as_posix() for path in (kept / folder).iterdir()
        } <= made.keys()


def test_the_comments_on_the_letter_are_written_byte_for_byte_again(repository: Path) -> None:
    from workbench.coding.demo_letter import demo_letter_files

    made = demo_letter_files()
    kept = repository / "data" / "demo" / "invoice-letter"
    assert {name: (kept / name).read_bytes() for name in made} == made
    for folder in ("documents", "codebook", "coding"):
        assert {
            path.relative_to(kept).as_posix() for path in (kept / folder).iterdir()
        } <= made.keys()


def test_hostile_words_stay_words(make_corpus: MakeCorpus) -> None:
    said = "<script>alert(1)</script> =cmd|x {{ 7*7 }} \u202eåäö"
    corpus = make_corpus(interview("R1", [("R1", None, said)]))
    corpus.add(place(corpus, said), "wait", coder="A", memo="=1+1")
    assert theme_table(corpus).quotes["quote"].item() == said
    assert gaps(corpus).uncovered.empty


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 10), st.sampled_from("AB")), max_size=15
)


@settings(max_examples=100, deadline=None)
@given(SPANS)
def test_passages_are_the_stretches_that_any_coder_marked(
    spans: list[tuple[int, int, str]],
) -> None:
    frame = pd.DataFrame(
        [(start, start + size, "d", key) for start, size, key in spans],
        columns=["start", "end", "document", "key"],
    )
    found = count_passages(frame, ["key"]).to_dict()
    for key in "AB":
        marked = {place for s, size, k in spans if k == key for place in range(s, s + size)}
        starts = {s for s, _, k in spans if k == key}
        stretches = sum(
            1
            for s in starts
            if s in marked and not any(t < s < t + size for t, size, k in spans if k == key)
        )
        assert found.get(key, 0) == stretches
    assert sum(found.values()) <= len(spans)


def test_every_state_of_every_table_is_one_of_those_named(corpus: Corpus) -> None:
    found = theme_table(corpus)
    assert set(found.table["state"]) | set(found.matrix["state"]) <= set(STATES)
