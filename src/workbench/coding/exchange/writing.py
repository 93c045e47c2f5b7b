"""A project as REFI-QDA: ``project.qde`` and texts in a ``.qdpx``, or a codebook as ``.qdc``.

Positions are half-open and count Unicode code points in texts with line feeds, as real files do.
What the format has no place for goes into descriptions as a fenced block and, whole, into
``sources/workbench.json``. Every file is checked against the schema before it is handed over.
"""

from __future__ import annotations

import functools
import io
import json
import re
import zipfile
from importlib import resources
from typing import TYPE_CHECKING, Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs

from workbench.coding.exchange.project import guid_of
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.coding.exchange.project import (
        ExchangeCode,
        ExchangeCoding,
        ExchangeProject,
        ExchangeSource,
    )

    Element = Any  # lxml's elements are typed by stubs that need not be installed

__all__ = ["SIDECAR", "codebook_bytes", "fenced", "project_bytes", "schema_errors"]

PROJECT_SPACE = "urn:QDA-XML:project:1.0"
CODEBOOK_SPACE = "urn:QDA-XML:codebook:1.0"
SIDECAR = "sources/workbench.json"
_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def project_bytes(project: ExchangeProject) -> bytes:
    """Return the project as the bytes of a ``.qdpx``; the same project gives the same bytes.

    Raises
    ------
    CorpusError
        If the result would not be valid: a fault of ours, found before it leaves.
    """
    root = _project(project)
    qde = _checked(root, "project.xsd")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "project.qde", qde)
        for source in project.sources:
            _add(archive, f"sources/{source.guid}.txt", source.text.encode())
        _add(archive, SIDECAR, _sidecar(project))
    return stream.getvalue()


def codebook_bytes(project: ExchangeProject) -> bytes:
    """Return the codes as the bytes of a ``.qdc``."""
    root = etree.Element(f"{{{CODEBOOK_SPACE}}}CodeBook", nsmap={None: CODEBOOK_SPACE})
    root.set("origin", project.origin)
    _codes(_sub(root, "Codes"), project.codes, with_notes=False)
    return _checked(root, "codebook.xsd")


@functools.cache
def _schema(name: str) -> Any:
    text = (resources.files("workbench.coding.exchange") / "schemas" / name).read_bytes()
    return etree.XMLSchema(etree.XML(text))


def schema_errors(document: bytes, name: str = "project.xsd") -> list[str]:
    """Return what the schema says against a document; empty when it is valid."""
    schema = _schema(name)
    schema.validate(etree.XML(document))
    return [f"line {error.line}: {error.message}" for error in schema.error_log]


def _checked(root: Element, name: str) -> bytes:
    written = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=False)
    errors = schema_errors(written, name)
    if errors:
        raise CorpusError(
            f"The export would not be valid REFI-QDA: {errors[0]} Nothing was written; please "
            "report this."
        )
    return written


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _project(project: ExchangeProject) -> Element:
    root = etree.Element(f"{{{PROJECT_SPACE}}}Project", nsmap={None: PROJECT_SPACE})
    _set(root, name=project.name, origin=project.origin)
    if project.users:
        users = _sub(root, "Users")
        for guid, name in project.users.items():
            _set(_sub(users, "User"), guid=guid, name=name)
    if project.codes:
        _codes(_sub(_sub(root, "CodeBook"), "Codes"), project.codes, with_notes=True)
    _cases(root, project)
    if project.sources:
        sources = _sub(root, "Sources")
        by_source: dict[str, list[ExchangeCoding]] = {}
        for coding in project.codings:
            by_source.setdefault(coding.source, []).append(coding)
        for source in project.sources:
            _source(sources, source, by_source.get(source.guid, []))
    notes = [*project.notes.items()]
    memos = [coding for coding in project.codings if coding.memo]
    if notes or memos:
        _notes(_sub(root, "Notes"), project, memos)
    return root


def _codes(parent: Element, codes: Iterable[ExchangeCode], *, with_notes: bool) -> None:
    """Write the tree; a code whose parent is not there, or hangs below it, stands at the top."""
    listed = list(codes)
    known = {code.guid for code in listed}
    below: dict[str | None, list[ExchangeCode]] = {}
    for code in listed:
        below.setdefault(code.parent if code.parent in known else None, []).append(code)

    def write(element: Element, guid: str | None) -> None:
        for code in below.get(guid, []):
            child = _sub(element, "Code")
            _set(child, guid=code.guid, name=code.name, isCodable=str(code.codable).lower())
            _set(child, color=code.color)
            description = "\n\n".join(
                part for part in (code.description, fenced(code.extras)) if part
            )
            if description:
                _sub(child, "Description").text = _legal(description)
            for note in code.notes if with_notes else ():
                _set(_sub(child, "NoteRef"), targetGUID=note)
            write(child, code.guid)

    write(parent, None)


