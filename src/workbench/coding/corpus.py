"""The corpus of a study: read its tables, and add acts to it, one line each.

Every act is checked against the texts before it is written: a quote must stand, letter by letter,
at the place it is said to stand.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import (
    CELL_STATES,
    POLARITIES,
    RELEVANCES,
    STANCES,
    Act,
    Case,
    Cell,
    CodeTarget,
    Document,
    Span,
    new_id,
)
from workbench.coding.anchoring import span_at
from workbench.coding.reading import CorpusReader, questions_put
from workbench.errors import CorpusError, StudyError, near_match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    import numpy as np

    from workbench.coding.acts import Target
    from workbench.coding.codes import Code
    from workbench.inputs.models.corpus import CorpusModel
    from workbench.language import LocalizedText

__all__ = ["Corpus", "load_corpus"]


def load_corpus(study: Any, *, include_pilot: bool = False) -> Corpus:
    """Open the corpus of a study.

    Parameters
    ----------
    study
        A study from :func:`workbench.load_study`, or a path to its folder or ``study.toml``. A
        folder without ``study.toml`` is opened with the usual names of files.
    include_pilot
        Also read pilot interviews. Respondents who withdrew are never read.

    Raises
    ------
    StudyError
        If the path is not a folder, or ``[corpus]`` is wrong.
    CorpusError, CodebookError
        If a document, register or codebook file is not as it must be.
    """
    if isinstance(study, str | Path):
        path = Path(study)
        if not (path if path.name == "study.toml" else path / "study.toml").is_file():
            if not path.is_dir():
                raise StudyError(
                    f"There is no folder '{path.name}' here. Give the folder of a study."
                )
            return Corpus(path, include_pilot=include_pilot)
        from workbench.inputs.study import load_study

        study = load_study(path)
    return Corpus(
        Path(study.folder),
        study.model.corpus,
        include_pilot=include_pilot,
        questions=questions_put(study),
    )


class Corpus(CorpusReader):
    """Everything said and everything coded in one study.

    Parameters
    ----------
    folder, model, include_pilot, questions
        See :class:`workbench.coding.reading.CorpusReader`.
    clock
        Gives the time of an act.
    random
        Makes ids repeatable. Default: the operating system's randomness.
    """

    def __init__(
        self,
        folder: Path,
        model: CorpusModel | None = None,
        *,
        include_pilot: bool = False,
        questions: Mapping[str, LocalizedText] | None = None,
        clock: Callable[[], dt.datetime] | None = None,
        random: np.random.Generator | None = None,
    ) -> None:
        super().__init__(folder, model, include_pilot=include_pilot, questions=questions)
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._random = random

    def lock(self, coder: str) -> AbstractContextManager[None]:
        """Keep every other program from writing as the coder while a block runs.

        Raises
        ------
        CorpusError
            At once, if another program writes as this coder.
        """
        return self.log.lock(_checked_coder(coder), wait=0)

    def write(
        self, coder: str, acts: Sequence[Mapping[str, Any]], *, ids: Sequence[str] | None = None
    ) -> list[str]:
        """Write several acts at once, one line each; return their ids.

        ``acts`` hold the fields of :class:`workbench.coding.acts.Act` other than id, at, clock and
        coder. They are written together or not at all. ``ids`` are ULIDs that a caller made before,
        so that an act whose answer was lost can be sent again without being written twice.
        """
        _checked_coder(coder)
        now = self._clock()
        with self.log.lock(f"{coder}.writing"):
            self.log.refresh()
            first = max(self.log.clock, self.codebook_files.clock) + 1
            made = [
                Act(
                    id=ids[number] if ids is not None else new_id(now, self._random),
                    at=now.isoformat(timespec="seconds"),
                    clock=first + number,
                    coder=coder,
                    **values,
                )
                for number, values in enumerate(acts)
            ]
            fresh = [act for act in made if not self.log.has(act.id)]
            if fresh:
                self.log.append(coder, fresh)
        self._forget(acts_only=True)
        return [act.id for act in made]

    def add(
        self,
        target: Target,
        code: str,
        *,
        coder: str,
        polarity: str | None = None,
        stance: str = "affirms",
        weight: float | None = None,
        relevance: str | None = None,
        memo: str = "",
        via: str = "hand",
    ) -> str:
        """Code a target, and return the id of the act.

        Parameters
        ----------
        target
            A ``Span`` (document, start, end; the quote is filled in), ``Document``, ``Cell``
            (respondent, question) or ``Case``.
        code
            Id of a code in the codebook.
        polarity
            ``success``, ``barrier`` or ``both``.
        stance
            ``affirms``, or ``denies``: the words say that it is not so.
        weight, relevance, memo
            The coder's own judgement.
        via
            ``hand``, ``rule:<code>``, ``suggestion:<id>`` or ``import:<tool>``.

        Raises
        ------
        CorpusError
            If the quote does not stand exactly there, or the document, respondent or question is
            unknown.
        CodebookError
            If the code is not in the codebook, or no longer in use.
        """
        values = self.coding(
            target, code, polarity=polarity, stance=stance, weight=weight, relevance=relevance
        )
        return self.write(coder, [{"op": "add", **values, "text": memo or None, "via": via}])[0]

    def coding(
        self,
        target: Target,
        code: str,
        *,
        polarity: str | None = None,
        stance: str = "affirms",
        weight: float | None = None,
        relevance: str | None = None,
    ) -> dict[str, Any]:
        """Return the checked fields of a coding, for :meth:`write`."""
        _check_choice("polarity", polarity, POLARITIES)
        _check_choice("stance", stance, STANCES)
        _check_choice("relevance", relevance, RELEVANCES)
        entry = self.codebook.check_usable(code)
        return {
            "target": self.checked(target),
            "code": code,
            "code_version": entry.version,
            "polarity": polarity,
            "stance": stance,
            "weight": weight,
            "relevance": relevance,
        }

    def remove(self, act: str, *, coder: str, reason: str = "") -> str:
        """Take a coding back; it stays in the log, and an undo brings it back."""
        return self._about(act, coder, op="remove", text=reason or None)

    def undo(self, act: str, *, coder: str) -> str:
        """Undo an act, whatever it was."""
        return self._about(act, coder, op="undo")

    def redo(self, act: str, *, coder: str) -> str:
        """Take back an undo or a removal; ``act`` is that act, or the one it took away."""
        return self._about(act, coder, op="redo")

    def move(self, act: str, target: Target, *, coder: str) -> str:
        """Give a coding another place."""
        return self._about(act, coder, op="move", target=self.checked(target))

    def recode(self, act: str, code: str, *, coder: str) -> str:
        """Give a coding another code."""
        version = self.codebook.check_usable(code).version
        return self._about(act, coder, op="recode", code=code, code_version=version)

    def memo(self, about: str | Target, text: str, *, coder: str) -> str:
        """Write a note on a coding (its act) or on a target of its own; empty text clears it."""
        if isinstance(about, str):
            return self._about(about, coder, op="memo", text=text)
        return self.write(coder, [{"op": "memo", "target": self.checked(about), "text": text}])[0]

    def summarise(
        self, case: Case, theme: str, text: str, *, coder: str, cites: Sequence[str] = ()
    ) -> str:
        """Write the analyst's summary of a case under a theme, for the framework matrix.

        ``cites`` are acts whose passages it rests on; they are written at its end in brackets.
        """
        _ = self.codebook[theme]
        for act in cites:
            self._check_act(act)
        whole = " ".join([text, *(f"[{act}]" for act in cites)])
        values = {"target": self.checked(case), "code": theme, "text": whole}
        return self.write(coder, [{"op": "memo", **values}])[0]

    def polarity(self, act: str, polarity: str | None, *, coder: str) -> str:
        """Say whether a coding is a success factor, a barrier or both."""
        _check_choice("polarity", polarity, POLARITIES)
        return self._about(act, coder, op="polarity", polarity=polarity)

    def weight(self, act: str, weight: float | None, *, coder: str) -> str:
        """Weigh a coding."""
        return self._about(act, coder, op="weight", weight=weight)

    def relevance(self, about: str | Target, relevance: str, *, coder: str) -> str:
        """Judge a coding, or a passage without a code: relevant, descriptive or not_relevant."""
        _check_choice("relevance", relevance, RELEVANCES)
        if isinstance(about, str):
            return self._about(about, coder, op="relevance", relevance=relevance)
        act = {"op": "relevance", "target": self.checked(about), "relevance": relevance}
        return self.write(coder, [act])[0]

    def state(self, respondent: str, question: str, state: str, *, coder: str) -> str:
        """Say why a respondent has no answer to a question.

        ``not_asked``, ``answered_elsewhere``, ``not_understood`` or ``no_text``; ``absent`` takes
        it back.
        """
        _check_choice("state", state, CELL_STATES)
        cell = self.checked(Cell(respondent, question))
        return self.write(coder, [{"op": "state", "target": cell, "text": state}])[0]

    def adjudicate(
        self,
        act: str,
        verdict: str | None,
        *,
        coder: str,
        reason: str = "",
        code: str | None = None,
    ) -> str:
        """Decide a disagreement: keep the coding (``kept``), drop it (``dropped``), or leave it.

        The coders' own work stays as it was: agreement is computed on that, so adjudicating can
        never raise it. ``code`` gives the coding another code at the same time.
        """
        stances = {"kept": "affirms", "dropped": "denies", None: None, "left": None}
        if verdict not in stances:
            raise CorpusError("'verdict' must be kept, dropped or left.")
        acts: list[dict[str, Any]] = [
            {"op": "adjudicate", "act": act, "stance": stances[verdict], "text": reason or None}
        ]
        self._check_act(act)
        if code is not None:
            version = self.codebook.check_usable(code).version
            acts.append({"op": "recode", "act": act, "code": code, "code_version": version})
        acts = [{**values, "via": "adjudication"} for values in acts]
        return self.write(coder, acts)[0]

    def accept(self, target: Target, code: str, *, coder: str, suggestion: str, **more: Any) -> str:
        """Accept a suggestion: from now on it is the coder's own coding."""
        values = self.coding(target, code, **more)
        return self.write(coder, [{"op": "accept", **values, "via": f"suggestion:{suggestion}"}])[0]

    def reject(
        self, target: Target, code: str, *, coder: str, suggestion: str, reason: str = ""
    ) -> str:
        """Turn a suggestion down, so that it is not made again."""
        values = {"target": self.checked(target), "code": code, "text": reason or None}
        return self.write(coder, [{"op": "reject", **values, "via": f"suggestion:{suggestion}"}])[0]

    def _about(self, act: str, coder: str, **values: Any) -> str:
        self._check_act(act)
        return self.write(coder, [{"act": act, **values}])[0]

    def _check_act(self, act: str) -> None:
        if not self.log.has(act):
            raise CorpusError(f"There is no act '{act}' in the logs of this corpus.")

    def checked(self, target: Target) -> Target:
        """Return the target as it is written: a span with its words, context and hash.

        Raises
        ------
        CorpusError
            If it is not there.
        """
        match target:
            case Span():
                return self._checked_span(target)
            case Document():
                self.file(target.document)
            case Cell():
                _check_known("respondent", target.respondent, self.respondents)
                _check_known("question", target.question, self.questions)
            case Case():
                _check_known("case", target.case, set(self.registers.case_of.values()))
            case CodeTarget():
                _ = self.codebook[target.code]
        return target

    def _checked_span(self, span: Span) -> Span:
        file = self.file(span.document)
        if file.edited_in_place:
            raise CorpusError(
                f"documents/{file.id}.txt was changed in place. Put it back, then run 'workbench "
                "reanchor' with the changed text, before coding on."
            )
        if not 0 <= span.start < span.end <= len(file.text):
            raise CorpusError(
                f"A span of '{span.document}' must lie within 0 and {len(file.text)}, start before "
                f"end; this one is {span.start} to {span.end}."
            )
        if span.text_sha and span.text_sha not in file.lineage:
            raise CorpusError(
                f"The span was made on another text of '{span.document}'. Open the document again."
            )
        found = span_at(span.document, file.text, span.start, span.end, file.sha)
        if span.quote is not None and span.quote != found.quote:
            raise CorpusError(
                f"The quote does not stand at {span.start} to {span.end} of '{span.document}', "
                "letter by letter. Count in Unicode code points, end exclusive."
            )
        return found

    def define(self, code: str, *, coder: str, **fields: Any) -> Code:
        """Make a code (``name=``, ``definition=``, ``parent=``, ...), or edit the one there is.

        A field given as None goes back to none. Codings keep the meaning they were made under.
        """
        op = "edit" if code in self.codebook else "create"
        return self.change_codebook(coder, op=op, code=code, fields=fields)

    def merge_code(self, code: str, into: str, *, coder: str, reason: str = "") -> Code:
        """Let another code stand for this one from now on; no coding is rewritten."""
        _ = self.codebook[code], self.codebook[into]
        if self.codebook.resolve(into) == code or code == into:
            raise CorpusError(f"'{into}' already leads to '{code}'; merging would go in a circle.")
        return self.change_codebook(coder, op="merge", code=code, into=(into,), text=reason or None)

    def split_code(self, code: str, into: Iterable[str], *, coder: str, reason: str = "") -> Code:
        """Say that others take this code's place; its codings wait to be recoded one by one."""
        parts = tuple(into)
        _ = self.codebook[code], [self.codebook[part] for part in parts]
        return self.change_codebook(coder, op="split", code=code, into=parts, text=reason or None)

    def retire_code(self, code: str, *, coder: str, restore: bool = False) -> Code:
        """Stop offering a code, or offer it again."""
        _ = self.codebook[code]
        return self.change_codebook(coder, op="restore" if restore else "retire", code=code)

    def change_codebook_at_once(self, coder: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Write several changes to the codebook at once.

        ``changes`` hold op, code, fields, into and text, as in ``codebook/history.jsonl``.
        """
        _checked_coder(coder)
        clock = max(self.log.clock, self.codebook_files.clock)
        now = self._clock()
        self.codebook_files.adopt(coder=coder, clock=clock, now=now)
        self.codebook_files.record(changes, coder=coder, clock=clock, now=now, random=self._random)
        self._read_codebook()

    def change_codebook(self, coder: str, **change: Any) -> Code:
        """Write one change (op, code, fields, into, act, text) to the history of the codebook."""
        self.change_codebook_at_once(coder, [change])
        return self.codebook[change["code"]]


def _checked_coder(coder: str) -> str:
    allowed = coder.replace("-", "").replace("_", "").replace(".", "")
    if not allowed.isalnum() or not coder[0].isalnum() or len(coder) > 64:
        raise CorpusError(
            "A coder's name must start with a letter or digit and hold only letters, digits and "
            "'_', '.', '-': it is also the name of a file."
        )
    return coder


def _check_choice(name: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        raise CorpusError(f"'{name}' must be one of {', '.join(allowed)}.")


def _check_known(what: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        raise CorpusError(f"There is no {what} '{name}' in this corpus.{near_match(name, names)}")
