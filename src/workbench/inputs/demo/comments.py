"""Comments with planted themes: Swedish and English sentences put together from phrases."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["GROUPS", "Comment", "CommentWriter", "group_of"]

GROUPS = ("promoter", "passive", "detractor")
SECOND_THEME = 0.2
OPENING, CLOSING = 0.2, 0.15
STUDIES = Path(__file__).parent / "studies"


@dataclass(frozen=True)
class Comment:
    """A comment and what was planted in it: themes, and the kind of personal data if any."""

    text: str
    themes: tuple[str, ...] = field(default=())
    personal: str = ""


def group_of(recommend: object) -> str:
    """Return the promoter group of a 0-10 recommendation; no answer writes like a passive."""
    if not isinstance(recommend, int) or recommend in {7, 8} or recommend > 10:
        return "passive"
    return "promoter" if recommend > 8 else "detractor"


class CommentWriter:
    """Write comments in which each theme has the share that the phrase file gives its group."""

    def __init__(self, path: Path = STUDIES / "comments.toml") -> None:
        with path.open("rb") as stream:
            phrases = tomllib.load(stream)
        self.themes: dict[str, dict[str, Any]] = phrases["themes"]
        self.persons: list[dict[str, str]] = phrases["persons"]
        self._phrases = phrases

    def shares(self, group: str) -> dict[str, float]:
        """Return the share of the group's comments whose first theme is each theme."""
        return {name: theme["share"][group] for name, theme in self.themes.items()}

    def write(self, rng: np.random.Generator, group: str, language: str) -> Comment:
        """Return one comment of a person in the promoter group."""
        first = self._theme(rng, group)
        if first is None:
            return Comment(_pick(rng, self._phrases["untold"][language]))
        themes = [first]
        if rng.random() < SECOND_THEME:
            second = self._theme(rng, group)
            themes += [second] if second not in {None, first} else []
        sentences = [self._sentence(rng, str(theme), language) for theme in themes]
        return Comment(self._framed(rng, sentences, language), tuple(map(str, themes)))

    def _theme(self, rng: np.random.Generator, group: str) -> str | None:
        left = rng.random()
        for name, share in self.shares(group).items():
            left -= share
            if left < 0:
                return name
        return None

    def _sentence(self, rng: np.random.Generator, theme: str, language: str) -> str:
        template = _pick(rng, self.themes[theme][language])
        slots = self._phrases["slots"][language]
        return template.format(**{name: _pick(rng, values) for name, values in slots.items()})

    def _framed(self, rng: np.random.Generator, sentences: list[str], language: str) -> str:
        parts = list(sentences)
        if rng.random() < OPENING:
            opening = _pick(rng, self._phrases["openings"][language])
            starts_lower = opening.endswith(",") and language == "sv"
            head = parts[0][0].lower() + parts[0][1:] if starts_lower else parts[0]
            parts[0] = f"{opening} {head}"
        if rng.random() < CLOSING:
            parts.append(_pick(rng, self._phrases["closings"][language]))
        return " ".join(parts)

    def personal(self, number: int, language: str) -> tuple[Comment, int]:
        """Return the next comment with made-up personal data in the language, and its successor."""
        while (text := self.persons[number % len(self.persons)].get(language)) is None:
            number += 1
        kind = self.persons[number % len(self.persons)]["kind"]
        return Comment(text, personal=kind), number + 1


def _pick(rng: np.random.Generator, values: Sequence[str]) -> str:
    return values[int(rng.integers(len(values)))]
