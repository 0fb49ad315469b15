"""pytorch-grad-cam's maps of a layer: the raw ones, before that library's clipping and scaling to 0…1."""

import sys
import types
from unittest import mock

import numpy as np
import torch

# pytorch-grad-cam imports three names of torchvision that none of these methods call.
for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional"):
    sys.modules.setdefault(name, types.ModuleType(name))
for name in ("Compose", "Normalize", "ToTensor"):
    setattr(sys.modules["torchvision.transforms"], name, None)
sys.modules["torchvision.transforms.functional"].resize = None

import pytorch_grad_cam  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

CAMS = {
    "grad-cam": pytorch_grad_cam.GradCAM,
    "grad-cam-plus-plus": pytorch_grad_cam.GradCAMPlusPlus,
    "hires-cam": pytorch_grad_cam.HiResCAM,
    "layer-cam": pytorch_grad_cam.LayerCAM,
    "xgrad-cam": pytorch_grad_cam.XGradCAM,
    "score-cam": pytorch_grad_cam.ScoreCAM,
    "ablation-cam": pytorch_grad_cam.AblationCAM,
    "eigen-cam": pytorch_grad_cam.EigenCAM,
}
SIGNED = {"hires-cam", "eigen-cam"}


def cam_family(method, model, layer, x, target):
    """The raw map of the layer. Eigen-CAM's sign, which is arbitrary, makes places of more activation positive."""
    with CAMS[method](model=model, target_layers=[layer]) as explainer:
        found, inner = [], explainer.get_cam_image

        def record(*arguments):
            activations = arguments[3]
            found.append((inner(*arguments)[0], activations[0]))
            return found[-1][0][None]

        explainer.get_cam_image = record
        with mock.patch("tqdm.tqdm", lambda each: each):
            explainer(x, [ClassifierOutputTarget(target)])
    raw, activations = found[0]
    if method == "eigen-cam":
        level = (activations - activations.mean((1, 2), keepdims=True)).sum(0)
        raw = raw * (1 if (raw * level).sum() >= 0 else -1)
    return torch.from_numpy(raw if method in SIGNED else np.maximum(raw, 0))
