"""How far the coding has come: the record behind the notebook of the coding desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

__all__ = ["CodingProgress"]


@dataclass(frozen=True, kw_only=True, eq=False)
class CodingProgress(Result):
    """How much is coded, by document.

    ``table``: document n_characters n_answers n_coded n_open n_codings coders; ``n_open`` counts
    answers without a code and without a state that says why.
    """

    kind: ClassVar[str] = "coding_progress"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """One table, a row per document."""
        caption = Message("How much is coded, by document")
        return {"table": TableSpec(key=("document",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """How many codings, in how many documents, and what is left."""
        return Message(
            "{n:integer} codings in {documents:integer} documents; {open:integer} of "
            "{answers:integer} answers have no code yet.",
            n=int(self.table["n_codings"].sum()),
            documents=len(self.table),
            open=int(self.table["n_open"].sum()),
            answers=int(self.table["n_answers"].sum()),
        )
