"""``wb.show``: a result in a notebook's output, for the eye and for the machine, in one display.

The contract for whoever writes a result, a plot, wording or a notebook
------------------------------------------------------------------------
*Result.* A frozen subclass of :class:`workbench.results.base.Result` in ``results/<room>.py`` with
``kind`` (snake case), ``table``, ``method``, ``checks``, ``specs`` (key columns, unique) and
``message`` (one sentence that carries the number: it becomes the figure's text alternative).

*Plot.* ``plot_<kind>(result, *, ax=None, language="en", narrow=False) -> Axes`` in
``report/plots/<room>.py``; ``<room>`` is the module in ``results`` the class comes from, and that
is how :func:`show` finds it. Begin with ``ax = canvas(narrow=narrow) if ax is None else ax`` and
``place(ax, height=..., left=..., right=..., top=..., bottom=...)`` (pixels; wide drawings are 1040
wide, narrow ones 358), draw in the colours of :mod:`workbench.report.figures` only, label
directly. ``forest`` in :mod:`workbench.report.plots.forest` draws rows of estimates with
intervals. A kind without a plot is shown as a table.

*Wording.* Optional functions in ``report/wording/<room>.py``, found the same way:
``headline_<kind>(result) -> Message`` (the finding as a section's heading, no full stop),
``lead_<kind>(result) -> list[Message]`` (sentences under it), ``subtitle_<kind>(result) ->
Message`` (how to read the figure). ``**bold**`` is allowed in leads.

*Tables.* Headings and formats by column name in :mod:`workbench.report.columns`.

*Notebook.* One ``#`` title, the cell tagged ``parameters``, then per analysis a ``##`` heading (a
short name: it stands in the contents; the page's heading is the first result's headline), a call
and ``wb.show(result, id="nps_by_market")``; last an :class:`~workbench.results.report.Answer`
(lifted to the top of the page), statements of what can't be said, and
``wb.show(wb.provenance(study))``. See ``docs/write-a-notebook.md``.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from workbench.errors import DataError
from workbench.language import LANGUAGES, localized
from workbench.report import figures, segment_colours
from workbench.report.audit import published_rows
from workbench.report.fragments import answer_html, result_html, statements_html
from workbench.report.labels import JOINT, label_of, study_labels
from workbench.report.payload import (
    MIME,
    Payload,
    answer_payload,
    result_payload,
    statements_payload,
)
from workbench.results.base import Result
from workbench.results.report import Answer, Statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbench.language import LocalizedText

__all__ = ["bundle", "show"]

_WAVES = ("wave", "previous")
"""Fields of a result that name a wave, and are worded as its labels say."""
_AXES = ("rows", "columns")
"""Fields of a crosstab that list what is crossed, and are worded in the same way."""


def show(
    result: Result | Answer | Statements,
    *,
    id: str | None = None,  # noqa: A002 - the word results.json uses
    language: str | None = None,
    plot: Callable[..., Any] | Literal[False] | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
    folded: bool = False,
    panel: bool = False,
    where: Mapping[str, object] | None = None,
) -> None:
    """Show a result: table, figure, text alternative and a machine-readable copy.

    Emits one display with three forms: JSON under a private MIME type (what ``results.json`` and
    the report page are made from), HTML for the notebook, and one sentence of plain text.

    Parameters
    ----------
    result
        A record of ``workbench.results``.
    id
        Address of the result in ``results.json``; unique in the notebook, lower case with
        underscores. Default: the kind and what it is grouped by, ``nps_by_market``.
    language
        Language of figure and table. Default: the notebook's ``language`` parameter, else "en".
    plot
        Function that draws the result; False for none. Default: by the result's kind.
    labels
        Names for values of key columns, such as markets: ``{"SE": {"sv": "Sverige", ...}}``.
        Default: the labels of the notebook's ``study``.
    folded
        True keeps the result out of the way: its tables alone, in a fold. For numbers that the
        answer rests on, so that they have an address.
    panel
        True sets the result beside its neighbours, two or three in a row, in the narrow drawing.
    where
        Filters the answers were read under, ``{"market": market, "wave": wave}``; empty values
        count as no filter. With it, the run puts this result's groups beside those of the other
        results and refuses a report that gives a hidden one away.

    Raises
    ------
    DataError
        If the record is of another type, holds an infinite number, or has two rows with one key.
    """
    from IPython.display import display

    data = bundle(
        result,
        id=id,
        language=language or str(_from_notebook("language") or "en"),
        plot=plot,
        labels=labels if labels is not None else _study_labels(result),
        folded=folded,
        panel=panel,
        where=where,
    )
    display(data, raw=True)


def bundle(
    result: Result | Answer | Statements,
    *,
    id: str | None = None,  # noqa: A002 - the word results.json uses
    language: str = "en",
    plot: Callable[..., Any] | Literal[False] | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
    folded: bool = False,
    panel: bool = False,
    where: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return what :func:`show` displays: MIME type -> content.

    Parameters
    ----------
    result, id, language, plot, labels, folded, panel, where
        As in :func:`show`; ``language`` has no other source here.
    """
    if language not in LANGUAGES:
        raise DataError(f"Language must be 'sv' or 'en', not '{language}'.")
    if isinstance(result, Answer):
        payload = answer_payload(result, id or "answer")
        return _bundle(payload, answer_html(payload, language), language)
    if isinstance(result, Statements):
        payload = statements_payload(result, id or f"statements_{result.role}")
        return _bundle(payload, statements_html(payload, language), language)
    _refuse_other_types(result)
    labels = {**getattr(result, "own_labels", {}), **(labels or {})}
    payload, labelled = _payload(result, id or _default_id(result), labels)
    payload |= {"blank": _has_nothing_to_draw(result)}
    payload |= {"published": published_rows(result, payload["id"], where)}
    payload |= {"place": "fold" if folded else "panel" if panel else "full"}
    drawings = {} if folded else _drawings(labelled[language], payload, plot, language)
    return _bundle(payload, result_html(payload, drawings, language), language)


