"""Parts of a packed office file, opened without trusting it: no bombs, no XML that reaches out."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

__all__ = ["xml_parts"]

_MOST_BYTES: Final = 200_000_000
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError,
)  # fmt: skip
"""What a packed file raises that is torn, encrypted, or packed in a way no office program uses."""


def xml_parts(
    raw: bytes, wanted: Callable[[str], bool], *, name: str, broken: str
) -> dict[str, Element]:
    """Return the wanted parts of a packed file as XML, in order of their paths.

    Parameters
    ----------
    raw
        The file.
    wanted
        Says of a path inside whether it is read; nothing is unpacked to disk.
    name
        What errors call the file.
    broken
        The error of a file that is damaged or encrypted.

    Raises
    ------
    CorpusError
        If the file is damaged, unpacks to more than 200 MB, or its XML declares entities.
    """
    left = _MOST_BYTES
    parts: dict[str, Element] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for path in sorted(filter(wanted, archive.namelist())):
                with archive.open(path) as stream:
                    data = stream.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise CorpusError(
                        f"{name} unpacks to more than {_MOST_BYTES:,} bytes of text: it is refused "
                        "as a trap. Save the text anew, without pictures."
                    )
                parts[path] = fromstring(data)
    except DefusedXmlException:
        raise CorpusError(
            f"{name} declares entities, with which a file can reach out of itself: it is refused. "
            "Open it in a word processor and save it again."
        ) from None
    except (ParseError, *_DAMAGED) as error:
        raise CorpusError(broken) from error
    return parts
