"""Words around a name that give it away, Swedish and English."""

# ruff: noqa: E501 - a pattern is read whole or not at all
from __future__ import annotations

import re

__all__ = [
    "AND",
    "CONTRACTION",
    "DOES_WHAT_PEOPLE_DO",
    "IMPERSONAL_ENDING",
    "NAMES_A_PERSON",
    "PARTICLES",
    "POINTS_AT_PERSON",
    "TALKS_OF_A_PERSON",
    "TITLE",
]

TITLE = re.compile(
    r"(?:dr|doktorn?|prof|professorn?|advokat(?:en)?|fru|frun|herr|herrn|fröken|farbror|tant|faster|moster|syster|broder|pastor|"
    r"kapten|mr|mrs|ms|miss|mx|sir|lady|lord|dame|nurse|sister|father|uncle|aunt|auntie|col|captain|sgt|rev|"
    r"doctor|constable|pc|cllr)\.?$",
    re.IGNORECASE,
)
NAMES_A_PERSON = re.compile(  # whatever follows is a name
    r"(?:\b(?:heter|hette|heta|kallas(?: för)?|kalla mig|vid namn|namn(?:et)?(?: är)?|som heter|called|named|"
    r"my name is|name is|name was|names?|mvh|m\.?v\.?h\.?|vänlig(?:a)? hälsning(?:ar)?(?: från)?|hälsning(?:ar)?(?: från)?|undertecknad|"
    r"regards|yours sincerely|yours faithfully|yours truly|cheers|signed|dear|bästa|käraste?|hej|hejsan|hi|hello|hey|"
    r"cc|c/o|attn|attention|kontaktperson|ansvarig handläggare|handläggare|sökande|ombud|kopia till|"
    r"shout ?out to|s/o|ty|big up|goes)[\s,:.!]*)$",
    re.IGNORECASE,
)
TALKS_OF_A_PERSON = re.compile(  # a name may follow, in small letters too
    r"\b(?:prata(?:t|r|de|s)?(?: även)? me[dj]?|talade? med|talat med|snacka(?:de|t)? med|"
    r"spoke (?:to|with)|talked to|speak to|kontakt(?:a|ade|at)?(?: med)?|fråga(?:de|t)?|"
    r"säg (?:till|åt)|sa(?:de)? (?:till|åt|det till)|tack(?: till| vare| så mycket)?|"
    r"thanks(?: to)?|thank you|ask(?:ed)?(?: for)?|tell|told|hjälp av|helped by|served by|"
    r"(?:min|mitt|mina|din|vår|hans|hennes|er|my|our|your|his|her)\s+"
    r"(?:late\s+|äldsta\s+|yngsta\s+|förre\s+|gamla\s+)?"
    r"(?:man|fru|hustru|make|maka|sambo|son|dotter|mamma|pappa|mor|far|mormor|morfar|farmor|farfar|"
    r"bror|brorsa|brorsan|syster|syrra|chef|kollega|granne|vän|kompis|rådgivare|säljare|läkare|"
    r"lärare|svärfar|svärmor|kusin|barn|kille|tjej|"
    r"husband|wife|partner|daughter|mum|mom|dad|father|mother|brother|sister|manager|boss|colleague|"
    r"neighbour|neighbor|friend|adviser|advisor|doctor|teacher|mate|cousin|gran|nan|grandma|grandad)"
    r"|handläggaren|rådgivaren|säljaren|läkaren|chefen|kollegan|killen|tjejen|the woman|the man|"
    r"this guy|the guy)[\s,(]*$",
    re.IGNORECASE,
)
POINTS_AT_PERSON = re.compile(  # a name with a capital may follow
    r"\b(?:ringde?|ring|träffa(?:de|t)?|saw|see|met|hjälpa|min|mitt|mina|din|vår|hans|hennes|my|our|"
    r"your|his|her|av|och|o|å|and|by|with|enligt|said|says|sa|sade|undrar|som|än|hos|like|"
    r"ordförande(?:n)?|kvinna|mannen|damen|adviser|advisor|manager|driver|nurse|engineer|woman|"
    r"man|guy|lady)[\s,(]*$",
    re.IGNORECASE,
)
DOES_WHAT_PEOPLE_DO = re.compile(
    r"[\s,]*(?:(?:in|at|on|from|i|på|från)\s+(?:the\s+)?(?:reception|branch|desk|phones?|kassan|receptionen|växeln|supporten|"
    r"kundtjänst(?:en)?|banken|kontoret|lånesidan|support|customer service|billing|accounts|butiken)|"
    r"sa|sade|säger|ringde|ringer|hjälpte|hjälper|lovade|svarade|svarar|fixade?|skrev|tyckte|tycker|ljög|kopplade|frågade|"
    r"berättade|var (?:så |otroligt |jätte\w*|mycket |väldigt )?(?:\w*trevlig|\w*snäll|\w*hjälpsam|\w*duktig|bäst|bra|grym|otrevlig|proffsig)|"
    r"är (?:bäst|grym|så|en|jätte\w+)|e (?:bäst|grym)|räddade?|måste|borde|tog över|lämnade|slutade|talade|brukar|fick|kom in|"
    r"said|says|told|called|rang|helped|helps|promised|replied|explained|sorted|lied|hung|never|was (?:so |very |really )?"
    r"(?:wonderful|lovely|great|rude|helpful|amazing|brilliant|kind|patient|the only|ace|fantastic|excellent)|"
    r"deserves|listened|apologi[sz]ed|refused|left|went|knew|knows|is (?:a |an |so |the )?(?:star|legend|best|amazing|lovely|great|rude))\b",
    re.IGNORECASE,
)
CONTRACTION = re.compile(
    r"\w+'(?:d|m|ll|ve|re|t)|(?:it|he|she|that|there|who|what|where|here|let)'s"
)
PARTICLES = frozenset(
    ["von", "af", "de", "van", "der", "den", "da", "di", "del", "la", "le", "el", "al", "bin", "ibn",
     "ben", "bint", "abu", "ter", "ten", "zu", "dos", "mac", "mc", "st"]
)  # fmt: skip
IMPERSONAL_ENDING = re.compile(
    r"[a-zåäö]{3}(?:domstolen|förbundet|föreningen|verket|myndigheten|nämnden|partiet|rådet|posten|bladet|"
    r"skolan|kyrkan|borna|regionen|gatan|vägen|torget|köping|uppropet|östern|amerika|afrika|europa|"
    r"asien|bolaget|banken|huset|hemmet|centret|centrum)s?$"
)
AND = frozenset(["och", "o", "å", "and", "&", "n"])
