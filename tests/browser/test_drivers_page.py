"""The drivers page in a browser: accessible, readable on a phone, and it answers first."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe import violations

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
MAXIMUM = 150_000
"""Four large figures in two widths, their tables and the folded ones."""


@pytest.fixture(scope="module")
def folder(demo_folders: dict[str, Path]) -> Path:
    """Return the run folder of the drivers report of the demo bank, in Swedish."""
    return demo_folders["30_drivers/bank/sv"]


@pytest.mark.parametrize(("name", "scheme"), [("report", "light"), ("review", "dark")])
def test_axe_finds_nothing_and_nothing_is_asked_of_the_network(
    folder: Path, open_page: Callable, name: str, scheme: str
) -> None:
    view = open_page(folder / f"{name}.html", scheme=scheme)
    view.page.evaluate(OPEN_ALL)
    assert violations(view.page) == []
    assert view.requests == []
    assert view.page.locator("script").count() == 0


def test_the_page_does_not_scroll_sideways(folder: Path, open_page: Callable) -> None:
    view = open_page(folder / "report.html", width=320)
    view.page.evaluate(OPEN_ALL)
    page, window = view.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert page <= window


def test_the_answer_stands_first_and_the_labels_are_swedish(
    folder: Path, open_page: Callable
) -> None:
    view = open_page(folder / "report.html")
    heading = view.page.locator("h1").inner_text()
    assert heading.startswith("Börja med")
    text = view.page.locator("body").inner_text()
    for label in ("Prioritera", "Förbättra om möjligt", "Bevara", "Lägre prioritet", "nollband"):
        assert label in text
    assert (folder / "report.html").stat().st_size <= MAXIMUM
