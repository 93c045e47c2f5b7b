"""Starter codebooks: somewhere to begin with ten thousand comments, marked as not from data."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from workbench.coding.codes import Code, code_from_values
from workbench.errors import CodebookError, near_match

if TYPE_CHECKING:
    from workbench.coding.corpus import Corpus

__all__ = ["add_starter", "starter_codebook", "starters"]

NOT_FROM_DATA = {
    "sv": "Startförslag, inte ur materialet: läs, ändra och ta bort.",
    "en": "Starter, not from the data: read, change and remove.",
}


def starters() -> list[str]:
    """Return the names of the starter codebooks.

    Examples
    --------
    >>> starters()
    ['service']
    """
    folder = resources.files("workbench.coding.resources")
    names = [path.name for path in folder.iterdir() if path.name.startswith("starter_")]
    return sorted(name.removeprefix("starter_").removesuffix(".toml") for name in names)


def starter_codebook(name: str = "service") -> list[Code]:
    """Return the codes of a starter, with rules and examples in Swedish and English.

    Each is deductive, and its motivation says that it does not come from the data, so that a report
    never takes it for a finding.

    Raises
    ------
    CodebookError
        If there is no such starter.
    """
    if name not in starters():
        raise CodebookError(
            f"There is no starter codebook '{name}'.{near_match(name, starters())} "
            f"There is: {', '.join(starters())}."
        )
    path = resources.files("workbench.coding.resources") / f"starter_{name}.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["codes"]
    marks = {"origin": "deductive", "motivation": NOT_FROM_DATA}
    return [code_from_values({**entry, **marks}, path.name) for entry in entries]


def add_starter(corpus: Corpus, name: str = "service", *, coder: str) -> list[str]:
    """Add the codes of a starter that the codebook lacks; return their ids."""
    from workbench.coding.codes import code_values

    fresh = [code for code in starter_codebook(name) if code.id not in corpus.codebook]
    changes = [
        {
            "op": "create",
            "code": code.id,
            "fields": {key: value for key, value in code_values(code).items() if key != "id"},
        }
        for code in fresh
    ]
    if changes:
        corpus.change_codebook_at_once(coder, changes)
    return [code.id for code in fresh]
