"""A tagging config -> the rows of its source, in parts, and what a run keeps of them."""

from __future__ import annotations

import functools

import numpy as np

from rnnkit.data import files
from rnnkit.data.audit import Audit
from rnnkit.data.cache import Place
from rnnkit.data.card import TableCard
from rnnkit.data.columns import one_row_notes
from rnnkit.data.disk import DiskArray
from rnnkit.data.labelled.examples import class_values
from rnnkit.data.padded_rows import DiskRows
from rnnkit.data.scaling import Scale, fit_scale, rounding_notes
from rnnkit.data.splits import check_split, share_notes
from rnnkit.data.tagged.leaks import audit
from rnnkit.data.tagged.preprocessing import Columns, TaggedPreprocessing
from rnnkit.data.tagged.section import TEXT, TaggedData
from rnnkit.data.tagged.splits import brought_parts, limit_members, separation_of, split_rows
from rnnkit.data.tagged.text import read_text
from rnnkit.data.tagged.vocabulary import CharacterIds, TokenIds
from rnnkit.data.tokens import text
from rnnkit.tasks.tagging.config import TaggingConfig
from rnnkit.words import quoted


def find_source(data: TaggedData) -> files.Source:
    """The table or the text of a section.

    Raises:
        DataError: it is not there, or cannot be read.
    """
    kinds = (TEXT,) if data.is_text else files.TABLES
    return files.with_joined(files.find_source(data.source, "text", kinds=kinds), data.tables)


class Reading:
    """What a config's source holds, and what follows from it.

    Args:
        config: the config, its source an absolute path or an embedded name.
        place: where data that must be converted go.
        outline: only what a model must know is wanted: features too large for the RAM are not read,
            and parts of features are not drawn.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """

    def __init__(
        self, config: TaggingConfig, place: Place | None, *, outline: bool = False
    ) -> None:
        self.data, self.seed = config.data, config.seed
        self.source = find_source(self.data)
        self.columns: Columns | None = None
        self.card: TableCard | None = None
        if self.data.is_text:
            whole = text.read_text(self.source.path)
            self.rows, self._notes = read_text(whole, self.source.where)
        else:
            self._read_table(place, outline=outline)
        where = self.source.where
        self.tags = class_values({"train": self.rows.tags}, where)
        self.drawn = brought_parts(self.rows)  # before the limit
        if outline and not self.rows.tokens:
            check_split(self.drawn, self.data.split, where=where)
        else:
            self.drawn = split_rows(self.rows, self.data.split, seed=self.seed, where=where)
        self.members = limit_members(self.drawn, self.data.limit, seed=self.seed)
        self.train = self.rows.of_sequences(self.members["train"])

    def _read_table(self, place: Place | None, *, outline: bool) -> None:
        from rnnkit.data.tagged import tables  # DuckDB takes 0.2 s to import

        found = tables.read_parts(
            self.source.files, self.data, place, sha256=lambda: self.sha256, outline=outline
        )
        self.rows, self.columns, self.card = found.rows, found.columns, found.card
        single = one_row_notes(
            self.source.where, "sequence", found.columns.sequence, self.rows.lengths, columns=1
        )
        self._notes = (*found.notes, *single)

    @functools.cached_property
    def sha256(self) -> str:
        return self.source.checksum()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was made of the data, and what looks odd."""
        notes = (*self._notes, *self.rows.tags.notes, *self._untrained())
        values = self.rows.features
        if isinstance(values, np.ndarray) and self.data.scale == "none" and self.columns:
            notes += rounding_notes([values], self.columns.features)
        if self.data.split.draws and len(self.drawn) > 1:
            sizes = {part: len(chosen) for part, chosen in self.drawn.items()}
            notes += share_notes(sizes, self.data.split.drawn)
        return notes

    def _untrained(self) -> tuple[str, ...]:
        """A sentence where tags stand in held-back sequences alone."""
        tags = self.rows.tags
        trained = np.unique(tags.codes[self.rows.of_sequences(self.drawn["train"])])
        missing = np.setdiff1d(np.arange(len(tags.values)), trained).tolist()
        if not missing:
            return ()
        named = quoted(sorted(str(tags.values[code]) for code in missing))
        return (f"held-back sequences have tags that none of training has: {named}",)

    @functools.cached_property
    def unscaled(self) -> TaggedPreprocessing:
        """What is kept, but for the scale."""
        tokens, where = self.rows.tokens, self.source.where
        first = next(iter(tokens.values()), None)
        with_characters = self.data.characters and first is not None
        return TaggedPreprocessing(
            tags=tuple(map(str, self.tags)),
            tag_type="integer" if isinstance(self.tags[0], int) else "text",
            tokens={n: TokenIds.of(t, self.train, self.data, where) for n, t in tokens.items()},
            characters=CharacterIds.of(first, self.train) if with_characters and first else None,
            features=0 if self.rows.features is None else int(self.rows.features.shape[1]),
            columns=self.columns,
        )

    @property
    def kept(self) -> TaggedPreprocessing:
        """What a run keeps."""
        return self.unscaled.model_copy(update={"scale": self._scale()})

    def _scale(self) -> Scale | None:
        values = self.rows.features
        if values is None:
            return None
        if isinstance(values, DiskArray):
            index = np.flatnonzero(self.train)
            return fit_scale(
                self.data.scale, DiskRows(values, index, np.ones_like(index), 1, "post")
            )
        return fit_scale(self.data.scale, values[self.train])

    @property
    def separation(self) -> str:
        """What makes the parts independent."""
        return separation_of(self.rows, self.data)

    @property
    def audited(self) -> Audit:
        """What inputs and parts tell of the tags."""
        return audit(self.rows, self.drawn, self.tags, self.columns)
