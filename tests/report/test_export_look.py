"""How exports look: the colours of the page, the logo, columns wide enough, nothing cut off."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

import workbench as wb
from workbench.language import LANGUAGES
from workbench.report.exports.charts import chart_of
from workbench.report.exports.drawing import write_png
from workbench.report.exports.logo import _UNDRAWN, LogoWarning, logo_pixels
from workbench.report.exports.one_page import write_one_page
from workbench.report.exports.package import export_run, said_and_written
from workbench.report.exports.parts import Grid
from workbench.report.exports.source import open_finished
from workbench.report.segment_colours import LIGHT, slots_of

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
ACCENT = "7A1F5C"


def _colour(element) -> str:
    return element.find(f"{CHART}marker/{CHART}spPr/{DRAWING}solidFill/{DRAWING}srgbClr").get("val")


def _marks(chart) -> dict[str, str]:
    """Return name -> colour of each mark that has one of its own."""
    names = [
        point.find(f"{CHART}v").text for point in chart.find(f".//{CHART}cat").iter(f"{CHART}pt")
    ]
    points = chart.iter(f"{CHART}dPt")
    return {names[int(p.find(f"{CHART}idx").get("val"))]: _colour(p) for p in points}


def _slide_charts(path: Path) -> list:
    slides = Presentation(str(path)).slides
    return [s.chart.part._element for slide in slides for s in slide.shapes if s.has_chart]


def _word_charts(path: Path) -> list:
    with zipfile.ZipFile(path) as package:
        names = sorted(n for n in package.namelist() if re.match(r"word/charts/chart\d+.xml", n))
        return [etree.fromstring(package.read(name)) for name in names]


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_of_markets_have_the_colours_of_the_page(
    runs: dict[str, Path], exported: dict[str, Path], language: str
) -> None:
    slots = slots_of(wb.load_study(runs[language].parents[4] / "study"))
    assert slots["Norge"] == "s1"
    shades = {**LIGHT, "s1": "#005a9c"}
    for charts in (
        _slide_charts(exported[language] / "90_trial.pptx"),
        _word_charts(exported[language] / "90_trial.docx"),
    ):
        by_wave, by_market = charts
        assert _marks(by_wave) == {}
        assert _colour(by_wave.find(f".//{CHART}ser")) == ACCENT
        marks = _marks(by_market)
        assert len(set(marks.values())) == len(marks) == 2, "two markets are small and hidden"
        for name in marks:
            assert marks[name] == shades[slots[name]].lstrip("#").upper()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axes_say_what_they_show(exported: dict[str, Path], language: str) -> None:
    tables = Document(str(exported[language] / "90_trial.docx")).tables
    headings = [table.rows[0].cells[0].text for table in tables[2:4]]
    for charts in (
        _slide_charts(exported[language] / "90_trial.pptx"),
        _word_charts(exported[language] / "90_trial.docx"),
    ):
        for chart in charts:
            title = "".join(t.text for t in chart.find(f".//{CHART}valAx").iter(f"{DRAWING}t"))
            assert title.startswith("NPS")
            code = chart.find(f".//{CHART}valAx/{CHART}numFmt").get("formatCode")
            assert "−" in code, "a minus sign is no hyphen"
        below = [chart.find(f".//{CHART}catAx") for chart in charts]
        assert ["".join(t.text for t in axis.iter(f"{DRAWING}t")) for axis in below] == headings


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_logo_stands_on_every_slide_and_page_with_its_words(
    exported: dict[str, Path], language: str
) -> None:
    import pdfplumber

    words = {"sv": "Banken", "en": "The Bank"}[language]
    for slide in Presentation(str(exported[language] / "90_trial.pptx")).slides:
        logo = next(shape for shape in slide.shapes if shape.name == "logo")
        assert logo._element.xpath(".//p:cNvPr")[0].get("descr") == words
        assert logo.left + logo.width == pytest.approx(Inches(12.73), abs=10)
        title = slide.shapes.title
        assert title.left + title.width <= logo.left
        assert logo.width / logo.height == pytest.approx(4, rel=0.02)
    header = Document(str(exported[language] / "90_trial.docx")).sections[0].header
    assert [p.get("descr") for p in header._element.xpath(".//wp:docPr")] == [words]
    with pdfplumber.open(exported[language] / "90_trial.pdf") as pdf:
        (picture,) = pdf.pages[0].images
        assert picture["x1"] == pytest.approx(595 - 42, abs=1)
        assert picture["width"] / picture["height"] == pytest.approx(4, rel=0.02)


SHAPES = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">
<rect width="30" height="30" rx="6" fill="#7a1f5c"/>
<path fill="#fff" fill-rule="evenodd" d="M5 5h20v20H5zm5 5v10h10V10z"/>
<g transform="translate(45 15) rotate(45)"><rect x="-8" y="-8" width="16" height="16"
 fill="none" stroke="rgb(0, 90, 156)" stroke-width="4"/></g>
<polygon points="62,28 75,4 88,28" fill="orange"/>
<circle cx="75" cy="22" r="4" fill="#000" opacity="0.5"/></svg>"""


