"""A page for each segment beside the summary: same template, same numbers, links both ways."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from workbench.language import Message, localized, translate
from workbench.report.compact import compact_drawing
from workbench.report.figures import draw, visible_text
from workbench.report.folders import safe_name
from workbench.report.fragments import QUESTIONS, drawings_html, rich, table_html
from workbench.report.glossary import terms_for
from workbench.report.plots.levels import plot_level
from workbench.report.tables import display_table
from workbench.report.wording.levels import level_rows, level_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from workbench.report.page import Context, Page
    from workbench.report.payload import Payload

__all__ = ["FOLDER", "level_links", "level_paths", "write_level_pages"]

FOLDER: Final = "levels"
"""Folder of the pages inside a run folder."""

_ROWS: Final = {
    "happened": QUESTIONS["happened"],
    "real": Message("Is it apart from the others?"),
    "strengths": Message("Strengths"),
    "weaknesses": Message("Weaknesses"),
    "now": QUESTIONS["now"],
    "unsaid": QUESTIONS["unsaid"],
}


def level_paths(segments: Sequence[str | None]) -> dict[str | None, str]:
    """Return segment -> path of its page inside the run folder; no two share a page.

    Examples
    --------
    >>> level_paths(["SE", "../x"])["SE"], level_paths(["SE", "../x"])["../x"].count("/")
    ('levels/se.html', 1)
    >>> len(set(level_paths(["se", "SE", None]).values()))
    3
    """
    names = {segment: safe_name(segment or "no answer") for segment in segments}
    shared = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {
        segment: f"{FOLDER}/{name}{_mark(segment) if name in shared else ''}.html"
        for segment, name in names.items()
    }


def _mark(segment: str | None) -> str:
    return "-" + hashlib.sha256(repr(segment).encode()).hexdigest()[:6]


def _rows(payload: Payload, name: str) -> list[dict[str, Any]]:
    table = payload["tables"][name]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def _shown(payload: Payload) -> list[dict[str, Any]]:
    """Return the segments that have a page: those whose numbers are shown."""
    return [row for row in _rows(payload, "table") if row["contribution"] is not None]


def _paths(payload: Payload) -> dict[str | None, str]:
    return level_paths([row["segment"] for row in _rows(payload, "table")])


def _names(payload: Payload, language: str) -> dict[str, str]:
    return {key: localized(text, language) for key, text in payload["labels"].items()}


def _name(segment: str | None, names: Mapping[str, str], language: str) -> str:
    if segment is None:
        return translate("no answer", language)
    return visible_text(names.get(segment, segment))


def level_links(payload: Payload, language: str, *, own: str | None = None) -> Markup:
    """Return the list of pages, the one it stands on without a link.

    Parameters
    ----------
    payload
        Of a result of kind ``levels``.
    language
        Of the page.
    own
        Path of the page the list stands on; None for the summary.
    """
    names = _names(payload, language)
    back, paths = "../" if own else "", _paths(payload)
    items = [
        Markup("<li>{}</li>").format(_name(row["segment"], names, language))
        if paths[row["segment"]] == own
        else Markup('<li><a href="{}{}">{}</a></li>').format(
            back, paths[row["segment"]], _name(row["segment"], names, language)
        )
        for row in _shown(payload)
    ]
    if own:
        label = translate("All together", language)
        items.insert(0, Markup('<li><a href="../report.html">{}</a></li>').format(label))
    return Markup('<ul class="plain">{}</ul>').format(Markup().join(items))


def write_level_pages(payload: Payload, folder: Path, context: Context, language: str) -> None:
    """Write a page for each segment whose numbers are shown.

    Parameters
    ----------
    payload
        Of a result of kind ``levels``: nothing else is read, so that a page shows what the audit of
        the report has seen.
    folder
        Run folder.
    context
        As on the report itself.
    language
        Of the pages.
    """
    from workbench.report.html import render_page

    pages = _shown(payload)
    if pages:
        (folder / FOLDER).mkdir(exist_ok=True)
    for row in pages:
        page = _page(payload, row, context, language)
        html = render_page(page)
        (folder / _paths(payload)[row["segment"]]).write_text(html, encoding="utf-8")


def _page(payload: Payload, row: dict[str, Any], context: Context, language: str) -> Page:
    from workbench.report.page import Block, Page, Section

    names = _names(payload, language)
    outcome = payload["outcome"]
    segment = _name(row["segment"], names, language)
    grades = [
        grade | {"driver": _name(grade["driver"], names, language)}
        for grade in _rows(payload, "drivers")
        if grade["segment"] == row["segment"]
    ]
    total = _rows(payload, "total")[0]
    named = row | {"segment": segment}
    worded = level_rows(named, grades, total, outcome)
    title = level_title(named, outcome).render(language)
    page = Page(
        language=language,
        title=title,
        question_title="",
        context=replace(context, state=(*context.state, segment), follows=None),
        answer={"verdict": None},
        rows=[(_ROWS[key].render(language), rich(text.render(language)))
              for key, text in worded.items()],
        terms=terms_for(["levels"], language),
    )  # fmt: skip
    page.sections = [
        Section(
            id="grades",
            label=translate("Strengths and weaknesses", language),
            heading=_sure_grades(grades).render(language),
            blocks=[_grades_block(payload, row, grades, worded["weaknesses"], language)],
        ),
        Section(
            id="contribution",
            label=translate("What it contributes to the total", language),
            heading=Message(
                "{segment} contributes {part:number} of {total:number} points",
                segment=segment,
                part=row["contribution"],
                total=total["estimate"],
            ).render(language),
            blocks=[Block(kind="output", html=_contribution(payload, row, total, language))],
        ),
        Section(
            id="levels",
            label=translate("Other levels", language),
            heading=translate("Other levels", language),
            blocks=[
                Block(
                    kind="output",
                    html=level_links(payload, language, own=_paths(payload)[row["segment"]]),
                )
            ],
        ),
    ]
    return page


def _sure_grades(grades: list[dict[str, Any]]) -> Message:
    places = [grade["place"] for grade in grades]
    if not {"strength", "weakness"} & set(places):
        return Message("No grade clearly differs from the others’")
    return Message(
        "Clear strengths: {strong:integer}. Clear weaknesses: {weak:integer}",
        strong=places.count("strength"),
        weak=places.count("weakness"),
    )


def _grades_block(
    payload: Payload,
    row: dict[str, Any],
    grades: list[dict[str, Any]],
    summary: Message,
    language: str,
) -> Any:
    from workbench.report.page import Block

    only = _only(payload, "drivers", row["segment"])
    names = _names(payload, language)
    table = display_table(only, "drivers", language, labels=names)
    html = table_html(table, label=translate("Strengths and weaknesses", language))
    drawings: dict[str, str] = {}
    if any(grade["difference"] is not None for grade in grades):
        title = re.sub(r"\*\*", "", summary.render(language))
        found = draw(
            lambda result, **choices: plot_level(result, **choices),
            grades,
            f"level-{safe_name(row['segment'] or 'none')}",
            title=f"{translate('Weaknesses', language)}: {title}",
            language=language,
        )
        drawings = {width: compact_drawing(svg) for width, svg in found.items()}
    return Block(
        kind="result",
        payload=only,
        caption=localized(payload["tables"]["drivers"]["caption"], language),
        figure=drawings_html(drawings),
        tables=(html,),
    )


def _only(payload: Payload, name: str, segment: str | None) -> Payload:
    """Return the payload with one segment's rows of one table, without the segment's column."""
    table = payload["tables"][name]
    place = table["columns"].index("segment")
    rows = [
        [value for i, value in enumerate(row) if i != place]
        for row in table["rows"]
        if row[place] == segment
    ]
    kept = {
        "key": [key for key in table["key"] if key != "segment"],
        "columns": [column for column in table["columns"] if column != "segment"],
        "rows": rows,
    }
    return payload | {"tables": {name: table | kept}, "by": []}


def _contribution(
    payload: Payload, row: dict[str, Any], total: dict[str, Any], language: str
) -> Markup:
    """Return a table of three rows: the segment, the others together, the total; they add up."""
    part, whole = row["contribution"], total["estimate"]
    name = _name(row["segment"], _names(payload, language), language)
    lines = [
        (name, row["share"], part),
        (translate("All others together", language), 1 - row["share"], whole - part),
        (translate("All together", language), 1.0, whole),
    ]
    share, points = Message("{v:percent}"), Message("{v:number}")
    body = Markup().join(
        Markup('<tr><th scope="row">{}</th><td class="r">{}</td><td class="r">{}</td></tr>').format(
            label,
            share.with_values(v=size).render(language),
            points.with_values(v=brought).render(language),
        )
        for label, size, brought in lines
    )
    head = Markup().join(
        Markup('<th scope="col">{}</th>').format(translate(text, language)) for text in _HEADINGS
    )
    caption = translate("Share of the answers times level, points; the parts sum to the total.",
                        language)  # fmt: skip
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-label="{0}"><table><caption>{1}'
        "</caption><thead><tr>{2}</tr></thead><tbody>{3}</tbody></table></div>"
    ).format(translate("What it contributes to the total", language), caption, head, body)


_HEADINGS = ("Segment", "Share of the answers", "Contribution, points")
