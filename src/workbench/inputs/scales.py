"""From cells to answers: numbers on a scale, four kinds of missing, 0-100.

What a cell means is said by the study's item rules alone:

* an empty cell is ``blank``; a listed code or text is missing in the way it is listed;
* a text that is no number but the label of a code is read as that code;
* any other cell must be a number on the scale. Digits stored as text, spaces around them and a
  decimal comma are fine. Everything else is ``out_of_scale``: counted, left out, and an error
  where it is more than 1 % of a wave's answers, because then the rule is wrong, not the people.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.language import LANGUAGES, localized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.models.base import Scale
    from workbench.inputs.models.survey import ItemRule

__all__ = [
    "MISSING_KINDS",
    "OUT_OF_SCALE_LIMIT",
    "CodedColumn",
    "code_dates",
    "code_numbers",
    "code_text",
    "index_points",
    "parse_numbers",
    "promoter_points",
    "top_points",
]

MISSING_KINDS = ("dont_know", "not_asked", "blank", "out_of_scale")
"""Ways to have no answer; a kind's code in :attr:`CodedColumn.kinds` is its place plus one."""

OUT_OF_SCALE_LIMIT = 0.01
"""Share of a wave's answers that may be out of scale before the study must say so."""

_ANSWERED = 0
_KIND_CODES = {kind: place for place, kind in enumerate(MISSING_KINDS, start=1)}
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_WITH_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)")
_OFFSET = r"(?<=\d)(?:Z|[+-]\d\d:?\d\d)$"
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3})")
_NUMERIC = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")


@dataclass(frozen=True, eq=False)
class CodedColumn:
    """Answers, and for each row without one, why.

    Parameters
    ----------
    answers
        Answers; missing where there is none.
    kinds
        0 for an answer, else 1 + the place in :data:`MISSING_KINDS`.
    outside
        Numeric codes that are out of scale, and how often; never texts.
    unreadable
        Cells that are no numbers at all; they are out of scale too.
    ambiguous
        Numbers in which a comma may group thousands or mark decimals.
    """

    answers: pd.Series
    kinds: NDArray[np.int8]
    outside: dict[float, int] = field(default_factory=dict)
    unreadable: int = 0
    ambiguous: bool = False

    def rows(self, keep: NDArray[np.bool_]) -> CodedColumn:
        """Return only some of the rows."""
        return replace(self, answers=self.answers.loc[keep], kinds=self.kinds[keep])

    def count(self, kind: str) -> int:
        """Return how many rows are missing in this way."""
        return int((self.kinds == _KIND_CODES[kind]).sum())

    @property
    def answered(self) -> int:
        """Return how many rows have an answer."""
        return int((self.kinds == _ANSWERED).sum())


def code_numbers(
    cells: pd.Series,
    rule: ItemRule,
    *,
    scale: Scale | None = None,
    whole: bool = False,
    decimal: str | None = None,
) -> CodedColumn:
    """Read the cells of a scaled item or another number.

    Parameters
    ----------
    cells
        Text or numbers, as the file has them.
    rule
        Missing codes, labels of codes, whether 1 is best.
    scale
        Ends of the scale. None: any finite number is an answer.
    whole
        Only whole numbers are answers, as for NPS.
    decimal
        Decimal sign of texts. None: found out from all cells together.

    Examples
    --------
    >>> from workbench.inputs.models.survey import ItemRule
    >>> rule = ItemRule(missing={"dont_know": [99, "Vet ej"]})
    >>> coded = code_numbers(pd.Series(["9 ", "7,5", "Vet ej", "", "11"]), rule, scale=(0, 10))
    >>> coded.answers.tolist(), coded.count("dont_know"), coded.outside
    ([9.0, 7.5, nan, nan, nan], 1, {11.0: 1})
    """
    places, distinct = pd.factorize(cells, use_na_sentinel=True)
    texts = [_as_text(value) for value in distinct]
    counts = np.bincount(places[places >= 0], minlength=len(texts))
    missing = _missing_kinds(texts, rule)
    codes = _codes_of_labels(rule)
    open_texts = [text if kind is None else "" for text, kind in zip(texts, missing, strict=True)]
    if decimal is None and scale is not None and max(map(abs, scale)) < 1000:
        open_texts = [_WITH_COMMA.sub(r"\1.\2", text) for text in open_texts]  # no thousands here
    numbers, ambiguous = parse_numbers(open_texts, decimal=decimal)
    values = np.full(len(texts) + 1, np.nan)  # the last place serves the empty cells
    kinds = np.full(len(texts) + 1, _KIND_CODES["blank"], dtype=np.int8)
    outside: dict[float, int] = {}
    unreadable = 0
    for place, (text, kind) in enumerate(zip(texts, missing, strict=True)):
        if kind is not None:
            kinds[place] = _KIND_CODES[kind]
            continue
        number = numbers[place]
        if number is None:
            number = codes.get(text.casefold())
        if number is not None and _on_scale(number, scale, whole):
            turned = sum(scale) - number if rule.reverse and scale is not None else number
            values[place], kinds[place] = turned, _ANSWERED
            continue
        kinds[place] = _KIND_CODES["out_of_scale"]
        if number is None:
            unreadable += int(counts[place])
        else:
            outside[number] = outside.get(number, 0) + int(counts[place])
    return CodedColumn(
        pd.Series(values[places], index=cells.index, dtype="float64"),
        kinds[places],
        dict(sorted(outside.items())),
        unreadable,
        ambiguous,
    )


