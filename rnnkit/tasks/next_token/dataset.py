"""A next_token config -> its tokens in parts; new files -> a part like them."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data import files
from rnnkit.data.audit import Audit, audit_copies
from rnnkit.data.buckets import bucket_limits
from rnnkit.data.cache import Place
from rnnkit.data.columns import one_row_notes
from rnnkit.data.files import Source
from rnnkit.data.left_out import LeftOut
from rnnkit.data.tokens import streamed
from rnnkit.data.tokens.corpus import Corpus, check_size
from rnnkit.data.tokens.counting import build_vocabulary
from rnnkit.data.tokens.dataset import SequencePart, TokenDataset, TokenPart
from rnnkit.data.tokens.preprocessing import EventColumns, TokenPreprocessing
from rnnkit.data.tokens.reading import read_corpus
from rnnkit.data.tokens.section import TokenData
from rnnkit.data.tokens.splits import separation, split_sequences, split_text
from rnnkit.data.tokens.splitting import runs_notes
from rnnkit.data.tokens.streams import TextPart
from rnnkit.data.tokens.text import find_source, is_tunes, is_utf8, only_text, read_text
from rnnkit.data.tokens.vocabulary import UNKNOWN, DiskIds, Ids, Vocabulary
from rnnkit.errors import DataError
from rnnkit.music import read_tunes
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.words import counted, listed


@dataclasses.dataclass(frozen=True, eq=False)
class _Read:
    """What both a check and a training need of the data."""

    corpus: Corpus
    members: dict[str, NDArray[np.intp]]  # sequences of each part; running text: [begin, end]
    vocabulary: Vocabulary
    ids: Ids | DiskIds  # (S,)
    source: Source
    sha256: str
    notes: tuple[str, ...]

    @property
    def kept(self) -> TokenPreprocessing:
        columns, tunes = self.corpus.columns, any(map(is_tunes, self.source.files))
        column = None if columns is None else columns.token
        return TokenPreprocessing(vocabulary=self.vocabulary, column=column, tunes=tunes)

    @functools.cached_property
    def audited(self) -> Audit | None:
        """Of sequences, which may stand in two parts."""
        if self.corpus.lengths is None:
            return None
        content = self.corpus.content
        return audit_copies({n: content[m] for n, m in self.members.items()}, "sequence")


def outline(config: NextTokenConfig, place: Place | None = None) -> InputFacts:
    """What a model must know of the data: how many tokens there are.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    source = source_of(config.data)
    with _outlined(source, config.data, place) as corpus:
        return _facts(_read(config, source, corpus, ""), config)


def _outlined(
    source: Source, data: TokenData, place: Place | None
) -> contextlib.AbstractContextManager[Corpus]:
    if _is_streamed(source, data):
        return streamed.outline(source, data, place, separator=data.separated_by)
    if data.from_table and not only_text(source.path):
        from rnnkit.data.tokens import tables  # DuckDB takes 0.2 s to import

        columns = _columns(data, data.token)
        return tables.outline(source.files, data.splitter, columns, data, place)
    return contextlib.nullcontext(_read_corpus(source, data, place)[0])


def _facts(read: _Read, config: NextTokenConfig) -> InputFacts:
    lengths = read.corpus.lengths
    return dataclasses.replace(
        read.kept.facts,
        notes=(*read.notes, *(read.audited.texts if read.audited else ())),
        validated="validation" in read.members,
        steps=config.window if lengths is None else int(lengths[read.members["train"]].max()),
    )


