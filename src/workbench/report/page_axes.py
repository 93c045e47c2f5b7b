"""Axes of a page's drawing: matplotlib's own, which draw their ticks without an object for each.

matplotlib keeps five artists per tick and lays every label out three times. A drawing of a page has
light lines and numbers, no tick marks: that is drawn here straight from the places and the words.
Whatever goes beyond it (marks, turned labels, minor ticks, ticks that someone took hold of) is left
to matplotlib, so that these axes can do all that others can.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis, YAxis
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.ticker import NullLocator
from matplotlib.transforms import IdentityTransform

from workbench.report.page_words import PageNote, PageText

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from matplotlib.backend_bases import RendererBase
    from matplotlib.text import Annotation, Text
    from matplotlib.transforms import Transform

__all__ = ["PageAxes"]

_TICKS: Final = ("majorTicks", "minorTicks")
_KNOWN: Final = frozenset(
    {
        "length", "width", "color", "pad", "labelsize", "labelcolor", "gridOn", "grid_color",
        "grid_linewidth", "left", "right", "bottom", "top", "labelleft", "labelright",
        "labelbottom", "labeltop",
    }
)  # fmt: skip
"""What is understood of ``tick_params`` here."""

_UNIT: Final = (0.0, 0.0, 1.0, 1.0, 0.0)
_NEAR: Final = 1e-10
"""Share of an axis by which a tick may lie outside it, as in matplotlib."""


def _setting(name: str) -> Any:
    settings: Any = mpl.rcParams
    return settings[name]


class _PageAxis(Axis):
    """An axis that makes no tick before someone asks for one."""

    axis_name: str
    _has_own_place = False

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip what there is, as matplotlib does."""
        with self._as_it_is():
            super().set_clip_path(path, transform)

    def set_tick_params(self, which: Any = "major", reset: bool = False, **kwargs: Any) -> None:
        """Note how ticks look, as matplotlib does."""
        with self._as_it_is():
            super().set_tick_params(which, reset, **kwargs)

    def set_label_coords(self, x: float, y: float, transform: Any = None) -> None:
        """Give the name of the axis a place of its own, as matplotlib does."""
        self._has_own_place = True
        super().set_label_coords(x, y, transform)

    @contextlib.contextmanager
    def _as_it_is(self) -> Generator[None]:
        """Let matplotlib go through the ticks there are: the first one is made when asked for."""
        unmade = [name for name in _TICKS if name not in self.__dict__]
        for name in unmade:
            self.__dict__[name] = []
        try:
            yield
        finally:
            for name in unmade:
                self.__dict__.pop(name, None)

    def draw(self, renderer: RendererBase) -> None:
        """Draw lines and numbers at their places, then the name."""
        if not self.get_visible():
            return
        looks = self._looks()
        at: Any = self.get_major_locator()()
        words = self.get_major_formatter().format_ticks(at)
        if looks is None or self.get_major_formatter().get_offset():
            super().set_clip_path(self.axes.patch)  # of the ticks it is about to make
            super().draw(renderer)
            return
        inside = [(place, word) for place, word in zip(at, words, strict=True)
                  if self._is_inside(place)]  # fmt: skip
        ends = self._draw_ticks(renderer, inside, looks)
        if self.label.get_text():
            self._draw_name(renderer, ends)
        self.stale = False

    def _looks(self) -> dict[str, Any] | None:
        """Return what ticks look like, or None where matplotlib must draw them."""
        if any(name in self.__dict__ for name in _TICKS) or self._has_own_place:
            return None
        if not isinstance(self.get_minor_locator(), NullLocator) or self.get_scale() != "linear":
            return None
        if any(spine.get_visible() for spine in self.axes.spines.values()):
            return None
        if self.get_label_position() not in {"bottom", "left"}:
            return None
        looks = self.get_tick_params()
        first, second = ("bottom", "top") if self.axis_name == "x" else ("left", "right")
        is_marked = looks.get(first, True) or looks.get(second, True)
        length = looks.get("length", _setting(f"{self.axis_name}tick.major.size"))
        if (is_marked and length) or looks.get(f"label{second}") or not looks.keys() <= _KNOWN:
            return None
        return looks | {"labelled": looks.get(f"label{first}", True)}

    def _is_inside(self, place: float) -> bool:
        ends = self.get_view_interval()
        low, high = min(ends), max(ends)
        room = _NEAR * (high - low)
        return bool(low - room <= place <= high + room)

    def _draw_ticks(
        self, renderer: RendererBase, ticks: Sequence[tuple[float, str]], looks: dict[str, Any]
    ) -> list[float]:
        """Draw a line and a number for each; return how far out the numbers reach, in pixels."""
        axes, name = self.axes, f"{self.axis_name}tick"
        is_x = self.axis_name == "x"
        pad = looks.get("pad", _setting(f"{name}.major.pad"))
        place = axes.get_xaxis_text1_transform if is_x else axes.get_yaxis_text1_transform
        transform, up, along = place(pad)
        colour = looks.get("labelcolor", _setting(f"{name}.labelcolor"))
        text = PageText(
            fontsize=looks.get("labelsize", _setting(f"{name}.labelsize")),
            color=_setting(f"{name}.color") if colour == "inherit" else colour,
            verticalalignment=up,
            horizontalalignment=along,
            transform=transform,
        )
        text.set_figure(self._figure())
        is_measured = bool(self.label.get_text())
        ends: list[float] = []
        for at, word in ticks:
            if looks.get("gridOn"):
                self._draw_line(renderer, at, looks)
            if not looks["labelled"]:
                continue
            text.set_text(word)
            text.set_position((at, 0) if is_x else (0, at))
            text.draw(renderer)
            if is_measured and word:
                ends.append(text.low_corner(renderer)[is_x])
        return ends

    def _draw_line(self, renderer: RendererBase, at: float, looks: dict[str, Any]) -> None:
        axes = self.axes
        ends = [(at, 0), (at, 1)] if self.axis_name == "x" else [(0, at), (1, at)]
        across = axes.get_xaxis_transform if self.axis_name == "x" else axes.get_yaxis_transform
        gc = renderer.new_gc()
        gc.set_clip_rectangle(axes.bbox)
        gc.set_linewidth(looks.get("grid_linewidth", _setting("grid.linewidth")))
        gc.set_foreground(
            to_rgba(looks.get("grid_color", _setting("grid.color")),
                    _setting("grid.alpha")),
            isRGBA=True,
        )  # fmt: skip
        gc.set_joinstyle(_setting("lines.solid_joinstyle"))
        gc.set_capstyle(_setting("lines.solid_capstyle"))
        line = Path(across("grid").transform(ends))
        renderer.draw_path(gc, line, IdentityTransform())
        gc.restore()

    def _figure(self) -> Any:
        return self.get_figure(root=True)

    def _draw_name(self, renderer: RendererBase, ends: Sequence[float]) -> None:
        """Draw the name of the axis outside its numbers."""
        pad = self.labelpad * self._figure().dpi / 72
        if self.axis_name == "x":
            self.label.set_y(min([self.axes.bbox.y0, *ends]) - pad)
        else:
            self.label.set_x(min([self.axes.bbox.x0, *ends]) - pad)
        self.label.draw(renderer)


