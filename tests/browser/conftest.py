"""A Chromium, and one JupyterLab for all tests of the desk."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "coding"))
from lab import Lab

ROOT = Path(__file__).parents[2]


def _chromium() -> str:
    noted = ROOT / ".tools" / "chromium.txt"
    named = os.environ.get("WORKBENCH_CHROMIUM")
    found = named or (noted.read_text(encoding="utf-8").strip() if noted.exists() else "")
    return found or shutil.which("chromium") or pytest.skip("no Chromium: run `make browser`")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=_chromium(),
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


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start a JupyterLab on a port of its own, in a folder of its own; end it and its kernels."""
    folder = tmp_path_factory.mktemp("lab")
    port = _free_port()
    home = folder / ".jupyter"
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
        "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with (folder / "lab.txt").open("wb") as output:
        started = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status", started)
        found = Lab(folder, port)
        found.setting("apputils-extension:notification", {"fetchNews": "false"})
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGTERM)
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)


def _wait_for(address: str, started: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if started.poll() is not None:
            pytest.fail(f"JupyterLab ended with code {started.returncode}")
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as answer:
            json.load(answer)
            return
        time.sleep(0.1)
    pytest.fail("JupyterLab did not answer within a minute")


@pytest.fixture
def pictures() -> Callable[[Page, str], None]:
    """Return ``take(page, name)``; pictures are kept in WORKBENCH_PICTURES where that is set."""
    folder = os.environ.get("WORKBENCH_PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return take
