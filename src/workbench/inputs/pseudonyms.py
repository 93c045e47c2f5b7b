"""Keyed pseudonyms: the same person is the same everywhere in a study, and nobody can be named.

The key lies in the study's ``.keys/`` folder, is made on first use, readable by its owner only,
and ignored by Git. Without it a pseudonym can't be led back to a key, not even by trying them all.
No number depends on it.
"""

from __future__ import annotations

import hmac
import os
import secrets
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Pseudonyms"]

_KEY_BYTES = 32
_DIGITS = 16  # 64 bits: among a million people two are mixed up once in 37 million studies


@dataclass
class Pseudonyms:
    """Turns keys of people into pseudonyms.

    Parameters
    ----------
    folder
        The study's folder; the key is ``.keys/pseudonym.key`` in it.
    """

    folder: Path
    _key: bytes | None = field(default=None, repr=False)

    @property
    def path(self) -> Path:
        """Where the key lies."""
        return self.folder / ".keys" / "pseudonym.key"

    def of(self, keys: Sequence[str] | pd.Series) -> pd.Series:
        """Return a pseudonym per key; an empty one has none.

        Spaces around a key, the way a letter is composed, and ``.0`` behind a whole number that
        went through a spreadsheet do not make another person. Case does.

        Raises
        ------
        StudyError
            If the key can't be made or read.
        """
        series = pd.Series(keys)
        places, distinct = pd.factorize(series, use_na_sentinel=True)
        keyed = hmac.new(self._secret(), digestmod="sha256")
        names = [_pseudonym(keyed, _normal(value)) for value in distinct.tolist()]
        taken = pd.Series([*names, None], dtype="str").take(places)
        return taken.set_axis(series.index)

    def _secret(self) -> bytes:
        if self._key is None:
            self._key = self._read() or self._made()
        return self._key

    def _read(self) -> bytes | None:
        try:
            key = bytes.fromhex(self.path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            raise StudyError(
                f"{self.path}: the key of the pseudonyms can't be read. Restore it from a copy; "
                "with a new key, people are no longer recognised in what was made before."
            )
        return key

    def _made(self) -> bytes:
        """Write a new key, whole or not at all; of two who try at once, one is believed."""
        folder = self.path.parent
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / ".gitignore").write_text("*\n", encoding="ascii")
            descriptor, draft = tempfile.mkstemp(dir=folder)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(_KEY_BYTES))
            try:
                os.link(draft, self.path)
            except FileExistsError:
                pass
            finally:
                Path(draft).unlink()
        except OSError as error:
            raise StudyError(
                f"{self.path}: the key of the pseudonyms can't be written ({error.strerror}). "
                "Copy the study to a folder you may write in."
            ) from None
        key = self._read()
        if key is None:
            raise StudyError(f"{self.path}: the key vanished while it was made; try again.")
        return key


def _normal(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = unicodedata.normalize("NFC", str(value)).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def _pseudonym(keyed: hmac.HMAC, key: str) -> str | None:
    if not key:
        return None
    digest = keyed.copy()
    digest.update(key.encode())
    return f"p{digest.hexdigest()[:_DIGITS]}"
