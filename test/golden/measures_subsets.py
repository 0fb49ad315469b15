"""Writes what Quantus and Captum say of maps, by the same random subsets as Whylight's: test/golden/measures_subsets.json.

    python test/golden/measures_subsets.py      (torch, captum 0.9.0, quantus 0.6.0, NumPy, SciPy)

A seeded network on a seeded photo (seeded.py), and three maps: input × gradient (signed), its absolute value smoothed,
and noise. Networks run in float64. The subsets are drawn here as src/explain/measures/random-subsets.ts documents, from
mulberry32, and handed to the libraries in place of their own.

Where a library departs from its paper:
- Quantus' SensitivityN removes pixels in the order of the map, sums the map over the last step alone while the drop is
  that of all steps so far, and correlates over photos; of one photo SciPy then refuses the one pair of numbers.
  Ancona et al. (2018) draw random subsets of n pixels: that definition in NumPy is the reference.
- Quantus' FaithfulnessCorrelation removes single channels of pixels; here its subsets hold all three channels of a pixel,
  and the map has the same value in each, so that its sums are three times ours, which no correlation sees.
- Quantus' Sparseness adds 1e-7 to every value and its Complexity 1e-12 to every share in the logarithm: both are
  recorded beside the papers' definitions.
- Xplique's MuFidelity is written in NumPy as its source has it: cells of a grid, each removed if a uniform number is at
  most 0.2 (here below it, which differs for no number drawn), Spearman's correlation.
"""

import json
import warnings
from pathlib import Path
from unittest import mock

import numpy as np
import quantus
import torch
from architectures import ARCHITECTURES
from captum.metrics import infidelity
from methods import drawn_photo, normalised, packed
from networks import IMAGENET
from scipy.ndimage import uniform_filter
from scipy.stats import pearsonr, spearmanr
from seeded import Stream, fill

HERE = Path(__file__).parent
NETWORK = {"architecture": "tiny-resnet", "classes": 7, "seed": 9100, "height": 34, "width": 45, "photo": 9101}
SEED = 31
OPTIONS = {
    "faithfulness-correlation": {"subsets": 60, "share": 0.1, "fill": "zero"},
    "sensitivity-n": {"subsets": 30, "sizes": 4, "least": 0.02, "most": 0.7, "fill": "mean"},
    "mu-fidelity": {"subsets": 80, "cells": 5, "share": 0.2, "fill": "black"},
    "infidelity square": {"samples": 50, "side": 0.3, "fill": "zero"},
    "infidelity slopes": {"samples": 50, "side": 0.3, "fill": "mean", "slopes": True},
    "infidelity noise": {"samples": 20, "perturbation": "noisy-baseline", "noise": 0.3, "fill": "zero"},
}


