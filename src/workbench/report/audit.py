"""The last look before a report leaves: what it hides must not follow from what it shows.

:func:`published_rows` puts beside a result, while it is shown, which groups its rows are;
:func:`refuse_disclosure` puts all tables of a report side by side and tries to compute the hidden
ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import PrivacyError
from workbench.inputs.disclosure import PublishedRows, PublishedTable, audit, published_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.report.payload import Payload
    from workbench.results.base import Result

__all__ = ["published_of", "published_rows", "refuse_disclosure"]


def published_rows(
    result: Result, identifier: str, where: Mapping[str, object] | None
) -> list[dict[str, Any]]:
    """Return the tables of a result as the audit reads them, as plain JSON.

    Parameters
    ----------
    result
        Any record; one without groups of respondents gives an empty list.
    identifier
        Its id, named in a finding.
    where
        Filters the answers were read under. None: not known, so its tables are looked at only
        beside each other.
    """
    fixed = {name: value for name, value in (where or {}).items() if value not in {None, ""}}
    found: list[dict[str, Any]] = []
    for name in result.tables:
        measure = None if where is not None else f"{identifier}: {name}"
        for table in published_tables(
            result, fixed=fixed, name=identifier, table=name, measure=measure
        ):
            rows = table.rows
            found.append(
                {
                    "name": table.name,
                    "measure": table.measure,
                    "fixed": dict(table.fixed),
                    "values": [dict(values) for values in rows.groups],
                    "n": [None if n is None else int(n) for n in rows.n],
                    "suppressed": list(rows.suppressed),
                }
            )
    return found


def published_of(payloads: Iterable[Payload]) -> list[PublishedTable]:
    """Return every table of respondents that a report's results show."""
    return [
        PublishedTable(
            name=entry["name"],
            measure=entry["measure"],
            rows=PublishedRows(
                groups=tuple(entry["values"]),
                n=tuple(entry["n"]),
                suppressed=tuple(entry["suppressed"]),
            ),
            fixed=entry["fixed"],
        )
        for payload in payloads
        for entry in payload.get("published", [])
    ]


def refuse_disclosure(tables: Iterable[PublishedTable], *, floor: int) -> None:
    """Stop when something hidden can be computed, or a group under the floor is shown.

    Parameters
    ----------
    tables
        Every table that is published together.
    floor
        Fewest answers shown.

    Raises
    ------
    PrivacyError
        Naming the results and how they give it away, never the group.
    """
    findings = audit(tables, floor=floor)
    if findings.empty:
        return
    how = {
        "shown": f"shows a group with fewer than {floor} answers",
        "contradiction": "shows a group that another table hides",
        "recovered": "lets a hidden group be computed by adding and subtracting",
        "remainder": "leaves a rest so small that it is a hidden group",
    }
    lines = [
        f"{row['tables']}: {how.get(str(row['kind']), str(row['kind']))}."
        for row in findings.drop_duplicates(["tables", "kind"]).to_dict("records")
    ]
    raise PrivacyError(
        "The report would give away groups that must stay hidden.\n"
        + "\n".join(lines[:10])
        + "\nPass protect=wb.report_pattern(study, study.survey()) to every measure, or merge "
        "small groups with wb.merge_small_groups."
    )
