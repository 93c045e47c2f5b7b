"""The report on themes: from the files of a corpus to the page, in one run each."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from small_corpus import interview, open_corpus, place

import workbench as wb
from workbench.coding.corpus import Corpus
from workbench.coding.documents import write_document
from workbench.report.plots.grid import GridCell, GridRow, grid
from workbench.report.plots.interviews import plot_interview_saturation
from workbench.report.plots.matrices import plot_by_case
from workbench.report.plots.themes import STATE_SIGNS, plot_theme_table, plot_who
from workbench.report.run import Run, run_notebook
from workbench.report.show import bundle
from workbench.report.wording.theme_report import ThemeConclusions
from workbench.results.themes import STATES

MAXIMUM = 150_000
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "=cmd|'x'!A0",
)
METHOD = """
sample = "<script>sample</script>"
selection = "Who answered."
guide_version = "1"
coders = "One person."
limits = "{{ 7*7 }}"
"""


def run(study: Path, out: Path, repository: Path, language: str) -> Run:
    return run_notebook(
        repository / "notebooks" / "50_themes.ipynb", study, language=language, out=out
    )


def words_of(html: str) -> str:
    without = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Run:
    study = repository / "data" / "demo" / "interviews"
    made = run(study, tmp_path_factory.mktemp("themes"), repository, "sv")
    assert made.status == "done"
    return made


@pytest.fixture(scope="module")
def page(demo: Run) -> str:
    return (demo.folder / "report.html").read_text(encoding="utf-8")


def test_the_page_leads_with_the_theme_most_bring_up(page: str, demo: Run) -> None:
    words = words_of(page)
    assert "Väntan är värst utan besked: 7 av 8 tar upp det" in words
    assert "Alla 10 koder håller, 2 av dem tills vidare" in words
    assert "Urval. Åtta samtal i maj 2026" in words
    assert len(page.encode()) < MAXIMUM
    results = json.loads((demo.folder / "results.json").read_text(encoding="utf-8"))
    assert "themes" in json.dumps(results)


def test_every_quote_leads_to_its_place_and_back(page: str, repository: Path) -> None:
    targets = set(re.findall(r' id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= targets
    quotes = [link for link in links if link.startswith("quote-")]
    marked = [unescape(text) for text in re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)]
    assert len(quotes) == len(marked) == 20
    documents = repository / "data" / "demo" / "interviews" / "documents"
    texts = [path.read_text(encoding="utf-8") for path in documents.glob("*.txt")]
    assert all(any(quote in text for text in texts) for quote in marked)


def test_every_quote_leads_into_the_whole_talk(page: str, demo: Run) -> None:
    outside = re.findall(r'href="(transcripts/[^"]+)"', page)
    with_act = [link.split("#") for link in outside if "#" in link]
    assert len(with_act) == 20
    for path, act in with_act:
        assert f'id="{act}"' in (demo.folder / path).read_text(encoding="utf-8")


def test_signs_are_words_too(page: str) -> None:
    words = words_of(page)
    assert "○ nämns ej; – ej ställd" in words
    assert "– ej ställd" in words
    for sign, word in (("▲", "hjälper"), ("▼", "hinder"), ("◆", "båda")):
        assert f"{sign} {word}" in words


# -- comments of a survey -------------------------------------------------------------------------


def test_comments_coded_by_rules_are_shares_and_name_nobody(
    tmp_path: Path, repository: Path
) -> None:
    made = run(repository / "data" / "demo" / "bank", tmp_path, repository, "sv")
    assert made.status == "done"
    html = (made.folder / "report.html").read_text(encoding="utf-8")
    words = words_of(html)
    assert "Appen klarar vardagen: 77 av 384 tar upp det" in words
    assert "Varför satte du det betyget? 1 Väntan utan besked" in words
    assert "Dess regler har kodat alla kommentarer i juni; ingen har kodat dem för hand." in words
    assert "Inte prövat: färre än två personer har kodat" in words
    assert "Alfa" not in words.split("Metod och gränser")[0].split("Ordlista")[0]
    assert len(html.encode()) < MAXIMUM
    bank = wb.load_corpus(repository / "data" / "demo" / "bank")
    pseudonyms = set(bank.parts["respondent"])
    assert len(pseudonyms) == 384
    for path in made.folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            assert not any(name in text for name in pseudonyms), path.name


# -- a study whose every text attacks -------------------------------------------------------------


def write_study(folder: Path, method: str, approach: str = "codebook") -> Corpus:
    folder.mkdir()
    (folder / "study.toml").write_text(
        f'[study]\nid = "x"\ntitle = "{{{{ 7*7 }}}}"\nlanguage = "en"\n'
        f'[corpus]\napproach = "{approach}"\n[corpus.method]\n{method}',
        encoding="utf-8",
    )
    (folder / "guide.csv").write_text(
        f'question_id,question,segment\nF1,"{ATTACKS[0]}","{ATTACKS[2]}"\n', encoding="utf-8"
    )
    (folder / "respondents.csv").write_text(
        f"respondent,case,role,side,pilot,consent\nR1,c,<i>role</i>,one,no,yes\n"
        f"R2,c,{ATTACKS[3]},other,no,yes\n",
        encoding="utf-8",
    )
    for name in ("R1", "R2"):
        answers = [(name, "F1", f"Well {attack}, I say.") for attack in ATTACKS]
        write_document(folder / "documents", interview(name, [(None, "F1", "Why?"), *answers]))
    corpus = open_corpus(folder)
    for number, attack in enumerate(ATTACKS):
        fields = {"name": attack, "definition": attack, "motivation": attack, "kind": "theme"}
        corpus.define(f"t{number}", coder="A", polarity="barrier", **fields)
        for name in ("R1", "R2"):
            corpus.add(place(corpus, attack, name), f"t{number}", coder="A")
    return corpus


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_hostile_words_stay_words_and_a_reflexive_study_measures_nothing(
    tmp_path: Path, repository: Path
) -> None:
    write_study(tmp_path / "x", 'outcomes_sampled = "successes"' + METHOD, approach="reflexive")
    made = run(tmp_path / "x", tmp_path / "out", repository, "en")
    assert made.status == "done"
    html = (made.folder / "report.html").read_text(encoding="utf-8")
    elements = _Elements()
    elements.feed(html)
    assert not elements.names & {"script", "iframe", "object", "embed"}
    assert elements.handlers == []
    assert all(source.startswith("data:") for source in re.findall(r'<img[^>]*src="([^"]*)', html))
    words = words_of(html)
    for attack in ATTACKS:
        assert attack in words
    assert "49" not in re.findall(r"\d+", words.split("What happened?")[0])
    assert "Agreement between coders is not measured here" in words
    assert "Saturation is not measured here" in words
    assert "Krippendorff" not in words
    top = words.split("On this page")[0]
    assert "Only successes were sampled" in top
    assert "Alpha" not in top


def test_an_empty_method_stops_the_report(tmp_path: Path, repository: Path) -> None:
    write_study(tmp_path / "x", METHOD.replace("Who answered.", ""))
    made = run(tmp_path / "x", tmp_path / "out", repository, "en")
    assert made.status == "failed"
    html = (made.folder / "report.html").read_text(encoding="utf-8")
    assert "selection is empty" in words_of(html)
    assert "alert(1)" not in html


# -- conclusions ----------------------------------------------------------------------------------


def conclusions(corpus: Corpus) -> ThemeConclusions:
    return ThemeConclusions(
        themes=wb.theme_table(corpus),
        gaps=wb.gaps(corpus),
        method=wb.method_section(corpus),
        agreement=wb.code_agreement(corpus, bootstrap=50),
        saturation=wb.interview_saturation(corpus, orders=10),
        labels=corpus.labels,
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    write_study(tmp_path / "x", METHOD)
    return wb.load_corpus(tmp_path / "x")


def test_one_coder_is_said_to_be_unchecked(corpus: Corpus) -> None:
    answer = conclusions(corpus).answer()
    assert "fewer than two people coded alone" in answer.real.render("en")
    assert answer.now is not None
    assert "comparison group" in answer.now.render("en")


def test_no_conclusion_rests_on_a_code_that_coders_differ_on(corpus: Corpus) -> None:
    for name in ("R1", "R2"):
        for number in (1, 2, 3):
            corpus.add(place(corpus, ATTACKS[number], name), f"t{number}", coder="B")
        corpus.add(place(corpus, ATTACKS[1], name), "t0", coder="B")
    found = conclusions(corpus)
    assert found.agreement is not None
    weak = found.agreement.table.set_index("code")["verdict"]
    assert weak["t0"] == "not_enough"
    assert (weak.drop("t0") == "enough").all()
    answer = found.answer()
    for part in (answer.title, answer.happened, answer.now):
        assert part is not None
        assert ATTACKS[0] not in part.render("en")
    assert ATTACKS[1] in answer.title.render("en")
    assert ATTACKS[0] in "\n".join(item.render("en") for item in found.unsaid().items)


def test_nothing_coded_gives_an_answer_that_says_so(tmp_path: Path) -> None:
    corpus = write_study(tmp_path / "x", METHOD)
    for act in list(corpus.settled["act"]):
        corpus.remove(act, coder="A")
    answer = conclusions(wb.load_corpus(tmp_path / "x")).answer()
    assert answer.title.render("en") == "Nothing that holds has been coded yet"


# -- figures --------------------------------------------------------------------------------------


def texts_on(ax: object) -> list[str]:
    return [text.get_text() for text in ax.texts]  # type: ignore[attr-defined]


def axes() -> object:
    return Figure(figsize=(14, 6)).add_subplot()


@pytest.mark.parametrize("narrow", [False, True])
def test_the_matrix_shows_every_state_by_a_sign_of_its_own(corpus: Corpus, narrow: bool) -> None:
    who = wb.theme_table(corpus).who
    states = [*STATES, *STATES][: len(who.table)]
    table = who.table.head(len(states)).assign(
        theme="t", respondent=[f"R{n}" for n in range(len(states))], state=states, n_answers=7
    )
    shown = texts_on(plot_who(replace(who, table=table), ax=axes(), narrow=narrow))
    signs = [cell.text for cell in STATE_SIGNS.values() if cell.text]
    assert set(signs) <= set(shown)
    assert shown.count("7") == states.count("present")
    looks = {(cell.text, cell.style) for cell in STATE_SIGNS.values()}
    assert len(looks) == len(STATE_SIGNS) == len(STATES) - 1


def test_a_hundred_respondents_still_fit() -> None:
    rows = [GridRow(name="t", cells=[GridCell("1", "said")] * 100, end="100 of 100")]
    ax = grid(rows, [(f"R{n}", "kund") for n in range(100)], ax=axes())
    assert ax.get_xlim()[1] < 1040


def test_cases_are_drawn_with_both_sides(repository: Path) -> None:
    talks = wb.load_corpus(repository / "data" / "demo" / "interviews")
    found = wb.by_case(talks)
    shown = texts_on(plot_by_case(found, ax=axes()))
    verdicts = found.pairs["verdict"]
    assert shown.count("●●") == (verdicts == "both_sides").sum()
    assert shown.count("●○") + shown.count("○●") == (verdicts == "one_side").sum()


def test_open_answers_are_drawn_as_shares(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"respondent": [f"p{n}" for n in range(30)], "text": ["slow queue", "fine"] * 15}
    )
    model = Corpus(tmp_path).model.model_copy(update={"redact": "off"})
    wb.import_table(tmp_path, frame, text="text", respondent="respondent", model=model)
    corpus = open_corpus(tmp_path)
    corpus.define("queue", coder="A", name="Queue", definition="Waiting")
    file = next(iter(corpus.files.values()))
    for part in file.parts[::2]:
        span = wb.Span(file.id, part.start, part.end)
        corpus.add(span, "queue", coder="A")
    themes = wb.theme_table(corpus)
    (row,) = themes.themes.to_dict("records")
    assert (row["share"], row["n_with_answers"]) == (0.5, 30)
    assert row["ci_low"] == pytest.approx(0.3315, abs=1e-3)
    ax = plot_theme_table(themes, ax=axes())
    assert any("50%" in text and "33%" in text for text in texts_on(ax))


def test_curves_end_where_the_numbers_do(repository: Path) -> None:
    talks = wb.load_corpus(repository / "data" / "demo" / "interviews")
    found = wb.interview_saturation(talks, orders=10)
    ax = plot_interview_saturation(found, ax=axes())  # type: ignore[arg-type]
    lines = [list(line.get_ydata()) for line in ax.lines]
    assert lines[0] == pytest.approx(list(found.table["found"]))
    assert lines[1] == pytest.approx(list(found.table["settled"]))


SHOWN: tuple[Callable[[Corpus], object], ...] = (
    wb.theme_table,
    lambda corpus: wb.theme_table(corpus).who,
    wb.by_case,
    wb.polarity_matrix,
    wb.theory_against_data,
    wb.co_occurrence,
    wb.code_matrix,
    wb.framework_matrix,
    wb.gaps,
    wb.guide_review,
    wb.interview_saturation,
    wb.code_agreement,
    wb.passage_agreement,
    lambda corpus: wb.quotes_in_place(corpus, wb.theme_table(corpus)),
)


@pytest.mark.parametrize("make", SHOWN)
@pytest.mark.parametrize("coded", [True, False])
def test_everything_can_be_shown_coded_or_not(
    tmp_path: Path, make: Callable[[Corpus], object], coded: bool
) -> None:
    writer = write_study(tmp_path / "x", METHOD)
    if not coded:
        for act in list(writer.settled["act"]):
            writer.remove(act, coder="A")
    corpus = wb.load_corpus(tmp_path / "x")
    for language in ("sv", "en"):
        shown = bundle(make(corpus), id="x", language=language, labels=corpus.labels)  # type: ignore[arg-type]
        assert "<script>alert" not in shown["text/html"]
