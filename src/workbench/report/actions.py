"""What has become of what was decided: each open action beside its number, then and now.

Actions are written by people in ``actions.toml``; nothing is filled in for them. The number an
action rests on is looked up by its address, in this report or in the newest other report of the
study, and compared with what was noted when the action was.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from workbench.errors import RecordError, StudyError
from workbench.estimates.two_intervals import Interval, p_of_no_change
from workbench.inputs.actions import ActionModel, ValueThen, read_actions
from workbench.language import Message, localized
from workbench.report import record
from workbench.report.addresses import Address, parse_address, row_at
from workbench.report.folders import HISTORY, safe_name
from workbench.report.labels import study_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from workbench.language import LocalizedText

__all__ = ["ROLES", "Follow", "follow_actions", "open_actions", "roles_of"]

ROLES: Final = ("owner", "coordination", "analysis", "follow_up")
"""Who does it, who keeps it together, who works out whether it helped, who asks again."""

_SURE: Final = 0.05

Verdict = Literal["rose", "fell", "noise", "untested", "hidden", "absent", "same_wave", "no_then"]


@dataclass(frozen=True, kw_only=True)
class Follow:
    """One open action and its number.

    Parameters
    ----------
    action
        As it stands in ``actions.toml``.
    roles
        Role -> who; empty where nobody is named, in the action or in ``[owners]``.
    area
        Where in the business, as a report prints it.
    then, now
        The number when it was noted, and now; None where there is none to show.
    wave_then, wave_now
        Rounds of fieldwork of the two, as a report prints them.
    kind
        Of the result the number stands in.
    verdict
        ``rose`` or ``fell`` (by more than noise), ``noise``, ``untested`` (no interval),
        ``hidden`` (not shown now), ``absent`` (no report holds it), ``same_wave`` (no newer wave),
        ``no_then`` (what it was is not noted), and ``""`` for an action that names no number.
    p_value
        Of no change.
    present
        The number now with its interval, as ``then`` can keep it.
    source
        The run the present number is from; empty for the report it stands in.
    """

    action: ActionModel
    roles: Mapping[str, LocalizedText]
    area: LocalizedText = ""
    then: float | None = None
    now: float | None = None
    wave_then: LocalizedText = ""
    wave_now: LocalizedText = ""
    kind: str = ""
    verdict: Verdict | Literal[""] = ""
    p_value: float | None = None
    present: ValueThen | None = None
    source: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the number is not this report's: another run holds it, or none does yet."""
        return bool(self.source) or self.verdict == "absent"

    @property
    def column(self) -> str:
        """Name of the number's column, which says in which units it is."""
        return parse_address(self.action.evidence).column if self.action.evidence else ""

    @property
    def unowned(self) -> tuple[str, ...]:
        """The roles nobody has."""
        return tuple(role for role in ROLES if not self.roles[role])

    def as_json(self) -> dict[str, Any]:
        """Return what the record keeps."""
        return {
            "text": Message("{text}", text=self.action.text).both(),
            "owner": Message("{owner}", owner=self.roles["owner"]).both(),
            "due": self.action.due.isoformat() if self.action.due else None,
            "evidence": self.action.evidence,
            "then": self.then,
            "now": self.now,
            "verdict": self.verdict,
            "p_value": self.p_value,
            "source": self.source,
            "unowned": list(self.unowned),
        }


def open_actions(study: Any) -> list[ActionModel]:
    """Return what is still to be done, the oldest first.

    An action without the day it was noted is placed by the day it is due; one with neither is last.
    """
    found = [action for action in read_actions(study) if action.is_open]
    return sorted(found, key=lambda action: action.noted or action.due or dt.date.max)


def roles_of(study: Any, action: ActionModel) -> dict[str, LocalizedText]:
    """Return who has each role: named in the action, else for the whole study in ``[owners]``.

    The owner of an action is only ever named in the action itself.
    """
    shared = study.model.owners
    return {
        role: getattr(action, role) or (shared.get(role, "") if role != "owner" else "")
        for role in ROLES
    }


def follow_actions(
    study: Any,
    *,
    notebook: str,
    results: Mapping[str, Any],
    out: Path | None = None,
) -> tuple[Follow, ...]:
    """Put each open action beside its number.

    Parameters
    ----------
    study
        As ``load_study`` returns it.
    notebook
        Name of the notebook ``results`` are from.
    results
        Content of the present ``results.json``.
    out
        Folder of all reports, where numbers of other notebooks are looked up; None: nowhere.

    Raises
    ------
    StudyError
        If ``actions.toml`` has a mistake, also in an address.
    """
    shelf = _Shelf(study.id, notebook, results, out)
    return tuple(_follow(study, action, shelf) for action in open_actions(study))


