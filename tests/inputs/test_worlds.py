"""The worlds found by hand against those of linear programming, and the cells read once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.inputs.disclosure import hidden_cells, system
from workbench.inputs.disclosure.hiding import tag_bounds
from workbench.inputs.disclosure.lattice import read_lattice
from workbench.inputs.disclosure.system import CellSystem, Sum, recovered_cells
from workbench.inputs.disclosure.worlds import OpenPart, moved_cells

FLOOR = 7


@st.composite
def systems(draw):
    """Counts of a random cross of two or three columns, and random cells of it hidden."""
    levels = draw(st.integers(2, 3))
    columns = ["a", "b", "c"][: draw(st.integers(1, 3))]
    sizes = draw(st.lists(st.integers(0, 12), min_size=27, max_size=27))
    grid = np.array(np.meshgrid(*[range(levels)] * len(columns), indexing="ij"))
    cells = grid.reshape(len(columns), -1).T
    frame = pd.DataFrame(np.repeat(cells, sizes[: len(cells)], axis=0), columns=columns)
    lattice = read_lattice(frame, [columns], [])
    counts = lattice.count(np.ones(len(frame), bool)).astype(float)
    hidden = (counts > 0) & (counts < FLOOR)
    also = draw(st.lists(st.booleans(), min_size=counts.size, max_size=counts.size))
    hidden |= np.array(also, bool) & (counts > 0)
    lower, upper = counts.copy(), counts.copy()
    for cell in np.flatnonzero(hidden):
        tag = "floor" if counts[cell] < FLOOR else "complement"
        lower[cell], upper[cell] = tag_bounds(tag, FLOOR)
    return CellSystem(lower, upper, lattice.sums), hidden, counts


@settings(max_examples=60, deadline=None)
@given(systems())
def test_a_known_world_changes_how_soon_cells_are_found_and_not_which(case):
    given_system, hidden, counts = case
    alone = recovered_cells(given_system, hidden)
    assert recovered_cells(given_system, hidden, world=counts) == alone


@settings(max_examples=60, deadline=None)
@given(systems())
def test_every_cell_that_moves_by_hand_is_safe_by_programming(case):
    given_system, hidden, counts = case
    numbers = np.flatnonzero(hidden).tolist()
    if not numbers:
        return
    part = OpenPart.read(numbers, given_system.sums, given_system.lower, given_system.upper)
    moved = {
        part.cells[place]
        for place in moved_cells(part, counts[numbers].tolist(), range(len(numbers)))
    }
    assert not moved & recovered_cells(given_system, hidden)


def test_steps_clear_a_square_without_a_programme(monkeypatch):
    square = [Sum(4, (0, 1)), Sum(5, (2, 3)), Sum(6, (0, 2)), Sum(7, (1, 3))]
    counts = np.array([3.0, 4, 5, 2, 7, 7, 8, 6])
    bounds = [np.where(np.arange(8) < 4, end, counts) for end in (1.0, 6.0)]
    monkeypatch.setattr(system, "_Worlds", None)  # any use of it would fail
    hidden = np.arange(8) < 4
    given_system = CellSystem(bounds[0], bounds[1], square)
    assert recovered_cells(given_system, hidden, world=counts) == set()
    with pytest.raises(TypeError):
        recovered_cells(given_system, hidden)


def test_one_programme_finds_a_world_and_steps_from_it_clear_the_rest(monkeypatch):
    square = [Sum(4, (0, 1)), Sum(5, (2, 3)), Sum(6, (0, 2)), Sum(7, (1, 3))]
    counts = np.array([3.0, 4, 5, 2, 7, 7, 8, 6])
    bounds = [np.where(np.arange(8) < 4, end, counts) for end in (1.0, 6.0)]
    solved: list[np.ndarray] = []
    solve = system._Worlds.solve
    monkeypatch.setattr(
        system._Worlds, "solve", lambda self, way: (solved.append(way), solve(self, way))[1]
    )
    given_system = CellSystem(bounds[0], bounds[1], square)
    assert recovered_cells(given_system, np.arange(8) < 4) == set()
    assert len(solved) == 1


def test_a_world_that_does_not_fit_proves_nothing():
    part = OpenPart([0, 1], [[(0, 1), (1, 1)]], [9.0], [1.0, 1.0], [6.0, 6.0])
    assert moved_cells(part, [4.0, 5.0], [0]) == {0, 1}
    assert moved_cells(part, [4.0, 4.0], [0]) == set()
    assert moved_cells(part, [2.0, 7.0], [0]) == set()
    assert moved_cells(part, [4.5, 4.5], [0]) == set()


def test_a_cell_at_its_end_does_not_move():
    part = OpenPart([0, 1], [[(0, 1), (1, 1)]], [2.0], [1.0, 1.0], [6.0, 6.0])
    assert moved_cells(part, [1.0, 1.0], [0, 1]) == set()


def test_a_pattern_hides_what_each_measure_alone_would():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "wave": rng.choice(["1", "2"], 400),
            "market": rng.choice(["SE", "NO", "DK"], 400, p=[0.7, 0.25, 0.05]),
            "channel": rng.choice(["app", "phone", "shop"], 400, p=[0.8, 0.15, 0.05]),
        }
    )
    pattern = wb.suppression_pattern(frame, by=["market", "channel"])
    for share in (1.0, 0.7, 0.4):
        answered = rng.random(400) < share
        parts = np.column_stack([answered, np.zeros(400)]).astype(float)
        for quantities in (np.zeros((400, 0)), parts):
            alone = hidden_cells(
                frame, [["market", "channel"]], ["wave"], answered, quantities, floor=FLOOR
            )
            together = pattern.hidden(answered, quantities)
            assert together.tags == alone.tags
            assert together.rows == alone.rows
            assert alone.tags
