#!/usr/bin/env python3
"""Writes `fixtures/statistics/scipy.json`: what SciPy and statsmodels compute, for comparison.

`cargo lab evaluate parity` and a test of dt-analysis read it. Inputs are drawn from a fixed seed.

    pip install scipy statsmodels
    python3 xtask/scripts/record_scipy.py
"""

import json
from pathlib import Path

import numpy
import scipy
import statsmodels
from scipy import stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.multitest import multipletests

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "statistics" / "scipy.json"

# As in `distribution.rs`: where a negative binomial is taken for a Poisson distribution.
OVERDISPERSED_FROM = 1.01
LARGEST_SIZE = 1e4


def student_t():
    for freedom in [1.0, 2.5, 4.0, 6.0, 9.0, 13.0, 30.0, 250.0]:
        for t in [0.0, 0.3, 1.0, -1.7, 2.2, -3.5, 6.0, 15.0, 60.0]:
            yield {"t": t, "freedom": freedom, "p": 2.0 * stats.t.sf(abs(t), freedom)}


def student_t_reach():
    for freedom in [2.5, 4.0, 6.0, 9.0, 13.0, 30.0]:
        for inside in [0.5, 0.8, 0.95, 0.99]:
            reach = stats.t.ppf((1.0 + inside) / 2.0, freedom)
            yield {"inside": inside, "freedom": freedom, "reach": reach}


def normal():
    for z in [0.0, 0.4, -1.2, 1.96, 3.0, -5.0, 8.0]:
        yield {"z": z, "p": 2.0 * stats.norm.sf(abs(z))}


def count_tail():
    for mean in [0.05, 0.4, 3.0, 20.0, 200.0, 2e3, 2e4, 1e5]:
        for overdispersion in [0.7, 1.0, 1.005, 1.02, 1.3, 2.0, 5.0, 20.0, 100.0]:
            size = mean / (overdispersion - 1.0) if overdispersion > 1.0 else numpy.inf
            if size < 1e-3:
                continue
            for deviations in [-1.0, 0.0, 1.0, 3.0, 8.0, 20.0]:
                count = max(0, int(mean + deviations * (mean * max(overdispersion, 1.0)) ** 0.5))
                if overdispersion < OVERDISPERSED_FROM or size > LARGEST_SIZE:
                    p = stats.poisson.sf(count - 1, mean)
                else:
                    p = stats.nbinom.sf(count - 1, size, 1.0 / overdispersion)
                if p == 0.0 or p > 1e-290:
                    yield {"count": count, "mean": mean, "overdispersion": overdispersion, "p": p}


def benjamini_hochberg(random):
    for count in [1, 2, 3, 10, 100, 672]:
        p = random.uniform(size=count) ** 3
        yield {"p": list(p), "q": list(multipletests(p, method="fdr_bh")[1])}
    p = [0.01, 0.01, 0.5, 1.0, 0.0]
    yield {"p": p, "q": list(multipletests(p, method="fdr_bh")[1])}


def jensen_shannon(random):
    for count in [2, 5, 20, 100]:
        for _ in range(3):
            p = random.gamma(0.5, size=count)
            q = random.gamma(0.5, size=count)
            q[random.uniform(size=count) < 0.3] = 0.0
            q[0] = 1.0
            yield {"p": list(p), "q": list(q), "bits": jensenshannon(p, q, base=2) ** 2}
    yield {"p": [1.0, 0.0], "q": [0.0, 2.0], "bits": jensenshannon([1, 0], [0, 2], base=2) ** 2}


def deviation(random):
    for count in [1, 2, 3, 4, 25, 672]:
        values = random.standard_t(2, size=count) * 100.0
        mad = stats.median_abs_deviation(values, scale=1.0 / 1.4826)
        yield {"values": list(values), "median": numpy.median(values), "deviation": mad}


def moderated_t(random):
    for count in [2, 3, 5, 10]:
        for freedom, spread in [(4.0, 0.3), (4.0, 0.7)]:
            value = random.normal(scale=1.5)
            similar = random.normal(scale=0.4, size=count)
            total = freedom + count - 1
            variance = (freedom * spread**2 + (count - 1) * similar.var(ddof=1)) / total
            t = (value - similar.mean()) / (variance * (1 + 1 / count)) ** 0.5
            yield {
                "value": value,
                "similar": list(similar),
                "prior_freedom": freedom,
                "prior_spread": spread,
                "t": t,
                "p": 2.0 * stats.t.sf(abs(t), total),
            }


def monotone(random):
    for count in [4, 14, 28, 55]:
        for slope in [0.0, 0.05]:
            for digits in [0, 6]:
                times = numpy.arange(count, dtype=float)
                values = numpy.round(slope * times + random.normal(size=count), digits)
                found = stats.theilslopes(values, times)
                yield {
                    "values": list(values),
                    "slope": found.slope,
                    "low": found.low_slope,
                    "high": found.high_slope,
                    # Without the correction for continuity.
                    "p": stats.kendalltau(times, values, method="asymptotic").pvalue,
                }


def main():
    random = numpy.random.default_rng(20261124)
    vectors = {
        "versions": {
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "student_t": list(student_t()),
        "student_t_reach": list(student_t_reach()),
        "normal": list(normal()),
        "count_tail": list(count_tail()),
        "benjamini_hochberg": list(benjamini_hochberg(random)),
        "jensen_shannon": list(jensen_shannon(random)),
        "deviation": list(deviation(random)),
        "moderated_t": list(moderated_t(random)),
        "monotone": list(monotone(random)),
    }
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    # One vector a line, so that a change can be read.
    parts = []
    for name, value in vectors.items():
        if isinstance(value, list):
            lines = ",\n    ".join(json.dumps(vector, allow_nan=False) for vector in value)
            parts.append(f'  "{name}": [\n    {lines}\n  ]')
        else:
            parts.append(f'  "{name}": {json.dumps(value)}')
    VECTORS.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"wrote {sum(len(v) for v in vectors.values()) - 3} vectors to {VECTORS}")


if __name__ == "__main__":
    main()
