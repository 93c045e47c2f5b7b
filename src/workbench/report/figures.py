"""Figures as small inline SVG that follow the reader's colours and speak for themselves.

A plot function draws with matplotlib in the colours named here. :func:`draw` makes two drawings of
it, a wide and a narrow one, as SVG that may stand in a page: only drawing elements from an
allow-list, colours as CSS variables so that light, dark and print follow, ids that cannot collide,
a title and a description. :func:`clean_svg` makes the same of SVG from elsewhere. Coordinates are
rounded to a tenth of a pixel, so the same result gives the same bytes.
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import unicodedata
import warnings
from typing import TYPE_CHECKING, Any, Final, cast
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring

from workbench.report import segment_colours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes

__all__ = [
    "ACCENT",
    "BAD",
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "GOOD",
    "INK",
    "LINE",
    "NARROW",
    "PAPER",
    "SIZE",
    "SMALL",
    "SOFT",
    "WARN",
    "WASH",
    "WIDE",
    "canvas",
    "clean_svg",
    "draw",
    "light_colours",
    "place",
    "standing_alone",
    "visible_text",
]

INK: Final = "#1c2024"
SOFT: Final = "#5b636d"
LINE: Final = "#d9dde3"
PAPER: Final = "#ffffff"
WASH: Final = "#f5f7f9"
ACCENT: Final = "#0b5cab"
GOOD: Final = "#1b7a4b"
BAD: Final = "#b3402a"
WARN: Final = "#8a5a00"
C1: Final = "#0b5cac"
C2: Final = "#b3402b"
C3: Final = "#1b7a4c"
C4: Final = "#7a4fa3"
C5: Final = "#8a5a01"
"""Draw in these colours only: each becomes a CSS variable of the page (``var(--ink)`` ...)."""

WIDE: Final = 1040
NARROW: Final = 358
"""Width in pixels of the two drawings; a unit of the figure is a pixel and a point."""

SIZE: Final = 14.0
SMALL: Final = 13.0
"""Sizes of text in both drawings; readable at 390 pixels because narrow is never scaled down."""

_VARIABLES = {
    INK: "ink", SOFT: "soft", LINE: "line", PAPER: "paper", WASH: "wash", ACCENT: "accent",
    GOOD: "good", BAD: "bad", WARN: "warn", C1: "c1", C2: "c2", C3: "c3", C4: "c4", C5: "c5",
    **segment_colours.STAND_INS,
}  # fmt: skip

_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "workbench",
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "figure.dpi": 72,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": SIZE,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.labelsize": SMALL,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": False,
    "grid.color": LINE,
    "grid.linewidth": 1.0,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "lines.solid_capstyle": "butt",
}

_ATTRIBUTES = frozenset(
    {
        "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height",
        "points", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray",
        "stroke-linecap", "stroke-linejoin", "opacity", "fill-opacity", "stroke-opacity",
        "font-size", "font-weight", "font-style", "text-anchor",
    }
)  # fmt: skip
_DRAWING = frozenset({"path", "rect", "line", "circle", "ellipse", "polyline", "polygon"})
_SVG = "{http://www.w3.org/2000/svg}"
INHERITED = {"font-size": "14px", "fill": "var(--ink)"}
"""Said once, on the drawing; texts that have just these inherit them."""
_HREF = "{http://www.w3.org/1999/xlink}href"
ROUND_MARKER = re.compile(r"M0 ([\d.]+)(?: C[-\d. ]+){8} z$")
_NUMBER = re.compile(r"-?\d+\.\d+")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_VALUE = re.compile(r"^[\w\s.,#()%+-]*$")


def light_colours() -> dict[str, str]:
    """Return CSS variable -> colour, as they are in light mode and in print."""
    return {name: colour for colour, name in _VARIABLES.items()} | segment_colours.LIGHT


def standing_alone(svg: str, shades: Mapping[str, str] | None = None) -> str:
    """Return a drawing of a page as a file of its own: namespace given, colours written out.

    Parameters
    ----------
    svg
        As :func:`clean_svg` returns it.
    shades
        CSS variable -> colour, where an organisation has its own.
    """
    named = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    colours = light_colours() | dict(shades or {})
    return re.sub(r"var\(--([a-z0-9]+)\)", lambda hit: colours[hit[1]], named)


_NO_CHARACTERS: Final[dict[int, None]] = {0xFFFE: None, 0xFFFF: None}
"""Code points that are no characters; XML forbids them."""


def visible_text(text: str) -> str:
    r"""Return a text without characters that hide, reorder or break what stands around it.

    Control characters, bidirectional marks and other invisible format characters go; line breaks
    and tabs become spaces. Letters of every script, and emoji with their joiners, stay.

    Examples
    --------
    >>> visible_text("Sve\u202erige\x00\n1")
    'Sverige 1'
    """
    if text.isprintable():
        return text
    spaced = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    hidden = {"Cc", "Cf", "Cs", "Co"}
    shown = (c for c in spaced if c == "\u200d" or unicodedata.category(c) not in hidden)
    return "".join(shown).translate(_NO_CHARACTERS)


def canvas(*, narrow: bool = False) -> Axes:
    """Return empty axes on a figure of the page's own, in the width that is asked for.

    A plot function calls it when it is given no axes, then :func:`place`.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    from workbench.report.page_axes import PageAxes

    figure = Figure(figsize=((NARROW if narrow else WIDE) / 72, 300 / 72), dpi=72)
    FigureCanvasSVG(figure)
    figure.workbench_canvas = True  # pyright: ignore[reportAttributeAccessIssue] - a mark of ours
    return figure.add_axes(PageAxes(figure, (0.0, 0.0, 1.0, 1.0)))


