"""The intervals of docs/claims.md. An estimate is {value, low, high, count}; `reach` is t · s / √n where it is Student's."""

import math

import numpy as np

Z = 1.959963984540054


def normal_quantile(share):
    """The z below which a standard normal variable lies with this chance, by bisection."""
    return bisect(lambda z: 0.5 * math.erfc(-z / math.sqrt(2)) - share, -40, 40)


def student_quantile(freedom, share=0.975):
    """Student's t, exactly: by bisection of its distribution, an incomplete beta function."""
    return bisect(lambda t: 1 - 0.5 * incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5) - share, 0, 1e4)


def bisect(function, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def incomplete_beta(x, a, b):
    """Regularised, by the continued fraction (Lentz's way)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    result = d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / (1 + term * d or tiny), 1 + term / c or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * result


def estimate(value, low, high, count, reach=0.0):
    return {'value': float(value), 'low': float(low), 'high': float(high), 'count': int(count), 'reach': float(reach)}


def mean(values, least=0.0, largest=1.0):
    """A mean of n scene values with Student's interval, or one of the two that stand in for it."""
    values = np.asarray(values, float)
    n, value, reach = len(values), values.mean(), 0.0
    if n < 6:
        below = above = (largest - least) * math.sqrt(math.log(40) / (2 * n))
    elif values.max() - values.min() <= 1e-6 * (largest - least):
        q = 1 - 0.05 ** (1 / n)
        below, above = q * (value - least), q * (largest - value)
    else:
        below = above = reach = student_quantile(n - 1) * values.std(ddof=1) / math.sqrt(n)
    return estimate(value, max(least, value - below), min(largest, value + above), n, reach)


def mean_difference(first, second):
    """A mean of differences of two shares of the same scenes."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    level = [values.max() - values.min() <= 1e-6 for values in (first, second)]
    if len(first) < 6 or level[0] == level[1]:
        return mean(first - second, -1, 1)
    a, b = mean(first), mean(second)
    value = a['value'] - b['value']
    below = math.hypot(a['value'] - a['low'], b['high'] - b['value'])
    above = math.hypot(a['high'] - a['value'], b['value'] - b['low'])
    return estimate(value, value - below, value + above, len(first), max(a['reach'], b['reach']))


def wilson(hits, n, z=Z):
    p = hits / n
    centre = p + z * z / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (centre - reach) / (1 + z * z / n)), min(1.0, (centre + reach) / (1 + z * z / n))


def share(answers):
    answers = np.asarray(answers, bool)
    return estimate(answers.mean(), *wilson(answers.sum(), len(answers)), len(answers))


def paired(first, second):
    """Newcombe's interval 10 of a difference of two shares of the same cases, with his continuity correction of φ."""
    first, second = np.asarray(first, bool), np.asarray(second, bool)
    n = len(first)
    both, one = int((first & second).sum()), int((first & ~second).sum())
    other, none = int((~first & second).sum()), int((~first & ~second).sum())
    product = (both + one) * (other + none) * (both + other) * (one + none)
    numerator = both * none - one * other
    if numerator > 0:
        numerator = max(numerator - n / 2, 0)
    phi = numerator / math.sqrt(product) if product > 0 else 0.0
    p, q = (both + one) / n, (both + other) / n
    (p_low, p_high), (q_low, q_high) = wilson(both + one, n), wilson(both + other, n)
    root = lambda a, b: math.sqrt(max(a * a - 2 * phi * a * b + b * b, 0))
    return estimate(p - q, p - q - root(p - p_low, q_high - q), p - q + root(p_high - p, q - q_low), n)


def least_share(groups):
    """Place and estimate of the least of several groups' shares; `groups` are (hits, n)."""
    z = normal_quantile(1 - 0.025 / len(groups))
    ends = [wilson(hits, n, z) for hits, n in groups]
    shares = [hits / n for hits, n in groups]
    at = int(np.argmin(shares))
    return at, estimate(shares[at], min(low for low, _ in ends), min(high for _, high in ends), groups[at][1])


def crossed(rows, least, largest, together=1):
    """A mean over trainings (rows) and scenes (columns), both taken at random."""
    rows = np.asarray(rows, float)
    trainings, scenes = rows.shape
    a = rows.mean(1).var(ddof=1) / trainings
    b = rows.mean(0).var(ddof=1) / scenes
    value = rows.mean()
    if a + b == 0:
        return estimate(value, value, value, scenes)
    freedom = (a + b) ** 2 / (a * a / (trainings - 1) + b * b / (scenes - 1))
    reach = student_quantile(freedom, 1 - 0.025 / together) * math.sqrt(a + b)
    return estimate(value, max(least, value - reach), min(largest, value + reach), scenes, reach)


def correlation(a, b):
    a, b = a.ravel() - a.mean(), b.ravel() - b.mean()
    size = math.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else 0.0
