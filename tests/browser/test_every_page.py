"""Every kind of page, in both languages and schemes: what axe-core finds, and what it cannot see.

The pages are those of ``make demo``, the pages of a run that fails, the index of reports and the
talks that quotes lead to.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe import violations
from own_checks import (
    content_faults,
    contrast_faults,
    first_sheet,
    keyboard_faults,
    stranded,
)

from workbench.report.demo import DEMOS, ROUNDS
from workbench.report.gallery import write_gallery
from workbench.report.run import run_notebook
from workbench.review.index import write_index

pytestmark = pytest.mark.browser

LANGUAGES = ("sv", "en")
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
OVERFLOW = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
MAXIMUM = 150_000
"""Bytes of a reader's page: six figures in two widths, their tables and all it says."""

REPORTS = [demo.name for demo in DEMOS]
BROKEN = [demo.name for demo in ROUNDS]
"""The trial whose split was broken: what it shows, it shows instead of effects."""

READER = [f"{name}/report" for name in (*REPORTS, *BROKEN)]
REVIEWER = [f"{name}/review" for name in (*REPORTS, BROKEN[0])]
MARKETS = {"market/sv": "se", "market/en": "fi"}
"""A page of its own for the largest market, and for the smallest."""

OTHERS = [f"{kind}/{language}" for kind in ("failure", "failure-review", "index", "talk")
          for language in LANGUAGES] + [*MARKETS]  # fmt: skip

GALLERY = [f"gallery/{language}" for language in LANGUAGES]
"""The figures of all reports once more: axe-core looks at one of them, in one scheme."""