def fenced(extras: dict[str, Any]) -> str:
    """Return extra fields as a block that people can read and other tools carry along.

    Examples
    --------
    >>> print(fenced({"polarity": "barrier", "weight": None}))
    ```workbench
    polarity: barrier
    ```
    """
    lines = [
        f"{key}: {_on_a_line(value)}"
        for key, value in extras.items()
        if value not in (None, "", (), [], {})
    ]
    return "\n".join(["```workbench", *lines, "```"]) if lines else ""


def _on_a_line(value: Any) -> str:
    plain = isinstance(value, str) and "\n" not in value
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def _cases(root: Element, project: ExchangeProject) -> None:
    if not project.cases:
        return
    names = list(dict.fromkeys(name for case in project.cases for name in case.values))
    guids = {name: guid_of("variable", name) for name in names}
    if names:
        variables = _sub(root, "Variables")
        for name in names:
            _set(_sub(variables, "Variable"), guid=guids[name], name=name, typeOfVariable="Text")
    cases = _sub(root, "Cases")
    for case in project.cases:
        element = _sub(cases, "Case")
        _set(element, guid=case.guid, name=case.name)
        for name, value in case.values.items():
            found = _sub(element, "VariableValue")
            _set(_sub(found, "VariableRef"), targetGUID=guids[name])
            _sub(found, "TextValue").text = _legal(value)
        for source in case.sources:
            _set(_sub(element, "SourceRef"), targetGUID=source)


def _source(parent: Element, source: ExchangeSource, codings: list[ExchangeCoding]) -> None:
    element = _sub(parent, "TextSource")
    _set(
        element,
        guid=source.guid,
        name=source.name,
        plainTextPath=f"internal://{source.guid}.txt",
    )
    if source.description:
        _sub(element, "Description").text = _legal(source.description)
    for coding in codings:
        if coding.start is not None and coding.end is not None:
            _selection(element, source, coding)
    for coding in codings:
        if coding.start is None and coding.code is not None:
            _coding(element, coding)
    for note in source.notes:
        _set(_sub(element, "NoteRef"), targetGUID=note)


def _selection(parent: Element, source: ExchangeSource, coding: ExchangeCoding) -> None:
    element = _sub(parent, "PlainTextSelection")
    quote = source.text[coding.start : coding.end]
    _set(
        element,
        guid=coding.guid if coding.code is None else guid_of("selection", coding.guid),
        name=" ".join(_legal(quote).split())[:120],
        startPosition=str(coding.start),
        endPosition=str(coding.end),
        creatingUser=coding.user,
        creationDateTime=_moment(coding.at),
    )
    extras = fenced(coding.extras)
    if extras:
        _sub(element, "Description").text = extras
    if coding.code is not None:
        _coding(element, coding)
    elif coding.memo:
        _set(_sub(element, "NoteRef"), targetGUID=guid_of("memo", coding.guid))


def _coding(parent: Element, coding: ExchangeCoding) -> None:
    element = _sub(parent, "Coding")
    _set(
        element,
        guid=coding.guid,
        creatingUser=coding.user,
        creationDateTime=_moment(coding.at),
    )
    _set(_sub(element, "CodeRef"), targetGUID=coding.code)
    if coding.memo:
        _set(_sub(element, "NoteRef"), targetGUID=guid_of("memo", coding.guid))


def _notes(parent: Element, project: ExchangeProject, memos: list[ExchangeCoding]) -> None:
    for note in project.notes.values():
        element = _sub(parent, "Note")
        _set(element, guid=note.guid, name=note.name, creatingUser=note.user)
        _set(element, creationDateTime=_moment(note.at))
        _sub(element, "PlainTextContent").text = _legal(note.text)
    for coding in memos:
        element = _sub(parent, "Note")
        _set(element, guid=guid_of("memo", coding.guid), name="memo", creatingUser=coding.user)
        _set(element, creationDateTime=_moment(coding.at))
        _sub(element, "PlainTextContent").text = _legal(coding.memo)


def _sidecar(project: ExchangeProject) -> bytes:
    found = {
        "schema": 1,
        "project": project.extras,
        "codes": {code.guid: code.extras for code in project.codes if code.extras},
        "sources": {source.guid: source.extras for source in project.sources if source.extras},
        "codings": {c.guid: c.extras for c in project.codings if c.extras},
    }
    return json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _sub(parent: Element, name: str) -> Element:
    space = parent.tag.partition("}")[0]
    return etree.SubElement(parent, f"{space}}}{name}")


def _set(element: Element, **values: str | None) -> None:
    for name, value in values.items():
        if value not in (None, ""):
            element.set(name, _legal(str(value)))


def _legal(text: str) -> str:
    """Return the text without signs that XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


def _moment(at: str | None) -> str | None:
    """Return a time as the schema asks for it, or None when it is not one."""
    found = re.match(
        r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$", at or ""
    )
    if found is None:
        return None
    return found[1] + ("Z" if found[2] in (None, "+00:00") else found[2])
