"""Writes what torchvision and timm compute with a small vision transformer: test/golden/vit.json.

    python test/golden/vit.py      (torch, torchvision, timm, NumPy)

Two blocks of width 24 with three heads on patches of 8 px: timm's on 32×48 px, torchvision's, which takes squares alone, on
40×40. Seeded weights, drawn in the order of the parameters' names (families.py); raw outputs, the input's gradient, Grad-CAM at the
last block's first norm without the class token, and attention alone, in float64.
"""

import copy
import json
from pathlib import Path

import timm
import torch
import torchvision
from families import fill, numbers
from seeded import drawn_input, drawn_weights
from timm.models.vision_transformer import VisionTransformer as Timm
from torchvision.models.vision_transformer import VisionTransformer as Torchvision

HERE = Path(__file__).parent
BATCH, CLASSES, WIDTH, DEPTH, HEADS, PATCH = 2, 5, 24, 2, 3, 8


def build(library, height, width):
    if library == "timm":
        return Timm((height, width), PATCH, num_classes=CLASSES, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS)
    return Torchvision(height, PATCH, DEPTH, HEADS, WIDTH, 4 * WIDTH, num_classes=CLASSES)


def last_norm(model):
    return model.blocks[-1].norm1 if isinstance(model, Timm) else model.encoder.layers[-1].ln_1


def explained(model, x, weights, height, width):
    """The gradient at the first input of its outputs' weighted sum, and Grad-CAM of class 1 there."""
    kept = []
    hook = last_norm(model).register_forward_hook(lambda _, __, output: kept.append(output))
    first = x[:1].clone().requires_grad_()
    outputs = model(first)
    (gradient,) = torch.autograd.grad((outputs[0] * weights).sum(), first, retain_graph=True)
    (at,) = torch.autograd.grad(outputs[0, 1], kept[0])
    hook.remove()
    cells, slopes = kept[0][0, 1:].detach(), at[0, 1:]
    map_ = (cells * slopes.mean(0)).sum(-1).relu()
    return gradient[0].permute(1, 2, 0), map_.reshape(height // PATCH, width // PATCH)


def network(seed, library, height, width):
    model = build(library, height, width).eval()
    fill(model, seed)
    x, weights = drawn_input(BATCH, height, width, seed + 1), drawn_weights(CLASSES, seed + 2)
    exact = copy.deepcopy(model).double()
    gradient, map_ = explained(exact, x.double(), weights.double(), height, width)
    with torch.no_grad():
        logits = exact(x.double())
    flat = gradient.reshape(-1)
    step = max(1, flat.numel() // 400)
    return {
        "library": library,
        "seed": seed,
        "height": height,
        "width": width,
        "names": {name: list(value.shape) for name, value in sorted(model.state_dict().items())},
        "logits": numbers(logits),
        "gradient": {"step": step, "samples": numbers(flat[::step]), "largest": float(flat.abs().max())},
        "gradCam": {"size": list(map_.shape), "values": numbers(map_)},
    }


if __name__ == "__main__":
    result = {
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__},
        "networks": [network(11, "timm", 32, 48), network(21, "torchvision", 40, 40)],
    }
    (HERE / "vit.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
