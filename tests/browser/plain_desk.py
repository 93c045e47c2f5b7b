"""The desk on a plain page: the same scripts and the same session, with no kernel between them."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from workbench.coding.desk.assets import script, style
from workbench.coding.desk.session import DeskSession

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title>
<style>{css}</style></head><body class="{theme}"><main><h1>Notebook</h1><div id="here"></div></main>
<script type="module" src="desk.js"></script><script type="module">
import desk from "./desk.js";
const listeners = [];
const waiting = [];
const deliver = (answer) => listeners.forEach((run) => run(JSON.parse(answer)));
const model = {{
  on: (name, run) => listeners.push(run),
  off: () => {{}},
  send: (message) => window.toPython(JSON.stringify(message)).then((answer) =>
    answer && (window.holding ? waiting.push(answer) : deliver(answer))),
}};
window.release = () => {{ window.holding = false; waiting.splice(0).forEach(deliver); }};
desk.render({{ model, el: document.getElementById("here") }});
</script></body></html>"""


class PlainDesk:
    """Serve the desk at an address that only this page knows, and answer for Python."""

    def __init__(self, page: Page, session: DeskSession, *, theme: str = "") -> None:
        self.page = page
        self.session = session
        self.theme = theme
        self.messages: list[dict[str, Any]] = []
        self.silent = False
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        page.expose_function("toPython", self.answer)
        page.route("http://desk.test/**", self.serve)

    def answer(self, message: str) -> str:
        self.messages.append(json.loads(message))
        return "" if self.silent else json.dumps(self.session.handle(json.loads(message)))

    def serve(self, route: Any) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(body=script(), content_type="text/javascript; charset=utf-8")
        elif route.request.url.endswith("/"):
            html = PAGE.format(css=style(), theme=self.theme)
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)

    def open(self) -> "PlainDesk":
        self.page.goto("http://desk.test/")
        self.page.wait_for_selector(".wbd[data-ready=yes]")
        self.desk("d.focus()")
        return self

    def press(self, *keys: str) -> None:
        """Press keys one by one, and wait until every message is answered."""
        for key in keys:
            self.page.keyboard.press(key)
            self.settle()

    def hold(self) -> None:
        """Let acts reach the disk, and keep their answers back, as a busy kernel does."""
        self.page.evaluate("() => { window.holding = true; }")

    def release(self) -> None:
        """Let the answers through that were kept back."""
        self.page.evaluate("() => window.release()")
        self.settle()

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
        return self.page.evaluate(
            f"() => {{ const d = document.querySelector('.wbd').desk; return {expression}; }}"
        )

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)
