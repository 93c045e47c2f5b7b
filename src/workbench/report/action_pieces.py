"""Open actions on a page: one line on the first screen, one table further down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from workbench.language import LANGUAGES, Message, localized
from workbench.report.actions import ROLES
from workbench.report.columns import column_for
from workbench.report.figures import visible_text
from workbench.report.fragments import rich
from workbench.report.tables import format_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.inputs.actions import ValueThen
    from workbench.language import LocalizedText
    from workbench.report.actions import Follow

__all__ = [
    "ELSEWHERE",
    "QUESTION",
    "actions_html",
    "first_line",
    "number_line",
    "recorded_action",
    "unowned_line",
    "verdict_line",
]

QUESTION: Final = Message("Who does what?")

ELSEWHERE: Final = "data-elsewhere"
"""Attribute of what was looked up in another report: this one, run again alone, can't know it."""

_ROLES = {
    "owner": Message("Owner"),
    "coordination": Message("Coordination"),
    "analysis": Message("Analysis"),
    "follow_up": Message("Follow-up"),
}
_LACKING = {
    "owner": Message("{n:integer} action", "{n:integer} actions"),
    "coordination": Message("the coordination of {n:integer}"),
    "analysis": Message("the analysis of {n:integer}"),
    "follow_up": Message("the follow-up of {n:integer}"),
}
_STATUS = {
    "proposed": Message("proposed"),
    "decided": Message("decided on"),
    "ongoing": Message("ongoing"),
}
_VERDICTS = {
    "rose": Message("Rose, {change}: more than noise."),
    "fell": Message("Fell, {change}: more than noise."),
    "noise": Message("{change}: may be noise."),
    "untested": Message("{change}; without an interval it can’t be told from noise."),
    "hidden": Message("Can’t be followed: the number is not shown now."),
    "absent": Message("Can’t be followed: no report here holds the number yet."),
    "same_wave": Message("No newer wave yet."),
    "no_then": Message("Can’t be judged: what it was is not noted."),
    "": Message("Rests on no number."),
}
_HEADINGS = (
    Message("Action"),
    Message("Where, and what is expected"),
    Message("Who"),
    Message("When"),
    Message("Its number, then and now"),
    Message("What has happened to it"),
)


def first_line(
    follows: Sequence[Follow], shared: Mapping[str, LocalizedText], language: str
) -> Markup:
    """Return what the first screen says: how many are open, since when, and what nobody owns.

    Parameters
    ----------
    follows
        Open actions, the oldest first.
    shared
        Role -> who, for the whole study.
    language
        Of the page.
    """
    if not follows:
        missing = [_ROLES[role] for role in ROLES[1:] if not shared.get(role)]
        text = Message("**No action is noted.**")
        owned = Message("{text} **Unowned:** {roles}.", text=text, roles=missing)
        return rich((owned if missing else text).render(language))
    oldest = follows[0].action.noted or follows[0].action.due
    text = Message("{n:integer} open action.", "{n:integer} open actions.", n=len(follows))
    if follows[0].action.noted:
        text = Message("{text} The oldest was noted on {day:date}.", text=text, day=oldest)
    elif oldest:
        text = Message("{text} The first is due on {day:date}.", text=text, day=oldest)
    counts = {role: sum(1 for f in follows if role in f.unowned) for role in ROLES}
    lacking = [_LACKING[role].with_values(n=count) for role, count in counts.items() if count]
    if lacking:
        text = Message("{text} **Unowned:** {roles}.", text=text, roles=lacking)
    return rich(text.render(language))


def actions_html(follows: Sequence[Follow], language: str) -> Markup:
    """Return the table of open actions; each row becomes a card on a narrow screen."""
    head = Markup().join(
        Markup('<th scope="col" role="columnheader">{}</th>').format(label.render(language))
        for label in _HEADINGS
    )
    body = Markup().join(_row(follow, language) for follow in follows)
    caption = Message(
        "Open actions, the oldest first. People wrote them in actions.toml; the numbers are looked "
        "up. That a number moved does not show that the action moved it."
    )
    return Markup(
        '<table class="tt act" role="table"><caption>{}</caption><thead role="rowgroup">'
        '<tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody></table>'
    ).format(caption.render(language), head, body)