@pytest.fixture(scope="module")
def pages(
    demo_folders: dict[str, Path], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return every page by name: ``20_satisfaction/bank/sv/report``, ``index/en``."""
    found = {
        f"{name}/{page}": folder / f"{page}.html"
        for name, folder in demo_folders.items()
        for page in ("report", "review")
    }
    for name, market in MARKETS.items():
        levels = demo_folders[f"25_levels/bank/{_language(name)}"] / "levels"
        found[name] = levels / f"{market}.html"
    home = tmp_path_factory.mktemp("pages")
    notebook = json.loads((repository / "notebooks" / "20_satisfaction.ipynb").read_text("utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "time")
    cell["source"] = 'wb.nps(answers, "recomend")'
    failing = home / "20_satisfaction.ipynb"
    failing.write_text(json.dumps(notebook), encoding="utf-8")
    bank = repository / "data" / "demo" / "bank"
    for language in LANGUAGES:
        run = run_notebook(failing, bank, language=language, out=home / "failing")
        assert run.status == "failed"
        found[f"failure/{language}"] = run.folder / "report.html"
        found[f"failure-review/{language}"] = run.folder / "review.html"
        talks = demo_folders[f"50_themes/interviews/{language}"] / "transcripts"
        found[f"talk/{language}"] = min(talks.glob("*.html"))
    root = Path(next(iter(demo_folders.values()))).parents[3]
    for page in write_index(root):
        language = re.search(r'<html lang="(\w+)"', page.read_text(encoding="utf-8"))
        assert language is not None
        found[f"index/{language[1]}"] = page
    for page in write_gallery(root, list(demo_folders.values())):
        found[f"gallery/{page.stem.rsplit('.', 1)[-1]}"] = page
    return found


@pytest.fixture
def opened(pages: dict[str, Path], open_page: Callable) -> Callable:
    """Return a function that opens one of the pages by name, with all its folds open."""

    def opening(name: str, **view: object):
        made = open_page(pages[name], **view)
        made.page.evaluate(OPEN_ALL)
        return made

    return opening


def _language(name: str) -> str:
    return next(part for part in name.split("/") if part in LANGUAGES)


@pytest.mark.parametrize("name", [*READER, *REVIEWER, *OTHERS])
def test_axe_finds_nothing_in_either_scheme_and_nothing_is_asked_for(
    opened: Callable, name: str
) -> None:
    view = opened(name)
    assert violations(view.page) == []
    view.page.emulate_media(color_scheme="dark")
    assert violations(view.page) == []
    assert view.requests == []
    assert view.messages == [], "the content security policy has nothing to say"


def test_axe_finds_nothing_in_the_gallery(opened: Callable) -> None:
    view = opened(GALLERY[0])
    assert violations(view.page) == []
    assert view.requests == []


@pytest.mark.parametrize("name", [*READER, *REVIEWER, *OTHERS, *GALLERY])
def test_own_checks_find_nothing(opened: Callable, name: str) -> None:
    page = opened(name).page
    assert content_faults(page, _language(name)) == []
    assert contrast_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert contrast_faults(page) == []
    assert keyboard_faults(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    scroll, client = page.evaluate(OVERFLOW)
    assert scroll <= client, "at 400 per cent nothing scrolls sideways"


@pytest.mark.parametrize("name", READER)
def test_a_readers_page_is_small_and_prints_on_few_sheets(
    pages: dict[str, Path], open_page: Callable, name: str
) -> None:
    assert pages[name].stat().st_size <= MAXIMUM
    page = open_page(pages[name], scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.locator("nav.toc").is_hidden()
    pdf = page.pdf(format="A4", print_background=True)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 16
    assert stranded(page, pdf) == []


FIRST_SHEETS = {
    "60_experiment/invoice-letter/sv/report": ("INFÖR", "Samtal per levererat brev"),
    "60_experiment/invoice-letter/en/report": ("SHIP", "Calls per delivered letter"),
    "70_joint/bank/sv/report": ("Är det verkligt?", "En kunnig rådgivare"),
    "70_joint/bank/en/report": ("Is it real?", "An adviser who knows"),
}
"""Reports whose first printed page holds the answer and the whole figure it rests on."""


@pytest.mark.parametrize("name", FIRST_SHEETS)
def test_the_first_sheet_is_enough_for_who_decides(
    pages: dict[str, Path], open_page: Callable, name: str
) -> None:
    page = open_page(pages[name]).page
    words = first_sheet(page.pdf(format="A4", print_background=True))
    assert [text for text in FIRST_SHEETS[name] if text not in words] == []


PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("name", [n for n in READER if n.startswith("60_experiment")])
def test_the_first_screen_of_a_phone_says_what_would_change_the_verdict(
    pages: dict[str, Path], open_page: Callable, name: str
) -> None:
    page = open_page(pages[name]).page
    page.set_viewport_size(PHONE)
    row = page.locator(".ruling .ans > div").nth(4)
    box = row.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]


def test_a_heading_alone_at_the_foot_is_found(open_page: Callable, tmp_path: Path) -> None:
    path = tmp_path / "stranded.html"
    path.write_text(
        "<style>@page{margin:10mm} div{height:265mm} p{break-before:page}</style>"
        "<div></div><h2>A heading alone</h2><p>What it announces</p>",
        encoding="utf-8",
    )
    page = open_page(path).page
    assert stranded(page, page.pdf(format="A4")) == ["A heading alone"]


FAULTY = {
    "bare": "<table><tr><th scope=col>a</th></tr></table>",
    "unscoped": "<table><caption>c</caption><tr><th>a</th></tr></table>",
    "no table beside": '<figure><svg role="img"><title>NPS fell by 3 points, from 20 to 17 in '
    "June</title></svg></figure>",
    "without the finding's number": '<svg role="img"><title>A chart of something that happened, '
    "no more</title></svg>",
    "heading 1 is followed by 3": "<h3>Too deep</h3>",
    "sv marked as en": "<p>Det är inte jag som har sagt att det ska vara så.</p>",
    "dead": '<a href="#nowhere">there</a>',
    "twice": '<i id="a"></i><i id="a"></i>',
}


@pytest.mark.parametrize("fault", FAULTY)
def test_the_own_checks_can_fail(open_page: Callable, tmp_path: Path, fault: str) -> None:
    path = tmp_path / "faulty.html"
    page = f'<!doctype html><html lang="en"><body><h1>Title</h1>{FAULTY[fault]}</body></html>'
    path.write_text(page, encoding="utf-8")
    found = content_faults(open_page(path).page, "en")
    assert [line for line in found if fault in line]


def test_faint_drawings_and_unseen_focus_are_found(open_page: Callable, tmp_path: Path) -> None:
    path = tmp_path / "faint.html"
    path.write_text(
        '<!doctype html><style>a{outline:none!important}</style><body><a href="#x">x</a>'
        '<svg viewBox="0 0 100 40" width="100"><rect width="100" height="40" fill="#224"/>'
        '<text x="10" y="25" fill="#335" font-size="14">dim</text>'
        '<path d="M0 39H100" stroke="#eee" fill="none"/></svg>',
        encoding="utf-8",
    )
    page = open_page(path).page
    found = contrast_faults(page)
    assert len(found) == 2
    assert any("dim" in line for line in found)
    assert "not seen" in keyboard_faults(page)[0]
