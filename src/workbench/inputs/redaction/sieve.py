"""Which of many texts may hold a number that identifies: all looked through at once, and quickly.

The rules of :mod:`workbench.inputs.redaction.scan` look at what stands around a number, which only
Python's own expressions can. Here they are written without most of that, for Arrow, which needs a
tenth of the time: what it passes over holds no match of any rule, and the rules decide on the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["may_hold_numbers"]

_BEYOND: Final = r"\x{80}-\x{10FFFF}"
"""Signs that are not ASCII: any of them may be a digit, or a space, in another script."""
_DIGIT: Final = f"[0-9{_BEYOND}]"
_SPACE: Final = rf"[\s\x0b\x1c-\x1f{_BEYOND}]"
_LOOSE: Final = "|".join(
    [
        rf"(?:^|[^\w.-]){_DIGIT}{{6,8}}[-+]{_DIGIT}{{3}}[X0-9{_BEYOND}]",
        rf"(?:\+{_DIGIT}{{2,3}}[ -]?\(?0?\)?{_DIGIT}{{1,3}}|(?:^|[^\w.,/:-])0{_DIGIT}{{1,3}})"
        rf"(?:{_SPACE}?[-–]{_SPACE}?|{_SPACE}){_DIGIT}{{2,4}}[ -]{_DIGIT}{{2,3}}",
        rf"(?:^|\W)[A-Z]{{2}}{_DIGIT}{{2}}(?: ?[A-Z0-9]{{4}}){{3}}",
        rf"{_DIGIT}{{4}}[ -]{_DIGIT}{{4}}[ -]{_DIGIT}{{4}}[ -]{_DIGIT}{{4}}",
    ]
)
"""Identity number, phone, account and card."""


def may_hold_numbers(texts: Sequence[str]) -> list[bool]:
    """Return, for each text, whether an identity, phone, account or card number may be in it.

    Examples
    --------
    >>> may_hold_numbers(["Ring 070-174 06 12", "n = 1 234, 2026-06-30"])
    [True, False]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = [text.encode("utf-8", "replace") for text in texts]  # half a pair is no sign
    compute: Any = pc  # its functions are made when it is imported
    return compute.match_substring_regex(pa.array(encoded, pa.large_string()), _LOOSE).to_pylist()
