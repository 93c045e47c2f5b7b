"""An organisation's logo and colours: cleaned, small, and readable on light and dark pages."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import workbench as wb
from workbench.report.branding import DARK_PAPER, LIGHT_PAPER, brand_of
from workbench.report.contrast import READABLE, contrast, readable_on
from workbench.report.run import plan_run, run_notebook

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 20 10" onload="x()"><script>x()</script><style>*{fill:url(http://a.b)}</style>'
    '<foreignObject><p>x</p></foreignObject><image href="http://a.b/c.png"/>'
    '<a xlink:href="javascript:x()"><path d="M0 0"/></a>'
    '<path d="M0 0L9 9" fill="#005a9c" onclick="x()" style="fill:url(http://a.b)"/>'
    '<rect width="5" height="5" fill="url(http://a.b#c)"/><circle r="2" fill="url(#own)"/></svg>'
)
COLOUR = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def _branded(study: Path, text: str) -> Path:
    path = study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"\n[brand]\n{text}\n", encoding="utf-8")
    return study


@given(COLOUR, COLOUR)
def test_contrast_is_between_1_and_21_and_the_same_both_ways(first: str, second: str) -> None:
    found = contrast(first, second)
    assert 1 <= found <= 21
    assert found == contrast(second, first)


def test_contrast_is_that_of_the_published_example() -> None:
    # WCAG 2.2, understanding 1.4.3: #767676 on white is just enough, #777777 just not
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@given(COLOUR, st.sampled_from([LIGHT_PAPER, DARK_PAPER]))
def test_a_shade_that_can_be_read_is_always_found(colour: str, paper: str) -> None:
    assert contrast(readable_on(colour, paper), paper) >= READABLE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('accent = "#ffcc00"', r"brand.accent.*contrast of 1\.\d.*nearest shade.*#[0-9a-f]{6}"),
        ('accent_dark = "#101010"\naccent = "#005a9c"', "brand.accent_dark.*dark page"),
        ('colours = { SE = "#eeeeee" }', r'brand.colours."SE"'),
        ('logo = "logo.svg"', "there is no file 'logo.svg'"),
        ('logo = "../study.toml"', "there is no file"),
    ],
)
def test_what_cannot_be_read_stops_before_a_kernel_starts(
    small_study: Path, tmp_path: Path, repository: Path, text: str, fault: str
) -> None:
    notebook = repository / "notebooks" / "20_satisfaction.ipynb"
    with pytest.raises(wb.StudyError, match=fault):
        plan_run(notebook, _branded(small_study, text), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('accent = "red; } body { x: y"', r"brand\.accent"),
        ('acent = "#005a9c"', r"brand\.acent.*Did you mean"),
    ],
)
def test_a_colour_that_is_none_names_the_key(small_study: Path, text: str, fault: str) -> None:
    with pytest.raises(wb.StudyError, match=fault):
        wb.load_study(_branded(small_study, text))


def test_a_logo_is_rebuilt_without_anything_that_runs_or_loads(small_study: Path) -> None:
    (small_study / "logo.svg").write_text(SVG, encoding="utf-8")
    brand = brand_of(wb.load_study(_branded(small_study, 'logo = "logo.svg"')))
    kind, _, content = brand.logo.partition(";base64,")
    cleaned = base64.b64decode(content).decode()
    assert kind == "data:image/svg+xml"
    assert 'fill="#005a9c"' in cleaned
    assert 'fill="url(#own)"' in cleaned
    for word in ("script", "onload", "onclick", "foreign", "image", "http://a.b", "style", "href"):
        assert word not in cleaned, word


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"not a picture", "neither a PNG nor"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "viewBox"),
        (b"\x89PNG\r\n\x1a\nbroken", "damaged"),
        (b"x" * 40_001, "40,000 at the most"),
        (
            b'<!DOCTYPE s [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"'
            b' viewBox="0 0 1 1">&a;</svg>',
            "neither a PNG nor",
        ),
    ],
)
def test_a_logo_that_is_no_picture_is_refused(
    small_study: Path, content: bytes, fault: str
) -> None:
    (small_study / "logo.svg").write_bytes(content)
    with pytest.raises(wb.StudyError, match=fault):
        brand_of(wb.load_study(_branded(small_study, 'logo = "logo.svg"')))


def test_a_png_keeps_its_pixels_and_nothing_else(small_study: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text("Author", "Anna Andersson")
    Image.new("RGB", (30, 10), "#005a9c").save(small_study / "logo.png", pnginfo=said)
    brand = brand_of(wb.load_study(_branded(small_study, 'logo = "logo.png"')))
    content = base64.b64decode(brand.logo.partition(";base64,")[2])
    assert b"Anna" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (30, 10)
        assert image.convert("RGB").getpixel((5, 5)) == (0x00, 0x5A, 0x9C)


def test_the_page_carries_logo_and_colour_and_asks_for_nothing(
    small_study: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    (small_study / "logo.svg").write_text(SVG, encoding="utf-8")
    study = _branded(
        small_study,
        'accent = "#7a1f5c"\nlogo = "logo.svg"\nlogo_text = { sv = "Banken <b>", en = "Bank <b>" }',
    )
    notebook = make_notebook("# Q", "print(1)")
    made = run_notebook(notebook, study, language="sv", out=tmp_path / "out")
    html = made.report.read_text(encoding="utf-8")
    assert ":root { --accent: #7a1f5c; }" in html
    dark = re.search(r"dark\) \{ :root \{ --accent: (#\w{6})", html)
    assert dark is not None
    assert contrast(dark[1], DARK_PAPER) >= READABLE
    assert re.search(
        r'<img class="logo" src="data:image/svg\+xml;base64,[\w+/=]+" alt="Banken &lt;b&gt;">', html
    )
    assert "http://" not in re.sub(r"http://www.w3.org\S*", "", html)
    inputs = wb.load_study(study)
    assert inputs.model.brand is not None
    from workbench.report import record

    facts = record.read_record(made.folder)
    assert "logo.svg" in [entry["path"] for entry in facts["inputs"]]
    words = {"sv": "Banken <b>", "en": "Bank <b>"}
    assert facts["brand"] == {
        "accent": "#7a1f5c",
        "shades": {},
        "logo": "logo.svg",
        "logo_text": words,
    }
    assert "logo.svg" in facts["outputs"]
