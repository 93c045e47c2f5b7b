"""Who was spoken to, when, and what was asked: three plain tables, and the gate they share.

``respondents.csv``, ``sessions.csv`` and ``guide.csv``. Pilot interviews and people who withdrew
pass one gate here, so that no table, count or quote uses them by mistake.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import CorpusError, near_match

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["GUIDE", "RESPONDENTS", "SESSIONS", "Registers", "read_registers"]

RESPONDENTS = ("respondent", "case", "role", "side", "pilot", "consent")
SESSIONS = ("respondent", "date", "minutes", "mode", "transcript")
GUIDE = (
    "question_id",
    "question",
    "segment",
    "part",
    "follows",
    "theory_links",
    "motivation",
    "version",
)
_YES = {"1", "true", "yes", "y", "ja", "j", "x"}
_NO_CONSENT = {"0", "false", "no", "nej", "withdrawn", "återkallat", "återkallad"}
_TRANSCRIPTS = {"", "full", "selective", "summary"}


@dataclass(frozen=True)
class Registers:
    """The three tables as text, and who is kept out of every reading.

    Parameters
    ----------
    respondents, sessions, guide
        Frames of texts with the columns of INTERFACES 5; empty ones where a file is missing.
    kept_out
        Respondent to reason: ``pilot`` or ``withdrawn``.
    """

    respondents: pd.DataFrame
    sessions: pd.DataFrame
    guide: pd.DataFrame
    kept_out: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def names(self) -> list[str]:
        """Respondents in the order of the register."""
        return [str(name) for name in self.respondents["respondent"]]

    @property
    def questions(self) -> list[str]:
        """Guide questions in the order they are asked."""
        return [str(name) for name in self.guide["question_id"]]

    @property
    def segment_of(self) -> dict[str, str]:
        """Question to segment of the guide; a question without one stands for itself."""
        pairs = zip(self.guide["question_id"], self.guide["segment"], strict=True)
        return {str(question): str(segment) or str(question) for question, segment in pairs}

    @property
    def case_of(self) -> dict[str, str]:
        """Respondent to case; a respondent without one is a case of their own."""
        pairs = zip(self.respondents["respondent"], self.respondents["case"], strict=True)
        return {str(name): str(case) or str(name) for name, case in pairs}

    def column(self, name: str) -> dict[str, str]:
        """Respondent to any column of ``respondents.csv``."""
        pairs = zip(self.respondents["respondent"], self.respondents[name], strict=True)
        return {str(respondent): str(value) for respondent, value in pairs}


def read_registers(folder: Path, guide: str | None = None) -> Registers:
    """Read the registers that are there.

    Raises
    ------
    CorpusError
        If a table lacks a column, a row lacks its key, or a key occurs twice.
    """
    respondents = _read(folder / "respondents.csv", RESPONDENTS, ("respondent",))
    sessions = _read(folder / "sessions.csv", SESSIONS, ("respondent",))
    questions = _read(folder / (guide or "guide.csv"), GUIDE, ("question_id", "question"))
    _check_unique(respondents["respondent"], "respondents.csv", "respondent")
    _check_unique(questions["question_id"], guide or "guide.csv", "question_id")
    wrong = set(sessions["transcript"]) - _TRANSCRIPTS
    if wrong:
        raise CorpusError(
            "sessions.csv: 'transcript' must be full, selective or summary; "
            f"{len(wrong)} other values were found."
        )
    return Registers(respondents, sessions, questions, _kept_out(respondents))


def _kept_out(respondents: pd.DataFrame) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = zip(respondents["respondent"], respondents["pilot"], respondents["consent"], strict=True)
    for respondent, pilot, consent in rows:
        if str(consent).strip().casefold() in _NO_CONSENT:
            found[str(respondent)] = "withdrawn"
        elif str(pilot).strip().casefold() in _YES:
            found[str(respondent)] = "pilot"
    return found


def _read(path: Path, columns: tuple[str, ...], needed: tuple[str, ...]) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path.name} must be UTF-8. Save it again as CSV UTF-8.") from error
    header, rows = _parse(text)
    for name in needed:
        if name not in header:
            hint = near_match(name, header)
            raise CorpusError(
                f"{path.name} must have a column '{name}'.{hint} It has {len(header)} columns."
            )
    frame = pd.DataFrame(rows, columns=header).astype("str")
    for name in columns:
        if name not in frame:
            frame[name] = ""
    empty = (frame[needed[0]].str.strip() == "").to_numpy().nonzero()[0]
    if len(empty):
        raise CorpusError(
            f"{path.name}: every row must have a '{needed[0]}'; row {empty[0] + 2} has none."
        )
    others = [name for name in frame.columns if name not in columns]
    return frame[[*columns, *others]].map(str.strip)


def _parse(text: str) -> tuple[list[str], list[list[str]]]:
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    header = [name.strip() for name in rows[0]] if rows else []
    width = len(header)
    return header, [[*row, *[""] * (width - len(row))][:width] for row in rows[1:]]


def _check_unique(keys: Iterable[str], file: str, column: str) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys, start=2):
        if key in seen:
            raise CorpusError(f"{file}: '{column}' must be unique; row {number} repeats one.")
        seen.add(key)
