"""How the study was done: what ``[corpus.method]`` says, beside what the files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.coding.basis import has_only_open_answers
from workbench.errors import StudyError
from workbench.inputs.models.corpus import CorpusMethod
from workbench.language import Message
from workbench.results.interviews import MethodSection

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader
    from workbench.language import LocalizedText

__all__ = ["method_section"]

_NEEDED = ("sample", "selection", "guide_version", "coders", "limits")


def method_section(corpus: CorpusReader) -> MethodSection:
    """Word the method section of a report on themes.

    What only the researcher knows comes from ``[corpus.method]`` in ``study.toml``; what the files
    know, they say themselves: documents, who is kept out, codes by origin, codings by coder.

    Parameters
    ----------
    corpus
        The corpus.

    Returns
    -------
    MethodSection
        Statements for ``wb.show``, and the limits for the conclusions.

    Raises
    ------
    StudyError
        If the section is missing or one of its texts is empty: a report that does not say how
        people were chosen is not made. Open answers need no ``guide_version``.
    """
    method = corpus.model.method or CorpusMethod()
    needed = [name for name in _NEEDED if _is_needed(name, corpus)]
    empty = [name for name in needed if not _is_said(getattr(method, name))]
    if empty:
        raise StudyError(
            f"[corpus.method] in study.toml must say how it was done; {', '.join(empty)} "
            f"{'is' if len(empty) == 1 else 'are'} empty. Write a sentence or two for each: a "
            "report of themes is not made without them."
        )
    limits = Message("**Limits.** {text}", text=method.limits)
    items = [
        Message("**Approach.** {text}", text=_APPROACHES[corpus.model.approach]),
        Message("**Sample.** {text}", text=method.sample),
        Message("**Selection.** {text}", text=method.selection),
        *_texts(corpus),
        *_guide(corpus, method),
        _codes(corpus),
        Message("**Coders.** {text}", text=method.coders),
        *_codings(corpus),
        *_one_sided(method),
        limits,
    ]
    return MethodSection(
        role="method",
        items=tuple(items),
        approach=corpus.model.approach,
        outcomes_sampled=method.outcomes_sampled,
        limits=Message("{text}", text=method.limits),
    )


_APPROACHES = {
    "codebook": Message(
        "Thematic analysis with a codebook: each code has a definition, and may change while "
        "coding; every change is kept."
    ),
    "coding_reliability": Message(
        "Thematic analysis with a fixed codebook, coded by several coders who did not see each "
        "other’s work."
    ),
    "reflexive": Message(
        "Reflexive thematic analysis (Braun & Clarke 2019): codes are the researcher’s reading, "
        "developed with the material. Neither agreement between coders nor saturation is reported, "
        "because neither says anything about the quality of such a reading."
    ),
}


def _is_needed(name: str, corpus: CorpusReader) -> bool:
    return name != "guide_version" or not has_only_open_answers(corpus)


def _is_said(text: LocalizedText) -> bool:
    texts = text.values() if isinstance(text, dict) else (text,)
    return any(text.strip() for text in texts)


def _texts(corpus: CorpusReader) -> list[Message]:
    kinds = corpus.documents["kind"]
    n_open = int((kinds == "open_answers").sum())
    reasons = list(corpus.kept_out.values())
    items = [
        Message(
            "**Texts.** {n:integer} documents of {respondents:integer} respondents, "
            "{characters:integer} characters; the hash of each stands in its record.",
            n=len(kinds),
            respondents=len(corpus.respondents),
            characters=int(corpus.documents["n_characters"].sum()),
        )
    ]
    if n_open:
        answers = corpus.parts[corpus.parts["kind"] == "answer"]
        text = Message(
            "**Open answers.** {n:integer} answer to a question of a survey.",
            "**Open answers.** {n:integer} answers to questions of a survey.",
            n=len(answers),
        )
        items.append(text)
    if reasons:
        text = Message(
            "**Kept out.** {pilot:integer} pilot interviews and {withdrawn:integer} respondents "
            "who withdrew are in no table.",
            pilot=reasons.count("pilot"),
            withdrawn=reasons.count("withdrawn"),
        )
        items.append(text)
    return items


def _guide(corpus: CorpusReader, method: CorpusMethod) -> list[Message]:
    if not _is_said(method.guide_version):
        return []
    segments = set(corpus.registers.segment_of.values())
    return [
        Message(
            "**Guide.** Version {version}: {n:integer} questions in {segments:integer} segments.",
            version=method.guide_version,
            n=len(corpus.registers.questions),
            segments=len(segments),
        )
    ]


def _codes(corpus: CorpusReader) -> Message:
    codes = [code for code in corpus.codebook if code.kind != "group" and not code.gone]
    origins = [code.origin for code in codes]
    return Message(
        "**Codebook.** {n:integer} codes; {guide:integer} are from the theory or the guide, "
        "{data:integer} from the material. {stale:integer} codings were made under an older "
        "definition of their code.",
        n=len(codes),
        guide=origins.count("deductive"),
        data=origins.count("inductive"),
        stale=len(corpus.stale),
    )


def _codings(corpus: CorpusReader) -> list[Message]:
    counts = corpus.excerpts["coder"].value_counts().sort_index()
    if counts.empty:
        return []
    by_coder = [
        Message("{coder} {n:integer}", coder=str(coder), n=int(n)) for coder, n in counts.items()
    ]
    states = corpus.excerpts["status"].value_counts()
    return [
        Message(
            "**Codings.** By coder: {coders}. {kept:integer} were kept and {dropped:integer} "
            "dropped after coders differed; {settled:integer} count.",
            coders=by_coder,
            kept=int(states.get("kept", 0)),
            dropped=int(states.get("dropped", 0)),
            settled=len(corpus.settled),
        )
    ]


def _one_sided(method: CorpusMethod) -> list[Message]:
    if method.outcomes_sampled == "both":
        return [Message("**Outcomes.** Both successes and failures were sampled.")]
    if method.outcomes_sampled is None:
        return []
    one = (
        Message("only successes")
        if method.outcomes_sampled == "successes"
        else Message("only failures")
    )
    return [
        Message(
            "**Outcomes.** Sampled were {one}; such a sample cannot say what sets the two apart.",
            one=one,
        )
    ]
