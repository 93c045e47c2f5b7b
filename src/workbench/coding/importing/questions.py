"""Which question of the guide a turn asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GuideIndex"]

_LONG = 12


@dataclass
class GuideIndex:
    """Find guide questions by their id (``F3.``, ``Fråga 3:``) or their words."""

    def __init__(self, guide: pd.DataFrame) -> None:
        self._words = {
            str(name): _plain(str(text))
            for name, text in zip(guide["question_id"], guide["question"], strict=True)
        }
        self._numbers: dict[str, str] = {}
        for name in self._words:
            digits = re.search(r"(\d+)$", name)
            if digits:
                self._numbers.setdefault(digits[1], name)
        names = sorted(self._words, key=len, reverse=True)
        ids = "|".join(re.escape(name) for name in names)
        self._id = re.compile(rf"(?<!\w)(?:{ids})(?=[.:)\]](?:\s|$)|\s*$)") if names else None
        self._label = re.compile(r"^(?:fråga|question|q)\s*(\d+)(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> str | None:
        """Return the question that a turn asks: the last one it names, else the one it words."""
        if self._id is not None:
            named = self._id.findall(text)
            if named:
                return named[-1]
        label = self._label.match(text.strip())
        if label and label[1] in self._numbers:
            return self._numbers[label[1]]
        plain = _plain(text)
        hits = [
            (plain.rfind(words), name)
            for name, words in self._words.items()
            if len(words) >= _LONG and words in plain
        ]
        return max(hits)[1] if hits else None

    def __len__(self) -> int:
        return len(self._words)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
