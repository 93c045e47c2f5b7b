"""The desk without a browser: one message in, one answer out.

An answer to a change holds what the change did to the codings of the document, whoever made them,
so that undo, a merge and another coder's work all arrive the same way.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from workbench.coding.desk import adjudication, surgery
from workbench.coding.desk.codings_view import (
    answers_of,
    code_rows,
    coding_view,
    counted,
    counts_of,
    history_of,
    meanings_of,
    older_meaning,
    stands_in,
    uncoded_answers,
    visible_codings,
)
from workbench.coding.desk.document_view import document_view, shown_text, title_of
from workbench.coding.desk.protocol import Request, read_request
from workbench.coding.desk.searching import search
from workbench.coding.desk.suggesting import suggestions
from workbench.coding.desk.undoing import next_steps
from workbench.coding.desk.wording import desk_texts
from workbench.coding.desk.writing import write
from workbench.errors import CorpusError, WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workbench.coding.corpus import Corpus
    from workbench.coding.fold import Coding, State

__all__ = ["DeskSession"]

_SURGERY = {"define", "merge", "split", "retire"}
_READS = {"inspect", "search", "words", "suggest", "compare", "uses"}


class DeskSession:
    """Answer the messages of one desk.

    Parameters
    ----------
    corpus
        The corpus; acts are written to it.
    coder
        Who codes here.
    language
        ``sv`` or ``en``.
    blind
        Leave out everything other coders did.
    """

    def __init__(
        self, corpus: Corpus, *, coder: str, language: str = "sv", blind: bool = False
    ) -> None:
        if not len(corpus.documents):
            raise CorpusError(
                "There is no document to code yet. Import some: 'workbench import STUDY FILE...'."
            )
        self.corpus = corpus
        self.coder = coder
        self.language = language
        self.blind = blind
        self.document = str(corpus.documents["document"].iloc[0])
        self.pair: tuple[str, str] | None = None
        self._sent: dict[str, dict[str, dict[str, Any]]] = {}
        self._stamp = self._files()
        self._seen: tuple[State, str | None] | None = None
        self._visible: list[tuple[Coding, str]] = []
        self._meanings_of: object = None
        self._meanings: dict[str, str] = {}
        self._views: dict[str, tuple[Coding, str, dict[str, Any]]] = {}
        self._codes_sent: tuple[int, Any] | None = None

    @property
    def _whose(self) -> str | None:
        return self.coder if self.blind else None

    def handle(self, message: object) -> dict[str, Any]:
        """Return the answer to one message; a message that cannot be met is answered with why.

        Nothing is answered as saved that does not stand on disk.
        """
        ref = message.get("ref") if isinstance(message, dict) else None
        try:
            request = read_request(message)
            return {"ref": ref, **self._answer(request)}
        except WorkbenchError as error:
            return {"ref": ref, "kind": "failed", "reason": str(error)}
        except OSError as error:
            reason = f"The disk did not take it ({error.strerror}). Nothing was saved."
            return {"ref": ref, "kind": "failed", "reason": reason, "again": True}

    def _answer(self, request: Request) -> dict[str, Any]:
        if request.op in ("open", "blind"):
            return self._open(request)
        if request.op == "sync":
            self._read_what_others_changed()
            return self._changed(request, [])
        if request.op in _READS:
            return self._read(request)
        if request.op in _SURGERY:
            surgery.operate(self.corpus, self.coder, request)
            self._stamp = self._files()
            return self._changed(request, [])
        if request.op == "decide":
            acts = adjudication.decide(self.corpus, self.coder, request)
            return self._changed(request, acts) | {"compare": self._compare()}
        known = len(self.corpus.codebook_files.changes)
        acts = write(self.corpus, self.coder, request)
        if len(self.corpus.codebook_files.changes) != known:
            self._stamp = self._files()
        return self._changed(request, acts)

    def _open(self, request: Request) -> dict[str, Any]:
        if request.op == "blind":
            self.blind = request["blind"]
        self._read_what_others_changed()
        wanted = request.get("document") or self.document
        if not isinstance(wanted, str):
            raise CorpusError("A message's 'document' must be a text. Open the document again.")
        view = document_view(self.corpus, wanted)
        self.document = wanted
        self._sent[wanted] = self._codings(wanted)
        return {
            "kind": "opened",
            **view,
            "codings": self._sent[wanted],
            "codes": self._codes(),
            "documents": self._documents(),
            "coder": self.coder,
            "coders": [] if self.blind else self.corpus.coders,
            "blind": self.blind,
            "language": self.language,
            "texts": desk_texts(self.language),
            "outbox": self._outbox,
            "cells": self._cells(wanted),
            "compare": self._compare(),
            **self._standing(wanted),
        }

    @property
    def _codes_key(self) -> tuple[int, Any]:
        return len(self.corpus.codebook_files.changes), self._stamp

    def _codes(self) -> list[dict[str, Any]]:
        self._codes_sent = self._codes_key
        return code_rows(self.corpus, self.language)

    @property
    def _outbox(self) -> str:
        """Name under which the browser keeps what is not saved: this study's, this coder's."""
        place = hashlib.sha256(str(self.corpus.folder.resolve()).encode()).hexdigest()[:16]
        return f"workbench-desk:{place}:{self.coder}"

    def _documents(self) -> list[dict[str, Any]]:
        return [
            {"document": str(name), "title": title_of(self.corpus, str(name))}
            for name in self.corpus.documents["document"]
        ]

    def _codings(self, document: str) -> dict[str, dict[str, Any]]:
        if self._meanings_of is not self.corpus.codebook:
            self._meanings_of, self._meanings = self.corpus.codebook, meanings_of(self.corpus)
            self._views = {}
        return {
            coding.act: self._view(coding, status)
            for coding, status in self._rows
            if stands_in(self.corpus, coding, document)
        }

    def _view(self, coding: Coding, status: str) -> dict[str, Any]:
        """Return a coding as the browser gets it: the same object until the coding changes."""
        known = self._views.get(coding.act)
        if known is not None and known[0] is coding and known[1] == status:
            return known[2]
        view = coding_view(self.corpus, coding, status, self._meanings)
        self._views[coding.act] = coding, status, view
        return view

    @property
    def _rows(self) -> list[tuple[Coding, str]]:
        """Codings this desk may see with their status, gathered once for each state."""
        key = (self.corpus.folded, self._whose)
        if self._seen is None or self._seen[0] is not key[0] or self._seen[1] != key[1]:
            self._seen = key
            self._visible = list(visible_codings(self.corpus, self._whose))
        return self._visible

    def _standing(self, document: str) -> dict[str, Any]:
        """Return counts and what is left to do, small enough to send with every answer."""
        undo, redo = next_steps(self.corpus, self.coder)
        settled = counted(self._rows)
        counts = counts_of(self.corpus, document, settled)
        return {
            "counts": counts,
            "uncoded": uncoded_answers(self.corpus, document, settled),
            "n_answers": len(answers_of(self.corpus, document)),
            "undo": undo.op if undo else None,
            "redo": redo is not None,
            "n_codings": sum(n for _, n in counts.values()),
            "note": self._note(document),
            "problems": len(self.corpus.problems),
        }

    @property
    def _out(self) -> Mapping[str, str]:
        return self.corpus.kept_out

    def _note(self, document: str) -> str:
        from workbench.coding.acts import Document

        for memo in self.corpus.folded.memos:
            if memo.coder == self.coder and memo.target == Document(document) and not memo.code:
                return memo.text
        return ""

    def _cells(self, document: str) -> list[dict[str, str]]:
        """Return state by question of the document's respondents."""
        parts = self.corpus.file(document).parts
        names = list(dict.fromkeys(part.respondent for part in parts if part.respondent))
        names = [name for name in names if name not in self._out]
        if len(names) > 1:
            return []
        table = self.corpus.cells
        rows = table[table["respondent"].isin(names)]
        set_by_hand = self.corpus.folded.cells
        return [
            {
                "respondent": str(respondent),
                "question": str(question),
                "state": set_by_hand.get((str(respondent), str(question)), ""),
                "found": str(state),
            }
            for respondent, question, state in zip(
                rows["respondent"], rows["question"], rows["state"], strict=True
            )
        ]

    def _changed(self, request: Request, acts: list[str]) -> dict[str, Any]:
        """Return what is different from what was last sent of the document."""
        named = request.get("document")
        document = named if named and isinstance(named, str) else self.document
        before, now = self._sent.get(document, {}), self._codings(document)
        different = {
            act: view
            for act, view in now.items()
            if before.get(act) is not view and before.get(act) != view
        }
        gone: dict[str, None] = {act: None for act in before if act not in now}
        self._sent[document] = now
        answer: dict[str, Any] = {
            "kind": "changed",
            "document": document,
            "acts": acts,
            "codings": {**different, **gone},
            **self._standing(document),
        }
        if self._codes_sent != self._codes_key:
            answer["codes"] = self._codes()
        if request.op in ("state", "undo", "redo", "sync"):
            answer["cells"] = self._cells(document)
        return answer

    def _read(self, request: Request) -> dict[str, Any]:
        match request.op:
            case "inspect":
                act = request["act"]
                shown = self._sent.get(self.document, {}).get(act)
                return {
                    "kind": "history",
                    "act": act,
                    "history": history_of(self.corpus, act, self.coder if self.blind else None),
                    "older": older_meaning(self.corpus, shown) if shown else None,
                }
            case "search":
                documents = [self.document] if request.get("document") else None
                return {"kind": "found", **search(self.corpus, request["query"], documents)}
            case "suggest":
                made = suggestions(self.corpus, request["document"], self._whose)
                return {"kind": "suggested", "document": request["document"], **made}
            case "words":
                file = self.corpus.file(request["document"])
                words = shown_text(self.corpus, file)[request["start"] : request["end"]]
                return {"kind": "words", "quote": words}
            case "uses":
                return {"kind": "uses", **surgery.uses(self.corpus, request["code"])}
            case _:
                self._read_what_others_changed()
                return {"kind": "compared", "compare": self._compare()}

    def _compare(self) -> dict[str, Any] | None:
        if self.pair is None or self.blind:
            return None
        return adjudication.comparison(self.corpus, self.pair, self.language)

    def _files(self) -> tuple[tuple[str, int, int], ...]:
        """Return what changes when a text, a register or the codebook does."""
        folders = (self.corpus.documents_folder, self.corpus.codebook_files.folder)
        paths: list[Path] = [path for folder in folders for path in sorted(folder.glob("*"))]
        paths += sorted(self.corpus.folder.glob("*.csv"))
        stats = [(path.name, path.stat()) for path in paths]
        return tuple((name, found.st_size, found.st_mtime_ns) for name, found in stats)

    def _read_what_others_changed(self) -> None:
        """Take in what other programs wrote; texts and codebook only when their files changed."""
        stamp = self._files()
        if stamp != self._stamp:
            self.corpus.reload()
            self._stamp = stamp
        else:
            self.corpus.refresh()
