"""``[corpus]``: interviews and other documents."""

from __future__ import annotations

from typing import Literal

from workbench.inputs.models.base import Label, StudyModel

__all__ = ["CorpusMethod", "CorpusModel"]


class CorpusMethod(StudyModel):
    """``[corpus.method]``: how it was done, in the researcher's own words.

    A report of themes is not made without these: an empty one stops it.

    Parameters
    ----------
    sample
        Who was spoken to, how many, how long.
    selection
        How they were chosen, and who was not reached.
    outcomes_sampled
        ``successes``, ``failures`` or ``both``, where cases were chosen by how they went. A sample
        of one kind cannot say what sets the kinds apart, and the report prints that.
    guide_version
        Version of the interview guide, and how it was tried out.
    coders
        Who coded, who checked, and whether they saw each other's work.
    limits
        What the material cannot say.
    """

    sample: Label = ""
    selection: Label = ""
    outcomes_sampled: Literal["successes", "failures", "both"] | None = None
    guide_version: Label = ""
    coders: Label = ""
    limits: Label = ""


class CorpusModel(StudyModel):
    """Where the documents are and how they are coded.

    Parameters
    ----------
    documents, guide, theory
        Folder of pseudonymised texts, table of guide questions, and table of claims of the theory
        (``theory_id,claim,source``), relative to the study.
    approach
        ``codebook`` and ``coding_reliability`` report agreement and saturation; ``reflexive``
        reports neither, because its codes are the researcher's reading and not a measurement.
    interviewers
        Names of interviewers as the transcripts spell them.
    language
        Main language of the texts: whose everyday words are not taken for names.
    redact
        ``sure``: personal data that the rules are sure of never enter the documents; ``off``: the
        texts are public, or were pseudonymised before.
    method
        How it was done.
    """

    documents: str = "documents"
    guide: str | None = None
    theory: str | None = None
    approach: Literal["reflexive", "codebook", "coding_reliability"] = "codebook"
    interviewers: tuple[str, ...] = ()
    language: Literal["sv", "en"] = "sv"
    redact: Literal["sure", "off"] = "sure"
    method: CorpusMethod | None = None
