"""Small language lists of our own: one entry per line, source and licence in the first lines."""

from __future__ import annotations

import functools
from importlib import resources

__all__ = ["entries"]


@functools.cache
def entries(name: str) -> tuple[str, ...]:
    """Return the lines of a list, without its comments.

    Examples
    --------
    >>> "inte" in entries("negations_sv.txt")
    True
    """
    text = (resources.files("workbench.coding.resources") / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
