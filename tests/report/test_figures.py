"""Drawings are clean, small, the same each time, and follow the page's colours."""

import re

import pytest
from defusedxml.ElementTree import fromstring
from matplotlib.axes import Axes

from workbench.report import figures
from workbench.report.figures import canvas, clean_svg, draw, place, visible_text

HOSTILE = "<script>x</script> $\\frac{1}{0}$ {{ 7*7 }} \u202egnp.exe \uffff\ufffe =cmd|' å"


def _plot(
    result: str,
    *,
    ax: Axes | None = None,
    language: str = "en",  # noqa: ARG001 - every plot takes it
    narrow: bool = False,
) -> Axes:
    ax = canvas(narrow=narrow) if ax is None else ax
    place(ax, height=200, left=20, right=20, top=20, bottom=40)
    ax.plot([1, 2, 3], [1, 3, 2], "o-", color=figures.C1)
    ax.text(2, 2, result)
    ax.set_title(result)
    return ax


def _drawn(text: str = "Plain") -> dict[str, str]:
    return draw(_plot, text, "nps_by_market", title=text, language="en")


def test_both_widths_are_drawn_at_their_own_size() -> None:
    drawn = _drawn()
    assert 'viewBox="0 0 1040 200"' in drawn["wide"]
    assert 'viewBox="0 0 358 200"' in drawn["narrow"]
    sizes = {
        float(size) for svg in drawn.values() for size in re.findall(r'font-size="([\d.]+)', svg)
    }
    assert min(sizes) >= 13


def test_the_same_result_gives_the_same_bytes() -> None:
    assert _drawn() == _drawn()


def test_colours_are_variables_of_the_page() -> None:
    svg = _drawn()["wide"]
    assert "var(--c1)" in svg
    assert "var(--soft)" in svg
    assert not re.search(r"#[0-9a-f]{6}", svg)


def test_two_drawings_share_no_id() -> None:
    ids = [re.findall(r'id="([^"]+)"', svg) for svg in _drawn().values()]
    assert not set(ids[0]) & set(ids[1])
    assert all(len(found) == len(set(found)) for found in ids)


def test_a_drawing_has_a_role_and_its_finding_as_title() -> None:
    root = fromstring(_drawn("NPS is +8.3")["wide"])
    assert root.get("role") == "img"
    title = root.find("title")
    assert title is not None
    assert title.text == "NPS is +8.3"
    assert root.get("aria-labelledby") == title.get("id")


def test_text_from_data_is_text() -> None:
    svg = _drawn(HOSTILE)["wide"]
    assert "<script" not in svg
    assert "\u202e" not in svg
    texts = [node.text for node in fromstring(svg).iter("text")]
    assert visible_text(HOSTILE) in texts
    assert "$\\frac{1}{0}$" in visible_text(HOSTILE), "no mathematics is made of it"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="https://example.org/x.png"/>',
        '<a href="javascript:alert(1)"><path d="M 0 0"/></a>',
        '<foreignObject><p onclick="x()">a</p></foreignObject>',
        '<path d="M 0 0" onclick="x()" style="stroke: red; background: url(https://x)"/>',
        '<use href="https://example.org/x.svg#a"/>',
        '<style>@import "https://example.org"</style>',
        '<path d="M 0 0" fill="url(https://example.org)"/>',
    ],
)
def test_nothing_but_drawing_comes_through(inside: str) -> None:
    source = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'
    cleaned = clean_svg(source, prefix="a", title="A finding")
    for word in (
        "script",
        "example.org",
        "onclick",
        "url(",
        "foreignObject",
        "import",
        "javascript",
    ):
        assert word not in cleaned


def test_an_entity_bomb_is_refused() -> None:
    source = '<!DOCTYPE s [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    with pytest.raises(ValueError, match="Entit"):
        clean_svg(source, prefix="a", title="x")


def test_axes_that_a_caller_made_keep_their_place() -> None:
    from matplotlib.figure import Figure

    ax = Figure(figsize=(3, 3)).add_subplot()
    before = ax.get_position().bounds
    _plot("x", ax=ax)
    assert ax.get_position().bounds == before


def test_nothing_global_is_changed() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    _drawn()
    assert dict(mpl.rcParams) == before


def test_letters_a_font_lacks_raise_no_warning() -> None:
    assert "日本" in _drawn("日本")["wide"]
