"""Accessibility faults that axe-core finds, best practice included."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, within: str | None = None) -> list[str]:
    """Return one line per fault: rule, element, and what is wrong."""
    if not page.evaluate("() => typeof window.axe !== 'undefined'"):
        page.evaluate(f"() => {{ {_AXE} }}")
    found: dict[str, Any] = page.evaluate(
        "(within) => axe.run(within ? {include: [[within]]} : document, "
        "{resultTypes: ['violations', 'incomplete']})",
        within,
    )
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary'][:300]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
