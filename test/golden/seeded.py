"""The seeded numbers of src/explain/random.ts and test/support/networks.ts in NumPy, bit for bit."""

import math

import numpy as np

try:
    import torch
except ImportError:  # The scripts that run TensorFlow draw numbers alone.
    torch = None


class Stream:
    """mulberry32: numbers in [0, 1), as many at a time as asked for."""

    def __init__(self, seed):
        self.state = seed & 0xFFFFFFFF

    def take(self, count):
        steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x6D2B79F5) + np.uint64(self.state)
        states = (steps & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        if count:
            self.state = int(states[-1])
        t = (states ^ (states >> np.uint32(15))) * (states | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return (t ^ (t >> np.uint32(14))).astype(np.float64) / 4294967296


def fill(model, seed):
    """Gives every parameter a seeded value, batch norm's scales and running statistics too, in the model's order."""
    stream = Stream(seed)
    state = {name: value for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    for name, value in state.items():
        shape = tuple(value.shape)
        drawn = stream.take(value.numel())
        if len(shape) > 1:
            values = (2 * drawn - 1) * math.sqrt(6 / (value.numel() / shape[0]))
        elif name.endswith(".weight") or name.endswith(".running_var"):
            values = drawn + 0.5
        else:
            values = (2 * drawn - 1) / 2
        value.copy_(torch.from_numpy(values.astype(np.float32).reshape(shape)))
    return state


def drawn_input(batch, height, width, seed):
    """Inputs in ±2, drawn in the order batch, row, column, channel; returned as PyTorch wants them."""
    values = (4 * Stream(seed).take(batch * height * width * 3) - 2).astype(np.float32)
    return torch.from_numpy(values.reshape(batch, height, width, 3)).permute(0, 3, 1, 2).contiguous()


def drawn_weights(count, seed):
    """Weights in ±1, one a raw output."""
    return torch.from_numpy((2 * Stream(seed).take(count) - 1).astype(np.float32))
