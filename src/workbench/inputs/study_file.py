"""Read ``study.toml``: every mistake at once, each with file, line, key and remedy."""

from __future__ import annotations

import tomllib
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

from workbench.errors import StudyError, near_match
from workbench.inputs.models.study import SCHEMA_VERSION, StudyFile
from workbench.inputs.references import reference_problems
from workbench.inputs.toml_lines import KeyLines
from workbench.inputs.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.inputs.references import KeyPath

__all__ = ["Problem", "dotted", "read_study_file", "study_error"]

_MUST = {
    "string_type": "must be text, in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "literal_error": "must be {expected}",
    "date_type": "must be a date, 2026-06-30 without quotes",
    "date_parsing": "must be a date, 2026-06-30 without quotes",
    "date_from_datetime_parsing": "must be a date, 2026-06-30 without quotes",
    "date_from_datetime_inexact": "must be a date without a time of day",
    "too_short": "must have at least {min_length} of them",
    "too_long": "must have at most {max_length} of them",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} letters",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
}
"""What must hold, by the kind of mistake that Pydantic found."""


@dataclass(frozen=True)
class Problem:
    """One mistake: the key it stands at, and what is wrong and how to mend it."""

    key: KeyPath
    text: str
    line: int | None = None


def read_study_file(path: Path) -> tuple[StudyFile, KeyLines]:
    """Parse and check a ``study.toml``.

    Parameters
    ----------
    path
        The file itself.

    Returns
    -------
    tuple
        The typed tables, and the lines of their keys.

    Raises
    ------
    StudyError
        If the file is not there, is not TOML, or holds a mistake; all of them are listed.
    """
    text = _text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not valid TOML: {error}.") from None
    lines = KeyLines(text)
    _refuse_other_versions(path, data)
    try:
        model = StudyFile.model_validate(data)
    except ValidationError as error:
        problems = _validation_problems(error, data)
        problems += _problems_besides_unknown_keys(error, data)
        raise study_error(path, problems, lines) from None
    problems = [Problem(key, text) for key, text in reference_problems(model)]
    if problems:
        raise study_error(path, problems, lines)
    return model, lines


def study_error(path: Path, problems: list[Problem], lines: KeyLines | None = None) -> StudyError:
    """Word the problems as one error, in the order of the file."""
    placed = [
        Problem(problem.key, problem.text, problem.line or (lines and lines.of(problem.key)))
        for problem in problems
    ]
    placed.sort(key=lambda problem: problem.line or 0)
    entries = [
        f"{path}{f':{problem.line}' if problem.line else ''}: "
        f"{f'`{dotted(problem.key)}`: ' if problem.key else ''}{problem.text}"
        for problem in placed
    ]
    if len(entries) == 1:
        return StudyError(visible(entries[0]))
    return StudyError(visible("\n".join([f"{len(entries)} mistakes in {path.name}:", *entries])))


def dotted(key: KeyPath) -> str:
    """Write a key as TOML does.

    Examples
    --------
    >>> dotted(("survey", "waves", "2026-Q2", "rename", "q 7"))
    'survey.waves.2026-Q2.rename."q 7"'
    """
    written = ""
    for part in key:
        if isinstance(part, int):
            written += f"[{part}]"
            continue
        bare = part.replace("-", "").replace("_", "")
        name = part if bare.isalnum() and bare.isascii() else '"' + part.replace('"', '\\"') + '"'
        written += f".{name}" if written else name
    return written


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StudyError(
            f"{path}: not found. A study is a folder with a study.toml; "
            "`workbench init DIR --from FILE` drafts one."
        ) from None
    except UnicodeDecodeError as error:
        raise StudyError(
            f"{path}: must be UTF-8; byte {error.start} is not. Save the file as UTF-8."
        ) from None


def _refuse_other_versions(path: Path, data: dict[str, Any]) -> None:
    header = data.get("study")
    version = (
        cast("dict[str, Any]", header).get("schema_version", SCHEMA_VERSION)
        if isinstance(header, dict)
        else SCHEMA_VERSION
    )
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise StudyError(
            f"{path}: `study.schema_version` is {version}; this workbench reads up to "
            f"{SCHEMA_VERSION}. Update the workbench to open the study."
        )


