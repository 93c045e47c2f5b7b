"""From a message to acts in the log: every change the desk can make to codings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import CELL_STATES, POLARITIES, RELEVANCES, STANCES, Cell, Document
from workbench.coding.desk.naming import new_code
from workbench.coding.desk.protocol import following
from workbench.coding.desk.undoing import next_redo, next_undo
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.coding.corpus import Corpus
    from workbench.coding.desk.protocol import Request
    from workbench.coding.fold import Coding

__all__ = ["write"]


def write(corpus: Corpus, coder: str, request: Request) -> list[str]:
    """Write what a message asks for, and return the ids of the acts.

    A message that was written before, whose answer was lost, is not written again.

    Raises
    ------
    CorpusError, CodebookError
        If the words do not stand where the browser says, the coding is another coder's, or a
        value is not one of those allowed.
    """
    ids = following(request.ref, 2)
    corpus.log.refresh()
    if corpus.log.has(ids[0]):
        return [name for name in ids if corpus.log.has(name)]
    if request.op in ("undo", "redo"):
        return _step_back(corpus, coder, request)
    acts = _acts(corpus, coder, request)
    return corpus.write(coder, acts, ids=following(request.ref, len(acts))) if acts else []


def _acts(corpus: Corpus, coder: str, request: Request) -> list[dict[str, Any]]:
    match request.op:
        case "code":
            return [_add(corpus, request, request["code"])]
        case "create":
            _ = corpus.checked(request.span)
            code = new_code(corpus, coder, request["name"], parent=request.get("parent"))
            return [_add(corpus, request, code)]
        case "accept":
            values = corpus.coding(request.span, request["code"], **request.marks)
            return [{"op": "accept", **values, "via": f"suggestion:{request['suggestion']}"}]
        case "reject":
            target = corpus.checked(request.span)
            return [
                {
                    "op": "reject",
                    "target": target,
                    "code": request["code"],
                    "text": request["reason"] or None,
                    "via": f"suggestion:{request['suggestion']}",
                }
            ]
        case "state":
            cell = corpus.checked(Cell(request["respondent"], request["question"]))
            state = _choice(request["state"], CELL_STATES, "state")
            return [{"op": "state", "target": cell, "text": state}]
        case "note":
            target = corpus.checked(Document(request["document"]))
            return [{"op": "memo", "target": target, "text": request["text"]}]
        case _:
            return _edit(corpus, coder, request)


def _add(corpus: Corpus, request: Request, code: str) -> dict[str, Any]:
    values = corpus.coding(request.span, code, **request.marks)
    return {"op": "add", **values, "text": request.get("text") or None, "via": "hand"}


def _edit(corpus: Corpus, coder: str, request: Request) -> list[dict[str, Any]]:
    coding = _own_coding(corpus, coder, request["act"])
    about = {"op": request.op, "act": coding.act}
    match request.op:
        case "move":
            return [about | {"target": corpus.checked(request.span)}]
        case "recode":
            entry = corpus.codebook.check_usable(request["code"])
            return [about | {"code": entry.id, "code_version": entry.version}]
        case "remove":
            return [about | {"text": request.get("text") or None}]
        case "polarity":
            polarity = request.get("polarity")
            if polarity is not None:
                _choice(polarity, POLARITIES, "polarity")
            return [about | {"polarity": polarity}]
        case "weight":
            return [about | {"weight": _weight(request.get("weight"))}]
        case "relevance":
            return [about | {"relevance": _choice(request["relevance"], RELEVANCES, "relevance")}]
        case "memo":
            return [about | {"text": request["text"]}]
        case _:
            return _with_stance(corpus, coding, _choice(request["stance"], STANCES, "stance"))


def _own_coding(corpus: Corpus, coder: str, act: str) -> Coding:
    coding = next((one for one in corpus.folded.codings if one.act == act), None)
    if coding is None:
        raise CorpusError("That coding is no longer there: it was taken back, here or elsewhere.")
    if coding.coder != coder:
        raise CorpusError(
            f"That coding is coder {coding.coder}'s. Code the passage yourself, or adjudicate."
        )
    return coding


def _with_stance(corpus: Corpus, coding: Coding, stance: str) -> list[dict[str, Any]]:
    """Code the passage anew with the other stance and take the first coding back."""
    if stance == coding.stance:
        return []
    values = corpus.coding(
        replace(coding.target),
        corpus.codebook.resolve(coding.code),
        polarity=coding.polarity,
        stance=stance,
        weight=coding.weight,
        relevance=coding.relevance,
    )
    add = {"op": "add", **values, "text": coding.memo or None, "via": "hand"}
    return [add, {"op": "remove", "act": coding.act}]


def _weight(value: object) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= float(str(value)) <= 100:
        raise CorpusError("'weight' must be a number from 0 to 100, or null.")
    return float(str(value))


def _choice(value: str, allowed: Sequence[str], name: str) -> str:
    if value not in allowed:
        raise CorpusError(f"'{name}' must be one of {', '.join(allowed)}.")
    return value


def _step_back(corpus: Corpus, coder: str, request: Request) -> list[str]:
    step = (next_undo if request.op == "undo" else next_redo)(corpus, coder)
    if step is None:
        return []
    if step.change is not None:
        corpus.change_codebook(coder, op=request.op, code=step.code, act=step.change)
        return []
    acts: list[Mapping[str, Any]] = [{"op": request.op, "act": act} for act in step.acts]
    return corpus.write(coder, acts, ids=following(request.ref, len(acts)))
