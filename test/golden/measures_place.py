"""Writes what other libraries make of seeded maps and masks as measures of place: test/golden/measures_place.json.

    python test/golden/measures_place.py      (Quantus 0.6.0, scikit-learn, scikit-image, SciPy, NumPy)

Where a library differs from the paper or from src/explain/measures, it is asked so that the two can be compared:

- Quantus' PointingGame (Zhang et al. 2018) has no tolerance, so it gets the mask grown by it; and it takes every pixel
  that has the maximum, so that a plateau hits wherever one of its pixels does (TorchRay takes the first of them). Of a
  map with a plateau, `pointing` is therefore worked out here: the plateau's centre of mass by scikit-image, its distance
  from the mask by NumPy; Quantus' own answer is `quantus_pointing`.
- Its RelevanceMassAccuracy (Arras et al. 2022) adds up what it gets, negative values too, where the paper pools the
  colour channels to values that are not negative: it gets the positive part.
- Its RelevanceRankAccuracy and TopKIntersection (Theiner et al. 2022) take equal values in the order of NumPy's sort.
  Of maps with equal values at the cut, they get 4000 copies with the ties broken by lot, and `rank` and `top` are the
  means, `rank_error` and `top_error` their standard errors.
- TopKIntersection counts 1000 pixels by default; here 2 % of the map.
- Its AUC is scikit-learn's roc_curve and auc; `auc` is roc_auc_score, equal to it, which is asserted.
- The box is scikit-image's: label with eight neighbours of what is above 20 % of the maximum, regionprops' largest area.

`sobel` is scikit-image's filter of a grey picture, `blurred` SciPy's Gaussian with nothing beside the map, over the same
of ones: a mean of what lies inside. `correlations` are SciPy's Spearman of the maps' positive parts, and `overlap` what
two random sets of a tenth of n pixels have in common over what they have together, in the mean (SciPy's hypergeometric).
"""

import base64
import json
import warnings
from pathlib import Path

import numpy as np
import quantus
from scipy import ndimage, stats
from seeded import Stream
from skimage.filters import sobel
from skimage.measure import label, regionprops
from sklearn.metrics import roc_auc_score

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
HEIGHT, WIDTH = 21, 29
QUIET = {"normalise": False, "disable_warnings": True, "display_progressbar": False}


def uniform(seed):
    return Stream(seed).take(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)


def smooth(seed, sigma):
    return ndimage.gaussian_filter(uniform(seed) - 0.5, sigma)


def cells(seed):
    """A map of 3 × 4 cells, each with one value: plateaus and ties everywhere."""
    coarse = np.round(4 * Stream(seed).take(12)).reshape(3, 4)
    return np.kron(coarse, np.ones((7, 8)))[:HEIGHT, :WIDTH]


def boxed(*boxes):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    for top, left, bottom, right in boxes:
        mask[top : bottom + 1, left : right + 1] = True
    return mask


def disc(y, x, radius):
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return (rows - y) ** 2 + (columns - x) ** 2 <= radius**2


def distances(mask, y, x, tolerance):
    rows, columns = np.nonzero(mask)
    near = (np.abs(rows - y) <= tolerance) & (np.abs(columns - x) <= tolerance)
    return bool(np.any(near & ((rows - y) ** 2 + (columns - x) ** 2 <= tolerance**2 + 0.5)))


def ask(metric, values, mask, **options):
    return metric(**QUIET, **options).evaluate_batch(a_batch=values[..., None], s_batch=mask[..., None])


def one(metric, values, mask, **options):
    return float(ask(metric, values[None], mask[None], **options)[0])


def broken_ties(metric, values, mask, count, seed, **options):
    """The mean and its standard error over orders of equal values; both exact where none tie at the cut."""
    ordered = np.sort(values, axis=None)[::-1]
    if count == values.size or ordered[count - 1] != ordered[count]:
        return one(metric, values, mask, **options), 0.0
    gap = np.diff(np.unique(values)).min() if np.unique(values).size > 1 else 1
    copies = values + 0.5 * gap * np.random.default_rng(seed).random((4000, HEIGHT, WIDTH))
    scores = np.asarray(ask(metric, copies, np.repeat(mask[None], 4000, 0), **options), float)
    return float(scores.mean()), float(scores.std() / np.sqrt(scores.size))


def box(mask):
    pieces = regionprops(label(mask, connectivity=2))
    top, left, bottom, right = max(pieces, key=lambda piece: piece.area).bbox
    return boxed((top, left, bottom - 1, right - 1))


def encoded(values, kind):
    return base64.b64encode(np.ascontiguousarray(values, kind).tobytes()).decode()


