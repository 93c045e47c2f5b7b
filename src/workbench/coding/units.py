"""The units that coders are compared on: everything they had before them, coded or not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.coding.acts import Cell, Document, Span
from workbench.coding.fold import fold, independent
from workbench.coding.frames import status_of
from workbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.coding.documents import DocumentFile, Part
    from workbench.coding.fold import Coding
    from workbench.coding.reading import CorpusReader

    Codes = NDArray[np.intp]
    Flags = NDArray[np.bool_]

__all__ = ["UNITS", "CodedUnits", "coded_twice", "coded_units", "independent_codings"]

UNITS = ("part", "answer", "document", "character")
_NOT_ASKED_OF = {"question", "heading"}
_BY_MACHINE = ("rule:",)


@dataclass(frozen=True, kw_only=True)
class CodedUnits:
    """Units, who had them before them, and which codes they gave.

    Parameters
    ----------
    keys
        One per unit: document, unit, respondent, question, start, end.
    sizes
        Code points a unit stands for when letters are compared, else ones.
    given
        codes x units x coders: the coder gave the code.
    seen
        units x coders: the coder worked on the document.
    clusters
        Number of the document (of the respondent, for open answers) per unit.
    """

    keys: list[tuple[str, str, str | None, str | None, int | None, int | None]]
    sizes: Codes
    codes: list[str]
    coders: list[str]
    given: Flags
    seen: Flags
    clusters: Codes
    left_out: list[str]
    without_place: int


def coded_units(
    corpus: CorpusReader,
    *,
    unit: str,
    level: str,
    coders: Sequence[str] | None,
    documents: Sequence[str] | None,
    sample: pd.DataFrame | None,
) -> CodedUnits:
    """Return the units of every document that two coders or more worked on."""
    if unit not in UNITS:
        raise DataError(f"'unit' must be one of {', '.join(UNITS)}, not '{unit}'.")
    codings, names, worked = independent_codings(corpus, coders)
    wanted = list(corpus.documents["document"]) if documents is None else list(documents)
    shared = coded_twice(corpus, worked, wanted)
    units = _Units(corpus, unit, shared, codings, sample)
    called = {code.id: code.id for code in corpus.codebook}
    for name in {coding.code for coding in codings}:
        resolved = corpus.codebook.resolve(name)
        called[name] = corpus.codebook.theme_of(name) if level == "theme" else resolved
    given: dict[str, Flags] = {}
    without_place = 0
    for coding in codings:
        if coding.coder not in names:
            continue
        places = units.of(coding)
        without_place += not places
        if places:
            flags = given.setdefault(
                called[coding.code], np.zeros((len(units.keys), len(names)), dtype=bool)
            )
            flags[places, names.index(coding.coder)] = True
    order = [code.id for _, code in corpus.codebook.tree if code.id in given]
    order += sorted(given.keys() - set(order))
    seen = np.array(
        [[name in worked[key[0]] for name in names] for key in units.keys], dtype=bool
    ).reshape(len(units.keys), len(names))
    return CodedUnits(
        keys=units.keys,
        sizes=np.array(units.sizes, dtype=np.intp),
        codes=order,
        coders=names,
        given=np.array([given[code] for code in order], dtype=bool).reshape(
            len(order), len(units.keys), len(names)
        ),
        seen=seen,
        clusters=_clusters(corpus, units.keys),
        left_out=[name for name in wanted if name not in set(shared)],
        without_place=without_place,
    )


def independent_codings(
    corpus: CorpusReader, coders: Sequence[str] | None
) -> tuple[list[Coding], list[str], dict[str, set[str]]]:
    """Return what each coder did alone, the coders, and who worked on which document."""
    state = fold(independent(corpus.log.acts))
    codings = [
        coding
        for coding in state.codings
        if not coding.via.startswith(_BY_MACHINE)
        and status_of(coding, corpus.files) not in ("orphan", "erased")
    ]
    names = sorted({coding.coder for coding in codings}) if coders is None else list(coders)
    return codings, names, _worked_on(corpus, codings, names)


def coded_twice(
    corpus: CorpusReader, worked: Mapping[str, set[str]], wanted: Sequence[str]
) -> list[str]:
    """Return the documents that two coders or more worked on, as they were imported."""
    return [
        name
        for name in wanted
        if len(worked.get(name, ())) >= 2 and not corpus.files[name].edited_in_place
    ]


def _worked_on(
    corpus: CorpusReader, codings: Iterable[Coding], names: Sequence[str]
) -> dict[str, set[str]]:
    """Return document to the coders who did anything in it."""
    found: dict[str, set[str]] = {}
    of_respondent: dict[str, set[str]] = {}
    for file in corpus.files.values():
        for part in file.parts:
            if part.respondent is not None:
                of_respondent.setdefault(part.respondent, set()).add(file.id)
    acts = [(act.coder, act.target) for act in corpus.log.acts if act.target is not None]
    for coder, target in [*acts, *((coding.coder, coding.target) for coding in codings)]:
        if coder not in names:
            continue
        if isinstance(target, Span | Document):
            found.setdefault(target.document, set()).add(coder)
        elif isinstance(target, Cell):
            for document in of_respondent.get(target.respondent, ()):
                found.setdefault(document, set()).add(coder)
    return found


def _clusters(corpus: CorpusReader, keys: Sequence[tuple[Any, ...]]) -> Codes:
    """Give each document a number; each respondent's open answer stands for itself."""
    numbers: dict[tuple[str, str | None], int] = {}
    found: list[int] = []
    for document, _, respondent, *_ in keys:
        is_open = corpus.files[document].about.get("kind") == "open_answers"
        key = (document, respondent if is_open else None)
        found.append(numbers.setdefault(key, len(numbers)))
    return np.array(found, dtype=np.intp)


