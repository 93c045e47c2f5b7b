"""``[corpus]``: interviews and other documents."""

from __future__ import annotations

from typing import Literal

from workbench.inputs.models.base import StudyModel

__all__ = ["CorpusModel"]


class CorpusModel(StudyModel):
    """Where the documents are and how they are coded.

    Parameters
    ----------
    documents, guide
        Folder of pseudonymised texts, and table of guide questions, relative to the study.
    approach
        Decides which measures of agreement are fit.
    method
        Reserved: the method in the researcher's own words.
    """

    documents: str = "documents"
    guide: str | None = None
    approach: Literal["reflexive", "codebook", "coding_reliability"] = "codebook"
    method: str | dict[str, str] | None = None
