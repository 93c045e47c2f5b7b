"""The desk's read-only twin: one page that runs nothing, loads nothing and can be printed.

Every coded passage is an anchor, ``#act-<id>``, so that a quote in a report leads to its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.coding.acts import Span
from workbench.coding.desk.assets import twin_style
from workbench.coding.desk.codings_view import (
    code_rows,
    coding_view,
    counted,
    counts_of,
    visible_codings,
)
from workbench.coding.desk.document_view import blocks_of, shown_text, title_of
from workbench.coding.desk.stretches import Mark, marks_on, stretches
from workbench.coding.desk.wording import desk_texts
from workbench.errors import CorpusError
from workbench.language import LANGUAGES, Message, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.coding.corpus import Corpus
    from workbench.coding.fold import Coding

__all__ = [
    "PAGES_MIME",
    "Transcripts",
    "page_name",
    "transcript_bundle",
    "transcript_html",
    "transcripts",
]

PAGES_MIME = "application/vnd.workbench.pages+json"
"""Pages that a run writes beside its report: ``{"pages": [{path, title, html}]}``."""

SIGNS = {"success": "▲", "barrier": "▼", "both": "◆"}
_SHOWN = {"coded", "kept", "left"}


def transcript_html(
    corpus: Corpus, document: str, *, coder: str = "all", language: str = "sv"
) -> str:
    """Return a document with its codings as a page of its own.

    Parameters
    ----------
    corpus
        From :func:`workbench.load_corpus`.
    document
        Its id.
    coder
        Whose codings to show; ``all`` for everyone's.
    language
        ``sv`` or ``en``.

    Returns
    -------
    str
        HTML without scripts, links to other files or requests. The passage that an act coded is
        ``#act-<id>``; of a passage over several turns, the first.

    Raises
    ------
    CorpusError
        If the document, the coder or the language is unknown.
    """
    return _html(corpus, document, _seen(corpus, coder, language))


def page_name(document: str) -> str:
    """Return the path of a document's page in a run folder.

    Examples
    --------
    >>> page_name("R1"), page_name("../x y")
    ('transcripts/R1.html', 'transcripts/___x_y.html')
    """
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in document)
    return f"transcripts/{safe}.html"


def transcript_bundle(
    corpus: Corpus, document: str, *, coder: str = "all", language: str = "sv"
) -> dict[str, Any]:
    """Return what a notebook's output holds in place of the desk: MIME type to content."""
    seen = _seen(corpus, coder, language)
    title, body = _Twin(corpus, document, seen).page()
    html = Markup("<style>{}</style>{}").format(_css(), body)
    pages = [_page(corpus, document, seen)]
    return {"text/html": str(html), "text/plain": title, PAGES_MIME: {"pages": pages}}


def _page(corpus: Corpus, document: str, seen: _Seen) -> dict[str, str]:
    return {
        "path": page_name(document),
        "title": title_of(corpus, document),
        "html": _html(corpus, document, seen),
    }


def _html(corpus: Corpus, document: str, seen: _Seen) -> str:
    title, body = _Twin(corpus, document, seen).page()
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return str(
        Markup(
            '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8">'
            '<meta http-equiv="Content-Security-Policy" content="{}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            "<title>{}</title><style>{}</style></head><body>{}</body></html>\n"
        ).format(seen.language, policy, title, _css(), body)
    )


class Transcripts:
    """The twins of every document, carried by a notebook's output.

    A run writes them beside its report, and quotes of the report lead to their places in them. In
    the notebook itself they show as a list.
    """

    def __init__(self, corpus: Corpus, *, coder: str = "all", language: str = "sv") -> None:
        names = map(str, corpus.documents["document"])
        seen = _seen(corpus, coder, language)
        self.pages = [_page(corpus, name, seen) for name in names]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        items = Markup("").join(Markup("<li>{}</li>").format(page["title"]) for page in self.pages)
        return {
            "text/html": str(Markup("<ul>{}</ul>").format(items)),
            "text/plain": ", ".join(page["title"] for page in self.pages),
            PAGES_MIME: {"pages": self.pages},
        }


