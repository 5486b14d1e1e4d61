"""Layers that are faster than Keras's or heed what a batch holds, drop-in for keras.layers."""

from rnnkit.layers.batch_normalization import BatchNormalization, counted_rows
from rnnkit.layers.dropout import Dropout
from rnnkit.layers.gaussian_noise import GaussianNoise
from rnnkit.layers.gru import GRU
from rnnkit.layers.lstm import LSTM
from rnnkit.layers.randomness import dropout_seed, follow_dropout_seed
from rnnkit.layers.simple_rnn import SimpleRNN
from rnnkit.layers.spatial_dropout_1d import SpatialDropout1D
from rnnkit.layers.time_distributed import TimeDistributed

__all__ = [
    "GRU",
    "LSTM",
    "BatchNormalization",
    "Dropout",
    "GaussianNoise",
    "SimpleRNN",
    "SpatialDropout1D",
    "TimeDistributed",
    "counted_rows",
    "dropout_seed",
    "follow_dropout_seed",
]
