"""Names that a report prints for codes: markets, waves, drivers. Results keep the codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workbench.language import LANGUAGES, LocalizedText, localized

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["INDICES", "JOINT", "label_of", "study_labels"]

JOINT: Final = " / "
"""What joins the values of several columns in one segment's name."""


INDICES: Final = {"nki": "NKI", "nps": "NPS", "csat": "CSAT"}
"""Names of the usual indices, in either language."""


def label_of(value: object, labels: Mapping[str, str]) -> object:
    """Return the label of a value; of a joined one, the labels of its parts.

    Examples
    --------
    >>> label_of("SE / app", {"SE": "Sweden"}), label_of(None, {})
    ('Sweden / app', None)
    """
    if not isinstance(value, str):
        return value
    if value in labels:
        return labels[value]
    if JOINT in value:
        return JOINT.join(labels.get(part, part) for part in value.split(JOINT))
    return value


def study_labels(study: Any) -> dict[str, LocalizedText]:
    """Return the label of each wave, segment value, driver and outcome of a study's surveys.

    A code without a label of its own is not in it. Segment values are looked up both by code and
    by the label that stands in the study's own language.
    """
    found: dict[str, LocalizedText] = {}
    for name in study.surveys:
        model = study.survey_model(name)
        named = {**model.waves, **model.drivers, **model.outcomes, **model.segments}
        found |= {key: entry.label for key, entry in named.items() if entry.label}
        for segment in model.segments.values():
            for code, label in segment.values.items():
                found[code] = label
                found[localized(label, study.language)] = label
            found |= segment.names
    return {key: label for key, label in found.items() if _says_more(key, label)}


def _says_more(key: str, label: LocalizedText) -> bool:
    return any(localized(label, language) != key for language in LANGUAGES)