def place(
    ax: Axes, *, height: float, left: float = 0, right: float = 0, top: float = 0, bottom: float = 0
) -> None:
    """Give the figure its height and the axes their margins, all in pixels.

    Does nothing for axes that a caller made: those keep the place they were given.
    """
    figure = ax.figure
    if not getattr(figure, "workbench_canvas", False):
        return
    width = figure.get_figwidth() * 72  # pyright: ignore[reportAttributeAccessIssue] - a Figure
    figure.set_figheight(height / 72)  # pyright: ignore[reportAttributeAccessIssue] - a Figure
    ax.set_position(
        (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - top - bottom) / height,
        )
    )


def draw(
    plot: Callable[..., Axes],
    result: object,
    identifier: str,
    *,
    title: str,
    language: str,
    widths: tuple[str, ...] = ("wide", "narrow"),
) -> dict[str, str]:
    """Draw a result in each width and return clean SVG by width.

    Parameters
    ----------
    plot
        ``plot_<kind>(result, *, ax=None, language="en", narrow=False) -> Axes``.
    result
        The record it draws.
    identifier
        The result's id; ids inside the drawings begin with it.
    title
        The finding in one sentence: the drawing's text alternative.
    language
        Language of labels and numbers.
    widths
        ``wide`` and ``narrow``, or one of them.
    """
    import matplotlib as mpl

    drawings: dict[str, str] = {}
    with mpl.rc_context(cast("Any", _STYLE)), warnings.catch_warnings():
        # the browser draws the letters: a script that DejaVu lacks is no fault
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        for width in widths:
            ax = plot(result, language=language, narrow=width == "narrow")
            drawings[width] = _written(ax.figure, f"{identifier}-{width[0]}", title, width)
    return drawings


def _written(figure: Any, prefix: str, title: str, width: str) -> str:
    """Return a figure as clean SVG: at once, or through matplotlib's file where it holds more."""
    from workbench.report import page_renderer

    if getattr(figure, "workbench_canvas", False):
        with contextlib.suppress(page_renderer.BeyondPageError):
            return page_renderer.drawn(figure, prefix, title, width)
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return clean_svg(stream.getvalue(), prefix=prefix, title=title, style=width)


