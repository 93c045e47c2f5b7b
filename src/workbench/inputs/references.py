"""What ``study.toml`` must hold between its tables: references, scales, patterns, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import near_match
from workbench.inputs.models.measures import OUTCOME_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbench.inputs.models.base import Scale
    from workbench.inputs.models.measures import OutcomeModel
    from workbench.inputs.models.study import StudyFile
    from workbench.inputs.models.survey import SurveyModel

__all__ = [
    "COMPUTED",
    "KeyPath",
    "item_scales",
    "reference_problems",
    "resolved_survey",
    "survey_items",
]

KeyPath = tuple[str | int, ...]
COMPUTED = ("respondent_id", "person", "wave", "weight", "source", "population")
"""Columns that reading adds to every survey (``person`` and ``population`` where given)."""


def reference_problems(model: StudyFile) -> list[tuple[KeyPath, str]]:
    """Return each thing that does not fit together as (key, what is wrong and how to mend it)."""
    problems = [*_journey_problems(model), *_goal_problems(model)]
    for key, survey in _surveys(model):
        problems += _touchpoint_problems(model, key, survey)
        problems += _about_problems(model, key, survey)
        problems += _name_problems(key, survey)
        problems += _rule_problems(key, survey)
        problems += _outcome_problems(key, survey)
        problems += _driver_problems(key, survey)
        problems += _wave_problems(key, survey)
        problems += _population_problems(key, survey)
    return problems


def survey_items(survey: SurveyModel) -> dict[str, KeyPath]:
    """Return the items that outcomes and drivers are made of, with the key that names them."""
    items: dict[str, KeyPath] = {}
    for name, outcome in survey.outcomes.items():
        for column in outcome.columns:
            items.setdefault(column, ("outcomes", name))
    for name, driver in survey.drivers.items():
        for column in driver.items:
            items.setdefault(column, ("drivers", name))
    return items


def resolved_survey(survey: SurveyModel) -> SurveyModel:
    """Return the survey with every kind, scale and top code filled in, as others read it."""
    scales = item_scales(survey)
    outcomes = {name: _resolved_outcome(survey, name, scales) for name in survey.outcomes}
    drivers = {
        name: driver.model_copy(update={"scale": _scale_of(scales, driver.scale, driver.items)})
        for name, driver in survey.drivers.items()
    }
    return survey.model_copy(update={"outcomes": outcomes, "drivers": drivers})


def _resolved_outcome(
    survey: SurveyModel, name: str, scales: Mapping[str, set[Scale]]
) -> OutcomeModel:
    outcome = survey.outcomes[name]
    kind = outcome.kind or name
    scale = _scale_of(scales, outcome.scale, outcome.columns)
    if kind == "nps":
        scale = scale or (0.0, 10.0)
    top = outcome.top
    if kind == "csat" and top is None and scale is not None:
        top = (scale[1] - 1, scale[1])
    resolved = outcome.model_copy(update={"kind": kind, "scale": scale, "top": top})
    return resolved.model_copy(update={"min_items": resolved.needed})


def item_scales(survey: SurveyModel) -> dict[str, set[Scale]]:
    """Return the scales given for each item, by its rule or by what is made of it: one, or a clash.

    An ``nps`` item without a scale of its own has 0 to 10.
    """
    scales: dict[str, set[Scale]] = {item: set() for item in survey_items(survey)}
    for item, given in scales.items():
        if (scale := survey.rule(item).scale) is not None:
            given.add(scale)
    for name, outcome in survey.outcomes.items():
        own = outcome.scale or ((0.0, 10.0) if (outcome.kind or name) == "nps" else None)
        for item in outcome.columns:
            scales[item] |= {own} if own is not None else set()
    for driver in survey.drivers.values():
        for item in driver.items:
            scales[item] |= {driver.scale} if driver.scale is not None else set()
    return scales


def _scale_of(
    scales: Mapping[str, set[Scale]], own: Scale | None, items: tuple[str, ...]
) -> Scale | None:
    return own or next((scale for item in items for scale in scales[item]), None)


def _surveys(model: StudyFile) -> Iterator[tuple[KeyPath, SurveyModel]]:
    if model.survey is not None:
        yield ("survey",), model.survey
    for name, survey in model.surveys.items():
        yield ("surveys", name), survey


def _journey_problems(model: StudyFile) -> Iterator[tuple[KeyPath, str]]:
    seen: set[str] = set()
    for place, touchpoint in enumerate(model.journey):
        if touchpoint.id in seen:
            yield (
                ("journey", place, "id"),
                f"touchpoint '{touchpoint.id}' stands twice; give each step its own id.",
            )
        seen.add(touchpoint.id)
    if model.survey is not None and "default" in model.surveys:
        yield (
            ("surveys", "default"),
            "the survey 'default' is [survey] itself; give this one another name.",
        )


def _goal_problems(model: StudyFile) -> Iterator[tuple[KeyPath, str]]:
    """Goals are about the study's own survey: its outcomes and segments."""
    if model.survey is None:
        return
    outcomes, segments = list(model.survey.outcomes), list(model.survey.segments)
    for place, goal in enumerate(model.goals):
        if goal.measure not in outcomes:
            yield (
                ("goals", place, "measure"),
                f"'{goal.measure}' is no outcome of [survey]."
                f"{near_match(goal.measure, outcomes) or _choice(outcomes)}",
            )
        if goal.segment is not None and goal.segment not in segments:
            yield (
                ("goals", place, "segment"),
                f"'{goal.segment}' is no segment of [survey]."
                f"{near_match(goal.segment, segments) or _choice(segments)}",
            )


