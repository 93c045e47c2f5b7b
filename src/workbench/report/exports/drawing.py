"""A clean drawing of ours on matplotlib axes: for PNG, and for the vectors of a PDF.

Reads only what ``workbench.report.figures.clean_svg`` writes: paths of M, L, C, Q and z,
circles, rectangles, texts, and groups that move, fade or clip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from defusedxml.ElementTree import fromstring

from workbench.report.figures import SIZE, light_colours

if TYPE_CHECKING:
    from pathlib import Path as FilePath
    from xml.etree.ElementTree import Element

    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from matplotlib.transforms import Transform

__all__ = ["FONT", "draw_svg", "letter_width", "size_of", "write_png"]

FONT: Final = "DejaVu Sans"
"""The letters that matplotlib brings along: the same on every machine."""

_SVG: Final = "{http://www.w3.org/2000/svg}"
_TOKEN = re.compile(r"[MLCQZz]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_POINTS: Final = {"M": 1, "L": 1, "Q": 2, "C": 3}
_SCALE: Final = 2.0
"""Pixels of a PNG per pixel of the page: sharp on a screen of high density."""


@dataclass(frozen=True)
class _State:
    """What an element inherits: how far it is moved, how it is clipped, how faint it is."""

    dx: float = 0.0
    dy: float = 0.0
    clip: Path | None = None
    alpha: float = 1.0


def size_of(svg: str) -> tuple[float, float]:
    """Return width and height of a drawing in pixels."""
    found = re.search(r'viewBox="([-\d.\s]+)"', svg)
    if found is None:
        raise ValueError("A drawing without viewBox has no size.")
    _, _, width, height = (float(part) for part in found[1].split())
    return width, height


def draw_svg(svg: str, ax: Axes) -> None:
    """Draw a clean drawing; the axes get its pixels as units, with the origin at the top left.

    Parameters
    ----------
    svg
        As :func:`workbench.report.figures.clean_svg` returns it.
    ax
        Axes that have the drawing's proportions.
    """
    width, height = size_of(svg)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    ax.axis("off")
    box = ax.get_window_extent()
    points = box.width / ax.figure.dpi * 72 / width
    named = re.sub(r"<svg (?![^>]*xmlns)", '<svg xmlns="http://www.w3.org/2000/svg" ', svg, count=1)
    root = fromstring(named)
    _Drawer(ax, points, root).children(root, _State())


def write_png(svg: str, path: FilePath) -> FilePath:
    """Write a drawing as PNG on white, two pixels for each of the page's."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = size_of(svg)
    figure = Figure(figsize=(width / 72, height / 72), dpi=72 * _SCALE, facecolor="white")
    FigureCanvasAgg(figure)
    draw_svg(svg, figure.add_axes((0, 0, 1, 1)))
    figure.savefig(path, metadata={"Software": None})
    return path


def letter_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is, in the unit of the size of its letters."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


