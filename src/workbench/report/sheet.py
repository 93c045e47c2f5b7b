"""A page of tables without a notebook behind it: the index of reports, a difference of two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.language import Language

__all__ = ["Part", "Sheet", "SheetCell"]


@dataclass(frozen=True, kw_only=True)
class SheetCell:
    """One cell: its text, where it leads, and a class for its tone (``mis``, ``v-good`` ...).

    ``note`` stands small below the text: the address of a number, for the reviewer.
    """

    text: str
    href: str = ""
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section: heading, sentences, and a table whose first column heads its rows."""

    title: str
    lead: tuple[str, ...] = ()
    caption: str = ""
    columns: tuple[str, ...] = ()
    body: tuple[tuple[SheetCell, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The page, in one language; every text is escaped when it is printed."""

    language: Language
    title: str
    state: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    sections: tuple[Part, ...] = ()
    footer: str = ""
