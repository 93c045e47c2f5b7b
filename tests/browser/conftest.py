"""A real Chromium for pages: opened in a colour scheme and a width, with axe at hand.

The browser lives as long as one test module: Playwright keeps an event loop running, and notebooks
can't be run beside it. A fixture that runs notebooks must therefore come before ``chromium``.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as one that drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """Return the browser: the environment's, the one setup found, a system's own."""
    noted = ROOT / ".tools" / "chromium.txt"
    candidates = [
        os.environ.get("WORKBENCH_CHROMIUM"),
        noted.read_text(encoding="utf-8").strip() if noted.exists() else None,
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ]
    return next((path for path in candidates if path and Path(path).exists()), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Chromium for the tests of one module."""
    path = chromium_path()
    if path is None:
        pytest.skip("there is no Chromium here: run `make browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in a browser, and what it asked the network for."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """Return what axe-core finds wrong, best practice included, one line each."""
        from axe_playwright_python.sync_playwright import Axe

        options: dict[str, Any] = {"resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{v['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
            for v in found
            for node in v["nodes"]
        ]


OpenPage = Callable[..., Opened]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Return a function that opens a file: ``open_page(path, scheme="dark", width=390)``."""
    contexts: list[Any] = []

    def opening(path: Path, *, scheme: str = "light", width: int = 1024, **more: Any) -> Opened:
        context = chromium.new_context(
            color_scheme=scheme,  # pyright: ignore[reportArgumentType] - light or dark
            viewport={"width": width, "height": 900},
            offline=True,
            **more,
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        address = path.resolve().as_uri()
        opened.page.on(
            "request",
            lambda request: opened.requests.append(request.url) if request.url != address else None,
        )
        opened.page.on("console", lambda message: opened.messages.append(message.text))
        opened.page.on("pageerror", lambda error: opened.messages.append(str(error)))
        opened.page.goto(address)
        return opened

    yield opening
    for context in contexts:
        context.close()
