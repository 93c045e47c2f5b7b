"""The desk's JavaScript and style sheet: plain files, joined in order; no build step."""

from __future__ import annotations

import functools
import re
from pathlib import Path

__all__ = ["MODULES", "script", "style", "twin_style"]

_FOLDER = Path(__file__).parent
MODULES = (
    "text",
    "elements",
    "outbox",
    "transcript",
    "cursor",
    "tree",
    "inspector",
    "dialogs",
    "picker",
    "compare",
    "surgery",
    "desk",
)
"""The scripts in ``js/``; each may use what stands in those before it."""


@functools.cache
def script() -> str:
    """Return the desk's ES module; its export is what anywidget asks for."""
    parts = [
        (_FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8").strip() for name in MODULES
    ]
    return "\n\n".join(parts) + "\n"


@functools.cache
def style() -> str:
    """Return the desk's style sheet."""
    return (_FOLDER / "desk.css").read_text(encoding="utf-8")


@functools.cache
def twin_style() -> str:
    """Return the style sheet of the static twin, without white space that only people read."""
    text = (_FOLDER / "twin.css").read_text(encoding="utf-8")
    return re.sub(r"\n\s*", "\n", text).strip()
