"""Writes what PyTorch computes of activations, norms and products, and their slopes: activations-and-norms.json.

    python test/golden/activations_and_norms.py      (torch, NumPy)

1×1 convolutions of one seeded input, and their means, feed each operation; the slope at that input is of a seeded weighted sum of the
operation's values. Weights come from one stream, in the order of `parameters` (seeded.py).
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from seeded import Stream, drawn_input, drawn_weights

HERE = Path(__file__).parent
BATCH, HEIGHT, WIDTH, CHANNELS = 2, 3, 5, 4


def per_channel(vector):
    return vector.view(1, -1, 1, 1)


def layer_norm(a, w, epsilon):
    last = a.permute(0, 2, 3, 1)
    return F.layer_norm(last, (CHANNELS,), w["weight"], w["bias"], epsilon).permute(0, 3, 1, 2)


NORM = {"weight": [CHANNELS], "bias": [CHANNELS]}
# What each operation reads (`left` and `right` are maps, `place` one of one channel, `gate` and `other` vectors), its weights, and PyTorch's word for it.
CASES = [
    ({"kind": "sigmoid"}, ["left"], {}, lambda _, a: torch.sigmoid(a)),
    ({"kind": "tanh"}, ["left"], {}, lambda _, a: torch.tanh(a)),
    ({"kind": "silu"}, ["left"], {}, lambda _, a: F.silu(a)),
    ({"kind": "softplus"}, ["left"], {}, lambda _, a: F.softplus(a)),
    ({"kind": "selu"}, ["left"], {}, lambda _, a: F.selu(a)),
    ({"kind": "hardSigmoid", "slope": 1 / 6, "offset": 0.5}, ["left"], {}, lambda _, a: F.hardsigmoid(a)),
    ({"kind": "hardSigmoid", "slope": 0.2, "offset": 0.5}, ["left"], {}, lambda _, a: (0.2 * a + 0.5).clamp(0, 1)),
    ({"kind": "hardSwish"}, ["left"], {}, lambda _, a: F.hardswish(a)),
    ({"kind": "gelu", "approximation": "none"}, ["left"], {}, lambda _, a: F.gelu(a)),
    ({"kind": "gelu", "approximation": "tanh"}, ["left"], {}, lambda _, a: F.gelu(a, approximate="tanh")),
    ({"kind": "leakyRelu", "slope": 0.1}, ["left"], {}, lambda _, a: F.leaky_relu(a, 0.1)),
    ({"kind": "elu", "alpha": 1}, ["left"], {}, lambda _, a: F.elu(a)),
    ({"kind": "elu", "alpha": 0.7}, ["left"], {}, lambda _, a: F.elu(a, 0.7)),
    ({"kind": "clip", "least": -1, "most": 2.5}, ["left"], {}, lambda _, a: a.clamp(-1, 2.5)),
    ({"kind": "clip", "least": None, "most": 1}, ["left"], {}, lambda _, a: a.clamp(max=1)),
    ({"kind": "prelu"}, ["left"], {"weight": [CHANNELS]}, lambda w, a: F.prelu(a, w["weight"])),
    ({"kind": "prelu"}, ["gate"], {"weight": [CHANNELS]}, lambda w, a: F.prelu(a, w["weight"])),
    ({"kind": "scale", "bias": False}, ["left"], {"weight": [CHANNELS]}, lambda w, a: a * per_channel(w["weight"])),
    ({"kind": "scale", "bias": True}, ["left"], NORM, lambda w, a: a * per_channel(w["weight"]) + per_channel(w["bias"])),
    ({"kind": "scale", "bias": True}, ["gate"], NORM, lambda w, a: a * w["weight"] + w["bias"]),
    ({"kind": "addMap", "shape": [HEIGHT, WIDTH, CHANNELS]}, ["left"], {"weight": [HEIGHT, WIDTH, CHANNELS]},
     lambda w, a: a + w["weight"].permute(2, 0, 1)),
    ({"kind": "mul"}, ["left", "right"], {}, lambda _, a, b: a * b),
    ({"kind": "mul"}, ["left", "gate"], {}, lambda _, a, b: a * b[:, :, None, None]),
    ({"kind": "mul"}, ["gate", "left"], {}, lambda _, a, b: a[:, :, None, None] * b),
    ({"kind": "mul"}, ["left", "place"], {}, lambda _, a, b: a * b),
    ({"kind": "mul"}, ["place", "left"], {}, lambda _, a, b: a * b),
    ({"kind": "mul"}, ["gate", "other"], {}, lambda _, a, b: a * b),
    ({"kind": "mul"}, ["left", "left"], {}, lambda _, a, b: a * b),
    ({"kind": "maximum"}, ["left", "right"], {}, lambda _, a, b: torch.maximum(a, b)),
    ({"kind": "minimum"}, ["left", "right"], {}, lambda _, a, b: torch.minimum(a, b)),
    ({"kind": "maximum"}, ["gate", "other"], {}, lambda _, a, b: torch.maximum(a, b)),
    ({"kind": "layerNorm", "epsilon": 1e-6}, ["left"], NORM, lambda w, a: layer_norm(a, w, 1e-6)),
    ({"kind": "layerNorm", "epsilon": 0.5}, ["gate"], NORM,
     lambda w, a: F.layer_norm(a, (CHANNELS,), w["weight"], w["bias"], 0.5)),
    ({"kind": "groupNorm", "groups": 2, "epsilon": 1e-5}, ["left"], NORM,
     lambda w, a: F.group_norm(a, 2, w["weight"], w["bias"], 1e-5)),
    ({"kind": "groupNorm", "groups": 1, "epsilon": 1e-5}, ["left"], NORM,
     lambda w, a: F.group_norm(a, 1, w["weight"], w["bias"], 1e-5)),
    ({"kind": "groupNorm", "groups": CHANNELS, "epsilon": 1e-3}, ["left"], NORM,
     lambda w, a: F.instance_norm(a, weight=w["weight"], bias=w["bias"], eps=1e-3)),
]


def drawn_parameters(shapes, seed):
    stream = Stream(seed)
    result = {}
    for name, shape in shapes.items():
        drawn = stream.take(math.prod(shape))
        if len(shape) > 1:
            drawn = (2 * drawn - 1) * math.sqrt(6 / (math.prod(shape) / shape[0]))
        elif name.endswith("weight"):
            drawn = drawn + 0.5
        else:
            drawn = (2 * drawn - 1) / 2
        result[name] = torch.from_numpy(drawn.astype("float32").reshape(shape)).double()
    return result


def numbers(value):
    """Maps with their channels last."""
    last = value.permute(0, 2, 3, 1) if value.dim() == 4 else value
    return [float(f"{v:.7g}") for v in last.reshape(-1).tolist()]


def case(seed, operation, reads, weights, compute):
    maps = {name: [CHANNELS, 3, 1, 1] for name in ("left.weight", "right.weight")} | {"place.weight": [1, 3, 1, 1]}
    drawn = drawn_parameters({**maps, **{f"last.{name}": shape for name, shape in weights.items()}}, seed)
    x = drawn_input(BATCH, HEIGHT, WIDTH, seed + 1).double().requires_grad_()
    left, right = F.conv2d(x, drawn["left.weight"]), F.conv2d(x, drawn["right.weight"])
    place = F.conv2d(x, drawn["place.weight"])
    values = {"left": left, "right": right, "place": place, "gate": right.mean((2, 3)), "other": left.mean((2, 3))}
    own = {name.removeprefix("last."): value for name, value in drawn.items()}
    y = compute(own, *(values[name] for name in reads))
    last = y.permute(0, 2, 3, 1) if y.dim() == 4 else y
    score = (last.reshape(BATCH, -1) * drawn_weights(last[0].numel(), seed + 2).double()).sum()
    (slope,) = torch.autograd.grad(score, x)
    return {"operation": operation, "reads": reads, "seed": seed, "values": numbers(y), "slope": numbers(slope)}


if __name__ == "__main__":
    lines = ",\n".join(
        json.dumps(case(40 + 10 * i, *one), separators=(",", ":")) for i, one in enumerate(CASES)
    )
    head = json.dumps({"torch": torch.__version__})
    size = json.dumps({"batch": BATCH, "height": HEIGHT, "width": WIDTH, "channels": CHANNELS})
    (HERE / "activations-and-norms.json").write_text(f'{{"versions":{head},"size":{size},"cases":[\n{lines}\n]}}\n')
