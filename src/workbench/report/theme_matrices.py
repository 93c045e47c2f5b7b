"""Two matrices of the report on themes: who says what, and the framework matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.language import Message
from workbench.report.around import records_of
from workbench.report.columns import REASONS
from workbench.report.figures import visible_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workbench.report.around import Around
    from workbench.report.payload import Payload

__all__ = ["framework_html", "who_html"]


def who_html(payload: Payload, around: Around) -> Markup:
    """Return who says what: a theme a row, a respondent a column, each cell in words.

    Parameters
    ----------
    payload
        Machine-readable copy of a ``who``.
    around
        What stands around it.
    """

    def said(row: Mapping[str, Any]) -> str:
        if row["state"] == "present":
            return around.worded(Message("{n:integer}", n=row["n_answers"]))
        return around.worded(REASONS[row["state"]])

    return _matrix(payload, around, row="theme", column="respondent", said=said)


def framework_html(payload: Payload, around: Around) -> Markup:
    """Return the framework matrix: a theme a row, a case a column, the analyst's words in cells.

    Parameters
    ----------
    payload
        Machine-readable copy of a ``framework``.
    around
        What stands around it.
    """

    def said(row: Mapping[str, Any]) -> str:
        passages = Message("{n:integer} passage", "{n:integer} passages", n=row["n_passages"])
        if not row["summary"]:
            return around.worded(passages) if row["n_passages"] else "–"
        points = Message(
            "{text} ({n:integer} of {of:integer} passages)",
            text=visible_text(row["summary"]),
            n=row["n_references"],
            of=row["n_passages"],
        )
        return around.worded(points)

    return _matrix(payload, around, row="theme", column="case", said=said)


def _matrix(
    payload: Payload,
    around: Around,
    *,
    row: str,
    column: str,
    said: Callable[[Mapping[str, Any]], str],
) -> Markup:
    cells: dict[str, dict[str, str]] = {}
    columns: dict[str, None] = {}
    for record in records_of(payload, "table"):
        cells.setdefault(record[row], {})[record[column]] = said(record)
        columns.setdefault(record[column])
    heading = Markup('<th scope="col">{}</th>')
    corner = heading.format(around.worded(Message("Theme")))
    names = Markup().join(heading.format(visible_text(str(name))) for name in columns)
    body = Markup().join(_line(name, own, list(columns), around) for name, own in cells.items())
    caption = payload["tables"]["table"]["caption"][around.language]
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-label="{}"><table>'
        "<caption>{}</caption><thead><tr>{}{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(f"{caption} ({payload['id']})", caption, corner, names, body)


def _line(name: str, own: Mapping[str, str], columns: Sequence[str], around: Around) -> Markup:
    label = visible_text(around.labels.get(name, name))
    texts = Markup().join(Markup("<td>{}</td>").format(own.get(place, "–")) for place in columns)
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(label, texts)
