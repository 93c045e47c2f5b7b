"""Attributes of a clean drawing's elements, from what matplotlib is about to draw.

Each is written as :func:`workbench.report.figures.clean_svg` leaves it: colours as variables of the
page, numbers to a tenth, nothing that SVG or the drawing takes for granted.
"""

from __future__ import annotations

import functools
import string
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.colors import rgb2hex
from matplotlib.font_manager import FontProperties, findfont, get_font, weight_dict
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from workbench.report import figures

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase

__all__ = [
    "decimal",
    "extent_of_letters",
    "font_of",
    "height_of_font",
    "marker_outline",
    "measure_letters",
    "shape_style",
    "size_of_text",
    "words_style",
    "written",
]

_CAPS: Final = {"projecting": "square", "round": "round"}
_ANCHORS: Final = {"center": "middle", "right": "end"}
_LETTERS: Final = {
    int(Path.MOVETO): ("M", 1),
    int(Path.LINETO): ("L", 1),
    int(Path.CURVE3): ("Q", 2),
    int(Path.CURVE4): ("C", 3),
}
_DPI: Final = 72
_HEIGHTS: Final = (
    ("OS/2", "sTypoAscender", "sTypoDescender", "sTypoLineGap"),
    ("hhea", "ascent", "descent", "lineGap"),
)
"""Tables of a font that tell its heights, the first it has going before."""
_LAST_PLAIN_LETTER: Final = "\u024f"
_PLAIN_SIGNS: Final = frozenset("–—‘’‚“”„†•…‹›−≈≠≤≥→←↑↓")
_NO_BREAK: Final = "\u00a0"
_LETTERS_OF_OURS: Final = "".join(
    (string.ascii_letters, string.digits, string.punctuation, " åäöÅÄÖéü–’”−…·", _NO_BREAK)
)
_FONT: Final = ("family", "style", "variant", "weight", "stretch", "size")


