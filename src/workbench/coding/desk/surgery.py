"""Changing the codebook while coding: rename, move, define anew, merge, split, retire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Span
from workbench.coding.desk.naming import new_code
from workbench.coding.desk.protocol import following
from workbench.errors import CodebookError

if TYPE_CHECKING:
    from workbench.coding.corpus import Corpus
    from workbench.coding.desk.protocol import Request

__all__ = ["operate", "uses"]

_EDITABLE = {"name", "parent", "definition", "include", "exclude", "polarity"}
_MOST = 500


def uses(corpus: Corpus, code: str) -> dict[str, Any]:
    """Return the codings of a code, by anyone: act, document, start, end, quote, coder.

    Those whose meaning has changed since say so in ``stale``: they are to be read again.
    """
    _ = corpus.codebook[code]
    now = corpus.codebook[code].version
    rows: list[dict[str, Any]] = []
    for coding in corpus.folded.codings:
        if corpus.codebook.resolve(coding.code) != code:
            continue
        target = coding.target
        is_span = isinstance(target, Span)
        rows.append(
            {
                "act": coding.act,
                "document": target.document if is_span else None,
                "start": target.start if is_span else None,
                "end": target.end if is_span else None,
                "quote": (target.quote or "") if is_span else "",
                "coder": coding.coder,
                "stale": bool(coding.code_version and coding.code_version != now),
            }
        )
    return {"code": code, "n": len(rows), "uses": rows[:_MOST]}


def operate(corpus: Corpus, coder: str, request: Request) -> None:
    """Make one change to the codebook.

    Raises
    ------
    CodebookError, CorpusError
        If the change is not possible: a name in use, a merge in a circle, a code below itself.
    """
    match request.op:
        case "define":
            _define(corpus, coder, request)
        case "merge":
            corpus.merge_code(
                request["code"], request["into"], coder=coder, reason=request.get("reason") or ""
            )
        case "split":
            _split(corpus, coder, request)
        case _:
            corpus.retire_code(request["code"], coder=coder, restore=request["restore"])


def _define(corpus: Corpus, coder: str, request: Request) -> None:
    fields = dict(request["fields"])
    unknown = fields.keys() - _EDITABLE
    if unknown:
        raise CodebookError(f"The desk does not change '{min(unknown)}'. Edit the code's file.")
    code = request.get("code")
    if code is None:
        name = str(fields.pop("name", ""))
        code = new_code(corpus, coder, name, parent=fields.pop("parent", None))
    _check_parent(corpus, code, fields.get("parent"))
    fields = _changed(corpus, code, fields, request.get("language") or "sv")
    if fields:
        corpus.define(code, coder=coder, **fields)


def _check_parent(corpus: Corpus, code: str, parent: str | None) -> None:
    if parent is None:
        return
    if code in {entry.id for entry in corpus.codebook.path(parent)}:
        raise CodebookError("A code cannot stand below itself; choose another place for it.")


def _changed(corpus: Corpus, code: str, fields: dict[str, Any], language: str) -> dict[str, Any]:
    """Return only what differs; a text with several languages changes in one."""
    entry = corpus.codebook[code]
    found: dict[str, Any] = {}
    for name, value in fields.items():
        before = getattr(entry, name)
        wanted = [line for line in value if line.strip()] if isinstance(value, list) else value
        if isinstance(before, dict) and isinstance(wanted, str):
            wanted = {**before, language: wanted}
        plain = list(before) if isinstance(before, tuple) else before
        if wanted != plain:
            found[name] = wanted
    return found


def _split(corpus: Corpus, coder: str, request: Request) -> None:
    """Make the new codes, give each coding the one it was assigned, then close the old one."""
    code = request["code"]
    old = corpus.codebook[code]
    names = [str(name) for name in request["names"] if str(name).strip()]
    if len(names) < 2:
        raise CodebookError("A code is split into two or more; give at least two names.")
    made = [new_code(corpus, coder, name, parent=old.parent) for name in names]
    if code in made or len(set(made)) < len(made):
        raise CodebookError("The new codes must have names of their own.")
    by_name = dict(zip(names, made, strict=True))
    known = {one.act for one in corpus.folded.codings if corpus.codebook.resolve(one.code) == code}
    acts: list[dict[str, Any]] = []
    for act, name in request["assign"].items():
        if act in known and name in by_name:
            version = corpus.codebook[by_name[name]].version
            acts.append(
                {"op": "recode", "act": act, "code": by_name[name], "code_version": version}
            )
    if acts:
        corpus.write(coder, acts, ids=following(request.ref, len(acts)))
    corpus.split_code(code, made, coder=coder, reason=request.get("reason") or "")
