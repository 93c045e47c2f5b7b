"""An organisation's logo for slides, documents and the page for a meeting: as pixels.

A PNG is passed on as it is. An SVG is drawn where it holds shapes in plain colours; one that holds
more is left out, and a warning says what.
"""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING, Any, Final

from defusedxml.ElementTree import fromstring

if TYPE_CHECKING:
    from pathlib import Path as FilePath
    from xml.etree.ElementTree import Element

    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

__all__ = ["LogoWarning", "logo_pixels"]

_ACROSS: Final = 900
"""Pixels of a drawn logo: sharp in print at the width of a business card."""

_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_UNDRAWN: Final = {
    "text": "letters that are text; make outlines of them",
    "clipPath": "a clip path",
    "linearGradient": "a gradient",
    "radialGradient": "a gradient",
}
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_INHERITED: Final = (
    *("fill", "stroke", "stroke-width", "fill-rule", "fill-opacity", "stroke-opacity"),
    *("stroke-linecap", "stroke-linejoin"),
)


class LogoWarning(UserWarning):
    """A logo stands in the page but not in an export, and why."""


def logo_pixels(path: FilePath) -> bytes | None:
    """Return a logo as PNG, or None with a :class:`LogoWarning` where its SVG can't be drawn.

    Parameters
    ----------
    path
        ``logo.png`` or ``logo.svg`` of a run folder, cleaned as the run left it.
    """
    content = path.read_bytes()
    if path.suffix == ".png":
        return content
    root: Element = fromstring(content)
    problem = next((_UNDRAWN[tag] for tag in map(_tag, root.iter()) if tag in _UNDRAWN), None)
    try:
        if problem is None:
            return _drawn(root)
    except ValueError as fault:
        problem = str(fault)
    warnings.warn(
        f"The logo stands in the pages, but not in slides, documents and PDF: its SVG holds "
        f"{problem}. Save the logo as PNG, and run again.",
        LogoWarning,
        stacklevel=2,
    )
    return None


def _tag(element: Element) -> str:
    return str(element.tag).removeprefix(_SVG)


def _drawn(root: Element) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    left, top, width, height = (float(n) for n in _NUMBER.findall(root.get("viewBox", ""))[:4])
    if not (0 < width < 1e6 and 0 < height < 1e6) or max(width / height, height / width) > 20:
        raise ValueError("a viewBox of no size, or of a strip")
    scale = _ACROSS / max(width, height)
    figure = Figure(figsize=(width * scale / 100, height * scale / 100), dpi=100)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, width * scale)
    ax.set_ylim(height * scale, 0)
    ax.axis("off")
    # a unit of the axes is a pixel, 0.72 points
    _draw(root, ax, Affine2D().translate(-left, -top).scale(scale), {}, 1.0)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", transparent=True, metadata={"Software": None})
    return stream.getvalue()


def _draw(
    element: Element, ax: Axes, outer: Affine2D, inherited: dict[str, str], faint: float
) -> None:
    style = inherited | {k: element.attrib[k] for k in _INHERITED if k in element.attrib}
    place = _then(_transform(element.get("transform", "")), outer)
    faint *= float(element.get("opacity", "1"))
    if element.get("stroke-dasharray", "none") != "none":
        raise ValueError("a dashed line")
    if _tag(element) in _SHAPES:
        _draw_shape(element, ax, place, style, faint)
    for child in element:
        if _tag(child) not in {"defs", "title"}:
            _draw(child, ax, place, style, faint)


def _draw_shape(
    element: Element, ax: Axes, place: Affine2D, style: dict[str, str], faint: float
) -> None:
    from matplotlib.patches import PathPatch

    path = _outline(element).transformed(place)
    if style.get("fill-rule") == "evenodd":
        path = _wound_by_depth(path)
    (a, c, _), (b, d, _), _ = place.get_matrix()
    size = abs(a * d - b * c) ** 0.5
    fill = _colour(style.get("fill", "black"), style.get("fill-opacity", "1"), faint)
    stroke = _colour(style.get("stroke", "none"), style.get("stroke-opacity", "1"), faint)
    ends = {"round": "round", "square": "projecting"}.get(style.get("stroke-linecap", ""), "butt")
    joins = {"round": "round", "bevel": "bevel"}.get(style.get("stroke-linejoin", ""), "miter")
    ax.add_patch(
        PathPatch(
            path,
            facecolor=fill,
            edgecolor=stroke,
            linewidth=float(style.get("stroke-width", "1")) * size * 0.72 * (stroke != "none"),
            capstyle=ends,  # pyright: ignore[reportArgumentType] - one of three words
            joinstyle=joins,  # pyright: ignore[reportArgumentType] - one of three words
            clip_on=False,
        )
    )


