"""Open files from elsewhere without trusting them: archives that explode, XML that reaches out."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs

from workbench.errors import CorpusError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SafeArchive", "parse_xml"]

_MOST_BYTES = 500_000_000
_MOST_RATIO = 200
_MOST_MEMBERS = 20_000
_SMALL = 1_000_000
_MOST_XML = 200_000_000


class SafeArchive:
    """The members of a ZIP file, read in memory and never unpacked to disk.

    Raises
    ------
    CorpusError
        If it is no ZIP file, holds too much, or packs so tightly that it must be a trap.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._archive = zipfile.ZipFile(path)
            members = self._archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CorpusError(
                f"'{path.name}' is not a project file that can be opened (no sound ZIP archive). "
                "Export it again from the other tool."
            ) from error
        total = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        if (
            len(members) > _MOST_MEMBERS
            or total > _MOST_BYTES
            or (total > _SMALL and total > _MOST_RATIO * max(packed, 1))
        ):
            raise CorpusError(
                f"'{path.name}' would unpack to {total} bytes in {len(members)} files from "
                f"{packed}: it is refused as a trap. Projects of text are smaller."
            )
        self._members = {_plain(member.filename): member for member in members}
        self._left = _MOST_BYTES

    @property
    def names(self) -> list[str]:
        """Names of the members, with forward slashes."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """Return a member, None when it is not there; its place in the archive's tree is free.

        Raises
        ------
        CorpusError
            If it is damaged, encrypted, or holds more than it said.
        """
        member = self._members.get(_plain(name)) or self._by_last_part(name)
        if member is None:
            return None
        try:
            with self._archive.open(member) as stream:
                data = stream.read(self._left + 1)
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
        ) as error:
            raise CorpusError(
                f"'{self.name}' is damaged or encrypted: a file in it cannot be read. Export it "
                "again from the other tool."
            ) from error
        except Exception as error:  # zlib, lzma and bz2 each raise their own kind
            raise CorpusError(
                f"'{self.name}' is damaged: a file in it cannot be unpacked."
            ) from error
        self._left -= len(data)
        if self._left < 0:
            raise CorpusError(f"'{self.name}' holds more than it says: it is refused as a trap.")
        return data

    def _by_last_part(self, name: str) -> zipfile.ZipInfo | None:
        last = _plain(name).rpartition("/")[2].casefold()
        found = [m for n, m in self._members.items() if n.rpartition("/")[2].casefold() == last]
        return found[0] if len(found) == 1 and last else None


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def parse_xml(data: bytes, name: str) -> Any:
    """Return the root of an XML document that declares no entities and reads nothing else.

    Raises
    ------
    CorpusError
        If it is not XML, or has a document type, which exchange files never need.
    """
    if len(data) > _MOST_XML:
        raise CorpusError(f"'{name}' holds {len(data)} bytes of XML; projects of text are smaller.")
    declares = (
        f"'{name}' declares a document type, with which a file can reach out of itself: it is "
    )
    if b"<!DOCTYPE" in data[:100_000]:
        raise CorpusError(declares + "refused. Exchange files need none.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        where = getattr(error, "lineno", None)
        raise CorpusError(
            f"'{name}' is not sound XML" + (f" (line {where})" if where else "") + ". Export it "
            "again from the other tool."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise CorpusError(declares + "refused. Exchange files need none.")
    return root