def _validation_problems(error: ValidationError, data: dict[str, Any]) -> list[Problem]:
    problems: dict[tuple[KeyPath, str], Problem] = {}
    for found in error.errors(include_url=False):
        key = _existing_path(tuple(found["loc"]), data)
        text = _worded(cast("dict[str, Any]", found), key)
        problems.setdefault((key, text), Problem(key, text))
    return list(problems.values())


def _problems_besides_unknown_keys(error: ValidationError, data: dict[str, Any]) -> list[Problem]:
    """Check references too when the only mistakes are keys that do not exist."""
    found = error.errors(include_url=False)
    if any(entry["type"] != "extra_forbidden" for entry in found):
        return []
    pruned = _without(data, {tuple(entry["loc"]) for entry in found})
    return [
        Problem(key, text) for key, text in reference_problems(StudyFile.model_validate(pruned))
    ]


def _without(value: Any, unwanted: set[KeyPath], path: KeyPath = ()) -> Any:
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {
            key: _without(inner, unwanted, (*path, key))
            for key, inner in table.items()
            if (*path, key) not in unwanted
        }
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        return [_without(inner, unwanted, (*path, place)) for place, inner in enumerate(entries)]
    return value


def _existing_path(location: KeyPath, data: Any) -> KeyPath:
    """Keep the parts of a location that are keys of the file; Pydantic adds names of types."""
    path: list[str | int] = []
    value = data
    for place, part in enumerate(location):
        last = place == len(location) - 1
        if isinstance(value, dict) and isinstance(part, str):
            table = cast("dict[str, Any]", value)
            if part in table:
                value = table[part]
            elif not (last and path[-1:] != ["[key]"] and part.isidentifier()):
                continue
            path.append(part)
        elif isinstance(value, list) and isinstance(part, int):
            entries = cast("list[Any]", value)
            value = entries[part] if part < len(entries) else None
            path.append(part)
    return tuple(path)


def _worded(found: dict[str, Any], key: KeyPath) -> str:
    match found["type"]:
        case "extra_forbidden":
            known = _known_keys(StudyFile, key[:-1])
            name = str(key[-1])
            return f"unknown key.{near_match(name, known) or _listed(known)}"
        case "missing":
            return "is missing; the study needs it."
        case "string_pattern_mismatch":
            return (
                "a name is letters, digits, `_`, `.` and `-`, and begins with a letter or digit; "
                f"found {_kind_of(found['input'])}."
            )
        case "value_error":
            return f"{found['ctx']['error']}."
        case kind:
            message = _MUST.get(kind) or str(found["msg"]).replace("Input should", "must").strip()
            message = message.format(**found.get("ctx", {}))
            return f"{message[:1].lower()}{message[1:]}; found {_kind_of(found['input'])}."


def _listed(known: set[str]) -> str:
    return f" Known here: {', '.join(sorted(known))}." if known else ""


def _kind_of(value: Any) -> str:
    names = {
        str: "text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        dict: "a table",
        list: "a list",
        tuple: "a list",
    }
    kind = names.get(type(value), type(value).__name__)
    shown = isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= 40)
    return f"{kind}, {value!r}" if shown else kind


def _known_keys(annotation: Any, path: KeyPath) -> set[str]:
    """Return the keys that a table of the file may have, by walking the models' types."""
    annotation = _bare(annotation)
    origin = get_origin(annotation)
    if origin in {types.UnionType, Union}:
        return set[str]().union(*(_known_keys(part, path) for part in get_args(annotation)))
    if origin in {dict, tuple, list}:
        return _known_keys(_element(origin, get_args(annotation)), path[1:]) if path else set()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            return set(annotation.model_fields)
        field = annotation.model_fields.get(str(path[0]))
        return _known_keys(field.annotation, path[1:]) if field else set()
    return set()


def _element(origin: type, arguments: tuple[Any, ...]) -> Any:
    return arguments[1] if origin is dict else arguments[0]


def _bare(annotation: Any) -> Any:
    """Take the type out of ``Annotated[...]``."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    return annotation