def _bundle(payload: Payload, html: str, language: str) -> dict[str, Any]:
    sentence = payload["summary"][language].replace("**", "")
    return {MIME: payload, "text/html": html, "text/plain": sentence}


def _refuse_other_types(result: object) -> None:
    if not isinstance(result, Result):
        raise DataError(
            f"wb.show takes a result of the workbench, not a {type(result).__name__}. "
            "Show other objects with display()."
        )


def _payload(
    result: Any, identifier: str, labels: Mapping[str, LocalizedText]
) -> tuple[Payload, dict[str, Any]]:
    """Return a result as plain JSON with its words, and the result labelled in each language."""
    payload = result_payload(result, identifier)
    also = {str(getattr(result, name, "")) for name in _WAVES}
    also |= {str(name) for axis in _AXES for name in getattr(result, axis, ())}
    used = _used_labels(payload, labels, also=also)
    labelled = {language: _labelled(result, used, language) for language in LANGUAGES}
    words = {language: _words(labelled[language]) for language in LANGUAGES}
    if hasattr(result, _AXES[0]):
        _word_captions(payload, labelled)
    texts: dict[str, Any] = {
        name: _in_both(words, name) for name in ("summary", "headline", "subtitle")
    }
    n_leads = len(words["en"]["lead"])
    texts["lead"] = [
        {language: words[language]["lead"][number].render(language) for language in LANGUAGES}
        for number in range(n_leads)
    ]
    own_words = getattr(result, "payload_words", {})
    return payload | texts | {"labels": used} | own_words, labelled


def _word_captions(payload: Payload, labelled: Mapping[str, Any]) -> None:
    """Let the captions name what is crossed as a report does."""
    for name, table in payload["tables"].items():
        table["caption"] = {
            language: result.specs[name].caption.render(language)
            for language, result in labelled.items()
        }


def _words(result: Any) -> dict[str, Any]:
    """Return the texts about a result; those that have no function are None."""
    words = {name: _worded(result, name) for name in ("headline", "subtitle")}
    return words | {"summary": result.message, "lead": _worded(result, "lead") or []}


def _in_both(words: dict[str, dict[str, Any]], name: str) -> dict[str, str] | None:
    if words["en"][name] is None:
        return None
    return {language: words[language][name].render(language) for language in LANGUAGES}


