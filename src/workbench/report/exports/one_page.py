"""One page for a meeting, as PDF: answer, key figures, the main figure, what is open, where from.

Drawn with matplotlib, so that it needs no browser: text stays text, the figure stays vectors.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from workbench.language import Message, localized
from workbench.report.exports.drawing import FONT, draw_svg, letter_width, size_of
from workbench.report.exports.parts import figures_of, headings_of, main_findings, open_lines
from workbench.report.exports.source import plain_text
from workbench.report.figures import ACCENT, INK, LINE, SOFT
from workbench.report.fragments import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.figure import Figure as Canvas

    from workbench.report.exports.source import Finding, FinishedRun

__all__ = ["write_one_page"]

_WIDTH, _HEIGHT = 595.0, 842.0
"""A4 in points."""

_MARGIN: Final = 42.0
_INNER = _WIDTH - 2 * _MARGIN
_LABEL: Final = 108.0
_LOGO: Final = 30.0
"""Height of the logo, in points; it is four times as wide at the most."""
_AROUND: Final = 50.0
"""Heading and caption of a figure, in points."""
_SMALLEST: Final = 0.4
"""A figure drawn smaller can't be read: it is left out, and a line of the end goes before it."""
_LINES: Final = 4
"""Lines of each kind at the end, unless the main figure needs their room."""
_SPACE: Final = 0.318
"""Width of a space, in units of the size of the letters."""

_STYLE: Final = {"pdf.fonttype": 42, "font.family": FONT, "text.parse_math": False}