def _row(follow: Follow, language: str) -> Markup:
    action = follow.action
    title = Markup('<th scope="row" role="rowheader">{}{}</th>').format(
        _text(action.text, language), _small(action.detail, language)
    )
    place = Markup("{}{}").format(
        _text(follow.area, language) or "–", _small(action.expected, language)
    )
    cells = [
        place,
        _who(follow, language),
        _when(follow, language),
        number_line(follow, language),
        verdict_line(follow, language),
    ]
    told = Markup('<td role="cell" data-l="{}">{}</td>')
    looked_up = Markup('<td role="cell" data-l="{}" data-elsewhere>{}</td>')
    number = looked_up if follow.is_elsewhere else told
    kinds = (told, told, told, number, number)
    return Markup('<tr role="row">{}{}</tr>').format(
        title,
        Markup().join(
            kind.format(label.render(language), cell)
            for kind, label, cell in zip(kinds, _HEADINGS[1:], cells, strict=True)
        ),
    )


def _text(label: LocalizedText, language: str) -> str:
    return visible_text(localized(label, language))


def _small(label: LocalizedText, language: str) -> Markup:
    text = _text(label, language)
    return Markup('<span class="sub">{}</span>').format(text) if text else Markup()


def _who(follow: Follow, language: str) -> Markup:
    nobody = Markup('<b class="mis">{}</b>').format(Message("unowned").render(language))
    return Markup().join(
        Markup('<span class="line">{}: {}</span>').format(
            _ROLES[role].render(language), _text(follow.roles[role], language) or nobody
        )
        for role in ROLES
    )


def _when(follow: Follow, language: str) -> Markup:
    action = follow.action
    lines = [_STATUS[action.status].render(language)]
    for day, label in (
        (action.noted, Message("noted {day:date}", day=action.noted)),
        (action.due, Message("due {day:date}", day=action.due)),
        (action.follow_up_on, Message("follow-up {day:date}", day=action.follow_up_on)),
    ):
        lines += [label.render(language)] if day else []
    if action.due is None:
        lines.append(Message("no date").render(language))
    return Markup().join(Markup('<span class="line nw">{}</span>').format(line) for line in lines)


def recorded_action(follow: Follow) -> dict[str, Any]:
    """Return what the run's record keeps of an open action, worded in both languages."""
    happened = {
        one: f"{number_line(follow, one)}. {verdict_line(follow, one)}" for one in LANGUAGES
    }
    return follow.as_json() | {"happened": happened if follow.action.evidence else {}}


def unowned_line(follow: Follow, language: str) -> str:
    """Return who owns an action, or what nobody has: "unowned: analysis and follow-up"."""
    if not follow.unowned:
        return _text(follow.roles["owner"], language)
    missing = [_ROLES[role] for role in follow.unowned]
    return Message("unowned: {roles}", roles=missing).render(language)


def number_line(follow: Follow, language: str) -> str:
    """Return the number then and now, with intervals and waves: "52.1 (47.0 to 57.2), now 47.6"."""
    then = follow.action.then if follow.then is not None else None
    waves = (follow.wave_then, follow.wave_now)
    shown = {
        name: _value(value, localized(wave, language), follow, language) if value else ""
        for name, value, wave in zip(("then", "now"), (then, follow.present), waves, strict=True)
    }
    if shown["then"] and shown["now"]:
        return Message("{then}. Now {now}", **shown).render(language)
    if shown["now"]:
        return Message("Now {now}", **shown).render(language)
    return shown["then"] or "–"


def _value(value: ValueThen, wave: str, follow: Follow, language: str) -> str:
    spec = column_for(follow.kind, follow.column).format
    text = format_value(value.value, spec, language)
    if value.low is not None and value.high is not None:
        ends = [format_value(end, spec, language) for end in (value.low, value.high)]
        interval = Message("{low} to {high}", low=ends[0], high=ends[1]).render(language)
        text = f"{text} ({interval})"
    return f"{text}, {visible_text(wave)}" if wave else text


def verdict_line(follow: Follow, language: str) -> str:
    """Return what has happened to the number, with the change itself."""
    change = (follow.now or 0.0) - (follow.then or 0.0)
    spec = column_for(follow.kind, follow.column).format
    worded = Message("{change:points}", change=change)
    if spec.startswith("percent"):
        worded = Message("{change:percent_points} percentage points", change=change)
    return _VERDICTS[follow.verdict].with_values(change=worded).render(language)
