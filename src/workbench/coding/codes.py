"""One code: what it means, where it belongs, and the small file that says so."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from workbench.errors import CodebookError, near_match
from workbench.language import localized

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workbench.language import LocalizedText

__all__ = [
    "Code",
    "Example",
    "code_from_toml",
    "code_from_values",
    "code_to_toml",
    "code_values",
    "read_codes",
]

_IDENTIFIER = re.compile(r"^[^\W_][\w.-]{0,63}$")


@dataclass(frozen=True, slots=True)
class Example:
    """A passage that the code applies to, or one that looks alike and does not."""

    text: str
    applies: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One entry of the codebook.

    Parameters
    ----------
    id
        Letters, digits, ``_ . -``; never changes, so that renaming rewrites no coding.
    name
        What reports call it: one text, or one per language.
    kind
        ``code``, ``theme`` (a claim that the codes below it carry) or ``group`` (orders the tree,
        cannot be used for coding).
    parent
        Id of the code, theme or group above.
    definition, include, exclude
        What it means; what belongs; what does not, and where that goes instead.
    examples
        Passages with ``applies`` true or false; rules are tested against them.
    origin
        ``deductive`` (from theory or the guide) or ``inductive`` (from the material).
    theory
        Ids of claims or constructs in the theory that it bears on.
    rules
        Patterns that code texts, see :func:`workbench.match`.
    polarity
        ``success``, ``barrier`` or ``both``, where every use of the code means the same.
    questions, segment
        Where in the guide a theme belongs: question ids, or the name of a segment.
    motivation
        The analyst's reasons for a theme, in a sentence or two.
    touchpoint
        Step of the customer journey.
    excludes
        Ids of codes that cannot be true of the same respondent; both at once is a clash to look at.
    merged_into, split_into
        What became of it.
    retired
        True: kept for the record, no longer offered.
    """

    id: str
    name: LocalizedText = ""
    kind: str = "code"
    parent: str | None = None
    definition: LocalizedText = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    origin: str | None = None
    theory: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    polarity: str | None = None
    questions: tuple[str, ...] = ()
    segment: str | None = None
    motivation: LocalizedText = ""
    touchpoint: str | None = None
    excludes: tuple[str, ...] = ()
    merged_into: str | None = None
    split_into: tuple[str, ...] = ()
    retired: bool = False

    @property
    def version(self) -> str:
        """Twelve letters that name the meaning: definition, what to include, what to exclude.

        Two entries with the same meaning have the same version, on whichever branch they were
        written, and a coding made under another meaning can be found.
        """
        meaning = [self.definition, list(self.include), list(self.exclude)]
        text = json.dumps(meaning, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def gone(self) -> bool:
        """Whether it is merged, split or retired, so that nothing new is coded with it."""
        return self.retired or self.merged_into is not None or bool(self.split_into)

    def label(self, language: str = "en") -> str:
        """Return the name in the language, or the id where there is none."""
        return localized(self.name, language) or self.id


_DEFAULTS = {field.name: field.default for field in fields(Code)}
_LISTS = {"include", "exclude", "theory", "rules", "questions", "excludes", "split_into"}
_TEXTS = {"name", "definition", "motivation"}
_CHOICES = {
    "kind": ("code", "theme", "group"),
    "origin": ("deductive", "inductive"),
    "polarity": ("success", "barrier", "both"),
}


def code_from_values(values: Mapping[str, Any], where: str) -> Code:
    """Return the entry that parsed values describe.

    Raises
    ------
    CodebookError
        If a key is unknown or a value is of the wrong kind; ``where`` names the file.
    """
    unknown = [key for key in values if key not in _DEFAULTS]
    if unknown:
        hint = near_match(unknown[0], _DEFAULTS)
        raise CodebookError(f"{where}: a code has no key '{unknown[0]}'.{hint}")
    code = values.get("id")
    if not isinstance(code, str) or not _IDENTIFIER.match(code):
        raise CodebookError(
            f"{where}: 'id' must start with a letter or digit and hold only letters, digits and "
            "'_', '.', '-' (at most 64). Give the words in 'name'."
        )
    return Code(**{key: _value(key, value, where) for key, value in values.items()})


def _value(key: str, value: Any, where: str) -> Any:
    if key == "examples":
        return tuple(_example(item, where) for item in value)
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise CodebookError(f"{where}: '{key}' must be a list of texts.")
        return tuple(cast("list[str]", value))
    if key in _TEXTS:
        texts = list(value.values()) if isinstance(value, dict) else [value]
        if not all(isinstance(text, str) for text in texts):
            raise CodebookError(f"{where}: '{key}' must be a text, or one text per language.")
        return cast("Any", value)
    if key in _CHOICES and value is not None and value not in _CHOICES[key]:
        raise CodebookError(f"{where}: '{key}' must be one of {', '.join(_CHOICES[key])}.")
    if key == "retired":
        return bool(value)
    if value is not None and not isinstance(value, str):
        raise CodebookError(f"{where}: '{key}' must be a text.")
    return value


def _example(item: Any, where: str) -> Example:
    if isinstance(item, str):
        return Example(item)
    found = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    if not isinstance(found.get("text"), str) or found.keys() - {"text", "applies"}:
        raise CodebookError(f"{where}: an example must have 'text', and 'applies' true or false.")
    return Example(found["text"], bool(found.get("applies", True)))


def code_values(code: Code) -> dict[str, Any]:
    """Return the entry as plain values, without what is left at its default; the id comes first."""
    found: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(code, name)
        if name == "id" or value != default:
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Example):
        return {"text": value.text, "applies": value.applies}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    return value


def code_to_toml(code: Code) -> str:
    """Return the text of ``codebook/<code>.toml``: one key a line, always in the same order."""
    lines: list[str] = []
    for name, value in code_values(code).items():
        if isinstance(value, list):
            items = "".join(f"  {_toml(item)},\n" for item in cast("list[Any]", value))
            lines.append(f"{name} = [\n{items}]\n")
        else:
            lines.append(f"{name} = {_toml(value)}\n")
    return "".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in found.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def code_from_toml(text: str, where: str) -> Code:
    """Return the entry a file holds.

    Raises
    ------
    CodebookError
        If the text is not TOML, or not a code.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"{where} is not TOML: {error}. Mend that line.") from error
    return code_from_values(values, where)


def read_codes(folder: Path) -> list[Code]:
    """Read every ``*.toml`` of the folder, in order of name.

    Raises
    ------
    CodebookError
        If a file is not a code, or its id is not its name.
    """
    codes: list[Code] = []
    for path in sorted(folder.glob("*.toml")):
        code = code_from_toml(path.read_text(encoding="utf-8"), f"codebook/{path.name}")
        if code.id != path.stem:
            raise CodebookError(
                f"codebook/{path.name} says id '{code.id}'; the file must be named after its id."
            )
        codes.append(code)
    return codes