def written(points: Any, codes: Any) -> str:
    """Return vertices as the text of a path."""
    numbers = [decimal(number) for number in points.ravel().tolist()]
    pairs = [f"{x} {y}" for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    if codes is None:
        return ("M" + " L".join(pairs)) if pairs else ""
    parts: list[str] = []
    position = 0
    kinds = codes.tolist()
    while position < len(kinds) and kinds[position] != Path.STOP:
        if kinds[position] == Path.CLOSEPOLY:
            parts.append("z")
            position += 1
            continue
        letter, count = _LETTERS[kinds[position]]
        parts.append(letter + " ".join(pairs[position : position + count]))
        position += count
    return " ".join(parts)


@functools.lru_cache(maxsize=256)
def marker_outline(vertices: bytes, codes: bytes | None, matrix: bytes) -> tuple[str, str]:
    """Return the text of a marker's path, y downwards, and its radius if it is round."""
    flipped = Affine2D(np.frombuffer(matrix).reshape(3, 3)) + Affine2D().scale(1.0, -1.0)
    points = flipped.transform(np.frombuffer(vertices).reshape(-1, 2))
    kinds = None if codes is None else np.frombuffer(codes, dtype=Path.code_type)
    outline = written(points, kinds)
    hit = figures.ROUND_MARKER.match(outline)
    return outline, hit[1] if hit else ""


def shape_style(gc: GraphicsContextBase, face: Any) -> dict[str, str]:
    """Return fill and stroke as attributes, without what SVG takes for granted."""
    style: dict[str, str] = {}
    is_forced = gc.get_forced_alpha()
    if face is None:
        style["fill"] = "none"
    else:
        style |= _filled(tuple(face), is_forced=is_forced)
    if is_forced:
        style |= _faded("opacity", float(gc.get_alpha()))
    dashes: Any = gc.get_dashes()[1]
    if dashes is not None:
        style["stroke-dasharray"] = ",".join(decimal(length) for length in dashes)
    width = gc.get_linewidth()
    if not width:
        return style
    rgb: Any = gc.get_rgb()
    style["stroke"] = _colour(rgb[:3])
    if not is_forced:
        style |= _faded("stroke-opacity", rgb[3])
    if width != 1.0:
        style["stroke-width"] = decimal(width)
    if gc.get_joinstyle() == "bevel":
        style["stroke-linejoin"] = "bevel"
    if gc.get_capstyle() in _CAPS:
        style["stroke-linecap"] = _CAPS[gc.get_capstyle()]
    return style


def _filled(face: tuple[float, ...], *, is_forced: bool) -> dict[str, str]:
    style = {} if face[:3] == (0, 0, 0) else {"fill": _colour(face[:3])}
    is_clear = len(face) == 4 and not is_forced
    return style | (_faded("fill-opacity", face[3]) if is_clear else {})


def _faded(name: str, share: float) -> dict[str, str]:
    text = decimal(share)
    return {} if share == 1.0 or text == "1" else {name: text}


def words_style(gc: GraphicsContextBase, prop: FontProperties, align: str) -> dict[str, str]:
    """Return how words look, without what the drawing says once for all."""
    anchor = {"text-anchor": _ANCHORS[align]} if align in _ANCHORS else {}
    style = _letters(prop) | anchor | _ink(gc)
    return {name: value for name, value in style.items() if figures.INHERITED.get(name) != value}


def _letters(prop: FontProperties) -> dict[str, str]:
    weight = prop.get_weight()
    number = weight_dict.get(weight, weight) if isinstance(weight, str) else weight
    style = {} if prop.get_style() == "normal" else {"font-style": str(prop.get_style())}
    if number != 400:
        style["font-weight"] = "650" if number == 700 else f"{number}"
    return style | {"font-size": f"{decimal(prop.get_size())}px"}


def _ink(gc: GraphicsContextBase) -> dict[str, str]:
    rgb: Any = gc.get_rgb()
    alpha = gc.get_alpha() if gc.get_forced_alpha() else rgb[3]
    colour = rgb2hex(rgb)
    style = {} if colour == "#000000" else {"fill": figures.coloured(colour)}
    return style | _faded("opacity", alpha)


@functools.lru_cache(maxsize=256)
def _colour(rgb: Any) -> str:
    return figures.coloured(rgb2hex(rgb))


def decimal(number: float) -> str:
    """Return a number as a clean drawing has it: matplotlib's six decimals, then one."""
    rounded = round(float(number), 6)
    text = f"{rounded:.1f}".removesuffix(".0")
    if text == "-0" and rounded:
        return "0"
    if text.startswith("0."):
        return text[1:]
    return f"-{text[2:]}" if text.startswith("-0.") else text


def font_of(prop: FontProperties) -> tuple[Any, ...]:
    """Return what chooses the letters: family, style, variant, weight, stretch, size."""
    return (
        tuple(prop.get_family()), prop.get_style(), prop.get_variant(), prop.get_weight(),
        prop.get_stretch(), prop.get_size_in_points(),
    )  # fmt: skip


@functools.lru_cache(maxsize=4096)
def size_of_text(text: str, font: tuple[Any, ...]) -> tuple[float, float, float]:
    """Return width, height and descent of a text in pixels, ``font`` as :func:`font_of` has it."""
    properties: Any = dict(zip(_FONT, font, strict=True))
    return TextToPath().get_text_width_height_descent(text, FontProperties(**properties), False)


@functools.lru_cache(maxsize=256)
def height_of_font(font: tuple[Any, ...]) -> tuple[float, float, float] | tuple[None, None, None]:
    """Return ascent, descent and line gap of a font in pixels; None where it does not tell.

    As :class:`matplotlib.text.Text` reads them from the font's tables at 72 dots an inch, once for
    a font instead of once for a text.
    """
    *letters, size = font
    properties: Any = dict(
        zip(_FONT, letters, strict=False)
    )  # letters of all sizes are in one file
    found: Any = get_font(findfont(FontProperties(**properties)))
    for name, *wanted in _HEIGHTS:
        table = found.get_sfnt_table(name)
        if table is not None and table.keys() >= set(wanted):  # 3.10 reads less of "OS/2"
            scale = 1 / found.get_sfnt_table("head")["unitsPerEm"] * size * _DPI / 72  # to the bit
            ascent, descent, gap = (table[key] * scale for key in wanted)
            return ascent, -descent, gap
    return None, None, None


def extent_of_letters(text: str, font: tuple[Any, ...]) -> tuple[float, float] | None:
    """Return how far a text goes above and below its line, in hundredths of its size.

    That is as far as the letter that goes furthest, whatever they are joined to, and no less than
    matplotlib takes every line to go: texts with the same extent stand at the same height. None for
    letters beyond plain European ones, which may be put on top of each other.
    """
    extents = [_least_extent(font[:-1])]
    for letter in text:
        if letter > _LAST_PLAIN_LETTER and letter not in _PLAIN_SIGNS:
            return None
        if not (letter.isprintable() or letter == _NO_BREAK):
            return None
        extents.append(_extent_of_letter(letter, font[:-1]))
    above, below = zip(*extents, strict=True)
    return max(above), max(below)


@functools.lru_cache(maxsize=64)
def _least_extent(letters: tuple[Any, ...]) -> tuple[float, float]:
    """Return what every line goes: as far as "lp", or, since matplotlib 3.11, as the font says."""
    above, below = _extent_of_letter("l", letters)[0], _extent_of_letter("p", letters)[1]
    ascent, descent, _ = height_of_font((*letters, TextToPath.FONT_SCALE))
    if ascent is None or descent is None:
        return above, below
    return min(above, round(ascent, 3)), min(below, round(descent, 3))


@functools.lru_cache(maxsize=4096)
def _extent_of_letter(letter: str, letters: tuple[Any, ...]) -> tuple[float, float]:
    _, height, descent = size_of_text(letter, (*letters, TextToPath.FONT_SCALE))
    return round(height - descent, 3), round(descent, 3)  # they are multiples of 1/64


def measure_letters() -> None:
    """Measure the letters of Swedish and English in the fonts that are set, plain and bold."""
    for weight in ("normal", "bold"):
        extent_of_letters(_LETTERS_OF_OURS, font_of(FontProperties(weight=weight)))
