"""`rnnkit init`: data -> a commented config that passes `check`; or a copy of a shipped one."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path

from rnnkit.config.draft import Key, Layers, render
from rnnkit.config.shipped import shipped_configs
from rnnkit.data.look.asked import Asked
from rnnkit.data.look.in_words import holds, ways_out
from rnnkit.data.look.source import Look, look_at
from rnnkit.data.look.table import TableLook
from rnnkit.datasets import EMBEDDED, GENERATED
from rnnkit.errors import DataError, OptionError, RnnkitError
from rnnkit.files import cannot_write
from rnnkit.outputs import check_outputs
from rnnkit.tasks import find_task, task_names
from rnnkit.tasks.proposing import Proposal
from rnnkit.workflows.check import check

_SCHEMA = "yaml-language-server: $schema="
_SCHEMA_FILE = "rnnkit.schema.json"
_ALSO_FITS = 0.4  # from which on another task is worth a word
_ALTERNATIVES = 2  # that are named
_SURE = 0.7  # from which on a task is taken though another one could not be told


@dataclasses.dataclass(frozen=True)
class NewConfig:
    """What was written.

    Args:
        path: the config.
        task: what is predicted.
        why: as a sentence.
        first: what to look at first; nothing where a shipped config was copied.
        bases: further files that the config stands on, copied beside it.
    """

    path: Path
    task: str
    why: str
    first: tuple[str, ...] = ()
    bases: tuple[Path, ...] = ()

    def as_dict(self) -> dict[str, object]:
        found = dataclasses.asdict(self)
        return found | {"path": str(self.path), "bases": list(map(str, self.bases))}


def init(source: str, asked: Asked | None = None, *, output: str | Path | None = None) -> NewConfig:
    """Write a config for a file or a folder, or copy a shipped one.

    Args:
        source: a file, a folder or a pattern, data that rnnkit brings, or a shipped config's name.
        asked: what is not to be guessed.
        output: the file to write; None: named after the source, in the current folder.

    Raises:
        OptionError: the file is there already.
        RunError: it cannot be written.
        DataError: the source cannot be read, no task fits it, or it depends on what only the user
            knows; nothing is written then.
    """
    asked = asked or Asked()
    path = Path(output or f"{_name_of(source)}.yaml")
    check_outputs({"output": path}, output=[".yaml", ".yml"])
    _refuse_existing(path)
    shipped = shipped_configs().get(source)
    if shipped is not None and not os.path.exists(source):  # noqa: PTH110 - a name too long
        return _copy(shipped, path)
    if source in GENERATED:
        raise DataError(f"rnnkit makes '{source}'; copy a config about it: {_about(source)}")
    try:
        return _guess(source, asked, path)
    except DataError as error:
        keys = [key for key in ("format", "query") if f"data.{key}" in (said := str(error))]
        keys += ["format"] if "\n  format: {" in said else []
        takes = "".join(f"\n--{key} takes what data.{key} has" for key in dict.fromkeys(keys))
        raise DataError(said + takes) from None


def _copy(shipped: Path, path: Path) -> NewConfig:
    """A shipped config, with those it stands on."""
    bases: list[Path] = []
    text, wanted = shipped.read_text(encoding="utf-8"), [(shipped, path)]
    while found := re.search(r"^base: (\S+)$", text, re.M):
        base = shipped.parent / found[1]
        text = base.read_text(encoding="utf-8")
        wanted.append((base, path.parent / base.name))
        bases.append(path.parent / base.name)
    for _, target in wanted:
        _refuse_existing(target)
    for original, target in wanted:
        text = original.read_text(encoding="utf-8").replace("configs/", "")
        text = text.replace(f"{original.stem}.yaml", target.name)
        _write(target, text.replace(f"{_SCHEMA}schema.json", _SCHEMA + _SCHEMA_FILE))
    return NewConfig(
        path, check(path).config.task, f"a copy of rnnkit's own {shipped.stem}", bases=tuple(bases)
    )


def _guess(source: str, asked: Asked, path: Path) -> NewConfig:
    look = look_at(source, asked)
    task, proposal, others = _choose(look, asked)
    why = f"{task}, because {proposal.why}"
    first = tuple(filter(None, [*_doubts(look), *proposal.doubts, *_alternatives(others)]))
    head = [
        f"{_SCHEMA}{_SCHEMA_FILE}",
        f"rnnkit train {path}",
        f"rnnkit schema > {_SCHEMA_FILE}   for editors, which then complete and check it",
        f"Guessed by `rnnkit init` from {_shown(source)}: {why}.",
        *(["Look first at"] if first else []),
        *(f"  {doubt}" for doubt in first),
    ]
    data = [Key("source", _from(source, path.parent)), *_format(look), *proposal.data]
    keys = [
        Key("version", 1),
        Key("name", _name_of(source)),
        Key("task", task),
        Key("seed", 0),
        Key("data", data),
        Key("model", [Key("layers", Layers(proposal.layers))]),
        Key("training", [*proposal.training]),
    ]
    _write(path, render(head, keys))
    try:
        check(path)
    except RnnkitError as error:
        path.unlink()
        raise DataError(
            f"{source}: what seemed right does not pass the check, so nothing was written. Say "
            f"more, with --task, --target, --time or --id. {why}\n{error}"
        ) from None
    return NewConfig(path, task, why, first)


def _choose(look: Look, asked: Asked) -> tuple[str, Proposal, dict[str, Proposal]]:
    """The task that fits best with its proposal, and the others.

    Raises:
        DataError: none does, or it cannot be told.
    """
    names = task_names() if asked.task is None else [asked.task]
    found, unknown = dict[str, Proposal](), list[DataError]()
    for name in names:
        try:
            proposal = find_task(name).propose(look)
        except DataError as error:
            unknown.append(error)
        else:
            found |= {} if proposal is None else {name: proposal}
    best = max(found, key=lambda name: found[name].fit, default=None)
    if unknown and (best is None or found[best].fit < _SURE):
        raise unknown[0]
    if best is None:
        what = f"task {asked.task} does not fit it" if asked.task else "no task fits it"
        said = "; ".join([holds(look), *(look.doubts if isinstance(look, TableLook) else ())])
        raise DataError(f"{look.source}: {what}: {said}; {ways_out(look)}")
    return best, found.pop(best), found


def _alternatives(others: dict[str, Proposal]) -> Iterator[str]:
    """The tasks that fit next best."""
    fitting = {name: one for name, one in others.items() if one.fit >= _ALSO_FITS}
    for name in sorted(fitting, key=lambda name: -fitting[name].fit)[:_ALTERNATIVES]:
        yield f"task: {name} fits too, because {fitting[name].why} (--task {name})"


def _doubts(look: Look) -> tuple[str, ...]:
    return tuple(f"format: {one}" for one in look.doubts) if isinstance(look, TableLook) else ()


def _format(look: Look) -> list[Key]:
    """What must be stated of how a table is written."""
    if not isinstance(look, TableLook):
        return []
    stated = {name: getattr(look.options, name) for name in look.options.given}
    found = [Key("format", stated, "; ".join(look.reasons))] if stated else []
    return [*found, Key("query", look.query)] if look.query else found


def _from(source: str, folder: Path) -> str:
    """The source as a config in that folder names it."""
    if source in EMBEDDED or Path(source).is_absolute():
        return source
    return os.path.relpath(source, folder)


def _shown(source: str) -> str:
    return f"{source}, which rnnkit brings" if source in EMBEDDED else Path(source).name


def _name_of(source: str) -> str:
    """`my data.csv.gz` -> `my_data`."""
    stem = Path(os.path.abspath(source)).name.partition(".")[0]  # noqa: PTH100 - `.` has a name too
    return re.sub(r"[^\w-]+", "_", stem).strip("_")[:100] or "data"


def _about(source: str) -> str:
    texts = {name: path.read_text(encoding="utf-8") for name, path in shipped_configs().items()}
    about = [n for n, text in texts.items() if re.search(rf"source: {source}\b", text)]
    return " or ".join(f"rnnkit init {name}" for name in about) or "none does"


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise OptionError(f"{path} is there already and stays as it is: name another with --output")


def _write(path: Path, text: str) -> None:
    """Into a new file.

    Raises:
        RunError: somebody else has made it, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:  # half a config would stand in the way of the next
                path.unlink()
                raise
    except OSError as error:
        raise cannot_write(path, error) from None
