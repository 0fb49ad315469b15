"""Writes what PyTorch computes of operations that move, cut and join, and of attention, with their slopes: structure.json.

    python test/golden/structure.py      (torch, NumPy)

Each reads a seeded input, or its cells as tokens; the slope there is of a seeded weighted sum of the operation's numbers. Its weight, where
it has one, is drawn as seeded.py's `fill` does.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from seeded import Stream, drawn_weights

HERE = Path(__file__).parent
BATCH, HEIGHT, WIDTH, CHANNELS = 2, 4, 6, 6


def resized(mode, size, **more):
    return lambda x, _: F.interpolate(x.permute(0, 3, 1, 2), size=size, mode=mode, **more).permute(0, 2, 3, 1)


def shuffled(groups):
    return lambda x, _: torch.nn.ChannelShuffle(groups)(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def blocks(x, _):
    """The blocks' cells as channels, row by row; `pixel_unshuffle` puts a channel's four cells side by side."""
    parts = F.pixel_unshuffle(x.permute(0, 3, 1, 2), 2).unflatten(1, (CHANNELS, 4))
    return parts.transpose(1, 2).flatten(1, 2).permute(0, 2, 3, 1)


def attention(heads):
    def compute(x, _):
        query, key, value = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in x[:, :, 0].chunk(3, -1))
        y = F.scaled_dot_product_attention(query, key, value)
        return y.transpose(1, 2).flatten(2)[:, :, None]

    return compute


def upsample(mode, coordinates, size):
    return {"kind": "upsample", "size": size, "mode": mode, "coordinates": coordinates}


# The operation, whether it reads tokens, the shape of its weight, PyTorch's word for it.
CASES = [
    ({"kind": "channelSlice", "start": 2, "length": 3}, False, None, lambda x, _: x[..., 2:5]),
    ({"kind": "channelShuffle", "groups": 3}, False, None, shuffled(3)),
    ({"kind": "channelShuffle", "groups": 2}, False, None, shuffled(2)),
    ({"kind": "crop", "top": 1, "left": 2, "height": 2, "width": 3}, False, None, lambda x, _: x[:, 1:3, 2:5]),
    (upsample("nearest", "asymmetric", [8, 18]), False, None, resized("nearest", [8, 18])),
    (upsample("nearest", "asymmetric", [7, 4]), False, None, resized("nearest", [7, 4])),
    (upsample("nearest", "half-pixel", [7, 10]), False, None, resized("nearest-exact", [7, 10])),
    (upsample("bilinear", "half-pixel", [7, 15]), False, None, resized("bilinear", [7, 15], align_corners=False)),
    (upsample("bilinear", "half-pixel", [3, 5]), False, None, resized("bilinear", [3, 5], align_corners=False)),
    (upsample("bilinear", "align-corners", [9, 10]), False, None, resized("bilinear", [9, 10], align_corners=True)),
    (upsample("bilinear", "align-corners", [1, 3]), False, None, resized("bilinear", [1, 3], align_corners=True)),
    ({"kind": "spaceToDepth", "block": 2}, False, None, blocks),
    ({"kind": "tokens"}, False, None, lambda x, _: x.flatten(1, 2)[:, :, None]),
    ({"kind": "untokens", "grid": [6, 4], "skip": 0}, True, None, lambda x, _: x[:, :, 0].unflatten(1, (6, 4))),
    ({"kind": "untokens", "grid": [2, 11], "skip": 2}, True, None, lambda x, _: x[:, 2:, 0].unflatten(1, (2, 11))),
    ({"kind": "prependTokens", "count": 2}, True, [2, CHANNELS],
     lambda x, w: torch.cat([w.expand(BATCH, -1, -1)[:, :, None], x], 1)),
    ({"kind": "takeToken", "index": 3}, True, None, lambda x, _: x[:, 3, 0]),
    ({"kind": "selfAttention", "heads": 1}, True, None, attention(1)),
    ({"kind": "selfAttention", "heads": 2}, True, None, attention(2)),
]


def numbers(value):
    return [float(f"{v:.7g}") for v in value.reshape(-1).tolist()]


def case(seed, operation, of_tokens, shape, compute):
    drawn = 4 * Stream(seed + 1).take(BATCH * HEIGHT * WIDTH * CHANNELS) - 2
    x = torch.from_numpy(drawn.astype("float32")).double().reshape(BATCH, HEIGHT, WIDTH, CHANNELS).requires_grad_()
    weight = None
    if shape is not None:
        drawn = (2 * Stream(seed).take(math.prod(shape)) - 1) * math.sqrt(6 / (math.prod(shape) / shape[0]))
        weight = torch.from_numpy(drawn.astype("float32")).double().reshape(shape)
    y = compute(x.flatten(1, 2)[:, :, None] if of_tokens else x, weight)
    score = (y.reshape(BATCH, -1) * drawn_weights(y[0].numel(), seed + 2).double()).sum()
    (slope,) = torch.autograd.grad(score, x)
    shape = list(y.shape[1:])
    return {"operation": operation, "tokens": of_tokens, "seed": seed, "shape": shape,
            "values": numbers(y), "slope": numbers(slope)}


if __name__ == "__main__":
    lines = ",\n".join(
        json.dumps(case(40 + 10 * i, *one), separators=(",", ":")) for i, one in enumerate(CASES)
    )
    head = json.dumps({"torch": torch.__version__})
    size = json.dumps([HEIGHT, WIDTH, CHANNELS])
    (HERE / "structure.json").write_text(f'{{"versions":{head},"size":{size},"batch":{BATCH},"cases":[\n{lines}\n]}}\n')
