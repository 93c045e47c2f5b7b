"""Pieces of HTML that a notebook's output and the report page share.

Every text goes through :func:`rich` or markupsafe: nothing from data reaches a page as markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from workbench.language import Message, localized, translate
from workbench.report import figures
from workbench.report.tables import Cell, DisplayTable, display_table

if TYPE_CHECKING:
    from workbench.report.payload import Payload

__all__ = [
    "QUESTIONS",
    "answer_html",
    "drawings_html",
    "key_figures_html",
    "result_html",
    "rich",
    "statements_html",
    "table_html",
    "text_in",
]

QUESTIONS = {
    "happened": Message("What happened?"),
    "real": Message("Is it real?"),
    "now": Message("What do we do now?"),
    "unsaid": Message("What can’t we say?"),
    "change": Message("What would change it?"),
}
"""The four fixed rows of an answer, and one that a ruling adds."""

_NOTEBOOK_COLOURS = ";".join(
    f"--{name}:{colour}"
    for name, colour in {
        "ink": "currentColor",
        "soft": figures.SOFT,
        "line": figures.LINE,
        "paper": "transparent",
        "wash": figures.WASH,
        "accent": figures.ACCENT,
        "good": figures.GOOD,
        "bad": figures.BAD,
        "warn": figures.WARN,
        "c1": figures.C1,
        "c2": figures.C2,
        "c3": figures.C3,
        "c4": figures.C4,
        "c5": figures.C5,
    }.items()
)


def rich(text: str) -> Markup:
    """Escape a text, then set ``**words**`` in bold.

    Examples
    --------
    >>> str(rich("**5** < 6"))
    '<b>5</b> &lt; 6'
    """
    parts = re.split(r"\*\*(.+?)\*\*", text)
    marked = [f"<b>{escape(p)}</b>" if n % 2 else str(escape(p)) for n, p in enumerate(parts)]
    return Markup("".join(marked))  # noqa: S704 - every part is escaped above


def text_in(texts: dict[str, str] | None, language: str) -> str:
    """Return a worded text of a payload in the language; empty where there is none."""
    return localized(texts, language) if texts else ""


def table_html(table: DisplayTable, *, label: str, stacked: str = "") -> Markup:
    """Return a table with caption, scopes and a region that scrolls sideways by itself.

    Parameters
    ----------
    table
        What to print.
    label
        Name of the region for those who do not see it; unique on the page.
    stacked
        Class of a table whose rows become cards on a narrow screen, each cell under its heading;
        empty for one that scrolls sideways.
    """
    if stacked:
        return _stacked_table(table, stacked)
    head = "".join(
        f'<th scope="col"{_style_of(cell)}>{escape(cell.text)}</th>' for cell in table.headings
    )
    body = "".join(_row(row, table.n_row_headings) for row in table.rows)
    return Markup(  # noqa: S704 - every part is escaped where it is put in
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}"><table>'
        f"<caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _stacked_table(table: DisplayTable, name: str) -> Markup:
    """Return a table whose cells carry their headings along, for those who see them one by one."""
    head = "".join(
        f'<th scope="col" role="columnheader"{_style_of(cell)}>{escape(cell.text)}</th>'
        for cell in table.headings
    )
    labels = [escape(heading.text) for heading in table.headings]
    body = "".join(_stacked_row(row, labels, table.n_row_headings) for row in table.rows)
    return Markup(  # noqa: S704 - every part is escaped where it is put in
        f'<table class="tt {escape(name)}" role="table"><caption>{escape(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _stacked_row(row: list[Cell], labels: list[Markup], n_row_headings: int) -> str:
    cells = [
        f'<th scope="row" role="rowheader"{_style_of(cell)}>{escape(cell.text)}</th>'
        if place < n_row_headings
        else f'<td role="cell" data-l="{label}"{_style_of(cell)}>{escape(cell.text)}</td>'
        for place, (cell, label) in enumerate(zip(row, labels, strict=True))
    ]
    return f'<tr role="row">{"".join(cells)}</tr>'


def _row(row: list[Cell], n_row_headings: int) -> str:
    cells: list[str] = []
    for position, cell in enumerate(row):
        text: str = escape(cell.text)
        if cell.style == "code":
            text = f"<code>{text}</code>"
        if cell.href:
            text = f'<a href="{escape(cell.href)}">{text}</a>'
        if position < n_row_headings:
            cells.append(f'<th scope="row">{text}</th>')
        else:
            cells.append(f"<td{_style_of(cell)}>{text}</td>")
    return f"<tr>{''.join(cells)}</tr>"


_CLASSES = {"number": "r", "muted": "mut", "short": "nw", "lacking": "mis"}


def _style_of(cell: Cell) -> str:
    name = "none" if cell.text == "–" else _CLASSES.get(cell.style)
    return f' class="{name}"' if name else ""


def drawings_html(drawings: dict[str, str]) -> Markup:
    """Return both drawings of a figure; they are clean SVG already."""
    return Markup("").join(Markup(svg) for svg in drawings.values())  # noqa: S704 - clean_svg made it


def result_html(payload: Payload, drawings: dict[str, str], language: str) -> str:
    """Return a result for the output of a notebook: heading, leads, figure, table."""
    headline = text_in(payload.get("headline") or payload["summary"], language)
    leads = Markup("").join(
        Markup("<p>{}</p>").format(rich(text_in(lead, language))) for lead in payload["lead"]
    )
    labels = {value: localized(text, language) for value, text in payload["labels"].items()}
    tables = Markup("").join(
        table_html(display_table(payload, name, language, labels=labels), label=f"{name}")
        for name in payload["tables"]
    )
    if drawings:
        tables = Markup("<details><summary>{}</summary>{}</details>").format(
            translate("The numbers", language), tables
        )
    return str(
        Markup('<div lang="{}" style="{}"><p><b>{}</b></p>{}{}{}</div>').format(
            language, _NOTEBOOK_COLOURS, headline, leads, _notebook_figure(drawings), tables
        )
    )


def _notebook_figure(drawings: dict[str, str]) -> Markup:
    """Show the wide drawing; carry the narrow one along for the report."""
    if not drawings:
        return Markup("")
    wide, *others = (Markup(svg) for svg in drawings.values())  # noqa: S704 - clean
    hidden = Markup('<div style="display:none">{}</div>').format(Markup("").join(others))
    return Markup('<figure style="margin:0">{}{}</figure>').format(wide, hidden if others else "")


def answer_html(payload: Payload, language: str) -> str:
    """Return an answer for the output of a notebook: the finding, four rows, key figures."""
    answer = payload["answer"]
    return str(
        Markup('<div lang="{}" style="{}"><p><b>{}</b></p><dl>{}</dl><dl>{}</dl></div>').format(
            language,
            _NOTEBOOK_COLOURS,
            text_in(answer["title"], language),
            _answer_rows(answer, language),
            key_figures_html(answer["figures"], language),
        )
    )


def _answer_rows(answer: dict[str, Any], language: str) -> Markup:
    return Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            question.render(language), rich(text_in(answer["rows"].get(name), language))
        )
        for name, question in QUESTIONS.items()
        if answer["rows"].get(name)
    )


def key_figures_html(key_figures: list[dict[str, Any]], language: str) -> Markup:
    """Return key figures as the items of a description list."""
    return Markup("").join(_key_figure(figure, language) for figure in key_figures)


def _key_figure(figure: dict[str, Any], language: str) -> Markup:
    lines = [Markup('<dd class="big">{}</dd>').format(text_in(figure["value"], language))]
    if figure["interval"]:
        lines.append(Markup("<dd>{}</dd>").format(text_in(figure["interval"], language)))
    if figure["spans"]:
        lines.append(Markup("<dd>{}</dd>").format(_spans_svg(figure["spans"], language)))
    if figure["verdict"]:
        arrow = {"good": "▲ ", "bad": "▼ "}.get(figure["tone"], "")
        lines.append(
            Markup('<dd><span class="v v-{}">{}{}</span></dd>').format(
                figure["tone"], arrow, text_in(figure["verdict"], language)
            )
        )
    lines += [Markup("<dd>{}</dd>").format(rich(text_in(n, language))) for n in figure["notes"]]
    return Markup("<div><dt>{}</dt>{}</div>").format(
        text_in(figure["label"], language), Markup("").join(lines)
    )


def _spans_svg(spans: list[dict[str, Any]], language: str) -> Markup:
    """Draw up to three estimates with intervals on one line, the last one in colour.

    Hidden from those who listen: the same numbers stand beside it.
    """
    low = min(span["low"] for span in spans)
    high = max(span["high"] for span in spans)
    pad = 0.35 * ((high - low) or 1.0)
    start, width = low - pad, (high - low) + 2 * pad or 1.0
    marks: list[Markup] = []
    for number, span in enumerate(spans):
        x1, x, x2 = (
            round(8 + 134 * (span[name] - start) / width, 1) for name in ("low", "estimate", "high")
        )
        y = 8 + 13 * number
        last = number == len(spans) - 1
        marks.append(
            Markup(
                '<line x1="{}" y1="{y}" x2="{}" y2="{y}" class="{line}"/>'
                '<circle cx="{}" cy="{y}" r="4.5" class="{dot}"/>'
                '<text x="150" y="{t}" class="{word}">{}</text>'
            ).format(
                x1,
                x2,
                x,
                text_in(span["label"], language),
                y=y,
                t=y + 4,
                line="ci" if last else "ci0",
                dot="d" if last else "g0",
                word="xs b" if last else "xs",
            )
        )
    height = 8 + 13 * len(spans)
    return Markup('<svg class="gl" viewBox="0 0 216 {}" aria-hidden="true">{}</svg>').format(
        height, Markup("").join(marks)
    )


def statements_html(payload: Payload, language: str) -> str:
    """Return statements for the output of a notebook."""
    statements = payload["statements"]
    items = Markup("").join(
        Markup("<li>{}</li>").format(rich(text_in(item, language))) for item in statements["items"]
    )
    title = text_in(statements["title"], language)
    heading = Markup("<p><b>{}</b></p>").format(title) if title else Markup("")
    return str(Markup('<div lang="{}">{}<ul>{}</ul></div>').format(language, heading, items))
