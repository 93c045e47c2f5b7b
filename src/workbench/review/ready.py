"""Imported once by the process that workers are forked from: all that carrying out a run needs."""

from __future__ import annotations

import importlib

from workbench.report.kernel import without_grammar

with without_grammar():
    for _name in ("papermill", "workbench.report.outputs", "workbench.review.worker"):
        importlib.import_module(_name)
