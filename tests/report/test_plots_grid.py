"""A grid draws each cell by its sign, and fits whatever its size."""

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from workbench.report.plots.grid import FILLS, GridCell, GridRow, grid

CELLS = (GridCell("3", "said"), GridCell("○"), GridCell("–", "wash"), GridCell("", "dashed"))


def drawn(
    rows: list[GridRow], columns: list[tuple[str, str]], *, narrow: bool = False, **more: object
) -> Axes:
    axes = Figure(figsize=(14, 6)).add_subplot()
    return grid(rows, columns, ax=axes, narrow=narrow, **more)  # type: ignore[arg-type]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


COLUMNS = [(f"R{n}", "kund") for n in range(4)]
ROW = GridRow(name="Väntan utan besked", cells=CELLS, end="1 av 2")


@pytest.mark.parametrize("narrow", [False, True])
def test_every_cell_name_and_end_is_there(narrow: bool) -> None:
    ax = drawn([ROW], COLUMNS, narrow=narrow, headings=("Tema", "Säger det"))
    said = texts(ax)
    assert {"3", "○", "–", "Väntan utan besked", "1 av 2", "R0", "R3"} <= set(said)
    assert ("kund" in said) is not narrow
    assert ("Tema" in said) is not narrow
    assert [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert all(patch.get_linestyle() != "-" for patch in ax.patches)


def test_the_first_row_is_on_top() -> None:
    rows = [GridRow(name=f"Rad {n}", cells=CELLS) for n in range(3)]
    ax = drawn(rows, COLUMNS)
    assert ax.yaxis_inverted()
    places = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert places["Rad 0"] < places["Rad 1"] < places["Rad 2"]


def test_filled_cells_have_one_line_per_style_however_many_they_are() -> None:
    few = drawn([GridRow(name="a", cells=[GridCell("1", style) for style in FILLS])], COLUMNS)
    many = drawn([GridRow(name="a", cells=[GridCell("1", style) for style in FILLS])] * 50, COLUMNS)
    assert len(few.lines) == len(many.lines) == 1 + len(FILLS)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("n", [2, 8, 60, 300])
def test_cells_stay_within_the_picture(n: int, narrow: bool) -> None:
    rows = [GridRow(name="t", cells=[GridCell("12", "said")] * n, end=f"{n}")]
    ax = drawn(rows, [(f"Respondent {k}", "") for k in range(n)], narrow=narrow)
    low, high = ax.get_xlim()
    fills = [line for line in ax.lines if len(line.get_xdata()) == 3 * n]
    xs = [x for line in fills for x in line.get_xdata() if x == x]
    assert len(xs) == 2 * n
    assert low <= min(xs) <= max(xs) <= high
    assert texts(ax).count("12") == (n if (high - low) / n >= 15 else 0)


def test_long_names_are_cut_to_two_lines_and_long_headings_to_their_column() -> None:
    row = GridRow(name="ett mycket långt namn på ett tema " * 5, cells=[GridCell()] * 4)
    ax = drawn([row], [("En respondent med ett mycket långt namn", "")] * 4)
    named = [text for text in texts(ax) if text.startswith("ett")]
    assert 1 <= len(named) <= 2
    assert all(text.endswith("…") for text in texts(ax) if text.startswith("En resp"))


def test_groups_of_columns_are_parted() -> None:
    plain, parted = drawn([ROW], COLUMNS), drawn([ROW], COLUMNS, breaks=[2])
    assert len(parted.collections) == len(plain.collections) + 1


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert "".join(texts(drawn([], []))) == ""
