"""A page is read from a notebook: sections, findings, and nothing that runs."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from nbformat import NotebookNode

import workbench as wb
from workbench.language import Message
from workbench.report.cells import clean_html, payloads_of
from workbench.report.html import render_page
from workbench.report.page import Context, build_page
from workbench.report.show import bundle
from workbench.results.report import Answer, Statements
from workbench.survey.nps import nps

Executed = Callable[..., NotebookNode]
HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}",
    "{% raw %}",
    "javascript:alert(1)",
    "\u202egnp.exe",
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "</style><script>",
    "$$\\href{javascript:alert(1)}{x}$$",
]


def _answers(markets: list[str]) -> pd.DataFrame:
    rows = [(market, score) for market in markets for score in [10, 3, 8, 9, 7] * 4]
    return pd.DataFrame(rows, columns=["market", "q"])


def _result(*markets: str) -> dict[str, object]:
    return bundle(nps(_answers(list(markets or ("SE", "NO"))), "q", by="market"))


def _answer(title: str = "Finding") -> dict[str, object]:
    text = Message("{text}", text=title)
    return bundle(Answer(title=text, happened=text, real=text, now=text, unsaid=text))


def _html(notebook: NotebookNode, *, reviewer: bool = False, study: str = "Study") -> str:
    page = build_page(notebook, language="en", context=Context(study=study))
    return render_page(page, reviewer=reviewer)


def test_the_answer_is_lifted_to_the_top_and_names_the_page(executed: Executed) -> None:
    html = _html(executed(_result(), _answer("NPS fell")))
    assert '<h1 id="answer">NPS fell</h1>' in html
    assert "<title>NPS fell – Study</title>" in html
    assert html.index("What happened?") < html.index("<section")


def test_the_first_finding_is_the_sections_heading(executed: Executed) -> None:
    page = build_page(executed(_result()), language="en", context=Context(study="S"))
    section = page.sections[0]
    assert section.label == "Section"
    assert "NPS" in section.heading
    assert section.blocks[-1].heading == ""


def test_a_section_without_anything_to_read_is_left_out_for_the_reader(executed: Executed) -> None:
    notebook = executed(heading="## Load")
    assert "Load" not in _html(notebook)
    notebook.cells.append(executed(_result()).cells[-1])
    assert "Load" in _html(notebook)


def test_code_is_for_the_reviewer_only(executed: Executed) -> None:
    notebook = executed(_result())
    assert "show(1)" not in _html(notebook)
    assert "show(1)" in _html(notebook, reviewer=True)


def test_every_figure_has_a_table_and_a_text_with_its_number(executed: Executed) -> None:
    html = _html(executed(_result()))
    assert html.count("<figure>") == html.count("The numbers behind the figure")
    titles = re.findall(r"<title id=[^>]*>([^<]*)</title>", html)
    assert titles
    assert all(40 <= len(title) <= 300 and re.search(r"\d", title) for title in titles)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text_wherever_it_comes_from(executed: Executed, text: str) -> None:
    notebook = executed(_result(text, "NO"), _answer(text))
    context = Context(study=text, state=(text,), draft=(text,), provenance=((text, text),))
    page = build_page(notebook, language="en", context=context)
    for reviewer in (False, True):
        elements = _elements(render_page(page, reviewer=reviewer))
        assert not {tag for tag, _ in elements} & {"script", "img", "base", "iframe", "object"}
        names = {name for _, attributes in elements for name in attributes}
        assert not [name for name in names if name.startswith("on")]
        links = {attributes["href"] for _, attributes in elements if "href" in attributes}
        assert all(str(link).startswith("#") for link in links)
        assert [tag for tag, _ in elements].count("style") == 1


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(html)
    return parser.found


def test_templates_are_not_made_of_data(executed: Executed) -> None:
    assert "{{ 7*7 }}" in _html(executed(_answer("{{ 7*7 }}")))


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<script>x</script>b", "b"),
        ("<a href='javascript:x'>c</a>", "<a>c</a>"),
        ("<svg><script>x</script></svg>d", "d"),
        ("<base href='https://x'><meta http-equiv=refresh>e", "e"),
        ("<table><tr><td>1</td></tr>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
        ("<style>@import 'https://x'</style>f", "f"),
        ("<iframe src='https://x'></iframe>g", "g"),
    ],
)
def test_foreign_html_is_cleaned(html: str, kept: str) -> None:
    assert str(clean_html(html)) == kept


def test_other_outputs_are_cleaned_or_escaped(executed: Executed) -> None:
    html = _html(
        executed(
            {"text/html": "<b>frame</b><script>alert(1)</script>", "text/plain": "frame"},
            {"text/plain": "<script>alert(2)</script>"},
            {"image/png": "aGVq\n", "text/plain": "<Figure>"},
        )
    )
    assert "<b>frame</b>" in html
    assert "<script" not in html
    assert "&lt;script&gt;alert(2)" in html
    assert "<img" not in html, "a picture without a text alternative is not shown"


def test_markdown_is_translated_block_by_block(executed: Executed) -> None:
    notebook = executed(_result(), heading="## Over time\n\nFree text.")
    page = build_page(notebook, language="sv", context=Context(study="S"))
    assert page.sections[0].label == "Över tid"
    assert "Free text." in page.sections[0].blocks[0].html


def test_a_draft_says_why(executed: Executed) -> None:
    notebook = executed(_answer())
    page = build_page(notebook, language="sv", context=Context(study="S", draft=("Skäl",)))
    html = render_page(page)
    assert "UTKAST" in html
    assert "Skäl" in html
    assert "<title>Utkast: " in html


def test_two_results_with_one_id_are_an_error(executed: Executed) -> None:
    with pytest.raises(wb.RunError, match=r"Two results.*'nps_by_market'"):
        list(payloads_of(executed(_result(), _result())))


def test_what_cannot_be_said_and_warnings_have_their_places(executed: Executed) -> None:
    words = Message("**Lead.** Text")
    html = _html(
        executed(
            bundle(Statements(role="unsaid", items=(words,))),
            bundle(Statements(role="warning", items=(words,), title=Message("Beware"))),
        )
    )
    assert '<section id="unsaid"' in html
    assert "<b>Lead.</b> Text" in html
    assert "▲ Beware" in html


def test_headings_follow_each_other_and_ids_are_unique(executed: Executed) -> None:
    notebook = executed(_result(), _answer(), heading="## A")
    other = bundle(nps(_answers(["x", "y"]), "q", by="market"), id="other")
    notebook.cells.extend(executed(other, heading="## A").cells[2:])
    html = _html(notebook)
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_the_page_can_be_made_again_from_the_stored_notebook(executed: Executed) -> None:
    notebook = executed(_result())
    again = json.loads(json.dumps(notebook))
    from nbformat import from_dict

    assert _html(from_dict(again)) == _html(notebook)
