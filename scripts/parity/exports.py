"""Networks of torchvision and timm with seeded weights, exported to ONNX, and what PyTorch answers.

    python scripts/parity/exports.py FOLDER [NAME …]

Writes FOLDER/NAME/ for each case and prints a line of JSON that says so; `exports.mjs` reads it, compares, deletes, and answers with an empty line.
What it is compared with is PyTorch in float64; PyTorch in float32 stands beside it and shows how far rounding goes.
"""

import copy
import json
import logging
import sys
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import timm
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

HEIGHT, WIDTH, CLASSES = 96, 64, 20
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Case:
    name: str
    """As its library calls it."""
    library: str
    layer: str | None
    """The module whose output Grad-CAM reads; None where it is no map."""
    node: str | None = None
    """The same for Whylight, where that is not the layer that it takes by itself."""
    dynamo: bool = False
    """Exported by torch.export's exporter, not by the one of TorchScript."""
    options: dict = field(default_factory=dict)


def vision(name, layer, **rest):
    return Case(name, "torchvision", layer, **rest)


def timm_(name, layer, **rest):
    return Case(name, "timm", layer, **rest)


CASES = [
    vision("resnet18", "layer4", dynamo=True),
    vision("resnext50_32x4d", "layer4"),
    vision("densenet121", "features"),
    vision("squeezenet1_1", "classifier.2"),
    vision("googlenet", "inception5b", options={"init_weights": False, "aux_logits": False, "transform_input": True}),
    vision("mobilenet_v2", "features"),
    vision("mobilenet_v3_small", "features", dynamo=True),
    vision("mobilenet_v3_large", "features"),
    vision("mnasnet0_5", "layers"),
    vision("shufflenet_v2_x1_0", "conv5", dynamo=True),
    vision("regnet_y_400mf", "trunk_output"),
    vision("regnet_x_400mf", "trunk_output"),
    vision("efficientnet_b0", "features", dynamo=True),
    vision("efficientnet_v2_s", "features"),
    vision("convnext_tiny", "features.7.2"),
    timm_("resnet18d", "layer4"),
    timm_("seresnet18", "layer4"),
    timm_("ecaresnet50t", "layer4"),
    timm_("efficientnet_lite0", "bn2"),
    timm_("mobilenetv4_conv_small", "blocks"),
    timm_("ghostnet_050", "blocks"),
    timm_("repvgg_a0", "stages.3"),
    timm_("cspresnet50", "stages"),
    timm_("dpn48b", "features"),
    timm_("hrnet_w18_small", "final_layer"),
    timm_("poolformer_s12", "stages.3"),
    timm_("resnetv2_50", "norm"),
    timm_("convnext_atto", "stages.3"),
    timm_("vit_tiny_patch16_224", None, options={"img_size": (HEIGHT, WIDTH)}),
    timm_("deit_tiny_patch16_224", None, options={"img_size": (HEIGHT, WIDTH)}, dynamo=True),
]


def build(case, seed):
    """The network with weights of a seed; norms and learned scales, which begin as the identity, drawn as well."""
    torch.manual_seed(seed)
    if case.library == "timm":
        model = timm.create_model(case.name, pretrained=False, num_classes=CLASSES, **case.options)
    else:
        model = getattr(torchvision.models, case.name)(weights=None, num_classes=CLASSES, **case.options)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
        for parameter in model.parameters():
            if len(parameter.squeeze().shape) == 1 and bool((parameter == parameter.flatten()[0]).all()):
                parameter.uniform_(-0.1, 0.1) if bool((parameter == 0).all()) else parameter.uniform_(0.5, 1.5)
    return model.eval()


def explained(model, x, target, layer):
    """Logits, the slope of the target's logit along the input, and Grad-CAM at the layer."""
    maps = []
    hook = model.get_submodule(layer).register_forward_hook(lambda _, __, output: maps.append(output)) if layer else None
    source = x.clone().requires_grad_()
    logits = model(source)
    score = logits[0, target if target is not None else int(logits.argmax())]
    wanted = [source, *maps]
    slope, *slopes = torch.autograd.grad(score, wanted)
    cam = None
    if hook is not None:
        hook.remove()
        weighted = F.relu((maps[0] * slopes[0].mean((2, 3), keepdim=True)).sum(1, keepdim=True))
        cam = F.interpolate(weighted, x.shape[2:], mode="bilinear", align_corners=False)[0, 0].detach()
    return logits[0].detach(), slope[0].permute(1, 2, 0), cam


def answers(model, pixels, layer):
    """In float64 and in float32, and the target."""
    x = torch.from_numpy(((pixels / 255 - MEAN) / STD).transpose(2, 0, 1)[None].copy())
    exact = explained(copy.deepcopy(model).double(), x, None, layer)
    target = int(exact[0].argmax())
    return exact, explained(model, x.float(), target, layer), target


def drawn_answers(case, model, seed):
    """Answers on a drawn input. One at which rounding decides a ReLU or a maximum has no one slope, and is drawn again."""
    random = np.random.default_rng(seed)
    for _ in range(20):
        pixels = random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
        exact, single, target = answers(model, pixels, case.layer)
        slope = exact[1]
        if (single[1] - slope).abs().max() < 1e-5 * (slope.max() - slope.min()):
            break
    return pixels, exact, single, target


def write(folder, name, values):
    np.asarray(values, "<f4").tofile(folder / f"{name}.f32")


def run(case, seed, root):
    folder = root / case.name
    folder.mkdir()
    model = build(case, seed)
    pixels, exact, single, target = drawn_answers(case, model, seed)
    pixels.tofile(folder / "pixels.u8")
    file = str(folder / "network.onnx")
    example = (torch.zeros(1, 3, HEIGHT, WIDTH),)
    if case.dynamo:
        torch.onnx.export(model, example, file, dynamo=True, verbose=False)
    else:
        torch.onnx.export(model, example, file, dynamo=False, opset_version=17)
    for name, values, rounded in zip(("logits", "gradient", "grad-cam"), exact, single):
        if values is not None:
            write(folder, name, values)
            write(folder, f"{name}-float32", rounded)
    torch.save(model.state_dict(), folder / "weights.pth")
    said = {**asdict(case), "folder": str(folder), "target": target, "size": [HEIGHT, WIDTH], "classes": CLASSES}
    print(json.dumps({**said, "mean": MEAN, "std": STD}), flush=True)
    # The next one when this one is compared, so that one at a time lies on the disk.
    sys.stdin.readline()


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    names = sys.argv[2:]
    print(json.dumps({"versions": {each.__name__: each.__version__ for each in (torch, torchvision, timm)}}), flush=True)
    for index, case in enumerate(CASES):
        if not names or case.name in names:
            run(case, index, Path(sys.argv[1]))
