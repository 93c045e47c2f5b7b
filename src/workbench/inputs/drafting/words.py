"""Words that answers are made of, in Swedish and English: scales, refusals, hints in names."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "HINTS",
    "missing_kind",
    "plain_word",
    "word_scale",
]

_FAMILIES: Final[dict[str, dict[float, tuple[str, ...]]]] = {
    "quality": {
        0: ("horrible", "terrible", "awful", "very bad", "very poor", "mycket dålig",
            "mycket dåligt", "mycket dåliga", "unacceptable", "oacceptabelt"),
        1: ("bad", "poor", "dålig", "dåligt", "dåliga", "below average", "under medel"),
        2: ("fair", "below expectations", "ganska dålig", "ganska dåligt"),
        2.5: ("ok", "okay", "average", "neutral", "neither good nor bad",
              "neither good nor poor", "acceptable", "varken bra eller dålig",
              "varken bra eller dåligt",
              "godkänt", "medel"),
        3: ("ganska bra", "fairly good"),
        3.5: ("good", "bra", "above average"),
        4.5: ("very good", "mycket bra"),
        5: ("excellent", "outstanding", "utmärkt", "perfect", "utmärkta"),
    },
    "satisfaction": {
        0: ("very dissatisfied", "very unsatisfied", "extremely dissatisfied", "mycket missnöjd"),
        1: ("dissatisfied", "unsatisfied", "missnöjd"),
        1.5: ("somewhat dissatisfied", "ganska missnöjd", "rather dissatisfied"),
        2: ("neutral", "neither satisfied nor dissatisfied", "varken nöjd eller missnöjd",
            "varken eller"),
        2.5: ("somewhat satisfied", "ganska nöjd", "rather satisfied"),
        3: ("satisfied", "nöjd"),
        4: ("very satisfied", "extremely satisfied", "mycket nöjd"),
    },
    "agreement": {
        0: ("strongly disagree", "completely disagree", "instämmer inte alls", "tar helt avstånd",
            "stämmer inte alls", "instämmer ej"),
        1: ("disagree", "somewhat disagree", "instämmer inte", "tar delvis avstånd",
            "instämmer i låg grad", "stämmer dåligt"),
        2: ("neutral", "neither agree nor disagree", "varken eller", "undecided",
            "varken instämmer eller tar avstånd"),
        3: ("agree", "somewhat agree", "instämmer", "instämmer delvis", "stämmer delvis",
            "instämmer i hög grad", "stämmer ganska bra"),
        4: ("strongly agree", "completely agree", "instämmer helt", "stämmer helt",
            "instämmer helt och hållet"),
    },
    "importance": {
        0: ("not important", "not at all important", "unimportant", "inte alls viktigt",
            "oviktigt"),
        1: ("slightly important", "inte särskilt viktigt", "less important"),
        2: ("somewhat important", "moderately important", "ganska viktigt", "important", "viktigt"),
        3: ("very important", "mycket viktigt"),
        4: ("critical", "extremely important", "avgörande", "helt avgörande"),
    },
    "likelihood": {
        0: ("very unlikely", "extremely unlikely", "mycket osannolikt", "not at all likely"),
        1: ("unlikely", "osannolikt"),
        2: ("neutral", "neither likely nor unlikely", "varken eller"),
        3: ("likely", "sannolikt", "troligt"),
        4: ("very likely", "extremely likely", "mycket sannolikt", "mycket troligt"),
    },
    "frequency": {
        0: ("never", "aldrig"),
        1: ("rarely", "seldom", "sällan"),
        2: ("sometimes", "occasionally", "ibland"),
        3: ("often", "frequently", "ofta"),
        4: ("always", "alltid"),
    },
}  # fmt: skip

_MISSING: Final[dict[str, tuple[str, ...]]] = {
    "dont_know": ("don't know", "dont know", "do not know", "don’t know", "vet ej", "vet inte",
                  "no opinion", "ingen åsikt", "ingen uppfattning", "kan ej bedöma",
                  "not sure", "unsure", "dk", "cannot say", "can't say", "unable to rate"),
    "not_asked": ("not applicable", "n/a", "ej aktuellt", "inte aktuellt", "not used",
                  "never used", "har inte använt", "ej relevant", "did not use", "not asked"),
    "blank": ("blank", "no answer", "missing", "refused", "prefer not to say", "ej svar", "na",
              "prefer not to answer", "inget svar", "vill ej svara", "null", "nan",
              "#null!", "none given", "refuse", "no response", "uppgift saknas", "-", "--"),
}  # fmt: skip

HINTS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "respondent": r"^(resp(ondent)?[ _.]*(id|num|nr|no)?|response[ _.]?id|resp[ _.]?id|"
        r"case[ _.]?id|serial|uuid|record[ _.]?id|comment[ _.]?id|answer[ _.]?id|svars?[ _.]?id|"
        r"(löp)?nummer|id)$|respnum",
        "person": r"respondent[ _.]?id|customer|kund(nr|nummer|id)|person(nr|id)|member|panelist|"
        r"user[ _.]?id",
        "weight": r"^(w|wt|wgt|weight|vikt|weights?[ _.]?\w*|\w*[ _.]weight|finalwt|post_?weight)$",
        "submitted": r"timestamp|submitted|end[ _.]?date|recorded[ _.]?date|^date$|^datum$|"
        r"inskickad|completed|^time$|date submitted|svarsdatum|enddate",
        "duration": r"duration|^seconds$|sekunder|tids?åtgång|time[ _.]?(taken|spent)|svarstid|"
        r"interviewtime|^qtime$",
        "language": r"^(lang(uage)?|user_?language|språk|sprak|response_?language)$",
        "strata": r"^strat(a|um)$",
        "wave": r"^(wave|period|quarter|kvartal|mätomgång|omgång|year|år|month|månad)$",
        "nps": r"nps|net[ _.]?pro|recommend|rekommend|promoter",
        "fft": r"\bfft\b.*(answer|rating|score|categor)",
        "overall": r"overall|whole|helhet|totalt|sammantaget|generellt|in general|[ _.\d]all$|"
        r"^all$|satisf|nöjd|experience|upplevelse",
        "nki": r"nöjd|satisf|förvänt|expect|ideal|perfekt|perfect",
        "segment": r"gender|sex$|kön|\bage\b|\dage$|ålder|gammal|income|inkomst|market|"
        r"marknad|country|\bland\b|region|channel|kanal|language|^lang|type|typ|trust|service|role|utbildning|educat|"
        r"sysselsättning|occupation|employ|department|avdelning|segment|work|bor du|bott|"
        r"district|område|dest|terminal|area|kind of user|customer|purpose|syfte|produkt|product",
        "open": r"why|varför|comment|kommentar|tell us|describe|beskriv|pain|improve|förbättra|"
        r"berätta|other|annat|suggest|feedback|what |vad |answer|fritext",
    }.items()
}
"""What a column's name or question says of its role."""

