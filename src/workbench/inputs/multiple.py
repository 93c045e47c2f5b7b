"""Questions with several answers per person: one column per option, 1 chosen, 0 not chosen.

Not chosen is not "no": a row in which nothing is chosen has no answer, and is missing in every
option's column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.inputs.scales import CodedColumn, code_text
from workbench.language import localized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.models.survey import ItemRule

__all__ = ["MultipleAnswers", "read_multiple"]

_MOST_OPTIONS = 80
OTHER = "other"


class MultipleAnswers:
    """The options of one question.

    Parameters
    ----------
    options
        Option -> 1 or 0 per row; missing where nothing was chosen.
    kinds
        As in :class:`CodedColumn`, for the question as a whole.
    """

    def __init__(self, options: dict[str, NDArray[np.float64]], kinds: NDArray[np.int8]) -> None:
        self.options = options
        self.kinds = kinds

    def asked_of(self, rows: NDArray[np.bool_]) -> MultipleAnswers:
        """Return the answers with every other row not asked."""
        options = {option: np.where(rows, told, np.nan) for option, told in self.options.items()}
        return MultipleAnswers(options, np.where(rows, self.kinds, 2).astype(np.int8))

    def columns(self, item: str) -> dict[str, str]:
        """Return option -> name of its column."""
        return {option: f"{item}={option}" for option in self.options}

    def frame(self, item: str) -> pd.DataFrame:
        """Return one column per option, ``item=option``."""
        return pd.DataFrame({f"{item}={option}": told for option, told in self.options.items()})


def read_multiple(
    item: str, cells: Sequence[pd.Series], names: Sequence[str], rule: ItemRule, language: str
) -> MultipleAnswers:
    """Read the answers to one question.

    Parameters
    ----------
    item
        Its name in the study, for errors.
    cells
        The columns that hold it: one with a separator, several with a code each, or several that
        are ticked.
    names
        Names of these columns: the options of ticked ones, where ``values`` does not label them.
    rule
        Of the question. With ``values`` and no ``marks``, answers without a label are ``"other"``.
    language
        Of the labels.

    Raises
    ------
    DataError
        If there are more than 80 different answers and no ``values``: free text among them.
    """
    coded = [code_text(column, rule) for column in cells]
    labels = {
        code.casefold(): localized(label, language)
        for code, label in (rule.values or {}).items()  # noqa: PD011 - a key of the rule, no frame
    }
    if rule.marks is not None:
        chosen = _ticked(coded, names, rule, labels)
    else:
        chosen = _named(item, coded, rule.separator, labels)
    nobody = np.zeros(len(coded[0].kinds), dtype=bool)
    answered = np.any([nobody, *chosen.values()], axis=0)
    kinds = np.where(answered, 0, _why_none(coded)).astype(np.int8)
    options = {option: np.where(answered, told, np.nan) for option, told in chosen.items()}
    return MultipleAnswers(options, kinds)


def _ticked(
    coded: list[CodedColumn], names: Sequence[str], rule: ItemRule, labels: dict[str, str]
) -> dict[str, NDArray[np.bool_]]:
    marks = {str(mark).strip().casefold() for mark in rule.marks or ()}
    return {
        labels.get(name.casefold(), name): (
            column.answers.str.casefold().isin(marks).to_numpy(dtype=bool)
        )
        for name, column in zip(names, coded, strict=True)
    }


def _named(
    item: str, coded: list[CodedColumn], separator: str | None, labels: dict[str, str]
) -> dict[str, NDArray[np.bool_]]:
    n = len(coded[0].kinds)
    chosen = {label: np.zeros(n, dtype=bool) for label in labels.values()}
    known = labels | {label.casefold(): label for label in labels.values()}
    for column in coded:
        places, distinct = pd.factorize(column.answers, use_na_sentinel=True)
        for place, text in enumerate(map(str, distinct)):
            rows = places == place
            for part in text.split(separator) if separator is not None else [text]:
                answer = part.strip()
                if not answer:
                    continue
                option = known.get(answer.casefold(), OTHER if labels else answer)
                chosen.setdefault(option, np.zeros(n, dtype=bool))
                chosen[option] |= rows
    if len(chosen) > _MOST_OPTIONS:
        raise DataError(
            f"Item '{item}': has {len(chosen)} different answers, so there is free text among "
            "them. List the options in `values`; other answers then count as one."
        )
    return chosen if labels else dict(sorted(chosen.items()))


def _why_none(coded: list[CodedColumn]) -> NDArray[np.int8]:
    """Return the first kind that is not blank among the columns, else blank."""
    kinds = np.stack([column.kinds for column in coded])
    listed = (kinds == 1) | (kinds == 2)
    first = np.take_along_axis(kinds, listed.argmax(axis=0)[None, :], axis=0)[0]
    return np.where(listed.any(axis=0), first, 3).astype(np.int8)
