"""Names from files, safe to print: nothing in them moves the cursor or turns the text around."""

from __future__ import annotations

import unicodedata

__all__ = ["visible"]


def visible(text: str) -> str:
    r"""Write control and direction marks as their code points; line feeds stay.

    Examples
    --------
    >>> visible("NET\u202ePRO\x1b[2J")
    'NET<U+202E>PRO<U+001B>[2J'
    """
    return "".join(
        f"<U+{ord(sign):04X}>"
        if sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"}
        else sign
        for sign in text
    )
