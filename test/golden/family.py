"""Writes what PyTorch and the field's libraries make of the other methods: test/golden/family.json, family-mirror.json.

    WHYLIGHT_MIRROR=... python test/golden/family.py   (as methods.py, and grad-cam 1.5.7; after `npm run build`)

As in methods.py, references are computed in float64, and photos on which a ReLU's input is zero but for rounding are
passed over: here on every noisy copy and on every point of a path, too.
"""

import os
from pathlib import Path

import numpy as np
import torch
from architectures import ARCHITECTURES
from cam_family import CAMS, cam_family
from captum.attr import Deconvolution, GuidedBackprop
from methods import closest_gate, drawn_photo, normalised, packed, sampled, write
from networks import IMAGENET, load_weights, numbers, prepare
from references import (
    grad_cam,
    input_x_gradient,
    integrated_gradients,
    lime,
    noisy_copies,
    relu_rule,
    rise,
    smooth_grad,
    superpixels,
    with_torch_relus,
)
from seeded import fill

# Of a layer's name here: the module whose output it is.
LAYERS = {
    "resnet18": {
        "layer4.1.relu2": "layer4.1",
        "layer1.1.relu2": "layer1.1",
        "layer2.0.bn1": "layer2.0.bn1",
    },
    "squeezenet1_0": {
        "classifier.2": "classifier.2",
        "features.4.concat": "features.4",
        "features.3.expand1x1": "features.3.expand1x1",
    },
    "tiny-resnet": {
        "layer3.0.relu2": "layer3.0",
        "layer1.0.relu2": "layer1.0",
        "layer1.0.conv1": "layer1.0.conv1",
    },
}
CASES = [("resnet18", 7000, 37, 52), ("squeezenet1_0", 8000, 61, 47), ("tiny-resnet", 9000, 34, 45)]
OPTIONS = {
    "smoothgrad": {"noise": 0.15, "samples": 3, "seed": 21},
    "integrated-gradients": {"steps": 6},
    "rise": {"masks": 40, "cells": 5, "visible": 0.4, "seed": 22},
    "lime": {"samples": 60, "segments": 14, "seed": 23},
}
IMAGES = [
    ("squeezenet1_0", "squeezenet1_0-deep-compression.pth", 1000, 256, [224, 176], "openly-licensed/horses.jpg"),
    ("resnet18", "resnet18-ants-bees-dogs-wolves.pth", 4, 146, [128, 160], "openly-licensed/six-dogs.png"),
]


def gates_are_clear(model, x, distance):
    """Whether no ReLU is within `distance` of its kink on anything whose gradient a method takes."""
    inputs = [x, noisy_copies(x, **OPTIONS["smoothgrad"])]
    points = np.polynomial.legendre.leggauss(OPTIONS["integrated-gradients"]["steps"])[0] / 2 + 0.5
    inputs += [float(point) * x for point in points]
    return all(closest_gate(model, each[None]) >= distance for batch in inputs for each in batch)


def input_maps(model, x, target, labels):
    smooth = OPTIONS["smoothgrad"]
    segments, explained = lime(model, x, target, labels, OPTIONS["lime"]["samples"], OPTIONS["lime"]["seed"])
    print(f"    LIME explains {explained:.2f}")
    return {
        "input-x-gradient": input_x_gradient(model, x, target),
        "smoothgrad mean": smooth_grad(model, x, target, **smooth, statistic="mean"),
        "smoothgrad square": smooth_grad(model, x, target, **smooth, statistic="square"),
        "smoothgrad variance": smooth_grad(model, x, target, **smooth, statistic="variance"),
        "integrated-gradients": integrated_gradients(model, x, target, **OPTIONS["integrated-gradients"]),
        "deconvolution": relu_rule(Deconvolution, model, x, target),
        "guided-backpropagation": relu_rule(GuidedBackprop, model, x, target),
        "rise": rise(model, x, target, **OPTIONS["rise"]),
        "lime": segments,
    }


