"""Writes what PyTorch computes with the architectures: test/golden/networks.json, networks-mirror.json.

    WHYLIGHT_MIRROR=... python test/golden/networks.py      (torch, NumPy, Pillow, safetensors)

networks.json: seeded random weights (seeded.py) on seeded inputs of odd sizes. networks-mirror.json: the mirror's
weights on its photos, resized by Pillow; left as it is where no mirror is given.
"""

import copy
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import PIL
import torch
from architectures import ARCHITECTURES, VGG, Relu
from PIL import Image, ImageOps
from seeded import drawn_input, drawn_weights, fill

HERE = Path(__file__).parent
# VGG-16's dense layers hold 120 million weights: narrower ones make the test a fast one.
MODELS = {**ARCHITECTURES, "vgg16 with 256 hidden units": lambda classes: VGG([2, 2, 3, 3, 3], classes, 256)}
CASES = [
    ("resnet18", 2, 67, 45),
    ("resnet34", 1, 64, 33),
    ("resnet50", 2, 65, 50),
    ("resnet101", 1, 64, 41),
    ("squeezenet1_0", 2, 70, 59),
    ("squeezenet1_1", 2, 63, 71),
    ("mobilenet_v1_0.75", 2, 65, 48),
    ("mobilenet_v1_1.0", 1, 33, 50),
    ("resnet20-cifar", 2, 31, 22),
    ("tiny-resnet", 2, 45, 38),
    ("vgg16 with 256 hidden units", 1, 70, 100),
    ("mobilenet_v2", 2, 65, 48),
    ("googlenet", 2, 128, 96),
    ("densenet121", 2, 65, 80),
    ("inception_v3", 1, 107, 90),
]
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HALF = {"mean": [128 / 255] * 3, "std": [128 / 255] * 3}
MIRROR = [
    {
        "architecture": "squeezenet1_0",
        "weights": "squeezenet1_0-deep-compression.pth",
        "classes": 1000,
        "preprocessing": {"resize": 256, "crop": [224, 224], **IMAGENET},
        "photos": ["canines-and-insects/n02114367_timber_wolf.JPEG", "openly-licensed/dog-and-cat.png"],
    },
    {
        "architecture": "mobilenet_v1_0.75",
        "weights": "mobilenet_v1_0.75_192.safetensors",
        "classes": 1000,
        "preprocessing": {"resize": 219, "crop": [192, 192], **HALF},
        "photos": ["canines-and-insects/n02206856_bee.JPEG", "openly-licensed/dog-and-cat.png"],
    },
    {
        "architecture": "resnet20-cifar",
        "weights": "resnet20-12fca82f.th",
        "classes": 10,
        "preprocessing": {"resize": None, "crop": [32, 32], **IMAGENET},
        "photos": ["cifar10-test/horse", "cifar10-test/ship"],
    },
    {
        "architecture": "resnet18",
        "weights": "resnet18-ants-bees-dogs-wolves.pth",
        "classes": 4,
        "preprocessing": {"resize": 146, "crop": [128, 128], **IMAGENET},
        "photos": ["canines-and-insects/n02114367_timber_wolf.JPEG", "hymenoptera/val/bees"],
    },
]


def numbers(values):
    return [float(f"{v:.8g}") for v in np.asarray(values, np.float64).ravel()]


def slopes(model, x, weights):
    """Per ReLU rule, the gradient of a weighted sum of the first image's raw outputs."""
    result = {}
    for rule in ("gradient", "deconvolution", "guided"):
        Relu.rule = rule
        first = x[:1].clone().requires_grad_()
        (slope,) = torch.autograd.grad((model(first)[0] * weights).sum(), first)
        result[rule] = slope[0].permute(1, 2, 0).reshape(-1).double()
    Relu.rule = "gradient"
    return result


