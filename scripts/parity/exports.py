"""Networks of torchvision and timm as ONNX files, and what PyTorch answers: the other side of scripts/parity/exports.mjs.

    python scripts/parity/exports.py FOLDER [NAME…]

For each name on stdin's list one line of JSON on stdout when its files lie in FOLDER: NAME.onnx, and of one seeded photo the logits, the slope
of the largest at the input (H×W×3), and Grad-CAM at the last map, stretched to the input.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test/golden"))
from seeded import Stream  # noqa: E402

CLASSES = 20
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

# Name → side of the input, and the module whose output the head averages; None: no map is averaged.
TORCHVISION = {
    "resnet18": (224, "layer4"),
    "resnet50": (224, "layer4"),
    "resnext50_32x4d": (224, "layer4"),
    "regnet_x_400mf": (224, "trunk_output"),
    "regnet_y_400mf": (224, "trunk_output"),
    "mnasnet0_5": (224, "layers"),
    "densenet121": (224, None),
    "squeezenet1_1": (224, "classifier.2"),
    "mobilenet_v2": (224, "features"),
    "mobilenet_v3_small": (224, "features"),
    "mobilenet_v3_large": (224, "features"),
    "efficientnet_b0": (224, "features"),
    "efficientnet_v2_s": (160, "features"),
    "shufflenet_v2_x0_5": (224, "conv5"),
    "shufflenet_v2_x1_0": (224, "conv5"),
    "convnext_tiny": (224, "features"),
    "googlenet": (224, "inception5b"),
    "inception_v3": (299, "Mixed_7c"),
}
TIMM = {
    "vit_tiny_patch16_224": (224, None),
    "deit_tiny_patch16_224": (224, None),
    "resnet18d": (224, "layer4"),
    "seresnet18": (224, "layer4"),
    "repvgg_a0": (224, "stages"),
    "ghostnet_050": (224, None),
    "cspresnet50": (160, "stages"),
    "efficientnet_lite0": (224, "bn2"),
    "hrnet_w18_small": (160, "final_layer"),
    "dpn48b": (160, "features"),
    "poolformer_s12": (160, "stages"),
}


def build(name):
    if name in TIMM:
        import timm

        return timm.create_model(name, num_classes=CLASSES)
    import torchvision

    more = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    more = {"init_weights": True} if name == "inception_v3" else more
    return getattr(torchvision.models, name)(weights=None, num_classes=CLASSES, **more)


def seeded(model, seed):
    """Other statistics than those of untrained batch norms, whose folding would go unseen, and biases."""
    torch.manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            if module.affine:
                nn.init.uniform_(module.weight, 0.7, 1.3)
                nn.init.uniform_(module.bias, -0.1, 0.1)
    return model.eval()


def answers(model, x, layer):
    maps = []
    if layer is not None:
        handle = model.get_submodule(layer).register_forward_hook(lambda _, __, output: maps.append(output))
    source = x.clone().requires_grad_()
    logits = model(source)
    target = int(logits[0].argmax())
    slopes = torch.autograd.grad(logits[0, target], [source, *maps])
    grad_cam = None
    if layer is not None:
        handle.remove()
        coarse = F.relu((maps[0] * slopes[1].mean((2, 3), keepdim=True)).sum(1, keepdim=True))
        grad_cam = F.interpolate(coarse, x.shape[2:], mode="bilinear", align_corners=False)[0, 0].detach().numpy()
    return target, logits[0].detach().numpy(), slopes[0][0].permute(1, 2, 0).numpy(), grad_cam


def main(folder, names):
    warnings.filterwarnings("ignore")
    for name, (side, layer) in {**TORCHVISION, **TIMM}.items():
        if names and name not in names:
            continue
        model = seeded(build(name), len(name))
        pixels = (256 * Stream(len(name)).take(side * side * 3)).astype(np.uint8).reshape(side, side, 3)
        x = torch.from_numpy(((pixels / 255 - MEAN) / STD).astype(np.float32)).permute(2, 0, 1)[None].contiguous()
        torch.onnx.export(model, (x,), str(folder / f"{name}.onnx"), dynamo=False)
        target, logits, slope, grad_cam = answers(model, x, layer)
        pixels.tofile(folder / f"{name}.pixels")
        arrays = {"logits": logits, "slope": slope, **({} if grad_cam is None else {"grad-cam": grad_cam})}
        for what, values in arrays.items():
            np.ascontiguousarray(values, np.float32).tofile(folder / f"{name}.{what}")
        print(json.dumps({"name": name, "side": side, "target": target, "answers": list(arrays)}), flush=True)
        # The next one when this one is read, so that few lie on the disk at once.
        sys.stdin.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
