"""Everything in a text that may tell who someone is, one finding per place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.inputs.redaction.findings import Finding, without_overlaps
from workbench.inputs.redaction.identifiers import find_identifiers
from workbench.inputs.redaction.names import find_names
from workbench.inputs.redaction.organisations import find_organisations

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["find_personal_data"]


def find_personal_data(
    text: str, *, language: str = "sv", known: Iterable[Finding] = ()
) -> list[Finding]:
    """Find identifiers, names, organisations and products, in order of place.

    Parameters
    ----------
    text
        Any text.
    language
        Its main language, ``"sv"`` or ``"en"``: whose everyday words are no names. The rules of
        both always apply, since people mix them.
    known
        Further findings, for example of names that a register of respondents lists.

    Returns
    -------
    list of Finding
        Identifiers win over names where they overlap, names over organisations.
    """
    identifiers = without_overlaps(find_identifiers(text))
    organisations = _outside(find_organisations(text), identifiers)
    names = _outside(find_names(text, language), [*identifiers, *organisations])
    return without_overlaps([*known, *identifiers, *organisations, *names])


def _outside(findings: Iterable[Finding], taken: list[Finding]) -> list[Finding]:
    return [
        finding
        for finding in findings
        if all(finding.end <= other.start or finding.start >= other.end for other in taken)
    ]
