"""The recurrent layers: what can stand in a stack and inside bidirectional. One line a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnkit.config.layers.gru import GRU as GRU
from rnnkit.config.layers.layer import union_of
from rnnkit.config.layers.lstm import LSTM as LSTM
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.layers.simple_rnn import SimpleRNN as SimpleRNN

CELLS: tuple[type[Recurrent], ...] = (LSTM, GRU, SimpleRNN)

if TYPE_CHECKING:
    AnyRecurrent = Recurrent
else:
    AnyRecurrent = union_of(CELLS)
