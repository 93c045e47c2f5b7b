"""GUIDs that stay the same: those that came with an import, or made from names and act ids."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from workbench.coding.documents import write_whole_file
from workbench.coding.exchange.project import guid_of
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Guids", "known_guids", "remember_guids", "ulid_of"]

_ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Guids:
    """Which GUID stands for which name in one study."""

    def __init__(self, study: str, known: Mapping[str, Mapping[str, str]]) -> None:
        self._study = study
        self._known = known

    def user(self, name: str) -> str:
        """Return the GUID of a coder."""
        return self._of("users", name)

    def code(self, name: str) -> str:
        """Return the GUID of a code."""
        return self._of("codes", name)

    def source(self, name: str) -> str:
        """Return the GUID of a document."""
        return self._of("documents", name)

    def _of(self, kind: str, name: str) -> str:
        return self._known.get(kind, {}).get(name) or guid_of(self._study, kind, name)

    @staticmethod
    def act(act: str) -> str:
        """Return the GUID with the same 128 bits as an act's id, so that it comes back the same."""
        number = 0
        try:
            for letter in act.upper():
                number = number * 32 + _ULID.index(letter)
            return str(uuid.UUID(int=number))
        except ValueError:
            return guid_of("act", act)


def ulid_of(guid: str) -> str:
    """Return the act id with the same 128 bits as a GUID.

    Examples
    --------
    >>> ulid_of(Guids.act("01J9ZC5T6Q7R8S9T0V1W2X3Y4Z"))
    '01J9ZC5T6Q7R8S9T0V1W2X3Y4Z'
    """
    try:
        number = uuid.UUID(guid).int
    except ValueError:
        number = uuid.UUID(guid_of("foreign", guid)).int
    letters: list[str] = []
    for _ in range(26):
        number, rest = divmod(number, 32)
        letters.append(_ULID[rest])
    return "".join(reversed(letters))


def known_guids(folder: Path) -> dict[str, dict[str, str]]:
    """Return the GUIDs that came with earlier imports, from ``exchange.json``."""
    path = folder / "exchange.json"
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CorpusError("exchange.json is not JSON. Take it from Git, or delete it.") from error
    return found if isinstance(found, dict) else {}


def remember_guids(folder: Path, came: Mapping[str, Mapping[str, str]]) -> None:
    """Keep GUIDs that came, so that they go out again; those known before stay."""
    known = known_guids(folder)
    merged = {kind: {**pairs, **known.get(kind, {})} for kind, pairs in came.items()}
    text = json.dumps(merged, ensure_ascii=False, sort_keys=True, indent=1)
    write_whole_file(folder / "exchange.json", text + "\n")
