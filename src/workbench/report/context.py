"""What a page says that its notebook does not: study, state, purpose, record, commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import LocalizedText, Message, format_date, localized, translate
from workbench.report import record
from workbench.report.branding import brand_words
from workbench.report.labels import study_labels
from workbench.report.page import Context
from workbench.results.base import WHOLE_WAVE

if TYPE_CHECKING:
    from workbench.report.actions import Follow
    from workbench.report.run import Plan

__all__ = ["context_of", "study_folder", "wave_line"]


_MADE = Message("Made with workbench: its sentences are made from the numbers by rules.")


def context_of(
    plan: Plan,
    facts: dict[str, Any],
    reasons: list[str],
    follows: tuple[Follow, ...] | None = None,
) -> Context:
    """Return what the page says about its study and its run, in its language."""
    language = plan.language
    study = plan.study
    title = localized(study.title, language) or study.id
    command = _command(plan)
    return Context(
        study=title,
        question=localized(study.question, language),
        decision=localized(study.decision, language),
        owner=localized(study.owner, language),
        reader=localized(study.reader, language),
        state=(title, *_filters(plan), *_health(facts["inputs"], language)),
        draft=tuple(reasons),
        follows=follows,
        shared_roles=dict(plan.study.model.owners),
        provenance=tuple(_provenance(plan, facts)),
        commands=(command, f"workbench verify {plan.folder.as_posix()}")
        if not plan.folder.is_absolute()
        else (command,),
        footer=_footer(plan),
        logo=plan.brand.logo,
        logo_text=brand_words(plan.brand, language) if plan.brand.logo else "",
        css=plan.brand.css,
    )


def _health(inputs: list[dict[str, Any]], language: str) -> list[str]:
    """Return the worst grade of the files a report rests on: "Data health B: use with care"."""
    grades = [entry["health"] for entry in inputs if entry.get("health")]
    if not grades:
        return []
    meanings = {
        "A": Message("Data health A: sound"),
        "B": Message("Data health B: use with care"),
        "C": Message("Data health C: mend before concluding"),
        "D": Message("Data health D: not fit for conclusions"),
    }
    return [meanings[max(grades)].render(language)]


def _filters(plan: Plan) -> list[str]:
    language = plan.language
    facts = [wave_line(plan)]
    labels = study_labels(plan.study, ["market"])
    for name, text in (("market", Message("Market: {name}")), ("segment", Message("By {name}"))):
        value = str(plan.values.get(name) or "")
        if value:
            facts.append(
                text.with_values(name=_lower(labels.get(value, value), name)).render(language)
            )
    return [fact for fact in facts if fact]


def _lower(label: LocalizedText, name: str) -> LocalizedText:
    """Return a segment's label as it stands inside a phrase: "by market"."""
    if name != "segment":
        return label
    return label.lower() if isinstance(label, str) else {k: v.lower() for k, v in label.items()}


def wave_line(plan: Plan) -> str:
    """Return the wave in words, with its closing date: "June 2026, closed 28 June 2026"."""
    wave = str(plan.values.get("wave", ""))
    if wave in {"", WHOLE_WAVE} or not plan.study.surveys:
        return ""
    declared = plan.study.survey_model(next(iter(plan.study.surveys))).waves.get(wave)
    if declared is None:
        return wave
    label = localized(declared.label, plan.language) or wave
    if declared.closed:
        text = Message("{wave}, closed {day:date}", wave=label, day=declared.closed)
        return text.render(plan.language)
    return f"{label}, {translate('preliminary', plan.language)}"


def _footer(plan: Plan) -> str:
    owner = localized(plan.study.owner, plan.language)
    if not owner:
        return _MADE.render(plan.language)
    tell = translate("A fault on the page? Tell:", plan.language)
    return f"{_MADE.render(plan.language)} {tell} {owner}"


def _command(plan: Plan) -> str:
    import shlex

    study = study_folder(plan)
    chosen = [
        f"-p {shlex.quote(f'{name}={value}')}"
        for name, value in sorted(plan.values.items())
        if name not in {"study", "language"} and value != plan.parameters[name].default
    ]
    parts = ["workbench run", plan.name, "--study", shlex.quote(study), *chosen]
    return " ".join([*parts, "--language", plan.language])


def study_folder(plan: Plan) -> str:
    """Return the study's folder as it may be printed: relative to the repository, or its name."""
    root = record.repository()
    folder = plan.study.folder.resolve()
    inside = root is not None and folder.is_relative_to(root)
    return folder.relative_to(root).as_posix() if inside and root else folder.name


def _provenance(plan: Plan, facts: dict[str, Any]) -> list[tuple[str, str]]:
    language = plan.language
    study = plan.study
    purpose = [
        (Message("Question"), study.question),
        (Message("Decision"), study.decision),
        (Message("Owner of the study"), study.owner),
        (Message("Reader"), study.reader),
    ]
    version = facts["versions"].get("workbench", "")
    commit = (facts["code"]["commit"] or "")[:10]
    changed = f" ({translate('with changes', language)})" if facts["code"]["changed"] else ""
    run = [
        (Message("Hash of the data"), _short_hash([entry["sha256"] for entry in facts["inputs"]])),
        (Message("Hash of the code"), f"sha256 {facts['code']['sha256'][:32]}"),
        (Message("Hash of the notebook"), f"sha256 {facts['notebook']['sha256'][:32]}"),
        (Message("Version"), f"workbench {version}{', ' + commit + changed if commit else ''}"),
        (Message("Seed"), str(facts["seed"]) if facts["seed"] is not None else ""),
        (Message("Made"), _moment(facts["finished"], language)),
        (Message("Made by"), _name(facts["who"], language)),
    ]
    missing = translate("Not given", language)
    named = [(label, localized(text, language) or missing) for label, text in purpose]
    return [(label.render(language), text) for label, text in [*named, *run] if text]


def _name(who: str, language: str) -> str:
    return translate("unknown", language) if who == "unknown" else who


def _short_hash(hashes: list[str]) -> str:
    return f"sha256 {record.hash_of(sorted(hashes))[:32]}" if hashes else ""


def _moment(text: str, language: str) -> str:
    clock = text[11:16].replace(":", "." if language == "sv" else ":")
    at = translate("at", language)
    return f"{format_date(text, language)} {at} {clock} UTC"
