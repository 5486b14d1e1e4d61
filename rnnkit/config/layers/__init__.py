"""The layers that a config can name, under Keras's names with Keras's arguments: one line a layer.

`None` for `return_sequences`, `input_dim` and a last dense layer's `units` means: derived from the
neighbours and the data.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rnnkit.config.layers.activations import Activation as Activation
from rnnkit.config.layers.activations import LeakyReLU as LeakyReLU
from rnnkit.config.layers.activations import PReLU as PReLU
from rnnkit.config.layers.attention import AttentionPooling1D as AttentionPooling1D
from rnnkit.config.layers.attention import MultiHeadAttention as MultiHeadAttention
from rnnkit.config.layers.batch_normalization import BatchNormalization as BatchNormalization
from rnnkit.config.layers.bidirectional import Bidirectional as Bidirectional
from rnnkit.config.layers.cells import CELLS
from rnnkit.config.layers.concatenate import Concatenate as Concatenate
from rnnkit.config.layers.container import Container
from rnnkit.config.layers.conv_1d import Conv1D as Conv1D
from rnnkit.config.layers.dense import Dense as Dense
from rnnkit.config.layers.dropout import Dropout as Dropout
from rnnkit.config.layers.embedding import Embedding as Embedding
from rnnkit.config.layers.gaussian_noise import GaussianNoise as GaussianNoise
from rnnkit.config.layers.group_normalization import GroupNormalization as GroupNormalization
from rnnkit.config.layers.layer import Layer as Layer
from rnnkit.config.layers.layer import union_of
from rnnkit.config.layers.layer_normalization import LayerNormalization as LayerNormalization
from rnnkit.config.layers.parallel import Parallel as Parallel
from rnnkit.config.layers.pooling import AveragePooling1D as AveragePooling1D
from rnnkit.config.layers.pooling import GlobalAveragePooling1D as GlobalAveragePooling1D
from rnnkit.config.layers.pooling import GlobalMaxPooling1D as GlobalMaxPooling1D
from rnnkit.config.layers.pooling import MaxPooling1D as MaxPooling1D
from rnnkit.config.layers.repeat_vector import RepeatVector as RepeatVector
from rnnkit.config.layers.residual import Residual as Residual
from rnnkit.config.layers.spatial_dropout_1d import SpatialDropout1D as SpatialDropout1D
from rnnkit.config.layers.time_distributed import TimeDistributed as TimeDistributed
from rnnkit.config.layers.unit_normalization import UnitNormalization as UnitNormalization

LAYERS: tuple[type[Layer], ...] = (
    *CELLS,
    *(
        found
        for found in list(vars().values())
        if isinstance(found, type) and issubclass(found, Layer) and found not in (Layer, Container)
    ),
)

if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = union_of(LAYERS)
    for _container in (found for found in LAYERS if issubclass(found, Container)):
        vars(sys.modules[_container.__module__])["AnyLayer"] = AnyLayer  # looked up when first used
