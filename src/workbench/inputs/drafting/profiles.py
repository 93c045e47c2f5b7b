"""What can be seen of a column without knowing what it means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.inputs.drafting.words import HINTS, missing_kind
from workbench.inputs.scales import parse_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.inputs.raw_table import RawTable

__all__ = ["Profile", "profiled"]

_MOST_CODES = 30
_LEADING = re.compile(r"^\s*(-?\d{1,3})\s*(?:[-–—.:=)]|\()\s*\D")
_TRAILING = re.compile(r"\D\(?(-?\d{1,3})\)\s*$")


@dataclass(frozen=True, eq=False)
class Profile:
    """One column of one file.

    Parameters
    ----------
    name
        As the file spells it.
    cells
        Its cells as texts without spaces around them; "" where empty.
    label
        The question in full, where the file carries it.
    value_labels, missing_codes
        What the file itself says of its codes.
    place
        Where it stands among the columns.
    """

    name: str
    cells: pd.Series
    label: str = ""
    value_labels: dict[str, str] = field(default_factory=dict)
    missing_codes: tuple[float | str, ...] = ()
    place: int = 0

    @cached_property
    def filled(self) -> pd.Series:
        """Cells that hold something."""
        return self.cells[self.cells != ""]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each text occurs, the commonest first."""
        return Counter(dict(self.filled.value_counts()))

    @property
    def n(self) -> int:
        """Cells that hold something."""
        return len(self.filled)

    @property
    def question(self) -> str:
        """The question, or the name."""
        return self.label or self.name

    @property
    def n_different(self) -> int:
        """Different texts."""
        return len(self.counts)

    @cached_property
    def answers(self) -> Counter[str]:
        """Texts that are not words for missing."""
        return Counter({t: n for t, n in self.counts.items() if missing_kind(t) is None})

    @cached_property
    def missing_words(self) -> dict[str, str]:
        """Texts that say there is no answer -> their kind."""
        found = {text: missing_kind(text) for text in list(self.counts)[:200]}
        return {text: kind for text, kind in found.items() if kind is not None}

    @cached_property
    def codes(self) -> dict[int, int]:
        """Whole-number codes -> how often, where nearly all answers are such; else empty."""
        if not self.answers or len(self.answers) > _MOST_CODES:
            return {}
        numbers, _ = parse_numbers(list(self.answers))
        found: dict[int, int] = {}
        other = 0
        for number, n in zip(numbers, self.answers.values(), strict=True):
            if number is not None and number.is_integer() and abs(number) < 10_000:
                found[int(number)] = found.get(int(number), 0) + n
            else:
                other += n
        if not found or other > 0.01 * (sum(found.values()) + other):
            return {}
        return dict(sorted(found.items()))

    @cached_property
    def labelled_codes(self) -> dict[int, str]:
        """Code -> text of cells that carry both, as ``5 - Very good``; else empty."""
        found: dict[int, str] = {}
        if not 3 <= len(self.answers) <= _MOST_CODES:
            return {}
        for text in self.answers:
            match = _LEADING.match(text) or _TRAILING.search(text)
            code = (
                int(match[1]) if match else int(text) if re.fullmatch(r"-?\d{1,3}", text) else None
            )
            if code is None or code in found:
                return {}
            found[code] = text
        return dict(sorted(found.items())) if any(not t.isdigit() for t in found.values()) else {}

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """Cells as numbers; NaN where they are none."""
        places, distinct = pd.factorize(self.cells)
        parsed, _ = parse_numbers([str(text) for text in distinct])
        values = np.array([np.nan if number is None else number for number in parsed])
        return values[places] if len(values) else np.empty(0)

    @property
    def is_unique(self) -> bool:
        """Say whether no two cells are the same and none is empty."""
        return self.n == len(self.cells) and self.n_different == self.n and self.n > 1

    @cached_property
    def mean_length(self) -> float:
        """Mean number of letters in an answer."""
        return float(self.filled.str.len().mean()) if self.n else 0.0

    def hints(self, role: str) -> bool:
        """Say whether the name or the question points to a role."""
        pattern = HINTS[role]
        return bool(pattern.search(self.name) or (self.label and pattern.search(self.label)))


def profiled(table: RawTable) -> dict[str, Profile]:
    """Return a profile of each column, in the order of the file."""
    found: dict[str, Profile] = {}
    for place, name in enumerate(map(str, table.frame.columns)):
        found[name] = Profile(
            name=name,
            cells=_texts(table.frame[name]),
            label=table.column_labels.get(name, ""),
            value_labels=table.value_labels.get(name, {}),
            missing_codes=table.missing_codes.get(name, ()),
            place=place,
        )
    return found


def _texts(cells: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(cells.dtype) and bool((cells.dropna() % 1 == 0).all()):
        cells = cells.astype("Int64")
    if pd.api.types.is_bool_dtype(cells.dtype):
        cells = cells.astype("int64")
    return cells.astype("str").fillna("").str.strip().reset_index(drop=True)
