"""Pages in a browser: accessible, alone, readable at every width, in every scheme, on paper."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from axe import violations

pytestmark = pytest.mark.browser

LANGUAGES = ("sv", "en")
PAGES = [f"{page}-{language}" for page in ("report", "review", "failure") for language in LANGUAGES]
MAXIMUM = 150_000

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
OVERFLOW = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture(scope="module")
def pages(
    demo_report: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> dict[str, Path]:
    """Return the demo report's pages, and those of a run that fails, in both languages."""
    found: dict[str, Path] = {}
    home = tmp_path_factory.mktemp("failing")
    notebook = json.loads((repository / "notebooks" / "20_satisfaction.ipynb").read_text("utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "time")
    cell["source"] = 'wb.nps(answers, "recomend")'
    failing = home / "20_satisfaction.ipynb"
    failing.write_text(json.dumps(notebook), encoding="utf-8")
    for language in LANGUAGES:
        folder = demo_report(language)
        found |= {f"{name}-{language}": folder / f"{name}.html" for name in ("report", "review")}
        arguments = [str(failing), "--study", str(repository / "data" / "demo" / "bank")]
        arguments += ["--language", language, "--out", str(home / "out")]
        done = subprocess.run(
            [sys.executable, "-m", "workbench", "run", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2, done.stderr
        found[f"failure-{language}"] = Path(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def opened(pages: dict[str, Path], open_page: Callable) -> Callable:
    """Return a function that opens one of the pages by name: ``opened(name, scheme="dark")``."""
    return lambda name, **view: open_page(pages[name], **view)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_asked_of_the_network(
    opened: Callable, name: str, scheme: str
) -> None:
    view = opened(name, scheme=scheme)
    view.page.evaluate(OPEN_ALL)
    assert violations(view.page) == []
    assert view.requests == []
    assert view.messages == [], "the content security policy has nothing to say"
    assert view.page.locator("script").count() == 0
    ids = view.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("width", [320, 390, 1600])
@pytest.mark.parametrize("name", ["report-sv", "review-en", "failure-sv"])
def test_no_page_scrolls_sideways_at_400_per_cent_or_on_a_phone(
    opened: Callable, name: str, width: int
) -> None:
    view = opened(name, width=width)
    view.page.evaluate(OPEN_ALL)
    scroll, client = view.page.evaluate(OVERFLOW)
    assert scroll <= client


def test_a_phone_is_accessible_too(opened: Callable) -> None:
    view = opened("report-sv", width=390, scheme="dark")
    assert violations(view.page) == []


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_small(pages: dict[str, Path], name: str) -> None:
    """150 KB for six charts: the reader's page whole, the reviewer's by its charts."""
    page = pages[name].read_text(encoding="utf-8")
    drawn = sum("<svg" in figure for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL))
    charts = drawn if name.startswith("review") else 0
    assert len(page.encode()) <= MAXIMUM * max(1, charts / 6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_headings_and_tables(opened: Callable, language: str) -> None:
    page = opened(f"report-{language}").page
    assert page.locator("html").get_attribute("lang") == language
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator("table").count() == page.locator("table > caption").count()
    assert page.locator("th:not([scope])").count() == 0


def test_every_figure_has_its_numbers_beside_it(opened: Callable) -> None:
    page = opened("report-en").page
    figures = page.locator("figure")
    assert figures.count() >= 6
    for number in range(figures.count()):
        figure = figures.nth(number)
        assert figure.locator("xpath=following-sibling::details//table").count() >= 1
        drawing = figure.locator("svg:visible")
        assert drawing.count() == 1
        text = drawing.locator("title").text_content()
        assert text is not None
        assert 40 <= len(text) <= 300
        assert re.search(r"\d", text), "the finding's number"


def test_one_drawing_shows_at_a_time_and_text_stays_readable(opened: Callable) -> None:
    for width in (390, 1024):
        page = opened("report-sv", width=width).page
        figures = page.locator("figure")
        for number in range(figures.count()):
            assert figures.nth(number).locator("svg:visible").count() == 1
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('figure svg text')]"
            ".filter(t => t.getBoundingClientRect().height > 0)"
            ".map(t => t.getBoundingClientRect().height))"
        )
        assert smallest >= 11


def test_figures_follow_the_colour_scheme(opened: Callable) -> None:
    ink = "getComputedStyle(document.querySelector('figure svg text')).fill"
    colours = [opened("report-sv", scheme=s).page.evaluate(ink) for s in ("light", "dark")]
    assert colours[0] != colours[1]


def test_the_keyboard_reaches_the_answer_first(opened: Callable) -> None:
    page = opened("report-sv").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#answer")
    targets = page.evaluate("[...document.querySelectorAll('.toc a')].map(a => a.hash.slice(1))")
    assert all(page.locator(f"[id='{target}']").count() == 1 for target in targets)


def test_print_is_light_and_whole(opened: Callable) -> None:
    view = opened("report-sv", scheme="dark", width=1024)
    view.page.emulate_media(media="print", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert view.page.evaluate(paper) == "rgb(255, 255, 255)"
    assert view.page.locator("nav.toc").is_hidden()
    pdf = view.page.pdf(format="A4", print_background=True)
    n_pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 2 <= n_pages <= 9


def test_the_failure_page_tells_what_where_and_how(opened: Callable) -> None:
    page = opened("failure-sv").page
    assert "Did you mean 'recommend'" in page.inner_text("main [lang='en']")
    questions = page.locator("dl.ans dt").all_inner_texts()
    assert questions == ["Vad har hänt?", "Var?", "Hur lagas det?"]
