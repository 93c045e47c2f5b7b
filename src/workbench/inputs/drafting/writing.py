"""A drafted study as text: every guess carries a comment that begins with ``# guess``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.inputs.drafting.naming import quoted, toml_key, toml_list, toml_table
from workbench.inputs.models.survey import pattern_matches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.inputs.drafting.codes import ItemGuess
    from workbench.inputs.drafting.multiples import MultipleGuess
    from workbench.inputs.drafting.survey_guess import MeasureGuess, SurveyGuess, WaveGuess

__all__ = ["drafted_toml", "wave_toml"]

_ROLES = (
    "respondent", "person", "weight", "strata", "language_column", "duration", "submitted",
)  # fmt: skip


def drafted_toml(
    *,
    identifier: str,
    title: str,
    language: str,
    files: Sequence[Mapping[str, str]],
    guess: SurveyGuess,
    columns: Sequence[str],
) -> str:
    """Return the text of a drafted ``study.toml``.

    Parameters
    ----------
    identifier, title, language
        Of the study.
    files
        Keys and values of each entry of ``files``.
    guess
        What the columns seem to mean.
    columns
        Every column of the latest wave, so that patterns hit nothing else.
    """
    blocks = [
        _heading(identifier, title, language),
        _survey(files, guess),
        _renaming(guess),
        _items(guess, columns),
        *(_multiple(found) for found in guess.multiples),
        _measures("outcomes", guess.outcomes),
        _measures("drivers", guess.drivers),
        _segments(guess),
        _open(guess),
        *_waves(guess),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _heading(identifier: str, title: str, language: str) -> str:
    return "\n".join(
        [
            "# Drafted by `workbench init`. Every guess is marked; look at each, and take the mark",
            "# away. `workbench check` says what is wrong. docs/study.md explains every key.",
            "[study]",
            f"id = {quoted(identifier)}",
            f"title = {quoted(title)}",
            '# question = "..."  # what is asked; without decision and owner a report is a draft',
            '# decision = "..."',
            '# owner = "..."',
            f"language = {quoted(language)}",
            "schema_version = 1",
        ]
    )


def _survey(files: Sequence[Mapping[str, str]], guess: SurveyGuess) -> str:
    entries = ", ".join(toml_table(entry) for entry in files)
    lines = ["[survey]", f"files = [{entries}]"]
    for role in _ROLES:
        if (found := guess.roles.get(role)) is not None:
            lines.append(f"{role} = {quoted(found.column)}  # guess: {found.why}")
    if guess.drifts:
        lines.append('ignore = ["*"]  # columns differ between waves; only those used must agree')
    return "\n".join(lines)


def _renaming(guess: SurveyGuess) -> str:
    if not guess.rename:
        return ""
    lines = [f"{toml_key(old)} = {quoted(new)}" for old, new in guess.rename.items()]
    return "\n".join(["[survey.rename]  # short names for long questions", *lines])


def _items(guess: SurveyGuess, columns: Sequence[str]) -> str:
    blocks: list[str] = []
    done: set[str] = set()
    known = {*columns, *guess.items, *guess.columns}
    for names in _alike(guess):
        if (pattern := _pattern(names, known)) is not None:
            blocks.append(_item(pattern, guess.items[names[0]], guess))
            done |= set(names)
    for name, item in guess.items.items():
        if name not in done:
            blocks.append(_item(name, item, guess))
    for role in ("submitted",):
        found = guess.roles.get(role)
        if found is not None and found.format:
            lines = [
                f"[survey.items.{toml_key(found.column)}]",
                'kind = "date"',
                f"format = {quoted(found.format)}  # guess: reads most cells",
            ]
            if found.unreadable > 0.001:
                lines.append(
                    f'out_of_scale = "missing"  # guess: {found.unreadable:.1%} are not read so'
                )
            blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _alike(guess: SurveyGuess) -> list[list[str]]:
    """Return items with one and the same rule, three or more, that a pattern may hold."""
    groups: dict[str, list[str]] = {}
    for name, item in guess.items.items():
        body = "\n".join(_item(name, item, guess).split("\n")[1:])
        groups.setdefault(body, []).append(name)
    found: list[list[str]] = []
    for names in groups.values():
        by_start: dict[str, list[str]] = {}
        for name in names:
            by_start.setdefault(guess.items[name].battery or name, []).append(name)
        found += [names, *by_start.values()] if len(by_start) > 1 else [names]
    return [names for names in found if len(names) >= 3]


def _pattern(names: Sequence[str], known: set[str]) -> str | None:
    """Return a pattern that fits these columns and no other."""
    first, last = min(names), max(names)
    start = 0
    while start < len(first) and first[start] == last[start : start + 1]:
        start += 1
    backwards = [name[::-1] for name in names]
    first_back, last_back = min(backwards), max(backwards)
    end = 0
    while end < len(first_back) and first_back[end] == last_back[end : end + 1]:
        end += 1
    candidates = [f"{first[:start]}*"] if start else []
    candidates += [f"*{first_back[:end][::-1]}"] if end >= 3 else []
    for pattern in candidates:
        if {name for name in known if pattern_matches(pattern, name)} == set(names):
            return pattern
    return None


def _item(name: str, item: ItemGuess, guess: SurveyGuess) -> str:
    low, high = item.scale
    lines = [f"[survey.items.{toml_key(name)}]", f"scale = [{low}, {high}]  # guess: {item.why}"]
    if item.missing:
        kinds = ", ".join(f"{kind} = {toml_list(codes)}" for kind, codes in item.missing.items())
        lines.append(f"missing = {{ {kinds} }}  # guess")
    if item.values:
        labels = {str(code): text for code, text in item.values.items()}
        lines.append(f"values = {toml_table(labels)}")
    if item.reverse:
        lines.append("reverse = true  # guess: 1 is best")
    if name in guess.loose:
        lines.append('out_of_scale = "missing"  # guess: some waves hold other codes; look at them')
    return "\n".join(lines)


def _multiple(found: MultipleGuess) -> str:
    lines = [f"[survey.items.{toml_key(found.name)}]  # guess: {found.why}", 'kind = "multiple"']
    if found.separator:
        lines.append(f"separator = {quoted(found.separator)}")
    else:
        lines.append(f"columns = {toml_list(found.columns)}")
    if found.marks:
        lines.append(f"marks = {toml_list(found.marks)}")
    if found.values:
        lines.append(f"values = {toml_table(found.values)}")
    if found.question and found.question != found.name:
        lines.append(f"label = {quoted(found.question)}")
    return "\n".join(lines)


def _measures(part: str, measures: Sequence[MeasureGuess]) -> str:
    if not measures:
        return ""
    lines = [f"[survey.{part}]"]
    for measure in measures:
        single = len(measure.items) == 1 and part == "outcomes"
        inside = [f"item = {quoted(measure.items[0])}"] if single else []
        inside += [] if single else [f"items = {toml_list(measure.items)}"]
        if measure.kind and measure.kind != measure.name:
            inside.insert(0, f"kind = {quoted(measure.kind)}")
        if measure.min_items:
            inside.append(f"min_items = {measure.min_items}")
        if measure.label:
            inside.append(f"label = {quoted(measure.label)}")
        line = f"{toml_key(measure.name)} = {{ {', '.join(inside)} }}  # guess: {measure.why}"
        lines.append(line)
    return "\n".join(lines)


def _segments(guess: SurveyGuess) -> str:
    if not guess.segments:
        return ""
    lines = ["[survey.segments]"]
    for segment in guess.segments:
        inside = f"column = {quoted(segment.column)}, label = {quoted(segment.label)}"
        lines.append(f"{toml_key(segment.name)} = {{ {inside} }}  # guess: {segment.why}")
    return "\n".join(lines)


def _open(guess: SurveyGuess) -> str:
    if not guess.open_answers:
        return ""
    about = guess.outcomes[0].name if guess.outcomes else ""
    lines = ["[survey.open_answers]"]
    for answer in guess.open_answers:
        inside = [f"item = {quoted(answer.column)}", f"label = {quoted(answer.label)}"]
        if about:
            inside.insert(1, f"about = {quoted(about)}")
        inside_text = ", ".join(inside)
        lines.append(f"{toml_key(answer.name)} = {{ {inside_text} }}  # guess: {answer.why}")
    return "\n".join(lines)


def _waves(guess: SurveyGuess) -> list[str]:
    dated = all(wave.closed is not None for wave in guess.waves)
    found = [wave_toml(wave, dated=dated) for wave in guess.waves]
    return [block for block in found if block]


def wave_toml(wave: WaveGuess, *, dated: bool = True, key: str = "survey") -> str:
    """Return the table of a wave; "" where there is nothing to say.

    Parameters
    ----------
    wave
        How its columns differ.
    dated
        False leaves out when it closed.
    key
        Table of the survey.
    """
    lines: list[str] = []
    if dated and wave.closed is not None:
        lines.append(f"closed = {wave.closed.isoformat()}  # guess: the last answer")
    if wave.not_asked:
        listed = ", ".join(quoted(name) for name in wave.not_asked)
        lines.append(f"not_asked = [{listed}]  # guess: no column is like it")
    if wave.rename:
        lines.append(f"[{key}.waves.{toml_key(wave.name)}.rename]")
        for old, (new, why) in wave.rename.items():
            lines.append(f"{toml_key(old)} = {quoted(new)}  # guess: {why}")
    if not lines:
        return ""
    return "\n".join([f"[{key}.waves.{toml_key(wave.name)}]", *lines])
