"""Imported once by the process that workers are forked from: all that carrying out a run needs."""

from __future__ import annotations

import gc
import importlib

from workbench.report.kernel import without_grammar

_NEEDED = (
    "papermill",
    "workbench.inputs.held",
    "workbench.inputs.study",
    "workbench.report.choices",
    "workbench.report.failure",
    "workbench.report.outputs",
    "workbench.report.run",
    "workbench.review.worker",
)

gc.disable()  # what is imported stays: going through it again and again is work for nothing
with without_grammar():
    for _name in _NEEDED:
        importlib.import_module(_name)
gc.freeze()  # nor need a worker's collector
gc.enable()
