"""Subtitles from automatic transcription: WebVTT and SubRip, speaker by speaker."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.coding.importing.original import Line, Original
from workbench.coding.importing.plain import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_captions"]

_TIMES = re.compile(
    r"(?:(?P<h>\d+):)?(?P<m>\d{1,2}):(?P<s>\d{1,2})[.,](?P<ms>\d{1,3})\s*-->\s*[\d:.,]+"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?(?:v|c|i|b|u|ruby|rt|lang|font)\b[^>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")
_LABEL = re.compile(r"[^\W\d_][\w .-]{0,38}: ")
_DASH = re.compile(r"^[-–—]\s+(?=\S)")


def read_captions(raw: bytes, *, name: str, encoding: str | None = None) -> Original:
    """Read a ``.vtt`` or ``.srt`` file; cues of one speaker in a row become one turn.

    The start of each turn is kept, in seconds, so that it can be heard again.
    """
    text, original = decoded(raw, encoding, name)
    original.format = "vtt" if text.lstrip("\ufeff").startswith("WEBVTT") else "srt"
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    cues: list[Line] = []
    tags = 0
    for block in blocks:
        for line, n in _cue(block):
            cues.append(line)
            tags += n
    turns = list(_turns(cues))
    original.changed("cues_joined", len(cues) - len(turns))
    original.changed("tags", tags)
    original.lines = turns
    return original


def _cue(block: str) -> Iterable[tuple[Line, int]]:
    """Yield the voices of one cue with the number of tags taken out."""
    lines = block.strip("\n").split("\n")
    place = next((n for n, line in enumerate(lines) if "-->" in line), None)
    times = _TIMES.search(lines[place]) if place is not None else None
    if place is None or times is None:
        return
    hours, minutes, seconds = (int(times[key] or 0) for key in ("h", "m", "s"))
    start = 3600 * hours + 60 * minutes + seconds + int(times["ms"].ljust(3, "0")) / 1000
    said = [line.strip() for line in lines[place + 1 :] if line.strip()]
    dashes = [number for number, line in enumerate(said) if _DASH.match(line)]
    starts = sorted({0, *dashes})
    for begin, stop in zip(starts, [*starts[1:], len(said)], strict=True):
        yield from _voices(" ".join(said[begin:stop]), start)


def _voices(words: str, start: float) -> Iterable[tuple[Line, int]]:
    pieces = _VOICE.split(words)
    for number in range(0, len(pieces), 2):
        speaker = html.unescape(pieces[number - 1]).strip() if number else None
        plain = _DASH.sub("", html.unescape(_TAG.sub("", pieces[number]))).strip()
        if plain:
            tags = len(_TAG.findall(pieces[number])) + bool(number)
            yield Line(text=plain, kind="turn", speaker=speaker, time=start), tags


def _turns(cues: Iterable[Line]) -> Iterable[Line]:
    """Join cues of the same speaker; where nobody is named, cues of the same sentence."""
    turn: Line | None = None
    for cue in cues:
        if turn is not None and _goes_on(turn, cue):
            turn = replace(turn, text=f"{turn.text} {cue.text}")
            continue
        if turn is not None:
            yield turn
        turn = cue
    if turn is not None:
        yield turn


def _goes_on(turn: Line, cue: Line) -> bool:
    if turn.speaker != cue.speaker:
        return False
    if cue.speaker is not None:
        return True
    return not _ENDS.search(turn.text) and not _LABEL.match(cue.text)
