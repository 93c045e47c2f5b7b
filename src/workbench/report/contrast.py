"""Contrast between two colours, as WCAG 2.2 counts it, and the nearest shade that can be read."""

from __future__ import annotations

from typing import Final

__all__ = ["READABLE", "contrast", "readable_on"]

READABLE: Final = 4.5
"""Least contrast of a text (WCAG 2.2, 1.4.3)."""


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff")), round(contrast("#777777", "#ffffff"), 2)
    (21, 4.48)
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def readable_on(colour: str, paper: str, least: float = READABLE) -> str:
    """Return the colour, or the nearest mix with black or white that can be read on a paper.

    Examples
    --------
    >>> readable_on("#0b5cab", "#ffffff")
    '#0b5cab'
    >>> contrast(readable_on("#ffcc00", "#ffffff"), "#ffffff") >= 4.5
    True
    """
    end = 255 if _luminance(paper) < 0.2 else 0
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    for step in range(101):
        mixed = [round(part + (end - part) * step / 100) for part in parts]
        found = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast(found, paper) >= least:
            return found if step else colour.lower()
    return "#ffffff" if end else "#000000"