def write_one_page(
    run: FinishedRun, path: Path, *, accent: str = ACCENT, logo: bytes | None = None
) -> Path:
    """Write the page.

    Parameters
    ----------
    run
        A finished run.
    path
        File to write.
    accent
        Colour of the line beside the answer, ``#rrggbb``.
    logo
        PNG for the top right corner.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    with mpl.rc_context(cast("Any", _STYLE)):
        figure = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72), dpi=72)
        FigureCanvasPdf(figure)
        page = _Page(run, figure, accent)
        if logo is not None:
            page.logo(logo)
        page.fill()
        made = dt.datetime.fromisoformat(run.facts["finished"])
        figure.savefig(
            path,
            format="pdf",
            metadata={
                "Title": run.title,
                "Subject": run.study,
                "Author": localized(run.facts["study"].get("owner") or "", run.language),
                "Creator": "workbench",
                "CreationDate": made,
                "ModDate": made,
            },
        )
    return path


@dataclass(frozen=True)
class _Word:
    text: str
    is_bold: bool


class _Page:
    """Writes from the top down; ``y`` is what is left, in points from the bottom."""

    def __init__(self, run: FinishedRun, figure: Canvas, accent: str) -> None:
        self.run = run
        self.figure = figure
        self.accent = accent
        self.y = _HEIGHT - _MARGIN
        self.most = _LINES

    def logo(self, png: bytes) -> None:
        """Draw the logo above the margin, at the right."""
        import io

        from matplotlib.image import imread

        pixels = imread(io.BytesIO(png))
        scale = min(_LOGO / pixels.shape[0], 4 * _LOGO / pixels.shape[1])
        height, width = (side * scale for side in pixels.shape[:2])
        left, bottom = _WIDTH - _MARGIN - width, _HEIGHT - 16 - height
        box = (left / _WIDTH, bottom / _HEIGHT, width / _WIDTH, height / _HEIGHT)
        ax = self.figure.add_axes(box)
        ax.imshow(pixels, aspect="auto", interpolation="antialiased")
        ax.axis("off")

    def fill(self) -> None:
        self.text(self.run.state, size=8, colour=SOFT, width=_INNER - 4 * _LOGO - 10)
        self.y -= 8
        self.text(self.run.title, size=17 if len(self.run.title) < 90 else 14, bold=True)
        self.y -= 8
        self.answer()
        self.key_figures()
        findings = main_findings(self.run)
        if findings:
            self.make_room(findings[0])
        closing = self.closing_height()
        for finding in findings:
            self.drawing(finding, least=_MARGIN + closing)
        self.closing()
        self.y = _MARGIN
        self.text(self.run.rests_on, size=6.5, colour=SOFT)

    def answer(self) -> None:
        if self.run.answer is None:
            return
        top = self.y
        for name, question in QUESTIONS.items():
            text = self.run.answer["rows"].get(name)
            if not text:
                continue
            start = self.y
            label = question.render(self.run.language)
            self.text(label, size=9, bold=True, left=12, width=_LABEL)
            after_label, self.y = self.y, start
            worded = localized(text, self.run.language)
            self.text(worded, size=9, left=_LABEL + 18, width=_INNER - _LABEL - 18)
            self.y = min(self.y, after_label) - 5
        self.line(_MARGIN + 2, top + 2, _MARGIN + 2, self.y + 4, colour=self.accent, width=3)
        self.y -= 4

    def key_figures(self) -> None:
        figures = figures_of(self.run)
        if not figures:
            return
        self.line(_MARGIN, self.y, _WIDTH - _MARGIN, self.y, colour=INK, width=1.2)
        width = _INNER / len(figures)
        top, lowest = self.y - 4, self.y
        for number, figure in enumerate(figures):
            self.y = top
            place: dict[str, Any] = {"left": number * width, "width": width - 8}
            self.text(figure.label, size=7.5, colour=SOFT, **place)
            self.y -= 3
            self.text(figure.value, size=17, bold=True, **place)
            for extra in (figure.interval, figure.verdict):
                if extra:
                    self.text(extra, size=7.5, colour=SOFT, **place)
            lowest = min(lowest, self.y)
        self.y = lowest - 6
        self.line(_MARGIN, self.y, _WIDTH - _MARGIN, self.y, colour=LINE, width=0.8)
        self.y -= 10

    def make_room(self, finding: Finding) -> None:
        """Leave out lines at the end, down to one of each kind, where that lets a figure in."""
        for most in range(_LINES, 0, -1):
            self.most = most
            if self.scale(finding) >= _SMALLEST:
                return
        self.most = _LINES

    def scale(self, finding: Finding) -> float:
        """Return how small a figure would be above what stands at the end."""
        width, height = size_of(_drawing_of(finding))
        room = self.y - _MARGIN - self.closing_height() - _AROUND
        return min(_INNER / width, room / height)

    def drawing(self, finding: Finding, *, least: float) -> None:
        svg = _drawing_of(finding)
        width, height = size_of(svg)
        scale = min(_INNER / width, (self.y - least - _AROUND) / height)
        if scale < _SMALLEST:
            return
        self.text(finding.heading, size=10.5, bold=True)
        self.text(finding.caption, size=7.5, colour=SOFT)
        self.y -= 2
        box = (
            _MARGIN / _WIDTH,
            (self.y - height * scale) / _HEIGHT,
            width * scale / _WIDTH,
            height * scale / _HEIGHT,
        )
        draw_svg(svg, self.figure.add_axes(box))
        self.y -= height * scale + 10

    def _lines(self) -> list[tuple[str, list[str], int]]:
        """Return heading, lines and how many more there are, of what stands at the end."""
        words = headings_of(self.run.language)
        found: list[tuple[str, list[str], int]] = []
        for key, lines in (("actions", open_lines(self.run)), ("unsaid", self.run.unsaid)):
            if lines:
                found.append((words[key], lines[: self.most], len(lines) - self.most))
        return found

    def closing_height(self) -> float:
        height = 16.0
        for _, lines, more in self._lines():
            height += 26 + (11 if more > 0 else 0)
            height += sum(11.0 * len(list(self.wrapped(line, 8, _INNER - 10))) for line in lines)
        return height

    def closing(self) -> None:
        for heading, lines, more in self._lines():
            self.text(heading, size=10, bold=True)
            for line in lines:
                self.text(f"• {line}", size=8)
            if more > 0:
                text = Message("{n:integer} more in the report.", n=more)
                self.text(text.render(self.run.language), size=8, colour=SOFT)
            self.y -= 8

    def line(
        self, x0: float, y0: float, x1: float, y1: float, *, colour: str, width: float
    ) -> None:
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D(
                [x0 / _WIDTH, x1 / _WIDTH],
                [y0 / _HEIGHT, y1 / _HEIGHT],
                color=colour,
                linewidth=width,
                solid_capstyle="butt",
            )
        )

    def text(
        self,
        text: str,
        *,
        size: float,
        colour: str = INK,
        bold: bool = False,
        left: float = 0,
        width: float = _INNER,
    ) -> None:
        """Write a text that wraps; ``**words**`` are bold. A line too many is left out."""
        for line in self.wrapped(f"**{text}**" if bold else text, size, width):
            self.y -= size * 1.3
            x = _MARGIN + left
            for word in line:
                self.figure.text(
                    x / _WIDTH,
                    (self.y + size * 0.3) / _HEIGHT,
                    word.text,
                    fontsize=size,
                    fontweight="bold" if word.is_bold else "normal",
                    color=colour,
                    va="baseline",
                    parse_math=False,
                )
                x += _width_of(word.text, size, word.is_bold)

    def wrapped(self, text: str, size: float, width: float) -> Iterator[list[_Word]]:
        """Yield lines of words, those of one weight joined."""
        line: list[_Word] = []
        used = 0.0
        for group in _groups(text):
            long = sum(_width_of(word.text, size, word.is_bold) for word in group)
            spaces = len(group[-1].text) - len(group[-1].text.rstrip(" "))
            if line and used + long - spaces * size * _SPACE > width:
                yield _joined(line)
                line, used = [], 0.0
            line += group
            used += long
        if line:
            yield _joined(line)


def _drawing_of(finding: Finding) -> str:
    return finding.drawings.get("wide") or next(iter(finding.drawings.values()))


def _groups(text: str) -> Iterator[list[_Word]]:
    """Yield what may not be broken: a word, its bold part and the full stop after it."""
    group: list[_Word] = []
    for number, part in enumerate(re.split(r"\*\*", text)):
        for piece in re.findall(r"[^ ]+ *| +", plain_text(part)):
            group.append(_Word(piece, number % 2 == 1))
            if piece.endswith(" "):
                yield group
                group = []
    if group:
        yield group


def _joined(line: list[_Word]) -> list[_Word]:
    found: list[_Word] = []
    for word in line:
        if found and found[-1].is_bold == word.is_bold:
            found[-1] = _Word(found[-1].text + word.text, word.is_bold)
        else:
            found.append(word)
    return found


def _width_of(text: str, size: float, is_bold: bool) -> float:
    solid = text.rstrip(" ")
    spaces = (len(text) - len(solid)) * size * _SPACE
    return spaces + (letter_width(solid, size, bold=is_bold) if solid else 0.0)