def case(name, values, mask):
    values = values.astype(np.float32).astype(float)
    positive = np.maximum(values, 0)
    tolerance = int(np.floor(15 / 224 * WIDTH + 0.5))
    rows, columns = np.mgrid[-tolerance : tolerance + 1, -tolerance : tolerance + 1]
    reach = ndimage.binary_dilation(mask, rows**2 + columns**2 <= tolerance**2 + 0.5)
    quantus_pointing = one(quantus.PointingGame, values, reach)
    tops = regionprops(label(values == values.max(), connectivity=2))
    pointing = distances(mask, *tops[0].centroid, tolerance)
    if tops[0].area == 1:
        assert pointing == quantus_pointing, name
    auc = float(roc_auc_score(mask.ravel(), values.ravel()))
    assert abs(auc - one(quantus.AUC, values, mask)) < 1e-12
    k = max(1, round(0.02 * values.size))
    rank, rank_error = broken_ties(quantus.RelevanceRankAccuracy, values, mask, int(mask.sum()), 1)
    top, top_error = broken_ties(quantus.TopKIntersection, values, mask, k, 2, k=k)
    own = boxed(*[(r.min(), c.min(), r.max(), c.max()) for r, c in [np.nonzero(mask)]])
    piece = box(values > 0.2 * values.max())
    return {
        "name": name,
        "values": encoded(values, "<f4"),
        "mask": encoded(mask, "u1"),
        "mass": one(quantus.RelevanceMassAccuracy, positive, mask),
        "rank": rank,
        "rank_error": rank_error,
        "top": top,
        "top_error": top_error,
        "auc": auc,
        "pointing": float(pointing),
        "quantus_pointing": quantus_pointing,
        "reach": float(reach.mean()),
        "iou": float((piece & own).sum() / (piece | own).sum()),
    }


def main():
    two = boxed((2, 3, 8, 9), (12, 20, 18, 26))
    maps = {
        "noise": (uniform(1), boxed((5, 6, 14, 17))),
        "signed noise": (uniform(2) - 0.5, disc(10, 12, 6)),
        "smooth": (smooth(3, 2), disc(8, 20, 5)),
        "smooth, signed": (smooth(4, 3), boxed((0, 0, 9, 11))),
        "two objects": (smooth(5, 1.5), two),
        "cells": (cells(6), disc(10, 14, 7)),
        "cells, half of them negative": (cells(7) - 2, two),
        "a plateau astride": (np.where(boxed((3, 2, 5, 21)), 2.0, uniform(8)), boxed((2, 0, 12, 4))),
        "on the object": (disc(10, 14, 6) + 0.1 * uniform(9), disc(10, 14, 6)),
        "off the object": (disc(4, 4, 3) + 0.1 * uniform(10), disc(15, 22, 4)),
        "on its peak": (smooth(14, 2), disc(*np.unravel_index(smooth(14, 2).argmax(), (HEIGHT, WIDTH)), 3)),
        "two px off": (boxed((10, 19, 10, 19)) + 0.0, boxed((5, 6, 14, 17))),
        "three px off": (boxed((10, 20, 10, 20)) + 0.0, boxed((5, 6, 14, 17))),
        "two px off both ways": (boxed((16, 19, 16, 19)) + 0.0, boxed((5, 6, 14, 17))),
        "rectified": (np.maximum(0, smooth(11, 2) - 0.03), disc(9, 9, 5)),
    }
    # 64 steps of grey, so that a byte and its share of 255 are the same picture.
    grey = np.floor(64 * uniform(12)).astype(np.uint8) * 4
    blurred = uniform(13).astype(np.float32).astype(float)
    sigma = 0.1 * HEIGHT
    ones = ndimage.gaussian_filter(np.ones_like(blurred), sigma, mode="constant")
    names = ["smooth", "cells", "rectified", "noise"]
    rows = [np.maximum(0, maps[name][0].astype(np.float32)).ravel() for name in names]

    def overlap(n):
        k = round(n / 10)
        i = np.arange(k + 1)
        return float((stats.hypergeom(n, k, k).pmf(i) * i / (2 * k - i)).sum())

    golden = {
        "height": HEIGHT,
        "width": WIDTH,
        "cases": [case(name, *pair) for name, pair in maps.items()],
        "grey": encoded(grey, "u1"),
        "sobel": encoded(sobel(grey / 255), "<f4"),
        "sharp": encoded(blurred, "<f4"),
        "sigma": 0.1,
        "blurred": encoded(ndimage.gaussian_filter(blurred, sigma, mode="constant") / ones, "<f4"),
        "names": names,
        "correlations": [[float(stats.spearmanr(a, b).statistic) for b in rows] for a in rows],
        "overlap": {str(n): overlap(n) for n in [10, 609, 1000, 50176]},
    }
    (HERE / "measures_place.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
