"""Words in a page's drawing: matplotlib's texts, laid out once for all drawings that hold them.

Where letters stand around the point they are written at follows from the words, the font and the
alignment alone. A text that was drawn before is drawn from what is known of it; one that is turned,
clipped or otherwise special is drawn by matplotlib each time.
"""

from __future__ import annotations

from collections.abc import Hashable
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from matplotlib.colors import to_rgba
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Affine2D, Transform

from workbench.report.page_attributes import font_of
from workbench.report.page_renderer import Looks, PageRenderer

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

__all__ = ["PageNote", "PageText"]

_SPACING: Final = frozenset({"linespacing", "multialignment", "ma"})

_Point = tuple[float, float]

_MOST_CORNERS: Final = 4096
_corners: dict[Hashable, _Point] = {}
"""Lower left corner of words, seen from the point they are written at, by their looks."""


class PageText(Text):
    """A text that is laid out once for all drawings."""

    _is_spaced = False
    _behind: tuple[Any, ...] | None = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_spaced = not _SPACING.isdisjoint(kwargs)

    def set_linespacing(self, spacing: Any) -> None:
        """Set the distance between lines, as matplotlib does."""
        self._is_spaced = True
        super().set_linespacing(spacing)

    def set_multialignment(self, align: Any) -> None:
        """Align lines with each other, as matplotlib does."""
        self._is_spaced = True
        super().set_multialignment(align)

    def set_bbox(self, rectprops: Any) -> None:
        """Draw a box behind the words, as matplotlib does."""
        behind = tuple((rectprops or {}).items())
        self._behind = behind if all(isinstance(value, Hashable) for _, value in behind) else None
        super().set_bbox(rectprops)

    def get_bbox_patch(self) -> Any:
        """Return the box behind the words, which may be changed then."""
        self._behind = None
        return super().get_bbox_patch()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the words, from what is known of them where they were drawn before."""
        if not self.get_visible() or not self.get_text():
            return
        is_page = isinstance(renderer, PageRenderer)
        looks = self._looks() if is_page else None
        point = self._point() if looks is not None else None
        if looks is None or point is None or not isinstance(renderer, PageRenderer):
            super().draw(renderer)
        elif self._is_shown(point):
            renderer.draw_words(looks, point, lambda recorder: self._draw_at(point, recorder))

    def low_corner(self, renderer: RendererBase) -> _Point:
        """Return the lower left corner of the words, in pixels."""
        looks = self._looks() if isinstance(renderer, PageRenderer) else None
        if looks is None:
            box = self.get_window_extent(renderer)
            return box.x0, box.y0
        x, y = self.get_transform().transform(self.get_unitless_position())
        if looks not in _corners:
            if len(_corners) >= _MOST_CORNERS:
                _corners.clear()
            box = self.get_window_extent(renderer)
            _corners[looks] = box.x0 - x, box.y0 - y
        left, below = _corners[looks]
        return x + left, y + below

    def _draw_at(self, point: _Point, renderer: RendererBase) -> None:  # noqa: ARG002 - a note's
        Text.draw(self, renderer)

    def _looks(self) -> Looks | None:
        """Return all that decides how the words look, or None for special ones."""
        text = self.get_text()
        if (
            self._behind is None
            or self._is_spaced
            or ("$" in text and self.get_parse_math())
            or self.get_rotation()
            or self._is_clipped()
            or self.get_usetex()
            or self.get_wrap()
            or self.get_path_effects()
            or self.get_url() is not None
        ):
            return None
        return Looks(
            text, font_of(self.get_fontproperties()), to_rgba(self.get_color()), self.get_alpha(),
            self.get_horizontalalignment(), self.get_verticalalignment(), self._behind,
        )  # fmt: skip

    def _is_clipped(self) -> bool:
        has_clip = self.get_clip_path() is not None or self.get_clip_box() is not None
        return has_clip and self.get_clip_on()

    def _point(self) -> _Point | None:
        """Return where the words are anchored, in pixels from below; None if that is special."""
        x, y = self.get_transform().transform(self.get_unitless_position())
        return float(x), float(y)

    def _is_shown(self, point: _Point) -> bool:  # noqa: ARG002 - a note asks where it stands
        return True


class PageNote(PageText, Annotation):
    """A text beside a point that is laid out once for all drawings."""

    def _point(self) -> _Point | None:
        if self.arrow_patch is not None or self.anncoords != "offset points":
            return None
        place = self._place_of_point()
        if place is None:
            return None
        dx, dy = self.get_position()
        return place[0] + dx, place[1] + dy

    def _place_of_point(self) -> _Point | None:
        axes: Any = self.axes
        system: Any = self.xycoords
        known = {
            "data": lambda: axes.transData,
            "axes fraction": lambda: axes.transAxes,
            ("data", "axes fraction"): axes.get_xaxis_transform,
            ("axes fraction", "data"): axes.get_yaxis_transform,
        }
        if isinstance(system, (str, tuple)) and system in known:
            system = known[system]()
        has_units = axes.xaxis.have_units() or axes.yaxis.have_units()
        is_number = all(isinstance(value, Real) for value in self.xy)
        if not isinstance(system, Transform) or has_units or not is_number:
            return None
        x, y = system.transform(self.xy)
        return float(x), float(y)

    def _draw_at(self, point: _Point, renderer: RendererBase) -> None:
        dx, dy = self.get_position()
        self.set_transform(Affine2D().translate(point[0] - dx, point[1] - dy))
        Text.draw(self, renderer)

    def _is_shown(self, point: _Point) -> bool:
        clips = self.get_annotation_clip()
        if not clips and not (clips is None and self.xycoords == "data"):
            return True
        dx, dy = self.get_position()
        axes: Any = self.axes
        return bool(axes.contains_point((point[0] - dx, point[1] - dy)))
