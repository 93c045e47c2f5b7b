"""Typed errors: each says what must hold, what was found and where, and how to mend it.

Texts of answers, names and keys never appear in an error.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BundleError",
    "CodebookError",
    "CorpusError",
    "DataError",
    "ParameterError",
    "PlanError",
    "PrivacyError",
    "RecordError",
    "RunError",
    "StudyError",
    "WorkbenchError",
    "near_match",
]


class WorkbenchError(Exception):
    """Base of every error the workbench raises on purpose; the input is wrong, not the program."""


class DataError(WorkbenchError):
    """Data do not hold what the call needs: a column, a scale, a weight, enough answers."""


class StudyError(WorkbenchError):
    """``study.toml`` is wrong, or does not fit the files it names."""


class ParameterError(WorkbenchError):
    """A notebook parameter is unknown, of the wrong type or out of range."""


class PlanError(WorkbenchError):
    """An experiment's plan is wrong, incomplete or changed after the fact."""


class CodebookError(WorkbenchError):
    """A codebook entry, or a change to the codebook, is not possible."""


class CorpusError(WorkbenchError):
    """A document, an act or a register of the corpus is not as it must be."""


class PrivacyError(WorkbenchError):
    """An output would show what must stay hidden."""


class RunError(WorkbenchError):
    """A notebook could not be run to its end."""


class RecordError(WorkbenchError):
    """The record of a run is missing, broken or does not fit its files."""


class BundleError(WorkbenchError):
    """A bundle could not be made or opened."""


def near_match(name: str, allowed: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the closest allowed name, or an empty string.

    Case, surrounding spaces and the difference between ``-``, ``_`` and a space do not count.

    Examples
    --------
    >>> near_match("markett", ["market", "segment"])
    " Did you mean 'market'?"
    >>> near_match("qqq", ["market"])
    ''
    """
    candidates = {_folded(candidate): candidate for candidate in allowed}
    hits = difflib.get_close_matches(_folded(name), candidates, n=1, cutoff=0.6)
    return f" Did you mean '{candidates[hits[0]]}'?" if hits else ""


def _folded(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