class Wide(torch.nn.Module):
    """In float64, whatever it is given."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x.double())


def stream(index):
    return Stream((((index + 1) * 0x9E3779B1) & 0xFFFFFFFF) ^ SEED)


def of_size(source, count, size):
    """The first steps of a Fisher–Yates shuffle."""
    order = np.arange(count)
    for i, number in enumerate(source.take(size)):
        j = i + int(number * (count - i))
        order[[i, j]] = order[[j, i]]
    return order[:size]


def filled(x, kind):
    if kind == "zero":
        return torch.zeros_like(x)
    if kind == "mean":
        return x.mean((2, 3), keepdim=True).expand_as(x)
    return (-torch.tensor(IMAGENET["mean"]) / torch.tensor(IMAGENET["std"])).double().reshape(1, 3, 1, 1).expand_as(x)


def drops(model, x, target, removed, masks):
    """`masks`: copies × height × width, 1 where pixels go."""
    gone = torch.from_numpy(np.stack(masks))[:, None]
    with torch.no_grad():
        return (model(x)[0, target] - model(torch.where(gone, removed, x))[:, target]).numpy()


def faithfulness_correlation(model, x, target, values, subsets, share, fill):
    area = values.size
    draws = [of_size(stream(index), area, round(share * area)) for index in range(subsets)]
    channels = iter([np.concatenate([draw + channel * area for channel in range(3)]) for draw in draws])
    with mock.patch.object(np.random, "choice", lambda *_, **__: next(channels)):
        metric = quantus.FaithfulnessCorrelation(
            nr_runs=subsets, subset_size=3 * len(draws[0]), perturb_baseline=0.0, disable_warnings=True
        )
        (value,) = metric(
            model=model,
            x_batch=x.numpy().astype(np.float32),
            y_batch=np.array([target]),
            a_batch=values[None, None].astype(np.float64),
            device="cpu",
            channel_first=True,
        )
    return {"value": float(value)}


def sensitivity_n(model, x, target, values, subsets, sizes, least, most, fill):
    area, flat = values.size, values.astype(np.float64).ravel()
    y = []
    for i in range(sizes):
        size = round(least * (most / least) ** (i / (sizes - 1)) * area)
        masks, sums = [], []
        for index in range(i * subsets, (i + 1) * subsets):
            draw = of_size(stream(index), area, size)
            masks.append(np.isin(np.arange(area), draw).reshape(values.shape))
            sums.append(flat[draw].sum())
        y.append(float(pearsonr(sums, drops(model, x, target, filled(x, fill), masks))[0]))
    return {"value": float(np.mean(y)), "curve": y}


def mu_fidelity(model, x, target, values, subsets, cells, share, fill):
    height, width = values.shape
    rows = ((np.arange(height) + 0.5) * cells / height).astype(int)
    columns = ((np.arange(width) + 0.5) * cells / width).astype(int)
    masks = []
    for index in range(subsets):
        grid = (stream(index).take(cells * cells) < share).reshape(cells, cells)
        masks.append(grid[rows][:, columns])
    sums = [values.astype(np.float64)[mask].sum() for mask in masks]
    return {"value": float(spearmanr(sums, drops(model, x, target, filled(x, fill), masks))[0])}


def perturbed(x, samples, fill, side=None, perturbation="square", noise=None, slopes=False):
    """The perturbations I and the perturbed inputs, as Captum takes them."""
    height, width = x.shape[2:]
    removed = filled(x, fill)
    copies, weights = [], []
    for index in range(samples):
        source = stream(index)
        if perturbation == "square":
            length = round(side * min(height, width))
            top, left = (int(share * (most - length + 1)) for share, most in zip(source.take(2), (height, width)))
            mask = torch.zeros(1, 1, height, width, dtype=torch.bool)
            mask[:, :, top : top + length, left : left + length] = True
            copy = torch.where(mask, removed, x)
        else:
            pairs = source.take(2 * -(-x.numel() // 2)).reshape(-1, 2)
            radius, angle = np.sqrt(-2 * np.log(1 - pairs[:, 0])), 2 * np.pi * pairs[:, 1]
            normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).reshape(-1)[: x.numel()]
            copy = removed + noise * torch.from_numpy(normal.reshape(1, height, width, 3)).permute(0, 3, 1, 2)
            copy = copy.float().double()
        copies.append(copy)
        weights.append(x - copy if slopes or perturbation != "square" else mask.double().expand_as(x))
    return torch.cat(weights), torch.cat(copies)


def infidelities(model, x, target, values, slopes=False, **options):
    weights, copies = perturbed(x, slopes=slopes, **options)
    attribution = torch.from_numpy(values.astype(np.float64)).expand_as(x).clone()
    if not slopes and options.get("perturbation", "square") == "square":
        attribution[:, 1:] = 0  # Each pixel counts once, not once a channel.
    result = {}
    for name, normalise in (("normalised", True), ("raw", False)):
        found = infidelity(
            model,
            lambda _: (weights, copies),
            x,
            attribution,
            target=target,
            n_perturb_samples=len(copies),
            normalize=normalise,
        )
        result[name] = float(found[0])
    return result


def forms(values):
    batch = {
        "model": None,
        "x_batch": values[None, None].astype(np.float64),
        "y_batch": np.array([0]),
    }
    library = {
        "sparseness": quantus.Sparseness,
        "complexity": quantus.Complexity,
        "above": quantus.EffectiveComplexity,
    }
    found = {
        name: float(kind(disable_warnings=True)(**batch, a_batch=values[None, None].astype(np.float64))[0])
        for name, kind in library.items()
    }
    shares = np.sort(np.abs(values.astype(np.float64)).ravel())
    shares /= shares.sum()
    count = len(shares)
    positive = shares[shares > 0]
    entropy = -(positive * np.log(positive)).sum()
    weights = (count - np.arange(1, count + 1) + 0.5) / count
    paper = {
        "sparseness": 1 - 2 * (shares * weights).sum(),
        "complexity": entropy,
        "effective-size": np.exp(entropy) / count,
        "half": (np.searchsorted(np.cumsum(shares[::-1]), 0.5) + 1) / count,
    }
    return {"quantus": found, "paper": {name: float(value) for name, value in paper.items()}}


def rounded(values):
    """As `packed` keeps it."""
    bits = np.ascontiguousarray(values, "<f4").view("<u4")
    return ((bits + 128) & np.uint32(0xFFFFFF00)).view("<f4")


def maps(model, x, target):
    leaf = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(model(leaf)[0, target], leaf)
    product = (slope * x)[0].sum(0).numpy()
    smooth = uniform_filter(np.abs(product), 7, mode="nearest")
    noise = Stream(SEED + 1).take(product.size).reshape(product.shape)
    found = {"input-x-gradient": product, "smooth": smooth, "noise": noise}
    return {name: rounded(values.astype(np.float32)) for name, values in found.items()}


def main():
    height, width = NETWORK["height"], NETWORK["width"]
    model = ARCHITECTURES[NETWORK["architecture"]](NETWORK["classes"]).double().eval()
    fill(model, NETWORK["seed"])
    model = Wide(model).eval()
    x = normalised(drawn_photo(height, width, NETWORK["photo"]), **IMAGENET).double()
    with torch.no_grad():
        logits = model(x)
    target = int(logits[0].argmax())
    functions = {
        "faithfulness-correlation": faithfulness_correlation,
        "sensitivity-n": sensitivity_n,
        "mu-fidelity": mu_fidelity,
        "infidelity": infidelities,
    }
    results = {}
    for name, values in maps(model, x, target).items():
        measured = {
            key: functions[key.split(" ")[0]](model, x, target, values, **options) for key, options in OPTIONS.items()
        }
        results[name] = {"values": packed(torch.from_numpy(values)), "measures": measured, "forms": forms(values)}
        print(name, json.dumps(measured))
    record = {
        "libraries": {"quantus": "0.6.0", "captum": "0.9.0"},
        **NETWORK,
        "target": target,
        "logit": float(logits[0, target]),
        "measureSeed": SEED,
        "options": OPTIONS,
        "maps": results,
    }
    (HERE / "measures_subsets.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
