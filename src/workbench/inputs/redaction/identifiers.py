"""Numbers and addresses that identify: shapes and the words around them, Swedish and English.

Shape and context decide; a checksum only makes surer, because people mistype their own numbers.
"""

# ruff: noqa: E501 - a pattern is read whole or not at all
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.inputs.redaction.findings import Finding
from workbench.inputs.redaction.lists import names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["find_identifiers"]

_CAP = r"[A-ZÅÄÖÉ][\wåäöéü'’]*"
_DATE = (
    r"(?:(?:19|20)\d{2}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d{2}"
    r"|\d{8}|\d{6}"
    r"|\d{1,2}(?:st|nd|rd|th|:e)?\.?\s+(?:of\s+)?(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|o[kc]t|nov|dec)"
    r"[a-zåäö]*\.?,?\s+(?:19|20)\d{2}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+"
    r"(?:19|20)\d{2})"
)
_TOP_DOMAIN = (
    r"(?:com|org|net|edu|gov|info|biz|name|eu|se|nu|no|dk|fi|is|uk|ie|de|nl|fr|es|it|pl|ch|at|io)"
)
_BORN = r"(?:född|föddes?|födelsedatum|födelsedag|födelsetid|born|date of birth|birth ?date|birthday|d\.?o\.?b\.?)"
_STREET_SV = (
    r"(?:gatan|gata|vägen|väg|gränden?|torg(?:et)?|stigen|stig|backen?|allén?|esplanaden|kajen|kaj|"
    r"strand(?:en)?|leden|ringen|liden|slingan|svängen|bron|platsen|plats|plan|parken|"
    r"promenaden|terrassen|brinken|höjden|åsen|lunden|hamnen|gården)"
)
_STREET_EN = (
    r"(?:street|st|road|rd|lane|ln|close|avenue|ave|drive|dr|court|ct|way|crescent|place|square|"
    r"gardens?|terrace|gate|row|hill|park|view|mews|grove|walk|rise|green|quay|wharf|parade|"
    r"boulevard|blvd|highway|circus|embankment|yard|fields?|meadows?|heights|house|cottage)"
)
_CASE_WORD = (
    r"(?:(?:kund|ärende|order|beställnings?|faktura|försäkrings?|medlems?|referens|betalnings|"
    r"anställnings?|pass|skade|avtals?|kontrakts?|boknings?|serie|registrerings|kvitto|"
    r"leverans|kolli|paket|spårnings|diarie|mål|patient|journal|student|biljett|licens|användar|"
    r"abonnemangs?|installations?|anläggnings?|mätar)"
    r"(?:nummer|numret|numre?|nr|id|no|referens(?:en)?|beteckning)?"
    r"|ärendet|ordern|beställning(?:en)?|bokning(?:en)?|faktura(?:n)?|anställd|passet|lägenhet|"
    r"dnr|diarienr|id-?nr|ref(?:erens)?(?:nr)?|"
    r"case|order|invoice|policy|claim|reference|ref|ticket|booking|"
    r"(?:member|customer|client|account|employee|staff|patient|student|policy|passport|licence|"
    r"license|serial|tracking|contract|registration|membership|loyalty)"
    r"(?:ship)?(?:\s+(?:card|id))?(?:\s+(?:number|no|num|nr|id|code))?|"
    r"passport|(?:driving|driver'?s) licen[cs]e|serial|tracking|meter)"
)
_CODE = r"(?=[\w/.-]*\d)(?:[A-ZÅÄÖa-zåäö]{1,4}[ ])?[A-Za-zÅÄÖåäö]{0,8}[\d][\w/.-]*\w|[A-Za-z]+[-/][\w/-]*\d[\w/-]*"


@dataclass(frozen=True)
class _Rule:
    """A shape; ``kind`` names the group that is hidden, the whole match when there is no group."""

    kind: str
    name: str
    pattern: re.Pattern[str]
    confidence: float
    holds: Callable[[str, re.Match[str]], bool] = lambda _text, _match: True


