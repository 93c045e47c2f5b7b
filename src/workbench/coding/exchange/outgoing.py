"""From a corpus to an exchange project and to a file; nothing is lost on the way to ourselves."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Cell, CodeTarget, Document, Span
from workbench.coding.codes import code_values
from workbench.coding.corpus import Corpus, load_corpus
from workbench.coding.exchange.guids import Guids, known_guids
from workbench.coding.exchange.project import (
    ExchangeCase,
    ExchangeCode,
    ExchangeCoding,
    ExchangeNote,
    ExchangeProject,
    ExchangeSource,
    guid_of,
)
from workbench.coding.exchange.writing import codebook_bytes, project_bytes
from workbench.errors import CorpusError
from workbench.language import localized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from workbench.coding.codes import Code
    from workbench.coding.documents import DocumentFile, Part
    from workbench.coding.fold import Coding, Memo
    from workbench.inputs.study import Study

__all__ = ["CODE_EXTRAS", "export_refi", "project_of"]

_ORIGIN = "workbench"
_BLANK = "█"
CODE_EXTRAS = (
    "kind", "include", "exclude", "examples", "origin", "theory", "rules", "polarity", "questions",
    "segment", "motivation", "touchpoint", "excludes", "merged_into", "split_into", "retired",
)  # fmt: skip
_CODING_EXTRAS = ("polarity", "stance", "weight", "relevance", "via")


def export_refi(study: Study | Corpus | Path | str, out: Path | str) -> Path:
    """Write the corpus as a REFI-QDA project (``.qdpx``), or its codebook (``.qdc``).

    Texts, spans, codes as a tree, coders, memos, cases; polarity, weight and the rest of what the
    standard has no place for travel along and come back. Respondents who withdrew, and pilots, stay
    out. The file is valid against the schema, or nothing is written.

    Parameters
    ----------
    study
        A study, a corpus, or a path to one.
    out
        ``NAME.qdpx`` or ``NAME.qdc``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CorpusError
        If the name ends otherwise, or the codebook is empty (a ``.qdc`` cannot be).
    """
    path = Path(out)
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    project = project_of(corpus)
    if path.suffix == ".qdpx":
        data = project_bytes(project)
    elif path.suffix == ".qdc":
        if not project.codes:
            raise CorpusError("There are no codes yet, and a .qdc file must have one.")
        data = codebook_bytes(project)
    else:
        raise CorpusError(
            f"The file must end in .qdpx (project) or .qdc (codebook), not '{path.suffix}'."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)
    return path


def project_of(corpus: Corpus) -> ExchangeProject:
    """Return a corpus as an exchange project."""
    shown = set(corpus.documents["document"])
    files = {name: file for name, file in corpus.files.items() if name in shown}
    project = ExchangeProject(name=corpus.folder.resolve().name, origin=_ORIGIN)
    guids = Guids(corpus.folder.resolve().name, known_guids(corpus.folder))
    codings = [c for c in corpus.folded.codings if _may_go(corpus, c.target)]
    memos = [m for m in corpus.folded.memos if _may_go(corpus, m.target)]
    coders = sorted({c.coder for c in codings} | {m.coder for m in memos})
    project.users = {guids.user(name): name for name in coders}
    notes = _Notes(guids)
    for file in files.values():
        text = _without_kept_out(file, corpus)
        project.sources.append(_source_of(file, text, guids, notes, memos))
    project.codes = [_code_of(entry, guids, notes, memos) for entry in corpus.codebook]
    project.notes = notes.made
    apart: list[dict[str, Any]] = []
    for coding in codings:
        made = _coding_of(coding, guids, corpus.codebook, files)
        if made is None:
            apart.append(_plain_coding(coding))
        else:
            project.codings.append(made)
    project.codings += [m for m in (_noted(memo, guids, files) for memo in memos) if m is not None]
    project.cases = _cases_of(corpus, files, guids)
    project.extras = {"codings_without_place": apart} if apart else {}
    return project


class _Notes:
    """Memos on codes, documents and cases."""

    def __init__(self, guids: Guids) -> None:
        self.made: dict[str, ExchangeNote] = {}
        self._guids = guids

    def about(self, memos: Iterable[Memo], matches: Callable[[Memo], bool]) -> tuple[str, ...]:
        found: list[str] = []
        for memo in memos:
            if matches(memo) and memo.text:
                guid = self._guids.act(memo.act)
                user = self._guids.user(memo.coder)
                self.made[guid] = ExchangeNote(
                    guid=guid, name="memo", text=memo.text, user=user, at=memo.at
                )
                found.append(guid)
        return tuple(found)


def _may_go(corpus: Corpus, target: object) -> bool:
    """Whether what is said concerns nobody who is kept out."""
    if isinstance(target, Span):
        if target.quote == "":
            return False
        owners = corpus.parts_of(target) if target.document in corpus.files else []
        return not any(part.respondent in corpus.kept_out for part in owners)
    if isinstance(target, Cell):
        return target.respondent not in corpus.kept_out
    return True


def _without_kept_out(file: DocumentFile, corpus: Corpus) -> str:
    letters = list(file.text)
    for part in file.parts:
        if part.respondent in corpus.kept_out:
            for place in range(part.start, part.end):
                letters[place] = "\n" if letters[place] == "\n" else _BLANK
    return "".join(letters)


def _source_of(
    file: DocumentFile, text: str, guids: Guids, notes: _Notes, memos: Sequence[Memo]
) -> ExchangeSource:
    about = {
        k: v for k, v in file.about.items() if k not in {"id", "text_sha", "source", "reanchored"}
    }
    return ExchangeSource(
        guid=guids.source(file.id),
        name=str(file.about.get("title") or file.id),
        text=text,
        notes=notes.about(memos, lambda m: m.target == Document(file.id) and m.code is None),
        extras={"id": file.id, "about": about, "parts": [_plain_part(part) for part in file.parts]},
    )


def _plain_part(part: Part) -> dict[str, Any]:
    """Return a part as plain values, without those that are not set."""
    return {key: value for key, value in asdict(part).items() if value is not None}


def _code_of(entry: Code, guids: Guids, notes: _Notes, memos: Sequence[Memo]) -> ExchangeCode:
    values = code_values(entry)
    extras = {key: values[key] for key in CODE_EXTRAS if key in values}
    for key in ("name", "definition"):
        if isinstance(values.get(key), dict):
            extras[key] = values[key]
    return ExchangeCode(
        guid=guids.code(entry.id),
        name=entry.label("sv") if isinstance(entry.name, dict) else entry.label(),
        description=localized(entry.definition, "sv"),
        codable=entry.kind != "group",
        parent=None if entry.parent is None else guids.code(entry.parent),
        notes=notes.about(memos, lambda m: m.target == CodeTarget(entry.id)),
        extras={"id": entry.id, **extras},
    )


def _coding_of(
    coding: Coding, guids: Guids, codebook: Any, files: Mapping[str, DocumentFile]
) -> ExchangeCoding | None:
    """Return a coding of a passage or a whole document; None for one without a text."""
    target = coding.target
    place: tuple[int | None, int | None] = (None, None)
    if isinstance(target, Span):
        file = files.get(target.document)
        if file is None or target.text_sha not in file.lineage:
            return None
        place = (target.start, target.end)
    elif not isinstance(target, Document) or target.document not in files:
        return None
    if coding.code not in codebook:
        return None
    extras = {key: getattr(coding, key) for key in _CODING_EXTRAS}
    extras["stance"] = None if coding.stance == "affirms" else coding.stance
    return ExchangeCoding(
        guid=guids.act(coding.act),
        source=guids.source(target.document),
        code=guids.code(coding.code),
        user=guids.user(coding.coder),
        start=place[0],
        end=place[1],
        at=coding.at,
        memo=coding.memo,
        extras={key: value for key, value in extras.items() if value is not None},
    )


def _noted(memo: Memo, guids: Guids, files: Mapping[str, DocumentFile]) -> ExchangeCoding | None:
    """Return a memo on a passage as a noted selection."""
    target = memo.target
    if not isinstance(target, Span) or target.document not in files or not memo.text:
        return None
    if target.text_sha not in files[target.document].lineage:
        return None
    return ExchangeCoding(
        guid=guids.act(memo.act),
        source=guids.source(target.document),
        code=None,
        user=guids.user(memo.coder),
        start=target.start,
        end=target.end,
        at=memo.at,
        memo=memo.text,
    )


def _plain_coding(coding: Coding) -> dict[str, Any]:
    """Return a coding that has no place in a text, for our own record only."""
    return {
        "act": coding.act,
        "coder": coding.coder,
        "code": coding.code,
        "memo": coding.memo,
        "target": asdict(coding.target),
        **{key: getattr(coding, key) for key in _CODING_EXTRAS},
    }


def _cases_of(
    corpus: Corpus, files: Mapping[str, DocumentFile], guids: Guids
) -> list[ExchangeCase]:
    table = corpus.registers.respondents
    columns = [c for c in ("case", "role", "side") if c in table.columns]
    made: list[ExchangeCase] = []
    for row in table.to_dict("records"):
        name = str(row["respondent"])
        if name in corpus.kept_out:
            continue
        theirs = [
            guids.source(file.id)
            for file in files.values()
            if {part.respondent for part in file.parts} - {None} == {name}
        ]
        made.append(
            ExchangeCase(
                guid=guid_of("case", name),
                name=name,
                sources=tuple(theirs),
                values={c: str(row[c]) for c in columns if str(row[c]).strip()},
            )
        )
    return made
