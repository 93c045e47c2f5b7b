"""Draws a figure as the clean SVG of a page at once, not as a file that is read and cleaned.

What comes out is, to the byte, what :func:`workbench.report.figures.clean_svg` makes of
matplotlib's own SVG of the same figure: its elements, their order, their rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from workbench.report import figures
from workbench.report.page_attributes import (
    decimal,
    extent_of_letters,
    font_of,
    height_of_font,
    marker_outline,
    shape_style,
    size_of_text,
    words_style,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.transforms import Transform

__all__ = ["BeyondPageError", "Looks", "PageRenderer", "drawn"]

_MOST_WORDS: Final = 4096
_known_words: dict[Looks, list[_Part]] = {}
"""What words draw, by their looks; they look the same in every drawing of a page."""
_known_lines: dict[Hashable, _Part] = {}
"""A line of each kind: another of the kind differs in what it says alone."""


class Looks(NamedTuple):
    """All that decides how words look, but not where they stand."""

    text: str
    font: tuple[Any, ...]
    colour: tuple[float, ...]
    alpha: float | None
    across: str
    upright: str
    behind: tuple[Any, ...]

    @property
    def kind(self) -> Hashable:
        """What lines share that are drawn alike, whatever they say; None for other words.

        A line without a box behind it is anchored in the drawing, so that its width does not
        matter.
        """
        if self.behind or "\n" in self.text or not figures.visible_text(self.text).strip():
            return None
        extent = extent_of_letters(self.text, self.font)
        return None if extent is None else (extent, *self[1:])


class BeyondPageError(Exception):
    """A figure holds what a page's drawing has no element for: a picture, mathematics, hatches."""


def drawn(figure: Figure, prefix: str, title: str, style: str) -> str:
    """Return a figure as clean SVG.

    Parameters
    ----------
    figure
        With 72 dots to the inch: a point is a pixel.
    prefix, title, style
        As for :func:`workbench.report.figures.clean_svg`.

    Raises
    ------
    BeyondPageError
        The figure has other dots, or holds something else than lines, shapes, markers and plain
        words.
    """
    if figure.dpi != 72:
        raise BeyondPageError
    width, height = (72 * float(side) for side in figure.get_size_inches())
    view = f"0 0 {decimal(width)} {decimal(height)}"
    renderer = PageRenderer(width, height, *figures.empty_drawing(view, prefix, title, style))
    try:
        figure.draw(renderer)
    except NotImplementedError as error:
        raise BeyondPageError from error
    renderer.write_clips()
    return ET.tostring(renderer.root, encoding="unicode")