def test_a_logo_of_shapes_is_drawn_as_a_browser_draws_it(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(SHAPES, encoding="utf-8")
    with Image.open(io.BytesIO(logo_pixels(path) or b"")) as image:
        assert image.size == (900, 300)
        pixels = image.convert("RGBA")

    def at(x: float, y: float) -> tuple[int, ...]:
        return pixels.getpixel((round(x * 10), round(y * 10)))

    assert at(2.5, 15) == (0x7A, 0x1F, 0x5C, 255)
    assert at(0.5, 0.5)[3] == 0, "a round corner"
    assert at(7, 15) == (255, 255, 255, 255)
    assert at(15, 15) == (0x7A, 0x1F, 0x5C, 255), "evenodd: a hole in the white"
    assert at(45, 15)[3] == 0, "no fill"
    assert at(45, 15 - 8 * 2**0.5) == (0, 90, 156, 255), "turned by 45 degrees"
    assert at(75, 10) == (255, 165, 0, 255)
    assert at(75, 22)[:3] == pytest.approx((127, 82, 0), abs=2), "half black on orange"


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ('<linearGradient id="g"/><rect width="9" height="9" fill="url(#g)"/>', "a gradient"),
        ('<text x="0" y="9">Bank</text>', "letters that are text"),
        ('<clipPath id="c"><rect width="9" height="9"/></clipPath>', "a clip path"),
        ('<path d="M0 0h9" stroke="#000" stroke-dasharray="1 1"/>', "a dashed line"),
        ('<rect width="9" height="9" fill="grass"/>', "a colour that is none"),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_named_and_left_out(
    tmp_path: Path, part: str, what: str
) -> None:
    path = tmp_path / "logo.svg"
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{part}</svg>'
    path.write_text(text, encoding="utf-8")
    with pytest.warns(LogoWarning, match=f"{what}.*Save the logo as PNG"):
        assert logo_pixels(path) is None


def test_the_command_says_so_and_writes_the_rest(
    runs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.report.exports.logo._SHAPES", frozenset())
    monkeypatch.setitem(_UNDRAWN, "rect", "a rectangle")
    lines = said_and_written(runs["en"], out=tmp_path, formats=["pptx", "csv"])
    assert re.match(r"The logo stands in the pages, but not in slides.* a rectangle", lines[0])
    deck = Presentation(str(tmp_path / "90_trial.pptx"))
    assert not [s for slide in deck.slides for s in slide.shapes if s.name == "logo"]


def test_a_logo_that_was_changed_after_the_run_is_not_passed_on(
    runs: dict[str, Path], tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "en"
    shutil.copytree(runs["en"], copy)
    (copy / "logo.svg").write_text(SHAPES, encoding="utf-8")
    with pytest.raises(wb.RecordError, match=r"logo.svg of 'en' is not as recorded"):
        export_run(copy)


WORDS = st.text(alphabet="abcdefgå", min_size=1, max_size=18)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    n_columns = draw(st.integers(1, 5))
    row = st.lists(TEXTS, min_size=n_columns, max_size=n_columns)
    return Grid(
        headings=draw(row),
        rows=draw(st.lists(row, min_size=1, max_size=20)),
        numeric=[False] * n_columns,
        n_row_headings=0,
        caption="",
    )


@given(grids())
def test_no_word_is_cut_where_there_is_room_for_it(grid: Grid) -> None:
    shares = grid.shares(200)
    assert sum(shares) == pytest.approx(1)
    for column, share in zip(zip(grid.headings, *grid.rows, strict=True), shares, strict=True):
        assert share * 200 >= max(len(word) for text in column for word in text.split())


@given(grids(), st.integers(2, 30))
def test_what_is_left_out_of_a_table_is_counted(grid: Grid, lines: int) -> None:
    kept = grid.fitted(grid.shares(100), room=100, lines=lines)
    assert len(kept.rows) >= 1
    assert len(kept.rows) + kept.left_out == len(grid.rows)
    assert kept.rows == grid.rows[: len(kept.rows)]


def test_long_names_give_way_to_the_pages_own_drawing(runs: dict[str, Path]) -> None:
    from dataclasses import replace

    finding = next(f for f in open_finished(runs["en"]).findings if f.id == "nps_by_market")
    assert chart_of(finding, "en") is not None
    labels = {"Norge": {"en": "x" * 160}}
    long = replace(finding, payload=finding.payload | {"labels": labels})
    assert chart_of(long, "en") is None
    assert chart_of(replace(long, drawings={}), "en") is not None


def test_percentage_points_are_not_written_as_per_cent(runs: dict[str, Path]) -> None:
    from dataclasses import replace

    finding = next(f for f in open_finished(runs["en"]).findings if f.id == "nps_by_market")
    table = {
        "key": ["theme"],
        "columns": ["theme", "difference", "ci_low", "ci_high", "suppressed"],
        "rows": [["a", 0.02, 0.01, 0.03, ""], ["b", -0.01, -0.02, 0.01, ""]],
    }
    payload = finding.payload | {"kind": "theme_variants", "tables": {"table": table}, "by": []}
    assert chart_of(replace(finding, payload=payload), "en") is None
    drawn = chart_of(replace(finding, payload=payload, drawings={}, table=None), "en")
    assert drawn is not None
    assert drawn.code == "+0.0%;−0.0%;0.0%"


def test_the_main_figure_goes_before_further_lines_on_the_page_for_a_meeting(
    runs: dict[str, Path], tmp_path: Path
) -> None:
    from dataclasses import replace

    import pdfplumber

    run = open_finished(runs["en"])
    drawn = run.findings[0].drawings["wide"]
    first, far_too_tall = (
        replace(
            run.findings[0],
            drawings={"wide": re.sub(r'viewBox="[^"]+"', f'viewBox="0 0 1040 {height}"', drawn)},
        )
        for height in (1000, 3000)
    )
    unsaid = [f"Line {number}: {'words of it ' * 16}" for number in range(4)]
    crowded = replace(run, findings=[first], unsaid=unsaid)
    shown: list[int] = []
    for findings in ([], [first], [far_too_tall]):
        path = write_one_page(replace(crowded, findings=findings), tmp_path / "page.pdf")
        with pdfplumber.open(path) as pdf:
            text = pdf.pages[0].extract_text()
        assert (first.caption in text) == (findings == [first])
        shown.append(len(re.findall(r"Line \d:", text)))
        assert ("more in the report" in text) == (shown[-1] < 4)
    assert shown[0] == shown[2] == 4
    assert 1 <= shown[1] < 4


def test_a_text_that_would_reach_out_of_a_drawing_is_moved_in(tmp_path: Path) -> None:
    svg = (
        '<svg class="wide" viewBox="0 0 100 40">'
        '<text x="98" y="25" text-anchor="middle" fill="#000000">wide</text></svg>'
    )
    with Image.open(write_png(svg, tmp_path / "a.png")) as image:
        grey = image.convert("L")
        darkest = [grey.crop((x, 0, x + 1, 80)).getextrema()[0] for x in range(grey.width)]
        columns = [x for x, shade in enumerate(darkest) if shade < 200]
    assert columns
    assert max(columns) < 199, "the last letter ends inside"
    assert min(columns) > 100