def _touchpoint_problems(
    model: StudyFile, key: KeyPath, survey: SurveyModel
) -> Iterator[tuple[KeyPath, str]]:
    known = [touchpoint.id for touchpoint in model.journey]
    for part in ("outcomes", "drivers", "open_answers"):
        for name, entry in getattr(survey, part).items():
            if entry.touchpoint is not None and entry.touchpoint not in known:
                yield (
                    (*key, part, name, "touchpoint"),
                    f"'{entry.touchpoint}' is no touchpoint of [[journey]]."
                    f"{near_match(entry.touchpoint, known) or _choice(known)}",
                )


def _about_problems(
    model: StudyFile, key: KeyPath, survey: SurveyModel
) -> Iterator[tuple[KeyPath, str]]:
    known = [*survey.outcomes, *survey.drivers, *(touchpoint.id for touchpoint in model.journey)]
    for name, answer in survey.open_answers.items():
        if answer.about is not None and answer.about not in known:
            yield (
                (*key, "open_answers", name, "about"),
                f"'{answer.about}' is no outcome, driver or touchpoint."
                f"{near_match(answer.about, known) or _choice(known)}",
            )


def _choice(known: list[str]) -> str:
    return f" There are: {', '.join(known)}." if known else " None is declared."


def _name_problems(key: KeyPath, survey: SurveyModel) -> Iterator[tuple[KeyPath, str]]:
    """Each computed column has a name of its own; only a segment may be called as its column."""
    taken: dict[str, str] = dict.fromkeys(COMPUTED, "a column that reading adds")
    items = survey_items(survey)
    for part in ("outcomes", "drivers", "segments"):
        for name in getattr(survey, part):
            if name in taken:
                yield (*key, part, name), f"'{name}' is already {taken[name]}; call it otherwise."
            elif part != "segments" and name in items:
                yield (
                    (*key, part, name),
                    f"'{name}' is also the name of an item, and a column can't be both; "
                    "call it otherwise, or rename the item with `rename`.",
                )
            taken.setdefault(name, f"one of {part}")
    for column in filter(None, (survey.respondent, survey.person)):
        others = {*items, *(segment.column for segment in survey.segments.values())}
        if column in others:
            yield (*key, "respondent"), f"'{column}' identifies people and can't be analysed."


def _rule_problems(key: KeyPath, survey: SurveyModel) -> Iterator[tuple[KeyPath, str]]:
    """For one column, no two patterns are equally narrow, and no inherited code hides an answer."""
    for column in dict.fromkeys([*survey_items(survey), *survey.items]):
        for setting in ("scale", "missing", "values", "kind"):
            patterns = survey.patterns_in_force(column, setting)
            if len(patterns) > 1:
                yield (
                    (*key, "items", patterns[1], setting),
                    f"for '{column}', {' and '.join(map(repr, patterns))} are equally narrow; "
                    f"give '{column}' a rule of its own.",
                )
        yield from _hidden_answers(key, survey, column)


