"""The steps of the customer's journey, in order."""

from __future__ import annotations

from workbench.inputs.models.base import Identifier, Label, StudyModel

__all__ = ["Touchpoint"]


class Touchpoint(StudyModel):
    """One ``[[journey]]`` step; drivers, outcomes, open answers and codes refer to its ``id``.

    Parameters
    ----------
    id
        The name others refer to.
    label
        What a report calls it. Default: the id.
    owner
        Who can mend it: named beside actions.
    """

    id: Identifier
    label: Label = ""
    owner: Label = ""

    @property
    def title(self) -> Label:
        """What a report prints: the label, or the id."""
        return self.label or self.id
