"""What a reader calls a number of a report: the caption of its table, and the group it is of.

The names are those that the report itself printed, as they lie in the run's notebook; a run whose
notebook can't be read has its numbers named after their results.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workbench.language import LANGUAGES, LocalizedText, Message, joined, localized
from workbench.report.payload import MIME
from workbench.report.tables import key_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.review.runs import RunFolder

__all__ = ["NumberNames"]


class NumberNames:
    """The names of the numbers of one run.

    Parameters
    ----------
    run
        Folder of the run.
    """

    def __init__(self, run: RunFolder) -> None:
        self._payloads = _payloads(run)

    def name(self, result: str, table: str, key: Mapping[str, Any]) -> Message:
        """Return what a reader calls a number: "NKI with 95% interval, points, by market: Sweden".

        Parameters
        ----------
        result, table
            Id of the result, and name of the table in it.
        key
            Key column -> value, of the number's row.
        """
        payload = self._payloads.get(result, {})
        caption = payload.get("tables", {}).get(table, {}).get("caption")
        what: LocalizedText = caption or result.replace("_", " ")
        texts = {
            language: _name(payload, localized(what, language), key, language)
            for language in LANGUAGES
        }
        return Message("{name}", name=texts)


def _name(payload: Mapping[str, Any], what: str, key: Mapping[str, Any], language: str) -> str:
    labels = {
        value: str(localized(label, language)) for value, label in payload.get("labels", {}).items()
    }
    told = {name: value for name, value in key.items() if (name, value) != ("segment", "all")}
    groups = key_words(dict(payload), told, language, labels)
    what = what.removesuffix(".")
    by = [str(labels.get(column, column)) for column in payload.get("by", [])]
    if groups and by and "segment" in key:
        named = joined([_in_a_sentence(name) for name in by], language)
        what = Message("{what}, by {groups}", what=what, groups=named).render(language)
    return f"{what}: {', '.join(groups)}" if groups else what


def _in_a_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]


def _payloads(run: RunFolder) -> dict[str, dict[str, Any]]:
    """Return result id -> what the run's notebook holds of it for machines."""
    try:
        notebook = json.loads((run.path / "notebook.ipynb").read_text(encoding="utf-8"))
        outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
        found = [out["data"][MIME] for out in outputs if MIME in out.get("data", {})]
        return {str(payload["id"]): payload for payload in found}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
