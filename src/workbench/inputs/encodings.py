"""Which encoding a text file has: marks first, then strict UTF-8, then Swedish letters in context.

General detectors read Swedish cp1252 as cp1250 and Mac Roman as Turkish: the letters come out
wrong and nobody is told. The ladder here knows what it looks for.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from workbench.errors import DataError, near_match

__all__ = ["DecodedText", "decode", "detect_encoding"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SINGLE_BYTE = ("cp1252", "latin-1", "mac_roman", "cp850")  # on equal evidence the first wins
_SAMPLE = 200_000
_SWEDISH = set("åäöÅÄÖ")
_NEIGHBOURS = set("éÉüÜæøåÆØèàáëêçñíóôâîïß")
_TYPOGRAPHY = set("–—…€§°·\u00a0«»²³½µ©®•")
_OPENING = re.compile(r"(?<!\w)[“”„](?=\w)")
_CLOSING = re.compile(r"(?<=[\w.!?…])[“”](?!\w)")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


@dataclass(frozen=True)
class DecodedText:
    """A file's text, the encoding it was read with, and the lines that were in another.

    ``odd_lines`` are line numbers, from 1, that were not UTF-8 in a file that otherwise is; they
    were read as cp1252.
    """

    text: str
    encoding: str
    odd_lines: tuple[int, ...] = ()


def decode(raw: bytes, *, encoding: str | None = None) -> DecodedText:
    r"""Return the text of a file.

    Parameters
    ----------
    raw
        The file's bytes.
    encoding
        Use this instead of finding out.

    Raises
    ------
    DataError
        If the encoding is unknown, or the bytes are not in it.

    Examples
    --------
    >>> decode("Väntetid på tåg".encode("mac_roman")).text
    'Väntetid på tåg'
    >>> decode(b"\xff\xfeh\x00e\x00j\x00")
    DecodedText(text='hej', encoding='utf-16', odd_lines=())
    """
    if encoding is None:
        found = detect_encoding(raw)
        if found == "utf-8+cp1252":
            return _mixed(raw)
    else:
        found = _known(encoding)
    try:
        text = raw.decode(found)
    except UnicodeDecodeError as error:
        raise DataError(
            f"The file is not {found}: byte {error.start} does not fit. "
            "Leave `encoding` out, or name the right one."
        ) from None
    return DecodedText(text.removeprefix("\ufeff"), found)


def detect_encoding(raw: bytes) -> str:
    r"""Name the encoding: mark, pattern of NULs, strict UTF-8, then the best single-byte one.

    ``"utf-8+cp1252"`` is a UTF-8 file with single lines pasted in from elsewhere. Pure ASCII is
    UTF-8. cp1252 and latin-1 differ only in signs, so cp1252 is named unless bytes say otherwise.

    Examples
    --------
    >>> [detect_encoding("Får".encode(name)) for name in ("utf-8", "cp1252", "cp850")]
    ['utf-8', 'cp1252', 'cp850']
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    if wide := _wide_by_nul(raw):
        return wide
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    sample = _lines_with_letters(raw)
    if _mostly_utf8(sample):
        return "utf-8+cp1252"
    return max(_readable(raw), key=lambda name: _score(sample.decode(name, errors="replace")))


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        names = ("utf-8", "utf-16", "cp1252", "latin-1", "mac_roman", "cp850")
        raise DataError(
            f"Encoding '{encoding}' is not known.{near_match(encoding, names)}"
        ) from None


def _wide_by_nul(raw: bytes) -> str | None:
    """Tell UTF-16 without a mark by where the NULs of its Latin letters stand."""
    sample = raw[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _readable(raw: bytes) -> list[str]:
    names: list[str] = []
    for name in _SINGLE_BYTE:
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        names.append(name)
    return names


def _lines_with_letters(raw: bytes) -> bytes:
    """Return the lines beyond ASCII, up to a sample's size."""
    lines: list[bytes] = []
    size = 0
    for match in re.finditer(rb"[^\r\n]*[\x80-\xff][^\r\n]*", raw):
        lines.append(match[0])
        size += len(match[0])
        if size > _SAMPLE:
            break
    return b"\n".join(lines)


def _mostly_utf8(sample: bytes) -> bool:
    """Say whether most bytes beyond ASCII are whole UTF-8 letters, which is never so by luck."""
    beyond = sum(byte >= 0x80 for byte in sample)
    whole = sum(len(letter) for letter in _UTF8_LETTER.findall(sample))
    return whole > 0.8 * beyond


def _mixed(raw: bytes) -> DecodedText:
    lines = raw.split(b"\n")
    texts: list[str] = []
    odd: list[int] = []
    for number, line in enumerate(lines, start=1):
        try:
            texts.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(line.decode("cp1252", errors="replace"))
            odd.append(number)
    return DecodedText("\n".join(texts), "utf-8", tuple(odd))


def _score(text: str) -> float:
    """Weigh how much a reading looks like Swedish or English prose; higher is better."""
    return sum(
        _plausibility(line, place)
        for line in text.split("\n")
        for place, sign in enumerate(line)
        if sign > "\x7f"
    )


def _plausibility(line: str, place: int) -> float:
    sign = line[place]
    before = line[place - 1] if place else " "
    after = line[place + 1] if place + 1 < len(line) else " "
    if sign.isalpha():
        return _letter(sign, before, after)
    inside = before.isalpha() and after.isalpha()
    if sign in "’‘":
        return 0.6 if before.isalpha() or after.isalpha() else -0.5
    if sign in "“”„":  # at the edge of a word, and mostly in pairs
        opening, closing = (len(edge.findall(line)) for edge in (_OPENING, _CLOSING))
        return -1.0 if inside else 1.0 if opening == closing else 0.6
    if sign == "–" and inside:
        return 0.0 if before.islower() and after.islower() else 0.3
    if sign in _TYPOGRAPHY:
        return -1.0 if inside and sign not in "\u00a0·" else 0.3
    return -1.0


def _letter(sign: str, before: str, after: str) -> float:
    """Weigh a letter: Swedish ones most; none is a capital inside a word, few stand alone."""
    if (sign.isupper() and before.islower()) or (sign.islower() and after.isupper()):
        return -2.0
    weight = 1.0 if sign in _SWEDISH else 0.3 if sign in _NEIGHBOURS else -1.0
    alone = not before.isalpha() and not after.isalpha()
    return min(weight, 0.2) if alone else weight