def load_dataset(config: NextTokenConfig, place: Place | None = None) -> TokenDataset:
    """Read, split and number.

    Args:
        config: the config, its source an absolute path or an embedded name.
        place: where what must be converted goes.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    source = source_of(config.data)
    read = _read(config, source, *_read_corpus(source, config.data, place))
    parts: dict[str, TokenPart] = {}
    if read.corpus.lengths is None:
        for name, (begin, end) in read.members.items():
            held_back = name != "train"
            parts[name] = TextPart(read.ids, int(begin), int(end), config.window, held_back)
    else:
        whole = dataclasses.replace(read.corpus.sequences, values=read.ids)
        buckets = bucket_limits(read.corpus.lengths[read.members["train"]] + 1)
        end = read.vocabulary.end or 0
        for name, members in read.members.items():
            parts[name] = SequencePart(whole.take(members), end, buckets)
    return TokenDataset(
        source=read.source.name,
        sha256=read.sha256,
        train=parts["train"],
        validation=parts.get("validation"),
        test=parts.get("test"),
        preprocessing=read.kept,
        table=read.corpus.card,
        separation=separation(config.data),
        notes=read.notes,
        audited=read.audited,
    )


def read_new(
    path: Path, config: NextTokenConfig, kept: TokenPreprocessing, place: Place | None = None
) -> TokenPart:
    """Read another file as a run's data were read.

    Args:
        path: text or a table.
        config: the run's.
        kept: what was learnt from its data.
        place: where what must be converted goes.

    Raises:
        DataError: the file does not fit the run, or has tokens that the run does not know.
    """
    source, data = find_source(path), config.data
    if only_text(path) and kept.column is not None:
        raise DataError(f"{path}: the run was trained on a table: give a {listed(files.TABLES)}")
    if data.kind == "text" and not only_text(path):
        raise DataError(f"{path}: the run was trained on running text: give a .txt file")
    separator = (data.separated_by or "line") if data.kind == "sequences" else None
    if only_text(path) and streamed.is_streamed(source, data.level):
        every = data.model_copy(update={"limit": None})
        corpus = streamed.read_corpus(source, every, place, separator=separator)
    else:
        columns = _columns(data, kept.column)
        corpus = read_corpus(
            source, data.splitter, separator=separator, columns=columns, data=data, place=place
        )
    check_size(corpus, source.where)
    corpus = corpus.cut(data.max_length)
    try:
        ids = corpus.ids(kept.vocabulary.encode_tokens(corpus.symbols))
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    if corpus.lengths is None:
        return TextPart(ids, 1, len(ids), config.window, held_back=True)
    sequences = dataclasses.replace(corpus.sequences, values=ids)
    buckets = bucket_limits(corpus.lengths + 1)
    return SequencePart(sequences, kept.vocabulary.end or 0, buckets, corpus.notes)


def _read(config: NextTokenConfig, source: Source, corpus: Corpus, sha256: str) -> _Read:
    data = config.data
    notes = (*_tune_notes(source), *_notes(corpus, data, source.where))
    corpus = corpus.first(data.limit).cut(data.max_length)
    check_size(corpus, source.where)
    if corpus.lengths is None:
        members = split_text(corpus.tokens, data.split, source.where)
        _check_window(members["train"], config)
        train: NDArray[np.bool_] | int = int(members["train"][1])
    else:
        members = split_sequences(corpus, data.split, seed=config.seed, where=source.where)
        train = np.zeros(len(corpus.lengths), np.bool_)
        train[members["train"]] = True
    vocabulary, ids = build_vocabulary(corpus, train, data, where=source.where)
    _check_trace(config.training.trace, vocabulary)
    return _Read(corpus, members, vocabulary, ids, source, sha256, notes)


def source_of(data: TokenData) -> Source:
    """The source, with the tables that are joined to it."""
    return files.with_joined(find_source(data.source), data.tables)


def _is_streamed(source: Source, data: TokenData) -> bool:
    return not data.from_table and streamed.is_streamed(source, data.level)


def _read_corpus(source: Source, data: TokenData, place: Place | None) -> tuple[Corpus, str]:
    """The tokens, and the source's sha256."""
    sha256, separator = source.checksum(), data.separated_by
    if _is_streamed(source, data):
        return streamed.read_corpus(source, data, place, separator=separator, sha256=sha256), sha256
    columns = _columns(data, data.token)
    found = read_corpus(
        source, data.splitter, separator=separator, columns=columns, data=data, place=place,
        sha256=sha256,
    )  # fmt: skip
    return found, sha256


def _tune_notes(source: Source) -> Iterator[str]:
    """Which tunes of a user's are none that can be played."""
    if source.embedded is not None:
        return
    left_out = LeftOut()
    paths = list(filter(is_tunes, source.files))
    if latin := [path for path in paths if not is_utf8(path)]:
        yield f"{counted(len(latin), 'file')} of tunes read as Latin-1, being no UTF-8: {latin[0]}"
    for path in paths:
        for line, tune in read_tunes(read_text(path)):
            left_out.total += 1
            if tune.unread:
                left_out.add(f"{path}:{line}", tune.why_not)
    if left_out.count:
        said = left_out.sentence("cannot be played")
        yield f"{source.where}: {said}; as text they are learnt all the same"


def _notes(corpus: Corpus, data: TokenData, where: str) -> tuple[str, ...]:
    """What a user may not expect of the text, as sentences."""
    notes = list(corpus.notes)
    if data.sequence is not None and corpus.lengths is not None:
        notes += one_row_notes(where, "sequence", data.sequence, corpus.lengths, columns=2)
    if corpus.normalized:
        form = data.normalization
        notes.append(
            f"{where}: some of its letters are written in another form than Unicode's {form}; all "
            f"are read as {form}, those of prompts too (data.normalization: none keeps them)"
        )
    if data.level != "character" and UNKNOWN in corpus.symbols:
        notes.append(f"{where}: its own {UNKNOWN} is the token that unknown words become too")
    return (*notes, *runs_notes(corpus.symbols, data.level, where))


def _columns(data: TokenData, token: str | None) -> EventColumns | None:
    """Where the tokens stand in a table whose column of tokens is known."""
    return None if token is None else EventColumns(token, data.sequence, data.time)


def _check_window(train: NDArray[np.intp], config: NextTokenConfig) -> None:
    """Every stream of the training part must hold a whole window."""
    tokens, streams = int(train[1] - train[0]), config.training.batch_size
    largest = tokens // streams
    if config.window <= largest:
        return
    if largest < 1:
        raise DataError(
            f"training.batch_size (={streams}): {counted(tokens, 'token')} to predict in training "
            f"cannot fill {streams} streams: at most {tokens} fit"
        )
    raise DataError(
        f"training.window (={config.window}) is longer than the text: {tokens:,} tokens to "
        f"predict in {counted(streams, 'stream')} (training.batch_size) are {largest:,} each: "
        f"the largest window that fits is {largest}"
    )


def _check_trace(trace: str | None, vocabulary: Vocabulary) -> None:
    """Now rather than when training ends."""
    try:
        vocabulary.encode(trace or "")
    except DataError as error:
        raise DataError(f"training.trace: {error}") from None
