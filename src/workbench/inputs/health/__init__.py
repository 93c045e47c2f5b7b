"""Is this data fit for a conclusion: checks by wave, source and segment, and a grade per file."""

from __future__ import annotations

from workbench.inputs.health.examination import data_health
from workbench.inputs.health.grading import graded

__all__ = ["data_health", "graded"]
