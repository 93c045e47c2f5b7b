"""An organisation's logo and colours, checked before a run and put into the page itself."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import StudyError
from workbench.language import LANGUAGES, localized
from workbench.report.contrast import READABLE, contrast, readable_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

__all__ = [
    "DARK_PAPER",
    "LIGHT_PAPER",
    "LOGO_FILES",
    "Brand",
    "brand_of",
    "brand_words",
    "write_logo",
]

LIGHT_PAPER: Final = "#ffffff"
DARK_PAPER: Final = "#14171a"
LOGO_FILES: Final = ("logo.png", "logo.svg")
"""The names a run folder may hold its logo under."""
_MOST_BYTES: Final = 40_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title"),
        *("defs", "linearGradient", "radialGradient", "stop", "clipPath", "text", "tspan"),
    }
)
_ATTRIBUTES = frozenset(
    {
        *("id", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
        *("width", "height", "points", "viewBox", "preserveAspectRatio", "transform", "offset"),
        *("fill", "fill-rule", "fill-opacity", "clip-rule", "clip-path", "opacity", "stroke"),
        *("stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"),
        *("stroke-opacity", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform"),
        *("font-family", "font-size", "font-weight", "text-anchor"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Brand:
    """What a page takes from ``[brand]``; empty where the study says nothing.

    Parameters
    ----------
    logo
        ``data:`` address of the cleaned logo.
    logo_text
        Its text alternative, as in the study.
    accent, accent_dark
        Colours on a light and a dark page.
    colours
        Value of the first segment -> (colour on a light page, on a dark one).
    """

    logo: str = ""
    logo_text: Any = ""
    accent: str = ""
    accent_dark: str = ""
    colours: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, "tuple[str, str]"])

    @property
    def shades(self) -> dict[str, str]:
        """CSS variable of a market -> its colour on white; brand's markets come first."""
        return {f"s{n}": light for n, (light, _) in enumerate(self.colours.values(), start=1)}

    @property
    def facts(self) -> dict[str, Any]:
        """What the record of a run keeps, for exports made later."""
        return {"accent": self.accent, "shades": self.shades}

    @property
    def css(self) -> str:
        """Style that follows that of the page; empty without colours."""
        light, dark = (
            dict(self.shades),
            {f"s{n}": shade for n, (_, shade) in enumerate(self.colours.values(), start=1)},
        )
        if self.accent:
            light["accent"], dark["accent"] = self.accent, self.accent_dark
        if not light:
            return ""
        day, night = (
            " ".join(f"--{name}: {colour};" for name, colour in shades.items())
            for shades in (light, dark)
        )
        return (
            f":root {{ {day} }}\n"
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {night} }} }}"
        )


def brand_of(study: Any) -> Brand:
    """Return a study's brand.

    Raises
    ------
    StudyError
        If the logo is missing, too large or no picture, or a colour can't be read on the page.
    """
    model = study.model.brand
    if model is None:
        return Brand()
    accent = model.accent.lower() if model.accent else ""
    dark = (model.accent_dark or "").lower()
    if accent:
        _refuse_faint("accent", accent, LIGHT_PAPER, "white")
    if dark:
        _refuse_faint("accent_dark", dark, DARK_PAPER, "the dark page")
    for value, colour in model.colours.items():
        _refuse_faint(f'colours."{value}"', colour, LIGHT_PAPER, "white")
    return Brand(
        logo=_logo(study.folder, model.logo) if model.logo else "",
        logo_text=model.logo_text or study.title or study.id,
        accent=accent,
        accent_dark=dark or (readable_on(accent, DARK_PAPER) if accent else ""),
        colours={
            value: (colour.lower(), readable_on(colour, DARK_PAPER))
            for value, colour in model.colours.items()
        },
    )


def _refuse_faint(key: str, colour: str, paper: str, name: str) -> None:
    found = contrast(colour, paper)
    if found < READABLE:
        raise StudyError(
            f"`brand.{key}`: {colour} on {name} has a contrast of {found:.1f}; a text needs at "
            f"least {READABLE}. The nearest shade that can be read is {readable_on(colour, paper)}."
        )


def _logo(folder: Path, name: str) -> str:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise StudyError(
            f"`brand.logo`: there is no file '{name}' in the study's folder. Put the logo there, "
            "or take the key away."
        )
    raw = path.read_bytes()
    if len(raw) > _MOST_BYTES:
        raise StudyError(
            f"`brand.logo`: '{name}' has {len(raw):,} bytes; {_MOST_BYTES:,} at the most, since it "
            "stands in every page. Save it smaller, or as SVG."
        )
    if raw.startswith(_PNG):
        return _address("image/png", _clean_png(raw, name))
    return _address("image/svg+xml", _clean_svg(raw, name))


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _clean_png(raw: bytes, name: str) -> bytes:
    """Draw the picture anew, so that nothing but its pixels comes along."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as image:
            if image.width * image.height > 4_000_000:
                raise StudyError(f"`brand.logo`: '{name}' has too many pixels; scale it down.")
            pixels = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise StudyError(f"`brand.logo`: '{name}' is damaged; save it again.") from None
    stream = io.BytesIO()
    pixels.save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def _clean_svg(raw: bytes, name: str) -> bytes:
    """Rebuild the drawing from an allow-list: no script, style, link, picture or entity."""
    from xml.etree.ElementTree import ParseError, register_namespace, tostring

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(raw)
    except (ParseError, DefusedXmlException, ValueError):
        raise StudyError(
            f"`brand.logo`: '{name}' is neither a PNG nor a well-formed SVG. Save it again."
        ) from None
    if root.tag != f"{_SVG}svg" or "viewBox" not in root.attrib:
        raise StudyError(f"`brand.logo`: '{name}' must be an SVG with a viewBox. Export it again.")
    register_namespace("", _SVG.strip("{}"))
    _strip(root)
    return tostring(root, encoding="utf-8")


def _strip(element: Element) -> None:
    for name, value in list(element.attrib.items()):
        points_away = "url(" in value.lower() and not value.strip().startswith("url(#")
        if name not in _ATTRIBUTES or points_away:
            del element.attrib[name]
    for child in list(element):
        tag = str(child.tag)
        if not tag.startswith(_SVG) or tag.removeprefix(_SVG) not in _ELEMENTS:
            element.remove(child)
        else:
            _strip(child)


def brand_words(brand: Brand, language: str) -> str:
    """Return the logo's text alternative in the language of the page."""
    return localized(brand.logo_text, language)


def write_logo(brand: Brand, folder: Path) -> dict[str, Any]:
    """Write the cleaned logo beside the pages; return what the record says of it."""
    if not brand.logo:
        return {}
    kind, _, content = brand.logo.partition(";base64,")
    name = LOGO_FILES[0] if kind.endswith("png") else LOGO_FILES[1]
    (folder / name).write_bytes(base64.b64decode(content))
    return {"logo": name, "logo_text": {one: brand_words(brand, one) for one in LANGUAGES}}
