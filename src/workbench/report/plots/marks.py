"""Lines, dots and bars of a figure whose limits are set: one artist each, at their places.

``Axes.plot``, ``hlines`` and ``barh`` take any units, masks and lists, and find new limits: here
numbers are known and limits are given, which costs a third. As with those, what is drawn last of
one ``zorder`` lies on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["bar", "dots", "stroke", "upright"]


def stroke(ax: Axes, xs: Sequence[float], ys: Sequence[float], **style: Any) -> None:
    """Draw a line through points, with ends that do not pass them."""
    from matplotlib.lines import Line2D

    points = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    ax.add_line(Line2D(*points, solid_capstyle="butt", **style))


def upright(ax: Axes, x: float, **style: Any) -> None:
    """Draw a line from the lower to the upper side of the axes."""
    stroke(ax, (x, x), (0, 1), transform=ax.get_xaxis_transform("grid"), **style)


def dots(
    ax: Axes, xs: Sequence[float], ys: Sequence[float], marker: str = "o", **style: Any
) -> None:
    """Draw a mark at each point."""
    from matplotlib.lines import Line2D

    points = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    ax.add_line(Line2D(*points, marker=marker, linestyle="none", **style))


def bar(
    ax: Axes, ends: tuple[float, float], y: float, height: float, colour: str, **style: Any
) -> None:
    """Draw a bar from one end to the other, its middle at a level."""
    from matplotlib.patches import Rectangle

    corner = (ends[0], y - height / 2)
    ax.add_patch(Rectangle(corner, ends[1] - ends[0], height, facecolor=colour, **style))