# Score-CAM would run once for each of 128 channels or more; and before a ReLU a denominator of Grad-CAM++ comes within
# 0.002 of 0: rounding grows a thousandfold. Where a channel may be negative, pytorch-grad-cam ablates it by −1e7, not by
# 0 as the paper does: behind a ReLU that is the same, behind a batch norm it is not.
LEFT_OUT = {
    "layer4.1": ["score-cam"],
    "layer2.0.bn1": ["score-cam", "grad-cam-plus-plus"],
    "layer1.0.conv1": ["ablation-cam"],
}


def layer_maps(model, layers, x, target):
    result = {}
    for name, path in layers.items():
        layer = model.get_submodule(path)
        result[name] = {"grad-cam": grad_cam(model, layer, x, target)}
        for method in CAMS:
            if method not in LEFT_OUT.get(path, []):
                result[name][method] = cam_family(method, model, layer, x, target)
    return result


def record(maps, form):
    return {name: form(values.double()) for name, values in maps.items()}


def case(architecture, seed, height, width):
    model = ARCHITECTURES[architecture](7).double().eval()
    fill(model, seed)
    for photo in range(seed + 1, seed + 1000):
        x = normalised(drawn_photo(height, width, photo), **IMAGENET).double()
        with torch.no_grad():
            logits = model(x)
        if float(logits.max()) > 0 and gates_are_clear(model, x, 2e-6):
            break
    else:
        raise SystemExit(f"{architecture}: no photo keeps clear of every gate")
    print(architecture, "photo", photo)
    model = with_torch_relus(model)
    target = int(logits[0].argmax())
    labels = superpixels(drawn_photo(height, width, photo), OPTIONS["lime"]["segments"])
    return {
        "architecture": architecture,
        "classes": 7,
        "seed": seed,
        "photo": photo,
        "height": height,
        "width": width,
        "target": target,
        "logit": float(logits[0, target]),
        "superpixels": packed(torch.from_numpy(labels)),
        "maps": record(input_maps(model, x, target, labels), packed),
        "layers": {
            name: record(maps, packed) for name, maps in layer_maps(model, LAYERS[architecture], x, target).items()
        },
    }


def mirror_case(mirror, architecture, weights, classes, resize, crop, photo):
    preprocessing = {"resize": resize, "crop": crop, **IMAGENET}
    model = load_weights(ARCHITECTURES[architecture](classes), mirror / "weights" / weights).double()
    model = with_torch_relus(model)
    x = prepare(mirror / "photos" / photo, preprocessing).double()
    with torch.no_grad():
        logits = model(x)
    target = int(logits[0].argmax())
    mean, std = (np.reshape(IMAGENET[name], (3, 1, 1)) for name in ("mean", "std"))
    pixels = np.rint((x[0].numpy() * std + mean) * 255).astype(np.uint8).transpose(1, 2, 0)
    labels = superpixels(np.ascontiguousarray(pixels), OPTIONS["lime"]["segments"])
    # The default layer's many channels are left to Grad-CAM.
    first, second = list(LAYERS[architecture].items())[:2]
    return {
        "architecture": architecture,
        "weights": weights,
        "classes": classes,
        "preprocessing": preprocessing,
        "file": f"photos/{photo}",
        "target": target,
        "logit": float(logits[0, target]),
        "superpixels": int(labels.max()) + 1,
        "maps": record(input_maps(model, x, target, labels), sampled),
        "layers": {
            name: record(maps, sampled) for name, maps in layer_maps(model, dict([second]), x, target).items()
        },
        "firstLayer": [first[0], numbers(grad_cam(model, model.get_submodule(first[1]), x, target))],
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    write("family.json", [case(*each) for each in CASES])
    if os.environ.get("WHYLIGHT_MIRROR"):
        mirror = Path(os.environ["WHYLIGHT_MIRROR"])
        write("family-mirror.json", [mirror_case(mirror, *each) for each in IMAGES])
