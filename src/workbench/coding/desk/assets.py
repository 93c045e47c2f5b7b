"""The desk's JavaScript and style sheet: plain files, joined in order; no build step."""

from __future__ import annotations

import functools
import re
from pathlib import Path

__all__ = ["MODULES", "SHEETS", "script", "style", "twin_style"]

_FOLDER = Path(__file__).parent
MODULES = (
    "text",
    "formats",
    "elements",
    "outbox",
    "transcript",
    "cursor",
    "tree",
    "inspector",
    "status",
    "acts",
    "suggestions",
    "pointer",
    "room",
    "dialogs",
    "picker",
    "compare",
    "surgery",
    "keymap",
    "keyboard",
    "desk",
)
"""The scripts in ``js/``; each may use what stands in those before it."""

SHEETS = ("look", "transcript", "sides", "dialogs", "compare", "narrow")
"""The style sheets in ``css/``; what comes later wins."""


@functools.cache
def script() -> str:
    """Return the desk's ES module; its export is what anywidget asks for."""
    return _joined("js", MODULES)


@functools.cache
def style() -> str:
    """Return the desk's style sheet."""
    return _joined("css", SHEETS)


@functools.cache
def twin_style() -> str:
    """Return the style sheet of the static twin, without white space that only people read."""
    return re.sub(r"\n\s*", "\n", _joined("css", ("twin",))).strip()


def _joined(kind: str, names: tuple[str, ...]) -> str:
    parts = [(_FOLDER / kind / f"{name}.{kind}").read_text(encoding="utf-8") for name in names]
    return "\n\n".join(part.strip() for part in parts) + "\n"