def transcripts(corpus: Corpus, *, coder: str = "all", language: str = "sv") -> Transcripts:
    """Return every document with its codings, for the last line of a notebook's cell.

    In a run, each becomes ``transcripts/<document>.html`` beside the report, and every quote of a
    table that has ``quote``, ``document`` and ``act`` leads there.
    """
    return Transcripts(corpus, coder=coder, language=language)


def _css() -> Markup:
    return Markup(twin_style())  # noqa: S704 - our own file


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the twins of all documents share: codings with their status, and words for codes."""

    language: str
    texts: dict[str, str]
    codes: dict[str, dict[str, Any]]
    codings: list[tuple[Coding, str]]


def _seen(corpus: Corpus, coder: str, language: str) -> _Seen:
    if language not in LANGUAGES:
        raise CorpusError(f"'language' must be sv or en, not '{language}'.")
    if coder != "all" and coder not in corpus.coders:
        raise CorpusError(f"Coder '{coder}' has coded nothing. Give a coder, or 'all'.")
    return _Seen(
        language,
        desk_texts(language),
        {row["code"]: row for row in code_rows(corpus, language)},
        list(visible_codings(corpus, None if coder == "all" else coder)),
    )


class _Twin:
    """One document, worded in one language."""

    def __init__(self, corpus: Corpus, document: str, seen: _Seen) -> None:
        self.corpus = corpus
        self.document = document
        self.language = seen.language
        self.texts = seen.texts
        self.codes = seen.codes
        self.file = corpus.file(document)
        self.text = shown_text(corpus, self.file)
        self.counts = counts_of(corpus, document, counted(seen.codings))
        self.codings = [
            coding_view(corpus, coding, status)
            for coding, status in seen.codings
            if status in _SHOWN
            and isinstance(coding.target, Span)
            and coding.target.document == document
        ]
        self.named: set[str] = set()

    def page(self) -> tuple[str, Markup]:
        title = title_of(self.corpus, self.document)
        lead = Message(
            "{n:integer} coding; {coders}.",
            "{n:integer} codings; {coders}.",
            n=len(self.codings),
            coders=sorted({coding["coder"] for coding in self.codings}) or Message("not coded yet"),
        )
        body = Markup(
            '<div class="tw" lang="{}"><main><h1>{}</h1><p class="lead">{}</p>{}</main>{}</div>'
        ).format(self.language, title, lead.render(self.language), self.turns(), self.codebook())
        return title, body

    def turns(self) -> Markup:
        questions = self.corpus.registers.guide
        words = dict(zip(questions["question_id"], questions["question"], strict=True))
        parts: list[Markup] = []
        question: str | None = None
        number, last = 0, None
        for block in blocks_of(self.file, self.text):
            if block["question"] and block["question"] != question:
                question = str(block["question"])
                parts.append(
                    Markup("<h2><b>{}</b> {}</h2>").format(question, str(words.get(question, "")))
                )
            is_new = block["part"] is not None and block["part"] != last
            number += is_new
            last = block["part"]
            parts.append(self.turn(block, number if is_new else None))
        return Markup("").join(parts)

    def turn(self, block: Mapping[str, Any], number: int | None) -> Markup:
        marks = marks_on(self.codings, block["start"], block["end"])
        words = Markup("").join(
            self.stretch(start, end, on) for start, end, on in stretches(block, marks)
        )
        who = block["speaker"] or block["respondent"] or ""
        gutter = Markup("<b>{}</b><span>{}</span>").format(who, number) if number else ""
        return Markup(
            '<div class="turn{}"><div class="gut">{}</div><p>{}</p><div class="mar">{}</div></div>'
        ).format("" if block["respondent"] else " int", gutter, words, self.margin(marks))

    def stretch(self, start: int, end: int, on: Iterable[Mark]) -> Markup:
        piece = Markup("{}").format(self.text[start:end])
        for mark in on:
            coding = mark.coding
            row = self.codes.get(coding["code"])
            act = str(coding["act"])
            name, spoken = Markup(""), Markup("")
            if act not in self.named:
                self.named.add(act)
                name = Markup(' id="act-{}"').format(act)
            anchors: list[str] = []
            if start == mark.start:
                spoken = Markup('<span class="vh">{}: </span>').format(self.spoken(coding))
                anchors.append(f"--{act}-{mark.start}s")
            if end == mark.end:
                anchors.append(f"--{act}-{mark.start}e")
            place = Markup("anchor-name:{}").format(", ".join(anchors)) if anchors else ""
            piece = Markup('<span{} class="cd" style="{};--o:{}px;{}">{}{}</span>').format(
                name, _look(row), 2 + 4 * mark.lane, place, spoken, piece
            )
        return piece

    def spoken(self, coding: Mapping[str, Any]) -> str:
        words = [f"{self.texts['coded_as']} {self.name(coding['code'])}"]
        if coding["polarity"]:
            words.append(self.texts[coding["polarity"]])
        if coding["stance"] == "denies":
            words.append(self.texts["denies"])
        return ", ".join(words)

    def name(self, code: str) -> str:
        return str(self.codes[code]["name"]) if code in self.codes else code

    def margin(self, marks: list[Mark]) -> Markup:
        if not marks:
            return Markup("")
        stripes = Markup("").join(
            Markup(
                '<i class="stripe" aria-hidden="true" style="{0};--l:{1};'
                'top:anchor(--{2}-{3}s top, 0px);bottom:anchor(--{2}-{3}e bottom, 0px)"></i>'
            ).format(
                _look(self.codes.get(mark.coding["code"])),
                mark.lane,
                mark.coding["act"],
                mark.start,
            )
            for mark in marks
        )
        items = Markup("").join(self.item(mark.coding) for mark in marks)
        return Markup("{}<ul>{}</ul>").format(stripes, items)

    def item(self, coding: Mapping[str, Any]) -> Markup:
        polarity = coding["polarity"]
        sense = Markup(' <b aria-hidden="true">{}</b><span class="vh"> {}</span>').format(
            SIGNS[polarity], self.texts[polarity]
        ) if polarity else Markup("")  # fmt: skip
        denies = Markup(" <em>{}</em>").format(self.texts["denies"])
        memo = Markup("<small>{}: {}</small>").format(self.texts["memo"], coding["memo"])
        return Markup(
            '<li>{}<span><a href="#act-{}">{}</a>{}{} <small>{}</small>{}</span></li>'
        ).format(
            Markup('<i class="sw" aria-hidden="true" style="{}"></i>').format(
                _look(self.codes.get(coding["code"]))
            ),
            coding["act"],
            self.name(coding["code"]),
            sense,
            denies if coding["stance"] == "denies" else "",
            coding["coder"],
            memo if coding["memo"] else "",
        )

    def codebook(self) -> Markup:
        used = [row for row in self.codes.values() if self.counts.get(row["code"], [0])[0]]
        rows = Markup("").join(
            Markup(
                '<tr><th scope="row"><i class="sw" aria-hidden="true" style="{}"></i>{}</th>'
                "<td>{}</td><td>{}</td><td>{}</td></tr>"
            ).format(
                _look(row),
                row["name"],
                row["definition"] or self.texts["no_definition"],
                *(format_number(n, self.language, decimals=0) for n in self.counts[row["code"]]),
            )
            for row in used
        )
        if not used:
            return Markup("")
        head = Markup("").join(
            Markup('<th scope="col">{}</th>').format(self.texts[name])
            for name in ("code", "definition", "here", "everywhere")
        )
        label = self.texts["codebook"]
        return Markup(
            '<aside aria-label="{0}"><h2>{0}</h2><div class="scroll" role="region" tabindex="0" '
            'aria-label="{0}, {1}"><table><caption>{0}, {1}</caption><thead><tr>{2}</tr></thead>'
            "<tbody>{3}</tbody></table></div></aside>"
        ).format(label, self.texts["definition"], head, rows)


def _look(row: Mapping[str, Any] | None) -> Markup:
    colour, style = (row["colour"], row["style"]) if row else (0, "solid")
    return Markup("--k:var(--c{});--s:{}").format(colour, style)
