"""A table with a column of classes, or arrays x and y -> a config that tells the classes apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnnkit.config.draft import Key
from rnnkit.data.look.arrays import ArraysLook
from rnnkit.data.look.columns import Column
from rnnkit.data.look.source import Look
from rnnkit.data.look.table import TableLook
from rnnkit.data.look.text import TextLook
from rnnkit.tasks.proposing import (
    Proposal,
    adam,
    batch_size_for,
    early_stopping,
    epochs_for,
    group_of,
    order_of,
    recurrent_weights,
    says_part,
    split_of,
)
from rnnkit.words import named

_LABEL = re.compile(
    r"(.*[^a-z])?(label|class|target|y|outcome|category|species|diagnosis|activity|gesture|digit|"
    r"state|status|kind|type|klasse|direction|sentiment|junction)([^a-z].*)?", re.I,
)  # fmt: skip
_MOST_CLASSES, _MOST_NUMBERED = 100, 20
_SEVERAL = 8  # columns of numbers behind a label, as the UCR archive has them
_OF_A_CLASS = 3  # examples at least, on average
_LONG, _STEPS_A_SECOND = 100, 30  # steps, from which on training takes its time
_SPACED = 3  # words of a text, from which on they are its tokens


def propose(look: Look) -> Proposal | None:
    """See `rnnkit.tasks.contract.Task.propose`."""
    if isinstance(look, ArraysLook):
        return _of_arrays(look)
    if isinstance(look, TextLook):
        return _of_folder(look)
    return _of_table(look) if isinstance(look, TableLook) else None


def _of_arrays(look: ArraysLook) -> Proposal | None:
    x, y = look.arrays.get("x_train"), look.arrays.get("y_train")
    if x is None or y is None or len(x.shape) not in (2, 3) or not y.has_labels:
        return None
    scale = Key("scale", "standard", "mean 0, deviation 1, by the training part")
    if x.kind == "u" and x.maximum > 1:
        scale = Key("scale", "pixels", f"x / 255: bytes up to {x.maximum:.0f}")
    elif x.minimum >= 0 and x.maximum <= 1:
        scale = Key("scale", "none", "values lie between 0 and 1")
    held_back = {"validation": 0.1} if look.has_test else {"validation": 0.1, "test": 0.1}
    why = "shares; the file brings its own test part" if look.has_test else "shares, at random"
    examples, steps = x.shape[:2]
    features = x.shape[2] if len(x.shape) == 3 else 1
    return Proposal(
        fit=0.9,
        why=f"y_train holds one of {y.distinct} labels for each of {examples:,} sequences",
        data=[scale, Key("split", held_back, why)],
        **_model(examples, steps, features),
        doubts=["scale: how the values are brought to a size that suits a network"],
    )


def _of_table(look: TableLook) -> Proposal | None:
    found = _label(look)
    if found is None:
        return None
    label, why, is_named = found
    if look.label_from and label.name == "label":
        why = look.label_from
    long = _key(look, label)
    data = [Key("label", label.name, f"{why}; {label.distinct} classes")]
    taken = {label.name, *(long or ())}
    if long is not None:
        key, time = long
        data.append(Key("id", key, f"{look.columns[key].distinct:,} sequences, a row a step"))
        data += order_of(look, time)
    examples = look.rows if long is None else look.columns[long[0]].distinct
    part = next((c.name for c in look.of_kind("text") if says_part(look, c)), None)
    group = group_of(look, examples, key=None if long is None else long[0], taken=taken)
    possible = look.of_kind("number", "list")
    features = [c for c in possible if c.name not in {*taken, group} and not _is_left_out(c)]
    split = _split(look, part, group, examples)
    if not features:
        return _of_texts(look, label, data, doubt=f"label: {why}", split=split)
    data += _features(look, features, {*taken, part, *([group] if part is None else [])})
    lists = features[0].kind == "list"
    if any(c.kind == "number" for c in features):
        data.append(Key("scale", "standard", "mean 0, deviation 1, by the training part"))
    data.append(split)
    wide = len(features) + look.not_looked_at
    steps = wide if long is None and not lists else max(2, look.rows // examples)
    doubts = [f"label: {why}"]
    if long is None and not lists:
        doubts.append(
            f"features: {wide:,} columns are read from left to right as the steps of one "
            "sequence; if several belong to a step: features_per_step"
        )
    return Proposal(
        fit=_fit(look, label, long, is_named=is_named),
        why=f"'{label.name}' has one of {label.distinct} classes for each "
        f"{'row' if long is None else 'sequence'}",
        data=data,
        **_model(examples, steps, 1 if long is None else wide),
        doubts=doubts,
    )


def _of_folder(look: TextLook) -> Proposal | None:
    """A folder with a file or a subfolder for each class."""
    if len(look.classes) < 2:
        return None
    each = "file, a line a text," if look.running else "subfolder"
    level = look.asked.level or "word"
    data = [Key("level", level, "words with blanks between, or characters")]
    if "validation" not in look.parts:
        shares = {part: 0.1 for part in ("validation", "test") if part not in look.parts}
        data.append(Key("split", shares, "shares, at random"))
    return Proposal(
        fit=0.5 if look.running else 0.9,
        why=f"it has a {each} for each of {len(look.classes)} classes: {named(look.classes, 6)}",
        data=data,
        layers=_text_layers(level),
        training=_model(look.texts, 50, 64)["training"],
        doubts=["level: character, or word"],
    )


def _of_texts(
    look: TableLook, label: Column, data: Sequence[Key], *, doubt: str, split: Key
) -> Proposal | None:
    """Where no column holds numbers, but one holds a text a row, which hardly repeats."""
    texts = [c for c in look.of_kind("text") if c.name != label.name and c.values == c.rows]
    long = max(texts, key=lambda c: c.distinct, default=None)
    if long is None or long.distinct < look.rows // 2:
        return None
    spaced = long.words > _SPACED
    level = look.asked.level or ("word" if spaced else "character")
    keys = [
        Key("text", long.name, "a text a row, which hardly repeats"),
        Key("level", level, "words with blanks between" if spaced else "no blanks in it"),
        split,
    ]
    fit = 0.9 if _LABEL.fullmatch(label.name.strip()) else 0.75
    return Proposal(
        fit=fit,
        why=f"'{label.name}' has one of {label.distinct} classes for each '{long.name}'",
        data=[*data, *keys],
        layers=_text_layers(level),
        training=_model(look.rows, 50, 64)["training"],
        doubts=[doubt, f"text: '{long.name}'", "level: character, or word"],
    )


def _text_layers(level: str) -> list[Key]:
    return [
        Key("embedding", {"output_dim": 64 if level == "word" else 16}),
        Key("dropout", {"rate": 0.3}, "few texts are soon known by heart"),
        Key("bidirectional", {"layer": {"gru": {"units": 64}}}, "read from both ends"),
        Key("dropout", {"rate": 0.5}),
        Key("dense", {"activation": "softmax"}, "as many units as there are classes"),
    ]


def _fit(
    look: TableLook, label: Column, long: tuple[str, str | None] | None, *, is_named: bool
) -> float:
    if look.of_kind("time"):  # then rows rather follow each other
        return 0.7 if long is not None or is_named else 0.5
    if long is None and look.sequences is not None and look.sequences[0] != label.name:
        return 0.55  # a label a step, rather
    return 0.9 if is_named else 0.85 if long is not None else 0.75


def _label(look: TableLook) -> tuple[Column, str, bool] | None:
    """The column with the classes, why it, and whether its name says so."""
    asked = look.asked.target
    if asked is not None:
        column = look.columns[asked]
        wanted = look.asked.task == "classification"
        return (column, "as asked for", True) if wanted or _has_classes(look, column) else None
    file = look.options.file_column
    fitting = [c for c in look.columns.values() if c.name != file and _has_classes(look, c)]
    for column in reversed(fitting):
        if _LABEL.fullmatch(column.name.strip()):
            return column, "by its name", True
    texts = [c for c in fitting if c.kind == "text"]
    if texts:
        only = "the only" if len(texts) == 1 else "the last"
        return texts[-1], f"{only} column of a few texts that repeat", False
    last = look.names[-1]
    if fitting and fitting[-1].name == last and look.asked.task in (None, "classification"):
        return fitting[-1], f"the last column, of {fitting[-1].distinct} whole numbers", False
    first, *others = look.columns.values()
    if fitting == [first] and len(others) >= _SEVERAL and all(c.is_number for c in others):
        return first, f"the first column, of {first.distinct} whole numbers before others", False
    return None


def _has_classes(look: TableLook, column: Column) -> bool:
    if says_part(look, column) or column.values < column.rows or column.counts:
        return False
    most = _MOST_CLASSES if column.kind == "text" else _MOST_NUMBERED
    few = 2 <= column.distinct <= min(most, column.rows // _OF_A_CLASS)
    return few and (column.kind == "text" or (column.is_number and column.whole))


def _key(look: TableLook, label: Column) -> tuple[str, str | None] | None:
    """The columns of a long table: each of its sequences has one label."""
    found = look.sequences_in_time
    if found is None or found[0] == label.name:
        return None
    key, time = found
    finer = look.columns[key].distinct > label.distinct
    asked = look.asked.id is not None
    return (key, time) if asked or (finer and look.is_constant(label.name, key)) else None


def _is_left_out(column: Column) -> bool:
    """What says nothing, or only which row it is."""
    says_nothing = column.distinct < 2 or column.counts or column.is_named_as_id
    return column.kind == "number" and says_nothing


def _features(look: TableLook, features: Sequence[Column], taken: set[str | None]) -> list[Key]:
    """Named where not all other columns can be some."""
    names = [c.name for c in features]
    others = [name for name in look.names if name not in {*names, *taken}]
    if len(look.columns) < len(look.names) or not others:
        return []
    empty = [n for n in others if look.columns[n].kind not in ("number", "list")]
    reason = "hold no numbers" if len(empty) == len(others) else "say nothing, or no numbers"
    if len(others) < len(names):
        return [Key("exclude", others, reason)]
    return [Key("features", names, f"{named(others, 6)}: {reason}")]


def _split(look: TableLook, part: str | None, group: str | None, examples: int) -> Key:
    share = 0.1 if part is not None or examples >= 2_000 else 0.2
    return split_of(look, part, group, share, "shares, at random within classes")


def _model(examples: int, steps: int, features: int) -> dict[str, list[Key]]:
    """A stack and a training of a few minutes for so many sequences."""
    units = 16 if examples < 500 else 64 if examples < 10_000 else 128
    weights = recurrent_weights(3, features, units)
    epochs = epochs_for(weights, examples * steps, most=60 if examples < 10_000 else 8)
    size = batch_size_for(examples)
    small = f"for {examples:,} examples of about {steps:,} steps"
    layers = [Key("gru", {"units": units}, small)]
    if examples < 10_000:
        layers.append(Key("dropout", {"rate": 0.2}, "few examples are soon known by heart"))
    layers.append(Key("dense", {"activation": "softmax"}, "as many units as there are classes"))
    training = [
        Key("epochs", epochs, "at most; a few minutes on two cores"),
        Key("batch_size", size),
        adam(5e-3 if examples < 500 else 3e-3),
    ]
    if examples >= 10_000:
        updates = examples // size
        warm_up = {"name": "cosine_decay", "warmup_steps": min(400, updates)}
        training.append(Key("schedule", warm_up, "the rate rises, then falls to 0 at the end"))
    else:
        training.append(early_stopping(max(5, epochs // 6)))
    return {"layers": layers, "training": training}