@functools.lru_cache(maxsize=128)  # the pages of a run show each drawing several times
def clean_svg(source: bytes | str, *, prefix: str, title: str, style: str = "wide") -> str:
    """Rebuild a drawing from an allow-list: nothing else of the source comes through.

    Parameters
    ----------
    source
        SVG, by matplotlib or by :func:`clean_svg` itself.
    prefix
        What ids inside the drawing begin with, so that two drawings in one page never collide.
    title
        Text alternative.
    style
        Class of the drawing: ``wide``, ``narrow``.

    Examples
    --------
    >>> clean_svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()">'
    ...           '<script>x()</script><path d="M 0 0.123" style="stroke: #5b636d"/></svg>',
    ...           prefix="a", title="A line")
    '<svg class="wide" viewBox="0 0 9 9" role="img" aria-labelledby="a-t" font-size="14px" fill="var(--ink)"><title id="a-t">A line</title><path d="M0 .1" stroke="var(--soft)" /></svg>'
    """  # noqa: E501 - the output is one line
    data = source.encode() if isinstance(source, str) else source
    root: ET.Element = fromstring(data)
    view = root.get("viewBox", "")
    view = view if re.fullmatch(r"[\d\s.-]+", view) else "0 0 100 100"
    out, safe_prefix = empty_drawing(view, prefix, title, style)
    names = _referenced(root, safe_prefix)
    _copy(root, out, names, {})
    return ET.tostring(out, encoding="unicode")


def empty_drawing(view: str, prefix: str, title: str, style: str) -> tuple[ET.Element, str]:
    """Return a clean drawing with nothing in it but its title, and what its ids begin with."""
    safe_prefix = re.sub(r"[^A-Za-z0-9_-]", "-", prefix)
    out = ET.Element("svg", {"class": style, "viewBox": _short(view), "role": "img"})
    out.set("aria-labelledby", f"{safe_prefix}-t")
    for name, value in INHERITED.items():
        out.set(name, value)
    heading = ET.SubElement(out, "title", {"id": f"{safe_prefix}-t"})
    heading.text = visible_text(title)
    return out, safe_prefix


def _referenced(root: ET.Element, prefix: str) -> dict[str, str]:
    """Return old id -> new id of what the drawing points at: markers and clips."""
    found: dict[str, str] = {}
    for element in root.iter():
        for value in (element.get(_HREF), element.get("href"), element.get("clip-path")):
            hit = re.search(r"#([\w.-]+)", value or "")
            if hit and hit[1] not in found:
                found[hit[1]] = f"{prefix}-{len(found)}"
    return found


def _copy(
    source: ET.Element, target: ET.Element, names: dict[str, str], radii: dict[str, str]
) -> None:
    """Copy what may be drawn; a marker that is a circle is drawn as one where it is used."""
    for child in source:
        tag = str(child.tag).removeprefix(_SVG)
        attributes = _attributes(child, names)
        if tag == "text":
            _text(child, target, attributes)
        elif tag == "use":
            _use(target, attributes, radii)
        elif tag in _DRAWING and not _is_round_marker(attributes, radii):
            if not _is_invisible(attributes):
                ET.SubElement(target, tag, attributes)
        elif tag == "clipPath" and "id" in attributes:
            _copy(child, ET.SubElement(target, tag, attributes), names, radii)
        elif tag == "defs" and any(node.get("id") in names for node in child):
            _definitions(child, target, names, radii)
        elif tag == "g":
            _copy(child, _group(target, attributes), names, radii)


def _definitions(
    source: ET.Element, target: ET.Element, names: dict[str, str], radii: dict[str, str]
) -> None:
    definitions = ET.Element("defs")
    _copy(source, definitions, names, radii)
    if len(definitions):
        target.append(definitions)