class PageRenderer(RendererBase):
    """Writes the elements of a drawing in the order in which matplotlib draws."""

    def __init__(self, width: float, height: float, root: ET.Element, prefix: str) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.root, self._prefix = root, prefix
        self._clips: dict[tuple[float, float, float, float], str] = {}
        self._markers: dict[Any, tuple[str, str]] = {}
        self._names = 0

    def flipy(self) -> bool:
        """Say that y grows downwards, as in SVG."""
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the drawing in pixels."""
        return self.width, self.height

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a text in pixels; the same text is measured once for all drawings."""
        if ismath:
            raise BeyondPageError
        return size_of_text(s, font_of(prop))

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float | None, ...]:
        """Return what matplotlib 3.11 asks a renderer of a font before it reads the font."""
        return height_of_font(font_of(prop))

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Any,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 - matplotlib's name
    ) -> None:
        """Draw a line or a shape, unless it shows nothing."""
        style, clip = shape_style(gc, rgbFace), self._clip(gc)
        if style.get("fill") == "none" and "stroke" not in style:
            return
        places = self._outline(path, transform, is_line=rgbFace is None)
        ET.SubElement(self.root, "path", {**({"d": places} if places else {}), **style, **clip})

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Any,
        marker_trans: Transform,
        path: Any,
        trans: Transform,
        rgbFace: Any = None,  # noqa: N803 - matplotlib's name
    ) -> None:
        """Draw a marker at each place; a round one as a circle."""
        if not len(path.vertices):
            return
        style, clip = shape_style(gc, rgbFace), self._clip(gc)
        name, radius = self._marker(marker_path, marker_trans, style)
        target = ET.SubElement(self.root, "g", clip) if clip else self.root
        for x, y in self._places(path, trans):
            if radius:
                circle = {"cx": decimal(x), "cy": decimal(y), "r": radius}
                ET.SubElement(target, "circle", {**circle, **style})
            else:
                place = {"x": decimal(x), "y": decimal(y)}
                ET.SubElement(target, "use", {**place, **style, "href": f"#{name}"})

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Write words where they are anchored, so that the letters of the browser fit."""
        clip = self._clip(gc)
        if ismath:
            raise BeyondPageError
        target = ET.SubElement(self.root, "g", clip) if clip else self.root
        words = figures.visible_text(s)
        if not words.strip():
            return
        if mtext is not None and not angle:
            at, _ = mtext.get_transform().transform(mtext.get_unitless_position())
            place = {"x": decimal(at), "y": decimal(y)}
            style = words_style(gc, prop, mtext.get_ha())
        elif mtext is not None and mtext.get_rotation_mode() == "anchor":
            raise BeyondPageError
        else:
            turn = f" rotate({decimal(-angle)})" if angle else ""
            place = {"transform": f"translate({decimal(x)} {decimal(y)}){turn}"}
            style = words_style(gc, prop, "left")
        ET.SubElement(target, "text", place | style).text = words

    def draw_words(
        self, looks: Looks, point: tuple[float, float], draw: Callable[[RendererBase], None]
    ) -> None:
        """Draw a text as one that looked the same was drawn before, moved to where it stands.

        Parameters
        ----------
        looks
            All that decides how the text looks, but not where.
        point
            Where it is anchored, in pixels from the lower left corner.
        draw
            Draws it, where none that looked the same was drawn before.
        """
        x, y = point[0], self.height - point[1]
        if looks not in _known_words:
            if len(_known_words) >= _MOST_WORDS:
                _known_words.clear()
                _known_lines.clear()
            _known_words[looks] = self._parts_of(looks, (x, y), draw)
        for part in _known_words[looks]:
            if part.words:
                level = decimal(y + part.rise)
                place = {"x": decimal(x), "y": level}
                if part.shift is not None:
                    place = {"transform": f"translate({decimal(x + part.shift)} {level})"}
                ET.SubElement(self.root, "text", place | part.style).text = part.words
            else:
                outline = {"d": written(np.add(part.points, (x, y)), part.codes)}
                ET.SubElement(self.root, "path", outline | part.style)

    def _parts_of(
        self, looks: Looks, point: tuple[float, float], draw: Callable[[RendererBase], None]
    ) -> list[_Part]:
        """Return what words draw, as another line of their kind does, or as matplotlib does it."""
        kind = looks.kind
        if kind is not None and kind in _known_lines:
            return [replace(_known_lines[kind], words=figures.visible_text(looks.text))]
        recorder = _WordsRecorder(self.width, self.height, *point)
        draw(recorder)
        if kind is not None and len(recorder.parts) == 1:
            _known_lines[kind] = recorder.parts[0]
        return recorder.parts

    def write_clips(self) -> None:
        """Define, at the end, the rectangles that clip."""
        if not self._clips:
            return
        definitions = ET.SubElement(self.root, "defs")
        for bounds, name in self._clips.items():
            sides = zip(("x", "y", "width", "height"), bounds, strict=True)
            clip = ET.SubElement(definitions, "clipPath", {"id": name})
            ET.SubElement(clip, "rect", {side: decimal(value) for side, value in sides})

    def _clip(self, gc: GraphicsContextBase) -> dict[str, str]:
        """Return the attribute that clips, or none; what else a page has no element for ends."""
        path, _ = gc.get_clip_path()
        if path is not None or gc.get_url() is not None or gc.get_hatch() is not None:
            raise BeyondPageError
        box = gc.get_clip_rectangle()
        if box is None:
            return {}
        x, y, width, height = box.bounds
        bounds = (x, self.height - (y + height), width, height)
        if bounds not in self._clips:
            self._clips[bounds] = self._next_name()
        return {"clip-path": f"url(#{self._clips[bounds]})"}

    def _next_name(self) -> str:
        self._names += 1
        return f"{self._prefix}-{self._names - 1}"

    def _marker(self, path: Any, transform: Transform, style: dict[str, str]) -> tuple[str, str]:
        """Return name and radius of a marker; one that is not round is defined on first use."""
        codes = None if path.codes is None else path.codes.tobytes()
        outline, radius = marker_outline(
            path.vertices.tobytes(), codes, transform.get_matrix().tobytes()
        )
        key = (outline, tuple(style.items()))
        if key not in self._markers:
            name = self._next_name()
            self._markers[key] = (name, radius)
            if not radius:
                stroke = {k: v for k, v in style.items() if k.startswith("stroke")}
                definitions = ET.SubElement(self.root, "defs")
                ET.SubElement(definitions, "path", {"d": outline, **stroke, "id": name})
        return self._markers[key]

    def _flipped(self, transform: Transform) -> Transform:
        return transform + Affine2D().scale(1.0, -1.0).translate(0.0, self.height)

    def _outline(self, path: Any, transform: Transform, *, is_line: bool) -> str:
        """Return a path in letters and numbers; a line only where it crosses the drawing."""
        matrix = self._flipped(transform)
        points = matrix.transform(path.vertices)
        must_simplify = is_line and path.should_simplify
        is_ring = is_line and path.codes is not None and Path.CLOSEPOLY in path.codes
        if not (must_simplify or is_ring) and self._lies_inside(points, is_line=is_line):
            return written(points, path.codes)
        clip = (0.0, 0.0, self.width, self.height) if is_line else None
        whole = path.cleaned(
            transform=matrix, remove_nans=True, clip=clip, simplify=must_simplify, curves=True
        )
        return written(whole.vertices, whole.codes)

    def _lies_inside(self, points: Any, *, is_line: bool) -> bool:
        flat = points.ravel().tolist()
        if not all(math.isfinite(number) for number in flat):
            return False
        return not is_line or (
            min(flat) >= 0 and max(flat[::2]) <= self.width and max(flat[1::2]) <= self.height
        )

    def _places(self, path: Any, transform: Transform) -> list[tuple[float, float]]:
        far = (0.0, 0.0, 72 * self.width, 72 * self.height)
        segments = path.iter_segments(self._flipped(transform), clip=far, simplify=False)
        return [(vertices[-2], vertices[-1]) for vertices, _ in segments if len(vertices)]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Words, or the box behind them, seen from where they are anchored.

    Words on one line are anchored in the drawing too; one of several lines has a ``shift`` instead.
    """

    style: dict[str, str]
    words: str = ""
    rise: float = 0.0
    shift: float | None = None
    points: Any = None
    codes: Any = None


class _WordsRecorder(PageRenderer):
    """Keeps what a text draws, seen from where it is anchored."""

    def __init__(self, width: float, height: float, x: float, y: float) -> None:
        super().__init__(width, height, ET.Element("svg"), "")
        self._x, self._y = x, y
        self.parts: list[_Part] = []

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Any,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 - matplotlib's name
    ) -> None:
        """Keep a box behind words."""
        style = shape_style(gc, rgbFace)
        if style.get("fill") != "none" or "stroke" in style:
            points = self._flipped(transform).transform(path.vertices) - (self._x, self._y)
            self.parts.append(_Part(style=style, points=points, codes=path.codes))

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Keep words that are not turned."""
        if ismath or angle:
            raise BeyondPageError
        words = figures.visible_text(s)
        if words.strip():
            is_anchored = mtext is not None
            style = words_style(gc, prop, mtext.get_ha() if is_anchored else "left")
            part = _Part(style=style, words=words, rise=y - self._y,
                         shift=None if is_anchored else x - self._x)  # fmt: skip
            self.parts.append(part)
