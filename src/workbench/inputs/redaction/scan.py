"""The last look before files leave: known values, and numbers that identify, in any output."""

# ruff: noqa: E501 - a pattern is read whole or not at all
from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import PrivacyError
from workbench.inputs.redaction.book import PseudonymBook
from workbench.inputs.redaction.lists import is_everyday_word, names_in
from workbench.inputs.redaction.readable import forms_of
from workbench.inputs.redaction.sieve import may_hold_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Leak", "identifiers_in", "known_values", "refuse_leaks", "scan_output"]

_ARCHIVES = frozenset([".xlsx", ".docx", ".pptx", ".qdpx", ".zip", ".odt", ".ods"])
_MOST_MEMBER = 200_000_000
_MOST_AT_ONCE = 20_000_000
_WORD = re.compile(r"\w+")
_GAP = re.compile(r"[^\w]{0,3}")
_RULES = {
    "EMAIL": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w@])"),
    "ID": re.compile(
        r"(?<![\w.-])(?:(?:18|19|20)?\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])[-+]\d{3}[\dX])(?![\w-])"
    ),
    "PHONE": re.compile(
        r"(?:\+(?<![\w.,/:-]\+)\d{2,3}[ -]?\(?0?\)?\d{1,3}|0(?<![\w.,/:-]0)\d{1,3})(?:\s?[-–]\s?|\s)\d{2,4}(?:[ -]\d{2,3}){1,3}(?![\w.,:-]?\d)"
    ),
    "ACCOUNT": re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
    "CARD": re.compile(r"\d(?<![\w-]\d)\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-])"),
}  # fmt: skip
"""What identifies. Each but the address begins with the signs it may begin with, and then looks at
what stands before: a text without them is passed over at once."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A place in an output where something stands that must not: never the thing itself."""

    file: str
    line: int
    kind: str
    rule: str


def scan_output(
    target: Path | str,
    *,
    study: Path | str | None = None,
    values: Iterable[str] = (),
    allowed: Iterable[str] = (),
    rules: bool = True,
) -> list[Leak]:
    """Look for personal data in what is about to leave.

    For whoever writes files for others: call it on the finished folder before it is published, and
    stop when it finds anything (:func:`refuse_leaks` does both). It reads text files as they are
    and as a reader sees them (tags taken out, escapes resolved), the insides of Office files and
    ZIP archives, what images say about themselves, and the names of files.

    Parameters
    ----------
    target
        A file, a folder, or a text.
    study
        Folder of the study: every value in its ``.keys/`` is looked for.
    values
        Further values that must not come out: names, addresses, keys of people.
    allowed
        Values that may, such as the address of the study's owner.
    rules
        Also look for mail addresses, personal identity numbers, phone numbers, accounts and cards.

    Returns
    -------
    list of Leak
        File, line, kind and rule of each; empty when nothing was found.
    """
    wanted = [*values, *(known_values(Path(study)) if study is not None else ())]
    search = _Search(wanted, set(allowed), rules=rules)
    if isinstance(target, str):
        return list(search.leaks([_Text("text", target)]))
    root = target if target.is_dir() else target.parent
    paths = (
        sorted(path for path in target.rglob("*") if path.is_file())
        if target.is_dir()
        else [target]
    )
    texts = (text for path in paths for text in _texts_of(path.relative_to(root).as_posix(), path))
    return [leak for some in _in_parts(texts) for leak in search.leaks(some)]


def refuse_leaks(
    target: Path | str,
    *,
    study: Path | str | None = None,
    values: Iterable[str] = (),
    allowed: Iterable[str] = (),
) -> None:
    """Stop when an output holds personal data; parameters as :func:`scan_output`.

    Raises
    ------
    PrivacyError
        Naming files, lines and kinds, never the values.
    """
    leaks = scan_output(target, study=study, values=values, allowed=allowed)
    if not leaks:
        return
    shown = [f"{leak.file}, line {leak.line}: {leak.kind} ({leak.rule})" for leak in leaks[:10]]
    more = f"\nand {len(leaks) - 10} more" if len(leaks) > 10 else ""
    raise PrivacyError(
        f"The output holds personal data in {len(leaks)} places; nothing was published.\n"
        + "\n".join(shown)
        + more
        + "\nRun 'workbench redact STUDY --review' on the texts it comes from, or leave the quote "
        "out."
    )


def known_values(folder: Path) -> Iterator[str]:
    """Yield every name and identifier that the key files of a study hold."""
    keys = folder / ".keys"
    for _kind, value in PseudonymBook(keys / "redaction.jsonl").values():
        yield value
    table = keys / "pseudonyms.csv"
    if table.exists():
        for row in csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"))):
            name = (row.get("name") or "").strip()
            if name and name != (row.get("pseudonym") or "").strip():
                yield name


def identifiers_in(text: str) -> set[str]:
    """Return what the rules find in a text: what a study says of itself may stand in its reports."""
    return {
        match[0]
        for kind, pattern in _RULES.items()
        for match in pattern.finditer(text)
        if _holds(kind, match[0])
    }


