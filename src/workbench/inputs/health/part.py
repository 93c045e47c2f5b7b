"""A part of a survey to examine: one market's answers, or the waves up to one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError, near_match
from workbench.inputs.reading import missing_table
from workbench.inputs.waves import LATEST, resolved_wave

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.reading import SurveyReading

__all__ = ["Part"]


@dataclass(frozen=True)
class Part:
    """Which answers are examined.

    Parameters
    ----------
    only
        Segment -> the value kept.
    wave
        The last wave that counts; "latest": all of them.
    """

    only: Mapping[str, str] = field(default_factory=dict)
    wave: str = LATEST

    @property
    def units(self) -> set[str]:
        """Return how findings name the values kept: ``column = value``."""
        return {f"{column} = {value}" for column, value in self.only.items()}

    def is_all_of(self, reading: SurveyReading, floor: int) -> bool:
        """Say whether the part is the survey as it was read: every wave and file has rows in it."""
        waves = reading.waves
        names = [str(name) for name in waves["wave"]]
        return (
            not self.only
            and len(names) > 0
            and resolved_wave(self.wave, names) == names[-1]
            and bool((waves["n"] > 0).all())
            and int(waves["n"].iloc[-1]) >= floor
            and {file.path for file in reading.inputs} == set(reading.files)
        )

    def of(
        self, reading: SurveyReading, model: SurveyModel, floor: int
    ) -> tuple[SurveyReading, SurveyModel]:
        """Return the reading and the study's words of the part alone.

        How many were invited, and what shares are known, is said of everyone: a part by segment
        has neither.

        Raises
        ------
        DataError
            If a segment or value is not in the answers, or fewer rows are left in the last wave
            than may be shown.
        ParameterError
            If there is no such wave.
        """
        waves = reading.waves
        if self.wave != LATEST:
            names = [str(name) for name in waves["wave"]]
            last = names.index(resolved_wave(self.wave, names))
            waves = waves.iloc[: last + 1]
        rows = reading.frame["wave"].isin(waves["wave"]).to_numpy()
        for column, value in self.only.items():
            rows = rows & _matching(reading.frame, model, column, value)
        if self.only:
            waves = waves.assign(invited=pd.array([None] * len(waves), "Int64"))
            model = model.model_copy(update={"margins": {}, "segments": self._other(model)})
        kept = _rows_of(reading, rows, waves, drop=list(self.only))
        present = set(kept.waves["wave"])
        told = {name: spec for name, spec in model.waves.items() if name in present}
        model = model.model_copy(update={"waves": told})
        if not len(kept.waves) or kept.waves["n"].iloc[-1] < floor:
            raise DataError(
                f"The part asked for must have at least {floor} rows in its last wave; it has "
                "fewer, and numbers of so few are not shown. Leave out the market, or choose "
                "another wave."
            )
        return kept, model

    def _other(self, model: SurveyModel) -> dict[str, object]:
        return {name: spec for name, spec in model.segments.items() if name not in self.only}


def _matching(
    frame: pd.DataFrame, model: SurveyModel, column: str, value: str
) -> NDArray[np.bool_]:
    if column not in model.segments or column not in frame:
        raise DataError(
            f"'{column}' must be a segment of the study.{near_match(column, model.segments)}"
        )
    found = frame[column].astype("str").eq(str(value)).fillna(value=False).to_numpy(dtype=bool)
    if not found.any():
        known = [str(name) for name in frame[column].dropna().unique()]
        raise DataError(f"No answer has this value of '{column}'.{near_match(str(value), known)}")
    return found


def _rows_of(
    reading: SurveyReading, rows: NDArray[np.bool_], waves: pd.DataFrame, drop: list[str]
) -> SurveyReading:
    """Return the reading of some rows; waves that have none of them are left out."""
    frame = reading.frame[rows].drop(columns=drop).reset_index(drop=True)
    kinds = {item: found[rows] for item, found in reading.kinds.items()}
    counts = frame["wave"].value_counts()
    sizes = waves["wave"].map(counts).fillna(0).astype("int64")
    waves = waves.assign(n=sizes)[sizes.to_numpy() > 0].reset_index(drop=True)
    order = [str(name) for name in waves["wave"]]
    files = reading.files[rows]
    return replace(
        reading,
        frame=frame,
        kinds=kinds,
        files=files,
        waves=waves,
        missing=missing_table(kinds, frame["wave"], order),
        inputs=tuple(file for file in reading.inputs if file.path in set(files)),
    )
