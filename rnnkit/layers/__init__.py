"""The fast recurrent layers and dropout, drop-in for keras.layers."""

from rnnkit.layers.dropout import Dropout
from rnnkit.layers.gru import GRU
from rnnkit.layers.lstm import LSTM
from rnnkit.layers.randomness import dropout_seed, follow_dropout_seed
from rnnkit.layers.simple_rnn import SimpleRNN

__all__ = ["GRU", "LSTM", "Dropout", "SimpleRNN", "dropout_seed", "follow_dropout_seed"]
