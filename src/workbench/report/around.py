"""What stands around a table that is drawn in a way of its own: language, names, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.report.pages import quote_link

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from workbench.language import Message
    from workbench.report.payload import Payload

__all__ = ["Around", "records_of"]


class Around:
    """What stands around a table: language, labels, and what its quotes can lead to.

    Parameters
    ----------
    language
        Of the page.
    labels
        Code to name.
    pages
        Paths of the transcripts beside the report.
    kinds
        Kinds of result on the page.
    """

    def __init__(
        self,
        *,
        language: str,
        labels: Mapping[str, str],
        pages: Collection[str],
        kinds: Collection[str],
    ) -> None:
        self.language = language
        self.labels = labels
        self.pages = pages
        self.has_places = "quotes_in_place" in kinds
        self.has_themes = "theme_table" in kinds

    def worded(self, message: Message) -> str:
        """Return a message in the language of the page."""
        return message.render(self.language)

    def transcript(self, row: Mapping[str, Any]) -> str | None:
        """Return where a quote stands in a transcript beside the report."""
        link = quote_link(row["document"], row["act"])
        return link if link is not None and link.split("#")[0] in self.pages else None


def records_of(payload: Payload, name: str) -> list[dict[str, Any]]:
    """Return the rows of one table of a result."""
    table = payload["tables"][name]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
