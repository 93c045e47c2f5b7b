"""Who speaks: labels at the start of lines, and whom they stand for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.coding.importing.original import Line

__all__ = ["INTERVIEWER", "Cast", "labelled", "respondent_number", "words_start"]

INTERVIEWER = "interviewer"
_LABEL = re.compile(
    r"^(?:[\[(]?(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)[\])]?\s+)?"
    r"(?P<label>[^\W\d_][\w .'’\-()]{0,38}?)\s*"
    r"(?:[\[(]\d{1,2}:\d{2}(?::\d{2})?[\])])?\s*(?::|\t)(?:\s+|$)"
)
_NUMBERED = re.compile(
    r"(?:respondent|informant|deltagare|participant|intervjuperson|interviewee|ip|resp|r|p|u|d)"
    r"\.?\s*(\d{1,3})",
    re.IGNORECASE,
)
_ASKS = {
    *("intervjuare", "intervjuaren", "interviewer", "i", "int", "intervjuledare", "moderator"),
    *("m", "mod", "q", "frågeställare", "forskare", "researcher", "facilitator", "samtalsledare"),
}
_ANSWERS = {
    *("respondent", "respondenten", "deltagare", "deltagaren", "participant", "informant"),
    *("intervjuperson", "interviewee", "ip", "r", "resp", "a", "svar", "svarande", "kund"),
}
_NO_SPEAKER = {
    *("obs", "ps", "nb", "not", "note", "tel", "mail", "e-post", "kl", "tid", "plats", "datum"),
    *("exempel", "t.ex", "dvs", "fråga", "frågor", "question", "http", "https", "kommentar"),
    *("närvarande", "ämne", "rubrik", "date", "time", "place", "subject", "summary"),
}


def respondent_number(label: str) -> int | None:
    """Return the number of a label such as ``Respondent 3``, ``IP3`` or ``R3``, else None."""
    found = _NUMBERED.fullmatch(label.strip())
    return int(found[1]) if found else None


@dataclass
class Cast:
    """Whom each label of one document stands for.

    Parameters
    ----------
    known
        Respondents of the register.
    own
        The document's only respondent, where that is known.
    interviewers
        Names the study gives for its interviewers.
    """

    known: Sequence[str]
    own: str | None = None
    interviewers: Sequence[str] = ()
    labels: dict[str, str | None] = field(default_factory=dict[str, str | None])
    to_check: list[str] = field(default_factory=list[str])

    def assign(self, labels: Iterable[str]) -> None:
        """Decide whom each label stands for: a respondent, or None for the interviewer."""
        names = list(dict.fromkeys(labels))
        open_ones: list[str] = []
        for label in names:
            found = self._by_itself(label)
            if found is None:
                open_ones.append(label)
            else:
                self.labels[label] = None if found == INTERVIEWER else found
        respondents = {name for name in self.labels.values() if name is not None}
        if self.own is not None and self.own in respondents:
            # the person is named already: whoever else speaks asks the questions
            self.labels.update(dict.fromkeys(open_ones))
            self.to_check += open_ones
        elif self.own is not None and len(open_ones) == 1:
            self.labels[open_ones[0]] = self.own
        else:
            self.labels.update({label: label for label in open_ones})
            self.to_check += open_ones

    def is_known(self, label: str) -> bool:
        """Say whether a label alone tells who speaks."""
        plain = label.casefold()
        return self._by_itself(label) is not None or plain in _ANSWERS

    def _by_itself(self, label: str) -> str | None:
        """Return the respondent or the interviewer a label names without looking at others."""
        plain = label.strip().casefold()
        for name in self.known:
            if plain == name.casefold():
                return name
        if plain in {name.casefold() for name in self.interviewers} or plain in _ASKS:
            return INTERVIEWER
        number = respondent_number(label)
        if number is not None:
            same = [name for name in self.known if _number_in(name) == number]
            return same[0] if len(same) == 1 else self.own or f"R{number}"
        if plain in _ANSWERS and self.own is not None:
            return self.own
        return None


def _number_in(name: str) -> int | None:
    found = re.search(r"(\d+)$", name)
    return int(found[1]) if found else None


def labelled(lines: Sequence[Line], cast: Cast) -> list[Line]:
    """Return the lines with speaker labels found; a line without one goes on for the last speaker.

    A label counts where it names someone known, or comes back, so that "Obs: ..." is no speaker.
    """
    found = [_LABEL.match(line.text) if line.kind != "table" else None for line in lines]
    counts = Counter(match["label"].strip() for match in found if match)
    accepted = {label for label, n in counts.items() if _is_speaker(label, n, cast)}
    if len(accepted) < 2 and not any(cast.is_known(label) for label in accepted):
        accepted = set()
    result: list[Line] = []
    for line, match in zip(lines, found, strict=True):
        if match and match["label"].strip() in accepted:
            result.append(
                replace(line, kind="turn", speaker=match["label"].strip(), time=_seconds(match))
            )
        else:
            result.append(line)
    return result


def _is_speaker(label: str, n: int, cast: Cast) -> bool:
    plain = label.casefold()
    if plain in _NO_SPEAKER or len(label.split()) > 4:
        return False
    return cast.is_known(label) or n >= 2


def _seconds(match: re.Match[str]) -> float | None:
    if not match["time"]:
        return None
    seconds = 0.0
    for piece in match["time"].replace(",", ".").split(":"):
        seconds = 60 * seconds + float(piece)
    return seconds


def words_start(text: str, speaker: str) -> int:
    """Return where the words begin in a line that starts with a speaker's label."""
    match = _LABEL.match(text)
    return match.end() if match and match["label"].strip() == speaker else 0
