"""What a health check looks at: the answers of one survey, as they were given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.inputs.answers import ColumnRules
from workbench.inputs.references import COMPUTED, resolved_survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from workbench.inputs.models.base import Scale
    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.reading import SurveyReading

__all__ = ["ENOUGH", "Coded", "Material", "Unit"]

ENOUGH = 30
"""Rows that a unit must have to be compared with others."""

ANSWERED, DONT_KNOW, NOT_ASKED, BLANK, OUT_OF_SCALE = range(5)
"""Codes in :attr:`SurveyReading.kinds`."""


@dataclass(frozen=True, eq=False)
class Unit:
    """Rows of one value of a source, segment or wave."""

    by: str
    name: str
    rows: NDArray[np.bool_]

    @property
    def label(self) -> str:
        """Return ``column = value``, as findings name it; of a wave, its name."""
        return self.name if self.by == "wave" else f"{self.by} = {self.name}"

    @cached_property
    def n(self) -> int:
        """Rows."""
        return int(self.rows.sum())


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as whole numbers, one for each distinct value.

    Parameters
    ----------
    codes
        The number of each row's value; -1 where it is missing.
    values
        The distinct values, numbered in the order they first occur.
    """

    codes: NDArray[np.int64]
    values: Sequence[object]


@dataclass(frozen=True, eq=False)
class Material:
    """The answers of a survey and what the study says of them.

    Parameters
    ----------
    reading
        As the study reads it.
    survey
        What the study says, with every kind and scale filled in.
    floor
        Groups with fewer rows are never named with a number.
    """

    reading: SurveyReading
    survey: SurveyModel
    floor: int

    @classmethod
    def of(cls, reading: SurveyReading, model: SurveyModel, floor: int) -> Material:
        """Return the material of a reading."""
        return cls(reading, resolved_survey(model), floor)

    @property
    def frame(self) -> pd.DataFrame:
        """The answers, a row each."""
        return self.reading.frame

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.frame)

    @cached_property
    def waves(self) -> list[str]:
        """Waves, oldest first."""
        return [str(wave) for wave in self.reading.waves["wave"]]

    @cached_property
    def wave(self) -> NDArray[np.object_]:
        """The wave of each row."""
        return self.frame["wave"].to_numpy(dtype=object)

    @cached_property
    def rules(self) -> ColumnRules:
        """What the study says of each column."""
        return ColumnRules(self.survey)

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """Items with a scale that the frame holds, with its ends."""
        found = {item: self.rules.scale(item) for item in self.reading.kinds}
        return {
            item: scale
            for item, scale in found.items()
            if scale is not None and item in self.frame and self.rules.kind(item) == "scale"
        }

    @cached_property
    def raw(self) -> pd.DataFrame:
        """Answers to the items with a scale as people gave them: turned items turned back."""
        columns: dict[str, pd.Series] = {}
        for item, scale in self.scales.items():
            answers = self.frame[item].astype("float64")
            columns[item] = sum(scale) - answers if self.rules.rule(item).reverse else answers
        return pd.DataFrame(columns, index=self.frame.index)

    @cached_property
    def rest(self) -> dict[str, NDArray[np.float64]]:
        """For each item of a battery, each row's mean of the other items; two at least."""
        found: dict[str, NDArray[np.float64]] = {}
        for items in self.batteries:
            answers = self.frame[items].to_numpy(dtype="float64")
            known = ~np.isnan(answers)
            total = np.where(known, answers, 0).sum(axis=1)
            for place, item in enumerate(items):
                n = known.sum(axis=1) - known[:, place]
                others = total - np.where(known[:, place], answers[:, place], 0)
                found[item] = np.divide(
                    others, n, out=np.full(self.n, np.nan), where=(n >= 2) & known[:, place]
                )
        return found

    @cached_property
    def batteries(self) -> list[list[str]]:
        """Items that share a scale, at least five together."""
        by_scale: dict[Scale, list[str]] = {}
        for item, scale in self.scales.items():
            by_scale.setdefault(scale, []).append(item)
        return [items for items in by_scale.values() if len(items) >= 5]

    @cached_property
    def own_columns(self) -> list[str]:
        """Columns of the files: nothing computed, nobody's key."""
        computed = {*COMPUTED, *self.survey.outcomes, *self.survey.drivers}
        options = {column for told in self.reading.options.values() for column in told.values()}
        return [str(c) for c in self.frame if c not in computed and c not in options]

    def in_wave(self, wave: str) -> NDArray[np.bool_]:
        """Return which rows belong to a wave."""
        return self.wave_codes == self.waves.index(wave)

    @cached_property
    def wave_codes(self) -> NDArray[np.int64]:
        """Place of each row's wave in :attr:`waves`."""
        return pd.Categorical(self.wave, categories=self.waves).codes.astype(np.int64)

    def files(self, rows: NDArray[np.bool_] | None = None) -> tuple[str, ...]:
        """Return the files of these rows, or of all."""
        chosen = self.reading.files if rows is None else self.reading.files[rows]
        return tuple(dict.fromkeys(map(str, chosen)))

    @cached_property
    def groupings(self) -> dict[str, pd.Series]:
        """Columns that split the rows into units: source and segments, where they split them."""
        candidates = {"source": self.frame["source"]} if "source" in self.frame else {}
        candidates |= {name: self.frame[name] for name in self.survey.segments}
        found: dict[str, pd.Series] = {}
        for name, values in candidates.items():
            distinct = len(self.coded(name).values)
            if 2 <= distinct <= 40 and not self._is_wave(values):
                found[name] = values
        return found

    def _is_wave(self, values: pd.Series) -> bool:
        """Say whether a column only tells the wave once more."""
        if len(self.waves) < 2:
            return False
        coded = self.coded(str(values.name))
        known = coded.codes >= 0
        pairs = coded.codes[known] * len(self.waves) + self.wave_codes[known]
        return len(np.unique(pairs)) == len(coded.values)

    def units(self, within: NDArray[np.bool_] | None = None) -> Iterator[Unit]:
        """Yield each value of each grouping, with its rows."""
        for unit in self._units:
            yield unit if within is None else Unit(unit.by, unit.name, unit.rows & within)

    @cached_property
    def _units(self) -> list[Unit]:
        return [
            Unit(by, name, codes == place)
            for by, (names, codes) in self.unit_codes.items()
            for place, name in enumerate(names)
        ]

    @cached_property
    def unit_codes(self) -> dict[str, tuple[list[str], NDArray[np.int64]]]:
        """For each grouping, the names of its units, and the place of each row's; -1 for none."""
        found: dict[str, tuple[list[str], NDArray[np.int64]]] = {}
        for by, values in self.groupings.items():
            codes, names = pd.factorize(values, sort=True, use_na_sentinel=True)
            found[by] = ([str(name) for name in names], codes.astype(np.int64))
        return found

    def coded(self, column: str) -> Coded:
        """Return a column of the frame as whole numbers, worked out once."""
        if column not in self._coded:
            codes, values = pd.factorize(self.frame[column], use_na_sentinel=True)
            self._coded[column] = Coded(codes.astype(np.int64), list(values))
        return self._coded[column]

    @cached_property
    def _coded(self) -> dict[str, Coded]:
        return {}

    def kinds(self, item: str) -> NDArray[np.int8]:
        """Return why each row has no answer to an item: 0 for an answer."""
        return self.reading.kinds[item]

    def not_asked_by_study(self, item: str, wave: str) -> bool:
        """Say whether the study itself says that a wave did not ask an item."""
        from workbench.inputs.models.survey import pattern_matches

        declared = self.survey.waves.get(wave)
        patterns = declared.not_asked if declared else ()
        return any(pattern_matches(pattern, item) for pattern in patterns)
