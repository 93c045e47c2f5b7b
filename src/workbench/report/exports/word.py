"""Word: the report as a document that can be edited, with charts and tables of its own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from workbench.report.exports.chart_xml import FONT, chart_xml
from workbench.report.exports.charts import chart_of
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
from workbench.report.figures import ACCENT, INK

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.report.exports.charts import Chart
    from workbench.report.exports.parts import Grid
    from workbench.report.exports.source import Finding, FinishedRun

__all__ = ["write_document"]

_ACROSS: Final = 16.6
"""Width of the text, in centimetres."""
_TOGETHER: Final = 10
"""Rows of a table that is not broken over two pages."""
_ROOM: Final = {10: 76, 9: 84, 8: 95}
"""Size of a table's letters -> how many of them fit side by side on a page."""

_CHART: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHART_SPACE: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def write_document(
    run: FinishedRun, path: Path, *, accent: str = ACCENT, logo: bytes | None = None
) -> Path:
    """Write a document.

    Parameters
    ----------
    run
        A finished run.
    path
        File to write.
    accent
        Colour of charts, and of the line under the title, ``#rrggbb``.
    logo
        PNG for the head of every page.
    """
    _Writer(run, accent, logo).save(path)
    return path


class _Writer:
    def __init__(self, run: FinishedRun, accent: str, logo: bytes | None) -> None:
        from docx import Document
        from docx.shared import Cm, Pt

        self.run = run
        self.accent = accent
        self.n_charts = 0
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = Cm(2.6 if logo else 2)
        section.bottom_margin, section.header_distance = Cm(2), Cm(0.9)
        describe(self.document.core_properties, run)
        self.style("Normal", Pt(10.5))
        for name, size in (("Title", 20), ("Heading 1", 14), ("Caption", 9)):
            self.style(name, Pt(size))
        self.colour_title()
        if logo is not None:
            self.mark(section.header, logo)

    def colour_title(self) -> None:
        from docx.oxml.ns import qn

        for line in self.document.styles["Title"].element.iter(qn("w:bottom")):
            line.set(qn("w:color"), self.accent.lstrip("#").upper())
            line.attrib.pop(qn("w:themeColor"), None)

    def mark(self, header: Any, logo: bytes) -> None:
        """Put the logo at the head of every page; its text alternative is what it says."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml.ns import qn
        from docx.shared import Cm

        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        picture = paragraph.add_run().add_picture(io.BytesIO(logo))
        scale = min(Cm(4) / picture.width, Cm(1) / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        properties = picture._inline.find(qn("wp:docPr"))
        properties.set("descr", self.run.logo_text)
        properties.set("name", "logo")

    def style(self, name: str, size: Any) -> None:
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        style: Any = self.document.styles[name]
        style.font.name, style.font.size = FONT, size
        style.font.color.rgb = RGBColor.from_string(INK.lstrip("#").upper())
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(kind), FONT)
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        spoken = properties.makeelement(
            qn("w:lang"), {qn("w:val"): LANGUAGE_TAGS[self.run.language]}
        )
        properties.append(spoken)

    def save(self, path: Path) -> None:
        words = headings_of(self.run.language)
        self.document.add_paragraph(self.run.state)
        self.document.add_heading(self.run.title, level=0)
        self.answer()
        for finding in self.run.findings:
            self.finding(finding)
        for key, lines in (("actions", open_lines(self.run)), ("unsaid", self.run.unsaid)):
            if lines:
                self.document.add_heading(words[key], level=1)
                for line in lines:
                    self.document.add_paragraph(line, style="List Bullet")
        self.document.add_heading(words["record"], level=1)
        self.document.add_paragraph(self.run.rests_on)
        self.document.save(str(path))

    def answer(self) -> None:
        rows = [list(row) for row in answer_rows(self.run)]
        if rows:
            self.fill(rows, n_row_headings=1, widths=(3.8, 12.8))
        figures = figures_of(self.run)
        if figures:
            self.document.add_paragraph()
            texts = [(f.label, f.value, f.interval, f.verdict) for f in figures]
            self.fill([list(row) for row in zip(*texts, strict=True)], header=True)

    def finding(self, finding: Finding) -> None:
        self.document.add_heading(finding.heading, level=1)
        for lead in finding.leads:
            self.document.add_paragraph(lead).paragraph_format.keep_with_next = True
        chart = chart_of(finding, self.run.language)
        if chart is not None:
            self.chart(chart, finding)
        elif finding.drawings:
            self.picture(finding)
        if finding.table is not None:
            self.table(grid_of(finding.table))

    def table(self, grid: Grid) -> None:
        caption = self.document.add_paragraph(grid.caption, style="Caption")
        caption.paragraph_format.keep_with_next = True
        self.fill(
            [grid.headings, *grid.rows],
            header=True,
            widths=tuple(_ACROSS * share for share in grid.shares(_ROOM[_size(grid.headings)])),
            n_row_headings=grid.n_row_headings,
            numeric=grid.numeric,
        )
        note = grid.note(self.run.language)
        self.document.add_paragraph(note or "")

    def fill(
        self,
        rows: list[list[str]],
        *,
        header: bool = False,
        n_row_headings: int = 0,
        numeric: list[bool] | None = None,
        widths: tuple[float, ...] = (),
    ) -> None:
        """Write rows as a table; the header repeats on each page, rows do not break over pages."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt

        table = self.document.add_table(len(rows), len(rows[0]))
        table.style = "Table Grid"
        table.autofit = not widths
        for column, width in zip(table.columns, widths, strict=False):
            column.width = Cm(width)
        _thin_borders(table)
        last, is_short = len(rows) - 1, len(rows) <= _TOGETHER
        for r, row in enumerate(rows):
            tag: Any = table.rows[r]._tr  # pyright: ignore[reportPrivateUsage] - python-docx has no other way
            properties = tag.get_or_add_trPr()
            properties.append(properties.makeelement(qn("w:cantSplit"), {}))
            if header and r == 0:
                properties.append(properties.makeelement(qn("w:tblHeader"), {}))
            for c, text in enumerate(row):
                cell = table.cell(r, c)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                paragraph.paragraph_format.space_before = Pt(2)
                paragraph.paragraph_format.keep_with_next = r < last if is_short else r == 0
                written = paragraph.add_run(text)
                written.font.size = Pt(_size(row))
                written.font.bold = (header and r == 0) or c < n_row_headings
                if numeric and numeric[c]:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if widths:
                    cell.width = Cm(widths[c])

    def picture(self, finding: Finding) -> None:
        import tempfile
        from pathlib import Path

        from docx.oxml.ns import qn
        from docx.shared import Cm

        svg = finding.drawings.get("wide") or next(iter(finding.drawings.values()))
        with tempfile.TemporaryDirectory() as folder:
            image = str(write_png(svg, Path(folder) / "figure.png"))
            wide = "wide" in finding.drawings
            shape: Any = self.document.add_picture(image, width=Cm(16.6 if wide else 9))
        properties = shape._inline.find(qn("wp:docPr"))
        properties.set("descr", finding.summary)
        properties.set("name", finding.id)

    def chart(self, chart: Chart, finding: Finding) -> None:
        """Put a chart part into the package, with its numbers in a workbook, and point at it."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml
        from docx.shared import Cm

        self.n_charts += 1
        package = self.document.part.package
        book = Part(
            PackURI(f"/word/embeddings/chart{self.n_charts}.xlsx"), _BOOK, _workbook(chart), package
        )
        name = PackURI(f"/word/charts/chart{self.n_charts}.xml")
        part: Any = Part(name, _CHART, b"", package)
        relation = part.relate_to(book, f"{_RELATION}/package")
        part._blob = _with_workbook(chart_xml(chart, accent=self.accent, size=900), relation)
        points_at = self.document.part.relate_to(part, f"{_RELATION}/chart")
        paragraph = self.document.add_paragraph()
        height = Cm(min(7.2 + 0.4 * max(len(chart.names) - 6, 0), 11))
        drawing = _inline(points_at, self.n_charts, finding, Cm(16.6), height)
        written: Any = paragraph.add_run()
        written._r.append(parse_xml(drawing))


def _size(row: list[str]) -> int:
    """Return the size of a table's letters: smaller where many columns share the page."""
    return 10 if len(row) <= 4 else 9 if len(row) <= 6 else 8