def _hidden_answers(
    key: KeyPath, survey: SurveyModel, column: str
) -> Iterator[tuple[KeyPath, str]]:
    rule = survey.rule(column)
    origin = {part: survey.patterns_in_force(column, part)[:1] for part in ("scale", "missing")}
    if rule.scale is None or rule.missing is None or origin["scale"] == origin["missing"]:
        return
    low, high = rule.scale
    hidden = [
        code
        for code in rule.missing.by_code()
        if isinstance(code, int | float) and low <= code <= high
    ]
    if hidden:
        listed = ", ".join(f"{code:g}" for code in hidden)
        yield (
            (*key, "items", origin["scale"][0]),
            f"'{column}' has scale [{low:g}, {high:g}], but {origin['missing'][0]!r} says that "
            f"{listed} is no answer. Say `missing` here too; `missing = {{}}` if each code counts.",
        )


def _outcome_problems(key: KeyPath, survey: SurveyModel) -> Iterator[tuple[KeyPath, str]]:
    for name, outcome in survey.outcomes.items():
        here = (*key, "outcomes", name)
        kind = outcome.kind or name
        if kind not in OUTCOME_KINDS:
            yield here, f"say which kind it is: kind = one of {', '.join(OUTCOME_KINDS)}."
            continue
        if kind in {"nps", "csat"} and len(outcome.columns) > 1:
            yield here, f"{kind} is computed from one item; found {len(outcome.columns)}."
            continue
        if outcome.top is not None and kind != "csat":
            yield (*here, "top"), f"top belongs to csat; this outcome is {kind}."
        yield from _scale_problems(here, survey, outcome.scale, outcome.columns, kind)
        scale = _scale_of(item_scales(survey), outcome.scale, outcome.columns)
        if kind == "csat" and scale and outcome.top:
            outside = [code for code in outcome.top if not scale[0] <= code <= scale[1]]
            if outside:
                yield (
                    (*here, "top"),
                    f"{', '.join(f'{code:g}' for code in outside)} is not on the scale "
                    f"[{scale[0]:g}, {scale[1]:g}].",
                )


def _driver_problems(key: KeyPath, survey: SurveyModel) -> Iterator[tuple[KeyPath, str]]:
    for name, driver in survey.drivers.items():
        yield from _scale_problems(
            (*key, "drivers", name), survey, driver.scale, driver.items, "driver"
        )


def _scale_problems(
    here: KeyPath, survey: SurveyModel, own: Scale | None, items: tuple[str, ...], kind: str
) -> Iterator[tuple[KeyPath, str]]:
    given = {scale for item in items if (scale := survey.rule(item).scale) is not None}
    others = item_scales(survey)
    if own is not None:
        given |= {own}.union(*(others[item] for item in items))
    elif not given:
        given = set().union(*(others[item] for item in items))
    if kind == "nps" and given - {(0.0, 10.0)}:
        low, high = next(scale for scale in given if scale != (0.0, 10.0))
        yield (
            here,
            (
                f"NPS is defined for answers 0 to 10; the scale here is [{low:g}, {high:g}]. "
                'Use kind = "mean" for another scale.'
            ),
        )
    elif len(given) > 1:
        shown = " and ".join(f"[{low:g}, {high:g}]" for low, high in sorted(given))
        yield here, f"its items have different scales, {shown}; an index needs one."
    elif not given:
        yield (
            here,
            f"item '{items[0]}' has no scale. Say it here, scale = [1, 10], or in "
            f'[survey.items."{items[0]}"].',
        )


def _wave_problems(key: KeyPath, survey: SurveyModel) -> Iterator[tuple[KeyPath, str]]:
    renamings = [(key, survey.rename)] + [
        ((*key, "waves", name), wave.rename) for name, wave in survey.waves.items()
    ]
    for where, rename in renamings:
        targets = list(rename.values())
        for target in sorted({target for target in targets if targets.count(target) > 1}):
            yield (*where, "rename"), f"two columns are renamed to '{target}'; keep one."


def _population_problems(key: KeyPath, survey: SurveyModel) -> Iterator[tuple[KeyPath, str]]:
    populations = {file.population or survey.population for file in survey.files}
    if len(populations) > 1:
        named = ", ".join(sorted(str(name or "(none)") for name in populations))
        yield (
            (*key, "files"),
            f"two populations can't be one estimate: {named}. Give each its own [surveys.<name>].",
        )
    if survey.margins and any(not shares for shares in survey.margins.values()):
        yield (*key, "margins"), "a margin without values says nothing; drop it."
