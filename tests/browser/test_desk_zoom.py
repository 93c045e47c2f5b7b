"""The desk at 200 per cent of the browser's own zoom: all of it is there, by keyboard too.

Browser zoom is set as the profile's default, so that Chromium lays the page out anew: half as many
CSS pixels, twice as many device pixels each. Pinch zoom would only magnify.
"""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe import violations
from plain_desk import PlainDesk
from playwright.sync_api import BrowserType, Page
from studies import long_interview, make_study

from workbench.coding.desk.session import DeskSession

pytestmark = pytest.mark.browser

ZOOM_STEP = 1.2  # Chromium's zoom levels are powers of it


@pytest.fixture
def zoomed(chromium: tuple[BrowserType, str], tmp_path: Path) -> Iterator[Page]:
    """Return a page in a window of 1500 x 950 at 200 per cent."""
    launcher, path = chromium
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    level = {"x": math.log(2) / math.log(ZOOM_STEP)}
    settings = {"partition": {"default_zoom_level": level}}
    (profile / "Default" / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    context = launcher.launch_persistent_context(
        profile,
        executable_path=path,
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1500,950"],
        no_viewport=True,
    )
    yield context.new_page()
    context.close()


INSIDE = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const box = one.getBoundingClientRect();
  return box.left >= 0 && box.right <= innerWidth + 1 && box.top >= 0
    && box.bottom <= innerHeight + 1;
})"""


def test_at_200_per_cent_everything_is_there(
    zoomed: Page, tmp_path: Path, pictures: Callable[..., None]
) -> None:
    corpus = make_study(tmp_path / "study", long_interview(12, 6_000))
    desk = PlainDesk(zoomed, DeskSession(corpus, coder="A", language="sv")).open()
    assert zoomed.evaluate("[innerWidth, devicePixelRatio]") == [750, 2]
    desk.press("s", "c")
    zoomed.keyboard.type("Väntetid")
    desk.press("Enter", "-", "j")
    desk.rest()
    pictures(zoomed, "zoom-200")
    assert zoomed.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert zoomed.evaluate(INSIDE, ".wbd-dh, .wbd-ok, .wbd-tr") == [True] * 3
    marked = zoomed.evaluate(INSIDE, ".wbd-turn.here")
    assert marked == [True]
    assert violations(zoomed) == []
    for key in ("?", "c", "E", "t", "f"):
        desk.press(key)
        box = ".wbd-ov"
        assert zoomed.evaluate(INSIDE, box) == [True], key
        assert zoomed.evaluate("document.querySelector('.wbd-ov').scrollLeft") == 0
        desk.press("Escape")
    assert [act.op for act in corpus.log.acts] == ["add", "polarity"]
    assert desk.errors == []
