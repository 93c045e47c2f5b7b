"""Draft a study from data files, and tell what drifted in a new wave; every guess is marked."""

from __future__ import annotations

from workbench.inputs.drafting.adding import AddedWave, add_wave
from workbench.inputs.drafting.drafts import Draft, draft_study

__all__ = ["AddedWave", "Draft", "add_wave", "draft_study"]
