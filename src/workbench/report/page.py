"""The page as plain data: an executed notebook, read cell by cell, in one language.

Nothing here knows HTML tags beyond the pieces of :mod:`workbench.report.fragments`; the template
prints what stands here. Stored outputs other than our own results are cleaned before they come in.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.language import Message, localized, translate
from workbench.report.action_pieces import QUESTION, actions_html, first_line
from workbench.report.around import Around
from workbench.report.cells import clean_html, drawings_in, prose, translated_blocks
from workbench.report.columns import READER_TABLES, STACKED
from workbench.report.compact import compact_drawing
from workbench.report.fragments import (
    drawings_html,
    key_figures_html,
    rich,
    table_html,
    text_in,
)
from workbench.report.glossary import Term, terms_for
from workbench.report.levels import level_links
from workbench.report.pages import PAGES_MIME, links_html, pages_of
from workbench.report.payload import MIME, Payload
from workbench.report.tables import DisplayTable, display_table
from workbench.report.theme_pieces import OWN_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from workbench.language import LocalizedText
    from workbench.report.actions import Follow
    from workbench.report.reviewing import Review

__all__ = [
    "Block",
    "Context",
    "Page",
    "Section",
    "build_page",
]

_OWN_SECTIONS = (
    "answer",
    "open-actions",
    "verify",
    "record",
    "unsaid",
    "method",
    "checks",
    "provenance",
    "glossary",
)
"""Ids of the template's own sections."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a page says that its notebook does not: study, state, record.

    Parameters
    ----------
    study, question, decision, owner, reader
        From ``study.toml``, in the language of the page; empty where they are missing.
    state
        Short facts for the line at the top: study, wave, filters.
    draft
        Why the report is a draft; empty for a final one.
    follows
        Open actions beside their numbers; None for a page that does not list them.
    shared_roles
        Who coordinates, analyses and follows up for the whole study.
    provenance
        Label and value of each line of the record, in order.
    commands
        Commands that run the report again and verify it.
    footer
        Closing line.
    review
        What only the reviewer's page says.
    logo, logo_text, css
        An organisation's own: ``data:`` address of its logo, what it says, its colours.
    """

    study: str
    question: str = ""
    decision: str = ""
    owner: str = ""
    reader: str = ""
    state: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    follows: tuple[Follow, ...] | None = None
    shared_roles: Mapping[str, LocalizedText] = field(default_factory=dict[str, "LocalizedText"])
    provenance: tuple[tuple[str, str], ...] = ()
    commands: tuple[str, ...] = ()
    footer: str = ""
    review: Review | None = None
    logo: str = ""
    logo_text: str = ""
    css: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """One piece of a section.

    ``kind``: ``prose`` (html), ``result``, ``panel`` (beside its neighbours), ``fold``,
    ``warning``, ``list``, ``output`` (html), ``links`` (html under a heading), ``code``.
    """

    kind: str
    html: Markup = field(default_factory=Markup)
    payload: Payload = field(default_factory=dict)
    heading: str = ""
    leads: tuple[Markup, ...] = ()
    caption: str = ""
    subtitle: str = ""
    figure: Markup = field(default_factory=Markup)
    tables: tuple[Markup, ...] = ()
    more: tuple[Markup, ...] = ()
    notes: tuple[Markup, ...] = ()
    items: tuple[Markup, ...] = ()
    source: str = ""
    is_blank: bool = False
    number: int | None = None


@dataclass(kw_only=True)
class Section:
    """A heading and what stands under it; ``label`` is its short name in the contents."""

    id: str
    label: str
    heading: str
    blocks: list[Block] = field(default_factory=list)

    def holds(self, *, code: bool) -> bool:
        """Say whether a reader, or with ``code`` a reviewer, has anything to read here."""
        return any(code or block.kind != "code" for block in self.blocks)


@dataclass(kw_only=True)
class Page:
    """Everything the template prints."""

    language: str
    title: str
    question_title: str
    context: Context
    answer: dict[str, Any] | None = None
    key_figures: Markup = field(default_factory=Markup)
    rows: list[tuple[str, Markup]] = field(default_factory=list)
    intro: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    actions: Markup = field(default_factory=Markup)
    unsaid: list[Markup] = field(default_factory=list)
    method: list[Markup] = field(default_factory=list)
    provenance_table: Markup | None = None
    checks: list[tuple[str, Payload]] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)


@functools.cache
def _slug_pattern() -> re.Pattern[str]:
    return re.compile(r"[^a-z0-9]+")


def _slug(text: str) -> str:
    folded = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return _slug_pattern().sub("-", folded).strip("-") or "part"


class _Builder:
    """Walk the cells once and fill a page."""

    def __init__(self, language: str, context: Context) -> None:
        self.language = language
        self.page = Page(language=language, title=context.study, question_title="", context=context)
        self.kinds: list[str] = []
        self.ids: set[str] = set(_OWN_SECTIONS)
        self.shown: set[tuple[Any, ...]] = set()
        self.kinds_present: frozenset[str] = frozenset()
        self.pages: frozenset[str] = frozenset()

    def section(self) -> list[Block]:
        return self.page.sections[-1].blocks if self.page.sections else self.page.intro

    def markdown(self, source: str) -> None:
        for block in translated_blocks(source, self.language):
            heading = re.match(r"(#{1,2}) +(.+)", block)
            if heading is None:
                self.section().append(Block(kind="prose", html=prose(block)))
            elif len(heading[1]) == 1:
                self.page.title = self.page.question_title = heading[2].strip()
            else:
                self.open(heading[2].strip())

    def open(self, label: str) -> None:
        identifier = base = _slug(label)
        number = 2
        while identifier in self.ids:
            identifier, number = f"{base}-{number}", number + 1
        self.ids.add(identifier)
        self.page.sections.append(Section(id=identifier, label=label, heading=label))

    def code(self, cell: NotebookNode) -> None:
        if cell.source.strip():
            self.section().append(
                Block(kind="code", caption=cell.source, number=cell.get("execution_count"))
            )
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                self.result(data[MIME], data.get("text/html", ""))
            elif output.output_type in {"display_data", "execute_result"}:
                self.foreign(data, output.get("metadata", {}))
            elif output.output_type == "stream":
                kind = "output" if output.name == "stdout" else "code"
                self.section().append(Block(kind=kind, html=_preformatted(output.text)))

    def foreign(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Take an output that is no result of ours: a table, a picture with a text, plain text."""
        if PAGES_MIME in data:
            html = links_html(data[PAGES_MIME])
        elif "text/html" in data:
            html = Markup('<div class="scroll" role="region" tabindex="0" aria-label="{}">{}</div>')
            label = translate("Output", self.language)
            html = html.format(f"{label} {len(self.section()) + 1}", clean_html(data["text/html"]))
        elif "image/png" in data and metadata.get("alt"):
            html = Markup('<img src="data:image/png;base64,{}" alt="{}">').format(
                re.sub(r"[^A-Za-z0-9+/=]", "", data["image/png"]), metadata["alt"]
            )
        else:
            html = _preformatted(str(data.get("text/plain", "")))
        self.section().append(Block(kind="output", html=html))

    def result(self, payload: Payload, html: str) -> None:
        self.kinds.append(payload["kind"])
        if payload.get("by") == ["wave"]:
            self.kinds.append("by_wave")
        self.page.checks += [(payload["id"], check) for check in payload["checks"]]
        match payload["kind"]:
            case "answer":
                self.answer(payload)
            case "statements":
                self.statements(payload)
            case "provenance":
                self.page.provenance_table = self.tables(payload)[0]
            case "levels":
                self.finding(payload, html)
                links = level_links(payload, self.language)
                heading = translate("A page for each segment", self.language)
                self.section().append(Block(kind="links", heading=heading, html=links))
            case _ if payload.get("place") == "fold":
                self.fold(payload)
            case _:
                self.finding(payload, html)

    def answer(self, payload: Payload) -> None:
        from workbench.report.fragments import QUESTIONS

        answer = payload["answer"]
        self.page.answer = answer
        self.page.title = text_in(answer["title"], self.language)
        self.page.rows = [
            (question.render(self.language), rich(text_in(answer["rows"].get(name), self.language)))
            for name, question in QUESTIONS.items()
            if answer["rows"].get(name)
        ]
        self.page.key_figures = key_figures_html(answer["figures"], self.language)

    def statements(self, payload: Payload) -> None:
        words = payload["statements"]
        items = tuple(rich(text_in(item, self.language)) for item in words["items"])
        if words["role"] == "unsaid":
            self.page.unsaid += items
        elif words["role"] == "method":
            self.page.method += items
        else:
            heading = text_in(words["title"], self.language)
            self.section().append(Block(kind=words["role"], heading=heading, items=items))

    def finding(self, payload: Payload, html: str) -> None:
        headline = text_in(payload.get("headline"), self.language)
        section = self.page.sections[-1] if self.page.sections else None
        is_first = section is not None and all(b.kind in {"code", "prose"} for b in section.blocks)
        is_panel = payload.get("place") == "panel"
        if headline and is_first and not is_panel and section is not None:
            section.heading, headline = headline, ""
        method = rich(text_in(payload["method"], self.language))
        if method and method not in self.page.method:
            self.page.method.append(method)
        summary = rich(text_in(payload["summary"], self.language))
        leads = tuple(rich(text_in(lead, self.language)) for lead in payload["lead"])
        drawings = drawings_in(html, payload["id"], text_in(payload["summary"], self.language))
        self.section().append(
            Block(
                kind="panel" if is_panel else "result",
                payload=payload,
                heading=headline,
                leads=leads if leads or not payload.get("blank") else (summary,),
                is_blank=bool(payload.get("blank")),
                caption=_caption(payload, self.language),
                subtitle=text_in(payload.get("subtitle"), self.language),
                figure=drawings_html(
                    {width: compact_drawing(svg) for width, svg in drawings.items()}
                ),
                tables=self.tables(payload),
                more=self.tables(payload, reader=False),
                notes=tuple(
                    rich(text_in(check["text"], self.language))
                    for check in payload["checks"]
                    if check["passed"] is False
                ),
            )
        )

    def fold(self, payload: Payload) -> None:
        summary = text_in(payload["summary"], self.language).replace("**", "")
        self.section().append(
            Block(
                kind="fold",
                payload=payload,
                heading=summary,
                tables=self.tables(payload),
                more=self.tables(payload, reader=False),
            )
        )

    def was_shown(self, table: DisplayTable) -> bool:
        """Say whether a table stands on the page already: results of one measure share some."""
        seen = (table.caption, *map(tuple, table.rows))
        is_known = seen in self.shown
        self.shown.add(seen)
        return is_known

    def around(self, labels: Mapping[str, str]) -> Around:
        """Return what stands around a table of a kind of its own."""
        return Around(
            language=self.language, labels=labels, pages=self.pages, kinds=self.kinds_present
        )

    def tables(self, payload: Payload, *, reader: bool = True) -> tuple[Markup, ...]:
        """Return the tables a reader sees, or those only a reviewer sees."""
        labels = {
            value: localized(text, self.language)
            for value, text in payload.get("labels", {}).items()
        }
        for_reader = READER_TABLES.get(payload["kind"], ("table",))
        if payload["kind"] == "drivers" and "groups" in payload["tables"]:
            for_reader = ("groups",)
        found: list[Markup] = []
        for name in payload["tables"]:
            if (name in for_reader) is not reader or not payload["tables"][name]["rows"]:
                continue
            own = OWN_TABLES.get((payload["kind"], name))
            if reader and own is not None:
                found.append(own(payload, self.around(labels)))
                continue
            table = display_table(payload, name, self.language, labels=labels, pages=self.pages)
            if not reader and self.was_shown(table):
                continue
            label = Message("Table {name}", name=f"{payload['id']} {name}".removesuffix(" table"))
            stacked = STACKED.get(payload["kind"], "")
            found.append(table_html(table, label=label.render(self.language), stacked=stacked))
        return tuple(found)


