"""Swedish and English from one set of numbers: gettext catalogues, numbers, dates.

A text is written once, in English, as a :class:`Message`: the id of a translation and the values
that go into it. Nothing is worded before a language is known, so a result can be printed in both
languages with the same numbers. Catalogues live in ``locale/<language>/LC_MESSAGES/<room>.po``;
``make messages`` compiles them, and a test proves that no message is left untranslated.
"""

from __future__ import annotations

import datetime as dt
import functools
import gettext
import math
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from workbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "LANGUAGES",
    "MINUS",
    "Language",
    "LocalizedText",
    "Message",
    "format_certainty",
    "format_date",
    "format_number",
    "format_p_value",
    "language_named",
    "localized",
    "number_in_words",
    "translate",
]

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
LocalizedText = str | dict[str, str]
"""A label: one text for all languages, or ``{"sv": ..., "en": ...}``."""

MINUS = "\u2212"
_LOCALE_FOLDER = Path(__file__).parent / "locale"


def language_named(name: str) -> Language:
    """Return a language given by a person.

    Raises
    ------
    DataError
        If it is neither "sv" nor "en".
    """
    for language in LANGUAGES:
        if name == language:
            return language
    raise DataError(f"Language must be sv or en; found '{name}'.")


@functools.cache
def _catalogues(language: str) -> list[gettext.NullTranslations]:
    """Return every compiled catalogue of the language; English ids are their own translation."""
    folder = _LOCALE_FOLDER / language / "LC_MESSAGES"
    catalogues: list[gettext.NullTranslations] = []
    for path in sorted(folder.glob("*.mo")):
        with path.open("rb") as stream:
            catalogues.append(gettext.GNUTranslations(stream))
    return catalogues


def _translate_counted(one: str, many: str, n: float | None, language: str) -> str:
    """Return the form of a text that its count asks for; a missing count takes the plural."""
    count = 0 if n is None or not math.isfinite(n) else n
    whole = int(count) if count == int(count) else 0
    if language != "en":
        for catalogue in _catalogues(language):
            translated = catalogue.ngettext(one, many, whole)
            if translated not in {one, many}:
                return translated
    return one if whole == 1 else many


def translate(message: str, language: str = "en") -> str:
    """Return the catalogue's translation of an English message id, or the id itself.

    Examples
    --------
    >>> translate("and", "sv"), translate("and", "en")
    ('och', 'and')
    """
    if language == "en" or not message:
        return message
    for catalogue in _catalogues(language):
        translated = catalogue.gettext(message)
        if translated != message:
            return translated
    return message


@dataclass(frozen=True)
class Message:
    """A text to be worded later: an English template, which is also its message id, and values.

    Placeholders name a format: ``{n:integer}``, ``{nps:points}`` (signed, one decimal),
    ``{nki:number}`` (one decimal), ``{nki:number2}`` (two decimals), ``{share:percent}`` (0-1 to
    per cent; ``percent1`` with a decimal), ``{x:adaptive}`` (three digits that count; also
    ``signed_adaptive``), ``{d:exact}`` (a Decimal with its own decimals; also ``signed_exact``),
    ``{p:p_value}``, ``{p:p_relation}`` ("= 0.03", "< 0.001"), ``{n:Words}`` ("Four"),
    ``{day:date}``. Values may themselves be messages or localized labels; a list of them is joined
    with commas and "and".

    A text that counts has two forms, as in gettext: for one, and for any other number. The count
    is the value ``n``. A text with two counts is made of messages that have one each.

    Examples
    --------
    >>> text = Message("NPS is {nps:points} (n = {n:integer}).", nps=-3.25, n=1234)
    >>> text.render("en")
    'NPS is −3.2 (n = 1,234).'
    >>> rows = Message("{n:integer} row was set aside.", "{n:integer} rows were set aside.", n=1)
    >>> rows.render("en"), rows.with_values(n=2).render("en")
    ('1 row was set aside.', '2 rows were set aside.')
    """

    id: str
    plural: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def __init__(
        self,
        id: str,  # noqa: A002 - the field's own name
        plural: str | None = None,
        /,
        **values: Any,
    ) -> None:
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "plural", plural)
        object.__setattr__(self, "values", values)

    def __hash__(self) -> int:
        return hash(self.id)

    def with_values(self, **values: Any) -> Message:
        """Return the same text with these values, beside those it has."""
        return Message(self.id, self.plural, **{**self.values, **values})

    def render(self, language: str = "en") -> str:
        """Return the text in the language, with its values formatted for it."""
        if self.plural is None:
            template = translate(self.id, language)
        else:
            template = _translate_counted(self.id, self.plural, self.values.get("n"), language)
        if "{" not in template and "}" not in template:
            return template
        return _Formatter(language).vformat(template, (), self.values)

    def both(self) -> dict[str, str]:
        """Return the text in every language, as it stands in ``results.json``."""
        return {language: self.render(language) for language in LANGUAGES}

    def __str__(self) -> str:
        return self.render("en")


