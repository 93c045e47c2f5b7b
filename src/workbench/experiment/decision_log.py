"""What was decided before, what came later, and what earlier effects teach about the next one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from workbench.errors import PlanError
from workbench.experiment.bayes import Prior, prior_from
from workbench.experiment.check_tables import log_words
from workbench.experiment.multiplicity import benjamini_hochberg
from workbench.language import Message
from workbench.results.comparison import DecisionLogResult

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.experiment.plan import Plan

__all__ = ["append_decision", "decision_log", "decisions", "past_prior", "read_log"]

COLUMNS = [
    "read_on", "experiment", "verdict", "estimate", "ci_low", "ci_high", "p_value", "q_value",
    "later", "later_low", "later_high",
]  # fmt: skip


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the logged decisions, one JSON object a line; none when there is no file.

    Raises
    ------
    PlanError
        If a line is no JSON object.
    """
    if not path.exists():
        return []
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if not isinstance(entry, dict):
                raise PlanError(f"{path.name}: line {number} is no JSON object. Mend the line.")
            entries.append(cast("dict[str, Any]", entry))
    return entries


def append_decision(path: Path, record: dict[str, Any]) -> bool:
    """Add a decision record to the log; the same reading of the same data is added once.

    Parameters
    ----------
    path
        JSON-lines file; made when it is not there.
    record
        Of :meth:`Readout.record`.

    Returns
    -------
    bool
        Whether a line was added.
    """
    same = ("experiment", "verdict", "read_on", "sha256")
    if any(all(entry.get(key) == record.get(key) for key in same) for entry in read_log(path)):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
    return True


def decisions(plan: Plan) -> DecisionLogResult:
    """Return past decisions of a plan's log, with what came later.

    Parameters
    ----------
    plan
        Whose ``log`` is read; an absent file is an empty log.

    Raises
    ------
    PlanError
        If the plan names no log, or a line of it is no JSON object.
    """
    if not plan.model.log:
        raise PlanError(f"Experiment '{plan.name}' names no log. Add log = \"decisions.jsonl\".")
    return decision_log(read_log(plan.folder / plan.model.log))


def decision_log(entries: list[dict[str, Any]]) -> DecisionLogResult:
    """Return the log as a result, the latest first, false discoveries counted over all of it.

    A later effect is the one a holdback showed, logged by hand as ``later`` with ``estimate``,
    ``ci_low`` and ``ci_high``.
    """
    rows: list[dict[str, Any]] = []
    p_values: list[float | None] = [_primary(entry).get("p_value") for entry in entries]
    for entry, q in zip(entries, benjamini_hochberg(p_values), strict=True):
        primary, later = _primary(entry), cast("dict[str, Any]", entry.get("later") or {})
        rows.append(
            {
                "read_on": entry.get("read_on"),
                "experiment": entry.get("experiment"),
                "verdict": entry.get("verdict"),
                **{key: primary.get(key) for key in ("estimate", "ci_low", "ci_high", "p_value")},
                "q_value": q,
                "later": later.get("estimate"),
                "later_low": later.get("ci_low"),
                "later_high": later.get("ci_high"),
            }
        )
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = table.drop_duplicates(["read_on", "experiment"], keep="last")
    table = table.sort_values("read_on", ascending=False, kind="stable", ignore_index=True)
    share, n = _kept_share(entries)
    titles = {str(entry.get("experiment")): entry.get("title", "") for entry in entries}
    kinds = {str(entry.get("experiment")): str(_primary(entry).get("kind")) for entry in entries}
    return DecisionLogResult(
        table=table,
        words=log_words(table, kinds, {name: title for name, title in titles.items() if title}),
        method=Message("Decisions are logged with the effect that was printed at the time."),
        later_share=share,
        later_n=n,
    )


def _primary(entry: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", entry.get("primary") or {})


def _kept_share(entries: list[dict[str, Any]]) -> tuple[float | None, int]:
    """Return the later effects' sum over the printed effects' sum, among those shipped."""
    pairs = [
        (_primary(entry).get("estimate"), (entry.get("later") or {}).get("estimate"))
        for entry in entries
        if entry.get("verdict") == "SHIP"
    ]
    known = [(a, b) for a, b in pairs if a and b is not None]
    total = sum(abs(a) for a, _ in known)
    if not known or not total:
        return None, len(known)
    return sum(b if a > 0 else -b for a, b in known) / total, len(known)


def past_prior(entries: list[dict[str, Any]], *, metric_kind: str, not_this: str) -> Prior | None:
    """Return the prior that past primary effects of the same kind give; None with under five.

    Effects count in the direction that is good.
    """
    estimates: list[float] = []
    errors: list[float] = []
    for entry in entries:
        primary = _primary(entry)
        values = (primary.get("estimate"), primary.get("standard_error"))
        usable = entry.get("final") and primary.get("kind") == metric_kind
        if usable and None not in values and entry.get("experiment") != not_this:
            sign = -1.0 if primary.get("direction") == "decrease" else 1.0
            estimates.append(sign * float(cast("float", values[0])))
            errors.append(float(cast("float", values[1])))
    return prior_from(estimates, errors)