class _PageXAxis(_PageAxis, XAxis):
    """The horizontal axis."""


class _PageYAxis(_PageAxis, YAxis):
    """The vertical axis."""


class _Ground(Rectangle):
    """The rectangle of the axes, by which every artist is clipped: it asks for this each time."""

    def get_patch_transform(self) -> Transform:
        """Return how a unit square becomes this rectangle: it is one, as a rule."""
        is_unit = (*self.get_xy(), self.get_width(), self.get_height(), self.angle) == _UNIT
        return IdentityTransform() if is_unit else super().get_patch_transform()


class PageAxes(Axes):
    """Axes whose ticks are drawn without an object for each."""

    def _gen_axes_patch(self) -> Rectangle:
        return _Ground((0.0, 0.0), 1.0, 1.0)

    def _init_axis(self) -> None:
        """Take the axes of this module; how matplotlib's own kinds of axes choose theirs."""
        self.xaxis = _PageXAxis(self, clear=False)
        self.yaxis = _PageYAxis(self, clear=False)
        for spine, axis in (
            ("bottom", self.xaxis),
            ("top", self.xaxis),
            ("left", self.yaxis),
            ("right", self.yaxis),
        ):
            self.spines[spine].register_axis(axis)

    def annotate(
        self,
        text: str,
        xy: tuple[float, float],
        xytext: tuple[float, float] | None = None,
        xycoords: Any = "data",
        textcoords: Any = None,
        arrowprops: dict[str, Any] | None = None,
        annotation_clip: bool | None = None,
        **kwargs: Any,
    ) -> Annotation:
        """Write beside a point, as matplotlib does."""
        note = PageNote(
            text, xy, xytext=xytext, xycoords=xycoords, textcoords=textcoords,
            arrowprops=arrowprops, annotation_clip=annotation_clip, **kwargs,
        )  # fmt: skip
        note.set_transform(IdentityTransform())
        if kwargs.get("clip_on", False) and note.get_clip_path() is None:
            note.set_clip_path(self.patch)
        self._take(note)
        return note

    def text(
        self, x: float, y: float, s: str, fontdict: dict[str, Any] | None = None, **kwargs: Any
    ) -> Text:
        """Write at a point, as matplotlib does."""
        usual = {"verticalalignment": "baseline", "horizontalalignment": "left",
                 "transform": self.transData, "clip_on": False}  # fmt: skip
        given: dict[str, Any] = usual | (fontdict or {}) | kwargs
        words = PageText(x, y, s, **given)
        if words.get_clip_path() is None and words.get_clip_on():
            words.set_clip_path(self.patch)
        self._take(words)
        return words

    def _take(self, text: Text) -> None:
        """Hold a text; public ``add_artist`` would clip it, which costs as much as all the rest."""
        self._add_text(text)  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs
