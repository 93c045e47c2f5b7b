"""From an exchange file of any tool into a corpus: twice is once, and doubts are said."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Case, Cell, CodeTarget, Document, Span
from workbench.coding.codes import code_from_values
from workbench.coding.corpus import Corpus, load_corpus
from workbench.coding.documents import DocumentFile, Part, sha_of, write_document
from workbench.coding.exchange.guids import remember_guids, ulid_of
from workbench.coding.exchange.outgoing import CODE_EXTRAS
from workbench.coding.exchange.reading import read_project
from workbench.coding.redacting import Shift, redacted_text
from workbench.errors import CodebookError, CorpusError
from workbench.inputs.redaction.door import Door
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.coding.exchange.project import (
        ExchangeCode,
        ExchangeCoding,
        ExchangeProject,
        ExchangeSource,
    )
    from workbench.inputs.study import Study

__all__ = ["ImportReport", "import_refi"]


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What came in, and every doubt about it.

    ``skipped`` codings were there before. ``warnings`` name what was guessed, mended or left out.
    """

    documents: int
    codes: int
    codings: int
    memos: int
    skipped: int
    warnings: tuple[Message, ...]

    @property
    def exit_code(self) -> int:
        """0 when all came in as it was, 3 when something was left out or guessed."""
        return 3 if self.warnings else 0


def import_refi(
    path: Path | str, study: Study | Corpus | Path | str, *, coder: str = "import"
) -> ImportReport:
    """Read a REFI-QDA file of any tool into a study.

    Codes that are there already (same names from the top) are used, texts that are there already
    are not doubled, and codings that came before are skipped, so that importing twice changes
    nothing. Personal data are replaced at the door, as in every import.

    Parameters
    ----------
    path
        A ``.qdpx``, ``.qdc`` or ``.qde`` file.
    study
        Where to put it: a study, a corpus, or a path.
    coder
        Who stands for codings without a user, and for changes to the codebook.

    Returns
    -------
    ImportReport
        Counts and warnings.

    Raises
    ------
    CorpusError
        If the file cannot be read at all.
    """
    file = Path(path)
    project = read_project(file)
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    return _Import(corpus, project, coder, f"import:{_tool(project.origin)}").run()


def _tool(origin: str) -> str:
    return re.sub(r"[^\w.-]+", "-", origin).strip("-").lower()[:32] or "refi-qda"


