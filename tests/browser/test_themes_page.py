"""The page of themes in a browser: accessible in both widths, and its quotes can be followed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe import violations

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
OVERFLOW = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture
def opened(themes_folder: Path, open_page: Callable) -> Callable:
    """Return a function that opens a page of the run: ``opened("review", scheme="dark")``."""
    return lambda name="report", **view: open_page(themes_folder / f"{name}.html", **view)


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [("report", "light", 1024), ("review", "dark", 1024), ("report", "dark", 390)],
)
def test_axe_finds_nothing_and_nothing_is_asked_of_the_network(
    opened: Callable, name: str, scheme: str, width: int
) -> None:
    view = opened(name, scheme=scheme, width=width)
    page = view.page
    page.evaluate(OPEN_ALL)
    assert violations(page) == []
    assert view.requests == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("width", [320, 390, 1600])
def test_the_page_does_not_scroll_sideways(opened: Callable, width: int) -> None:
    page = opened(width=width).page
    page.evaluate(OPEN_ALL)
    scroll, client = page.evaluate(OVERFLOW)
    assert scroll <= client


def test_a_quote_leads_to_its_answer_and_the_answer_back(opened: Callable) -> None:
    page = opened().page
    link = page.locator("#said-9 a")
    said = page.locator("#said-9 p").inner_text()
    link.click()
    assert page.url.endswith("#quote-9")
    assert page.locator("#quote-9 mark").inner_text() in said
    page.locator('#quote-9 a[href="#said-9"]').click()
    assert page.url.endswith("#said-9")
