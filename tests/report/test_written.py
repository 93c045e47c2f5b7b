"""JSON and notebooks written quickly, against what the libraries write."""

import copy
import json
import math
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.report.written import indented_json, notebook_json

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS.filter(lambda value: not (isinstance(value, float) and math.isinf(value))),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part) | st.tuples(part, part),
    max_leaves=20,
)


def _by_library(value: object, *, allow_nan: bool = False) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=allow_nan, indent=1)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_json_is_the_librarys_to_the_byte(value: object) -> None:
    assert indented_json(value) == _by_library(value)


@pytest.mark.parametrize(
    "value", [{1: "a", 2: "b"}, {"a": np.float64(1.5)}, [{None: 1}], [True, {"a": float("nan")}]]
)
def test_what_is_no_plain_json_is_written_as_the_library_does(value: object) -> None:
    assert indented_json(value, allow_nan=True) == _by_library(value, allow_nan=True)


@pytest.mark.parametrize("value", [[math.nan], {"a": {"b": -math.inf}}, [{"a": 1, 2: "b"}], {1j}])
def test_what_can_not_be_written_is_the_librarys_error(value: object) -> None:
    with pytest.raises((TypeError, ValueError)) as expected:
        _by_library(value)
    with pytest.raises(expected.type, match=str(expected.value)[:20]):
        indented_json(value)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_written_as_nbformat_writes_it(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    before = copy.deepcopy(notebook)
    assert notebook_json(notebook) == nbformat.writes(notebook)
    assert notebook == before


def test_every_part_of_a_cell_is_written_as_nbformat_writes_it() -> None:
    bundle = {
        "text/plain": "a\nb",
        "application/json": {"a": [1]},
        "image/svg+xml": "<svg>\n</svg>",
    }
    cell = new_code_cell(
        "a\nb\n",
        metadata={"trusted": True, "tags": ["x"]},
        outputs=[
            new_output("stream", name="stdout", text="a\nb\n"),
            new_output("display_data", bundle),
            new_output("execute_result", {"text/html": "<b>\n"}, execution_count=1),
            new_output("error", ename="E", evalue="e", traceback=["a\nb"]),
        ],
    )
    text = new_markdown_cell("![a](attachment:a.svg)", attachments={"a.svg": dict(bundle)})
    notebook = new_notebook(cells=[cell, text], metadata={"signature": "s", "orig_nbformat": 3})
    cell.outputs[1].data["application/vnd.plain"] = {"a": {"b": 1}}
    dict.__setitem__(cell.outputs[1].data, "application/vnd.dict", {"b": float("nan")})
    before = copy.deepcopy(notebook)
    assert notebook_json(notebook) == nbformat.writes(notebook)
    assert repr(notebook) == repr(before)
    assert '"trusted"' not in notebook_json(notebook)
