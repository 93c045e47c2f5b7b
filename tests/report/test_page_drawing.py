"""What a page draws itself is, to the byte, what matplotlib's own drawing is cleaned to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.ticker import AutoMinorLocator, FuncFormatter, MaxNLocator, ScalarFormatter

from workbench.report import figures, page_attributes, page_axes, page_renderer
from workbench.report.figures import C1, INK, LINE, PAPER, SMALL, SOFT, canvas, draw, place
from workbench.report.page_words import PageText
from workbench.report.plots.chart import plot_control_chart
from workbench.report.plots.forest import named_ticks
from workbench.report.plots.marks import bar, dots, stroke, upright
from workbench.report.plots.survey import plot_nki, plot_nps
from workbench.report.plots.waves import plot_segment_difference, plot_wave_change
from workbench.survey.chart import control_chart
from workbench.survey.nki import nki
from workbench.survey.nps import nps
from workbench.survey.segments import compare_segments
from workbench.survey.waves import compare_waves

Plot = Callable[..., Axes]
Drawn = Callable[[Plot, object], dict[str, str]]


@pytest.fixture
def matplotlibs_own() -> Iterator[Drawn]:
    """Draw with matplotlib's axes, into its file, which is cleaned."""
    with pytest.MonkeyPatch.context() as patch:

        def beyond(*_: object) -> str:
            raise page_renderer.BeyondPageError

        def drawn(plot: Plot, result: object) -> dict[str, str]:
            patch.setattr(page_axes, "PageAxes", Axes)
            patch.setattr(page_renderer, "drawn", beyond)
            try:
                return _drawn(plot, result)
            finally:
                patch.undo()

        yield drawn


def _drawn(plot: Plot, result: object) -> dict[str, str]:
    return draw(plot, result, "a b", title="<A finding>", language="sv")


def _page(narrow: bool) -> Axes:
    ax = canvas(narrow=narrow)
    place(ax, height=240, left=60, right=40, top=30, bottom=50)
    ax.set_xlim(0, 10)
    ax.set_ylim(-1, 1)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, pad=6)
    return ax


