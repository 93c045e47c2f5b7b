"""Names that a report prints for codes: markets, waves, drivers. Results keep the codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workbench.language import LANGUAGES, LocalizedText, localized

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.inputs.models.measures import SegmentModel
    from workbench.inputs.models.survey import ItemRule

__all__ = ["INDICES", "JOINT", "NPS_GROUPS", "crosstab_labels", "label_of", "study_labels"]

JOINT: Final = " / "
"""What joins the values of several columns in one segment's name."""


NPS_GROUPS: Final[dict[str, LocalizedText]] = {
    "-100": {"sv": "kritiker, 0–6", "en": "detractors, 0–6"},
    "0": {"sv": "passiva, 7–8", "en": "passives, 7–8"},
    "100": {"sv": "ambassadörer, 9–10", "en": "promoters, 9–10"},
}
"""Names of the values of an NPS column."""

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


def study_labels(study: Any, by: Iterable[str] | None = None) -> dict[str, LocalizedText]:
    """Return the label of each wave, driver, outcome, segment and item of a study's surveys.

    An item keeps its name before its label: "q4: It was easy to become a customer".

    Parameters
    ----------
    study
        As ``wb.load_study`` returns it.
    by
        Segments whose values are named as well; None: all. Two segments may use one code for two
        things, so give those that a result is split by.

    Returns
    -------
    dict
        Value -> label, for values whose label says more than they do.
    """
    found: dict[str, LocalizedText] = {}
    wanted = None if by is None else set(by)
    for name in study.surveys:
        model = study.survey_model(name)
        found |= {key: _item_label(key, rule) for key, rule in model.items.items() if rule.label}
        named = {**model.waves, **model.drivers, **model.outcomes, **model.segments}
        found |= {key: entry.label for key, entry in named.items() if entry.label}
        for segment, entry in model.segments.items():
            if wanted is None or segment in wanted:
                found |= _values(entry, study.language)
    return {key: label for key, label in found.items() if _says_more(key, label)}


def report_labels(study: Any) -> dict[str, LocalizedText]:
    """Return what reports call a study's drivers, outcomes, segments and touchpoints."""
    steps = {step.id: step.title for step in study.journey}
    return {**INDICES, **steps, **study_labels(study)}


def crosstab_labels(study: Any, by: str) -> dict[str, LocalizedText]:
    """Return the labels of a crosstab of NPS groups by a segment."""
    return {**INDICES, **study_labels(study, (by,)), **NPS_GROUPS}


def _item_label(name: str, rule: ItemRule) -> LocalizedText:
    return {
        language: f"{name}: {localized(rule.label or name, language)}" for language in LANGUAGES
    }


def _values(segment: SegmentModel, language: str) -> dict[str, LocalizedText]:
    """Return what stands in the frame -> what a report prints: labels of codes, and names."""
    labels = {localized(label, language): label for label in segment.values.values()}
    return {**labels, **segment.names}


def _says_more(key: str, label: LocalizedText) -> bool:
    return any(localized(label, language) != key for language in LANGUAGES)
