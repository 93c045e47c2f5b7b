"""The comments behind a joint display, folded: one fold per number, quotes inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.language import Message
from workbench.report.around import records_of
from workbench.report.figures import visible_text

if TYPE_CHECKING:
    from workbench.report.around import Around
    from workbench.report.payload import Payload

__all__ = ["voices_html"]

_SIGNS = {"success": ("▲", Message("helps")), "barrier": ("▼", Message("hinders"))}


def voices_html(payload: Payload, around: Around) -> Markup:
    """Return a fold per cell of the joint display with its comments, word for word.

    Parameters
    ----------
    payload
        Machine-readable copy of ``voices``.
    around
        What stands around it.
    """
    quotes: dict[tuple[Any, Any], list[dict[str, Any]]] = {}
    for row in records_of(payload, "table"):
        quotes.setdefault((row["theme"], row["segment"]), []).append(row)
    cells = [row for row in records_of(payload, "cells") if row["n_customers"]]
    return Markup().join(
        _cell(cell, quotes.get((cell["theme"], cell["segment"]), []), around) for cell in cells
    )


def _cell(cell: dict[str, Any], quotes: list[dict[str, Any]], around: Around) -> Markup:
    theme = visible_text(around.labels.get(cell["theme"], cell["theme"]))
    group = cell["segment"]
    if group not in (None, "all"):
        theme = f"{theme}, {visible_text(around.labels.get(group, str(group)))}"
    voices = len({quote["voice"] for quote in quotes})
    shown = (
        Message("all {n:integer} customers", n=cell["n_customers"])
        if voices == cell["n_customers"]
        else Message(
            "{shown:integer} of {n:integer} customers", shown=voices, n=cell["n_customers"]
        )
    )
    body = Markup().join(_quote(quote, around) for quote in quotes)
    return Markup("<details><summary>{}: {}</summary>{}</details>").format(
        theme, around.worded(shown), body
    )


def _quote(quote: dict[str, Any], around: Around) -> Markup:
    mark = Markup()
    if quote["polarity"] in _SIGNS:
        sign, word = _SIGNS[quote["polarity"]]
        mark = Markup('<span class="vh">{}: </span><span aria-hidden="true">{} </span>').format(
            around.worded(word), sign
        )
    return Markup("<blockquote><p>{}{}</p></blockquote>").format(mark, visible_text(quote["quote"]))
