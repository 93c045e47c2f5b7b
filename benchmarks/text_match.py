"""Codebook rules on a million comments, against the pandas ``str.contains`` loop.

Claim: 1,000,000 comments x 300 patterns (150 words, 90 stems, 40 phrases, 20 NEAR/5), at least 50
times the loop per CPU second, with the same comments hit; a changed rule is re-applied in tens of
milliseconds. The loop runs on a sample of the comments and is scaled up: it is linear in them.
"""

from __future__ import annotations

import argparse
import json
import re
import time

import numpy as np
import pandas as pd

from workbench.coding.match import match
from workbench.coding.tokens import index_texts
from workbench.inputs.lexicon import word_forms

PEER_SAMPLE = 10_000


def vocabulary(rng: np.random.Generator, size: int) -> np.ndarray:
    words = sorted(word for word in word_forms("sv") if word.isalpha())
    chosen = rng.permutation(np.array(words, dtype=object))[: 3 * size]
    short = [word for word in chosen if len(word) <= 6][: size // 20]
    rest = [word for word in chosen if word not in set(short)]
    return np.array([*short, *rest][:size], dtype=object)


def comments(rng: np.random.Generator, words: np.ndarray, n: int) -> list[str]:
    weights = 1 / np.arange(1, len(words) + 1)
    cumulated = np.cumsum(weights / weights.sum())
    lengths = rng.poisson(11.5, n) + 1
    drawn = words[np.minimum(np.searchsorted(cumulated, rng.random(lengths.sum())), len(words) - 1)]
    signs = np.array([" ", ", ", ". ", "! "])[
        np.searchsorted([0.86, 0.93, 0.98], rng.random(lengths.sum()))
    ]
    pieces = np.char.add(drawn.astype(str), signs)
    ends = np.cumsum(lengths)
    return [
        "".join(pieces[end - length : end]).capitalize()
        for end, length in zip(ends, lengths, strict=True)
    ]


def patterns(rng: np.random.Generator, words: np.ndarray, texts: list[str]) -> dict[str, str]:
    """Return pattern -> the regular expression that means the same."""
    found: dict[str, str] = {}
    pool = list(words[rng.integers(5, 5000, 400)])
    for word in dict.fromkeys(pool):
        if len(found) < 150:
            found[word] = rf"(?<!\w){word}(?!\w)"
        elif len(found) < 240:
            found[f"{word[:5]}*"] = rf"(?<!\w){word[:5]}\w*"
    while len(found) < 280:
        tokens = re.findall(r"\w+", texts[rng.integers(len(texts))].lower())
        if len(tokens) > 3:
            found[f'"{tokens[1]} {tokens[2]}"'] = rf"(?<!\w){tokens[1]}\W+{tokens[2]}(?!\w)"
    while len(found) < 300:
        a, b = words[rng.integers(0, 300, 2)]
        between = r"\W+(?:\w+\W+){0,4}"
        found[f"{a} NEAR/5 {b}"] = rf"(?<!\w)(?:{a}{between}{b}|{b}{between}{a})(?!\w)"
    return found


def cpu(function, *arguments):
    begin = time.process_time()
    result = function(*arguments)
    return result, time.process_time() - begin


def loop(texts: pd.Series, expressions: dict[str, str]) -> dict[str, pd.Series]:
    return {
        pattern: texts.str.contains(expression, case=False, regex=True)
        for pattern, expression in expressions.items()
    }


def measure(n: int) -> dict[str, float]:
    rng = np.random.default_rng(0)
    words = vocabulary(rng, 29_600)
    texts = pd.Series(comments(rng, words, n))
    wanted = patterns(rng, words, list(texts[:20_000]))
    sample = texts[:PEER_SAMPLE]
    peer, peer_cpu = cpu(loop, sample, wanted)
    index, index_cpu = cpu(index_texts, texts)
    found, match_cpu = cpu(match, index, {pattern: [pattern] for pattern in wanted})
    _, again_cpu = cpu(match, index, {"changed": [f"{words[500][:4]}*", words[77]]})
    early = found[found["text"] < PEER_SAMPLE].drop_duplicates(["text", "pattern"])
    ours = early.groupby("pattern")["text"].apply(set).to_dict()
    differ = sum(ours.get(p, set()) != set(np.flatnonzero(hit)) for p, hit in peer.items())
    peer_scaled = peer_cpu * n / PEER_SAMPLE
    return {
        "comments": n,
        "megabytes": round(sum(map(len, texts)) / 1e6, 1),
        "patterns": len(wanted),
        "hits": len(found),
        "patterns_that_differ": differ,
        "index_cpu_seconds": round(index_cpu, 2),
        "match_cpu_seconds": round(match_cpu, 2),
        "peer_cpu_seconds_scaled": round(peer_scaled, 1),
        "ratio": round(peer_scaled / (index_cpu + match_cpu), 1),
        "changed_rule_milliseconds": round(1000 * again_cpu, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--comments", type=int, default=1_000_000)
    print(json.dumps(measure(parser.parse_args().comments), indent=1))