def _thin_borders(table: Any) -> None:
    """Draw only light lines between rows, so that the numbers stand out."""
    from docx.oxml import parse_xml

    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    none = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "right", "insideV"))
    line = 'w:val="single" w:sz="4" w:space="0" w:color="C5CAD1"'
    rows = "".join(f"<w:{side} {line}/>" for side in ("top", "bottom", "insideH"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {word}>{rows}{none}</w:tblBorders>"))


def _workbook(chart: Chart) -> bytes:
    """Return the numbers of a chart as the workbook its program opens to edit them."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one sheet
    sheet.title = "Sheet1"
    sheet.cell(row=1, column=2, value=chart.title[:120]).data_type = "s"
    for row, (name, value) in enumerate(zip(chart.names, chart.values, strict=True), start=2):
        sheet.cell(row=row, column=1, value=name).data_type = "s"
        sheet.cell(row=row, column=2, value=value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _with_workbook(xml: bytes, relation: str) -> bytes:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - lxml has no stubs

    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    for old in root.findall(f"{{{_CHART_SPACE}}}externalData"):
        root.remove(old)
    external = etree.SubElement(root, f"{{{_CHART_SPACE}}}externalData")
    external.set(f"{{{_RELATION}}}id", relation)
    etree.SubElement(external, f"{{{_CHART_SPACE}}}autoUpdate").set("val", "0")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _inline(relation: str, number: int, finding: Finding, width: int, height: int) -> str:
    from xml.sax.saxutils import quoteattr

    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:wp="{drawing}/wordprocessingDrawing" xmlns:a="{drawing}/main" '
        f'xmlns:c="{drawing}/chart" xmlns:r="{_RELATION}">'
        '<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{900 + number}" name={quoteattr(finding.id)} '
        f"descr={quoteattr(finding.summary)}/><wp:cNvGraphicFramePr/>"
        f'<a:graphic><a:graphicData uri="{drawing}/chart"><c:chart r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