class _Values:
    """Known values as runs of words, looked up by their first: time grows with the text alone."""

    def __init__(self, values: Iterable[str], allowed: set[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for value in {value for value in values if _telling(value)}:
            words = tuple(word.casefold() for word in _WORD.findall(value))
            if words and value.casefold() not in allowed:
                self._by_first.setdefault(words[0], []).append(words)

    def places(self, text: str) -> Iterator[int]:
        """Yield where a value begins; a genitive s and other signs between words do not matter."""
        if not self._by_first:
            return
        found = list(_WORD.finditer(text))
        words = [match[0].casefold() for match in found]
        for number, word in enumerate(words):
            for first in {word, word.removesuffix("s")}:
                for wanted in self._by_first.get(first, ()):
                    last = number + len(wanted) - 1
                    if self._stands(words, number, wanted) and _near(
                        text, found[number : last + 1]
                    ):
                        yield found[number].start()

    @staticmethod
    def _stands(words: list[str], number: int, wanted: tuple[str, ...]) -> bool:
        there = words[number : number + len(wanted)]
        if len(there) < len(wanted) or there[:-1] != list(wanted[:-1]):
            return False
        return there[-1] in {wanted[-1], f"{wanted[-1]}s"}


def _near(text: str, words: list[re.Match[str]]) -> bool:
    return all(_GAP.fullmatch(text, one.end(), other.start()) for one, other in pairwise(words))


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to look through, where it stands, and whether the rules go for it."""

    file: str
    text: str
    rule: str = "text"
    rules: bool = True


def _texts_of(name: str, path: Path) -> Iterator[_Text]:
    """Yield the name of a file, and what stands in it."""
    yield _Text(name, name, rule="file name")
    if path.suffix.lower() not in _ARCHIVES or not zipfile.is_zipfile(path):
        yield _text_in(name, path.read_bytes())
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            inside = f"{name}/{member.filename}"
            yield _Text(inside, member.filename, rule="file name")
            if not member.is_dir() and member.file_size <= _MOST_MEMBER:
                yield _text_in(inside, archive.read(member))


def _text_in(name: str, data: bytes) -> _Text:
    if data[:4] == b"%PDF":
        return _Text(name, _pdf_text(data))
    if b"\x00" in data[:4096]:  # an image: what it says about itself, as plain letters
        words = re.findall(rb"[\x20-\x7e\xc3-\xf4][\x20-\xff]{5,}", data)
        return _Text(
            name, "\n".join(word.decode("utf-8", "replace") for word in words), rules=False
        )
    return _Text(name, data.decode("utf-8", "replace"))


def _in_parts(texts: Iterable[_Text]) -> Iterator[list[_Text]]:
    """Yield the texts, as many together as have no more than some millions of letters."""
    part: list[_Text] = []
    size = 0
    for text in texts:
        part.append(text)
        size += len(text.text)
        if size > _MOST_AT_ONCE:
            yield part
            part, size = [], 0
    yield part


class _Search:
    """The known values, and the rules."""

    def __init__(self, values: Iterable[str], allowed: set[str], *, rules: bool) -> None:
        self._allowed = {value.casefold() for value in allowed}
        self._rules = _RULES if rules else {}
        self._values = _Values(values, self._allowed)

    def leaks(self, texts: list[_Text]) -> Iterator[Leak]:
        """Yield each kind once per line, for each text and for what a reader sees of it."""
        forms = [list(forms_of(text.text)) for text in texts]
        may_hold = iter(may_hold_numbers([form for two in forms for form in two]))
        for text, two in zip(texts, forms, strict=True):
            seen: set[tuple[int, str]] = set()
            for form in two:
                kinds = self._kinds(text, has_numbers=next(may_hold))
                for kind, start in self._hits(form, kinds):
                    line = form.count("\n", 0, start) + 1
                    if (line, kind) not in seen:
                        seen.add((line, kind))
                        yield Leak(text.file, line, kind, text.rule)

    def _kinds(self, text: _Text, *, has_numbers: bool) -> list[str]:
        """Return which rules go for a text."""
        return [kind for kind in self._rules if text.rules and (has_numbers or kind == "EMAIL")]

    def _hits(self, text: str, kinds: Iterable[str]) -> Iterator[tuple[str, int]]:
        for start in self._values.places(text):
            yield "known value", start
        for kind in kinds:
            for match in _matches(kind, self._rules[kind], text):
                if match[0].casefold() not in self._allowed and _holds(kind, match[0]):
                    yield kind, match.start()


def _matches(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what a rule finds; addresses are looked for only in lines that hold their sign."""
    if kind != "EMAIL":
        yield from pattern.finditer(text)
        return
    sign = text.find("@")
    while sign >= 0:
        begin, end = text.rfind("\n", 0, sign) + 1, text.find("\n", sign)
        end = len(text) if end < 0 else end
        yield from pattern.finditer(text, begin, end)
        sign = text.find("@", end)


def _telling(value: str) -> bool:
    """Whether finding the value says anything: not "Per" or "May", which are words too."""
    bare = value.strip()
    if len(bare) < 3:
        return False
    if " " in bare or any(letter.isdigit() or letter == "@" for letter in bare):
        return True
    common = bare.casefold() in names_in("names_that_are_words.txt")
    return not common and (bare[0].isupper() or not is_everyday_word(bare))


def _holds(kind: str, found: str) -> bool:
    digits = "".join(letter for letter in found if letter.isdigit())
    if kind == "CARD":
        return _luhn(digits)
    if kind == "ACCOUNT":
        return _iban(found)
    if kind == "PHONE":
        return 9 <= len(digits) <= 13
    return True


def _luhn(digits: str) -> bool:
    total = 0
    for place, letter in enumerate(reversed(digits)):
        number = int(letter) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _iban(text: str) -> bool:
    bare = text.replace(" ", "")
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def _pdf_text(data: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        said = " ".join(str(value) for value in (document.metadata or {}).values())
        return "\n".join([said, *(page.extract_text() or "" for page in document.pages)])
