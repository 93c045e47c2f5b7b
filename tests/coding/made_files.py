"""Files of every kind, made on the spot, with the exact text that must come out of them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
ODT_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def zipped(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(content)}</w:p>"


def docx(*body: str, **parts: str) -> bytes:
    """Return a Word file: its paragraphs and tables as XML, other parts by name."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>'
        f"{''.join(body)}<w:sectPr/></w:body></w:document>"
    )
    files = {"[Content_Types].xml": "<Types/>", "word/document.xml": document}
    for name, content in parts.items():
        root = {"footnotes": "footnotes", "header1": "hdr", "comments": "comments"}[name]
        files[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{W}">{content}</w:{root}>'
    return zipped(files)


def table(*rows: Sequence[str]) -> str:
    cells = (
        "<w:tr>" + "".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{''.join(cells)}</w:tbl>"


def odt(*body: str) -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODT_NAMES}>'
        f"<office:body><office:text>{''.join(body)}</office:text></office:body>"
        "</office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def rtf(body: str, head: str = r"\ansi\ansicpg1252") -> bytes:
    return ("{\\rtf1" + head + "{\\fonttbl{\\f0 Arial;}}" + body + "}").encode("latin-1")


def pdf(pages: Sequence[Sequence[tuple[float, float, float, str]]]) -> bytes:
    """Return a PDF of pages; each word group has x, y from the top, size, words."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects.append(font)
    kids: list[str] = []
    for page in pages:
        commands = [
            f"BT /F1 {size} Tf 1 0 0 1 {x} {842 - y - size} Tm <{_hex(words)}> Tj ET"
            for x, y, size, words in page
        ]
        stream = "\n".join(commands).encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def _hex(words: str) -> str:
    return words.encode("cp1252").hex()


def pdf_lines(
    lines: Sequence[str], *, x: float = 60, top: float = 80, size: float = 11, pitch: float = 15
) -> list[tuple[float, float, float, str]]:
    """Place lines below each other; an empty line leaves a gap."""
    return [(x, top + n * pitch, size, line) for n, line in enumerate(lines) if line]
