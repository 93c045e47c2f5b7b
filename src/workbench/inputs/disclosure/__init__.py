"""Small groups stay hidden: within a table, over a report, over all reports of a run."""

from workbench.inputs.disclosure.hiding import FLOOR, checked_floor, hidden_cells
from workbench.inputs.disclosure.merging import merge_small_groups
from workbench.inputs.disclosure.pattern import SuppressionPattern, suppression_pattern
from workbench.inputs.disclosure.published import (
    PublishedRows,
    PublishedTable,
    audit,
    published_tables,
)

__all__ = [
    "FLOOR",
    "PublishedRows",
    "PublishedTable",
    "SuppressionPattern",
    "audit",
    "checked_floor",
    "hidden_cells",
    "merge_small_groups",
    "published_tables",
    "suppression_pattern",
]
