"""Parameters that name something in the study: a wave, a market, a segment, an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import ParameterError, near_match
from workbench.report.parameters import visible

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from workbench.report.parameters import Parameter, Value

__all__ = ["check_choices", "market_counts"]

_LISTED = 12


def check_choices(
    values: Mapping[str, Value],
    parameters: Mapping[str, Parameter],
    study: Any,
    *,
    given: Container[str] = (),
) -> dict[str, Value]:
    """Return the values with ``wave="latest"`` resolved, after checking them against the study.

    A notebook's own segment or outcome that the study has not gives way to the study's first.

    Parameters
    ----------
    values, parameters
        Typed values, and what the notebook declares.
    study
        As ``load_study`` returns it.
    given
        Names of the parameters that a person chose: those are never replaced.

    Raises
    ------
    ParameterError
        If a wave, market, segment, outcome, coder or experiment is not in the study.
    """
    checked = dict(values)
    if "wave" in parameters and study.surveys:
        checked["wave"] = study.resolve_wave(str(values["wave"]))
    for name, known in (("segment", _segments), ("outcome", _outcomes)):
        if values.get(name):
            checked[name] = _chosen(name, str(values[name]), known(study), is_given=name in given)
    if values.get("experiment"):
        _one_of("experiment", str(values["experiment"]), study.model.experiment)
    if values.get("market"):
        _check_market(str(values["market"]), int(values.get("floor", 7)), study)
    return checked


def _chosen(name: str, value: str, known: Sequence[str], *, is_given: bool) -> str:
    if is_given or value in known or (name == "outcome" and not known):
        _one_of(name, value, known)
        return value
    return known[0] if known else ""


def _one_of(name: str, value: str, known: Iterable[str]) -> None:
    allowed = list(known)
    if value not in allowed:
        listed = ", ".join(allowed) or "none"
        raise ParameterError(
            f"Parameter '{name}' must be one of the study's: {listed}; found "
            f"'{visible(value)}'.{near_match(value, allowed)}"
        )


def _models(study: Any) -> list[Any]:
    return [study.survey_model(name) for name in study.surveys]


def _segments(study: Any) -> list[str]:
    return list(dict.fromkeys(name for model in _models(study) for name in model.segments))


def _outcomes(study: Any) -> list[str]:
    return list(dict.fromkeys(name for model in _models(study) for name in model.outcomes))


def _check_market(value: str, floor: int, study: Any) -> None:
    """Names only markets with enough answers: a small one is not given away by an error."""
    if "market" not in _segments(study):
        raise ParameterError(
            "Parameter 'market' needs a segment called market; the study has none. "
            'Add market = "<column>" under [survey.segments].'
        )
    counts = market_counts(study)
    if value not in counts:
        shown = sorted(market for market, n in counts.items() if n >= floor)
        listed = ", ".join(shown[:_LISTED]) + (", ..." if len(shown) > _LISTED else "")
        raise ParameterError(
            f"Parameter 'market' must be one of the study's markets: {listed}; found "
            f"'{visible(value)}'.{near_match(value, shown)}"
        )


def market_counts(study: Any) -> dict[str, int]:
    """Return market -> number of answers, over every survey and wave of the study."""
    counts: dict[str, int] = {}
    for name in study.surveys:
        frame = study.survey(name)
        if "market" in frame.columns:
            for market, n in frame["market"].value_counts().items():
                counts[str(market)] = counts.get(str(market), 0) + int(n)
    return counts
