"""PowerPoint: the answer first, then a slide per result, with charts and tables one can edit."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from workbench.language import Message
from workbench.report.exports.chart_xml import FONT, chart_xml
from workbench.report.exports.charts import chart_data, chart_of
from workbench.report.exports.drawing import write_png
from workbench.report.exports.parts import (
    LANGUAGE_TAGS,
    answer_rows,
    describe,
    figures_of,
    grid_of,
    headings_of,
    open_lines,
)
from workbench.report.figures import ACCENT, INK, SOFT, WASH

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.report.exports.parts import Grid
    from workbench.report.exports.source import Finding, FinishedRun

__all__ = ["write_slides"]

_WIDTH, _HEIGHT = 13.333, 7.5
_LEFT, _INNER = 0.6, 12.13
_MOST_ROWS: Final = 12
_ROOM: Final = {12: 125, 10: 150}
"""Size of the letters -> how many of them fit side by side on a slide."""


def write_slides(
    run: FinishedRun, path: Path, *, accent: str = ACCENT, logo: bytes | None = None
) -> Path:
    """Write a presentation.

    Parameters
    ----------
    run
        A finished run.
    path
        File to write.
    accent
        Colour of charts, ``#rrggbb``.
    logo
        PNG for the top right corner of every slide.
    """
    _Deck(run, accent, logo).save(path)
    return path


class _Deck:
    def __init__(self, run: FinishedRun, accent: str, logo: bytes | None) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.run = run
        self.accent = accent
        self.logo = logo
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
        describe(self.deck.core_properties, run)

    def save(self, path: Path) -> None:
        words = headings_of(self.run.language)
        self.answer()
        for finding in self.run.findings:
            self.finding(finding)
        for key, lines in (("actions", open_lines(self.run)), ("unsaid", self.run.unsaid)):
            if lines:
                self.lines(words[key], lines)
        for finding in self.run.findings:
            self.numbers(finding)
        self.deck.save(str(path))

    def slide(self, title: str) -> Any:
        from pptx.util import Inches

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        heading: Any = slide.shapes.title
        heading.left, heading.top = Inches(_LEFT), Inches(0.4)
        heading.width, heading.height = Inches(_INNER - 2 * bool(self.logo)), Inches(1.0)
        self.write(heading.text_frame, [title], size=26 if len(title) < 90 else 21, bold=True)
        self.box(slide, self.run.state, top=0.18, height=0.3, size=11, colour=SOFT)
        self.box(slide, self.run.rests_on, top=7.08, height=0.3, size=9, colour=SOFT)
        if self.logo is not None:
            self.mark(slide, self.logo)
        return slide

    def mark(self, slide: Any, logo: bytes) -> None:
        """Put the logo into the corner; its text alternative is what it says."""
        from pptx.util import Inches

        picture = slide.shapes.add_picture(io.BytesIO(logo), 0, 0)
        scale = min(Inches(1.8) / picture.width, Inches(0.5) / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        picture.left, picture.top = Inches(_LEFT + _INNER) - picture.width, Inches(0.25)
        properties = picture._element.xpath(".//p:cNvPr")[0]
        properties.set("descr", self.run.logo_text)
        properties.set("name", "logo")

    def box(
        self,
        slide: Any,
        text: str,
        *,
        top: float,
        height: float,
        size: int,
        colour: str = INK,
        left: float = _LEFT,
        width: float = _INNER,
    ) -> None:
        from pptx.util import Inches

        shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        self.write(shape.text_frame, [text], size=size, colour=colour)

    def write(
        self, frame: Any, lines: list[str], *, size: int, colour: str = INK, bold: bool = False
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.TOP
        for side in ("margin_left", "margin_right", "margin_top", "margin_bottom"):
            setattr(frame, side, 0)
        for number, line in enumerate(lines):
            if number:
                frame.paragraphs[number - 1].space_after = Pt(size / 2)
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = line
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
            run.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
            run._r.get_or_add_rPr().set("lang", LANGUAGE_TAGS[self.run.language])

    def answer(self) -> None:
        from pptx.util import Inches

        slide = self.slide(self.run.title)
        rows = answer_rows(self.run)
        top = 1.55
        if rows:
            top = self.pairs(slide, rows, top) + 0.3
        figures = figures_of(self.run)
        if figures:
            table = slide.shapes.add_table(
                4, len(figures), Inches(_LEFT), Inches(top), Inches(_INNER), Inches(1.8)
            ).table
            for column, figure in enumerate(figures):
                texts = (figure.label, figure.value, figure.interval, figure.verdict)
                for row, (text, size) in enumerate(zip(texts, (12, 26, 12, 12), strict=True)):
                    self.cell(table.cell(row, column), text, size=size, bold=row == 1)
            table.first_row = False
            table.horz_banding = False

    def pairs(self, slide: Any, rows: list[tuple[str, str]], top: float) -> float:
        """Write questions and answers as a table; return where it ends, in inches."""
        from pptx.util import Inches

        size, letters = next(
            (size, letters)
            for size, letters in ((14, 100), (13, 108), (12, 118), (11, 128))
            if size == 11 or sum(_lines(text, letters) for _, text in rows) * size <= 150
        )
        heights = [size / 58 * _lines(answer, letters) + 0.1 for _, answer in rows]
        shape = slide.shapes.add_table(
            len(rows), 2, Inches(_LEFT), Inches(top), Inches(_INNER), Inches(sum(heights))
        )
        table = shape.table
        table.first_row, table.first_col, table.horz_banding = False, True, False
        table.columns[0].width, table.columns[1].width = Inches(2.6), Inches(_INNER - 2.6)
        for number, (question, answer) in enumerate(rows):
            table.rows[number].height = Inches(heights[number])
            self.cell(table.cell(number, 0), question, size=size, bold=True)
            self.cell(table.cell(number, 1), answer, size=size)
        return top + sum(heights)

    def cell(
        self, cell: Any, text: str, *, size: int, bold: bool = False, right: bool = False
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches

        self.write(cell.text_frame, [text], size=size, bold=bold)
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(WASH.lstrip("#").upper())
        cell.margin_left = cell.margin_right = Inches(0.08)
        cell.margin_top = cell.margin_bottom = Inches(0.04)
        if right:
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT

    def finding(self, finding: Finding) -> None:
        chart = chart_of(finding, self.run.language)
        grid = grid_of(finding.table, most_rows=_MOST_ROWS) if finding.table else None
        if chart is None and not finding.drawings:
            if grid is not None:
                slide = self.slide(finding.heading)
                self.table(slide, grid, top=1.55)
            return
        slide = self.slide(finding.heading)
        if chart is not None:
            self.chart(slide, finding)
        else:
            self.picture(slide, finding)
        words = [
            *finding.leads[:2],
            *([] if chart and chart.title in finding.caption else [_sentence(finding.caption)]),
        ]
        self.box(slide, " ".join(w for w in words if w), top=6.2, height=0.8, size=12, colour=SOFT)

    def numbers(self, finding: Finding) -> None:
        """Put the table behind a chart on a slide of its own, after what is said aloud."""
        has_figure = chart_of(finding, self.run.language) is not None or finding.drawings
        if finding.table is not None and has_figure:
            title = Message("{finding}: the numbers", finding=finding.heading)
            slide = self.slide(title.render(self.run.language))
            self.table(slide, grid_of(finding.table, most_rows=_MOST_ROWS), top=1.55)

    def chart(self, slide: Any, finding: Finding) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE
        from pptx.oxml import parse_xml
        from pptx.util import Inches

        chart = chart_of(finding, self.run.language)
        if chart is None:
            return
        place = (Inches(_LEFT), Inches(1.5), Inches(_INNER), Inches(4.6))
        data = chart_data(chart, CategoryChartData)
        frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *place, data)
        part = frame.chart.part
        external = part._element.find(_EXTERNAL)
        styled = parse_xml(chart_xml(chart, accent=self.accent))
        if external is not None:
            styled.append(external)
        part._element = styled
        _describe(frame, finding)

    def picture(self, slide: Any, finding: Finding) -> None:
        import tempfile
        from pathlib import Path

        from pptx.util import Inches

        svg = finding.drawings.get("wide") or next(iter(finding.drawings.values()))
        with tempfile.TemporaryDirectory() as folder:
            image = str(write_png(svg, Path(folder) / "figure.png"))
            picture = slide.shapes.add_picture(image, Inches(_LEFT), Inches(1.5))
        most = Inches(_INNER) if "wide" in finding.drawings else Inches(6.5)
        scale = min(most / picture.width, Inches(4.6) / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        _describe(picture, finding)

    def table(self, slide: Any, grid: Grid, *, top: float) -> None:
        from pptx.util import Inches

        n_columns = len(grid.headings)
        size = 12 if n_columns <= 6 else 10
        room = _ROOM[size]
        shares = grid.shares(room)
        grid = replace(grid, rows=[[_cut(text) for text in row] for row in grid.rows])
        grid = grid.fitted(shares, room=room, lines=int(4.9 * 60 / size))
        n_rows = len(grid.rows) + 1
        shape = slide.shapes.add_table(
            n_rows,
            n_columns,
            Inches(_LEFT),
            Inches(top),
            Inches(_INNER),
            Inches(0.3 * n_rows),
        )
        table = shape.table
        table.first_row, table.horz_banding = True, False
        table.first_col = grid.n_row_headings > 0
        for column, heading in enumerate(grid.headings):
            table.columns[column].width = int(Inches(_INNER) * shares[column])
            right = grid.numeric[column]
            self.cell(table.cell(0, column), heading, size=size, bold=True, right=right)
        for number, row in enumerate(grid.rows, start=1):
            for column, text in enumerate(row):
                self.cell(
                    table.cell(number, column),
                    text,
                    size=size,
                    bold=column < grid.n_row_headings,
                    right=grid.numeric[column],
                )
        parts = (_sentence(grid.caption), grid.note(self.run.language))
        words = " ".join(part for part in parts if part)
        self.box(slide, words, top=6.62, height=0.4, size=11, colour=SOFT)

    def lines(self, title: str, lines: list[str]) -> None:
        from pptx.util import Inches

        for start in range(0, len(lines), 8):
            slide = self.slide(title)
            shape = slide.shapes.add_textbox(
                Inches(_LEFT), Inches(1.55), Inches(_INNER), Inches(5.2)
            )
            self.write(
                shape.text_frame, [f"• {line}" for line in lines[start : start + 8]], size=15
            )


def _lines(text: str, letters: int) -> int:
    return 1 + len(text) // letters


def _sentence(caption: str) -> str:
    return caption if not caption or caption.endswith(".") else f"{caption}."


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + " …"


_EXTERNAL = "{http://schemas.openxmlformats.org/drawingml/2006/chart}externalData"


def _describe(shape: Any, finding: Finding) -> None:
    """Give a chart or picture the finding as its text alternative."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", finding.summary)
    properties.set("name", finding.id)
