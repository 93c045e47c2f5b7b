"""Organisations and products: well-known ones by list, others by the form of their names."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from workbench.inputs.redaction.findings import Finding
from workbench.inputs.redaction.lists import phrases_in

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_organisations"]

_CAP = r"[A-ZÅÄÖÉ][\wåäöéü&'’-]*"
_FORMS = (
    rf"(?:{_CAP}\s+){{1,4}}(?:AB|HB|KB|Aktiebolag|Handelsbolag|Oy|ApS|ASA|GmbH|Ltd|Limited|Inc|LLC|LLP|PLC|plc|Corp|Group|Holding)\b\.?",
    rf"(?:Brf|BRF|Bostadsrättsföreningen|Advokatfirman|Advokatbyrån|Region|Landstinget|Stiftelsen|Föreningen|Firma|Restaurang|Café|Hotell?|Bilfirman)\s+{_CAP}(?:\s+{_CAP}){{0,2}}",
    rf"{_CAP}s?\s+(?:kommun|universitet|högskola|universitetssjukhus(?:et)?|sjukhus(?:et)?|vårdcentral|gymnasium|församling|landsting|sparbank|bryggeri|förskola)\b",
    rf"(?:University|College|Bank|Ministry|Department|Royal)\s+of\s+{_CAP}(?:\s+{_CAP}){{0,2}}",
    rf"(?:{_CAP}\s+){{1,3}}(?:University|College|Hospital|School|Council|Trust|Association|Society|Institute|Foundation|Ombudsman|Standards|Surgery|Clinic|Bank|Insurance|Airlines?|Airways|Housing|Charity|Union|Telekom|Telecom|Energy|Properties|Partners|Consulting|Solutions)(?:\s+{_CAP}){{0,2}}",
)
_BY_FORM = tuple(re.compile(rf"(?<!\w){form}") for form in _FORMS)


@functools.cache
def _listed(name: str) -> re.Pattern[str]:
    phrases = sorted(phrases_in(name), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(p) for p in phrases)})(?=s?(?![\w-]))")


_PRODUCT_TAIL = re.compile(r"(?:\s+(?:Pro|Max|Plus|Mini|Ultra|Air|SE|[A-Z]?\d{1,4}[A-Za-z]{0,2}))+")


def find_organisations(text: str) -> Iterator[Finding]:
    """Yield organisations and products; the genitive s stays outside."""
    for pattern in _BY_FORM:
        for match in pattern.finditer(text):
            yield Finding(match.start(), match.end(), "ORG", "form of the name", 0.8)
    for match in _listed("organisations.txt").finditer(text):
        yield Finding(match.start(), match.end(), "ORG", "list", 0.9)
    for match in _listed("products.txt").finditer(text):
        tail = _PRODUCT_TAIL.match(text, match.end())
        yield Finding(match.start(), tail.end() if tail else match.end(), "PRODUCT", "list", 0.9)
