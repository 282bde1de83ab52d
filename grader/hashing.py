"""Chooses the hash seeds under which a file's sets of words come in another order.

Python orders a set of strings by their hashes, which a seed mixes, another one in every process of
a learner's. Boxes all have one seed, so that a report can be repeated; who depends on the order is
right by luck there. A set of two words comes in the same order under every second seed, so seeds
are tried until all orders have been turned around.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from grader.text import parse_python

OWN_SEED = 0  # of all other boxes
TRIED, CHOSEN = 12, 2  # seeds; each that is chosen costs a process with imports of its own
MOST_WORDS, LONGEST_WORD = 30, 80
SECONDS = 20.0  # a net: it takes some hundredths
ORDERS = """
import itertools, json, sys
words = json.load(sys.stdin)
pairs = itertools.combinations(words, 2)
json.dump([list({one, other})[0] == one for one, other in pairs], sys.stdout)
"""
SETS = frozenset(("set", "frozenset", "hash"))
VIEWS = frozenset(("keys", "items"))


def other_hash_seeds(source: str) -> list[int]:
    """Return seeds for processes in which a file's sets come in another order, if it has sets."""
    tree = parse_python(source)
    if tree is None or not any(_is_of_sets(node) for node in ast.walk(tree)):
        return []
    words = list(dict.fromkeys(_words(tree)))[:MOST_WORDS]
    pairs = set(range(len(list(itertools.combinations(words, 2)))))
    usual = _orders(words, OWN_SEED)
    turned = {
        seed: {pair for pair in pairs if order[pair] != usual[pair]}
        for seed in range(OWN_SEED + 1, OWN_SEED + 1 + TRIED)
        if len(order := _orders(words, seed)) == len(usual) == len(pairs)
    }
    chosen: list[int] = []
    while turned and pairs and len(chosen) < CHOSEN:
        best = max(turned, key=lambda seed: len(turned[seed] & pairs))
        pairs -= turned.pop(best)
        chosen.append(best)
    return chosen or [OWN_SEED + 1]


def _is_of_sets(node: ast.AST) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.BinOp):  # views of dictionaries are sets where they are combined
        return any(isinstance(one, ast.Attribute) and one.attr in VIEWS for one in ast.walk(node))
    return isinstance(node, ast.Name) and node.id in SETS


def _words(tree: ast.AST) -> Iterator[str]:
    """Yield the short strings of a file, those in sets first."""
    everything = list(ast.walk(tree))
    sets = [node for node in everything if isinstance(node, ast.Set | ast.Call)]
    for node in itertools.chain(*(ast.walk(one) for one in sets), everything):
        word = node.value if isinstance(node, ast.Constant) else None
        if isinstance(word, str) and 0 < len(word) <= LONGEST_WORD and word.isprintable():
            yield word


def _orders(words: list[str], seed: int) -> list[bool]:
    """Return for every pair of words whether the first one comes first, in a process of its own."""
    environment = {"PYTHONHASHSEED": str(seed), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):  # some interpreters need it to start
        if name in os.environ:
            environment[name] = os.environ[name]
    try:
        done = subprocess.run(
            [sys.executable, "-S", "-s", "-P", "-c", ORDERS],
            input=json.dumps(words),
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        found: list[bool] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return found
