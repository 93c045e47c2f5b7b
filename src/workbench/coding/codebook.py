"""The codebook: a tree of codes with definitions, kept as one small file per code.

``codebook/<code>.toml`` is what people read and edit; ``codebook/history.jsonl`` is the
append-only log of every change, of which the files are the fold
(:mod:`workbench.coding.codebook_history`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import CodebookError, near_match
from workbench.language import localized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workbench.coding.codes import Code

__all__ = ["Codebook"]


class Codebook:
    """The codes of a project, as a tree.

    Parameters
    ----------
    codes
        Entries in the order they were made; siblings keep it.
    """

    def __init__(self, codes: Iterable[Code]) -> None:
        self._codes = {code.id: code for code in codes}

    def __getitem__(self, code: str) -> Code:
        if code not in self._codes:
            hint = near_match(code, self._codes)
            raise CodebookError(f"The codebook has no code '{code}'.{hint}")
        return self._codes[code]

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def get(self, code: str) -> Code | None:
        """Return the entry, or None where there is none."""
        return self._codes.get(code)

    def __iter__(self) -> Iterator[Code]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def resolve(self, code: str) -> str:
        """Return the code that today stands for ``code``: what it was merged into, or itself.

        Codings keep the code they were made with; this is how a merge reaches them.
        """
        seen: set[str] = set()
        while code in self._codes and code not in seen:
            seen.add(code)
            into = self._codes[code].merged_into
            if into not in self._codes:
                break
            code = into
        return code

    def children(self, code: str | None) -> list[Code]:
        """Return what stands directly below a code, or at the top for None."""
        return [entry for entry in self if self._parent(entry) == code]

    def _parent(self, entry: Code) -> str | None:
        """Return the entry above; a parent that is not there, or that hangs below, is none."""
        parent = entry.parent
        if parent is None or parent not in self._codes:
            return None
        above: str | None = parent
        seen = {entry.id}
        while above is not None and above in self._codes:
            if above in seen:
                return None
            seen.add(above)
            above = self._codes[above].parent
        return parent

    def path(self, code: str) -> list[Code]:
        """Return the entries from the top of the tree down to the code."""
        entry = self[code]
        above = self._parent(entry)
        return [*(self.path(above) if above else []), entry]

    def theme_of(self, code: str) -> str:
        """Return the theme that carries a code: the nearest theme at or above it, else itself.

        A merged code belongs where the code it was merged into belongs.
        """
        code = self.resolve(code)
        if code not in self._codes:
            return code
        for entry in reversed(self.path(code)):
            if entry.kind == "theme":
                return entry.id
        return code

    @property
    def tree(self) -> list[tuple[int, Code]]:
        """Depth and entry, parents before children, siblings in the order they were made."""

        def below(code: str | None, depth: int) -> Iterator[tuple[int, Code]]:
            for entry in self.children(code):
                yield depth, entry
                yield from below(entry.id, depth + 1)

        return list(below(None, 0))

    @property
    def table(self) -> pd.DataFrame:
        """One row per entry, in the order of the tree.

        Columns: code name kind parent depth path origin polarity theory definition version
        merged_into split_into retired n_examples n_rules.
        """
        rows = [
            {
                "code": entry.id,
                "name": entry.label(),
                "kind": entry.kind,
                "parent": entry.parent,
                "depth": depth,
                "path": " > ".join(above.label() for above in self.path(entry.id)),
                "origin": entry.origin,
                "polarity": entry.polarity,
                "theory": ", ".join(entry.theory),
                "definition": localized(entry.definition, "en"),
                "version": entry.version,
                "merged_into": entry.merged_into,
                "split_into": ", ".join(entry.split_into),
                "retired": entry.retired,
                "n_examples": len(entry.examples),
                "n_rules": len(entry.rules),
            }
            for depth, entry in self.tree
        ]
        return pd.DataFrame(rows, columns=_TABLE)

    def check_usable(self, code: str) -> Code:
        """Return the entry if a text may be coded with it.

        Raises
        ------
        CodebookError
            If it is not there, is a group, or is merged, split or retired.
        """
        entry = self[code]
        if entry.kind == "group":
            raise CodebookError(f"'{code}' orders the tree; code with one of the codes below it.")
        if entry.merged_into is not None:
            raise CodebookError(f"'{code}' was merged; use '{self.resolve(code)}'.")
        if entry.split_into:
            raise CodebookError(f"'{code}' was split; use {' or '.join(entry.split_into)}.")
        if entry.retired:
            raise CodebookError(f"'{code}' is retired; restore it, or use another code.")
        return entry


_TABLE = [
    "code",
    "name",
    "kind",
    "parent",
    "depth",
    "path",
    "origin",
    "polarity",
    "theory",
    "definition",
    "version",
    "merged_into",
    "split_into",
    "retired",
    "n_examples",
    "n_rules",
]
