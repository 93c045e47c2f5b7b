"""A market has one colour, in every figure and report of its study."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb
from workbench.report.branding import DARK_PAPER, LIGHT_PAPER, brand_of
from workbench.report.contrast import READABLE, contrast
from workbench.report.run import run_notebook
from workbench.report.segment_colours import LIGHT, STAND_INS, colours_of, slots_of

ROOT = Path(__file__).parents[2]
NAMES = """
[survey.segments.market]
column = "market"
names = { NO = { sv = "Norge", en = "Norway" }, SE = { sv = "Sverige", en = "Sweden" } }
"""
SHOW = (
    "import workbench as wb\n"
    "study = wb.load_study(study)\n"
    "now = study.survey().query('wave == @study.resolve_wave(@wave)')\n"
    "now = now[now['market'] == market] if market else now[now['market'] != 'DK']\n"
    "wb.show(wb.compare_segments(study.survey().query('market != \"DK\"'), 'nps', by='market'),\n"
    "    id='apart')"
)


@pytest.fixture
def named_study(small_study: Path) -> Path:
    """Give the small study's markets names in both languages."""
    path = small_study / "study.toml"
    text = path.read_text(encoding="utf-8").replace('[survey.segments]\nmarket = "market"\n', NAMES)
    path.write_text(text, encoding="utf-8")
    return small_study


def _chips(run_folder: Path) -> list[tuple[str, str]]:
    """Return (variable, name) of each mark of a market and the name right after it."""
    html = (run_folder / "report.html").read_text(encoding="utf-8")
    drawing = re.search(r'<svg class="wide".*?</svg>', html, re.DOTALL)
    assert drawing is not None
    return re.findall(
        r'<text[^>]*fill="var\(--(s\d)\)"[^>]*>■</text>\s*(?:<[^>]*/>\s*)*<text[^>]*>([^<]+)<',
        drawing[0],
    )


def test_every_colour_can_be_read_on_its_page_and_none_is_a_verdicts() -> None:
    css = (ROOT / "src/workbench/report/template/page.css").read_text(encoding="utf-8")
    light, dark = re.findall(r"--s1: #.*", css)
    assert dict(re.findall(r"--(s\d): (#\w{6})", light)) == LIGHT
    for line, paper in ((light, LIGHT_PAPER), (dark, DARK_PAPER)):
        shades = re.findall(r"--s\d: (#\w{6})", line)
        assert len(shades) == len(set(shades)) == len(STAND_INS)
        assert all(contrast(shade, paper) >= READABLE for shade in shades)
    verdicts = set(re.findall(r"--(?:good|bad): (#\w{6})", css))
    assert not verdicts & set(re.findall(r"--s\d: (#\w{6})", css))


def test_the_study_alone_decides_and_names_share_the_colour_of_their_code(
    named_study: Path,
) -> None:
    study = wb.load_study(named_study)
    assert slots_of(study) == {"NO": "s1", "SE": "s2", "DK": "s3"}
    colours = colours_of(study)
    assert colours["NO"] == colours["Norge"] == colours["Norway"]
    assert len({colours[name] for name in ("NO", "SE", "DK")}) == 3


def test_figures_of_both_languages_mark_a_market_alike(
    named_study: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    notebook = make_notebook("# Q", "## Where", SHOW)
    found = {}
    for language in ("sv", "en"):
        made = run_notebook(notebook, named_study, language=language, out=tmp_path / "out")
        found[language] = {name: slot for slot, name in _chips(made.folder)}
        drawing = next((made.folder / "figures").glob("*_wide.svg")).read_text(encoding="utf-8")
        assert LIGHT["s1"] in drawing
        assert "5eed" not in drawing
    assert found == {
        "sv": {"Norge": "s1", "Sverige": "s2"},
        "en": {"Norway": "s1", "Sweden": "s2"},
    }


def test_an_organisations_colour_is_that_markets_everywhere(
    named_study: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    path = named_study / "study.toml"
    own = '\n[brand]\ncolours = { SE = "#7a1f5c" }\n'
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    study = wb.load_study(named_study)
    assert slots_of(study)["SE"] == "s1"
    assert brand_of(study).shades == {"s1": "#7a1f5c"}
    made = run_notebook(make_notebook("# Q", "## Where", SHOW), named_study, out=tmp_path / "out")
    html = made.report.read_text(encoding="utf-8")
    assert ":root { --s1: #7a1f5c; }" in html
    assert ("s1", "Sweden") in _chips(made.folder)
    drawing = next((made.folder / "figures").glob("*_wide.svg")).read_text(encoding="utf-8")
    assert "#7a1f5c" in drawing