def _follow(study: Any, action: ActionModel, shelf: _Shelf) -> Follow:
    known = {step.id: step.title for step in study.journey}
    area = known.get(action.area, action.area) if isinstance(action.area, str) else action.area
    common: dict[str, Any] = {
        "action": action,
        "roles": roles_of(study, action),
        "area": area or _area_of_driver(study, action, known),
    }
    if not action.evidence:
        return Follow(**common)
    try:
        address = parse_address(action.evidence)
    except StudyError as error:
        name = localized(action.text, study.language)
        raise StudyError(f"actions.toml: '{name}', `evidence`: {error}") from None
    waves = study_labels(study, ())
    if action.then and action.then.wave:
        common["wave_then"] = waves.get(action.then.wave, action.then.wave)
    found = shelf.find(address)
    if found is None:
        then = action.then.value if action.then else None
        return Follow(**common, then=then, verdict="absent")
    results, source = found
    row = row_at(results, address)
    wave = str(results["parameters"].get("wave") or "") or None
    common |= {"source": source, "wave_now": waves.get(wave or "", wave or "")}
    common["kind"] = next(r["kind"] for r in results["results"] if r["id"] == address.result)
    value = row.get(address.column) if row else None
    if value is None or isinstance(value, bool | str | list):
        # a number that is hidden now takes the earlier one with it: no subtraction gives it away
        return Follow(**common, verdict="hidden")
    level = float(results["parameters"].get("confidence", 0.95))
    ends = [row.get(name) for name in address.interval or ()] if row else []
    low, high = ends if len(ends) == 2 else (None, None)
    present = ValueThen(value=value, low=low, high=high, confidence=level, wave=wave)
    return Follow(**common, **_compared(study, action.then, present))


def _area_of_driver(
    study: Any, action: ActionModel, known: Mapping[str, LocalizedText]
) -> LocalizedText:
    for name in study.surveys:
        driver = study.survey_model(name).drivers.get(action.driver or "")
        if driver is not None and driver.touchpoint:
            return known.get(driver.touchpoint, driver.touchpoint)
    return ""


def _compared(study: Any, then: ValueThen | None, now: ValueThen) -> dict[str, Any]:
    if then is None:
        return {"present": now, "now": now.value, "verdict": "no_then"}
    facts: dict[str, Any] = {"present": now, "then": then.value, "now": now.value}
    if now.wave and then.wave and not _is_later(study, now.wave, then.wave):
        return facts | {"verdict": "same_wave"}
    before, after = _interval(then), _interval(now)
    p = p_of_no_change(before, after) if before and after else None
    if p is None:
        return facts | {"verdict": "untested"}
    moved: Verdict = "rose" if now.value > then.value else "fell"
    return facts | {"p_value": p, "verdict": moved if p <= _SURE else "noise"}


def _interval(value: ValueThen) -> Interval | None:
    if value.low is None or value.high is None:
        return None
    return Interval(value.value, value.low, value.high, value.confidence)


def _is_later(study: Any, wave: str, earlier: str) -> bool:
    """Say whether a wave comes after another; waves the study does not know only differ."""
    order = study.reading().waves["wave"].tolist() if study.surveys else []
    if wave not in order or earlier not in order:
        return wave != earlier
    return order.index(wave) > order.index(earlier)


class _Shelf:
    """The newest results of each notebook of a study, each read when it is first asked for."""

    def __init__(
        self, study: str, notebook: str, results: Mapping[str, Any], out: Path | None
    ) -> None:
        self.study = study
        self.out = out
        self.notebook = notebook
        self.present = results
        self.folders: dict[str, list[Path]] = {}
        self.read: dict[Path, Mapping[str, Any]] = {}

    def find(self, address: Address) -> tuple[Mapping[str, Any], str] | None:
        """Return the newest results that hold an address, and the name of their run.

        A report of one market is passed over: its totals are not those the address means.
        """
        for results, source in self._of(address.notebook):
            is_of_all = not results["parameters"].get("market")
            if is_of_all and row_at(results, address) is not None:
                return results, source
        return None

    def _of(self, notebook: str) -> Iterator[tuple[Mapping[str, Any], str]]:
        if notebook == self.notebook:
            yield self.present, ""
        if notebook not in self.folders:
            self.folders[notebook] = self._newest_first(notebook)
        for folder in self.folders[notebook]:
            if folder not in self.read:
                self.read[folder] = _kept(_results_in, folder / "results.json")
            if self.read[folder]:
                yield self.read[folder], "/".join(folder.parts[-3:])

    def _newest_first(self, notebook: str) -> list[Path]:
        if self.out is None:
            return []
        home = self.out / safe_name(self.study) / safe_name(notebook)
        dated: list[tuple[tuple[str, str], Path]] = []
        for path in home.glob("*/*/record.json"):
            if HISTORY in path.parts or _is_of_one_market(path.parent):
                continue
            facts = _kept(_record_in, path)
            if facts.get("status") == "done":
                stamp = (str(facts.get("data_cut") or ""), str(facts.get("finished") or ""))
                dated.append((stamp, path.parent))
        return [folder for _, folder in sorted(dated, key=lambda entry: entry[0], reverse=True)]


def _is_of_one_market(folder: Path) -> bool:
    """Say by a run folder's name whether it is of one market, so that hundreds need no reading."""
    return any(pair.startswith("market=") for pair in folder.parent.name.split(","))


def _kept(read: Callable[[Path, int, int], Mapping[str, Any]], path: Path) -> Mapping[str, Any]:
    """Return what stands in a file, read anew only when it is another: a batch asks often."""
    try:
        state = path.stat()
    except OSError:
        return {}
    return read(path, state.st_ino, state.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _record_in(path: Path, number: int, modified: int) -> Mapping[str, Any]:  # noqa: ARG001 - part of the cache's key
    try:
        return record.read_record(path.parent)
    except RecordError:
        return {}


@functools.lru_cache(maxsize=8)
def _results_in(path: Path, number: int, modified: int) -> Mapping[str, Any]:  # noqa: ARG001 - part of the cache's key
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
