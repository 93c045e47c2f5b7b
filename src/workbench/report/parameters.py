"""The typed parameters of a notebook: read from its ``parameters`` cell, checked before it runs.

The cell is read as text and never executed. A parameter is ``name: type = default  # comment`` with
``str``, ``int``, ``float``, ``bool`` or ``Literal["a", "b"]``; only names that stand there can be
given, so nothing can be smuggled in through a name.
"""

from __future__ import annotations

import ast
import io
import math
import re
import tokenize
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import ParameterError, near_match
from workbench.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode

__all__ = [
    "Parameter",
    "Value",
    "non_defaults",
    "parse_assignments",
    "read_parameters",
    "typed_values",
]

Value = str | int | float | bool

_TYPES: Final[dict[str, type]] = {"str": str, "int": int, "float": float, "bool": bool}
_MAXIMUM_LENGTH: Final = 300


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name, type, default, comment
        As they stand in the cell; ``type`` is ``str``, ``int``, ``float`` or ``bool``.
    choices
        Allowed values, for a ``Literal``.
    """

    name: str
    type: str
    default: Value
    comment: str = ""
    choices: tuple[Value, ...] = ()


@dataclass(frozen=True)
class _Range:
    low: float
    high: float
    text: str

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


_RANGES: Final = {
    "confidence": _Range(0.5, 0.999, "a share from 0.5 to 0.999, such as 0.95"),
    "floor": _Range(1, 1000, "a whole number from 1 to 1000"),
    "rank_floor": _Range(1, 1000, "a whole number from 1 to 1000"),
    "seed": _Range(0, 2**32 - 1, "a whole number from 0 to 4294967295"),
    "bootstrap": _Range(0, 1_000_000, "a whole number from 0 to 1000000"),
}


def read_parameters(notebook: NotebookNode, where: str = "the notebook") -> dict[str, Parameter]:
    """Return the parameters of a notebook by name, in the order of its cell.

    Raises
    ------
    ParameterError
        If there is no cell tagged ``parameters``, or a line of it is not a typed assignment of a
        plain value.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("floor: int = 7  # answers to show a group")
    >>> cell.metadata["tags"] = ["parameters"]
    >>> read_parameters(new_notebook(cells=[cell]))["floor"].comment
    'answers to show a group'
    """
    sources = [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])
    ]
    if len(sources) != 1:
        raise ParameterError(
            f"{where} must have one code cell tagged 'parameters'; it has {len(sources)}."
        )
    return _read_cell(sources[0], where)


def _read_cell(source: str, where: str) -> dict[str, Parameter]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ParameterError(
            f"The parameters cell of {where} is no Python at line {error.lineno}. "
            "Write one 'name: type = default  # comment' per line."
        ) from None
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "typing":
            continue
        parameter = _parameter(node, comments, where)
        found[parameter.name] = parameter
    return found


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _parameter(node: ast.stmt, comments: dict[int, str], where: str) -> Parameter:
    mend = "Write 'name: type = default  # comment' with str, int, float, bool or Literal."
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value):
        raise ParameterError(
            f"Line {node.lineno} of the parameters cell of {where} is no typed parameter. {mend}"
        )
    try:
        default = ast.literal_eval(node.value)
    except ValueError:
        raise ParameterError(
            f"The default of parameter '{node.target.id}' in {where} must be a plain value. {mend}"
        ) from None
    choices = _choices(node.annotation)
    kind = type(choices[0]).__name__ if choices else ast.unparse(node.annotation)
    parameter = Parameter(
        name=node.target.id,
        type=kind,
        default=float(default) if kind == "float" and type(default) is int else default,
        comment=comments.get(node.end_lineno or node.lineno, ""),
        choices=choices,
    )
    if kind not in _TYPES or type(parameter.default) is not _TYPES[kind]:
        raise ParameterError(
            f"Parameter '{parameter.name}' of {where} is declared '{kind}' but its default is a "
            f"{type(default).__name__}. {mend}"
        )
    return parameter


def _choices(annotation: ast.expr) -> tuple[Value, ...]:
    if not (isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal"):
        return ()
    values = ast.literal_eval(annotation.slice)
    return values if isinstance(values, tuple) else (values,)


def parse_assignments(assignments: Sequence[str]) -> dict[str, str]:
    """Split ``name=value`` texts; everything after the first ``=`` is the value.

    Raises
    ------
    ParameterError
        If a text has no ``=``, or a name is given twice.

    Examples
    --------
    >>> parse_assignments(["market=SE", "segment=a=b"])
    {'market': 'SE', 'segment': 'a=b'}
    """
    found: dict[str, str] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals:
            raise ParameterError(f"Parameter '{text[:80]}' must be written as name=value.")
        if name in found:
            raise ParameterError(f"Parameter '{name[:80]}' is given twice; keep one.")
        found[name] = value
    return found


def typed_values(
    parameters: Mapping[str, Parameter], given: Mapping[str, Value]
) -> dict[str, Value]:
    """Return a value for every parameter: those given, checked and typed, else the defaults.

    Parameters
    ----------
    parameters
        As :func:`read_parameters` returns them.
    given
        Name -> value; a text is read as the parameter's type.

    Raises
    ------
    ParameterError
        If a name is unknown, or a value has the wrong type or is out of range.

    Examples
    --------
    >>> typed_values({"floor": Parameter(name="floor", type="int", default=7)}, {"floor": "10"})
    {'floor': 10}
    """
    for name in given:
        if name not in parameters:
            known = ", ".join(parameters)
            raise ParameterError(
                f"Unknown parameter '{visible(name)}'.{near_match(name, parameters)} "
                f"The notebook takes: {known}."
            )
    values = {name: parameter.default for name, parameter in parameters.items()}
    values |= {name: _typed(parameters[name], value) for name, value in given.items()}
    for name, value in values.items():
        _check_range(name, value)
    return values


def _typed(parameter: Parameter, value: Value) -> Value:
    if isinstance(value, str) and parameter.type != "str":
        value = _read(parameter, value.strip())
    if parameter.type == "float" and type(value) is int:
        value = float(value)
    if type(value) is not _TYPES[parameter.type]:
        raise _wrong_type(parameter, str(value))
    if parameter.choices and value not in parameter.choices:
        hint = near_match(str(value), map(str, parameter.choices))
        listed = ", ".join(map(str, parameter.choices))
        raise ParameterError(
            f"Parameter '{parameter.name}' must be one of {listed}; found "
            f"'{visible(str(value))}'.{hint}"
        )
    if isinstance(value, str):
        return _checked_text(parameter, value)
    return value


def _read(parameter: Parameter, text: str) -> Value:
    if parameter.type == "int" and re.fullmatch(r"[+-]?\d{1,18}", text):
        return int(text)
    if parameter.type == "float" and re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text):
        number = float(text)
        if math.isfinite(number):
            return number
    if parameter.type == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    raise _wrong_type(parameter, text)


def _wrong_type(parameter: Parameter, found: str) -> ParameterError:
    wanted = {
        "int": "a whole number, such as 7",
        "float": "a number with a decimal point, such as 0.95",
        "bool": "true or false",
        "str": "a text",
    }[parameter.type]
    return ParameterError(
        f"Parameter '{parameter.name}' must be {wanted}; found '{visible(found)}'."
    )


def _checked_text(parameter: Parameter, value: str) -> str:
    if len(value) > _MAXIMUM_LENGTH:
        raise ParameterError(
            f"Parameter '{parameter.name}' must be at most {_MAXIMUM_LENGTH} characters; found "
            f"{len(value)}."
        )
    if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in value):
        raise ParameterError(
            f"Parameter '{parameter.name}' must not hold line breaks or invisible characters."
        )
    return unicodedata.normalize("NFC", value)


def _check_range(name: str, value: Value) -> None:
    if name == "language" and value not in LANGUAGES:
        raise ParameterError(f"Parameter 'language' must be sv or en; found '{value}'.")
    allowed = _RANGES.get(name)
    if allowed and not isinstance(value, str) and not allowed.holds(value):
        raise ParameterError(f"Parameter '{name}' must be {allowed.text}; found {value}.")


def visible(text: str) -> str:
    """Return a text fit for an error: short, on one line, without invisible characters."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def non_defaults(
    parameters: Mapping[str, Parameter], values: Mapping[str, Value]
) -> dict[str, Any]:
    """Return the values that differ from the notebook's defaults, sorted by name."""
    return {
        name: values[name] for name in sorted(values) if values[name] != parameters[name].default
    }