class _Drawer:
    def __init__(self, ax: Axes, points: float, root: Element) -> None:
        self.ax = ax
        self.points = points
        self.defined = {e.get("id", ""): e for e in root.iter() if e.get("id")}
        self.order = 0

    def children(self, parent: Element, state: _State) -> None:
        for element in parent:
            self.element(element, state)

    def element(self, element: Element, state: _State) -> None:
        tag = str(element.tag).removeprefix(_SVG)
        self.order += 1
        match tag:
            case "g":
                self.children(element, self.inner(element, state))
            case "path":
                self.shape(_path(element.get("d", "")), element, self.inner(element, state))
            case "circle":
                self.circle(element, self.inner(element, state))
            case "rect":
                self.shape(_rectangle(element), element, self.inner(element, state))
            case "use":
                self.use(element, state)
            case "text":
                self.text(element, self.inner(element, state))
            case _:
                return

    def inner(self, element: Element, state: _State) -> _State:
        moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", element.get("transform", ""))
        if moved:
            state = replace(state, dx=state.dx + float(moved[1]), dy=state.dy + float(moved[2]))
        clip = re.search(r"url\(#([^)]+)\)", element.get("clip-path", ""))
        if clip and clip[1] in self.defined:
            state = replace(state, clip=_outline(self.defined[clip[1]]))
        return replace(state, alpha=state.alpha * float(element.get("opacity", "1")))

    def use(self, element: Element, state: _State) -> None:
        target = self.defined.get(element.get("href", "").removeprefix("#"))
        if target is None:
            return
        state = self.inner(element, state)
        dx, dy = float(element.get("x", "0")), float(element.get("y", "0"))
        joined = {**target.attrib, **{k: v for k, v in element.attrib.items() if k not in "xy"}}
        copy = target.makeelement(str(target.tag), joined)
        moved = replace(state, dx=state.dx + dx, dy=state.dy + dy)
        self.shape(_path(copy.get("d", "")), copy, moved)

    def circle(self, element: Element, state: _State) -> None:
        from matplotlib.path import Path

        radius = float(element.get("r", "0"))
        centre = (float(element.get("cx", "0")), float(element.get("cy", "0")))
        self.shape(Path.circle(centre, radius), element, state)

    def moved(self, state: _State) -> Transform:
        from matplotlib.transforms import Affine2D

        return Affine2D().translate(state.dx, state.dy) + self.ax.transData

    def shape(self, path: Path, element: Element, state: _State) -> None:
        from matplotlib.patches import PathPatch

        fill = _colour(element.get("fill", "var(--ink)"))
        stroke = _colour(element.get("stroke", "none"))
        width = float(element.get("stroke-width", "1").removesuffix("px"))
        patch = PathPatch(
            path,
            facecolor=_faded(fill, float(element.get("fill-opacity", "1")) * state.alpha),
            edgecolor=_faded(stroke, float(element.get("stroke-opacity", "1")) * state.alpha),
            linewidth=width * self.points if stroke != "none" else 0,
            linestyle=self.dashes(element, width),
            capstyle="round" if element.get("stroke-linecap") == "round" else "butt",
            joinstyle="round" if element.get("stroke-linejoin") == "round" else "miter",
            zorder=self.order,
        )
        patch.set_transform(self.moved(state))
        self.ax.add_patch(patch)
        patch.set_transform(self.moved(state))
        if state.clip is not None:
            patch.set_clip_path(state.clip, self.ax.transData)
        else:
            patch.set_clip_on(False)

    def dashes(self, element: Element, width: float) -> Any:
        given = element.get("stroke-dasharray", "none")
        numbers = [float(part) for part in re.findall(r"[\d.]+", given)]
        if not numbers or not width:
            return "solid"
        pairs = numbers if len(numbers) % 2 == 0 else numbers * 2
        return (0, [part / width for part in pairs])

    def text(self, element: Element, state: _State) -> None:
        transform = element.get("transform", "")
        turned = re.search(r"rotate\((-?[\d.]+)", transform)
        size = float(element.get("font-size", f"{SIZE}px").removesuffix("px"))
        weight = element.get("font-weight", "400")
        words, letters = "".join(element.itertext()), size * self.points * 0.97
        bold = weight in {"650", "bold"} or weight >= "600"
        side = {"middle": "center", "end": "right"}.get(element.get("text-anchor", ""), "left")
        x = float(element.get("x", "0")) + state.dx
        if not turned:
            x = self.inside(x, side, letter_width(words, letters, bold=bold) / self.points)
        self.ax.text(
            x,
            float(element.get("y", "0")) + state.dy,
            words,
            fontsize=letters,
            fontweight="bold" if bold else "normal",
            fontfamily=FONT,
            color=_colour(element.get("fill", "var(--ink)")),
            alpha=state.alpha,
            ha=side,
            va="baseline",
            rotation=-float(turned[1]) if turned else 0,
            rotation_mode="anchor",
            zorder=self.order,
            parse_math=False,
        )

    def inside(self, x: float, side: str, width: float) -> float:
        """Move a text that reaches out of the drawing: these letters are wider than a browser's."""
        left = x - {"left": 0.0, "center": width / 2, "right": width}[side]
        room = max(self.ax.get_xlim()[1] - width, 0.0)
        return x + min(max(left, 0.0), room) - left


def _outline(clip: Element) -> Path | None:
    for child in clip:
        tag = str(child.tag).removeprefix(_SVG)
        if tag == "rect":
            return _rectangle(child)
        if tag == "path":
            return _path(child.get("d", ""))
    return None


def _rectangle(element: Element) -> Path:
    x, y, width, height = (float(element.get(n, "0")) for n in ("x", "y", "width", "height"))
    return _path(f"M{x} {y}L{x + width} {y}L{x + width} {y + height}L{x} {y + height}z")


def _path(data: str) -> Path:
    """Read path data of absolute M, L, Q, C and z; a number may follow its letter directly."""
    from matplotlib.path import Path

    codes = {"M": Path.MOVETO, "L": Path.LINETO, "Q": Path.CURVE3, "C": Path.CURVE4}
    vertices: list[tuple[float, float]] = []
    kinds: list[Any] = []
    letter, pending = "M", list[float]()
    for piece in _TOKEN.findall(data):
        if piece in "Zz":
            vertices.append(vertices[-1] if vertices else (0.0, 0.0))
            kinds.append(Path.CLOSEPOLY)
        elif piece in _POINTS:
            letter, pending = piece, []
        else:
            pending.append(float(piece))
            if len(pending) == 2 * _POINTS[letter]:
                vertices += list(zip(pending[::2], pending[1::2], strict=True))
                kinds += [codes[letter]] * _POINTS[letter]
                pending, letter = [], "L" if letter == "M" else letter
    return Path(vertices or [(0.0, 0.0)], kinds or None)


def _colour(value: str) -> str:
    """Return a colour as it is in light mode and in print."""
    variable = re.fullmatch(r"var\(--([a-z0-9]+)\)", value)
    if variable:
        return light_colours().get(variable[1], "#000000")
    return value if re.fullmatch(r"#[0-9a-fA-F]{3,8}|none", value) else "#000000"


def _faded(colour: str, alpha: float) -> Any:
    return "none" if colour == "none" else (colour, min(max(alpha, 0.0), 1.0))
