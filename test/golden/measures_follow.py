"""Writes what Quantus, pytorch-grad-cam and NumPy make of the measures that remove pixels: test/golden/measures_follow.json.

    python test/golden/measures_follow.py   (torch, quantus 0.6.0, grad-cam 1.5.7, SciPy; after `npm run build`)

Where a library differs from the paper, what it computes is written beside what the paper says, which `definitions`
below computes in NumPy; the measures keep to the paper:

- Quantus' PixelFlipping leaves the photo itself out of its curve, and its area has a width of 1 for a step: a flat curve
  of p over n steps has p (n − 1), not p.
- Quantus' IROF likewise: with S superpixels it is S − AUC over 1 … S, which of a probability that never falls is 1, not 0,
  and grows with S. With its default baseline the mean is taken again of the picture without the superpixels that went
  before. Its curve leaves out the superpixels' share 0, which the paper sums too.
  Its own fill refuses a mask of one channel for a photo of three, which is what IROF hands to it: `without` stands for it.
- Quantus' ROAD counts whether the class is still the best one, of the first batch alone: of one photo a row of 0 and 1, no
  probability. What is compared is its imputation, which pytorch-grad-cam shares (both are taken from the authors' code).
- pytorch-grad-cam's DropInConfidence is P(I) − P(M ∘ I) at least 0: the paper divides by P(I).
"""

import json
import warnings
from pathlib import Path
from unittest import mock

import numpy as np
import quantus
import torch
from architectures import ARCHITECTURES
from methods import drawn_photo, normalised
from networks import IMAGENET
from pytorch_grad_cam.metrics.cam_mult_image import DropInConfidence, IncreaseInConfidence
from pytorch_grad_cam.metrics.road import NoisyLinearImputer
from pytorch_grad_cam.utils.model_targets import ClassifierOutputSoftmaxTarget
from quantus.functions.perturb_func import noisy_linear_imputation
from references import superpixels
from scipy.ndimage import gaussian_filter
from seeded import Stream, fill

HERE = Path(__file__).parent
# Quantus 0.6.0 calls it by the name that NumPy 2.4 took away.
np.trapz = np.trapezoid
ARCHITECTURE, SEED, HEIGHT, WIDTH, CLASSES = "tiny-resnet", 41, 24, 30, 5
STEP = 20
SEGMENTS = 14


def smooth(seed):
    """Signed, and no two values alike, as `smoothMap` of the test draws it."""
    a = 2 * Stream(seed).take(HEIGHT * WIDTH) - 1
    bump = np.exp(-(((np.arange(HEIGHT) - 9) ** 2)[:, None] + (np.arange(WIDTH) - 18) ** 2) / 60)
    return (0.3 * a.reshape(HEIGHT, WIDTH) + bump).astype(np.float32)


def area(curve):
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def probabilities(model, batch, target):
    with torch.no_grad():
        return model(torch.as_tensor(np.asarray(batch))).softmax(1)[:, target].numpy().astype(np.float64)


def removal_curve(model, x, target, order, base):
    """P(c | x without the first k · STEP pixels of the order), k = 0, 1, …; what is gone shows the base (C×H×W)."""
    copies = []
    for gone in range(0, HEIGHT * WIDTH + 1, STEP):
        flat = x.reshape(3, -1).copy()
        flat[:, order[:gone]] = base.reshape(3, -1)[:, order[:gone]]
        copies.append(flat.reshape(x.shape))
    return probabilities(model, copies, target)


def rise_blur(x):
    """Of RISE's evaluation: `gkern(11, 5)` as the kernel of a convolution with zeros around the picture."""
    point = np.zeros((11, 11))
    point[5, 5] = 1
    kernel = torch.from_numpy(gaussian_filter(point, 5).astype(np.float32))[None, None]
    planes = torch.from_numpy(x)[:, None]
    return torch.nn.functional.conv2d(planes, kernel, padding=5)[:, 0].numpy()


def imputed(x, gone):
    """ROAD's equations, written densely: (weights inside the picture) · v = Σ weights of neighbours · theirs."""
    places = np.flatnonzero(gone)
    index = {int(place): i for i, place in enumerate(places)}
    matrix, right = np.zeros((len(places), len(places))), np.zeros((len(places), 3))
    for i, place in enumerate(places):
        y, column = divmod(int(place), WIDTH)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                v, u = y + dy, column + dx
                if (dy, dx) == (0, 0) or not (0 <= v < HEIGHT and 0 <= u < WIDTH):
                    continue
                weight = 1 / 12 if dy and dx else 1 / 6
                matrix[i, i] += weight
                if gone[v * WIDTH + u]:
                    matrix[i, index[v * WIDTH + u]] -= weight
                else:
                    right[i] += weight * x[:, v, u]
    result = x.reshape(3, -1).copy()
    result[:, places] = np.linalg.solve(matrix, right).T
    return result.reshape(x.shape)


