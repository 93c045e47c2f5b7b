"""Parameters are read as text, typed, checked; nothing gets in through a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.report.parameters import (
    Parameter,
    non_defaults,
    parse_assignments,
    read_parameters,
    typed_values,
)

DECLARED = {
    "market": Parameter(name="market", type="str", default=""),
    "floor": Parameter(name="floor", type="int", default=7),
    "confidence": Parameter(name="confidence", type="float", default=0.95),
    "final": Parameter(name="final", type="bool", default=False),
    "method": Parameter(name="method", type="str", default="lmg", choices=("lmg", "car")),
}


def _notebook(source: str, *, tags: tuple[str, ...] = ("parameters",)) -> NotebookNode:
    cell = new_code_cell(source)
    cell.metadata["tags"] = list(tags)
    return new_notebook(cells=[cell])


def test_name_type_default_and_comment_are_read() -> None:
    notebook = _notebook('wave: str = "latest"  # round\nfloor: int = 7\nx: float = 1')
    found = read_parameters(notebook)
    assert [p.name for p in found.values()] == ["wave", "floor", "x"]
    assert found["wave"].comment == "round"
    assert found["x"].default == 1.0
    assert isinstance(found["x"].default, float)


def test_a_literal_gives_choices() -> None:
    found = read_parameters(_notebook('method: Literal["lmg", "car"] = "lmg"  # how'))
    assert found["method"].choices == ("lmg", "car")
    with pytest.raises(
        wb.ParameterError, match=r"one of lmg, car; found 'cra'.*Did you mean 'car'"
    ):
        typed_values(found, {"method": "cra"})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1", "no typed parameter"),
        ("x: int = f()", "plain value"),
        ("x: list = [1]", "declared 'list'"),
        ("x: int = 'a'", "declared 'int' but its default is a str"),
        ("x: int =", "no Python at line 1"),
        ("import os", "no typed parameter"),
    ],
)
def test_a_cell_that_is_no_list_of_parameters_is_refused(source: str, message: str) -> None:
    with pytest.raises(wb.ParameterError, match=message):
        read_parameters(_notebook(source))


def test_a_notebook_has_one_parameters_cell() -> None:
    with pytest.raises(wb.ParameterError, match="it has 0"):
        read_parameters(_notebook("x: int = 1", tags=()))


def test_an_unknown_parameter_is_an_error_with_a_near_match() -> None:
    with pytest.raises(wb.ParameterError, match=r"'markett'\. Did you mean 'market'"):
        typed_values(DECLARED, {"markett": "SE"})


def test_code_in_a_name_is_an_unknown_parameter_and_is_not_run() -> None:
    name = "n=1;open('X','w').write('x');market"
    assert parse_assignments([f"{name}=5"]) == {"n": "1;open('X','w').write('x');market=5"}
    for smuggled in (name, "market\nimport os", "market ", "__import__('os')", "market;x"):
        with pytest.raises(wb.ParameterError, match="Unknown parameter"):
            typed_values(DECLARED, {smuggled: "5"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"floor": "seven"}, "whole number, such as 7; found 'seven'"),
        ({"floor": "7.5"}, "whole number"),
        ({"floor": "0"}, "from 1 to 1000; found 0"),
        ({"floor": True}, "whole number"),
        ({"confidence": "0,95"}, "decimal point"),
        ({"confidence": "nan"}, "decimal point"),
        ({"confidence": "inf"}, "decimal point"),
        ({"confidence": "95"}, "such as 0.95"),
        ({"final": "yes"}, "true or false"),
        ({"market": "a\u202eb"}, "invisible characters"),
        ({"market": "a\nb"}, "line breaks"),
        ({"market": "x" * 301}, "at most 300 characters"),
    ],
)
def test_wrong_types_and_ranges_are_named(given: dict[str, object], message: str) -> None:
    with pytest.raises(wb.ParameterError, match=message):
        typed_values(DECLARED, given)  # pyright: ignore[reportArgumentType] - wrong on purpose


def test_text_stays_text() -> None:
    assert typed_values(DECLARED, {"market": "007"})["market"] == "007"
    assert typed_values(DECLARED, {"market": "A\u030a"})["market"] == "Å"


def test_a_parameter_is_given_once_and_with_an_equals_sign() -> None:
    with pytest.raises(wb.ParameterError, match="twice"):
        parse_assignments(["a=1", "a=2"])
    with pytest.raises(wb.ParameterError, match="name=value"):
        parse_assignments(["a"])


@given(st.integers(1, 1000), st.floats(0.5, 0.999), st.booleans())
def test_values_survive_the_way_through_text(floor: int, confidence: float, final: bool) -> None:
    given_as_text = {"floor": str(floor), "confidence": repr(confidence), "final": str(final)}
    values = typed_values(DECLARED, given_as_text)
    assert (values["floor"], values["confidence"], values["final"]) == (floor, confidence, final)


@given(st.text())
def test_only_declared_names_come_in(name: str) -> None:
    if name in DECLARED:
        return
    with pytest.raises(wb.ParameterError):
        typed_values(DECLARED, {name: "1"})


def test_only_what_differs_from_the_default_is_named() -> None:
    values = typed_values(DECLARED, {"market": "SE", "floor": 7})
    assert non_defaults(DECLARED, values) == {"market": "SE"}