class _Import:
    """One project on its way in."""

    def __init__(self, corpus: Corpus, project: ExchangeProject, coder: str, via: str) -> None:
        self.corpus = corpus
        self.project = project
        self.coder = coder
        self.via = via
        self.warnings = list(project.warnings)
        self.coders = _coder_names(project.users, coder)
        self.codes: dict[str, str] = {}
        self.documents: dict[str, tuple[str, Shift]] = {}
        model = corpus.model
        self.door = Door(corpus.folder, model.language) if model.redact == "sure" else None
        self.left_out = 0

    def run(self) -> ImportReport:
        n_documents = self._documents()
        n_codes = self._codes()
        codings, skipped = self._codings()
        memos = self._memos()
        self._remember()
        if self.left_out:
            self.warnings.append(
                Message(
                    "{n:integer} coding could not be placed and was left out.",
                    "{n:integer} codings could not be placed and were left out.",
                    n=self.left_out,
                )
            )
        return ImportReport(
            documents=n_documents,
            codes=n_codes,
            codings=codings,
            memos=memos,
            skipped=skipped,
            warnings=tuple(self.warnings),
        )

    def _documents(self) -> int:
        made = 0
        for source in self.project.sources:
            text, spans = redacted_text(source.name, source.text, self.door)
            same = next((f.id for f in self.corpus.files.values() if f.sha == sha_of(text)), None)
            if same is not None:
                self.documents[source.guid] = (same, Shift(spans))
                continue
            wanted = str(source.extras.get("id") or source.name)
            name = _free_name(_slug(wanted, "document"), set(self.corpus.files))
            document = self._document(name, source, text, Shift(spans))
            write_document(self.corpus.documents_folder, document)
            self.corpus.files[name] = document
            self.documents[source.guid] = (name, Shift(spans))
            made += 1
        if self.door is not None and made:
            self.door.save()
        self.corpus.reload()
        return made

    def _document(self, name: str, source: ExchangeSource, text: str, moved: Shift) -> DocumentFile:
        about = {"title": source.name, "kind": "document", "source": {"format": "refi-qda"}}
        known = source.extras.get("about")
        if isinstance(known, dict):
            about |= {
                k: v
                for k, v in known.items()
                if k in {"title", "kind", "wave", "respondent", "language"}
            }
        parts = tuple(
            replace(part, start=moved.start(part.start), end=moved.end(part.end))
            for part in _parts(source.extras.get("parts"), len(source.text))
        )
        if not parts:
            parts = (Part(part=1, start=0, end=len(text), kind="paragraph"),)
        return DocumentFile(id=name, text=text, parts=parts, about=about)

    def _codes(self) -> int:
        by_path = {
            tuple(entry.label("sv") for entry in self.corpus.codebook.path(code.id)): code.id
            for code in self.corpus.codebook
        }
        taken = {code.id for code in self.corpus.codebook}
        paths: dict[str, tuple[str, ...]] = {}
        fresh: list[tuple[str, ExchangeCode]] = []
        for code in self.project.codes:
            path = (*paths.get(code.parent or "", ()), code.name)
            paths[code.guid] = path
            known = by_path.get(path)
            if known is None:
                wanted = code.extras.get("id")
                known = _free_name(_slug(str(wanted or code.name), "code"), taken)
                taken.add(known)
                by_path[path] = known
                fresh.append((known, code))
            self.codes[code.guid] = known
        changes = [
            {"op": "create", "code": name, "fields": self._fields(code)} for name, code in fresh
        ]
        if changes:
            self.corpus.change_codebook_at_once(self.coder, changes)
        return len(changes)

    def _fields(self, code: ExchangeCode) -> dict[str, Any]:
        fields: dict[str, Any] = {"name": code.name}
        if code.description:
            fields["definition"] = code.description
        if code.parent in self.codes:
            fields["parent"] = self.codes[code.parent]
        if not code.codable:
            fields["kind"] = "group"
        own = {k: v for k, v in code.extras.items() if k in {*CODE_EXTRAS, "name", "definition"}}
        for key in ("merged_into", "split_into", "excludes"):
            if key in own:
                own[key] = self._known_codes(own[key])
        try:
            code_from_values({"id": "x", **fields, **own}, "exchange")
        except (CodebookError, TypeError, ValueError):
            self.warnings.append(
                Message(
                    "What “{code}” says beyond the standard cannot be read; left out.",
                    code=code.name,
                )
            )
            return fields
        return fields | {key: value for key, value in own.items() if value not in (None, [])}

    def _known_codes(self, found: object) -> object:
        """Return ids of codes as they are called here; those that are not there are left out."""
        ids = {str(c.extras.get("id")): self.codes.get(c.guid) for c in self.project.codes}
        if isinstance(found, str):
            return ids.get(found)
        listed = found if isinstance(found, list) else []
        return [ids[name] for name in listed if isinstance(name, str) and ids.get(name)]

    def _codings(self) -> tuple[int, int]:
        acts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        skipped = 0
        present = {(c.coder, c.code, _place(c.target)) for c in self.corpus.folded.codings}
        for coding in self.project.codings:
            if coding.code is None:
                continue
            act = ulid_of(coding.guid)
            values = self._coding(coding)
            user = self.coders.get(coding.user or "", self.coder)
            if values is None:
                self.left_out += 1
            elif (
                self.corpus.log.has(act)
                or (user, values["code"], _place(values["target"])) in present
            ):
                skipped += 1
            else:
                acts.setdefault(user, []).append((act, values))
        apart = self.project.extras.get("codings_without_place")
        for entry in apart if isinstance(apart, list) else []:
            made = self._without_place(entry)
            if made is None:
                self.left_out += 1
            elif self.corpus.log.has(made[1]):
                skipped += 1
            else:
                acts.setdefault(made[0], []).append(made[1:])
        for user, listed in acts.items():
            self.corpus.write(
                user, [values for _, values in listed], ids=[act for act, _ in listed]
            )
        return sum(len(listed) for listed in acts.values()), skipped

    def _coding(self, coding: ExchangeCoding) -> dict[str, Any] | None:
        place = self._target(coding)
        code = self.codes.get(coding.code or "")
        if place is None or code is None or code not in self.corpus.codebook:
            return None
        entry = self.corpus.codebook[code]
        extras = _checked_extras(coding.extras)
        return {
            "op": "add",
            "target": place,
            "code": code,
            "code_version": entry.version,
            "stance": "affirms",
            **extras,
            "text": coding.memo or None,
            "via": extras.get("via", self.via),
        }

    def _target(self, coding: ExchangeCoding) -> Span | Document | None:
        if coding.source not in self.documents:
            return None
        name, moved = self.documents[coding.source]
        if coding.start is None or coding.end is None:
            return Document(name)
        start, end = moved.start(coding.start), moved.end(coding.end)
        if start >= end:
            return None
        checked = self.corpus.checked(Span(name, start, end))
        return checked if isinstance(checked, Span) else None

    def _without_place(self, entry: object) -> tuple[str, str, dict[str, Any]] | None:
        """Read a coding of a cell or a case from our own record."""
        if not isinstance(entry, dict):
            return None
        found: dict[str, Any] = entry
        target: dict[str, Any] = found.get("target") or {}
        try:
            place = Cell(**target) if "respondent" in target else Case(**target)
            self.corpus.checked(place)
            entry_code = self.corpus.codebook[str(found["code"])]
        except (TypeError, KeyError, CorpusError):
            return None
        values = {
            "op": "add",
            "target": place,
            "code": entry_code.id,
            "code_version": entry_code.version,
            "stance": "affirms",
            **_checked_extras(found),
            "text": found.get("memo") or None,
        }
        return str(found.get("coder") or self.coder), str(found["act"]), {"via": self.via, **values}

    def _memos(self) -> int:
        acts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        pairs: list[tuple[Any, str]] = []
        for source in self.project.sources:
            if source.guid in self.documents:
                pairs += [(Document(self.documents[source.guid][0]), note) for note in source.notes]
        for code in self.project.codes:
            pairs += [(CodeTarget(self.codes[code.guid]), note) for note in code.notes]
        for target, guid in pairs:
            note = self.project.notes.get(guid)
            if note is not None and note.text and not self.corpus.log.has(ulid_of(guid)):
                user = self.coders.get(note.user or "", self.coder)
                values = {"op": "memo", "target": target, "text": note.text, "via": self.via}
                acts.setdefault(user, []).append((ulid_of(guid), values))
        for coding in self.project.codings:
            place = self._target(coding) if coding.code is None else None
            if place is not None and not self.corpus.log.has(ulid_of(coding.guid)):
                user = self.coders.get(coding.user or "", self.coder)
                values = {"op": "memo", "target": place, "text": coding.memo, "via": self.via}
                acts.setdefault(user, []).append((ulid_of(coding.guid), values))
        for user, listed in acts.items():
            self.corpus.write(
                user, [values for _, values in listed], ids=[act for act, _ in listed]
            )
        return sum(len(listed) for listed in acts.values())

    def _remember(self) -> None:
        """Keep the GUIDs that came, so that they go out again."""
        came = {
            "codes": {name: guid for guid, name in self.codes.items()},
            "documents": {found[0]: guid for guid, found in self.documents.items()},
            "users": {name: guid for guid, name in self.coders.items()},
        }
        remember_guids(self.corpus.folder, came)


