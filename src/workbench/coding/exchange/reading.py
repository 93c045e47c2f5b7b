"""REFI-QDA from any tool, read liberally: what can be kept is kept, and every doubt is said."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from workbench.coding.exchange.archives import SafeArchive, parse_xml
from workbench.coding.exchange.doubts import LEFT_OUT, doubt
from workbench.coding.exchange.elements import (
    attribute,
    children_named,
    children_of,
    first_named,
    guid_in,
    in_group,
    name_of,
    notes_of,
    plain_guid,
    space_of,
    text_in,
)
from workbench.coding.exchange.positions import Passage, counting_of, normal_text
from workbench.coding.exchange.project import (
    ExchangeCase,
    ExchangeCode,
    ExchangeCoding,
    ExchangeNote,
    ExchangeProject,
    ExchangeSource,
    guid_of,
)
from workbench.errors import CorpusError
from workbench.inputs.encodings import decode
from workbench.language import Message

if TYPE_CHECKING:
    from pathlib import Path

    Element = Any  # lxml's elements are typed by stubs that need not be installed

__all__ = ["read_project"]

_FENCE = re.compile(r"\n*```workbench\n(.*?)\n?```\s*", re.DOTALL)
_TEXTUAL = {"TextSource", "PDFSource"}
_OTHER_SOURCES = {"PictureSource", "AudioSource", "VideoSource"}
_KNOWN = {
    "Project", "CodeBook", "Users", "Variables", "Cases", "Sources", "Notes", "Links", "Sets",
    "Graphs", "Description", "NoteRef", "Codes",
}  # fmt: skip


def read_project(path: Path) -> ExchangeProject:
    """Read a ``.qdpx``, ``.qdc`` or bare ``.qde`` file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    ExchangeProject
        With ``warnings`` for everything that was guessed, mended or left out.

    Raises
    ------
    CorpusError
        If the file cannot be read at all: no archive, no XML, a trap.
    """
    if not path.is_file():
        raise CorpusError(f"There is no file '{path.name}' here.")
    with path.open("rb") as stream:
        is_archive = stream.read(4) == b"PK\x03\x04"
    if not is_archive:
        return _Reader(parse_xml(path.read_bytes(), path.name), None, path.name).project()
    archive = SafeArchive(path)
    inside = [name for name in archive.names if name.lower().endswith((".qde", ".qdc"))]
    if not inside:
        raise CorpusError(f"'{path.name}' holds no project.qde. Export it as REFI-QDA project.")
    data = archive.read(min(inside, key=len)) or b""
    return _Reader(parse_xml(data, inside[0]), archive, path.name).project()


class _Reader:
    """One file being read."""

    def __init__(self, root: Element, archive: SafeArchive | None, name: str) -> None:
        self.root = root
        self.archive = archive
        self.file = name
        self.found = ExchangeProject(
            name=attribute(root, "name") or name, origin=attribute(root, "origin")
        )
        self.counts: dict[str, int] = {}
        self.sidecar = self._sidecar()

    def project(self) -> ExchangeProject:
        kind = name_of(self.root)
        if kind not in {"Project", "CodeBook"}:
            raise CorpusError(f"'{self.file}' is no REFI-QDA file: it begins with <{kind}>.")
        if not re.fullmatch(r"urn:QDA-XML:(?:project|codebook):.*", space_of(self.root)):
            self._warn(
                Message("The file does not name the standard it follows; it is read as one.")
            )
        for child in children_of(self.root):
            name = name_of(child)
            if name not in _KNOWN:
                self._count("unknown")
            if name in LEFT_OUT and len(child):
                self._warn(LEFT_OUT[name])
        self._users()
        self._codes()
        self._notes()
        self._sources()
        self._cases()
        self.found.extras = self.sidecar.get("project", {})
        self._say_counts()
        return self.found

    def _sidecar(self) -> dict[str, Any]:
        data = self.archive.read("sources/workbench.json") if self.archive else None
        if data is None:
            return {}
        try:
            read = json.loads(data)
        except ValueError:
            self._warn(Message("Our own record in the file is damaged; the standard part is read."))
            return {}
        parts = ("project", "codes", "sources", "codings")
        sound = isinstance(read, dict) and all(
            isinstance(read.get(part, {}), dict) for part in parts
        )
        return read if sound else {}

    def _extras(self, part: str, guid: str) -> dict[str, Any]:
        found = self.sidecar.get(part, {}).get(guid, {})
        return dict(found) if isinstance(found, dict) else {}

    def _users(self) -> None:
        for element in in_group(self.root, "Users", "User"):
            guid = guid_in(element)
            name = attribute(element, "name") or attribute(element, "id")
            if guid:
                self.found.users[guid] = name or f"user-{len(self.found.users) + 1}"

    def _codes(self) -> None:
        roots = (
            [self.root]
            if name_of(self.root) == "CodeBook"
            else children_named(self.root, "CodeBook")
        )
        for book in roots[:1]:
            for codes in children_named(book, "Codes")[:1]:
                self._code_tree(codes, None, 0)

    def _code_tree(self, element: Element, parent: str | None, depth: int) -> None:
        seen = {code.guid for code in self.found.codes}
        for child in children_of(element):
            if name_of(child) != "Code":
                continue
            guid = guid_in(child) or guid_of("code", self.file, str(len(self.found.codes)))
            if guid in seen:
                self._count("double code")
                guid = guid_of("code", guid, str(len(self.found.codes)))
            seen.add(guid)
            name = attribute(child, "name").strip()
            if not name:
                self._count("nameless code")
            text, extras = _unfenced(text_in(child, "Description"))
            code = ExchangeCode(
                guid=guid,
                name=name or f"code {len(self.found.codes) + 1}",
                description=text,
                codable=attribute(child, "isCodable").lower() not in {"false", "0"},
                color=attribute(child, "color") or None,
                parent=parent,
                notes=tuple(notes_of(child)),
                extras=extras | self._extras("codes", guid),
            )
            self.found.codes.append(code)
            if depth < 40:
                self._code_tree(child, guid, depth + 1)
            else:
                self._count("too deep")

    def _notes(self) -> None:
        for element in in_group(self.root, "Notes", "Note"):
            guid = guid_in(element)
            text = self._plain_text(element)
            if not guid or text is None:
                self._count("empty note")
                continue
            self.found.notes[guid] = ExchangeNote(
                guid=guid,
                name=attribute(element, "name"),
                text=normal_text(text)[0],
                user=plain_guid(attribute(element, "creatingUser")) or None,
                at=attribute(element, "creationDateTime") or None,
            )

    def _sources(self) -> None:
        codes = {code.guid for code in self.found.codes}
        for group in children_named(self.root, "Sources")[:1]:
            for element in children_of(group):
                name = name_of(element)
                if name in _OTHER_SOURCES:
                    self._other_source(element, codes)
                elif name in _TEXTUAL:
                    text = (
                        first_named(element, "Representation") if name == "PDFSource" else element
                    )
                    if text is None:
                        self._count("pdf")
                    else:
                        self._source(element, text, codes)
                else:
                    self._count("unknown")

    def _other_source(self, element: Element, codes: set[str]) -> None:
        """Read what is written of a picture or recording; the thing itself stays out."""
        described = first_named(element, "TextDescription")
        written = [described] if described is not None else children_named(element, "Transcript")
        self._count("media")
        for text in written:
            self._source(element, text, codes)

    def _source(self, element: Element, text_element: Element, codes: set[str]) -> None:
        guid = guid_in(text_element) or guid_in(element)
        guid = guid or guid_of("source", self.file, str(len(self.found.sources)))
        if any(source.guid == guid for source in self.found.sources):
            self._count("double source")
            guid = guid_of("source", guid, str(len(self.found.sources)))
        raw = self._plain_text(text_element)
        name = attribute(element, "name") or attribute(text_element, "name")
        if raw is None or not raw.strip():
            self._count("no text")
            return
        selections = [
            child
            for child in children_of(text_element)
            if name_of(child) in {"PlainTextSelection", "TranscriptSelection"}
        ]
        passages = {id(one): _passage(one) for one in selections}
        text, counting = counting_of(
            raw,
            [p for p in passages.values() if p is not None],
            by_standard=bool(self.sidecar) and self.found.origin == "workbench",
        )
        if (counting.name, counting.inclusive) != ("code points", False):
            self._warn(
                Message(
                    "In “{name}” places are counted in another way ({way}); they were carried over "
                    "by the words they repeat.",
                    name=name or guid,
                    way=counting.name + (", last letter included" if counting.inclusive else ""),
                )
            )
        description, _ = _unfenced(text_in(element, "Description"))
        self.found.sources.append(
            ExchangeSource(
                guid=guid,
                name=name or f"document {len(self.found.sources) + 1}",
                text=text,
                description=description,
                notes=tuple(notes_of(text_element)),
                extras=self._extras("sources", guid),
            )
        )
        for selection in selections:
            passage = passages[id(selection)]
            span = counting.span(passage) if passage is not None else None
            self._selection(selection, guid, span, codes)
        for whole in {id(e): e for e in (element, text_element)}.values():
            for coding in children_named(whole, "Coding"):
                self._coding(coding, None, guid, None, codes, {})

    def _selection(
        self, element: Element, source: str, span: tuple[int, int] | None, codes: set[str]
    ) -> None:
        if span is None:
            self._count("outside" if name_of(element) == "PlainTextSelection" else "time only")
            return
        _, extras = _unfenced(text_in(element, "Description"))
        codings = children_named(element, "Coding")
        for coding in codings:
            self._coding(coding, element, source, span, codes, extras)
        memo = self._memo(element)
        if not codings and memo:
            guid = guid_in(element) or guid_of("note", source, str(span))
            self.found.codings.append(
                ExchangeCoding(
                    guid=guid,
                    source=source,
                    code=None,
                    user=plain_guid(attribute(element, "creatingUser")) or None,
                    start=span[0],
                    end=span[1],
                    at=attribute(element, "creationDateTime") or None,
                    memo=memo,
                    extras=extras | self._extras("codings", guid),
                )
            )

    def _coding(
        self,
        element: Element,
        selection: Element | None,
        source: str,
        span: tuple[int, int] | None,
        codes: set[str],
        extras: dict[str, Any],
    ) -> None:
        reference = first_named(element, "CodeRef")
        code = plain_guid(attribute(reference, "targetGUID")) if reference is not None else ""
        if code not in codes:
            self._count("unknown code")
            return
        guid = guid_in(element) or guid_of(
            "coding", source, code, str(span), str(len(self.found.codings))
        )
        if any(coding.guid == guid for coding in self.found.codings[-200:]):
            guid = guid_of("coding", guid, source, code, str(span))
        user = attribute(element, "creatingUser") or (
            attribute(selection, "creatingUser") if selection is not None else ""
        )
        at = attribute(element, "creationDateTime") or (
            attribute(selection, "creationDateTime") if selection is not None else ""
        )
        memo = self._memo(element) or (self._memo(selection) if selection is not None else "")
        self.found.codings.append(
            ExchangeCoding(
                guid=guid,
                source=source,
                code=code,
                user=plain_guid(user) or None,
                start=None if span is None else span[0],
                end=None if span is None else span[1],
                at=at or None,
                memo=memo,
                extras=extras | self._extras("codings", guid),
            )
        )

    def _memo(self, element: Element) -> str:
        """Return the notes an element points at; a note is kept once."""
        texts = [self.found.notes[t].text for t in notes_of(element) if t in self.found.notes]
        return "\n\n".join(text for text in texts if text)

    def _cases(self) -> None:
        names = {
            guid_in(v): attribute(v, "name") for v in in_group(self.root, "Variables", "Variable")
        }
        for element in in_group(self.root, "Cases", "Case"):
            values: dict[str, str] = {}
            for value in children_named(element, "VariableValue"):
                reference = first_named(value, "VariableRef")
                name = names.get(
                    plain_guid(attribute(reference, "targetGUID")) if reference is not None else ""
                )
                texts = [
                    child.text or ""
                    for child in children_of(value)
                    if name_of(child) != "VariableRef"
                ]
                if name and texts and texts[0].strip():
                    values[name] = texts[0].strip()
            self.found.cases.append(
                ExchangeCase(
                    guid=guid_in(element) or guid_of("case", str(len(self.found.cases))),
                    name=attribute(element, "name") or f"case {len(self.found.cases) + 1}",
                    sources=tuple(
                        plain_guid(attribute(ref, "targetGUID"))
                        for ref in children_named(element, "SourceRef")
                    ),
                    values=values,
                )
            )

    def _plain_text(self, element: Element) -> str | None:
        content = first_named(element, "PlainTextContent")
        if content is not None and content.text:
            return content.text
        for kind in ("plainTextPath", "richTextPath"):
            path = attribute(element, kind)
            if not path or self.archive is None:
                continue
            place = re.sub(r"^(?:internal|relative|absolute):/*", "", path)
            data = self.archive.read(f"sources/{place}")
            data = data if data is not None else self.archive.read(place)
            if data is None:
                self._count("missing file")
                continue
            if kind == "richTextPath" and not place.lower().endswith(".txt"):
                self._count("only rich text")
                continue
            return decode(data).text
        return None

    def _warn(self, message: Message) -> None:
        self.found.warnings.append(message)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _say_counts(self) -> None:
        for what, n in self.counts.items():
            self._warn(doubt(what, n))


def _passage(element: Element) -> Passage | None:
    try:
        start, end = (
            int(attribute(element, "startPosition")),
            int(attribute(element, "endPosition")),
        )
    except ValueError:
        return None
    words = attribute(element, "name") or _unfenced(text_in(element, "Description"))[0]
    return Passage(start, end, words)


def _unfenced(description: str) -> tuple[str, dict[str, Any]]:
    """Return a description without our block, and what the block says."""
    match = _FENCE.search(description)
    if match is None:
        return description, {}
    extras: dict[str, Any] = {}
    for line in match[1].splitlines():
        key, separator, value = line.partition(": ")
        if separator:
            extras[key.strip()] = _value(value)
    return _FENCE.sub("", description, count=1).strip("\n"), extras


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
