"""Pseudonyms at the door: names that the key file knows never reach the documents."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workbench.coding.importing.original import Line

__all__ = ["Names", "read_names"]


@dataclass
class Names:
    """Names and what stands for them; longer names come first, so that parts of them wait.

    Parameters
    ----------
    pseudonyms
        Name to pseudonym. Genitives follow: ``Annas`` becomes ``R1s``.
    """

    pseudonyms: Mapping[str, str]
    counts: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        names = sorted(self.pseudonyms, key=len, reverse=True)
        self._by_name = {name.casefold(): self.pseudonyms[name] for name in names}
        words = "|".join(re.escape(name) for name in names)
        self._pattern = (
            re.compile(rf"(?<!\w)({words})(?P<tail>'s|’s|s)?(?!\w)", re.IGNORECASE)
            if names
            else None
        )

    def without(self, text: str) -> str:
        """Return the text with every known name replaced, as it stands or in capitals.

        A name in small letters is replaced too, unless it is short enough to be a word ("per").
        """
        if self._pattern is None:
            return text
        return self._pattern.sub(self._replaced, text)

    def _replaced(self, match: re.Match[str]) -> str:
        found = match[1]
        if found.islower() and len(found) < 4:
            return match[0]
        pseudonym = self._by_name[found.casefold()]
        self.counts[pseudonym] += 1
        return pseudonym + (match["tail"] or "")

    def line_without(self, line: Line) -> Line:
        """Return the line, words and speaker, without known names."""
        speaker = None if line.speaker is None else self.without(line.speaker)
        return replace(line, text=self.without(line.text), speaker=speaker)


def read_names(folder: Path) -> dict[str, str]:
    """Read ``.keys/pseudonyms.csv``: columns name and pseudonym.

    Raises
    ------
    CorpusError
        If a column is missing, or one name has two pseudonyms. No name is ever shown.
    """
    path = folder / ".keys" / "pseudonyms.csv"
    if not path.exists():
        return {}
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        name, pseudonym = (row.get(key) for key in ("name", "pseudonym"))
        if name is None or pseudonym is None:
            raise CorpusError(".keys/pseudonyms.csv must have the columns name and pseudonym.")
        name, pseudonym = name.strip(), pseudonym.strip()
        if not name:
            continue
        if not pseudonym or found.get(name, pseudonym) != pseudonym:
            raise CorpusError(
                f".keys/pseudonyms.csv, row {number}: a name must have one pseudonym."
            )
        found[name] = pseudonym
    return found
