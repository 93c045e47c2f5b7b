"""Drawings compared by what they show: marks by their place, words by the letter, no pixels."""

import pytest

from workbench.review.drawings import compare_drawings, drawing_difference

DRAWING = (
    '<svg class="wide" viewBox="0 0 100 50"><title id="a-t">NPS is 12</title>'
    '<path d="M10 20.5 L30 -4" stroke="var(--c1)" fill="none" />'
    '<path d="M1 9 L5 9 L5 4 L1 4 z" fill="#ffffff" />'
    '<circle cx="40" cy=".5" r="3.5" fill="#1b7a4b" />'
    '<text x="12" y="8.2" transform="translate(3 4) rotate(-90)">SE 12</text></svg>'
)

SAME = {
    "an id": ('id="a-t"', 'id="b-t"'),
    "a mark by its last printed digit": ("20.5", "20.6"),
    "a mark below one": ('".5"', '".4"'),
    "a mark that rounds to nought": ('".5"', '"0.5"'),
    "words two pixels off": ("8.2", "6.2"),
    "turned words two pixels off": ("translate(3 4)", "translate(1.3 5)"),
    "paper behind words half a pixel larger": ("M1 9 L5 9", "M.6 9.4 L5.5 9.5"),
    "an XML declaration": ("<svg", '<?xml version="1.0" encoding="utf-8"?><svg'),
}

DIFFERENT = {
    "a mark by half a pixel": ("20.5", "21", "path d", "20.5", "21"),
    "the end of a line": ("L30 -4", "L30 4", "path d", "-4", "4"),
    "a point by half a pixel": ('"40"', '"40.5"', "circle cx", "40", "40.5"),
    "the size of a point": ("3.5", "4.5", "circle r", "3.5", "4.5"),
    "a colour": ("#1b7a4b", "#1b7a4c", "circle fill", "#1b7a4b", "#1b7a4c"),
    "the colour of a line": ("var(--c1)", "var(--c2)", "path stroke", "var(--c1)", "var(--c2)"),
    "a word": ("SE 12", "SE 13", "text", "SE 12", "SE 13"),
    "the text alternative": ("NPS is 12", "NPS is 12.01", "title", "NPS is 12", "NPS is 12.01"),
    "words beside another mark": ("8.2", "11.2", "text y (SE 12)", "8.2", "11.2"),
    "paper that hides a mark": ("L5 9", "L35 9", "path d", "5", "35"),
    "a mark that is paper": (
        'stroke="var(--c1)" fill="none"', 'stroke="none" fill="#ffffff"', "path fill", "none",
        "#ffffff",
    ),
    "a shorter line": ("M10 20.5 L30 -4", "M10 20.5", "path d", "M10 20.5 L30 -4", "M10 20.5"),
    "a mark without its fill": (
        ' fill="#1b7a4b"', "", "circle", "circle cx cy fill r", "circle cx cy r",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_a_reader_cannot_see_is_no_difference(name: str) -> None:
    old, new = SAME[name]
    assert DRAWING.count(old) == 1
    assert compare_drawings(DRAWING, DRAWING.replace(old, new)) == []


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_drawn_otherwise_is_found_and_named(name: str) -> None:
    old, new, where, before, after = DIFFERENT[name]
    assert DRAWING.count(old) == 1
    marks = compare_drawings(DRAWING, DRAWING.replace(old, new))
    assert (where, before, after) in [(mark.where, mark.old, mark.new) for mark in marks]


@pytest.mark.parametrize(
    "other",
    [
        "",
        "no drawing",
        DRAWING.replace("<circle", "<rect /><circle"),
        DRAWING.replace("</svg>", '<circle r="1" /></svg>'),
        DRAWING.replace("</svg>", "<script>alert(1)</script></svg>"),
        DRAWING[: DRAWING.index("<text")] + "</svg>",
    ],
)
def test_an_added_or_missing_element_is_found(other: str) -> None:
    assert compare_drawings(DRAWING, other)
    assert compare_drawings(other, DRAWING)


def test_a_drawing_is_one_difference_that_says_where_it_begins() -> None:
    other = DRAWING.replace("20.5", "24.5").replace("SE 12", "SE 13")
    (found,) = drawing_difference("figures/nps_wide.svg", DRAWING, other)
    assert found.address == "figures/nps_wide.svg / path d (+1)"
    assert (found.kind, found.old, found.new) == ("figure", "20.5", "24.5")
    assert found.tolerance == pytest.approx(0.11)
    assert drawing_difference("figures/nps_wide.svg", DRAWING, DRAWING) == []
