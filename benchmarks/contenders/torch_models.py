"""A Network -> a torch.nn.Module: torch's fused layers for tanh, a loop by hand for relu."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from benchmarks.rows import CONV_STEPS, Network
from rnnkit.errors import DeviceError


def torch_device(device: str) -> torch.device:
    """The device under torch's own name; a GPU may use TF32, as TensorFlow does by itself.

    Raises:
        DeviceError: torch sees no GPU.
    """
    if device == "cpu":
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise DeviceError(f"PyTorch {torch.__version__} sees no GPU")
    torch.set_float32_matmul_precision("high")
    return torch.device("cuda")


class ReluLSTM(nn.Module):
    """LSTM with relu, which torch has no layer for. (T, B, F) -> (T, B, H).

    The input projection of all steps is one product. The three sigmoid gates stand together,
    i, f, o, g, so that one call serves them.
    """

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.units = units
        self.kernel = nn.Parameter(nn.init.xavier_uniform_(torch.empty(4 * units, features)))
        self.recurrent_kernel = nn.Parameter(nn.init.orthogonal_(torch.empty(units, 4 * units)))
        bias = torch.zeros(4 * units)
        bias[units : 2 * units] = 1.0  # the forget gate's, as in Keras
        self.bias = nn.Parameter(bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        zx = nn.functional.linear(x, self.kernel, self.bias)  # (T, B, 4H)
        h = c = zx.new_zeros(x.shape[1], self.units)
        outputs = []
        for zx_t in zx.unbind(0):  # indexing would cost a full-size gradient a step
            z = torch.addmm(zx_t, h, self.recurrent_kernel)
            i, f, o = torch.sigmoid(z[:, : 3 * self.units]).chunk(3, dim=1)
            c = f * c + i * torch.relu(z[:, 3 * self.units :])
            h = o * torch.relu(c)
            outputs.append(h)
        return torch.stack(outputs)


class TorchNetwork(nn.Module):
    """(B, T, F) or (B, T) tokens -> logits, (B, V) or (B, T, V), and the state of a fused layer."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        units = network.units
        if network.embedding:
            self.embedding = nn.Embedding(network.inputs, network.embedding)
        if network.filters:
            read = network.embedding or network.inputs
            self.convolution = nn.Conv1d(read, network.filters, CONV_STEPS, padding="same")
        self.fused: Any = None
        if network.activation == "tanh":
            self.fused = self._fused_layers()
        else:
            sizes = [network.features] + [units] * (network.layers - 1)
            self.loops = nn.ModuleList(ReluLSTM(size, units) for size in sizes)
        self.dropouts = nn.ModuleList(nn.Dropout(rate) for rate in network.dropout)
        if network.hidden:
            self.hidden = nn.Linear(units, network.hidden)
            self.hidden_dropout = nn.Dropout(network.hidden_dropout)
        self.outputs = nn.Linear(network.hidden or units, network.outputs)

    def forward(self, x: torch.Tensor, state: Any = None) -> tuple[torch.Tensor, Any]:
        if self.network.embedding:
            x = self.embedding(x)
        if self.network.filters:
            x = torch.relu(self.convolution(x.transpose(1, 2))).transpose(1, 2)
        x = x.transpose(0, 1)  # (T, B, F)
        x, state = self._recurrent(x, state)
        x = x.transpose(0, 1) if self.network.per_step else x[-1]
        if self.network.dropout:
            x = self.dropouts[-1](x)
        if self.network.hidden:
            x = self.hidden_dropout(torch.relu(self.hidden(x)))
        return self.outputs(x), state

    def of_packed(self, x: Any) -> torch.Tensor:
        """Sequences of unequal length, packed, -> logits of each, (B, V)."""
        _, (h, _) = self.fused(x)
        logits: torch.Tensor = self.outputs(h[-1])
        return logits

    def _fused_layers(self) -> nn.Module:
        """One torch layer; torch's own dropout between its layers, with the first one's rate."""
        network = self.network
        layer = nn.LSTM if network.cell == "lstm" else nn.GRU
        between = network.dropout[0] if network.layers > 1 and network.dropout else 0.0
        return layer(network.features, network.units, num_layers=network.layers, dropout=between)

    def _recurrent(self, x: torch.Tensor, state: Any) -> tuple[torch.Tensor, Any]:
        if self.fused is not None:
            outputs, state = self.fused(x, state)
            return outputs, state
        for number, loop in enumerate(self.loops):
            x = loop(x)
            if number < len(self.loops) - 1 and self.network.dropout:
                x = self.dropouts[number](x)
        return x, state
