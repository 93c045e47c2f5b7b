"""What the files of a corpus say, as tables that are rebuilt when the files change."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.coding.codebook import Codebook
from workbench.coding.codebook_history import CodebookFiles
from workbench.coding.documents import DocumentFile, document_paths, read_document
from workbench.coding.fold import Made, State, fold
from workbench.coding.frames import codings_frame, documents_frame, frame_of, parts_frame
from workbench.coding.lines import Problem
from workbench.coding.log import ActLog
from workbench.coding.placing import PartIndex
from workbench.coding.registers import Registers, read_registers
from workbench.errors import CorpusError, near_match
from workbench.inputs.models.corpus import CorpusModel
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from workbench.coding.acts import Span
    from workbench.coding.documents import Part
    from workbench.language import LocalizedText

__all__ = ["CorpusReader", "questions_put"]

_WHOLE = {"", "full"}
_FROM_TEXTS = {"documents", "parts", "respondents", "questions", "_indexes"}


def questions_put(study: Any) -> dict[str, LocalizedText]:
    """Return how the surveys put each question that is answered in own words."""
    return {
        name: answer.label
        for survey in study.surveys
        for name, answer in study.survey_model(survey).open_answers.items()
        if answer.label
    }


class CorpusReader:
    """Read documents, registers, codebook and acts of one study.

    Parameters
    ----------
    folder
        The study's folder.
    model
        What ``[corpus]`` says; default: the usual places.
    include_pilot
        Also read pilot interviews. Respondents who withdrew are never read.
    questions
        How a survey puts the questions that are answered in own words, by name.
    """

    def __init__(
        self,
        folder: Path,
        model: CorpusModel | None = None,
        *,
        include_pilot: bool = False,
        questions: Mapping[str, LocalizedText] | None = None,
    ) -> None:
        self.folder = folder
        self.questions_put = dict(questions or {})
        self.model = model or CorpusModel()
        self.include_pilot = include_pilot
        self._made: Made = {}
        self.log = ActLog(folder / "coding", self.aside)
        self.codebook_files = CodebookFiles(folder / "codebook", self.aside)
        self.reload()

    @property
    def aside(self) -> Path:
        """Folder for locks, caches and torn lines; Git ignores it."""
        return self.folder / ".workbench"

    @property
    def paths(self) -> list[Path]:
        """Every file the corpus is read from, for a report's record."""
        folders = [self.documents_folder, self.codebook_files.folder, self.log.folder]
        inside = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
        tables = ("respondents.csv", "sessions.csv", self.model.guide or "guide.csv")
        beside = [self.folder / name for name in (*tables, self.model.theory or "theory.csv")]
        return sorted(path for path in [*inside, *beside] if path.is_file())

    @property
    def documents_folder(self) -> Path:
        """Folder of the texts."""
        return self.folder / self.model.documents

    def reload(self) -> None:
        """Read every file again."""
        self.registers: Registers = read_registers(self.folder, self.model.guide)
        files = (read_document(path) for path in document_paths(self.documents_folder))
        self.files: dict[str, DocumentFile] = {file.id: file for file in files}
        self.log.refresh()
        self._read_codebook()

    def _read_codebook(self) -> None:
        self.codebook = Codebook(self.codebook_files.read().values())
        self._forget()

    def refresh(self) -> bool:
        """Read what other programs wrote to the logs; return whether there was anything."""
        changed = self.log.refresh()
        if changed:
            self._forget(acts_only=True)
        return changed

    def _forget(self, *, acts_only: bool = False) -> None:
        """Drop the tables made from the files, or only those made from acts."""
        for name, value in vars(CorpusReader).items():
            if isinstance(value, cached_property) and not (acts_only and name in _FROM_TEXTS):
                self.__dict__.pop(name, None)

    @cached_property
    def folded(self) -> State:
        """The state that all acts add up to."""
        return fold(self.log.acts, made=self._made)

    @cached_property
    def kept_out(self) -> dict[str, str]:
        """Respondents no table shows, and why: ``withdrawn`` or ``pilot``."""
        found = dict(self.registers.kept_out)
        if self.include_pilot:
            found = {name: reason for name, reason in found.items() if reason != "pilot"}
        return {**found, **dict.fromkeys(self.folded.erased, "withdrawn")}

    @cached_property
    def _indexes(self) -> dict[str, PartIndex]:
        return {name: PartIndex(file.parts) for name, file in self.files.items()}

    @cached_property
    def documents(self) -> pd.DataFrame:
        """One row per document: document title kind respondent wave text_sha n_characters."""
        return documents_frame(file for file in self.files.values() if not self._is_kept_out(file))

    def _is_kept_out(self, file: DocumentFile) -> bool:
        names = {part.respondent for part in file.parts if part.respondent is not None}
        if file.about.get("respondent"):
            names.add(file.about["respondent"])
        return bool(names) and names <= self.kept_out.keys()

    @cached_property
    def parts(self) -> pd.DataFrame:
        """One row per part: document part start end kind speaker respondent question."""
        files = (file for file in self.files.values() if not self._is_kept_out(file))
        return parts_frame(files, self.kept_out)

    @cached_property
    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return codings_frame(
            self.folded.codings, self.files, self._indexes, self.codebook, self.kept_out
        )

    @cached_property
    def gathered(self) -> dict[Any, pd.DataFrame]:
        """What tables of themes have gathered from the codings, by their choices."""
        return {}

    @property
    def excerpts(self) -> pd.DataFrame:
        """One row per coding in force, with its words.

        Columns: act document part respondent question start end quote code polarity stance weight
        relevance coder at via status memo code_version case. ``quote`` is null where a whole
        document, a cell or a case was coded. ``code`` is what it is called today, after merges.
        """
        return self._tables[0]

    @property
    def codings(self) -> pd.DataFrame:
        """The same as ``excerpts`` without words, for tables that leave the house."""
        return self.excerpts.drop(columns=["quote", "memo"])

    @property
    def mentions(self) -> pd.DataFrame:
        """One row per coding and respondent it concerns.

        Columns: act code theme respondent question document part coder. A passage about two
        respondents is a mention of each.
        """
        return self._tables[1]

    @property
    def settled(self) -> pd.DataFrame:
        """The excerpts that tables of themes count: not dropped, orphaned or erased."""
        return self.excerpts[self.excerpts["status"].isin(["coded", "kept", "left"])]

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per respondent and guide question: respondent question state n_characters.

        ``state`` is ``answered`` where there is text. Without text it is what a coder said
        (``not_asked``, ``answered_elsewhere``, ``not_understood``, ``no_text``); else
        ``not_asked`` where a full transcript holds no such question, else ``no_text``. A state a
        coder has set counts before the text, unless it is ``absent``.
        """
        parts = self.parts
        length = (parts["end"] - parts["start"]).astype("int64")
        own = parts.assign(n=length).dropna(subset=["respondent", "question"])
        n_characters = own.groupby(["respondent", "question"])["n"].sum().to_dict()
        asked = self._asked()
        rows: list[tuple[str, str, str, int]] = []
        for respondent in self.respondents:
            for question in self.questions:
                n = int(n_characters.get((respondent, question), 0))
                state = self.folded.cells.get((respondent, question))
                if state is None:
                    state = "answered" if n else asked(respondent, question)
                rows.append((respondent, question, state, n))
        return frame_of(rows, ("respondent", "question", "state", "n_characters"))

    def _asked(self) -> _Asked:
        """Return how to tell "not asked" from "no text" where there are no words."""
        sessions = self.registers.sessions
        full = {
            str(name)
            for name, how in zip(sessions["respondent"], sessions["transcript"], strict=True)
            if how in _WHOLE
        }
        return _Asked(self.parts, self.documents, full)

    @cached_property
    def respondents(self) -> list[str]:
        """Respondents in the order of the register, then others that documents name."""
        named = list(self.parts["respondent"].dropna().unique())
        known = [name for name in self.registers.names if name not in self.kept_out]
        return [*known, *sorted(name for name in named if name not in set(known))]

    @cached_property
    def questions(self) -> list[str]:
        """Guide questions in the order they are asked, then others that documents name."""
        named = list(self.parts["question"].dropna().unique())
        known = self.registers.questions
        return [*known, *(name for name in named if name not in set(known))]

    @property
    def coders(self) -> list[str]:
        """Everyone who coded, in order of name."""
        return sorted({coding.coder for coding in self.folded.codings})

    @property
    def labels(self) -> dict[str, LocalizedText]:
        """Code and question of a survey to its name, for ``wb.show(..., labels=)``."""
        names = {code.id: code.name for code in self.codebook if code.name}
        return {**self.questions_put, **names}

    @property
    def problems(self) -> list[Problem]:
        """What a person should look at: torn lines, orphans, hand edits, words that came back."""
        found = [*self.log.problems, *self.codebook_files.problems, *self.folded.problems]
        for file in self.files.values():
            if file.edited_in_place:
                text = Message(
                    "The text is no longer the one that was imported; codings on it are orphans. "
                    "Put the text back, then run 'workbench reanchor' with the changed one."
                )
                found.append(Problem(kind="changed", file=f"documents/{file.id}.txt", text=text))
        return found

    @property
    def stale(self) -> pd.DataFrame:
        """Codings made under an older meaning of their code: act code coder made_under now."""
        versions = {code.id: code.version for code in self.codebook}
        frame = self.excerpts[["act", "document", "code", "coder", "code_version"]].copy()
        frame["now"] = frame["code"].map(versions).astype("str")
        known = frame["code_version"].notna() & frame["now"].notna()
        found = frame[known & (frame["code_version"] != frame["now"])]
        return found.rename(columns={"code_version": "made_under"}).reset_index(drop=True)

    def text(self, document: str) -> str:
        """Return the text of a document.

        Raises
        ------
        CorpusError
            If there is no such document.
        """
        return self.file(document).text

    def file(self, document: str) -> DocumentFile:
        """Return a document with its parts and its record of import."""
        if document not in self.files:
            hint = near_match(document, self.files)
            raise CorpusError(f"There is no document '{document}'.{hint}")
        return self.files[document]

    def parts_of(self, span: Span) -> list[Part]:
        """Return every part that a passage touches."""
        return self._indexes[span.document].overlapping(span.start, span.end)


class _Asked:
    """Tell a question that was not asked from one whose answer is not in the text."""

    def __init__(self, parts: pd.DataFrame, documents: pd.DataFrame, full: set[str]) -> None:
        owner = dict(zip(documents["document"], documents["respondent"], strict=True))
        put = parts[parts["respondent"].isna() & parts["question"].notna()]
        self._put = {
            (owner.get(document), question)
            for document, question in zip(put["document"], put["question"], strict=True)
        }
        self._spoke = set(parts["respondent"].dropna())
        self._full = full

    def __call__(self, respondent: str, question: str) -> str:
        if (respondent, question) in self._put or respondent not in self._spoke:
            return "no_text"
        return "not_asked" if respondent in self._full else "no_text"