def _is_round_marker(attributes: dict[str, str], radii: dict[str, str]) -> bool:
    """Remember matplotlib's round marker, eight curves around the origin, by its radius."""
    hit = ROUND_MARKER.match(attributes.get("d", "")) if "id" in attributes else None
    if hit is None:
        return False
    radii[attributes["id"]] = hit[1]
    return True


def _use(target: ET.Element, attributes: dict[str, str], radii: dict[str, str]) -> None:
    name = attributes.get("href", "").removeprefix("#")
    if name in radii:
        place = {"cx": attributes.pop("x", "0"), "cy": attributes.pop("y", "0")}
        del attributes["href"]
        ET.SubElement(target, "circle", place | {"r": radii[name]} | attributes)
    elif name:
        ET.SubElement(target, "use", attributes)


def _group(target: ET.Element, attributes: dict[str, str]) -> ET.Element:
    """Keep a group only where it clips, fades or moves what is in it."""
    return ET.SubElement(target, "g", attributes) if attributes else target


def _text(child: ET.Element, target: ET.Element, attributes: dict[str, str]) -> None:
    words = visible_text("".join(child.itertext()))
    attributes = {k: v for k, v in attributes.items() if INHERITED.get(k) != v}
    if words.strip():
        ET.SubElement(target, "text", attributes).text = words


def _is_invisible(attributes: dict[str, str]) -> bool:
    has_fill = attributes.get("fill", "black") != "none"
    has_line = attributes.get("stroke", "none") != "none"
    return not (has_fill or has_line)


def _attributes(element: ET.Element, names: dict[str, str]) -> dict[str, str]:
    raw = {str(key): str(value) for key, value in element.attrib.items()}
    for declaration in raw.pop("style", "").split(";"):
        key, _, value = declaration.partition(":")
        raw[key.strip()] = value.strip()
    found = {
        key: _short(coloured(value))
        for key, value in raw.items()
        if key in _ATTRIBUTES and (_VALUE.match(value) or _is_variable(value))
    }
    _drop_defaults(found)
    if raw.get("id") in names:
        found["id"] = names[raw["id"]]
    pointer = (raw.get(_HREF) or raw.get("href") or "").removeprefix("#")
    if pointer in names:
        found["href"] = f"#{names[pointer]}"
    clip = re.fullmatch(r"url\(#([\w.-]+)\)", raw.get("clip-path", ""))
    if clip and clip[1] in names:
        found["clip-path"] = f"url(#{names[clip[1]]})"
    return found


def _drop_defaults(found: dict[str, str]) -> None:
    if re.match(r"rotate\(-?0[ )]", found.get("transform", "")):
        del found["transform"]
    if found.get("text-anchor") == "start":
        del found["text-anchor"]
    if found.get("font-weight") == "700":
        found["font-weight"] = "650"
    if found.get("stroke-linecap") == "butt":
        del found["stroke-linecap"]
    if found.get("stroke-linejoin") == "miter":
        del found["stroke-linejoin"]
    for name in ("opacity", "fill-opacity", "stroke-opacity"):
        if found.get(name) == "1":
            del found[name]


def _is_variable(value: str) -> bool:
    return re.fullmatch(r"var\(--[a-z0-9]+\)", value) is not None


def coloured(value: str) -> str:
    return _COLOUR.sub(
        lambda hit: (
            f"var(--{_VARIABLES[hit[0].lower()]})" if hit[0].lower() in _VARIABLES else hit[0]
        ),
        value,
    )


@functools.lru_cache(maxsize=8192)  # drawings share most of their values
def _short(value: str) -> str:
    """Round coordinates to a tenth and drop the spaces and zeros that say nothing."""
    rounded = _NUMBER.sub(lambda hit: _tenth(hit[0]), value.replace("\n", " "))
    return re.sub(r"\s+", " ", re.sub(r"([MLCQZz]) (?=[-.\d])", r"\1", rounded)).strip()


def _tenth(number: str) -> str:
    text = f"{float(number) + 0.0:.1f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if text == "-0" else text)
