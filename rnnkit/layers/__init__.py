"""The fast recurrent layers, dropout and noise, drop-in for keras.layers."""

from rnnkit.layers.dropout import Dropout
from rnnkit.layers.gaussian_noise import GaussianNoise
from rnnkit.layers.gru import GRU
from rnnkit.layers.lstm import LSTM
from rnnkit.layers.randomness import dropout_seed, follow_dropout_seed
from rnnkit.layers.simple_rnn import SimpleRNN
from rnnkit.layers.time_distributed import TimeDistributed

__all__ = [
    "GRU",
    "LSTM",
    "Dropout",
    "GaussianNoise",
    "SimpleRNN",
    "TimeDistributed",
    "dropout_seed",
    "follow_dropout_seed",
]