def _numbers_on_both_sides(ax: Axes) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+.1f} ½"))
    ax.grid(axis="both", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    ax.set_xlabel("Åtta gap", color=SOFT, labelpad=8)
    ax.set_ylabel("Höjd", color=SOFT, labelpad=3)


def _names_on_two_lines(ax: Axes) -> None:
    named_ticks(ax.xaxis, [9, 5, 1, 12], ["våg\n1", "w2", "", "outside"])
    ax.tick_params(labelsize=11, labelcolor=C1)
    ax.yaxis.set_visible(False)


def _marks_and_frame(ax: Axes) -> None:
    ax.spines[:].set_visible(True)
    ax.tick_params(length=4)
    ax.xaxis.set_minor_locator(AutoMinorLocator())


def _turned(ax: Axes) -> None:
    ax.tick_params(axis="x", labelrotation=30)
    ax.tick_params(axis="y", labelright=True, labelleft=False)
    ax.text(2, 0, "turned", rotation=40, color=C1)
    ax.annotate("turned too", (3, 0.2), rotation=90, fontsize=SMALL)


def _by_hand(ax: Axes) -> None:
    ax.set_xticks([1, 4, 9], ["a", "b", "c"])
    ax.get_xticklabels()[1].set_color(C1)
    ax.set_yticks([])
    ax.grid(axis="x")


def _large(ax: Axes) -> None:
    ax.yaxis.set_major_formatter(ScalarFormatter(useOffset=1e6))
    ax.set_ylim(1_000_000.1, 1_000_000.4)
    ax.set_title("A title")


def _own_place(ax: Axes) -> None:
    ax.set_xlabel("Below")
    ax.xaxis.set_label_coords(0.2, -0.1)
    ax.yaxis.set_label_position("right")
    ax.set_ylabel("Right")


def _by_logarithm(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.set_xlim(1, 1000)
    ax.grid(axis="x", which="both", alpha=0.5, linestyle="--")


def _notes(ax: Axes) -> None:
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    near: dict[str, Any] = {"textcoords": "offset points", "xytext": (4, -7)}
    ax.annotate("data", (3, 0.5), ha="center", va="bottom", color=C1, **near)
    ax.annotate("left out: it points outside", (30, 0.5), **near)
    ax.annotate("kept", (30, 0.5), annotation_clip=False, **near)
    ax.annotate("at a side", (1, 0.5), xycoords=ax.get_yaxis_transform(), bbox=box, **near)
    ax.annotate("above", (4, 1), xycoords=("data", "axes fraction"), bbox=box, **near)
    ax.annotate("corner", (0, 1), xycoords="axes fraction", fontweight="bold", **near)
    ax.annotate("pixels", (50, 60), xycoords="figure pixels", **near)
    ax.annotate("arrow", (3, 0.5), xytext=(5, 0), arrowprops={"arrowstyle": "->"})
    ax.annotate("two\nlines, the second longer", (6, 0), ha="right", bbox=box, **near)
    for text in ("Again", "Again"):
        ax.annotate(text, (8, 0.1 * len(ax.texts)), alpha=0.4, **near)


def _words(ax: Axes) -> None:
    ax.text(1, 0.5, "plain")
    ax.text(1, 0.2, "wide\napart", linespacing=3)
    ax.text(4, 0.2, "aligned\nto the right", ma="right", fontstyle="italic")
    ax.text(9.5, 0.2, "clipped by the axes", clip_on=True)
    ax.text(1, -0.5, "$x^2$ 1 < 2 & åäö 日本 \u202e", bbox={"boxstyle": "round", "alpha": 0.5})
    ax.text(1, -0.9, " ")
    later = ax.text(4, -0.5, "spaced\nlater", fontsize=20)
    later.set_linespacing(2.5)
    boxed = ax.text(7, -0.5, "boxed", bbox={"facecolor": C1, "pad": 2})
    patch = boxed.get_bbox_patch()
    assert patch is not None
    patch.set_edgecolor(INK)
    hidden = ax.text(7, -0.9, "hidden")
    hidden.set_visible(False)


def _lines(ax: Axes) -> None:
    ax.plot([-90, 90], [-3, 3], color=C1, linestyle=(0, (3, 2.55)), linewidth=1.25)
    ax.plot([1, 2, np.nan, 4, 5], [0.1] * 5, color=C1, alpha=0.456)
    ax.plot(np.linspace(0, 10, 900), np.sin(np.linspace(0, 9, 900)), color=INK, zorder=1)
    ax.step([1, 2, 3], [0, 0.5, 0.2], where="mid", color="black")
    ax.hlines([0.1, 0.3], 1, [2, 3], colors=[C1, "#123456"], linewidth=3)
    ax.fill_between([1, 2, 3], [0, 0.2, 0], [0.4, 0.5, 0.4], color=C1, alpha=0.16, linewidth=0)
    ax.axvline(3, color=SOFT, linestyle="--")
    ax.axhspan(-0.2, -0.1, color=C1, alpha=0.07)
    ax.barh([0.7], [4], height=0.1, color=LINE, edgecolor=INK, capstyle="projecting")
    for marker in "oD<s*":
        ax.plot([1, 20, 3.14159], [0.3, 0.2, -0.123], marker, color=C1, markerfacecolor=PAPER)
    stroke(ax, (1, 2), (0.1, 0.1), color=C1, linewidth=2.5, clip_on=False)
    upright(ax, 2, color=SOFT, linewidth=1.2)
    dots(ax, [1, 2], [0.1, 0.2], "D", markersize=9, color=C1, clip_on=False)
    bar(ax, (3, 1), -0.5, 0.2, C1, alpha=0.55)


def _panel_within(ax: Axes) -> None:
    ax.set_axis_off()
    inner = ax.inset_axes((0.2, 0.1, 0.5, 0.6), axes_class=type(ax))
    inner.plot([1, 2, 3], [3, 1, 2], color=C1)
    inner.spines[:].set_visible(False)
    inner.tick_params(length=0)
    inner.grid(axis="y")


def _beyond(ax: Axes) -> None:
    ax.bar([1, 2], [0.5, 0.8], hatch="//", color=LINE, edgecolor=INK)
    ax.imshow(np.eye(3), extent=(4, 6, 0, 0.5), aspect="auto")
    ax.text(1, 0, "linked", url="https://example.org")
    ax.text(1, 0.5, r"$\frac{1}{2}$", parse_math=True)


def _finer(ax: Axes) -> None:
    ax.figure.set_dpi(100)
    _notes(ax)


DETAILS = [
    _numbers_on_both_sides, _names_on_two_lines, _marks_and_frame, _turned, _by_hand, _large,
    _own_place, _by_logarithm, _notes, _words, _lines, _panel_within, _beyond, _finer,
]  # fmt: skip


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: detail.__name__[1:])
def test_every_detail_is_drawn_as_matplotlib_draws_it(
    detail: Callable[[Axes], None], matplotlibs_own: Drawn
) -> None:
    def plot(_: object, *, language: str, narrow: bool) -> Axes:
        assert language == "sv"
        ax = _page(narrow)
        detail(ax)
        return ax

    expected = matplotlibs_own(plot, None)
    assert _drawn(plot, None) == expected
    assert _drawn(plot, None) == expected, "and once more, from what is known of its words"


def _answers() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    waves = [f"Q{number} 2025" for number in range(1, 6)]
    frame = pd.DataFrame({"wave": np.repeat(waves, 240)})
    frame["market"] = np.tile(["SE"] * 150 + ["A very long name, longer than a line"] * 85
                              + ["FI"] * 5, 5)  # fmt: skip
    frame["q"] = rng.integers(0, 11, len(frame)).astype(float)
    fell = (frame["wave"] == waves[-1]) & (frame["market"] == "SE")
    frame["nki"] = frame["q"] * np.where(fell, 4, 10)
    return frame


@dataclass(frozen=True)
class _Case:
    plot: Any
    make: Callable[[pd.DataFrame], object]


CASES = {
    "waves": _Case(plot_nki, lambda a: nki(a, ["nki"], scale=(0, 100), by="wave")),
    "groups": _Case(plot_nki, lambda a: nki(a, ["nki"], scale=(0, 100), by="market")),
    "kinds": _Case(plot_nps, lambda a: nps(a, "q", by="market")),
    "change": _Case(plot_wave_change, lambda a: compare_waves(a, "nki", by="market")),
    "others": _Case(plot_segment_difference, lambda a: compare_segments(a, "nki", by="market")),
    "chart": _Case(plot_control_chart, lambda a: control_chart(a, "nki")),
}


@pytest.mark.parametrize("name", list(CASES))
def test_every_figure_is_drawn_as_matplotlib_draws_it(name: str, matplotlibs_own: Drawn) -> None:
    case = CASES[name]
    result = case.make(_answers())
    assert _drawn(case.plot, result) == matplotlibs_own(case.plot, result)


def test_a_page_is_drawn_without_matplotlibs_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Figure, "savefig", never)
    monkeypatch.setattr(Axis, "draw", never)
    case = CASES["waves"]
    assert "var(--c1)" in _drawn(case.plot, case.make(_answers()))["wide"]


