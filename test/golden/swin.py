"""Writes what torchvision computes of attention within windows and of Swin: test/golden/swin.json.

    python test/golden/swin.py      (torch, torchvision, NumPy)

Operations: the value, and the slope at the input of a seeded weighted sum of its numbers. Network: torchvision's SwinTransformer, small,
on a map that windows do not fill: raw outputs, the input's gradient, Grad-CAM. Seeded weights, drawn in
the order of the parameters' names (families.py); gradients in float64.
"""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import torch
import torchvision
from families import fill, numbers
from seeded import Stream, drawn_input, drawn_weights
from torchvision.models.swin_transformer import ShiftedWindowAttention, SwinTransformer

HERE = Path(__file__).parent
BATCH = 2
# Rows, columns, channels, heads, window, shift: on both axes, on one, on none.
OPERATIONS = [
    (4, 9, 8, 2, (2, 3), (1, 1)),
    (6, 5, 6, 3, (3, 5), (2, 0)),
    (3, 8, 4, 1, (3, 2), (0, 1)),
    (4, 6, 6, 2, (2, 3), (0, 0)),
]
SMALL = {"patch_size": [4, 4], "embed_dim": 12, "depths": [2, 2], "num_heads": [2, 3], "window_size": [4, 4]}
CLASSES = 5


def fill_learned(model, seed):
    """All but what PyTorch reckons from the window's size."""
    state = {name: value for name, value in model.state_dict().items() if not name.endswith("relative_position_index")}
    fill(SimpleNamespace(state_dict=lambda: state), seed)


def operation(seed, height, width, channels, heads, window, shift):
    """The attention between its own projections, whose names begin with `attn`."""
    layer = ShiftedWindowAttention(channels, list(window), list(shift), heads)
    fill_learned(layer, seed)
    layer = layer.double()
    drawn = (4 * Stream(seed + 1).take(BATCH * height * width * channels) - 2).astype("float32")
    x = torch.from_numpy(drawn).double().reshape(BATCH, height, width, channels).requires_grad_()
    y = layer(x)
    weights = drawn_weights(y[0].numel(), seed + 2).double()
    (slope,) = torch.autograd.grad((y.reshape(BATCH, -1) * weights).sum(), x)
    return {
        "size": [height, width, channels],
        "operation": {"kind": "windowAttention", "heads": heads, "window": window, "shift": shift},
        "seed": seed,
        "values": numbers(y.detach()),
        "slope": numbers(slope),
    }


def explained(model, x, weights):
    """Raw outputs, the gradient at the first input of their weighted sum, and Grad-CAM of class 1 there at the last norm."""
    kept = []
    hook = model.norm.register_forward_hook(lambda _, __, output: kept.append(output))
    first = x[:1].clone().requires_grad_()
    outputs = model(first)
    (gradient,) = torch.autograd.grad((outputs[0] * weights).sum(), first, retain_graph=True)
    (at,) = torch.autograd.grad(outputs[0, 1], kept[0])
    hook.remove()
    map_ = (kept[0] * at.mean((1, 2), keepdim=True)).sum(-1)[0].relu().detach()
    return gradient[0].permute(1, 2, 0).detach(), map_


def network(seed, height, width):
    model = SwinTransformer(**SMALL, num_classes=CLASSES).eval()
    fill_learned(model, seed)
    x, weights = drawn_input(BATCH, height, width, seed + 1), drawn_weights(CLASSES, seed + 2)
    exact = copy.deepcopy(model).double()
    gradient, map_ = explained(exact, x.double(), weights.double())
    with torch.no_grad():
        logits = exact(x.double())
    flat = gradient.reshape(-1)
    step = max(1, flat.numel() // 400)
    return {
        "seed": seed,
        "height": height,
        "width": width,
        "logits": numbers(logits),
        "gradient": {"step": step, "samples": numbers(flat[::step]), "largest": float(flat.abs().max())},
        "gradCam": {"size": list(map_.shape), "values": numbers(map_)},
    }


if __name__ == "__main__":
    result = {
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__},
        "operations": [operation(11 + 10 * i, *one) for i, one in enumerate(OPERATIONS)],
        "network": network(111, 53, 70),
    }
    (HERE / "swin.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