def _used_labels(
    payload: Payload, labels: Mapping[str, LocalizedText], *, also: Iterable[str] = ()
) -> dict[str, dict[str, str]]:
    """Keep only the labels whose values stand in a key column of the result, or are its waves."""
    values: set[str] = set(also)
    for table in payload["tables"].values():
        positions = [table["columns"].index(name) for name in table["key"]]
        for row in table["rows"]:
            for position in positions:
                values |= {str(row[position]), *str(row[position]).split(JOINT)}
    values |= set(payload["by"])
    return {
        value: dict.fromkeys(LANGUAGES, text) if isinstance(text, str) else dict(text)
        for value, text in labels.items()
        if value in values
    }


def _default_id(result: Any) -> str:
    grouped = getattr(result, "by", None)
    names = [grouped] if isinstance(grouped, str) else list(grouped or [])
    return "_by_".join([result.kind, *(["_".join(str(name) for name in names)] if names else [])])


def _room(result: Any) -> str:
    return type(result).__module__.rsplit(".", 1)[-1]


def _function(package: str, room: str, name: str) -> Callable[..., Any] | None:
    """Return ``workbench.report.<package>.<room>.<name>`` where both exist."""
    module_name = f"workbench.report.{package}.{room}"
    if importlib.util.find_spec(module_name) is None:
        return None
    return getattr(importlib.import_module(module_name), name, None)


def _worded(result: Any, what: str) -> Any:
    function = _function("wording", _room(result), f"{what}_{result.kind}")
    return function(result) if function else None


def _drawings(
    labelled: Any,
    payload: Payload,
    plot: Callable[..., Any] | Literal[False] | None,
    language: str,
) -> dict[str, str]:
    if plot is False:
        return {}
    function = plot or _function("plots", _room(labelled), f"plot_{labelled.kind}")
    if function is None or payload["blank"]:
        return {}
    title = payload["summary"][language].replace("**", "")
    widths = ("narrow",) if payload["place"] == "panel" else ("wide", "narrow")
    study = _from_notebook("study") if segment_colours.FILTER in payload["by"] else None
    with segment_colours.named_colours(segment_colours.colours_of(study)):
        return figures.draw(
            function, labelled, payload["id"], title=title, language=language, widths=widths
        )


def _has_nothing_to_draw(result: Any) -> bool:
    """Say whether a table is empty, or every number it is about is missing."""
    table: pd.DataFrame = result.table
    numbers = [name for name in ("estimate", "change", "difference") if name in table.columns]
    return table.empty or (bool(numbers) and bool(table[numbers[-1]].isna().all()))


def _labelled(result: Any, labels: Mapping[str, LocalizedText], language: str) -> Any:
    """Return the result with labels in place of values in its key columns, for the eye only."""
    words = {value: localized(text, language) for value, text in labels.items()}
    changed: dict[str, Any] = {}
    for name, spec in result.specs.items():
        frame = result.tables.get(name)
        if frame is None:
            continue
        columns = [column for column in spec.key if column in frame.columns]
        copy = frame.copy(deep=False)  # only whole columns are replaced
        for column in columns:
            values = frame[column].tolist()
            worded = [label_of(value, words) for value in values]
            if any(one is not other for one, other in zip(worded, values, strict=True)):
                copy[column] = pd.Series(worded, frame.index, dtype=object)
        changed[name] = copy
    for name in _WAVES:
        if isinstance(wave := getattr(result, name, None), str):
            changed[name] = label_of(wave, words)
    for name in _AXES:
        if isinstance(names := getattr(result, name, None), tuple):
            changed[name] = tuple(_within_a_sentence(str(label_of(one, words))) for one in names)
    return dataclasses.replace(result, **changed)


def _within_a_sentence(label: str) -> str:
    """Write a label of one word small, unless it is an abbreviation: "market", "NPS"."""
    is_plain = label.isalpha() and label[1:].islower()
    return label.lower() if is_plain else label


def _from_notebook(name: str) -> Any:
    """Return a variable of the running notebook, or None outside one."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:  # pragma: no cover - IPython comes with the notebook
        return None
    shell = get_ipython()
    return None if shell is None else shell.user_ns.get(name)


def _study_labels(result: object) -> Mapping[str, LocalizedText]:
    study = _from_notebook("study")
    by = getattr(result, "by", None) or ()
    table = getattr(result, "table", None)
    if not by and table is not None and "split" in table.columns:
        by = tuple(table["split"].astype(str).unique())
    columns = (by,) if isinstance(by, str) else tuple(by)
    return study_labels(study, columns) if hasattr(study, "survey_model") else {}
