"""Writes what SciPy computes as BCa intervals from the same resamples: test/golden/bootstrap.json.

    python test/golden/bootstrap.py      (SciPy 1.17, NumPy)

SciPy draws its resamples from the seeded stream of src/explain/random.ts, so the two differ by nothing but how they take
a quantile: SciPy interpolates between two of the sorted resamples, `bootstrapEstimate` takes one. `gap` is the largest
step between neighbours among the six resamples about each end, [low, high]: as far as the two may be apart.
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats
from seeded import Stream

HERE = Path(__file__).parent


class Mulberry(np.random.Generator):
    """A generator whose whole numbers come from the seeded stream."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(0))
        self.stream = Stream(seed)

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        assert low == 0 and not endpoint
        return np.floor(self.stream.take(int(np.prod(size))) * high).astype(dtype).reshape(size)


def pearson(a, b, axis=-1):
    a = a - a.mean(axis=axis, keepdims=True)
    b = b - b.mean(axis=axis, keepdims=True)
    return (a * b).sum(axis=axis) / np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))


STATISTICS = {
    "mean": lambda a, axis=-1: a.mean(axis=axis),
    "variance": lambda a, axis=-1: a.var(axis=axis),
    "ratio": lambda a, b, axis=-1: a.mean(axis=axis) / b.mean(axis=axis),
    "correlation": pearson,
}


def case(name, statistic, columns, resamples, seed):
    result = stats.bootstrap(
        columns,
        STATISTICS[statistic],
        paired=len(columns) > 1,
        vectorized=True,
        n_resamples=resamples,
        method="BCa",
        rng=Mulberry(seed),
    )
    ends = [float(result.confidence_interval.low), float(result.confidence_interval.high)]
    resampled = np.sort(result.bootstrap_distribution)

    def gap(end):
        at = int(np.searchsorted(resampled, end))
        return float(np.diff(resampled[max(0, at - 3) : at + 3]).max())

    return {
        "name": name,
        "statistic": statistic,
        "cases": np.stack(columns, axis=1).tolist(),
        "resamples": resamples,
        "seed": seed,
        "value": float(STATISTICS[statistic](*columns)),
        "low": ends[0],
        "high": ends[1],
        "gap": [gap(end) for end in ends],
    }


rng = np.random.default_rng(14)
skewed = rng.exponential(size=25).round(4)
a = rng.normal(2, 1, size=40).round(4)
b = (0.7 * a + rng.normal(3, 1, size=40)).round(4)
golden = {
    "intervals": [
        case("the mean of skewed cases", "mean", (skewed,), 2000, 0),
        case("the mean of six cases", "mean", (skewed[:6],), 2000, 5),
        case("a share, whose resamples tie", "mean", ((skewed < 1.8).astype(float),), 2000, 1),
        case("the variance of skewed cases", "variance", (skewed,), 4000, 2),
        case("a ratio of means", "ratio", (a, b), 2000, 3),
        case("a correlation", "correlation", (a, b), 2000, 4),
    ],
    "normal": [{"z": z, "share": float(stats.norm.cdf(z))} for z in (-4, -2.5, -1, -0.1, 0, 0.3, 1.5, 3)],
}
(HERE / "bootstrap.json").write_text(json.dumps(golden) + "\n")
for one in golden["intervals"]:
    print(one["name"], one["value"], one["low"], one["high"], one["gap"])