class _Units:
    """The units of some documents, and which of them a coding falls on."""

    def __init__(
        self,
        corpus: CorpusReader,
        unit: str,
        documents: Sequence[str],
        codings: Sequence[Coding],
        sample: pd.DataFrame | None,
    ) -> None:
        self.keys: list[tuple[str, str, str | None, str | None, int | None, int | None]] = []
        self.sizes: list[int] = []
        self._corpus = corpus
        self._unit = unit
        self._number: dict[tuple[Any, ...], int] = {}
        self._cuts: dict[str, list[int]] = {}
        kept = _kept_parts(corpus, sample)
        for name in documents:
            file = corpus.files[name]
            parts = [part for part in _parts_to_code(file) if (name, part.part) in kept]
            if unit == "character":
                self._add_stretches(file, parts, codings)
            else:
                for part in parts:
                    self._add_part(name, part)

    def _add_part(self, document: str, part: Part) -> None:
        if self._unit == "part":
            key = (document, part.part)
            entry = (document, str(part.part), part.respondent, part.question, part.start, part.end)
        elif self._unit == "answer":
            key = (document, part.respondent, part.question)
            name = f"{part.respondent or ''}/{part.question or ''}"
            entry = (document, name, part.respondent, part.question, None, None)
        else:
            key = (document,)
            entry = (document, document, None, None, None, None)
        if key not in self._number:
            self._number[key] = len(self.keys)
            self.keys.append(entry)
            self.sizes.append(1)

    def _add_stretches(
        self, file: DocumentFile, parts: Sequence[Part], codings: Sequence[Coding]
    ) -> None:
        """Cut the text wherever a part or a coding begins or ends; letters between are alike."""
        places = {place for part in parts for place in (part.start, part.end)}
        for coding in codings:
            target = coding.target
            if isinstance(target, Span) and target.document == file.id:
                places |= {target.start, target.end}
        cuts = sorted(places)
        self._cuts[file.id] = cuts
        for start, end in pairwise(cuts):
            owner = [part for part in parts if part.start <= start and end <= part.end]
            if owner:
                self._number[file.id, start] = len(self.keys)
                self.keys.append(
                    (
                        file.id,
                        f"{start}-{end}",
                        owner[0].respondent,
                        owner[0].question,
                        start,
                        end,
                    )
                )
                self.sizes.append(end - start)

    def of(self, coding: Coding) -> list[int]:
        """Return the units that a coding falls on."""
        target = coding.target
        if isinstance(target, Cell):
            if self._unit != "answer":
                return []
            return [
                number
                for key, number in self._number.items()
                if key[1:] == (target.respondent, target.question)
            ]
        if isinstance(target, Document):
            number = self._number.get((target.document,)) if self._unit == "document" else None
            return [] if number is None else [number]
        if not isinstance(target, Span):
            return []
        if self._unit == "character":
            cuts = self._cuts.get(target.document, [])
            inside = [place for place in cuts if target.start <= place < target.end]
            keys: list[tuple[Any, ...]] = [(target.document, place) for place in inside]
        else:
            keys = [self._key(target.document, part) for part in self._corpus.parts_of(target)]
        found = (self._number.get(key) for key in keys)
        return [number for number in found if number is not None]

    def _key(self, document: str, part: Part) -> tuple[Any, ...]:
        if self._unit == "part":
            return (document, part.part)
        if self._unit == "answer":
            return (document, part.respondent, part.question)
        return (document,)


def _parts_to_code(file: DocumentFile) -> list[Part]:
    """Return what respondents said; where no part names one, all that is no question."""
    said = [part for part in file.parts if part.respondent is not None and part.end > part.start]
    if said:
        return said
    return [part for part in file.parts if part.kind not in _NOT_ASKED_OF and part.end > part.start]


def _kept_parts(corpus: CorpusReader, sample: pd.DataFrame | None) -> set[tuple[str, int]]:
    """Return the (document, part) that may be units: those shown, and in the sample if any."""
    shown = {
        (str(document), int(part))
        for document, part in zip(corpus.parts["document"], corpus.parts["part"], strict=True)
    }
    if sample is None:
        return shown
    for name in ("document", "part"):
        if name not in sample.columns:
            raise DataError(f"'sample' must have the columns document and part; it lacks '{name}'.")
    rows = zip(sample["document"], sample["part"], strict=True)
    return shown & {(str(document), int(part)) for document, part in rows}