def definitions(model, x, target, values, labels):
    """The papers' numbers, in NumPy."""
    order = np.argsort(-values.reshape(-1), kind="stable")
    zero, blurred = np.zeros_like(x), rise_blur(x)
    mif = removal_curve(model, x, target, order, zero)
    lif = removal_curve(model, x, target, order[::-1], zero)
    insertion = removal_curve(model, x, target, order[::-1], blurred)[::-1]
    count = labels.max() + 1
    means = np.array([values[labels == label].mean(dtype=np.float64) for label in range(count)])
    copies = [x]
    for label in np.argsort(-means):
        copies.append(np.where(labels == label, 0, copies[-1]).astype(np.float32))
    irof = probabilities(model, copies, target)
    irof = irof / irof[0]
    mask = (values - values.min()) / (values.max() - values.min())
    photo, masked = probabilities(model, [x, x * mask], target)
    return {
        "mif": mif.tolist(),
        "lif": lif.tolist(),
        "insertion": insertion.tolist(),
        "areas": {"deletion": area(mif), "lif": area(lif), "insertion": area(insertion), "gain": area(lif) - area(mif)},
        "irof": {"curve": irof.tolist(), "value": 1 - area(irof)},
        "masked": {
            "photo": photo,
            "through": masked,
            "drop": max(0, photo - masked) / photo,
            "increase": int(masked > photo),
            "gain": max(0, masked - photo) / (1 - photo),
        },
    }


def without(arr, mask, **_):
    return np.where(mask, 0, arr).astype(np.float32)


def libraries(model, x, target, values, labels):
    """What Quantus and pytorch-grad-cam say of the same."""
    batch = {"x_batch": x[None], "y_batch": np.array([target]), "a_batch": values[None, None], "softmax": True}
    quiet = {"normalise": False, "disable_warnings": True}
    flipping = {"features_in_step": 3 * STEP, "perturb_baseline": 0.0, **quiet}
    mif = quantus.PixelFlipping(**flipping)(model=model, **batch, channel_first=True)[0]
    lif = quantus.PixelFlipping(**flipping)(
        model=model, **{**batch, "a_batch": -values[None, None]}, channel_first=True
    )[0]
    with mock.patch("quantus.helpers.utils.get_superpixel_segments", lambda **_: labels):
        irof = quantus.IROF(perturb_func=without, **quiet)(model=model, **batch, channel_first=True)[0]
    mask = (values - values.min()) / (values.max() - values.min())
    asked = (torch.from_numpy(x[None]), mask[None], [ClassifierOutputSoftmaxTarget(target)], model)
    return {
        "mif": np.asarray(mif, float).tolist(),
        "lif": np.asarray(lif, float).tolist(),
        "irof": float(irof),
        "drop": float(DropInConfidence()(*asked)[0]),
        "increase": float(IncreaseInConfidence()(*asked)[0]),
    }


def agree(a, b, what, tolerance=2e-5):
    """A definition and a library that should not differ."""
    worst = float(np.max(np.abs(np.asarray(a, float) - np.asarray(b, float))))
    print(f"{what}: {worst:.1e}")
    if not worst < tolerance:
        raise SystemExit(f"{what} differs by {worst}")


def case(map_seed, model, x, target, labels):
    values = smooth(map_seed)
    assert len(np.unique(values)) == values.size
    paper, library = definitions(model, x, target, values, labels), libraries(model, x, target, values, labels)
    agree(paper["mif"][1:], library["mif"], "PixelFlipping, highest first")
    agree(paper["lif"][1:], library["lif"], "PixelFlipping, lowest first")
    # The library's area is that of the last S points, a width of 1 each, and taken from S.
    curve = paper["irof"]["curve"]
    agree(len(curve) - 1 - float(np.trapezoid(curve[1:])), library["irof"], "IROF", 2e-4)
    masked = paper["masked"]
    agree(masked["drop"] * masked["photo"], library["drop"], "average drop")
    agree(masked["increase"], library["increase"], "increase in confidence")
    return {"seed": map_seed, "target": target, "paper": paper, "library": library}


def imputation(x, seed, share):
    """Half of what is gone lies in one piece."""
    gone = Stream(seed).take(HEIGHT * WIDTH) < share
    gone.reshape(HEIGHT, WIDTH)[: HEIGHT // 2, 3:] = True
    paper = imputed(x.astype(np.float64), gone)
    library = noisy_linear_imputation(x.astype(np.float64).copy(), np.flatnonzero(gone), noise=0)
    kept = torch.from_numpy((~gone).reshape(HEIGHT, WIDTH).astype(np.float32))
    other = NoisyLinearImputer(noise=0)(torch.from_numpy(x), kept).numpy()
    agree(paper, library, "Quantus' imputation", 1e-9)
    agree(paper, other, "pytorch-grad-cam's imputation")
    places = np.flatnonzero(gone)
    return {"seed": seed, "share": share, "values": np.round(paper.reshape(3, -1)[:, places].T, 6).ravel().tolist()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    model = ARCHITECTURES[ARCHITECTURE](CLASSES).eval()
    fill(model, SEED)
    pixels = drawn_photo(HEIGHT, WIDTH, SEED + 1)
    x = normalised(pixels, **IMAGENET)[0].numpy()
    with torch.no_grad():
        best, second = (int(index) for index in model(torch.from_numpy(x[None]))[0].argsort(descending=True)[:2])
    labels = superpixels(pixels, SEGMENTS)
    record = {
        "versions": {"torch": torch.__version__, "quantus": quantus.__version__, "numpy": np.__version__},
        "architecture": ARCHITECTURE,
        "seed": SEED,
        "size": [HEIGHT, WIDTH],
        "classes": CLASSES,
        "step": STEP,
        "segments": SEGMENTS,
        "riseBlur": np.round(rise_blur(x).transpose(1, 2, 0).ravel()[::7].astype(float), 6).tolist(),
        "imputations": [imputation(x, 51, 0.2), imputation(x, 52, 0.85)],
        "maps": [case(seed, model, x, target, labels) for seed, target in ((61, best), (62, second))],
    }
    (HERE / "measures_follow.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
