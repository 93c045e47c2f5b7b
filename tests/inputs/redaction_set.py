"""The own-set: sentences written for this project, each place that must be hidden marked.

``[[NAME:Anna]]`` marks a place. Rules were tuned on the half that :func:`half` calls "dev"; figures
are reported on the other half. The sentences and the rules have the same author: expect less on
texts from others.
"""

import hashlib
import math
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from workbench.inputs.redaction.detect import find_personal_data

FOLDER = Path(__file__).parent / "redaction"
_MARK = re.compile(r"\[\[([A-Z]+):(.*?)\]\](?!\])")


class Sentence(NamedTuple):
    language: str
    voice: str
    text: str
    marked: list[tuple[str, int, int]]

    @property
    def half(self) -> str:
        number = int(hashlib.sha256(self.text.encode()).hexdigest(), 16)
        return "test" if number % 2 else "dev"


class Score(NamedTuple):
    found: int
    marked: int

    @property
    def recall(self) -> float:
        return self.found / self.marked

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval, 95 per cent."""
        z, n, p = 1.959964, self.marked, self.recall
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


def sentences() -> list[Sentence]:
    found = []
    for language in ("sv", "en"):
        path = FOLDER / f"own_set_{language}.tsv"
        for line in path.read_text(encoding="utf-8").splitlines():
            voice, marked = line.split("\t", 1)
            text, places, done = "", [], 0
            for match in _MARK.finditer(marked):
                text += marked[done : match.start()]
                places.append((match[1], len(text), len(text) + len(match[2])))
                text += match[2]
                done = match.end()
            found.append(Sentence(language, voice, text + marked[done:], places))
    return found


def group(kind: str) -> str:
    if kind == "NAME":
        return "names"
    return "organisations" if kind in {"ORG", "PRODUCT"} else "identifiers"


def scores(half: str, least: float = 0.5) -> tuple[dict[str, Score], int, int]:
    """Return the recall of each group, and how many findings were false, of how many.

    A place counts as found when four fifths of its letters are covered.
    """
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    false = findings = 0
    for sentence in sentences():
        if sentence.half != half:
            continue
        found = find_personal_data(sentence.text, language=sentence.language)
        found = [one for one in found if one.confidence >= least]
        covered = {place for one in found for place in range(one.start, one.end)}
        for kind, start, end in sentence.marked:
            letters = [place for place in range(start, end) if sentence.text[place].isalnum()]
            total[group(kind)] += 1
            hit[group(kind)] += sum(p in covered for p in letters) >= 0.8 * len(letters)
        findings += len(found)
        false += sum(
            all(one.end <= start or one.start >= end for _, start, end in sentence.marked)
            for one in found
        )
    return {name: Score(hit[name], total[name]) for name in total}, false, findings
