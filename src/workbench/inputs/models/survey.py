"""``[survey]``: files, items and their missing codes, waves, and what is computed from them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from workbench.inputs.models.base import ColumnName, Identifier, Label, Scale, StudyModel
from workbench.inputs.models.measures import (
    DriverModel,
    MoneyModel,
    OpenAnswerModel,
    OutcomeModel,
    SegmentModel,
)

__all__ = ["FileModel", "ItemRule", "MissingCodes", "SurveyModel", "WaveModel", "pattern_matches"]

MissingCode = int | float | str


class FileModel(StudyModel):
    """One entry of ``files``: where the answers are, and which wave they belong to.

    Parameters
    ----------
    path
        File or pattern, relative to the study. ``*`` matches anything; ``{wave}`` matches anything
        and names the wave: ``"sfo_{wave}.csv.gz"``. ``${NAME}`` is an environment variable.
    wave, wave_from, wave_column
        At most one: the wave of all its rows; ``"name"`` for the file's name without suffixes; or
        the column that holds it. None of them: the only declared wave, else ``"all"``.
    source, population
        Where these answers were collected, and who was asked; default: the survey's own.
    encoding, delimiter, decimal, sheet
        Only where the reader must be told. ``decimal`` is ``","`` or ``"."``.
    columns
        Names of the columns of a file without a header.
    header
        Of an export whose header has several rows: ``"qualtrics"``, ``"two_rows"`` (SurveyMonkey
        and other forms) or ``"three_rows"``.
    """

    path: ColumnName
    wave: Identifier | None = None
    wave_from: Literal["name"] | None = None
    wave_column: ColumnName | None = None
    source: str | None = None
    population: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[",", "."] | None = None
    sheet: str | None = None
    columns: tuple[ColumnName, ...] | None = None
    header: Literal["qualtrics", "two_rows", "three_rows"] | None = None

    @model_validator(mode="after")
    def _one_origin_of_the_wave(self) -> FileModel:
        named = [self.wave, self.wave_from, self.wave_column, "{wave}" in self.path or None]
        if sum(value is not None for value in named) > 1:
            raise ValueError(
                "the wave comes from one place: keep one of wave, wave_from, wave_column and "
                "{wave} in the path"
            )
        return self


class MissingCodes(StudyModel):
    """Codes that are no answers, by kind. An empty cell is ``blank`` without being listed."""

    dont_know: tuple[MissingCode, ...] = ()
    not_asked: tuple[MissingCode, ...] = ()
    blank: tuple[MissingCode, ...] = ()

    def by_code(self) -> dict[MissingCode, str]:
        """Return code -> kind, in the order of the kinds."""
        kinds = ("dont_know", "not_asked", "blank")
        return {code: kind for kind in kinds for code in getattr(self, kind)}

    @model_validator(mode="after")
    def _one_kind_per_code(self) -> MissingCodes:
        codes = [*self.dont_know, *self.not_asked, *self.blank]
        if len(set(map(str, codes))) < len(codes):
            raise ValueError("a code is missing in one way only; one stands here twice")
        return self


class ItemRule(StudyModel):
    """What the answers to an item, or to all items of a pattern, mean.

    Parameters
    ----------
    kind
        ``scale`` (the default where ``scale`` is given), ``number``, ``date``, ``text``, or
        ``multiple``: several answers per person.
    scale
        Theoretical ends. Other answers are ``out_of_scale``.
    missing
        Codes that are no answers.
    values
        Label of each code. A cell that holds the label is read as its code, so a scale of words is
        written ``values = { 1 = "Bad", 2 = "Good" }``.
    out_of_scale
        ``"error"`` (default) stops when more than 1 % of a wave's answers are out of scale;
        ``"missing"`` only counts them.
    reverse
        1 is best: the frame holds ``low + high - answer``, so that higher is better everywhere.
    label
        The wording of the question.
    format
        Of a date, as in ``strptime``. Default: ISO 8601.
    columns, separator, marks
        Of ``multiple``: the columns of the question, or the sign between the answers in one cell.
        With ``marks`` (``[1, "x"]``) each column is one answer, ticked by these values; without,
        each column holds a code.
    """

    kind: Literal["scale", "number", "date", "text", "multiple"] | None = None
    scale: Scale | None = None
    missing: MissingCodes | None = None
    values: dict[str, Label] | None = None
    out_of_scale: Literal["error", "missing"] | None = None
    reverse: bool = False
    label: Label | None = None
    format: str | None = None
    columns: tuple[ColumnName, ...] | None = None
    separator: Annotated[str, Field(min_length=1)] | None = None
    marks: tuple[MissingCode, ...] | None = None

    @property
    def given(self) -> set[str]:
        """The keys that the study gives."""
        return self.model_fields_set

    @model_validator(mode="after")
    def _keys_that_go_together(self) -> ItemRule:
        if self.scale and self.kind not in {None, "scale"}:
            raise ValueError(f'an item of kind "{self.kind}" has no scale; drop one of the two')
        if self.kind == "scale" and self.scale is None:
            raise ValueError('kind = "scale" needs scale = [low, high]')
        if self.kind == "multiple" and (self.columns is None) == (self.separator is None):
            raise ValueError('kind = "multiple" needs either columns = [...] or separator = ","')
        if self.kind != "multiple" and (self.columns or self.separator or self.marks):
            raise ValueError('columns, separator and marks need kind = "multiple"')
        if self.reverse and self.kind not in {None, "scale"}:
            raise ValueError("reverse belongs to an item with a scale")
        if self.format and self.kind != "date":
            raise ValueError('format needs kind = "date"')
        return self


class WaveModel(StudyModel):
    """One round of fieldwork, and how its columns differ from the names the study uses.

    Parameters
    ----------
    label, opened, closed, invited
        A wave that is not closed is preliminary.
    rename
        ``{ name in this wave's file = name in the study }``.
    not_asked
        Items, or patterns of items, that were not in the questionnaire.
    ignore
        Columns, or patterns, of this wave that the study does not need to know.
    changed
        Items whose wording changed: the line breaks here and is footnoted.
    """

    label: Label = ""
    opened: dt.date | None = None
    closed: dt.date | None = None
    invited: Annotated[int, Field(ge=0)] | None = None
    rename: dict[ColumnName, ColumnName] = Field(default_factory=dict)
    not_asked: tuple[ColumnName, ...] = ()
    ignore: tuple[ColumnName, ...] = ()
    changed: tuple[ColumnName, ...] = ()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> WaveModel:
        if self.opened and self.closed and self.opened > self.closed:
            raise ValueError(f"closed {self.closed} is before opened {self.opened}")
        return self


def _files_as_tables(files: Any) -> Any:
    """Let ``files = "answers.csv"`` and a list of paths stand for the tables they mean."""
    entries: list[Any] = cast("list[Any]", files) if isinstance(files, list) else [files]
    return [{"path": entry} if isinstance(entry, str) else entry for entry in entries]


def _segments_as_tables(segments: Any) -> Any:
    """Let ``market = "column"`` stand for ``market = { column = "column" }``."""
    if not isinstance(segments, dict):
        return segments
    named = cast("dict[str, Any]", segments)
    return {
        name: {"column": entry} if isinstance(entry, str) else entry
        for name, entry in named.items()
    }


class SurveyModel(StudyModel):
    """``[survey]`` or ``[surveys.<name>]``: one population asked the same questions over waves.

    Parameters
    ----------
    files
        A path, a list of paths, or tables (:class:`FileModel`).
    rename, ignore
        As in a wave, for every wave.
    respondent, person
        Columns with the respondent's key in this survey, and with the key a person has in every
        source. Both become keyed pseudonyms on reading.
    weight, missing_weight
        Column of weights. A row without one is an ``"error"`` (default) or is ``"set_aside"``.
    strata, cluster
        Columns of the sampling design.
    population_size
        People in the population, or ``{ stratum = N }``.
    margins
        Known population: ``{ column = { value = share or count } }``.
    language_column, duration, submitted
        Columns with the language answered in, the seconds it took, and when it was sent.
    source
        Column that says where the answer was collected. Default: the file's ``source`` or path.
    population
        Who was asked, such as ``"customers"``. A survey has one population.
    items, outcomes, drivers, segments, open_answers, money, waves
        See their models.
    """

    files: Annotated[tuple[FileModel, ...], BeforeValidator(_files_as_tables), Field(min_length=1)]
    rename: dict[ColumnName, ColumnName] = Field(default_factory=dict)
    ignore: tuple[ColumnName, ...] = ()
    respondent: ColumnName | None = None
    person: ColumnName | None = None
    weight: ColumnName | None = None
    missing_weight: Literal["error", "set_aside"] = "error"
    strata: ColumnName | None = None
    cluster: ColumnName | None = None
    population_size: Annotated[int, Field(gt=0)] | dict[str, Annotated[int, Field(gt=0)]] | None = (
        None
    )
    margins: dict[ColumnName, dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]] = (
        Field(default_factory=dict)
    )
    language_column: ColumnName | None = None
    duration: ColumnName | None = None
    submitted: ColumnName | None = None
    source: ColumnName | None = None
    population: str | None = None
    items: dict[ColumnName, ItemRule] = Field(default_factory=dict)
    outcomes: dict[Identifier, OutcomeModel] = Field(default_factory=dict)
    drivers: dict[Identifier, DriverModel] = Field(default_factory=dict)
    segments: Annotated[dict[Identifier, SegmentModel], BeforeValidator(_segments_as_tables)] = (
        Field(default_factory=dict)
    )
    open_answers: dict[Identifier, OpenAnswerModel] = Field(default_factory=dict)
    money: dict[Identifier, MoneyModel] = Field(default_factory=dict)
    waves: dict[Identifier, WaveModel] = Field(default_factory=dict)

    def rule(self, column: str) -> ItemRule:
        """Return what the study says of a column: each key from the narrowest pattern that has it.

        The column's own name is narrower than any pattern; of two patterns, the one with more
        letters that must match.
        """
        matching = [pattern for pattern in self.items if pattern_matches(pattern, column)]
        matching.sort(key=lambda pattern: _narrowness(pattern, column))
        merged: dict[str, Any] = {}
        for pattern in matching:
            own = {key: getattr(self.items[pattern], key) for key in self.items[pattern].given}
            if own.keys() & {"kind", "scale"}:  # what it is follows from one rule, never from two
                merged.pop("kind", None)
                merged.pop("scale", None)
            merged |= own
        return ItemRule.model_construct(**merged)

    def patterns_in_force(self, column: str, key: str) -> list[str]:
        """Return the narrowest patterns that set a key for a column; more than one is a clash."""
        setting = [
            pattern
            for pattern, rule in self.items.items()
            if key in rule.given and pattern_matches(pattern, column)
        ]
        if not setting:
            return []
        narrowest = max(_narrowness(pattern, column) for pattern in setting)
        return [pattern for pattern in setting if _narrowness(pattern, column) == narrowest]


def pattern_matches(pattern: str, column: str) -> bool:
    """Say whether a column has the name, or fits the pattern; ``*`` stands for any letters.

    Other signs are themselves: question texts have ``?`` and ``[ ]`` in them.

    Examples
    --------
    >>> pattern_matches("Q7*", "Q7ART"), pattern_matches("Why?", "Whys")
    (True, False)
    """
    if "*" not in pattern or pattern == column:
        return pattern == column
    first, *middle, last = pattern.split("*")
    if len(column) < len(first) + len(last):
        return False
    if not (column.startswith(first) and column.endswith(last)):
        return False
    rest = column[len(first) : len(column) - len(last)]
    for part in middle:
        _, found, rest = rest.partition(part)
        if part and not found:
            return False
    return True


def _narrowness(pattern: str, column: str) -> float:
    return float("inf") if pattern == column else len(pattern.replace("*", ""))