def gradients(model, x, seed):
    """Raw outputs, and per ReLU rule the gradient of a weighted sum of the first image's: samples, and the sum of sizes."""
    result = {}
    with torch.no_grad():
        outputs = model(x[:1]).shape[1]
    for rule, slope in slopes(model, x, drawn_weights(outputs, seed)).items():
        step = max(1, slope.numel() // 24)
        result[rule] = {
            "step": step,
            "samples": numbers(slope[::step]),
            "absoluteSum": float(slope.abs().sum()),
            "largest": float(slope.abs().max()),
        }
    return result


def is_steady(model, x, weights):
    """Whether float32 gradients equal float64's. They do not where a ReLU's input is zero but for rounding, or a
    max-pool's largest values are equal but for rounding (GoogLeNet's on small maps): no two libraries agree there."""
    single = slopes(model, x, weights)
    double = slopes(copy.deepcopy(model).double(), x.double(), weights.double())
    return all((single[rule] - double[rule]).abs().max() < 1e-5 * double[rule].abs().max() for rule in single)


def random_case(seed, architecture, batch, height, width):
    """The first of seed, seed + 1000, … whose gradients are steady."""
    model = MODELS[architecture](7).eval()
    while True:
        state = fill(model, seed)
        if is_steady(model, drawn_input(batch, height, width, seed + 1), drawn_weights(7, seed + 2)):
            break
        seed += 1000
    lines = "\n".join(f"{name} {list(value.shape)}" for name, value in sorted(state.items()))
    x = drawn_input(batch, height, width, seed + 1)
    with torch.no_grad():
        logits = model(x)
    return {
        "architecture": architecture,
        "classes": 7,
        "seed": seed,
        "batch": batch,
        "height": height,
        "width": width,
        "parameters": {
            "tensors": len(state),
            "values": sum(value.numel() for value in state.values()),
            "sha256": hashlib.sha256(lines.replace(" ", "").encode()).hexdigest(),
        },
        "logits": numbers(logits),
        "gradients": gradients(model, x, seed + 2),
    }


def load_weights(model, file):
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        state = load_file(file)
    else:
        state = torch.load(file, map_location="cpu", weights_only=True)
    state = state.get("state_dict", state)
    state = {name.removeprefix("module."): value for name, value in state.items()}
    missing, extra = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or extra:
        raise SystemExit(f"{file.name}: missing {missing}, extra {extra}")
    return model.eval()


def prepare(file, preprocessing):
    """torchvision's evaluation transform: short side to `resize` (antialiased bilinear), centre crop, normalise."""
    photo = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
    short = preprocessing["resize"]
    if short is not None:
        width, height = photo.size
        size = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
        photo = photo.resize(size, Image.Resampling.BILINEAR)
    height, width = preprocessing["crop"]
    left, top = round((photo.width - width) / 2), round((photo.height - height) / 2)
    photo = photo.crop((left, top, left + width, top + height))
    pixels = np.asarray(photo, np.float32) / np.float32(255)
    values = (pixels - np.float32(preprocessing["mean"])) / np.float32(preprocessing["std"])
    return torch.from_numpy(values).permute(2, 0, 1)[None].contiguous()


def mirror_case(mirror, seed, network):
    model = load_weights(ARCHITECTURES[network["architecture"]](network["classes"]), mirror / "weights" / network["weights"])
    photos = []
    for photo in network["photos"]:
        file = mirror / "photos" / photo
        if file.is_dir():
            file = sorted(file.iterdir())[0]
        x = prepare(file, network["preprocessing"])
        with torch.no_grad():
            logits = model(x)
        photos.append({
            "file": str(file.relative_to(mirror)),
            "logits": numbers(logits),
            "gradients": gradients(model, x, seed),
        })
    return {**network, "seed": seed, "photos": photos}


def write(name, networks):
    versions = {"torch": torch.__version__, "numpy": np.__version__, "pillow": PIL.__version__}
    lines = ",\n".join(json.dumps(network, separators=(",", ":")) for network in networks)
    (HERE / name).write_text(f'{{"versions":{json.dumps(versions)},"networks":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    torch.manual_seed(0)
    write("networks.json", [random_case(11 + 10 * i, *case) for i, case in enumerate(CASES)])
    if os.environ.get("WHYLIGHT_MIRROR"):
        mirror = Path(os.environ["WHYLIGHT_MIRROR"])
        write("networks-mirror.json", [mirror_case(mirror, 301 + i, network) for i, network in enumerate(MIRROR)])