def code_text(cells: pd.Series, rule: ItemRule) -> CodedColumn:
    """Read the cells of a category or an open answer: text, without its missing codes.

    Spaces around an answer are dropped; nothing else is changed.
    """
    texts = cells.astype("str") if cells.dtype == "str" else cells.map(_as_text, "ignore")
    texts = texts.astype("str").str.strip()
    kinds = np.where((texts == "") | texts.isna(), _KIND_CODES["blank"], _ANSWERED).astype(np.int8)
    if listed := _listed_codes(rule):
        places, distinct = pd.factorize(texts, use_na_sentinel=True)
        found = [listed.get(_comparable(str(text))) for text in distinct]
        codes = np.array([_KIND_CODES[kind] if kind else -1 for kind in [*found, None]])
        kinds = np.where(codes[places] >= 0, codes[places], kinds).astype(np.int8)
    return CodedColumn(texts.where(kinds == _ANSWERED), kinds)


def code_dates(cells: pd.Series, rule: ItemRule) -> CodedColumn:
    """Read dates and times, in the rule's format or ISO 8601; others are ``out_of_scale``.

    A time with an offset is kept as it was on the clock of the place.
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        moments = cells.dt.tz_localize(None)
        return CodedColumn(moments, np.where(moments.isna(), _KIND_CODES["blank"], 0).astype("i1"))
    coded = code_text(cells, rule)
    texts = coded.answers if rule.format else coded.answers.str.replace(_OFFSET, "", regex=True)
    moments = pd.to_datetime(texts, format=rule.format or "ISO8601", errors="coerce")
    unreadable = moments.isna().to_numpy() & (coded.kinds == _ANSWERED)
    kinds = np.where(unreadable, _KIND_CODES["out_of_scale"], coded.kinds).astype(np.int8)
    return CodedColumn(moments, kinds, unreadable=int(unreadable.sum()))


def parse_numbers(
    texts: Sequence[str], *, decimal: str | None = None
) -> tuple[list[float | None], bool]:
    """Read numbers, with one decimal sign for all; None where a text is no finite number.

    Parameters
    ----------
    texts
        Distinct cells of one column, without spaces around them.
    decimal
        ``","`` or ``"."``. None: the last of the two in a text that has both, else the one that
        stands in the texts.

    Returns
    -------
    tuple
        The numbers, and whether commas might as well group thousands: then say which.

    Examples
    --------
    >>> parse_numbers(["0,75", "1 200", "−3", "1.5e3"])
    ([None, 1200.0, -3.0, 1500.0], True)
    >>> parse_numbers(["0,75", "1.234,5"])
    ([0.75, 1234.5], False)
    """
    cleaned = [_SPACES.sub("", text.replace("\u2212", "-")) for text in texts]
    sign, ambiguous = (decimal, False) if decimal is not None else _decimal_sign(cleaned)
    group = "." if sign == "," else ","
    grouped = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:\{group}\d{{3}})+(?:\{sign}\d+)?")
    numbers: list[float | None] = []
    for text in cleaned:
        plain = text.replace(group, "") if grouped.fullmatch(text) else text
        plain = plain.replace(",", ".") if sign == "," else plain
        number = float(plain) if _NUMBER.fullmatch(plain) else None
        numbers.append(number if number is not None and math.isfinite(number) else None)
    return numbers, ambiguous


def _decimal_sign(texts: list[str]) -> tuple[str, bool]:
    """Return the decimal sign of a column, and whether it might be the other one."""
    numeric = [text for text in texts if _NUMERIC.fullmatch(text)]
    for text in numeric:
        if "," in text and "." in text:
            return max(",.", key=text.rfind), False
    with_comma = [text for text in numeric if "," in text]
    if not with_comma:
        return ".", False
    if any("." in text for text in numeric):
        return ".", True
    return ",", all(_THOUSANDS.fullmatch(text) for text in with_comma)


def index_points(answers: pd.DataFrame, *, scale: Scale, min_items: int = 1) -> NDArray[np.float64]:
    """Return each respondent's mean over the answered items, as 0-100 of the scale.

    Parameters
    ----------
    answers
        One column per item.
    scale
        Theoretical ends of the items.
    min_items
        Answered items it takes; fewer give no value.

    Examples
    --------
    >>> index_points(pd.DataFrame({"a": [10, 1], "b": [5.5, None]}), scale=(1, 10)).tolist()
    [75.0, 0.0]
    """
    values = answers.to_numpy(dtype="float64")
    answered = ~np.isnan(values)
    n = answered.sum(axis=1)
    total = np.where(answered, values, 0).sum(axis=1)
    low, high = scale
    means = np.divide(total, n, out=np.full(len(n), np.nan), where=n >= max(min_items, 1))
    return 100 * (means - low) / (high - low)


def promoter_points(scores: pd.Series) -> NDArray[np.float64]:
    """Return 100 for 9 and 10, 0 for 7 and 8, -100 for 0 to 6; missing stays missing.

    Examples
    --------
    >>> promoter_points(pd.Series([10, 8, 6, None])).tolist()
    [100.0, 0.0, -100.0, nan]
    """
    values = scores.to_numpy(dtype="float64")
    points = np.select([values >= 9, values >= 7], [100.0, 0.0], default=-100.0)
    return np.where(np.isnan(values), np.nan, points)


def top_points(scores: pd.Series, top: Sequence[float]) -> NDArray[np.float64]:
    """Return 100 for an answer among the top codes, 0 for another; missing stays missing.

    Examples
    --------
    >>> top_points(pd.Series([10, 8, None]), top=(9, 10)).tolist()
    [100.0, 0.0, nan]
    """
    values = scores.to_numpy(dtype="float64")
    return np.where(np.isnan(values), np.nan, 100.0 * np.isin(values, list(top)))


def _as_text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _listed_codes(rule: ItemRule) -> dict[str, str]:
    codes = rule.missing.by_code() if rule.missing is not None else {}
    return {_as_text(code).casefold(): kind for code, kind in codes.items()}


def _missing_kinds(texts: list[str], rule: ItemRule) -> list[str | None]:
    listed = _listed_codes(rule)
    return [("blank" if not text else listed.get(_comparable(text))) for text in texts]


@lru_cache(maxsize=4096)
def _comparable(text: str) -> str:
    """Write a number as a code is written, so that ``99,0`` is code 99."""
    if len(text) > 20:
        return text.casefold()
    numbers, _ = parse_numbers([text])
    return text.casefold() if numbers[0] is None else _as_text(numbers[0])


def _codes_of_labels(rule: ItemRule) -> dict[str, float]:
    codes: dict[str, float] = {}
    for code, label in (rule.values or {}).items():  # noqa: PD011 - a key of the rule, no frame
        numbers, _ = parse_numbers([code])
        if numbers[0] is not None:
            for language in LANGUAGES:
                codes[localized(label, language).strip().casefold()] = numbers[0]
    return codes


def _on_scale(number: float, scale: Scale | None, whole: bool) -> bool:
    if whole and not number.is_integer():
        return False
    return scale is None or scale[0] <= number <= scale[1]
