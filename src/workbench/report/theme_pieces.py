"""Tables of the report on themes that are more than rows: themes with quotes, quotes in place.

They are made from the machine-readable copy of a result, like every table of a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.language import Message, format_number
from workbench.report.around import records_of
from workbench.report.figures import visible_text
from workbench.report.joint_pieces import voices_html
from workbench.report.theme_matrices import framework_html, who_html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbench.report.around import Around
    from workbench.report.payload import Payload

__all__ = ["OWN_TABLES", "quotes_in_place_html", "themes_html"]

_SIGNS = {"success": ("▲", "good"), "barrier": ("▼", "bad"), "both": ("◆", "c4")}
_POLARITIES = {
    "success": Message("helps"),
    "barrier": Message("hinders"),
    "both": Message("both"),
}
_HEADINGS = (
    Message("Part of the guide"),
    Message("Theme"),
    Message("Respondents"),
    Message("Motivation"),
    Message("Quotes"),
)
_LISTED = 24
"""Most respondents named under a theme; of more, only the number is said."""


def _sign(polarity: str | None, around: Around) -> Markup:
    """Return the sign of a polarity, with its word for those who do not see it."""
    if polarity not in _SIGNS:
        return Markup()
    sign, _ = _SIGNS[polarity]
    word = around.worded(_POLARITIES[polarity])
    return Markup('<span class="vh">{}: </span><span aria-hidden="true">{} </span>').format(
        word, sign
    )


def themes_html(payload: Payload, around: Around) -> Markup:
    """Return the thematic table: segment, theme, respondents, motivation, quotes.

    Parameters
    ----------
    payload
        Machine-readable copy of a ``theme_table``.
    around
        What stands around it.
    """
    rows = records_of(payload, "themes")
    is_one = len({name for row in rows for name in _split(row["questions"])}) == 1
    quotes: dict[str, list[dict[str, Any]]] = {}
    for quote in records_of(payload, "quotes"):
        shown = {**quote, "question": None} if is_one else quote
        quotes.setdefault(quote["theme"], []).append(shown)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        shown = {**row, "questions": ""} if is_one else row
        groups.setdefault(row["segment"] or "", []).append(shown)
    body = Markup().join(_segment(segment, own, quotes, around) for segment, own in groups.items())
    heading = Markup('<th scope="col" role="columnheader">{}</th>')
    head = Markup().join(heading.format(around.worded(name)) for name in _HEADINGS)
    caption = payload["tables"]["themes"]["caption"][around.language]
    return Markup(
        '<table class="tt" role="table"><caption>{}</caption><thead role="rowgroup">'
        '<tr role="row">{}</tr></thead>{}</table>'
    ).format(caption, head, body)


def _segment(
    segment: str,
    rows: list[dict[str, Any]],
    quotes: Mapping[str, list[dict[str, Any]]],
    around: Around,
) -> Markup:
    asked = list(dict.fromkeys(name for row in rows for name in _split(row["questions"])))
    span = f"{asked[0]}–{asked[-1]}" if len(asked) > 1 else "".join(asked)
    head = Markup(
        '<th scope="rowgroup" rowspan="{}" class="seg">{}<span class="sub">{}</span></th>'
    )
    named = visible_text(segment) or "–"
    first = head.format(len(rows), named, visible_text(span))
    cells = [_theme(row, quotes.get(row["theme"], []), around) for row in rows]
    lines = [Markup('<tr role="row">{}{}</tr>').format(first, cells[0])]
    lines += [Markup('<tr role="row">{}</tr>').format(cell) for cell in cells[1:]]
    return Markup('<tbody role="rowgroup">{}</tbody>').format(Markup().join(lines))


def _split(names: str | None) -> list[str]:
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def _theme(row: dict[str, Any], quotes: list[dict[str, Any]], around: Around) -> Markup:
    name = visible_text(around.labels.get(row["theme"], row["theme"]))
    polarity = row["polarity"]
    tone = ""
    if polarity in _SIGNS:
        sign, colour = _SIGNS[polarity]
        word = around.worded(_POLARITIES[polarity])
        tone = Markup('<span class="pol {}"><span aria-hidden="true">{} </span>{}</span>').format(
            colour, sign, word
        )
    shown = Markup().join(_quote(quote, around) for quote in quotes)
    head = Markup(
        '<th scope="row" role="rowheader" id="theme-{no}"><span class="no">{no}</span> '
        "{name}{tone}</th>"
    ).format(no=row["theme_no"], name=name, tone=tone)
    texts = (_who(row, around), visible_text(row["motivation"] or "") or "–", shown or "–")
    cell = Markup('<td role="cell" data-l="{}"{}>{}</td>')
    cells = [
        cell.format(around.worded(label), Markup(' class="qs"') if number == 2 else "", text)
        for number, (label, text) in enumerate(zip(_HEADINGS[2:], texts, strict=True))
    ]
    return Markup("{}{}").format(head, Markup().join(cells))


def _who(row: dict[str, Any], around: Around) -> Markup:
    count = Message("{n:integer} of {of:integer}", n=row["n_respondents"], of=row["n_with_answers"])
    lines = [around.worded(count)]
    if row.get("share") is not None:
        share = Message(
            "{share:percent} ({low:percent} to {high:percent})",
            share=row["share"],
            low=row["ci_low"],
            high=row["ci_high"],
        )
        lines.append(around.worded(share))
    if row["n_denying"]:
        denied = Message("of them {n:integer} say it is not so", n=row["n_denying"])
        lines.append(around.worded(denied))
    if row["n_without_quote"]:
        bare = Message(
            "{n:integer} coding without a quote",
            "{n:integer} codings without a quote",
            n=row["n_without_quote"],
        )
        lines.append(around.worded(bare))
    names = _split(row["respondents"])
    listed = names if len(names) <= _LISTED else []
    people = Markup(" ").join(Markup("<span>{}</span>").format(visible_text(n)) for n in listed)
    told = Markup("").join(Markup('<span class="line">{}</span>').format(line) for line in lines)
    return Markup('{}<span class="rl">{}</span>').format(told, people) if listed else told


def _quote(quote: dict[str, Any], around: Around) -> Markup:
    denied = quote["stance"] == "denies"
    mark = (
        Markup("<b>{}</b> ").format(around.worded(Message("Says the opposite.")))
        if denied
        else _sign(quote["polarity"], around)
    )
    source: list[Any] = [
        visible_text(str(quote[name])) for name in ("respondent", "role") if quote[name]
    ]
    place = _leads_to(quote, around)
    if place is not None:
        source.append(place)
    return Markup('<blockquote id="said-{}"><p>{}{}</p><cite>{}</cite></blockquote>').format(
        quote["quote_no"], mark, visible_text(quote["quote"]), Markup(", ").join(source)
    )


def _leads_to(quote: dict[str, Any], around: Around) -> Markup | None:
    asked = visible_text(quote["question"] or "")
    number = format_number(quote["quote_no"], around.language, decimals=0)
    named = Message("quote {number} in its place", number=number)
    words = ", ".join(part for part in (asked, around.worded(named)) if part)
    href = f"#quote-{int(quote['quote_no'])}" if around.has_places else around.transcript(quote)
    if href is None:
        return Markup("{}").format(asked) if asked else None
    return Markup('<a href="{}">{}</a>').format(href, words)


def quotes_in_place_html(payload: Payload, around: Around) -> Markup:
    """Return each quote in the answer around it, marked.

    Parameters
    ----------
    payload
        Machine-readable copy of a ``quotes_in_place``.
    around
        What stands around it.
    """
    rows = records_of(payload, "table")
    is_one = len({row["question"] for row in rows}) == 1
    return Markup().join(_passage(row, around, asked=not is_one) for row in rows)


def _passage(row: dict[str, Any], around: Around, *, asked: bool) -> Markup:
    number = int(row["quote_no"])
    parts = dict.fromkeys((row["question"], row["question_text"]) if asked else ())
    question = " ".join(str(part) for part in parts if part)
    theme = Message("theme {number:integer}", number=row["theme_no"])
    back = Markup('<a href="#{}">{}</a>').format(
        f"said-{number}" if around.has_themes else "answer", around.worded(theme)
    )
    facts: list[Any] = [
        around.worded(Message("Quote {number:integer}", number=number)),
        visible_text(str(row["respondent"] or "")),
        visible_text(question),
        back,
    ]
    transcript = around.transcript(row)
    if transcript is not None:
        facts.append(
            Markup('<a href="{}">{}</a>').format(
                transcript, around.worded(Message("the whole talk"))
            )
        )
    line = Markup(" · ").join(fact for fact in facts if fact)
    return Markup(
        '<div class="pass" id="quote-{}"><p class="m">{}</p><p>{}<mark>{}</mark>{}</p></div>'
    ).format(
        number, line, *(visible_text(row[name] or "") for name in ("before", "quote", "after"))
    )


OWN_TABLES: dict[tuple[str, str], Callable[[Payload, Around], Markup]] = {
    ("framework", "table"): framework_html,
    ("theme_table", "themes"): themes_html,
    ("who", "table"): who_html,
    ("quotes_in_place", "table"): quotes_in_place_html,
    ("voices", "table"): voices_html,
}
"""By kind of result and table: what is drawn in place of rows and columns."""
