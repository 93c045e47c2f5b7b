"""JSON as the standard library writes it with an indent of one space, in a third of the time.

With an indent the library writes piece by piece in Python; here each list and each object is joined
at once. What is no plain JSON value is left to the library, and its errors are the library's.
"""

from __future__ import annotations

import copy
import json
import math
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

__all__ = ["indented_json", "notebook_json"]


def indented_json(value: Any, *, allow_nan: bool = False) -> str:
    r"""Return ``json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1)``.

    Parameters
    ----------
    value
        Objects, lists, texts, numbers, true, false and null.
    allow_nan
        True writes ``NaN`` and ``Infinity``, which are not JSON.

    Raises
    ------
    ValueError
        If a number is not finite and that is not allowed.
    TypeError
        If a value has no form in JSON.

    Examples
    --------
    >>> indented_json({"b": [1, 2.5], "a": {}})
    '{\n "a": {},\n "b": [\n  1,\n  2.5\n ]\n}'
    """
    try:
        return _text(value, "\n")
    except _NotPlainError:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=allow_nan, indent=1)


class _NotPlainError(Exception):
    """Only the library knows how to write a value, or that it can't be written."""


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise _NotPlainError
    return float.__repr__(value)


_SCALARS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    float: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}


def _text(value: Any, line: str) -> str:
    """Return one value; ``line`` is the break and the indent of the line it stands on."""
    if type(value) in _SCALARS:
        return _SCALARS[type(value)](value)
    within = f"{line} "
    if isinstance(value, dict):
        begin, end = "{", "}"
        parts = _members(cast("dict[Any, Any]", value), within)
    elif isinstance(value, list | tuple):
        begin, end = "[", "]"
        parts = [
            _SCALARS[type(part)](part) if type(part) in _SCALARS else _text(part, within)
            for part in cast("list[Any]", value)
        ]
    else:
        raise _NotPlainError
    return f"{begin}{within}{f',{within}'.join(parts)}{line}{end}" if parts else begin + end


def _members(value: dict[Any, Any], within: str) -> list[str]:
    if not all(type(key) is str for key in value):
        raise _NotPlainError
    return [
        f"{encode_basestring(key)}: "
        f"{_SCALARS[type(part)](part) if type(part) in _SCALARS else _text(part, within)}"
        for key, part in sorted(value.items())
    ]


def notebook_json(notebook: NotebookNode) -> str:
    """Return ``nbformat.writes(notebook)``, of whose steps only the copy of everything is left out.

    Parameters
    ----------
    notebook
        Left unchanged.
    """
    import nbformat
    from nbformat.v4.rwbase import split_lines, strip_transient
    from traitlets.log import get_logger

    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:  # as nbformat does: said, and written all the same
        get_logger().error("Notebook JSON is invalid: %s", error)
    kept = _shallow(notebook)
    kept.metadata = _shallow(notebook.metadata)
    kept.cells = [_own_cell(cell) for cell in notebook.cells]
    return indented_json(strip_transient(split_lines(kept)), allow_nan=True)


def _own_cell(cell: NotebookNode) -> NotebookNode:
    """Return a cell in which nbformat may split texts into lines, and the other keeps its own."""
    own = _shallow(cell)
    own.metadata = _shallow(cell.metadata)
    if "attachments" in cell:
        own.attachments = copy.deepcopy(cell.attachments)
    if "outputs" in cell:
        own.outputs = [_shallow(output) for output in cell.outputs]
        for output in own.outputs:
            if "data" in output:
                output.data = _shallow(output.data)
    return own


def _shallow(node: NotebookNode) -> NotebookNode:
    """Return a copy with the same values; ``copy.copy`` would make nodes of those that are none."""
    own = type(node)()
    dict.update(own, node)
    return own