def _colour(value: str, opacity: str, faint: float) -> Any:
    from matplotlib.colors import to_rgb

    if value in {"none", "transparent"}:
        return "none"
    rgb = re.fullmatch(r"rgb\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)\s*\)", value)
    if rgb:
        value = "#" + "".join(f"{min(int(part), 255):02x}" for part in rgb.groups())
    try:
        return (to_rgb("black" if value == "currentColor" else value), float(opacity) * faint)
    except ValueError:
        raise ValueError("a colour that is none of CSS") from None


def _then(first: Affine2D, second: Affine2D) -> Affine2D:
    from matplotlib.transforms import Affine2D

    return Affine2D(second.get_matrix() @ first.get_matrix())


def _transform(text: str) -> Affine2D:
    """Return the matrix of an SVG transform; the last one written is applied first."""
    from math import radians

    from matplotlib.transforms import Affine2D

    whole = Affine2D()
    for name, arguments in reversed(re.findall(r"(\w+)\(([^)]*)\)", text)):
        n = [float(part) for part in _NUMBER.findall(arguments)]
        match name, n:
            case "translate", [x, *rest]:
                whole = whole.translate(x, rest[0] if rest else 0)
            case "scale", [x, *rest]:
                whole = whole.scale(x, rest[0] if rest else x)
            case "rotate", [angle]:
                whole = whole.rotate_deg(angle)
            case "rotate", [angle, x, y]:
                whole = whole.rotate_deg_around(x, y, angle)
            case "skewX", [angle]:
                whole = whole.skew(radians(angle), 0)
            case "skewY", [angle]:
                whole = whole.skew(0, radians(angle))
            case "matrix", [a, b, c, d, e, f]:
                whole = _then(whole, Affine2D.from_values(a, b, c, d, e, f))
            case _:
                raise ValueError("a transform that is none of SVG")
    return whole


def _outline(element: Element) -> Path:
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    def number(name: str) -> float:
        found = _NUMBER.match(element.get(name, "0"))
        return float(found[0]) if found else 0.0

    match _tag(element):
        case "path":
            return _path(element.get("d", ""))
        case "circle" | "ellipse":
            across = number("r") or number("rx")
            down = number("r") or number("ry")
            turned = Affine2D().scale(across, down).translate(number("cx"), number("cy"))
            return Path.unit_circle().transformed(turned)
        case "rect":
            return _path(_rectangle(*map(number, ("x", "y", "width", "height", "rx", "ry"))))
        case "line":
            x1, y1, x2, y2 = map(number, ("x1", "y1", "x2", "y2"))
            return _path(f"M{x1} {y1}L{x2} {y2}")
        case tag:
            points = " ".join(_NUMBER.findall(element.get("points", "")))
            return _path(f"M{points}{'z' if tag == 'polygon' else ''}")


def _rectangle(x: float, y: float, width: float, height: float, rx: float, ry: float) -> str:
    rx, ry = min(rx or ry, width / 2), min(ry or rx, height / 2)
    arc = f"a{rx} {ry} 0 0 1 "
    return (
        f"M{x + rx} {y}h{width - 2 * rx}{arc}{rx} {ry}v{height - 2 * ry}{arc}{-rx} {ry}"
        f"h{2 * rx - width}{arc}{-rx} {-ry}v{2 * ry - height}{arc}{rx} {-ry}z"
    )


def _path(data: str) -> Path:
    """Read path data of any kind; matplotlib's own font library reads them for us."""
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.svgLib.path import parse_path
    from matplotlib.path import Path

    pen = RecordingPen()
    parse_path(data, pen)
    codes = {"moveTo": [1], "lineTo": [2], "qCurveTo": [3, 3], "curveTo": [4, 4, 4]}
    vertices: list[tuple[float, float]] = []
    kinds: list[int] = []
    for name, points in pen.value:
        if name == "closePath":
            vertices.append(vertices[-1])
            kinds.append(int(Path.CLOSEPOLY))
        elif name in codes:
            vertices += points
            kinds += codes[name]
    if not vertices:
        raise ValueError("a path without points")
    return Path(vertices, kinds)


def _wound_by_depth(path: Path) -> Path:
    """Turn outlines about, so that one inside another is a hole, as the rule evenodd has it."""
    import numpy as np
    from matplotlib.path import Path

    polygons = [np.asarray(ring, float) for ring in path.to_polygons(closed_only=False)]
    rings = [ring for ring in polygons if len(ring) > 2]
    found: list[Path] = []
    for ring in rings:
        first = (float(ring[0, 0]), float(ring[0, 1]))
        around = sum(other is not ring and Path(other).contains_point(first) for other in rings)
        x, y = ring.T
        turns_left = float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) > 0
        found.append(Path(ring if turns_left == (around % 2 == 0) else ring[::-1], closed=True))
    return Path.make_compound_path(*found) if found else path
