"""Exports: the numbers of results.json in every form, nothing hidden shown, nothing that runs."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation

import workbench as wb
from workbench.language import LANGUAGES, format_number
from workbench.report.exports.drawing import size_of, write_png
from workbench.report.exports.package import export_run
from workbench.report.exports.source import open_finished, plain_text

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def _tables(run: Path) -> Iterator[tuple[str, dict]]:
    results = json.loads((run / "results.json").read_text(encoding="utf-8"))
    for result in results["results"]:
        for name, table in result["tables"].items():
            yield result["id"] if name == "table" else f"{result['id']}_{name}", table


def _numbers(table: dict) -> list[list[object]]:
    numeric = [
        i
        for i in range(len(table["columns"]))
        if any(isinstance(row[i], float | int) for row in table["rows"])
    ]
    return [[row[i] for i in numeric] for row in table["rows"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_hold_the_numbers_of_the_results_and_nothing_hidden(
    runs: dict[str, Path], exported: dict[str, Path], language: str
) -> None:
    book = load_workbook(exported[language] / "90_trial.xlsx")
    hidden = 0
    for name, table in _tables(runs[language]):
        sheet = book[name[:31]]
        parquet = pd.read_parquet(exported[language] / "parquet" / f"{name}.parquet")
        path = exported[language] / "csv" / f"{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream))[1:]
        for r, row in enumerate(table["rows"]):
            for c, value in enumerate(row):
                cell = sheet.cell(row=r + 2, column=c + 1).value
                typed = parquet.iloc[r, c]
                if isinstance(value, float | int) and not isinstance(value, bool):
                    assert cell == value
                    assert typed == value
                    assert float(lines[r][c]) == value
                elif value is None:
                    hidden += 1
                    assert cell is None
                    assert pd.isna(typed)
                    assert lines[r][c] == ""
    assert hidden, "the study has a market below the floor"


def test_both_languages_hold_the_same_numbers(exported: dict[str, Path]) -> None:
    swedish, english = (exported[language] for language in LANGUAGES)
    names = sorted(path.name for path in (swedish / "csv").iterdir())
    assert names
    assert names == sorted(path.name for path in (english / "csv").iterdir())
    for name in names:
        assert (swedish / "csv" / name).read_bytes() == (english / "csv" / name).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_is_a_text_in_every_table(exported: dict[str, Path], language: str) -> None:
    book = load_workbook(exported[language] / "90_trial.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert [c for c in cells if str(c.value).lstrip("'").startswith("=cmd")]
    assert all(c.data_type in {"s", "n", "b"} for c in cells), "no cell is a formula"
    assert not [c for c in cells if str(c.value).startswith("=")]
    for path in (exported[language] / "csv").iterdir():
        text = path.read_text(encoding="utf-8-sig")
        assert not re.search(r'(^|[,"])=', text, re.MULTILINE)
        assert not re.search("[\u202a-\u202e\x00-\x08]", text)


def _slide_texts(path: Path) -> tuple[str, list, list]:
    texts, charts, tables = [], [], []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_chart:
                charts.append(shape)
            if shape.has_table:
                tables.append(shape.table)
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts), charts, tables


def _estimates(run: Path, name: str) -> list[float]:
    table = dict(_tables(run))[name]
    column = table["columns"].index("estimate")
    return [row[column] for row in table["rows"] if row[column] is not None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_have_charts_that_can_be_edited_with_unrounded_numbers(
    runs: dict[str, Path], exported: dict[str, Path], language: str
) -> None:
    _, charts, tables = _slide_texts(exported[language] / "90_trial.pptx")
    values = [list(chart.chart.plots[0].series[0].values) for chart in charts]
    expected = [_estimates(runs[language], name) for name in ("nps_by_wave", "nps_by_market")]
    assert values == expected
    assert tables
    for chart, name in zip(charts, ("nps_by_wave", "nps_by_market"), strict=True):
        _assert_order(chart.chart.part._element)
        bars = chart.chart.part._element.iter(f"{CHART}errBars")
        ends = [[float(v.text) for v in bar.iter(f"{CHART}v")] for bar in bars]
        assert len(ends[0]) == 2 * len(_estimates(runs[language], name))
        book = load_workbook_of(chart.chart.part.chart_workbook.xlsx_part.blob)
        stored = [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)]
        assert stored == _estimates(runs[language], name)
        alternative = chart._element.xpath(".//p:cNvPr")[0].get("descr")
        assert re.search(r"\d", alternative)


def load_workbook_of(blob: bytes):
    return load_workbook(io.BytesIO(blob))


ORDER = {  # ECMA-376 part 1, 21.2: PowerPoint and Word refuse other orders
    "ser": "idx order tx spPr marker dPt dLbls trendline errBars cat val smooth extLst",
    "scaling": "logBase orientation max min",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    "dLbls": "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
    "showBubbleSize",
    "catAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark "
    "tickLblPos spPr txPr crossAx crosses auto lblAlgn lblOffset noMultiLvlLbl",
    "valAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark "
    "tickLblPos spPr txPr crossAx crosses crossBetween majorUnit minorUnit",
    "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax",
}


def _assert_order(root) -> None:
    for name, order in ORDER.items():
        wanted = order.split()
        for element in root.iter(f"{CHART}{name}"):
            places = [wanted.index(etree.QName(child).localname) for child in element]
            assert places == sorted(places), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_has_charts_with_their_numbers_and_tables(
    runs: dict[str, Path], exported: dict[str, Path], language: str
) -> None:
    path = exported[language] / "90_trial.docx"
    document = Document(str(path))
    assert [p for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert len(document.tables) >= 4
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        charts = sorted(name for name in names if re.match(r"word/charts/chart\d+.xml", name))
        for chart, result in zip(charts, ("nps_by_wave", "nps_by_market"), strict=True):
            root = etree.fromstring(package.read(chart))
            _assert_order(root)
            values = [float(v.text) for v in root.find(f".//{CHART}val").iter(f"{CHART}v")]
            assert values == _estimates(runs[language], result)
        assert sum(name.startswith("word/embeddings/") for name in names) == len(charts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_printed_numbers_are_in_the_words_of_the_language(
    runs: dict[str, Path], exported: dict[str, Path], language: str
) -> None:
    texts, _, _ = _slide_texts(exported[language] / "90_trial.pptx")
    document = Document(str(exported[language] / "90_trial.docx"))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    assert format_number(-3.25, language, signed=True) in texts
    for value in _estimates(runs[language], "nps_by_market"):
        shown = format_number(value, language, signed=True)
        assert shown in texts
        assert any(shown in cell for cell in cells)
    hidden = {"sv": "visas inte", "en": "not shown"}[language]
    assert hidden in texts
    assert any(hidden in cell for cell in cells)


def test_no_text_of_an_export_hides_or_turns_anything(exported: dict[str, Path]) -> None:
    for suffix in ("pptx", "docx", "xlsx"):
        with zipfile.ZipFile(exported["sv"] / f"90_trial.{suffix}") as package:
            for name in package.namelist():
                if name.endswith(".xml"):
                    text = package.read(name).decode("utf-8")
                    assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", text), name
                    assert "<script" not in text, name
                assert "vbaProject" not in name


def test_the_page_for_a_meeting_is_one_page_with_real_text(exported: dict[str, Path]) -> None:
    import pdfplumber

    with pdfplumber.open(exported["sv"] / "90_trial.pdf") as pdf:
        assert len(pdf.pages) == 1
        text = pdf.pages[0].extract_text()
    for expected in ("Vad har hänt?", "Much happened.", "−3,2", "Öppna åtgärder", "utan ägare"):
        assert expected in text
    assert "**" not in text
    assert "record" in text


def test_figures_are_drawn_in_their_own_proportions(
    runs: dict[str, Path], exported: dict[str, Path]
) -> None:
    from PIL import Image

    drawn = {path.stem for path in (exported["en"] / "svg").iterdir()}
    assert drawn == {path.stem for path in (exported["en"] / "png").iterdir()}
    for finding in open_finished(runs["en"]).findings:
        for width, svg in finding.drawings.items():
            with Image.open(exported["en"] / "png" / f"{finding.id}_{width}.png") as image:
                across, down = size_of(svg)
                assert image.width == pytest.approx(2 * across, abs=2)
                assert image.height == pytest.approx(2 * down, abs=2)
                assert len(image.convert("RGB").getcolors(1 << 20) or []) > 10, "something is drawn"
    for path in (exported["en"] / "svg").iterdir():
        assert "var(--" not in path.read_text(encoding="utf-8")


def test_a_drawing_is_drawn_where_it_says(tmp_path: Path) -> None:
    from PIL import Image

    svg = (
        '<svg class="wide" viewBox="0 0 100 50"><g transform="translate(50 0)">'
        '<path d="M0 0L20 0L20 20L0 20z" fill="#b3402a" /></g>'
        '<circle cx="20" cy="30" r="10" fill="#1b7a4b" /></svg>'
    )
    with Image.open(write_png(svg, tmp_path / "a.png")) as image:
        colours = image.convert("RGB")
        assert colours.size == (200, 100)
        assert colours.getpixel((120, 20)) == (0xB3, 0x40, 0x2A)
        assert colours.getpixel((40, 60)) == (0x1B, 0x7A, 0x4B)
        assert colours.getpixel((180, 80)) == (255, 255, 255)


def test_the_run_stays_as_recorded_and_a_second_export_replaces_the_first(
    runs: dict[str, Path], exported: dict[str, Path], tmp_path: Path
) -> None:
    from workbench.review.runs import changed_files, open_run

    assert exported["en"].is_dir()
    assert changed_files(open_run(runs["en"])) == []
    own = tmp_path / "out" / "csv" / "mine.csv"
    export_run(runs["en"], out=tmp_path / "out", formats=["csv", "png"])
    own.write_text("a person's own file", encoding="utf-8")
    export_run(runs["en"], out=tmp_path / "out", formats=["csv"])
    assert own.is_file()
    assert not list((tmp_path / "out" / "png").iterdir())


def test_a_changed_run_is_not_passed_on(runs: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "en"
    shutil.copytree(runs["en"], copy)
    results = copy / "results.json"
    results.write_text(results.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(wb.RecordError, match=r"results.json of 'en' is not as recorded"):
        export_run(copy)
    with pytest.raises(wb.RunError, match=r"no format 'ppt'.*Did you mean 'pptx'"):
        export_run(runs["en"], formats=["ppt"])
    with pytest.raises(wb.RunError, match="must stay as recorded"):
        export_run(runs["en"], out=runs["en"] / "export")


def test_plain_text_keeps_letters_and_drops_what_no_file_can_hold() -> None:
    assert plain_text("**å ä ö** 日本\u0000\u202e\ufffe 👩\u200d🔬") == "å ä ö 日本 👩\u200d🔬"
