"""The frozen records: the contract between analysis and report, one module per room."""

from workbench.results.base import Check, Result, TableSpec

__all__ = ["Check", "Result", "TableSpec"]