def _caption(payload: Payload, language: str) -> str:
    shown = READER_TABLES.get(payload["kind"], ("table",))[0]
    main = payload["tables"].get("table") or payload["tables"].get(shown)
    caption = text_in(main["caption"], language) if main else ""
    return caption if ". " in caption else caption.removesuffix(".")


def _preformatted(text: str) -> Markup:
    return Markup('<pre tabindex="0">{}</pre>').format(text)


def _kinds_of(notebook: NotebookNode) -> frozenset[str]:
    """Return the kinds of result a notebook shows."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    data = [output.get("data", {}).get(MIME) for output in outputs]
    return frozenset(payload["kind"] for payload in data if payload)


def build_page(notebook: NotebookNode, *, language: str, context: Context) -> Page:
    """Read an executed notebook into a page.

    Parameters
    ----------
    notebook
        Executed; markdown cells are message ids of the ``notebooks`` catalogue.
    language
        "sv" or "en".
    context
        What the study and the run's record say.
    """
    builder = _Builder(language, context)
    builder.pages = frozenset(pages_of(notebook))
    builder.kinds_present = _kinds_of(notebook)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "hide" in tags:
            continue
        if cell.cell_type == "markdown":
            builder.markdown(cell.source)
        elif cell.cell_type == "code":
            builder.code(cell)
    for section in builder.page.sections:
        _head_with_finding(section, language)
    builder.page.terms = terms_for(builder.kinds, language)
    _add_actions(builder.page)
    return builder.page


def _head_with_finding(section: Section, language: str) -> None:
    """Let the one folded finding of a section be its heading: a question alone says nothing."""
    found = [n for n, block in enumerate(section.blocks) if block.kind not in {"code", "prose"}]
    if len(found) != 1 or section.heading != section.label:
        return
    block = section.blocks[found[0]]
    if block.kind == "fold":
        section.heading = block.heading.removesuffix(".")
        numbers = translate("The numbers behind it", language)
        section.blocks[found[0]] = replace(block, heading=numbers)


def _add_actions(page: Page) -> None:
    """Put what is open on the first screen, and all of it in a section of its own."""
    context = page.context
    if context.follows is None:
        return
    if page.answer is not None:
        line = first_line(context.follows, context.shared_roles, page.language)
        page.rows.append((QUESTION.render(page.language), line))
    if context.follows:
        page.actions = actions_html(context.follows, page.language)
