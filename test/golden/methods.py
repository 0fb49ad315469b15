"""Writes what PyTorch and Captum make of the three methods: test/golden/methods.json, methods-mirror.json.

    WHYLIGHT_MIRROR=... python test/golden/methods.py      (torch, captum, NumPy, Pillow, safetensors)

methods.json: whole maps of seeded random networks (seeded.py) on seeded photos. methods-mirror.json: a few samples of
the maps of the mirror's weights on its photos; left as it is where no mirror is given. The three functions below are
what scripts/parity.py compares with too.

References are computed in float64: a ReLU whose input is zero but for rounding is open in one float32 library and
shut in another, and a gradient jumps there. Seeds under which a gate is that close are passed over.
"""

import base64
import json
import os
import zlib
from pathlib import Path

import captum
import numpy as np
import torch
import torch.nn.functional as F
from architectures import ARCHITECTURES, Relu
from captum.attr import Occlusion, Saliency
from networks import IMAGENET, MIRROR, load_weights, numbers, prepare
from seeded import Stream, fill

HERE = Path(__file__).parent
CASES = [
    ("resnet18", 45, 61, {"size": [13, 9], "stride": [8, 6], "fill": "zero"}),
    ("resnet50", 50, 37, {"size": [16, 16], "stride": [8, 8], "fill": "black"}),
    ("squeezenet1_0", 59, 70, {"size": [20, 11], "stride": [7, 11], "fill": "mean"}),
    ("mobilenet_v1_0.75", 48, 65, {"size": [9, 14], "stride": [9, 10], "fill": "zero"}),
    ("resnet20-cifar", 31, 22, {"size": [5, 3], "stride": [3, 2], "fill": "black"}),
    ("tiny-resnet", 45, 38, {"size": [45, 7], "stride": [20, 4], "fill": "zero"}),
]


def drawn_photo(height, width, seed):
    """The bytes of `drawnPhoto` in test/support/pictures.ts."""
    return np.floor(256 * Stream(seed).take(height * width * 3)).astype(np.uint8).reshape(height, width, 3)


def normalised(pixels, mean, std):
    values = (pixels.astype(np.float32) / np.float32(255) - np.float32(mean)) / np.float32(std)
    return torch.from_numpy(values).permute(2, 0, 1)[None].contiguous()


def saliency_map(model, x, target):
    return Saliency(model).attribute(x.clone().requires_grad_(), target, abs=True)[0].amax(0).detach()


def occlusion_map(model, x, target, size, stride, fill="zero", mean=None, std=None):
    """Captum gives each channel the same value where a window covers all of them."""
    baseline = {
        "zero": lambda: torch.zeros_like(x),
        "black": lambda: (-torch.tensor(mean) / torch.tensor(std)).reshape(1, 3, 1, 1).expand_as(x),
        "mean": lambda: x.mean((2, 3), keepdim=True).expand_as(x),
    }[fill]()
    with torch.no_grad():
        found = Occlusion(model).attribute(
            x, (3, *size), strides=(3, *stride), baselines=baseline, target=target, perturbations_per_eval=16
        )
    return found[0, 0]


def cam_map(model, x, target):
    """Sum over the channels of the last map, each times its weight in the head, without the bias."""
    with torch.no_grad():
        maps = model.features(x)
        if hasattr(model, "classifier"):
            coarse = model.classifier(maps)[0, target]
        else:
            head = model.fc if hasattr(model, "fc") else model.linear
            coarse = (head.weight[target].reshape(-1, 1, 1) * maps[0]).sum(0)
    return coarse, F.interpolate(coarse[None, None], x.shape[2:], mode="bilinear", align_corners=False)[0, 0]


def closest_gate(model, x):
    """Smallest distance of a ReLU's input from the place where its gradient jumps, as a share of its layer's size."""
    distances = []

    def look(module, inputs, _):
        (value,) = inputs
        away = torch.minimum(value.abs(), (value - module.ceiling).abs()).min()
        distances.append(float(away / value.square().mean().sqrt()))

    hooks = [module.register_forward_hook(look) for module in model.modules() if isinstance(module, Relu)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return min(distances)


def packed(values):
    """float32 without its last 8 bits (a relative error of 2⁻¹⁶), deflated."""
    bits = np.ascontiguousarray(values.float().numpy(), "<f4").view("<u4")
    return base64.b64encode(zlib.compress(((bits + 128) & 0xFFFFFF00).tobytes(), 9)).decode()


def case(seed, architecture, height, width, occlusion):
    model = ARCHITECTURES[architecture](7).double().eval()
    fill(model, seed)
    x = normalised(drawn_photo(height, width, seed + 1), **IMAGENET).double()
    if closest_gate(model, x) < 3e-6:
        return case(seed + 1, architecture, height, width, occlusion)
    with torch.no_grad():
        logits = model(x)
    target = int(logits[0].argmax())
    coarse, cam = cam_map(model, x, target)
    return {
        "architecture": architecture,
        "classes": 7,
        "seed": seed,
        "height": height,
        "width": width,
        "target": target,
        "logits": numbers(logits),
        "occlusion": occlusion,
        "maps": {
            "saliency": packed(saliency_map(model, x, target)),
            "occlusion": packed(occlusion_map(model, x, target, **occlusion, **IMAGENET)),
            "cam": packed(cam),
        },
        "coarse": {"height": coarse.shape[0], "width": coarse.shape[1], "values": packed(coarse)},
    }


def sampled(values):
    step = max(1, values.numel() // 60)
    flat = values.reshape(-1).double()
    return {
        "step": step,
        "samples": numbers(flat[::step]),
        "lowest": float(flat.min()),
        "highest": float(flat.max()),
        "sum": float(flat.sum()),
    }


def mirror_case(mirror, network):
    model = load_weights(ARCHITECTURES[network["architecture"]](network["classes"]), mirror / "weights" / network["weights"]).double()
    preprocessing = network["preprocessing"]
    side = preprocessing["crop"][0]
    occlusion = {"size": [side // 4, side // 3], "stride": [side // 6, side // 5], "fill": "black"}
    photos = []
    for photo in network["photos"]:
        file = mirror / "photos" / photo
        if file.is_dir():
            file = sorted(file.iterdir())[0]
        x = prepare(file, preprocessing).double()
        with torch.no_grad():
            target = int(model(x)[0].argmax())
        mean, std = preprocessing["mean"], preprocessing["std"]
        photos.append({
            "file": str(file.relative_to(mirror)),
            "target": target,
            "maps": {
                "saliency": sampled(saliency_map(model, x, target)),
                "occlusion": sampled(occlusion_map(model, x, target, **occlusion, mean=mean, std=std)),
                "cam": sampled(cam_map(model, x, target)[1]),
            },
        })
    return {**network, "occlusion": occlusion, "photos": photos}


def write(name, cases):
    versions = {"torch": torch.__version__, "captum": captum.__version__, "numpy": np.__version__}
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases)
    (HERE / name).write_text(f'{{"versions":{json.dumps(versions)},"networks":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    torch.manual_seed(0)
    write("methods.json", [case(1000 * (i + 1), *each) for i, each in enumerate(CASES)])
    if os.environ.get("WHYLIGHT_MIRROR"):
        mirror = Path(os.environ["WHYLIGHT_MIRROR"])
        write("methods-mirror.json", [mirror_case(mirror, network) for network in MIRROR])
