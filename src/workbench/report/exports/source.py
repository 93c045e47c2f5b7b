"""What every export is made from: a run folder, read once and checked against its record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import RecordError
from workbench.language import format_date, localized, translate
from workbench.report import record
from workbench.report.branding import LOGO_FILES
from workbench.report.cells import drawings_of, payloads_of
from workbench.report.columns import READER_TABLES
from workbench.report.figures import visible_text
from workbench.report.segment_colours import LIGHT
from workbench.report.tables import DisplayTable, display_table

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.report.payload import Payload

__all__ = ["Finding", "FinishedRun", "open_finished", "plain_text"]

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain_text(text: str) -> str:
    r"""Return a text that any file format can hold and that hides nothing.

    Bold marks, control characters and marks that turn the direction of text around are taken out.

    Examples
    --------
    >>> plain_text("**NKI** fell\x00\u202e.")
    'NKI fell.'
    """
    return _NOT_XML.sub("", visible_text(text.replace("**", "")))


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One result that a reader sees: its words, its table for the eye, its drawing.

    Parameters
    ----------
    payload
        The machine-readable copy.
    heading, leads, caption, summary
        In the language of the run.
    table
        Rounded and worded; None where there is nothing to show.
    drawings
        Width -> clean SVG.
    colours
        Value of the market -> its colour in every figure of the study.
    """

    payload: Payload
    heading: str
    leads: tuple[str, ...]
    caption: str
    summary: str
    table: DisplayTable | None
    drawings: dict[str, str]
    colours: dict[str, str]

    @property
    def id(self) -> str:
        """Address of the result."""
        return str(self.payload["id"])

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """Code -> name in each language."""
        return self.payload.get("labels", {})


@dataclass(frozen=True, kw_only=True)
class FinishedRun:
    """A run as exports see it.

    Parameters
    ----------
    folder, facts, language
        The run folder, its record, the language of its pages.
    payloads
        Every result, in order.
    findings
        Those a reader sees at once: not the folded ones.
    answer
        The answer's payload part, or None.
    unsaid
        What can't be said.
    """

    folder: Path
    facts: dict[str, Any]
    language: str
    payloads: list[Payload]
    findings: list[Finding]
    answer: dict[str, Any] | None
    unsaid: list[str]

    @property
    def title(self) -> str:
        """The finding in one sentence, or the notebook's question."""
        if self.answer is not None:
            return plain_text(localized(self.answer["title"], self.language))
        return plain_text(localized(self.facts["notebook"]["title"], self.language))

    @property
    def study(self) -> str:
        """Title of the study."""
        study = self.facts["study"]
        return plain_text(localized(study.get("title") or {}, self.language) or study["id"])

    @property
    def state(self) -> str:
        """One line: draft or not, study, data until, made."""
        cut, made = self.facts.get("data_cut"), self.facts["finished"]
        words = [translate("DRAFT", self.language)] if self.facts["draft"] else []
        words.append(self.study)
        if self.facts["parameters"].get("market"):
            words.append(plain_text(str(self.facts["parameters"]["market"])))
        if cut:
            words.append(f"{translate('Data until', self.language)} {self.date(cut)}")
        return " · ".join([*words, f"{translate('Made', self.language)} {self.date(made)}"])

    def date(self, day: str) -> str:
        """Return a day in words."""
        return format_date(day, self.language)

    @property
    def logo(self) -> Path | None:
        """The organisation's logo, as the pages show it."""
        name = self.facts.get("brand", {}).get("logo")
        return self.folder / name if name in LOGO_FILES else None

    @property
    def logo_text(self) -> str:
        """What the logo says."""
        return plain_text(localized(self.facts["brand"].get("logo_text", {}), self.language))

    @property
    def rests_on(self) -> str:
        """One line that leads back: report, hash of its record, command that checks it."""
        seal = str(self.facts.get("seal", ""))[:16]
        name = "/".join(self.folder.resolve().parts[-4:])
        return f"{name} · record {seal} · workbench verify"

    def words(self, text: dict[str, str] | None) -> str:
        """Return a worded text of a payload in the run's language."""
        return plain_text(localized(text, self.language)) if text else ""