def _coder_names(users: Mapping[str, str], fallback: str) -> dict[str, str]:
    """Return GUID to a name that can be a coder's file; two users never share one."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for guid, name in users.items():
        made = _free_name(_slug(name, fallback), taken)
        taken.add(made)
        found[guid] = made
    return found


def _slug(name: str, fallback: str) -> str:
    plain = unicodedata.normalize("NFC", name)
    words = re.sub(r"[^\w.-]+", "-", plain, flags=re.UNICODE).strip("-._")[:60].rstrip("-._")
    return words if words and words[0].isalnum() else fallback


def _free_name(name: str, taken: Iterable[str]) -> str:
    used = {other.casefold() for other in taken}
    if name.casefold() not in used:
        return name
    number = 2
    while f"{name}-{number}".casefold() in used:
        number += 1
    return f"{name}-{number}"


def _place(target: object) -> tuple[object, ...]:
    if isinstance(target, Span):
        return (target.document, target.start, target.end)
    return (target,)


def _parts(found: object, length: int) -> tuple[Part, ...]:
    """Return the parts our own record holds, or none when they do not fit the text."""
    if not isinstance(found, list):
        return ()
    try:
        parts = tuple(Part(**values) for values in found)
        fits = all(0 <= part.start <= part.end <= length for part in parts)
    except TypeError:
        return ()
    return parts if fits else ()


_ALLOWED = {
    "polarity": {"success", "barrier", "both"},
    "stance": {"affirms", "denies"},
    "relevance": {"relevant", "descriptive", "not_relevant"},
}


def _checked_extras(extras: Mapping[str, Any]) -> dict[str, Any]:
    """Return the extra fields that hold what they may hold."""
    found = {k: extras[k] for k, allowed in _ALLOWED.items() if extras.get(k) in allowed}
    weight = extras.get("weight")
    if isinstance(weight, int | float) and not isinstance(weight, bool) and abs(weight) < 1e9:
        found["weight"] = float(weight)
    via = extras.get("via")
    if isinstance(via, str) and re.fullmatch(
        r"(?:hand|(?:rule|suggestion|import):[\w.-]{1,64})", via
    ):
        found["via"] = via
    return found