_SPACES = re.compile(r"\s+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def plain_word(text: str) -> str:
    """Return a text in lower case without marks around it, to be compared.

    Examples
    --------
    >>> plain_word("  Very  Good! ")
    'very good'
    """
    return _EDGES.sub("", _SPACES.sub(" ", text.strip())).casefold()


def missing_kind(text: str) -> str | None:
    """Return the kind of missing that a text says, or None where it is an answer.

    Examples
    --------
    >>> missing_kind("Vet ej"), missing_kind("N/A"), missing_kind("Blank"), missing_kind("Good")
    ('dont_know', 'not_asked', 'blank', None)
    """
    raw = _SPACES.sub(" ", text.strip()).casefold()
    plain = plain_word(text)
    for kind, words in _MISSING.items():
        if raw in words or plain in words:
            return kind
        if any(plain.startswith(f"{word} ") or plain.endswith(f" {word}") for word in words[:5]):
            return kind
    return None


def word_scale(texts: list[str]) -> list[str] | None:
    """Return the words in order, worst first, where all are of one scale; None where not.

    Parameters
    ----------
    texts
        The different answers, without words for missing.

    Examples
    --------
    >>> word_scale(["Good", "Horrible", "OK", "Excellent", "Bad"])
    ['Horrible', 'Bad', 'OK', 'Good', 'Excellent']
    >>> word_scale(["Red", "Good"]) is None
    True
    """
    if len(texts) < 3:
        return None
    for family in _FAMILIES.values():
        scores = {word: score for score, words in family.items() for word in words}
        found = [scores.get(plain_word(text)) for text in texts]
        if all(score is not None for score in found) and len(set(found)) == len(found):
            pairs = sorted(zip(found, texts, strict=True), key=lambda pair: pair[0] or 0.0)
            return [text for _, text in pairs]
    return None
