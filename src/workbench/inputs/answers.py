"""The columns of one file and wave, read by the study's item rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.errors import DataError
from workbench.inputs.references import item_scales, survey_items
from workbench.inputs.scales import (
    OUT_OF_SCALE_LIMIT,
    CodedColumn,
    code_dates,
    code_numbers,
    code_text,
)
from workbench.inputs.study_file import Problem
from workbench.language import Message

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from workbench.inputs.models.base import Scale
    from workbench.inputs.models.survey import ItemRule, SurveyModel
    from workbench.inputs.references import KeyPath
    from workbench.inputs.survey_files import FilePart

__all__ = ["CodedPart", "ColumnRules", "code_part", "out_of_scale_findings"]


@dataclass(frozen=True, eq=False)
class CodedPart:
    """Rows of one file and wave: columns the study knows, and the rest as text."""

    part: FilePart
    coded: dict[str, CodedColumn]
    plain: pd.DataFrame

    @property
    def wave(self) -> str:
        """The wave of all rows."""
        return self.part.wave

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.part.frame)

    def rows(self, keep: np.ndarray) -> CodedPart:
        """Return the part with only some of its rows."""
        return CodedPart(
            replace(self.part, frame=self.part.frame.loc[keep]),
            {name: column.rows(keep) for name, column in self.coded.items()},
            self.plain.loc[keep],
        )


class ColumnRules:
    """What a survey says about each column, worked out once."""

    def __init__(self, survey: SurveyModel) -> None:
        self.survey = survey
        self._scales = {
            item: next(iter(found), None) for item, found in item_scales(survey).items()
        }
        self._whole = {
            item
            for outcome in survey.outcomes.values()
            if outcome.kind == "nps"
            for item in outcome.columns
        }
        self._texts = {segment.column for segment in survey.segments.values()}
        self._texts |= {answer.item for answer in survey.open_answers.values()}
        self._texts |= set(survey.margins) - set(survey.segments)
        for column in (survey.strata, survey.cluster, survey.language_column, survey.source):
            self._texts |= {column} if column is not None else set()
        self.hidden = {column for column in (survey.respondent, survey.person) if column}
        self._rules: dict[str, ItemRule] = {}

    def rule(self, column: str) -> ItemRule:
        """Return the rule in force."""
        if column not in self._rules:
            self._rules[column] = self.survey.rule(column)
        return self._rules[column]

    def scale(self, column: str) -> Scale | None:
        """Return the scale, whoever gave it."""
        return self.rule(column).scale or self._scales.get(column)

    def kind(self, column: str) -> str | None:
        """Return how the column is read: scale, number, date, text; None where nothing is said."""
        rule = self.rule(column)
        if self.scale(column) is not None:
            return "scale"
        if rule.kind is not None:
            return "text" if rule.kind == "multiple" else rule.kind
        if column == self.survey.duration:
            return "number"
        if column == self.survey.submitted:
            return "date"
        said = rule.missing is not None or bool(rule.given & {"values"})
        return "text" if said or column in self._texts else None

    def code(self, column: str, part: FilePart) -> CodedColumn | None:
        """Read one column; None where nothing is said about it."""
        cells, rule = part.frame[column], self.rule(column)
        match self.kind(column):
            case "scale":
                coded = code_numbers(
                    cells,
                    rule,
                    scale=self.scale(column),
                    whole=column in self._whole,
                    decimal=part.file.spec.decimal,
                )
            case "number":
                coded = code_numbers(cells, rule, decimal=part.file.spec.decimal)
                refuse_ambiguous(coded, column, part)
            case "date":
                coded = code_dates(cells, rule)
            case "text":
                coded = code_text(cells, rule)
            case _:
                return None
        return coded


def refuse_ambiguous(coded: CodedColumn, column: str, part: FilePart) -> None:
    """Stop where a comma may be a decimal sign or group thousands, and the file does not tell.

    Raises
    ------
    DataError
        If the numbers mix points and commas, or look grouped in a file whose delimiter is a comma.
    """
    if coded.ambiguous and (coded.unreadable or part.delimiter == ","):
        raise DataError(
            f"Column '{column}' of {part.file.shown}: in some numbers a comma may mark decimals or "
            'group thousands. Say decimal = "," or decimal = "." beside the path in files.'
        )


def code_part(part: FilePart, rules: ColumnRules) -> CodedPart:
    """Read the columns of one part; those the study says nothing of stay text as they are."""
    coded: dict[str, CodedColumn] = {}
    plain: list[str] = []
    for column in map(str, part.frame.columns):
        if column in rules.hidden or column == rules.survey.weight:
            continue
        read = rules.code(column, part)
        if read is None:
            plain.append(column)
        else:
            coded[column] = read
    rest = part.frame[plain]
    texts = [column for column in plain if rest[column].dtype == "str"]
    return CodedPart(part, coded, rest.assign(**{c: rest[c].mask(rest[c] == "") for c in texts}))


def out_of_scale_findings(
    parts: list[CodedPart], rules: ColumnRules, key: KeyPath
) -> tuple[list[Problem], list[Message]]:
    """Judge the answers that are out of scale, per item and wave.

    Returns
    -------
    tuple
        Mistakes: more than 1 % of an item's answers in a wave, unless its rule says
        ``out_of_scale = "missing"``. Warnings: fewer, or allowed.
    """
    problems: list[Problem] = []
    warnings: list[Message] = []
    for (wave, item), columns in _by_wave_and_item(parts).items():
        outside = sum(column.count("out_of_scale") for column in columns)
        total = outside + sum(column.answered for column in columns)
        if not outside:
            continue
        allowed = rules.rule(item).out_of_scale == "missing"
        if outside > OUT_OF_SCALE_LIMIT * total and not allowed:
            where = (*key, *_key_of(item, rules))
            problems.append(Problem(where, _worded(item, wave, columns, outside, total, rules)))
        else:
            warnings.append(
                Message(
                    "Item '{item}', wave {wave}: {n:integer} of {total:integer} answers is "
                    "out of scale and left out.",
                    "Item '{item}', wave {wave}: {n:integer} of {total:integer} answers are "
                    "out of scale and left out.",
                    item=item,
                    wave=wave,
                    n=outside,
                    total=total,
                )
            )
    return problems, warnings


def _by_wave_and_item(parts: list[CodedPart]) -> dict[tuple[str, str], list[CodedColumn]]:
    found: dict[tuple[str, str], list[CodedColumn]] = {}
    for part in parts:
        for item, column in part.coded.items():
            found.setdefault((part.wave, item), []).append(column)
    return found


def _key_of(item: str, rules: ColumnRules) -> KeyPath:
    for setting in ("scale", "kind"):
        if patterns := rules.survey.patterns_in_force(item, setting):
            return ("items", patterns[0])
    return survey_items(rules.survey).get(item, ("items", item))


def _worded(
    item: str,
    wave: str,
    columns: list[CodedColumn],
    outside: int,
    total: int,
    rules: ColumnRules,
) -> str:
    codes: dict[float, int] = {}
    for column in columns:
        for code, n in column.outside.items():
            codes[code] = codes.get(code, 0) + n
    unreadable = sum(column.unreadable for column in columns)
    shown = [
        f"{n} are {code:g}" for code, n in sorted(codes.items(), key=lambda pair: -pair[1])[:5]
    ]
    if unreadable:
        what = "no date in this format" if rules.kind(item) == "date" else "no number"
        shown.append(f"{unreadable} are {what}")
    scale = rules.scale(item)
    if scale is None:
        remedy = (
            "Say its `format`, as in strptime"
            if rules.kind(item) == "date"
            else "List codes that are no answers in `missing`"
        )
        return (
            f"'{item}', wave {wave}: {outside} of {total} answers can't be read "
            f"({', '.join(shown)}). {remedy}."
        )
    low, high = scale
    hint = " Was it asked from 0?" if low == 1 and 0 in codes else ""
    hint += " Give words their codes in `values`." if unreadable else ""
    return (
        f"item '{item}', wave {wave}: {outside} of {total} answers are not on the scale "
        f"[{low:g}, {high:g}] ({', '.join(shown)}).{hint} Correct `scale`, list them in `missing` "
        'if they are no answers, or say out_of_scale = "missing" to leave them out and count them.'
    )
