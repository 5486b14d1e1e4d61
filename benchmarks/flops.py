"""A network -> the floating point operations that one sample costs, by arithmetic.

Only matrix products count, 2 operations for a multiplication and its addition:

    LSTM     2 * T * 4H * (F + H)       4 gates read the input and the state
    GRU      2 * T * 3H * (F + H)
    conv_1d  2 * T * 5F * filters
    dense    2 * inputs * outputs       times T where it is applied at every step

An embedding is a look-up and counts nothing. Training counts 3 times the forward pass: the
backward pass has one product for the weights and one for the operand in the place of each.
(The first layer's inputs need no gradient, so this is a little more than what has to be done.)
"""

from __future__ import annotations

from benchmarks.rows import CONV_STEPS, Network, Row

GATES = {"lstm": 4, "gru": 3}


def forward_flops(network: Network) -> int:
    """Operations of the forward pass of one sequence."""
    gates, units = GATES[network.cell], network.units
    read = network.embedding or network.inputs
    total = 2 * network.steps * CONV_STEPS * read * network.filters
    features = network.features
    for _ in range(network.layers):
        total += 2 * network.steps * gates * units * (features + units)
        features = units
    applied = network.steps if network.per_step else 1
    if network.hidden:
        total += applied * 2 * features * network.hidden
        features = network.hidden
    return total + applied * 2 * features * network.outputs


def sample_flops(row: Row) -> int:
    """Operations of what the row counts: a sequence trained on or predicted, or a token."""
    return forward_flops(row.network) * (3 if row.task in {"train", "epoch"} else 1)
