"""Records made for a page rather than by an analysis: the answer, statements, provenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "KeyFigure", "Provenance", "Span", "Statements", "Tone"]

Tone = Literal["good", "bad", "unsure", "plain"]
"""How a verdict is coloured; the words must say the same without the colour."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """One estimate with its interval, drawn as a dot on a line in a key figure.

    Parameters
    ----------
    label
        Short name of the wave or group, at most about eight characters.
    estimate, low, high
        In the units of the key figure.
    """

    label: Message
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """One large number under the answer, with what is needed to judge it.

    Parameters
    ----------
    label
        What it is and its scale: "NKI, 0–100".
    value
        The number alone, in words of the language.
    interval
        Its interval in words; None where there is none.
    verdict
        What the change means: "−2.0: a real fall".
    tone
        Colour of the verdict.
    notes
        Further lines in small type.
    spans
        Up to three estimates on one common line, the present one last.
    """

    label: Message
    value: Message
    interval: Message | None = None
    verdict: Message | None = None
    tone: Tone = "plain"
    notes: tuple[Message, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What a reader with two minutes needs: the finding and four fixed rows.

    ``wb.show(answer)`` in the conclusions cell; the page lifts it to the top, and ``title``
    becomes the page's heading and title. ``**word**`` is set in bold. Without ``now`` (a next
    step) the report stays a draft.

    Parameters
    ----------
    title
        The finding as a sentence without a full stop.
    happened, real, now, unsaid
        What happened? Is it real? What do we do now? What can't we say?
    change
        What would change it? None leaves the row out.
    figures
        Key figures, four at the most for one row on a wide screen.
    verdict
        A ruling in one or two words that stands beside the rows ("SHIP"), with its tone and the
        rule it follows; None for reports that rule nothing.
    about
        What the report is about where its study does not say it: which round, read when.
    """

    kind: ClassVar[str] = "answer"

    title: Message
    happened: Message
    real: Message
    now: Message | None
    unsaid: Message
    change: Message | None = None
    figures: tuple[KeyFigure, ...] = ()
    verdict: Message | None = None
    verdict_tone: Tone = "plain"
    verdict_note: Message | None = None
    about: Message | None = None

    @property
    def message(self) -> Message:
        """The finding."""
        return self.title

    def summary(self, language: str = "en") -> str:
        """Return the finding in one sentence."""
        return self.title.render(language)


@dataclass(frozen=True, kw_only=True, eq=False)
class Statements:
    """A list of things said in words, each with a lead in bold: what can't be said, the method.

    Parameters
    ----------
    role
        ``unsaid`` and ``method`` become sections of their own on the page, ``warning`` a framed
        box where it stands, ``list`` a list where it stands.
    items
        The statements; begin each with ``**its lead.**``
    title
        Heading of a ``warning`` or a ``list``.
    """

    kind: ClassVar[str] = "statements"

    role: Literal["unsaid", "method", "warning", "list"]
    items: tuple[Message, ...]
    title: Message | None = None

    @property
    def message(self) -> Message:
        """The title, or the first statement."""
        return self.title or (self.items[0] if self.items else Message("Nothing to say."))

    def summary(self, language: str = "en") -> str:
        """Return the title, or the first statement."""
        return self.message.render(language).replace("**", "")


@dataclass(frozen=True, kw_only=True, eq=False)
class Provenance(Result):
    """What a report rests on: one row per file that was read.

    ``table``: file (path relative to the study), sha256, rows_read, rows_kept, rows_set_aside,
    health (grade A to D of a survey's file, null for others), findings (what it rests on: names of
    its alarms and of what needs care).
    """

    kind: ClassVar[str] = "provenance"

    notes: tuple[Message, ...] = field(default=())
    markets: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def payload_words(self) -> dict[str, dict[str, str]]:
        """Market -> the variable of its colour: what exports colour their charts by."""
        return {"markets": self.markets}

    @property
    def specs(self) -> dict[str, TableSpec]:
        """One table, a row per file."""
        return {
            "table": TableSpec(
                key=("file",),
                caption=Message("Files that were read, with their hashes."),
                counts=(),
            )
        }

    @property
    def message(self) -> Message:
        """How many rows came from how many files."""
        table: pd.DataFrame = self.table
        return Message(
            "{kept:integer} of {read:integer} rows in {files:integer} files were used.",
            kept=int(table["rows_kept"].sum()),
            read=int(table["rows_read"].sum()),
            files=len(table),
        )
