"""What is computed from items: outcomes, drivers, segments, open answers."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from workbench.inputs.models.base import ColumnName, Identifier, Label, Scale, StudyModel

__all__ = [
    "DriverModel",
    "MoneyModel",
    "OpenAnswerModel",
    "OutcomeKind",
    "OutcomeModel",
    "SegmentModel",
]

OutcomeKind = Literal["nki", "nps", "csat", "mean"]
"""``nki``: index 0-100 of several items; ``nps``: -100, 0 or 100; ``csat``: 0 or 100 for an answer
in the top codes; ``mean``: the items' mean on 0-100."""

OUTCOME_KINDS: tuple[OutcomeKind, ...] = get_args(OutcomeKind)


class OutcomeModel(StudyModel):
    """What is explained: one column per outcome, in points, higher is better.

    Parameters
    ----------
    kind
        Default: the outcome's own name, where that is a kind.
    item, items
        ``nps`` and ``csat`` have one item, ``nki`` and ``mean`` one or more; either key will do
        for one item.
    scale
        Of the items. Default: what ``[survey.items]`` says; for ``nps`` 0 to 10.
    min_items
        Answered items it takes. Default: 2 for ``nki`` (1 where there is one item), else 1.
    top
        Codes that count for ``csat``. Default: the two highest of the scale.
    label, touchpoint
        What a report calls it, and the step of the journey it belongs to.
    """

    kind: OutcomeKind | None = None
    item: ColumnName | None = None
    items: Annotated[tuple[ColumnName, ...], Field(min_length=1)] | None = None
    scale: Scale | None = None
    min_items: Annotated[int, Field(ge=1)] | None = None
    top: Annotated[tuple[float, ...], Field(min_length=1)] | None = None
    label: Label = ""
    touchpoint: Identifier | None = None

    @model_validator(mode="after")
    def _either_item_or_items(self) -> OutcomeModel:
        if (self.item is None) == (self.items is None):
            raise ValueError("an outcome needs either item or items")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("an item stands in the list twice")
        if self.min_items is not None and self.min_items > len(self.columns):
            raise ValueError(f"min_items is {self.min_items} of only {len(self.columns)} items")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The items, whichever key named them."""
        return self.items if self.items is not None else (self.item or "",)

    @property
    def needed(self) -> int:
        """Answered items it takes for a value."""
        if self.min_items is not None:
            return self.min_items
        return min(2, len(self.columns)) if self.kind == "nki" else 1


class DriverModel(StudyModel):
    """What may move an outcome: the mean of its items, 0-100.

    Parameters
    ----------
    items
        One or more items on one scale.
    scale
        Default: what ``[survey.items]`` says.
    min_items
        Answered items it takes for a value.
    label, touchpoint
        What a report calls it, and the step of the journey it belongs to.
    """

    items: Annotated[tuple[ColumnName, ...], Field(min_length=1)]
    scale: Scale | None = None
    min_items: Annotated[int, Field(ge=1)] = 1
    label: Label = ""
    touchpoint: Identifier | None = None

    @model_validator(mode="after")
    def _enough_items(self) -> DriverModel:
        if len(set(self.items)) < len(self.items):
            raise ValueError("an item stands in the list twice")
        if self.min_items > len(self.items):
            raise ValueError(f"min_items is {self.min_items} of only {len(self.items)} items")
        return self


class SegmentModel(StudyModel):
    """A way to split respondents; the frame has it under its own name, as text.

    Parameters
    ----------
    column
        Column in the data.
    label
        What a report calls the segment.
    values
        Label of each code, in the order reports use. The frame holds the label in the study's
        language; a code without a label stays as it is.
    names
        What reports print for a value, where the frame keeps the value itself: ``market = "SE"``
        stays ``SE`` in data and parameters, and reads "Sweden" on the page.
    """

    column: ColumnName
    label: Label = ""
    values: dict[str, Label] = Field(default_factory=dict)
    names: dict[str, Label] = Field(default_factory=dict)


class OpenAnswerModel(StudyModel):
    """A question answered in the respondent's own words.

    Parameters
    ----------
    item
        Column with the text.
    about
        The outcome, driver or touchpoint it was asked about.
    label, touchpoint
        The question, and the step of the journey it belongs to.
    """

    item: ColumnName
    about: Identifier | None = None
    label: Label = ""
    touchpoint: Identifier | None = None


class MoneyModel(StudyModel):
    """An amount or churn per respondent, to read satisfaction against.

    Parameters
    ----------
    item
        Column: an amount, or 0 (stayed) and 1 (left).
    kind
        ``amount`` or ``churn``.
    unit
        What an amount is counted in, such as ``"kr"``.
    controls
        Columns to hold constant: product, how long a customer.
    label
        What a report calls it.
    """

    item: ColumnName
    kind: Literal["amount", "churn"] = "amount"
    unit: str = ""
    controls: tuple[ColumnName, ...] = ()
    label: Label = ""
