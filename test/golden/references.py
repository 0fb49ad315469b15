"""Captum's maps, RISE and LIME from their authors' definitions, of one target on one input.

Imported by family.py and by scripts/parity.py. Models come from architectures.py.
"""

import base64
import json
import subprocess
import warnings
from pathlib import Path
from unittest import mock

import numpy as np
import torch
import torch.nn.functional as F
from architectures import Relu
from captum.attr import (
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    NoiseTunnel,
    Saliency,
)
from seeded import Stream
from torch import nn

PROJECT = Path(__file__).resolve().parent.parent.parent


def with_torch_relus(model):
    """The same model with nn.ReLU in place of Relu: the only kind whose backward rule Captum changes."""
    for module in model.modules():
        for name, child in module.named_children():
            if isinstance(child, Relu) and child.ceiling == float("inf"):
                setattr(module, name, nn.ReLU())
    return model


def input_x_gradient(model, x, target):
    return InputXGradient(model).attribute(x.clone().requires_grad_(), target)[0].sum(0).detach()


def integrated_gradients(model, x, target, steps):
    explainer = IntegratedGradients(model)
    return explainer.attribute(x, torch.zeros_like(x), target, n_steps=steps, method="gausslegendre")[0].sum(0).detach()


def relu_rule(kind, model, x, target):
    """`kind`: Captum's Deconvolution or GuidedBackprop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(model).attribute(x.clone().requires_grad_(), target)[0].abs().amax(0).detach()


def noisy_copies(x, noise, samples, seed):
    """x + N(0, (noise · range)²) with the numbers of `gaussian(seededRandom(seed))`, rounded to float32 as ours are."""
    values = x[0].permute(1, 2, 0).reshape(-1).numpy()
    sigma = noise * (values.max() - values.min())
    pairs = Stream(seed).take(2 * -(-samples * values.size // 2)).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(1 - pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).reshape(-1)[: samples * values.size]
    noisy = (values + sigma * normal.reshape(samples, -1)).astype(np.float32).astype(np.float64)
    height, width = x.shape[2:]
    return torch.from_numpy(noisy.reshape(samples, height, width, 3)).permute(0, 3, 1, 2).contiguous()


def smooth_grad(model, x, target, noise, samples, seed, statistic):
    """Captum's noise tunnel, whose noise is ours."""
    kind = {"mean": "smoothgrad", "square": "smoothgrad_sq", "variance": "vargrad"}[statistic]
    given = noisy_copies(x, noise, samples, seed) - x
    with mock.patch.object(torch, "normal", lambda _mean, deviation: given.reshape(deviation.shape)):
        tunnel = NoiseTunnel(Saliency(model))
        found = tunnel.attribute(x, nt_type=kind, nt_samples=samples, stdevs=1.0, target=target, abs=False)
    return found[0].abs().amax(0).detach()


def grad_cam(model, layer, x, target):
    return LayerGradCam(model, layer).attribute(x, target, relu_attributions=True)[0, 0].detach()


def rise(model, x, target, masks, cells, visible, seed):
    """Sum of p(x ∘ M) M over the masks, by N·p₁ (Petsiuk et al. 2018); the masks as rise.ts documents them."""
    height, width = x.shape[2:]
    cell = [-(-length // cells) for length in (height, width)]
    sums = torch.zeros(height, width, dtype=torch.float64)
    for index in range(masks):
        stream = Stream((((index + 1) * 0x9E3779B1) ^ seed) & 0xFFFFFFFF)
        grid = torch.from_numpy((stream.take(cells * cells) < visible).astype(np.float64)).reshape(1, 1, cells, cells)
        top, left = (int(share * length) for share, length in zip(stream.take(2), cell))
        wide = F.interpolate(grid, [(cells + 1) * length for length in cell], mode="bilinear", align_corners=False)
        mask = wide[0, 0, top : top + height, left : left + width]
        with torch.no_grad():
            sums += model(x * mask).softmax(1)[0, target] * mask
    return sums / (masks * visible)


def superpixels(pixels, count):
    """The labels of src/explain/methods/superpixels.ts, which LIME's authors leave open; from the built project."""
    height, width, _ = pixels.shape
    script = f"""
        const {{ superpixels }} = require('./dist/explain/methods/superpixels.js');
        const pixels = new Uint8Array(Buffer.from(require('fs').readFileSync(0, 'utf8'), 'base64'));
        const {{ labels }} = superpixels({{ pixels, width: {width}, height: {height} }}, {{ count: {count} }});
        process.stdout.write(JSON.stringify([...labels]));
    """
    text = base64.b64encode(pixels.tobytes()).decode()
    done = subprocess.run(["node", "-e", script], input=text, capture_output=True, text=True, cwd=PROJECT, check=True)
    return np.array(json.loads(done.stdout)).reshape(height, width)


def lime(model, x, target, labels, samples, seed):
    """LimeImageExplainer's defaults: mean colours, cosine distances, √exp(−d²/0.25²), Ridge(alpha=1)."""
    # What else is here must run without it.
    from sklearn.linear_model import Ridge
    from sklearn.metrics import pairwise_distances

    count = labels.max() + 1
    shown = (Stream(seed).take((samples - 1) * count) < 0.5).reshape(samples - 1, count)
    shown = np.concatenate([np.ones((1, count), bool), shown]).astype(np.float64)
    flat = x[0].reshape(3, -1)
    index = torch.from_numpy(labels.reshape(-1))
    hidden = torch.stack([flat[:, index == label].mean(1) for label in range(count)], 1)[:, index].reshape(x.shape[1:])
    scores = []
    with torch.no_grad():
        for row in shown:
            visible = torch.from_numpy(row)[index].reshape(x.shape[2:])
            scores.append(float(model((x * visible + hidden * (1 - visible)))[0].softmax(0)[target]))
    distances = pairwise_distances(shown, shown[:1], metric="cosine").ravel()
    weights = np.sqrt(np.exp(-(distances**2) / 0.25**2))
    fitted = Ridge(alpha=1, fit_intercept=True).fit(shown, scores, sample_weight=weights)
    return torch.from_numpy(fitted.coef_[labels]), fitted.score(shown, scores, sample_weight=weights)