def test_the_axes_of_a_page_make_no_tick() -> None:
    ax = _page(narrow=False)
    _numbers_on_both_sides(ax)
    for axis in (ax.xaxis, ax.yaxis):
        assert type(axis).__module__ == page_axes.__name__
        assert not {"majorTicks", "minorTicks"} & vars(axis).keys()
    assert next(label.get_text() for label in ax.get_yticklabels()) == "-1.0 ½"


def test_the_axes_of_a_page_hold_texts_and_notes_as_others_do() -> None:
    ax = _page(narrow=True)
    note = ax.annotate("a", (1, 0.5), xytext=(3, 4), textcoords="offset points")
    text = ax.text(1, 0.5, "b")
    assert list(ax.texts) == [note, text]
    assert isinstance(note, Annotation)
    assert isinstance(text, Text)
    assert note.xycoords == "data"


def test_a_page_can_be_saved_as_a_picture_too(tmp_path: Any) -> None:
    pictures: list[bytes] = []
    for kind in (page_axes.PageAxes, Axes):
        figure = Figure(figsize=(4, 3), dpi=100)
        ax: Any = figure.add_axes(kind(figure, (0.2, 0.2, 0.7, 0.7)))
        _numbers_on_both_sides(ax)
        _notes(ax)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        figure.savefig(tmp_path / "a.png", metadata={"Software": None})
        pictures.append((tmp_path / "a.png").read_bytes())
    assert pictures[0] == pictures[1]


def test_a_figure_of_a_callers_own_is_drawn_through_matplotlib() -> None:
    def plot(_: object, *, language: str, narrow: bool) -> Axes:
        assert (language, narrow) == ("sv", narrow)
        ax = Figure(figsize=(3, 3), dpi=100).add_subplot()
        ax.plot([1, 2], [1, 2], color=figures.C1)
        return ax

    assert 'viewBox="0 0 216 216"' in _drawn(plot, None)["wide"]