def open_finished(folder: Path) -> FinishedRun:
    """Read a run folder whose files are as its record says.

    Raises
    ------
    RecordError
        If it is no finished run, or a file an export is made from was changed after the run.
    """
    facts = record.read_record(folder)
    if facts.get("status") != "done":
        raise RecordError(f"'{folder.name}' holds no finished report. Mend what its page says.")
    if facts.get("seal") != record.seal_of(facts):
        raise RecordError(f"record.json of '{folder.name}' was edited after the run. Run it again.")
    logo = [facts["brand"]["logo"]] if facts.get("brand", {}).get("logo") else []
    for name in ("notebook.ipynb", "results.json", *logo):
        path = folder / name
        if not path.is_file() or record.file_hash(path) != facts["outputs"].get(name):
            raise RecordError(
                f"{name} of '{folder.name}' is not as recorded, so it can't be passed on. "
                "Run the report again."
            )
    return _read(folder, facts)


def _read(folder: Path, facts: dict[str, Any]) -> FinishedRun:
    from workbench.report.kernel import without_grammar

    with without_grammar():
        import nbformat
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    language = str(facts["language"])
    every = list(payloads_of(notebook))
    payloads = [p for p in every if p["kind"] != "provenance"]
    colours = _colours(every, facts)
    drawings = dict(drawings_of(notebook, language))
    shown = [p for p in payloads if p.get("place") in ("full", "panel") and not p.get("blank")]
    answers = [p["answer"] for p in payloads if p["kind"] == "answer"]
    unsaid = [
        plain_text(localized(item, language))
        for p in payloads
        if p["kind"] == "statements" and p["statements"]["role"] == "unsaid"
        for item in p["statements"]["items"]
    ]
    return FinishedRun(
        folder=folder,
        facts=facts,
        language=language,
        payloads=payloads,
        findings=[
            _finding(p, language, _shaded(drawings.get(p["id"], {}), facts), colours) for p in shown
        ],
        answer=answers[-1] if answers else None,
        unsaid=unsaid,
    )


def _colours(payloads: list[Payload], facts: dict[str, Any]) -> dict[str, str]:
    """Return market -> its colour on white: an organisation's own, or one of the house."""
    shades = {**LIGHT, **facts.get("brand", {}).get("shades", {})}
    slots = {k: v for p in payloads for k, v in p.get("markets", {}).items()}
    return {market: shades[slot] for market, slot in slots.items()}


def _shaded(drawings: dict[str, str], facts: dict[str, Any]) -> dict[str, str]:
    """Write an organisation's own colours of markets into the drawings."""
    shades = facts.get("brand", {}).get("shades", {})
    return {
        width: re.sub(r"var\(--(s\d)\)", lambda hit: shades.get(hit[1], hit[0]), svg)
        for width, svg in drawings.items()
    }


def _finding(
    payload: Payload, language: str, drawings: dict[str, str], colours: dict[str, str]
) -> Finding:
    def worded(text: dict[str, str] | None) -> str:
        return plain_text(localized(text, language)) if text else ""

    summary = worded(payload["summary"])
    names = [n for n in READER_TABLES.get(payload["kind"], ("table",)) if n in payload["tables"]]
    labels = {key: localized(text, language) for key, text in payload.get("labels", {}).items()}
    table = None
    if names and payload["tables"][names[0]]["rows"]:
        table = display_table(payload, names[0], language, labels=labels)
    return Finding(
        payload=payload,
        heading=worded(payload.get("headline")) or summary,
        leads=tuple(worded(lead) for lead in payload.get("lead", [])),
        caption=plain_text(table.caption) if table else "",
        summary=summary,
        table=table,
        drawings=drawings,
        colours=colours,
    )