class _Formatter(string.Formatter):
    """Fill ``{name:format}`` in one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return value.render(self.language)
        if isinstance(value, dict):
            return localized(cast("dict[str, str]", value), self.language)
        if isinstance(value, list | tuple):
            parts = [self.format_field(part, format_spec) for part in cast("list[Any]", value)]
            return joined(parts, self.language)
        return _formatted(value, format_spec, self.language)


def _formatted(value: Any, spec: str, language: str) -> str:
    match spec:
        case "integer":
            return format_number(value, language, decimals=0)
        case "Words":
            return number_in_words(value, language).capitalize()
        case "points":
            return format_number(value, language, decimals=1, signed=True)
        case "number":
            return format_number(value, language, decimals=1)
        case "number2":
            return format_number(value, language, decimals=2)
        case "signed2":
            return format_number(value, language, decimals=2, signed=True)
        case "adaptive":
            return format_number(value, language, decimals=_decimals(value))
        case "signed_adaptive":
            return format_number(value, language, decimals=_decimals(value), signed=True)
        case "exact":
            return format_number(float(value), language, decimals=-value.as_tuple().exponent)
        case "signed_exact":
            decimals = -value.as_tuple().exponent
            return format_number(float(value), language, decimals=decimals, signed=True)
        case "percent":
            return format_percent(value, language)
        case "percent1":
            return format_percent(value, language, decimals=1)
        case "percent_points":
            return format_number(100 * value, language, decimals=1, signed=True)
        case "p_value":
            return format_p_value(value, language)
        case "p_relation":
            text = format_p_value(value, language)
            return text if text.startswith("<") else f"= {text}"
        case "p_is":
            worded = format_p_value(value, language)
            return f"p {worded}" if worded.startswith("<") else f"p = {worded}"
        case "date":
            return format_date(value, language)
        case _:
            return format(value, spec)


def _decimals(value: float | None) -> int:
    """Return decimals that leave about three digits that count."""
    if value is None or not math.isfinite(value) or value == 0:
        return 0
    return min(6, max(0, 2 - math.floor(math.log10(abs(value)))))


def localized(label: LocalizedText, language: str) -> str:
    """Return the label in the language, else in the other one, else as it is.

    Examples
    --------
    >>> localized({"sv": "Kundtjänst", "en": "Support"}, "sv")
    'Kundtjänst'
    """
    if isinstance(label, str):
        return label
    return label.get(language) or next(iter(label.values()), "")


def joined(parts: Sequence[str], language: str) -> str:
    """Join texts as a list in running text: ``a, b and c``."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {translate('and', language)} {parts[-1]}"


def format_number(
    value: float | None, language: str, *, decimals: int = 1, signed: bool = False
) -> str:
    r"""Format a number for the eye: decimal comma and thin groups in Swedish, a true minus sign.

    A missing number is an en dash. A number that rounds to zero has no sign.

    Examples
    --------
    >>> format_number(1234.56, "sv"), format_number(1234.56, "en")
    ('1\xa0234,6', '1,234.6')
    >>> format_number(-0.04, "en", signed=True), format_number(2.0, "sv", signed=True)
    ('0.0', '+2,0')
    """
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{abs(value):,.{decimals}f}"
    if language == "sv":
        text = text.replace(",", "\u00a0").replace(".", ",")
    is_zero = not text.strip("0,.\u00a0")
    if is_zero:
        return text
    if value < 0:
        return MINUS + text
    return f"+{text}" if signed else text


_IN_WORDS = {
    "sv": [
        "noll",
        "en",
        "två",
        "tre",
        "fyra",
        "fem",
        "sex",
        "sju",
        "åtta",
        "nio",
        "tio",
        "elva",
        "tolv",
    ],
    "en": [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ],
}


def number_in_words(value: int, language: str) -> str:
    """Write a whole number up to twelve in words, as running text asks for; others in digits.

    Examples
    --------
    >>> number_in_words(4, "sv"), number_in_words(13, "en")
    ('fyra', '13')
    """
    words = _IN_WORDS[language]
    if 0 <= value < len(words):
        return words[value]
    return format_number(value, language, decimals=0)


def format_percent(share: float | None, language: str, *, decimals: int = 0) -> str:
    r"""Format a share 0-1 as per cent, with the space Swedish asks for.

    Examples
    --------
    >>> format_percent(0.256, "sv"), format_percent(0.256, "en")
    ('26\xa0%', '26%')
    """
    if share is None or not math.isfinite(share):
        return "–"
    number = format_number(100 * share, language, decimals=decimals)
    return f"{number}\u00a0%" if language == "sv" else f"{number}%"


def format_certainty(share: float | None, language: str) -> str:
    r"""Format a probability as whole per cent, rounded down: certainty is never overstated.

    Examples
    --------
    >>> format_certainty(0.589, "en"), format_certainty(0.9999, "sv")
    ('58%', '> 99\xa0%')
    """
    if share is None or not math.isfinite(share):
        return "–"
    if share > 0.99:
        return "> " + format_percent(0.99, language)
    return format_percent(math.floor(100 * share + 1e-9) / 100, language)


def format_p_value(value: float | None, language: str) -> str:
    """Format a p-value: two digits that count, and never "0.00".

    Examples
    --------
    >>> format_p_value(0.00001, "en"), format_p_value(0.0312, "sv")
    ('< 0.001', '0,031')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value < 0.001:
        return "< " + format_number(0.001, language, decimals=3)
    return format_number(value, language, decimals=3 if value < 0.1 else 2)


def format_date(value: dt.date | dt.datetime | str | None, language: str) -> str:
    """Format a date in words.

    Examples
    --------
    >>> format_date(dt.date(2026, 6, 30), "sv"), format_date("2026-06-30", "en")
    ('30 juni 2026', '30 June 2026')
    """
    if value is None:
        return "–"
    from babel.dates import format_date as babel_date

    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return babel_date(day, "d MMMM y", locale="sv_SE" if language == "sv" else "en_GB")
