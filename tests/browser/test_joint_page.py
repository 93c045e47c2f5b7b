"""The joint page in a browser: accessible in both languages and schemes; folds open to voices."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe import violations

from workbench.report.run import run_notebook

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
OVERFLOW = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture(scope="module", params=["sv", "en"])
def folder(request, tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """Return the run folder of the joint report on the demo bank, in each language."""
    made = run_notebook(
        repository / "notebooks" / "70_joint.ipynb",
        repository / "data" / "demo" / "bank",
        language=request.param,
        out=tmp_path_factory.mktemp("joint"),
    )
    assert made.status == "done"
    return made.folder


@pytest.fixture
def opened(folder: Path, open_page: Callable) -> Callable:
    """Return a function that opens a page of the run: ``opened("review", scheme="dark")``."""
    return lambda name="report", **view: open_page(folder / f"{name}.html", **view)


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("report", "light", 1024),
        ("report", "dark", 1024),
        ("report", "light", 390),
        ("report", "dark", 390),
        ("review", "light", 1024),
        ("review", "dark", 1024),
    ],
)
def test_axe_finds_nothing_and_nothing_is_asked_of_the_network(
    opened: Callable, name: str, scheme: str, width: int
) -> None:
    view = opened(name, scheme=scheme, width=width)
    view.page.evaluate(OPEN_ALL)
    assert violations(view.page) == []
    assert view.requests == []
    assert view.messages == []
    ids = view.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("width", [320, 390, 1024, 1600])
def test_the_page_does_not_scroll_sideways(opened: Callable, width: int) -> None:
    page = opened(width=width).page
    page.evaluate(OPEN_ALL)
    scroll, client = page.evaluate(OVERFLOW)
    assert scroll <= client


def test_a_fold_opens_to_its_voices_by_keyboard_alone(opened: Callable) -> None:
    page = opened().page
    fold = page.locator("details:has(blockquote)").first
    assert not fold.locator("blockquote").first.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    quotes = fold.locator("blockquote")
    assert quotes.first.is_visible()
    said = fold.locator("summary").inner_text()
    assert f"{quotes.count()} " in said


def test_the_page_is_small_and_runs_nothing(folder: Path) -> None:
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert len(html.encode()) <= 150_000
    assert "<script" not in html
