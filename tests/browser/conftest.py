"""A Chromium, and one JupyterLab for all tests of the desk."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "coding"))
from lab import Desks, Lab, started_lab

from workbench.report.run import run_notebook

ROOT = Path(__file__).parents[2]


def _chromium() -> str:
    noted = ROOT / ".tools" / "chromium.txt"
    named = os.environ.get("WORKBENCH_CHROMIUM")
    found = named or (noted.read_text(encoding="utf-8").strip() if noted.exists() else "")
    return found or shutil.which("chromium") or pytest.skip("no Chromium: run `make browser`")


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[BrowserType, str]]:
    """Return what launches a Chromium, and where it is."""
    path = _chromium()
    with sync_playwright() as playwright:
        yield playwright.chromium, path


@pytest.fixture(scope="session")
def browser(chromium: tuple[BrowserType, str]) -> Iterator[Browser]:
    launcher, path = chromium
    opened = launcher.launch(
        executable_path=path,
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1500, "height": 950}, locale="en-GB")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@dataclass
class Opened:
    """A page in a browser, what it asked the network for, and what its console said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Return a function that opens a file offline: ``open_page(path, scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def opening(path: Path, *, scheme: str = "light", width: int = 1024) -> Opened:
        context = browser.new_context(
            color_scheme=scheme,  # pyright: ignore[reportArgumentType] - light or dark
            viewport={"width": width, "height": 900},
            offline=True,
        )
        contexts.append(context)
        view = Opened(context.new_page())
        address = path.resolve().as_uri()
        view.page.on(
            "request",
            lambda request: view.requests.append(request.url) if request.url != address else None,
        )
        view.page.on("console", lambda message: view.messages.append(message.text))
        view.page.on("pageerror", lambda error: view.messages.append(str(error)))
        view.page.goto(address)
        return view

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def themes_folder(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """Return the run folder of 50_themes on the demo interviews, in Swedish."""
    made = run_notebook(
        repository / "notebooks" / "50_themes.ipynb",
        repository / "data" / "demo" / "interviews",
        language="sv",
        out=tmp_path_factory.mktemp("themes"),
    )
    assert made.status == "done"
    return made.folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start one JupyterLab for all tests, in a folder of its own; end it and its kernels."""
    with started_lab(tmp_path_factory.mktemp("lab")) as found:
        yield found


@pytest.fixture(scope="session")
def desks(lab: Lab, browser: Browser) -> Iterator[Desks]:
    """Open desks in one tab of JupyterLab."""
    found = Desks(lab, browser)
    yield found
    found.context.close()


@pytest.fixture
def pictures() -> Callable[[Page, str], None]:
    """Return ``take(page, name)``; pictures are kept in WORKBENCH_PICTURES where that is set."""
    folder = os.environ.get("WORKBENCH_PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            target = Path(folder) / f"{name}.png"
            page.screenshot(path=target)
            picture = Image.open(target).convert("RGB")
            few = picture.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(target, optimize=True)

    return take
