"""Short names for long questions, and quoted TOML."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["is_plain", "quoted", "short_label", "slug", "toml_key", "toml_list", "toml_table"]

_ROW = re.compile(r"\[([^\]]+)\]\s*$")
_WORD = re.compile(r"[^\W_]+")
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_IDLE = {
    "a", "an", "and", "any", "are", "at", "be", "by", "do", "does", "for", "from", "had", "has",
    "have", "how", "if", "in", "is", "it", "of", "on", "or", "our", "the", "their", "there", "this",
    "to", "us", "was", "we", "were", "what", "when", "which", "with", "would", "you", "your",
    "att", "av", "den", "det", "din", "du", "en", "ett", "för", "har", "hur", "i", "med", "när",
    "och", "om", "på", "som", "till", "vad", "var", "vilka", "vilken", "är",
}  # fmt: skip


def is_plain(name: str) -> bool:
    """Say whether a column's name can stand in a study as it is.

    Examples
    --------
    >>> is_plain("Q7ART"), is_plain("How would you rate ... [Food]"), is_plain("Q7ART ")
    (True, False, False)
    """
    return len(name) <= 200 and not re.search(r"[\s\[\]?*]", name)


def slug(text: str, taken: Collection[str] = (), *, n_words: int = 3) -> str:
    """Return a short name of letters, digits and ``_``, unlike those taken.

    Examples
    --------
    >>> slug("How would you rate the overall quality of ... [Spack documentation]")
    'spack_documentation'
    >>> slug("What kind of user are you?"), slug("Var bor du?", {"bor"})
    ('kind_user', 'bor_2')
    """
    row = _ROW.search(text)
    words = [word.casefold() for word in _WORD.findall(row[1] if row else text)]
    telling = [word for word in words if word not in _IDLE and not word.isdigit()] or words
    base = unicodedata.normalize("NFC", "_".join(telling[:n_words]))[:40].strip("_") or "item"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def short_label(question: str) -> str:
    """Return what tells a question from the others: its row in a grid, without dots for spaces.

    Examples
    --------
    >>> short_label("X1a..Bevara.stora.grönområden"), short_label("Rate ... [Food]")
    ('Bevara stora grönområden', 'Food')
    """
    if row := _ROW.search(question):
        return row[1].strip()
    if question.count(".") >= 2 and " " not in question.strip():
        _, _, rest = question.partition("..")
        return " ".join((rest or question).replace(".", " ").split())
    return " ".join(question.split())


def quoted(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """Return a TOML key, quoted where it must be."""
    return name if _BARE.match(name) else quoted(name)


def toml_list(values: Sequence[object]) -> str:
    """Return a TOML array of texts and numbers."""
    return "[" + ", ".join(quoted(v) if isinstance(v, str) else f"{v:g}" for v in values) + "]"  # pyright: ignore[reportInvalidStringFormat] - numbers


def toml_table(pairs: Mapping[str, str]) -> str:
    """Return an inline TOML table of texts."""
    inside = ", ".join(f"{toml_key(key)} = {quoted(text)}" for key, text in pairs.items())
    return "{ " + inside + " }"
