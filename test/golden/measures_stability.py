"""Writes what the field's libraries make of the measures of stability and randomisation: test/golden/measures_stability.json.

    python test/golden/measures_stability.py      (PyTorch, Captum 0.9, Quantus 0.6.0, scikit-image, SciPy; as methods.py)

Draws and parameters come from the seeded stream of src/explain/random.ts, so that libraries differ by nothing but what they
compute. As in methods.py references are computed in float64, and photos where a ReLU's input is zero but for rounding, on any
draw, are passed over.

Where Quantus 0.6.0 is not its papers, and what is done about it here:
- MPRT's average holds the original map's similarity to itself, 1, as if it were a step; `average` is
  that, and the measure's own mean is over the steps.
- SmoothMPRT compares each smooth map of a random network with the plain map of the original; here the original's smooth map is
  handed to it as `a_batch`, as in Hedström et al. 2024. It asks its own `explain` for the gradient, whatever `explain_func` is,
  draws new noise for each network and takes the last copy without any; here its mean over copies is put in its place: of the
  method asked for, with the same noise for each network.
- EfficientMPRT chooses its number of bins by rules that take the number of axes for the number of pixels; it is given 100.
- RelativeInputStability and RelativeOutputStability are NaN where one draw changes the best class (the paper leaves such draws
  out), and put 1e-6 where they would divide by 0 exactly, whatever the map's unit; maps here are scaled to a largest value of 1.
"""

import json
from itertools import cycle
from pathlib import Path
from unittest import mock

import numpy as np
import quantus
import torch
from architectures import ARCHITECTURES
from captum.metrics import sensitivity_max
from methods import closest_gate, drawn_photo
from quantus.functions.complexity_func import discrete_entropy
from scipy.stats import spearmanr
from seeded import Stream, fill
from skimage.feature import hog
from skimage.metrics import structural_similarity
from torch import nn

HERE = Path(__file__).parent
HEIGHT, WIDTH, CLASSES, CASE_SEED = 33, 42, 5, 3
BLOCKS = [("conv1.", "bn1."), ("layer1.",), ("layer2.",), ("layer3.",), ("fc.",)]


def numbers(values):
    return [float(f"{v:.10g}") for v in np.asarray(values, np.float64).ravel()]


def picture(kind, height, width, seed):
    """The pictures of `picture` in test/explain/measures/similarity/map-similarity.test.ts."""
    values = Stream(seed).take(height * width).reshape(height, width)
    if kind == "steps":
        return np.floor(4 * values) / 4
    if kind == "ramp":
        return values * 0.1 + (np.arange(width) / width)[None] + (np.arange(height) / height)[:, None]
    if kind == "flat":
        return np.where(np.arange(width)[None] < width // 2, 0.0, values)
    return values


def similarity(kinds, height, width, seed):
    a, b = picture(kinds[0], height, width, seed), picture(kinds[1], height, width, seed + 1)
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 2.0}
    return {
        "kinds": kinds,
        "height": height,
        "width": width,
        "seed": seed,
        "ssim": float(structural_similarity(a, b, **options)),
        "spearman": float(spearmanr(a.ravel(), b.ravel())[0]),
        # scikit-image 0.26's default cells, blocks and orientations; their normalisation is L2-Hys.
        "hog": numbers(hog(a)) if min(height, width) >= 24 else None,
        "entropy": float(discrete_entropy(a, a, n_bins=100)),
    }


def stream_of(index):
    return Stream((((index + 1) * 0x9E3779B1) ^ CASE_SEED) & 0xFFFFFFFF)


def moved(values, move):
    """float32 sums of H×W×C, as `nearbyInputs` makes them."""
    return (values.astype(np.float64) + move).astype(np.float32)


