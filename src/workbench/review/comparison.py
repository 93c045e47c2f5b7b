"""Two versions of one report, compared by meaning: numbers by their address, not bytes.

Rows are matched by their key columns, columns by name, results by id; order, styling and times do
not count. Numbers are equal within a tolerance per column. Texts must be the same; only where the
numbers behind them differ within tolerance may the last digit they print turn.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Difference", "Tolerance", "compare_results", "within"]

Document = dict[str, Any]

RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-9
_DIGITS = re.compile(r"\d(?:[\d\u00a0,.]*\d)?")


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers may lie apart and still be the same.

    Parameters
    ----------
    relative, absolute
        The larger of ``relative * |old|`` and ``absolute`` counts.
    """

    relative: float = RELATIVE
    absolute: float = ABSOLUTE

    def allows(self, old: float, new: float) -> bool:
        """Say whether two numbers are equal within the tolerance."""
        return math.isclose(old, new, rel_tol=self.relative, abs_tol=self.absolute)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not the same.

    Parameters
    ----------
    address
        Result id / table / row key / column, as far as it goes.
    kind
        ``number``, ``text``, ``missing`` (was there before), ``added``, ``figure``, ``file`` ...
    old, new
        The two values; None where there is none.
    tolerance
        What a number was allowed.
    """

    address: str
    kind: str
    old: Any = None
    new: Any = None
    tolerance: float | None = None


def within(old: Any, new: Any, tolerance: Tolerance) -> tuple[bool, bool]:
    """Return (same to the last digit, same within tolerance) for two values of a table."""
    if _is_number(old) and _is_number(new):
        return old == new, tolerance.allows(float(old), float(new))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [within(a, b, tolerance) for a, b in zip(old, new, strict=True)]
        return all(exact for exact, _ in pairs), all(close for _, close in pairs)
    return old == new, old == new


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare_results(
    old: Document, new: Document, tolerances: Mapping[str, Tolerance] | None = None
) -> tuple[list[Difference], bool]:
    """Compare two ``results.json`` by meaning.

    Parameters
    ----------
    old, new
        Content of the files.
    tolerances
        Column name -> tolerance; others have the default, 1e-9 relative.

    Returns
    -------
    tuple
        Differences beyond tolerance, and whether everything was the same to the last digit.
    """
    found = _Findings(tolerances or {})
    for name in ("study", "notebook"):
        found.value(name, old.get(name), new.get(name))
    chosen = old.get("parameters", {}), new.get("parameters", {})
    for name in found.shared(*chosen, "parameters"):
        found.value(_joined("parameters", name), *(values[name] for values in chosen))
    before = {result["id"]: result for result in old["results"]}
    after = {result["id"]: result for result in new["results"]}
    for identifier in found.shared(before, after, ""):
        found.result(identifier, before[identifier], after[identifier])
    return found.differences, found.exact


class _Findings:
    """Collects differences on the way through two documents."""

    def __init__(self, tolerances: Mapping[str, Tolerance]) -> None:
        self.tolerances = tolerances
        self.differences: list[Difference] = []
        self.exact = True

    def add(self, difference: Difference) -> None:
        self.differences.append(difference)
        self.exact = False

    def shared(
        self, before: Mapping[str, Any], after: Mapping[str, Any], where: str
    ) -> Iterator[str]:
        """Yield the names both sides have; report the others."""
        for name in before:
            if name in after:
                yield name
            else:
                self.add(Difference(address=_joined(where, name), kind="missing"))
        for name in after:
            if name not in before:
                self.add(Difference(address=_joined(where, name), kind="added"))

    def result(self, identifier: str, old: Document, new: Document) -> None:
        self.value(_joined(identifier, "kind"), old["kind"], new["kind"])
        overall, self.exact = self.exact, True
        for name in self.shared(old["tables"], new["tables"], identifier):
            self.table(_joined(identifier, name), old["tables"][name], new["tables"][name])
        last_digit_may_turn = not self.exact
        self.exact &= overall
        for name in ("summary", "method"):
            where = _joined(identifier, name)
            self.text(where, old.get(name), new.get(name), last_digit_may_turn)
        before = {check["id"]: check for check in old["checks"]}
        after = {check["id"]: check for check in new["checks"]}
        where = _joined(identifier, "checks")
        for name in self.shared(before, after, where):
            self.value(_joined(where, name), before[name]["passed"], after[name]["passed"])
            words = before[name]["text"], after[name]["text"]
            self.text(_joined(where, name, "text"), *words, last_digit_may_turn)

    def table(self, where: str, old: Document, new: Document) -> None:
        self.value(_joined(where, "key"), old["key"], new["key"])
        before, after = _rows_by_key(old), _rows_by_key(new)
        columns = list(self.shared(_named(old["columns"]), _named(new["columns"]), where))
        for key in self.shared(before, after, where):
            for column in columns:
                self.value(
                    _joined(where, key, column), before[key].get(column), after[key].get(column)
                )

    def value(self, address: str, old: Any, new: Any) -> None:
        tolerance = self.tolerances.get(address.rsplit(" / ", 1)[-1], Tolerance())
        exact, close = within(old, new, tolerance)
        self.exact &= exact
        if not close:
            both = _is_number(old) and _is_number(new)
            allowed = max(tolerance.absolute, tolerance.relative * abs(old)) if both else None
            kind = "number" if both else "value"
            self.add(Difference(address=address, kind=kind, old=old, new=new, tolerance=allowed))

    def text(self, address: str, old: Any, new: Any, last_digit_may_turn: bool) -> None:
        if old == new:
            return
        if isinstance(old, dict) and isinstance(new, dict):
            for language in self.shared(old, new, address):
                where = _joined(address, language)
                self.text(where, old[language], new[language], last_digit_may_turn)
            return
        self.exact = False
        if not (last_digit_may_turn and same_but_last_digits(str(old), str(new))):
            self.add(Difference(address=address, kind="text", old=old, new=new))


def _joined(*parts: str) -> str:
    return " / ".join(part for part in parts if part)


def _named(names: list[str]) -> dict[str, None]:
    return dict.fromkeys(names)


def _rows_by_key(table: Document) -> dict[str, dict[str, Any]]:
    """Return row key -> row; a table without key columns is keyed by position."""
    keyed: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(table["rows"]):
        named = dict(zip(table["columns"], row, strict=False))
        parts = [f"{name}={_shown(named.get(name))}" for name in table["key"]]
        key = ", ".join(parts) or f"row {number}"
        keyed[key if key not in keyed else f"{key} ({number})"] = named
    return keyed


def _shown(value: Any) -> str:
    if isinstance(value, float):  # a key in its last bits is the same key
        value = float(f"{value:.12g}")
    return "-" if value is None else str(value)


def same_but_last_digits(old: str, new: str) -> bool:
    """Say whether two texts differ by at most one unit in the last digit of their numbers.

    Rounding turns a difference in the last bit of a number into one in its last printed digit.

    Examples
    --------
    >>> same_but_last_digits("NPS is 39.8 (n = 12).", "NPS is 39.9 (n = 12).")
    True
    >>> same_but_last_digits("NPS is 39.8.", "NPS is 39.6.")
    False
    """
    if _DIGITS.sub("#", old) != _DIGITS.sub("#", new):
        return False
    pairs = zip(_digits(old), _digits(new), strict=True)
    return all(abs(a - b) <= 1 for a, b in pairs)


def _digits(text: str) -> list[int]:
    """Return each number of a text as a whole number of its last printed digit."""
    return [int(re.sub(r"\D", "", number)) for number in _DIGITS.findall(text)]