def _rule(
    kind: str,
    name: str,
    pattern: str,
    confidence: float = 0.9,
    holds: Callable[[str, re.Match[str]], bool] = lambda _text, _match: True,
    *,
    case: bool = False,
) -> _Rule:
    flags = re.UNICODE if case else re.IGNORECASE | re.UNICODE
    return _Rule(kind, name, re.compile(pattern, flags), confidence, holds)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _is_person_number(_text: str, match: re.Match[str]) -> bool:
    digits = _digits(match["v"])
    digits = digits[2:] if len(digits) > 10 and digits[:2] in {"18", "19", "20"} else digits
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _is_organisation_number(_text: str, match: re.Match[str]) -> bool:
    return int(_digits(match["v"])[2:4]) >= 20


def _is_phone(text: str, match: re.Match[str]) -> bool:
    digits = _digits(match["v"])
    if not 8 <= len(digits) <= 13 or re.search(r"\d{4}[-/]\d{2}[-/]\d{2}", match["v"]):
        return False
    before = text[max(0, match.start() - 2) : match.start()]
    return not re.search(r"[\d,.]$", before)


def _is_address_number(_text: str, match: re.Match[str]) -> bool:
    return all(part.isdigit() and int(part) <= 255 for part in match["v"].split("."))


def _in_a_place(text: str, match: re.Match[str]) -> bool:
    """Whether a town stands after the five digits, or an address before them."""
    if match["town"].casefold() in names_in("places.txt"):
        return True
    before = text[max(0, match.start() - 30) : match.start()]
    return bool(
        re.search(r"\d\s?\w?\s?(?:,|\n|$)\s*$|postadress|postnummer|box\s+\d+,?\s*$", before, re.I)
    )


def _not_a_currency(_text: str, match: re.Match[str]) -> bool:
    return match["v"][:3].upper() not in {
        "SEK", "USD", "EUR", "GBP", "NOK", "DKK", "OCR", "NKI", "NPS", "ISO", "DIN", "SMS", "KPI",
        "TOP", "MAX", "MIN", "KL.", "TEL", "IPX", "MP3", "MP4", "RTX", "GTX", "SGB", "LSS",
    }  # fmt: skip


def _has_digit_enough(_text: str, match: re.Match[str]) -> bool:
    value = match["v"]
    digits = len(_digits(value))
    is_year = re.fullmatch(r"(?:19|20)\d{2}", value)
    is_amount = re.match(
        r"\s*(?:kr|kronor|st|procent|%|£|\$|gånger|times|days|dagar)\b", _text[match.end() :], re.I
    )
    return (
        digits >= 3
        and not is_year
        and not is_amount
        and not re.fullmatch(r"\d{1,2}[.:]\d{2}", value)
    )


_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![\d\w])", r"(?![\d\w])"