class _AskingTheFont(page_renderer.PageRenderer):
    """Knows no heights, so that matplotlib reads the font itself."""

    def _get_font_height_metrics(self, prop: Any) -> tuple[None, None, None]:  # noqa: ARG002
        return None, None, None


@pytest.mark.parametrize("text", ["Apg", "x", "Å, två\nrader", ""])
@pytest.mark.parametrize("weight", ["normal", "bold", 600])
@pytest.mark.parametrize("size", [7.25, SMALL, 13])
def test_heights_of_a_font_are_those_matplotlib_reads(text: str, weight: Any, size: float) -> None:
    figure = Figure(dpi=72)
    words = figure.text(0.3, 0.4, text, fontsize=size, fontweight=weight)
    boxes = [
        words.get_window_extent(kind(640, 480, *figures.empty_drawing("0 0 1 1", "a", "b", "")))
        for kind in (page_renderer.PageRenderer, _AskingTheFont)
    ]
    assert boxes[0].bounds == boxes[1].bounds


@pytest.mark.skipif(
    tuple(map(int, mpl.__version__.split(".")[:2])) < (3, 11),
    reason="matplotlib asks no renderer for the heights of a font before 3.11",
)
def test_matplotlib_asks_for_the_heights_of_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        page_renderer, "height_of_font", lambda font: asked.append(font) or (9.0, 3.0, 1.0)
    )
    figure = Figure(dpi=72)
    figure.text(0.3, 0.4, "words", fontsize=17.5)
    page_renderer.drawn(figure, "a", "b", "")
    assert asked


LETTERS = st.sampled_from(
    "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x250)])) + "–—’”•…−≤→\u00a0\u0301\u202e字"
)
LINES = st.tuples(
    st.one_of(st.text(LETTERS, min_size=1, max_size=12), st.sampled_from(["office", "70.1", "Åg"])),
    st.sampled_from(["left", "center", "right"]),
    st.sampled_from(["top", "bottom", "center", "baseline", "center_baseline"]),
    st.sampled_from(["normal", "bold"]),
    st.sampled_from([12.0, 13.0, 13.7]),
    st.sampled_from([INK, SOFT]),
)


def _drawn_lines(lines: list[tuple[str, str, str, str, float, str]]) -> list[str]:
    """Return the words of a drawing of these lines, of which nothing is known before."""
    page_renderer._known_words.clear()
    page_renderer._known_lines.clear()
    figure = Figure(dpi=72, figsize=(9, 9))
    for row, (text, across, up, weight, size, colour) in enumerate(lines):
        figure.add_artist(
            PageText(0.3, 0.1 + row / 37, text, ha=across, va=up, weight=weight, size=size,
                     color=colour, transform=figure.transFigure, parse_math=False)
        )  # fmt: skip
    return re.findall(r"<text.*?</text>|<text[^>]*/>", page_renderer.drawn(figure, "a", "b", ""))


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES, min_size=2, max_size=12, unique_by=lambda line: line[0]))
@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.filterwarnings("ignore:Matplotlib currently does not support")
def test_a_line_is_drawn_as_if_no_other_of_its_kind_were_known(lines: list[Any]) -> None:
    together = _drawn_lines(lines)
    blank = (" ", "left", "top", "normal", 12.0, INK)
    alone = [_drawn_lines([blank] * row + [line]) for row, line in enumerate(lines)]
    assert together == [words for drawn in alone for words in drawn]


def test_lines_of_a_kind_are_laid_out_once() -> None:
    lines = [(f"{number}.{number}", "left", "top", "normal", 13.0, INK) for number in range(9)]
    assert len(_drawn_lines(lines)) == 9
    assert len(page_renderer._known_lines) == 1


class _OlderFont:
    """A font as matplotlib 3.10 reads it, whose table of heights lacks them."""

    def get_sfnt_table(self, name: str) -> dict[str, int] | None:
        hhea = {"ascent": 1901, "descent": -483, "lineGap": 0}
        return {"OS/2": {"version": 1}, "hhea": hhea, "head": {"unitsPerEm": 2048}}.get(name)


def test_heights_come_from_the_table_that_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_attributes, "get_font", lambda _: _OlderFont())
    read = page_attributes.height_of_font.__wrapped__
    found = read((("sans-serif",), "normal", "normal", "normal", "normal", 20.48))
    assert found == pytest.approx((19.01, 4.83, 0.0))
