"""Drive the desk in a real JupyterLab as a person would: open a notebook, run a cell, press."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TookTooLong


@dataclass
class Lab:
    """A running JupyterLab."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def notebook(self, name: str, *cells: str) -> str:
        """Write a notebook with these cells, and return its name."""
        made = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(made, self.folder / f"{name}.ipynb")
        return f"{name}.ipynb"

    def api(self, path: str, method: str = "GET", body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/{path}", data, method=method)  # noqa: S310 - our own server
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
            text = answer.read()
        return json.loads(text) if text else None

    def kernel_of(self, notebook: str) -> str:
        sessions = [one for one in self.api("api/sessions") if one["path"] == notebook]
        return str(sessions[0]["kernel"]["id"])

    def setting(self, plugin: str, values: dict[str, object]) -> None:
        address = f"lab/api/settings/@jupyterlab/{plugin}"
        self.api(address, "PUT", {"raw": json.dumps(values)})


_STARTED = (
    "() => !/^\\[ \\]/.test(document.querySelector('.jp-InputArea-prompt').textContent.trim())"
)
_FAULT = ", ".join(
    f".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.{kind}']"
    for kind in ("stderr", "error")
)


class DeskPage:
    """A desk in one tab of JupyterLab."""

    def __init__(self, lab: Lab, page: Page, notebook: str) -> None:
        self.lab = lab
        self.page = page
        self.notebook = notebook
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))

    def open(self) -> "DeskPage":
        """Load the notebook and wait for its kernel."""
        self.page.goto(f"{self.lab.address}/lab/tree/{self.notebook}?reset")
        self.page.wait_for_selector(".jp-NotebookPanel-toolbar [data-status=idle]")
        return self

    def run(self) -> "DeskPage":
        """Run the first cell and wait for the desk."""
        self.page.click(".jp-Notebook .jp-CodeCell .cm-content >> nth=0")
        self.page.wait_for_function(
            "() => document.querySelector('.jp-Notebook .jp-InputArea-prompt').textContent.trim()"
        )
        for _ in range(20):  # a key pressed before the kernel is connected is lost
            self.page.keyboard.press("Control+Enter")
            try:
                self.page.wait_for_function(_STARTED, timeout=2000)
                break
            except TookTooLong:
                continue
        return self.ready()

    def run_instead(self, cell: str) -> "DeskPage":
        """Write another cell in place of the first and run it, in the same kernel."""
        self.page.evaluate(
            "() => document.querySelectorAll('.wbd')"
            ".forEach((one) => { one.dataset.ready = 'old'; })"
        )
        self.page.click(".jp-Notebook .jp-CodeCell .cm-content >> nth=0")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(cell)
        self.page.keyboard.press("Control+Enter")
        return self.ready()

    def ready(self) -> "DeskPage":
        """Wait for the desk, or fail with what the cell says."""
        self.page.wait_for_selector(f".wbd[data-ready=yes], {_FAULT}")
        found = self.page.query_selector(_FAULT)
        assert found is None, found and found.inner_text()
        self.desk("d.focus()")
        return self

    def save(self) -> None:
        """Save the notebook, so that another tab or a reload finds its cell."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def theme(self, name: str) -> None:
        """Change the theme of this page, as its menu does."""
        self.page.evaluate(
            "(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")

    def press(self, *keys: str) -> None:
        """Press keys without waiting between them, then wait until every message is answered."""
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def settle(self) -> None:
        self.page.wait_for_function(
            "() => document.querySelector('.wbd').desk.outbox.waiting.size === 0"
        )

    def rest(self) -> None:
        """Wait until the history of the chosen coding stands in the inspector too."""
        self.page.wait_for_function(
            "() => { const d = document.querySelector('.wbd').desk;"
            " return !d.inspector.timer && d.outbox.waiting.size === 0; }"
        )

    def desk(self, expression: str) -> Any:
        """Return an expression about the desk, called ``d``."""
        script = f"() => {{ const d = document.querySelector('.wbd').desk; return {expression}; }}"
        return self.page.evaluate(script)


CELL = """import workbench as wb
corpus = wb.load_corpus({folder!r})
desk = wb.CodingDesk(corpus, coder={coder!r}, language={language!r})
desk"""


class Desks:
    """Desks in one tab of JupyterLab, one after the other in one kernel; others in their own.

    Loading JupyterLab and starting a kernel is most of what a desk costs, and proves nothing here.
    """

    def __init__(self, lab: Lab, browser: Browser) -> None:
        self.lab = lab
        self.context = browser.new_context(viewport={"width": 1500, "height": 950}, locale="en-GB")
        self.context.set_default_timeout(60_000)
        self.shared: DeskPage | None = None
        self.theme = "Light"

    def __call__(
        self,
        study: Path | str,
        coder: str = "A",
        *,
        language: str = "en",
        theme: str = "Light",
        more: str = "",
    ) -> DeskPage:
        """Open a desk in the tab that is there."""
        cell = CELL.format(folder=str(study), coder=coder, language=language) + more
        if self.shared is None:
            notebook = self.lab.notebook("40_coding", cell)
            self.shared = DeskPage(self.lab, self.context.new_page(), notebook).open().run()
        if self.theme != theme:
            self.shared.theme(f"JupyterLab {theme}")
            self.theme = theme
        self.shared.errors.clear()  # JupyterLab's own toolbar may fault as its theme changes
        return self.shared.run_instead(cell)

    def apart(self, study: Path, coder: str = "A", *, more: str = "") -> DeskPage:
        """Open a desk in a tab, a notebook and a kernel of its own."""
        cell = CELL.format(folder=str(study), coder=coder, language="en") + more
        notebook = self.lab.notebook(f"{study.name}-{coder}", cell)
        return DeskPage(self.lab, self.context.new_page(), notebook).open().run()


@contextlib.contextmanager
def started_lab(folder: Path) -> Iterator[Lab]:
    """Start a JupyterLab on a port of its own; at the end it and its kernels are gone."""
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
        "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (folder / "lab.txt").open("wb") as output:
        started = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        found = Lab(folder, port)
        _wait_for(found, started)
        found.setting("apputils-extension:notification", {"fetchNews": "false"})
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGTERM)
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(lab: Lab, started: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if started.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with code {started.returncode}")
        with contextlib.suppress(OSError):
            lab.api("api/status")
            return
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not answer within a minute")