_RULES = (
    _rule("EMAIL", "mail", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", 0.99),
    _rule(
        "EMAIL",
        "mail in disguise",
        r"(?<![\w.+-])[\w.+-]+\s*[\(\[{]\s*(?:at|a|@|snabel-?a)\s*[\)\]}]\s*"
        r"[\w-]+(?:\s*(?:\.|[\(\[{]\s*(?:dot|punkt)\s*[\)\]}])\s*[\w-]+)+",
        0.95,
    ),
    _rule(
        "EMAIL",
        "mail in words",
        r"(?<![\w.+-])[\w.+-]+\s+(?:at|snabel-?a|@)\s+[\w-]+(?:(?:\s+(?:dot|punkt)\s+|\.)[\w-]+)*"
        rf"(?:\s+(?:dot|punkt)\s+|\.){_TOP_DOMAIN}(?!\w)",
        0.9,
    ),
    _rule("URL", "web address", r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", 0.8),
    _rule("HANDLE", "account name", r"(?<![\w.@/])@[A-Za-z_][\w.]{1,29}\w", 0.9),
    _rule(
        "HANDLE",
        "account name after a cue",
        r"\b(?:insta(?:gram)?|snap(?:chat)?|tiktok|twitter|discord|skype|facebook)(?:\s+(?:e|är|is|namn|name))?\s*[:=]\s*"
        r"(?P<v>@?[\w.]{3,30}\w)",
        0.8,
    ),
    _rule("IP", "IPv4", r"(?<![\d.])(?P<v>\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)", 0.9, _is_address_number),
    _rule(
        "IP",
        "IPv6",
        r"(?<![\w:])(?P<v>(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:?){1,6})(?![\w:])",
        0.9,
        lambda _t, m: m["v"].count(":") > 2 and bool(re.search(r"::|(?:[^:]+:){5}", m["v"])),
    ),
    _rule(
        "ID",
        "personal identity number",
        _NO_DIGIT_BEFORE + r"(?P<v>(?:18|19|20)?\d{6}\s?[-+–]\s?\d{3}[\dX])" + _NO_DIGIT_AFTER,
        0.97,
        _is_person_number,
    ),
    _rule(
        "ID",
        "personal identity number without a dash",
        _NO_DIGIT_BEFORE + r"(?P<v>(?:18|19|20)\d{6}\s?\d{3}[\dX]|\d{6}\s?\d{3}[\dX])" + _NO_DIGIT_AFTER,
        0.85,
        _is_person_number,
    ),
    _rule(
        "ID",
        "identity number after a cue",
        r"\b(?:person\s?(?:nummer|numret|nr|number)|pnr|samordningsnum\w+|cpr|fødselsnummer|henkilötunnus|"
        r"nhs(?:\s+(?:number|no))?|ssn|social security(?:\s+(?:number|no))?|"
        r"(?:national insurance|ni|tax)(?:\s+(?:number|no|reference|ref|id))?|nino)"
        r"\W{0,4}(?:\s?(?:är|e|is|was|:))?\W{0,4}(?P<v>[A-Z]{0,2}\s?\d[\d \-+]{4,14}[\dA-Z])" + _NO_DIGIT_AFTER,
        0.95,
        lambda _t, m: len(_digits(m["v"])) >= 6,
    ),
    _rule("ID", "UK national insurance", r"\b(?P<v>[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D])\b", 0.95),
    _rule("ID", "US social security", r"(?<![\d-])(?P<v>\d{3}-\d{2}-\d{4})(?![\d-])", 0.95),
    _rule("ID", "Norwegian or Finnish number", r"(?<![\d-])(?P<v>(?:[0-7]\d[01]\d\d{2}\s?\d{5}|[0-3]\d[01]\d\d{2}[-+A]\d{3}[0-9A-Y]))(?!\w)", 0.85, case=True),
    _rule("ORGNUM", "organisation number", _NO_DIGIT_BEFORE + r"(?P<v>(?:16)?\d{6}-\d{4})" + _NO_DIGIT_AFTER, 0.9, _is_organisation_number),
    _rule("ACCOUNT", "IBAN", r"(?<!\w)(?P<v>[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?)(?!\w)", 0.95, lambda _t, m: len(_digits(m["v"])) >= 10, case=True),
    _rule("ACCOUNT", "card", r"(?<![\d-])(?P<v>\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}|\d{13,19})(?![\d-])", 0.9),
    _rule(
        "ACCOUNT",
        "account after a cue",
        r"\b(?:bankgiro(?:t)?|bg|plusgiro(?:t)?|pg|postgiro|clearing(?:nummer|nr)?|(?:bank|löne|spar)?konto(?:t|numret|nummer|nr)?|"
        r"account(?:\s+(?:number|no))?|acc(?:ount)? no|sort code|routing|ocr(?:-?n(?:ummer|r))?|"
        r"betalningsreferens|kort(?:et|nummer)?|visa|iban)"
        r"(?:\s+(?:nr|no|number|nummer|är|is|ending there|slutar))?\W{0,3}"
        r"(?P<v>\d(?:[\d \-–,./]*\d){3,24})(?![\w])",
        0.9,
        lambda _t, m: len(_digits(m["v"])) >= 4 and not re.match(r"\s*(?:kr|kronor|:-)", _t[m.end() :], re.I) and not re.search(r"\d,\d{2}$", m["v"]),
    ),
    _rule("ACCOUNT", "giro", r"(?<![\d-])(?P<v>\d{3,4}-\d{4})(?![\d-])", 0.7, lambda _t, m: not re.fullmatch(r"(?:1[89]|20)\d\d-(?:1[89]|20)\d\d", m["v"])),
    _rule("ACCOUNT", "UK sort code", r"(?<![\d-])(?P<v>\d{2}-\d{2}-\d{2}(?:\s+\d{7,8})?)(?![\d-])", 0.7),
    _rule(
        "PHONE",
        "international",
        r"(?<![\w+])(?P<v>(?:\+|00)\s?\d{1,3}(?:[ \-–./]*\(?\d+\)?){2,8})(?!\w)",
        0.95,
        _is_phone,
    ),
    _rule(
        "PHONE",
        "national",
        r"(?<![\w+.,/-])(?P<v>\(?0\d{1,4}\)?(?:[ \-–./]{0,3}\d{1,8}){1,6})(?![\w])",
        0.93,
        _is_phone,
    ),
    _rule("PHONE", "North American", r"(?<![\d-])(?P<v>\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\d-])", 0.85),
    _rule(
        "PHONE",
        "after a cue",
        r"\b(?:tel(?:efon)?(?:nummer|numret|nr)?|mobil(?:nummer|numret|nr)?|swisha(?: till)?|swish|ring(?:a)?(?: mig)?(?: på)?|"
        r"phone|mobile|cell|call(?: me)?(?: on| at)?|text(?: me)?(?: on| at)?|landline|fax)"
        r"\W{0,3}(?:(?:är|e|is|till)\s+)?(?P<v>\d(?:[ \-–./]?\d){6,12})(?!\w)",
        0.9,
    ),
    _rule("BIRTHDATE", "birth date", rf"\b{_BORN}\b\W{{0,3}}(?:(?:den|on|the|is|was|är|i)\s+)*(?P<v>{_DATE})(?!\d)", 0.95),
    _rule(
        "PLATE",
        "Swedish plate",
        r"(?<![\w-])(?P<v>[A-HJ-PR-UW-Z]{3}\s?\d{2}[0-9A-HJ-PR-UW-Z])(?![\w-])",
        0.8,
        _not_a_currency,
        case=True,
    ),
    _rule("PLATE", "UK plate", r"(?<![\w-])(?P<v>[A-Z]{2}\d{2}\s?[A-Z]{3})(?![\w-])", 0.9, case=True),
    _rule(
        "PLATE",
        "plate after a cue",
        r"\b(?:reg(?:\.|istration)?(?:\s?(?:nr|nummer|number|no|plate))?|regnr|plate|registreringsnummer)\W{1,3}(?P<v>[A-Z]{2,3}\s?\d{2,3}\s?[A-Z]{0,3})\b",
        0.9,
    ),
    _rule(
        "CASE",
        "number after a cue",
        rf"\b{_CASE_WORD}(?:\W{{0,2}}(?:nr|no|num|nummer|number|id|#)\b)?\W{{0,3}}(?:(?:är|e|is|was|of|med)\s+)?(?:(?:nr|no|nummer|number|#)\W{{0,2}})?(?P<v>{_CODE})(?!\w)",
        0.85,
        _has_digit_enough,
    ),
    _rule("CASE", "coded number", r"(?<![\w/-])(?P<v>[A-ZÅÄÖ]{1,5}[-/]?\d{5,}\w*|[A-ZÅÄÖ]{2,5}[-/]\d{2,}[-/][\w-]*\w|[A-Z]{2,5}\s\d{4}/\d{2,})(?![\w/-])", 0.7, case=True),
    _rule("CASE", "number named as one", r"\b(?P<v>(?:nr|nummer|numret|number|no\.|#)\s?\d[\d-]{3,})(?!\w)(?![\s–-]{1,3}\d)", 0.7),
    _rule("CASE", "register number", r"\b(?P<v>(?:dnr|nr)\s?[\d.:/-]+/\d{2,4}|dnr\s?\S*\d)", 0.85),
    _rule("CASE", "UK driving licence", r"\b(?P<v>[A-Z9]{5}\d{6}[A-Z9]{2}\d?[A-Z0-9]{2,3})\b", 0.9, case=True),
    _rule(
        "ADDRESS",
        "Swedish street",
        rf"(?<!\w)(?P<v>(?:(?:Norra|Södra|Östra|Västra|Stora|Lilla|Gamla|Nya|Övre|Nedre|Öster|Väster|Norr|Söder|Inre|Yttre|Sankt|S:t|Första|Andra|Tredje)\s+|{_CAP}s?\s+)?"
        rf"[A-ZÅÄÖÉa-zåäöé]*{_STREET_SV}\s+\d{{1,4}}(?:\s?[A-Ha-h](?!\w))?(?:[:,]?\s*(?:lgh|lägenhet|våning|vån|tr)\.?\s*\d+)?)(?!\w)",
        0.92,
        lambda _t, m: bool(re.match(r"[A-ZÅÄÖÉ]", m["v"]) or re.search(rf"[a-zåäö]{{2,}}{_STREET_SV}\s", m["v"])),
        case=True,
    ),
    _rule("ADDRESS", "box", r"(?<!\w)(?P<v>(?:P\.?\s?O\.?\s?)?Box\s+\d{1,5}\b,?)", 0.9),
    _rule(
        "ADDRESS",
        "English street",
        rf"(?<!\w)(?P<v>(?:(?:flat|apartment|apt|unit)\s+\w{{1,4}},\s*)?(?:[A-Z]\w+\s+(?:Cottage|House|Lodge|Farm),\s*)?\d{{1,4}}[a-z]?,?\s+(?:[a-z][\w'’]*\s+){{1,3}}{_STREET_EN})(?!\w)",
        0.85,
        lambda _t, m: not re.search(r"\d\s+(?:people|days|times|minutes|years|of|the|in|on|to|and|or|for|at|from|old|new|other|more|different)\s", m["v"], re.I),
    ),
    _rule("ADDRESS", "English street with the number last", rf"(?<!\w)(?P<v>(?:{_CAP}\s+){{1,3}}(?:Street|Road|Lane|Avenue|Drive|Court|Crescent|Square|Terrace)\s+\d{{1,4}}[A-Za-z]?)(?!\w)", 0.85, case=True),
    _rule("ADDRESS", "flat and house", rf"(?<!\w)(?P<v>(?:Flat|Apartment|Apt|Unit)\s+\w{{1,4}},\s*(?:{_CAP}\s*){{1,3}})(?!\w)", 0.85, case=True),
    _rule(
        "POSTCODE",
        "Swedish postcode",
        rf"(?<![\d-])(?P<v>(?:SE?[- ])?\d{{3}}\s?\d{{2}}\s+(?P<town>{_CAP})(?:\s+{_CAP})?)",
        0.9,
        _in_a_place,
        case=True,
    ),
    _rule("POSTCODE", "Swedish postcode after a cue", r"\b(?:postnummer|postnr|postadress|postkod)\W{1,3}(?P<v>\d{3}\s?\d{2})(?!\d)", 0.9),
    _rule("POSTCODE", "UK postcode", r"(?<!\w)(?P<v>[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})(?!\w)", 0.92),
    _rule(
        "PROPERTY",
        "property",
        rf"(?<!\w)(?P<v>{_CAP}(?:\s+{_CAP}){{0,3}}\s+\d{{1,3}}:\d{{1,4}})(?!\w)",
        0.8,
        lambda _t, m: not re.search(r"\b(?:Kl|Klockan|At|Psalm|Matt|Luk|Joh)\b", m["v"]),
        case=True,
    ),
    _rule("PLACE", "coordinates", r"(?<![\d.])(?P<v>-?\d{1,2}\.\d{4,},\s*-?\d{1,3}\.\d{4,})(?![\d.])", 0.95),
)  # fmt: skip


def find_identifiers(text: str) -> Iterator[Finding]:
    """Yield every place with the shape of an identifier; places may overlap."""
    if not any(letter.isdigit() or letter == "@" for letter in text) and not re.search(
        r"www\.|https?:|\(at\)|\[at\]|snabel|\(a\)|\sat\s|insta|snap|flat|apartment", text, re.I
    ):
        return
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            group = "v" if "v" in rule.pattern.groupindex else 0
            start, end = match.span(group)
            if end > start and rule.holds(text, match):
                yield Finding(start, end, rule.kind, rule.name, rule.confidence)
