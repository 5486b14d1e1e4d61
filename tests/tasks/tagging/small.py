"""Tagged sequences in several forms, and a config for each, small enough for every test."""

from pathlib import Path
from typing import Any

import numpy as np

WORDS = {"B-x": ["bay", "boy"], "I-x": ["in", "is"], "O": ["or", "on", "off"]}
COLUMNS = {"token": "w", "tag": "t", "sequence": "s"}
SHARES = {"validation": 0.2, "test": 0.2}


def config_of(source: Path, *, layers: Any = None, **options: Any) -> dict[str, Any]:
    tokens = "token" in options or source.suffix == ".txt"
    embedding = [{"embedding": {"output_dim": 3}}] if tokens else []
    cell = {"bidirectional": {"layer": {"lstm": {"units": 2}}}}
    return {
        "version": 1,
        "name": "small",
        "task": "tagging",
        "data": {"source": str(source), "split": SHARES, **options},
        "model": {"layers": layers or [*embedding, cell, "dense"]},
        "training": {"epochs": 1, "batch_size": 8, "jit_compile": False, "shards": 1},
    }


def sequences(count: int = 40, seed: int = 0) -> list[list[tuple[str, str]]]:
    """Words with their tags: spans of B-x I-x among O, 1 to 6 words long."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        tags = ["O", "B-x", "I-x", "O", "O", "B-x"][: 1 + number % 6]
        found.append([(str(rng.choice(WORDS[tag])), tag) for tag in tags])
    return found


def write_csv(path: Path, count: int = 40) -> Path:
    """A row a word: s,w,t and two numbers; the number a tells the tag but for noise."""
    rng = np.random.default_rng(1)
    lines = ["s,w,t,a,b,part"]
    for number, words in enumerate(sequences(count)):
        part = ["train", "train", "validation", "test"][number // 6 % 4]
        for word, tag in words:
            a, b = list(WORDS).index(tag) + rng.normal(0, 0.3), rng.normal()
            lines.append(f"q{number},{word},{tag},{a:.3f},{b:.3f},{part}")
    path.write_text("\n".join(lines) + "\n")
    return path


def write_conllu(path: Path, count: int = 40) -> Path:
    """With comments, and a range of tokens in each sentence of two words or more."""
    lines = []
    for number, words in enumerate(sequences(count)):
        lines.append(f"# sent_id = {number}")
        for place, (word, tag) in enumerate(words, 1):
            if place == 2:
                lines.append("2-3\tx\t" + "\t".join("_" * 8))
            lines.append(f"{place}\t{word}\t_\t{tag}\t_\t_\t_\t_\t_\tSpaceAfter=No")
        lines.append("")
    path.write_text("\n".join(lines) + "\n")
    return path