def channel_first(values):
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def normal(stream, count):
    """`gaussian` of src/explain/random.ts."""
    pairs = stream.take(2 * -(-count // 2)).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(1 - pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).ravel()[:count]


class Double(nn.Module):
    """Quantus hands float32 to a model; this one computes in float64."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x.double())


def build(state=None, seed=None):
    inner = ARCHITECTURES["tiny-resnet"](CLASSES).double().eval()
    if seed is not None:
        fill(inner, seed)
    for name, value in inner.state_dict().items():
        if state is not None and name in state:
            value.copy_(state[name])
    return Double(inner).eval()


def redrawn(seed):
    """`randomParameters` of src/explain/network/random-parameters.ts."""
    stream, result = Stream(seed), {}
    for name, value in ARCHITECTURES["tiny-resnet"](CLASSES).state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if value.ndim > 1:
            bound = np.sqrt(6 / (value.numel() / value.shape[0]))
            drawn = ((2 * stream.take(value.numel()) - 1) * bound).astype(np.float32)
            result[name] = torch.from_numpy(drawn.reshape(tuple(value.shape))).double()
        else:
            one = name.endswith(("bn1.weight", "bn2.weight", "downsample.1.weight", "running_var"))
            result[name] = torch.full_like(value.double(), float(one))
    return result


def random_models(seed, order):
    state = {name: value.clone() for name, value in build(seed=seed).inner.state_dict().items()}
    drawn, models = redrawn(CASE_SEED), []
    for prefixes in BLOCKS if order == "bottom_up" else BLOCKS[::-1]:
        state.update({name: value for name, value in drawn.items() if name.startswith(prefixes)})
        models.append((prefixes[0], build(state)))
    return models


def saliency(model, inputs, targets, **_):
    x = torch.as_tensor(inputs).double().requires_grad_()
    # Captum asks where gradients are turned off.
    with torch.enable_grad():
        chosen = model(x)[torch.arange(len(x)), torch.as_tensor(np.asarray(targets)).long()]
        (gradient,) = torch.autograd.grad(chosen.sum(), x)
    return gradient.abs().amax(1, keepdim=True).numpy()


def scaled_saliency(model, inputs, targets, scale=1.0, **_):
    return saliency(model, inputs, targets) / scale


def perturbed(inputs):
    """A perturbation for Quantus that gives our draws one after another."""
    source = cycle(inputs)
    return lambda arr, indices, **_: next(source).reshape(arr.shape)


def clean_case(seed):
    """The first photo from this seed on of which no draw lies at a gate."""
    model = build(seed=seed)
    values = drawn_photo(HEIGHT, WIDTH, seed + 1).astype(np.float32) / np.float32(255)
    size = values.shape
    near = [moved(values, (2 * stream_of(i).take(values.size).reshape(size) - 1) * 0.02) for i in range(4)]
    sigma = 0.1 * float(values.max() - values.min())
    noise = [normal(stream_of(i), values.size).reshape(size) for i in range(3)]
    noisy = [moved(values, sigma * one) for one in noise]
    models = [model] + [one for order in ("bottom_up", "top_down") for _, one in random_models(seed, order)]
    asked = [(model, near)] + [(one, [values, *noisy]) for one in models]
    gates = [closest_gate(one.inner, torch.from_numpy(channel_first(x)).double()) for one, xs in asked for x in xs]
    if min(gates) < 1e-6:
        return clean_case(seed + 1)
    return seed, model, values, near, noise


def end_to_end():
    seed, model, values, near, noise = clean_case(100)
    x = channel_first(values)
    with torch.no_grad():
        target = int(model(torch.from_numpy(x))[0].argmax())
    y = np.array([target])
    original = saliency(model, x, y)
    inputs = [channel_first(one) for one in near]

    source = cycle(inputs)
    captum = sensitivity_max(
        lambda given: (torch.from_numpy(saliency(model, given[0].detach(), np.full(len(given[0]), target))),),
        torch.from_numpy(x),
        perturb_func=lambda given: (torch.from_numpy(np.concatenate([next(source) for _ in range(len(given))])),),
        n_perturb_samples=len(inputs),
    )
    plain = {"abs": False, "normalise": False, "disable_warnings": True}
    maximal = quantus.MaxSensitivity(nr_samples=len(inputs), perturb_func=perturbed(inputs), **plain)
    asked = {"model": model, "x_batch": x, "y_batch": y, "explain_func": saliency}
    result = {
        "seed": seed,
        "caseSeed": CASE_SEED,
        "height": HEIGHT,
        "width": WIDTH,
        "classes": CLASSES,
        "target": target,
        "draws": len(inputs),
        "samples": len(noise),
        "captumMaxSensitivity": float(captum),
        "quantusMaxSensitivity": float(maximal(**asked)[0]),
    }
    scale = float(original.max())
    for name, measure in [
        ("relativeInputStability", quantus.RelativeInputStability),
        ("relativeOutputStability", quantus.RelativeOutputStability),
    ]:
        one = measure(nr_samples=len(inputs), perturb_func=perturbed(inputs), **plain)
        result[name] = float(
            one(
                model=model,
                x_batch=x,
                y_batch=y,
                explain_func=scaled_saliency,
                explain_func_kwargs={"scale": scale},
            )[0]
        )
    wrapper = quantus.helpers.model.pytorch_model.PyTorchModel
    for order in ("bottom_up", "top_down"):
        models = random_models(seed, order)
        with (
            mock.patch.object(wrapper, "get_random_layer_generator", lambda *_, models=models, **__: iter(models)),
            mock.patch.object(wrapper, "random_layer_generator_length", len(models)),
        ):
            for average, key in [(False, "steps"), (True, "average")]:
                mprt = quantus.MPRT(layer_order=order, return_average_correlation=average, disable_warnings=True)
                scores = mprt(**asked)
                result[f"{key} {order}"] = (
                    float(scores[0]) if average else numbers([one[0] for name, one in scores.items() if name != "original"])
                )
            if order == "top_down":
                continue
            efficient = quantus.EfficientMPRT(complexity_func_kwargs={"n_bins": 100}, **plain)
            result["efficient"] = float(efficient(**asked)[0])
            sigma = 0.1 * float(values.max() - values.min())
            noisy = [channel_first(moved(values, sigma * one)) for one in noise]

            def smooth(model, noisy=noisy, **_):
                return np.mean([saliency(model, one, y) for one in noisy], 0)

            with mock.patch.object(quantus.SmoothMPRT, "explain_smooth_batch_numpy", lambda _, **given: smooth(**given)):
                one = quantus.SmoothMPRT(layer_order=order, nr_samples=len(noise), disable_warnings=True)
                scores = one(**asked, a_batch=smooth(model))
            result["smooth"] = numbers([score[0] for name, score in scores.items() if name != "original"])
    return result


if __name__ == "__main__":
    cases = [
        similarity(["noise", "noise"], 24, 31, 1),
        similarity(["ramp", "ramp"], 37, 45, 3),
        similarity(["steps", "ramp"], 26, 24, 5),
        similarity(["flat", "steps"], 11, 17, 7),
        similarity(["flat", "flat"], 41, 29, 9),
    ]
    text = json.dumps({"similarity": cases, "stability": end_to_end()}, indent=1)
    (HERE / "measures_stability.json").write_text(text + "\n")
