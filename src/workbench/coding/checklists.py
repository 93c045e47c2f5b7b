"""Reporting checklists, filled in from the project as far as it can, each answer with its evidence.

COREQ (Tong, Sainsbury & Craig 2007), 32 items, and SRQR (O'Brien et al. 2014), 21. Items are named
in our own words; the papers say what each asks for. What the project cannot know is left to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from workbench.coding.saturation import saturation
from workbench.language import Message, localized
from workbench.results.text import ChecklistResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.coding.corpus import Corpus

__all__ = ["reporting_checklist"]

_COREQ: tuple[tuple[int, Message, str], ...] = (
    (1, Message("Who interviewed or led the groups"), "interviewers"),
    (2, Message("Their credentials"), ""),
    (3, Message("Their occupation at the time"), ""),
    (4, Message("Their sex"), ""),
    (5, Message("Their experience and training"), ""),
    (6, Message("Relation to participants before the study"), ""),
    (7, Message("What participants knew about the interviewer"), ""),
    (8, Message("Interests and assumptions of the interviewer"), ""),
    (9, Message("Methodological orientation"), "approach"),
    (10, Message("How participants were selected"), "selection"),
    (11, Message("How they were approached"), "mode"),
    (12, Message("How many took part"), "n_respondents"),
    (13, Message("How many declined or dropped out, and why"), "withdrawn"),
    (14, Message("Where the data were collected"), ""),
    (15, Message("Whether others were present"), ""),
    (16, Message("Who is in the sample"), "sample"),
    (17, Message("Questions, guide and pilot test"), "guide"),
    (18, Message("Repeat interviews"), "repeats"),
    (19, Message("Recording"), ""),
    (20, Message("Field notes"), ""),
    (21, Message("How long the interviews were"), "duration"),
    (22, Message("Saturation"), "saturation"),
    (23, Message("Whether transcripts were returned"), ""),
    (24, Message("How many coded the data"), "coders"),
    (25, Message("The tree of codes"), "tree"),
    (26, Message("Whether themes were derived from the data or set before"), "derivation"),
    (27, Message("Software"), "software"),
    (28, Message("Whether participants commented on the findings"), ""),
    (29, Message("Quotes that illustrate themes, and whose they are"), "quotes"),
    (30, Message("Whether data and findings agree"), "quotes_checked"),
    (31, Message("Whether major themes are clear"), "themes"),
    (32, Message("Whether minor themes and deviating cases are described"), "deviating"),
)
_SRQR: tuple[tuple[int, Message, str], ...] = (
    (1, Message("Title"), ""),
    (2, Message("Abstract"), ""),
    (3, Message("Problem"), ""),
    (4, Message("Purpose or research question"), ""),
    (5, Message("Approach and paradigm"), "approach"),
    (6, Message("Researchers and their relation to the matter"), ""),
    (7, Message("Context"), ""),
    (8, Message("Sampling strategy"), "selection"),
    (9, Message("Ethics: consent and approval"), "consent"),
    (10, Message("How data were collected"), "mode"),
    (11, Message("Instruments"), "guide"),
    (12, Message("Units of study"), "n_respondents"),
    (13, Message("How data were processed: transcripts, pseudonyms"), "processing"),
    (14, Message("How data were analysed"), "coders"),
    (15, Message("What makes the analysis trustworthy"), "trust"),
    (16, Message("Synthesis and interpretation"), "tree"),
    (17, Message("Links to the data"), "quotes"),
    (18, Message("Integration with earlier work"), "derivation"),
    (19, Message("Limits"), "limits"),
    (20, Message("Conflicts of interest"), ""),
    (21, Message("Funding"), ""),
)


def reporting_checklist(
    corpus: Corpus, name: Literal["coreq", "srqr"] = "coreq", *, language: str = "en"
) -> ChecklistResult:
    """Fill in a reporting checklist from what the project holds.

    Parameters
    ----------
    corpus
        The corpus.
    name
        ``"coreq"`` (interviews and focus groups) or ``"srqr"`` (qualitative studies in general).
    language
        Of what the study says about itself where it is written in both.

    Returns
    -------
    ChecklistResult
        One row per item: ``item``, ``topic``, ``answer`` (null: to do), ``evidence`` (the file or
        table it rests on).
    """
    items = _COREQ if name == "coreq" else _SRQR
    rows: list[dict[str, object]] = []
    answers: dict[str, tuple[Message | str | None, str]] = {}
    for number, topic, source in items:
        if source and source not in answers:
            answers[source] = _FILLERS[source](corpus, language)
        answer, evidence = answers.get(source, (None, ""))
        shown = answer.render(language) if isinstance(answer, Message) else answer
        rows.append(
            {
                "item": number,
                "topic": topic.render(language),
                "answer": shown or None,
                "evidence": evidence if shown else "",
            }
        )
    return ChecklistResult(
        table=pd.DataFrame(rows),
        method=Message(
            "{name}; answers are drawn from the project’s own files, the rest is to be written by "
            "the researcher.",
            name="COREQ (Tong, Sainsbury & Craig 2007)"
            if name == "coreq"
            else "SRQR (O'Brien et al. 2014)",
        ),
        name=name,
    )


Answer = tuple[Message | str | None, str]


def _said(key: str) -> Callable[[Corpus, str], Answer]:
    def fill(corpus: Corpus, language: str) -> Answer:
        method = corpus.model.method
        text = localized(getattr(method, key), language) if method is not None else ""
        return text or None, f"study.toml [corpus.method] {key}"

    return fill


def _interviewers(corpus: Corpus, _language: str) -> Answer:
    n = len(corpus.model.interviewers)
    text = (
        Message(
            "{n:integer} interviewer, named in study.toml.",
            "{n:integer} interviewers, named in study.toml.",
            n=n,
        )
        if n
        else None
    )
    return text, "study.toml [corpus] interviewers"


def _approach(corpus: Corpus, language: str) -> Answer:
    names = {
        "reflexive": Message("Reflexive thematic analysis."),
        "codebook": Message("Thematic analysis with a codebook."),
        "coding_reliability": Message("Thematic analysis with coding reliability."),
    }
    return names[corpus.model.approach].render(language), "study.toml [corpus] approach"


def _mode(corpus: Corpus, _language: str) -> Answer:
    modes = [mode for mode in corpus.registers.sessions["mode"] if mode]
    counts = pd.Series(modes, dtype="str").value_counts()
    text = ", ".join(f"{mode}: {n}" for mode, n in counts.items())
    return text or None, "sessions.csv mode"


def _n_respondents(corpus: Corpus, _language: str) -> Answer:
    n = len(corpus.respondents)
    documents = len(corpus.documents)
    text = Message(
        "{n:integer} respondents in {documents:integer} documents.", n=n, documents=documents
    )
    return (text if n else None), "respondents.csv"


def _withdrawn(corpus: Corpus, _language: str) -> Answer:
    reasons = pd.Series(list(corpus.kept_out.values()), dtype="str")
    text = Message(
        "{withdrawn:integer} withdrew and {pilot:integer} were pilots; none of them is in any "
        "table. Who declined is not known here.",
        withdrawn=int((reasons == "withdrawn").sum()),
        pilot=int((reasons == "pilot").sum()),
    )
    return (text if corpus.registers.names else None), "respondents.csv consent, pilot"


def _guide(corpus: Corpus, _language: str) -> Answer:
    guide = corpus.registers.guide
    versions = sorted({str(v) for v in guide["version"] if str(v)})
    text = Message(
        "{n:integer} question; version {versions}.",
        "{n:integer} questions; version {versions}.",
        n=len(guide),
        versions=", ".join(versions) or "–",
    )
    return (text if len(guide) else None), "guide.csv"


def _repeats(corpus: Corpus, _language: str) -> Answer:
    sessions = corpus.registers.sessions["respondent"]
    again = int((sessions.value_counts() > 1).sum())
    text = Message(
        "{n:integer} respondent was interviewed more than once.",
        "{n:integer} respondents were interviewed more than once.",
        n=again,
    )
    return (text if len(sessions) else None), "sessions.csv"


def _duration(corpus: Corpus, _language: str) -> Answer:
    minutes = pd.to_numeric(corpus.registers.sessions["minutes"], errors="coerce").dropna()
    if minutes.empty:
        return None, ""
    text = Message(
        "Median {median:integer} minutes, from {low:integer} to {high:integer} ({n:integer} "
        "interviews).",
        median=float(minutes.median()),
        low=float(minutes.min()),
        high=float(minutes.max()),
        n=len(minutes),
    )
    return text, "sessions.csv minutes"


def _saturation(corpus: Corpus, _language: str) -> Answer:
    if corpus.model.approach == "reflexive":
        return Message("Not reported: the study is reflexive (Braun & Clarke 2021)."), "study.toml"
    sets = codes_by_interview(corpus)
    return (saturation(sets).message if len(sets) > 5 else None), "coding/*.jsonl"


def codes_by_interview(corpus: Corpus) -> list[set[str]]:
    """Return the codes of each interview, in the order the interviews were held.

    By date in ``sessions.csv``, then by document; codings of everyone, as they stand.
    """
    sessions = corpus.registers.sessions
    dates = dict(zip(sessions["respondent"], sessions["date"], strict=True))
    shown = corpus.excerpts
    documents = corpus.documents
    interviews = documents[documents["kind"] != "open_answers"]
    ordered = sorted(
        zip(interviews["document"], interviews["respondent"], strict=True),
        key=lambda row: (dates.get(row[1], "9999") or "9999", row[0]),
    )
    return [set(shown.loc[shown["document"] == document, "code"]) for document, _ in ordered]


def _coders(corpus: Corpus, _language: str) -> Answer:
    n = len([coder for coder in corpus.coders if coder != "rules"])
    text = Message("{n:integer} people coded.", n=n)
    return (text if n else None), "coding/*.jsonl"


def _tree(corpus: Corpus, _language: str) -> Answer:
    table = corpus.codebook.table
    if table.empty:
        return None, ""
    text = Message(
        "{n:integer} entries in {levels:integer} levels, each with its definition.",
        n=len(table),
        levels=int(table["depth"].max()) + 1,
    )
    return text, "codebook/*.toml"


def _derivation(corpus: Corpus, _language: str) -> Answer:
    origins = pd.Series([entry.origin or "" for entry in corpus.codebook], dtype="str")
    deductive, inductive = (int((origins == o).sum()) for o in ("deductive", "inductive"))
    text = Message(
        "{deductive:integer} entries were set before (deductive), {inductive:integer} came from "
        "the material (inductive), {none:integer} do not say.",
        deductive=deductive,
        inductive=inductive,
        none=len(origins) - deductive - inductive,
    )
    return (text if len(origins) else None), "codebook/*.toml origin"


def _software(_corpus: Corpus, _language: str) -> Answer:
    from importlib.metadata import version

    return f"workbench {version('workbench')}", "record.json"


def _quotes(corpus: Corpus, _language: str) -> Answer:
    excerpts = corpus.excerpts
    n = int(excerpts["quote"].notna().sum())
    people = int(excerpts["respondent"].nunique())
    text = Message("{n:integer} quotes by {people:integer} respondents.", n=n, people=people)
    return (text if n else None), "corpus.excerpts"


def _quotes_checked(corpus: Corpus, _language: str) -> Answer:
    excerpts = corpus.excerpts[corpus.excerpts["quote"].notna()]
    if excerpts.empty:
        return None, ""
    rows = zip(
        excerpts["document"], excerpts["start"], excerpts["end"], excerpts["quote"], strict=True
    )
    exact = sum(corpus.text(str(d))[int(s) : int(e)] == q for d, s, e, q in rows)
    text = Message(
        "{exact:integer} of {n:integer} quotes stand letter by letter in their text.",
        exact=exact,
        n=len(excerpts),
    )
    return text, "documents/*.txt"


def _themes(corpus: Corpus, _language: str) -> Answer:
    n = sum(entry.kind == "theme" for entry in corpus.codebook)
    text = Message("{n:integer} theme.", "{n:integer} themes.", n=n)
    return (text if n else None), "codebook/*.toml kind"


def _deviating(corpus: Corpus, _language: str) -> Answer:
    excerpts = corpus.excerpts
    denying = int((excerpts["stance"] == "denies").sum())
    single = excerpts.dropna(subset=["respondent"]).groupby("code")["respondent"].nunique()
    text = Message(
        "{single:integer} codes come from one respondent; {denying:integer} passages deny what "
        "their code says.",
        single=int((single == 1).sum()),
        denying=denying,
    )
    return (text if len(excerpts) else None), "corpus.excerpts stance"


def _consent(corpus: Corpus, _language: str) -> Answer:
    consent = corpus.registers.respondents["consent"]
    n = int((consent != "").sum())
    text = Message(
        "Consent is noted for {n:integer} of {all:integer} respondents.", n=n, all=len(consent)
    )
    return (text if n else None), "respondents.csv consent"


def _processing(corpus: Corpus, _language: str) -> Answer:
    n = len(corpus.documents)
    text = Message(
        "{n:integer} text; every change from the original is recorded, names are replaced by "
        "pseudonyms.",
        "{n:integer} texts; every change from the original is recorded, names are replaced by "
        "pseudonyms.",
        n=n,
    )
    return (text if n else None), "documents/*.toml changes"


def _trust(corpus: Corpus, language: str) -> Answer:
    return _quotes_checked(corpus, language)


_FILLERS: dict[str, Callable[[Corpus, str], Answer]] = {
    "interviewers": _interviewers,
    "approach": _approach,
    "selection": _said("selection"),
    "sample": _said("sample"),
    "limits": _said("limits"),
    "mode": _mode,
    "n_respondents": _n_respondents,
    "withdrawn": _withdrawn,
    "guide": _guide,
    "repeats": _repeats,
    "duration": _duration,
    "saturation": _saturation,
    "coders": _coders,
    "tree": _tree,
    "derivation": _derivation,
    "software": _software,
    "quotes": _quotes,
    "quotes_checked": _quotes_checked,
    "themes": _themes,
    "deviating": _deviating,
    "consent": _consent,
    "processing": _processing,
    "trust": _trust,
}
