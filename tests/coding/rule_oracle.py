"""Rules the slow way: each pattern as one plain regular expression per text, nothing shared.

Written from the grammar alone, without the word index: what :func:`workbench.match` must equal.
"""

import re

from workbench.coding.sentences import sentence_starts

BEFORE, AFTER, GAP = r"(?<!\w)", r"(?!\w)", r"\W+"


def word(test: str) -> str:
    """Return the expression of a word with or without stars."""
    return r"\w*".join(re.escape(part) for part in test.split("*"))


def phrase(text: str) -> str:
    """Return the expression of words side by side."""
    return BEFORE + GAP.join(word(part) for part in text.strip('"').split()) + AFTER


def spans(operand: str, text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(phrase(operand), text, re.IGNORECASE)]


def near(left: str, right: str, distance: int, text: str) -> list[tuple[int, int]]:
    """Return for each left side the span to the nearest right side; the later one on a tie."""
    found = []
    rights = spans(right, text)
    for start, end in spans(left, text):
        best: tuple[int, int, tuple[int, int]] | None = None
        for other_start, other_end in rights:
            if other_start >= end:
                steps, later = len(re.findall(r"\w+", text[end:other_start])) + 1, 0
            elif other_end <= start:
                steps, later = len(re.findall(r"\w+", text[other_end:start])) + 1, 1
            else:
                continue
            candidate = (steps, later, (min(start, other_start), max(end, other_end)))
            best = candidate if best is None or candidate < best else best
        if best and best[0] <= distance:
            found.append(best[2])
    return found


def sentences(text: str, start: int, end: int) -> set[int]:
    bounds = sentence_starts(text)
    number = lambda offset: sum(begin <= offset for begin in bounds)  # noqa: E731 - one line is its name
    return set(range(number(start), number(end - 1) + 1))


def hits(pattern: str, text: str, vetoes: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """Return the spans of a pattern in one text."""
    if pattern.startswith("/"):
        body, *forbidden = re.split(r"/\s+NOT\s+", pattern[1:])
        body = body if forbidden else body.removesuffix("/")
        found = [m.span() for m in re.finditer(body, text, re.IGNORECASE) if m.end() > m.start()]
    else:
        main, *forbidden = re.split(r"\s+NOT\s+", pattern)
        sides = re.match(r"(.+?)\s+NEAR/(\d+)\s+(.+)", main)
        found = near(sides[1], sides[3], int(sides[2]), text) if sides else spans(main, text)
    for operand in (*forbidden, *vetoes):
        bad = [sentences(text, *span) for span in spans(operand, text)]
        found = [span for span in found if all(sentences(text, *span).isdisjoint(b) for b in bad)]
    return sorted(found)
