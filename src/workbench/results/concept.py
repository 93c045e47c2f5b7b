"""Record of the conceptual framework: what the theory claimed, and what the codes made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

__all__ = ["ConceptResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ConceptResult(Result):
    """Claims, themes and the links between them, before the data and after.

    ``table``: one row per link, and one per claim or theme that has none (the other is ""):
    ``theory claim theme origin verdict n_affirm n_deny``. ``origin`` is of the theme:
    ``deductive`` ones stood in the framework before the data, ``inductive`` ones came with it.
    ``verdict`` is of the link: ``confirmed contradicted mixed without_data``, or ``new`` for a
    theme that no claim covers; ``n_affirm`` and ``n_deny`` count respondents.
    """

    kind: ClassVar[str] = "concept"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and caption."""
        return {
            "table": TableSpec(
                key=("theory", "theme"),
                caption=Message("The framework, link by link"),
                counts=(),
            )
        }

    def count(self, verdict: str) -> int:
        """Return how many links have a verdict."""
        return int((self.table["verdict"] == verdict).sum())

    @property
    def message(self) -> Message:
        """What the data did to the framework."""
        linked = self.table[(self.table["theory"] != "") & (self.table["theme"] != "")]
        return Message(
            "Of {links:integer} links between theory and themes, {confirmed:integer} are confirmed "
            "and {against:integer} contradicted or mixed; the material added {new:integer} themes.",
            links=len(linked),
            confirmed=self.count("confirmed"),
            against=self.count("contradicted") + self.count("mixed"),
            new=int(self.table.loc[self.table["origin"] == "inductive", "theme"].nunique()),
        )
